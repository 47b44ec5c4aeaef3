//! `faasguard iam paths`

mod draw;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use ::scan::{Config, Profile, Request};
use anyhow::{Context as _, anyhow, bail};
use clap::{Args, ValueEnum};
use iam_policy::{Policy, literal_terms};
use report::GraphFormat;
use role_paths::{Outcome, Told, graph, is_account, of_policies, read_account};
use source_text::{Diagnostic, Kind, Limits, Sources, parse_yaml};

use crate::{arguments::DeploymentOptions, commands::scan::deployment, input, output};

/// Exit code when somebody becomes an administrator.
const OPEN: u8 = 1;
/// Exit code when that hangs on what the input does not tell.
const NOT_KNOWN: u8 = 3;
/// Ways that are told of one named start.
const MOST_WAYS: usize = 8;

/// `iam paths`
#[derive(Args, Debug)]
pub(crate) struct PathsOptions {
    /// Templates and folders; a policy document, or what `aws iam get-account-authorization-details`
    /// printed
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Only paths from this function, role or user, several ways of each
    #[arg(long, value_name = "NAME")]
    pub(crate) from: Option<String>,
    /// Form of the result
    #[arg(long, value_enum)]
    pub(crate) format: Option<Form>,
    /// Write to a file, in the form that its extension names
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Words, with the statements of each step and how to cut the path
    #[value(alias = "text")]
    Terminal,
    /// All that is known, for programs
    Json,
    /// A picture
    Svg,
    /// Graphviz
    Dot,
    /// A Mermaid flow chart
    Mermaid,
}

/// Runs the command: exit 0 when no path to an administrator stands open, 1 when one does, 3 when
/// that is not known.
pub(crate) fn run(options: &PathsOptions) -> anyhow::Result<ExitCode> {
    let form = form(options)?;
    let sources = Arc::new(Sources::default());
    let mut all: Vec<Told> = Vec::new();
    let mut templates = Vec::new();
    for path in &options.paths {
        match document(path, &sources)? {
            Some(told) => all.push(told),
            None => templates.push(path.clone()),
        }
    }
    let sources = if templates.is_empty() {
        sources
    } else {
        if !all.is_empty() {
            bail!("give templates and policy documents in calls of their own");
        }
        let (told, sources) = of_templates(options, templates)?;
        all = told;
        sources
    };
    if let Some(name) = &options.from {
        choose(&mut all, name)?;
    }
    let text = match form {
        Form::Terminal => {
            let words = role_paths::to_words(&all, &sources);
            words.lines().map(report::visible).collect::<Vec<_>>().join("\n")
        }
        Form::Json => role_paths::to_json(&all, &sources),
        Form::Svg => report::render_graph(GraphFormat::Svg, &draw::graph(&all)),
        Form::Dot => report::render_graph(GraphFormat::Dot, &draw::graph(&all)),
        Form::Mermaid => report::render_graph(GraphFormat::Mermaid, &draw::graph(&all)),
    };
    match &options.output {
        Some(path) => output::write(path, &text)?,
        None => output::print(&text)?,
    }
    let named = |told: &Told| options.from.as_ref().and_then(|name| told.graph.node(name));
    let outcomes: Vec<Outcome> = all.iter().map(|told| told.outcome(named(told))).collect();
    Ok(if outcomes.contains(&Outcome::Open) {
        ExitCode::from(OPEN)
    } else if outcomes.contains(&Outcome::NotKnown) {
        ExitCode::from(NOT_KNOWN)
    } else {
        ExitCode::SUCCESS
    })
}

/// The form that is asked for, or that the file's extension names.
fn form(options: &PathsOptions) -> anyhow::Result<Form> {
    if let Some(form) = options.format {
        return Ok(form);
    }
    let Some(path) = &options.output else { return Ok(Form::Terminal) };
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("txt") => Ok(Form::Terminal),
        Some("json") => Ok(Form::Json),
        Some("svg") => Ok(Form::Svg),
        Some("dot" | "gv") => Ok(Form::Dot),
        Some("mmd" | "mermaid") => Ok(Form::Mermaid),
        _ => bail!("the extension names no form; add --format"),
    }
}

