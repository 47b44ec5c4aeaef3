//! Every condition operator: what holds and what does not.

use iam_evaluation::{Context, Request, Truth, statement_matches};

use crate::support::{get_object, policy, session, user};

/// Whether `{operator: {key: values}}` holds for a request whose context has `key` with `found`
/// (`None`: lacks it).
fn holds(operator: &str, values: &str, found: Option<&[&str]>) -> Truth {
    let condition = format!("{{{operator}: {{'app:Key': {values}}}}}");
    let mut request = get_object(user());
    if let Some(found) = found {
        request.context.set("APP:key", found.iter().copied());
    }
    check_condition(&condition, &request)
}

fn check_condition(condition: &str, request: &Request) -> Truth {
    let policy =
        policy(&format!("- {{Effect: Allow, Action: '*', Resource: '*', Condition: {condition}}}"));
    statement_matches(&policy, &policy.statements[0], request)
}

#[track_caller]
fn check(table: &[(&str, &str, &str, bool)]) {
    for (operator, values, found, expect) in table {
        let truth = holds(operator, values, Some(&[found]));
        assert_eq!(truth, Truth::from(*expect), "{operator} {values} on {found}");
    }
}

#[test]
fn texts_are_compared_as_their_operator_says() {
    check(&[
        ("StringEquals", "abc", "abc", true),
        ("StringEquals", "abc", "ABC", false),
        ("StringEquals", "'a*'", "abc", false),
        ("StringEquals", "'a*'", "a*", true),
        ("StringEquals", "[x, abc]", "abc", true),
        ("StringEquals", "[]", "abc", false),
        ("StringNotEquals", "abc", "abd", true),
        ("StringNotEquals", "[x, abc]", "abc", false),
        ("StringEqualsIgnoreCase", "aBc", "AbC", true),
        ("StringNotEqualsIgnoreCase", "aBc", "AbC", false),
        ("StringLike", "'a*c'", "abbc", true),
        ("StringLike", "'a?c'", "abbc", false),
        ("StringLike", "'A*'", "abc", false),
        ("StringNotLike", "['x*', 'a*']", "abc", false),
        ("StringNotLike", "['x*', 'y*']", "abc", true),
        ("stringequals", "abc", "abc", true),
    ]);
}

#[test]
fn numbers_are_compared_as_numbers() {
    check(&[
        ("NumericEquals", "10", "10.0", true),
        ("NumericEquals", "10", "ten", false),
        ("NumericNotEquals", "10", "11", true),
        ("NumericLessThan", "10", "9", true),
        ("NumericLessThan", "10", "10", false),
        ("NumericLessThanEquals", "10", "10", true),
        ("NumericGreaterThan", "9", "10", true),
        ("NumericGreaterThan", "'-3'", "-2.5", true),
        ("NumericGreaterThanEquals", "[100, 3]", "3", true),
    ]);
}

#[test]
fn dates_are_moments_whatever_their_form() {
    check(&[
        ("DateEquals", "'2020-04-01T00:00:00Z'", "1585699200", true),
        ("DateNotEquals", "'2020-04-01T00:00:00Z'", "2020-04-01T02:00:00+02:00", false),
        ("DateLessThan", "'2020-04-01'", "2020-03-31T23:59:59Z", true),
        ("DateLessThanEquals", "'2020-04-01'", "2020-04-01T00:00:00Z", true),
        ("DateGreaterThan", "'1585699199'", "2020-04-01T00:00:00Z", true),
        ("DateGreaterThanEquals", "'2020-04-01'", "2020-03-31T23:59:59Z", false),
        ("DateGreaterThan", "yesterday", "2020-04-01T00:00:00Z", false),
    ]);
}

#[test]
fn truth_values_bytes_and_addresses_are_compared() {
    check(&[
        ("Bool", "true", "true", true),
        ("Bool", "'true'", "True", true),
        ("Bool", "false", "true", false),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", true),
        ("BinaryEquals", "QmluYXJ5", "qmluYXJ5", false),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", true),
        ("IpAddress", "[10.0.0.0/8, '2001:db8::/32']", "2001:db8:1::9", true),
        ("IpAddress", "203.0.113.0/24", "203.0.114.9", false),
        ("NotIpAddress", "203.0.113.0/24", "203.0.114.9", true),
        ("NotIpAddress", "[203.0.113.0/24, 203.0.114.9]", "203.0.114.9", false),
        ("IpAddress", "0.0.0.0/0", "::1", false),
    ]);
}

