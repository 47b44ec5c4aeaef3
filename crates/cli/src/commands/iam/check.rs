//! `faasguard iam check`

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use iam_containment::{Containment, Limits, exclude_public, withhold};
use iam_policy::{
    AccessLevel, ActionPattern, Policy, catalogue,
    managed::{self, Reach},
};
use serde_json::json;
use source_text::SmolStr;

use super::{
    AnswerForm,
    compare::{certain_grants, compare},
    documents::{self, Loaded, Unit},
    guards::Guard,
    words,
};
use crate::{arguments::DeploymentOptions, output};

/// `iam check`
#[derive(Args, Debug)]
pub(crate) struct CheckOptions {
    /// Policy document, list of documents, account details or template
    pub(crate) file: PathBuf,
    /// The file allows nothing that this one does not
    #[arg(long, value_name = "OLD")]
    pub(crate) no_new_access: Option<PathBuf>,
    /// None of these actions is granted: `iam:PassRole,s3:Delete*`; may be given several times
    #[arg(long, value_name = "ACTION", value_delimiter = ',')]
    pub(crate) not_granted: Vec<String>,
    /// With `--not-granted`: only on this resource, an ARN with wildcards
    #[arg(long, value_name = "ARN", requires = "not_granted")]
    pub(crate) resource: Option<String>,
    /// Nobody is let in but whom the policy names, or pins by a condition
    #[arg(long)]
    pub(crate) no_public: bool,
    /// Form of the result
    #[arg(long, value_enum, default_value = "terminal")]
    pub(crate) format: AnswerForm,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// One check of one unit.
struct Checked {
    check: &'static str,
    unit: SmolStr,
    answer: Containment,
    doubts: Vec<String>,
    policies: Vec<Policy>,
}

impl Checked {
    /// A check that stays open, because this was not looked at.
    fn unlooked(check: &'static str, doubts: &[String]) -> Self {
        Self {
            check,
            unit: SmolStr::default(),
            answer: Containment::Yes,
            doubts: doubts.to_vec(),
            policies: Vec::new(),
        }
    }

    fn name(&self) -> &'static str {
        match &self.answer {
            Containment::Yes if !self.doubts.is_empty() => "unknown",
            answer => answer.name(),
        }
    }

    fn result(&self) -> &'static str {
        match self.name() {
            "yes" => "pass",
            "no" => "fail",
            _ => "unknown",
        }
    }
}

/// Runs the command: exit 0 when all checks pass, 1 when one fails, 3 when one is not known.
pub(crate) fn run(options: &CheckOptions) -> anyhow::Result<ExitCode> {
    if options.no_new_access.is_none() && options.not_granted.is_empty() && !options.no_public {
        bail!("name a check: `--no-new-access OLD`, `--not-granted ACTION` or `--no-public`");
    }
    let mut actions: Vec<SmolStr> = Vec::new();
    for action in options.not_granted.iter().map(|action| action.trim()) {
        actions.push(action.into());
        if ActionPattern::parse(action).is_none() {
            bail!("`{action}` is not an action; write `s3:GetObject`, `s3:*` or `*`");
        }
    }
    let file = documents::load(&options.file, &options.deployment)?;
    let mut checks = Vec::new();
    if let Some(old) = &options.no_new_access {
        let old = documents::load(old, &options.deployment)?;
        if old.is_named != file.is_named {
            bail!(
                "`{}` and `{}` are of two kinds; compare documents with documents, templates with templates",
                old.path,
                file.path
            );
        }
        checks.extend(file.units.iter().map(|unit| no_new_access(unit, &old, &file)));
    }
    if !options.not_granted.is_empty() {
        let resource = options.resource.as_deref();
        checks.extend(file.units.iter().map(|unit| not_granted(unit, &file, &actions, resource)));
    }
    if options.no_public {
        checks.extend(file.guards.iter().map(|guard| no_public(guard, &file)));
        if !file.unguarded.is_empty() {
            checks.push(Checked::unlooked("no-public", &file.unguarded));
        }
    }
    // Nothing that was judged is nothing that is proven.
    let wanted = [
        ("no-new-access", options.no_new_access.is_some()),
        ("not-granted", !options.not_granted.is_empty()),
        ("no-public", options.no_public),
    ];
    for (check, _) in wanted.iter().filter(|(_, is_wanted)| *is_wanted) {
        if !checks.iter().any(|checked| checked.check == *check) {
            let words = "there is nothing here that this check judges".to_owned();
            checks.push(Checked::unlooked(check, &[words]));
        }
    }
    let verdict = words::overall(checks.iter().map(Checked::name));
    match options.format {
        AnswerForm::Json => documents::print_json(&json_of(&checks, verdict))?,
        AnswerForm::Terminal => output::print(&text_of(&checks, &file))?,
    }
    Ok(words::exit_code(verdict))
}

