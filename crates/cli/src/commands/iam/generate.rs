//! `faasguard iam generate`

use std::{path::PathBuf, process::ExitCode};

use ::scan::{Change, OfApplication};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use least_privilege::{Draw, FrameworkForm, Privileges, edit::Permits, quota};
use trail_usage::Usage;

use crate::{arguments::DeploymentOptions, commands::functions, output};

/// Exit code when the policy of a function was not written.
const LEFT_ALONE: u8 = 1;
/// Exit code when something that was asked for is not known whole.
const INCOMPLETE: u8 = 3;

/// `iam generate`
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct GenerateOptions {
    /// Files and folders: templates and the code of their functions
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Only this function, by its logical name; may be given several times
    #[arg(long = "function", value_name = "NAME")]
    pub(crate) functions: Vec<String>,
    /// Files and folders of CloudTrail: what roles were seen to do is needed, too
    #[arg(long = "trail", value_name = "PATH")]
    pub(crate) trails: Vec<PathBuf>,
    /// Form of the result
    #[arg(long, value_enum, default_value = "terminal")]
    pub(crate) format: Form,
    /// Most characters of a policy, white space not counted: longer ones have their resources widened
    #[arg(long, value_name = "CHARACTERS", default_value_t = quota::INLINE)]
    pub(crate) quota: usize,
    /// Exit with 3 when the needs of a function are not known whole
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write to a file and not to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write the policies into the templates, where the needs of a function are known whole and its
    /// new policy provably allows no more than the old one
    #[arg(long)]
    pub(crate) write: bool,
    /// With --write: also where the needs of a function are not known whole
    #[arg(long, requires = "write")]
    pub(crate) even_if_incomplete: bool,
    /// With --write: also what a function needs and is not allowed today
    #[arg(long, requires = "write")]
    pub(crate) allow_new_access: bool,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Words, with the reason of each grant
    #[value(alias = "text")]
    Terminal,
    /// All that is known, for programs
    Json,
    /// `Policies` of SAM functions, without what SAM adds by itself
    Sam,
    /// `Policies` of roles
    Cloudformation,
    /// Policy documents of Terraform
    Terraform,
    /// Statements of the Serverless Framework
    Serverless,
}

/// Runs the command.
pub(crate) fn run(options: &GenerateOptions) -> anyhow::Result<ExitCode> {
    let request = functions::request(&options.paths, &options.deployment)?;
    let usage = usage(&options.trails)?;
    let outcome = ::scan::scan(&request, &|_, _| {})?;
    let mut applications = ::scan::privileges_of(&outcome, &request, usage.as_ref(), options.quota);
    choose(&mut applications, &options.functions)?;
    if options.write {
        let permits = Permits {
            incomplete: options.even_if_incomplete,
            new_access: options.allow_new_access,
        };
        return write(&applications, &outcome, &request, permits);
    }
    let text = render(options.format, &applications, &outcome);
    match &options.output {
        Some(path) => output::write(path, &text)?,
        None => output::print(&text)?,
    }
    let all = || applications.iter().flat_map(|it| &it.privileges);
    all().for_each(|it| warn(it, &outcome.sources));
    let has_lost = functions::tell_lost(&outcome);
    let has_none = all().next().is_none();
    if has_none && has_lost {
        eprintln!("no function was read");
    } else if has_none {
        eprintln!("no function was found: nothing is needed");
    }
    let is_incomplete = has_lost || all().any(|it| !it.needs.is_complete());
    let fails = if options.strict { is_incomplete } else { has_none && has_lost };
    Ok(if fails { ExitCode::from(INCOMPLETE) } else { ExitCode::SUCCESS })
}

/// What the trails saw; nothing when none is named.
fn usage(paths: &[PathBuf]) -> anyhow::Result<Option<Usage>> {
    if paths.is_empty() {
        return Ok(None);
    }
    let request = trail_files::Request { paths: paths.to_vec(), ..Default::default() };
    let outcome = trail_files::read_usage(&request, &|_, _| {})?;
    crate::commands::trail::usage::tell(&outcome);
    Ok(Some(outcome.usage))
}

/// Writes the policies into the templates; exit 1 when a function was left alone.
fn write(
    applications: &[OfApplication<'_>],
    outcome: &::scan::Outcome,
    request: &::scan::Request,
    permits: Permits,
) -> anyhow::Result<ExitCode> {
    let mut is_whole = true;
    for application in applications.iter().filter(|it| !it.privileges.is_empty()) {
        let rewritten = ::scan::rewrite(application, outcome, request, permits)
            .map_err(anyhow::Error::msg)
            .with_context(|| application.template.clone())?;
        if rewritten.old != rewritten.new {
            output::replace(&rewritten.path, &rewritten.old, &rewritten.new)?;
        }
        for (function, change) in &rewritten.functions {
            let words = match change {
                Ok(Change::Written) => "its policy is exact now".to_owned(),
                Ok(Change::Exact) => "its policy was exact already".to_owned(),
                Err(refusal) => format!("left alone: {refusal}"),
            };
            is_whole &= change.is_ok();
            let line = format!("{}: {function}: {words}", application.template);
            output::print(&report::visible(&line))?;
        }
    }
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(LEFT_ALONE) })
}

/// Keeps the named functions.
fn choose(applications: &mut [OfApplication<'_>], names: &[String]) -> anyhow::Result<()> {
    let known = applications
        .iter()
        .flat_map(|it| it.privileges.iter().map(|it| it.needs.function.as_str()));
    functions::must_be_known(names, &known)?;
    if !names.is_empty() {
        for application in applications {
            application.privileges.retain(|it| names.iter().any(|name| it.needs.function == name));
        }
    }
    Ok(())
}

fn render(form: Form, all: &[OfApplication<'_>], outcome: &::scan::Outcome) -> String {
    let every = || all.iter().flat_map(|it| &it.privileges);
    let of_framework = |form: FrameworkForm| {
        let texts = all.iter().map(|it| {
            let draw = Draw { names: &it.names, has_tags: form != FrameworkForm::Serverless };
            least_privilege::to_framework(form, &it.privileges, draw)
        });
        texts.collect::<Vec<_>>().join("---\n")
    };
    match form {
        Form::Json => least_privilege::to_json(
            all.iter().map(|it| (it.template.as_str(), it.privileges.as_slice())),
            &outcome.sources,
        ),
        Form::Terminal => {
            let words = least_privilege::to_words(every(), &outcome.sources);
            words.lines().map(report::visible).collect::<Vec<_>>().join("\n")
        }
        Form::Sam => of_framework(FrameworkForm::Sam),
        Form::Cloudformation => of_framework(FrameworkForm::CloudFormation),
        Form::Serverless => of_framework(FrameworkForm::Serverless),
        Form::Terraform => least_privilege::to_terraform(every()),
    }
}

/// Tells loudly of what the policy of a function may lack.
fn warn(privileges: &Privileges, sources: &source_text::Sources) {
    let needs = &privileges.needs;
    for gap in &needs.gaps {
        let path = sources.path(gap.place.file);
        let text = format!(
            "warning: the policy of `{}` may lack permissions: {path}:{}: {}",
            needs.function, gap.place.line, gap.reason
        );
        eprintln!("{}", report::visible(&text));
    }
}
