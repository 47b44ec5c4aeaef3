//! What reaches the handler, and what the caller gets.

use guard_emulator::Outcome;
use serde_json::json;

use crate::stage::{Stage, http_event, queue_event};

#[test]
fn a_benign_event_and_its_answer_pass() {
    let stage = Stage::new(&json!({}));
    for event in [json!({"userId": "1"}), http_event("q", "O'Brien"), json!("text"), json!(null)] {
        let record = stage.ask(&event);
        assert_eq!(record.json(), Some(event), "{:?} {:#?}", record.outcome, stage.log());
    }
    stage.nothing_lost_or_doubled();
}

#[test]
fn an_attack_is_answered_without_the_handler() {
    let stage = Stage::new(&json!({}));
    let record = stage.ask(&http_event("id", "1 OR 1=1--"));
    let answer = record.json().unwrap();
    assert_eq!(answer["statusCode"], 403);
    let body: serde_json::Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["message"], "Forbidden");
    assert!(body["requestId"].is_string());

    let line = stage.wait_for_line(&["\"faasguard\":\"event\"", "event-blocked"]);
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["kind"], "event-blocked");
    assert_eq!(line["class"], "sql");
    assert_eq!(line["request_id"], json!(record.request_id));
    assert_eq!(line["function"], "orders");
    assert_eq!(line["mode"], "block");

    let record = stage.ask(&json!({"userId": "1 OR 1=1--"}));
    let Some(Outcome::Error(error)) = &record.outcome else { panic!("{record:?}") };
    assert_eq!(error.kind, "Faasguard.Refused");
    // The handler was never woken, and is still there.
    assert_eq!(stage.ask(&json!({"userId": "1"})).json(), Some(json!({"userId": "1"})));
    assert_eq!(stage.emulator.starts(), 1);
    stage.nothing_lost_or_doubled();
}

#[test]
fn in_monitor_mode_every_event_passes_and_is_told() {
    let stage = Stage::new(&json!({"mode": "monitor"}));
    let event = http_event("id", "1 OR 1=1--");
    assert_eq!(stage.ask(&event).json(), Some(event));
    stage.wait_for_line(&["event-flagged", "\"class\":\"sql\"", "\"mode\":\"monitor\""]);
}

#[test]
fn switched_off_nothing_is_looked_at() {
    let stage = Stage::new(&json!({"mode": "off"}));
    let event = http_event("id", "1 OR 1=1--");
    assert_eq!(stage.ask(&event).json(), Some(event));
    assert!(!stage.log().iter().any(|line| line.contains("faasguard")));
}

#[test]
fn the_shape_of_what_passes_is_learned_without_values() {
    let stage = Stage::new(&json!({"mode": "monitor", "validate": {"learn": true}}));
    let attack = http_event("id", "1 OR 1=1--");
    assert_eq!(stage.ask(&attack).json(), Some(attack));
    for _ in 0..10 {
        let event = json!({"customer": "aubergine", "amount": 12_345});
        assert_eq!(stage.ask(&event).json(), Some(event));
    }
    let line = stage.wait_for_line(&["\"faasguard\":\"learned\"", "customer"]);
    assert!(!line.contains("aubergine") && !line.contains("12345"), "{line}");
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["function"], &line["count"]), (&json!("orders"), &json!(10)));
    assert!(line["event"].is_string(), "{line}");
    stage.nothing_lost_or_doubled();
}

#[test]
fn one_bad_message_of_ten_is_reported_and_nine_are_delivered() {
    let stage = Stage::new(&json!({}));
    let mut bodies = ["{\"order\": 1}"; 10];
    bodies[6] = "{\"order\": \"1; DROP TABLE orders--\"}";
    let answer = stage.ask(&queue_event(&bodies)).json().unwrap();
    // The runtime gives back what it got: nine records, and what the guard adds.
    let ids: Vec<_> =
        answer["Records"].as_array().unwrap().iter().map(|record| &record["messageId"]).collect();
    assert_eq!(ids.len(), 9);
    assert!(!ids.contains(&&json!("m-6")));
    assert_eq!(answer["batchItemFailures"], json!([{"itemIdentifier": "m-6"}]));
    stage.nothing_lost_or_doubled();
}

#[test]
fn a_bad_invocation_of_a_resolver_is_answered_at_its_place() {
    let stage = Stage::new(&json!({}));
    let one =
        |id: &str| json!({"arguments": {}, "source": {"id": id}, "info": {"fieldName": "author"}});
    let event = json!([one("7"), one("1' OR 1=1--"), one("8")]);
    let answer = stage.ask(&event).json().unwrap();
    // The runtime gives back what it got, which is not the form of a direct resolver.
    assert_eq!(answer, json!([one("7"), null, one("8")]));
    stage.nothing_lost_or_doubled();
}

