//! Whether a document follows `CycloneDX` 1.6 or 1.7.
//!
//! The shape is that of the official schemas, from which `cargo xtask sbom-documents --schemas` takes
//! what constrains a value; their words stay out. Each is compiled when it is first needed.

use std::{collections::BTreeSet, sync::OnceLock};

use guard_schema::Schema;
use json_tape::{Limits, Tape};
use serde_json::Value;

use crate::{Spec, licence, read::parse};

const SCHEMA_1_6: &str = include_str!("../data/cyclonedx-1.6.json");
const SCHEMA_1_7: &str = include_str!("../data/cyclonedx-1.7.json");

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pointer}` {reason}")]
pub struct Fault {
    /// JSON pointer to the value; empty for the whole document.
    pub pointer: String,
    /// In words.
    pub reason: String,
}

impl Fault {
    fn of_whole(reason: impl Into<String>) -> Self {
        Self { pointer: String::new(), reason: reason.into() }
    }
}

/// Judges a document in JSON by the version that it names.
///
/// # Errors
/// The first [`Fault`] that is met: no JSON, a version other than 1.6 and 1.7, or a value that is
/// not as the specification wants it.
pub fn judge(bytes: &[u8]) -> Result<Spec, Fault> {
    let document = parse(bytes).map_err(|error| Fault::of_whole(error.to_string()))?;
    let named = document.get("specVersion").and_then(Value::as_str);
    let spec = named.and_then(Spec::of).ok_or_else(|| Fault {
        pointer: "/specVersion".to_owned(),
        reason: "must be `1.6` or `1.7`".to_owned(),
    })?;
    let schema = schema_of(spec)?;
    let mut tape = Tape::new();
    let limits = Limits { nodes: 16 << 20, ..Limits::default() };
    let tree = tape.read(bytes, &limits).map_err(|error| Fault::of_whole(error.to_string()))?;
    schema
        .validate_within(tree.root(), STEPS)
        .map_err(|violation| Fault { pointer: violation.pointer, reason: violation.message })?;
    references_are_unique(&document)?;
    Ok(spec)
}

/// Checks of one value against one schema, in all: a bill of 100,000 parts takes about a tenth.
const STEPS: u32 = 200_000_000;

fn schema_of(spec: Spec) -> Result<&'static Schema, Fault> {
    static COMPILED: [OnceLock<Result<Schema, String>>; 2] = [OnceLock::new(), OnceLock::new()];
    let [v1_6, v1_7] = &COMPILED;
    let (slot, text) = match spec {
        Spec::V1_6 => (v1_6, SCHEMA_1_6),
        Spec::V1_7 => (v1_7, SCHEMA_1_7),
    };
    slot.get_or_init(|| compile(text)).as_ref().map_err(|reason| Fault::of_whole(reason.as_str()))
}

fn compile(text: &str) -> Result<Schema, String> {
    let mut schema: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    // The list of licences is the crate's own, so that it stands in the program once.
    if let Some(slot) = schema.pointer_mut("/definitions/spdx/enum") {
        *slot = licence::LIST.lines().collect();
    }
    Schema::compile(&schema).map_err(|error| error.to_string())
}

/// Every `bom-ref` names one component, says the specification; its schema cannot. Only those of
/// components and services are looked at: the official documents repeat others.
fn references_are_unique(document: &Value) -> Result<(), Fault> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&Value> = vec![document];
    open.extend(document.pointer("/metadata/component"));
    while let Some(value) = open.pop() {
        let reference = value.get("bom-ref").and_then(Value::as_str);
        if let Some(reference) = reference
            && !seen.insert(reference)
        {
            return Err(Fault::of_whole(format!("has the `bom-ref` `{reference}` twice")));
        }
        let inner = ["components", "services"].into_iter().filter_map(|name| value.get(name));
        open.extend(inner.filter_map(Value::as_array).flatten());
    }
    Ok(())
}
