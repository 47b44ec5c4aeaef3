//! What SDKs call above operations: resources of boto3, waiters, and helpers written by hand.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use super::{
    folded,
    model::{Model, entries, text},
};
use crate::Failure;

/// `service.resource.method=Operation Parameter<source …;…`, sorted by folded key.
pub(super) fn table(models: &[Model], helpers: &str, boto3: &Path) -> Result<String, Failure> {
    let mut lines: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut add = |key: String, steps: String| {
        lines.insert(folded(&key), (key, steps));
    };
    for model in models {
        for (waiter, operation) in &model.waiters {
            // A waiter of the name of an operation would hide it.
            if !model.operations.iter().any(|known| folded(&known.name) == folded(waiter)) {
                add(format!("{}..{waiter}", model.id), operation.clone());
            }
        }
    }
    for entry in fs::read_dir(boto3)? {
        let folder = entry?.path();
        let Some(service) = folder.file_name().and_then(|name| name.to_str()) else { continue };
        let mut versions: Vec<_> =
            fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        versions.sort();
        let Some(newest) = versions.last() else { continue };
        let file = fs::read_to_string(newest.join("resources-1.json"))?;
        let waiters = models.iter().find(|model| model.id == service).map(|model| &model.waiters);
        let said: Value = serde_json::from_str(&file)?;
        let resources = Resources { service, said: &said, waiters: waiters.map_or(&[], |w| w) };
        for (key, steps) in resources.lines() {
            add(key, steps);
        }
    }
    // Those written by hand win.
    for (at, line) in helpers.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (keys, steps) =
            line.split_once(" = ").ok_or_else(|| format!("helpers.txt:{}: no ` = `", at + 1))?;
        for key in keys.split_whitespace() {
            add(key.to_owned(), steps.split("; ").map(str::trim).collect::<Vec<_>>().join(";"));
        }
    }
    let mut table = String::new();
    for (key, steps) in lines.values() {
        table.extend([key.as_str(), "=", steps.as_str(), "\n"]);
    }
    Ok(table)
}

/// The resource model of a service.
struct Resources<'a> {
    service: &'a str,
    said: &'a Value,
    waiters: &'a [(String, String)],
}

impl Resources<'_> {
    fn lines(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        if let Some(service) = self.said.get("service") {
            self.of_resource("", service, &mut lines);
        }
        for (name, resource) in entries(self.said, "resources") {
            self.of_resource(name, resource, &mut lines);
        }
        lines
    }

    fn of_resource(&self, name: &str, resource: &Value, lines: &mut Vec<(String, String)>) {
        let key = |method: &str| format!("{}.{name}.{method}", self.service);
        let own = identifiers(resource);
        for (action, said) in entries(resource, "actions") {
            if let Some(request) = said.get("request") {
                lines.push((key(action), step(request, &own)));
            }
        }
        if let Some(request) = resource.get("load").and_then(|load| load.get("request")) {
            lines.push((key("load"), step(request, &own)));
            lines.push((key("reload"), step(request, &own)));
        }
        for (waiter, said) in entries(resource, "waiters") {
            let asked = text(said, "waiterName");
            if let Some((_, operation)) = self.waiters.iter().find(|(name, _)| name == asked) {
                let step = format!("{operation}{}", renames(said, &own));
                lines.push((key(&format!("WaitUntil{waiter}")), step));
            }
        }
        for (collection, said) in entries(resource, "hasMany") {
            let (Some(request), Some(items)) = (said.get("request"), said.get("resource")) else {
                continue;
            };
            let list = step(request, &own);
            let item = text(items, "type");
            let actions = self
                .said
                .get("resources")
                .and_then(|all| all.get(item))
                .into_iter()
                .flat_map(|item| entries(item, "actions").chain(entries(item, "batchActions")));
            for (action, said) in actions {
                let Some(request) = said.get("request") else { continue };
                let step = step(request, &of_items(self.said, item, items, &own));
                lines.push((key(&format!("{collection}.{action}")), format!("{list};{step}")));
            }
            lines.push((key(collection), list));
        }
    }
}

/// The identifiers of a resource, each with what stands for it.
fn identifiers(resource: &Value) -> Vec<(String, Option<usize>)> {
    let all = resource.get("identifiers").and_then(Value::as_array).into_iter().flatten();
    all.enumerate().map(|(at, said)| (text(said, "name").to_owned(), Some(at))).collect()
}

/// The identifiers of the items of a collection, as identifiers of what has the collection.
fn of_items(
    all: &Value,
    item: &str,
    said: &Value,
    own: &[(String, Option<usize>)],
) -> Vec<(String, Option<usize>)> {
    let given: Vec<&Value> =
        said.get("identifiers").and_then(Value::as_array).into_iter().flatten().collect();
    let resource = all.get("resources").and_then(|all| all.get(item)).unwrap_or(&Value::Null);
    let names = identifiers(resource).into_iter().map(|(name, _)| name);
    names
        .map(|name| {
            let from = given.iter().find(|given| text(given, "target") == name);
            let from = from.filter(|given| text(given, "source") == "identifier");
            let at = from.and_then(|given| {
                own.iter().find(|(known, _)| known == text(given, "name")).and_then(|(_, at)| *at)
            });
            (name, at)
        })
        .collect()
}

/// `Operation Parameter<^0 …`.
fn step(request: &Value, own: &[(String, Option<usize>)]) -> String {
    format!("{}{}", text(request, "operation"), renames(request, own))
}

fn renames(request: &Value, own: &[(String, Option<usize>)]) -> String {
    let mut written = String::new();
    for said in request.get("params").and_then(Value::as_array).into_iter().flatten() {
        let target = text(said, "target").replace("[]", "[*]").replace("[0]", "[*]");
        // A list with one item is the item.
        let target = target.strip_suffix("[*]").unwrap_or(&target);
        match text(said, "source") {
            "identifier" => {
                let name = text(said, "name");
                let at = own.iter().find(|(known, _)| known == name).and_then(|(_, at)| *at);
                match at {
                    Some(at) => written.extend([" ", target, "<^", &at.to_string()]),
                    None => written.extend([" ", target, "<?"]),
                }
            }
            "string" => written.extend([" ", target, "<=", text(said, "value")]),
            // Data of the resource: given, but not known.
            "data" => written.extend([" ", target, "<?"]),
            _ => {}
        }
    }
    written
}
