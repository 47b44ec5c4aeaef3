//! Builds the detectors in: they are written as YAML and stand in the program as one table, so that no
//! program reads YAML at its start, nor carries the reader. A new file counts by being there.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

use source_text::{FileId, Limits, Node, parse_yaml};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("data");
    let out = Path::new(&env::var("OUT_DIR")?).to_path_buf();
    table(&root, "DETECTORS", &out.join("detectors.rs"))?;
    table(&root.join("scan"), "SCAN_DETECTORS", &out.join("scan_detectors.rs"))
}

/// Writes the detectors of the files of one folder as one table.
fn table(root: &Path, name: &str, to: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files: Vec<_> = fs::read_dir(root)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    // What is rare or has the least certain shape is tried last.
    files.sort_by_key(|file| (file.file_stem().is_some_and(|stem| stem == "shapes"), file.clone()));
    let (mut rows, mut count) = (String::new(), 0);
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
        let text = fs::read_to_string(file)?;
        let parsed = parse_yaml(FileId::default(), &text, &Limits::default())
            .map_err(|error| format!("{}: {error:?}", file.display()))?;
        for document in &parsed.documents {
            let items = document.get("detectors").and_then(Node::as_list).unwrap_or_default();
            for item in items {
                rows.push_str(&row(item).map_err(|key| {
                    format!("{}:{}: `{key}` is missing", file.display(), item.place.line)
                })?);
                count += 1;
            }
        }
    }
    fs::write(to, format!("static {name}: [Detector; {count}] = [\n{rows}];\n"))?;
    Ok(())
}

/// One detector as Rust; the error is the key that is not there.
fn row(item: &Node) -> Result<String, &'static str> {
    let text = |key: &'static str| item.get(key).and_then(Node::as_str).ok_or(key);
    let texts = |key: &str| -> Vec<&str> {
        let items = item.get(key).and_then(Node::as_list).unwrap_or_default();
        items.iter().filter_map(Node::as_str).collect()
    };
    let mut row = String::from("    Detector {\n");
    for key in ["kind", "title", "pattern"] {
        let _ = writeln!(row, "        {key}: {:?},", text(key)?);
    }
    for key in ["prefixes", "keywords", "names", "near", "examples", "negative_examples"] {
        let _ = writeln!(row, "        {key}: &{:?},", texts(key));
    }
    // The shortest text that the expression can match, so that a scan can leave short ones alone.
    let shortest = regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(text("pattern")?)
        .map_err(|_| "a pattern that can be read")?
        .properties()
        .minimum_len()
        .unwrap_or(0);
    let _ = writeln!(row, "        shortest: {shortest},");
    let entropy = item.get("entropy").and_then(Node::as_f64);
    let _ = writeln!(row, "        entropy: {entropy:?},");
    row.push_str("        compiled: OnceLock::new(),\n    },\n");
    Ok(row)
}
