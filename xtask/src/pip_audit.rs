//! `pip-audit [--program FILE] [--data DIR] [--all]`: flaws that pip-audit tells, and those that we tell.
//!
//! pip-audit asks a server on this machine (`scripts/osv_query.py`) that answers from the records of which
//! our index is made, and judges versions with pypa/packaging. The requirements are
//! `scripts/pip_audit_requirements.txt`, or with `--all` one affected version of each package of `PyPI` that
//! the records name. Without the data or pip-audit it says `skipped`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use advisory_files::Import;
use advisory_index::Index;
use component::{Component, Ecosystem, Inventory, lookup_name};
use package_version::Version;
use serde::Deserialize;

use crate::{Failure, Outcome, arguments::Arguments};

const RECORDS: &str = "osv/osv-demo.full.jsonl.zst";
const SERVER: &str = "xtask/scripts/osv_query.py";
const REQUIREMENTS: &str = "xtask/scripts/pip_audit_requirements.txt";

/// What pip-audit prints.
#[derive(Deserialize)]
struct Report {
    dependencies: Vec<Audited>,
}

#[derive(Deserialize)]
struct Audited {
    name: String,
    #[serde(default)]
    vulns: Vec<Flaw>,
    skip_reason: Option<String>,
}

#[derive(Deserialize)]
struct Flaw {
    id: String,
    aliases: Vec<String>,
    fix_versions: Vec<String>,
}

/// As much of a record as tells which versions it lists.
#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    affected: Vec<Affected>,
}

#[derive(Deserialize)]
struct Affected {
    package: Package,
    #[serde(default)]
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    ecosystem: String,
    name: String,
}

/// What we say of a package: all names of a flaw, and the version without any.
struct Ours {
    package: String,
    ids: BTreeSet<String>,
    fixed: Option<String>,
}

pub(crate) fn run(words: &[String]) -> Outcome {
    let mut arguments = Arguments::new(words);
    let program = arguments.value("--program")?.unwrap_or_else(|| "pip-audit".to_owned());
    let data = arguments.value("--data")?.map_or_else(|| "../shared/data".into(), PathBuf::from);
    let all = arguments.flag("--all");
    arguments.finish()?;
    let source = data.join(RECORDS);
    if !source.is_file() {
        println!("skipped: there is no file {}", source.display());
        return Ok(());
    }
    let Ok(version) = Command::new(&program).arg("--version").output() else {
        println!("skipped: there is no program `{program}`");
        return Ok(());
    };
    print!("{}", String::from_utf8_lossy(&version.stdout));
    let folder = std::env::temp_dir().join(format!("faasguard-pip-audit-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let outcome = compare(&program, &source, &folder, all);
    fs::remove_dir_all(&folder)?;
    outcome
}

fn compare(program: &str, source: &Path, folder: &Path, all: bool) -> Outcome {
    let records = folder.join("records.jsonl");
    let mut text = String::new();
    let packed = BufReader::new(fs::File::open(source)?);
    ruzstd::decoding::StreamingDecoder::new(packed)?.read_to_string(&mut text)?;
    fs::write(&records, &text)?;
    let pins = if all { every_package(&text)? } else { pins(&fs::read_to_string(REQUIREMENTS)?)? };
    let requirements = folder.join("requirements.txt");
    let lines: Vec<String> =
        pins.iter().map(|(name, version)| format!("{name}=={version}")).collect();
    fs::write(&requirements, lines.join("\n"))?;
    let theirs = audit(program, &records, &requirements, folder)?;
    let ours = matched(&records, &pins)?;
    report(&theirs, &ours)
}

/// Names and versions of lines `name==version`.
fn pins(text: &str) -> Result<Vec<(String, String)>, Failure> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, version) = line.split_once("==").ok_or_else(|| format!("odd `{line}`"))?;
            Ok((name.to_owned(), version.to_owned()))
        })
        .collect()
}

/// Of each package of `PyPI` the middle one of all versions that the records list.
fn every_package(records: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut versions: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for line in records.lines() {
        let record: Record = serde_json::from_str(line)?;
        for affected in record.affected.into_iter().filter(|it| it.package.ecosystem == "PyPI") {
            let listed = affected.versions.iter().map(|it| Version::parse(Ecosystem::PyPI, it));
            versions
                .entry(lookup_name(Ecosystem::PyPI, &affected.package.name))
                .or_default()
                .extend(listed.filter(Version::is_valid));
        }
    }
    let mut pins = Vec::new();
    for (name, mut versions) in versions {
        versions.sort_by(|a, b| a.sort_key().cmp(b.sort_key()));
        versions.dedup();
        if let Some(version) = versions.get(versions.len() / 2) {
            pins.push((name, version.to_string()));
        }
    }
    Ok(pins)
}

