//! The result of scanning one small application, with everything that a result can hold.

use finding::{
    Audience, Component, Confidence, Edit, Finding, Fix, Hop, RuleFacts, RuleId, RuleInfo, RuleKey,
    Secret, Severity, Suppressed,
};
use report::{
    FunctionRow, Graph, GraphEdge, GraphNode, NodeKind, Report, Summary, Surroundings, TriggerRow,
    UnusedSuppression, Vex, Vulndb,
};
use source_text::{Diagnostic, FileId, Place, Sources};
use vex::{Judged, Justification, Status};

const TEMPLATE: &str = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Environment: {Variables: {KEY: AKIAIOSFODNN7EXAMPLE}}
      Policies:
        - Statement:
            - Effect: Allow
              Action: \"dynamodb:*\"
              Resource: \"*\"
";

pub(crate) static WILDCARD_ACTION: RuleInfo = RuleInfo {
    id: RuleId { risk: 4, rule: 1 },
    name: "wildcard-action",
    summary: "The role of a function allows every action of a service",
    severity: Severity::High,
    audience: Audience::Everyone,
    cwe: &[250, 732],
    since: "0.1.0",
    docs: "# Why it matters\n\nWho takes over the function may do **everything** with the service.\n\n\
           # What to do\n\nName the actions:\n\n```yaml\nAction: dynamodb:PutItem\n```\n\n\
           # When it stays silent\n\n- A prefix such as `s3:Get*` is not the whole service.\n",
};

pub(crate) static PLAIN_SECRET: RuleInfo = RuleInfo {
    id: RuleId { risk: 7, rule: 1 },
    name: "plain-secret",
    summary: "A secret stands in the template",
    severity: Severity::Critical,
    audience: Audience::Everyone,
    cwe: &[798],
    since: "0.1.0",
    docs: "# Why it matters\n\nSee [the guide](https://example.com/secrets).\n",
};

pub(crate) static NO_TRACING: RuleInfo = RuleInfo {
    id: RuleId { risk: 5, rule: 2 },
    name: "no-tracing",
    summary: "A function is not traced",
    severity: Severity::Low,
    audience: Audience::Strict,
    cwe: &[],
    since: "0.1.0",
    docs: "",
};

pub(crate) static RULES: [&RuleInfo; 3] = [&WILDCARD_ACTION, &NO_TRACING, &PLAIN_SECRET];

pub(crate) fn facts() -> Vec<RuleFacts<'static>> {
    RULES.into_iter().map(RuleInfo::facts).collect()
}

pub(crate) fn rule(key: RuleKey) -> Option<RuleFacts<'static>> {
    facts().into_iter().find(|rule| rule.key == key)
}

pub(crate) fn place(file: FileId, line: u32, column: u32, end_column: u32) -> Place {
    Place { file, line, column, end_line: line, end_column }
}

/// The files of the scan: the template, the settings, one that is broken.
pub(crate) fn sources() -> (Sources, [FileId; 3]) {
    let sources = Sources::default();
    let files = [
        sources.add("template.yaml", TEMPLATE),
        sources.add("stacks/user pool.yaml", "Resources: {}\n"),
        sources.add("broken.yaml", ""),
    ];
    (sources, files)
}

fn findings([template, pool, _]: [FileId; 3]) -> Vec<Finding> {
    let role = Finding {
        function: Some("CreateOrder".to_owned()),
        resource: Some("CreateOrderRole".to_owned()),
        property: Some("Policies[0]".to_owned()),
        when: Some("`IsProd`".to_owned()),
        trace: vec![Hop {
            place: place(template, 3, 3, 14),
            note: "`event.body` is attacker-controlled (HTTP API, no authorizer)".to_owned(),
        }],
        path: ["internet", "POST /orders", "CreateOrder", "CreateOrderRole", "Orders"]
            .map(str::to_owned)
            .into(),
        fix: Some(Fix {
            description: "name the actions that the code calls: `dynamodb:PutItem`".to_owned(),
            safe: true,
            edits: vec![Edit {
                place: place(template, 11, 23, 35),
                text: "dynamodb:PutItem".to_owned(),
            }],
        }),
        fingerprint: "00112233445566aa".to_owned(),
        ..Finding::new(
            WILDCARD_ACTION.id,
            Severity::High,
            Confidence::High,
            place(template, 11, 23, 35),
            "the role of `CreateOrder` allows every action of `dynamodb`",
        )
    };
    let secret = Finding {
        function: Some("CreateOrder".to_owned()),
        secret: Some(Secret {
            kind: "aws-access-key".to_owned(),
            hash: "a1b2c3d4e5f6".to_owned(),
            preview: "AKIA…".to_owned(),
            commits: None,
        }),
        fingerprint: "00112233445566bb".to_owned(),
        ..Finding::new(
            PLAIN_SECRET.id,
            Severity::Critical,
            Confidence::Medium,
            place(template, 7, 38, 58),
            "the variable `KEY` of `CreateOrder` holds an AWS access key",
        )
    };
    let tracing = Finding {
        suppressed: Some(Suppressed {
            source: "inline".to_owned(),
            reason: Some("traced by the gateway".to_owned()),
            until: Some("2027-01-31".to_owned()),
        }),
        function: Some("CreateOrder".to_owned()),
        fingerprint: "00112233445566cc".to_owned(),
        ..Finding::new(
            NO_TRACING.id,
            Severity::Low,
            Confidence::High,
            place(template, 3, 3, 14),
            "`CreateOrder` is not traced",
        )
    };
    let whole = Finding {
        component: Some(Component {
            purl: "pkg:pypi/requests@2.19.0".to_owned(),
            fixed: Some("2.31.0".to_owned()),
            reach: finding::ComponentReach::Imported,
        }),
        advisories: ["GHSA-x84v-xcm2-53pg", "CVE-2018-18074"].map(str::to_owned).into(),
        fingerprint: "00112233445566dd".to_owned(),
        ..Finding::new(
            RuleId { risk: 9, rule: 99 },
            Severity::Medium,
            Confidence::Low,
            Place::whole(pool),
            "a rule that this program does not know says something",
        )
    };
    vec![role, tracing, whole, secret]
}

