//! Files of code read and parsed, in parallel, each alone.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use code_ir::{Language, LineIndex, Module, Span};
use jail::{Jail, read_text_up_to};
use rayon::prelude::*;
use source_text::{Diagnostic, FileId, Place, Sources};

use crate::inputs::{Input, Inputs};

/// Largest file of code, in bytes: people write none of this size.
const MAX_BYTES: u64 = 5 << 20;

/// Places of one file that could not be parsed and are told.
const TOLD: usize = 3;

/// One file of code.
#[derive(Debug, Default)]
pub(super) struct CodeFile {
    /// Its handle.
    pub(super) file: FileId,
    /// Its tree; nothing when it was not read at all.
    pub(super) module: Option<Module>,
    /// What could not be read.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl CodeFile {
    /// Whether all of it was read.
    pub(super) fn is_whole(&self) -> bool {
        self.module.as_ref().is_some_and(|module| module.errors.is_empty())
    }
}

/// Reads and parses the files; the order stays.
pub(super) fn read_all(
    inputs: &Inputs,
    jail: &Jail,
    sources: &Sources,
    done: &(dyn Fn() + Sync),
) -> Vec<CodeFile> {
    inputs
        .code
        .par_iter()
        .map(|input| {
            let file = read_one(input, &inputs.known, jail, sources);
            done();
            file
        })
        .collect()
}

fn read_one(
    input: &Input,
    known: &BTreeMap<String, FileId>,
    jail: &Jail,
    sources: &Sources,
) -> CodeFile {
    let shown = jail.shown(&input.path);
    if let (Some(file), Some(language)) = (known.get(&shown), Language::of_path(&shown)) {
        return parsed(*file, language, &shown, sources);
    }
    let text = match read_text_up_to(&input.path, MAX_BYTES) {
        Ok(text) => text,
        Err(refusal) => {
            let file = sources.add(shown, "");
            let diagnostics = vec![Diagnostic::error(Place::whole(file), refusal.to_string())];
            return CodeFile { file, diagnostics, ..CodeFile::default() };
        }
    };
    let Some(language) = Language::of_path(&shown) else { return CodeFile::default() };
    let file = sources.add(shown.clone(), text);
    parsed(file, language, &shown, sources)
}

fn parsed(file: FileId, language: Language, shown: &str, sources: &Sources) -> CodeFile {
    let text = &sources.get(file).text;
    let Some(module) = parse(file, language, shown, text) else {
        let diagnostics = vec![Diagnostic::error(Place::whole(file), FAULT)];
        return CodeFile { file, diagnostics, ..CodeFile::default() };
    };
    let lines = LineIndex::new(text);
    let diagnostics = errors(&module, |span| lines.place(file, text, span));
    CodeFile { file, module: Some(module), diagnostics }
}

/// What is said when a fault of ours ends the reading of code.
pub(super) const FAULT: &str =
    "a fault of faasguard ended the reading of this code; please report it";

/// Parses a text; nothing when a fault of ours ends it.
pub(super) fn parse(file: FileId, language: Language, path: &str, text: &str) -> Option<Module> {
    catch_unwind(AssertUnwindSafe(|| app_code::parse(file, language, path, text))).ok()
}

/// Places that could not be parsed, the first few.
pub(super) fn errors(module: &Module, place: impl Fn(Span) -> Place) -> Vec<Diagnostic> {
    let language = language_word(module.language);
    let told = module.errors.iter().take(TOLD);
    let mut diagnostics: Vec<Diagnostic> = told
        .map(|(span, message)| {
            let message = format!("this is not read as {language}: {message}");
            Diagnostic::error(place(*span), message)
        })
        .collect();
    let more = module.errors.len().saturating_sub(TOLD);
    if let Some(last) = diagnostics.last_mut().filter(|_| more > 0) {
        let places = if more == 1 { "place" } else { "places" };
        last.message = format!("{}; and {more} more {places} of this file", last.message);
    }
    diagnostics
}

fn language_word(language: Language) -> &'static str {
    match language {
        Language::Python => "Python",
        Language::JavaScript => "JavaScript",
        Language::TypeScript => "TypeScript",
        Language::Go => "Go",
        Language::Java => "Java",
        Language::CSharp => "C#",
        Language::Ruby => "Ruby",
    }
}
