//! `faasguard fix`

use std::{
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use ::scan::{Profile, Request};
use anyhow::bail;
use clap::{Args, ValueEnum};
use fix_files::{Choice, Left, Outcome, Reason, diff, to_json};
use fixes::Why;

use super::scan::{baseline, deployment, read_config};
use crate::{
    arguments::{DeploymentOptions, ProfileName},
    output,
};

/// Exit code of a dry run that would change something.
const WOULD_CHANGE: u8 = 1;

/// `fix`
#[derive(Args, Debug)]
pub(crate) struct FixOptions {
    /// Files and folders: templates, services of the Serverless Framework, Terraform
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing: print what would change as a unified diff, and exit with 1 when there is something
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Mend only what these rules find, by name, id or risk (`SAS-4`); may be given several times
    #[arg(long = "rule", value_name = "RULE")]
    pub(crate) rules: Vec<String>,
    /// Also mend what somebody must judge: limits with a number, what shuts clients out; read the diff
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Whose findings are mended: `default`, or `strict` with hygiene that most teams waive
    #[arg(long, value_enum)]
    pub(crate) profile: Option<ProfileName>,
    /// Form of the result
    #[arg(long, value_enum, default_value = "terminal")]
    pub(crate) format: Form,
    /// Settings file; by default `faasguard.toml` in the first path or above it
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Findings accepted earlier, which are left alone
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Mend suppressed findings, too
    #[arg(long)]
    pub(crate) no_suppress: bool,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Words
    #[value(alias = "text")]
    Terminal,
    /// All that is known, for programs
    Json,
}

/// Runs the command.
pub(crate) fn run(options: &FixOptions) -> anyhow::Result<ExitCode> {
    if options.paths.iter().any(|path| output::is_standard(path)) {
        bail!("standard input cannot be mended; name a file");
    }
    let request = request(options)?;
    let outcome = fix_files::run(&request, Choice { unsafe_fixes: options.unsafe_fixes })?;
    if !options.dry_run {
        for file in &outcome.files {
            output::replace(&file.path, &file.old, &file.new)?;
        }
    }
    match options.format {
        Form::Json => output::print(&to_json(&outcome, !options.dry_run))?,
        Form::Terminal if options.dry_run => print_diffs(&outcome)?,
        Form::Terminal => print_mended(&outcome)?,
    }
    if options.format == Form::Terminal {
        tell(&outcome, options.dry_run);
    }
    let would_change = options.dry_run && !outcome.files.is_empty();
    Ok(if would_change { ExitCode::from(WOULD_CHANGE) } else { ExitCode::SUCCESS })
}

fn request(options: &FixOptions) -> anyhow::Result<Request> {
    let (config, config_path) = read_config(options.config.as_deref(), &options.paths)?;
    let is_strict = match options.profile {
        Some(profile) => profile == ProfileName::Strict,
        None => config.profile.as_deref() == Some("strict"),
    };
    let folder = config_path.as_deref().and_then(Path::parent);
    let baseline = baseline(options.baseline.as_deref(), false, &config, folder)?;
    let mut request = deployment(&options.deployment, &config);
    request.paths.clone_from(&options.paths);
    request.profile = if is_strict { Profile::Strict } else { Profile::Default };
    request.baseline = baseline;
    request.ignore_suppressions = options.no_suppress;
    request.only.clone_from(&options.rules);
    request.config = config;
    Ok(request)
}

/// The diffs: byte for byte into a pipe, so that they can be applied.
fn print_diffs(outcome: &Outcome) -> anyhow::Result<()> {
    let is_terminal = std::io::stdout().is_terminal();
    for file in &outcome.files {
        let diff = diff(file);
        if is_terminal {
            let lines: Vec<String> =
                diff.lines().map(|line| report::visible(line).into_owned()).collect();
            output::print(&lines.join("\n"))?;
        } else {
            output::print(&diff)?;
        }
    }
    Ok(())
}

fn print_mended(outcome: &Outcome) -> anyhow::Result<()> {
    for one in &outcome.mended {
        let told = &one.told;
        let line = format!("{}:{}: {} {}: mended", told.path, told.line, told.rule, told.name);
        output::print(&report::visible(&line))?;
    }
    Ok(())
}

/// Tells what became of all, and what is left that an edit could mend.
fn tell(outcome: &Outcome, is_dry: bool) {
    for text in &outcome.not_looked_at {
        eprintln!("{}", report::visible(&format!("warning: not looked at: {text}")));
    }
    let has_no_fix = |left: &&Left| matches!(left.reason, Reason::Fix(Why::NoFix));
    let is_judged = |left: &&Left| matches!(left.reason, Reason::Judgement(_));
    let others = outcome.left.iter().filter(|it| !has_no_fix(it));
    for left in others {
        let told = &left.told;
        let line = format!(
            "{}:{}: {} {}: left: {}",
            told.path, told.line, told.rule, told.name, left.reason
        );
        eprintln!("{}", report::visible(&line));
    }
    let count = |number: usize, word: &str| {
        output::counted(u64::try_from(number).unwrap_or(u64::MAX), word)
    };
    let verb = if is_dry { "would be mended" } else { "mended" };
    let judged = outcome.left.iter().filter(is_judged).count();
    let unfixed = outcome.left.iter().filter(has_no_fix).count();
    // What stays for another reason was told with it, a line each.
    let others = outcome.left.len() - judged - unfixed;
    let others = if others > 0 { format!(", {others} as told above") } else { String::new() };
    eprintln!(
        "{} {verb} in {}; {} left in the templates: {judged} for you to judge, {unfixed} without a fix{others}",
        count(outcome.mended.len(), "finding"),
        count(outcome.files.len(), "file"),
        outcome.left.len(),
    );
}
