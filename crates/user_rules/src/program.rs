//! An expression after it was read and checked: names are slots, macros are loops, patterns are compiled.

use app_model::Property;
use regex::Regex;
use source_text::SmolStr;

/// A part of an expression.
#[derive(Debug)]
pub(crate) struct Part {
    /// Where it begins, in characters of the expression.
    pub(crate) at: u32,
    pub(crate) kind: Kind,
}

/// What a part does.
#[derive(Debug)]
pub(crate) enum Kind {
    Literal(Property),
    /// A variable by its slot.
    Variable(usize),
    /// A field of a record or an entry of a mapping; null when it is not there.
    Select(Box<Part>, SmolStr),
    /// Whether a field or entry is there and not null.
    Has(Box<Part>, SmolStr),
    Index(Box<Part>, Box<Part>),
    List(Vec<Part>),
    Map(Vec<(Part, Part)>),
    Not(Box<Part>),
    Negate(Box<Part>),
    And(Box<Part>, Box<Part>),
    Or(Box<Part>, Box<Part>),
    Conditional(Box<Part>, Box<Part>, Box<Part>),
    Binary(Binary, Box<Part>, Box<Part>),
    Call(Function, Vec<Part>),
    Each(Box<Each>),
}

/// A loop over a list or over the keys of a mapping.
#[derive(Debug)]
pub(crate) struct Each {
    pub(crate) what: What,
    pub(crate) range: Part,
    /// Slot of the item.
    pub(crate) slot: usize,
    /// What is asked of each item.
    pub(crate) test: Option<Part>,
    /// What each item becomes.
    pub(crate) value: Option<Part>,
}

/// What a loop gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    All,
    Exists,
    ExistsOne,
    /// `map` and `filter`.
    Collect,
}

/// An operator of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

impl Binary {
    /// As written.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
        }
    }
}

/// A function.
#[derive(Debug)]
pub(crate) enum Function {
    Size,
    Contains,
    StartsWith,
    EndsWith,
    /// With the pattern, which is compiled once.
    Matches(Regex),
    LowerAscii,
    UpperAscii,
    Trim,
    Split,
    Join,
    Replace,
    ToInt,
    ToDouble,
    ToText,
    Known,
    MayBe,
    OrElse,
    RefersTo,
    ArnMatches,
    ActionMatches,
    GlobMatches,
    Allows,
    RoleOf,
    ByName,
    ResourcesOf,
}

/// An expression that can be evaluated.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) root: Part,
    /// Slots of variables that it needs.
    pub(crate) slots: usize,
}
