//! Detectors over small stories.

#![expect(clippy::needless_pass_by_value, reason = "stories read better with values made in place")]

use attestation::{Artifact, Digest, Statement};
use detection::{Alert, Attested, Settings, Watch};
use serde_json::{Value, json};
use sigma::Severity;

const LAMBDA: &str = "Boto3/1.40 md/Botocore#1.40 exec-env/AWS_Lambda_python3.13";
const CLI: &str = "aws-cli/2.31 md/Botocore#1.40 os/linux";
const DAY: i64 = 86_400;

/// A call with the credentials of the function `orders`.
fn call(second: i64, key: &str, agent: &str, from: &str, service: &str, name: &str) -> Value {
    json!({
        "eventID": format!("{second}-{name}"), "eventTime": time(second), "awsRegion": "eu-west-1",
        "eventSource": format!("{service}.amazonaws.com"), "eventName": name, "userAgent": agent,
        "sourceIPAddress": from, "recipientAccountId": "111122223333",
        "userIdentity": {"type": "AssumedRole", "accessKeyId": key, "accountId": "111122223333",
            "arn": "arn:aws:sts::111122223333:assumed-role/orders-role/orders",
            "sessionContext": {"sessionIssuer": {"type": "Role",
                "arn": "arn:aws:iam::111122223333:role/orders-role"}}}
    })
}

fn change(second: i64, who: &str, name: &str, request: Value, answer: Value) -> Value {
    let kind = if who.contains(":user/") { "IAMUser" } else { "AssumedRole" };
    json!({
        "eventID": format!("{second}-{name}"), "eventTime": time(second), "awsRegion": "eu-west-1",
        "eventSource": "lambda.amazonaws.com", "eventName": name, "userAgent": CLI,
        "sourceIPAddress": "198.51.100.7", "recipientAccountId": "111122223333",
        "userIdentity": {"type": kind, "arn": who, "accountId": "111122223333"},
        "requestParameters": request, "responseElements": answer
    })
}

/// A time in March and April 2026, from seconds after the first of March.
fn time(second: i64) -> String {
    let (day, rest) = (second / DAY, second % DAY);
    let (month, day) = if day < 31 { (3, day + 1) } else { (4, day - 30) };
    format!("2026-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest % 3600 / 60, rest % 60)
}

fn alerts(watch: &mut Watch, events: &[Value]) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for event in events {
        let bytes = event.to_string();
        audit_event::read(bytes.as_bytes(), &audit_event::Limits::default(), &mut |event| {
            watch.observe(event, &mut alerts);
        });
    }
    alerts
}

fn check(events: &[Value], expected: &[&str]) -> Vec<Alert> {
    let mut watch = Watch::new(Settings::default());
    let found = alerts(&mut watch, events);
    let names: Vec<&str> = found.iter().map(|it| it.detector.name).collect();
    assert_eq!(names, expected, "{found:#?}");
    found
}

#[test]
fn a_stolen_key_on_a_laptop_is_told_once() {
    let own = |at| call(at, "ASIAONE", LAMBDA, "3.248.1.9", "dynamodb", "PutItem");
    let thief =
        |at, service: &str, name: &str| call(at, "ASIAONE", CLI, "203.0.113.50", service, name);
    let events = [
        own(0),
        own(60),
        thief(120, "sts", "GetCallerIdentity"),
        thief(130, "sts", "GetCallerIdentity"),
        own(180),
    ];
    let found = check(&events, &["function-credentials-used-outside"]);
    assert_eq!(found[0].level, Severity::Critical);
    assert_eq!(found[0].function.as_deref(), Some("orders"));
    let words = found[0].explanation.join("; ");
    assert!(words.contains("203.0.0.0/16") && words.contains("aws-cli"), "{words}");
    assert!(!words.contains("ASIAONE"), "{words}");
}

