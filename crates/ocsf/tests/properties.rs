//! Whatever a record is, its event is valid JSON that holds against the schema.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use audit_event::{Limits, read};
use ocsf::{Class, schema::faults, write_event, write_record};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The events of records, each held against the schema.
fn events(records: &[u8]) -> Vec<Value> {
    let mut events = Vec::new();
    read(records, &Limits::default(), &mut |event| {
        let mut line = Vec::new();
        write_event(event, &mut line);
        assert!(!line.contains(&b'\n'), "one line");
        let value: Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(faults(&value), [], "{}", String::from_utf8_lossy(&line));
        line.clear();
        write_record(event, &mut line);
        assert!(serde_json::from_slice::<Value>(&line).is_ok());
        events.push(value);
    });
    events
}

fn one(record: &Value) -> Value {
    events(record.to_string().as_bytes()).pop().unwrap()
}

#[test]
fn a_request_is_an_api_activity() {
    let event = one(&json!({
        "eventVersion": "1.09", "eventID": "e-1", "eventTime": "2026-01-31T10:00:00Z",
        "eventSource": "lambda.amazonaws.com", "eventName": "UpdateFunctionCode20150331v2",
        "eventType": "AwsApiCall", "awsRegion": "eu-west-1", "recipientAccountId": "111122223333",
        "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/2", "requestID": "r-1",
        "errorCode": "AccessDenied", "errorMessage": "no",
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/ci/x",
            "principalId": "AROA:x", "accountId": "111122223333", "accessKeyId": "ASIA",
            "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/ci", "type": "Role"},
                "attributes": {"mfaAuthenticated": "true", "creationDate": "2026-01-31T09:00:00Z"}}},
        "requestParameters": {"functionName": "orders"}, "readOnly": false,
        "resources": [{"ARN": "arn:aws:lambda:eu-west-1:111122223333:function:orders", "type": "AWS::Lambda::Function"}],
        "tlsDetails": {"tlsVersion": "TLSv1.3"},
    }));
    assert_eq!(event["class_uid"], 6003);
    assert_eq!((&event["activity_id"], &event["type_uid"]), (&json!(3), &json!(600_303)));
    assert_eq!(event["time"], 1_769_853_600_000_i64);
    assert_eq!(event["status_id"], 2);
    assert_eq!(event["api"]["response"]["error"], "AccessDenied");
    assert_eq!(event["api"]["request"]["data"]["functionName"], "orders");
    assert_eq!(event["actor"]["session"]["issuer"], "arn:aws:iam::111122223333:role/ci");
    assert_eq!(event["actor"]["session"]["is_mfa"], true);
    assert_eq!(event["src_endpoint"]["ip"], "198.51.100.7");
    assert_eq!(event["resources"][0]["type"], "AWS::Lambda::Function");
    assert_eq!(
        event["unmapped"],
        json!({
            "userIdentity": {"sessionContext": {"sessionIssuer": {"type": "Role"}}},
            "readOnly": false, "tlsDetails": {"tlsVersion": "TLSv1.3"},
        })
    );
}

