//! Package URLs (`pkg:npm/%40scope/name@1.2.3`): read, check, write in the canonical form.
//!
//! [`PackageUrl::parse`] takes what tools write in the wild and normalises it; [`PackageUrl::parse_strict`]
//! and [`PackageUrl::build`] also hold the rules of the type. Source: the package-url specification
//! (ECMA-427) and its type definitions.

#![deny(clippy::disallowed_methods)]

mod encoding;
mod kinds;
mod parse;

use std::{collections::BTreeMap, fmt, str::FromStr};

use encoding::Encoded;

/// A package URL in its normal form: parts are decoded, and written as the type wants them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackageUrl {
    parts: Parts,
}

/// The parts of a package URL, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "the specification has exactly these parts")]
pub struct Parts {
    /// The type, such as `npm`.
    pub kind: String,
    /// Segments between `/`, such as `@scope` or `org.apache.commons`.
    pub namespace: Option<String>,
    /// The name; never empty in a [`PackageUrl`].
    pub name: String,
    /// The version as the package's ecosystem writes it.
    pub version: Option<String>,
    /// Further facts by key, such as `arch`.
    pub qualifiers: BTreeMap<String, String>,
    /// A path within the package, segments between `/`.
    pub subpath: Option<String>,
}

/// Why a text or parts are no package URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackageUrlError {
    /// The text does not start with `pkg:`.
    #[error("a package URL starts with `pkg:`")]
    Scheme,
    /// The type is missing or has other characters than letters, digits, `.` and `-`, a letter first.
    #[error("`{0}` is no type of a package URL; it is made of letters, digits, `.` and `-`")]
    Kind(String),
    /// The name is missing.
    #[error("the package URL has no name")]
    Name,
    /// A namespace is missing that the type needs, or stands where it has none.
    #[error("a namespace is {} for packages of type `{kind}`", if *.required { "needed" } else { "not allowed" })]
    Namespace {
        /// The type.
        kind: String,
        /// Whether the type needs one.
        required: bool,
    },
    /// A part has another form than the type wants.
    #[error("the {part} `{value}` is none for packages of type `{kind}`")]
    Form {
        /// The type.
        kind: String,
        /// `name`, `version` or `qualifier`.
        part: &'static str,
        /// What stands there.
        value: String,
    },
    /// A key of a qualifier has other characters than letters, digits, `.`, `-` and `_`, or is there twice.
    #[error("`{0}` is no key of a qualifier, or stands twice")]
    Qualifier(String),
    /// A `%` is not followed by two hexadecimal digits, or the bytes are no UTF-8.
    #[error("`{0}` is not percent-encoded text")]
    Encoding(String),
    /// A segment of the namespace or the subpath holds an encoded `/`.
    #[error("the segment `{0}` holds a `/`")]
    Segment(String),
    /// The text is longer than [`PackageUrl::LONGEST`].
    #[error("a package URL of {0} bytes is longer than the {longest} that are read", longest = PackageUrl::LONGEST)]
    Long(usize),
}

impl PackageUrl {
    /// The longest text that is read, in bytes.
    pub const LONGEST: usize = 16 * 1024;

    /// Reads a package URL as tools write it: the case of scheme, type and keys, slashes after the
    /// scheme and unencoded characters do not matter, rules of the type are not held.
    ///
    /// # Errors
    /// A [`PackageUrlError`] when type or name are missing or a part is malformed.
    pub fn parse(text: &str) -> Result<Self, PackageUrlError> {
        Ok(Self { parts: kinds::normalize(parse::parse(text, parse::Keys::AnyCase)?) })
    }

    /// Reads a package URL and holds the rules of its type: which have a namespace, which qualifiers are
    /// needed, how names and versions look. A key of a qualifier starts with a small letter.
    ///
    /// # Errors
    /// A [`PackageUrlError`] when a part is missing, malformed or against the rules of the type.
    pub fn parse_strict(text: &str) -> Result<Self, PackageUrlError> {
        Self::build(parse::parse(text, parse::Keys::SmallFirst)?)
    }

    /// Makes a package URL of its parts and holds the rules of its type.
    ///
    /// # Errors
    /// A [`PackageUrlError`] when a part is missing, malformed or against the rules of the type.
    pub fn build(parts: Parts) -> Result<Self, PackageUrlError> {
        let parts = kinds::normalize(parse::check(parts)?);
        kinds::check(&parts)?;
        Ok(Self { parts })
    }

    /// Makes a package URL of what most packages have.
    ///
    /// # Errors
    /// As [`PackageUrl::build`].
    pub fn of(
        kind: &str,
        namespace: Option<&str>,
        name: &str,
        version: Option<&str>,
    ) -> Result<Self, PackageUrlError> {
        Self::build(Parts {
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            version: version.map(str::to_owned),
            ..Parts::default()
        })
    }

    /// The type, such as `npm`, in lower case.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.parts.kind
    }

    /// The namespace, such as `@scope`; segments between `/`.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.parts.namespace.as_deref()
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.parts.version.as_deref()
    }

    /// The qualifiers, by key.
    #[must_use]
    pub fn qualifiers(&self) -> &BTreeMap<String, String> {
        &self.parts.qualifiers
    }

    /// The path within the package.
    #[must_use]
    pub fn subpath(&self) -> Option<&str> {
        self.parts.subpath.as_deref()
    }

    /// The parts, to make another one of them.
    #[must_use]
    pub fn into_parts(self) -> Parts {
        self.parts
    }
}

impl FromStr for PackageUrl {
    type Err = PackageUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The canonical form.
impl fmt::Display for PackageUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { kind, namespace, name, version, qualifiers, subpath } = &self.parts;
        write!(formatter, "pkg:{kind}/")?;
        if let Some(namespace) = namespace {
            write!(formatter, "{}/", Encoded::path(namespace))?;
        }
        let is_path = kind == "git" && namespace.is_some();
        let name = if is_path { Encoded::path(name) } else { Encoded::part(name) };
        write!(formatter, "{name}")?;
        if let Some(version) = version {
            write!(formatter, "@{}", Encoded::part(version))?;
        }
        for (place, (key, value)) in qualifiers.iter().enumerate() {
            let sign = if place == 0 { '?' } else { '&' };
            write!(formatter, "{sign}{key}={}", Encoded::part(value))?;
        }
        if let Some(subpath) = subpath {
            write!(formatter, "#{}", Encoded::path(subpath))?;
        }
        Ok(())
    }
}
