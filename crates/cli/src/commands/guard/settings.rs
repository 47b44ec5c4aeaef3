//! `faasguard guard settings`

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use guard_settings::Mode;
use serde_json::{Value, json};
use settings_plan::{Asked, Plan, Reason};
use source_text::Sources;

use super::learned::AllLearned;
use crate::{arguments::DeploymentOptions, commands::functions, output};

/// The value of `schema` of the JSON form.
const SCHEMA: &str = "faasguard-guard-plan/1";
/// Exit code when something that was asked for is not known whole.
const INCOMPLETE: u8 = 3;

/// `guard settings`
#[derive(Args, Debug)]
pub(crate) struct SettingsOptions {
    /// Files and folders: templates and the code of their functions
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Only this function, by its logical name; may be given several times
    #[arg(long = "function", value_name = "NAME")]
    pub(crate) functions: Vec<String>,
    /// What the guard does with what it finds
    #[arg(long, value_enum, default_value = "block")]
    pub(crate) mode: ModeName,
    /// Also list the hosts and programs that the code needs, so that the guard refuses all others
    #[arg(long)]
    pub(crate) confine: bool,
    /// Let the guard learn the shape of events that pass, and tell it in the log
    #[arg(long)]
    pub(crate) learn: bool,
    /// Logs in which guards told what they learned and saw while they only watched: a file or folder, in any
    /// form, also an export of CloudWatch; what no definition describes gets a schema, hosts and programs go
    /// into the lists of `--confine`; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) learned: Vec<PathBuf>,
    /// Form of the result: the file itself (one function), or all plans with their reasons
    #[arg(long, value_enum, default_value = "file")]
    pub(crate) format: Form,
    /// Write to a file, or, for several functions, to `NAME.json` in a folder
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 3 when something was not looked at
    #[arg(long)]
    pub(crate) strict: bool,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// Modes of the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeName {
    /// Refuse, and tell
    Block,
    /// Tell only
    Monitor,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// The settings file; the reasons go to standard error
    File,
    /// All plans with their reasons, for programs
    Json,
}

/// Runs the command.
pub(crate) fn run(options: &SettingsOptions) -> anyhow::Result<ExitCode> {
    let request = functions::request(&options.paths, &options.deployment)?;
    let outcome = ::scan::scan(&request, &|_, _| {})?;
    let asked = Asked {
        mode: match options.mode {
            ModeName::Block => Mode::Block,
            ModeName::Monitor => Mode::Monitor,
        },
        confine: options.confine,
        region: request.region.clone(),
    };
    let of_templates = ::scan::plans_of(&outcome, &request, &asked);
    let mut plans: Vec<(String, Plan)> = of_templates
        .into_iter()
        .flat_map(|of| of.plans.into_iter().map(move |plan| (of.template.clone(), plan)))
        .collect();
    let learned = AllLearned::read(&options.learned)?.join(&outcome, &request);
    choose(&mut plans, &options.functions)?;
    for (template, plan) in &mut plans {
        plan.settings.validate.learn = options.learn;
        let of_plan = learned.of(template, plan.function.as_str());
        if let Some(subjects) = of_plan.shapes {
            settings_plan::add_learned(plan, &subjects);
        }
        if let Some(watched) = &of_plan.watched {
            settings_plan::add_watched(plan, watched, options.confine);
        }
        if !of_plan.is_known && !options.learned.is_empty() {
            let words = "no guard told of this function what it learned";
            plan.reasons.push(Reason { setting: "validate", words: words.to_owned(), place: None });
        }
    }
    let has_lost = functions::tell_lost(&outcome);
    match options.format {
        Form::Json => {
            let text = serde_json::to_string_pretty(&to_json(&plans, &outcome.sources))?;
            match &options.output {
                Some(path) => output::write(path, &format!("{text}\n"))?,
                None => output::print(&text)?,
            }
        }
        Form::File => write_files(options, &plans, &outcome.sources)?,
    }
    let fails = has_lost && (options.strict || plans.is_empty());
    Ok(if fails { ExitCode::from(INCOMPLETE) } else { ExitCode::SUCCESS })
}

/// Writes the settings file of one function, or one file a function into a folder.
fn write_files(
    options: &SettingsOptions,
    plans: &[(String, Plan)],
    sources: &Sources,
) -> anyhow::Result<()> {
    for (_, plan) in plans {
        tell(plan, sources);
    }
    match (plans, &options.output) {
        ([], _) => {
            eprintln!("no function was found: nothing to guard");
            Ok(())
        }
        ([(_, plan)], None) => output::print(&plan.settings.to_json()),
        ([(_, plan)], Some(path)) if !path.is_dir() => {
            output::write(path, &format!("{}\n", plan.settings.to_json()))
        }
        (several, Some(folder)) => write_folder(folder, several),
        (several, None) => {
            let names: Vec<&str> = several.iter().map(|(_, plan)| plan.function.as_str()).collect();
            bail!(
                "{} functions ({}): choose one with --function, or name a folder with --output",
                several.len(),
                names.join(", ")
            )
        }
    }
}

fn write_folder(folder: &Path, plans: &[(String, Plan)]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    for (index, (template, plan)) in plans.iter().enumerate() {
        let name = &plan.function;
        // Logical names are letters and digits; a hostile template may say otherwise.
        if !name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_' || it == '-') {
            bail!("`{name}` of {template} cannot be the name of a file; choose with --function");
        }
        if plans.iter().take(index).any(|(_, other)| other.function == *name) {
            bail!("several templates have a function `{name}`; give one template at a time");
        }
        let file = folder.join(format!("{name}.json"));
        output::write(&file, &format!("{}\n", plan.settings.to_json()))?;
    }
    Ok(())
}

/// Keeps the named functions.
fn choose(plans: &mut Vec<(String, Plan)>, names: &[String]) -> anyhow::Result<()> {
    functions::must_be_known(names, &plans.iter().map(|(_, plan)| plan.function.as_str()))?;
    if !names.is_empty() {
        plans.retain(|(_, plan)| names.iter().any(|name| plan.function == name.as_str()));
    }
    Ok(())
}

/// Tells why the settings of a function are as they are.
fn tell(plan: &Plan, sources: &Sources) {
    for Reason { setting, words, place } in &plan.reasons {
        let place = place
            .map(|place| format!("{}:{}: ", sources.path(place.file), place.line))
            .unwrap_or_default();
        let line = format!("{}: {setting}: {place}{words}", plan.function);
        eprintln!("{}", report::visible(&line));
    }
}

fn to_json(plans: &[(String, Plan)], sources: &Sources) -> Value {
    let functions = plans.iter().map(|(template, plan)| {
        let reasons = plan.reasons.iter().map(|reason| {
            let place = reason.place.map(|place| {
                json!({"file": sources.path(place.file), "line": place.line, "column": place.column})
            });
            json!({"setting": reason.setting, "words": reason.words, "place": place})
        });
        json!({
            "function": plan.function.as_str(),
            "template": template,
            "settings": plan.settings,
            "reasons": reasons.collect::<Vec<_>>(),
        })
    });
    json!({"schema": SCHEMA, "functions": functions.collect::<Vec<_>>()})
}
