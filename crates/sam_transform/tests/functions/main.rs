//! What functions, their events, layers, tables and `Globals` become.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alias;
mod definition;
mod destination;
mod globals;
mod hostile;
mod layer_and_table;
mod poll;
mod push;
mod role;
mod url;

use sam_transform::{Expanded, Options, expand};
use source_text::{Limits, Node, Sources, parse_yaml};

pub(crate) fn read(yaml: &str) -> Node {
    let sources = Sources::default();
    let file = sources.add("template.yaml", yaml);
    let parsed = parse_yaml(file, yaml, &Limits::default()).unwrap();
    cfn_template::lower(parsed.documents.into_iter().next().unwrap()).0
}

pub(crate) fn expanded(template: &str) -> Expanded {
    expand(&read(template), &Options::default(), None)
}

/// `text` with `blanks` before each line.
pub(crate) fn indented(text: &str, blanks: &str) -> String {
    text.lines().flat_map(|line| [blanks, line, "\n"]).collect()
}

/// The template with one function `CreateOrder` that has these further properties.
pub(crate) fn with_function(properties: &str) -> String {
    let indented = indented(properties, "      ");
    format!(
        "Resources:\n  CreateOrder:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
         Runtime: python3.13\n      Handler: app.handler\n      CodeUri: s3://code/orders.zip\n{indented}"
    )
}

/// The value at the end of `path` (keys joined by `/`, items of lists by their index).
pub(crate) fn at<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('/').try_fold(node, |node, step| match node.as_list() {
        Some(items) => items.get(step.parse::<usize>().ok()?),
        None => node.get(step),
    })
}

/// The expansion has no error, and each value at a path of `Resources` is as expected;
/// `null` means that there is none.
pub(crate) fn check(template: &str, expected: &[(&str, &str)]) {
    let expanded = expanded(template);
    assert_eq!(expanded.diagnostics, []);
    let resources = expanded.template.get("Resources").unwrap();
    for (path, wanted) in expected {
        let (found, wanted) = (at(resources, path), read(wanted));
        if wanted.is_null() {
            assert!(found.is_none(), "`{path}` is {found:#?}");
            continue;
        }
        let ids: Vec<_> = resources.as_map().unwrap().keys().collect();
        assert!(found.is_some(), "there is no `{path}`, only {ids:?}");
        assert!(found.unwrap().same(&wanted), "`{path}` is\n{found:#?}\ninstead of\n{wanted:#?}");
    }
}

/// The expansion reports an error in this line, with this in its message.
pub(crate) fn refuse(template: &str, line: u32, message: &str) {
    let found = expanded(template).diagnostics;
    assert!(
        found.iter().any(|one| one.place.line == line && one.message.contains(message)),
        "no `{message}` in line {line}, only {found:#?}"
    );
}
