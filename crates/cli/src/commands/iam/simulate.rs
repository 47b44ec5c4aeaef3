//! `faasguard iam simulate`: what policies decide for one request, or for each case of a file.

mod cases;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use iam_evaluation::{
    Context, Decision, PolicySet, PrincipalId, Request, Verdict, case::because_value, decide,
};
use iam_policy::{Policy, literal_terms};
use source_text::{Limits, Sources, parse_yaml};

use crate::{input, output};

/// `iam simulate`
#[derive(Args, Debug)]
pub(crate) struct SimulateOptions {
    /// Cases, one JSON object a line; `-` is standard input. One decision a line is printed, in the
    /// same order
    #[arg(long, value_name = "FILE", exclusive = true)]
    pub(crate) cases: Option<PathBuf>,
    /// Who asks: ARN of a user, role or session, name of a service, `*` for one who did not sign
    #[arg(long, value_name = "ARN", required_unless_present = "cases")]
    pub(crate) principal: Option<String>,
    /// Account of the principal, when its ARN does not tell
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) principal_account: Option<String>,
    /// What is asked: `s3:GetObject`
    #[arg(long, value_name = "ACTION", required_unless_present = "cases")]
    pub(crate) action: Option<String>,
    /// ARN of the resource. With wildcards, it is some resource that fits
    #[arg(long, value_name = "ARN", default_value = "*")]
    pub(crate) resource: String,
    /// Account that owns the resource, when its ARN does not tell; by default the principal's
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) resource_account: Option<String>,
    /// A condition key of the request; repeat it for more keys and values
    #[arg(long = "context", value_name = "KEY=VALUE")]
    pub(crate) context: Vec<String>,
    /// Condition keys that are not given may have any value: what they decide is unknown
    #[arg(long)]
    pub(crate) open_context: bool,
    /// Identity policy of the principal, JSON or YAML; may be given several times
    #[arg(long = "policy", value_name = "FILE")]
    pub(crate) policies: Vec<PathBuf>,
    /// Policy on the resource: bucket policy, key policy, trust policy of a role
    #[arg(long, value_name = "FILE")]
    pub(crate) resource_policy: Option<PathBuf>,
    /// Permissions boundary of the principal
    #[arg(long = "boundary", value_name = "FILE")]
    pub(crate) boundary: Option<PathBuf>,
    /// Policy that the session was made with
    #[arg(long, value_name = "FILE")]
    pub(crate) session_policy: Option<PathBuf>,
    /// Service control policies of one level of the organisation, comma between files; repeat it
    /// for each level, root first
    #[arg(long = "scp", value_name = "FILE,…")]
    pub(crate) service_control: Vec<String>,
    /// Resource control policies of one level of the organisation, in the same way
    #[arg(long = "rcp", value_name = "FILE,…")]
    pub(crate) resource_control: Vec<String>,
    /// Policy of the VPC endpoint that the request comes through
    #[arg(long, value_name = "FILE")]
    pub(crate) vpc_endpoint_policy: Option<PathBuf>,
    /// Form of the answer
    #[arg(long, value_enum, default_value = "terminal")]
    pub(crate) format: AnswerFormat,
}

/// Forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum AnswerFormat {
    /// Words
    #[value(alias = "text")]
    Terminal,
    /// JSON, as for cases
    Json,
}

/// Runs the command: exit 0 when allowed, 1 when denied, 3 when it is unknown. For cases 0, and 3
/// when a line was no case.
pub(crate) fn run(options: &SimulateOptions) -> anyhow::Result<ExitCode> {
    if let Some(path) = &options.cases {
        return cases::run(path);
    }
    let request = request(options)?;
    let mut files = Files::default();
    let policies = files.read_all(&options.policies)?;
    let resource = files.read_one(options.resource_policy.as_deref())?;
    let boundary = files.read_one(options.boundary.as_deref())?;
    let session = files.read_one(options.session_policy.as_deref())?;
    let service_control = files.read_levels(&options.service_control)?;
    let resource_control = files.read_levels(&options.resource_control)?;
    let endpoint = files.read_one(options.vpc_endpoint_policy.as_deref())?;
    let set = PolicySet {
        identity: policies.iter().collect(),
        resource: resource.as_ref(),
        boundaries: boundary.as_ref().map(|policy| vec![policy]),
        session: session.as_ref(),
        service_control: by_level(&service_control),
        resource_control: by_level(&resource_control),
        vpc_endpoint: endpoint.as_ref().map(|policy| vec![policy]),
    };
    let decision = decide(&set, &request);
    match options.format {
        AnswerFormat::Terminal => print_words(&request, &decision, &files.sources)?,
        AnswerFormat::Json => {
            let because: Vec<_> = decision.because.iter().map(because_value).collect();
            let decision = decision.verdict.name();
            let answer = serde_json::json!({"decision": decision, "because": because});
            output::print(&cases::line(&answer))?;
        }
    }
    Ok(ExitCode::from(match decision.verdict {
        Verdict::Allow => 0,
        Verdict::ExplicitDeny | Verdict::ImplicitDeny => 1,
        Verdict::Unknown => 3,
    }))
}

