//! Values by class: each line of `values/CLASS.txt` is an attack of that class, each line of
//! `values/benign.txt` is none. `\n`, `\r`, `\t` and `\0` stand for the characters.

use payload::{Class, Classes, Context, Engine, Scratch};

fn lines(text: &'static str) -> impl Iterator<Item = String> {
    text.lines().filter(|line| !line.is_empty()).map(|line| {
        line.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t").replace("\\0", "\0")
    })
}

/// Checks that each line is refused: as the class in its sink, as any class elsewhere.
fn check(class: Class, text: &'static str) {
    let engine = Engine::new();
    let mut scratch = Scratch::default();
    let mut missed = Vec::new();
    for value in lines(text) {
        let sink = Context::Sink(Classes::NONE.with(class));
        let any = engine.classify(&mut scratch, &value, Context::Any(Classes::ALL));
        let in_sink = engine.classify(&mut scratch, &value, sink);
        if any.hit.is_none() || in_sink.hit.is_none() {
            missed.push(format!("{:.2} {:.2} {value:?}", any.score, in_sink.score));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn ordinary_values_pass() {
    let engine = Engine::new();
    let mut scratch = Scratch::default();
    let mut refused = Vec::new();
    for value in lines(include_str!("values/benign.txt")) {
        let context = Context::Any(Classes::ALL);
        if let Some(hit) = engine.classify(&mut scratch, &value, context).hit {
            let signs: Vec<_> = engine
                .explain(&mut scratch, &value, context)
                .iter()
                .map(|sign| format!("{}/{}:{}", sign.class, sign.rule, sign.points))
                .collect();
            refused.push(format!("{} {value:?} {}", hit.class, signs.join(" ")));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn sql_is_refused() {
    check(Class::Sql, include_str!("values/sql.txt"));
}

#[test]
fn scripts_are_refused() {
    check(Class::Xss, include_str!("values/xss.txt"));
}

#[test]
fn operators_of_document_databases_are_refused() {
    check(Class::Nosql, include_str!("values/nosql.txt"));
}

#[test]
fn filters_of_ldap_are_refused() {
    check(Class::Ldap, include_str!("values/ldap.txt"));
}

#[test]
fn expressions_of_xpath_are_refused() {
    check(Class::Xpath, include_str!("values/xpath.txt"));
}
