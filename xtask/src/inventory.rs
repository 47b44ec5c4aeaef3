//! `cargo xtask inventory DIR`: the packages of a function and its layers as JSON, to compare.

use std::{fs::canonicalize, path::Path};

use component::{Component, Inventory};
use inventory::{Mount, Runtime};
use package_files::{OpenPart, Opened, Source};
use serde_json::{Value, json};

use crate::Outcome;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut words = arguments.iter();
    let mut code = None;
    let mut runtime = Runtime::Other;
    let mut layers = Vec::new();
    let mut raw = false;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--runtime" => runtime = Runtime::of(value()?),
            "--layer" => layers.push(value()?),
            "--raw" => raw = true,
            _ => code = Some(word),
        }
    }
    let code = code.ok_or("inventory: a folder or archive is wanted")?;
    let mut open = Opened::default();
    for (path, mount) in
        std::iter::once((code, Mount::Task)).chain(layers.iter().map(|it| (*it, Mount::Opt)))
    {
        let root = canonicalize(path)?;
        let jail = if root.is_dir() { &root } else { root.parent().unwrap_or(Path::new("/")) };
        let source = Source::open(&root, jail)?;
        open.parts.push(OpenPart { prefix: path.clone(), path: path.into(), mount, source });
    }
    let found = open.take(&runtime).inventory;
    let tampering: Vec<Value> = found
        .tampering
        .iter()
        .map(|t| json!({"kind": format!("{:?}", t.kind), "path": t.path}))
        .collect();
    let shadowed: Vec<Value> = found.shadowed.iter().map(|s| json!(format!("{s:?}"))).collect();
    let drift: Vec<Value> = found.drift.iter().map(|d| json!(format!("{d:?}"))).collect();
    // Packages are told by the inventory as it was read.
    let name = |id: &usize| found.inventory.components.get(*id).map(|it| it.name.clone());
    let left_open: Vec<Value> = found
        .open
        .iter()
        .map(|fact| {
            let packages: Vec<String> = fact.packages.iter().filter_map(name).collect();
            json!({"kind": format!("{:?}", fact.kind), "path": fact.path, "line": fact.line,
                "packages": packages, "of": fact.of})
        })
        .collect();
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
        "left_open": left_open,
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
