//! What a fix says.

use finding::{Finding, RuleId};
use source_edit::Literal;

use crate::{Change, Why, written::Written};

/// A fix of the findings of one rule.
#[derive(Debug)]
pub struct Fix {
    /// The rule.
    pub rule: RuleId,
    /// Name of the rule.
    pub name: &'static str,
    /// Whether honest users and deployments notice nothing.
    pub safety: Safety,
    /// What it sets, by the type of what has the flaw; the first that fits counts.
    pub settings: &'static [Setting],
    /// What it sets where that hangs on what else is written; comes before the settings.
    pub derived: Option<Derived>,
}

/// What a fix sets where that hangs on what else is written.
#[derive(Debug)]
pub struct Derived {
    /// In Markdown, what it sets where.
    pub words: &'static [&'static str],
    /// The sets of changes, of which the first that the text takes is made.
    pub(crate) changes: Derive,
}

type Derive = fn(&Finding, &Written<'_>) -> Result<Vec<Vec<Change>>, Why>;

/// Whether honest users and deployments notice nothing of a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// They notice nothing.
    Safe,
    /// Somebody must judge; says what.
    Unsafe(&'static str),
}

/// Properties that something gets.
#[derive(Debug)]
pub struct Setting {
    /// Its type in the author's file, or for Terraform the CloudFormation type that it is:
    /// `AWS::Lambda::Function`; `event:SQS` an event of SAM; `parameter`; `serverless:function` a function
    /// of the Serverless Framework, `serverless:rest-api` its REST API.
    pub of: &'static str,
    /// Paths of properties (an item of a list is `*`) and their values.
    pub to: &'static [(&'static str, Value)],
    /// A property with which the setting does not hold.
    pub without: Option<&'static str>,
}

/// The value of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// `true`
    On,
    /// `false`
    Off,
    /// A number.
    Number(i64),
    /// A word.
    Word(&'static str),
}

impl Value {
    /// As it is written.
    #[must_use]
    pub fn literal(self) -> Literal {
        match self {
            Self::On => Literal::Bool(true),
            Self::Off => Literal::Bool(false),
            Self::Number(number) => Literal::Integer(number),
            Self::Word(word) => Literal::Text(word.into()),
        }
    }
}

/// A fix that anybody may apply.
pub(crate) const fn safe(rule: (u8, u16), name: &'static str, settings: &'static [Setting]) -> Fix {
    Fix {
        rule: RuleId { risk: rule.0, rule: rule.1 },
        name,
        safety: Safety::Safe,
        settings,
        derived: None,
    }
}

/// A fix that somebody must judge.
pub(crate) const fn judged(
    rule: (u8, u16),
    name: &'static str,
    judge: &'static str,
    settings: &'static [Setting],
) -> Fix {
    let safety = Safety::Unsafe(judge);
    Fix { rule: RuleId { risk: rule.0, rule: rule.1 }, name, safety, settings, derived: None }
}

/// A fix that somebody must judge, and that hangs on what else is written.
pub(crate) const fn derived(
    rule: (u8, u16),
    name: &'static str,
    judge: &'static str,
    derived: Derived,
) -> Fix {
    let fix = judged(rule, name, judge, &[]);
    Fix { derived: Some(derived), ..fix }
}

/// Properties of a type.
pub(crate) const fn set(of: &'static str, to: &'static [(&'static str, Value)]) -> Setting {
    Setting { of, to, without: None }
}

/// Properties of a type that does not have another one.
pub(crate) const fn set_without(
    of: &'static str,
    without: &'static str,
    to: &'static [(&'static str, Value)],
) -> Setting {
    Setting { of, to, without: Some(without) }
}
