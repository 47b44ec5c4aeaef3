//! Files of package managers that were read, and what they say about how packages are installed.

/// What a file of a package manager is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileRole {
    /// It asks for packages: `package.json`, `pyproject.toml`, requirements.
    Manifest,
    /// It pins what was found for a manifest.
    Lock,
}

/// A file of a package manager that was read, whether or not it names a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackageFile {
    /// Path of the file, as handed to the reader.
    pub path: String,
    /// What it is for.
    pub role: FileRole,
}

/// One thing that a file says about how packages are installed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettingKind {
    /// The version of the lock file's own format (`lockfileVersion`, `metadata.lock-version`).
    LockVersion(String),
    /// Nothing is installed without a digest that fits (`--require-hashes`).
    RequireHashes,
    /// The certificate of this host is not checked; of no host when it is `None`.
    UncheckedCertificate(Option<String>),
    /// Scripts of packages do not run when these are installed (`ignore-scripts`).
    IgnoreScripts,
    /// The highest version that any of the indexes has is taken, whoever offers it.
    AnyIndexWins,
    /// No lock file is written or looked at (`package-lock=false`).
    NoLock,
}

/// What a file says, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// What it says.
    pub kind: SettingKind,
    /// Path of the file.
    pub path: String,
    /// Line from 1.
    pub line: Option<u32>,
}