/// A file that is a policy document or an account's; `None` for all else.
fn document(path: &Path, sources: &Sources) -> anyhow::Result<Option<Told>> {
    if !path.is_file() {
        return Ok(None);
    }
    let shown = path.display().to_string();
    let text = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
    let is_meant = |text: &str| {
        ["Statement", "RoleDetailList", "UserDetailList"].iter().any(|key| text.contains(key))
    };
    if !is_meant(&text) {
        return Ok(None);
    }
    let file = sources.add(shown.clone(), text.as_str());
    let Ok(parsed) = parse_yaml(file, &text, &Limits::default()) else { return Ok(None) };
    let Some(node) = parsed.documents.first() else { return Ok(None) };
    let has_statement = matches!(&node.kind, Kind::Map(map) if map.contains("Statement"));
    let (app, diagnostics) = if is_account(node) {
        read_account(node)
    } else if has_statement {
        let (policy, diagnostics) = Policy::read(node, &literal_terms);
        let name = path.file_name().map_or_else(|| shown.clone(), |it| it.display().to_string());
        (of_policies(&name, vec![policy]), diagnostics)
    } else {
        return Ok(None);
    };
    for diagnostic in &diagnostics {
        warn(diagnostic, sources);
    }
    let graph = graph(&app);
    let paths = graph.paths();
    Ok(Some(Told { title: shown, graph, paths, injections: Vec::new() }))
}

fn warn(diagnostic: &Diagnostic, sources: &Sources) {
    let path = sources.path(diagnostic.place.file);
    let text = format!("{path}:{}: {}", diagnostic.place.line, diagnostic.message);
    eprintln!("{}", report::visible(&text));
}

fn of_templates(
    options: &PathsOptions,
    paths: Vec<PathBuf>,
) -> anyhow::Result<(Vec<Told>, Arc<Sources>)> {
    let mut request: Request = deployment(&options.deployment, &Config::default());
    request.standard_input = input::standard_input(&paths)?;
    request.paths = paths;
    request.keep_applications = true;
    request.profile = Profile::Default;
    let outcome = ::scan::scan(&request, &|_, _| {})?;
    if outcome.is_empty {
        return Err(anyhow!("no template and no policy was found"));
    }
    let mut all = Vec::new();
    for app in &outcome.applications {
        let graph = graph(app);
        let paths = graph.paths();
        let injections = ::scan::injections(app, &outcome.report.findings, &outcome.sources);
        let injections = injections
            .into_iter()
            .filter_map(|(name, place)| Some((graph.node(&name)?, place)))
            .collect();
        let title = String::clone(&outcome.sources.path(app.place.file));
        all.push(Told { title, graph, paths, injections });
    }
    Ok((all, outcome.sources))
}

/// Keeps the ways of one function, role or user.
fn choose(all: &mut [Told], name: &str) -> anyhow::Result<()> {
    let is_known = all.iter().any(|told| told.graph.node(name).is_some());
    if !is_known {
        let names: Vec<String> = all
            .iter()
            .flat_map(|told| told.graph.nodes.iter().map(|node| node.name.to_string()))
            .collect();
        let hint = ::rules::nearest_of(name, names.iter().map(String::as_str));
        let hint = hint.map_or(String::new(), |it| format!("; did you mean `{it}`?"));
        bail!("there is no function, role or user `{name}`{hint}");
    }
    for told in all {
        let ways = |start| told.graph.paths_from(start, MOST_WAYS);
        told.paths = told
            .graph
            .node(name)
            .map(|start| ways(start).into_iter().map(|path| (start, path)).collect())
            .unwrap_or_default();
    }
    Ok(())
}
