//! Laws of the fold, and what it makes of odd events.

use std::sync::Arc;

use cloud_names::Pattern;
use proptest::prelude::*;
use trail_usage::{Evidence, Filter, Fold, Limits, SeenIds, Time, Usage};

fn fold_into(fold: &mut Fold, text: &str) {
    audit_event::read(text.as_bytes(), &audit_event::Limits::default(), &mut |event| {
        fold.add(event);
    });
}

fn usage(text: &str) -> Usage {
    let mut fold = Fold::default();
    fold_into(&mut fold, text);
    fold.finish()
}

const ROLE: &str = r#""userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/orders/CreateOrder",
    "accountId":"111122223333","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/app/orders"}}}"#;

fn event(source: &str, name: &str, rest: &str) -> String {
    format!(
        r#"{{"eventSource":"{source}.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1",
        "recipientAccountId":"111122223333","eventTime":"2026-01-31T10:00:00Z","eventType":"AwsApiCall",{ROLE},{rest}}}"#
    )
}

#[test]
fn a_role_is_known_by_its_issuer_and_its_sessions() {
    let usage =
        usage(&event("s3", "GetObject", r#""requestParameters":{"bucketName":"b","key":"k"}"#));
    let role = usage.principal("arn:aws:iam::111122223333:role/orders").unwrap();
    assert_eq!(role.arn, "arn:aws:iam::111122223333:role/app/orders");
    assert_eq!(role.role_name(), Some("orders"));
    assert_eq!(role.sessions.some, ["CreateOrder"]);
    assert_eq!(role.actions[0].last, Time::parse(b"2026-01-31T10:00:00Z"));
}

#[test]
fn a_denied_request_is_wanted_and_never_used() {
    let denied = event(
        "s3",
        "PutObject",
        r#""errorCode":"AccessDenied","errorMessage":"User: x is not authorized to perform: s3:PutObjectAcl on resource: arn:aws:s3:::b/k because no …",
        "requestParameters":{"bucketName":"b","key":"k"}"#,
    );
    let failed = event(
        "s3",
        "GetObject",
        r#""errorCode":"NoSuchKey","requestParameters":{"bucketName":"b","key":"k"}"#,
    );
    let made_up = event(
        "s3",
        "PutObject",
        r#""errorCode":"AccessDenied","errorMessage":"x is not authorized to perform: s3:Nonsense on resource: *","requestParameters":{"bucketName":"b","key":"k"}"#,
    );
    let usage = usage(&[denied, failed, made_up].join("\n"));
    let actions: Vec<_> = usage.principals[0]
        .actions
        .iter()
        .map(|it| (it.action.as_str(), it.count, it.denied, it.failed, it.resources.len()))
        .collect();
    assert!(actions.contains(&("s3:PutObjectAcl", 0, 1, 0, 0)), "{actions:?}");
    assert!(actions.contains(&("s3:GetObject", 0, 0, 1, 0)), "{actions:?}");
    assert!(actions.contains(&("s3:PutObject", 0, 1, 0, 0)), "{actions:?}");
    assert!(actions.iter().all(|it| it.1 == 0), "{actions:?}");
    assert_eq!((usage.totals.denied, usage.totals.failed), (2, 1));
}

#[test]
fn forward_access_is_the_roles_and_says_via_whom() {
    let text = event(
        "kms",
        "Decrypt",
        r#""resources":[{"ARN":"arn:aws:kms:eu-west-1:111122223333:key/1"}]"#,
    )
    .replace(
        r#""sessionContext""#,
        r#""invokedBy":"secretsmanager.amazonaws.com","sessionContext""#,
    );
    let usage = usage(&text);
    let one = &usage.principals[0].actions[0].uses[0];
    assert_eq!(usage.principals[0].actions[0].action, "kms:Decrypt");
    assert_eq!(one.via.as_deref(), Some("secretsmanager.amazonaws.com"));
    assert_eq!(one.resource, "arn:aws:kms:eu-west-1:111122223333:key/1");
}

#[test]
fn a_role_that_is_handed_over_is_passed() {
    let usage = usage(&event(
        "lambda",
        "CreateFunction20150331",
        r#""requestParameters":{"functionName":"f","role":"arn:aws:iam::111122223333:role/r"}"#,
    ));
    let actions = &usage.principals[0].actions;
    let passed = actions.iter().find(|it| it.action == "iam:PassRole").unwrap();
    assert_eq!(passed.uses[0].evidence, Evidence::Passed);
    assert_eq!(passed.resources, ["arn:aws:iam::111122223333:role/r"]);
}

#[test]
fn what_is_no_request_stands_apart_with_its_reason() {
    let service = event("ecs", "SubmitTask", "\"a\":1").replace("AwsApiCall", "AwsServiceEvent");
    let sign_in =
        event("signin", "ConsoleLogin", "\"a\":1").replace("AwsApiCall", "AwsConsoleSignIn");
    let unknown = event("nonsense", "DoNothing", "\"a\":1");
    let identity = event("sts", "GetCallerIdentity", "\"a\":1");
    let usage = usage(&[service, sign_in, unknown, identity].join("\n"));
    let found: Vec<_> = usage.unmapped.iter().map(|it| (it.name.as_str(), it.count)).collect();
    let expected =
        [("SubmitTask", 1), ("DoNothing", 1), ("ConsoleLogin", 1), ("GetCallerIdentity", 1)];
    assert_eq!(found, expected);
    assert!(usage.unmapped.iter().all(|it| !it.reason.is_empty()));
    assert_eq!(usage.totals.apart, 2);
    assert!(usage.principals[0].actions.is_empty());
}

#[test]
fn hidden_and_absent_parameters_name_no_resource() {
    for request in
        [r#"{"bucketName":"HIDDEN_DUE_TO_SECURITY_REASONS","key":"k"}"#, "null", "5", "\"x\"", "[]"]
    {
        let usage = usage(&event("s3", "GetObject", &format!(r#""requestParameters":{request}"#)));
        let action = &usage.principals[0].actions[0];
        assert_eq!((action.action.as_str(), action.count), ("s3:GetObject", 1), "{request}");
        assert!(action.resources[0].contains('*'), "{request}: {:?}", action.resources);
    }
}

#[test]
fn filters_leave_out_and_count() {
    let text = event("s3", "ListBuckets", "\"a\":1");
    let count = |filter: Filter| {
        let mut fold = Fold::new(Limits::default(), filter, Arc::default());
        fold_into(&mut fold, &text);
        let totals = fold.finish().totals;
        (totals.events, totals.left_out)
    };
    let time = |text: &str| Time::parse(text.as_bytes());
    assert_eq!(
        count(Filter { since: time("2026-01-31"), until: time("2026-02-01"), ..Filter::default() }),
        (1, 0)
    );
    assert_eq!(count(Filter { since: time("2026-02-01"), ..Filter::default() }), (0, 1));
    assert_eq!(count(Filter { until: time("2026-01-31T10:00:00Z"), ..Filter::default() }), (0, 1));
    let principal = |glob| Filter { principal: Some(Pattern::new(glob)), ..Filter::default() };
    assert_eq!(count(principal("order?")), (1, 0));
    assert_eq!(count(principal("arn:aws:iam::*:role/app/*")), (1, 0));
    assert_eq!(count(principal("app")), (0, 1));
}

#[test]
fn many_resources_become_globs() {
    let mut fold =
        Fold::new(Limits { resources: 10, ..Limits::default() }, Filter::default(), Arc::default());
    for at in 0..5_000 {
        let request = format!(r#""requestParameters":{{"bucketName":"b","key":"{at}"}}"#);
        fold_into(&mut fold, &event("s3", "GetObject", &request));
    }
    let usage = fold.finish();
    let action = &usage.principals[0].actions[0];
    assert_eq!(
        (action.count, action.resources.as_slice()),
        (5_000, &["arn:aws:s3:::b/*".to_owned()][..])
    );
    assert!(action.uses[0].is_generalised);
}

/// A few events that may meet: principals, actions, resources, errors, ids and times in any mixture.
fn any_event() -> impl Strategy<Value = String> {
    let pair = prop_oneof![
        Just(("s3", "GetObject")),
        Just(("s3", "HeadObject")),
        Just(("dynamodb", "PutItem")),
        Just(("sts", "GetCallerIdentity")),
        Just(("nonsense", "DoNothing")),
        Just(("lambda", "CreateFunction20150331")),
    ];
    (pair, 0..3_u8, 0..4_u8, 0..60_u8, 0..40_u16).prop_map(|((source, name), role, error, second, id)| {
        // What an event says follows from its id, as it does of those delivered twice.
        let error = match error {
            0 => r#""errorCode":"AccessDenied","#,
            1 => r#""errorCode":"Throttling","#,
            _ => "",
        };
        format!(
            r#"{{"eventID":"{id}-{role}-{second}-{source}{name}{}","eventSource":"{source}.amazonaws.com","eventName":"{name}","eventTime":"2026-01-31T10:00:{second:02}Z",
            {error}"sourceIPAddress":"10.0.0.{second}","awsRegion":"eu-west-{role}","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/{role}"}},
            "requestParameters":{{"bucketName":"b","key":"{second}","tableName":"T{role}","functionName":"f","role":"arn:aws:iam::111122223333:role/r{role}"}}}}"#,
            error.len()
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn order_parts_and_repetition_change_nothing(events in proptest::collection::vec(any_event(), 0..60), seed in any::<u64>(), cut in any::<prop::sample::Index>()) {
        let once = usage(&events.join("\n"));
        prop_assert_eq!(once.totals.events + once.totals.duplicates, events.len() as u64);
        let mut shuffled = events.clone();
        shuffled.sort_by_key(|it| it.len() as u64 ^ seed.wrapping_mul(it.bytes().map(u64::from).sum()));
        let ids = Arc::new(SeenIds::default());
        let (left, right) = shuffled.split_at(cut.index(events.len() + 1));
        let of = |part: &[String]| {
            let mut fold = Fold::new(Limits::default(), Filter::default(), Arc::clone(&ids));
            fold_into(&mut fold, &part.join("\n"));
            fold.finish()
        };
        let parts = of(left).merge(of(right), Limits::default().resources);
        prop_assert_eq!(&parts, &once);
        let mut twice = usage(&[events.join("\n"), events.join("\n")].join("\n"));
        twice.totals.duplicates = once.totals.duplicates;
        prop_assert_eq!(&twice, &once);
        prop_assert_eq!(Usage::from_json(&once.to_json().unwrap()).unwrap(), once);
    }
}

#[test]
fn the_json_is_as_its_schema_says() {
    let schema = include_str!("../../../docs/schemas/faasguard-trail-usage-1.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let text = event(
        "lambda",
        "CreateFunction20150331",
        r#""requestParameters":{"functionName":"f","role":"arn:aws:iam::111122223333:role/r"}"#,
    );
    let text = format!("{text}\n{}", event("sts", "GetCallerIdentity", "\"a\":1"));
    let json = serde_json::from_str(&usage(&text).to_json().unwrap()).unwrap();
    let faults: Vec<_> = validator.iter_errors(&json).map(|it| it.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
}
