//! `faasguard iam lint`

mod inputs;
mod render;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Args, ValueEnum};
use iam_policy::grammar::{DocumentKind, Fault};
use source_text::Level;

use crate::{arguments::DeploymentOptions, output};

/// Exit code when a fault is at or above the threshold.
const FAULTS: u8 = 1;

/// Exit code when an input was not looked at.
const NOT_READ: u8 = 3;

/// Most characters of a message: names of AWS are far shorter, ARNs have 2,048 at most.
const MAX_MESSAGE: usize = 2_000;

/// `iam lint`
#[derive(Args, Debug)]
pub(crate) struct LintOptions {
    /// Policies as JSON, lists or collections of them, templates; or folders with them
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// What the policies are attached to; guessed by what they say when not given
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,
    /// Form of the result
    #[arg(long, value_enum, default_value = "terminal")]
    pub(crate) format: Form,
    /// Exit with 1 when there is a fault of this level or a worse one
    #[arg(long, value_enum, default_value = "error")]
    pub(crate) fail_on: FailOn,
    /// Tell nothing below this level
    #[arg(long, value_enum, default_value = "note")]
    pub(crate) level: FaultLevel,
    /// Write to a file and not to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// What a policy is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A user, group or role
    Identity,
    /// Users, groups and roles, as a managed policy
    Managed,
    /// One role, as an inline policy
    Inline,
    /// A resource: bucket, queue, key
    Resource,
    /// A role: who may assume it
    Trust,
    /// An organisation: service control policy
    Scp,
    /// An organisation: resource control policy
    Rcp,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// One line a fault
    #[value(alias = "text")]
    Terminal,
    /// All that is known, for programs
    Json,
    /// For code scanning
    Sarif,
}

/// Levels of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FaultLevel {
    /// IAM refuses it, or it has no effect
    Error,
    /// It is taken, though hardly as it is meant
    Warning,
    /// It could be said better
    Note,
}

/// The level that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// IAM refuses it, or it has no effect
    Error,
    /// It is taken, though hardly as it is meant
    Warning,
    /// It could be said better
    Note,
    /// No fault fails
    Never,
}

/// One policy and what is wrong with it.
pub(crate) struct Linted {
    /// Path of the file, as given.
    pub(crate) path: String,
    /// Name of the policy in the file, where the file holds several.
    pub(crate) name: Option<String>,
    /// The faults, in order.
    pub(crate) faults: Vec<Fault>,
}

/// Everything that was looked at.
#[derive(Default)]
pub(crate) struct Results {
    /// The policies, those without faults included.
    pub(crate) policies: Vec<Linted>,
    /// What could not be read, in words.
    pub(crate) unread: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(options: &LintOptions) -> Result<ExitCode> {
    let mut results = inputs::lint(options)?;
    let least = match options.level {
        FaultLevel::Error => Level::Error,
        FaultLevel::Warning => Level::Warning,
        FaultLevel::Note => Level::Note,
    };
    for policy in &mut results.policies {
        policy.faults.retain(|fault| fault.level >= least);
        policy.faults.iter_mut().for_each(|fault| shorten(&mut fault.message));
    }
    let text = match options.format {
        Form::Terminal => render::to_words(&results),
        Form::Json => render::to_json(&results),
        Form::Sarif => render::to_sarif(&results),
    };
    match &options.output {
        Some(path) => output::write(path, &text)?,
        None => output::print(&text)?,
    }
    for words in &results.unread {
        eprintln!("{}", report::visible(words));
    }
    if results.policies.is_empty() {
        eprintln!("no policy was found");
    }
    let fails = |level| {
        results.policies.iter().flat_map(|policy| &policy.faults).any(|fault| fault.level >= level)
    };
    let has_failed = match options.fail_on {
        FailOn::Error => fails(Level::Error),
        FailOn::Warning => fails(Level::Warning),
        FailOn::Note => fails(Level::Note),
        FailOn::Never => false,
    };
    Ok(ExitCode::from(match (has_failed, results.unread.is_empty()) {
        (true, _) => FAULTS,
        (false, false) => NOT_READ,
        (false, true) => 0,
    }))
}

/// Takes the middle out of a message that quotes a text of the input at length.
fn shorten(message: &mut String) {
    let count = message.chars().count();
    if count > MAX_MESSAGE {
        let start: String = message.chars().take(MAX_MESSAGE / 2).collect();
        let end: String = message.chars().skip(count - MAX_MESSAGE / 2).collect();
        *message = format!("{start} … {end}");
    }
}

impl Kind {
    fn of_document(self) -> DocumentKind {
        match self {
            Self::Identity => DocumentKind::Identity,
            Self::Managed => DocumentKind::Managed,
            Self::Inline => DocumentKind::Inline,
            Self::Resource => DocumentKind::Resource,
            Self::Trust => DocumentKind::Trust,
            Self::Scp => DocumentKind::ServiceControl,
            Self::Rcp => DocumentKind::ResourceControl,
        }
    }
}
