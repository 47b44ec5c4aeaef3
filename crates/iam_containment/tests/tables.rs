//! Pairs of policies with the answer that is right.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use iam_containment::{Containment, Limits, contains};
use iam_policy::{Policy, literal_terms};
use source_text::{FileId, Limits as TextLimits, parse_yaml};

fn policy(text: &str) -> Policy {
    let text = if text.contains("Statement") {
        text.to_owned()
    } else {
        format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{text}]}}")
    };
    let parsed = parse_yaml(FileId::default(), &text, &TextLimits::of_part(&text)).unwrap();
    let document = parsed.documents.into_iter().next().unwrap();
    let (policy, diagnostics) = Policy::read(&document, &literal_terms);
    assert!(diagnostics.is_empty(), "{diagnostics:?} in {text}");
    policy
}

fn check(old: &str, new: &str, expect: &str) {
    let (old, new) = (policy(old), policy(new));
    let answer = contains(&[&old], &[&new], Limits::default());
    assert_eq!(answer.name(), expect, "{answer:#?}\nold {old:#?}\nnew {new:#?}");
}

fn witness(old: &str, new: &str) -> (String, String) {
    let (old, new) = (policy(old), policy(new));
    match contains(&[&old], &[&new], Limits::default()) {
        Containment::No(witness) => (witness.action.to_string(), witness.resource.to_string()),
        other => panic!("{other:?}"),
    }
}

fn allow(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}"#)
}

fn deny(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Deny","Action":"{action}","Resource":"{resource}"}}"#)
}

fn allow_if(condition: &str) -> String {
    format!(
        r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{{{condition}}}}}"#
    )
}

#[test]
fn globs_of_actions_and_resources() {
    check(&allow("s3:Get*", "*"), &allow("s3:GetObject", "arn:aws:s3:::b/*"), "yes");
    check(&allow("s3:GetObject", "arn:aws:s3:::b/*"), &allow("s3:Get*", "arn:aws:s3:::b/*"), "no");
    check(&allow("s3:getobject", "*"), &allow("S3:GetObject", "*"), "yes");
    check(&allow("*", "*"), &allow("*:*", "*"), "yes");
    check(&allow("*:*", "*"), &allow("*", "*"), "yes");
    check(&allow("iam:CreateAccessKe?", "*"), &allow("iam:CreateAccessKey", "*"), "yes");
    check(&allow("iam:CreateAccessKey", "*"), &allow("iam:CreateAccessKe?", "*"), "no");
    check(&allow("s3:*", "arn:aws:s3:::a*"), &allow("s3:*", "arn:aws:s3:::ab*c"), "yes");
    check(&allow("s3:*", "arn:aws:s3:::ab*"), &allow("s3:*", "arn:aws:s3:::a*b*"), "no");
    assert_eq!(witness(&allow("s3:*", "*"), &allow("*", "*")).1, "*");
}

#[test]
fn allow_everything_with_a_deny() {
    let no_iam = format!("{},{}", allow("*", "*"), deny("iam:*", "*"));
    check(&allow("*", "*"), &no_iam, "yes");
    check(&no_iam, &allow("*", "*"), "no");
    check(&no_iam, &allow("s3:*", "*"), "yes");
    check(&no_iam, &allow("i*", "*"), "no");
    check(&no_iam, &no_iam, "yes");
    let (action, _) = witness(&no_iam, &allow("iam:PassRole", "arn:aws:iam::*:role/*"));
    assert_eq!(action, "iam:PassRole");
    let all_but_iam = r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#;
    check(&no_iam, all_but_iam, "yes");
    check(all_but_iam, &no_iam, "yes");
}

#[test]
fn all_but_some() {
    let all_but_safe = r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::safe/*"}"#;
    check(all_but_safe, &allow("s3:GetObject", "arn:aws:s3:::other/*"), "yes");
    check(all_but_safe, &allow("s3:GetObject", "arn:aws:s3:::saf*"), "no");
    check(&allow("s3:*", "*"), all_but_safe, "yes");
    check(all_but_safe, &allow("s3:*", "*"), "no");
    check(all_but_safe, all_but_safe, "yes");
    let not_two = r#"{"Effect":"Allow","NotAction":["iam:*","sts:*"],"Resource":"*"}"#;
    let not_one = r#"{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}"#;
    check(not_one, not_two, "yes");
    check(not_two, not_one, "no");
}

#[test]
fn several_statements_cover_together() {
    let both = format!(
        "{},{}",
        allow_if(r#""Bool":{"aws:SecureTransport":"true"}"#),
        allow_if(r#""BoolIfExists":{"aws:SecureTransport":"false"}"#)
    );
    // A request whose key is neither is let through by none.
    check(&both, &allow("s3:GetObject", "*"), "no");
    let present = format!(
        "{},{}",
        allow_if(r#""Null":{"aws:SourceIp":"true"}"#),
        allow_if(r#""Null":{"aws:SourceIp":"false"}"#)
    );
    check(&present, &allow("s3:GetObject", "*"), "yes");
    let split = format!("{},{}", allow("s3:A*", "*"), allow("s3:B*", "*"));
    check(&split, &allow("s3:B?", "*"), "yes");
}

#[test]
fn an_allow_that_never_holds_allows_nothing() {
    let never =
        allow_if(r#""StringEquals":{"aws:username":"a"},"StringNotEquals":{"aws:username":"a"}"#);
    check(&deny("*", "*"), &never, "yes");
    let never = allow_if(r#""Null":{"k:k":"true"},"StringEquals":{"k:k":"a"}"#);
    check(&deny("*", "*"), &never, "yes");
    let never = allow_if(r#""NumericLessThan":{"k:k":"5"},"NumericGreaterThan":{"k:k":"7"}"#);
    check(&deny("*", "*"), &never, "yes");
    let not_never = allow_if(r#""NumericLessThan":{"k:k":"7"},"NumericGreaterThan":{"k:k":"5"}"#);
    check(&deny("*", "*"), &not_never, "no");
}

#[test]
fn a_resource_that_is_no_arn() {
    check(&allow("ses:*", "eu*"), &allow("ses:*", "*"), "no");
    check(&allow("ses:*", "*"), &allow("ses:*", "eu*"), "yes");
    check(&deny("ses:*", "eu*"), &allow("ses:*", "eu*"), "yes");
    // A short ARN is completed; an action that is about no resource is about `*`.
    check(&allow("sqs:*", "arn:aws:sqs"), &allow("sqs:SendMessage", "arn:aws:sqs:*:*:q"), "yes");
    check(&allow("s3:*", "arn:*"), &allow("s3:*", "*"), "no");
    check(&allow("s3:GetObject", "arn:*"), &allow("s3:GetObject", "*"), "yes");
    check(&deny("*", "*"), &allow("ec2:DescribeInstances", "arn:aws:ec2:*:*:instance/*"), "yes");
}