/// Runs pip-audit against the server.
fn audit(
    program: &str,
    records: &Path,
    requirements: &Path,
    cache: &Path,
) -> Result<Report, Failure> {
    // The server needs `packaging`, which stands beside pip-audit in its environment.
    let python = Path::new(program).with_file_name("python3");
    let python = if python.is_file() { python } else { "python3".into() };
    let mut command = Command::new(python);
    command.arg(SERVER).arg(records).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut server = Ended(command.spawn()?);
    let mut port = String::new();
    let stdout = server.0.stdout.take().ok_or("the server has no standard output")?;
    BufReader::new(stdout).read_line(&mut port)?;
    let url = format!("http://127.0.0.1:{}/v1/query", port.trim());
    let mut command = Command::new(program);
    command.args(["--no-deps", "--disable-pip", "--progress-spinner", "off", "-f", "json"]);
    command.args(["-s", "osv", "--osv-url", &url, "-r"]).arg(requirements);
    let output = command.arg("--cache-dir").arg(cache.join("cache")).output()?;
    // 1 is "there are flaws".
    serde_json::from_slice(&output.stdout).map_err(|error| {
        format!("pip-audit: {error}: {}", String::from_utf8_lossy(&output.stderr)).into()
    })
}

/// A process that ends with its owner.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn matched(records: &Path, pins: &[(String, String)]) -> Result<Vec<Ours>, Failure> {
    let mut import = Import::default();
    import.add(records)?;
    let file = import.builder.finish(0, &import.sources);
    let index = Index::open(&file)?;
    let mut inventory = Inventory::default();
    for (name, version) in pins {
        inventory.add(Component::new(Ecosystem::PyPI, name, Some(version.clone())));
    }
    let found = vulnerability::matches(&inventory, &index, index.date(), None)?;
    let key = |id| inventory.components.get(id).map(Component::key).unwrap_or_default();
    Ok(found
        .matches
        .into_iter()
        .map(|one| Ours {
            package: key(one.component),
            ids: one.ids.into_iter().map(str::to_owned).collect(),
            fixed: one.fixed,
        })
        .collect())
}

fn report(theirs: &Report, ours: &[Ours]) -> Outcome {
    let (mut count, mut packages, mut skipped) = (0, 0, 0);
    let mut met: BTreeSet<usize> = BTreeSet::new();
    let (mut missing, mut other_fix) = (Vec::new(), 0);
    for audited in &theirs.dependencies {
        skipped += usize::from(audited.skip_reason.is_some());
        packages += usize::from(!audited.vulns.is_empty());
        let package = lookup_name(Ecosystem::PyPI, &audited.name);
        for flaw in &audited.vulns {
            count += 1;
            let is_named = |one: &Ours| {
                one.ids.contains(&flaw.id) || flaw.aliases.iter().any(|id| one.ids.contains(id))
            };
            let found =
                ours.iter().enumerate().find(|(_, one)| one.package == package && is_named(one));
            let Some((at, one)) = found else {
                missing.push(format!("{package}: {}", flaw.id));
                continue;
            };
            met.insert(at);
            other_fix +=
                usize::from(one.fixed.as_ref().is_some_and(|it| !flaw.fix_versions.contains(it)));
        }
    }
    println!(
        "pip-audit         {count} flaws of {packages} packages, {} asked, {skipped} skipped",
        theirs.dependencies.len()
    );
    println!("ours              {} flaws, aliases folded", ours.len());
    println!(
        "in both           {} of pip-audit's are {} of ours",
        count - missing.len(),
        met.len()
    );
    println!("other fix         {other_fix}, where the fix of one flaw has another flaw");
    for one in &missing {
        println!("only pip-audit    {one}");
    }
    let alone: Vec<&Ours> =
        ours.iter().enumerate().filter(|(at, _)| !met.contains(at)).map(|(_, one)| one).collect();
    for one in &alone {
        println!("only ours         {}: {:?}", one.package, one.ids);
    }
    let different = missing.len() + alone.len();
    if different > 0 { Err(format!("{different} differences").into()) } else { Ok(()) }
}
