//! Whatever comes in: no panic, no byte changed without a reason, no good record lost.

use std::sync::LazyLock;

use guard_inspect::{Answer, Decision, HttpRequest, Inspector, Response, Scratch, Trigger};
use guard_settings::{Errors, Mode, Redact, Settings};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::base64_of::base64;

/// Names that tell triggers, and some that do not.
const NAMES: &[&str] = &[
    "Records",
    "records",
    "tasks",
    "eventSource",
    "EventSource",
    "cf",
    "request",
    "config",
    "eventType",
    "requestContext",
    "elb",
    "http",
    "identity",
    "connectionId",
    "domainName",
    "methodArn",
    "authorizationToken",
    "headers",
    "multiValueHeaders",
    "content-type",
    "cookie",
    "body",
    "isBase64Encoded",
    "rawQueryString",
    "cookies",
    "messageId",
    "kinesis",
    "sequenceNumber",
    "data",
    "dynamodb",
    "SequenceNumber",
    "recordId",
    "deliveryStreamArn",
    "s3",
    "object",
    "key",
    "Sns",
    "Message",
    "detail",
    "detail-type",
    "awslogs",
    "arguments",
    "info",
    "triggerSource",
    "userPoolId",
    "invocationSchemaVersion",
    "taskId",
    "s3Key",
    "value",
    "basicProperties",
    "bytes",
    "a",
    "$ne",
    "__proto__",
    "",
];

const TEXTS: &[&str] = &[
    "aws:sqs",
    "aws:kinesis",
    "aws:dynamodb",
    "aws:s3",
    "aws:sns",
    "aws:kafka",
    "aws:rmq",
    "aws:mq",
    "aws:docdb",
    "viewer-request",
    "origin-response",
    "arn:aws:sqs:eu-west-1:111122223333:q.fifo",
    "1' OR 1=1--",
    "../../../../etc/passwd",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "--x\r\ncontent-disposition: form-data; name=\"a\"; filename=\"../b\"\r\n\r\nc\r\n--x--",
    "Basic YTpi",
    "eyJhIjoxfQ.eyJiIjoyfQ.c",
    "a=1&b=%27&c",
    "x.lambda-url.y",
    "{\"a\":[1,{\"b\":\"c\"}]}",
    "[[[[[[",
    "H4sIAAAAAAAA/0tMTEoGAMJBJDUDAAAA",
    "%",
    "\u{0}",
    "\u{fffd}é😀",
];

fn event() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        prop::sample::select(TEXTS).prop_map(str::to_owned),
        any::<String>(),
        any::<Vec<u8>>().prop_map(|bytes| base64(&bytes)),
    ];
    let leaf = prop_oneof![
        4 => text.prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i16>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(6, 80, 6, |inner| {
        let members = (prop::sample::select(NAMES), inner.clone());
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(members, 0..8).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
            inner.prop_map(|value| Value::from(value.to_string())),
        ]
    })
}

fn every_setting() -> Settings {
    let redact = Redact { responses: true, ..Redact::default() };
    let mut settings =
        Settings { errors: Errors { hide_details: true }, redact, ..Settings::default() };
    settings.rate = Some(guard_settings::Rate::default());
    for path in ["body.a", "Records[*].body", "*.*.a", "headers.Cookie", ""] {
        settings.inspect.fields.insert(path.parse().unwrap(), payload::Classes::ALL);
    }
    settings
}

const TRIGGERS: &[Trigger] = &[
    Trigger::HttpApi,
    Trigger::Sqs { fifo: true },
    Trigger::Firehose,
    Trigger::S3Batch,
    Trigger::Direct,
    Trigger::EdgeResponse,
    Trigger::ApiAuthorizer,
    Trigger::AppSync,
    Trigger::AppSyncBatch,
];

// Built once: the engine takes longer to build than a case to run.
static EVERYTHING: LazyLock<Inspector> =
    LazyLock::new(|| Inspector::new(&every_setting()).unwrap());
static MONITOR: LazyLock<Inspector> = LazyLock::new(|| {
    Inspector::new(&Settings { mode: Mode::Monitor, ..Settings::default() }).unwrap()
});
static DEFAULT: LazyLock<Inspector> =
    LazyLock::new(|| Inspector::new(&Settings::default()).unwrap());

