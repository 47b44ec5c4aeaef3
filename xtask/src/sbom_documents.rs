//! `cargo xtask sbom-documents [--data DIR]`: the documents of `CycloneDX`'s own tests, valid and
//! invalid ones, judged by the crate `sbom`; a wrong verdict fails.
//!
//! `--schemas DIR` takes the official schemas (a checkout's `schema` folder) into the crate instead:
//! what constrains a value, without titles, descriptions and examples, in one document a version.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use crate::{Failure, Outcome, arguments::Arguments, workspace};

const VERSIONS: [&str; 2] = ["1.6", "1.7"];

/// Keywords that say nothing about values.
const NOTES: [&str; 11] = [
    "$comment",
    "$id",
    "title",
    "description",
    "examples",
    "default",
    "meta:enum",
    "deprecated",
    "contentEncoding",
    "contentMediaType",
    "readOnly",
];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let schemas = arguments.value("--schemas")?;
    let data = arguments.value("--data")?;
    arguments.finish()?;
    let root = workspace::root();
    if let Some(schemas) = schemas {
        return take_in(Path::new(&schemas), &root.join("crates/sbom/data"));
    }
    let data = data.map_or_else(|| root.join("../shared/data"), PathBuf::from).join("cyclonedx");
    if !data.is_dir() {
        println!("skipped: there is no {}", data.display());
        return Ok(());
    }
    let mut wrong = 0;
    for version in VERSIONS {
        wrong += judge_all(&data.join(format!("resources-{version}")), version)?;
    }
    if wrong > 0 { Err(format!("{wrong} verdicts are wrong").into()) } else { Ok(()) }
}

/// Judges the documents of a folder; how many verdicts were wrong.
fn judge_all(folder: &Path, version: &str) -> Result<usize, Failure> {
    let (mut valid, mut invalid, mut wrong) = (0, 0, 0);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    for file in files {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if file.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let should_pass = name.starts_with("valid-");
        let bytes = fs::read(&file)?;
        let verdict = sbom::judge(&bytes);
        if verdict.is_ok() != should_pass {
            wrong += 1;
            println!("  wrong {name}: {verdict:?}");
            continue;
        }
        if should_pass {
            valid += 1;
            if let Err(error) = sbom::read_json(&bytes) {
                wrong += 1;
                println!("  not read {name}: {error}");
            }
        } else {
            invalid += 1;
        }
    }
    println!(
        "CycloneDX {version}: {valid} valid and {invalid} invalid judged right, {wrong} wrong"
    );
    Ok(wrong)
}

/// Writes the schemas and the list of licences into the crate.
fn take_in(schemas: &Path, into: &Path) -> Outcome {
    let read = |name: &str| -> Result<Value, Failure> {
        let path = schemas.join(name);
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    };
    let licences = read("spdx.schema.json")?;
    let mut list: Vec<&str> = licences
        .get("enum")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    list.sort_unstable();
    fs::write(into.join("spdx-identifiers.txt"), list.join("\n") + "\n")?;
    let signature = read("jsf-0.82.schema.json")?;
    let cryptography = read("cryptography-defs.schema.json")?;
    for version in VERSIONS {
        let mut schema = plain(&read(&format!("bom-{version}.schema.json"))?, false);
        let definitions = schema
            .get_mut("definitions")
            .and_then(Value::as_object_mut)
            .ok_or("the schema has no definitions")?;
        definitions.insert("spdx".to_owned(), json!({"type": "string", "enum": []}));
        for other in [&signature, &cryptography] {
            let Value::Object(others) =
                plain(other.get("definitions").unwrap_or(&Value::Null), true)
            else {
                continue;
            };
            for (name, mut definition) in others {
                point(&mut definition, &own);
                if definitions.insert(format!("other-{name}"), definition).is_some() {
                    return Err(format!("two definitions are called `{name}`").into());
                }
            }
        }
        point(&mut schema, &inside);
        fs::write(into.join(format!("cyclonedx-{version}.json")), format!("{schema}\n"))?;
    }
    Ok(())
}

/// A schema without its notes. In `properties` the keys are names, not keywords.
fn plain(schema: &Value, is_names: bool) -> Value {
    match schema {
        Value::Object(all) => {
            let kept = all.iter().filter(|(key, _)| is_names || !NOTES.contains(&key.as_str()));
            let inner = |key: &str| {
                !is_names && matches!(key, "properties" | "definitions" | "patternProperties")
            };
            kept.map(|(key, value)| (key.clone(), plain(value, inner(key))))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(all) => all.iter().map(|it| plain(it, false)).collect(),
        other => other.clone(),
    }
}

/// Changes every reference.
fn point(schema: &mut Value, to: &impl Fn(&str) -> String) {
    match schema {
        Value::Object(all) => {
            for (key, value) in all.iter_mut() {
                match value {
                    Value::String(text) if key == "$ref" => *text = to(text),
                    other => point(other, to),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|it| point(it, to)),
        _ => {}
    }
}

/// Where a reference of the main schema to another one leads, now that all are in one document.
fn inside(reference: &str) -> String {
    match reference.split_once("#/definitions/") {
        Some((file, name)) if !file.is_empty() => format!("#/definitions/other-{name}"),
        None if reference.starts_with("spdx.schema.json") => "#/definitions/spdx".to_owned(),
        _ => reference.to_owned(),
    }
}

/// Where a reference of another schema to its own definitions leads.
fn own(reference: &str) -> String {
    reference.replace("#/definitions/", "#/definitions/other-")
}
