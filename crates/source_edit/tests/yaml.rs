//! Values set in YAML and JSON.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use source_edit::{Literal, SetError, Step, set_yaml};

fn path(text: &str) -> Vec<Step> {
    let step = |part: &str| part.parse().map_or_else(|_| Step::from(part), Step::Index);
    text.split('.').map(step).collect()
}

fn text(word: &str) -> Literal {
    Literal::Text(word.into())
}

/// Sets, and sets again without a change.
fn set(old: &str, at: &str, value: &Literal) -> String {
    let edit = set_yaml(old, &path(at), value).unwrap().unwrap();
    let new = edit.apply(old);
    assert_eq!(set_yaml(&new, &path(at), value).unwrap(), None, "a second time");
    new
}

#[test]
fn a_literal_is_replaced_in_its_quotes_and_nothing_else_changes() {
    let old = "F: # one\n  Tracing:   'PassThrough'   # why\n  On: no # off\n";
    assert_eq!(
        set(old, "F.Tracing", &text("Active")),
        "F: # one\n  Tracing:   'Active'   # why\n  On: no # off\n"
    );
    assert_eq!(
        set(old, "F.On", &Literal::Bool(true)),
        "F: # one\n  Tracing:   'PassThrough'   # why\n  On: true # off\n"
    );
}

#[test]
fn what_is_missing_is_added_behind_the_plain_settings() {
    assert_eq!(
        set(
            "F:\n    Handler: a.b # entry\n    # what starts it\n    Events:\n        A:\n            Type: Api\n",
            "F.TracingConfig.Mode",
            &text("Active")
        ),
        "F:\n    Handler: a.b # entry\n    TracingConfig:\n        Mode: Active\n    # what starts it\n    Events:\n        A:\n            Type: Api\n"
    );
    assert_eq!(
        set("F:\n  # what starts it\n  Events:\n    A: 1\n", "F.Timeout", &Literal::Integer(5)),
        "F:\n  Timeout: 5\n  # what starts it\n  Events:\n    A: 1\n"
    );
    assert_eq!(
        set("- A:\n    B: 1\n  C: 2\n", "0.D", &text("ON")),
        "- D: 'ON'\n  A:\n    B: 1\n  C: 2\n".replace('\'', "\"")
    );
}

#[test]
fn line_endings_a_mark_and_a_missing_last_line_break_stay() {
    assert_eq!(
        set("\u{feff}F:\r\n  A: 1\r\n", "F.B", &text("x")),
        "\u{feff}F:\r\n  A: 1\r\n  B: x\r\n"
    );
    assert_eq!(set("F:\n  A: 1", "F.B.C", &text("x")), "F:\n  A: 1\n  B:\n    C: x");
}

#[test]
fn json_keeps_its_form() {
    assert_eq!(
        set("{\n\t\"F\": {\n\t\t\"A\": 1\n\t}\n}\n", "F.B.C", &Literal::Bool(true)),
        "{\n\t\"F\": {\n\t\t\"A\": 1,\n\t\t\"B\": {\n\t\t\t\"C\": true\n\t\t}\n\t}\n}\n"
    );
    assert_eq!(
        set("{\"F\": {\"A\": {\"x\": 1}}}", "F.B.C", &text("y")),
        "{\"F\": {\"B\": {\"C\": \"y\"}, \"A\": {\"x\": 1}}}"
    );
    assert_eq!(set("{\"F\": {}}", "F.B", &text("y")), "{\"F\": {\"B\": \"y\"}}");
    assert_eq!(set("{\"F\": \"x\"}", "F", &Literal::Bool(true)), "{\"F\": true}");
}

#[test]
fn flow_mappings_stay_in_their_line() {
    assert_eq!(
        set("F: {A: 1, B: {C: 2}} # f\n", "F.D.E", &text("x")),
        "F: {A: 1, D: {E: x}, B: {C: 2}} # f\n"
    );
    assert_eq!(set("F: {}\n", "F.D.E", &text("x")), "F: {D: {E: x}}\n");
    assert_eq!(set("F:\n  - A: {B: 1}\n", "F.0.A.B", &Literal::Integer(2)), "F:\n  - A: {B: 2}\n");
}

#[test]
fn expressions_aliases_and_several_documents_are_refused() {
    let refused = |old: &str, at: &str| set_yaml(old, &path(at), &text("x")).unwrap_err();
    assert!(matches!(refused("F: !Ref A\n", "F"), SetError::NotLiteral { .. }));
    assert!(matches!(refused("F: {Ref: A}\n", "F"), SetError::NotLiteral { .. }));
    assert!(matches!(refused("F: !If [A, b, c]\n", "F.G"), SetError::NotLiteral { .. }));
    assert!(matches!(refused("A: &a {B: 1}\nF: *a\n", "F.B"), SetError::Elsewhere { .. }));
    assert!(matches!(refused("A: &a {B: 1}\nF: *a\n", "A.B"), SetError::NotProven { .. }));
    assert!(matches!(refused("A: 1\n---\nB: 1\n", "A"), SetError::Unreadable));
    assert!(matches!(refused("A: [1]\n", "A.3"), SetError::Missing { .. }));
}
