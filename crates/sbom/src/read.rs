//! `CycloneDX` documents read back.
//!
//! What a bill has room for is read, whoever wrote it, and nested parts become a list with an edge
//! from each to what it holds. Whether a document follows the specification is for
//! [`crate::judge`] to say: a reader that refused all others would know less.

use std::collections::{BTreeMap, BTreeSet};

use component::{Algorithm, Digest};
use serde_json::Value;

use crate::{
    Bill, Completeness, Composition, Licence, Link, Need, Occurrence, Part, PartKind, Property,
};

/// The largest document that is read, in bytes.
const LARGEST: usize = 64 << 20;
/// Most parts.
const MOST_PARTS: usize = 200_000;
/// Deepest nesting of parts within parts.
const DEEPEST: usize = 64;

/// Why a document was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is larger than what is read.
    #[error("the document has {bytes} bytes, more than {LARGEST}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is no JSON.
    #[error("line {line}: this is no JSON: {reason}")]
    NotJson {
        /// Line from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// It is JSON of another kind.
    #[error("this is no CycloneDX document: `bomFormat` is not `CycloneDX`")]
    NotCycloneDx,
    /// It has more parts, or deeper ones, than are read.
    #[error(
        "the document has more than {MOST_PARTS} components, or more than {DEEPEST} within each other"
    )]
    TooMany,
}

/// Reads a document.
///
/// # Errors
/// [`ReadError`] for what is no `CycloneDX` in JSON, or too large.
pub fn read_json(bytes: &[u8]) -> Result<Bill, ReadError> {
    let document = parse(bytes)?;
    if text(&document, "bomFormat") != Some("CycloneDX") {
        return Err(ReadError::NotCycloneDx);
    }
    let metadata = document.get("metadata").unwrap_or(&Value::Null);
    let mut reading = Reading::default();
    let root = match metadata.get("component") {
        Some(root) => {
            let mut root_part = part_of(root);
            if root_part.reference.is_empty() {
                root_part.reference = reading.free_name();
            }
            reading.within(root, &root_part.reference, 0)?;
            root_part
        }
        None => Part::new(PartKind::Application, reading.free_name(), ""),
    };
    for component in list(&document, "components") {
        reading.add(component, None, 0)?;
    }
    for dependency in list(&document, "dependencies") {
        let Some(from) = text(dependency, "ref") else { continue };
        let targets = reading.depends.entry(from.to_owned()).or_default();
        targets.extend(texts(dependency, "dependsOn"));
    }
    Ok(Bill {
        time: text(metadata, "timestamp").map(str::to_owned),
        tool: tool(metadata),
        root,
        parts: reading.parts,
        depends: reading.depends,
        compositions: list(&document, "compositions").map(composition).collect(),
        properties: properties(metadata),
        flaws: Vec::new(),
    })
}

pub(crate) fn parse(bytes: &[u8]) -> Result<Value, ReadError> {
    if bytes.len() > LARGEST {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes)
        .map_err(|error| ReadError::NotJson { line: error.line(), reason: error.to_string() })
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn texts(value: &Value, name: &str) -> Vec<String> {
    list(value, name).filter_map(Value::as_str).map(str::to_owned).collect()
}

#[derive(Default)]
struct Reading {
    parts: Vec<Part>,
    depends: BTreeMap<String, BTreeSet<String>>,
    unnamed: usize,
}

impl Reading {
    /// A reference for a part that has none; no document of ours uses it.
    fn free_name(&mut self) -> String {
        self.unnamed += 1;
        format!("faasguard:unnamed:{}", self.unnamed)
    }

    fn add(&mut self, value: &Value, holder: Option<&str>, depth: usize) -> Result<(), ReadError> {
        if self.parts.len() >= MOST_PARTS || depth > DEEPEST {
            return Err(ReadError::TooMany);
        }
        let mut part = part_of(value);
        if part.reference.is_empty() {
            part.reference = self.free_name();
        }
        let reference = part.reference.clone();
        self.parts.push(part);
        if let Some(holder) = holder {
            self.depends.entry(holder.to_owned()).or_default().insert(reference.clone());
        }
        self.within(value, &reference, depth + 1)
    }

    fn within(&mut self, value: &Value, holder: &str, depth: usize) -> Result<(), ReadError> {
        list(value, "components").try_for_each(|inner| self.add(inner, Some(holder), depth))
    }
}

fn part_of(value: &Value) -> Part {
    let own = |name: &str| text(value, name).filter(|it| !it.is_empty()).map(str::to_owned);
    let kind = PartKind::of_cyclonedx(text(value, "type").unwrap_or_default());
    let reference = text(value, "bom-ref").unwrap_or_default();
    let hashes = list(value, "hashes")
        .filter_map(|hash| Digest::new(Algorithm::of(text(hash, "alg")?)?, text(hash, "content")?));
    let links = list(value, "externalReferences").filter_map(|it| {
        Some(Link { kind: text(it, "type")?.to_owned(), url: text(it, "url")?.to_owned() })
    });
    let evidence = value.get("evidence").unwrap_or(&Value::Null);
    let occurrences = list(evidence, "occurrences").filter_map(|it| {
        Some(Occurrence {
            path: text(it, "location")?.to_owned(),
            line: it.get("line").and_then(Value::as_u64).and_then(|it| u32::try_from(it).ok()),
            note: text(it, "additionalContext").map(str::to_owned),
        })
    });
    Part {
        group: own("group"),
        version: own("version"),
        need: text(value, "scope").and_then(Need::of_cyclonedx),
        digests: hashes.collect(),
        licences: list(value, "licenses").filter_map(licence).collect(),
        purl: own("purl"),
        links: links.collect(),
        occurrences: occurrences.collect(),
        properties: properties(value),
        ..Part::new(kind, reference, text(value, "name").unwrap_or_default())
    }
}

fn properties(value: &Value) -> Vec<Property> {
    list(value, "properties")
        .filter_map(|it| {
            let value = text(it, "value").unwrap_or_default().to_owned();
            Some(Property { name: text(it, "name")?.to_owned(), value })
        })
        .collect()
}

fn licence(value: &Value) -> Option<Licence> {
    if let Some(expression) = text(value, "expression") {
        return Some(Licence::Expression(expression.to_owned()));
    }
    let licence = value.get("license")?;
    match (text(licence, "id"), text(licence, "name")) {
        (Some(id), _) => Some(Licence::Id(id.to_owned())),
        (None, Some(name)) => Some(Licence::Named(name.to_owned())),
        (None, None) => None,
    }
}

/// The first tool, in the form of 1.5 and later or the older one.
fn tool(metadata: &Value) -> Option<(String, Option<String>)> {
    let tools = metadata.get("tools")?;
    let first = list(tools, "components").next().or_else(|| tools.as_array()?.first())?;
    Some((text(first, "name")?.to_owned(), text(first, "version").map(str::to_owned)))
}

fn composition(value: &Value) -> Composition {
    Composition {
        completeness: Completeness::of_cyclonedx(text(value, "aggregate").unwrap_or_default()),
        assemblies: texts(value, "assemblies"),
        dependencies: texts(value, "dependencies"),
    }
}
