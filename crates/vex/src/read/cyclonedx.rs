//! `CycloneDX`: `vulnerabilities` with an `analysis`, about components of the same document or packages.

use std::collections::HashMap;

use package_url::PackageUrl;
use serde_json::Value;

use super::{Document, Format, Reading, VexError, list, short, text, words};
use crate::{Cover, Justification, Statement, Status, VersionRange, Versions};

/// Deepest nesting of components within each other.
const DEEPEST: usize = 64;

pub(super) fn read(document: &Value) -> Result<Document, VexError> {
    let mut reading = Reading::new();
    let vulnerabilities = match document.get("vulnerabilities") {
        Some(Value::Array(all)) => all.as_slice(),
        None | Some(Value::Null) => &[],
        Some(_) => return Err(VexError::NoList { field: "vulnerabilities" }),
    };
    let components = Components::of(document);
    let metadata = document.get("metadata").unwrap_or(&Value::Null);
    let time = reading.time(metadata, &["timestamp"], "/metadata");
    let mut without = 0;
    for (number, value) in vulnerabilities.iter().enumerate() {
        let pointer = format!("/vulnerabilities/{number}");
        let analysis = value.get("analysis").unwrap_or(&Value::Null);
        if analysis.get("state").is_none() {
            without += 1;
            continue;
        }
        let Some(status) = status(value, analysis, &pointer, &mut reading) else { continue };
        let names = ["lastUpdated", "firstIssued"];
        let own = reading.time(analysis, &names, &format!("{pointer}/analysis"));
        let own = own.or_else(|| reading.time(value, &["updated"], &pointer));
        let Some(ids) = ids(value) else {
            reading.remark(pointer, "the vulnerability has no id");
            continue;
        };
        let Covers { meant, apart } = covers(value, &status, &pointer, &components, &mut reading);
        if meant.is_empty() && apart.is_empty() {
            reading.remark(pointer, "no package of the statement is known");
            continue;
        }
        let needs_notes = matches!(status, Status::Fixed | Status::UnderInvestigation);
        let notes = words(analysis, "detail").filter(|_| needs_notes);
        let one = |covers, status, notes| Statement {
            ids: ids.clone(),
            covers,
            status,
            notes,
            time: own.or(time),
            pointer: pointer.clone(),
        };
        if !meant.is_empty() {
            reading.add(one(meant, status, notes))?;
        }
        if !apart.is_empty() {
            let impact = Some("the document lists the version as unaffected".to_owned());
            let status = Status::NotAffected { justification: None, impact };
            reading.add(one(apart, status, None))?;
        }
    }
    if without > 0 {
        let words = if without == 1 { "vulnerability has" } else { "vulnerabilities have" };
        let what =
            format!("{without} {words} no `analysis` with a `state`: nothing is said of them");
        reading.remark("/vulnerabilities", what);
    }
    Ok(reading.done(Format::CycloneDx))
}

fn ids(value: &Value) -> Option<Vec<String>> {
    let main = text(value, "id").map(str::trim).filter(|id| !id.is_empty())?;
    let mut ids = vec![main.to_owned()];
    let others = list(value, "references").filter_map(|it| text(it, "id")).map(str::trim);
    ids.extend(others.filter(|it| !it.is_empty() && *it != main).map(str::to_owned));
    Some(ids)
}

fn status(value: &Value, analysis: &Value, pointer: &str, reading: &mut Reading) -> Option<Status> {
    let detail = words(analysis, "detail");
    match analysis.get("state").and_then(Value::as_str) {
        Some("not_affected") => {
            let label = text(analysis, "justification");
            let justification = label.and_then(Justification::of);
            if let (Some(label), None) = (label, justification) {
                let what = format!("`{}` is no justification of CycloneDX", short(label));
                reading.remark(format!("{pointer}/analysis/justification"), what);
            }
            Some(Status::NotAffected { justification, impact: detail })
        }
        Some("false_positive") => {
            let impact = match detail {
                Some(detail) => format!("false positive: {detail}"),
                None => "false positive".to_owned(),
            };
            Some(Status::NotAffected { justification: None, impact: Some(impact) })
        }
        Some("exploitable") => {
            let responses = list(analysis, "response").filter_map(Value::as_str);
            let mut action: Vec<String> = responses.map(|it| it.replace('_', " ")).collect();
            action.extend(words(value, "recommendation"));
            action.extend(detail);
            let action = (!action.is_empty()).then(|| action.join("; "));
            Some(Status::Affected { action })
        }
        Some("in_triage") => Some(Status::UnderInvestigation),
        Some("resolved" | "resolved_with_pedigree") => Some(Status::Fixed),
        other => {
            let what = format!("`{}` is no state of CycloneDX", short(other.unwrap_or("?")));
            reading.remark(format!("{pointer}/analysis/state"), what);
            None
        }
    }
}

/// The packages of a vulnerability.
#[derive(Default)]
struct Covers {
    /// Those that the analysis is about.
    meant: Vec<Cover>,
    /// Those of which the document lists versions as unaffected while the analysis says otherwise.
    apart: Vec<Cover>,
}

