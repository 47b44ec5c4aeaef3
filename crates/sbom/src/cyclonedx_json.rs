//! `CycloneDX` as JSON.

use serde_json::{Map, Value, json};

use crate::{Bill, Composition, Licence, Part, Property, Spec, serial::serial_number};

/// The document, with a line break at its end.
#[must_use]
pub fn write_json(bill: &Bill, spec: Spec) -> String {
    let mut document = Map::new();
    let version = spec.as_str();
    let schema = format!("http://cyclonedx.org/schema/bom-{version}.schema.json");
    document.insert("$schema".to_owned(), schema.into());
    document.insert("bomFormat".to_owned(), "CycloneDX".into());
    document.insert("specVersion".to_owned(), version.into());
    document.insert("serialNumber".to_owned(), serial_number(bill).into());
    document.insert("version".to_owned(), 1.into());
    document.insert("metadata".to_owned(), metadata(bill));
    document.insert("components".to_owned(), bill.parts.iter().map(part).collect());
    let depends = bill.depends.iter();
    let dependencies: Value =
        depends.map(|(from, to)| json!({"ref": from, "dependsOn": to})).collect();
    document.insert("dependencies".to_owned(), dependencies);
    if !bill.compositions.is_empty() {
        let all = bill.compositions.iter().map(composition).collect();
        document.insert("compositions".to_owned(), all);
    }
    if !bill.flaws.is_empty() {
        let all = bill.flaws.iter().map(crate::Flaw::json).collect();
        document.insert("vulnerabilities".to_owned(), all);
    }
    let mut text = format!("{:#}", Value::Object(document));
    text.push('\n');
    text
}

fn metadata(bill: &Bill) -> Value {
    let mut all = Map::new();
    if let Some(time) = &bill.time {
        all.insert("timestamp".to_owned(), time.as_str().into());
    }
    if let Some((name, version)) = &bill.tool {
        let mut tool = json!({"type": "application", "name": name});
        if let (Some(tool), Some(version)) = (tool.as_object_mut(), version) {
            tool.insert("version".to_owned(), version.as_str().into());
        }
        all.insert("tools".to_owned(), json!({"components": [tool]}));
    }
    all.insert("component".to_owned(), part(&bill.root));
    if !bill.properties.is_empty() {
        all.insert("properties".to_owned(), properties(&bill.properties));
    }
    Value::Object(all)
}

fn properties(all: &[Property]) -> Value {
    all.iter().map(|it| json!({"name": it.name, "value": it.value})).collect()
}

fn part(part: &Part) -> Value {
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| {
        all.insert(name.to_owned(), value);
    };
    put("type", part.kind.cyclonedx().into());
    put("bom-ref", part.reference.as_str().into());
    if let Some(group) = &part.group {
        put("group", group.as_str().into());
    }
    put("name", part.name.as_str().into());
    if let Some(version) = &part.version {
        put("version", version.as_str().into());
    }
    if let Some(need) = part.need {
        put("scope", need.cyclonedx().into());
    }
    if !part.digests.is_empty() {
        let hash = |it: &component::Digest| {
            Some(json!({"alg": it.algorithm.cyclonedx()?, "content": it.hex}))
        };
        put("hashes", part.digests.iter().filter_map(hash).collect());
    }
    if !part.licences.is_empty() {
        put("licenses", part.licences.iter().map(licence).collect());
    }
    if let Some(purl) = &part.purl {
        put("purl", purl.as_str().into());
    }
    if !part.links.is_empty() {
        let links = part.links.iter().map(|it| json!({"type": it.kind, "url": it.url}));
        put("externalReferences", links.collect());
    }
    if !part.properties.is_empty() {
        put("properties", properties(&part.properties));
    }
    if !part.occurrences.is_empty() {
        let occurrences = part.occurrences.iter().map(|it| {
            let mut all = json!({"location": it.path});
            if let Some(all) = all.as_object_mut() {
                if let Some(line) = it.line {
                    all.insert("line".to_owned(), line.into());
                }
                if let Some(note) = &it.note {
                    all.insert("additionalContext".to_owned(), note.as_str().into());
                }
            }
            all
        });
        put("evidence", json!({"occurrences": occurrences.collect::<Value>()}));
    }
    Value::Object(all)
}

fn licence(licence: &Licence) -> Value {
    match licence {
        Licence::Id(id) => json!({"license": {"id": id}}),
        Licence::Named(name) => json!({"license": {"name": name}}),
        Licence::Expression(text) => json!({"expression": text}),
    }
}

fn composition(composition: &Composition) -> Value {
    let mut all = Map::new();
    all.insert("aggregate".to_owned(), composition.completeness.cyclonedx().into());
    for (name, references) in
        [("assemblies", &composition.assemblies), ("dependencies", &composition.dependencies)]
    {
        if !references.is_empty() {
            all.insert(name.to_owned(), references.iter().map(String::as_str).collect());
        }
    }
    Value::Object(all)
}