#[test]
fn a_thief_is_told_though_only_lambda_itself_was_seen_before() {
    let cold =
        call(0, "ASIAONE", "awslambda-worker/1.0 rusoto", "3.248.1.9", "logs", "CreateLogStream");
    let thief = call(60, "ASIAONE", CLI, "203.0.113.50", "sts", "GetCallerIdentity");
    check(&[cold, thief], &["function-credentials-used-outside"]);
}

#[test]
fn what_the_platform_does_with_the_role_is_no_theft() {
    let own = |at| call(at, "ASIAONE", LAMBDA, "3.248.1.9", "dynamodb", "PutItem");
    let cold = |at| {
        call(at, "ASIATWO", "awslambda-worker/1.0 rusoto", "54.1.2.3", "logs", "CreateLogGroup")
    };
    let rays = |at| call(at, "ASIAONE", "xray-daemon/3.3", "54.9.9.9", "xray", "PutTraceSegments");
    let mut forward =
        call(90, "ASIAONE", "dynamodb.amazonaws.com", "dynamodb.amazonaws.com", "kms", "Decrypt");
    forward["userIdentity"]["invokedBy"] = json!("dynamodb.amazonaws.com");
    check(&[own(0), cold(10), rays(20), forward, cold(100), own(110)], &[]);
}

#[test]
fn a_program_that_a_function_starts_is_no_theft() {
    let own = call(0, "ASIAONE", LAMBDA, "3.248.1.9", "dynamodb", "PutItem");
    let child = call(5, "ASIAONE", "curl/8.4", "3.248.7.7", "s3", "GetObject");
    let tool = call(9, "ASIAONE", CLI, "3.248.1.9", "sts", "GetCallerIdentity");
    check(&[own, child, tool], &[]);
}

#[test]
fn a_new_environment_in_another_network_is_no_theft() {
    let events: Vec<Value> = (0..200)
        .map(|at| {
            let from = format!("{}.{}.1.9", 3 + at % 50, at % 7);
            call(at * 7_200, &format!("ASIA{at}"), LAMBDA, &from, "dynamodb", "PutItem")
        })
        .collect();
    check(&events, &[]);
}

#[test]
fn a_call_around_the_endpoint_by_another_program_is_told() {
    let own = |at| {
        let mut event = call(at, "ASIAONE", LAMBDA, "10.0.1.7", "dynamodb", "PutItem");
        event["vpcEndpointId"] = json!("vpce-1");
        event
    };
    let thief = call(300, "ASIAONE", "python-requests/2.32", "203.0.113.50", "dynamodb", "Scan");
    let events = [own(0), own(60), own(120), thief];
    let found = check(&events, &["function-credentials-used-outside"]);
    assert!(found[0].explanation.join(" ").contains("VPC endpoint"));
}

#[test]
fn a_settled_function_that_turns_to_iam_is_told() {
    let mut events: Vec<Value> = (0..80)
        .map(|at| call(at * 10_800, "ASIAONE", LAMBDA, "3.248.1.9", "dynamodb", "PutItem"))
        .collect();
    events.push(call(81 * 10_800, "ASIAONE", LAMBDA, "3.248.1.9", "iam", "ListRoles"));
    events.push(call(82 * 10_800, "ASIAONE", LAMBDA, "3.248.1.9", "iam", "ListUsers"));
    let found = check(&events, &["function-uses-new-service"]);
    assert_eq!(found[0].level, Severity::Medium);
}

#[test]
fn a_person_who_changes_what_a_pipeline_deploys_is_told() {
    let pipe = "arn:aws:sts::111122223333:assumed-role/deploy/run";
    let ana = "arn:aws:iam::111122223333:user/ana";
    let code = |at, who| {
        change(
            at,
            who,
            "UpdateFunctionCode20150331v2",
            json!({"functionName": "orders"}),
            json!(null),
        )
    };
    let events: Vec<Value> =
        (0..4).map(|at| code(at * 600, pipe)).chain([code(9_000, ana), code(9_100, ana)]).collect();
    let found = check(&events, &["function-changed-by-new-deployer"]);
    assert_eq!(found[0].level, Severity::High);
}

