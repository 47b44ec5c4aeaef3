//! Files that say how imports lead to the project's own code: `tsconfig.json`, `go.mod`.

use std::collections::BTreeMap;

use code_ir::Language;
use source_text::{FileId, ReadFile};
use taint::Program;

use super::Bench;

/// Files that say so, of the languages that have them.
fn files_of(language: Language) -> &'static [&'static str] {
    match language {
        Language::JavaScript | Language::TypeScript => &["tsconfig.json", "jsconfig.json"],
        Language::Go => &["go.mod"],
        _ => &[],
    }
}

/// Reads the files around the code, each once; what lies outside of the jail is left alone.
pub(super) fn add_paths(program: &mut Program, bench: &Bench<'_>) {
    // For each: a file below it and how far up it lies from there, as the jail asks for it.
    let mut asked: BTreeMap<(String, &str), (FileId, usize)> = BTreeMap::new();
    for source in program.ids().filter_map(|id| program.source(id)) {
        let names = files_of(source.module.language);
        let mut folder = Some(source.path.as_str());
        for up in 0.. {
            folder = match folder.map(|path| path.rsplit_once('/').map_or("", |(above, _)| above)) {
                Some(above) if !names.is_empty() => {
                    for name in names {
                        let file = (source.module.file, up);
                        asked.entry((above.to_owned(), *name)).or_insert(file);
                    }
                    (!above.is_empty()).then_some(above)
                }
                _ => break,
            };
        }
    }
    let jail = bench.jail.for_template();
    for ((folder, name), (file, up)) in asked {
        let path = format!("{}{name}", "../".repeat(up));
        let Ok(read) = jail.read(file, &path) else { continue };
        let text = &bench.sources.get(read).text;
        match name {
            "go.mod" => program.add_go_module(&folder, text),
            _ => program.add_paths(&folder, text),
        }
    }
}
