//! Findings that are accepted where they stand: our own words and those of other scanners.

use serde_json::json;

use crate::folder::{Folder, ORDERS, Scan};

const AT: &str = "template.yaml:13 SAS-4.1";

fn scan(text: &str) -> Scan {
    Folder::new().file("template.yaml", text).scan(&["--rule", "SAS-4.1", "."])
}

/// [`ORDERS`] with words behind `line`, counted from 1.
fn behind(line: usize, words: &str) -> String {
    let rows = ORDERS.lines().zip(1..);
    rows.map(
        |(row, number)| {
            if number == line { format!("{row} {words}\n") } else { format!("{row}\n") }
        },
    )
    .collect()
}

/// [`ORDERS`] with a line of its own above `line`, as far to the right.
fn above(line: usize, words: &str) -> String {
    let mut text = String::new();
    for (row, number) in ORDERS.lines().zip(1..) {
        if number == line {
            let indent = row.len() - row.trim_start().len();
            text.push_str(&format!("{}{words}\n", " ".repeat(indent)));
        }
        text.push_str(&format!("{row}\n"));
    }
    text
}

/// Whether the finding of the text is accepted, by `source`.
#[track_caller]
fn accepted(text: &str, source: &str) {
    let scan = scan(text);
    assert_eq!(scan.findings(), [""; 0], "{text}");
    assert!(
        scan.suppressed().first().is_some_and(|it| it.ends_with(source)),
        "{:?}",
        scan.suppressed()
    );
    assert_eq!((scan.code, scan.count("suppressed")), (0, 1));
    assert_eq!(scan.unused(), [""; 0]);
}

#[track_caller]
fn open(text: &str) -> Scan {
    let scan = scan(text);
    assert_eq!((scan.findings().len(), scan.code), (1, 1), "{text}");
    scan
}

const ALLOW: &str = "# faasguard: allow wildcard-action -- a cache (until 2999-12-31)";

#[test]
fn a_comment_holds_for_what_it_stands_at() {
    accepted(&behind(13, ALLOW), "inline");
    accepted(&above(13, ALLOW), "inline");
    accepted(&above(5, ALLOW), "inline");
    accepted(&behind(4, ALLOW), "inline");
    accepted(&above(4, ALLOW), "inline");
    accepted(&above(10, ALLOW), "inline");
    for elsewhere in [7, 9, 14] {
        let scan = open(&behind(elsewhere, ALLOW));
        assert_eq!(scan.unused(), [format!("{elsewhere}: wildcard-action: it hides no finding")]);
    }
}

#[test]
fn a_comment_above_the_first_resource_holds_for_that_one_alone() {
    let (_, resource) = ORDERS.split_once("Resources:\n").unwrap();
    let two = format!("{}{}", above(4, ALLOW), resource.replace("CreateOrder", "Second"));
    let scan = scan(&two);
    assert_eq!(scan.findings(), ["template.yaml:25 SAS-4.1"]);
    assert_eq!(scan.suppressed(), ["template.yaml:14 SAS-4.1 inline"]);
}

#[test]
fn reason_and_day_are_kept() {
    let scan = scan(&behind(13, ALLOW));
    let finding = scan.all_findings().first().unwrap();
    assert_eq!(
        finding["suppressed"],
        json!({"source": "inline", "reason": "a cache", "until": "2999-12-31"})
    );
}

#[test]
fn several_rules_ids_and_the_word_ignore_are_understood() {
    accepted(&behind(13, "# faasguard: allow SAS-4.1"), "inline");
    accepted(&behind(13, "#faasguard: ignore SAS-4.3, wildcard-action -- both"), "inline");
}

#[test]
fn words_that_cannot_be_followed_are_said() {
    for (words, said) in [
        ("# faasguard: allow wildcard-akction -- x", "wildcard-akction: there is no such rule"),
        ("# faasguard: allow wildcard-action (until 2020-01-31)", "expired on 2020-01-31"),
        ("# faasguard: allow wildcard-action (until tomorrow)", "`tomorrow` is not a day"),
        ("# faasguard: allow wildcard-action (until 2027-13-01)", "is not a day"),
        ("# faasguard: alow wildcard-action", "write `# faasguard: allow RULE"),
    ] {
        let unused = open(&behind(13, words)).unused();
        assert!(unused.len() == 1 && unused.concat().contains(said), "{unused:?}");
    }
    let folder = Folder::new().file("template.yaml", behind(13, "# faasguard: allow no-such-rule"));
    folder.run(&["scan"]).exits(1).says("no-such-rule");
}

#[test]
fn an_audit_ignores_every_marker() {
    let folder = Folder::new().file("template.yaml", behind(13, ALLOW));
    folder.run(&["scan", "--rule", "SAS-4.1"]).exits(0);
    folder.run(&["scan", "--rule", "SAS-4.1", "--no-suppress"]).exits(1).says("wildcard-action");
    folder.run(&["scan", "--rule", "SAS-4.1", "--verbose"]).exits(0).says("a cache");
}