proptest! {
    #[test]
    fn any_event_is_judged_and_any_answer_is_valid(event in event(), trigger in prop::sample::select(TRIGGERS)) {
        let inspector = &*EVERYTHING;
        let scratch = &mut Scratch::default();
        let text = event.to_string();
        let judgement = inspector.event(scratch, text.as_bytes(), "r-1");
        let refused = match judgement.decision {
            Decision::Answer(Answer::Response { body } | Answer::Error { body, .. }) => {
                prop_assert!(serde_json::from_slice::<Value>(&body).is_ok());
                Vec::new()
            }
            Decision::Reduced { body, refused } => {
                prop_assert!(serde_json::from_slice::<Value>(&body).is_ok());
                refused
            }
            Decision::Pass => Vec::new(),
        };
        for answer in [inspector.response(scratch, trigger, text.as_bytes(), &refused), inspector.error(scratch, trigger, text.as_bytes())] {
            if let Response::Replaced(new) = answer {
                prop_assert!(serde_json::from_slice::<Value>(&new.body).is_ok());
            }
        }
    }

    #[test]
    fn monitor_changes_no_byte(event in event()) {
        let inspector = &*MONITOR;
        let judgement = inspector.event(&mut Scratch::default(), event.to_string().as_bytes(), "r-1");
        prop_assert_eq!(judgement.decision, Decision::Pass);
    }

    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in prop::sample::select(TEXTS)) {
        let inspector = &*DEFAULT;
        let scratch = &mut Scratch::default();
        let _ = inspector.event(scratch, &bytes, "r-1");
        let target = String::from_utf8_lossy(&bytes);
        let headers = [("content-type", kind.as_bytes()), ("cookie", &bytes)];
        let request = HttpRequest { method: "POST", target: &target, headers: &headers, body: &bytes };
        let _ = inspector.http_request(scratch, &request, "r-1");
        let _ = inspector.http_response(scratch, 500, kind, &bytes);
    }

    /// Exactly the good records go on, as they were written and in their order.
    #[test]
    fn good_records_go_on_byte_for_byte(marks in prop::collection::vec((any::<bool>(), 0..3u8), 1..12), fifo in any::<bool>(), spaces in "[ \n\t]{0,3}") {
        let queue = if fifo { "q.fifo" } else { "q" };
        let records: Vec<String> = marks.iter().enumerate().map(|(index, (is_bad, group))| {
            let note = if *is_bad { "1' OR 1=1--" } else { "two rooms" };
            json!({"messageId": format!("m-{index}"), "body": json!({"note": note}).to_string(), "attributes": {"MessageGroupId": format!("g-{group}")},
                "eventSource": "aws:sqs", "eventSourceARN": format!("arn:aws:sqs:eu-west-1:111122223333:{queue}")}).to_string().replace(",\"", &format!(",{spaces}\""))
        }).collect();
        let event = format!("{{{spaces}\"Records\":{spaces}[{}]{spaces}}}", records.join(&format!("{spaces},{spaces}")));
        let is_kept = |index: usize| {
            let (is_bad, group) = marks[index];
            let is_held = fifo && marks[..index].iter().any(|(is_bad, other)| *is_bad && *other == group);
            !is_bad && !is_held
        };
        let good: Vec<usize> = (0..marks.len()).filter(|index| is_kept(*index)).collect();
        let inspector = &*DEFAULT;
        let judgement = inspector.event(&mut Scratch::default(), event.as_bytes(), "r-1");
        prop_assert_eq!(judgement.hits.len(), marks.iter().filter(|(is_bad, _)| *is_bad).count());
        match judgement.decision {
            Decision::Pass => prop_assert_eq!(good.len(), marks.len()),
            Decision::Answer(Answer::Response { body }) => {
                prop_assert!(good.is_empty());
                let body: Value = serde_json::from_slice(&body).unwrap();
                prop_assert_eq!(body["batchItemFailures"].as_array().unwrap().len(), marks.len());
            }
            Decision::Reduced { body, refused } => {
                prop_assert_eq!(refused.len(), marks.len() - good.len());
                let body = String::from_utf8(body).unwrap();
                let parsed: Value = serde_json::from_str(&body).unwrap();
                prop_assert_eq!(parsed["Records"].as_array().unwrap().len(), good.len());
                let mut rest = body.as_str();
                for index in good {
                    let at = rest.find(&records[index]);
                    prop_assert!(at.is_some(), "{} is not in {}", records[index], body);
                    rest = &rest[at.unwrap() + records[index].len()..];
                }
            }
            other @ Decision::Answer(_) => prop_assert!(false, "{other:?}"),
        }
    }
}
