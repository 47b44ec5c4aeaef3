//! The published schemas say what the program reads and writes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use guard_settings::{
    Egress, EventKind, Files, Mode, Processes, Rate, Route, Secrets, SecurityEvent, Settings,
    Uninspected,
};
use payload::{Class, Classes};
use serde_json::{Value, json};

const SETTINGS: &str = include_str!("../../../docs/schemas/faasguard-guard-1.schema.json");
const EVENT: &str = include_str!("../../../docs/schemas/faasguard-guard-event-1.schema.json");

fn fits(schema: &str, value: &Value) -> bool {
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::validator_for(&schema).unwrap().is_valid(value)
}

/// Every key is set.
fn full() -> Settings {
    let mut settings = Settings {
        function: Some("Orders".to_owned()),
        egress: Some(Egress { allow: vec!["*.amazonaws.com:443".to_owned()] }),
        processes: Some(Processes::default()),
        files: Some(Files::default()),
        rate: Some(Rate::default()),
        secrets: Some(Secrets::default()),
        ..Settings::default()
    };
    settings.inspect.default_classes = Some(Classes::ALL);
    settings.inspect.fields.insert("body.id".parse().unwrap(), Classes::ALL);
    settings.inspect.uninspected = Uninspected::Pass;
    settings.validate.event = Some(json!({"type": "object"}));
    settings.validate.record = Some(json!(true));
    settings.validate.routes =
        vec![Route { route: "POST /orders".to_owned(), body: json!({"type": "object"}) }];
    settings
}

#[test]
fn the_schema_knows_every_setting() {
    let written: Value = serde_json::from_str(&full().to_json()).unwrap();
    assert!(fits(SETTINGS, &written), "{written:#}");
    assert!(fits(SETTINGS, &json!({})));
    let schema: Value = serde_json::from_str(SETTINGS).unwrap();
    for key in schema["properties"].as_object().unwrap().keys() {
        assert!(written.get(key).is_some(), "`{key}` is promised and unknown to the program");
    }
}

#[test]
fn the_schema_refuses_what_the_program_refuses() {
    for text in [
        r#"{"redakt": {}}"#,
        r#"{"redact": {"log": true}}"#,
        r#"{"mode": "BLOCK"}"#,
        r#"{"inspect": {"default_classes": ["sqli"]}}"#,
        r#"{"inspect": {"uninspected": "open"}}"#,
        r#"{"validate": {"max_bytes": "6 MB"}}"#,
    ] {
        assert!(Settings::parse(text).is_err(), "{text}");
        assert!(!fits(SETTINGS, &serde_json::from_str(text).unwrap()), "{text}");
    }
}

#[test]
fn lines_of_the_log_fit_their_schema() {
    for class in [None, Some(Class::Log4shell)] {
        for kind in
            [EventKind::EventBlocked, EventKind::TmpLeft, EventKind::Uninspected, EventKind::Fault]
        {
            let arguments = ["a".to_owned()];
            let event = SecurityEvent {
                class,
                field: Some("body.id"),
                target: Some("/bin/sh"),
                process: Some("sh"),
                arguments: Some(&arguments),
                ..SecurityEvent::new(kind, "Orders", Mode::Monitor, "detail")
            };
            let line: Value = serde_json::from_str(&event.to_line()).unwrap();
            assert!(fits(EVENT, &line), "{line}");
        }
    }
}
