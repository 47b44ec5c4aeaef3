//! The part file of a snapshot that is being taken: the same records, one a line.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    read,
    snapshot::{Answer, Code, NotLookedAt, Tool},
};

/// What a part file calls itself.
pub const PART_SCHEMA: &str = "faasguard-snapshot-part/1";

/// The first line: what the run was asked for. A run goes on from a part file with the same `options`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// [`PART_SCHEMA`].
    pub schema: String,
    /// The program.
    pub tool: Tool,
    /// When the snapshot was begun, RFC 3339 in UTC.
    pub taken: String,
    /// All options that decide what is asked, as the program writes them.
    pub options: String,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub enum PartRecord {
    /// The first line.
    Head(Head),
    /// An account is begun.
    Account {
        /// Its number.
        account: String,
        /// Its alias.
        alias: Option<String>,
        /// Its partition.
        partition: String,
    },
    /// An answer.
    Answer {
        /// The account.
        account: String,
        /// The answer.
        answer: Answer,
    },
    /// Something was not looked at.
    NotLookedAt(NotLookedAt),
    /// Code was fetched.
    Code(Code),
}

impl PartRecord {
    /// The line, with its line feed.
    #[must_use]
    pub fn to_line(&self) -> String {
        let value = match self {
            Self::Head(head) => json!({ "head": head }),
            Self::Account { account, alias, partition } => {
                json!({ "begin": { "account": account, "alias": alias, "partition": partition } })
            }
            Self::Answer { account, answer } => json!({ "account": account, "answer": answer }),
            Self::NotLookedAt(gap) => json!({ "not_looked_at": gap }),
            Self::Code(code) => json!({ "code": code }),
        };
        let mut line = value.to_string();
        line.push('\n');
        line
    }

    /// A line; `None` for one that is torn or not of this form.
    #[must_use]
    pub fn of_line(line: &[u8]) -> Option<Self> {
        let mut value: Value = serde_json::from_slice(line).ok()?;
        if let Some(head) = value.get("head") {
            let head = Head::deserialize(head).ok()?;
            return (head.schema == PART_SCHEMA).then_some(Self::Head(head));
        }
        if let Some(begin) = value.get("begin") {
            let text = |member: &str| begin.get(member).and_then(Value::as_str).map(str::to_owned);
            let account = text("account").filter(|it| read::is_account(it))?;
            return Some(Self::Account {
                account,
                alias: text("alias"),
                partition: text("partition")?,
            });
        }
        if let Some(gap) = value.get("not_looked_at") {
            return read::not_looked_at(gap).ok().map(Self::NotLookedAt);
        }
        if let Some(code) = value.get("code") {
            return read::code(code).ok().map(Self::Code);
        }
        let answer = value.get_mut("answer").map(Value::take)?;
        let account = value.get("account").and_then(Value::as_str)?;
        if !read::is_account(account) {
            return None;
        }
        let answer = read::answer(answer).ok()?;
        Some(Self::Answer { account: account.to_owned(), answer })
    }
}
