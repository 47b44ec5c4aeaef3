//! The vocabulary of a result: what was found, where, how bad, how sure, how to mend it.
//!
//! Nothing here reads a file or prints a line; loaders point at [`Place`](source_text::Place)s,
//! rules make [`Finding`]s and reporters draw them.

#![deny(clippy::disallowed_methods)]

mod evidence;
mod finding;
mod fingerprint;
mod own;
mod rule;
mod severity;

pub use evidence::{Closed, Evidence, EvidenceKind};
pub use finding::{
    Component, ComponentReach, Edit, Finding, Fix, Hop, Secret, SecretCommit, SecretCommits,
    Suppressed,
};
pub use fingerprint::{FingerprintParts, fingerprint};
pub use own::{OwnRuleId, OwnRuleInfo, ParseOwnRuleIdError, RuleFacts, RuleKey};
pub use rule::{Audience, ParseRuleIdError, RISKS, Risk, RuleId, RuleInfo, risk};
pub use severity::{Confidence, Severity};
