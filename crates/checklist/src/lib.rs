//! The table that a reviewer ticks: for each function, which practices it keeps.
//!
//! A practice is decided by rules that ran. Where no rule or engine looks at it, or a value known
//! only at deployment decides, the cell says "not known"; it never says "pass" about something that
//! was not looked at.

#![deny(clippy::disallowed_methods)]

mod facts;

use std::collections::{BTreeSet, HashMap, HashSet};

use app_model::{Application, Details, Function, Invocation, Resource};
use finding::{Finding, RuleInfo, RuleKey};
use report::{Cell, Checklist, ChecklistItem, ChecklistRow, Report, Verdict};
use rules::Check;

use scan::CodeView;

use facts::{
    alarm, firewall, is_requested, managed_store, metadata_service, reserved_concurrency, rotation,
    trail, wildcard_resource,
};

/// A practice and how it is decided.
struct Practice {
    group: &'static str,
    title: &'static str,
    decide: Decide,
}

/// How a practice is decided.
enum Decide {
    /// It fails when one of these rules has a finding about the function or its role; it passes
    /// when all of them exist, ran, and have none.
    Rules(&'static [&'static str]),
    /// The same, where the question only arises for some functions.
    RulesIf(fn(&Application, &Function) -> bool, &'static [&'static str]),
    /// It fails by a fact, or else as the rules say: a rule is silent where another one says more.
    FactAndRules(fn(&Application, &Function) -> Verdict, &'static [&'static str]),
    /// A fact of the application as a whole.
    Fact(fn(&Application, &Function) -> Verdict),
    /// It fails when rules of code that the filter takes have a finding in what the function runs,
    /// and passes when all its code was read and they have none.
    Code(fn(&RuleInfo) -> bool),
    /// It fails when one of these rules has a finding in the configuration, the code or the package of the
    /// function, and never passes: no finding is no proof. The text says what would be one.
    Fails(&'static [&'static str], &'static str),
    /// It fails when its packages have known flaws, and passes when all were looked up.
    Advisories(&'static [&'static str]),
}

