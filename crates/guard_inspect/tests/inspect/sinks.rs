//! What a field of which the settings know the sink adds to the defaults.

use guard_inspect::{Decision, Inspector, Scratch};
use guard_settings::Settings;
use payload::{Class, Classes};
use serde_json::json;

/// Whether `value` is refused as the parameter `q`, which flows to a sink of `class` or to none.
fn is_refused(value: &str, class: Option<Class>) -> bool {
    let mut settings = Settings::default();
    if let Some(class) = class {
        let classes = Classes::NONE.with(class);
        settings.inspect.fields.insert("queryStringParameters.q".parse().unwrap(), classes);
    }
    let event = json!({
        "version": "2.0",
        "routeKey": "GET /people",
        "rawPath": "/people",
        "rawQueryString": "",
        "queryStringParameters": { "q": value },
        "requestContext": { "http": { "method": "GET", "path": "/people" } },
    });
    let inspector = Inspector::new(&settings).unwrap();
    let event = event.to_string();
    let judgement = inspector.event(&mut Scratch::default(), event.as_bytes(), "id");
    !matches!(judgement.decision, Decision::Pass)
}

#[test]
fn what_is_an_attack_only_at_its_sink_is_refused_only_there() {
    for (value, class) in [
        ("onfocus", Class::Xss),
        ("<b>bold</b>", Class::Xss),
        ("|", Class::Ldap),
        ("ann*", Class::Ldap),
        ("sales)", Class::Ldap),
        ("a;unknown", Class::Command),
        ("a/../b", Class::Path),
        ("5 limit 1", Class::Sql),
    ] {
        assert!(!is_refused(value, None), "{value}");
        assert!(is_refused(value, Some(class)), "{value}");
    }
}

#[test]
fn ordinary_values_pass_at_every_sink() {
    for class in Class::ALL {
        for value in [
            "Ann O'Brien",
            "ann@example.com",
            "online",
            "onboarding",
            "Ann (sales)",
            "Salt & pepper",
            "photo-1.jpg",
            "2026-03-10",
            "8476a536-e9f4-11e8-9739",
            "<email>",
        ] {
            assert!(!is_refused(value, Some(class)), "{class} {value}");
        }
    }
}

#[test]
fn a_known_sink_leaves_the_other_classes_as_they_are() {
    assert!(is_refused("<script>alert(1)</script>", Some(Class::Ldap)));
    assert!(is_refused("x)(|(uid=*", Some(Class::Xss)));
}
