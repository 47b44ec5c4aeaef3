//! Answers and witnesses.

use smol_str::SmolStr;

use crate::limits::Spent;

/// Whether policies allow nothing that others do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Containment {
    /// They certainly do not: proven.
    Yes,
    /// They allow this request, and the others do not: the evaluation says so, too.
    No(Box<Witness>),
    /// Neither was found.
    Unknown(Reason),
}

impl Containment {
    /// The word for programs: `yes`, `no`, `unknown`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No(_) => "no",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// A request that new policies allow and old ones do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// `s3:GetObject`; in the spelling of AWS when AWS has such an action.
    pub action: SmolStr,
    /// Whether AWS has such an action today. Otherwise a wildcard takes in one that may come.
    pub is_known_action: bool,
    /// ARN; holes of templates as `${Bucket}`.
    pub resource: SmolStr,
    /// Who asks, where policies tell; `None` for policies of users and roles.
    pub principal: Option<SmolStr>,
    /// Condition keys with their values; no value: the request lacks the key. Sorted.
    pub context: Vec<(SmolStr, Vec<SmolStr>)>,
    /// What must be true of the deployment: conditions and parameters of the template, in words.
    pub deployment: Vec<String>,
    /// The statement of the new policies that allows it.
    pub allowed_by: StatementAt,
    /// The statement of the old policies that denies it; `None` when none allows it.
    pub denied_by: Option<StatementAt>,
}

/// A statement by its position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementAt {
    /// Index of the policy among those given.
    pub policy: usize,
    /// Index of the statement in its policy.
    pub statement: usize,
}

/// Why nothing is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A limit of time, memory or combinations was reached.
    Limit(&'static str),
    /// What only deployment knows decides it: the request that could be the witness.
    Hole(Box<Suspect>),
    /// The evaluation does not say of the request what the exploration expects.
    Unconfirmed(Box<Suspect>),
    /// A statement hangs on too many conditions of its template.
    TooManyParts,
}

/// A request of which it is not known whether it is a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The action.
    pub action: SmolStr,
    /// The resource.
    pub resource: SmolStr,
    /// The statement of the new policies that may allow it.
    pub allowed_by: StatementAt,
}

impl From<Spent> for Reason {
    fn from(spent: Spent) -> Self {
        Self::Limit(match spent {
            Spent::Steps => "the limit of steps was reached",
            Spent::Memory => "the limit of memory was reached",
            Spent::Assignments => "there are more combinations of conditions than are tried",
        })
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Limit(words) => f.write_str(words),
            Self::Hole(suspect) => write!(
                f,
                "whether `{}` on `{}` is new hangs on what only deployment or the request knows",
                suspect.action, suspect.resource
            ),
            Self::Unconfirmed(suspect) => write!(
                f,
                "the evaluation does not decide `{}` on `{}`",
                suspect.action, suspect.resource
            ),
            Self::TooManyParts => {
                f.write_str("a statement hangs on too many conditions of its template")
            }
        }
    }
}