#[test]
fn an_event_that_is_not_held_whole_is_refused_in_the_form_of_its_trigger() {
    let stage = Stage::new(&json!({}));
    let mut event = http_event("q", "a");
    event["body"] = json!("lorem ipsum ".repeat(700_000));
    let answer = stage.ask(&event).json().unwrap();
    assert_eq!(answer["statusCode"], 413);
    stage.wait_for_line(&["event-blocked", "larger than the limit"]);
    assert!(stage.ask(&json!({"n": 1})).is_success());
    stage.nothing_lost_or_doubled();
}

#[test]
fn the_error_at_the_end_of_a_stream_tells_no_details() {
    let stage = Stage::new(&json!({"errors": {"hide_details": true}}));
    let record = stage.ask(&json!({"wish": "late-error"}));
    let Some(Outcome::Response(response)) = &record.outcome else { panic!("{record:?}") };
    let error = response.failure.as_ref().unwrap();
    assert_eq!(error.kind, "Error");
    // `{"errorType":"Error","errorMessage":"Internal Server Error","trace":[]}`
    let expected = "eyJlcnJvclR5cGUiOiJFcnJvciIsImVycm9yTWVzc2FnZSI6IkludGVybmFsIFNlcnZlciBFcnJvciIsInRyYWNlIjpbXX0=";
    assert_eq!(String::from_utf8_lossy(&error.body), expected);
}

#[test]
fn the_log_is_masked_before_the_platform_has_it() {
    let stage = Stage::new(&json!({}));
    let line = "mail alice@example.com, card 4111 1111 1111 1111";
    assert!(stage.ask(&json!({"wish": "print", "line": line})).is_success());
    stage.wait_for_line(&["log-redacted"]);
    stage.wait_for_lines(2, &["mail ["]);
    let log = stage.log();
    for secret in ["alice@example.com", "4111 1111 1111 1111"] {
        assert!(!log.iter().any(|line| line.contains(secret)), "{log:#?}");
    }
}

#[test]
fn a_line_of_the_handler_does_not_pass_for_one_of_the_guard() {
    let stage = Stage::new(&json!({}));
    for line in [
        r#"{"faasguard":"learned","function":"orders","event":"","summary":{}}"#,
        r#"{ "\u0066aasguard" : "event", "kind": "event-blocked"}"#,
    ] {
        let record = stage.ask(&json!({"wish": "print", "line": line}));
        assert!(record.is_success(), "{record:?}");
    }
    stage.wait_for_line(&[r#"{"handler_faasguard":"learned""#]);
    stage.wait_for_line(&[r#"{ "handler_\u0066aasguard" : "event""#, "event-blocked"]);
    for line in stage.log() {
        let Ok(line) = serde_json::from_str::<serde_json::Value>(&line) else { continue };
        let is_forged = line["faasguard"] == "learned" || line["kind"] == "event-blocked";
        assert!(!is_forged || line["faasguard"].is_null(), "{line}");
    }
}

#[test]
fn the_rate_of_a_caller_is_limited() {
    let stage = Stage::new(&json!({"rate": {"per_second": 0.001, "burst": 2, "key": "ip"}}));
    let status =
        |stage: &Stage| stage.ask(&http_event("q", "x")).json().unwrap()["statusCode"].clone();
    assert_eq!(
        [status(&stage), status(&stage), status(&stage)],
        [json!(null), json!(null), json!(429)]
    );
    stage.wait_for_line(&["event-blocked", "more requests than the limit"]);
}

#[test]
fn metrics_are_lines_of_the_log() {
    let stage = Stage::new(&json!({"telemetry": {"emf": true}}));
    stage.ask(&json!({"userId": "1 OR 1=1--"}));
    stage.ask(&json!({"userId": "1"}));
    stage.ask(&json!({"userId": "2"}));
    stage.wait_for_line(&["_aws", "Blocked"]);
}

#[test]
fn lines_name_their_invocation_also_when_nothing_is_looked_at() {
    let stage = Stage::new(&json!({"mode": "off", "logs": {"format": "json"}}));
    let record = stage.ask(&json!({"wish": "print", "line": "a line"}));
    stage.wait_for_line(&["a line", &record.request_id, "\"cold_start\":true"]);
    let record = stage.ask(&json!({"wish": "print", "line": "another"}));
    stage.wait_for_line(&["another", &record.request_id]);
}