#[test]
fn arns_are_compared_part_by_part() {
    let role = "arn:aws:iam::111122223333:role/app/run";
    check(&[
        ("ArnEquals", "'arn:aws:iam::111122223333:role/*'", role, true),
        ("ArnLike", "'arn:*:iam::*:role/app/r?n'", role, true),
        ("ArnLike", "'arn:aws:iam::*'", role, false),
        ("ArnLike", "'arn:aws:*:role/app/run'", role, false),
        ("StringLike", "'arn:aws:*:role/app/run'", role, true),
        ("ArnLike", "'*'", role, true),
        ("ArnLike", "'arn:aws:iam::*:role/app'", role, false),
        ("ArnNotLike", "'arn:aws:iam::*:user/*'", role, true),
        ("ArnNotEquals", "'arn:aws:iam::*:role/*'", role, false),
        ("ArnLike", "'arn:aws:sns:*:*:a:*'", "arn:aws:sns:eu-west-1:111122223333:a:b:c", true),
        ("ArnLike", "'arn:aws:iam::*:role/*'", "role/app", false),
    ]);
}

#[test]
fn a_key_that_is_absent_fails_all_but_the_lenient() {
    for (operator, expect) in [
        ("StringEquals", false),
        ("StringLike", false),
        ("Bool", false),
        ("StringNotEquals", true),
        ("NotIpAddress", true),
        ("ArnNotLike", true),
        ("StringEqualsIfExists", true),
        ("StringNotEqualsIfExists", true),
        ("NumericLessThanIfExists", true),
        ("ForAllValues:StringEquals", true),
        ("ForAllValues:StringNotEquals", true),
        ("ForAnyValue:StringEquals", false),
        ("ForAnyValue:StringNotEquals", false),
        ("ForAnyValue:StringEqualsIfExists", true),
    ] {
        for found in [None, Some(&[][..])] {
            assert_eq!(holds(operator, "a", found), Truth::from(expect), "{operator} {found:?}");
        }
    }
    assert_eq!(holds("StringEqualsIfExists", "a", Some(&["b"])), Truth::No);
    assert_eq!(holds("Null", "'true'", None), Truth::Yes);
    assert_eq!(holds("Null", "'false'", None), Truth::No);
    assert_eq!(holds("Null", "true", Some(&["a"])), Truth::No);
    assert_eq!(holds("Null", "false", Some(&["a"])), Truth::Yes);
}

#[test]
fn several_values_are_taken_as_the_quantifier_says() {
    for (operator, found, expect) in [
        ("ForAllValues:StringEquals", &["a", "b"][..], true),
        ("ForAllValues:StringEquals", &["a", "c"], false),
        ("ForAllValues:StringEquals", &[""], true),
        ("ForAnyValue:StringEquals", &["c", "b"], true),
        ("ForAnyValue:StringEquals", &["c", "d"], false),
        ("ForAllValues:StringNotEquals", &["c", "d"], true),
        ("ForAllValues:StringNotEquals", &["c", "a"], false),
        ("ForAnyValue:StringNotEquals", &["a", "c"], true),
        ("ForAnyValue:StringNotEquals", &["a", "b"], false),
        ("ForAnyValue:StringLike", &["x", "b"], true),
        ("StringEquals", &["c", "a"], true),
        ("StringNotEquals", &["c", "a"], false),
    ] {
        assert_eq!(
            holds(operator, "[a, b]", Some(found)),
            Truth::from(expect),
            "{operator} {found:?}"
        );
    }
}

#[test]
fn all_conditions_must_hold() {
    let request = Request {
        context: Context::default().with("app:a", ["1"]).with("app:b", ["2"]),
        ..get_object(user())
    };
    assert_eq!(check_condition("{StringEquals: {'app:a': 1, 'app:b': 2}}", &request), Truth::Yes);
    let other = "{StringEquals: {'app:a': 1}, StringLike: {'app:b': 3}}";
    assert_eq!(check_condition(other, &request), Truth::No);
}

#[test]
fn an_operator_that_iam_does_not_know_is_unknown() {
    assert_eq!(holds("StringMatches", "a", Some(&["a"])), Truth::Unknown);
}

