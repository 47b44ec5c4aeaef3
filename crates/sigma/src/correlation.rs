//! Correlations as they are written: what several events together say. Crate `correlation` follows them.

use source_text::SmolStr;

use crate::rule::{Meta, Order};

/// A correlation, as it is written.
#[derive(Clone, Debug)]
pub struct Correlation {
    /// Who wrote it, and what it is about.
    pub meta: Meta,
    /// What is asked of the events.
    pub kind: CorrelationKind,
    /// Rules whose matches count, by id, name or title, in the author's order.
    pub rules: Vec<SmolStr>,
    /// Events with the same values of these fields, or aliases, belong together.
    pub group_by: Vec<SmolStr>,
    /// Seconds between the first and the last event.
    pub timespan_s: i64,
    /// Names for fields that are called differently in events of different rules.
    pub aliases: Vec<Alias>,
    /// Whether the rules speak for themselves, too.
    pub generate: bool,
}

/// A name for fields of events of different rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The name, as `group-by` has it.
    pub name: SmolStr,
    /// The field of events that the rule of that name matches.
    pub fields: Vec<(SmolStr, SmolStr)>,
}

/// What is asked of events.
#[derive(Clone, Debug, PartialEq)]
pub enum CorrelationKind {
    /// How many.
    EventCount(Vec<Criterion>),
    /// How many different values of the fields.
    ValueCount {
        /// The fields; their values together are one value.
        fields: Vec<SmolStr>,
        /// How many.
        criteria: Vec<Criterion>,
    },
    /// A figure over the numbers in a field.
    Figure {
        /// Which.
        figure: Figure,
        /// The field.
        field: SmolStr,
        /// What the figure is compared with.
        criteria: Vec<Criterion>,
    },
    /// Events of all rules, or of so many, or as an expression says.
    Temporal {
        /// In the order of the rules.
        is_ordered: bool,
        /// Which rules must match.
        wanted: Wanted,
    },
    /// A value that the group did not have within the timespan (our extension).
    FirstSeen {
        /// The fields; their values together are one value.
        fields: Vec<SmolStr>,
        /// Seconds after the first event of a group in which nothing is told.
        learn_s: i64,
    },
    /// A value that few events of the group have (our extension).
    Rare {
        /// The fields; their values together are one value.
        fields: Vec<SmolStr>,
        /// At most so many times within the timespan, this one included.
        most: u64,
        /// Among so many events of the group at least.
        among: u64,
    },
    /// More events than in the windows before (our extension).
    RateVsBaseline {
        /// So many times the mean of the windows before.
        factor: f64,
        /// So many events at least.
        least: u64,
        /// Windows that must be known before anything is told.
        windows: u64,
    },
}

/// A figure over numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The number below which so many per cent of them are.
    Percentile(f64),
}

/// A bound on a count or figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Criterion {
    /// In which order.
    pub order: Order,
    /// To which number.
    pub number: f64,
}

/// Which rules of a temporal correlation must have matched.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// Each of them.
    Every,
    /// So many different ones.
    Count(Vec<Criterion>),
    /// As an expression over their positions says.
    Expression(RuleExpression),
}

/// An expression over rules of a correlation, by their positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleExpression {
    /// That rule matched.
    Rule(usize),
    /// It does not hold.
    Not(Box<RuleExpression>),
    /// All hold.
    All(Vec<RuleExpression>),
    /// One holds.
    Any(Vec<RuleExpression>),
}

impl RuleExpression {
    /// Whether it holds when those rules matched.
    #[must_use]
    pub fn holds(&self, matched: &dyn Fn(usize) -> bool) -> bool {
        match self {
            Self::Rule(at) => matched(*at),
            Self::Not(inner) => !inner.holds(matched),
            Self::All(inner) => inner.iter().all(|it| it.holds(matched)),
            Self::Any(inner) => inner.iter().any(|it| it.holds(matched)),
        }
    }
}