#[test]
fn a_change_at_an_hour_at_which_nobody_deploys_is_told_once() {
    let pipe = "arn:aws:sts::111122223333:assumed-role/deploy/run";
    let code = |at| {
        change(
            at,
            pipe,
            "UpdateFunctionCode20150331v2",
            json!({"functionName": "orders"}),
            json!(null),
        )
    };
    // The first of March 2026 was a Sunday: workdays of three weeks, between nine and eleven.
    let workdays = (0..21).filter(|day| !matches!(day % 7, 0 | 6));
    let mut events: Vec<Value> =
        workdays.map(|day| code(day * DAY + (9 + day % 3) * 3_600)).collect();
    let monday = 22 * DAY;
    events.push(code(monday + 12 * 3_600));
    check(&events, &[]);
    events.extend([code(monday + 23 * 3_600), code(monday + 23 * 3_600 + 60)]);
    let found = check(&events, &["function-changed-at-unusual-hour"]);
    assert_eq!(found[0].level, Severity::Low);
    assert!(found[0].explanation[0].contains("on a workday so far at 09 to 12"), "{found:?}");
    events.push(code(27 * DAY + 10 * 3_600));
    let both = ["function-changed-at-unusual-hour"; 2];
    let found = check(&events, &both);
    assert!(found[1].explanation[0].contains("at a weekend never before"), "{found:?}");
    // Too few days to know.
    check(&[&events[..11], &events[16..17]].concat(), &[]);
}

#[test]
fn the_first_deployer_is_nobodys_news() {
    let pipe = "arn:aws:sts::111122223333:assumed-role/deploy/run";
    let event =
        change(0, pipe, "CreateFunction20150331", json!({"functionName": "orders"}), json!(null));
    check(&[event], &[]);
}

#[test]
fn names_within_one_call_count_as_collected() {
    let names: Vec<String> = (0..10).map(|at| format!("/prod/{at}")).collect();
    let read = |at: i64| {
        let names: Vec<String> = names.iter().map(|it| format!("{it}-{at}")).collect();
        let mut event = change(
            at,
            "arn:aws:iam::111122223333:user/ana",
            "GetParameters",
            json!({"names": names, "withDecryption": true}),
            json!(null),
        );
        event["eventSource"] = json!("ssm.amazonaws.com");
        event
    };
    check(&[read(0), read(5), read(9)], &["secrets-and-parameters-collected"]);
}

#[test]
fn a_layer_of_another_account_is_told_once_and_one_of_a_publisher_never() {
    let ana = "arn:aws:iam::111122223333:user/ana";
    let layer = |at, account: &str| {
        let arn = format!("arn:aws:lambda:eu-west-1:{account}:layer:telemetry:3");
        let request = json!({"functionName": "orders", "layers": [arn]});
        change(at, ana, "UpdateFunctionConfiguration20150331v2", request, json!(null))
    };
    let events = [
        layer(0, "111122223333"),
        layer(1, "017000801446"),
        layer(2, "444455556666"),
        layer(3, "444455556666"),
    ];
    check(&events, &["other-account-comes-in"]);
    let settings =
        Settings { own_accounts: vec!["444455556666".to_owned()], ..Settings::default() };
    assert!(alerts(&mut Watch::new(settings), &events).is_empty());
}

