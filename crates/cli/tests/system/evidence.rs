//! What was seen elsewhere of findings: logs of the guard, trails, attestations, earlier results.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{dashboard::Dashboard, folder::Folder, iam_generate::example};

/// The function `CreateOrder` as the account knows it.
const CREATE: &str = "shop-CreateOrder-1A2B3C4D5E6F";

/// A line of the guard on a day of March.
fn event(kind: &str, class: &str, day: u8, function: &str) -> String {
    let mode = if kind == "event-blocked" { "block" } else { "monitor" };
    let event = json!({
        "faasguard": "event", "kind": kind, "class": class, "request_id": format!("r-{day}"),
        "function": function, "detail": class, "mode": mode, "field": "body.customer",
    });
    format!("2026-03-{day:02}T10:00:00.000Z {event}\n")
}

fn log(kind: &str, days: u8) -> String {
    (1..=days).map(|day| event(kind, "command", day, CREATE)).collect()
}

/// A record of `CloudTrail` of the role of `CreateOrder`.
fn record(id: usize, day: u8, source: &str, name: &str) -> Value {
    let role = "shop-CreateOrderRole-9Z8Y7X6W5V4U";
    json!({
        "eventVersion": "1.11", "eventID": format!("e-{id}"), "eventTime": format!("2026-03-{day:02}T10:00:00Z"),
        "eventSource": format!("{source}.amazonaws.com"), "eventName": name, "awsRegion": "eu-west-1",
        "eventType": "AwsApiCall", "requestParameters": {"tableName": "shop-Orders-2B3C4D5E6F7G"},
        "userIdentity": {
            "type": "AssumedRole",
            "arn": format!("arn:aws:sts::111122223333:assumed-role/{role}/{CREATE}"),
            "accountId": "111122223333",
            "sessionContext": {"sessionIssuer": {
                "type": "Role", "arn": format!("arn:aws:iam::111122223333:role/{role}"), "userName": role,
            }},
        },
    })
}

fn trail(records: &[Value]) -> String {
    json!({"Records": records}).to_string()
}

fn evidence<'s>(findings: &'s [Value], rule: &str, kind: &str) -> Option<&'s str> {
    let of_rule = findings.iter().filter(|it| it["name"] == rule);
    let all = of_rule.filter_map(|it| it["evidence"].as_array()).flatten();
    all.filter(|it| it["kind"] == kind).find_map(|it| it["text"].as_str())
}

fn findings(folder: &Folder, arguments: &[&str]) -> Vec<Value> {
    folder.scan(arguments).json["findings"].as_array().unwrap().clone()
}

#[test]
fn what_the_guard_refused_stands_on_the_flow_that_it_tries_and_mends_nothing() {
    let log = log("event-blocked", 14);
    let folder = example("orders").file("logs/create.log", format!("{log}{log}"));
    let before = findings(&folder, &["template.yaml", "src"]);
    let after = findings(&folder, &["template.yaml", "src", "--guard", "logs"]);
    let text = "the guard blocked 14 attacks (`command` in `body.customer`), last on 2026-03-14";
    assert_eq!(evidence(&after, "command-injection", "blocked"), Some(text));
    assert_eq!(evidence(&after, "unauthenticated-route", "blocked"), Some(text));
    assert_eq!(evidence(&after, "deprecated-runtime", "blocked"), None);
    let severities = |all: &[Value]| -> Vec<Value> {
        all.iter().map(|it| json!([it["fingerprint"], it["severity"]])).collect()
    };
    assert_eq!(severities(&before), severities(&after));
}

