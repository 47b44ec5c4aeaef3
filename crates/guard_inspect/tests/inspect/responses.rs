//! Answers: details of errors are hidden, secrets masked, everything else stays.

use guard_inspect::{Inspector, Response, Scratch, Trigger, Unread};
use guard_settings::{Errors, Mode, Redact, Settings};
use serde_json::{Value, json};

use crate::base64_of::base64;

fn hiding() -> Settings {
    Settings { errors: Errors { hide_details: true }, ..Settings::default() }
}

fn masking() -> Settings {
    let redact =
        Redact { responses: true, fields: vec!["nickname".to_owned()], ..Redact::default() };
    Settings { redact, ..Settings::default() }
}

fn answer(settings: &Settings, trigger: Trigger, answer: &Value) -> Option<Value> {
    let inspector = Inspector::new(settings).unwrap();
    let body = answer.to_string();
    match inspector.response(&mut Scratch::default(), trigger, body.as_bytes(), &[]) {
        Response::Unchanged => None,
        Response::Uninspected(unread) => panic!("{unread:?}"),
        Response::Replaced(new) => Some(serde_json::from_slice(&new.body).unwrap()),
    }
}

fn error(settings: &Settings, trigger: Trigger, error: &Value) -> Option<Value> {
    let inspector = Inspector::new(settings).unwrap();
    match inspector.error(&mut Scratch::default(), trigger, error.to_string().as_bytes()) {
        Response::Unchanged | Response::Uninspected(_) => None,
        Response::Replaced(new) => Some(serde_json::from_slice(&new.body).unwrap()),
    }
}

const TRACE: &str = "Traceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in handler\nKeyError: 'id'";

#[test]
fn the_status_and_the_shape_stay_and_the_text_goes() {
    let body = json!({"code": "E17", "message": "'id'", "stackTrace": ["a", "b"], "stack": TRACE, "orders": [1, 2]});
    let response = json!({"statusCode": 500, "headers": {"x-a": "1"}, "body": body.to_string()});
    let new = answer(&hiding(), Trigger::HttpApi, &response).unwrap();
    assert_eq!((&new["statusCode"], &new["headers"]), (&json!(500), &json!({"x-a": "1"})));
    let body: Value = serde_json::from_str(new["body"].as_str().unwrap()).unwrap();
    let expected = json!({"code": "E17", "message": "Internal Server Error", "stackTrace": [], "stack": "", "orders": [1, 2]});
    assert_eq!(body, expected);
}