fn covers(
    value: &Value,
    status: &Status,
    pointer: &str,
    components: &Components,
    reading: &mut Reading,
) -> Covers {
    let mut covers = Covers::default();
    for (number, affected) in list(value, "affects").enumerate() {
        let place = format!("{pointer}/affects/{number}");
        let Some(name) = text(affected, "ref") else {
            reading.remark(place, "`affects` has no `ref`");
            continue;
        };
        let purl = match components.resolve(name) {
            Ok(purl) => purl,
            Err(why) => {
                reading.remark(place, why);
                continue;
            }
        };
        let listed: Vec<&Value> = list(affected, "versions").collect();
        let cover = |versions| Cover { versions, ..Cover::of(purl.clone()) };
        if listed.is_empty() {
            covers.meant.push(cover(Versions::AsNamed));
            continue;
        }
        let (mut meant, mut apart) = (Vec::new(), Vec::new());
        for (number, one) in listed.into_iter().enumerate() {
            let place = format!("{place}/versions/{number}");
            let Some(range) = range(one, &place, reading) else { continue };
            match (text(one, "status"), status.settles()) {
                (None | Some("unaffected"), true)
                | (None | Some("affected" | "unknown"), false) => meant.push(range),
                (Some("unaffected"), false) => apart.push(range),
                (Some(label), _) => {
                    let what = format!(
                        "the version is listed as `{}`, the analysis says `{}`: nothing is taken from it",
                        short(label),
                        status.cyclonedx(),
                    );
                    reading.remark(place, what);
                }
            }
        }
        for (ranges, into) in [(meant, &mut covers.meant), (apart, &mut covers.apart)] {
            if !ranges.is_empty() {
                into.push(cover(Versions::Listed(ranges)));
            }
        }
    }
    covers
}

fn range(value: &Value, place: &str, reading: &mut Reading) -> Option<VersionRange> {
    if let Some(version) = text(value, "version") {
        return Some(VersionRange::only(version.trim()));
    }
    let range = text(value, "range").unwrap_or_default();
    let read = VersionRange::parse(range);
    if read.is_none() {
        let what = format!("`{}` is no range in the notation `vers`", short(range));
        reading.remark(place, what);
    }
    read
}

/// The components of a document, by their references.
struct Components<'a> {
    by_reference: HashMap<&'a str, &'a Value>,
    /// What a link to the document itself begins with.
    own: Option<String>,
}

impl<'a> Components<'a> {
    fn of(document: &'a Value) -> Self {
        let mut by_reference = HashMap::new();
        let root = document.get("metadata").and_then(|it| it.get("component"));
        let mut open: Vec<(&Value, usize)> = root.map(|it| (it, 0)).into_iter().collect();
        open.extend(list(document, "components").map(|it| (it, 0)));
        open.extend(list(document, "services").map(|it| (it, 0)));
        while let Some((value, depth)) = open.pop() {
            if let Some(reference) = text(value, "bom-ref") {
                by_reference.entry(reference).or_insert(value);
            }
            if depth < DEEPEST {
                open.extend(list(value, "components").map(|it| (it, depth + 1)));
            }
        }
        let serial = text(document, "serialNumber").and_then(|it| it.strip_prefix("urn:uuid:"));
        Self { by_reference, own: serial.map(|it| format!("urn:cdx:{it}/")) }
    }

    /// The package of a reference, or why there is none.
    fn resolve(&self, reference: &str) -> Result<PackageUrl, String> {
        let component = self.by_reference.get(reference).copied();
        let link = reference.strip_prefix("urn:cdx:").filter(|_| component.is_none());
        let Some((_, element)) = link.and_then(|rest| rest.split_once('#')) else {
            return Self::package(reference, component);
        };
        let is_own = self.own.as_deref().is_some_and(|own| reference.starts_with(own));
        let own = |name: &str| self.by_reference.get(name).copied().filter(|_| is_own);
        let plain = decoded(element);
        // Not all writers encode the reference.
        let component = own(element).or_else(|| own(&plain));
        let element = if own(element).is_some() { element.to_owned() } else { plain };
        // Most programs name components by their package URLs, so that another document is not needed.
        Self::package(&element, component).map_err(|why| match (is_own, component) {
            (false, _) => format!(
                "`{}` names a part of another document that is no package URL",
                short(reference)
            ),
            (true, _) => why,
        })
    }

    fn package(reference: &str, component: Option<&Value>) -> Result<PackageUrl, String> {
        let own = component.and_then(|it| text(it, "purl"));
        let purl = own.or(reference.starts_with("pkg:").then_some(reference));
        let shown = short(reference);
        let Some(purl) = purl else {
            return Err(match component {
                Some(_) => format!("`{shown}` has no package URL: no package is found by it"),
                None => format!("`{shown}` names no component of the document"),
            });
        };
        PackageUrl::parse(purl).map_err(|error| format!("`{shown}` has no package URL: {error}"))
    }
}

/// Percent-encoded text; what is not stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|it| char::from(*it).to_digit(16));
        let escaped = digit(0).zip(digit(1)).filter(|_| *first == b'%');
        let byte = escaped.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
