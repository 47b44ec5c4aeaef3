//! Pages over documents: what is counted, filtered, paged, escaped.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dashboard_view::{Documents, GuardLine, NoSource, PolicyWrites, Query, ROWS, Site, Table};
use proptest::prelude::*;
use serde_json::{Value, json};

const PATHS: [&str; 14] = [
    "/",
    "/functions",
    "/findings",
    "/graph",
    "/permissions",
    "/packages",
    "/checklist",
    "/guard",
    "/alerts",
    "/metrics",
    "/chains",
    "/lake",
    "/inputs",
    "/findings?n=0",
];

fn site(documents: &[Value]) -> Site {
    let mut all = Documents::default();
    for document in documents {
        all.add_json("a.json", document.to_string().as_bytes()).unwrap();
    }
    Site::new(all, 1, false)
}

fn page(site: &Site, address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    site.page(path, &Query::parse(query), &NoSource).text
}

fn scan(findings: usize) -> Value {
    let severities = ["low", "medium", "high", "critical"];
    let finding = |at: usize| {
        json!({
            "rule": format!("SAS-{}.1", at % 10 + 1), "name": "a-rule", "risk": format!("SAS-{}", at % 10 + 1),
            "severity": severities.get(at % 4), "confidence": "high", "function": format!("F{}", at % 7),
            "message": format!("finding number {at} of `F{}`", at % 7),
            "place": {"file": "t.yaml", "line": at + 1, "column": 1, "end_line": at + 1, "end_column": 2},
            "path": if at == 0 { vec!["internet", "F0"] } else { vec![] },
        })
    };
    let function = |at: usize| {
        json!({
            "name": format!("F{at}"), "runtime": "python3.13", "role": format!("R{at}"),
            "triggers": [{"kind": "http-api", "route": format!("GET /{at}"), "exposure": "internet",
                          "auth": if at == 0 { "none" } else { "iam" }}],
            "place": {"file": "t.yaml", "line": at + 1, "column": 1, "end_line": at + 1, "end_column": 2},
        })
    };
    json!({
        "schema": "faasguard-scan/1", "tool": {"name": "faasguard", "version": "0.1.0"}, "root": ".",
        "summary": {"functions": 7, "files_not_scanned": 3},
        "functions": (0..7).map(function).collect::<Vec<_>>(),
        "findings": (0..findings).map(finding).collect::<Vec<_>>(),
    })
}

#[test]
fn a_list_is_filtered_and_paged_here() {
    let site = site(&[scan(1_000)]);
    let rows = |text: &str| text.matches("<tr>").count() - text.matches("<thead>").count();
    let all = page(&site, "/findings");
    assert_eq!(rows(&all), ROWS);
    assert!(all.contains("1 to 100 of 1,000 findings"));
    assert!(page(&site, "/findings?page=10").contains("901 to 1,000 of 1,000"));
    assert!(page(&site, "/findings?page=999").contains("901 to 1,000 of 1,000"));
    let high = page(&site, "/findings?severity=high");
    assert!(high.contains("of 250 findings") && !high.contains("s3\">critical</span></td>"));
    assert!(page(&site, "/findings?text=number+42+of").contains("1 to 1 of 1 findings"));
    assert!(page(&site, "/findings?risk=SAS-3&function=F2").contains("findings"));
    assert!(page(&site, "/findings?path=yes").contains("1 to 1 of 1 findings"));
    assert!(page(&site, "/findings?text=nowhere").contains("no findings"));
}

#[test]
fn what_was_not_looked_at_is_said_first() {
    let text = page(&site(&[scan(4)]), "/");
    assert!(text.find("Not looked at: ").unwrap() < text.find("By severity").unwrap());
    assert!(page(&site(&[scan(4)]), "/packages").contains("were not looked up"));
}