#[test]
fn a_trace_is_hidden_whatever_the_status() {
    let new = answer(
        &hiding(),
        Trigger::RestApi,
        &json!({"statusCode": 200, "body": json!({"result": TRACE}).to_string()}),
    );
    let body: Value = serde_json::from_str(new.unwrap()["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, json!({"result": "Internal Server Error"}));
    let encoded =
        json!({"statusCode": "502", "isBase64Encoded": true, "body": base64(TRACE.as_bytes())});
    let new = answer(&hiding(), Trigger::LoadBalancer { multi_value: false }, &encoded).unwrap();
    assert_eq!(new["body"], base64(b"Internal Server Error"));
    let page = json!({"statusCode": 500, "headers": {"Content-Type": "text/html"}, "body": format!("<html><pre>{TRACE}</pre></html>")});
    assert_eq!(
        answer(&hiding(), Trigger::FunctionUrl, &page).unwrap()["body"],
        "Internal Server Error"
    );
}

#[test]
fn ordinary_answers_stay_byte_for_byte() {
    for response in [
        json!({"statusCode": 200, "body": "{\"message\": \"hello\", \"detail\": \"at 10:30 (room 2)\"}"}),
        json!({"statusCode": 404, "body": "{\"message\": \"order 17 not found\"}"}),
        json!({"statusCode": 400, "body": "{\"error\": \"ValidationError: name is missing\"}"}),
        json!({"statusCode": 500, "headers": {"content-type": "text/html"}, "body": "<h1>Sorry</h1>"}),
        json!({"statusCode": 500, "body": "{\"message\": \"Internal server error\"}"}),
        json!({"statusCode": 200, "isBase64Encoded": true, "body": base64(&[0xff, 0xd8, 0xff, 0xe0])}),
        json!({"statusCode": 204}),
        json!({"statusCode": 200, "body": null}),
        json!("text"),
        Value::Null,
    ] {
        assert_eq!(answer(&hiding(), Trigger::HttpApi, &response), None, "{response}");
        assert_eq!(answer(&Settings::default(), Trigger::HttpApi, &response), None, "{response}");
    }
}

#[test]
fn errors_of_the_runtime_keep_their_type_only() {
    let raw = json!({"errorMessage": "'id'", "errorType": "KeyError", "requestId": "r", "stackTrace": ["  File \"/var/task/app.py\", line 3, in handler\n"],
        "cause": {"errorMessage": "inner", "errorType": "java.lang.IllegalStateException", "stackTrace": ["at a.B.c(B.java:1)"]}, "trace": ["Error: x", "    at f (/a.js:1:2)"]});
    let new = error(&hiding(), Trigger::Direct, &raw).unwrap();
    let expected = json!({"errorMessage": "Internal Server Error", "errorType": "KeyError", "requestId": "r", "stackTrace": [],
        "cause": {"errorMessage": "Internal Server Error", "errorType": "java.lang.IllegalStateException", "stackTrace": []}, "trace": []});
    assert_eq!(new, expected);
    assert_eq!(error(&Settings::default(), Trigger::Direct, &raw), None);
    let unauthorized = json!({"errorMessage": "Unauthorized", "errorType": "Error"});
    assert_eq!(error(&hiding(), Trigger::ApiAuthorizer, &unauthorized), None);
}

#[test]
fn compressed_answers_are_unpacked_cleaned_and_told_where_they_cannot_be() {
    use std::io::Write;

    let packed = |text: &str| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    let response = |coding: &str, kind: &str, body: &[u8]| {
        json!({"statusCode": 500, "headers": {"Content-Type": kind, "content-encoding": coding},
            "isBase64Encoded": true, "body": base64(body)})
    };
    let page = packed(&json!({"message": "'id'", "code": 7}).to_string());
    let new = answer(&hiding(), Trigger::HttpApi, &response("gzip", "application/json", &page));
    let new = new.unwrap();
    assert_eq!(new["headers"]["content-encoding"], "identity");
    let cleaned = json!({"message": "Internal Server Error", "code": 7}).to_string();
    assert_eq!(new["body"], base64(cleaned.as_bytes()));
    let harmless = response("gzip", "application/json", &packed(&cleaned));
    assert_eq!(answer(&hiding(), Trigger::HttpApi, &harmless), None);

    let inspector = Inspector::new(&hiding()).unwrap();
    let judge = |coding: &str, kind: &str, body: &[u8]| {
        let text = response(coding, kind, body).to_string();
        inspector.response(&mut Scratch::default(), Trigger::RestApi, text.as_bytes(), &[])
    };
    for (coding, unread) in [("br", Unread::Coding), ("gzip", Unread::Broken)] {
        let uninspected = Response::Uninspected(unread);
        assert_eq!(judge(coding, "application/json", b"\x0b\xff\x80"), uninspected, "{coding}");
        assert_eq!(judge(coding, "image/png", b"\x0b\xff\x80"), Response::Unchanged, "{coding}");
    }
}

#[test]
fn the_error_at_the_end_of_a_stream_is_cleaned_in_its_base64() {
    let late = |settings: &Settings, trailer: &str| {
        let inspector = Inspector::new(settings).unwrap();
        match inspector.late_error(&mut Scratch::default(), Trigger::FunctionUrl, trailer) {
            Response::Unchanged | Response::Uninspected(_) => None,
            Response::Replaced(new) => Some(String::from_utf8(new.body).unwrap()),
        }
    };
    let raw = json!({"errorMessage": "no user ana@example.com", "errorType": "KeyError", "stackTrace": [TRACE]});
    let hidden =
        json!({"errorMessage": "Internal Server Error", "errorType": "KeyError", "stackTrace": []});
    let trailer = base64(raw.to_string().as_bytes());
    let expected = base64(hidden.to_string().as_bytes());
    assert_eq!(late(&hiding(), &trailer), Some(expected.clone()));
    assert_eq!(late(&hiding(), &expected), None);
    assert_eq!(late(&hiding(), &raw.to_string()), Some(expected), "not in base64");
    assert_eq!(late(&Settings::default(), &trailer), None);
    let masked = late(&masking(), &trailer).unwrap();
    assert!(masked != trailer && !masked.contains(&base64(b"ana@example.com")[..12]));
}

#[test]
fn secrets_and_personal_data_are_masked() {
    let body = json!({"card": "4111 1111 1111 1111", "nickname": "Bo", "note": "call ana@example.com", "total": 12});
    let response = json!({"statusCode": 200, "headers": {"x-user": "ana@example.com", "set-cookie": "session=abc"}, "body": body.to_string()});
    let new = answer(&masking(), Trigger::HttpApi, &response).unwrap();
    let text = new.to_string();
    assert!(!text.contains("4111") && !text.contains("ana@") && !text.contains("Bo\\\""), "{text}");
    assert_eq!(new["headers"]["set-cookie"], "session=abc");
    let body: Value = serde_json::from_str(new["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["total"], 12);
    let direct =
        answer(&masking(), Trigger::AppSync, &json!({"email": "ana@example.com"})).unwrap();
    assert_ne!(direct["email"], "ana@example.com");
}

#[test]
fn answers_that_steer_the_platform_stay() {
    let settings = Settings { mode: Mode::Block, ..masking() };
    let cognito =
        json!({"request": {"userAttributes": {"email": "ana@example.com"}}, "response": {}});
    assert_eq!(answer(&settings, Trigger::Cognito, &cognito), None);
    let policy = json!({"principalId": "ana@example.com", "policyDocument": {}});
    assert_eq!(answer(&settings, Trigger::ApiAuthorizer, &policy), None);
    let off = Settings { mode: Mode::Off, ..masking() };
    assert_eq!(answer(&off, Trigger::Direct, &json!({"email": "ana@example.com"})), None);
}
