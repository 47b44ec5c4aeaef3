//! `cargo xtask conformance [--data DIR] [--case NAME] [--list]`: against the work of others.
//!
//! Compares SAM expansion with the templates that AWS's own translator makes of the same input, and
//! scans real templates, none of which may end the run. Without the data it says `skipped`.

mod difference;
mod sam;
mod templates;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

use crate::{Failure, Outcome, arguments::Arguments, iam_cases, semgrep_fixtures, workspace};

/// `xtask/conformance.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Demands {
    sam: SamDemands,
    templates: TemplateDemands,
    pub(crate) semgrep: semgrep_fixtures::Demands,
    pub(crate) iam: iam_cases::Demands,
}

/// Reads `xtask/conformance.toml`.
pub(crate) fn demands() -> Result<Demands, Failure> {
    let path = workspace::root().join("xtask/conformance.toml");
    Ok(toml::from_str(&fs::read_to_string(path)?)?)
}

/// What the SAM expansion must reach.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SamDemands {
    whole_equal_percent: f64,
    without_region_equal_percent: f64,
    listed_equal_percent: f64,
    errors_percent: f64,
    /// Case to the reason why it differs.
    #[serde(default)]
    known: BTreeMap<String, String>,
}

/// What the scan of real templates must reach.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateDemands {
    unread_at_most: u64,
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let data = arguments.value("--data")?.map(PathBuf::from);
    let case = arguments.value("--case")?;
    let list = arguments.flag("--list");
    arguments.finish()?;
    let root = workspace::root();
    let data = data.unwrap_or_else(|| root.join("../shared/data"));
    if !data.is_dir() {
        println!("skipped: there is no folder {}", data.display());
        return Ok(());
    }
    let demands = demands()?;
    let cases = data.join("sam/translator-cases.tar.xz");
    if let Some(case) = case {
        return sam::show(&unpacked(&cases)?, &case);
    }
    let mut unmet = Vec::new();
    if cases.is_file() {
        unmet.extend(sam::run(&unpacked(&cases)?, &demands.sam, list)?);
    }
    for archive in workspace::files(&data.join("templates")).unwrap_or_default() {
        if archive.to_string_lossy().ends_with(".tar.xz") {
            unmet.extend(templates::run(&unpacked(&archive)?, &demands.templates)?);
        }
    }
    if unmet.is_empty() { Ok(()) } else { Err(unmet.join("; ").into()) }
}

/// Unpacks an archive below the target folder, once for each version of it.
fn unpacked(archive: &Path) -> Result<PathBuf, Failure> {
    let name = archive.file_name().ok_or("an archive without a name")?.to_string_lossy();
    let length = fs::metadata(archive)?.len();
    let name = name.trim_end_matches(".tar.xz");
    let folder = workspace::target_folder().join("conformance").join(format!("{name}-{length}"));
    if folder.is_dir() {
        return Ok(folder);
    }
    // Unpacked beside and renamed, so that an interrupted run leaves no half of it.
    let beside = folder.with_extension("part");
    fs::create_dir_all(&beside)?;
    let status = Command::new("tar")
        .arg("-xJf")
        .arg(archive)
        .arg("-C")
        .arg(&beside)
        .status()
        .map_err(|error| format!("`tar` with xz is needed to unpack: {error}"))?;
    if !status.success() {
        return Err(format!("`tar -xJf {}` failed", archive.display()).into());
    }
    fs::rename(&beside, &folder)?;
    Ok(folder)
}
