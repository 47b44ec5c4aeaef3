//! One file a command.

pub(crate) mod alerts;
pub(crate) mod cloud;
pub(crate) mod companion;
pub(crate) mod completions;
pub(crate) mod dashboard;
pub(crate) mod evidence;
pub(crate) mod expand;
pub(crate) mod explain;
pub(crate) mod fix;
pub(crate) mod functions;
pub(crate) mod graph;
pub(crate) mod guard;
pub(crate) mod iam;
pub(crate) mod lake;
pub(crate) mod logs;
pub(crate) mod man;
pub(crate) mod metrics;
pub(crate) mod own_rules;
pub(crate) mod package;
pub(crate) mod reading;
pub(crate) mod reference;
pub(crate) mod rules;
pub(crate) mod sbom;
pub(crate) mod scan;
pub(crate) mod secrets;
pub(crate) mod top;
pub(crate) mod trail;
pub(crate) mod vex;
pub(crate) mod vulndb;

use anyhow::bail;
use finding::{RuleFacts, RuleKey};

/// What a rule says of itself, for reporters.
pub(crate) fn rule_facts(key: RuleKey) -> Option<RuleFacts<'static>> {
    ::rules::by_id(key).map(|rule| rule.info.facts())
}

/// The time that a document bears: `SOURCE_DATE_EPOCH` when it is set, so that builds can be repeated.
pub(crate) fn time() -> anyhow::Result<String> {
    let now = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => {
            let second = text.parse().ok().and_then(|it| jiff::Timestamp::from_second(it).ok());
            match second {
                Some(second) => second,
                None => bail!("`SOURCE_DATE_EPOCH` is no number of seconds: `{text}`"),
            }
        }
        Err(_) => jiff::Timestamp::now(),
    };
    Ok(now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
