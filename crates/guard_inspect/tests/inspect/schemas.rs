//! Events that are not as their schema says.

use guard_inspect::{Answer, Decision, HttpDecision, HttpRequest, Inspector, Reason, Scratch};
use guard_settings::Settings;

use crate::base64_of::base64;

fn inspector(validate: &str) -> Inspector {
    let settings = Settings::parse(&format!(r#"{{"validate": {validate}}}"#)).unwrap();
    Inspector::new(&settings).unwrap()
}

const ORDER: &str =
    r#"{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}"#;

#[test]
fn the_body_of_a_route_is_checked_and_answered_with_400() {
    let inspector = inspector(&format!(
        r#"{{"routes": [{{"route": "POST /orders/{{id}}", "body": {ORDER}}}]}}"#
    ));
    let event = |method: &str, path: &str, body: &str, is_base64: bool| {
        format!(
            r#"{{"version": "2.0", "rawPath": "{path}", "body": {}, "isBase64Encoded": {is_base64},
            "requestContext": {{"http": {{"method": "{method}"}}, "requestId": "r-1"}}}}"#,
            serde_json::to_string(body).unwrap()
        )
    };
    let mut scratch = Scratch::default();
    let mut judge = |event: String| inspector.event(&mut scratch, event.as_bytes(), "i-1");
    for good in [
        event("POST", "/orders/5", r#"{"id": 5}"#, false),
        event("POST", "/orders/5", &base64(br#"{"id": 5}"#), true),
        event("GET", "/orders/5", "", false),
        event("POST", "/other", "x", false),
    ] {
        assert_eq!(judge(good).decision, Decision::Pass);
    }
    for (bad, field) in [
        (event("POST", "/orders/5", r#"{"id": "5"}"#, false), "body.id"),
        (event("POST", "/orders/5", &base64(br#"{"id": "5"}"#), true), "body.id"),
        (event("POST", "/orders/5", "no json", false), "body"),
        (event("POST", "/orders/5", "", false), "body"),
    ] {
        let judgement = judge(bad);
        let Decision::Answer(Answer::Response { body }) = &judgement.decision else {
            panic!("{judgement:?}")
        };
        assert!(String::from_utf8_lossy(body).contains("\"statusCode\":400"));
        assert_eq!(
            (judgement.hits[0].reason, judgement.hits[0].field.as_str()),
            (Reason::Schema, field)
        );
    }
    let mut front = |body: &[u8]| {
        let request = HttpRequest { method: "POST", target: "/orders/7?x=1", headers: &[], body };
        inspector.http_request(&mut scratch, &request, "r-2").decision
    };
    assert_eq!(front(br#"{"id": 1}"#), HttpDecision::Pass);
    let HttpDecision::Answer(answer) = front(b"{}") else { panic!("it passes") };
    assert_eq!(answer.status, 400);
}

#[test]
fn a_record_that_is_not_as_it_should_be_is_reported_alone() {
    let inspector = inspector(&format!(r#"{{"record": {ORDER}}}"#));
    let record = |id: &str, body: &str| {
        let body = serde_json::to_string(body).unwrap();
        format!(r#"{{"messageId": "{id}", "eventSource": "aws:sqs", "body": {body}}}"#)
    };
    let records = [record("a", r#"{"id": 1}"#), record("b", r#"{"id": 1.5}"#), record("c", "x")];
    let event = format!(r#"{{"Records": [{}]}}"#, records.join(","));
    let judgement = inspector.event(&mut Scratch::default(), event.as_bytes(), "i-1");
    let Decision::Reduced { refused, .. } = &judgement.decision else { panic!("{judgement:?}") };
    let ids: Vec<&str> = refused.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["b", "c"]);
    assert_eq!(judgement.hits[0].field, "Records[1].body.id");
    assert_eq!(judgement.hits[0].detail, "not as its schema says: must be an integer");
}

#[test]
fn what_an_envelope_carries_is_checked_and_so_is_the_event_itself() {
    let mut scratch = Scratch::default();
    let detail = inspector(&format!(r#"{{"record": {ORDER}}}"#));
    let event = r#"{"detail-type": "x", "source": "shop", "detail": {"id": "1"}}"#;
    let judgement = detail.event(&mut scratch, event.as_bytes(), "i-1");
    assert_eq!(judgement.hits[0].field, "detail.id");
    assert!(matches!(judgement.decision, Decision::Answer(Answer::Error { .. })));

    let whole = inspector(&format!(r#"{{"event": {ORDER}}}"#));
    assert_eq!(whole.event(&mut scratch, br#"{"id": 1}"#, "i-1").decision, Decision::Pass);
    let judgement = whole.event(&mut scratch, b"[]", "i-1");
    assert_eq!(judgement.hits[0].reason, Reason::Schema);
}

#[test]
fn a_schema_that_is_not_understood_is_an_error_with_its_setting() {
    let settings = r#"{"validate": {"event": {"properties": {"a": {"requried": []}}}}}"#;
    let error = Inspector::new(&Settings::parse(settings).unwrap()).unwrap_err().to_string();
    assert_eq!(
        error,
        "validate.event: schema, at `#/properties/a/requried`: is no keyword that is known; notes begin with `x-`"
    );
}