static PRACTICES: &[Practice] = &[
    Practice { group: "IAM", title: "Role of its own", decide: Decide::Rules(&["shared-role"]) },
    Practice {
        group: "IAM",
        title: "No wildcard action",
        decide: Decide::Rules(&[
            "wildcard-action",
            "administrator-access",
            "full-access-managed-policy",
            "inverted-action",
        ]),
    },
    Practice {
        group: "IAM",
        title: "No wildcard resource",
        decide: Decide::FactAndRules(
            wildcard_resource,
            &[
                "wildcard-resource",
                "administrator-access",
                "full-access-managed-policy",
                "inverted-resource",
                "broad-data-access",
                "broad-policy-template",
            ],
        ),
    },
    Practice {
        group: "IAM",
        title: "No unused permission",
        decide: Decide::Fails(
            &["unused-permission", "broader-permission", "idle-permission"],
            "`faasguard iam generate` lists what is granted and not needed",
        ),
    },
    Practice { group: "IAM", title: "No metadata service", decide: Decide::Fact(metadata_service) },
    Practice {
        group: "Secrets",
        title: "None in clear in the environment",
        decide: Decide::Rules(&[
            "secret-in-environment",
            "plain-parameter-reference",
            "resolved-secret-in-environment",
        ]),
    },
    Practice {
        group: "Secrets",
        title: "None in clear in the template",
        decide: Decide::Rules(&["secret-in-template", "secret-parameter-default"]),
    },
    Practice {
        group: "Secrets",
        title: "None in clear in the code",
        decide: Decide::Fails(
            &["secret-in-code"],
            "none was found by its name or form, which is no proof that there is none",
        ),
    },
    Practice { group: "Secrets", title: "Managed store", decide: Decide::Fact(managed_store) },
    Practice { group: "Secrets", title: "Rotation", decide: Decide::Fact(rotation) },
    Practice {
        group: "Code",
        title: "Event data validated",
        decide: Decide::Code(|info| info.id.risk == 1),
    },
    Practice {
        group: "Code",
        title: "Parameterised queries",
        decide: Decide::Code(|info| matches!(info.name, "sql-injection" | "nosql-injection")),
    },
    Practice {
        group: "Code",
        title: "Dependencies scanned",
        decide: Decide::Advisories(&["vulnerable-dependency", "malicious-dependency"]),
    },
    Practice { group: "Code", title: "Static analysis", decide: Decide::Code(|_| true) },
    Practice {
        group: "Deployment",
        title: "Package integrity",
        decide: Decide::Fails(
            &[
                "package-differs-from-attestation",
                "tampered-wheel",
                "unexpected-package",
                "missing-package-digest",
            ],
            "sign packages with `faasguard package attest`; `faasguard package verify` then tells",
        ),
    },
    Practice {
        group: "Deployment",
        title: "Code signing",
        decide: Decide::Rules(&["unsigned-code"]),
    },
    Practice {
        group: "Deployment",
        title: "Network where a database needs it, nothing public",
        decide: Decide::Rules(&[
            "public-database",
            "open-network-rule",
            "database-without-network",
        ]),
    },
    Practice {
        group: "Deployment",
        title: "Reserved concurrency",
        decide: Decide::Fact(reserved_concurrency),
    },
    Practice { group: "Deployment", title: "API firewall", decide: Decide::Fact(firewall) },
    Practice {
        group: "Deployment",
        title: "API throttle",
        decide: Decide::RulesIf(is_requested, &["unthrottled-api", "open-wallet"]),
    },
    Practice { group: "Monitoring", title: "Trail in all regions", decide: Decide::Fact(trail) },
    Practice {
        group: "Monitoring",
        title: "Alarm on errors",
        decide: Decide::Fact(|app, function| alarm(app, function, "Errors")),
    },
    Practice {
        group: "Monitoring",
        title: "Alarm on duration",
        decide: Decide::Fact(|app, function| alarm(app, function, "Duration")),
    },
    Practice {
        group: "Monitoring",
        title: "Alarm on throttles",
        decide: Decide::Fact(|app, function| alarm(app, function, "Throttles")),
    },
    Practice {
        group: "Monitoring",
        title: "Alarm on cold starts",
        decide: Decide::Fact(|app, function| alarm(app, function, "InitDuration")),
    },
    Practice {
        group: "Monitoring",
        title: "Structured logs",
        decide: Decide::Rules(&["unstructured-logs"]),
    },
    Practice {
        group: "Monitoring",
        title: "Logs without personal data",
        decide: Decide::Fails(
            &["event-logged", "event-logging", "secret-in-log", "data-trace"],
            "no event was seen to be logged; `faasguard logs analyze` looks into the logs themselves",
        ),
    },
    Practice {
        group: "Monitoring",
        title: "Tracing",
        decide: Decide::Rules(&["tracing-disabled"]),
    },
    Practice {
        group: "Monitoring",
        title: "Dead-letter queue",
        decide: Decide::RulesIf(
            |app, function| {
                app.triggers_of(&function.name)
                    .any(|trigger| trigger.invocation != Invocation::Synchronous)
            },
            &[
                "async-without-failure-destination",
                "queue-without-redrive",
                "stream-without-failure-destination",
            ],
        ),
    },
];

/// The checklist of every function. The report must come from a run of all rules, the strict ones
/// too: a rule that did not run decides nothing.
#[must_use]
pub fn checklist(applications: &[Application], code: &[CodeView], report: &Report) -> Checklist {
    let findings = report.findings.as_slice();
    let items = PRACTICES
        .iter()
        .map(|practice| ChecklistItem {
            group: practice.group.to_owned(),
            title: practice.title.to_owned(),
        })
        .collect();
    let mut rows = Vec::new();
    let unread = CodeView::default();
    for (index, app) in applications.iter().enumerate() {
        let view = code.get(index).unwrap_or(&unread);
        let named = Named::new(app, findings);
        let in_code = CodeFindings::new(app, view, findings);
        let in_packages = package_findings(findings);
        for function in &app.functions {
            let about = named.about(app, function);
            let about_code = in_code.about(function);
            let cells = PRACTICES.iter().map(|practice| match &practice.decide {
                Decide::Code(takes) => {
                    let is_whole = view.whole.contains(&function.name);
                    by_code(*takes, is_whole, about_code)
                }
                Decide::Fails(listed, what_proves) => {
                    let packages = in_packages.get(function.name.as_str());
                    let all = about.iter().chain(about_code).chain(packages.into_iter().flatten());
                    fails(listed, all.copied()).unwrap_or_else(|| not_known(what_proves))
                }
                Decide::Advisories(listed) => {
                    let packages = in_packages.get(function.name.as_str());
                    let is_whole = view.whole.contains(&function.name);
                    fails(listed, packages.into_iter().flatten().copied())
                        .unwrap_or_else(|| looked_up(listed, is_whole, report))
                }
                _ => cell(practice, app, function, &about),
            });
            let cells = cells.collect();
            rows.push(ChecklistRow { function: function.name.to_string(), cells });
        }
    }
    Checklist { items, rows }
}

