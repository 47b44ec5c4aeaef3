//! `cargo xtask iam-cases DIR`: our decisions against the JSON cases of iam-simulate.
//!
//! DIR is a checkout of cloud-copilot/iam-simulate (AGPL): its cases are run from outside and none is
//! kept, its source is not read. Cases that ask for one resource in its strict mode ask what we ask
//! and must agree. A request for a *pattern* of resources is allowed there when some resource may be
//! allowed; *discovery* mode allows when some context may. We say unknown where that decides, so that
//! those answers must not contradict. Without the folder it says `skipped`. `xtask/conformance.toml`
//! names the known differences.

use std::{collections::BTreeMap, fs, path::Path};

use iam_evaluation::{Verdict, case::Case};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{Outcome, arguments::Arguments, conformance, workspace};

const FOLDERS: [&str; 2] =
    ["src/core_engine/coreEngineTests", "src/simulation_engine/simulationEngineIntegrationTests"];

/// One question with the answer that is wanted, or why it cannot be asked.
struct Question {
    file: String,
    name: String,
    mode: Mode,
    case: Result<Value, &'static str>,
    wanted: String,
}

/// What the comparison must reach.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Demands {
    /// Questions for one resource that must agree, at least.
    strict: usize,
    /// File of cases to how many of its questions differ and why.
    known: BTreeMap<String, Known>,
}

/// Differences that are known and stay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    differ: usize,
    reason: String,
}

/// How a question is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    /// The same decision is wanted.
    Strict,
    /// For a pattern of resources: a decision that does not contradict is wanted.
    Pattern,
    /// For an open context: a decision that does not contradict is wanted.
    Discovery,
}

/// Numbers of questions.
#[derive(Debug, Default)]
struct Count {
    agree: usize,
    /// Answers that agree by being unknown.
    open: usize,
    /// File and what differs.
    differ: Vec<(String, String)>,
    /// Cases that have no question for us, by reason.
    not_asked: BTreeMap<&'static str, usize>,
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let is_verbose = arguments.flag("--verbose");
    let folder = arguments.free().ok_or("name the folder of iam-simulate")?;
    arguments.finish()?;
    let folder = Path::new(&folder);
    if !folder.is_dir() {
        println!("skipped: there is no folder {}", folder.display());
        return Ok(());
    }
    let mut counts: BTreeMap<Mode, Count> = BTreeMap::new();
    let mut cases = 0;
    for part in FOLDERS {
        for path in workspace::files(&folder.join(part))? {
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let shown = workspace::relative(&folder.join(part), &path);
            let file: Vec<Value> = serde_json::from_str(&fs::read_to_string(&path)?)?;
            for theirs in &file {
                cases += 1;
                for question in questions(&shown, theirs) {
                    let count = counts.entry(question.mode).or_default();
                    compare(&question, count, is_verbose)?;
                }
            }
        }
    }
    println!("{cases} cases");
    let demands = conformance::demands()?.iam;
    let mut surplus = Vec::new();
    let mut differing: BTreeMap<&str, usize> = BTreeMap::new();
    for (mode, count) in &counts {
        let asked = count.agree + count.differ.len();
        println!("{mode:?}: {} of {asked} agree, {} by saying unknown", count.agree, count.open);
        for (reason, number) in &count.not_asked {
            println!("  {number} not asked: {reason}");
        }
        for (file, line) in &count.differ {
            let number = differing.entry(file).or_default();
            *number += 1;
            let known = demands.known.get(file).filter(|known| *number <= known.differ);
            let reason = known.map_or("", |known| &known.reason);
            println!("  differs: {line}\n    {reason}");
            if known.is_none() {
                surplus.push(line.as_str());
            }
        }
    }
    let agree = counts.get(&Mode::Strict).map_or(0, |count| count.agree);
    if agree < demands.strict || !surplus.is_empty() {
        let message = format!(
            "{agree} agree, demanded are {}; {} differences are not known",
            demands.strict,
            surplus.len()
        );
        return Err(message.into());
    }
    Ok(())
}