#[test]
fn attacks_that_reach_the_handler_are_a_finding_and_raise_the_flow() {
    let app = "import json, sqlite3\ndb = sqlite3.connect('/tmp/a')\ndef handler(event, context):\n    key = event['Records'][0]['body']\n    db.execute('SELECT ' + key)\n";
    let template = "Transform: AWS::Serverless-2016-10-31\nResources:\n  CreateOrder:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: app.handler\n      Runtime: python3.13\n      CodeUri: src\n      Events:\n        Q:\n          Type: SQS\n          Properties: {Queue: 'arn:aws:sqs:eu-west-1:111122223333:q'}\n";
    let flagged = event("event-flagged", "sql", 3, CREATE);
    let folder = Folder::new()
        .file("template.yaml", template)
        .file("src/app.py", app)
        .file("create.log", flagged);
    let of = |all: &[Value], rule: &str| {
        let found = all.iter().find(|it| it["name"] == rule);
        found.map(|it| it["severity"].as_str().unwrap().to_owned())
    };
    let before = findings(&folder, &["."]);
    let after = findings(&folder, &[".", "--guard", "create.log"]);
    let rank = ["low", "medium", "high", "critical"];
    let place =
        |word: Option<String>| rank.iter().position(|it| Some(*it) == word.as_deref()).unwrap();
    let (old, new) = (of(&before, "sql-injection"), of(&after, "sql-injection"));
    assert_eq!(place(new), (place(old) + 1).min(3));
    assert!(of(&before, "unblocked-attack").is_none());
    assert!(of(&after, "unblocked-attack").is_some());
    assert!(evidence(&after, "sql-injection", "passed").unwrap().starts_with("1 attack (`sql`"));
}

#[test]
fn a_name_that_may_mean_two_functions_is_evidence_for_neither() {
    let template = crate::folder::ORDERS;
    let folder = Folder::new()
        .file("a/template.yaml", template)
        .file("b/template.yaml", template)
        .file("create.log", log("event-flagged", 1))
        .file("other.log", event("event-flagged", "sql", 1, "Unknown"));
    let scan = folder.scan(&["a", "b", "--guard", "create.log", "--guard", "other.log"]);
    assert!(scan.json["findings"].as_array().unwrap().iter().all(|it| it["evidence"].is_null()));
    let told = scan.json["diagnostics"].to_string();
    assert!(told.contains(&format!("`{CREATE}` may be of several functions")), "{told}");
    assert!(told.contains("`Unknown` is of no function that was scanned"), "{told}");
}

