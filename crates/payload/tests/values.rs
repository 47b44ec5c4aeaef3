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
    check_passes(include_str!("values/benign.txt"));
}

#[test]
fn ordinary_paths_commands_templates_and_documents_pass() {
    check_passes(include_str!("values/ordinary.txt"));
}

/// Checks that no line is refused where nobody knows its sink.
fn check_passes(text: &'static str) {
    let engine = Engine::new();
    let mut scratch = Scratch::default();
    let mut refused = Vec::new();
    for value in lines(text) {
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

#[test]
fn paths_out_of_their_folder_are_refused() {
    check(Class::Path, include_str!("values/path.txt"));
}

#[test]
fn files_that_would_be_included_are_refused() {
    check(Class::FileInclusion, include_str!("values/file-inclusion.txt"));
}

#[test]
fn commands_are_refused() {
    check(Class::Command, include_str!("values/command.txt"));
}

#[test]
fn source_code_are_refused() {
    check(Class::Code, include_str!("values/code.txt"));
}

#[test]
fn addresses_of_the_inside_are_refused() {
    check(Class::Ssrf, include_str!("values/ssrf.txt"));
}

#[test]
fn external_entities_are_refused() {
    check(Class::Xxe, include_str!("values/xxe.txt"));
}

#[test]
fn expressions_of_templates_are_refused() {
    check(Class::Template, include_str!("values/template.txt"));
}

#[test]
fn forged_lines_are_refused() {
    check(Class::Crlf, include_str!("values/crlf.txt"));
}

#[test]
fn serialised_objects_are_refused() {
    check(Class::Deserialization, include_str!("values/deserialization.txt"));
}

#[test]
fn keys_of_the_prototype_are_refused() {
    check(Class::PrototypePollution, include_str!("values/prototype-pollution.txt"));
}

#[test]
fn look_ups_of_loggers_are_refused() {
    check(Class::Log4shell, include_str!("values/log4shell.txt"));
}