#[test]
fn without_a_graph_the_functions_are_drawn_with_who_reaches_them() {
    let site = site(&[scan(4)]);
    let text = page(&site, "/graph?function=F0");
    assert!(text.contains("node  chosen") || text.contains("node chosen"), "{text}");
    assert!(text.contains("edge danger") && text.contains("no authentication"));
    let other = page(&site, "/graph?function=F3");
    assert!(!other.contains("\"edge danger\""));
}

#[test]
fn two_scans_are_one_and_lookups_hold_for_both_only() {
    let mut first = scan(3);
    first["vulndb"] = json!({"date": "2026-01-01", "sha256": "", "advisories": 5});
    let site = site(&[first, scan(4)]);
    assert!(page(&site, "/findings").contains("of 7 findings"));
    assert!(page(&site, "/packages").contains("were not looked up"));
}

#[test]
fn evidence_is_shown_and_filtered_by_where_it_is_there() {
    let plain = page(&site(&[scan(8)]), "/findings");
    assert!(!plain.contains("name=\"evidence\""), "{plain}");
    let mut with = scan(8);
    with["findings"][2]["evidence"] = json!([
        {"kind": "seen-at-runtime", "text": "the guard blocked `sql` in it", "count": 12,
         "first": "2026-01-30", "last": "2026-01-31", "source": "guard.log"},
        {"kind": "blocked", "text": "all of them"},
    ]);
    with["findings"][3]["evidence"] = json!(null);
    let site = site(&[with]);
    let list = page(&site, "/findings?evidence=seen-at-runtime");
    assert!(
        list.contains("1 to 1 of 1 findings") && list.contains("seen at runtime (1)"),
        "{list}"
    );
    assert!(page(&site, "/findings?evidence=never-used").contains("no findings"));
    let one = page(&site, "/findings?n=2");
    for words in [
        "the guard blocked <code>sql</code> in it",
        "12 times",
        "from 2026-01-30 to 2026-01-31, told by guard.log",
    ] {
        assert!(one.contains(words), "{words}: {one}");
    }
    assert!(!page(&site, "/findings?n=3").contains("Evidence</h2>"));
}

#[test]
fn what_is_closed_is_told_where_an_earlier_result_was_compared() {
    let without = site(&[scan(2)]);
    assert!(!page(&without, "/findings").contains("earlier result"));
    let mut with = scan(2);
    with["closed"] = json!([{"rule": "SAS-4.1", "name": "wildcard-action", "severity": "high", "message": "the role of `F9`",
                             "file": "t.yaml", "line": 7, "fingerprint": "a", "since": "2026-01-31T10:00:00Z"}]);
    let with = site(&[with]);
    let text = page(&with, "/findings");
    for words in
        ["Closed since the earlier result", "the role of <code>F9</code>", "t.yaml:7", "2026-01-31"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(page(&with, "/").contains(">1 closed</a>"));
}

/// One function with a permission of each kind.
fn permissions() -> Value {
    let place = json!({"file": "t.yaml", "line": 3, "column": 1, "end_line": 3, "end_column": 2});
    let code = json!([{"source": "code", "note": "`put_item`"}]);
    json!({"schema": "faasguard-iam/1", "functions": [{
        "function": "F0", "template": "t.yaml", "size": 90, "complete": true, "widened": [], "proposals": [], "incomplete": [],
        "policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:q"}]},
        "grants": [
            {"action": "dynamodb:PutItem", "resource": "arn:t", "reasons": code},
            {"action": "sqs:SendMessage", "resource": "arn:q", "reasons": [{"source": "trail", "count": 4, "last_used": "2026-01-30"}]},
        ],
        "missing": [{"action": "sqs:SendMessage", "resource": "arn:q", "reasons": code}],
        "unused": [{"action": "s3:*", "resource": "*", "place": place, "needed": []},
                   {"action": "sns:Publish", "resource": "*", "place": place, "needed": []}],
        "broader": [{"action": "dynamodb:*", "resource": "*", "place": place, "needed": ["dynamodb:PutItem"]}],
    }]})
}

