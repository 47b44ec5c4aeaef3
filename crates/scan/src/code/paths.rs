//! Names that projects of TypeScript give to their own folders.

use std::collections::BTreeMap;

use code_ir::Language;
use source_text::{FileId, ReadFile};
use taint::Program;

use super::Bench;

/// Files that say so; JavaScript has its own.
const FILES: [&str; 2] = ["tsconfig.json", "jsconfig.json"];

/// Reads the files around the code, each once; what lies outside of the jail is left alone.
pub(super) fn add_paths(program: &mut Program, bench: &Bench<'_>) {
    let mut folders: BTreeMap<String, (FileId, usize)> = BTreeMap::new();
    for source in program.ids().filter_map(|id| program.source(id)) {
        if !matches!(source.module.language, Language::JavaScript | Language::TypeScript) {
            continue;
        }
        let mut folder = source.path.as_str();
        for up in 0.. {
            let Some((around, _)) = folder.rsplit_once('/') else {
                folders.entry(String::new()).or_insert((source.module.file, up));
                break;
            };
            folder = around;
            folders.entry(folder.to_owned()).or_insert((source.module.file, up));
        }
    }
    let jail = bench.jail.for_template();
    for (folder, (file, up)) in folders {
        for name in FILES {
            let path = format!("{}{name}", "../".repeat(up));
            if let Ok(read) = jail.read(file, &path) {
                program.add_paths(&folder, &bench.sources.get(read).text);
            }
        }
    }
}
