//! Reads a snapshot out of foreign bytes.

use std::io::Read as _;

use serde_json::{Map, Value};

use crate::snapshot::{Account, Answer, Code, NotLookedAt, Reason, SCHEMA, Snapshot, Tool};

/// The first bytes of a frame of zstd.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Longest name of a service, an operation or a region, in bytes.
const MOST_NAME: usize = 128;

/// Longest name of what a question is about, in bytes: two ARNs.
const MOST_SUBJECT: usize = 4_096;

/// Remarks that are kept; the others are counted in the last one.
const MOST_REMARKS: usize = 100;

/// How much of a file is read. Nesting is limited to 128 by the reader of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of JSON, after unpacking.
    pub bytes: u64,
    /// Answers, of all accounts together.
    pub answers: usize,
}

impl Default for Limits {
    /// 1 GiB and two million answers: an organisation of a hundred accounts with a thousand functions each.
    fn default() -> Self {
        Self { bytes: 1 << 30, answers: 2_000_000 }
    }
}

/// Why bytes are no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// More than the limit.
    #[error("the snapshot has more than {most} bytes")]
    TooLarge {
        /// The limit.
        most: u64,
    },
    /// More answers than the limit.
    #[error("the snapshot has more than {most} answers")]
    TooMany {
        /// The limit.
        most: usize,
    },
    /// Packed with zstd, and damaged.
    #[error("the snapshot cannot be unpacked: {reason}")]
    Packed {
        /// What the reader of zstd says.
        reason: String,
    },
    /// No JSON.
    #[error("the snapshot is no JSON: {reason}")]
    Json {
        /// What the reader of JSON says.
        reason: String,
    },
    /// Another document, or a later form of this one.
    #[error("the document says that it is `{schema}`; this program reads `{SCHEMA}`")]
    OtherSchema {
        /// What it says, control characters left out; nothing when it says none.
        schema: String,
    },
}

/// Something in a snapshot that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where, as a JSON pointer: `/accounts/0/answers/17`.
    pub pointer: String,
    /// What is wrong, in words.
    pub message: String,
}

/// Reads a snapshot, packed or not.
///
/// Strict about what it is, tolerant about what is in it: members that are not known are passed over, a
/// record that is not of its form is left out with a remark. Answers are not looked into.
///
/// # Errors
/// [`ReadError`] when the bytes are no snapshot, or a larger one than `limits` let in.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<(Snapshot, Vec<Remark>), ReadError> {
    let unpacked;
    let text = if bytes.starts_with(&ZSTD) {
        unpacked = unpack(bytes, limits.bytes)?;
        unpacked.as_slice()
    } else {
        bytes
    };
    if text.len() as u64 > limits.bytes {
        return Err(ReadError::TooLarge { most: limits.bytes });
    }
    let document: Value = serde_json::from_slice(text)
        .map_err(|error| ReadError::Json { reason: error.to_string() })?;
    let schema = document.get("schema").and_then(Value::as_str).unwrap_or_default();
    if schema != SCHEMA {
        let shown = schema.chars().filter(|it| !it.is_control()).take(80).collect();
        return Err(ReadError::OtherSchema { schema: shown });
    }
    let mut reader = Reader { limits: *limits, answers: 0, remarks: Vec::new(), more: 0 };
    let snapshot = reader.snapshot(document)?;
    Ok((snapshot, reader.finish()))
}

fn unpack(bytes: &[u8], most: u64) -> Result<Vec<u8>, ReadError> {
    let packed = |reason: String| ReadError::Packed { reason };
    let mut rest = bytes;
    let decoder = ruzstd::decoding::StreamingDecoder::new(&mut rest)
        .map_err(|error| packed(error.to_string()))?;
    let mut text = Vec::new();
    decoder
        .take(most.saturating_add(1))
        .read_to_end(&mut text)
        .map_err(|error| packed(error.to_string()))?;
    if text.len() as u64 > most { Err(ReadError::TooLarge { most }) } else { Ok(text) }
}

struct Reader {
    limits: Limits,
    answers: usize,
    remarks: Vec<Remark>,
    more: usize,
}

impl Reader {
    fn snapshot(&mut self, mut document: Value) -> Result<Snapshot, ReadError> {
        let mut snapshot = Snapshot {
            tool: document.get("tool").map(tool).unwrap_or_default(),
            taken: text_at(&document, "taken").unwrap_or_default(),
            finished: text_at(&document, "finished"),
            ..Snapshot::default()
        };
        for (at, value) in list(&mut document, "accounts").into_iter().enumerate() {
            let pointer = format!("/accounts/{at}");
            if let Some(account) = self.account(value, &pointer, &snapshot.accounts)? {
                snapshot.accounts.push(account);
            }
        }
        for (at, value) in list(&mut document, "not_looked_at").into_iter().enumerate() {
            match not_looked_at(&value) {
                Ok(record) => snapshot.not_looked_at.push(record),
                Err(message) => self.remark(format!("/not_looked_at/{at}"), message),
            }
        }
        for (at, value) in list(&mut document, "code").into_iter().enumerate() {
            match code(&value) {
                Ok(record) => snapshot.code.push(record),
                Err(message) => self.remark(format!("/code/{at}"), message),
            }
        }
        Ok(snapshot)
    }

