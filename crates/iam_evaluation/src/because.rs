//! Why a decision fell as it did: layers, statements, and what of them fits or does not.

use std::fmt;

use smol_str::SmolStr;
use source_text::Place;

/// One reason of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Because {
    /// Which kind of policy.
    pub layer: Layer,
    /// The statement; `None` when no statement of the layer comes near, or none is needed.
    pub statement: Option<StatementRef>,
    /// What it does to the decision.
    pub outcome: Outcome,
    /// Why it does so.
    pub why: Why,
}

/// Kinds of policies, and the rules of AWS that stand beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Policies of the user or role.
    Identity,
    /// The policy on the resource; of a role, its trust policy.
    Resource,
    /// The permissions boundary of the user or role.
    Boundary,
    /// The policy that the session was made with.
    Session,
    /// Service control policies of one level of the organisation, from 0, the root.
    ServiceControl(usize),
    /// Resource control policies of one level of the organisation, from 0, the root.
    ResourceControl(usize),
    /// Policies of the VPC endpoint that the request came through.
    VpcEndpoint,
    /// A rule of AWS that no policy changes.
    Aws,
}

/// Where a statement stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementRef {
    /// Index of the policy among those of the layer.
    pub policy: usize,
    /// Index of the statement in its policy.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<SmolStr>,
    /// Where it is written.
    pub place: Place,
}

/// What a reason does to the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It allows.
    Allows,
    /// It denies.
    Denies,
    /// An allow is wanted here and there is none.
    LacksAllow,
    /// What it does is not known.
    Undecided,
}

/// Why a statement speaks about a request, or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// All of it fits.
    Matches,
    /// There is no policy.
    NoPolicy,
    /// No statement allows anything.
    NoAllow,
    /// No statement allows the action.
    Action,
    /// The action fits, the resource does not: some of the resources of the statement.
    Resource(Vec<SmolStr>),
    /// The resource needs a variable that has no value in the request: its key.
    Variable(SmolStr),
    /// Action and resource fit, the principal does not.
    Principal,
    /// All but a condition fits.
    Condition {
        /// As written.
        operator: SmolStr,
        /// As written.
        key: SmolStr,
        /// Some of the values of the condition.
        wanted: Vec<SmolStr>,
        /// Some of the values of the request; `None` when it lacks the key or it is not known.
        found: Option<Vec<SmolStr>>,
    },
    /// The statement stands there only when the template says so: the condition.
    Template(SmolStr),
    /// A rule of AWS.
    Rule(&'static str),
}

impl Layer {
    /// The word for programs: `identity`, `service-control` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Resource => "resource",
            Self::Boundary => "permission-boundary",
            Self::Session => "session",
            Self::ServiceControl(_) => "service-control",
            Self::ResourceControl(_) => "resource-control",
            Self::VpcEndpoint => "vpc-endpoint",
            Self::Aws => "aws",
        }
    }

    /// The level of the organisation, from 0, the root.
    #[must_use]
    pub fn level(self) -> Option<usize> {
        match self {
            Self::ServiceControl(level) | Self::ResourceControl(level) => Some(level),
            _ => None,
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity => f.write_str("the identity policies"),
            Self::Resource => f.write_str("the resource policy"),
            Self::Boundary => f.write_str("the permissions boundary"),
            Self::Session => f.write_str("the session policy"),
            Self::ServiceControl(level) => {
                write!(f, "the service control policies of level {level}")
            }
            Self::ResourceControl(level) => {
                write!(f, "the resource control policies of level {level}")
            }
            Self::VpcEndpoint => f.write_str("the policy of the VPC endpoint"),
            Self::Aws => f.write_str("AWS"),
        }
    }
}

impl Outcome {
    /// The word for programs: `allows`, `denies`, `lacks-allow`, `undecided`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allows => "allows",
            Self::Denies => "denies",
            Self::LacksAllow => "lacks-allow",
            Self::Undecided => "undecided",
        }
    }
}

impl Why {
    /// The word for programs: `matches`, `no-policy`, `condition` …
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::NoPolicy => "no-policy",
            Self::NoAllow => "no-allow",
            Self::Action => "action",
            Self::Resource(_) => "resource",
            Self::Variable(_) => "variable",
            Self::Principal => "principal",
            Self::Condition { .. } => "condition",
            Self::Template(_) => "template",
            Self::Rule(_) => "rule",
        }
    }
}

impl fmt::Display for StatementRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(sid) => write!(f, "statement `{sid}`")?,
            None => write!(f, "statement {}", self.statement + 1)?,
        }
        if self.policy > 0 {
            write!(f, " of policy {}", self.policy + 1)?;
        }
        Ok(())
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { layer, statement, outcome, why } = self;
        if let Why::Rule(rule) = why {
            return f.write_str(rule);
        }
        write!(f, "{layer}: ")?;
        match (outcome, statement) {
            (Outcome::Allows, Some(statement)) => write!(f, "{statement} allows it"),
            (Outcome::Denies, Some(statement)) => write!(f, "{statement} denies it"),
            (Outcome::Undecided, Some(statement)) => {
                write!(f, "{statement} may speak about it: ")?;
                why.write(f, true)
            }
            (_, Some(statement)) if *why != Why::Action => {
                write!(f, "nothing allows it; nearest is {statement}: ")?;
                why.write(f, false)
            }
            (Outcome::Allows, None) => f.write_str("allow it"),
            (Outcome::Denies, None) => f.write_str("deny it"),
            (Outcome::LacksAllow | Outcome::Undecided, _) => why.write(f, false),
        }
    }
}

impl Why {
    fn write(&self, f: &mut fmt::Formatter<'_>, is_open: bool) -> fmt::Result {
        let open = if is_open { "it is not known whether " } else { "" };
        let not = if is_open { "" } else { " not" };
        match self {
            Self::Matches => f.write_str("all of it fits"),
            Self::NoPolicy => f.write_str("there is none, and one must allow it"),
            Self::NoAllow => f.write_str("no statement allows anything"),
            Self::Action if is_open => f.write_str("it is not known whether the action fits"),
            Self::Action => f.write_str("no statement allows the action"),
            Self::Resource(terms) => {
                write!(f, "{open}the resource does{not} fit {}", Listed(terms))
            }
            Self::Variable(key) => write!(f, "the request has no `{key}` for its variable"),
            Self::Principal => write!(f, "{open}the principal does{not} fit"),
            Self::Condition { operator, key, wanted, found } => {
                write!(f, "{open}the condition `{operator}` on `{key}` does{not} hold: it wants ")?;
                write!(f, "{}, ", Listed(wanted))?;
                match found {
                    Some(found) => write!(f, "the request has {}", Listed(found)),
                    None if is_open => write!(f, "the value in the request is not known"),
                    None => write!(f, "the request lacks the key"),
                }
            }
            Self::Template(when) => write!(f, "it stands there {when}"),
            Self::Rule(rule) => f.write_str(rule),
        }
    }
}

/// Texts in back-ticks, long ones cut.
struct Listed<'a>(&'a [SmolStr]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST_CHARACTERS: usize = 200;
        if self.0.is_empty() {
            return f.write_str("nothing");
        }
        for (index, text) in self.0.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            match text.char_indices().nth(MOST_CHARACTERS) {
                Some((end, _)) => write!(f, "{comma}`{}…`", text.get(..end).unwrap_or_default())?,
                None => write!(f, "{comma}`{text}`")?,
            }
        }
        Ok(())
    }
}
