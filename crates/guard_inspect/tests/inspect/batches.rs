//! Batches: good records go on byte for byte, bad ones are reported as each trigger wants it.

use crate::base64_of::base64;
use guard_inspect::{Answer, Decision, Inspector, Judgement, Refused, Response, Scratch, Trigger};
use guard_settings::{BatchAnswer, Mode, Settings};
use serde_json::{Value, json};

const HOSTILE: &str = "{\"userId\": \"1 OR 1=1--\"}";
const BENIGN: &str = "{\"userId\": \"1\"}";

fn judge(settings: &Settings, event: &str) -> Judgement {
    Inspector::new(settings).unwrap().event(&mut Scratch::default(), event.as_bytes(), "r-1")
}

fn ids(refused: &[Refused]) -> Vec<&str> {
    refused.iter().map(|item| item.id.as_str()).collect()
}

/// Messages of a queue, each `(body, group)`; the ids are `m-0`, `m-1` …
fn queue(name: &str, messages: &[(&str, &str)]) -> String {
    let record = |(index, (body, group)): (usize, &(&str, &str))| {
        json!({"messageId": format!("m-{index}"), "receiptHandle": "AQEB/+=", "body": body, "eventSource": "aws:sqs",
            "attributes": {"MessageGroupId": group}, "eventSourceARN": format!("arn:aws:sqs:eu-west-1:111122223333:{name}")})
    };
    let records: Vec<Value> = messages.iter().enumerate().map(record).collect();
    serde_json::to_string_pretty(&json!({"Records": records})).unwrap()
}

#[test]
fn nine_of_ten_messages_are_delivered_and_one_is_reported() {
    let mut messages = vec![(BENIGN, "g"); 10];
    messages[6].0 = HOSTILE;
    let event = queue("orders", &messages);
    let judgement = judge(&Settings::default(), &event);
    assert_eq!(judgement.trigger, Trigger::Sqs { fifo: false });
    assert_eq!(judgement.hits.len(), 1);
    assert_eq!(judgement.hits[0].field, "Records[6].body.userId");
    let Decision::Reduced { body, refused } = judgement.decision else { panic!() };
    assert_eq!(ids(&refused), ["m-6"]);
    let mut expected: Value = serde_json::from_str(&event).unwrap();
    expected["Records"].as_array_mut().unwrap().remove(6);
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), expected);
    // Byte for byte: each good record stands in the new body as it stood in the old one.
    let body = String::from_utf8(body).unwrap();
    let without = event.split("    {\n").filter(|record| !record.contains("m-6")).count();
    assert_eq!(body.split("    {\n").filter(|record| event.contains(record)).count(), without);

    let inspector = Inspector::new(&Settings::default()).unwrap();
    let answer = inspector.response(
        &mut Scratch::default(),
        judgement.trigger,
        br#"{"batchItemFailures": [{"itemIdentifier": "m-2"}]}"#,
        &refused,
    );
    let Response::Replaced(answer) = answer else { panic!() };
    assert_eq!(
        serde_json::from_slice::<Value>(&answer.body).unwrap(),
        json!({"batchItemFailures": [{"itemIdentifier": "m-6"}, {"itemIdentifier": "m-2"}]})
    );
}

#[test]
fn a_batch_that_is_bad_all_through_is_answered_without_the_handler() {
    let judgement = judge(&Settings::default(), &queue("orders", &[(HOSTILE, "g"); 2]));
    let Decision::Answer(Answer::Response { body }) = judgement.decision else { panic!() };
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        json!({"batchItemFailures": [{"itemIdentifier": "m-0"}, {"itemIdentifier": "m-1"}]})
    );
}

#[test]
fn a_later_message_of_the_same_group_does_not_overtake_a_bad_one() {
    let messages = [(BENIGN, "a"), (HOSTILE, "a"), (BENIGN, "b"), (BENIGN, "a"), (BENIGN, "b")];
    let judgement = judge(&Settings::default(), &queue("orders.fifo", &messages));
    let Decision::Reduced { refused, .. } = judgement.decision else { panic!() };
    assert_eq!(ids(&refused), ["m-1", "m-3"]);
    assert_eq!(judgement.hits.len(), 1);
    let judgement = judge(&Settings::default(), &queue("orders", &messages));
    let Decision::Reduced { refused, .. } = judgement.decision else { panic!() };
    assert_eq!(ids(&refused), ["m-1"]);
}

#[test]
fn the_settings_may_want_the_batch_to_fail_as_one() {
    let settings = Settings { batch: BatchAnswer::Fail, ..Settings::default() };
    let judgement = judge(&settings, &queue("orders", &[(BENIGN, "g"), (HOSTILE, "g")]));
    let Decision::Answer(Answer::Error { error_type, .. }) = judgement.decision else { panic!() };
    assert_eq!(error_type, "Faasguard.Refused");
}