    fn account(
        &mut self,
        mut value: Value,
        pointer: &str,
        before: &[Account],
    ) -> Result<Option<Account>, ReadError> {
        let number = text_at(&value, "account").unwrap_or_default();
        if !is_account(&number) {
            self.remark(pointer.to_owned(), "an account has a number of twelve digits");
            return Ok(None);
        }
        if before.iter().any(|it| it.account == number) {
            self.remark(pointer.to_owned(), "the account stands twice; the first one is taken");
            return Ok(None);
        }
        let mut answers = Vec::new();
        for (at, value) in list(&mut value, "answers").into_iter().enumerate() {
            self.answers += 1;
            if self.answers > self.limits.answers {
                return Err(ReadError::TooMany { most: self.limits.answers });
            }
            match answer(value) {
                Ok(record) => answers.push(record),
                Err(message) => self.remark(format!("{pointer}/answers/{at}"), message),
            }
        }
        Ok(Some(Account {
            account: number,
            alias: text_at(&value, "alias"),
            partition: text_at(&value, "partition").unwrap_or_else(|| "aws".to_owned()),
            answers,
        }))
    }

    fn remark(&mut self, pointer: String, message: impl Into<String>) {
        if self.remarks.len() < MOST_REMARKS {
            self.remarks.push(Remark { pointer, message: message.into() });
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self) -> Vec<Remark> {
        if self.more > 0 {
            let message = format!("{} more records were passed over", self.more);
            self.remarks.push(Remark { pointer: String::new(), message });
        }
        self.remarks
    }
}

fn tool(value: &Value) -> Tool {
    Tool {
        name: text_at(value, "name").unwrap_or_default(),
        version: text_at(value, "version").unwrap_or_default(),
    }
}

/// One answer out of its JSON.
pub(crate) fn answer(mut value: Value) -> Result<Answer, &'static str> {
    let Some(members) = value.as_object_mut() else { return Err("an answer is an object") };
    let Some(body) = members.remove("answer") else { return Err("an answer has `answer`") };
    Ok(Answer {
        service: name(members, "service")?.ok_or("an answer names its `service`")?,
        operation: name(members, "operation")?.ok_or("an answer names its `operation`")?,
        region: name(members, "region")?,
        of: subject(members)?,
        at: members.get("at").and_then(Value::as_str).unwrap_or_default().to_owned(),
        answer: body,
    })
}

/// One gap out of its JSON.
pub(crate) fn not_looked_at(value: &Value) -> Result<NotLookedAt, &'static str> {
    let Some(members) = value.as_object() else { return Err("a gap is an object") };
    let account = members.get("account").and_then(Value::as_str).unwrap_or_default();
    if !is_account(account) {
        return Err("a gap names its `account`");
    }
    let reason = members.get("reason").and_then(Value::as_str).unwrap_or_default();
    Ok(NotLookedAt {
        account: account.to_owned(),
        region: name(members, "region")?,
        service: name(members, "service")?.ok_or("a gap names its `service`")?,
        operation: name(members, "operation")?,
        of: subject(members)?,
        reason: Reason::of_word(reason),
        message: members.get("message").and_then(Value::as_str).unwrap_or_default().to_owned(),
    })
}

/// One piece of code out of its JSON.
pub(crate) fn code(value: &Value) -> Result<Code, &'static str> {
    let text =
        |member: &str| text_at(value, member).ok_or("code has `function_arn`, `sha256`, `file`");
    let (function_arn, sha256, file) = (text("function_arn")?, text("sha256")?, text("file")?);
    if sha256.len() != 64 || !sha256.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Err("`sha256` has 64 hexadecimal digits");
    }
    // A snapshot may be a stranger's: what it names is opened only below its own folder.
    let stays = file.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !file.contains(['\\', ':'])
        && !file.chars().any(char::is_control);
    if !stays {
        return Err("`file` is a path below the folder of the snapshot");
    }
    Ok(Code { function_arn, sha256, file })
}

/// A short name without control characters, or none.
fn name(members: &Map<String, Value>, member: &str) -> Result<Option<String>, &'static str> {
    match members.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if is_name(text) => Ok(Some(text.clone())),
        Some(_) => Err("`service`, `operation` and `region` are names"),
    }
}

fn is_name(text: &str) -> bool {
    let is_fit = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
    !text.is_empty() && text.len() <= MOST_NAME && text.bytes().all(is_fit)
}

fn subject(members: &Map<String, Value>) -> Result<Option<String>, &'static str> {
    match members.get("of") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() <= MOST_SUBJECT => Ok(Some(text.clone())),
        Some(_) => Err("`of` is a text of at most 4096 bytes"),
    }
}

pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

fn text_at(value: &Value, member: &str) -> Option<String> {
    value.get(member).and_then(Value::as_str).map(str::to_owned)
}

fn list(value: &mut Value, member: &str) -> Vec<Value> {
    match value.get_mut(member).map(Value::take) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}
