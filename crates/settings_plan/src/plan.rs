//! The settings of one function, each with its reason.

use app_model::{Exposure, Function, Invocation, SmolStr, Trigger, TriggerKind};
use code_schemas::Derivation;
use guard_settings::{BatchAnswer, Mode, Rate, RateKey, Settings, TmpFiles};
use least_privilege::Names;
use source_text::Place;
use taint::{Kind, Literal, ServiceCall};

use crate::{confine, fields, models, routes, secrets};

/// What the caller decides about the plan.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What happens to what is found.
    pub mode: Mode,
    /// Whether the plan also lists the hosts and programs that the code needs, so that the guard
    /// refuses all others.
    pub confine: bool,
    /// Region that the function runs in, when it is known: hosts of services are then exact.
    pub region: Option<SmolStr>,
}

/// What is known of the code of a function.
#[derive(Clone, Copy, Debug, Default)]
pub struct CodeFacts<'a> {
    /// Flows from fields of the event to dangerous calls.
    pub sinks: &'a [Sink],
    /// Calls of cloud services.
    pub calls: &'a [ServiceCall],
    /// What the code checks events against; absent where nothing looked for it.
    pub checks: Option<&'a Derivation>,
    /// Text constants of the code.
    pub literals: &'a [Literal],
    /// Whether all of the code was read and followed to its end.
    pub is_whole: bool,
    /// Whether some call of a cloud service could not be told.
    pub has_unknown_calls: bool,
    /// Whether something in the code may start a program.
    pub starts_programs: bool,
}

/// A field of the event that reaches something dangerous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sink {
    /// What it endangers.
    pub kind: Kind,
    /// Where it stands in the event, as the analysis writes it: `["Records"][*]["body"]`.
    pub path: String,
    /// What it reaches: `os.system`.
    pub call: String,
    /// Where it gets there.
    pub place: Place,
}

/// Why a setting is as it is, or what keeps it open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The key of the setting: `inspect.fields`, `batch`.
    pub setting: &'static str,
    /// In words.
    pub words: String,
    /// What it comes from.
    pub place: Option<Place>,
}

/// The settings of one function.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Logical name of the function.
    pub function: SmolStr,
    /// The file to be written.
    pub settings: Settings,
    /// Why, in the order of the settings.
    pub reasons: Vec<Reason>,
}

/// Plans the settings of `function`. `code` is absent when its code was not looked at.
#[must_use]
pub fn plan(
    names: &Names<'_>,
    function: &Function,
    code: Option<&CodeFacts<'_>>,
    asked: &Asked,
) -> Plan {
    let app = names.app();
    let triggers: Vec<&Trigger> =
        app.triggers.iter().filter(|trigger| trigger.function == function.name).collect();
    let mut plan = Plan {
        function: function.name.clone(),
        settings: Settings {
            function: Some(function.name.to_string()),
            mode: asked.mode,
            ..Settings::default()
        },
        reasons: Vec::new(),
    };
    let no_code = CodeFacts::default();
    if code.is_none() {
        let words = "the code was not looked at: every field is inspected for every class";
        plan.note("inspect.fields", words, Some(function.place));
    }
    let code = code.unwrap_or(&no_code);
    fields::fill(&mut plan, code);
    routes::fill(&mut plan, app, &triggers);
    if let Some(checks) = code.checks {
        models::fill(&mut plan, &triggers, checks);
    }
    batch(&mut plan, &triggers);
    errors(&mut plan, &triggers);
    leftovers(&mut plan, code);
    rate(&mut plan, &triggers);
    secrets::fill(&mut plan, names, function, code);
    traces(&mut plan, function);
    if asked.confine {
        confine::fill(&mut plan, function, code, asked);
    }
    plan
}

impl Plan {
    pub(crate) fn note(
        &mut self,
        setting: &'static str,
        words: impl Into<String>,
        place: Option<Place>,
    ) {
        self.reasons.push(Reason { setting, words: words.into(), place });
    }
}

/// Reporting single records is right only where every mapping listens: with one that does not, the
/// refused record would count as done.
fn batch(plan: &mut Plan, triggers: &[&Trigger]) {
    let is_batch =
        |kind| matches!(kind, TriggerKind::Sqs | TriggerKind::Kinesis | TriggerKind::DynamoDb);
    let polled =
        || triggers.iter().filter(|it| it.invocation == Invocation::Polled && is_batch(it.kind));
    if polled().next().is_none() {
        return;
    }
    let deaf = polled().find(|it| !it.polling.as_ref().is_some_and(|at| at.reports_item_failures));
    let (batch, words, place) = match deaf {
        Some(trigger) => (
            BatchAnswer::Fail,
            "the mapping does not report item failures (`ReportBatchItemFailures`): one bad record \
             fails its whole batch",
            trigger.polling.as_ref().map_or(trigger.place, |polling| polling.place),
        ),
        None => (
            BatchAnswer::Report,
            "the mapping reports item failures: good records of a batch are handed on",
            polled().next().map(|it| it.place).unwrap_or_default(),
        ),
    };
    plan.settings.batch = batch;
    plan.note("batch", words, Some(place));
}

/// Somebody reads the answers of a function behind HTTP; nobody but its owner reads others.
fn errors(plan: &mut Plan, triggers: &[&Trigger]) {
    let Some(trigger) = triggers.iter().find(|it| it.kind.is_http()) else { return };
    plan.settings.errors.hide_details = true;
    plan.settings.redact.responses = false;
    let words = "callers over HTTP see its answers: details of errors are taken out";
    plan.note("errors.hide_details", words, Some(trigger.place));
}

fn leftovers(plan: &mut Plan, code: &CodeFacts<'_>) {
    let writes = code.literals.iter().find(|it| it.text.starts_with("/tmp"));
    plan.settings.tmp = TmpFiles::Report;
    if let Some(literal) = writes {
        let words = "the code works in `/tmp`, which the next invocation sees: what is left is told; \
                     `clean` removes it, where no cache is kept there";
        plan.note("tmp", words, Some(literal.place));
    }
}

/// A limit of the interface holds for all environments, so it is the better one; the guard's own
/// is for routes that have none.
fn rate(plan: &mut Plan, triggers: &[&Trigger]) {
    let open = triggers
        .iter()
        .find(|it| it.kind.is_http() && it.exposure == Exposure::Internet && it.throttle.is_none());
    let Some(trigger) = open else { return };
    plan.settings.rate = Some(Rate { per_second: 50.0, burst: 200, key: RateKey::Ip, store: None });
    let words = "nothing before the function limits its callers; each environment counts for \
                 itself unless `rate.store` names a Redis";
    plan.note("rate", words, Some(trigger.place));
}

fn traces(plan: &mut Plan, function: &Function) {
    let active = function.tracing.as_ref().and_then(|setting| {
        let is_active = setting.value.any(|mode| mode == "Active");
        is_active.then_some(setting.place)
    });
    if let Some(place) = active {
        plan.settings.telemetry.xray = true;
        plan.note("telemetry.xray", "tracing is active", Some(place));
    }
}
