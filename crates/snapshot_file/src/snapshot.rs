//! What a snapshot holds.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a snapshot calls itself.
pub const SCHEMA: &str = "faasguard-snapshot/1";

/// The serverless estate of one account or several, as its services told it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Which program took it.
    pub tool: Tool,
    /// When it was begun, RFC 3339 in UTC.
    pub taken: String,
    /// When it was finished; `None` of a file that says no such time.
    pub finished: Option<String>,
    /// The accounts, each once.
    pub accounts: Vec<Account>,
    /// What was asked and not answered. Whoever judges a snapshot must not call clean what stands here.
    pub not_looked_at: Vec<NotLookedAt>,
    /// Code of functions that was fetched, too.
    pub code: Vec<Code>,
}

/// The program that took a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Account {
    /// Its number, twelve digits.
    pub account: String,
    /// The name that its owner gave it.
    pub alias: Option<String>,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// What its services answered, ordered by service, operation, region and subject.
    pub answers: Vec<Answer>,
}

/// What one operation answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// As IAM spells it: `lambda`, `iam`, `apigateway`, `sqs`.
    pub service: String,
    /// As the service spells it: `GetPolicy`.
    pub operation: String,
    /// `None` for services that are the same in every region.
    pub region: Option<String>,
    /// The name, ARN or identifier of what the question was about; `None` for lists. Of a question about
    /// a part of something both names, with `/` between them.
    pub of: Option<String>,
    /// When it came, RFC 3339 in UTC.
    pub at: String,
    /// The answer as JSON, its pages joined. What came as XML has the names of the elements; what repeats
    /// there is an array, also when it stands once.
    pub answer: Value,
}

/// Something that was asked and not answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotLookedAt {
    /// The account.
    pub account: String,
    /// `None` for services that are the same in every region.
    pub region: Option<String>,
    /// As in [`Answer`].
    pub service: String,
    /// As in [`Answer`]; `None` when nothing of the service was asked.
    pub operation: Option<String>,
    /// As in [`Answer`].
    pub of: Option<String>,
    /// Why.
    pub reason: Reason,
    /// What the service said.
    pub message: String,
}

/// Why something was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The permission is missing.
    AccessDenied,
    /// The service kept asking to be left alone.
    Throttled,
    /// A region that the account has not enabled, or in which the service does not exist.
    NotAvailable,
    /// More than the limit of the run.
    Limit,
    /// Anything else; the message says what.
    Error,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::AccessDenied, Self::Throttled, Self::NotAvailable, Self::Limit, Self::Error];

    /// As it stands in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access-denied",
            Self::Throttled => "throttled",
            Self::NotAvailable => "not-available",
            Self::Limit => "limit",
            Self::Error => "error",
        }
    }

    /// The reason with this word; any other word is an error of which nothing more is known.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word).unwrap_or(Self::Error)
    }
}

/// The code of a function, fetched into a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Code {
    /// The function.
    pub function_arn: String,
    /// SHA-256 of the archive, 64 hexadecimal digits. It is what the service says it is.
    pub sha256: String,
    /// The archive, relative to the folder of the snapshot, with `/`.
    pub file: String,
}

impl Answer {
    /// What answers are ordered by, and known by when a run goes on.
    #[must_use]
    pub fn key(&self) -> (&str, &str, Option<&str>, Option<&str>) {
        (&self.service, &self.operation, self.region.as_deref(), self.of.as_deref())
    }

    /// The elements of the array that stands at `path` in the answer, names joined with `.`
    /// (`Functions`, `DistributionList.Items`); nothing where there is no array.
    pub fn items(&self, path: &str) -> impl Iterator<Item = &Value> {
        self.at_path(path).and_then(Value::as_array).into_iter().flatten()
    }

    /// What stands at `path` in the answer.
    #[must_use]
    pub fn at_path(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.answer, |value, name| value.get(name))
    }
}
