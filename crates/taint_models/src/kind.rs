//! What hostile data endangers, and who may have sent it.

use std::fmt;

use serde::Deserialize;

/// An interpreter that data reaches, or a thing that data tells.
///
/// The first group are dangers of hostile input; the second are things that must not get out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Kind {
    /// SQL text.
    Sql,
    /// A query of a document store: operators, expressions.
    Nosql,
    /// A shell or a program to start.
    Command,
    /// Code that is evaluated.
    Code,
    /// A path in a file system, or a key that is one.
    Path,
    /// An address that the function itself calls.
    Url,
    /// An address that a browser is sent to.
    Redirect,
    /// HTML.
    Html,
    /// Text of a template.
    Template,
    /// An `XPath` expression.
    Xpath,
    /// An LDAP filter or name.
    Ldap,
    /// XML that is parsed with entities.
    Xml,
    /// Bytes that objects are made of.
    Deserialization,
    /// Lines of a log.
    Log,
    /// Headers of a response or of a mail.
    Header,
    /// A regular expression.
    Regex,
    /// Names and values that a session or another trusted store then holds.
    Session,
    /// Names of attributes set on an object (prototype pollution, mass assignment).
    Attribute,
    /// A text that a language model takes as an instruction.
    Prompt,
    /// A number that decides how much is done: rounds, bytes, seconds.
    Amount,
    /// A number that decides how many items are read at once.
    Page,
    /// A text that a regular expression may take very long to refuse.
    Backtracking,
    /// Bytes that are unpacked.
    Archive,
    /// Told: a secret.
    Secret,
    /// Told: text of an exception, a stack trace.
    Error,
    /// Told: personal data.
    Personal,
    /// Told: a whole event.
    Event,
    /// A number that can be guessed, where it keeps something secret.
    Random,
    /// Told: all variables of the environment, keys of the function among them.
    Environment,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 29] = [
        Self::Sql,
        Self::Nosql,
        Self::Command,
        Self::Code,
        Self::Path,
        Self::Url,
        Self::Redirect,
        Self::Html,
        Self::Template,
        Self::Xpath,
        Self::Ldap,
        Self::Xml,
        Self::Deserialization,
        Self::Log,
        Self::Header,
        Self::Regex,
        Self::Session,
        Self::Attribute,
        Self::Prompt,
        Self::Amount,
        Self::Page,
        Self::Backtracking,
        Self::Archive,
        Self::Secret,
        Self::Error,
        Self::Personal,
        Self::Event,
        Self::Random,
        Self::Environment,
    ];

    /// The word in models and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Nosql => "nosql",
            Self::Command => "command",
            Self::Code => "code",
            Self::Path => "path",
            Self::Url => "url",
            Self::Redirect => "redirect",
            Self::Html => "html",
            Self::Template => "template",
            Self::Xpath => "xpath",
            Self::Ldap => "ldap",
            Self::Xml => "xml",
            Self::Deserialization => "deserialization",
            Self::Log => "log",
            Self::Header => "header",
            Self::Regex => "regex",
            Self::Session => "session",
            Self::Attribute => "attribute",
            Self::Prompt => "prompt",
            Self::Amount => "amount",
            Self::Page => "page",
            Self::Backtracking => "backtracking",
            Self::Archive => "archive",
            Self::Secret => "secret",
            Self::Error => "error",
            Self::Personal => "personal",
            Self::Event => "event",
            Self::Random => "random",
            Self::Environment => "environment",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kinds(u32);

impl Kinds {
    /// None.
    pub const NONE: Self = Self(0);
    /// All dangers of hostile input: what a field of an event begins with.
    pub const INPUT: Self = Self((1 << Kind::Secret as u32) - 1);

    /// Dangers that lie in characters: a text of letters and digits alone has none of them.
    pub const SPELLING: Self = Self(
        Self::TEXT.0 & !(1 << Kind::Session as u32) & !(1 << Kind::Prompt as u32) & !Self::LENGTH.0,
    );

    /// Things told that are a whole: a part of one is not that.
    pub const WHOLE: Self = Self(1 << Kind::Event as u32 | 1 << Kind::Environment as u32);

    /// Dangers of a number whose size nobody bounded.
    pub const SIZE: Self = Self(1 << Kind::Amount as u32 | 1 << Kind::Page as u32);

    /// Dangers of a text whose length nobody bounded.
    pub const LENGTH: Self = Self(1 << Kind::Backtracking as u32 | 1 << Kind::Archive as u32);

    /// Dangers that only a text has: a number that was made of it has them no more.
    pub const TEXT: Self = Self(Self::INPUT.0 & !Self::SIZE.0);

    /// Nothing by itself: hostile data in an encoding (base64, hex) that a decoder undoes.
    pub const ENCODED: Self = Self(1 << 31);

    /// Nothing by itself: that hostile data was made into a number.
    pub const ORIGIN: Self = Self(1 << 30);

    /// One kind alone.
    #[must_use]
    pub const fn one(kind: Kind) -> Self {
        Self(1 << kind as u32)
    }

    /// Whether a kind is in it.
    #[must_use]
    pub const fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    /// Those of both.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that `other` has not.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<T: IntoIterator<Item = Kind>>(kinds: T) -> Self {
        kinds.into_iter().fold(Self::NONE, |all, kind| all.or(Self::one(kind)))
    }
}

/// Who decides what a field of an event says, least trusted last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// The platform: request ids, account, stage, time. Never tainted.
    #[default]
    Platform,
    /// Those who run the application: configuration, stored data that only they write.
    Operator,
    /// What the application itself stored earlier; who wrote it is another function's matter.
    Stored,
    /// Whoever may send to the queue, topic, bus or stream.
    Producer,
    /// Somebody who proved who they are; claims that the identity provider vouches for.
    Authenticated,
    /// Whoever may put objects into the bucket.
    Uploader,
    /// Anybody who can reach the trigger.
    Attacker,
}

impl Trust {
    /// The word in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Operator => "operator",
            Self::Stored => "stored",
            Self::Producer => "producer",
            Self::Authenticated => "authenticated",
            Self::Uploader => "uploader",
            Self::Attacker => "attacker",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Kinds};

    #[test]
    fn dangers_of_input_and_things_told_are_apart() {
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index, "{kind} stands at its place");
            assert_eq!(Kinds::INPUT.has(kind), kind < Kind::Secret, "{kind}");
        }
    }
}
