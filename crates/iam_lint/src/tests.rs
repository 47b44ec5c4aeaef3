//! Parts of a policy that have no effect, beside near misses that do.

use source_text::{FileId, Level};

use super::lint;
use iam_policy::{Policy, grammar, literal_terms};

/// The codes of one policy's faults; those at level error with a `!` before them.
fn codes(text: &str) -> Vec<String> {
    let checked = grammar::check_text(FileId::default(), text, None);
    let document = checked.document.unwrap();
    let (policy, _) = Policy::read(&document, &literal_terms);
    lint(&policy)
        .iter()
        .map(|fault| {
            let mark = if fault.level == Level::Error { "!" } else { "" };
            format!("{mark}{}", fault.code)
        })
        .collect()
}

fn check(members: &str, expected: &[&str]) {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{{{members}}}]}}"#);
    assert_eq!(codes(&text), expected, "{members}");
}

fn check_grant(actions: &str, resources: &str, expected: &[&str]) {
    let members = format!(r#""Effect": "Allow", "Action": {actions}, "Resource": {resources}"#);
    check(&members, expected);
}

fn check_condition(action: &str, condition: &str, expected: &[&str]) {
    let members = format!(
        r#""Effect": "Allow", "Action": {action}, "Resource": "*", "Condition": {condition}"#
    );
    check(&members, expected);
}

#[test]
fn actions_that_aws_has_not_are_told() {
    for (actions, expected) in [
        (r#""sqs:SendMessage""#, &[] as &[&str]),
        (r#""SQS:sendmessage""#, &[]),
        (r#""sqs:SendMessages""#, &["!unknown-action"]),
        (r#""sqs:Sent*""#, &["!unknown-action"]),
        (r#""sqs:Send*""#, &[]),
        (r#""queue:SendMessage""#, &["!unknown-action"]),
        // A closed service, and an action that only AWS's own policies name.
        (r#""deepracer:GetTrack""#, &[]),
        (r#""cloud9:ValidateEnvironmentName""#, &[]),
    ] {
        check_grant(actions, r#""arn:aws:sqs:*:111122223333:orders""#, expected);
    }
}

#[test]
fn actions_and_resources_that_never_meet_are_told() {
    for (actions, resources, expected) in [
        (r#""s3:ListBucket""#, r#""arn:aws:s3:::photos""#, &[] as &[&str]),
        (r#""s3:ListBucket""#, r#""arn:aws:s3:::photos/*""#, &["!action-never-applies"]),
        (
            r#"["s3:ListBucket", "s3:GetObject"]"#,
            r#"["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"]"#,
            &[],
        ),
        (
            r#"["s3:PutObject", "s3:GetObject"]"#,
            r#"["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"]"#,
            &["resource-never-matches"],
        ),
        (
            r#""sqs:SendMessage""#,
            r#"["arn:aws:sqs:*:*:orders", "arn:aws:sns:*:*:orders"]"#,
            &["!resource-never-matches"],
        ),
        (r#""s3:ListAllMyBuckets""#, r#""arn:aws:s3:::photos""#, &["!action-never-applies"]),
        (r#""s3:ListAllMyBuckets""#, r#""arn:aws:s3:::*""#, &[]),
        (r#""s3:List*""#, r#""arn:aws:s3:::photos""#, &[]),
        (
            r#"["dynamodb:GetItem", "xray:PutTraceSegments"]"#,
            r#""arn:aws:dynamodb:*:*:table/Orders""#,
            &["!action-never-applies"],
        ),
        (r#""sqs:SendMessage""#, r#""arn:aws:sns:*:*:orders""#, &["!action-never-applies"]),
    ] {
        check_grant(actions, resources, expected);
    }
    // What the principal's own policy is about is told by where it stands.
    check(
        r#""Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::photos/*""#,
        &[],
    );
}

#[test]
fn the_shape_that_is_named_is_of_the_type_that_was_meant() {
    let text = r#"{"Statement": [{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource":
        ["arn:aws:bedrock:*::foundation-model/a",
         "arn:aws:bedrock:eu-west-1:111122223333:foundation-model/b"]}]}"#;
    let checked = grammar::check_text(FileId::default(), text, None);
    let (policy, _) = Policy::read(&checked.document.unwrap(), &literal_terms);
    let statement = policy.statements.first().unwrap();
    let idle = super::idle_resources(statement);
    let told = idle.last().unwrap().message("allows");
    assert!(told.ends_with(":bedrock:${Region}::foundation-model/${ResourceId}`"), "{told}");
}

#[test]
fn conditions_on_keys_that_requests_lack_are_told() {
    for (action, condition, expected) in [
        (
            r#""dynamodb:GetItem""#,
            r#"{"ForAnyValue:StringEquals": {"dynamodb:LeadingKeys": "a"}}"#,
            &[] as &[&str],
        ),
        (r#""sqs:ListQueues""#, r#"{"StringEquals": {"aws:PrincipalTag/team": "a"}}"#, &[]),
        (r#""sqs:ListQueues""#, r#"{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}"#, &[]),
        (
            r#""sqs:ListQueues""#,
            r#"{"StringEquals": {"dynamodb:LeadingKeys": "a"}}"#,
            &["!condition-key-not-carried"],
        ),
        (
            r#"["iam:PassRole", "sqs:ListQueues"]"#,
            r#"{"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}"#,
            &["!condition-key-not-carried"],
        ),
        (
            r#"["iam:PassRole", "sqs:ListQueues"]"#,
            r#"{"StringEqualsIfExists": {"iam:PassedToService": "lambda.amazonaws.com"}}"#,
            &[],
        ),
        (
            r#""sqs:ListQueues""#,
            r#"{"StringEquals": {"aws:SourceIpp": "a"}}"#,
            &["!unknown-condition-key"],
        ),
        (r#""sqs:ListQueues""#, r#"{"StringEquals": {"idp.example.com:sub": "a"}}"#, &[]),
        (
            r#""sqs:*""#,
            r#"{"StringNotEquals": {"sqs:Colour": "a"}}"#,
            &["wildcard-action", "unknown-condition-key"],
        ),
    ] {
        check_condition(action, condition, expected);
    }
}

#[test]
fn values_that_nothing_equals_are_told() {
    let key =
        |operator: &str, value: &str| format!(r#"{{"{operator}": {{"aws:userid": {value}}}}}"#);
    for (condition, expected) in [
        (
            r#"{"Bool": {"aws:SecureTransport": "yes"}}"#.to_owned(),
            &["!condition-value"] as &[&str],
        ),
        (r#"{"Bool": {"aws:SecureTransport": true}}"#.to_owned(), &[]),
        (r#"{"IpAddress": {"aws:SourceIp": "203.0.113.0/33"}}"#.to_owned(), &["!condition-value"]),
        (
            r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "office"]}}"#.to_owned(),
            &["condition-value"],
        ),
        (r#"{"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}"#.to_owned(), &[]),
        (r#"{"NotIpAddress": {"aws:SourceIp": "office"}}"#.to_owned(), &["condition-value"]),
        (
            r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": "1h"}}"#.to_owned(),
            &["!condition-value"],
        ),
        (r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}"#.to_owned(), &[]),
        (r#"{"ArnLike": {"aws:SourceArn": "photos"}}"#.to_owned(), &["!condition-value"]),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::photos"}}"#.to_owned(), &[]),
        (r#"{"DateLessThan": {"aws:CurrentTime": "soon"}}"#.to_owned(), &["!condition-value"]),
        (r#"{"Null": {"aws:TokenIssueTime": "maybe"}}"#.to_owned(), &["condition-value"]),
        (key("StringEquals", "[]"), &["!empty-condition"]),
        (key("StringLike", r#""${aws:username}""#), &[]),
        (r#"{"NumericEquals": {"aws:SecureTransport": "1"}}"#.to_owned(), &["operator-type"]),
    ] {
        check_condition(r#""sqs:ListQueues""#, &condition, expected);
    }
}

#[test]
fn conditions_that_exclude_each_other_are_told() {
    for (condition, expected) in [
        (
            r#"{"StringEquals": {"aws:userid": "a"}, "StringLike": {"aws:userid": "b*"}}"#,
            &["!condition-contradiction"] as &[&str],
        ),
        (
            r#"{"StringEquals": {"aws:userid": ["a", "bc"]}, "StringLike": {"aws:userid": "b*"}}"#,
            &[],
        ),
        (r#"{"StringEquals": {"aws:userid": "a"}, "StringLike": {"aws:username": "b*"}}"#, &[]),
        (
            r#"{"StringEquals": {"aws:userid": "a"}, "StringNotLike": {"aws:userid": ["a*", "b"]}}"#,
            &["!condition-contradiction"],
        ),
        (r#"{"StringLike": {"aws:userid": "a*"}, "StringNotEquals": {"aws:userid": "ab"}}"#, &[]),
        (r#"{"StringEquals": {"aws:TagKeys": "a"}, "StringLike": {"aws:TagKeys": "b*"}}"#, &[]),
        (
            r#"{"StringEquals": {"aws:userid": "a"}, "Null": {"aws:userid": "true"}}"#,
            &["!condition-contradiction"],
        ),
        (r#"{"StringEquals": {"aws:userid": "a"}, "Null": {"aws:userid": "false"}}"#, &[]),
        (
            r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": "10"}, "NumericGreaterThanEquals": {"aws:MultiFactorAuthAge": "10"}}"#,
            &["!condition-contradiction"],
        ),
        (
            r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": "10"}, "NumericGreaterThan": {"aws:MultiFactorAuthAge": "5"}}"#,
            &[],
        ),
        (
            r#"{"DateGreaterThan": {"aws:CurrentTime": "2026-02-01T00:00:00Z"}, "DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}"#,
            &["!condition-contradiction"],
        ),
        (
            r#"{"StringEqualsIfExists": {"aws:userid": "a"}, "StringLikeIfExists": {"aws:userid": "b"}}"#,
            &[],
        ),
    ] {
        check_condition(r#""sqs:ListQueues""#, condition, expected);
    }
}

#[test]
fn what_says_nothing_new_is_told() {
    let policy = |statements: &str| {
        codes(&format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#))
    };
    let statement = |effect: &str, action: &str| {
        format!(
            r#"{{"Effect": "{effect}", "Action": {action}, "Resource": "arn:aws:sqs:*:*:orders"}}"#
        )
    };
    let (send, both) = (
        statement("Allow", r#""sqs:SendMessage""#),
        statement("Allow", r#"["sqs:SendMessage", "sqs:ReceiveMessage"]"#),
    );
    assert_eq!(policy(&format!("{both}, {send}")), ["redundant-statement"]);
    assert_eq!(policy(&format!("{send}, {send}")), ["redundant-statement"]);
    assert_eq!(policy(&format!("{both}, {}", statement("Deny", r#""sqs:SendMessage""#))), [""; 0]);
    assert_eq!(
        policy(&statement("Allow", r#"["sqs:Send*", "sqs:SendMessage"]"#)),
        ["redundant-term"]
    );
}

#[test]
fn what_is_allowed_too_widely_is_told() {
    check_grant(r#""*""#, r#""*""#, &["administrator"]);
    check_grant(r#""sqs:*""#, r#""arn:aws:sqs:*:*:orders""#, &["wildcard-action"]);
    check_grant(r#""sqs:SendMessage""#, r#""*""#, &["wildcard-resource"]);
    check_grant(r#""sqs:ListQueues""#, r#""*""#, &[]);
    check(
        r#""Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:sqs:*:*:a""#,
        &["not-action"],
    );
    check(r#""Effect": "Deny", "NotAction": "iam:*", "Resource": "*""#, &[]);
}

#[test]
fn who_is_let_in_holds_no_way_up() {
    let trust =
        |principal: &str| format!(r#""Effect": "Allow", {principal}"Action": "sts:AssumeRole""#);
    check(&trust(r#""Principal": {"Service": "lambda.amazonaws.com"}, "#), &[]);
    let held = format!(r#"{}, "Resource": "arn:aws:iam::*:role/*""#, trust(""));
    check(&held, &["escalation"]);
}

#[test]
fn tags_of_a_session_ride_along_with_its_request() {
    let condition = r#"{"StringEquals": {"sts:ExternalId": "x"}}"#;
    let statement = |actions: &str| {
        format!(
            r#""Effect": "Allow", "Principal": {{"AWS": "111122223333"}}, "Action": {actions}, "Condition": {condition}"#
        )
    };
    check(&statement(r#"["sts:AssumeRole", "sts:TagSession"]"#), &[]);
    check(&statement(r#""sts:TagSession""#), &["!condition-key-not-carried"]);
}

#[test]
fn variables_in_an_old_version_are_told() {
    let text = |version: &str| {
        format!(
            r#"{{"Version": "{version}", "Statement": {{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${{aws:username}}/*"}}}}"#
        )
    };
    assert_eq!(codes(&text("2008-10-17")), ["!variable-in-old-version"]);
    assert_eq!(codes(&text("2012-10-17")), [""; 0]);
}

#[test]
fn hostile_policies_end_in_time() {
    let star = r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:nosuch:::*"}"#;
    let many = vec![star; 50_000].join(",");
    let found = codes(&format!(r#"{{"Version": "2012-10-17", "Statement": [{many}]}}"#));
    assert!(found.iter().any(|code| code == "!more-statements"));
    let long = format!("s3:{}", "*a".repeat(1 << 18));
    check_grant(&format!("\"{long}\""), "\"arn:aws:s3:::photos\"", &["!unknown-action"]);
}
