//! Go, Java, C# and Ruby lowered to the tree of `code_ir`.
//!
//! The grammars of tree-sitter give a concrete tree, errors included; one module a language walks it.
//! What all of them share: names of inner blocks that hide another one of the same function get a
//! suffix (`err#2`), since `code_ir` has one scope a function; assignments to variables of enclosing
//! functions are announced with `Nonlocal` and `Global`.

#![deny(clippy::disallowed_methods)]

mod context;
mod csharp;
mod escapes;
mod go;
mod java;
mod operators;
mod ruby;
mod scopes;
#[cfg(test)]
mod testing;
mod tree;

use code_ir::{Language, Module, Span};
use source_text::FileId;

use crate::context::Context;

/// Brackets in brackets beyond which a text is not parsed.
const MAX_NESTING: usize = 300;

/// Two bytes long.
const NO_BREAK_SPACE: char = '\u{a0}';

/// Lowers one file of Go, Java, C# or Ruby; names are bound.
///
/// Text that cannot be parsed stands in `errors` (at most 20) and the rest is lowered. A text that is
/// hostile (nested beyond 300 brackets or 600 blocks of Ruby, larger than 4 GiB, or one on which the parser makes no way)
/// and any other language give an empty module with one error.
#[must_use]
pub fn parse(file: FileId, language: Language, text: &str) -> Module {
    let mut context = Context::new(file, language, text);
    if u32::try_from(text.len()).is_err() {
        context.error(Span::default(), "the file is too large");
        return context.finish();
    }
    if code_ir::exceeds_nesting(text, MAX_NESTING) {
        context.error(Span::default(), "brackets are nested too deep");
        return context.finish();
    }
    if language == Language::Ruby && ruby::exceeds_blocks(text) {
        context.error(Span::default(), "blocks are nested too deep");
        return context.finish();
    }
    let grammar = match language {
        Language::Go => tree_sitter_go::LANGUAGE,
        Language::Java => tree_sitter_java::LANGUAGE,
        Language::CSharp => tree_sitter_c_sharp::LANGUAGE,
        Language::Ruby => tree_sitter_ruby::LANGUAGE,
        Language::Python | Language::JavaScript | Language::TypeScript => {
            context.error(Span::default(), "this language has another front end");
            return context.finish();
        }
    };
    // C# takes no-break spaces for blanks and its grammar does not; offsets stay.
    let blanks = (language == Language::CSharp && text.contains(NO_BREAK_SPACE))
        .then(|| text.replace(NO_BREAK_SPACE, "  "));
    let Some(tree) = tree::parse_text(&grammar.into(), blanks.as_deref().unwrap_or(text)) else {
        context.error(Span::default(), "the parser gave up");
        return context.finish();
    };
    let root = tree.root_node();
    context.syntax_errors(root);
    let context = match language {
        Language::Go => go::lower(context, root),
        Language::Java => java::lower(context, root),
        Language::CSharp => csharp::lower(context, root),
        _ => ruby::lower(context, root),
    };
    context.finish()
}
