//! Builds the model files in: a new one counts by being there.
//!
//! They are written as TOML and built in as one table for each language, a line for each model: what
//! it is, its names, and its text as JSON. At start-up only the names are read; the text of a model is
//! read when code uses one of its names (`lazy.rs`).

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("data");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut tables: BTreeMap<String, String> = BTreeMap::new();
    for file in model_files(&root)? {
        println!("cargo:rerun-if-changed={}", file.display());
        let lines = lines(&fs::read_to_string(&file)?)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
        tables.entry(folder.to_string_lossy().into_owned()).or_default().push_str(&lines);
    }
    let mut code = String::from("static TABLES: &[(&str, &str)] = &[\n");
    for (folder, table) in &tables {
        writeln!(code, "    ({folder:?}, {table:?}),")?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("tables.rs"), code)?;
    Ok(())
}

/// The files of all folders, in order.
fn model_files(root: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for folder in fs::read_dir(root)? {
        let folder = folder?.path();
        println!("cargo:rerun-if-changed={}", folder.display());
        for file in fs::read_dir(&folder)? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "toml") {
                files.push(file);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The models of a file, one a line: what it is, its names, after an empty column its types, and the
/// model without its names; between columns stand tabs, which JSON has none of.
fn lines(text: &str) -> Result<String, Box<dyn Error>> {
    let mut lines = String::new();
    let file: BTreeMap<String, Value> = toml::from_str(text)?;
    for (word, models) in file {
        let Value::Array(models) = models else { continue };
        for mut model in models {
            let word = if model.get("store").is_some() { "store" } else { word.as_str() };
            lines.push_str(word);
            for name in texts(&model, "names") {
                write!(lines, "\t{name}")?;
            }
            if word == "event" {
                lines.push('\t');
                for name in texts(&model, "types") {
                    write!(lines, "\t{name}")?;
                }
            } else if word != "package"
                && let Some(names) = model.get_mut("names")
            {
                *names = Value::Array(Vec::new());
            }
            writeln!(lines, "\t{model}")?;
        }
    }
    Ok(lines)
}

fn texts<'a>(model: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    model.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