fn request(options: &SimulateOptions) -> anyhow::Result<Request> {
    let (Some(principal), Some(action)) = (&options.principal, &options.action) else {
        bail!("name `--principal` and `--action`, or `--cases`");
    };
    let mut request =
        Request::new(PrincipalId::new(principal.as_str()), action.as_str(), &*options.resource);
    if let Some(account) = &options.principal_account {
        request.principal.account = Some(account.into());
    }
    request.resource_account = options.resource_account.as_ref().map(Into::into);
    let mut keys: Vec<(&str, Vec<&str>)> = Vec::new();
    for pair in &options.context {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| anyhow!("`{pair}` is not `KEY=VALUE`"))?;
        match keys.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value),
            None => keys.push((key, vec![value])),
        }
    }
    let open = if options.open_context { Context::open() } else { Context::default() };
    request.context =
        keys.into_iter().fold(open, |context, (key, values)| context.with(key, values));
    Ok(request)
}

fn by_level(levels: &[Vec<Policy>]) -> Vec<Vec<&Policy>> {
    levels.iter().map(|level| level.iter().collect()).collect()
}

/// The policy files, so that statements are told with their place.
#[derive(Default)]
struct Files {
    sources: Sources,
}

impl Files {
    fn read_all(&mut self, paths: &[PathBuf]) -> anyhow::Result<Vec<Policy>> {
        paths.iter().map(|path| self.read(path)).collect()
    }

    fn read_one(&mut self, path: Option<&Path>) -> anyhow::Result<Option<Policy>> {
        path.map(|path| self.read(path)).transpose()
    }

    fn read_levels(&mut self, levels: &[String]) -> anyhow::Result<Vec<Vec<Policy>>> {
        let level = |files: &str| -> anyhow::Result<Vec<Policy>> {
            files.split(',').map(|path| self.read(Path::new(path))).collect()
        };
        let mut level = level;
        levels.iter().map(|files| level(files)).collect()
    }

    fn read(&mut self, path: &Path) -> anyhow::Result<Policy> {
        let shown = path.display();
        let text = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
        let file = self.sources.add(shown.to_string(), text.as_str());
        let parsed = parse_yaml(file, &text, &Limits::default())
            .map_err(|error| anyhow!("{shown}:{}: {error}", error.place().line))?;
        let Some(document) = parsed.documents.first() else { bail!("{shown}: there is no policy") };
        let (policy, remarks) = Policy::read(document, &literal_terms);
        for remark in parsed.diagnostics.iter().chain(&remarks) {
            let text = format!("{shown}:{}: {}", remark.place.line, remark.message);
            eprintln!("{}", report::visible(&text));
        }
        Ok(policy)
    }
}

fn print_words(request: &Request, decision: &Decision, sources: &Sources) -> anyhow::Result<()> {
    let verdict = match decision.verdict {
        Verdict::Allow => "allowed",
        Verdict::ExplicitDeny => "denied",
        Verdict::ImplicitDeny => "not allowed",
        Verdict::Unknown => "unknown",
    };
    let Request { principal, action, resource, .. } = request;
    let asked = format!("{verdict}: `{action}` on `{resource}` by `{}`", principal.name);
    let mut text = report::visible(&asked).into_owned();
    for because in &decision.because {
        let mut line = because.to_string();
        if let Some(statement) = because.statement.as_ref().filter(|s| !s.place.is_whole()) {
            let path = sources.path(statement.place.file);
            line.extend([" (", &path, ":", &statement.place.line.to_string(), ")"]);
        }
        text.push_str("\n  ");
        text.push_str(&report::visible(&line));
    }
    output::print(&text)
}