/// Open findings of one application by the names in them: to ask each finding for each function
/// takes minutes where there are thousands of both.
struct Named<'a> {
    findings: Vec<&'a Finding>,
    /// Indices of `findings`.
    by_name: HashMap<&'a str, Vec<usize>>,
    /// Those that may concern every function: without a name, or about what all share.
    shared: Vec<usize>,
}

impl<'a> Named<'a> {
    fn new(app: &'a Application, findings: &'a [Finding]) -> Self {
        let is_shared = |resource: &Resource| {
            matches!(resource.details, Details::Database(_) | Details::NetworkRules(_))
        };
        let shared_names: HashSet<&str> = app
            .resources
            .iter()
            .filter(|resource| is_shared(resource))
            .map(|resource| resource.name.as_str())
            .collect();
        let findings: Vec<&Finding> = findings
            .iter()
            .filter(|it| it.suppressed.is_none() && it.place.file == app.place.file)
            .collect();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut shared = Vec::new();
        for (index, finding) in findings.iter().enumerate() {
            let names = [finding.function.as_deref(), finding.resource.as_deref()];
            if names == [None, None]
                || finding.resource.as_deref().is_some_and(|name| shared_names.contains(name))
            {
                shared.push(index);
            }
            for name in names.into_iter().flatten() {
                by_name.entry(name).or_default().push(index);
            }
        }
        Self { findings, by_name, shared }
    }

    /// Findings about a function, in order: by its name, its role, an interface or source that
    /// leads to it, or about the application as a whole.
    fn about(&self, app: &Application, function: &Function) -> Vec<&'a Finding> {
        let name = function.name.as_str();
        let role = function.role.as_deref();
        let mut leading: Vec<&str> = vec![name];
        leading.extend(role);
        for trigger in app.triggers_of(name) {
            leading.extend(trigger.api.as_deref());
            leading.extend(trigger.source_references.iter().map(|source| source.name.as_str()));
            leading.extend(trigger.polling.as_ref().map(|polling| polling.name.as_str()));
        }
        let of_names = leading.iter().filter_map(|name| self.by_name.get(name)).flatten();
        let indices: BTreeSet<usize> = of_names.chain(&self.shared).copied().collect();
        let concerns = |finding: &&Finding| match (&finding.function, &finding.resource) {
            // What another function has is this one's only through the role that both run as.
            (Some(other), resource) if other != name => {
                resource.is_some() && resource.as_deref() == role
            }
            _ => true,
        };
        indices
            .into_iter()
            .filter_map(|index| self.findings.get(index).copied())
            .filter(concerns)
            .collect()
    }
}

fn cell(practice: &Practice, app: &Application, function: &Function, about: &[&Finding]) -> Cell {
    match &practice.decide {
        Decide::Rules(names) => by_rules(names, function, about),
        Decide::RulesIf(arises, names) => {
            if arises(app, function) {
                by_rules(names, function, about)
            } else {
                Cell { verdict: Verdict::NotApplicable, ..Cell::default() }
            }
        }
        Decide::FactAndRules(fact, names) => {
            let cell = by_rules(names, function, about);
            match fact(app, function) {
                Verdict::Fail if cell.verdict == Verdict::Pass => {
                    Cell { verdict: Verdict::Fail, ..Cell::default() }
                }
                _ => cell,
            }
        }
        Decide::Fact(fact) => Cell { verdict: fact(app, function), ..Cell::default() },
        Decide::Code(_) | Decide::Fails(..) | Decide::Advisories(_) => Cell::default(),
    }
}

/// Open findings in code by the functions that run it.
struct CodeFindings<'a> {
    by_function: HashMap<&'a str, Vec<&'a Finding>>,
}

impl<'a> CodeFindings<'a> {
    fn new(app: &Application, view: &'a CodeView, findings: &'a [Finding]) -> Self {
        let is_of_code = |finding: &Finding| {
            rules::by_id(finding.rule).is_some_and(|rule| matches!(rule.check, Check::Code(_)))
        };
        let mut by_function: HashMap<&str, Vec<&Finding>> = HashMap::new();
        for finding in findings.iter().filter(|it| it.suppressed.is_none() && is_of_code(it)) {
            for name in view.by_place.get(&finding.place).into_iter().flatten() {
                by_function.entry(name.as_str()).or_default().push(finding);
            }
            // What is said of code may stand at the route that starts it.
            if let Some(name) = &finding.function
                && finding.place.file == app.place.file
            {
                by_function.entry(name.as_str()).or_default().push(finding);
            }
        }
        Self { by_function }
    }

