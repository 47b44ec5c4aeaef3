//! The classes of attacks, and sets of them.

use std::fmt;
use std::str::FromStr;

/// What an attacker wants the value to be taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// A piece of an SQL statement.
    Sql,
    /// Operators of a document database: `{"$ne": null}`, `$where`.
    Nosql,
    /// A command of a shell.
    Command,
    /// Source code that an interpreter would run: PHP, Python, JavaScript, Ruby, Java expressions.
    Code,
    /// A path that leaves the folder it is meant for.
    Path,
    /// A file or stream wrapper that a program would include: `php://filter`, `/etc/passwd`.
    FileInclusion,
    /// An address of a machine that only the function can reach.
    Ssrf,
    /// An external entity of XML.
    Xxe,
    /// An expression of a template engine.
    Template,
    /// A filter of LDAP.
    Ldap,
    /// An expression of `XPath`.
    Xpath,
    /// Script that a browser would run.
    Xss,
    /// Line ends that forge headers or lines of a log.
    Crlf,
    /// A serialised object whose reading runs code.
    Deserialization,
    /// Keys that reach the prototype of every object of JavaScript.
    PrototypePollution,
    /// A look-up that a logger of Java would carry out (`Log4Shell`).
    Log4shell,
}

impl Class {
    /// Every class, in the order of declaration.
    pub const ALL: [Self; 16] = [
        Self::Sql,
        Self::Nosql,
        Self::Command,
        Self::Code,
        Self::Path,
        Self::FileInclusion,
        Self::Ssrf,
        Self::Xxe,
        Self::Template,
        Self::Ldap,
        Self::Xpath,
        Self::Xss,
        Self::Crlf,
        Self::Deserialization,
        Self::PrototypePollution,
        Self::Log4shell,
    ];

    /// The name in settings, logs and metrics: `file-inclusion`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Nosql => "nosql",
            Self::Command => "command",
            Self::Code => "code",
            Self::Path => "path",
            Self::FileInclusion => "file-inclusion",
            Self::Ssrf => "ssrf",
            Self::Xxe => "xxe",
            Self::Template => "template",
            Self::Ldap => "ldap",
            Self::Xpath => "xpath",
            Self::Xss => "xss",
            Self::Crlf => "crlf",
            Self::Deserialization => "deserialization",
            Self::PrototypePollution => "prototype-pollution",
            Self::Log4shell => "log4shell",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no class has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownClass {
    /// What was written.
    pub name: String,
}

impl fmt::Display for UnknownClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown class `{}`; the classes are", self.name)?;
        Class::ALL.iter().try_for_each(|class| write!(f, " {class}"))
    }
}

impl std::error::Error for UnknownClass {}

impl FromStr for Class {
    type Err = UnknownClass;

    fn from_str(name: &str) -> Result<Self, UnknownClass> {
        Self::ALL
            .into_iter()
            .find(|class| class.name() == name)
            .ok_or_else(|| UnknownClass { name: name.to_owned() })
    }
}

/// A set of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Classes(u16);

impl Classes {
    /// No class: the value is not looked at.
    pub const NONE: Self = Self(0);
    /// Every class.
    pub const ALL: Self = Self(u16::MAX);

    /// This set and `class`.
    #[must_use]
    pub const fn with(self, class: Class) -> Self {
        Self(self.0 | 1 << class as u8)
    }

    /// This set without `class`.
    #[must_use]
    pub const fn without(self, class: Class) -> Self {
        Self(self.0 & !(1 << class as u8))
    }

    /// This set without those of `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether `class` is in the set.
    #[must_use]
    pub const fn contains(self, class: Class) -> bool {
        self.0 & (1 << class as u8) != 0
    }

    /// Whether both sets have a class in common.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The classes that are in both sets.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the set has no class.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The classes of the set, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Class> {
        Class::ALL.into_iter().filter(move |class| self.contains(*class))
    }
}

impl FromIterator<Class> for Classes {
    fn from_iter<I: IntoIterator<Item = Class>>(classes: I) -> Self {
        classes.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
#[path = "../tests/unit/class.rs"]
mod tests;
