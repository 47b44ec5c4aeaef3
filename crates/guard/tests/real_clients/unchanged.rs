//! Both official clients: what comes through the guard is what comes without it.

use std::time::Duration;

use guard_emulator::{Function, Outcome, SAMPLES};
use serde_json::{Value, json};

use crate::stage::{Guard, Language, Stage, languages};

#[test]
fn every_sample_comes_back_unchanged_through_the_guard() {
    for language in languages() {
        let (direct, guarded) = (
            Stage::start(language, Guard::Absent, "handler"),
            Stage::start(language, Guard::Present, "handler"),
        );
        for sample in SAMPLES {
            let plain = direct.emulator.invoke(sample.text.as_bytes());
            let through = guarded.emulator.invoke(sample.text.as_bytes());
            let log = guarded.log();
            assert_eq!(plain.outcome, through.outcome, "{language:?} {}: {log}", sample.name);
            assert_eq!((through.deliveries, through.late_answers), (1, 0), "{}", sample.name);
        }
        assert_eq!(guarded.security_events(), Vec::<Value>::new(), "{language:?}");
        assert_eq!(guarded.emulator.starts(), 1, "{language:?}");
    }
}

#[test]
fn errors_crashes_and_timeouts_are_those_of_the_function() {
    for language in languages() {
        let function = Function { timeout: Duration::from_secs(3), ..Function::default() };
        let stage = Stage::with(language, Guard::Present, "handler", &json!({}), function);
        let failed = stage.ask(&json!({ "wish": "fail" }));
        assert!(matches!(failed.outcome, Some(Outcome::Error(_))), "{language:?} {failed:?}");
        assert_eq!(failed.json().unwrap()["errorMessage"], "as asked", "{language:?}");
        let crashed = stage.ask(&json!({ "wish": "exit" }));
        assert!(matches!(crashed.outcome, Some(Outcome::Exit { .. })), "{language:?} {crashed:?}");
        assert!(stage.ask(&json!(1)).is_success(), "{language:?}: {}", stage.log());
        let late = stage.ask(&json!({ "wish": "sleep" }));
        assert_eq!(late.outcome, Some(Outcome::Timeout), "{language:?}");
        assert!(stage.ask(&json!(2)).is_success(), "{language:?}: {}", stage.log());
        for record in stage.emulator.records() {
            assert_eq!((record.deliveries, record.late_answers), (1, 0), "{language:?}");
        }
    }
}

#[test]
fn an_event_of_six_megabytes_comes_back_whole() {
    for language in languages() {
        let stage = Stage::start(language, Guard::Present, "handler");
        let event = json!({ "text": "lamp ".repeat(1_200_000) });
        assert!(stage.ask(&event).json() == Some(event), "{language:?}: {}", stage.log());
    }
}

#[test]
fn a_stream_of_twenty_megabytes_arrives_whole() {
    const SIZE: usize = 20 * 1024 * 1024;
    if languages().is_empty() {
        return;
    }
    for (language, handler) in [(Language::Node, "stream"), (Language::Raw(1), "")] {
        let stage = Stage::start(language, Guard::Present, handler);
        let record = stage.ask(&json!({ "megabytes": 20 }));
        let Some(Outcome::Response(response)) = &record.outcome else {
            panic!("{language:?}: {:?}", stage.log())
        };
        assert!(response.streamed, "{language:?}");
        assert_eq!(response.body.len(), SIZE, "{language:?}");
        assert!(response.body.iter().all(|byte| *byte == b'x'), "{language:?}");
        assert_eq!(response.content_type.as_deref(), Some("application/octet-stream"));
    }
}

#[test]
fn an_error_behind_a_stream_stays_behind_it() {
    if languages().is_empty() {
        return;
    }
    let stage = Stage::start(Language::Raw(1), Guard::Present, "");
    let record = stage.ask(&json!({ "megabytes": 1, "fails": true }));
    let Some(Outcome::Response(response)) = &record.outcome else { panic!("{}", stage.log()) };
    let failure = response.failure.as_ref().map(|failure| failure.kind.as_str());
    assert_eq!((response.body.len(), failure), (1024 * 1024, Some("Handler.Late")));
}

#[test]
fn many_invocations_at_once_are_neither_lost_nor_doubled() {
    if languages().is_empty() {
        return;
    }
    let function = Function { concurrency: 16, ..Function::default() };
    let stage = Stage::with(Language::Raw(16), Guard::Present, "", &json!({}), function);
    let asked: Vec<_> = (0..2_000)
        .map(|number| stage.emulator.submit(json!({ "n": number }).to_string().as_bytes()))
        .collect();
    for (number, invocation) in asked.into_iter().enumerate() {
        let record = stage.emulator.wait(invocation);
        assert_eq!(record.json(), Some(json!({ "n": number })), "{}", stage.log());
        assert_eq!((record.deliveries, record.late_answers), (1, 0));
    }
}