fn no_new_access(unit: &Unit, old: &Loaded, file: &Loaded) -> Checked {
    let nothing = Unit::default();
    let before = old.units.iter().find(|other| other.kind == unit.kind && other.name == unit.name);
    let compared = compare(before.unwrap_or(&nothing), unit, (old, file));
    Checked {
        check: "no-new-access",
        unit: unit.name.clone(),
        answer: compared.answer,
        doubts: compared.doubts,
        policies: compared.new,
    }
}

fn no_public(guard: &Guard, file: &Loaded) -> Checked {
    let policies: Vec<&Policy> = guard.policies.iter().collect();
    Checked {
        check: "no-public",
        unit: guard.name.clone(),
        answer: exclude_public(&policies, Limits::default()),
        doubts: file.unread.iter().chain(&guard.doubts).cloned().collect(),
        policies: guard.policies.clone(),
    }
}

fn not_granted(unit: &Unit, file: &Loaded, actions: &[SmolStr], resource: Option<&str>) -> Checked {
    let mut policies = unit.policies.clone();
    policies.extend(unit.managed.iter().filter_map(|arn| certain_grants(arn)));
    let asked: Vec<&Policy> = policies.iter().collect();
    let answer = withhold(&asked, actions, resource, Limits::default());
    let unsettled = unit.managed.iter().filter(|arn| !is_settled(arn, actions));
    let doubts = unsettled
        .map(|arn| format!("{arn} is not written out, so that what it allows is not known"));
    Checked {
        check: "not-granted",
        unit: unit.name.clone(),
        answer,
        doubts: file.unread.iter().cloned().chain(doubts).collect(),
        policies,
    }
}

/// Whether a policy allows none of the actions but by what it certainly grants: it is one that AWS keeps,
/// known whole as far as the actions go.
fn is_settled(arn: &str, actions: &[SmolStr]) -> bool {
    let Some(policy) = managed::find(arn).filter(|_| !arn.contains(' ')) else { return false };
    if policy.allows_all_but().next().is_some() {
        return false;
    }
    actions.iter().all(|action| {
        let is_open = policy
            .allows()
            .any(|(pattern, reach)| reach != Reach::Everything && may_meet(&pattern, action));
        !is_open && (!policy.is_partial || is_never_left_out(action))
    })
}

/// Whether two patterns of actions are of one service, or of any.
fn may_meet(one: &str, other: &str) -> bool {
    let service =
        |pattern: &str| pattern.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let (one, other) = (service(one), service(other));
    one == other || one.contains(['*', '?']) || other.contains(['*', '?'])
}

/// Whether the table has an action wherever a policy allows it: only list and read actions are left out.
fn is_never_left_out(action: &str) -> bool {
    let level = catalogue::find_action(action).map(|known| known.level);
    level.is_some_and(|level| !matches!(level, AccessLevel::List | AccessLevel::Read))
}

fn json_of(checks: &[Checked], verdict: &str) -> serde_json::Value {
    let result = match verdict {
        "yes" => "pass",
        "no" => "fail",
        _ => "unknown",
    };
    let of = |checked: &Checked| {
        let mut reasons = checked.doubts.clone();
        if let Containment::Unknown(reason) = &checked.answer {
            reasons.push(reason.to_string());
        }
        json!({
            "check": checked.check,
            "name": if checked.unit.is_empty() { None } else { Some(checked.unit.as_str()) },
            "result": checked.result(),
            "witness": words::witness_json(&checked.answer),
            "reasons": reasons,
        })
    };
    json!({
        "schema": "faasguard-iam-check/1",
        "result": result,
        "checks": checks.iter().map(of).collect::<Vec<_>>(),
    })
}

fn text_of(checks: &[Checked], file: &Loaded) -> String {
    let mut text = String::new();
    for checked in checks {
        let of =
            if checked.unit.is_empty() { String::new() } else { format!(" of `{}`", checked.unit) };
        text.push_str(&words::line(&format!("{}{of}: {}", checked.check, checked.result())));
        let lines = words::answer_lines(&checked.answer, &checked.policies, &file.path);
        for line in lines.iter().chain(&checked.doubts) {
            text.push_str(&words::line(&format!("  {line}")));
        }
    }
    text
}
