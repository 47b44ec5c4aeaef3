//! What others wrote of a program, with the licences that ask to be handed on with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{Failure, workspace};

/// Beginnings of names of files that are such texts.
const NAMES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];

/// A package of a registry that a program consists of.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    /// Name and version.
    name: String,
    /// The expression of its manifest.
    licence: String,
    /// The address of its sources.
    repository: String,
    folder: PathBuf,
}

/// The page for what the program of `package` is made of on `triple`.
pub(super) fn page(package: &str, triple: &str) -> Result<Vec<u8>, Failure> {
    let mut cargo = workspace::cargo();
    cargo.args(["metadata", "--locked", "--format-version=1", "--filter-platform", triple]);
    let output = cargo.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let parts = parts(&metadata, package)?;
    let mut texts = BTreeMap::new();
    for part in &parts {
        texts.insert(part.name.as_str(), licence_texts(&part.folder)?);
    }
    Ok(written(&parts, &texts)?.into_bytes())
}

/// All that `package` depends on in the program, not for its tests or its building.
fn parts(metadata: &Value, package: &str) -> Result<BTreeSet<Part>, Failure> {
    let list = |pointer: &str| metadata.pointer(pointer).and_then(Value::as_array);
    let packages: BTreeMap<&str, &Value> = list("/packages")
        .into_iter()
        .flatten()
        .filter_map(|it| Some((it["id"].as_str()?, it)))
        .collect();
    let nodes: BTreeMap<&str, &Value> = list("/resolve/nodes")
        .into_iter()
        .flatten()
        .filter_map(|it| Some((it["id"].as_str()?, it)))
        .collect();
    let is_ours = |it: &Value| it["source"].is_null();
    let mut next: Vec<&str> = packages
        .iter()
        .filter(|(_, it)| is_ours(it) && it["name"] == package)
        .map(|(id, _)| *id)
        .collect();
    if next.is_empty() {
        return Err(format!("there is no package `{package}`").into());
    }
    let mut seen: BTreeSet<&str> = next.iter().copied().collect();
    while let Some(id) = next.pop() {
        let dependencies = nodes.get(id).and_then(|node| node["deps"].as_array());
        for dependency in dependencies.into_iter().flatten() {
            let kinds = dependency["dep_kinds"].as_array();
            let is_part = kinds.into_iter().flatten().any(|kind| kind["kind"].is_null());
            if let Some(id) = dependency["pkg"].as_str().filter(|_| is_part)
                && seen.insert(id)
            {
                next.push(id);
            }
        }
    }
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let others = seen.iter().filter_map(|id| packages.get(id)).filter(|it| !is_ours(it));
    Ok(others
        .map(|it| Part {
            name: format!("{} {}", text(&it["name"]), text(&it["version"])),
            licence: text(&it["license"]),
            repository: text(&it["repository"]),
            folder: PathBuf::from(text(&it["manifest_path"]))
                .parent()
                .unwrap_or(Path::new(""))
                .into(),
        })
        .collect())
}

/// Texts of the files in `folder` that a licence asks to be kept, in the order of their names.
fn licence_texts(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        if NAMES.iter().any(|it| name.starts_with(it)) && entry.file_type()?.is_file() {
            let text = fs::read(entry.path())?;
            let lines: Vec<_> =
                String::from_utf8_lossy(&text).lines().map(|it| it.trim_end().to_owned()).collect();
            texts.insert(name, lines.join("\n").trim_matches('\n').to_owned());
        }
    }
    Ok(texts.into_values().collect())
}

/// The list of parts, then each text once with the names of those that it is of.
fn written(parts: &BTreeSet<Part>, texts: &BTreeMap<&str, Vec<String>>) -> Result<String, Failure> {
    let mut page = String::from(
        "This program consists of these packages beside its own, and of the standard library of Rust\n\
         (MIT OR Apache-2.0). The texts of their licences follow, each once.\n\n",
    );
    let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for part in parts {
        let its = texts.get(part.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        write!(page, "{}: {}", part.name, part.licence)?;
        if its.is_empty() {
            write!(page, " (its package brings no text; it is from {})", part.repository)?;
        }
        page.push('\n');
        for text in its {
            owners.entry(text).or_default().push(&part.name);
        }
    }
    let mut owners: Vec<(&str, Vec<&str>)> = owners.into_iter().collect();
    owners.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(b.0)));
    for (text, names) in owners {
        write!(page, "\n{:=<80}\n{}\n{:=<80}\n\n{text}\n", "", names.join(", "), "")?;
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use serde_json::json;

    use super::{licence_texts, parts, written};

    #[test]
    fn what_only_tests_and_builds_need_is_no_part() {
        let package = |name: &str, source: Option<&str>| {
            json!({"id": name, "name": name, "version": "1.0.0", "source": source,
                   "license": "MIT", "manifest_path": format!("/r/{name}/Cargo.toml")})
        };
        let edge = |to: &str, kind: Option<&str>| json!({"pkg": to, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [package("cli", None), package("inner", None), package("a", Some("r")),
                         package("b", Some("r")), package("c", Some("r")), package("d", Some("r"))],
            "resolve": {"nodes": [
                {"id": "cli", "deps": [edge("inner", None), edge("c", Some("dev")), edge("d", Some("build"))]},
                {"id": "inner", "deps": [edge("a", None)]},
                {"id": "a", "deps": [edge("b", None), edge("cli", None)]},
            ]},
        });
        let found = parts(&metadata, "cli").unwrap();
        let names: Vec<&str> = found.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["a 1.0.0", "b 1.0.0"]);
        assert!(parts(&metadata, "other").is_err());
    }

    #[test]
    fn a_text_that_several_share_stands_once_and_a_missing_one_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("License-MIT"), "do as you like  \r\nbut keep this\n")
            .unwrap();
        fs::write(folder.path().join("lib.rs"), "").unwrap();
        let text = licence_texts(folder.path()).unwrap();
        assert_eq!(text, ["do as you like\nbut keep this"]);
        let metadata = json!({
            "packages": [
                {"id": "cli", "name": "cli", "version": "1", "source": null},
                {"id": "a", "name": "a", "version": "1", "source": "r", "license": "MIT", "manifest_path": "/a/Cargo.toml"},
                {"id": "b", "name": "b", "version": "2", "source": "r", "license": "MIT", "manifest_path": "/b/Cargo.toml"},
                {"id": "c", "name": "c", "version": "3", "source": "r", "license": "ISC", "repository": "https://example.com/c", "manifest_path": "/c/Cargo.toml"},
            ],
            "resolve": {"nodes": [{"id": "cli", "deps": [
                {"pkg": "a", "dep_kinds": [{"kind": null}]}, {"pkg": "b", "dep_kinds": [{"kind": null}]},
                {"pkg": "c", "dep_kinds": [{"kind": null}]},
            ]}]},
        });
        let found = parts(&metadata, "cli").unwrap();
        let texts = BTreeMap::from([("a 1", text.clone()), ("b 2", text)]);
        let page = written(&found, &texts).unwrap();
        assert_eq!(page.matches("but keep this").count(), 1, "{page}");
        assert!(page.contains("\na 1, b 2\n"), "{page}");
        assert!(
            page.contains(
                "c 3: ISC (its package brings no text; it is from https://example.com/c)\n"
            ),
            "{page}"
        );
    }
}