fn compare(question: &Question, count: &mut Count, is_verbose: bool) -> Outcome {
    let case = match &question.case {
        Ok(case) => case,
        Err(reason) => {
            *count.not_asked.entry(reason).or_default() += 1;
            return Ok(());
        }
    };
    let text = serde_json::to_string(case)?;
    let case = Case::read(&text).map_err(|error| format!("{}: {error}", question.name))?;
    let decision = case.decide();
    let own = decision.verdict;
    let agrees = match question.wanted.as_str() {
        "Allowed" => {
            own == Verdict::Allow || (question.mode != Mode::Strict && own == Verdict::Unknown)
        }
        "ImplicitlyDenied" => own == Verdict::ImplicitDeny,
        _ => own == Verdict::ExplicitDeny,
    };
    if agrees {
        count.agree += 1;
        count.open += usize::from(own == Verdict::Unknown);
        return Ok(());
    }
    let mut line = format!("{}: {} for {}", question.name, own.name(), question.wanted);
    if is_verbose {
        line.extend(["\n    ", text.as_str()]);
        for because in &decision.because {
            line.extend(["\n    ", because.to_string().as_str()]);
        }
    }
    count.differ.push((question.file.clone(), line));
    Ok(())
}

/// The questions of one of their cases.
fn questions(file: &str, theirs: &Value) -> Vec<Question> {
    let name = format!("{file}: {}", text(theirs, "name"));
    let Some(expected) = theirs.get("expected") else { return Vec::new() };
    if let Some(response) = expected.get("response") {
        let simulation = theirs.get("simulation");
        let case = core_case(theirs, simulation);
        let mode = mode(&case, simulation.is_some());
        let wanted = text_of(response).to_owned();
        return vec![Question { file: file.to_owned(), name, mode, case, wanted }];
    }
    let own = theirs.get("simulation").unwrap_or(&Value::Null);
    let results = expected.get("results").and_then(Value::as_array);
    let is_discovery = theirs
        .pointer("/simulationOptions/simulationMode")
        .is_some_and(|mode| text_of(mode).eq_ignore_ascii_case("discovery"));
    let mut questions = Vec::new();
    for result in results.into_iter().flatten() {
        let pattern = text(result, "resourcePattern");
        let case = pattern_case(own, pattern, is_discovery);
        let mode = mode(&case, is_discovery);
        let wanted = text(result, "result").to_owned();
        let name = format!("{name} [{pattern}]");
        questions.push(Question { file: file.to_owned(), name, mode, case, wanted });
    }
    if questions.is_empty() {
        let case = Err("no result for a resource");
        let mode = mode(&case, is_discovery);
        let wanted = text(expected, "overallResult").to_owned();
        questions.push(Question { file: file.to_owned(), name, mode, case, wanted });
    }
    questions
}

fn mode(case: &Result<Value, &'static str>, is_discovery: bool) -> Mode {
    let Ok(case) = case else { return Mode::Pattern };
    let has_resource = iam_policy::catalogue::supports_resource(text(case, "action"));
    if is_discovery {
        Mode::Discovery
    } else if text(case, "resource").contains(['*', '?']) && has_resource != Some(false) {
        Mode::Pattern
    } else {
        Mode::Strict
    }
}

fn core_case(theirs: &Value, simulation: Option<&Value>) -> Result<Value, &'static str> {
    let request = theirs.get("request").unwrap_or(&Value::Null);
    let mut case = request_case(request, "context");
    put(&mut case, "identity_policies", theirs.get("identityPolicies"));
    put(&mut case, "resource_policy", theirs.get("resourcePolicy"));
    put(&mut case, "permission_boundaries", theirs.get("permissionBoundaries"));
    put(&mut case, "session_policy", theirs.get("sessionPolicy"));
    put(&mut case, "vpc_endpoint_policies", theirs.get("endpointPolicies"));
    for (own, name) in LEVELS {
        put(&mut case, own, theirs.get(name).map(levels).as_ref());
    }
    if let Some(simulation) = simulation {
        case.insert("context_is_open".to_owned(), Value::Bool(true));
        keep_strict_keys(&mut case, simulation)?;
    }
    Ok(Value::Object(case))
}

const LEVELS: [(&str, &str); 2] = [
    ("service_control_policies", "serviceControlPolicies"),
    ("resource_control_policies", "resourceControlPolicies"),
];

