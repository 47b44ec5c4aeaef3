//! One thing that package files leave open.

use component::ComponentId;

use crate::Trick;

/// What is left open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactKind {
    /// The name of a package is nearly that of a far better known one.
    Lookalike {
        /// The better known name.
        of: String,
        /// What makes them look alike.
        trick: Trick,
    },
    /// A lock file takes packages from a host that is no registry and that no setting names.
    ForeignHost {
        /// The host.
        host: String,
        /// Whether one of them is known to stand in the public registry.
        is_public: bool,
    },
    /// Packages come over a connection that anyone on the way can change, and nothing else says
    /// which bytes are right.
    Cleartext {
        /// The host.
        host: String,
    },
    /// An index is asked over a connection that anyone on the way can change.
    CleartextIndex {
        /// The host.
        host: String,
    },
    /// The certificate of a host is not checked, of none when it is `None`.
    UncheckedCertificate {
        /// The host.
        host: Option<String>,
    },
    /// A repository is taken at a branch or tag, which can be moved.
    UnpinnedRepository {
        /// The branch or tag; the default branch when it is `None`.
        reference: Option<String>,
    },
    /// A file at an address, of which no digest says which bytes are right.
    UncheckedAddress,
    /// An index besides the usual one: whoever offers the higher version wins.
    ExtraIndex {
        /// The host.
        host: String,
        /// Whether anybody may read there: names that only the owner knows are not at stake.
        is_public: bool,
    },
    /// Names without a scope that a private registry has and anybody may take in the public one.
    UnscopedInternalName {
        /// The private registry.
        host: String,
    },
    /// A scope is the private registry's, but packages of it come from the public one.
    ScopeFromPublic {
        /// The scope, with `@`.
        scope: String,
        /// The private registry.
        host: String,
    },
    /// A manifest asks for ranges, and no lock file says which versions it gets.
    Unlocked,
    /// Some packages lack the digest that others have.
    MissingDigests,
    /// No package has a digest.
    NoDigests,
    /// Packages whose digests are of a broken hash function only.
    WeakDigests,
    /// A manifest asks for what its lock file does not have.
    OutOfStep {
        /// The lock file.
        lock: String,
    },
    /// Several package managers have a lock file for one manifest.
    RivalLocks {
        /// The others, by their file names.
        others: Vec<String>,
    },
    /// The lock file has a format of earlier days, which says less.
    OldLockFormat {
        /// The version of the format.
        version: String,
    },
    /// Packages run a script when they are installed.
    InstallScript,
    /// A package runs a script when it is installed that no honest package needs.
    SuspiciousScript {
        /// The name of the script.
        script: String,
        /// What is odd about it, as the end of a sentence: `fetches a program and runs it`.
        sign: &'static str,
    },
    /// The authors want nobody to use it any more.
    Deprecated,
}

/// One thing that package files leave open, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What is left open.
    pub kind: FactKind,
    /// Path of the file that tells of it.
    pub path: String,
    /// Line from 1, of the first package concerned or of the setting.
    pub line: Option<u32>,
    /// The packages concerned: numbers of components, in the order of the file, without repetition.
    /// Empty when it is about the file as a whole.
    pub packages: Vec<ComponentId>,
    /// Among how many packages of the file.
    pub of: usize,
}

impl Fact {
    /// A fact about a file as a whole.
    pub(crate) fn of_file(kind: FactKind, path: &str, line: Option<u32>) -> Self {
        Self { kind, path: path.to_owned(), line, packages: Vec::new(), of: 0 }
    }
}
