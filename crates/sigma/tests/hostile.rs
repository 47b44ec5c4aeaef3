//! Rules and records made to cost memory or time: each is refused, or is read in time that grows with its
//! length. A regression shows as a test that does not end.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use sigma::{Cases, Engine, RuleError, parse};
use source_text::FileId;

/// Why the only rule of this detection is not used.
fn refused(detection: &str) -> RuleError {
    let text = format!("title: t\nlogsource: {{product: aws}}\ndetection:\n{detection}");
    let documents = parse(FileId(0), &text);
    assert_eq!(documents.rules.len(), 0);
    documents.faults.first().map(|fault| fault.error.clone()).unwrap()
}

fn engine(detection: &str) -> Engine {
    let text = format!("title: t\nlogsource: {{product: aws}}\ndetection:\n{detection}");
    let documents = parse(FileId(0), &text);
    assert_eq!(documents.faults, []);
    Engine::new(&documents.rules, &[]).0
}

fn matches(engine: &Engine, request: &str) -> bool {
    let record = format!(
        r#"{{"eventSource":"s3.amazonaws.com","eventName":"GetObject","requestParameters":{request}}}"#
    );
    let mut found = false;
    let limits = audit_event::Limits::default();
    let outcome = audit_event::read(record.as_bytes(), &limits, &mut |event| {
        engine.matches(event, &mut engine.scratch(), &mut |_| found = true);
    });
    assert_eq!(outcome.events, 1);
    found
}

#[test]
fn modifiers_that_make_many_texts_of_one_are_refused() {
    for step in ["base64offset", "wide", "base64"] {
        let steps = format!("|{step}").repeat(60);
        let error = refused(&format!("  a: {{b{steps}: x}}\n  condition: a\n"));
        assert!(matches!(error, RuleError::Modifier { .. }), "{error}");
    }
    let text = format!("' -a -b -c -d {}'", "x".repeat(1 << 20));
    let error = refused(&format!("  a: {{b|windash: {text}}}\n  condition: a\n"));
    assert!(matches!(error, RuleError::TooLarge { .. }), "{error}");
}

#[test]
fn texts_and_conditions_that_aliases_repeat_are_bounded() {
    let many = |of: &str, count: usize| vec![of; count].join(", ");
    let long = "x".repeat(1 << 20);
    let values = many("*v", 10_000);
    let error = refused(&format!("  a: {{b: [&v {long}, {values}]}}\n  condition: a\n"));
    assert!(matches!(error, RuleError::TooLarge { .. }), "{error}");
    let condition = vec!["a"; 500].join(" or ");
    let conditions = many("*c", 50_000);
    let error = refused(&format!("  a: {{b: c}}\n  condition: [&c {condition}, {conditions}]\n"));
    assert!(matches!(error, RuleError::TooLarge { .. }), "{error}");
    let values = many("*v", 50_000);
    let error = refused(&format!("  a: {{b|re: [&v ab, {values}]}}\n  condition: a\n"));
    assert!(matches!(error, RuleError::TooLarge { .. }), "{error}");
}

#[test]
fn a_field_is_no_deeper_than_records_are() {
    let path = |levels: usize| vec!["a"; levels].join(".");
    let key = format!("  a: {{{}: x}}\n", path(400));
    for detection in [key, format!("  a: {{b|fieldref: {}}}\n", path(100_000))] {
        let error = refused(&format!("{detection}  condition: a\n"));
        assert!(matches!(error, RuleError::TooLarge { limit: 120, .. }), "{error}");
    }
}

#[test]
fn a_selection_that_is_named_often_is_looked_up_once() {
    let values = (0..4_000).map(|it| format!("v{it}")).collect::<Vec<_>>().join(", ");
    let condition = vec!["a"; 400].join(" or ");
    let engine =
        engine(&format!("  a: {{eventName: [GetObject, {values}]}}\n  condition: {condition}\n"));
    assert!(matches(&engine, "{}"));
}

#[test]
fn filters_on_many_rules_are_bounded() {
    let rule = |at: usize| {
        format!(
            "title: r{at}\nlogsource: {{product: aws}}\ndetection: {{a: {{b: c}}, condition: a}}\n---\n"
        )
    };
    let filter = |at: usize| {
        format!(
            "title: f{at}\nlogsource: {{product: aws}}\nfilter: {{rules: any, a: {{b: {at}}}, condition: a}}\n---\n"
        )
    };
    let text: String = (0..1_500).map(rule).chain((0..1_500).map(filter)).collect();
    let documents = parse(FileId(0), &text);
    assert_eq!((documents.rules.len(), documents.filters.len()), (1_500, 1_500));
    let (_, faults) = Engine::new(&documents.rules, &documents.filters);
    assert!(faults.iter().all(|it| matches!(it.error, RuleError::TooLarge { .. })));
    assert_eq!(faults.len(), 1_500 - 1_000_000 / 1_500);
}

#[test]
fn events_of_cases_are_bounded() {
    let event = format!("{{a: '{}', repeat: 10000}}", "x".repeat(10_000));
    let events = vec!["*e"; 50].join(", ");
    let text = format!(
        "- {{name: n, expect: true, events: [&e {event}, {events}]}}\n- {{expect: true, event: {{}}}}\n"
    );
    let (cases, told) = Cases::parse(FileId(0), &text);
    assert_eq!(cases.cases.len(), 0);
    assert!(told.iter().all(|it| it.message.contains("64 MiB")), "{told:?}");
}

#[test]
fn members_that_come_often_are_not_looked_through_each_time() {
    let engine = engine(
        "  a: {requestParameters.a.x: y, requestParameters.b: z, requestParameters.a.y: w}\n  condition: a\n",
    );
    let many = "1,".repeat(500_000);
    for again in [r#""b":1,"#, r#""a.y":1,"#, r#""b":1,"a.y":2,"#] {
        let again = again.repeat(200_000);
        for name in ["a", "a.x"] {
            let request =
                format!("{{\"b\":0,\"{name}\":[{{\"x\":[{many}1]}},{many}1],{again}\"c\":1}}");
            assert!(!matches(&engine, &request));
        }
    }
}

#[test]
fn two_fields_with_many_values_are_compared_in_time() {
    let values = |front: &str| {
        (0..30_000).map(|it| format!("\"{front}{it}\"")).collect::<Vec<_>>().join(",")
    };
    for (part, last, expected) in [
        ("", "x7", true),
        ("|startswith", "x29999y", true),
        ("|endswith", "yx29999", true),
        ("|contains", "yx29999y", true),
        ("|contains", "z", false),
    ] {
        let engine = engine(&format!(
            "  a: {{requestParameters.a|fieldref{part}: requestParameters.b}}\n  condition: a\n"
        ));
        let request = format!("{{\"a\":[{},\"{last}\"],\"b\":[{}]}}", values("w"), values("x"));
        assert_eq!(matches(&engine, &request), expected, "{part} {last}");
    }
}
