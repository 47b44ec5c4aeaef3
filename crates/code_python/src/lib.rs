//! Python lowered to the tree of `code_ir`.
//!
//! The parser is ruff's: it reads what the newest Python reads and recovers from errors, so a file
//! with a mistake is still analysed around it. Lowering is one walk over its tree; how deep it may go
//! is bounded, for the files are foreign.

#![deny(clippy::disallowed_methods)]

mod annotations;
mod classes;
mod depth;
mod errors;
mod expressions;
mod functions;
mod imports;
mod lowering;
mod operators;
mod patterns;
mod statements;
mod strings;
mod targets;

#[cfg(test)]
mod dump;
#[cfg(test)]
mod tests;

use code_ir::{Function, FunctionId, Language, Module, Span};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use source_text::FileId;

/// Brackets nested deeper than this are no program that people wrote.
const MAX_NESTING: usize = 300;

/// The module that `text` is, as far as it could be read; names are bound.
///
/// Spans are byte offsets of `text`. Where the text is not Python, [`Module::errors`] says so, at most
/// 20 times; for Python 2 it is one message. Hostile nesting gives a module with an empty body and one
/// error. The caller refuses files of more than 16 MB and runs on a stack of 64 MB.
#[must_use]
pub fn parse(file: FileId, text: &str) -> Module {
    if code_ir::exceeds_nesting(text, MAX_NESTING) {
        return refused(file, text, depth::nested_too_deep());
    }
    if depth::text_exceeds(text) {
        return refused(file, text, depth::chained_too_long());
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    if depth::tokens_exceed(parsed.tokens()) {
        // The parser read past a mistake in another way than the lexer alone. Its tree is so deep that
        // freeing it would overflow the stack, so it is given up.
        std::mem::forget(parsed);
        return refused(file, text, depth::chained_too_long());
    }
    let mut module = lowering::lower(file, text, parsed.syntax());
    errors::report(&mut module, text, parsed.errors());
    module.resolve();
    module
}

/// A module about which only an error is known.
fn refused(file: FileId, text: &str, error: String) -> Module {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let mut module = Module { file, language: Language::Python, ..Module::default() };
    let _: FunctionId =
        module.add_function(Function { span: Span { start: 0, end }, ..Function::default() });
    module.errors.push((Span { start: 0, end: 0 }, error));
    module.resolve();
    module
}
