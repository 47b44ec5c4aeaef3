//! Rules as they are written: who wrote them, of what they speak, what they look for.

use audit_event::Log;
use source_text::{Place, SmolStr};

use crate::pattern::{Pattern, Regex};

/// A rule, as it is written.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Who wrote it, and what it is about.
    pub meta: Meta,
    /// Of which logs it speaks.
    pub log_source: LogSource,
    /// What it looks for.
    pub detection: Detection,
}

/// What rules, correlations and filters say of themselves.
#[derive(Clone, Debug, Default)]
pub struct Meta {
    /// Where the document begins.
    pub place: Place,
    /// `title`
    pub title: SmolStr,
    /// `id`, mostly a UUID.
    pub id: Option<SmolStr>,
    /// `name`, by which correlations call it.
    pub name: Option<SmolStr>,
    /// `description`
    pub description: Option<SmolStr>,
    /// `author`: the Detection Rule License asks that matches show it.
    pub author: Option<SmolStr>,
    /// `license`, an SPDX expression.
    pub license: Option<SmolStr>,
    /// `references`
    pub references: Vec<SmolStr>,
    /// `status`
    pub status: Option<SmolStr>,
    /// `level`
    pub level: Option<Severity>,
    /// `tags`, such as `attack.t1078.004`.
    pub tags: Vec<SmolStr>,
    /// `falsepositives`
    pub false_positives: Vec<SmolStr>,
    /// `fields` that an analyst wants to see.
    pub fields: Vec<SmolStr>,
}

impl Meta {
    /// Whether a correlation or filter that says `word` means this rule: by id, name or title.
    #[must_use]
    pub fn is_called(&self, word: &str) -> bool {
        self.names().any(|name| name == word)
    }

    /// What correlations and filters may call it: id, name and title.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.id.as_deref().into_iter().chain(self.name.as_deref()).chain([self.title.as_str()])
    }
}

/// How critical a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Enriches events; no alert of its own.
    Informational,
    /// Seldom an incident.
    Low,
    /// To be looked at now and then.
    Medium,
    /// To be looked at promptly.
    High,
    /// To be looked at immediately.
    Critical,
}

impl Severity {
    /// The word of the specification.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The level of that word, in any case.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let all = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];
        all.into_iter().find(|it| it.word().eq_ignore_ascii_case(word))
    }
}

/// `logsource`: which logs a rule speaks of. Whatever is not said may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSource {
    /// `category`
    pub category: Option<SmolStr>,
    /// `product`
    pub product: Option<SmolStr>,
    /// `service`
    pub service: Option<SmolStr>,
}

impl LogSource {
    /// Whether records of a log are among these logs.
    #[must_use]
    pub fn takes_in(&self, log: Log) -> bool {
        let is = |said: &Option<SmolStr>, words: &[&str]| {
            said.as_ref().is_none_or(|it| words.iter().any(|word| it.eq_ignore_ascii_case(word)))
        };
        let (product, services): (_, &[&str]) = match log {
            Log::CloudTrail => ("aws", &["cloudtrail"]),
            Log::AzureActivity => ("azure", &["activitylogs", "azureactivity"]),
            Log::AzureResource => ("azure", &["resourcelogs", "azurediagnostics"]),
            Log::EntraAudit => ("azure", &["auditlogs"]),
            Log::EntraSignIn => ("azure", &["signinlogs"]),
            Log::EntraRisk => ("azure", &["riskdetection"]),
            Log::GoogleAudit => ("gcp", &["gcp.audit"]),
        };
        self.category.is_none() && is(&self.product, &[product]) && is(&self.service, services)
    }

    /// Whether records of any log that is read are among these logs.
    #[must_use]
    pub fn is_read(&self) -> bool {
        Log::ALL.into_iter().any(|log| self.takes_in(log))
    }

    /// Whether a filter for these logs is for a rule about `other`: all that it says, the rule says.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let same = |mine: &Option<SmolStr>, theirs: &Option<SmolStr>| {
            mine.as_ref().is_none_or(|mine| {
                theirs.as_ref().is_some_and(|theirs| mine.eq_ignore_ascii_case(theirs))
            })
        };
        same(&self.category, &other.category)
            && same(&self.product, &other.product)
            && same(&self.service, &other.service)
    }
}

