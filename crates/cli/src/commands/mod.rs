//! One file a command.

pub(crate) mod completions;
pub(crate) mod expand;
pub(crate) mod explain;
pub(crate) mod functions;
pub(crate) mod graph;
pub(crate) mod guard;
pub(crate) mod iam;
pub(crate) mod man;
pub(crate) mod metrics;
pub(crate) mod package;
pub(crate) mod reference;
pub(crate) mod rules;
pub(crate) mod sbom;
pub(crate) mod scan;
pub(crate) mod secrets;
pub(crate) mod trail;
pub(crate) mod vulndb;

use finding::{RuleId, RuleInfo};

/// What a rule says of itself, for reporters.
pub(crate) fn rule_info(id: RuleId) -> Option<&'static RuleInfo> {
    ::rules::by_id(id).map(|rule| &rule.info)
}
