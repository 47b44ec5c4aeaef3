//! `cargo xtask inventory DIR`: the packages of a function and its layers as JSON, to compare.

use std::{borrow::Cow, fs, path::Path};

use component::{Component, Inventory};
use function_inventory::{Files, Part, Runtime, take};
use serde_json::{Value, json};

use crate::{Failure, Outcome};

/// The files below a folder, read when asked for.
struct Folder {
    root: String,
    paths: Vec<String>,
}

impl Files for Folder {
    fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    fn read(&self, number: usize) -> Option<Cow<'_, [u8]>> {
        let path = Path::new(&self.root).join(self.paths.get(number)?);
        fs::read(path).ok().map(Cow::Owned)
    }
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut words = arguments.iter();
    let mut root = None;
    let mut runtime = Runtime::Other;
    let mut layers = Vec::new();
    let mut raw = false;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--runtime" => runtime = Runtime::of(value()?),
            "--layer" => layers.push(folder(value()?)?),
            "--raw" => raw = true,
            path => root = Some(folder(path)?),
        }
    }
    let code = root.ok_or("inventory: a folder is wanted")?;
    let parts: Vec<Part<'_>> =
        layers.iter().map(|layer| Part { name: &layer.root, files: layer }).collect();
    let found = take(&runtime, &Part { name: &code.root, files: &code }, &parts);
    let tampering: Vec<Value> = found
        .tampering
        .iter()
        .map(|t| json!({"kind": format!("{:?}", t.kind), "path": t.path}))
        .collect();
    let shadowed: Vec<Value> = found.shadowed.iter().map(|s| json!(format!("{s:?}"))).collect();
    let drift: Vec<Value> = found.drift.iter().map(|d| json!(format!("{d:?}"))).collect();
    let inventory = if raw { found.inventory } else { found.inventory.merged() };
    let result = json!({
        "components": inventory.components.iter().map(shown).collect::<Vec<_>>(),
        "edges": edges(&inventory),
        "remarks": inventory.remarks.iter().map(|r| json!({"path": r.path, "line": r.line,
            "kind": format!("{:?}", r.kind), "what": r.what})).collect::<Vec<_>>(),
        "indexes": inventory.indexes.iter().map(|i| json!({"role": format!("{:?}", i.role),
            "address": i.origin.address, "path": i.path, "line": i.line})).collect::<Vec<_>>(),
        "tampering": tampering,
        "shadowed": shadowed,
        "drift": drift,
    });
    println!("{}", serde_json::to_string_pretty(&result)?);
    Ok(())
}

fn shown(component: &Component) -> Value {
    let open = component.requires.iter().filter(|requirement| requirement.to.is_none());
    json!({
        "purl": component.purl(),
        "kind": format!("{:?}", component.kind),
        "scope": format!("{:?}", component.scope),
        "direct": component.direct,
        "wanted": component.wanted,
        "licences": component.licences,
        "digests": component.digests.iter().map(|d| format!("{:?}:{}", d.algorithm, d.hex)).collect::<Vec<_>>(),
        "origin": format!("{:?}", component.origin.kind),
        "host": component.origin.host,
        "scripts": component.scripts.iter().map(|script| &script.name).collect::<Vec<_>>(),
        "evidence": component.evidence.iter().map(|e| format!("{}:{} {:?}", e.path, e.line.unwrap_or(0), e.kind)).collect::<Vec<_>>(),
        "open": open.map(|r| json!({"name": r.name, "range": r.range, "scope": format!("{:?}", r.scope),
            "condition": r.condition})).collect::<Vec<_>>(),
    })
}

fn edges(inventory: &Inventory) -> Vec<[String; 2]> {
    let purl = |id: usize| inventory.components.get(id).map(Component::purl).unwrap_or_default();
    inventory.edges().into_iter().map(|(from, to)| [purl(from), purl(to)]).collect()
}

fn folder(root: &str) -> Result<Folder, Failure> {
    let mut paths = Vec::new();
    let mut open = vec![String::new()];
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(Path::new(root).join(&below))? {
            let entry = entry?;
            let slash = if below.is_empty() { "" } else { "/" };
            let path = format!("{below}{slash}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() {
                paths.push(path);
            }
        }
    }
    paths.sort();
    Ok(Folder { root: root.to_owned(), paths })
}
