//! What only a live account tells: when something was last used, who deployed it, what differs from
//! the template that it was deployed from.

use source_text::{Place, SmolStr};

/// What a snapshot of a live account tells beside its resources. All empty for what stands in files.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// Functions.
    pub functions: Vec<LiveFunction>,
    /// Roles.
    pub roles: Vec<LiveRole>,
    /// Settings that differ from those in the template.
    pub changes: Vec<Change>,
    /// Attacks that reached the handlers of functions, as the guard told in the logs.
    pub attacks: Vec<PassedAttacks>,
    /// Functions whose deployed code nobody attested.
    pub unattested: Vec<Unattested>,
}

/// Attacks that reached the handler of a function, since its guard only watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassedAttacks {
    /// Name of the function in the application.
    pub function: SmolStr,
    /// How many.
    pub count: u64,
    /// Classes and fields in words: `` `sql` in `body.id` and 2 more ``.
    pub what: String,
    /// When, in words that go on after that: `, last on 2026-11-27`; may be empty.
    pub when: String,
}

/// A function whose deployed code is none of the attested packages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unattested {
    /// Name of the function in the application.
    pub function: SmolStr,
    /// `CodeSha256` of what runs.
    pub code_sha256: String,
}

/// How long something was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// Whole days since the last use.
    Days(i64),
    /// No use is on record. AWS keeps records of roles for 400 days.
    Never,
}

impl Idle {
    /// Whether the last use lies at least so many days back.
    #[must_use]
    pub fn is_at_least(self, days: i64) -> bool {
        match self {
            Self::Days(since) => since >= days,
            Self::Never => true,
        }
    }
}

/// A function as it runs.
#[derive(Clone, Debug, Default)]
pub struct LiveFunction {
    /// Name of the function in the application.
    pub function: SmolStr,
    /// Where the snapshot holds it.
    pub place: Place,
    /// Whole days since its code or settings were last changed.
    pub age_days: Option<i64>,
    /// How long it did not run; `None` when nothing tells.
    pub idle: Option<Idle>,
    /// Name of the stack that it belongs to.
    pub stack: Option<SmolStr>,
    /// Logical id in the template of that stack.
    pub logical_id: Option<SmolStr>,
    /// Whether tags say that another tool deployed it.
    pub is_tooled: bool,
    /// `CodeSha256` of what runs.
    pub code_sha256: Option<SmolStr>,
    /// Whether its tags were read: without them nobody knows its stack.
    pub tags_read: bool,
}

/// A role as it is used.
#[derive(Clone, Debug, Default)]
pub struct LiveRole {
    /// Name of the role in the application.
    pub role: SmolStr,
    /// Where the snapshot holds it.
    pub place: Place,
    /// Whole days since it was made.
    pub age_days: Option<i64>,
    /// Services (`dynamodb`) and actions (`s3:PutObject`) that it may use, and how long it did not.
    pub accessed: Vec<(SmolStr, Idle)>,
}

/// A setting that differs from the one in the template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Name of the function in the application.
    pub function: SmolStr,
    /// Where the snapshot holds the setting, or the function.
    pub place: Place,
    /// Property as templates name it: `Timeout`, `Environment.Variables.MODE`.
    pub property: SmolStr,
    /// What runs; `None` when it is not set.
    pub deployed: Option<String>,
    /// What the template says; `None` when it is not set there.
    pub declared: Option<String>,
    /// Where the template says so, or its function.
    pub template_place: Place,
}
