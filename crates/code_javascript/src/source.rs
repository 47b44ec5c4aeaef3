//! From text to a module: which dialect a file is in, and what is said when it is in none.

use code_ir::{Function, Language, Module, Span};
use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_span::SourceType;
use source_text::FileId;

use crate::depth::exceeds_depth;
use crate::lower::Lowering;

/// Errors kept of one file.
const MAX_ERRORS: usize = 20;
/// Brackets in brackets; hand-written code and bundles stay below 100.
const MAX_NESTING: usize = 300;

/// Reads one file of JavaScript or TypeScript; the tree's names are bound.
///
/// `path` picks the dialect by its ending and may be anything else; `language` decides when the ending
/// says nothing. `.js` is read as a module, then as a script, then with types (Flow). The first
/// function of the result is the body of the module, also when nothing could be read; then, and where
/// parts could not be read, [`Module::errors`] tells why (at most 20).
#[must_use]
pub fn parse(file: FileId, language: Language, path: &str, text: &str) -> Module {
    if code_ir::exceeds_nesting(text, MAX_NESTING) {
        return unread(file, language, vec![too_deep()]);
    }
    let mut best: Option<Failed> = None;
    for dialect in dialects(path, language) {
        if exceeds_depth(text, dialect.is_jsx()) {
            let failed = Failed { dialect, is_fatal: true, errors: vec![too_deep()] };
            best = best.or(Some(failed));
            continue;
        }
        let allocator = Allocator::default();
        let result = read(&allocator, text, dialect);
        if !result.panicked && !result.diagnostics.has_errors() {
            return lower(file, language, &result, Vec::new());
        }
        let failed = Failed { dialect, is_fatal: result.panicked, errors: errors_of(&result) };
        if best.as_ref().is_none_or(|best| failed.rank() < best.rank()) {
            best = Some(failed);
        }
    }
    match best {
        Some(failed) if !failed.is_fatal => {
            let allocator = Allocator::default();
            let result = read(&allocator, text, failed.dialect);
            lower(file, language, &result, failed.errors)
        }
        Some(failed) => unread(file, language, failed.errors),
        None => unread(file, language, Vec::new()),
    }
}

/// An attempt that found errors.
struct Failed {
    dialect: SourceType,
    is_fatal: bool,
    errors: Vec<(Span, String)>,
}

impl Failed {
    /// The lower the better: a tree with few errors, then few errors. Earlier attempts win ties.
    fn rank(&self) -> (bool, usize) {
        (self.is_fatal, if self.is_fatal { 0 } else { self.errors.len() })
    }
}

fn read<'a>(allocator: &'a Allocator, text: &'a str, dialect: SourceType) -> ParserReturn<'a> {
    let options = ParseOptions {
        allow_return_outside_function: true,
        preserve_parens: false,
        ..ParseOptions::default()
    };
    Parser::new(allocator, text, dialect).with_options(options).parse()
}

fn lower(
    file: FileId,
    language: Language,
    result: &ParserReturn<'_>,
    errors: Vec<(Span, String)>,
) -> Module {
    let module = Module { file, language, errors, ..Module::default() };
    let mut module = Lowering::new(module).program(&result.program);
    module.errors.truncate(MAX_ERRORS);
    module.resolve();
    module
}

fn too_deep() -> (Span, String) {
    (Span::default(), format!("nested deeper than {MAX_NESTING} levels; not analysed"))
}

fn unread(file: FileId, language: Language, errors: Vec<(Span, String)>) -> Module {
    let functions = vec![Function::default()];
    Module { file, language, functions, errors, ..Module::default() }
}

fn errors_of(result: &ParserReturn<'_>) -> Vec<(Span, String)> {
    let in_order = result.diagnostics.errors().take(MAX_ERRORS);
    in_order
        .map(|error| {
            let place = error.labels.first().map_or(Span::default(), |label| {
                let span = label.span();
                Span { start: span.start, end: span.end }
            });
            (place, lower_case(&error.message))
        })
        .collect()
}

/// Messages of the parser begin with a capital letter, ours do not.
fn lower_case(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut letters = message.chars();
    let Some(first) = letters.next() else { return String::new() };
    first.to_lowercase().chain(letters).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Dialects to try, the likeliest first.
fn dialects(path: &str, language: Language) -> Vec<SourceType> {
    let module = SourceType::mjs().with_jsx(true);
    let script = SourceType::cjs().with_jsx(true);
    let typed = SourceType::ts();
    let typed_jsx = SourceType::tsx();
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let mut parts = name.rsplit('.');
    let extension = parts.next();
    let is_declaration = parts.next() == Some("d");
    match extension {
        Some("ts" | "mts" | "cts") if is_declaration => vec![SourceType::d_ts(), typed],
        Some("mjs") => vec![module, script, typed_jsx],
        Some("cjs") => vec![script, module, typed_jsx],
        Some("js" | "jsx") => vec![module, script, typed_jsx, typed],
        Some("ts" | "mts" | "cts") => vec![typed, typed.with_module(true), typed_jsx],
        Some("tsx") => vec![typed_jsx, typed],
        _ if language == Language::TypeScript => vec![typed, typed_jsx],
        _ => vec![module, script, typed_jsx, typed],
    }
}
