//! What IAM takes and what it refuses, by element.

use source_text::{FileId, Level};

use super::{DocumentKind, check_text};

/// The codes of the faults, those that IAM refuses with a `!` before them.
fn codes(kind: DocumentKind, text: &str) -> Vec<String> {
    check_text(FileId::default(), text, Some(kind))
        .faults
        .iter()
        .map(|fault| {
            let mark = if fault.level == Level::Error { "!" } else { "" };
            format!("{mark}{}", fault.code)
        })
        .collect()
}

fn check(kind: DocumentKind, text: &str, expected: &[&str]) {
    assert_eq!(codes(kind, text), expected, "{text}");
}

/// A managed policy with one statement of these members.
fn check_statement(members: &str, expected: &[&str]) {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": {{{members}}}}}"#);
    check(DocumentKind::Managed, &text, expected);
}

const ALLOW: &str = r#""Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*""#;

#[test]
fn the_document_has_its_elements() {
    let statement = format!("{{{ALLOW}}}");
    for (text, expected) in [
        ("not json".to_owned(), &["!not-json"] as &[&str]),
        ("\"text\"".to_owned(), &["!wrong-type"]),
        (format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#), &[]),
        (format!(r#"{{"Version": "2012-10-17", "Statement": {statement}, }}"#), &["!not-json"]),
        (format!(r#"{{"Statement": {statement}}}"#), &["!old-version"]),
        (format!(r#"{{"Version": "2008-10-17", "Statement": {statement}}}"#), &["!old-version"]),
        (
            format!(r#"{{"Version": "2012-10-18", "Statement": {statement}}}"#),
            &["!unknown-version"],
        ),
        (format!(r#"{{"Version": 2012, "Statement": {statement}}}"#), &["!unknown-version"]),
        (r#"{"Version": "2012-10-17"}"#.to_owned(), &["!no-statement"]),
        (r#"{"Version": "2012-10-17", "Statement": []}"#.to_owned(), &["!no-statement"]),
        (r#"{"Version": "2012-10-17", "Statement": [7]}"#.to_owned(), &["!wrong-type"]),
        (
            format!(r#"{{"Version": "2012-10-17", "Statements": {statement}}}"#),
            &["!no-statement", "!unknown-element"],
        ),
        (
            format!(r#"{{"Version": "2012-10-17", "Id": 7, "Statement": {statement}}}"#),
            &["!wrong-type"],
        ),
        (
            format!(
                r#"{{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": {statement}}}"#
            ),
            &["!duplicate-key"],
        ),
    ] {
        check(DocumentKind::Managed, &text, expected);
    }
    check(DocumentKind::Inline, &format!(r#"{{"Statement": {statement}}}"#), &["old-version"]);
}

#[test]
fn a_statement_has_its_elements() {
    for (members, expected) in [
        (ALLOW, &[] as &[&str]),
        (
            r#""Effect": "allow", "Action": "sqs:SendMessage", "Resource": "*""#,
            &["!unknown-effect"],
        ),
        (r#""Action": "sqs:SendMessage", "Resource": "*""#, &["!no-effect"]),
        (r#""Effect": "Deny", "Resource": "*""#, &["!no-action"]),
        (r#""Effect": "Deny", "Action": [], "Resource": "*""#, &["!no-action"]),
        (r#""Effect": "Deny", "Action": ["*", ["*"]], "Resource": "*""#, &["!wrong-type"]),
        (r#""Effect": "Deny", "Action": "*""#, &["!no-resource"]),
        (r#""Effect": "Deny", "Action": "*", "Resource": []"#, &["!no-resource"]),
        (r#""Effect": "Deny", "Action": "*", "Resource": [null, "*"]"#, &["null-item"]),
        (r#""Effect": "Deny", "Action": "*", "Resource": {"Ref": "A"}"#, &["!wrong-type"]),
        (
            r#""Effect": "Deny", "Action": "*", "NotAction": [], "Resource": "*""#,
            &["!both-elements"],
        ),
        (
            r#""Effect": "Deny", "Actions": "*", "Resource": "*""#,
            &["!no-action", "!unknown-element"],
        ),
        (r#""Sid": 1, "Effect": "Deny", "Action": "*", "Resource": "*""#, &["!wrong-type"]),
        (r#""Sid": "a b", "Effect": "Deny", "Action": "*", "Resource": "*""#, &["sid-characters"]),
        (
            r#""Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*""#,
            &["!no-principal-here"],
        ),
    ] {
        check_statement(members, expected);
    }
}

#[test]
fn sids_are_unique_but_for_empty_ones() {
    let with = |first: &str, second: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Sid": "{first}", {ALLOW}}}, {{"Sid": "{second}", {ALLOW}}}]}}"#
        )
    };
    check(DocumentKind::Managed, &with("Send", "Send"), &["!duplicate-sid"]);
    check(DocumentKind::Managed, &with("Send", "send"), &[]);
    check(DocumentKind::Managed, &with("", ""), &[]);
}

#[test]
fn actions_are_a_service_and_a_name() {
    for (action, expected) in [
        ("*", &[] as &[&str]),
        ("sqs:*", &[]),
        ("execute-api:Invoke", &[]),
        ("SendMessage", &["!action-syntax"]),
        ("", &["!action-syntax"]),
        ("sqs :SendMessage", &["!action-syntax"]),
        ("sqs:Send:Message", &["!action-syntax"]),
        (":SendMessage", &["!action-syntax"]),
        ("sqs:Send Message", &["action-syntax"]),
        ("sqs:", &["action-syntax"]),
        ("s*:SendMessage", &["action-syntax"]),
    ] {
        let members = format!(r#""Effect": "Allow", "Action": "{action}", "Resource": "*""#);
        check_statement(&members, expected);
    }
}

#[test]
fn an_api_completes_its_own_resources() {
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/GET/*"}}"#;
    check(DocumentKind::Resource, text, &[]);
    let members =
        r#""Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "execute-api:/*""#;
    check_statement(members, &["!resource-not-arn"]);
}

#[test]
fn resources_are_arns() {
    for (resource, expected) in [
        ("*", &[] as &[&str]),
        ("arn:aws:sqs:eu-west-1:111122223333:orders", &[]),
        ("arn:*:sqs:*:*:orders", &[]),
        ("arn:aws-us-gov:s3:::photos", &[]),
        ("arn:aws:sqs", &["resource-short"]),
        ("arn:aws", &["!resource-arn"]),
        ("orders", &["!resource-not-arn"]),
        ("aws:s3:::photos", &["!resource-not-arn"]),
        ("arn:amazon:s3:::photos", &["!resource-arn"]),
        ("arn:aws::::photos", &["!resource-arn"]),
        ("arn:aws:s*:::photos", &["!resource-arn"]),
        ("arn:aws:s3::photos", &["!resource-arn", "resource-short"]),
        ("arn:aws:s3:eu-west-1::photos", &["!resource-arn"]),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/photos", &[]),
        ("arn:aws:s3::*:photos", &[]),
        ("arn:aws:iam::111122223333:role/orders", &[]),
        ("arn:aws:iam::111122223333:ro*", &[]),
        ("arn:aws:iam::111122223333:root", &[]),
        ("arn:aws:iam::111122223333:roles/orders", &["!resource-arn"]),
        ("arn:aws:iam:eu-west-1:111122223333:role/orders", &["!resource-arn"]),
    ] {
        let members = format!(r#""Effect": "Allow", "Action": "*", "Resource": "{resource}""#);
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": {{{members}}}}}"#);
        let mut found = codes(DocumentKind::Managed, &text);
        found.sort();
        assert_eq!(found, expected, "{resource}");
    }
}

#[test]
fn conditions_have_operators_keys_and_values() {
    for (condition, expected) in [
        ("{}", &[] as &[&str]),
        (r#"{"StringEquals": {"aws:userid": "a"}}"#, &[]),
        (r#"{"ForAnyValue:StringLikeIfExists": {"aws:userid": ["a", 7, true]}}"#, &[]),
        ("[]", &["!wrong-type"]),
        (r#"{"StringEquals": "a"}"#, &["!wrong-type"]),
        (r#"{"StringEquals": {"aws:userid": {}}}"#, &["!wrong-type"]),
        (r#"{"StringEquals": {"aws:userid": null}}"#, &["!wrong-type"]),
        (r#"{"StringEquals": {"aws:userid": []}}"#, &["empty-condition"]),
        (r#"{"StringEquals": {}}"#, &["empty-condition"]),
        (r#"{"StringMatches": {"aws:userid": "a"}}"#, &["!unknown-operator"]),
        (r#"{"ForAnyValue::StringLike": {"aws:userid": "a"}}"#, &["!unknown-operator"]),
        (r#"{"StringMatches": {}}"#, &["unknown-operator"]),
        (r#"{"DateLessThan": {"aws:CurrentTime": "2026-01-31T23:59:59Z"}}"#, &[]),
        (r#"{"DateLessThan": {"aws:CurrentTime": "2026-1-31"}}"#, &[]),
        (r#"{"DateLessThan": {"aws:CurrentTime": "2026-01-31T23:59:59.123+01:00"}}"#, &[]),
        (r#"{"DateLessThan": {"aws:EpochTime": 1793404800}}"#, &[]),
        (r#"{"DateLessThan": {"aws:CurrentTime": "${aws:PrincipalTag/until}"}}"#, &[]),
        (r#"{"DateLessThan": {"aws:CurrentTime": "2026-13-31"}}"#, &["!not-a-date"]),
        (r#"{"DateLessThan": {"aws:CurrentTime": "2026-01-31T23:59:59+1"}}"#, &["!not-a-date"]),
        (r#"{"DateLessThan": {"aws:CurrentTime": "tomorrow"}}"#, &["!not-a-date"]),
    ] {
        check_statement(&format!("{ALLOW}, \"Condition\": {condition}"), expected);
    }
}

#[test]
fn each_kind_has_its_own_elements() {
    let with =
        |members: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{{{members}}}]}}"#);
    let assume = r#""Effect": "Allow", "Action": "sts:AssumeRole""#;
    let principal = |text: &str| format!(r#"{assume}, "Principal": {text}"#);
    for (text, expected) in [
        (r#"{"Service": "lambda.amazonaws.com"}"#, &[] as &[&str]),
        (r#"{"AWS": ["111122223333", "arn:aws:iam::111122223333:role/a"]}"#, &[]),
        (r#""*""#, &[]),
        (r#"{"aws": "111122223333"}"#, &["!principal-kind"]),
        (r#"{"AWS": "11112222333"}"#, &["!principal-syntax"]),
        (r#"{"AWS": "arn:aws:iam::111122223333:role/*"}"#, &["!principal-wildcard"]),
        (r#"{"AWS": []}"#, &["!no-principal"]),
        (r#"{"Service": "lambda"}"#, &["!principal-syntax"]),
        (r#""111122223333""#, &["!principal-syntax"]),
        ("{}", &["!principal-syntax"]),
    ] {
        check(DocumentKind::Trust, &with(&principal(text)), expected);
    }
    check(DocumentKind::Trust, &with(assume), &["!no-principal"]);
    check(
        DocumentKind::Trust,
        &with(&format!(r#"{ALLOW}, "Principal": "*""#)),
        &["!no-resource-here"],
    );
    check(DocumentKind::Resource, &with(&principal("\"*\"")), &[]);
    check(DocumentKind::ServiceControl, &with(ALLOW), &[]);
    let deny = r#""Effect": "Deny", "Action": "s3:*", "Resource": "*", "Principal": "*""#;
    check(DocumentKind::ResourceControl, &with(deny), &[]);
    check(
        DocumentKind::ResourceControl,
        &with(&format!(r#"{ALLOW}, "Principal": "*""#)),
        &["!unknown-effect"],
    );
    let guessed = |text: &str| check_text(FileId::default(), text, None).kind;
    assert_eq!(guessed(&with(&principal("\"*\""))), DocumentKind::Trust);
    assert_eq!(guessed(&with(&format!(r#"{ALLOW}, "Principal": "*""#))), DocumentKind::Resource);
    assert_eq!(guessed(&with(ALLOW)), DocumentKind::Identity);
}

#[test]
fn what_is_too_large_is_told() {
    let long = "a".repeat(6_144);
    check_statement(&format!(r#"{ALLOW}, "Sid": "{long}""#), &["!too-large"]);
    let blanks = " ".repeat(6_144);
    check_statement(&format!("{ALLOW}{blanks}"), &[]);
}

#[test]
fn hostile_documents_end_in_time_and_lose_nothing() {
    let many = vec!["{}"; 50_000].join(",");
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{many}]}}"#);
    let checked = check_text(FileId::default(), &text, Some(DocumentKind::Managed));
    assert!(!checked.is_accepted() && checked.faults.len() <= 1_002);
    assert!(checked.faults.iter().any(|fault| fault.code == "more-faults"));
    let stars = "*a".repeat(1 << 19);
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "{stars}", "Resource": "{stars}"}}}}"#
    );
    assert!(!check_text(FileId::default(), &text, None).is_accepted());
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!check_text(FileId::default(), &deep, None).is_accepted());
}
