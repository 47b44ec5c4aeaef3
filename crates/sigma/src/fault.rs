//! What is wrong with a rule, and where.

use source_text::{Diagnostic, Place, SmolStr};

/// Why a document, or one rule of it, is not used. The other rules are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// Title of the rule, when it has one.
    pub rule: Option<SmolStr>,
    /// Why.
    pub error: RuleError,
}

impl Fault {
    /// The remark of a run that goes on without the rule.
    #[must_use]
    pub fn to_diagnostic(&self) -> Diagnostic {
        let text = match &self.rule {
            Some(rule) => format!("rule `{rule}` is not used: {}", self.error),
            None => format!("this is not used: {}", self.error),
        };
        Diagnostic::error(self.place, text)
    }
}

/// Why a rule is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The text is no YAML.
    #[error("{reason}")]
    Syntax {
        /// In the words of the reader.
        reason: String,
    },
    /// A document that is neither rule, correlation nor filter.
    #[error("it has neither `detection`, `correlation` nor `filter`")]
    NotARule,
    /// `action: global` and the like, of Sigma 1.
    #[error(
        "`action: {action}` is deprecated and not part of Sigma 2; write what it shares into each document"
    )]
    DeprecatedAction {
        /// What stands behind `action`.
        action: SmolStr,
    },
    /// A key that must be there is not.
    #[error("`{key}` is missing")]
    Missing {
        /// The key.
        key: &'static str,
    },
    /// A value has the wrong kind.
    #[error("`{key}` must be {wanted}, not {found}")]
    WrongKind {
        /// The key.
        key: SmolStr,
        /// What may stand there.
        wanted: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A modifier that Sigma does not have.
    #[error("unknown modifier `{modifier}`; {hint}")]
    UnknownModifier {
        /// As written.
        modifier: SmolStr,
        /// The nearest one, in words.
        hint: String,
    },
    /// A modifier that cannot stand here.
    #[error("modifier `{modifier}` {reason}")]
    Modifier {
        /// As written.
        modifier: SmolStr,
        /// Why not.
        reason: &'static str,
    },
    /// A value that its modifiers cannot work on.
    #[error("value `{value}` {reason}")]
    Value {
        /// As written.
        value: SmolStr,
        /// Why not.
        reason: &'static str,
    },
    /// No regular expression of the supported kind.
    #[error("`{pattern}` is no regular expression that can be used: {reason}")]
    Regex {
        /// As written.
        pattern: SmolStr,
        /// In the words of the engine.
        reason: String,
    },
    /// A placeholder that nothing resolves.
    #[error("placeholder `%{name}%` is not resolved; write its values into the rule")]
    Placeholder {
        /// Without the per cent signs.
        name: SmolStr,
    },
    /// A condition names a selection that is not there.
    #[error("the condition names `{name}`, which `detection` does not have")]
    UnknownSelection {
        /// As written.
        name: SmolStr,
    },
    /// A pattern of a condition that no selection has.
    #[error("the condition asks for `{pattern}`, and no selection has such a name")]
    NoSelection {
        /// As written.
        pattern: SmolStr,
    },
    /// A condition that cannot be read.
    #[error("the condition `{condition}` cannot be read: {reason}")]
    Condition {
        /// As written.
        condition: SmolStr,
        /// Why.
        reason: &'static str,
    },
    /// `| count()` and `near`, of Sigma 1.
    #[error("`|` in a condition is of Sigma 1; write a `correlation` document")]
    Aggregation,
    /// A type of correlation that is not known.
    #[error("`{name}` is no type of correlation known here")]
    UnknownType {
        /// As written.
        name: SmolStr,
    },
    /// A correlation or filter names a rule that is not loaded.
    #[error("it names rule `{name}`, which is not loaded")]
    UnknownRule {
        /// As written.
        name: SmolStr,
    },
    /// A correlation that names itself, through whichever others.
    #[error("it names itself through `{name}`")]
    Circle {
        /// The rule through which.
        name: SmolStr,
    },
    /// A bound was exceeded.
    #[error("{what} exceeds the limit of {limit}")]
    TooLarge {
        /// What.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
}