#[test]
fn roles_taken_on_and_sign_ins_are_authentications() {
    let role = one(&json!({
        "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole",
        "userIdentity": {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"},
        "requestParameters": {"roleArn": "arn:aws:iam::111122223333:role/orders", "roleSessionName": "orders"},
        "responseElements": {"assumedRoleUser": {"arn": "arn:aws:sts::111122223333:assumed-role/orders/orders"}},
    }));
    assert_eq!((&role["class_uid"], &role["activity_id"]), (&json!(3002), &json!(1)));
    assert_eq!(role["user"]["uid"], "arn:aws:iam::111122223333:role/orders");
    assert_eq!(role["session"]["uid"], "arn:aws:sts::111122223333:assumed-role/orders/orders");
    assert_eq!(role["actor"]["invoked_by"], "lambda.amazonaws.com");
    let login = one(&json!({
        "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
        "userIdentity": {"type": "IAMUser", "userName": "ana", "accountId": "111122223333"},
        "responseElements": {"ConsoleLogin": "Failure"}, "additionalEventData": {"MFAUsed": "No"},
    }));
    assert_eq!((&login["status_id"], &login["is_mfa"]), (&json!(2), &json!(false)));
    assert_eq!(login["user"]["name"], "ana");
}

#[test]
fn changes_of_users_are_account_changes() {
    let attached = one(&json!({
        "eventSource": "iam.amazonaws.com", "eventName": "AttachUserPolicy",
        "userIdentity": {"type": "IAMUser", "userName": "ana"},
        "requestParameters": {"userName": "bob", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
    }));
    assert_eq!((&attached["class_uid"], &attached["activity_id"]), (&json!(3001), &json!(7)));
    assert_eq!(attached["user"]["name"], "bob");
    assert_eq!(attached["policies"][0]["uid"], "arn:aws:iam::aws:policy/AdministratorAccess");
    // A policy alone has no user.
    let policy = json!({"eventSource": "iam.amazonaws.com", "eventName": "CreatePolicy"});
    assert_eq!(one(&policy)["class_uid"], Class::ApiActivity.uid());
}

/// Values as hostile as records may have them.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "[\\x00-\\x7f]{0,8}".prop_map(Value::from),
        Just(json!("true")),
        Just(json!("2026-01-31T10:00:00Z")),
        Just(json!("203.0.113.7")),
        Just(json!("ecs.amazonaws.com")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Names that records have, and others.
fn name() -> impl Strategy<Value = String> {
    let names = [
        "eventID",
        "eventTime",
        "eventVersion",
        "eventType",
        "eventCategory",
        "awsRegion",
        "sourceIPAddress",
        "userAgent",
        "errorCode",
        "errorMessage",
        "requestID",
        "apiVersion",
        "vpcEndpointId",
        "recipientAccountId",
        "sharedEventID",
        "requestParameters",
        "responseElements",
        "additionalEventData",
        "resources",
        "tlsDetails",
        "userIdentity",
        "type",
        "arn",
        "ARN",
        "principalId",
        "accountId",
        "accessKeyId",
        "userName",
        "invokedBy",
        "sessionContext",
        "sessionIssuer",
        "attributes",
        "mfaAuthenticated",
        "creationDate",
        "roleArn",
        "roleSessionName",
        "roleName",
        "policyArn",
        "ConsoleLogin",
        "MFAUsed",
        "UserName",
        "operationName",
        "time",
        "resourceId",
        "caller",
        "properties",
        "resultType",
        "identity",
        "claims",
        "category",
        "callerIpAddress",
        "protoPayload",
        "serviceName",
        "methodName",
        "status",
        "code",
        "insertId",
        "timestamp",
        "logName",
        "resource",
        "labels",
        "project_id",
    ];
    prop_oneof![
        4 => proptest::sample::select(names.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

fn record() -> impl Strategy<Value = Value> {
    let pairs = [
        ("lambda.amazonaws.com", "Invoke"),
        ("sts.amazonaws.com", "AssumeRoleWithSAML"),
        ("iam.amazonaws.com", "CreateAccessKey"),
        ("iam.amazonaws.com", "DeleteRole"),
        ("signin.amazonaws.com", "ConsoleLogin"),
    ];
    let members = proptest::collection::btree_map(name(), value(), 0..12);
    (members, proptest::sample::select(pairs.to_vec()), 0..3_u8).prop_map(
        |(members, (source, name), cloud)| {
            let mut map: serde_json::Map<String, Value> = members.into_iter().collect();
            match cloud {
                0 => {
                    map.insert("eventSource".to_owned(), source.into());
                    map.insert("eventName".to_owned(), name.into());
                }
                1 => {
                    map.insert(
                        "operationName".to_owned(),
                        json!({"value": "Microsoft.Web/sites/write"}),
                    );
                    map.insert("time".to_owned(), "2026-01-31T10:00:00Z".into());
                    map.insert("caller".to_owned(), "ana@example.com".into());
                }
                _ => {
                    let payload = map.entry("protoPayload").or_insert_with(|| json!({}));
                    if !payload.is_object() {
                        *payload = json!({});
                    }
                    payload["serviceName"] = "iam.googleapis.com".into();
                    payload["methodName"] = "SetIamPolicy".into();
                }
            }
            Value::Object(map)
        },
    )
}

/// Every text, number and truth value.
fn scalars(value: &Value, to: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Null => {}
        Value::Array(list) => list.iter().for_each(|it| scalars(it, to)),
        Value::Object(map) => map.values().for_each(|it| scalars(it, to)),
        Value::String(text) => {
            to.insert(text.clone());
        }
        other => {
            to.insert(other.to_string());
        }
    }
}

proptest! {
    #[test]
    fn nothing_of_a_record_is_lost(record in record()) {
        let mut kept = std::collections::BTreeSet::new();
        scalars(&one(&record), &mut kept);
        let mut all = std::collections::BTreeSet::new();
        // As text first: numbers with a fraction are not read back to the last digit.
        scalars(&serde_json::from_str(&record.to_string()).unwrap(), &mut all);
        // The time of a session is told as a number.
        all.retain(|it| !it.is_empty() && !it.starts_with("2026-01-31T"));
        let lost: Vec<_> = all.difference(&kept).collect();
        prop_assert!(lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn every_record_holds_against_the_schema(record in record()) {
        prop_assert_eq!(events(record.to_string().as_bytes()).len(), 1);
    }

    #[test]
    fn torn_records_do_too(record in record(), at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = record.to_string().into_bytes();
        let at = at.index(bytes.len());
        if let Some(it) = bytes.get_mut(at) {
            *it = byte;
        }
        events(&bytes);
    }
}
