//! What the SAM resources beside functions and REST and HTTP APIs become.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod capacity_provider;
mod connector;
mod deployment;
mod graphql;
mod nested_stack;
mod state_machine;
mod websocket;

use sam_transform::{Expanded, Options, expand};
use source_text::{Limits, Node, Sources, parse_yaml};

fn read(yaml: &str) -> Node {
    let sources = Sources::default();
    let file = sources.add("template.yaml".to_owned(), yaml.to_owned());
    let parsed = parse_yaml(file, yaml, &Limits::default()).unwrap();
    cfn_template::lower(parsed.documents.into_iter().next().unwrap()).0
}

fn expanded(template: &str) -> Expanded {
    expand(&read(template), &Options::default(), None)
}

/// The expansion of `template` has no error and, among others, exactly these resources.
fn check(template: &str, expected: &str) {
    let expanded = expanded(template);
    assert_eq!(expanded.diagnostics, []);
    let resources = expanded.template.get("Resources").unwrap();
    for (id, wanted) in read(expected).as_map().unwrap().iter() {
        assert!(resources.get(id).is_some(), "there is no `{id}`, only {:?}", ids(&expanded));
        let found = resources.get(id).unwrap();
        assert!(found.same(wanted), "`{id}` is\n{found:#?}\ninstead of\n{wanted:#?}");
    }
}

/// The expansion reports an error in this line, with this in its message.
fn refuse(template: &str, line: u32, message: &str) {
    let found = expanded(template).diagnostics;
    let hit = |place_line: u32, text: &str| place_line == line && text.contains(message);
    assert!(
        found.iter().any(|diagnostic| hit(diagnostic.place.line, &diagnostic.message)),
        "no `{message}` in line {line}, only {found:#?}"
    );
}

fn ids(expanded: &Expanded) -> Vec<&str> {
    let resources = expanded.template.get("Resources").unwrap().as_map().unwrap();
    resources.keys().map(source_text::SmolStr::as_str).collect()
}
