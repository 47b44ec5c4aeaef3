//! Tables of constructs: text on the left, tree on the right.

use code_ir::{Language, Module};
use source_text::FileId;

mod dump;
mod expressions;
mod hostile;
mod modules;
mod statements;

fn module(path: &str, text: &str) -> Module {
    let language = Language::of_path(path).unwrap_or(Language::JavaScript);
    crate::parse(FileId(0), language, path, text)
}

/// Rows of text and tree; the tree's lines are trimmed.
fn check(path: &str, rows: &[(&str, &str)]) {
    for (text, expect) in rows {
        let module = module(path, text);
        assert_eq!(module.errors, [], "{text}");
        let found = dump::dump(&module);
        assert_eq!(trimmed(&found), trimmed(expect), "{text}");
    }
}

fn trimmed(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
