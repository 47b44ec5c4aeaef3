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

/// Whether a statement with the second condition is contained in one with the first.
fn implied(old: &str, new: &str, expect: &str) {
    check(&allow_if(old), &allow_if(new), expect);
}

#[test]
fn conditions_on_texts() {
    implied(r#""StringEquals":{"k:k":["a","b"]}"#, r#""StringEquals":{"k:k":"a"}"#, "yes");
    implied(r#""StringEquals":{"k:k":"a"}"#, r#""StringEquals":{"k:k":["a","b"]}"#, "no");
    implied(r#""StringLike":{"k:k":"a*"}"#, r#""StringEquals":{"k:k":"ab"}"#, "yes");
    implied(r#""StringLike":{"k:k":"a*"}"#, r#""StringLike":{"K:K":"a?"}"#, "yes");
    implied(r#""StringLike":{"k:k":"a?"}"#, r#""StringLike":{"k:k":"a*"}"#, "no");
    implied(r#""StringEqualsIgnoreCase":{"k:k":"aB"}"#, r#""StringEquals":{"k:k":"Ab"}"#, "yes");
    implied(r#""StringEquals":{"k:k":"ab"}"#, r#""StringEqualsIgnoreCase":{"k:k":"ab"}"#, "no");
    implied(r#""StringNotEquals":{"k:k":"a"}"#, r#""StringEquals":{"k:k":"b"}"#, "yes");
    implied(r#""StringNotEquals":{"k:k":"a"}"#, r#""StringNotEquals":{"k:k":["a","b"]}"#, "yes");
    implied(r#""StringNotLike":{"k:k":"a*"}"#, r#""StringNotEquals":{"k:k":"a"}"#, "no");
    implied(r#""StringEqualsIfExists":{"k:k":"a"}"#, r#""StringEquals":{"k:k":"a"}"#, "yes");
    implied(r#""StringEquals":{"k:k":"a"}"#, r#""StringEqualsIfExists":{"k:k":"a"}"#, "no");
    implied(r#""StringEqualsIfExists":{"k:k":"a"}"#, r#""Null":{"k:k":"true"}"#, "yes");
    implied(r#""Null":{"k:k":"false"}"#, r#""StringLike":{"k:k":"*"}"#, "yes");
    implied(r#""Null":{"k:k":"false"}"#, r#""StringNotLike":{"k:k":"a"}"#, "no");
    implied(r#""StringEquals":{"k:k":"a"}"#, r#""StringEquals":{"k:k":"a","l:l":"b"}"#, "yes");
    implied(r#""StringEquals":{"k:k":"${aws:username}"}"#, r#""StringEquals":{"k:k":"a"}"#, "no");
    let own = r#""StringEquals":{"k:k":"${aws:username}"}"#;
    implied(own, own, "yes");
    implied(r#""StringLike":{"k:k":"${aws:username}*"}"#, own, "yes");
}

#[test]
fn conditions_on_several_values() {
    let any = |values: &str| format!(r#""ForAnyValue:StringEquals":{{"k:k":{values}}}"#);
    let all = |values: &str| format!(r#""ForAllValues:StringEquals":{{"k:k":{values}}}"#);
    implied(&any(r#"["a","b"]"#), &any(r#"["a"]"#), "yes");
    implied(&any(r#"["a"]"#), &any(r#"["a","b"]"#), "no");
    implied(&all(r#"["a","b"]"#), &all(r#"["a"]"#), "yes");
    implied(&all(r#"["a"]"#), &any(r#"["a"]"#), "no");
    implied(&any(r#"["a"]"#), &all(r#"["a"]"#), "no");
    // "All" without a key holds, so that only with the key it is some.
    let both = format!(r#"{},"Null":{{"k:k":"false"}}"#, all(r#"["a"]"#));
    implied(&all(r#"["a"]"#), &both, "yes");
}

#[test]
fn conditions_on_scalars() {
    implied(r#""NumericLessThan":{"n:n":"10"}"#, r#""NumericLessThan":{"n:n":"9.5"}"#, "yes");
    implied(r#""NumericLessThan":{"n:n":"10"}"#, r#""NumericLessThanEquals":{"n:n":"10"}"#, "no");
    implied(r#""NumericLessThanEquals":{"n:n":"10"}"#, r#""NumericEquals":{"n:n":"10.0"}"#, "yes");
    implied(r#""NumericNotEquals":{"n:n":"1"}"#, r#""NumericGreaterThan":{"n:n":"1"}"#, "yes");
    implied(r#""NumericGreaterThan":{"n:n":"-2"}"#, r#""NumericGreaterThan":{"n:n":"-1"}"#, "yes");
    implied(r#""NumericGreaterThan":{"n:n":"-1"}"#, r#""NumericGreaterThan":{"n:n":"-2"}"#, "no");
    let date = |operator: &str, at: &str| format!(r#""{operator}":{{"d:d":"{at}"}}"#);
    implied(
        &date("DateLessThan", "2021-01-01"),
        &date("DateLessThan", "2020-12-31T23:59:59Z"),
        "yes",
    );
    implied(&date("DateLessThan", "2020-12-31"), &date("DateLessThan", "2021-01-01"), "no");
    implied(
        &date("DateGreaterThanEquals", "2021-01-01"),
        &date("DateGreaterThan", "2021-01-01T00:00:00Z"),
        "yes",
    );
    let ip =
        |operator: &str, network: &str| format!(r#""{operator}":{{"aws:SourceIp":"{network}"}}"#);
    implied(&ip("IpAddress", "10.0.0.0/8"), &ip("IpAddress", "10.1.0.0/16"), "yes");
    implied(&ip("IpAddress", "10.1.0.0/16"), &ip("IpAddress", "10.0.0.0/8"), "no");
    implied(&ip("NotIpAddress", "10.1.0.0/16"), &ip("NotIpAddress", "10.0.0.0/8"), "yes");
    implied(&ip("NotIpAddress", "10.0.0.0/8"), &ip("IpAddress", "2001:db8::/32"), "yes");
    implied(r#""Bool":{"b:b":"true"}"#, r#""Bool":{"b:b":"false"}"#, "no");
    implied(r#""BoolIfExists":{"b:b":"true"}"#, r#""Bool":{"b:b":"true"}"#, "yes");
    let arn = |operator: &str, glob: &str| format!(r#""{operator}":{{"aws:SourceArn":"{glob}"}}"#);
    implied(
        &arn("ArnLike", "arn:aws:sns:*:111122223333:*"),
        &arn("ArnEquals", "arn:aws:sns:eu-west-1:111122223333:t"),
        "yes",
    );
    implied(&arn("ArnLike", "arn:aws:sns:*:1:*"), &arn("StringLike", "arn:aws:sns:*:1:*"), "no");
    implied(&arn("StringLike", "arn:aws:sns:*:1:*"), &arn("ArnLike", "arn:aws:sns:*:1:*"), "yes");
    implied(r#""BinaryEquals":{"x:x":"QUI="}"#, r#""BinaryEquals":{"x:x":"QUI"}"#, "yes");
}

#[test]
fn variables_in_resources() {
    let own =
        |rest: &str| allow("s3:GetObject", &format!("arn:aws:s3:::b/${{aws:username}}{rest}"));
    check(&own("/*"), &own("/a"), "yes");
    check(&own("/a"), &own("/*"), "no");
    check(&allow("s3:GetObject", "arn:aws:s3:::b/*"), &own("/*"), "yes");
    // Somebody else than `bob` asks.
    check(&own("/*"), &allow("s3:GetObject", "arn:aws:s3:::b/bob/*"), "no");
    check(&own("/*"), &format!("{},{}", own("/a"), own("/b")), "yes");
    check(&own("/*"), &own("*"), "no");
    check(&own("/*"), &allow("s3:GetObject", "arn:aws:s3:::c/bob/*"), "no");
}

#[test]
fn principals() {
    let who = |principal: &str| {
        format!(
            r#"{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}}"#
        )
    };
    let account = who(r#"{"AWS":"111122223333"}"#);
    let role = who(r#"{"AWS":"arn:aws:iam::111122223333:role/r"}"#);
    check(&account, &role, "yes");
    let root = who(r#"{"AWS":"arn:aws:iam::111122223333:root"}"#);
    check(&account, &root, "yes");
    check(&root, &account, "yes");
    check(&role, &account, "no");
    check(&who("\"*\""), &who(r#"{"Service":"sns.amazonaws.com"}"#), "yes");
    check(&account, &who("\"*\""), "no");
    check(&who(r#"{"AWS":["111122223333","444455556666"]}"#), &account, "yes");
    let but = r#"{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/r"},"Action":"*","Resource":"*"}"#;
    check(&role, &format!("{},{but}", who("\"*\"")), "yes");
}

#[test]
fn statements_without_a_resource_are_on_every_resource() {
    let trust = |principal: &str| {
        format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}"#)
    };
    let account = trust(r#"{"AWS":"111122223333"}"#);
    let anybody = trust(r#"{"AWS":"*"}"#);
    check(&anybody, &account, "yes");
    check(&account, &anybody, "no");
    check(&account, &account, "yes");
    let fewer = r#"{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"arn:aws:iam::111122223333:role/safe"}"#;
    check(&format!("{anybody},{fewer}"), &anybody, "no");
    check(&anybody, &format!("{anybody},{fewer}"), "yes");
    assert_eq!(
        iam_containment::exclude_public(&[&policy(&anybody)], Limits::default()).name(),
        "no"
    );
    assert_eq!(
        iam_containment::exclude_public(&[&policy(&account)], Limits::default()).name(),
        "yes"
    );
}

#[test]
fn nobody_but_the_named_is_let_in() {
    use iam_containment::exclude_public;
    let public = |text: &str| exclude_public(&[&policy(text)], Limits::default()).name();
    let with = |principal: &str, condition: &str| {
        format!(
            r#"{{"Effect":"Allow","Principal":{principal},"Action":"sqs:SendMessage","Resource":"*","Condition":{{{condition}}}}}"#
        )
    };
    assert_eq!(public(&with("\"*\"", "")), "no");
    assert_eq!(public(&with(r#"{"AWS":"111122223333"}"#, "")), "yes");
    assert_eq!(
        public(&with("\"*\"", r#""StringEquals":{"aws:SourceAccount":"111122223333"}"#)),
        "yes"
    );
    assert_eq!(
        public(&with("\"*\"", r#""StringEqualsIfExists":{"aws:SourceAccount":"111122223333"}"#)),
        "no"
    );
    assert_eq!(public(&with("\"*\"", r#""StringLike":{"aws:PrincipalOrgID":"*"}"#)), "no");
    assert_eq!(public(&with("\"*\"", r#""Bool":{"aws:SecureTransport":"true"}"#)), "no");
    assert_eq!(
        public(&with("\"*\"", r#""ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:*"}"#)),
        "yes"
    );
    assert_eq!(public(&with("\"*\"", r#""IpAddress":{"aws:SourceIp":"0.0.0.0/0"}"#)), "no");
    let halves = r#""IpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}"#;
    assert_eq!(public(&with("\"*\"", halves)), "no");
    assert_eq!(public(&with("\"*\"", r#""IpAddress":{"aws:SourceIp":"2000::/3"}"#)), "no");
    assert_eq!(public(&with("\"*\"", r#""IpAddress":{"aws:SourceIp":"10.0.0.0/8"}"#)), "yes");
    assert_eq!(public(&with("\"*\"", r#""IpAddress":{"aws:SourceIp":"fc00::/7"}"#)), "yes");
    assert_eq!(public(&with("\"*\"", r#""StringLike":{"aws:SourceVpc":"vpc-*"}"#)), "no");
    assert_eq!(public(&with("\"*\"", r#""StringLike":{"aws:SourceVpce":"vpce-0a1*"}"#)), "yes");
    assert_eq!(public(&with("\"*\"", r#""IpAddress":{"aws:SourceIp":"203.0.113.0/24"}"#)), "yes");
    let closed = format!(
        r#"{},{{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{{"StringNotEquals":{{"aws:SourceVpce":"vpce-1"}}}}}}"#,
        with("\"*\"", "")
    );
    assert_eq!(public(&closed), "yes");
    assert_eq!(public(&allow("*", "*")), "yes");
}

#[test]
fn grants_are_withheld() {
    use iam_containment::withhold;
    let withheld = |text: &str, actions: &[&str], resource: Option<&str>| {
        let actions: Vec<_> = actions.iter().map(|action| (*action).into()).collect();
        withhold(&[&policy(text)], &actions, resource, Limits::default()).name()
    };
    assert_eq!(withheld(&allow("s3:*", "*"), &["iam:*"], None), "yes");
    assert_eq!(withheld(&allow("*", "*"), &["iam:PassRole"], None), "no");
    let bucket = allow("s3:GetObject", "arn:aws:s3:::b/*");
    assert_eq!(withheld(&bucket, &["s3:GetObject"], Some("arn:aws:s3:::c/*")), "yes");
    assert_eq!(withheld(&bucket, &["s3:Get*"], Some("arn:aws:s3:::b*")), "no");
    let denied = format!("{},{}", allow("*", "*"), deny("iam:*", "*"));
    assert_eq!(withheld(&denied, &["iam:CreateAccessKe?"], None), "yes");
}

#[test]
fn hostile_policies_end_in_time() {
    let few = Limits { steps: 300_000, memory: 300_000, ..Limits::default() };
    let answer = |old: &str, new: &str| contains(&[&policy(old)], &[&policy(new)], few);
    let stars = "*a".repeat(100_000);
    let wild = |end: &str| allow("s3:*", &format!("arn:aws:s3:::{stars}{end}"));
    assert_eq!(answer(&wild("b"), &wild("")).name(), "unknown");
    assert_eq!(answer(&wild(""), &wild("")).name(), "yes");
    let many = |from: usize| {
        let all: Vec<_> = (from..from + 3_000)
            .map(|at| allow("s3:GetObject", &format!("arn:aws:s3:::bucket-{at}/*")))
            .collect();
        all.join(",")
    };
    let (one, other) = (many(0), many(1));
    assert_eq!(answer(&one, &one).name(), "yes");
    check(&one, &other, "no");
    let questions = |count: usize| {
        allow("s3:*", &format!("arn:aws:s3:::*a{}*b{}", "?".repeat(count), "?".repeat(count)))
    };
    assert_ne!(answer(&questions(30), &questions(31)).name(), "yes");
}
