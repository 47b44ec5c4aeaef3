//! Statements written in both formats. The same statements always become the same documents: ids are made of
//! the content, and the time is the caller's.

use std::collections::BTreeMap;

use package_url::{PackageUrl, Parts};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::{Judged, Justification, Status};

/// What a document says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About<'a> {
    /// Name of the application that has the packages.
    pub application: &'a str,
    /// Version of this program.
    pub version: &'a str,
    /// When it is written, RFC 3339 in UTC.
    pub time: &'a str,
}

impl About<'_> {
    fn application(&self) -> &str {
        if self.application.is_empty() { "application" } else { self.application }
    }
}

/// An `OpenVEX` 0.2.0 document. The application is the product, and packages
/// are its subcomponents: what is said holds for it and for no other use of the package.
#[must_use]
pub fn write_openvex(all: &[Judged], about: &About<'_>) -> Value {
    let name = about.application();
    let parts = Parts { kind: "generic".to_owned(), name: name.to_owned(), ..Parts::default() };
    let product = PackageUrl::build(parts).map_or_else(|_| name.to_owned(), |it| it.to_string());
    let statements: Vec<Value> = all.iter().map(|it| openvex_statement(it, &product)).collect();
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": identity(all, about),
        "author": "faasguard",
        "role": "Document Creator",
        "timestamp": about.time,
        "version": 1,
        "tooling": format!("faasguard {}", about.version),
        "statements": statements,
    })
}

fn openvex_statement(one: &Judged, product: &str) -> Value {
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| {
        all.insert(name.to_owned(), value);
    };
    let mut vulnerability = json!({"name": one.ids.first()});
    let aliases: Vec<&String> = one.ids.iter().skip(1).collect();
    if let (Some(flaw), false) = (vulnerability.as_object_mut(), aliases.is_empty()) {
        flaw.insert("aliases".to_owned(), json!(aliases));
    }
    put("vulnerability", vulnerability);
    put("products", json!([{"@id": product, "subcomponents": [{"@id": one.purl}]}]));
    put("status", one.status.openvex().into());
    if let Some(time) = one.time {
        put("timestamp", time.to_string().into());
    }
    match &one.status {
        Status::NotAffected { justification, impact } => {
            let label = justification.and_then(Justification::openvex);
            if let Some(label) = label {
                put("justification", label.into());
            }
            // Either of both must be there.
            let own = justification.filter(|_| label.is_none()).map(Justification::label);
            let words = joined(own, impact.as_deref());
            let needed = label.is_none().then(|| "not affected".to_owned());
            if let Some(words) = words.or(needed) {
                put("impact_statement", words.into());
            }
        }
        Status::Affected { action } => {
            let action = action.as_deref().unwrap_or("no action is known");
            put("action_statement", action.into());
        }
        Status::Fixed | Status::UnderInvestigation => {}
    }
    if let Some(notes) = &one.notes {
        put("status_notes", notes.as_str().into());
    }
    Value::Object(all)
}

/// A `CycloneDX` 1.6 document: the packages with what is said of each.
#[must_use]
pub fn write_cyclonedx(all: &[Judged], about: &About<'_>) -> Value {
    let name = about.application();
    let packages: BTreeMap<&str, Value> =
        all.iter().map(|it| (it.purl.as_str(), component(&it.purl))).collect();
    let vulnerabilities: Vec<Value> = all.iter().map(vulnerability).collect();
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": identity(all, about),
        "version": 1,
        "metadata": {
            "timestamp": about.time,
            "tools": {"components": [
                {"type": "application", "name": "faasguard", "version": about.version},
            ]},
            "component":
                {"type": "application", "bom-ref": format!("application:{name}"), "name": name},
        },
        "components": packages.into_values().collect::<Vec<_>>(),
        "vulnerabilities": vulnerabilities,
    })
}

