//! `faasguard package inspect`

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::PathBuf,
    process::ExitCode,
    thread,
};

use anyhow::Context as _;
use attestation::Digest;
use clap::{Args, ValueEnum};
use code_package::{Audit, Entry, Limits, Listed, NotLookedAt, Package};
use component::{Component, Inventory, Remark, RemarkKind};
use finding::Severity;
use inventory::{Mount, Part, Runtime};
use package_files::{Archive, Mapped};
use serde_json::{Value, json};

use super::{
    digests::sha256,
    flaws::{Flaws, look_up},
    severity::{FailOn, severity},
};
use crate::output;

/// Exit code when an anomaly or a known flaw is bad enough.
const ANOMALIES: u8 = 1;
/// Exit code with `--strict` when something was not looked at.
const NOT_LOOKED_AT: u8 = 3;

/// `package inspect`
#[derive(Args, Debug)]
pub(crate) struct InspectOptions {
    /// Package of a function or layer
    #[arg(value_name = "ZIP")]
    pub(crate) package: PathBuf,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Form,
    /// Exit with 1 when an anomaly or a known flaw is at least this bad (critical, high, medium, low,
    /// never), or an anomaly of this kind (`path-traversal`); may be given several times
    #[arg(long, value_name = "SEVERITY|KIND", default_value = "medium")]
    pub(crate) fail_on: Vec<FailOn>,
    /// Exit with 3 when the contents of an entry were not looked at
    #[arg(long)]
    pub(crate) strict: bool,
    /// Look at the structure alone, without unpacking anything
    #[arg(long)]
    pub(crate) structure_only: bool,
    /// Tell every entry, too
    #[arg(long)]
    pub(crate) entries: bool,
    /// Index of advisories (`faasguard vulndb`) that its packages are looked up in
    #[arg(long, value_name = "FILE", conflicts_with = "structure_only")]
    pub(crate) vulndb: Option<PathBuf>,
    /// Refuse an index that is older than so many days
    #[arg(long, value_name = "DAYS", requires = "vulndb")]
    pub(crate) max_age: Option<u32>,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Lines to read
    #[value(alias = "terminal")]
    Text,
    /// All that is known, for programs
    Json,
}

/// Runs the command.
pub(crate) fn run(options: &InspectOptions) -> anyhow::Result<ExitCode> {
    let shown = options.package.display();
    let file = Mapped::open(&options.package).with_context(|| format!("cannot read `{shown}`"))?;
    // Nothing is as slow as the digest, which cannot be shared out: it runs beside the rest.
    let (sha256, (archive, audit, inventory)) = thread::scope(|scope| {
        let digest = thread::Builder::new().spawn_scoped(scope, || sha256(&file));
        let archive = Archive::new(&file, &Limits::default());
        let rest = if options.structure_only {
            let anomalies = archive.package().anomalies().clone();
            (archive, Audit { anomalies, ..Audit::default() }, None)
        } else {
            let (audit, inventory) = look_into(&archive);
            (archive, audit, Some(inventory))
        };
        let digest = digest.ok().and_then(|it| it.join().ok());
        (digest.unwrap_or_else(|| sha256(&file)), rest)
    });
    let package = archive.package();
    let purls = |inventory: &Inventory| inventory.components.iter().map(Component::purl).collect();
    let components = inventory.as_ref().map(purls);
    let flaws = match options.vulndb.as_ref().zip(inventory) {
        Some((index, inventory)) => Some(look_up(index, options.max_age, inventory)?),
        None => None,
    };
    let result = Result { sha256, bytes: file.len(), package, audit: &audit, components, flaws };
    let text = match options.format {
        Form::Text => result.text(options),
        Form::Json => serde_json::to_string_pretty(&result.json(options))?,
    };
    output::print(&text)?;
    let is_flawed = |it: &FailOn| {
        let mut severities = result.flaws.iter().flat_map(Flaws::severities);
        severities.any(|severity| it.fails_for(severity))
    };
    if options.fail_on.iter().any(|it| it.fails(&audit.anomalies) || is_flawed(it)) {
        return Ok(ExitCode::from(ANOMALIES));
    }
    let left_out = options.structure_only || !audit.not_looked_at.is_empty();
    let is_incomplete = left_out || package.uncatalogued() > 0;
    let code = if options.strict && is_incomplete { NOT_LOOKED_AT } else { 0 };
    Ok(ExitCode::from(code))
}

/// Goes through the contents: what is odd, and of which packages they consist.
fn look_into(archive: &Archive<'_>) -> (Audit, Inventory) {
    let part = Part { prefix: "", mount: Mount::Either, files: archive };
    let inventory = inventory::take(&Runtime::Other, &[part]).inventory;
    let mut audit = archive.audit();
    let known: HashSet<String> =
        audit.not_looked_at.iter().map(|left| left.entry.clone()).collect();
    // What the archive tells of itself stands in its audit.
    let is_news = |it: &&Remark| {
        it.kind != RemarkKind::Odd && !it.path.is_empty() && !known.contains(&it.path)
    };
    audit.not_looked_at.extend(inventory.remarks.iter().filter(is_news).map(|it| {
        let reason = format!("its components are not all known: {}", it.what);
        NotLookedAt { entry: it.path.clone(), reason }
    }));
    (audit, inventory)
}

struct Result<'r> {
    sha256: Digest,
    bytes: usize,
    package: &'r Package<'r>,
    audit: &'r Audit,
    /// Package URLs; `None` when nobody looked for them.
    components: Option<BTreeSet<String>>,
    /// What is known of them; `None` when no index was given.
    flaws: Option<Flaws>,
}

