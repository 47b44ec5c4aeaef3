//! `faasguard rules`, `faasguard rules test`, `faasguard rules model`

pub(crate) mod model;
mod own;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use secret_scan::{read_rules, test_rules};

use crate::{
    arguments::{RulesCommand, RulesOptions},
    commands::{
        own_rules,
        trail::{
            cases,
            rule_files::{self, RuleFile},
        },
    },
    output,
};

/// Exit code when a rule or an example fails.
const FAILED: u8 = 1;

/// Largest file of rules, in bytes, and most files of a folder.
const MAX_BYTES: u64 = 16 << 20;
const MAX_FILES: usize = 10_000;

/// `rules test`
#[derive(Args, Debug)]
pub(crate) struct TestOptions {
    /// Files of rules, or folders with them (.yaml, .yml)
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(options: &RulesOptions) -> Result<ExitCode> {
    match &options.command {
        Some(RulesCommand::Test(options)) => return test(options),
        Some(RulesCommand::Model(options)) => return model::run(options),
        None => {}
    }
    let own = own_rules::read_right(&options.own_rules)?;
    let of_user = own.rules.infos().map(finding::OwnRuleInfo::facts);
    let rules: Vec<_> = ::rules::all().map(|rule| rule.info.facts()).chain(of_user).collect();
    let terminal = output::terminal(false);
    output::print(&report::catalogue::render_rules(options.format, &rules, &terminal))?;
    Ok(ExitCode::SUCCESS)
}

/// Tests rules in CEL, rules for secrets and Sigma rules; every fault is told with its file and line.
fn test(options: &TestOptions) -> Result<ExitCode> {
    let mut files = Vec::new();
    for path in &options.paths {
        find(path, true, &mut files)?;
    }
    if files.is_empty() {
        bail!("there is no file of rules (.yaml, .yml) in what was named");
    }
    let (mut text, mut rules, mut faults, mut examples) = (String::new(), 0, 0, 0);
    files.retain(|path| !rule_files::is_events(path));
    let Apart { of_sigma, of_cel, others: files } = apart(files)?;
    let own = own_rules::compile(of_cel);
    let tested = own::test(&own)?;
    rules += tested.rules;
    examples += tested.fixtures;
    faults += tested.faults.len();
    for line in tested.faults.iter().chain(&tested.notes) {
        text.push_str(&report::visible(line));
        text.push('\n');
    }
    for file in &of_sigma {
        let tested = cases::test(file, &of_sigma)?;
        rules += tested.rules;
        examples += tested.cases;
        faults += tested.faults.len();
        for fault in &tested.faults {
            text.push_str(fault);
            text.push('\n');
        }
        if tested.without > 0 {
            let shown = format!("{}: no events stand beside it", file.path.display());
            text.push_str(&report::visible(&shown));
            text.push('\n');
        }
    }
    for path in &files {
        let file = read_rules(&read(path)?);
        rules += file.rules.len();
        let count =
            |rule: &secret_scan::OwnRule| rule.examples.len() + rule.negative_examples.len();
        examples += file.rules.iter().map(count).sum::<usize>();
        for fault in file.faults.iter().cloned().chain(test_rules(&file.rules)) {
            faults += 1;
            let shown = format!("{}: {fault}", path.display());
            text.push_str(&report::visible(&shown));
            text.push('\n');
        }
    }
    let verdict = match (faults, examples) {
        (0, 0) => "nothing was tried".to_owned(),
        (0, _) => "all hold".to_owned(),
        _ => output::counted(faults as u64, "fault"),
    };
    let counts = [
        output::counted((files.len() + of_sigma.len() + own.files.len()) as u64, "file"),
        output::counted(rules as u64, "rule"),
        output::counted(examples as u64, "example"),
    ];
    text.push_str(&counts.join(", "));
    text.push_str(": ");
    text.push_str(&verdict);
    text.push('\n');
    output::print(&text)?;
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// Files of rules by their kind.
#[derive(Default)]
struct Apart {
    of_sigma: Vec<RuleFile>,
    of_cel: Vec<(PathBuf, String)>,
    /// Rules for secrets.
    others: Vec<PathBuf>,
}

/// Tells files of rules apart. Fixtures of rules in CEL are no rules.
fn apart(files: Vec<PathBuf>) -> Result<Apart> {
    let mut apart = Apart::default();
    for path in files {
        let text = read(&path)?;
        if rule_files::is_sigma(&text) {
            apart.of_sigma.push(RuleFile { path, text });
        } else if user_rules::is_own_rule(&text) {
            apart.of_cel.push((path, text));
        } else {
            apart.others.push(path);
        }
    }
    let folders: Vec<PathBuf> = apart.of_cel.iter().map(|(path, _)| own::folder_of(path)).collect();
    let is_fixture = |path: &Path| folders.iter().any(|folder| path.starts_with(folder));
    apart.others.retain(|path| !is_fixture(path));
    apart.of_cel.retain(|(path, _)| !is_fixture(path));
    Ok(apart)
}

/// The text of a file of rules, of bounded size.
pub(crate) fn read(path: &Path) -> Result<String> {
    let shown = path.display();
    let size = fs::metadata(path).with_context(|| format!("`{shown}` cannot be read"))?.len();
    if size > MAX_BYTES {
        bail!("`{shown}` is larger than {} MiB; split it", MAX_BYTES >> 20);
    }
    fs::read_to_string(path).with_context(|| format!("`{shown}` cannot be read"))
}

/// Files of rules: one that was named, or those below a folder, links not followed.
fn find(path: &Path, is_named: bool, files: &mut Vec<PathBuf>) -> Result<()> {
    let shown = path.display();
    let kind = if is_named { fs::metadata(path) } else { fs::symlink_metadata(path) }
        .with_context(|| format!("`{shown}` cannot be read"))?;
    let is_rules = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    if kind.is_file() && (is_named || is_rules) {
        files.push(path.to_path_buf());
    } else if kind.is_dir() {
        let mut inner: Vec<PathBuf> = fs::read_dir(path)
            .with_context(|| format!("`{shown}` cannot be read"))?
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()?;
        inner.sort();
        for path in inner {
            if files.len() >= MAX_FILES {
                bail!("`{shown}` holds more than {MAX_FILES} files of rules");
            }
            find(&path, false, files)?;
        }
    }
    Ok(())
}
