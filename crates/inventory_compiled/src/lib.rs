//! Packages of Go, Rust, Java and .NET: what manifests, lock files and compiled programs tell.
//!
//! A [`Reader`] takes one file after another, in any order, and adds to an [`Inventory`]; [`Reader::finish`]
//! joins what stands in two files. A program is told by its first bytes ([`is_program`]), not by its name.

#![deny(clippy::disallowed_methods)]

mod dotnet;
mod go;
mod gradle;
mod jar;
mod msbuild;
mod pom;
mod program;
mod rust;
mod xml;

use component::Inventory;

pub use program::is_program;

/// What a file is to this reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    GoMod,
    GoSum,
    GoVendor,
    CargoLock,
    CargoManifest,
    Pom,
    PomProperties,
    JarManifest,
    GradleLock,
    GradleBuild,
    NugetLock,
    NugetConfig,
    NugetVersions,
    Project,
    Deps,
}

fn kind_of(path: &str) -> Option<Kind> {
    let file = path.rsplit('/').next().unwrap_or(path);
    Some(match file {
        "go.mod" => Kind::GoMod,
        "go.sum" => Kind::GoSum,
        "modules.txt" if folder_of(path).rsplit('/').next() == Some("vendor") => Kind::GoVendor,
        "Cargo.lock" => Kind::CargoLock,
        "Cargo.toml" => Kind::CargoManifest,
        "pom.xml" => Kind::Pom,
        // Maven leaves a copy beside the jar that it builds.
        "pom.properties" if !path.contains("maven-archiver/") => Kind::PomProperties,
        "MANIFEST.MF" if path.ends_with("!/META-INF/MANIFEST.MF") => Kind::JarManifest,
        "gradle.lockfile" | "buildscript-gradle.lockfile" => Kind::GradleLock,
        "build.gradle" | "build.gradle.kts" => Kind::GradleBuild,
        "packages.lock.json" => Kind::NugetLock,
        "packages.config" => Kind::NugetConfig,
        "Directory.Packages.props" => Kind::NugetVersions,
        _ if path.contains("dependency-locks/") && file.ends_with(".lockfile") => Kind::GradleLock,
        _ if [".csproj", ".fsproj", ".vbproj"].iter().any(|ending| file.ends_with(ending)) => {
            Kind::Project
        }
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
    modules: go::Modules,
    manifests: rust::Manifests,
    poms: pom::Poms,
    jars: jar::Jars,
    projects: msbuild::Projects,
}

impl Reader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that there is a file, whether or not it is read: a jar may hold nothing but classes.
    pub fn meet(&mut self, path: &str) {
        self.jars.meet(path);
    }

    /// Reads one file; what cannot be read becomes a remark. A path for which [`reads`] says no is read as
    /// a program when its bytes are one, and left otherwise.
    pub fn read(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        match kind_of(path) {
            Some(Kind::GoMod) => self.modules.read_mod(path, bytes, into),
            Some(Kind::GoSum) => self.modules.read_sum(path, bytes, into),
            Some(Kind::GoVendor) => go::read_vendor(path, bytes, into),
            Some(Kind::CargoLock) => self.manifests.read_lock(path, bytes, into),
            Some(Kind::CargoManifest) => self.manifests.read(path, bytes, into),
            Some(Kind::Pom) => self.poms.read(path, bytes, into),
            Some(Kind::PomProperties) => self.jars.read_properties(path, bytes, into),
            Some(Kind::JarManifest) => self.jars.read_manifest(path, bytes, into),
            Some(Kind::GradleLock) => gradle::read(path, bytes, into),
            Some(Kind::GradleBuild) => gradle::read_build(path, bytes, into),
            Some(Kind::NugetLock) => dotnet::read_lock(path, bytes, into),
            Some(Kind::NugetConfig) => msbuild::read_config(path, bytes, into),
            Some(Kind::NugetVersions) => self.projects.read_managed(path, bytes, into),
            Some(Kind::Project) => self.projects.read(path, bytes, into),
            Some(Kind::Deps) => dotnet::read_deps(path, bytes, into),
            None if is_program(bytes) => program::read(path, bytes, into),
            None => {}
        }
    }

    /// Joins what stands in two files: `go.sum` with its `go.mod`, a POM with its parents and its jar,
    /// members of a workspace of Cargo with their lock file, projects with the versions above them.
    pub fn finish(self, into: &mut Inventory) {
        self.modules.finish(into);
        self.manifests.finish(into);
        let of_jars = self.poms.finish(into);
        self.jars.finish(of_jars, into);
        self.projects.finish(into);
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
