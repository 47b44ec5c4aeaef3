//! Packages of Ruby and PHP: what manifests, lock files and installed packages tell.
//!
//! A [`Reader`] takes one file after another, in any order, and adds to an [`Inventory`];
//! [`Reader::finish`] connects what is installed.

#![deny(clippy::disallowed_methods)]

mod composer;
mod gemfile;
mod gemfile_lock;
mod gemspec;
mod ruby;

use std::collections::BTreeMap;

use component::{ComponentId, Ecosystem, Inventory};
use package_version::{Range, Version};

/// Most installed versions of one gem that are compared.
const MOST_VERSIONS: usize = 100;

/// What a file is to this reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Gemfile,
    GemfileLock,
    /// Of a gem whose source stands here.
    Gemspec,
    /// Of a gem that is installed.
    Specification,
    ComposerManifest,
    ComposerLock,
    ComposerInstalled,
}

fn kind_of(path: &str) -> Option<Kind> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let mut folders = folder.rsplit('/');
    let parent = folders.next().unwrap_or_default();
    let above = folders.next().unwrap_or_default();
    if file.strip_suffix(".gemspec").is_some_and(|name| !name.is_empty()) {
        let is_installed =
            parent == "specifications" || parent == "default" && above == "specifications";
        return Some(if is_installed { Kind::Specification } else { Kind::Gemspec });
    }
    Some(match file {
        "Gemfile" | "gems.rb" => Kind::Gemfile,
        "Gemfile.lock" | "gems.locked" => Kind::GemfileLock,
        "composer.json" => Kind::ComposerManifest,
        "composer.lock" => Kind::ComposerLock,
        "installed.json" if parent == "composer" => Kind::ComposerInstalled,
        _ => return None,
    })
}

/// Whether a file of this path says something about packages of these languages.
#[must_use]
pub fn reads(path: &str) -> bool {
    kind_of(path).is_some_and(|kind| {
        matches!(kind, Kind::Specification | Kind::ComposerInstalled) || !is_foreign(path)
    })
}

/// Whether a file belongs to an installed package, whose own manifests and lock files count no more:
/// below `vendor/VENDOR/NAME` of Composer, or `gems/NAME-VERSION` of `RubyGems`.
fn is_foreign(path: &str) -> bool {
    let folders: Vec<&str> = path.split('/').collect();
    let of_gem = folders.windows(2).any(|pair| {
        let [parent, name] = pair else { return false };
        let version = name.rsplit_once('-').map_or("", |(_, version)| version);
        matches!(*parent, "gems" | "bundler")
            && version.starts_with(|c: char| c.is_ascii_hexdigit())
    });
    // `vendor/a/b/composer.json` is at least three folders down.
    let of_composer = folders.iter().rposition(|folder| *folder == "vendor").is_some_and(|at| {
        folders.len() >= at + 4
            && path.strip_suffix(".json").or(path.strip_suffix(".lock")).is_some()
    });
    of_gem || of_composer || folders.contains(&"node_modules")
}

/// Reads the files of one application.
#[derive(Debug, Default)]
pub struct Reader {
    /// Gems that are installed, by the folder of their specifications.
    gems: BTreeMap<String, Vec<ComponentId>>,
}

impl Reader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one file; what cannot be read becomes a remark. Paths for which [`reads`] says no are left.
    pub fn read(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        if !reads(path) {
            return;
        }
        match kind_of(path) {
            Some(Kind::Gemfile) => gemfile::read(path, bytes, into),
            Some(Kind::GemfileLock) => gemfile_lock::read(path, bytes, into),
            Some(Kind::Gemspec) => gemspec::read_source(path, bytes, into),
            Some(Kind::Specification) => {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                // Gems that Ruby itself brings stand in a folder within.
                let folder = folder.strip_suffix("/default").unwrap_or(folder);
                if let Some(id) = gemspec::read_installed(path, bytes, into) {
                    self.gems.entry(folder.to_owned()).or_default().push(id);
                }
            }
            Some(Kind::ComposerManifest) => composer::read_manifest(path, bytes, into),
            Some(Kind::ComposerLock) => composer::read_lock(path, bytes, into),
            Some(Kind::ComposerInstalled) => composer::read_installed(path, bytes, into),
            None => {}
        }
    }

    /// Leads what installed gems ask for to the gems beside them, or to those of another folder.
    pub fn finish(self, into: &mut Inventory) {
        let all: Vec<ComponentId> = self.gems.values().flatten().copied().collect();
        let elsewhere = by_name(&all, into);
        let mut found = Vec::new();
        for ids in self.gems.values() {
            let beside = by_name(ids, into);
            for from in ids {
                let Some(gem) = into.components.get(*from) else { continue };
                for (number, requirement) in gem.requires.iter().enumerate() {
                    let (name, range) = (&requirement.name, &requirement.range);
                    let to = pick(beside.get(name), range, into);
                    let to = to.or_else(|| pick(elsewhere.get(name), range, into));
                    found.extend(to.map(|to| (*from, number, to)));
                }
            }
        }
        for (from, number, to) in found {
            let gem = into.components.get_mut(from);
            if let Some(requirement) = gem.and_then(|gem| gem.requires.get_mut(number)) {
                requirement.to = Some(to);
            }
        }
        let beside = by_name(&all, into);
        let chosen: BTreeMap<String, ComponentId> =
            beside.into_iter().filter_map(|(name, ids)| Some((name, *ids.first()?))).collect();
        into.settle_wishes(Ecosystem::RubyGems, |_, wish| chosen.get(&wish.key()).copied());
    }
}

/// Components by their names, in the order they were met.
fn by_name(ids: &[ComponentId], into: &Inventory) -> BTreeMap<String, Vec<ComponentId>> {
    let mut named: BTreeMap<String, Vec<ComponentId>> = BTreeMap::new();
    for id in ids {
        if let Some(component) = into.components.get(*id) {
            named.entry(component.name.clone()).or_default().push(*id);
        }
    }
    named
}

/// The highest version that a requirement allows; `RubyGems` activates that one.
fn pick(known: Option<&Vec<ComponentId>>, range: &str, into: &Inventory) -> Option<ComponentId> {
    let range = Range::parse(Ecosystem::RubyGems, range).ok();
    let version = |id: &ComponentId| {
        let text = into.components.get(*id)?.version.as_deref()?;
        Some(Version::parse(Ecosystem::RubyGems, text))
    };
    let fits = |id: &&ComponentId| {
        let fits = |version| range.as_ref().is_none_or(|it| it.contains_with_prereleases(&version));
        version(id).is_none_or(fits)
    };
    known?.iter().take(MOST_VERSIONS).filter(fits).copied().reduce(|best, other| {
        let order = version(&best).zip(version(&other)).and_then(|(a, b)| a.compare(&b));
        if order == Some(std::cmp::Ordering::Less) { other } else { best }
    })
}

/// The number of a line that was counted from zero.
fn line(place: usize) -> Option<u32> {
    u32::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests;
