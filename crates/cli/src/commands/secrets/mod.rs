//! `faasguard secrets`

mod results;

use std::{
    collections::BTreeSet,
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::bail;
use clap::{Args, ValueEnum};
use finding::Severity;
use indicatif::{ProgressBar, ProgressStyle};
use report::Format;
use secret_scan::{OwnRule, Scanner, read_rules};
use secret_sources::{HistoryLimits, Limits, Search, history};

use self::results::Results;
use super::{rule_facts, rules::read};
use crate::{
    arguments::{Threshold, parse_threshold},
    output,
};

/// Exit code when a finding is at or above the threshold.
const FINDINGS: u8 = 1;
/// Exit code with `--strict` when something was not looked at.
const NOT_LOOKED_AT: u8 = 3;

/// `secrets`
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct SecretsOptions {
    /// Folder, file or ZIP; `-` is standard input
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Look at every commit of the repository around the path, not at the files
    #[arg(long)]
    pub(crate) history: bool,
    /// With `--history`: only commits that this revision does not have
    #[arg(long, value_name = "REV", requires = "history")]
    pub(crate) since: Option<String>,
    /// Rules of your own (YAML), beside the built-in ones; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Vec<PathBuf>,
    /// Form of the result on standard output
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Form,
    /// Write the result to a file
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 1 when a secret is at least this bad: critical, high, medium, low, never
    #[arg(long, value_name = "SEVERITY", value_parser = parse_threshold, default_value = "high")]
    pub(crate) fail_on: Threshold,
    /// Exit with 3 when something was not looked at
    #[arg(long)]
    pub(crate) strict: bool,
    /// Look into folders of packages and builds, too (`node_modules`, `.venv`, `.aws-sam`, caches)
    #[arg(long)]
    pub(crate) all: bool,
    /// Ignore words beside secrets that accept them, for an audit
    #[arg(long)]
    pub(crate) no_suppress: bool,
    /// Show accepted secrets and notes, too
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Print no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people
    #[value(alias = "terminal")]
    Text,
    /// `faasguard-scan/1`, for programs
    Json,
    /// SARIF 2.1.0, for code-scanning services and editors
    Sarif,
    /// For a comment on a pull request
    Markdown,
    /// `JUnit` XML, for build servers
    Junit,
}

impl From<Form> for Format {
    fn from(form: Form) -> Self {
        match form {
            Form::Text => Self::Terminal,
            Form::Json => Self::Json,
            Form::Sarif => Self::Sarif,
            Form::Markdown => Self::Markdown,
            Form::Junit => Self::Junit,
        }
    }
}

/// Runs the command.
pub(crate) fn run(options: &SecretsOptions) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let scanner = Scanner::new(own_rules(&options.rules)?, secret_scan::Limits::default());
    let results = look(options, &scanner)?;
    let outcome = results.finish(options, start.elapsed());
    let context = report::Context { sources: &outcome.sources, rule: &rule_facts };
    let terminal = output::terminal(options.verbose);
    let text = report::render(options.format.into(), &outcome.report, &context, &terminal);
    match &options.output {
        Some(path) => output::write(path, &text)?,
        None => output::print(&text)?,
    }
    if options.strict && outcome.report.summary.is_incomplete() {
        return Ok(ExitCode::from(NOT_LOOKED_AT));
    }
    let is_bad = |severity: Severity| {
        let mut open = outcome.report.findings.iter().filter(|it| it.suppressed.is_none());
        open.any(|it| it.severity >= severity)
    };
    Ok(match options.fail_on {
        Threshold::From(severity) if is_bad(severity) => ExitCode::from(FINDINGS),
        _ => ExitCode::SUCCESS,
    })
}

fn look(options: &SecretsOptions, scanner: &Scanner) -> anyhow::Result<Results> {
    let path = &options.path;
    let progress = Progress::new(options);
    if options.history {
        if path.as_os_str() == "-" {
            bail!("standard input has no history; name a folder of a repository");
        }
        let limits = HistoryLimits::default();
        let told = |count: usize| progress.tell(count);
        let history = history(path, options.since.as_deref(), scanner, &limits, &told)?;
        progress.end();
        return Ok(Results::History(history));
    }
    let search = Search { scanner, limits: Limits::default(), everything: options.all };
    let looked = if path.as_os_str() == "-" {
        search.reader("standard input", &mut std::io::stdin().lock())
    } else {
        search.path(path, &|count| progress.tell(count))?
    };
    progress.end();
    Ok(Results::Files(looked))
}

/// Rules of the user; a fault in them ends the run, as a rule that is not tried finds nothing.
pub(crate) fn own_rules(paths: &[PathBuf]) -> anyhow::Result<Vec<OwnRule>> {
    let mut rules = Vec::new();
    let mut names = BTreeSet::new();
    for path in paths {
        let shown = path.display();
        let file = read_rules(&read(path)?);
        // Examples are for `rules test`; here a rule only has to work.
        if let Some(fault) = file.faults.iter().find(|fault| !fault.is_of_examples()) {
            bail!("{shown}: {fault}");
        }
        for rule in file.rules {
            if !names.insert(rule.id.clone()) {
                bail!("{shown}: line {}: there are two rules `{}`", rule.line, rule.id);
            }
            rules.push(rule);
        }
    }
    Ok(rules)
}

/// How far the work is, on a terminal.
struct Progress(Option<ProgressBar>);

impl Progress {
    fn new(options: &SecretsOptions) -> Self {
        if options.quiet || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new_spinner();
        let what = if options.history { "commits" } else { "files" };
        if let Ok(style) = ProgressStyle::with_template(&format!("{{spinner}} {{pos}} {what}")) {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    fn tell(&self, count: usize) {
        if let Some(bar) = &self.0 {
            bar.set_position(count as u64);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// The path as shown in headings.
fn shown(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}
