//! A bill of materials, free of any notation.

use std::collections::{BTreeMap, BTreeSet};

use component::Digest;

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// A function or application, or a member of its workspace.
    Application,
    /// A package that somebody published.
    Library,
    /// An archive that is laid over `/opt`: a layer.
    Layer,
}

impl PartKind {
    /// The type in `CycloneDX`.
    #[must_use]
    pub fn cyclonedx(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Library => "library",
            Self::Layer => "file",
        }
    }

    /// The kind of a type of `CycloneDX`; what is none of ours counts as a library, so that nothing
    /// gets lost.
    #[must_use]
    pub fn of_cyclonedx(name: &str) -> Self {
        match name {
            "application" => Self::Application,
            "file" => Self::Layer,
            _ => Self::Library,
        }
    }
}

/// Whether a part is needed when the application runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// It is.
    Required,
    /// It is used when it is there.
    Optional,
    /// It is for building and testing only.
    Excluded,
}

impl Need {
    /// The scope in `CycloneDX`.
    #[must_use]
    pub fn cyclonedx(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Excluded => "excluded",
        }
    }

    /// The need that a scope of `CycloneDX` tells.
    #[must_use]
    pub fn of_cyclonedx(name: &str) -> Option<Self> {
        [Self::Required, Self::Optional, Self::Excluded]
            .into_iter()
            .find(|need| need.cyclonedx() == name)
    }
}

/// A licence as declared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Licence {
    /// An identifier of the SPDX list.
    Id(String),
    /// An expression over such identifiers.
    Expression(String),
    /// Any other words.
    Named(String),
}

/// An address that belongs to a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// `distribution`, `vcs`: the types of `CycloneDX`.
    pub kind: String,
    /// A reference as RFC 3987 has it.
    pub url: String,
}

/// Where a part was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// Path of the file.
    pub path: String,
    /// Line from 1, when the file has lines.
    pub line: Option<u32>,
    /// `lock`, `manifest`, `installed`, `binary`.
    pub note: Option<String>,
}

/// A name with a value; names of ours begin with `faasguard:`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Property {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Its name within the bill; each part has another.
    pub reference: String,
    /// What it is.
    pub kind: PartKind,
    /// Scope, group or vendor of the name: `@aws-sdk`, `org.slf4j`.
    pub group: Option<String>,
    /// Name within the group.
    pub name: String,
    /// Version, when known.
    pub version: Option<String>,
    /// Whether it is needed; `None` when that is not known.
    pub need: Option<Need>,
    /// Digests of its file.
    pub digests: Vec<Digest>,
    /// Licences as declared.
    pub licences: Vec<Licence>,
    /// Package URL.
    pub purl: Option<String>,
    /// Addresses.
    pub links: Vec<Link>,
    /// Where it was seen.
    pub occurrences: Vec<Occurrence>,
    /// What has no place of its own.
    pub properties: Vec<Property>,
}

impl Part {
    /// A part of which only the name is known.
    #[must_use]
    pub fn new(kind: PartKind, reference: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            reference: reference.into(),
            kind,
            group: None,
            name: name.into(),
            version: None,
            need: None,
            digests: Vec::new(),
            licences: Vec::new(),
            purl: None,
            links: Vec::new(),
            occurrences: Vec::new(),
            properties: Vec::new(),
        }
    }

    /// The value of a property.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|it| it.name == name).map(|it| it.value.as_str())
    }
}

/// Whether all of something is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Completeness {
    /// All.
    Complete,
    /// Something is known to be missing.
    Incomplete,
    /// Nobody can tell.
    Unknown,
}

impl Completeness {
    /// The aggregate in `CycloneDX`.
    #[must_use]
    pub fn cyclonedx(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Unknown => "unknown",
        }
    }

    /// What an aggregate of `CycloneDX` says; its finer kinds of incompleteness are one here.
    #[must_use]
    pub fn of_cyclonedx(name: &str) -> Self {
        match name {
            "complete" => Self::Complete,
            _ if name.starts_with("incomplete") => Self::Incomplete,
            _ => Self::Unknown,
        }
    }
}

/// Of which parts all is told, or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Composition {
    /// How much.
    pub completeness: Completeness,
    /// Parts whose content this is about.
    pub assemblies: Vec<String>,
    /// Parts whose dependencies this is about.
    pub dependencies: Vec<String>,
}

/// A bill of materials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// When it was made (RFC 3339, UTC).
    pub time: Option<String>,
    /// The program that made it, and its version.
    pub tool: Option<(String, Option<String>)>,
    /// What the bill is of.
    pub root: Part,
    /// Its parts, in the order of their references.
    pub parts: Vec<Part>,
    /// What each part, the root too, asks for directly; the leaves have an empty set.
    pub depends: BTreeMap<String, BTreeSet<String>>,
    /// What is told whole.
    pub compositions: Vec<Composition>,
    /// What is to be said of the whole; `faasguard:remark` names what was not read.
    pub properties: Vec<Property>,
    /// Known flaws of the parts, when they were looked up. They are written, and not read back: others
    /// are asked anew.
    pub flaws: Vec<crate::Flaw>,
}