#[test]
fn never_used_is_said_only_where_the_trail_would_have_told() {
    let folder = example("orders");
    let arguments = ["template.yaml", "src", "--trail", "trail.json"];
    // Uses of a month, with data events of the table.
    let month: Vec<Value> =
        (1..=28).map(|day| record(day.into(), day, "dynamodb", "PutItem")).collect();
    folder.write("trail.json", trail(&month));
    let used = findings(&folder, &arguments);
    let text = evidence(&used, "wildcard-action", "used").unwrap();
    assert_eq!(
        text,
        "CloudTrail saw it use `dynamodb:PutItem` (28 times), last on 2026-03-28, and nothing else of it in 27 days"
    );
    // Management events alone: what happens in tables would not have been told.
    let silent: Vec<Value> =
        (1..=28).map(|day| record(day.into(), day, "lambda", "GetFunction20150331v2")).collect();
    folder.write("trail.json", trail(&silent));
    let all = findings(&folder, &arguments);
    assert_eq!(evidence(&all, "wildcard-action", "never-used"), None);
    assert_eq!(evidence(&all, "wildcard-action", "used"), None);
    // Others use tables, so that the trail records it, and the role does not.
    let mut other = record(100, 5, "dynamodb", "GetItem");
    other["userIdentity"] = json!({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ana"});
    let mut both = silent;
    both.push(other);
    folder.write("trail.json", trail(&both));
    let all = findings(&folder, &arguments);
    assert_eq!(
        evidence(&all, "wildcard-action", "never-used"),
        Some("never used in 27 days of CloudTrail, which has other calls of the role")
    );
    // Two days are no time.
    folder.write("trail.json", trail(&both[..2]));
    let all = findings(&folder, &arguments);
    assert_eq!(evidence(&all, "wildcard-action", "never-used"), None);
}

#[test]
fn the_result_of_trail_usage_says_what_the_trail_does() {
    let month: Vec<Value> =
        (1..=28).map(|day| record(day.into(), day, "dynamodb", "PutItem")).collect();
    let folder = example("orders").file("trail.json", trail(&month));
    folder.run(&["trail", "usage", "trail.json", "-o", "usage.json"]).exits(0);
    let of_trail = findings(&folder, &["template.yaml", "src", "--trail", "trail.json"]);
    let of_usage = findings(&folder, &["template.yaml", "src", "--usage", "usage.json"]);
    assert_eq!(of_trail, of_usage);
    let of_trail = folder.run(&["iam", "generate", "--trail", "trail.json", "--format", "json"]);
    let of_usage = folder.run(&["iam", "generate", "--usage", "usage.json", "--format", "json"]);
    assert_eq!(of_trail.json(), of_usage.json());
    let wrong = folder.run(&["scan", "--usage", "trail.json"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("go to `--trail`"), "{}", wrong.err);
}

#[test]
fn closed_is_only_what_was_looked_at_again() {
    let folder = example("orders");
    folder
        .run(&["scan", "template.yaml", "src", "-o", "before.json", "--fail-on", "never"])
        .exits(0);
    let mended = folder.read("template.yaml").replace("\"dynamodb:*\"", "dynamodb:PutItem");
    folder.write("template.yaml", mended);
    let arguments = ["template.yaml", "src", "--earlier", "before.json"];
    let scan = folder.scan(&arguments).json;
    let closed = scan["closed"].as_array().unwrap();
    assert!(closed.iter().any(|it| it["name"] == "wildcard-action"), "{closed:?}");
    let known = evidence(scan["findings"].as_array().unwrap(), "deprecated-runtime", "open-since");
    assert!(known.unwrap().starts_with("open since 20"), "{known:?}");
    let terminal = folder.run(&["scan", "template.yaml", "src", "--earlier", "before.json"]).out;
    assert!(terminal.contains("Closed since the earlier result"), "{terminal}");
    assert!(terminal.contains("wildcard-action: template.yaml"), "{terminal}");
    // Another rule, another path: nothing is closed, and that is said.
    for other in [&["--rule", "deprecated-runtime"][..], &["--rule", "wildcard-action"]] {
        let scan = folder.scan(&[&arguments[..], other].concat()).json;
        let names: Vec<&Value> =
            scan["closed"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
        let is_asked = other[1] == "wildcard-action";
        assert_eq!(names.len(), usize::from(is_asked), "{names:?}");
        assert!(scan["diagnostics"].to_string().contains("were not looked at this time"));
    }
    let scan = folder.scan(&["src", "--earlier", "before.json"]).json;
    assert_eq!(scan["closed"], json!([]));
    assert!(scan["diagnostics"].to_string().contains("cannot be compared"));
    // What is accepted is not closed.
    let accepted = folder.read("template.yaml").replace(
        "Runtime: python3.8",
        "Runtime: python3.8 # faasguard: allow deprecated-runtime -- moves next month",
    );
    folder.write("template.yaml", accepted);
    let scan = folder.scan(&arguments).json;
    assert!(!scan["closed"].to_string().contains("deprecated-runtime"));
    let sarif = folder.run(&[&["scan", "--format", "sarif"][..], &arguments[..]].concat()).out;
    for state in ["unchanged", "absent"] {
        assert!(sarif.contains(&format!("\"baselineState\": \"{state}\"")), "{state}");
    }
}

#[test]
fn a_document_of_another_kind_is_no_earlier_result() {
    let folder = example("orders")
        .file("other.json", "{\"schema\": \"faasguard-graph/1\", \"findings\": []}");
    let run = folder.run(&["scan", "--earlier", "other.json"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("this is a `faasguard-graph/1`"), "{}", run.err);
    folder.write("other.json", "{");
    assert_eq!(folder.run(&["scan", "--earlier", "other.json"]).code, 2);
    assert_eq!(folder.run(&["scan", "--earlier", "none.json"]).code, 2);
}

#[test]
fn what_was_watched_goes_into_the_lists_and_what_was_refused_does_not() {
    let line = |kind: &str, target: &str, mode: &str, verb: &str| {
        let event = json!({
            "faasguard": "event", "kind": kind, "class": null, "request_id": target, "function": CREATE,
            "detail": format!("{verb} `{target}`"), "mode": mode, "target": target,
        });
        format!("2026-03-01T10:00:00.000Z {event}\n")
    };
    let mut log = line("egress-denied", "pay.example.com:443", "monitor", "connected to");
    log += &line("egress-denied", "evil.example.net:443", "block", "refused to connect to");
    log += &line("process-spawned", "/usr/bin/convert", "monitor", "started");
    write!(log, "{}", event("event-flagged", "sql", 2, CREATE)).unwrap();
    let folder = example("orders").file("logs/create.log", log);
    let words = ["--function", "CreateOrder", "--confine", "--learned", "logs", "--format", "json"];
    let plan =
        folder.run(&[&["guard", "settings", "template.yaml", "src"][..], &words[..]].concat());
    let plan = &plan.json()["functions"][0];
    let egress = plan["settings"]["egress"]["allow"].to_string();
    assert!(egress.contains("pay.example.com:443"), "{egress}");
    assert!(!egress.contains("evil"), "{egress}");
    assert_eq!(plan["settings"]["processes"]["allow"], json!(["/usr/bin/convert"]));
    let reasons = plan["reasons"].to_string();
    assert!(reasons.contains("contacted once while the guard watched"), "{reasons}");
    assert!(reasons.contains("`sql` in `body.customer` was flagged once"), "{reasons}");
}

#[test]
fn the_picture_has_what_was_seen_on_its_cards() {
    let folder = example("orders").file("logs/create.log", log("event-blocked", 14));
    let svg = folder.run(&["graph", "--guard", "logs", "--format", "svg"]).out;
    assert!(svg.contains(">14 attacks blocked</text>"));
    let without = folder.run(&["graph", "--format", "svg"]).out;
    assert!(!without.contains("attacks"));
}

/// `UPDATE_FIXTURES=1` writes it.
#[test]
fn the_picture_of_the_guide_is_made_by_the_program() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = Folder::new();
    folder.command("cp", &["-r", root.join("examples/orders").to_str().unwrap(), "."]);
    let script = root.join("examples/loop/quarter.py");
    folder.command("python3", &[script.to_str().unwrap(), "quarter"]);
    let usage = ["trail", "usage", "quarter/trail", "--until", "2026-04-03", "-o", "usage.json"];
    folder.run(&usage).exits(0);
    let seen = ["--guard", "quarter/logs", "--usage", "usage.json"];
    folder.run(&[&["graph", "orders", "-o", "loop.svg"][..], &seen[..]].concat()).exits(0);
    let (made, kept) = (folder.read("loop.svg"), root.join("docs/guide/loop.svg"));
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(&kept, &made).unwrap();
    }
    assert!(made.contains("14 attacks blocked"), "{made}");
    assert_eq!(made, std::fs::read_to_string(kept).unwrap());
}

#[test]
fn the_dashboard_writes_it_on_the_findings_of_its_own_scan() {
    let folder = example("orders").file("logs/create.log", log("event-blocked", 14));
    let dashboard =
        Dashboard::start(&folder.path(""), &["template.yaml", "src", "--guard", "logs"]);
    let page = dashboard.get("/findings?evidence=blocked");
    assert!(page.contains("command-injection"), "{page}");
    assert!(!page.contains("deprecated-runtime\""), "{page}");
}