/// In discovery mode only the keys that a case lists are looked at; such a key may be there with a
/// value that is not known, which we cannot say.
fn keep_strict_keys(case: &mut Map<String, Value>, simulation: &Value) -> Result<(), &'static str> {
    let given = case.remove("context").unwrap_or_default();
    let mut kept = Map::new();
    let constraints = simulation.get("discoveryContextKeyConstraints").and_then(Value::as_array);
    for constraint in constraints.into_iter().flatten() {
        let key = text(constraint, "keyName");
        let is = |name: &str| constraint.get(name).and_then(Value::as_bool) == Some(true);
        if key.starts_with('/') {
            return Err("keys by regular expression");
        }
        if is("presenceIsKnown") && !is("valueIsKnown") {
            return Err("a key that is there with a value that is not known");
        }
        if is("presenceIsKnown") {
            let fields = given.as_object().into_iter().flatten();
            let found = fields.clone().find(|(name, _)| name.eq_ignore_ascii_case(key));
            kept.insert(key.to_owned(), found.map_or(Value::Null, |(_, value)| value.clone()));
        }
    }
    case.insert("context".to_owned(), Value::Object(kept));
    Ok(())
}

fn pattern_case(theirs: &Value, pattern: &str, is_open: bool) -> Result<Value, &'static str> {
    let request = theirs.get("request").unwrap_or(&Value::Null);
    let mut case = request_case(request, "contextVariables");
    if pattern.is_empty() {
        return Err("no result for a resource");
    }
    // They write the pattern of a result as short as the policy does.
    let missing = 5_usize.saturating_sub(pattern.matches(':').count());
    let missing = if pattern.starts_with("arn:") { missing } else { 0 };
    case.insert("resource".to_owned(), format!("{pattern}{}", ":*".repeat(missing)).into());
    let plain = |named: &Value| named.get("policy").cloned().unwrap_or(Value::Null);
    let list = |name: &str| {
        let policies = theirs.get(name).and_then(Value::as_array)?;
        Some(Value::Array(policies.iter().map(plain).collect()))
    };
    put(&mut case, "identity_policies", list("identityPolicies").as_ref());
    put(&mut case, "permission_boundaries", list("permissionBoundaryPolicies").as_ref());
    put(&mut case, "vpc_endpoint_policies", list("vpcEndpointPolicies").as_ref());
    put(&mut case, "resource_policy", theirs.get("resourcePolicy"));
    put(&mut case, "session_policy", theirs.get("sessionPolicy"));
    for (own, name) in LEVELS {
        let named = theirs.get(name).map(levels).and_then(|levels| {
            let levels = levels.as_array()?.iter();
            Some(Value::Array(levels.map(|level| all(level, plain)).collect()))
        });
        put(&mut case, own, named.as_ref());
    }
    if is_open {
        case.insert("context_is_open".to_owned(), Value::Bool(true));
    }
    Ok(Value::Object(case))
}

fn all(level: &Value, plain: impl Fn(&Value) -> Value) -> Value {
    level.as_array().into_iter().flatten().map(plain).collect()
}

fn request_case(request: &Value, context: &str) -> Map<String, Value> {
    let mut case = Map::new();
    let principal = request.get("principal").filter(|principal| principal.is_string());
    case.insert("principal".to_owned(), principal.cloned().unwrap_or(json!("*")));
    put(&mut case, "action", request.get("action"));
    put(&mut case, "resource", request.pointer("/resource/resource"));
    put(&mut case, "resource_account", request.pointer("/resource/accountId"));
    let context = request.get(context).cloned().unwrap_or_else(|| json!({}));
    case.insert("context".to_owned(), context);
    case
}

/// Their levels have names; ours are lists.
fn levels(theirs: &Value) -> Value {
    let levels = theirs.as_array().into_iter().flatten();
    levels.map(|level| level.get("policies").cloned().unwrap_or(json!([]))).collect()
}

fn put(case: &mut Map<String, Value>, name: &str, value: Option<&Value>) {
    if let Some(value) = value {
        case.insert(name.to_owned(), value.clone());
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).map_or("", text_of)
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
