//! Whatever the events: no panic, the same alerts each time, and a snapshot that carries on.

use detection::{Settings, Watch};
use proptest::prelude::*;
use serde_json::{Value, json};

fn event() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        ("sts", "GetCallerIdentity"),
        ("lambda", "UpdateFunctionCode20150331v2"),
        ("lambda", "AddPermission20150331v2"),
        ("secretsmanager", "GetSecretValue"),
        ("ssm", "GetParameters"),
        ("dynamodb", "PutItem"),
        ("iam", "CreateRole"),
        ("lambda", "Invoke"),
    ]);
    let agents = prop::sample::select(vec![
        "aws-cli/2",
        "Boto3/1 exec-env/AWS_Lambda_python3.13",
        "awslambda-worker/1.0",
        "",
        "é",
    ]);
    let texts = prop::sample::select(vec![
        "",
        "orders",
        "arn:aws:lambda:eu-west-1:444455556666:function:orders:3",
        "{\"Principal\":{\"AWS\":\"444455556666\"}}",
        "arn:aws",
        "/",
        "::::",
    ]);
    let seconds = 0_u32..3_000_000;
    (names, agents, texts, seconds, 0_u8..4, any::<bool>()).prop_map(
        |((service, name), agent, text, second, who, fails)| {
            let (day, rest) = (second / 86_400 % 28 + 1, second % 86_400);
            let time = format!("2026-03-{day:02}T{:02}:{:02}:00Z", rest / 3_600, rest % 3_600 / 60);
            let mut event = json!({
                "eventTime": time, "eventSource": format!("{service}.amazonaws.com"),
                "eventName": name, "userAgent": agent, "awsRegion": "eu-west-1",
                "sourceIPAddress": format!("{}.0.113.{who}", 10 + who),
                "recipientAccountId": "111122223333",
                "userIdentity": {"type": if who == 0 { "IAMUser" } else { "AssumedRole" },
                    "accountId": if who == 1 { "444455556666" } else { "111122223333" },
                    "arn": format!("arn:aws:sts::111122223333:assumed-role/r{who}/s{who}"),
                    "accessKeyId": format!("ASIA{who}")},
                "requestParameters": {"functionName": text, "principal": text, "secretId": text,
                    "names": [text, "b"], "withDecryption": true, "assumeRolePolicyDocument": text},
                "responseElements": {"codeSha256": text}
            });
            if fails && let Some(event) = event.as_object_mut() {
                event.insert("errorCode".to_owned(), json!("AccessDenied"));
            }
            event
        },
    )
}

/// Lines that tell each alert.
fn told(watch: &mut Watch, events: &[Value]) -> Vec<String> {
    let mut alerts = Vec::new();
    for event in events {
        let bytes = event.to_string();
        audit_event::read(bytes.as_bytes(), &audit_event::Limits::default(), &mut |event| {
            watch.observe(event, &mut alerts);
        });
    }
    alerts.iter().map(|it| format!("{it:?}")).collect()
}

proptest! {
    #[test]
    fn a_snapshot_in_the_middle_changes_nothing(
        events in prop::collection::vec(event(), 0..120),
        cut in 0_usize..120,
    ) {
        let settings = Settings { learn_s: 3_600, ..Settings::default() };
        let mut whole = Watch::new(settings.clone());
        let expected = told(&mut whole, &events);
        let (before, after) = events.split_at(cut.min(events.len()));
        let mut first = Watch::new(settings.clone());
        let mut found = told(&mut first, before);
        let restored = Watch::restore(settings, first.snapshot().as_bytes());
        prop_assert!(restored.is_ok());
        if let Ok(mut second) = restored {
            found.extend(told(&mut second, after));
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(second.snapshot(), whole.snapshot());
        }
    }

    #[test]
    fn foreign_bytes_are_no_baseline(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Watch::restore(Settings::default(), &bytes).is_err());
    }
}