/// `detection`: searches by name, and conditions, one of which must hold.
#[derive(Clone, Debug, Default)]
pub struct Detection {
    /// Search identifiers and what they search.
    pub searches: Vec<(SmolStr, Search)>,
    /// One of these must hold; they speak of searches by index.
    pub conditions: Vec<Condition>,
}

/// What one search identifier searches.
#[derive(Clone, Debug)]
pub enum Search {
    /// Fields of a mapping: all must match.
    All(Vec<Search>),
    /// Elements of a list: one must match.
    Any(Vec<Search>),
    /// One field, or keywords.
    Item(Item),
}

/// Values that a field, or the whole event, is compared with.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it is written.
    pub place: Place,
    /// The dotted path of the field; `None` for keywords, which every value of the event may match.
    pub field: Option<SmolStr>,
    /// What a value of the field must be.
    pub values: Vec<Expected>,
    /// All of `values` must be met (`all`), not just one.
    pub needs_all: bool,
    /// The item matches when it otherwise does not (`neq`).
    pub is_negated: bool,
}

/// One thing that a value of a field may be expected to be.
#[derive(Clone, Debug)]
pub enum Expected {
    /// Absent, or `null`.
    Null,
    /// There (`true`), or not there (`false`), whatever its value.
    Exists(bool),
    /// Text of a form, which numbers and truth values may have, too.
    Text(Pattern),
    /// The same number, or the same text.
    Number(f64, Pattern),
    /// Text with a match of a regular expression.
    Regex(Regex),
    /// An address of a network.
    Network(Network),
    /// A number in an order to another one, or a part of a time.
    Compared {
        /// What of a time; `None`: the number itself.
        part: Option<TimePart>,
        /// In which order.
        order: Order,
        /// To which number.
        number: f64,
    },
    /// As the value of another field.
    Field {
        /// Its dotted path.
        field: SmolStr,
        /// Which part of the value must be like it.
        part: Part,
        /// Upper and lower case are different.
        is_cased: bool,
    },
    /// One of several forms of one value (`windash`, `base64offset`).
    Any(Vec<Expected>),
}

/// Which part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// All of it.
    Whole,
    /// Its start.
    Start,
    /// Its end.
    End,
    /// Some part.
    Some,
}

/// An order of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Order {
    /// Whether two numbers are in this order.
    #[must_use]
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            #[expect(
                clippy::float_cmp,
                reason = "rules compare whole numbers, or mean the same digits"
            )]
            Self::Equal => left == right,
            #[expect(
                clippy::float_cmp,
                reason = "rules compare whole numbers, or mean the same digits"
            )]
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }

    /// The order that a modifier or a criterion names.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "eq" => Self::Equal,
            "neq" => Self::NotEqual,
            "lt" => Self::Less,
            "lte" => Self::LessOrEqual,
            "gt" => Self::Greater,
            "gte" => Self::GreaterOrEqual,
            _ => return None,
        })
    }
}

/// A part of a time, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimePart {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// Of the month, 1 to 31.
    Day,
    /// Of ISO 8601, 1 to 53.
    Week,
    /// 1 to 12.
    Month,
    /// All digits.
    Year,
}

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    /// An address of it, as a number; IPv4 in the lowest 32 bits.
    pub address: u128,
    /// Whether it is of IPv6.
    pub is_v6: bool,
    /// Bits that addresses of it have in common.
    pub bits: u8,
}

/// What must hold of the searches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The search of that index matches.
    Search(usize),
    /// It does not hold.
    Not(Box<Condition>),
    /// All hold.
    All(Vec<Condition>),
    /// One holds.
    Any(Vec<Condition>),
    /// So many of the searches match.
    AtLeast(usize, Vec<usize>),
}

/// A filter: what is left out, or asked for, of matches of other rules.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Who wrote it.
    pub meta: Meta,
    /// Rules about these logs only.
    pub log_source: LogSource,
    /// Ids, names or titles; empty: of every rule about these logs.
    pub rules: Vec<SmolStr>,
    /// What must hold besides the rule's own condition.
    pub detection: Detection,
}
