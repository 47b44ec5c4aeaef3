//! Calls of cloud services that an analysis tells, with what is known of their arguments.

use std::fmt;

use code_ir::SmolStr;
use source_text::Place;

/// A call of an operation of a cloud service through an SDK, or through a library above one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCall {
    /// Through which library.
    pub sdk: Sdk,
    /// The service as that library names it: `s3` (boto3, Go, Java), `DynamoDB.DocumentClient`
    /// (JavaScript v2), `client-s3`, `lib-dynamodb` (JavaScript v3), `S3` (C#, Ruby), `parameters`
    /// (Powertools).
    pub service: SmolStr,
    /// For objects that stand for a resource, their type: `Table`, `Object`, `BatchWriter`; else empty.
    pub resource: SmolStr,
    /// The operation as the code writes it: `put_item`, `getObject`, `PutItem` (JavaScript v3 without
    /// `Command`, Java and Go without `Request` and `Input`), `objects.filter`. A paginator, waiter or
    /// presigned request names the operation inside; a waiter its own name (`bucket_exists`).
    pub operation: SmolStr,
    /// How the operation is called.
    pub form: Form,
    /// What identifies the resource that the receiver stands for, in the order of the library:
    /// `Object(b, k)` has `bucket_name` and `key`, a type that is not known by name `0`, `1` …
    pub receiver: Vec<(SmolStr, Provenance)>,
    /// Arguments by name, `0`, `1` … by position; `Key[*]`, `TransactItems[*].Put.TableName` for those
    /// below the top that name resources, with `{}` for keys that are themselves such names.
    pub arguments: Vec<(SmolStr, Provenance)>,
    /// Whether further arguments may be given under names that are not known.
    pub has_unknown_arguments: bool,
    /// The region that the client was made for, when the code says one.
    pub region: Option<Provenance>,
    /// Whether the client was made with credentials of its own, not with those of the function's role.
    pub has_own_credentials: bool,
    /// Where.
    pub place: Place,
    /// Index of the entry point that reaches it; none when no entry point does. What runs when a
    /// module is loaded is told for each entry point.
    pub entry: Option<usize>,
    /// Name of the function in whose body it stands; empty for the module's.
    pub within: SmolStr,
    /// Whether it is certain that the receiver is what it is taken for.
    pub is_certain: bool,
}

/// A library that calls cloud services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sdk {
    /// boto3, botocore, aioboto3, aiobotocore: clients.
    Boto3Client,
    /// boto3, aioboto3: resources.
    Boto3Resource,
    /// Powertools for AWS Lambda in Python.
    PowertoolsPython,
    /// AWS SDK for JavaScript, version 2.
    JavaScriptV2,
    /// AWS SDK for JavaScript, version 3.
    JavaScriptV3,
    /// Powertools for AWS Lambda in TypeScript.
    PowertoolsTypeScript,
    /// AWS SDK for Go, version 1.
    GoV1,
    /// AWS SDK for Go, version 2.
    GoV2,
    /// AWS SDK for Java, version 1.
    JavaV1,
    /// AWS SDK for Java, version 2.
    JavaV2,
    /// Powertools for AWS Lambda in Java.
    PowertoolsJava,
    /// AWS SDK for .NET.
    DotNet,
    /// Powertools for AWS Lambda in .NET.
    PowertoolsDotNet,
    /// AWS SDK for Ruby.
    Ruby,
}

impl Sdk {
    /// As outputs name it: `boto3-client`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Boto3Client => "boto3-client",
            Self::Boto3Resource => "boto3-resource",
            Self::PowertoolsPython => "powertools-python",
            Self::JavaScriptV2 => "javascript-v2",
            Self::JavaScriptV3 => "javascript-v3",
            Self::PowertoolsTypeScript => "powertools-typescript",
            Self::GoV1 => "go-v1",
            Self::GoV2 => "go-v2",
            Self::JavaV1 => "java-v1",
            Self::JavaV2 => "java-v2",
            Self::PowertoolsJava => "powertools-java",
            Self::DotNet => "dotnet",
            Self::PowertoolsDotNet => "powertools-dotnet",
            Self::Ruby => "ruby",
        }
    }
}