#[test]
fn code_that_nobody_attested_is_told_and_the_rest_has_its_revision() {
    let digest = |byte| Digest([byte; 32]);
    let mut attested = Attested::default();
    attested.add(&Statement {
        package: Artifact { name: "orders.zip".to_owned(), sha256: digest(1) },
        layers: vec![],
        sbom: None,
        revision: Some("0c0ffee".to_owned()),
        builder: Some("pipeline".to_owned()),
        time: "2026-03-01T00:00:00Z".to_owned(),
    });
    let deploy = |at, byte| {
        let pipe = "arn:aws:sts::111122223333:assumed-role/deploy/run";
        let answer = json!({"functionName": "orders", "codeSha256": digest(byte).base64()});
        change(at, pipe, "UpdateFunctionCode20150331v2", json!({"functionName": "orders"}), answer)
    };
    let mut watch = Watch::new(Settings { attested, ..Settings::default() });
    let found = alerts(&mut watch, &[deploy(0, 1), deploy(60, 2)]);
    let names: Vec<&str> = found.iter().map(|it| it.detector.name).collect();
    assert_eq!(names, ["deployed-from-unknown-revision"]);
    let revisions: Vec<_> = watch.deployments().iter().map(|it| it.revision.as_deref()).collect();
    assert_eq!(revisions, [Some("0c0ffee"), None]);
}

#[test]
fn a_function_invoked_from_a_new_account_is_told_once() {
    let invoke = |at| {
        let mut event = change(
            at,
            "arn:aws:sts::444455556666:assumed-role/x/y",
            "Invoke",
            json!({"functionName": "arn:aws:lambda:eu-west-1:111122223333:function:orders"}),
            json!(null),
        );
        event["userIdentity"]["accountId"] = json!("444455556666");
        event
    };
    check(&[invoke(0), invoke(5)], &["function-invoked-from-new-account"]);
}

#[test]
fn what_was_learned_is_kept_over_runs() {
    let own = |at| call(at, "ASIAONE", LAMBDA, "3.248.1.9", "dynamodb", "PutItem");
    let mut first = Watch::new(Settings::default());
    alerts(&mut first, &[own(0), own(60)]);
    let kept = first.snapshot();
    let mut second = Watch::restore(Settings::default(), kept.as_bytes()).unwrap();
    assert_eq!(second.snapshot(), kept);
    let thief = call(120, "ASIAONE", CLI, "203.0.113.50", "sts", "GetCallerIdentity");
    assert_eq!(alerts(&mut second, &[thief]).len(), 1);
    let error = Watch::restore(Settings::default(), b"{\"schema\":\"x/1\"}").unwrap_err();
    assert!(error.to_string().contains("`x/1`"), "{error}");
}

/// Makes every time of a baseline another one.
fn set_times(value: &mut Value, to: i64) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "first" | "last" | "last_day" | "told" | "began" => *value = json!(to),
                    _ => set_times(value, to),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|it| set_times(it, to)),
        _ => {}
    }
}

#[test]
fn a_baseline_with_odd_times_is_gone_on_with() {
    let pipe = "arn:aws:sts::111122223333:assumed-role/pipeline/run";
    let change_at =
        |at| change(at, pipe, "UpdateFunctionCode", json!({"functionName": "orders"}), json!({}));
    let call_at = |at| call(at, "ASIAONE", LAMBDA, "3.248.1.9", "dynamodb", "PutItem");
    let mut first = Watch::new(Settings::default());
    let days = (0..14).map(|day| change_at(day * DAY));
    alerts(&mut first, &days.chain((0..60).map(call_at)).collect::<Vec<_>>());
    let mut kept: Value = serde_json::from_str(&first.snapshot()).unwrap();
    for to in [i64::MIN, i64::MAX] {
        set_times(&mut kept, to);
        // How often a key was told of is a small number.
        kept["roles"]["values"].as_object_mut().unwrap().values_mut().for_each(|role| {
            let keys = role["value"]["keys"]["values"].as_object_mut().unwrap();
            keys.values_mut().for_each(|key| key["value"]["told"] = json!(0));
        });
        let mut watch = Watch::restore(Settings::default(), kept.to_string().as_bytes()).unwrap();
        alerts(&mut watch, &[change_at(15 * DAY + 3), call_at(15 * DAY)]);
    }
}