#[test]
fn each_permission_is_told_as_granted_needed_and_used() {
    let usage = json!({"schema": "faasguard-trail-usage/1", "principals": [{
        "arn": "arn:aws:iam::111122223333:role/r", "kind": "Role", "events": 9, "sessions": {"some": ["stack-F0-1ABC"]},
        "actions": [{"action": "s3:GetObject", "count": 3, "last": "2026-01-31T00:00:00Z"}],
    }]});
    let mut all = Documents::default();
    for document in [permissions(), usage] {
        all.add_json("a.json", document.to_string().as_bytes()).unwrap();
    }
    let diff = "--- a/t.yaml\n+++ b/t.yaml\n@@ -2,2 +2,2 @@\n Policies:\n-  - s3:*\n+  - sqs:SendMessage\n";
    all.add_policy_writes(PolicyWrites {
        template: "t.yaml".to_owned(),
        functions: vec![("F0".to_owned(), "its policy would be written anew".to_owned())],
        diff: diff.to_owned(),
    });
    let site = Site::new(all, 1, false);
    let text = page(&site, "/permissions?function=F0");
    let table = text.split("Granted, needed, used").nth(1).unwrap();
    let row = |action: &str| {
        let row = table
            .split("<tr>")
            .find(|it| it.contains(&format!("class=\"whole\"><code>{action}</code>")))
            .unwrap();
        row.split("</tr>").next().unwrap().to_owned()
    };
    for (action, said) in [
        ("s3:*", ["3 times, last 2026-01-31", "remove", "though nothing here asks for it"]),
        ("sns:Publish", ["not seen", "remove", "no</span>"]),
        ("dynamodb:*", ["in part: <code>dynamodb:PutItem</code>", "narrow", "not seen"]),
        ("sqs:SendMessage", ["4 times, last 2026-01-30", "add", "no</span>"]),
        ("dynamodb:PutItem", ["keep", "not seen", "yes"]),
    ] {
        for words in said {
            assert!(row(action).contains(words), "{words}: {}", row(action));
        }
    }
    assert!(text.contains("its policy would be written anew"), "{text}");
    let change = page(&site, "/permissions?template=t.yaml");
    assert!(change.contains("<span class=\"row minus\">-  - s3:*</span>"), "{change}");
    assert!(change.contains("<span class=\"row plus\">+  - sqs:SendMessage</span>"), "{change}");
    assert!(page(&site, "/permissions?template=other").contains("not worked out"));
    // Without a trail nothing is said of use.
    let mut alone = Documents::default();
    let mut told = permissions();
    told["functions"][0]["grants"][1]["reasons"] = json!([]);
    alone.add_json("a.json", told.to_string().as_bytes()).unwrap();
    let text = page(&Site::new(alone, 1, false), "/permissions?function=F0");
    assert!(text.contains("Use is not known") && !text.contains("not seen"), "{text}");
}

#[test]
fn a_line_with_a_secret_is_not_shown_in_a_change() {
    let mut with = scan(1);
    let place = json!({"file": "t.yaml", "line": 3, "column": 1, "end_line": 3, "end_column": 9});
    with["findings"][0]["place"] = place;
    with["findings"][0]["secret"] = json!({"kind": "k", "preview": "p"});
    let mut all = Documents::default();
    all.add_json("a.json", with.to_string().as_bytes()).unwrap();
    let diff = "--- a/t.yaml\n+++ b/t.yaml\n@@ -2,3 +2,3 @@\n Environment:\n   KEY: the-words-of-a-key\n-  - s3:*\n+  - x\n";
    all.add_policy_writes(PolicyWrites {
        template: "t.yaml".to_owned(),
        functions: Vec::new(),
        diff: diff.to_owned(),
    });
    all.add_json("b.json", permissions().to_string().as_bytes()).unwrap();
    let text = page(&Site::new(all, 1, false), "/permissions?template=t.yaml");
    assert!(!text.contains("the-words-of-a-key") && text.contains("not shown"), "{text}");
    assert!(text.contains("-  - s3:*"), "{text}");
}