    fn about(&self, function: &Function) -> &[&'a Finding] {
        self.by_function.get(function.name.as_str()).map_or(&[], Vec::as_slice)
    }
}

/// Open findings in packages by the functions that they belong to: their places lie in manifests, lock
/// files and archives.
fn package_findings(findings: &[Finding]) -> HashMap<&str, Vec<&Finding>> {
    let is_of_packages = |finding: &Finding| {
        rules::by_id(finding.rule).is_some_and(|rule| matches!(rule.check, Check::Packages(_)))
    };
    let mut by_function: HashMap<&str, Vec<&Finding>> = HashMap::new();
    for finding in findings.iter().filter(|it| it.suppressed.is_none() && is_of_packages(it)) {
        if let Some(name) = &finding.function {
            by_function.entry(name.as_str()).or_default().push(finding);
        }
    }
    by_function
}

/// A failed cell by the first finding of one of these rules.
fn fails<'a>(names: &[&str], mut about: impl Iterator<Item = &'a Finding>) -> Option<Cell> {
    let rules = keys(names);
    let finding = about.find(|finding| rules.contains(&finding.rule))?;
    Some(Cell {
        verdict: Verdict::Fail,
        rules: vec![finding.rule],
        place: Some(finding.place),
        note: finding.message.clone(),
    })
}

fn not_known(what_proves: &str) -> Cell {
    Cell { note: what_proves.to_owned(), ..Cell::default() }
}

/// Whether the packages of a function, in which no flaw is known, were looked up at all.
fn looked_up(names: &[&str], is_whole: bool, report: &Report) -> Cell {
    if report.vulndb.is_none() {
        return not_known("known flaws were not looked up; name an index with `--vulndb`");
    }
    if !is_whole {
        return not_known("not all of its code was read");
    }
    if report.summary.components_not_looked_up > 0 {
        return not_known("some components were not looked up; `--verbose` names them");
    }
    Cell { verdict: Verdict::Pass, rules: keys(names), ..Cell::default() }
}

fn keys(names: &[&str]) -> Vec<RuleKey> {
    names.iter().filter_map(|name| rules::by_name(name)).map(|rule| rule.info.id.into()).collect()
}

fn by_code(takes: fn(&RuleInfo) -> bool, is_whole: bool, about: &[&Finding]) -> Cell {
    let looking = rules::all().filter(|rule| matches!(rule.check, Check::Code(_)));
    let rules: Vec<RuleKey> =
        looking.filter(|rule| takes(&rule.info)).map(|rule| rule.info.id.into()).collect();
    if rules.is_empty() {
        return Cell { note: "no rule looks at it".to_owned(), ..Cell::default() };
    }
    match about.iter().find(|finding| rules.contains(&finding.rule)) {
        Some(finding) => Cell {
            verdict: Verdict::Fail,
            rules: vec![finding.rule],
            place: Some(finding.place),
            note: finding.message.clone(),
        },
        None if is_whole => Cell { verdict: Verdict::Pass, rules, ..Cell::default() },
        None => {
            let note = "not all of it can be told from the code that was read".to_owned();
            Cell { note, ..Cell::default() }
        }
    }
}

fn by_rules(names: &[&str], function: &Function, about: &[&Finding]) -> Cell {
    let rules = keys(names);
    if rules.is_empty() {
        return Cell { note: "no rule looks at it".to_owned(), ..Cell::default() };
    }
    match about.iter().find(|finding| rules.contains(&finding.rule)) {
        Some(finding) => Cell {
            verdict: Verdict::Fail,
            rules: vec![finding.rule],
            place: Some(finding.place),
            note: finding.message.clone(),
        },
        // A role outside the template may hold anything.
        None if names.contains(&"wildcard-action") || names.contains(&"wildcard-resource") => {
            let verdict = if function.role.is_some() { Verdict::Pass } else { Verdict::NotKnown };
            Cell { verdict, rules, ..Cell::default() }
        }
        None => Cell { verdict: Verdict::Pass, rules, ..Cell::default() },
    }
}