#[test]
fn in_monitor_mode_every_record_passes_and_is_told() {
    let settings = Settings { mode: Mode::Monitor, ..Settings::default() };
    let judgement = judge(&settings, &queue("orders.fifo", &[(HOSTILE, "g"); 3]));
    assert_eq!((judgement.decision, judgement.hits.len()), (Decision::Pass, 3));
}

#[test]
fn records_of_streams_are_reported_by_their_sequence_numbers() {
    let kinesis = |v: &str, number: u32| json!({"eventSource": "aws:kinesis", "kinesis": {"partitionKey": "p", "sequenceNumber": number.to_string(), "data": base64(v.as_bytes())}});
    let event = json!({"Records": [kinesis(BENIGN, 1), kinesis(HOSTILE, 2), kinesis(BENIGN, 3)]});
    let judgement = judge(&Settings::default(), &event.to_string());
    assert_eq!(judgement.hits[0].field, "Records[1].kinesis.data.userId");
    let Decision::Reduced { body, refused } = judgement.decision else { panic!() };
    assert_eq!(ids(&refused), ["2"]);
    let good = json!({"Records": [kinesis(BENIGN, 1), kinesis(BENIGN, 3)]});
    assert_eq!(body, good.to_string().as_bytes());

    let dynamodb = |v: &str, number: u32| json!({"eventSource": "aws:dynamodb", "eventName": "INSERT", "dynamodb": {"SequenceNumber": number.to_string(), "NewImage": {"name": {"S": v}}}});
    let event = json!({"Records": [dynamodb(BENIGN, 1), dynamodb(HOSTILE, 2)]});
    let judgement = judge(&Settings::default(), &event.to_string());
    assert_eq!(judgement.hits[0].field, "Records[1].dynamodb.NewImage.name.S.userId");
    let Decision::Reduced { refused, .. } = judgement.decision else { panic!() };
    assert_eq!(ids(&refused), ["2"]);
}

#[test]
fn records_of_firehose_come_back_as_failed_with_their_data() {
    let record = |v: &str, id: &str| json!({"recordId": id, "data": base64(v.as_bytes())});
    let event = json!({"invocationId": "i", "deliveryStreamArn": "arn:aws:firehose:eu-west-1:111122223333:deliverystream/d",
        "records": [record(HOSTILE, "1"), record(BENIGN, "2")]});
    let judgement = judge(&Settings::default(), &event.to_string());
    let Decision::Reduced { refused, .. } = judgement.decision else { panic!() };
    let inspector = Inspector::new(&Settings::default()).unwrap();
    let answer = json!({"records": [{"recordId": "2", "result": "Ok", "data": ""}]}).to_string();
    let scratch = &mut Scratch::default();
    let answer = inspector.response(scratch, judgement.trigger, answer.as_bytes(), &refused);
    let Response::Replaced(answer) = answer else { panic!() };
    assert_eq!(
        serde_json::from_slice::<Value>(&answer.body).unwrap(),
        json!({"records": [{"recordId": "1", "result": "ProcessingFailed", "data": base64(HOSTILE.as_bytes())},
            {"recordId": "2", "result": "Ok", "data": ""}]})
    );
}

#[test]
fn invocations_of_a_resolver_are_answered_at_their_places() {
    let invocation =
        |id: &str| json!({"arguments": {}, "source": {"id": id}, "info": {"fieldName": "author"}});
    let event = json!([invocation("7"), invocation("1' OR 1=1--"), invocation("8")]);
    let settings =
        Settings { errors: guard_settings::Errors { hide_details: true }, ..Settings::default() };
    let judgement = judge(&settings, &event.to_string());
    assert_eq!((judgement.trigger, judgement.hits.len()), (Trigger::AppSyncBatch, 1));
    assert_eq!(judgement.hits[0].field, "[1].source.id");
    let Decision::Reduced { body, refused } = judgement.decision else { panic!() };
    assert_eq!(body, json!([invocation("7"), invocation("8")]).to_string().as_bytes());
    let inspector = Inspector::new(&settings).unwrap();
    let answer =
        json!([{"data": {"name": "Ana"}}, {"data": null, "errorMessage": "KeyError: 'b'"}]);
    let answer = answer.to_string();
    let scratch = &mut Scratch::default();
    let answer = inspector.response(scratch, judgement.trigger, answer.as_bytes(), &refused);
    let Response::Replaced(answer) = answer else { panic!() };
    assert!(answer.is_hidden);
    assert_eq!(
        serde_json::from_slice::<Value>(&answer.body).unwrap(),
        json!([{"data": {"name": "Ana"}},
            {"data": null, "errorMessage": "Forbidden", "errorType": "Faasguard.Refused"},
            {"data": null, "errorMessage": "Internal Server Error"}])
    );

    // Refused whole, each invocation has its error; with `"batch": "fail"` the function fails.
    let mut settings = Settings::default();
    settings.validate.max_bytes = 20;
    let judgement = judge(&settings, &event.to_string());
    let Decision::Answer(Answer::Response { body }) = judgement.decision else { panic!() };
    let answer: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(answer.as_array().unwrap().len(), 3);
    assert_eq!(answer[2]["errorMessage"], "Payload Too Large");
    let settings = Settings { batch: BatchAnswer::Fail, ..Settings::default() };
    let judgement = judge(&settings, &event.to_string());
    assert!(matches!(judgement.decision, Decision::Answer(Answer::Error { .. })));
}