fn component(purl: &str) -> Value {
    let mut all = Map::new();
    let mut put = |name: &str, value: &str| {
        all.insert(name.to_owned(), value.into());
    };
    put("type", "library");
    put("bom-ref", purl);
    match purl.parse::<PackageUrl>() {
        Ok(read) => {
            if let Some(namespace) = read.namespace() {
                put("group", namespace);
            }
            put("name", read.name());
            if let Some(version) = read.version() {
                put("version", version);
            }
        }
        Err(_) => put("name", purl),
    }
    put("purl", purl);
    Value::Object(all)
}

fn vulnerability(one: &Judged) -> Value {
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| {
        all.insert(name.to_owned(), value);
    };
    if let Some(id) = one.ids.first() {
        put("id", id.as_str().into());
        put("source", source_json(id));
    }
    let others = one.ids.iter().skip(1).map(|id| json!({"id": id, "source": source_json(id)}));
    let others: Vec<Value> = others.collect();
    if !others.is_empty() {
        put("references", others.into());
    }
    if let Status::Affected { action: Some(action) } = &one.status {
        put("recommendation", action.as_str().into());
    }
    put("analysis", one.analysis().json());
    put("affects", json!([{"ref": one.purl}]));
    Value::Object(all)
}

/// What `CycloneDX` says of a flaw (`analysis`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// The state: `not_affected`.
    pub state: &'static str,
    /// The justification, when there is one of its labels.
    pub justification: Option<&'static str>,
    /// In words.
    pub detail: Option<String>,
    /// When it was said, RFC 3339.
    pub time: Option<String>,
}

impl Analysis {
    /// The object of the JSON form.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut all = Map::new();
        all.insert("state".to_owned(), self.state.into());
        if let Some(label) = self.justification {
            all.insert("justification".to_owned(), label.into());
        }
        if let Some(words) = &self.detail {
            all.insert("detail".to_owned(), words.as_str().into());
        }
        if let Some(time) = &self.time {
            all.insert("lastUpdated".to_owned(), time.as_str().into());
        }
        Value::Object(all)
    }
}

impl Judged {
    /// The analysis of it. What to do about a flaw is the recommendation beside it.
    #[must_use]
    pub fn analysis(&self) -> Analysis {
        let mut detail = self.notes.clone();
        let mut label = None;
        if let Status::NotAffected { justification, impact } = &self.status {
            label = justification.and_then(Justification::cyclonedx);
            let own = justification.filter(|_| label.is_none()).map(Justification::label);
            detail = joined(joined(own, impact.as_deref()).as_deref(), detail.as_deref());
        }
        Analysis {
            state: self.status.cyclonedx(),
            justification: label,
            detail,
            time: self.time.map(|time| time.to_string()),
        }
    }
}

fn joined(one: Option<&str>, other: Option<&str>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("{one}: {other}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

/// Who keeps the advisory of an id, and the address of its page; none for an id that no address can hold.
#[must_use]
pub fn source(id: &str) -> (&'static str, Option<String>) {
    let (name, page) = match id.split('-').next() {
        Some("GHSA") => ("GitHub Advisories", "https://github.com/advisories/"),
        Some("CVE") => ("NVD", "https://nvd.nist.gov/vuln/detail/"),
        _ => ("OSV", "https://osv.dev/vulnerability/"),
    };
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte));
    (name, is_plain.then(|| format!("{page}{id}")))
}

fn source_json(id: &str) -> Value {
    match source(id) {
        (name, Some(page)) => json!({"name": name, "url": page}),
        (name, None) => json!({"name": name}),
    }
}

/// `urn:uuid:…` (version 8 of RFC 9562) out of everything but the time of writing.
fn identity(all: &[Judged], about: &About<'_>) -> String {
    // The debug form names every field; it needs to be stable within one version only.
    let digest = Sha256::digest(format!("{} {} {all:?}", about.application(), about.version));
    let mut text = String::from("urn:uuid:");
    for (place, byte) in digest.iter().take(16).enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let byte = match place {
            6 => byte & 0x0f | 0x80,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}