impl Result<'_> {
    fn json(&self, options: &InspectOptions) -> Value {
        let Self { sha256, bytes, package, audit, components, flaws } = self;
        let anomalies = audit.anomalies.kept().iter().map(|it| {
            json!({
                "kind": it.kind.as_str(),
                "severity": severity(it.kind).as_str(),
                "entry": it.entry,
                "message": it.message,
            })
        });
        let left_out: BTreeMap<_, _> =
            audit.anomalies.left_out().iter().map(|(kind, more)| (kind.as_str(), more)).collect();
        let not_looked_at = audit.not_looked_at.iter();
        let mut json = json!({
            "schema": "faasguard-package/1",
            "sha256": sha256.hex(),
            "code_sha256": sha256.base64(),
            "entries": package.entries().len(),
            "bytes": bytes,
            "unpacked_bytes": package.unpacked(),
            "archives_within": audit.archives,
            "anomalies": anomalies.collect::<Vec<_>>(),
            "anomalies_left_out": left_out,
            "contents": if options.structure_only { "not-looked-at" } else { "looked-at" },
            "not_looked_at": not_looked_at
                .map(|it| json!({"entry": it.entry, "reason": it.reason}))
                .collect::<Vec<_>>(),
            "more_not_looked_at": audit.more_not_looked_at,
            "entries_not_catalogued": package.uncatalogued(),
            "components_looked_at": components.is_some(),
            "components": components.iter().flatten()
                .map(|purl| component_json(purl, flaws.as_ref()))
                .collect::<Vec<_>>(),
        });
        if let (Some(flaws), Some(fields)) = (flaws, json.as_object_mut()) {
            fields.insert("vulndb".to_owned(), flaws.index().clone());
        }
        if options.entries
            && let Some(fields) = json.as_object_mut()
        {
            let catalogue = package.entries().iter().map(entry_json).collect();
            fields.insert("catalogue".to_owned(), Value::Array(catalogue));
        }
        json
    }

    fn text(&self, options: &InspectOptions) -> String {
        let Self { sha256, bytes, package, audit, components, flaws } = self;
        let mut lines = vec![
            format!(
                "{}: {} entries, {bytes} bytes",
                options.package.display(),
                package.entries().len(),
            ),
            format!("sha256 {}, CodeSha256 {}", sha256.hex(), sha256.base64()),
        ];
        let mut found: Vec<_> = audit.anomalies.kept().iter().collect();
        found.sort_by_key(|it| std::cmp::Reverse(severity(it.kind)));
        for it in found {
            let entry = it.entry.as_ref().map_or(String::new(), |entry| format!(" `{entry}`:"));
            let severity: Severity = severity(it.kind);
            lines.push(format!("{severity:8} {}{entry} {}", it.kind, it.message));
        }
        for (kind, more) in audit.anomalies.left_out() {
            lines.push(format!("{more} more of kind {kind}"));
        }
        if audit.anomalies.counts().is_empty() {
            lines.push("no anomaly".to_owned());
        }
        for it in &audit.not_looked_at {
            lines.push(format!("not looked at: `{}`: {}", it.entry, it.reason));
        }
        if audit.more_not_looked_at > 0 {
            lines.push(format!("not looked at: {} more entries", audit.more_not_looked_at));
        }
        if options.structure_only {
            lines.push("not looked at: contents of all entries".to_owned());
        }
        match components {
            None => {
                lines.push("not looked at: which components the package consists of".to_owned());
            }
            Some(purls) => {
                for purl in purls {
                    lines.push(format!("component {purl}"));
                    lines.extend(flaws.iter().flat_map(|it| it.lines(purl)));
                }
            }
        }
        if let Some(index) = flaws.as_ref().map(Flaws::index) {
            let text = |key: &str| index[key].as_str().unwrap_or_default().to_owned();
            let (advisories, date, sha256) = (&index["advisories"], text("date"), text("sha256"));
            lines.push(format!("looked up in {advisories} advisories of {date} (sha256 {sha256})"));
        }
        if options.entries {
            for it in package.entries() {
                lines.push(format!(
                    "{:>12} {:08x} {}{}",
                    it.size,
                    it.crc32,
                    it.path(),
                    told_by(it)
                ));
            }
        }
        // A name with a line break must not pass for a line of ours.
        lines.iter().map(|line| report::visible(line)).collect::<Vec<_>>().join("\n")
    }
}

/// What tells of an entry, unless it is the directory.
fn told_by(entry: &Entry<'_>) -> &'static str {
    match entry.listed {
        Listed::Directory => "",
        Listed::OtherDirectory => " (in a second directory)",
        Listed::LocalHeaderOnly => " (in a local header only)",
    }
}

fn component_json(purl: &str, flaws: Option<&Flaws>) -> Value {
    let Some(flaws) = flaws else { return json!({"purl": purl}) };
    let undecided = flaws.undecided(purl);
    let mut json = json!({"purl": purl, "vulnerabilities": flaws.json(purl)});
    if let Some(fields) = json.as_object_mut().filter(|_| !undecided.is_empty()) {
        fields.insert("undecided".to_owned(), json!(undecided));
    }
    json
}

fn entry_json(entry: &Entry<'_>) -> Value {
    let other_names = entry.other_names.iter().map(|name| String::from_utf8_lossy(name));
    json!({
        "name": entry.path(),
        "other_names": other_names.collect::<Vec<_>>(),
        "listed": match entry.listed {
            Listed::Directory => "directory",
            Listed::OtherDirectory => "other-directory",
            Listed::LocalHeaderOnly => "local-header-only",
        },
        "method": entry.method,
        "crc32": format!("{:08x}", entry.crc32),
        "packed_bytes": entry.packed,
        "bytes": entry.size,
        "mode": entry.mode().map(|mode| format!("{mode:o}")),
    })
}
