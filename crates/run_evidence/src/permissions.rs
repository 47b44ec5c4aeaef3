//! What a trail saw of the permissions that a finding is about.

use app_model::{Function, Place};
use cloud_names::Pattern;
use finding::{Evidence, EvidenceKind};
use least_privilege::{DeployedNames, Grants, Names};
use trail_usage::{Action, Usage};

use crate::words::{some, times};

/// Days that events must span before something counts as not used.
const LEAST_DAYS: i64 = 7;
/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// Actions whose use only shows where a trail records data events, by service. One of them in a trail shows
/// that it does.
///
/// Source: AWS CloudTrail User Guide, "Logging data events".
const DATA: [(&str, &[&str]); 9] = [
    ("s3", &["GetObject", "PutObject", "DeleteObject", "ListBucket", "HeadObject", "CopyObject"]),
    (
        "dynamodb",
        &[
            "GetItem",
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "Query",
            "Scan",
            "BatchGetItem",
            "BatchWriteItem",
            "ConditionCheckItem",
        ],
    ),
    ("lambda", &["InvokeFunction", "InvokeFunctionUrl"]),
    ("sqs", &["SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"]),
    ("sns", &["Publish"]),
    ("kinesis", &["PutRecord", "PutRecords", "GetRecords", "GetShardIterator"]),
    ("bedrock", &["InvokeModel", "InvokeModelWithResponseStream", "InvokeAgent"]),
    ("events", &["PutEvents"]),
    ("cloudwatch", &["PutMetricData", "GetMetricData"]),
];

/// Services of which a trail never tells what roles of functions do there most.
const SILENT: [&str; 9] =
    ["logs", "xray", "execute-api", "es", "aoss", "rds-db", "iot", "appsync", "ec2messages"];

/// The span of a trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) days: i64,
}

impl Window {
    /// From the first to the last use of anything by anybody; nothing without a time.
    pub(crate) fn of(usage: &Usage) -> Option<Self> {
        let actions = || usage.principals.iter().flat_map(|it| &it.actions);
        let first = actions().filter_map(|it| it.first.as_ref()).min()?;
        let last = actions().filter_map(|it| it.last.as_ref()).max()?;
        let seconds = |time: &audit_event::Time| lambda_log::parse_millis(&time.to_string());
        Some(Self { days: (seconds(last)? - seconds(first)?) / 1000 / DAY_S })
    }
}

/// What the trail saw of what stands at `place` in the role of a function; nothing when the trail does not
/// know the role.
pub(crate) fn evidence<'a>(
    names: &Names<'a>,
    function: &'a Function,
    deployed: &DeployedNames,
    place: Place,
    (usage, window): (&Usage, Option<Window>),
) -> Option<Evidence> {
    let grants = Grants::of(names, function);
    let is_meant = |it: &&least_privilege::Granted<'_>| {
        [it.place, it.resource_place, it.statement_place()].contains(&place)
    };
    let mut granted: Vec<String> =
        grants.grants.iter().filter(is_meant).map(|it| it.action.to_string()).collect();
    granted.sort();
    granted.dedup();
    let roles: Vec<_> = usage.principals.iter().filter(|it| deployed.is_role(it)).collect();
    if granted.is_empty() || roles.is_empty() {
        return None;
    }
    let patterns: Vec<Pattern> = granted.iter().map(|it| Pattern::ignoring_case(it)).collect();
    let mut used: Vec<&Action> = roles
        .iter()
        .flat_map(|role| &role.actions)
        .filter(|it| it.count > 0 && patterns.iter().any(|one| one.matches(&it.action)))
        .collect();
    used.sort_by_key(|it| (std::cmp::Reverse(it.count), it.action.clone()));
    let days = window.map(|it| it.days).filter(|days| *days >= LEAST_DAYS);
    let is_told = granted.iter().all(|action| is_recorded(action, usage));
    let count: u64 = used.iter().map(|it| it.count).sum();
    let time = |time: Option<&audit_event::Time>| time.map(ToString::to_string);
    let first = time(used.iter().filter_map(|it| it.first.as_ref()).min());
    let last = time(used.iter().filter_map(|it| it.last.as_ref()).max());
    let source = "trail";
    if used.is_empty() {
        let days = days.filter(|_| is_told)?;
        let text =
            format!("never used in {days} days of CloudTrail, which has other calls of the role");
        return Some(Evidence {
            kind: EvidenceKind::NeverUsed,
            text,
            count: None,
            first,
            last,
            source,
        });
    }
    let actions: Vec<String> =
        used.iter().map(|it| format!("`{}` ({})", it.action, times(it.count))).collect();
    let is_wide = granted.iter().any(|it| it.contains(['*', '?']));
    let rest = match days.filter(|_| is_told) {
        Some(days) if is_wide => format!(", and nothing else of it in {days} days"),
        _ => String::new(),
    };
    let on = last.as_deref().map(|it| format!(", last on {}", it.get(..10).unwrap_or(it)));
    let text = format!("CloudTrail saw it use {}{}{rest}", some(&actions), on.unwrap_or_default());
    Some(Evidence { kind: EvidenceKind::Used, text, count: Some(count), first, last, source })
}

/// Whether the trail would have told the use of an action.
fn is_recorded(action: &str, usage: &Usage) -> bool {
    let Some((service, name)) = action.split_once(':') else { return false };
    let service = service.to_ascii_lowercase();
    if SILENT.contains(&service.as_str()) || service.contains('*') {
        return false;
    }
    let Some((_, data)) = DATA.iter().find(|(of, _)| *of == service) else { return true };
    let pattern = Pattern::ignoring_case(name);
    if !data.iter().any(|it| pattern.matches(it)) && !name.contains(['*', '?']) {
        return true;
    }
    usage.principals.iter().flat_map(|it| &it.actions).any(|it| {
        it.action.split_once(':').is_some_and(|(of, name)| of == service && data.contains(&name))
    })
}