/// How an operation is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// As itself.
    Direct,
    /// For each page.
    Paginator,
    /// Until something holds.
    Waiter,
    /// By somebody else, with a request that the function signs.
    Presigned,
    /// By a function above operations: `download_file`, `Upload`, `batch_writer`, Powertools.
    Helper,
}

/// Where a value comes from, as far as that may name a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    /// The code writes it.
    Literal(SmolStr),
    /// A variable of the environment.
    Environment(SmolStr),
    /// A text put together of these, in order.
    Pieces(Vec<Provenance>),
    /// A field of the event, as the code would write it: `["Records"][*]["body"]`.
    Event(String),
    /// A variable of the environment; the default when it is not set, or empty.
    Defaulted(SmolStr, Box<Provenance>),
    /// One of these; [`ALTERNATIVES`] at most.
    OneOf(Vec<Provenance>),
    /// Nothing is known.
    Unknown,
}

/// Alternatives of one value at most; of more, nothing is known.
pub const ALTERNATIVES: usize = 16;
/// Pieces of one text at most; a text of more is no name of a resource, and not known.
pub const PIECES: usize = 16;
/// Bytes of one literal at most: ARNs are no longer.
const LONGEST: usize = 2048;

impl Provenance {
    /// One or the other, flat and without repetition; an empty text is none.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self == other || other.is_empty() {
            return self;
        }
        if self.is_empty() {
            return other;
        }
        let mut all = self.alternatives();
        for one in other.alternatives() {
            if !all.contains(&one) {
                all.push(one);
            }
        }
        if all.len() > ALTERNATIVES {
            return Self::Unknown;
        }
        match <[Self; 1]>::try_from(all) {
            Ok([one]) => one,
            Err(all) => Self::OneOf(all),
        }
    }

    /// This, or the default when this is a variable that is not set: `environ.get("T", "orders")`.
    #[must_use]
    pub fn or_default(self, default: Self) -> Self {
        match self {
            Self::Environment(name)
                if !default.is_empty() && default != Self::Environment(name.clone()) =>
            {
                Self::Defaulted(name, Box::new(default))
            }
            other => other.or(default),
        }
    }

    /// Whether it is the empty text, which names nothing.
    fn is_empty(&self) -> bool {
        matches!(self, Self::Literal(text) if text.is_empty())
    }

    fn alternatives(self) -> Vec<Self> {
        match self {
            Self::OneOf(all) => all,
            one => vec![one],
        }
    }

    /// A text of parts in order: literals that follow each other are one.
    #[must_use]
    pub fn text(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut pieces: Vec<Self> = Vec::new();
        let mut pending: Vec<Self> = parts.into_iter().collect();
        pending.reverse();
        while let Some(part) = pending.pop() {
            let count = pieces.len();
            match (part, pieces.last_mut()) {
                (Self::Pieces(inner), _) => pending.extend(inner.into_iter().rev()),
                (Self::Literal(text), _) if text.is_empty() => {}
                (Self::Literal(text), _) if text.len() > LONGEST => return Self::Unknown,
                (Self::Literal(text), Some(Self::Literal(known))) => {
                    *known = SmolStr::new(format!("{known}{text}"));
                }
                (Self::Unknown, Some(Self::Unknown)) => {}
                (part, _) if count < PIECES => pieces.push(part),
                _ => return Self::Unknown,
            }
        }
        match <[Self; 1]>::try_from(pieces) {
            Ok([one]) => one,
            Err(pieces) if pieces.is_empty() => Self::Literal(SmolStr::default()),
            Err(pieces) => Self::Pieces(pieces),
        }
    }
}