#[test]
fn documents_of_others_are_refused_with_a_word() {
    let mut documents = Documents::default();
    for (text, word) in [
        ("[]", "no `schema`"),
        ("{}", "no `schema`"),
        ("{\"schema\":\"faasguard-rules/1\"}", "are not shown"),
        (
            "{\"schema\":\"faasguard-scan/1\",\"findings\":[{\"rule\":\"a\",\"severity\":\"bad\"}]}",
            "not as its schema",
        ),
    ] {
        let error = documents.add_json("a", text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn there_is_no_page_at_other_addresses() {
    let site = site(&[]);
    for path in ["/nothing", "/findings/", "/assets/dashboard.css"] {
        assert_eq!(site.page(path, &Query::default(), &NoSource).status, 404, "{path}");
    }
}

/// Texts with everything that means something in HTML.
fn hostile() -> impl Strategy<Value = String> {
    "[<>\"'&`=a-c/\u{202e}\u{1b}\u{0}-\u{2} ;-]{0,24}"
}

proptest! {
    #[test]
    fn no_text_of_an_input_becomes_markup(text in hostile()) {
        let bait = format!("{text}<b onx=1>\"");
        let place = json!({"file": bait, "line": 1, "column": 1, "end_line": 1, "end_column": 2});
        let scan = json!({
            "schema": "faasguard-scan/1", "root": bait, "tool": {"version": bait},
            "diagnostics": [{"level": bait, "file": bait, "line": 1, "message": bait}],
            "functions": [{"name": bait, "runtime": bait, "place": place, "triggers": [{"kind": bait, "route": bait}]}],
            "findings": [{"rule": bait, "severity": "high", "message": bait, "function": bait, "place": place,
                          "path": [bait, bait], "component": {"purl": bait, "fixed": bait}, "advisories": [bait],
                          "evidence": [{"kind": bait, "text": bait, "first": bait, "last": bait, "source": bait}],
                          "fix": {"description": bait}, "trace": [{"place": place, "note": bait}], "when": bait}],
        });
        let permissions = json!({
            "schema": "faasguard-iam/1",
            "functions": [{"function": bait, "template": bait, "policy": {bait.clone(): bait}, "unused": [{"action": bait, "resource": bait, "place": place}],
                           "grants": [{"action": bait, "resource": bait, "reasons": [{"source": bait, "note": bait}]}]}],
        });
        let checklist = json!({
            "schema": "faasguard-checklist/1", "items": [{"group": bait, "title": bait}],
            "functions": [{"function": bait, "cells": [{"item": bait, "verdict": bait, "rules": [bait], "note": bait}]}],
        });
        let mut all = Documents::default();
        for document in [scan, permissions, checklist] {
            all.add_json(&bait, document.to_string().as_bytes()).unwrap();
        }
        all.add_guard(&bait, vec![GuardLine { kind: bait.clone(), detail: bait.clone(), function: Some(bait.clone()), ..GuardLine::default() }]);
        all.add_table(Table { name: bait.clone(), columns: vec![bait.clone()], question: bait.clone(), rows: vec![vec![bait.clone()]], ..Table::default() }, &bait);
        all.add_policy_writes(PolicyWrites { template: bait.clone(), functions: vec![(bait.clone(), bait.clone())], diff: format!("-\n+\n-{bait}\n+{bait}") });
        let site = Site::new(all, 1, false);
        let encoded = bait.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
        let more = ["/permissions?function=", "/permissions?template=", "/functions?name="].map(|it| format!("{it}{encoded}"));
        for address in PATHS.into_iter().chain(more.iter().map(String::as_str)) {
            let drawn = page(&site, address);
            prop_assert!(!drawn.contains("<b onx"), "{}", address);
            let hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            prop_assert!(!drawn.contains(hidden), "{}", address);
        }
    }
}