#[test]
fn comments_of_checkov_hold_for_the_resource_around_them() {
    for line in [5, 7, 10, 14] {
        accepted(&above(line, "# checkov:skip=CKV_AWS_63:a cache"), "checkov:skip");
    }
    accepted(&behind(13, "#checkov:skip=CKV_AWS_63"), "checkov:skip");
    open(&above(7, "# checkov:skip=CKV_AWS_116:another check"));
    open(&above(3, "# checkov:skip=CKV_AWS_63:outside of every resource"));
}

#[test]
fn comments_of_trivy_hold_for_what_follows() {
    accepted(&above(13, "#trivy:ignore:AVD-AWS-0057"), "trivy:ignore");
    accepted(&above(4, "# trivy:ignore:AVD-AWS-0057"), "trivy:ignore");
    open(&above(7, "# trivy:ignore:AVD-AWS-0057"));
}

#[test]
fn metadata_of_other_scanners_holds_for_its_resource() {
    for (metadata, source) in [
        ("{checkov: {skip: [{id: CKV_AWS_63, comment: c}]}}", "checkov:skip"),
        ("{cfn_nag: {rules_to_suppress: [{id: F3, reason: r}]}}", "cfn_nag"),
        ("{cdk_nag: {rules_to_suppress: [{id: AwsSolutions-IAM5, reason: r}]}}", "cdk_nag"),
    ] {
        accepted(&above(6, &format!("Metadata: {metadata}")), source);
    }
    open(&above(6, "Metadata: {cfn-lint: {config: {ignore_checks: [W3037]}}}"));
    open(&above(
        6,
        "Metadata: {checkov: {skip: x}, cfn_nag: [1], cdk_nag: {rules_to_suppress: [{}]}}",
    ));
}

#[test]
fn our_own_metadata_serves_json_which_has_no_comments() {
    accepted(
        &above(6, "Metadata: {faasguard: {allow: [{rule: wildcard-action, reason: r}]}}"),
        "inline",
    );
    accepted(&above(6, "Metadata: {faasguard: {allow: [SAS-4.1]}}"), "inline");
    let scan = open(&above(
        6,
        "Metadata: {faasguard: {allow: [{rule: SAS-4.1, until: '2020-01-31'}, 3, no-rule]}}",
    ));
    assert_eq!(scan.unused().len(), 3, "{:?}", scan.unused());
}

#[test]
fn metadata_holds_for_its_own_resource_where_all_stand_on_one_line() {
    let role = |metadata: serde_json::Value| {
        json!({
            "Type": "AWS::IAM::Role",
            "Metadata": metadata,
            "Properties": {
                "AssumeRolePolicyDocument": {"Statement": [{
                    "Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": {"Service": "lambda.amazonaws.com"}}]},
                "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": [{
                    "Effect": "Allow", "Action": "dynamodb:*",
                    "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"}]}}]
            }
        })
    };
    let allow = json!({"faasguard": {"allow": [{"rule": "SAS-4.1", "reason": "r"}]}});
    let text = json!({"Resources": {"First": role(allow), "Second": role(json!({}))}}).to_string();
    let scan = scan(&text);
    assert_eq!(
        (scan.findings(), scan.suppressed().len()),
        (vec!["template.yaml:1 SAS-4.1".to_owned()], 1)
    );
    let open = scan.all_findings().iter().find(|it| it["suppressed"].is_null()).unwrap();
    assert_eq!(open["resource"], "Second");
}

#[test]
fn a_marker_holds_in_its_own_file_only() {
    let part = "CreateOrder:\n  Type: AWS::Serverless::Function\n  Properties:\n    Handler: a.b\n    Runtime: python3.13\n    CodeUri: s/\n    \
        Policies:\n      - Statement:\n          - {Effect: Allow, Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders'}\n";
    let text = format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Queue: # faasguard: allow SAS-4.1\n    Type: AWS::SQS::Queue\n{}  Fn::Transform:\n    Name: AWS::Include\n    Parameters:\n      Location: part.yml\n",
        "\n".repeat(20).replace('\n', "    # x\n")
    );
    let folder = Folder::new().file("template.yaml", text).file("part.yml", part);
    let scan = folder.scan(&["--rule", "SAS-4.1", "template.yaml"]);
    assert_eq!(scan.findings(), ["part.yml:9 SAS-4.1"], "{:?}", scan.diagnostics());
}

#[test]
fn very_many_comments_take_no_longer_than_their_number() {
    let comments = format!("    {ALLOW}\n    # checkov:skip=CKV_AWS_63:x\n").repeat(20_000);
    let text = ORDERS.replace(
        "    Type: AWS::Serverless::Function\n",
        &format!("{comments}    Type: AWS::Serverless::Function\n"),
    );
    let start = std::time::Instant::now();
    assert_eq!(scan(&text).count("suppressed"), 1);
    let took = start.elapsed();
    assert!(took < std::time::Duration::from_secs(15), "{took:?}");
    assert_eq!(scan(ORDERS).findings(), [AT]);
}
