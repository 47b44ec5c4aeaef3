//! `faasguard iam simulate`

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use iam_evaluation::{Decision, PolicySet, PrincipalId, Request, Verdict, decide};
use iam_policy::{Policy, literal_terms};
use source_text::{FileId, Limits, parse_yaml};

use crate::{input, output};

/// `iam simulate`
#[derive(Args, Debug)]
pub(crate) struct SimulateOptions {
    /// Identity policies of the principal (JSON or YAML)
    #[arg(long = "policy", value_name = "FILE")]
    pub(crate) policies: Vec<PathBuf>,
    /// Who asks: ARN of a user, role or session, a service, `*` for nobody
    #[arg(long, value_name = "ARN")]
    pub(crate) principal: String,
    /// What is asked, as `s3:GetObject`
    #[arg(long, value_name = "ACTION")]
    pub(crate) action: String,
    /// ARN of the resource
    #[arg(long, value_name = "ARN", default_value = "*")]
    pub(crate) resource: String,
    /// A condition key of the request; repeat it for several values
    #[arg(long = "context", value_name = "KEY=VALUE")]
    pub(crate) context: Vec<String>,
}

/// Runs the command: exit 0 when allowed, 1 when denied, 3 when that is not known.
pub(crate) fn run(options: &SimulateOptions) -> anyhow::Result<ExitCode> {
    let policies: Vec<Policy> =
        options.policies.iter().map(|path| read_policy(path)).collect::<anyhow::Result<_>>()?;
    let principal = PrincipalId::new(options.principal.as_str());
    let mut request = Request::new(principal, options.action.as_str(), options.resource.as_str());
    let mut keys: Vec<(&str, Vec<&str>)> = Vec::new();
    for pair in &options.context {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| anyhow!("`{pair}` is not `KEY=VALUE`"))?;
        match keys.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value),
            None => keys.push((key, vec![value])),
        }
    }
    request.context = keys.into_iter().collect();
    let set = PolicySet { identity: policies.iter().collect(), ..PolicySet::default() };
    let decision = decide(&set, &request);
    output::print(&report::visible(&words(&decision)))?;
    Ok(ExitCode::from(match decision.verdict {
        Verdict::Allow => 0,
        Verdict::ExplicitDeny | Verdict::ImplicitDeny => 1,
        Verdict::Unknown => 3,
    }))
}

fn read_policy(path: &std::path::Path) -> anyhow::Result<Policy> {
    let shown = path.display();
    let text = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
    let parsed = parse_yaml(FileId::default(), &text, &Limits::default())
        .map_err(|error| anyhow!("{shown}: {error}"))?;
    let Some(document) = parsed.documents.first() else { bail!("{shown}: there is no policy") };
    let (policy, diagnostics) = Policy::read(document, &literal_terms);
    for remark in diagnostics {
        let text = format!("{shown}:{}: {}", remark.place.line, remark.message);
        eprintln!("{}", report::visible(&text));
    }
    Ok(policy)
}

fn words(decision: &Decision) -> String {
    let mut text = format!("{}\n", decision.verdict.name());
    for because in &decision.because {
        text.push_str("  ");
        text.push_str(&because.to_string());
        text.push('\n');
    }
    text
}
