//! Cases as JSON, against the schemas that are published.

use iam_evaluation::{Verdict, case::Case};
use jsonschema::Validator;
use serde_json::{Value, json};

fn schema(text: &str) -> Validator {
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

fn answer(case: &Value) -> Value {
    let cases =
        schema(include_str!("../../../../docs/schemas/faasguard-simulate-case-1.schema.json"));
    let answers = schema(include_str!("../../../../docs/schemas/faasguard-simulate-1.schema.json"));
    let read = Case::read(&case.to_string());
    assert_eq!(read.is_ok(), cases.is_valid(case), "{case}: {read:?}");
    let answer = match read {
        Ok(case) => case.answer(&case.decide()),
        Err(error) => {
            let mut answer = error.answer();
            answer["line"] = json!(1);
            answer
        }
    };
    assert!(answers.is_valid(&answer), "{answer}");
    answer
}

fn allow() -> Value {
    json!({"Statement": {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}})
}

#[test]
fn a_case_with_every_field_is_read() {
    let deny = json!({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": false}}}]});
    let mut case = json!({
        "id": "a", "principal": "arn:aws:sts::111122223333:assumed-role/app/run",
        "principal_account": "111122223333", "action": "s3:GetObject",
        "resource": "arn:aws:s3:::photos/a", "resource_account": 111_122_223_333_u64,
        "context": {"aws:SecureTransport": true, "aws:TagKeys": ["a", 1], "aws:username": null},
        "context_is_open": false, "identity_policies": [allow()], "resource_policy": deny,
        "permission_boundaries": [allow()], "session_policy": allow().to_string(),
        "service_control_policies": [[allow()], allow()], "resource_control_policies": [[], [deny]],
        "vpc_endpoint_policies": [allow()],
    });
    assert_eq!(answer(&case)["decision"], "allow");
    case["context"]["aws:SecureTransport"] = json!("false");
    let denied = answer(&case);
    assert_eq!(denied["decision"], "explicit-deny");
    assert_eq!(denied["because"][1]["layer"], "resource-control");
    assert_eq!(denied["because"][1]["level"], 1);
    assert_eq!(denied["because"][1]["element"], "matches");
    case["context"] = Value::Null;
    case["context_is_open"] = json!(true);
    assert_eq!(answer(&case)["decision"], "unknown");
    case["service_control_policies"] = json!([[allow()], []]);
    assert_eq!(answer(&case)["decision"], "implicit-deny");
}

#[test]
fn null_is_as_good_as_nothing() {
    let case = json!({"principal": null, "action": "s3:GetObject", "resource": null, "context": null,
        "identity_policies": null, "resource_policy": null, "permission_boundaries": null,
        "session_policy": null, "service_control_policies": null, "resource_control_policies": null,
        "vpc_endpoint_policies": null, "principal_account": null, "resource_account": null});
    assert_eq!(answer(&case)["decision"], "implicit-deny");
    assert_eq!(answer(&case)["id"], Value::Null);
    let none = json!({"principal": "arn:aws:iam::111122223333:user/a", "action": "s3:GetObject",
        "identity_policies": allow(), "permission_boundaries": [], "vpc_endpoint_policies": []});
    assert_eq!(answer(&none)["decision"], "allow");
}

#[test]
fn what_is_no_case_is_an_error_that_says_what_to_do() {
    for (case, words) in [
        (json!([]), "object"),
        (json!({"id": 7, "action": "s3:GetObject"}), "`principal`"),
        (json!({"id": 7, "principal": "*"}), "`action`"),
        (json!({"id": 7, "principal": {}, "action": "a:b"}), "`principal`"),
        (json!({"id": 7, "principal": "*", "action": "a:b", "context": []}), "`context`"),
        (json!({"id": 7, "principal": "*", "action": "a:b", "context": {"k": {}}}), "`k`"),
        (json!({"id": 7, "principal": "*", "action": "a:b", "identity_policies": [1]}), "number"),
        (
            json!({"id": 7, "principal": "*", "action": "a:b", "service_control_policies": {}}),
            "level",
        ),
        (json!({"id": 7, "principal": "*", "action": "a:b", "context_is_open": "x"}), "truth"),
    ] {
        let answer = answer(&case);
        let error = answer["error"].as_str().unwrap_or_else(|| panic!("{case}: {answer}"));
        assert!(error.contains(words), "{error}");
        assert_eq!(answer["id"], case.get("id").cloned().unwrap_or_default());
    }
    assert!(Case::read("{\"a\": ").is_err());
    assert!(Case::read("").is_err());
}

#[test]
fn oddities_are_told_and_nothing_is_lost() {
    let case = json!({"id": 1, "principal": "arn:aws:iam::111122223333:user/a", "action": "s3:GetObject",
        "expected": "allow", "identity_policies": [{"Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringMatches": {"a": "b"}}}]}]});
    let answer = answer(&case);
    assert_eq!(answer["decision"], "unknown");
    let warnings = answer["warnings"].to_string();
    assert!(warnings.contains("`expected`") && warnings.contains("StringMatches"), "{warnings}");
}

#[test]
fn large_and_hostile_cases_end_in_time() {
    let stars = format!("arn:aws:s3:::{}b", "*a".repeat(200_000));
    let statements: Vec<Value> = (0..20_000)
        .map(|n| json!({"Effect": "Allow", "Action": "s3:*", "Resource": format!("arn:aws:s3:::b/{n}*")}))
        .collect();
    let case = json!({"principal": "arn:aws:iam::111122223333:user/a", "action": "s3:GetObject",
        "resource": format!("arn:aws:s3:::{}", "a".repeat(100_000)),
        "identity_policies": [{"Statement": {"Effect": "Allow", "Action": "*?".repeat(1_000), "Resource": stars}},
            {"Statement": statements}]});
    let started = std::time::Instant::now();
    let read = Case::read(&case.to_string()).unwrap();
    assert_eq!(read.decide().verdict, Verdict::ImplicitDeny);
    let (keys, values): (Vec<_>, Vec<_>) = (0..50_000).map(|n| (n, -n - 1)).unzip();
    let crossed = json!({"principal": "arn:aws:iam::111122223333:user/a", "action": "s3:GetObject",
        "resource": format!("arn:aws:s3:::{}*b", "?*".repeat(2_000)), "context": {"app:k": keys},
        "identity_policies": [{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"ForAnyValue:NumericEquals": {"app:k": values}}}}, {"Statement": statements}]});
    let read = Case::read(&crossed.to_string()).unwrap();
    assert_ne!(read.decide().verdict, Verdict::Allow);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_condition_that_fails_is_told_in_parts() {
    let case = json!({"principal": "arn:aws:iam::111122223333:user/a", "action": "s3:GetObject",
        "context": {"aws:SourceVpce": "vpce-2"}, "identity_policies": [{"Statement": {"Effect": "Allow", "Action": "*",
            "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}}]});
    let because = &answer(&case)["because"][0];
    assert_eq!(because["element"], "condition");
    let parts = json!({"operator": "StringEquals", "key": "aws:SourceVpce", "values": ["vpce-1"], "found": ["vpce-2"]});
    assert_eq!(because["condition"], parts);
}
