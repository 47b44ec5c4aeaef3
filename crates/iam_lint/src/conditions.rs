//! Conditions that can never hold, and keys that no request of the statement carries.

mod contradiction;
mod value;

use cloud_names::has_placeholder;
use source_text::Place;

use super::{error, note, warning};
use iam_policy::{
    Comparison, Condition, Effect, Operator, Policy, Quantifier, Statement,
    catalogue::{self, KeyKind, Known},
    grammar::Fault,
};

/// Most actions that one message names.
const MAX_NAMED: usize = 5;

/// A condition key that requests for the actions of its statement do not carry.
#[derive(Clone, Debug, PartialEq)]
pub struct AlienKey<'a> {
    /// The condition.
    pub condition: &'a Condition,
    /// The actions that do not carry it; empty when AWS has no such key.
    pub actions: Vec<&'a str>,
    /// Whether every action of the statement is among them.
    pub is_of_none: bool,
    /// Whether the statement therefore never applies (to these actions).
    pub is_fatal: bool,
}

/// A condition, or one of its values, that no request fulfils.
#[derive(Clone, Debug, PartialEq)]
pub struct NeverHolds {
    /// Which fault it is: `condition-value`, `condition-contradiction`, `empty-condition`.
    pub code: &'static str,
    /// Where.
    pub place: Place,
    /// Why, with the values in back-ticks.
    pub reason: String,
    /// Whether the whole statement never applies; otherwise only the value is idle.
    pub is_fatal: bool,
}

impl AlienKey<'_> {
    /// Which fault it is, as reports name it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        if self.actions.is_empty() { "unknown-condition-key" } else { "condition-key-not-carried" }
    }

    /// In words; `does` is what the statement does with actions: `allows`.
    #[must_use]
    pub fn message(&self, does: &str) -> String {
        let Condition { key, operator, .. } = self.condition;
        let effect = match (self.is_fatal, self.is_of_none || self.actions.is_empty()) {
            (true, true) => format!("this statement {does} nothing"),
            (true, false) => format!("the statement never {does} them"),
            (false, _) => format!("`{operator}` is of no effect there"),
        };
        if self.actions.is_empty() {
            return format!("AWS has no condition key `{key}`: {effect}");
        }
        let mut names: Vec<_> =
            self.actions.iter().take(MAX_NAMED).map(|name| format!("`{name}`")).collect();
        if self.actions.len() > MAX_NAMED {
            names.push(format!("{} more", self.actions.len() - MAX_NAMED));
        }
        format!("requests for {} do not carry `{key}`: {effect}", names.join(", "))
    }
}

impl NeverHolds {
    /// In words; `does` is what the statement does with actions: `allows`.
    #[must_use]
    pub fn message(&self, does: &str) -> String {
        if self.is_fatal {
            format!("{}: this statement {does} nothing", self.reason)
        } else {
            self.reason.clone()
        }
    }
}

/// The condition keys of a statement that AWS does not have, or that requests for its actions do not
/// carry. Keys of every service and of identity providers are taken to be carried.
#[must_use]
pub fn alien_keys(statement: &Statement) -> Vec<AlienKey<'_>> {
    if statement.conditions.is_empty() {
        return Vec::new();
    }
    let actions = ActionKeys::new(statement);
    statement.conditions.iter().filter_map(|condition| alien_key(&actions, condition)).collect()
}

/// The actions of a statement, as far as the catalogue lists what their requests carry.
struct ActionKeys<'a> {
    terms: Vec<(&'a str, Vec<Known>)>,
    /// Some action may carry any key: `*`, `NotAction`, one that only deployment knows.
    is_open: bool,
}

impl<'a> ActionKeys<'a> {
    fn new(statement: &'a Statement) -> Self {
        let is_open = !statement.not_actions.is_empty()
            || statement.actions.iter().any(|term| {
                !term.resolved || term.action().is_none_or(|a| a.service.contains(['*', '?']))
            });
        let terms = if is_open {
            Vec::new()
        } else {
            let known = |text: &str| catalogue::expand(text).collect::<Vec<_>>();
            statement.actions.iter().map(|term| (term.text.as_str(), known(&term.text))).collect()
        };
        Self { terms, is_open }
    }
}

fn alien_key<'a>(actions: &ActionKeys<'a>, condition: &'a Condition) -> Option<AlienKey<'a>> {
    let operator = condition.parsed_operator()?;
    let (prefix, _) = condition.key.split_once(':')?;
    let is_of_provider = prefix.contains(['.', '/']) || prefix.eq_ignore_ascii_case("saml");
    if has_placeholder(&condition.key)
        || is_of_provider
        || catalogue::global_keys().any(|global| global.matches(&condition.key))
    {
        return None;
    }
    let is_fatal = operator.requires_key();
    if catalogue::key_type(&condition.key).is_none() {
        // Keys of closed services are known to nobody any more.
        if !prefix.eq_ignore_ascii_case("aws") && catalogue::actions_of(prefix).next().is_none() {
            return None;
        }
        return Some(AlienKey { condition, actions: Vec::new(), is_of_none: true, is_fatal });
    }
    // An action that the catalogue does not list may carry anything.
    let is_listed = actions.terms.iter().all(|(_, known)| !known.is_empty());
    if actions.is_open || !is_listed {
        return None;
    }
    let carries = |known: &[Known]| known.iter().any(|known| known.may_carry(&condition.key));
    let some_carry = actions.terms.iter().any(|(_, known)| carries(known));
    let is_alien =
        |text: &str, known: &[Known]| !(carries(known) || some_carry && rides_along(text));
    let aliens: Vec<_> = actions
        .terms
        .iter()
        .filter(|(text, known)| is_alien(text, known))
        .map(|(text, _)| *text)
        .collect();
    let is_of_none = aliens.len() == actions.terms.len();
    // A key that some actions carry is no mistake where the others pass without it.
    (!aliens.is_empty() && (is_of_none || is_fatal)).then_some(AlienKey {
        condition,
        actions: aliens,
        is_of_none,
        is_fatal,
    })
}

