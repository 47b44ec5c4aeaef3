//! Both official clients: what is hostile does not reach the handler, and its benign twin does.

use guard_emulator::{Outcome, sample, set};
use serde_json::{Value, json};

use crate::stage::{Guard, Stage, languages};

fn event(name: &str, assignments: &[&str]) -> Value {
    let mut event = serde_json::from_str(sample(name).unwrap().text).unwrap();
    for assignment in assignments {
        set(&mut event, assignment).unwrap();
    }
    event
}

#[test]
fn an_injection_never_reaches_a_vulnerable_handler_and_its_twin_does() {
    for language in languages() {
        let stage = Stage::start(language, Guard::Present, "vulnerable");
        for name in ["rest-api", "http-api", "alb"] {
            let hostile = event(name, &["body.userId=1 OR 1=1--"]);
            let refused = stage.ask(&hostile);
            let answer = refused.json().unwrap();
            stage.log_with(&format!("\"request_id\":\"{}\"", refused.request_id));
            assert_eq!(answer["statusCode"], 403, "{language:?} {name}: {}", stage.log());
            let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
            assert_eq!(body["message"], "Forbidden", "{answer}");
            assert!(body["requestId"].is_string(), "{answer}");
            let benign = stage.ask(&event(name, &["body.userId=7"])).json().unwrap();
            assert_eq!(benign["statusCode"], 200, "{language:?} {name}: {benign}");
        }
        assert_eq!(stage.marks(), ["7"; 3], "{language:?}");
        let kinds: Vec<Value> =
            stage.security_events().iter().map(|event| event["kind"].clone()).collect();
        assert_eq!(kinds, ["event-blocked"; 3], "{language:?}: {}", stage.log());
    }
}

#[test]
fn the_vulnerable_handler_is_vulnerable() {
    for language in languages() {
        let stage = Stage::start(language, Guard::Absent, "vulnerable");
        let answer = stage.ask(&event("http-api", &["body.userId=1 OR 1=1--"])).json().unwrap();
        let rows: Vec<String> = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(rows, ["7", "8"], "{language:?}: every row");
        let key =
            event("s3", &["Records[0].s3.object.key=../../../../../../../../../../etc/passwd"]);
        let answer = stage.ask(&key).json().unwrap_or_default();
        assert!(answer.as_str().is_some_and(|text| text.contains("root:")), "{answer}");
        assert_eq!(stage.marks().len(), 2, "{language:?}");
    }
}

#[test]
fn a_key_that_leaves_its_folder_never_reaches_the_handler() {
    for language in languages() {
        let stage = Stage::start(language, Guard::Present, "vulnerable");
        let hostile = event("s3", &["Records[0].s3.object.key=../../../../etc/passwd"]);
        let refused = stage.ask(&hostile);
        let Some(Outcome::Error(error)) = &refused.outcome else {
            panic!("{language:?} {refused:?} {}", stage.log())
        };
        assert_eq!(error.kind, "Faasguard.Refused");
        let benign = stage.ask(&event("s3", &["Records[0].s3.object.key=benign.txt"]));
        assert_eq!(benign.json(), Some(json!("benign")), "{language:?}: {}", stage.log());
        assert_eq!(stage.marks(), ["benign.txt"], "{language:?}");
    }
}

#[test]
fn one_bad_record_of_a_batch_is_reported_and_the_others_are_delivered() {
    let cases = [
        ("sqs", "Records[4].body.note=x' UNION SELECT password FROM users--", 10, 4),
        ("kinesis", "Records[1].kinesis.data.note=x' UNION SELECT password FROM users--", 3, 1),
        (
            "dynamodb",
            "Records[0].dynamodb.NewImage.userId.S=x' UNION SELECT password FROM users--",
            3,
            0,
        ),
    ];
    for language in languages() {
        for (name, assignment, count, bad) in cases {
            let stage = Stage::start(language, Guard::Present, "batch");
            let batch = event(name, &[assignment]);
            let id = |record: &Value| {
                let of = |pointer| record.pointer(pointer).and_then(Value::as_str);
                let id = of("/messageId").or_else(|| of("/kinesis/sequenceNumber"));
                id.or_else(|| of("/dynamodb/SequenceNumber")).unwrap().to_owned()
            };
            let ids: Vec<String> = batch["Records"].as_array().unwrap().iter().map(id).collect();
            assert_eq!(ids.len(), count);
            let answer = stage.ask(&batch).json().unwrap();
            let failures = json!({ "batchItemFailures": [{ "itemIdentifier": ids[bad] }] });
            assert_eq!(answer, failures, "{language:?} {name}: {}", stage.log());
            let good: Vec<String> = ids.iter().filter(|id| **id != ids[bad]).cloned().collect();
            assert_eq!(stage.marks(), good, "{language:?} {name}");
        }
    }
}