#[test]
fn variables_are_filled_in_for_the_newer_version_only() {
    let with = |version: &str, resource: &str| {
        let policy = policy(&format!(
            "Version: '{version}'\nStatement: {{Effect: Allow, Action: '*', Resource: \"{resource}\"}}"
        ));
        let mut request = get_object(user());
        request.context.set("aws:PrincipalTag/Team", ["a"]);
        request.context.set("app:several", ["a", "b"]);
        request.context.set("app:star", ["*"]);
        statement_matches(&policy, &policy.statements[0], &request)
    };
    let check = |resource: &str, expect: bool| {
        assert_eq!(with("2012-10-17", resource), Truth::from(expect), "{resource}");
        assert_eq!(with("2008-10-17", resource), Truth::No, "{resource}");
    };
    check("arn:aws:s3:::photos/${aws:principaltag/team}.jpg", true);
    check("arn:aws:s3:::photos/${aws:PrincipalTag/Team}*", true);
    check("arn:aws:s3:::photos/${app:none}", false);
    check("arn:aws:s3:::${app:none, 'photos'}/a.jpg", true);
    check("arn:aws:s3:::${ app:none , 'photos' }/*", true);
    check("arn:aws:s3:::photos/${app:none, 'b'}.jpg", false);
    check("arn:aws:s3:::photos/${app:several}*", false);
    check("arn:aws:s3:::photos/${app:star}", false);
    check("arn:aws:s3:::photos/${*}", false);
    check("arn:aws:s3:::photos/a${?}jpg", false);
    assert_eq!(with("2008-10-17", "arn:aws:s3:::photos/a.*"), Truth::Yes);
}

#[test]
fn escapes_stand_for_the_characters_themselves() {
    let policy = policy(
        "- {Effect: Allow, Action: '*', Resource: 'arn:aws:s3:::photos/${*}${?}${$}{aws:username}'}",
    );
    let mut request = get_object(user());
    request.action = "s3:DeleteObject".into();
    request.resource = "arn:aws:s3:::photos/${aws:username}".into();
    assert_eq!(statement_matches(&policy, &policy.statements[0], &request), Truth::No);
    let odd = crate::support::policy(
        "- {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'app:key': 'a${*}${?}${$}'}}}",
    );
    request.context.set("app:key", ["a*?$"]);
    assert_eq!(statement_matches(&odd, &odd.statements[0], &request), Truth::Yes);
}

#[test]
fn keys_follow_from_who_asks() {
    let check = |request: &Request, key: &str, value: &str| {
        let condition = format!("{{StringEquals: {{'{key}': '{value}'}}}}");
        assert_eq!(check_condition(&condition, request), Truth::Yes, "{key} is {value}");
    };
    let request = get_object(user());
    check(&request, "aws:PrincipalArn", "arn:aws:iam::111122223333:user/ana");
    check(&request, "aws:principalaccount", "111122223333");
    check(&request, "aws:PrincipalType", "User");
    check(&request, "aws:username", "ana");
    check(&request, "aws:ResourceAccount", "111122223333");
    check(&request, "aws:PrincipalIsAWSService", "false");
    let request = get_object(session());
    check(&request, "aws:PrincipalArn", "arn:aws:iam::111122223333:role/app");
    check(&request, "aws:PrincipalType", "AssumedRole");
    let absent = "{'Null': {'aws:username': 'true'}}";
    assert_eq!(check_condition(absent, &request), Truth::Yes);
    // What the context says goes before what follows.
    let given = "arn:aws:iam::111122223333:role/path/app";
    let request = crate::support::with_key(request, "aws:PrincipalArn", &[given]);
    check(&request, "aws:PrincipalArn", given);
}

#[test]
fn an_open_context_leaves_open_what_it_does_not_tell() {
    let request = Request { context: Context::open().with("app:a", ["1"]), ..get_object(user()) };
    let check = |condition, expect| assert_eq!(check_condition(condition, &request), expect);
    check("{StringEquals: {'app:a': 1}}", Truth::Yes);
    check("{StringEquals: {'app:b': 1}}", Truth::Unknown);
    check("{StringEqualsIfExists: {'app:b': 1}}", Truth::Unknown);
    check("{'Null': {'app:b': 'true'}}", Truth::Unknown);
    check("{StringEquals: {'app:a': 2, 'app:b': 1}}", Truth::No);
    check("{StringEquals: {'app:a': '${app:b}'}}", Truth::Unknown);
}
