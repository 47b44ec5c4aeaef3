//! What is learned from events that pass, and where.

use guard_inspect::{Inspector, Scratch};
use guard_learn::{Learned, Learner, Subject};
use guard_settings::{Route, Settings};

use crate::base64_of::base64;

fn learned(events: &[String]) -> Vec<Learned> {
    let inspector = Inspector::new(&Settings::default()).unwrap();
    let (mut scratch, mut learner) = (Scratch::default(), Learner::new());
    for event in events {
        inspector.learn(&mut scratch, event.as_bytes(), &mut learner);
    }
    learner.take("F")
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn subjects(events: &[String]) -> Vec<(Subject, u64, u64)> {
    let all = learned(events).into_iter();
    all.map(|it| (it.subject, it.summary.count(), it.summary.others())).collect()
}

fn url_event(method: &str, path: &str, body: &str) -> String {
    format!(
        r#"{{"version": "2.0", "rawPath": "{path}", "body": {body}, "isBase64Encoded": false,
        "requestContext": {{"http": {{"method": "{method}"}}, "requestId": "r-1"}}}}"#
    )
}

#[test]
fn bodies_are_learned_by_route() {
    let order = quoted(r#"{"id": 5}"#);
    let rest = format!(
        r#"{{"httpMethod": "PUT", "resource": "/users/{{user}}", "path": "/users/anna", "body": {order},
        "requestContext": {{"httpMethod": "PUT"}}}}"#
    );
    let route = |text: &str| Subject::Route(text.to_owned());
    assert_eq!(
        subjects(&[
            url_event("POST", "/orders/812345", &order),
            url_event("POST", "/orders/77/", &order),
            url_event("POST", "/form", &quoted("a=b")),
            url_event("GET", "/orders", "null"),
            rest,
        ]),
        [
            (route("GET /orders"), 1, 0),
            (route("POST /form"), 1, 1),
            (route("POST /orders/{id}"), 2, 0),
            (route("PUT /users/{user}"), 1, 0),
        ]
    );
}

#[test]
fn records_are_learned_by_what_they_carry_and_other_events_whole() {
    let order = r#"{"id": 5}"#;
    let queue = format!(
        r#"{{"Records": [{{"messageId": "1", "eventSource": "aws:sqs", "body": {0}}}, {{"messageId": "2", "eventSource": "aws:sqs", "body": {0}}}]}}"#,
        quoted(order)
    );
    let stream = format!(
        r#"{{"Records": [{{"eventSource": "aws:kinesis", "kinesis": {{"sequenceNumber": "1", "data": "{}"}}}}]}}"#,
        base64(order.as_bytes())
    );
    let bus = format!(r#"{{"detail-type": "a", "source": "b", "detail": {order}}}"#);
    let record = Subject::Record(String::new());
    assert_eq!(subjects(&[queue, stream, bus]), [(record, 4, 0)]);
    let event = Subject::Event(String::new());
    assert_eq!(subjects(&[order.to_owned(), "no JSON".to_owned()]), [(event, 1, 0)]);
}

#[test]
fn what_was_learned_lets_the_same_events_pass_and_refuses_others() {
    let body = quoted(r#"{"id": 5, "note": "x"}"#);
    let events = vec![url_event("POST", "/orders/812345", &body); 3];
    let mut settings = Settings::default();
    for it in learned(&events) {
        let Subject::Route(route) = it.subject else { continue };
        let body = it.summary.schema(3).unwrap();
        settings.validate.routes.push(Route { route, body });
    }
    let inspector = Inspector::new(&settings).unwrap();
    let mut scratch = Scratch::default();
    let mut hits = |event: &str| inspector.event(&mut scratch, event.as_bytes(), "r").hits.len();
    assert_eq!(hits(&events[0]), 0);
    let other = url_event("POST", "/orders/9", &quoted(r#"{"id": 5, "note": "x", "admin": true}"#));
    assert_eq!(hits(&other), 1);
}
