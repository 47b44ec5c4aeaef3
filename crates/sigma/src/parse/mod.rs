//! YAML to rules, correlations and filters. One odd document never stops the others.

mod condition;
mod correlation;
mod encoding;
mod item;
mod room;
mod search;

use source_text::{Diagnostic, FileId, Kind, Limits, Map, Node, Place, SmolStr, parse_yaml};

use self::room::Room;
use crate::{
    correlation::Correlation,
    fault::{Fault, RuleError},
    rule::{Filter, LogSource, Meta, Rule, Severity},
};

/// Bytes of one file of rules, and nodes of it, aliases written out.
const LIMITS: Limits = Limits { bytes: 4 << 20, depth: 40, nodes: 200_000 };

/// What the documents of a file are.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// Rules, in order.
    pub rules: Vec<Rule>,
    /// Correlations, in order.
    pub correlations: Vec<Correlation>,
    /// Filters, in order.
    pub filters: Vec<Filter>,
    /// Documents that are not used.
    pub faults: Vec<Fault>,
    /// What was read with a doubt.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why something is not used, and where.
pub(crate) type Bad = (Place, RuleError);

/// Reads the documents of a file.
#[must_use]
pub fn parse(file: FileId, text: &str) -> Documents {
    let mut documents = Documents::default();
    let parsed = match parse_yaml(file, text, &LIMITS) {
        Ok(parsed) => parsed,
        Err(error) => {
            let reason = error.to_string();
            let error_of_rule = RuleError::Syntax { reason };
            let fault = Fault { place: error.place(), rule: None, error: error_of_rule };
            documents.faults.push(fault);
            return documents;
        }
    };
    documents.diagnostics = parsed.diagnostics;
    let mut room = Room::default();
    for node in &parsed.documents {
        if node.is_null() {
            continue; // what stands between two `---`
        }
        if let Err((place, error)) = document(node, &mut documents, &mut room) {
            let rule = node.get("title").and_then(Node::scalar_text);
            documents.faults.push(Fault { place, rule, error });
        }
    }
    documents
}

fn document(node: &Node, documents: &mut Documents, room: &mut Room) -> Result<(), Bad> {
    let map = mapping(node, "document")?;
    if let Some(action) = map.entry("action").filter(|_| !map.contains("correlation")) {
        let name = action.value.scalar_text().unwrap_or_default();
        return Err((action.key_place, RuleError::DeprecatedAction { action: name }));
    }
    let meta = meta(node.place, map)?;
    if let Some(body) = map.entry("correlation") {
        documents.correlations.push(correlation::correlation(meta, &body.value)?);
    } else if let Some(body) = map.entry("filter") {
        let log_source = log_source(required(node.place, map, "logsource")?)?;
        let (rules, detection) = search::filter(&body.value, &mut documents.diagnostics, room)?;
        documents.filters.push(Filter { meta, log_source, rules, detection });
    } else if let Some(body) = map.entry("detection") {
        let log_source = log_source(required(node.place, map, "logsource")?)?;
        let detection = search::detection(&body.value, &mut documents.diagnostics, room)?;
        documents.rules.push(Rule { meta, log_source, detection });
    } else {
        return Err((node.place, RuleError::NotARule));
    }
    Ok(())
}

/// The mapping that must stand there.
pub(crate) fn mapping<'n>(node: &'n Node, key: &str) -> Result<&'n Map, Bad> {
    node.as_map().ok_or_else(|| wrong_kind(node, key, "a mapping"))
}

pub(crate) fn wrong_kind(node: &Node, key: &str, wanted: &'static str) -> Bad {
    let found = node.kind_name();
    (node.place, RuleError::WrongKind { key: SmolStr::new(key), wanted, found })
}

/// The value of a key that must be there.
pub(crate) fn required<'n>(place: Place, map: &'n Map, key: &'static str) -> Result<&'n Node, Bad> {
    map.get(key).filter(|node| !node.is_null()).ok_or((place, RuleError::Missing { key }))
}

/// Text that may be missing.
pub(crate) fn text(map: &Map, key: &'static str) -> Result<Option<SmolStr>, Bad> {
    match map.get(key) {
        None => Ok(None),
        Some(node) if node.is_null() => Ok(None),
        Some(node) => {
            node.scalar_text().map(Some).ok_or_else(|| wrong_kind(node, key, "one value"))
        }
    }
}

/// One text or a list of them.
pub(crate) fn texts(node: &Node, key: &str) -> Result<Vec<SmolStr>, Bad> {
    match &node.kind {
        Kind::Null => Ok(Vec::new()),
        Kind::List(items) => items
            .iter()
            .map(|it| it.scalar_text().ok_or_else(|| wrong_kind(it, key, "text")))
            .collect(),
        _ => node
            .scalar_text()
            .map(|text| vec![text])
            .ok_or_else(|| wrong_kind(node, key, "text or a list of texts")),
    }
}

/// What the document says of itself. Only what matches show must be well formed.
fn meta(place: Place, map: &Map) -> Result<Meta, Bad> {
    let loose = |key: &str| {
        map.get(key).map(|node| texts(node, key).unwrap_or_default()).unwrap_or_default()
    };
    let title = text(map, "title")?.ok_or((place, RuleError::Missing { key: "title" }))?;
    let level = match map.get("level").filter(|node| !node.is_null()) {
        None => None,
        Some(node) => {
            let word = node.scalar_text().unwrap_or_default();
            let wanted = "informational, low, medium, high or critical";
            Some(Severity::of(&word).ok_or_else(|| wrong_kind(node, "level", wanted))?)
        }
    };
    Ok(Meta {
        place,
        title,
        id: text(map, "id")?,
        name: text(map, "name")?,
        description: text(map, "description")?,
        author: text(map, "author")?,
        license: text(map, "license")?,
        references: loose("references"),
        status: text(map, "status")?,
        level,
        tags: loose("tags"),
        false_positives: loose("falsepositives"),
        fields: loose("fields"),
    })
}

fn log_source(node: &Node) -> Result<LogSource, Bad> {
    let map = mapping(node, "logsource")?;
    Ok(LogSource {
        category: text(map, "category")?,
        product: text(map, "product")?,
        service: text(map, "service")?,
    })
}

#[cfg(test)]
mod tests;
