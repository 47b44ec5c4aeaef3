//! SPDX 2.3 as JSON.

use std::collections::BTreeMap;

use component::Algorithm;
use serde_json::{Map, Value, json};

use crate::{Bill, Flaw, Licence, Part, PartKind, licence::is_expression, serial::serial_number};

const NOT_SAID: &str = "NOASSERTION";
const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// The document, with a line break at its end.
#[must_use]
pub fn write_spdx(bill: &Bill) -> String {
    let names: BTreeMap<&str, String> =
        std::iter::once((&*bill.root.reference, "SPDXRef-Root".to_owned()))
            .chain(bill.parts.iter().zip(1_usize..).map(|(part, number)| {
                (&*part.reference, format!("SPDXRef-Package-{number}-{}", id_string(&part.name)))
            }))
            .collect();
    let name_of = |reference: &str| names.get(reference).map_or("", String::as_str);
    let serial = serial_number(bill);
    let serial = serial.strip_prefix("urn:uuid:").unwrap_or(&serial);
    let mut creators = Vec::new();
    if let Some((name, version)) = &bill.tool {
        let version = version.as_ref().map_or(String::new(), |version| format!("-{version}"));
        creators.push(format!("Tool: {name}{version}"));
    }
    let packages: Vec<Value> = std::iter::once(&bill.root)
        .chain(&bill.parts)
        .map(|part| package(part, name_of(&part.reference), &bill.flaws))
        .collect();
    let mut document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT,
        "name": bill.root.name,
        "documentNamespace":
            format!("https://spdx.org/spdxdocs/{}-{serial}", id_string(&bill.root.name)),
        "creationInfo": {
            "created": bill.time.as_deref().unwrap_or("1970-01-01T00:00:00Z"),
            "creators": creators,
        },
        "packages": packages,
        "relationships": relationships(bill, &name_of),
    });
    let remarks: Vec<&str> = bill.properties.iter().map(|it| it.value.as_str()).collect();
    if let (Some(document), false) = (document.as_object_mut(), remarks.is_empty()) {
        document.insert("comment".to_owned(), remarks.join("\n").into());
    }
    format!("{document:#}\n")
}

/// Letters, digits, dots and hyphens: what an identifier of SPDX may hold.
fn id_string(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    text.chars().take(64).map(plain).collect()
}

fn package(part: &Part, id: &str, flaws: &[Flaw]) -> Value {
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| {
        all.insert(name.to_owned(), value);
    };
    put("SPDXID", id.into());
    let name = match (&part.group, part.kind) {
        (Some(group), _) if part.purl.as_ref().is_some_and(|it| it.starts_with("pkg:maven/")) => {
            format!("{group}:{}", part.name)
        }
        (Some(group), _) => format!("{group}/{}", part.name),
        (None, _) => part.name.clone(),
    };
    put("name", name.into());
    if let Some(version) = &part.version {
        put("versionInfo", version.as_str().into());
    }
    let purpose = match part.kind {
        PartKind::Application => "APPLICATION",
        PartKind::Library => "LIBRARY",
        PartKind::Layer => "ARCHIVE",
    };
    put("primaryPackagePurpose", purpose.into());
    let location =
        part.links.first().map_or(NOT_SAID.to_owned(), |link| location(&link.kind, &link.url));
    put("downloadLocation", location.into());
    put("filesAnalyzed", false.into());
    let checksums: Vec<Value> = part
        .digests
        .iter()
        .filter_map(|it| {
            Some(json!({"algorithm": spdx_name(it.algorithm)?, "checksumValue": it.hex}))
        })
        .collect();
    if !checksums.is_empty() {
        put("checksums", checksums.into());
    }
    put("licenseConcluded", NOT_SAID.into());
    let (declared, words) = licences(&part.licences);
    put("licenseDeclared", declared.into());
    if let Some(words) = words {
        put("licenseComments", words.into());
    }
    put("copyrightText", NOT_SAID.into());
    let references = references(part, flaws);
    if !references.is_empty() {
        put("externalRefs", references.into());
    }
    let seen: Vec<String> = part
        .occurrences
        .iter()
        .map(|it| match it.line {
            Some(line) => format!("{}:{line}", it.path),
            None => it.path.clone(),
        })
        .collect();
    if !seen.is_empty() {
        put("sourceInfo", format!("seen in {}", seen.join(", ")).into());
    }
    Value::Object(all)
}

