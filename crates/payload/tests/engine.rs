//! The engine from outside: contexts, encodings, keys, long values.

use payload::{Class, Classes, Context, Encoding, Engine, Scratch, Verdict};

const ANY: Context = Context::Any(Classes::ALL);
const SQL: Context = Context::Sink(Classes::NONE.with(Class::Sql));

fn classify(value: &str, context: Context) -> Verdict {
    Engine::new().classify(&mut Scratch::default(), value, context)
}

fn class_of(value: &str) -> Option<Class> {
    classify(value, ANY).hit.map(|hit| hit.class)
}

#[test]
fn a_condition_that_always_holds_is_refused_anywhere_and_in_its_sink() {
    assert_eq!(class_of("1 OR 1=1--"), Some(Class::Sql));
    assert!(classify("1 OR 1=1--", SQL).hit.is_some());
    assert!(classify("O'Brien", SQL).hit.is_none());
}

#[test]
fn classes_that_nobody_asked_for_are_not_looked_for() {
    let xss = Context::Any(Classes::NONE.with(Class::Xss));
    assert!(classify("1 OR 1=1--", xss).hit.is_none());
    assert!(classify("1 OR 1=1--", Context::Any(Classes::NONE)).hit.is_none());
}

#[test]
fn encodings_that_hid_an_attack_are_named() {
    for (value, encodings) in [
        ("1%20OR%201%3D1--", vec![Encoding::Percent]),
        ("1%252520OR%2525201%25253D1--", vec![Encoding::Percent]),
        ("1+UNION+SELECT+1,2", vec![Encoding::Percent]),
        ("&lt;script&#62;alert(1)", vec![Encoding::HtmlEntity]),
        ("\\u003cscript\\x3ealert(1)", vec![Encoding::Escape]),
        ("PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", vec![Encoding::Base64]),
        ("<\0s\0c\0r\0i\0p\0t\0>\0", vec![Encoding::Utf16]),
        ("+ADw-script+AD4-alert(1)", vec![Encoding::Utf16]),
        ("＜script＞", vec![Encoding::LookAlike]),
        (r#"{"id": "1 OR 1=1--"}"#, vec![Encoding::Json]),
        (r#"{"id": "1%20OR%201=1--"}"#, vec![Encoding::Percent, Encoding::Json]),
        (r#"<?xml version="1.0"?><a id="1 OR 1=1--"/>"#, vec![Encoding::Xml]),
        ("<?xml version='1.0'?><a><![CDATA[1 OR 1=1--]]></a>", vec![Encoding::Xml]),
    ] {
        let hit = classify(value, ANY).hit;
        let found: Option<Vec<_>> = hit.map(|hit| hit.hidden_by.iter().collect());
        assert_eq!(found, Some(encodings), "{value}");
    }
    assert!(classify("1 OR 1=1--", ANY).hit.unwrap().hidden_by.is_empty());
}

#[test]
fn an_operator_of_a_document_database_is_refused_as_a_key() {
    let engine = Engine::new();
    let mut scratch = Scratch::default();
    for key in ["$ne", "user[$ne]", "$where"] {
        let hit = engine.classify_key(&mut scratch, key, ANY).hit;
        assert_eq!(hit.map(|hit| hit.class), Some(Class::Nosql), "{key}");
    }
    for key in ["$ref", "$schema", "name", "$oid"] {
        assert_eq!(engine.classify_key(&mut scratch, key, ANY).hit, None, "{key}");
    }
    assert_eq!(class_of(r#"{"user": {"$ne": null}}"#), Some(Class::Nosql));
}

#[test]
fn nothing_hides_behind_padding() {
    for length in [1_000, 16_380, 16_390, 15_360, 40_000, 1_000_000] {
        let value = format!("{} 1 OR 1=1-- {}", "a".repeat(length), "b".repeat(length));
        assert_eq!(class_of(&value), Some(Class::Sql), "{length}");
    }
}

#[test]
fn nothing_hides_between_windows_under_many_layers() {
    let mut value = "1' UNION SELECT a,b FROM users--".to_owned();
    for layers in 1..=6 {
        let encoded: Vec<String> = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        value = encoded.concat();
        for padding in [0, 9_000, 15_000, 16_300, 20_000, 31_000] {
            let padded = format!("{}{value}", "a ".repeat(padding / 2));
            let verdict = classify(&padded, Context::Any(Classes::ALL));
            assert_eq!(verdict.hit.map(|hit| hit.class), Some(Class::Sql), "{layers} {padding}");
        }
    }
}

#[test]
fn a_name_is_an_attack_only_at_its_sink() {
    let sink = |class| Context::Sink(Classes::NONE.with(class));
    for (value, class) in [
        ("onfocus", Class::Xss),
        ("onAnimationStart", Class::Xss),
        ("|", Class::Ldap),
        ("ann*", Class::Ldap),
        ("<b>bold</b>", Class::Xss),
        ("a;unknown", Class::Command),
        ("`", Class::Command),
        ("once more with words; rm x", Class::Command),
        ("https://example.com/x", Class::FileInclusion),
    ] {
        assert_eq!(class_of(value), None, "{value}");
        assert!(classify(value, sink(class)).hit.is_some(), "{value}");
    }
    for (value, class) in [
        ("online", Class::Xss),
        ("once upon a time", Class::Xss),
        ("onboarding", Class::Xss),
        ("Ann (sales)", Class::Ldap),
        ("ann@example.com", Class::Ldap),
        ("cn=Ann,ou=People", Class::Ldap),
        ("**(1)** is the first", Class::Ldap),
        ("<email>", Class::Xss),
        ("<ann@example.com>", Class::Xss),
        ("Vec<T> and Box<dyn Error>", Class::Xss),
        ("en-GB,en;q=0.9", Class::Command),
        ("Salt & pepper", Class::Command),
        ("Always set the field `allow_origin` of it", Class::Command),
        ("the execution environment", Class::Sql),
        ("We are having a good time", Class::Sql),
        ("SIZE 7\" BY 9\"", Class::Sql),
        ("/orders", Class::FileInclusion),
    ] {
        assert!(classify(value, sink(class)).hit.is_none(), "{value}");
    }
}

#[test]
fn a_terminal_is_not_led_to_a_command() {
    assert_eq!(class_of(r"\necho a\n\033[2Asleep 5\n"), Some(Class::Crlf));
    assert_eq!(class_of(r"the code \x1b[2K clears the line, \n ends it"), None);
}

#[test]
fn no_number_of_separators_hides_a_command() {
    for padding in ["k=v;", "x,y;", "a|", "a&b=c&", "x\n"] {
        let value = format!("{};rm -rf /srv", padding.repeat(2_000));
        assert_eq!(class_of(&value), Some(Class::Command), "{padding}");
        let sink = Context::Sink(Classes::NONE.with(Class::Command));
        assert!(classify(&value, sink).hit.is_some(), "{padding}");
    }
}

#[test]
fn no_number_of_expressions_hides_one_of_the_machinery() {
    let value = format!("{}{{{{ config.items() }}}}", "{{name}} ".repeat(500));
    assert_eq!(class_of(&value), Some(Class::Template));
}
