//! Only what is new counts: baselines and revisions.

use serde_json::Value;

use crate::folder::{Folder, ORDERS};

/// A second function with the same flaw, above the first.
fn with_second() -> String {
    let (head, first) = ORDERS.split_once("Resources:\n").unwrap();
    format!("{head}Resources:\n{}{first}", first.replace("CreateOrder", "AuditOrders"))
}

fn prints(folder: &Folder, paths: &[&str]) -> Vec<Value> {
    let scan = folder.scan(&[&["--rule", "SAS-4.1"], paths].concat());
    let mut prints: Vec<Value> =
        scan.all_findings().iter().map(|finding| finding["fingerprint"].clone()).collect();
    prints.sort_by_key(ToString::to_string);
    prints
}

#[test]
fn a_baseline_accepts_what_stood_and_counts_what_is_new() {
    let folder = Folder::with_orders();
    let scan = ["scan", ".", "--rule", "SAS-4.1"];
    let run = folder.run(&[&scan[..], &["--write-baseline", "baseline.json"]].concat());
    run.exits(0).says("1 finding");
    let with = [&scan[..], &["--baseline", "baseline.json"]].concat();
    folder.run(&with).exits(0);
    folder.write("template.yaml", with_second());
    let run = folder.run(&with);
    run.exits(1).says("AuditOrders");
    let json = folder.scan(&["--rule", "SAS-4.1", "--baseline", "baseline.json", "."]);
    assert_eq!(json.findings(), ["template.yaml:13 SAS-4.1"]);
    assert_eq!(json.suppressed(), ["template.yaml:24 SAS-4.1 baseline"]);
    // Written again with the old one applied, it holds both.
    folder
        .run(&[&with[..], &["--write-baseline", "baseline.json"]].concat())
        .exits(0)
        .says("2 findings");
    folder.run(&with).exits(0);
}

#[test]
fn moved_lines_reordered_resources_and_comments_keep_fingerprints() {
    let folder = Folder::new().file("template.yaml", with_second());
    let before = prints(&folder, &["."]);
    assert_eq!(before.len(), 2);
    let (head, resources) = ORDERS.split_once("Resources:\n").unwrap();
    let moved = format!(
        "# A comment\n{head}\n\nResources:\n  # Another\n{resources}\n{}",
        resources.replace("CreateOrder", "AuditOrders")
    );
    folder.write("template.yaml", moved);
    assert_eq!(prints(&folder, &["."]), before);
    // By whichever path the folder is named.
    let absolute = folder.path("");
    assert_eq!(prints(&folder, &[absolute.to_str().unwrap()]), before);
    assert_eq!(prints(&folder, &["template.yaml"]), before);
}

#[test]
fn a_broken_baseline_is_a_usage_error() {
    let folder = Folder::with_orders()
        .file("text.json", "no JSON")
        .file("other.json", r#"{"schema": "faasguard-baseline/9", "findings": []}"#);
    folder.run(&["scan", "--baseline", "missing.json"]).exits(2).says("missing.json");
    folder.run(&["scan", "--baseline", "text.json"]).exits(2).says("text.json");
    folder.run(&["scan", "--baseline", "other.json"]).exits(2).says("faasguard-baseline/9");
}

fn repository() -> Folder {
    let folder = Folder::new().file("app/template.yaml", ORDERS).file("old/x.yaml", ORDERS);
    for arguments in [
        &["init", "-q"][..],
        &["add", "."],
        &["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "first"],
    ] {
        folder.command("git", arguments);
    }
    folder
}

#[test]
fn since_a_revision_only_new_findings_count() {
    let folder = repository();
    folder.run(&["scan", ".", "--rule", "SAS-4.1", "--since", "HEAD"]).exits(0);
    folder.write("app/template.yaml", with_second());
    folder.write("new/y.yaml", ORDERS);
    for (paths, new) in [
        (&["."][..], &["app/template.yaml:13 SAS-4.1", "new/y.yaml:13 SAS-4.1"][..]),
        (&["app"], &["template.yaml:13 SAS-4.1"]),
        (&["app/template.yaml"], &["template.yaml:13 SAS-4.1"]),
        (&["app", "new"], &["app/template.yaml:13 SAS-4.1", "new/y.yaml:13 SAS-4.1"]),
        (&["old", "new"], &["new/y.yaml:13 SAS-4.1"]),
        (&["new"], &["y.yaml:13 SAS-4.1"]),
    ] {
        let scan = folder.scan(&[&["--rule", "SAS-4.1", "--since", "HEAD"], paths].concat());
        assert_eq!(scan.findings(), new, "{paths:?}");
        assert_eq!(scan.code, 1);
    }
    let sources = folder.scan(&["--rule", "SAS-4.1", "--since", "HEAD", "app"]).suppressed();
    assert_eq!(sources, ["template.yaml:24 SAS-4.1 since"]);
}

#[test]
fn an_unknown_revision_or_no_repository_is_a_usage_error() {
    let folder = repository();
    folder.run(&["scan", "--since", "no-such-branch"]).exits(2).says("no-such-branch");
    folder.run(&["scan", "--since=--output=/tmp/x"]).exits(2);
    Folder::with_orders().run(&["scan", "--since", "HEAD"]).exits(2).says("git");
}