/// The whole result.
pub(crate) fn report(files: [FileId; 3]) -> Report {
    let [template, _, broken] = files;
    let findings = findings(files);
    let summary = Summary {
        files_scanned: 2,
        files_not_scanned: 1,
        functions: 1,
        components: 12,
        components_not_looked_up: 1,
        undetermined: 1,
        elapsed_ms: 41,
        ..Summary::default()
    };
    Report {
        tool_version: "0.1.0".to_owned(),
        root: "examples/orders".to_owned(),
        summary: summary.count(&findings),
        vulndb: Some(Vulndb {
            date: "2026-11-20T00:00:00Z".to_owned(),
            sha256: "00ff".repeat(16),
            advisories: 13_000,
        }),
        functions: vec![FunctionRow {
            name: "CreateOrder".to_owned(),
            runtime: Some("python3.13".to_owned()),
            handler: Some("app.handler".to_owned()),
            code: Some("src/create".to_owned()),
            role: Some("CreateOrderRole".to_owned()),
            triggers: vec![
                TriggerRow {
                    kind: "schedule".to_owned(),
                    route: Some("rate(1 day)".to_owned()),
                    exposure: "service".to_owned(),
                    auth: "none".to_owned(),
                },
                TriggerRow {
                    kind: "http-api".to_owned(),
                    route: Some("POST /orders".to_owned()),
                    exposure: "internet".to_owned(),
                    auth: "none".to_owned(),
                },
            ],
            place: place(template, 3, 3, 14),
        }],
        findings,
        diagnostics: vec![
            Diagnostic::note(Place::whole(template), "the transform is expanded"),
            Diagnostic::warning(place(template, 8, 7, 15), "the key `Policies` stands twice"),
            Diagnostic::error(
                place(broken, 3, 1, 2),
                "this is not valid YAML; check the indentation of `Resources`",
            ),
        ],
        closed: None,
        unused_suppressions: vec![UnusedSuppression {
            place: place(template, 1, 1, 5),
            rule: "wildcard-resource".to_owned(),
            reason: "no such finding".to_owned(),
        }],
        vex: Vex { application: "shop".to_owned(), time: TIME.to_owned(), judged: judged() },
        surroundings: Surroundings {
            time: TIME.to_owned(),
            account: "111122223333".to_owned(),
            region: "eu-west-1".to_owned(),
            folder: "services/orders".to_owned(),
        },
        graph: graph(),
    }
}

/// The way of the finding about the role.
fn graph() -> Graph {
    let node = |id: &str, kind, risk| GraphNode {
        id: id.to_owned(),
        label: id.to_owned(),
        kind,
        risk,
        note: None,
    };
    let edge = |from: &str, to: &str, label: &str, danger| GraphEdge {
        from: from.to_owned(),
        to: to.to_owned(),
        label: label.to_owned(),
        danger,
    };
    Graph {
        title: "examples/orders".to_owned(),
        nodes: vec![
            node("internet", NodeKind::Internet, None),
            node("POST /orders", NodeKind::Trigger, None),
            node("CreateOrder", NodeKind::Function, Some(Severity::Critical)),
            node("CreateOrderRole", NodeKind::Role, Some(Severity::High)),
            node("Orders", NodeKind::Resource, None),
        ],
        edges: vec![
            edge("internet", "POST /orders", "no authentication", true),
            edge("POST /orders", "CreateOrder", "", true),
            edge("CreateOrder", "CreateOrderRole", "runs as", false),
            edge("CreateOrderRole", "Orders", "dynamodb:*", true),
        ],
        columns: Vec::new(),
    }
}

const TIME: &str = "2026-01-31T10:00:00Z";

/// One statement of each kind.
fn judged() -> Vec<Judged> {
    let one = |package: &str, status| Judged {
        ids: vec!["GHSA-x84v-xcm2-53pg".to_owned(), "CVE-2018-18074".to_owned()],
        purl: format!("pkg:pypi/{package}@2.19.0"),
        status,
        notes: None,
        time: None,
    };
    let justification = Some(Justification::CodeNotInExecutePath);
    let impact = Some("nothing imports it".to_owned());
    vec![
        one("one", Status::NotAffected { justification, impact }),
        one("requests", Status::Affected { action: Some("upgrade to 2.31.0".to_owned()) }),
        Judged {
            time: Some("2025-12-31T10:00:00Z".parse().unwrap()),
            notes: Some("patched by us".to_owned()),
            ..one("three", Status::Fixed)
        },
        one("urllib3", Status::UnderInvestigation),
    ]
}