/// A call of a cloud service of which it is not known which operation it is: what its function needs is
/// then not known whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DynamicCall {
    /// Where.
    pub place: Place,
    /// Index of the entry point that reaches it.
    pub entry: Option<usize>,
    /// Name of the function in whose body it stands; empty for the module's.
    pub within: SmolStr,
    /// The service, when that is known; as in [`ServiceCall::service`].
    pub service: Option<SmolStr>,
    /// Why nothing more is known, in words: `the operation is decided when it runs`.
    pub reason: SmolStr,
}

impl fmt::Display for Provenance {
    /// `text`, `$VARIABLE`, `<pieces in order>`, `event["field"]`, `one|other`, `?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = |f: &mut fmt::Formatter<'_>, all: &[Self], between: &str| {
            for (at, one) in all.iter().enumerate() {
                if at > 0 {
                    f.write_str(between)?;
                }
                write!(f, "{one}")?;
            }
            Ok(())
        };
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Environment(name) => write!(f, "${name}"),
            Self::Defaulted(name, default) => write!(f, "${name}|{default}"),
            Self::Pieces(pieces) => {
                f.write_str("<")?;
                all(f, pieces, " ")?;
                f.write_str(">")
            }
            Self::Event(path) => write!(f, "event{path}"),
            Self::OneOf(alternatives) => all(f, alternatives, "|"),
            Self::Unknown => f.write_str("?"),
        }
    }
}

impl fmt::Display for ServiceCall {
    /// `s3.Object(bucket_name=b, key=?).get()`; `…` stands for arguments that are not known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = |f: &mut fmt::Formatter<'_>, all: &[(SmolStr, Provenance)], is_open: bool| {
            f.write_str("(")?;
            for (at, (name, value)) in all.iter().enumerate() {
                write!(f, "{}{name}={value}", if at > 0 { ", " } else { "" })?;
            }
            match (is_open, all.is_empty()) {
                (false, _) => f.write_str(")"),
                (true, true) => f.write_str("…)"),
                (true, false) => f.write_str(", …)"),
            }
        };
        f.write_str(&self.service)?;
        if !self.resource.is_empty() {
            write!(f, ".{}", self.resource)?;
            values(f, &self.receiver, false)?;
        }
        write!(f, ".{}", self.operation)?;
        values(f, &self.arguments, self.has_unknown_arguments)?;
        if self.form != Form::Direct {
            write!(f, " {:?}", self.form)?;
        }
        if let Some(region) = &self.region {
            write!(f, " in {region}")?;
        }
        if self.has_own_credentials {
            f.write_str(" by another")?;
        }
        if !self.is_certain {
            f.write_str(" perhaps")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{ALTERNATIVES, PIECES, Provenance};

    fn literal(text: &str) -> Provenance {
        Provenance::Literal(text.into())
    }

    #[test]
    fn literals_that_follow_each_other_are_one() {
        let inner = Provenance::Pieces(vec![literal("b"), Provenance::Environment("T".into())]);
        let text = Provenance::text([literal("a"), inner, literal(""), literal("c")]);
        let expected = vec![literal("ab"), Provenance::Environment("T".into()), literal("c")];
        assert_eq!(text, Provenance::Pieces(expected));
        assert_eq!(Provenance::text([literal("a"), literal("b")]), literal("ab"));
        assert_eq!(Provenance::text([]), literal(""));
    }

    #[test]
    fn alternatives_are_flat_and_bounded() {
        let two = literal("a").or(literal("b"));
        assert_eq!(two.clone().or(literal("a")), two);
        let many = (0..=ALTERNATIVES).map(|at| literal(&at.to_string())).reduce(Provenance::or);
        assert_eq!(many, Some(Provenance::Unknown));
    }

    #[test]
    fn a_text_of_too_many_pieces_is_not_known() {
        let part = |at: usize| Provenance::Environment(at.to_string().into());
        let text = |count: usize| Provenance::text((0..count).map(part));
        assert!(matches!(text(PIECES), Provenance::Pieces(pieces) if pieces.len() == PIECES));
        assert_eq!(text(PIECES + 1), Provenance::Unknown);
    }
}
