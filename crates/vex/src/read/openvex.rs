//! `OpenVEX` 0.2.0, and 0.0.1, in which flaws and products are plain texts.

use package_url::PackageUrl;
use serde_json::Value;

use super::{Document, Format, Reading, VexError, list, short, text, words};
use crate::{Cover, Justification, Statement, Status};

pub(super) fn read(document: &Value) -> Result<Document, VexError> {
    let mut reading = Reading::new();
    let statements = match document.get("statements") {
        Some(Value::Array(all)) => all.as_slice(),
        None | Some(Value::Null) => &[],
        Some(_) => return Err(VexError::NoList { field: "statements" }),
    };
    let time = reading.time(document, &["last_updated", "timestamp"], "");
    for (number, value) in statements.iter().enumerate() {
        let pointer = format!("/statements/{number}");
        let own = reading.time(value, &["last_updated", "timestamp"], &pointer);
        let Some(ids) = ids(value) else {
            reading.remark(pointer, "the statement names no vulnerability");
            continue;
        };
        let Some(status) = status(value, &pointer, &mut reading) else { continue };
        let covers = covers(value, &pointer, &mut reading);
        if covers.is_empty() {
            reading.remark(pointer, "the statement names no package by a package URL");
            continue;
        }
        reading.add(Statement {
            ids,
            covers,
            status,
            notes: words(value, "status_notes"),
            time: own.or(time),
            pointer,
        })?;
    }
    Ok(reading.done(Format::OpenVex))
}

/// Names of the flaw, the main one first.
fn ids(statement: &Value) -> Option<Vec<String>> {
    let vulnerability = statement.get("vulnerability")?;
    let main = match vulnerability {
        Value::String(name) => Some(name.as_str()),
        _ => text(vulnerability, "name").or_else(|| {
            // The address of a page ends with the name.
            text(vulnerability, "@id")?.trim_end_matches('/').rsplit('/').next()
        }),
    };
    let main = main.map(str::trim).filter(|name| !name.is_empty())?;
    let mut ids = vec![main.to_owned()];
    let others = list(vulnerability, "aliases").filter_map(Value::as_str).map(str::trim);
    ids.extend(others.filter(|it| !it.is_empty() && *it != main).map(str::to_owned));
    Some(ids)
}

fn status(value: &Value, pointer: &str, reading: &mut Reading) -> Option<Status> {
    let place = format!("{pointer}/status");
    let Some(label) = text(value, "status") else {
        reading.remark(place, "the statement has no status");
        return None;
    };
    match label {
        "affected" => Some(Status::Affected { action: words(value, "action_statement") }),
        "fixed" => Some(Status::Fixed),
        "under_investigation" => Some(Status::UnderInvestigation),
        "not_affected" => {
            let impact = words(value, "impact_statement");
            let label = text(value, "justification");
            let justification = label.and_then(Justification::of);
            if let (Some(label), None) = (label, justification) {
                let what = format!("`{}` is no justification of OpenVEX", short(label));
                reading.remark(format!("{pointer}/justification"), what);
            }
            if justification.is_none() && impact.is_none() {
                let what = "`not_affected` needs a justification or an impact statement";
                reading.remark(place, what);
                return None;
            }
            Some(Status::NotAffected { justification, impact })
        }
        other => {
            reading.remark(place, format!("`{}` is no status of OpenVEX", short(other)));
            None
        }
    }
}

fn covers(statement: &Value, pointer: &str, reading: &mut Reading) -> Vec<Cover> {
    let mut covers = Vec::new();
    // In 0.0.1 the parts stand beside the products and hold for all of them.
    let shared: Vec<&Value> = list(statement, "subcomponents").collect();
    for (number, product) in list(statement, "products").enumerate() {
        let place = format!("{pointer}/products/{number}");
        let own: Vec<&Value> = list(product, "subcomponents").collect();
        let (parts, holder) = match (own.is_empty(), shared.is_empty()) {
            (false, _) => (own, format!("{place}/subcomponents")),
            (true, false) => (shared.clone(), format!("{pointer}/subcomponents")),
            (true, true) => {
                covers.extend(cover(product, &place, reading));
                continue;
            }
        };
        let name = name_of(product);
        for (number, part) in parts.into_iter().enumerate() {
            let part = cover(part, &format!("{holder}/{number}"), reading);
            covers.extend(part.map(|part| Cover { product: Some(name.clone()), ..part }));
        }
    }
    covers
}

/// How a product is called: its id, or else its package URL.
fn name_of(product: &Value) -> String {
    let id = product.as_str().or_else(|| text(product, "@id"));
    let purl = || product.get("identifiers").and_then(|it| text(it, "purl"));
    short(id.or_else(purl).unwrap_or("a product without a name")).to_owned()
}

/// A package; what has no package URL is told.
fn cover(value: &Value, place: &str, reading: &mut Reading) -> Option<Cover> {
    let identifiers = value.get("identifiers").unwrap_or(&Value::Null);
    let id = value.as_str().or_else(|| text(value, "@id"));
    let named = text(identifiers, "purl").or(id.filter(|id| id.starts_with("pkg:")));
    let Some(named) = named else {
        let what = format!("`{}` has no package URL: no package is found by it", name_of(value));
        reading.remark(place, what);
        return None;
    };
    match PackageUrl::parse(named) {
        Ok(purl) => Some(Cover::of(purl)),
        Err(error) => {
            reading.remark(place, format!("`{}` is no package URL: {error}", short(named)));
            None
        }
    }
}