#[test]
fn a_record_that_cannot_be_looked_at_is_reported_alone() {
    let kinesis = |data: &[u8], number: u32| json!({"eventSource": "aws:kinesis", "kinesis": {"partitionKey": "p", "sequenceNumber": number.to_string(), "data": base64(data)}});
    let broken = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff";
    let event =
        json!({"Records": [kinesis(b"a", 1), kinesis(broken, 2), kinesis(b"b", 3)]}).to_string();
    let judgement = judge(&Settings::default(), &event);
    let Decision::Reduced { refused, .. } = judgement.decision else { panic!() };
    assert_eq!(ids(&refused), ["2"]);
    let mut settings = Settings::default();
    settings.inspect.uninspected = guard_settings::Uninspected::Pass;
    let judgement = judge(&settings, &event);
    assert_eq!((judgement.decision, judgement.hits.len()), (Decision::Pass, 1));
}

#[test]
fn an_event_of_which_only_the_start_is_held_is_refused_in_the_form_of_its_trigger() {
    let inspector = Inspector::new(&Settings::default()).unwrap();
    let judge = |event: &Value| {
        let text = event.to_string();
        let start = &text.as_bytes()[..text.len() - 50];
        inspector.too_large(&mut Scratch::default(), start, "r-1")
    };
    let long = "x".repeat(2_000_000);
    let judgement = judge(
        &json!({"httpMethod": "POST", "path": "/", "requestContext": {"stage": "a"}, "zbody": long}),
    );
    assert_eq!(judgement.trigger, Trigger::RestApi);
    let Decision::Answer(Answer::Response { body }) = judgement.decision else { panic!() };
    let answer: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(answer["statusCode"], 413);

    // The ids of the messages behind are not known: a report would lose them.
    let messages = [(BENIGN, "g"), (long.as_str(), "g"), (BENIGN, "g")];
    let queue: Value = serde_json::from_str(&queue("q", &messages)).unwrap();
    let judgement = judge(&queue);
    assert_eq!(judgement.trigger, Trigger::Sqs { fifo: false });
    let Decision::Answer(Answer::Error { body, .. }) = judgement.decision else { panic!() };
    assert!(String::from_utf8(body).unwrap().contains("Payload Too Large"));
}

#[test]
fn a_task_of_a_batch_operation_fails_for_good() {
    let event = json!({"invocationSchemaVersion": "1.0", "invocationId": "i1", "job": {"id": "j"},
        "tasks": [{"taskId": "t1", "s3Key": "../../../../etc/passwd", "s3BucketArn": "arn:aws:s3:::b"}]});
    let judgement = judge(&Settings::default(), &event.to_string());
    let Decision::Answer(Answer::Response { body }) = judgement.decision else { panic!() };
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        json!({"invocationSchemaVersion": "1.0", "invocationId": "i1", "treatMissingKeysAs": "PermanentFailure",
            "results": [{"taskId": "t1", "resultCode": "PermanentFailure", "resultString": "Forbidden"}]})
    );
}

#[test]
fn the_key_of_an_object_is_a_path_wherever_the_event_comes_from() {
    let s3 = |key: &str| {
        json!({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "b"}, "object": {"key": key, "size": 1}}}]})
    };
    let sns =
        |key: &str| json!({"Type": "Notification", "Message": s3(key).to_string()}).to_string();
    for (key, is_refused) in [
        ("../../../../etc/passwd", true),
        ("uploads%2F..%2F..%2Fetc%2Fpasswd", true),
        ("a/../b.txt", true),
        ("invoices/2026/march+report+%28final%29.pdf", false),
        ("backups/db..2026.tar.gz", false),
    ] {
        let direct = judge(&Settings::default(), &s3(key).to_string());
        assert_eq!(!direct.hits.is_empty(), is_refused, "{key}: {:?}", direct.hits);
        let queued = judge(&Settings::default(), &queue("q", &[(&sns(key), "g")]));
        assert_eq!(!queued.hits.is_empty(), is_refused, "{key}: {:?}", queued.hits);
        if is_refused {
            assert_eq!(direct.hits[0].field, "Records[0].s3.object.key");
            assert_eq!(queued.hits[0].field, "Records[0].body.Message.Records[0].s3.object.key");
        }
    }
}
