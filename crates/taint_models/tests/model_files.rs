//! Every model file parses, names its source and stays short.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use taint_models::ModelFile;

const LONGEST: usize = 600;

#[test]
fn every_model_file_parses() {
    let mut errors = Vec::new();
    for path in model_files() {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display();
        if !text.starts_with('#') {
            errors.push(format!("{name}: no comment on top that names its source"));
        }
        if text.lines().count() > LONGEST {
            errors.push(format!("{name}: longer than {LONGEST} lines"));
        }
        if let Err(error) = toml::from_str::<ModelFile>(&text) {
            errors.push(format!("{name}: {error}"));
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

fn model_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("data")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
