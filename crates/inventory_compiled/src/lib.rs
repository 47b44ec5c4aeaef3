//! Packages of Go, Rust, Java and .NET: what manifests, lock files and compiled programs tell.
//!
//! A [`Reader`] takes one file after another, in any order, and adds to an [`Inventory`]; [`Reader::finish`]
//! joins what stands in two files. A program is told by its first bytes ([`is_program`]), not by its name.

#![deny(clippy::disallowed_methods)]

mod dotnet;
mod go;
mod gradle;
mod pom;
mod program;
mod rust;

use component::{FileRole, Inventory};

pub use program::is_program;

/// What a file is to this reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    GoMod,
    GoSum,
    CargoLock,
    Pom,
    PomProperties,
    GradleLock,
    NugetLock,
    Deps,
}

fn kind_of(path: &str) -> Option<Kind> {
    let file = path.rsplit('/').next().unwrap_or(path);
    Some(match file {
        "go.mod" => Kind::GoMod,
        "go.sum" => Kind::GoSum,
        "Cargo.lock" => Kind::CargoLock,
        "pom.xml" => Kind::Pom,
        "pom.properties" => Kind::PomProperties,
        "gradle.lockfile" | "buildscript-gradle.lockfile" => Kind::GradleLock,
        "packages.lock.json" => Kind::NugetLock,
        _ if file.ends_with(".deps.json") => Kind::Deps,
        _ if file.strip_suffix(".pom").is_some() => Kind::Pom,
        _ => return None,
    })
}

/// Whether a file of this path says something about packages of these languages.
#[must_use]
pub fn reads(path: &str) -> bool {
    kind_of(path).is_some()
}

/// Reads the files of one application.
#[derive(Debug, Default)]
pub struct Reader {
    sums: go::Sums,
}

impl Reader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one file; what cannot be read becomes a remark. A path for which [`reads`] says no is read as
    /// a program when its bytes are one, and left otherwise.
    pub fn read(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        let role = match kind_of(path) {
            Some(Kind::GoMod) => Some(FileRole::Manifest),
            Some(Kind::GoSum | Kind::CargoLock | Kind::GradleLock | Kind::NugetLock) => {
                Some(FileRole::Lock)
            }
            _ => None,
        };
        if let Some(role) = role {
            into.file(path, role);
        }
        match kind_of(path) {
            Some(Kind::GoMod) => go::read_mod(path, bytes, into),
            Some(Kind::GoSum) => self.sums.read(path, bytes, into),
            Some(Kind::CargoLock) => rust::read_lock(path, bytes, into),
            Some(Kind::Pom) => pom::read(path, bytes, into),
            Some(Kind::PomProperties) => pom::read_properties(path, bytes, into),
            Some(Kind::GradleLock) => gradle::read(path, bytes, into),
            Some(Kind::NugetLock) => dotnet::read_lock(path, bytes, into),
            Some(Kind::Deps) => dotnet::read_deps(path, bytes, into),
            None if is_program(bytes) => program::read(path, bytes, into),
            None => {}
        }
    }

    /// Joins `go.sum` with its `go.mod`: modules that no line of the former vouches for are told.
    pub fn finish(self, into: &mut Inventory) {
        self.sums.finish(into);
    }
}

/// The folder of a path; empty for one at the root.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The number of a line that was counted from zero.
fn line(place: usize) -> Option<u32> {
    u32::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests;