/// Whether an action is only ever asked within the request of another, which carries its own keys:
/// tags and the source identity of a session, with `sts:AssumeRole`.
fn rides_along(action: &str) -> bool {
    ["sts:TagSession", "sts:SetSourceIdentity"].iter().any(|own| own.eq_ignore_ascii_case(action))
}

/// The conditions of a statement that no request fulfils, and values that nothing equals.
#[must_use]
pub fn never_holds(statement: &Statement) -> Vec<NeverHolds> {
    let mut found = Vec::new();
    for condition in &statement.conditions {
        found.extend(value::never_holds(condition));
    }
    found.extend(contradiction::contradictions(&statement.conditions));
    found
}

/// Conditions that hold otherwise than they read.
pub(super) fn lint(policy: &Policy, statement: &Statement, faults: &mut Vec<Fault>) {
    let is_old = policy.version.as_deref() != Some("2012-10-17");
    let mut has_variables = false;
    for condition in &statement.conditions {
        let Some(operator) = condition.parsed_operator() else {
            let message = format!("IAM knows no condition operator `{}`", condition.operator);
            faults.push(error("unknown-operator", condition.place, message));
            continue;
        };
        has_variables |= condition.values.iter().any(has_variable);
        lint_operator(statement, condition, operator, faults);
    }
    has_variables |= statement.resources.iter().chain(&statement.not_resources).any(has_variable);
    if is_old && has_variables {
        let message = "variables such as `${aws:username}` are plain text before version \
                       2012-10-17; set `Version`";
        faults.push(error("variable-in-old-version", statement.place, message));
    }
}

/// Whether a resolved text holds a variable of IAM, `${aws:username}`; `${*}` is an escape.
fn has_variable(term: &iam_policy::Term) -> bool {
    term.resolved && cloud_names::placeholders(&term.text).any(|name| name.contains(':'))
}

fn lint_operator(
    statement: &Statement,
    condition: &Condition,
    operator: Operator,
    faults: &mut Vec<Fault>,
) {
    let Condition { key, place, .. } = condition;
    let kind = catalogue::key_type(key).map(|key_type| key_type.kind);
    if kind.is_some_and(|kind| !fits(operator.comparison, kind)) {
        let message = format!(
            "`{}` does not compare values of `{key}`, which are {}",
            condition.operator,
            kind.map_or("", in_words)
        );
        faults.push(warning("operator-type", *place, message));
    }
    let negates = operator.negated != (statement.effect == Effect::Deny);
    if operator.quantifier == Some(Quantifier::AllValues)
        && statement.effect == Effect::Allow
        && !negates
        && !requires(statement, key)
    {
        let message = format!(
            "`ForAllValues` also holds for requests without `{key}`; add `\"Null\": {{\"{key}\": \
             \"false\"}}`"
        );
        faults.push(note("for-all-values", *place, message));
    }
}

/// Whether a further condition demands that the key is there.
fn requires(statement: &Statement, key: &str) -> bool {
    statement.conditions_on(key).any(|condition| {
        let Some(operator) = condition.parsed_operator() else { return false };
        let is_false = |term: &iam_policy::Term| term.text.eq_ignore_ascii_case("false");
        operator.requires_key()
            || (operator.comparison == Comparison::Null && condition.values.iter().all(is_false))
    })
}

/// Whether a comparison makes sense of a kind of values. Texts compare with everything, and ARNs are
/// often listed as texts.
fn fits(comparison: Comparison, kind: KeyKind) -> bool {
    use Comparison as C;
    match comparison {
        C::StringEquals | C::StringEqualsIgnoreCase | C::StringLike | C::Null => true,
        C::BinaryEquals => kind == KeyKind::String,
        C::Bool => matches!(kind, KeyKind::Bool | KeyKind::String),
        C::IpAddress => matches!(kind, KeyKind::IpAddress | KeyKind::String),
        C::ArnLike => matches!(kind, KeyKind::Arn | KeyKind::String),
        C::DateEquals
        | C::DateLessThan
        | C::DateLessThanEquals
        | C::DateGreaterThan
        | C::DateGreaterThanEquals => matches!(kind, KeyKind::Date | KeyKind::String),
        C::NumericEquals
        | C::NumericLessThan
        | C::NumericLessThanEquals
        | C::NumericGreaterThan
        | C::NumericGreaterThanEquals => {
            matches!(kind, KeyKind::Numeric | KeyKind::Date | KeyKind::String)
        }
    }
}

fn in_words(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::String => "texts",
        KeyKind::Arn => "ARNs",
        KeyKind::Bool => "`true` or `false`",
        KeyKind::Numeric => "numbers",
        KeyKind::Date => "dates",
        KeyKind::IpAddress => "IP addresses",
    }
}
