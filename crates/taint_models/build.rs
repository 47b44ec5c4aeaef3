//! Builds the model files in: a new one counts by being there.
//!
//! They are written as TOML and built in as JSON, which is read ten times as fast at start-up.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("data");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    for folder in fs::read_dir(&root)? {
        let folder = folder?.path();
        println!("cargo:rerun-if-changed={}", folder.display());
        for file in fs::read_dir(&folder)? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "toml") {
                println!("cargo:rerun-if-changed={}", file.display());
                files.push(file);
            }
        }
    }
    files.sort();
    let mut code = String::from("pub(crate) static FILES: &[(&str, &str)] = &[\n");
    for file in &files {
        let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
        let model: toml::Value = toml::from_str(&fs::read_to_string(file)?)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let json = serde_json::to_string(&model)?;
        writeln!(code, "    ({:?}, {json:?}),", folder.to_string_lossy())?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("model_files.rs"), code)?;
    Ok(())
}
