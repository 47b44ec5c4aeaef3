//! `faasguard package inspect`

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use code_package::{Audit, Entry, File, Limits, Listed, Package};
use finding::Severity;
use serde_json::{Value, json};

use super::{
    mapped::Mapped,
    severity::{FailOn, severity},
};
use crate::output;

/// Exit code when an anomaly is bad enough.
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
    /// Exit with 1 when an anomaly is at least this bad (critical, high, medium, low, never) or of
    /// this kind (`path-traversal`); may be given several times
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
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Lines to read
    Text,
    /// All that is known, for programs
    Json,
}

/// Runs the command.
pub(crate) fn run(options: &InspectOptions) -> anyhow::Result<ExitCode> {
    let file = Mapped::open(&options.package)?;
    let limits = Limits::default();
    let package = Package::read(&file, &limits);
    let mut components = Components::default();
    let audit = if options.structure_only {
        Audit { anomalies: package.anomalies().clone(), ..Audit::default() }
    } else {
        code_package::audit(&package, &limits, &mut |it| components.look_at(it))
    };
    let result = Result { file: &file, package: &package, audit: &audit, components };
    let text = match options.format {
        Form::Text => result.text(options),
        Form::Json => serde_json::to_string_pretty(&result.json(options))?,
    };
    output::print(&text)?;
    if options.fail_on.iter().any(|it| it.fails(&audit.anomalies)) {
        return Ok(ExitCode::from(ANOMALIES));
    }
    let left_out = options.structure_only || !audit.not_looked_at.is_empty();
    let is_incomplete = left_out || package.uncatalogued() > 0;
    let code = if options.strict && is_incomplete { NOT_LOOKED_AT } else { 0 };
    Ok(ExitCode::from(code))
}

/// The packages of registries within the package.
#[derive(Default)]
struct Components {
    /// Package URLs; `None` as long as nobody looks for them.
    purls: Option<Vec<String>>,
}

impl Components {
    /// Sees every entry of every archive.
    #[expect(clippy::unused_self, reason = "the inventory readers are asked here")]
    fn look_at(&mut self, _file: &File<'_, '_>) {}
}

struct Result<'r> {
    file: &'r Mapped,
    package: &'r Package<'r>,
    audit: &'r Audit,
    components: Components,
}

impl Result<'_> {
    fn json(&self, options: &InspectOptions) -> Value {
        let Self { file, package, audit, components } = self;
        let anomalies = audit.anomalies.kept().iter().map(|it| {
            json!({
                "kind": it.kind.as_str(),
                "severity": severity(it.kind).as_str(),
                "entry": it.entry,
                "message": it.message,
            })
        });
        let left_out: BTreeMap<_, _> = audit
            .anomalies
            .left_out()
            .into_iter()
            .map(|(kind, more)| (kind.as_str(), more))
            .collect();
        let not_looked_at = audit.not_looked_at.iter();
        let mut json = json!({
            "schema": "faasguard-package/1",
            "sha256": file.sha256.hex(),
            "code_sha256": file.sha256.base64(),
            "entries": package.entries().len(),
            "bytes": file.len(),
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
            "components_looked_at": components.purls.is_some(),
            "components": components.purls.iter().flatten()
                .map(|purl| json!({"purl": purl}))
                .collect::<Vec<_>>(),
        });
        if options.entries
            && let Some(fields) = json.as_object_mut()
        {
            let catalogue = package.entries().iter().map(entry_json).collect();
            fields.insert("catalogue".to_owned(), Value::Array(catalogue));
        }
        json
    }

    fn text(&self, options: &InspectOptions) -> String {
        let Self { file, package, audit, components } = self;
        let mut lines = vec![
            format!(
                "{}: {} entries, {} bytes",
                options.package.display(),
                package.entries().len(),
                file.len()
            ),
            format!("sha256 {}, CodeSha256 {}", file.sha256.hex(), file.sha256.base64()),
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
        if components.purls.is_none() {
            lines.push("not looked at: which components the package consists of".to_owned());
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
