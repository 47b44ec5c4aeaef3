//! Evaluates every Terraform root module below a folder and prints what came of it:
//! `cargo run -p terraform_language --example evaluate -- DIR [--json|--diagnostics]`.
#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use source_text::{FileId, ReadError, Sources};
use terraform_language::{Evaluated, ModuleFiles, Options, evaluate, is_configuration};

struct Folder {
    root: PathBuf,
    sources: Sources,
    known: Mutex<HashMap<String, FileId>>,
}

impl ModuleFiles for Folder {
    fn list(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        entries
            .flatten()
            .filter(|entry| entry.path().is_file())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    }

    fn read(&self, path: &str) -> Result<FileId, ReadError> {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(file) = known.get(path) {
            return Ok(*file);
        }
        let text = std::fs::read_to_string(self.root.join(path)).map_err(|error| {
            ReadError::Unreadable { path: path.to_owned(), reason: error.to_string() }
        })?;
        let file = self.sources.add(path, text);
        known.insert(path.to_owned(), file);
        Ok(file)
    }

    fn exists(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}

fn folders(root: &Path, at: &Path, out: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(at) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() && !name.starts_with('.') {
            folders(root, &path, out);
        } else if is_configuration(&name)
            && let Ok(folder) = at.strip_prefix(root)
        {
            out.insert(folder.to_string_lossy().into_owned());
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = PathBuf::from(arguments.first().map_or(".", String::as_str));
    let has = |flag: &str| arguments.iter().any(|it| it == flag);
    let mut found = BTreeSet::new();
    folders(&root, &root, &mut found);
    let files = Folder { root, sources: Sources::default(), known: Mutex::default() };
    let options = Options::default();
    let evaluated: Vec<(String, Evaluated)> =
        found.iter().map(|folder| (folder.clone(), evaluate(folder, &options, &files))).collect();
    let called: BTreeSet<String> =
        evaluated.iter().flat_map(|(_, it)| it.modules.iter().map(ToString::to_string)).collect();
    let (mut resources, mut messages) = (0, BTreeMap::<String, usize>::new());
    for (folder, it) in evaluated.iter().filter(|(folder, _)| !called.contains(folder)) {
        resources += it.resources.len();
        println!("{folder}: {} resources, {} data", it.resources.len(), it.data.len());
        for diagnostic in &it.diagnostics {
            *messages.entry(format!("{:?}", diagnostic.level)).or_default() += 1;
            if has("--diagnostics") {
                let path = files.sources.path(diagnostic.place.file);
                let (line, level) = (diagnostic.place.line, diagnostic.level);
                println!("  {path}:{line}: {level:?}: {}", diagnostic.message);
            }
        }
        if has("--json") {
            for block in &it.resources {
                println!("  {} {}", block.address, source_text::to_json_compact(&block.body));
            }
            for (name, condition) in &it.conditions {
                println!("  when {name}: {}", source_text::to_json_compact(condition));
            }
        }
    }
    println!("{} folders, {resources} resources, remarks {messages:?}", found.len());
}
