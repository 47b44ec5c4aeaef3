//! The encodings that hid an attack.

use std::fmt;

/// A way of writing a text that a decoder takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Encoding {
    /// `%27`, `%u0027`, overlong UTF-8 such as `%c0%af`, and `+` for a space.
    Percent,
    /// `&lt;`, `&#60;`, `&#x3c;`.
    HtmlEntity,
    /// `\u0027`, `\x27`, `\47` and the like of JavaScript, Python, C and CSS.
    Escape,
    /// Base64, standard or for URLs, that holds text.
    Base64,
    /// UTF-16 or UTF-7, or texts with NUL bytes in between.
    Utf16,
    /// Full-width letters, typographic quotes, invisible characters.
    LookAlike,
    /// Comments between the words of a statement: `union/**/select`.
    Comment,
    /// A string within JSON text.
    Json,
    /// A text or an attribute within an XML document.
    Xml,
}

impl Encoding {
    /// Every encoding, in the order of declaration.
    pub const ALL: [Self; 9] = [
        Self::Percent,
        Self::HtmlEntity,
        Self::Escape,
        Self::Base64,
        Self::Utf16,
        Self::LookAlike,
        Self::Comment,
        Self::Json,
        Self::Xml,
    ];

    /// The name in logs: `html-entity`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::HtmlEntity => "html-entity",
            Self::Escape => "escape",
            Self::Base64 => "base64",
            Self::Utf16 => "utf-16",
            Self::LookAlike => "look-alike",
            Self::Comment => "comment",
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }
}

/// A set of encodings; empty for an attack in plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Encodings(u16);

impl Encodings {
    /// No encoding.
    pub const NONE: Self = Self(0);

    /// This set and `encoding`.
    #[must_use]
    pub const fn with(self, encoding: Encoding) -> Self {
        Self(self.0 | 1 << encoding as u8)
    }

    /// Whether `encoding` is in the set.
    #[must_use]
    pub const fn contains(self, encoding: Encoding) -> bool {
        self.0 & (1 << encoding as u8) != 0
    }

    /// Whether both sets have an encoding in common.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the attack stood in plain text.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The encodings of the set, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Encoding> {
        Encoding::ALL.into_iter().filter(move |encoding| self.contains(*encoding))
    }
}

impl fmt::Display for Encodings {
    /// Names with `+` in between: `percent+html-entity`; empty for plain text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, encoding) in self.iter().enumerate() {
            if at > 0 {
                f.write_str("+")?;
            }
            f.write_str(encoding.name())?;
        }
        Ok(())
    }
}
