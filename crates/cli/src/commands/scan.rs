//! `faasguard scan`

use std::{
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use ::scan::{Baseline, Config, Outcome, Profile, Request, Touched, VexFile, Vulndb};
use anyhow::{Context as _, bail};
use finding::{Severity, Suppressed};
use indicatif::{ProgressBar, ProgressStyle};
use report::{Format, TableFormat};

use super::{
    own_rules::{self, Book},
    secrets,
};
use crate::{
    arguments::{DeploymentOptions, ProfileName, ScanOptions, Threshold, parse_threshold},
    input, output,
};

/// Exit code when a finding is at or above the threshold.
const FINDINGS: u8 = 1;
/// Exit code with `--strict` when an input was not scanned, and without it when none could be.
const NOT_SCANNED: u8 = 3;

/// Runs the command.
pub(crate) fn run(options: &ScanOptions) -> anyhow::Result<ExitCode> {
    let (config, config_path) = read_config(options.config.as_deref(), &options.paths)?;
    let mut request = request(options, config, config_path.as_deref())?;
    // Forms are settled before the work: a misspelt one must not cost a scan.
    let outputs = options.outputs.iter().map(|text| target(text)).collect::<Result<Vec<_>, _>>()?;
    prepare_forms(options, &outputs, &mut request)?;
    let threshold = threshold(options, &request.config)?;
    let mut outcome = scan_with_progress(&request, options.quiet)?;
    if let Some(revision) = &options.since {
        let scratch = tempfile::tempdir().context("cannot make a scratch folder")?;
        let known = ::scan::fingerprints_at(revision, &request, scratch.path())?;
        let touched = ::scan::touched_since(revision, &request)?;
        accept_known(&mut outcome, &known, &touched, revision);
    }
    let mut formats = outputs.iter().map(|(format, _)| *format).chain(options.format);
    let draws = formats.any(|format| format == Format::Html);
    surround(&mut outcome, &request, draws);
    for (format, path) in &outputs {
        output::write(path, &render(*format, &outcome, false))?;
    }
    if let Some(path) = &options.write_baseline {
        let baseline = Baseline::of(&outcome.report.findings, &outcome.sources);
        output::write(path, &baseline.to_json())?;
        eprintln!("{} findings accepted in {}", baseline.len(), path.display());
        return Ok(ExitCode::SUCCESS);
    }
    print_result(options, &outputs, &outcome)?;
    if outcome.is_empty {
        eprintln!("nothing to scan: no CloudFormation or SAM template and no code was found");
    }
    Ok(exit_code(options, threshold, &outcome))
}

fn print_result(
    options: &ScanOptions,
    outputs: &[(Format, PathBuf)],
    outcome: &Outcome,
) -> anyhow::Result<()> {
    if options.checklist {
        let table = match options.format {
            Some(Format::Json) => TableFormat::Json,
            Some(Format::Markdown) => TableFormat::Markdown,
            _ => TableFormat::Terminal,
        };
        let checklist =
            ::checklist::checklist(&outcome.applications, &outcome.code, &outcome.report);
        let book = Book(&outcome.own_rules);
        let context = report::Context { sources: &outcome.sources, rule: &book };
        let terminal = output::terminal(options.verbose);
        return output::print(&report::render_checklist(table, &checklist, &context, &terminal));
    }
    // With files asked for and no form, the terminal still gets the summary of the run.
    let format = options.format.unwrap_or(Format::Terminal);
    let is_taken = outputs.iter().any(|(_, path)| output::is_standard(path));
    if !is_taken && (outputs.is_empty() || options.format.is_some() || !options.quiet) {
        output::print(&render(format, outcome, options.verbose))?;
    }
    Ok(())
}

fn render(format: Format, outcome: &Outcome, verbose: bool) -> String {
    let book = Book(&outcome.own_rules);
    let context = report::Context { sources: &outcome.sources, rule: &book };
    report::render(format, &outcome.report, &context, &output::terminal(verbose))
}

fn exit_code(options: &ScanOptions, threshold: Threshold, outcome: &Outcome) -> ExitCode {
    if outcome.is_incomplete() && (options.strict || outcome.is_all_unread()) {
        return ExitCode::from(NOT_SCANNED);
    }
    match threshold {
        Threshold::From(severity) if outcome.fails(severity) => ExitCode::from(FINDINGS),
        _ => ExitCode::SUCCESS,
    }
}

fn threshold(options: &ScanOptions, config: &Config) -> anyhow::Result<Threshold> {
    match (options.fail_on, &config.fail_on) {
        (Some(threshold), _) => Ok(threshold),
        (None, Some(text)) => parse_threshold(text).map_err(anyhow::Error::msg),
        (None, None) => Ok(Threshold::From(Severity::High)),
    }
}

fn scan_with_progress(request: &Request, quiet: bool) -> anyhow::Result<Outcome> {
    if quiet || !std::io::stderr().is_terminal() {
        return Ok(::scan::scan(request, &|_, _| {})?);
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files") {
        bar.set_style(style);
    }
    let outcome = ::scan::scan(request, &|done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    Ok(outcome?)
}

/// `FORMAT=FILE`, or a file whose extension names the form.
fn target(text: &str) -> anyhow::Result<(Format, PathBuf)> {
    if let Some((format, path)) = text.split_once('=')
        && let Ok(format) = format.parse::<Format>()
    {
        return Ok((format, PathBuf::from(path)));
    }
    if let Some(format) = Format::from_file_name(text) {
        return Ok((format, PathBuf::from(text)));
    }
    let names: Vec<_> = Format::names().collect();
    let names = names.join(", ");
    bail!("the extension of `{text}` names no format; write `FORMAT={text}` with one of {names}")
}

/// The settings file named, or the nearest `faasguard.toml` from the first path upwards.
pub(crate) fn read_config(
    named: Option<&Path>,
    paths: &[PathBuf],
) -> anyhow::Result<(Config, Option<PathBuf>)> {
    let path = match named {
        Some(path) => Some(path.to_path_buf()),
        None => paths.first().and_then(|path| find_config(path)),
    };
    let Some(path) = path else { return Ok((Config::default(), None)) };
    let text = input::read_text(&path)
        .with_context(|| format!("cannot read the settings `{}`", path.display()))?;
    let mut config = Config::parse(&text).with_context(|| path.display().to_string())?;
    config.folder = path.canonicalize().ok().and_then(|it| Some(it.parent()?.to_path_buf()));
    Ok((config, Some(path)))
}

fn find_config(start: &Path) -> Option<PathBuf> {
    let start = if start.as_os_str() == "-" { Path::new(".") } else { start };
    let start = start.canonicalize().ok()?;
    for folder in start.ancestors() {
        let path = folder.join("faasguard.toml");
        if path.is_file() {
            return Some(path);
        }
        // Above the repository begins what is not the user's project.
        if folder.join(".git").exists() {
            break;
        }
    }
    None
}

fn request(
    options: &ScanOptions,
    config: Config,
    config_path: Option<&Path>,
) -> anyhow::Result<Request> {
    let is_strict = match options.profile {
        Some(profile) => profile == ProfileName::Strict,
        None => config.profile.as_deref() == Some("strict"),
    };
    let folder = config_path.and_then(Path::parent);
    let writes = options.write_baseline.is_some();
    let baseline = baseline(options.baseline.as_deref(), writes, &config, folder)?;
    let mut request = deployment(&options.deployment, &config);
    request.paths.clone_from(&options.paths);
    request.standard_input = input::standard_input(&options.paths)?;
    // A checklist asks every rule.
    let strict = is_strict || options.checklist;
    request.profile = if strict { Profile::Strict } else { Profile::Default };
    request.baseline = baseline;
    request.ignore_suppressions = options.no_suppress;
    request.only.clone_from(&options.rules);
    request.keep_applications = options.checklist;
    request.secret_rules = secrets::own_rules(&options.secret_rules)?;
    let own = own_rules::read_right(&rule_folders(options, &config, config_path))?;
    request.own_rules = own.rules;
    request.sources = own.sources;
    request.models = models(options, &config, config_path)?;
    request.vulndb = vulndb(options, &config, config_path)?;
    request.vex = vex(options, &config, config_path)?;
    request.seen = options.evidence.read()?;
    request.config = config;
    Ok(request)
}

/// The folders of rules that flags name, or else the settings.
fn rule_folders(
    options: &ScanOptions,
    config: &Config,
    config_path: Option<&Path>,
) -> Vec<PathBuf> {
    if !options.own_rules.is_empty() {
        return options.own_rules.clone();
    }
    let folder = config_path.and_then(Path::parent).unwrap_or(Path::new(""));
    config.own_rules.iter().map(|name| folder.join(name)).collect()
}

/// The models that a flag names, or else the settings.
fn models(
    options: &ScanOptions,
    config: &Config,
    config_path: Option<&Path>,
) -> anyhow::Result<Vec<taint::ModelFile>> {
    let named = config_path.and_then(Path::parent).zip(config.code.models.as_ref());
    let folder = match (&options.models, named) {
        (Some(folder), _) => folder.clone(),
        (None, Some((settings, name))) => settings.join(name),
        (None, None) => return Ok(Vec::new()),
    };
    Ok(::scan::read_models(&folder)?)
}

/// The index of advisories that a flag names, or else the settings.
fn vulndb(
    options: &ScanOptions,
    config: &Config,
    config_path: Option<&Path>,
) -> anyhow::Result<Option<Vulndb>> {
    let named = config_path.and_then(Path::parent).zip(config.vulndb.as_ref());
    let max_age_days = options.max_age.or(config.max_age);
    let path = match (&options.vulndb, named) {
        (Some(path), _) => path.clone(),
        (None, Some((settings, name))) => settings.join(name),
        // Whoever asks for an age wants to be sure that components are looked up.
        (None, None) if max_age_days.is_some() => {
            bail!(
                "an age is asked of an index of advisories that is not there; name it with `--vulndb`"
            )
        }
        (None, None) => return Ok(None),
    };
    let now = jiff::Timestamp::now().as_second();
    Ok(Some(Vulndb { path, max_age_days, now }))
}

/// What is said of known flaws: the documents that flags name, or else the settings.
fn vex(
    options: &ScanOptions,
    config: &Config,
    config_path: Option<&Path>,
) -> anyhow::Result<Vec<VexFile>> {
    if !options.vex.is_empty() {
        return super::vex::read_all(&options.vex);
    }
    let folder = config_path.and_then(Path::parent).unwrap_or(Path::new(""));
    let named: Vec<PathBuf> = config.vex.iter().map(|name| folder.join(name)).collect();
    super::vex::read_all(&named)
}

/// Forms ask for more than findings: a time, a deployment, applications to draw. What is missing is told
/// before the work.
fn prepare_forms(
    options: &ScanOptions,
    outputs: &[(Format, PathBuf)],
    request: &mut Request,
) -> anyhow::Result<()> {
    for format in outputs.iter().map(|(format, _)| *format).chain(options.format) {
        // It would tell of no flaw when none were looked up.
        if matches!(format, Format::OpenVex | Format::CycloneDxVex) && request.vulndb.is_none() {
            bail!("`{format}` tells of known flaws; name an index of advisories with `--vulndb`");
        }
        let account = request.account.as_deref().unwrap_or_default();
        let region = request.region.as_deref().unwrap_or_default();
        format
            .check_surroundings(account, region)
            .with_context(|| format!("`{format}` needs `--account` and `--region`"))?;
        if format.asks_for_time() && request.time.is_empty() {
            request.time = super::time()?;
        }
        request.keep_applications |= format == Format::Html;
        request.edits |= format.tells_edits();
    }
    Ok(())
}

/// Tells the report what forms for others ask for, and draws the application for the page.
fn surround(outcome: &mut Outcome, request: &Request, draws: bool) {
    let text = |value: &Option<source_text::SmolStr>| {
        value.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    let here = std::env::current_dir().and_then(|it| it.canonicalize());
    let base = outcome.base.canonicalize();
    let folder = here.ok().zip(base.ok()).and_then(|(here, base)| {
        let parts = base.strip_prefix(&here).ok()?.components();
        Some(parts.map(|it| it.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
    });
    outcome.report.surroundings = report::Surroundings {
        time: request.time.clone(),
        account: text(&request.account),
        region: text(&request.region),
        folder: folder.unwrap_or_default(),
    };
    if draws {
        outcome.report.graph = ::scan::graph(&outcome.applications, &outcome.report.findings);
    }
}

/// The baseline that a flag names, or else the settings in a folder; `writes` when one is about to be
/// written.
pub(crate) fn baseline(
    named: Option<&Path>,
    writes: bool,
    config: &Config,
    folder: Option<&Path>,
) -> anyhow::Result<Option<Baseline>> {
    if let Some(path) = named {
        return read_baseline(path).map(Some);
    }
    let Some((folder, name)) = folder.zip(config.baseline.as_ref()) else { return Ok(None) };
    let path = folder.join(name);
    match std::fs::metadata(&path) {
        // The first baseline of a repository is about to be written.
        Err(_) if writes => Ok(None),
        // A pipe that a repository names would make the program wait for ever.
        Ok(metadata) if !metadata.is_file() => {
            bail!("the baseline `{}` is not a file", path.display())
        }
        _ => read_baseline(&path).map(Some),
    }
}

fn read_baseline(path: &Path) -> anyhow::Result<Baseline> {
    let text = input::read_text(path).with_context(|| {
        format!("cannot read the baseline `{}`; `--write-baseline` makes one", path.display())
    })?;
    Baseline::parse(&text).with_context(|| path.display().to_string())
}

/// What flags and settings say of the deployment; flags win.
pub(crate) fn deployment(options: &DeploymentOptions, config: &Config) -> Request {
    let mut request = Request { today: today(), ..Request::default() };
    let settings = config.parameters.iter();
    let flags = options.parameters.iter().map(|(name, value)| (name, value));
    for (name, value) in settings.chain(flags) {
        request.parameters.insert(name.into(), value.into());
    }
    for name in &options.environment {
        if let Ok(value) = std::env::var(name) {
            request.environment.insert(name.into(), value.into());
        }
    }
    let pick = |flag: &Option<String>, setting: &Option<String>| {
        flag.as_ref().or(setting.as_ref()).map(Into::into)
    };
    request.region = pick(&options.region, &config.region);
    request.account = pick(&options.account, &config.account);
    request.partition = pick(&options.partition, &config.partition);
    request
}

/// Today in UTC, `YYYY-MM-DD`.
fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

/// Findings that stood already are not counted, unless the change touched what they are about.
fn accept_known(
    outcome: &mut Outcome,
    known: &std::collections::BTreeSet<String>,
    touched: &Touched,
    revision: &str,
) {
    let is_known: Vec<bool> = outcome
        .report
        .findings
        .iter()
        .map(|finding| {
            known.contains(&finding.fingerprint)
                && !touched.holds(finding, &outcome.report, &outcome.sources)
        })
        .collect();
    for (finding, is_known) in outcome.report.findings.iter_mut().zip(is_known) {
        if finding.suppressed.is_none() && is_known {
            finding.suppressed = Some(Suppressed {
                source: "since".to_owned(),
                reason: Some(format!("stood already at `{revision}`, and nothing of it changed")),
                until: None,
            });
        }
    }
    outcome.report.summary = outcome.report.summary.count(&outcome.report.findings);
}
