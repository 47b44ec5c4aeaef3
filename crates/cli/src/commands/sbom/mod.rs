//! `faasguard sbom`

mod flaws;
mod function;
mod marks;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
};

use ::sbom::{Bill, Spec, Subject, SubjectKind};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use component::RemarkKind;
use flaws::{Asked, Flaws};
use inventory::{FunctionInventory, Mount, Runtime};
use package_files::{OpenPart, Opened, Source};

use crate::{arguments::DeploymentOptions, output};

/// Exit code when something was not read.
const NOT_READ: u8 = 3;
/// Remarks that are shown; the rest is counted, and all stand in the bill.
const MOST_REMARKS: usize = 50;

/// `sbom`
#[derive(Args, Debug)]
pub(crate) struct SbomOptions {
    /// Folder, ZIP, lock file, or a template for all of its functions; with --function, the template or
    /// the folder that holds it
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Form of the bill
    #[arg(long, value_enum, default_value = "cyclonedx-json")]
    pub(crate) format: Form,
    /// Version of the `CycloneDX` specification: 1.6 or 1.7
    #[arg(long, value_name = "VERSION", default_value = "1.6", value_parser = parse_spec)]
    pub(crate) spec: Spec,
    /// The bill of this function of a template with its layers, by its logical name
    #[arg(long, value_name = "NAME")]
    pub(crate) function: Option<String>,
    /// Index of advisories (`faasguard vulndb`): the bill tells the known flaws of its packages
    #[arg(long, value_name = "FILE")]
    pub(crate) vulndb: Option<PathBuf>,
    /// Refuse an index that is older than so many days
    #[arg(long, value_name = "DAYS")]
    pub(crate) max_age: Option<u32>,
    /// What is said of known flaws (`OpenVEX`, `CycloneDX`): stands with them; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) vex: Vec<PathBuf>,
    /// Write to a file and not to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 3 when something was not read
    #[arg(long)]
    pub(crate) strict: bool,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// Forms of the bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// `CycloneDX`, JSON
    CyclonedxJson,
    /// `CycloneDX`, XML
    CyclonedxXml,
    /// SPDX 2.3, JSON
    SpdxJson,
}

fn parse_spec(text: &str) -> Result<Spec, String> {
    Spec::of(text).ok_or_else(|| format!("`{text}` is no version that is written; 1.6 and 1.7 are"))
}

/// What was read, and of what.
struct Read {
    subject: Subject,
    found: FunctionInventory,
}

/// Runs the command.
pub(crate) fn run(options: &SbomOptions) -> anyhow::Result<ExitCode> {
    // An index that cannot answer ends the run before anything is called free of known flaws.
    let mut asked = Asked::open(options)?;
    let all = match &options.function {
        Some(name) => vec![function::read(&options.path, name, &options.deployment)?],
        None if is_template(&options.path) => {
            function::read_all(&options.path, &options.deployment)?
        }
        None => vec![read_path(&options.path)?],
    };
    let mut told = BTreeSet::new();
    let mut has_lost = false;
    for read in &all {
        has_lost |= tell(read, &mut told);
    }
    let left_out: usize = all.iter().map(|read| read.found.inventory.remarks_left_out).sum();
    let more = told.len().saturating_sub(MOST_REMARKS) + left_out;
    if more > 0 {
        eprintln!("… {more} more remarks");
    }
    let is_empty = all.iter().all(|read| read.found.inventory.components.is_empty());
    let time = super::time()?;
    let mut flaws = Flaws::new();
    if let Some(asked) = &mut asked {
        all.iter().try_for_each(|read| asked.add(&read.found.inventory, &mut flaws))?;
    }
    let of_each = all.into_iter().map(|Read { subject, found }| {
        let marks = marks::of(&found);
        let version = env!("CARGO_PKG_VERSION");
        ::sbom::collect(found.inventory, &subject, &marks, &time, version)
    });
    let mut bills: Vec<Bill> = of_each.collect();
    let mut bill = match bills.pop() {
        Some(only) if bills.is_empty() => only,
        last => {
            let name = options.path.file_stem().unwrap_or_default().to_string_lossy();
            ::sbom::combine(&name, bills.into_iter().chain(last).collect())
        }
    };
    if let Some(asked) = asked {
        asked.finish(flaws, &mut bill);
    }
    if options.format == Form::SpdxJson && bill.flaws.iter().any(|it| it.analysis.is_some()) {
        eprintln!(
            "note: SPDX 2.3 has no place for what is said of flaws: it names advisories only"
        );
    }
    let text = match options.format {
        Form::CyclonedxJson => ::sbom::write_json(&bill, options.spec),
        Form::CyclonedxXml => ::sbom::write_xml(&bill, options.spec),
        Form::SpdxJson => ::sbom::write_spdx(&bill),
    };
    match &options.output {
        Some(path) => output::write(path, &text)?,
        None => output::print(&text)?,
    }
    let fails = has_lost && (options.strict || is_empty);
    Ok(if fails { ExitCode::from(NOT_READ) } else { ExitCode::SUCCESS })
}

/// Whether a path is a file that may be a template: YAML or JSON that no package manager writes.
fn is_template(path: &Path) -> bool {
    let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    let is_text = ["yaml", "yml", "json", "template"].contains(&ending);
    is_text && path.is_file() && !inventory::reads(&path.to_string_lossy())
}

/// Reads a folder, an archive or one file.
fn read_path(path: &Path) -> anyhow::Result<Read> {
    let shown = path.display();
    let root = path.canonicalize().with_context(|| format!("cannot read `{shown}`"))?;
    let name = root.file_name().map_or("root".to_owned(), |it| it.to_string_lossy().into_owned());
    // A file may name others that lie beside it.
    let jail = if root.is_dir() { Some(root.as_path()) } else { root.parent() };
    let mut opened = Opened::default();
    let source = Source::open(&root, jail.unwrap_or(&root))
        .with_context(|| format!("cannot read `{shown}`"))?;
    opened.parts.push(OpenPart {
        prefix: String::new(),
        path: root.clone(),
        mount: Mount::Either,
        source,
    });
    let found = opened.take(&Runtime::Other).inventory;
    let kind = SubjectKind::Application;
    Ok(Read { subject: Subject { kind, name, runtime: None, layers: Vec::new() }, found })
}

/// Tells what was not read, or only with a doubt, and was not told of another function before; whether
/// something was lost.
fn tell(read: &Read, told: &mut BTreeSet<String>) -> bool {
    let Read { subject, found: FunctionInventory { inventory, .. } } = read;
    let mut say = |text: String| {
        if told.insert(text.clone()) && told.len() <= MOST_REMARKS {
            eprintln!("{}", report::visible(&text));
        }
    };
    for remark in &inventory.remarks {
        let word = if remark.kind == RemarkKind::Odd { "note" } else { "warning" };
        let line = remark.line.map_or(String::new(), |line| format!(":{line}"));
        say(format!("{word}: {}{line}: {}", remark.path, remark.what));
    }
    let unread = subject.layers.iter().filter(|layer| layer.prefix.is_none());
    for layer in unread.clone() {
        say(format!("warning: {}: the content of this layer is not here", layer.name));
    }
    let is_loss = |kind| kind != RemarkKind::Odd;
    inventory.remarks_left_out > 0
        || unread.count() > 0
        || inventory.remarks.iter().any(|remark| is_loss(remark.kind))
}
