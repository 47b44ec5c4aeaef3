//! Sigma rules over records of CloudTrail: read with their places, compiled, matched without allocation.

#![deny(clippy::disallowed_methods)]

mod cases;
mod correlation;
mod engine;
mod fault;
mod parse;
mod pattern;
mod rule;

pub use cases::{Case, Cases};
pub use correlation::{
    Alias, Correlation, CorrelationKind, Criterion, Figure, RuleExpression, Wanted,
};
pub use engine::{Engine, Scratch};
pub use fault::{Fault, RuleError};
pub use parse::{Documents, parse};
pub use pattern::{Pattern, Regex, fold};
pub use rule::{
    Condition, Detection, Expected, Filter, Item, LogSource, Meta, Network, Order, Part, Rule,
    Search, Severity, TimePart,
};