/// The package URL, and the advisories about it.
fn references(part: &Part, flaws: &[Flaw]) -> Vec<Value> {
    let reference = |category: &str, kind: &str, locator: &str| json!({"referenceCategory": category, "referenceType": kind, "referenceLocator": locator});
    let mut all: Vec<Value> =
        part.purl.iter().map(|purl| reference("PACKAGE-MANAGER", "purl", purl)).collect();
    let of_part = flaws.iter().filter(|flaw| flaw.affects.contains(&part.reference));
    for id in of_part.filter_map(|flaw| flaw.ids.first()) {
        // A locator holds no blanks.
        let page = vex::source(id).1.filter(|page| !page.contains(' '));
        all.extend(page.map(|page| reference("SECURITY", "advisory", &page)));
    }
    all
}

/// Where it was taken from, in the notation of SPDX.
fn location(kind: &str, url: &str) -> String {
    let is_plain = ["http://", "https://", "ftp://", "ssh://", "git://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    match url.split_once("://") {
        Some(_) if kind == "vcs" && is_plain => format!("git+{url}"),
        Some(_) if is_plain || url.starts_with("git+") => url.to_owned(),
        // `git@host:path` is no address there.
        None | Some(_) => NOT_SAID.to_owned(),
    }
}

fn spdx_name(algorithm: Algorithm) -> Option<&'static str> {
    Some(match algorithm {
        Algorithm::Md5 => "MD5",
        Algorithm::Sha1 => "SHA1",
        Algorithm::Sha224 => "SHA224",
        Algorithm::Sha256 => "SHA256",
        Algorithm::Sha384 => "SHA384",
        Algorithm::Sha512 => "SHA512",
        Algorithm::Blake2b256 => "BLAKE2b-256",
        Algorithm::YarnCache | Algorithm::GoModule => return None,
    })
}

/// The expression, and the words of what cannot be one. Several licences without a word between
/// them may mean that all hold or that one may be chosen; only that all are named is sure.
fn licences(all: &[Licence]) -> (String, Option<String>) {
    let texts: Vec<&str> = all
        .iter()
        .map(|licence| match licence {
            Licence::Id(text) | Licence::Expression(text) | Licence::Named(text) => text.as_str(),
        })
        .collect();
    match texts.as_slice() {
        [] => (NOT_SAID.to_owned(), None),
        [one] if is_expression(one) => ((*one).to_owned(), None),
        several => (NOT_SAID.to_owned(), Some(format!("declared: {}", several.join("; ")))),
    }
}

fn relationships<'a>(bill: &Bill, name_of: &impl Fn(&str) -> &'a str) -> Value {
    let relation = |from: &str, kind: &str, to: &str| json!({"spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to});
    let root = name_of(&bill.root.reference);
    let mut all = vec![relation(DOCUMENT, "DESCRIBES", root)];
    for part in &bill.parts {
        all.push(relation(root, "CONTAINS", name_of(&part.reference)));
    }
    let layers: Vec<&str> = bill
        .parts
        .iter()
        .filter(|part| part.kind == PartKind::Layer)
        .map(|part| &*part.reference)
        .collect();
    for (from, targets) in &bill.depends {
        let kind = if layers.contains(&from.as_str()) { "CONTAINS" } else { "DEPENDS_ON" };
        for to in targets {
            all.push(relation(name_of(from), kind, name_of(to)));
        }
    }
    all.into()
}
