//! `Gemfile.lock`: gems with their graph, where they come from, and since Bundler 2.5 their digests.
//!
//! Source: `Bundler::LockfileParser` and `Bundler::LockfileGenerator` of rubygems/rubygems.

use std::collections::BTreeMap;

use component::{
    Component, ComponentId, ComponentKind, Digest, Ecosystem, EvidenceKind, FileRole, Inventory,
    Origin, OriginKind, RemarkKind, Requirement, read_text,
};

use crate::line;

/// Where the gems of a section come from.
#[derive(Default)]
struct Source {
    kind: OriginKind,
    remote: Option<String>,
    revision: Option<String>,
}

impl Source {
    fn origin(&self) -> Origin {
        let remote = self.remote.as_deref().unwrap_or_default();
        let is_default = matches!(
            remote.trim_end_matches('/'),
            "" | "https://rubygems.org" | "rubygems" | "https://index.rubygems.org"
        );
        match self.kind {
            OriginKind::Registry if is_default => Origin::of(OriginKind::Registry),
            kind => Origin::at(kind, remote).with_revision(self.revision.clone()),
        }
    }
}

/// The gems of one lock file.
struct Locked<'a> {
    path: &'a str,
    into: &'a mut Inventory,
    by_name: BTreeMap<String, ComponentId>,
    by_version: BTreeMap<(String, String), ComponentId>,
    wants: Vec<(ComponentId, String, String)>,
    /// The gem whose requirements follow.
    last: Option<ComponentId>,
}

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    into.file(path, FileRole::Lock);
    let mut locked = Locked {
        path,
        into,
        by_name: BTreeMap::new(),
        by_version: BTreeMap::new(),
        wants: Vec::new(),
        last: None,
    };
    let mut section = String::new();
    let mut source = Source::default();
    let mut direct: Vec<(String, String)> = Vec::new();
    for (place, text) in text.lines().enumerate() {
        let words = text.trim();
        let indent = text.len() - text.trim_start().len();
        match (indent, section.as_str()) {
            _ if words.is_empty() => {}
            (0, _) if words.starts_with("<<<<<<<") || words.starts_with(">>>>>>>") => {
                let what = "the lock file holds an unsolved conflict of a merge";
                locked.into.remark(path, line(place), RemarkKind::Partial, what);
            }
            (0, _) => {
                words.clone_into(&mut section);
                let kind = match words {
                    "GEM" => OriginKind::Registry,
                    "GIT" => OriginKind::Git,
                    "PATH" => OriginKind::Path,
                    _ => OriginKind::Unknown,
                };
                source = Source { kind, ..Source::default() };
                locked.last = None;
            }
            (2, "GEM" | "GIT" | "PATH") => match words.split_once(':') {
                Some(("remote", address)) => source.remote = Some(address.trim().to_owned()),
                Some(("revision", commit)) => source.revision = Some(commit.trim().to_owned()),
                _ => {}
            },
            (4, "GEM" | "GIT" | "PATH") => locked.gem(words, place, &source),
            (6, "GEM" | "GIT" | "PATH") => {
                let (name, range) = name_and_range(words);
                if let Some(from) = locked.last {
                    locked.wants.push((from, name.to_owned(), range.to_owned()));
                }
            }
            (2, "DEPENDENCIES") => {
                // `!`: not from the first source.
                let (name, range) = name_and_range(words.trim_end_matches('!'));
                direct.push((name.to_owned(), range.to_owned()));
            }
            (2, "CHECKSUMS") => locked.digests(words),
            _ => {}
        }
    }
    locked.connect(&direct);
}

/// `name (~> 1.0, >= 1.0.2)`.
fn name_and_range(words: &str) -> (&str, &str) {
    match words.split_once(" (") {
        Some((name, range)) => (name, range.trim_end_matches(')')),
        None => (words, ""),
    }
}

/// `1.15.0` of `1.15.0-x86_64-linux`: versions of gems hold no hyphen.
fn version_of(text: &str) -> &str {
    text.split('-').next().unwrap_or(text)
}

impl Locked<'_> {
    fn gem(&mut self, words: &str, place: usize, source: &Source) {
        let (name, version) = name_and_range(words);
        let version = version_of(version);
        if version.is_empty() {
            let what = format!("`{name}` has no version; it is left out");
            self.last = None;
            return self.into.remark(self.path, line(place), RemarkKind::Partial, what);
        }
        // The same gem for several platforms.
        let key = (name.to_owned(), version.to_owned());
        if let Some(same) = self.by_version.get(&key) {
            self.last = Some(*same);
            return;
        }
        let mut gem = Component::new(Ecosystem::RubyGems, name, Some(version.to_owned())).seen(
            self.path,
            line(place),
            EvidenceKind::Lock,
        );
        gem.origin = source.origin();
        if source.kind == OriginKind::Path && source.remote.as_deref() == Some(".") {
            gem.kind = ComponentKind::Project;
        }
        self.last = self.into.add(gem);
        if let Some(id) = self.last {
            // Bundler locks one version of each gem; of several, the first is for every platform.
            self.by_name.entry(name.to_owned()).or_insert(id);
            self.by_version.insert(key, id);
        }
    }

    /// `name (1.0) sha256=0a…`.
    fn digests(&mut self, words: &str) {
        let (name, rest) = name_and_range(words);
        let (version, digests) = rest.split_once(") ").unwrap_or((rest, ""));
        let key = (name.to_owned(), version_of(version).to_owned());
        let id = self.by_version.get(&key).copied();
        if let Some(gem) = id.and_then(|id| self.into.components.get_mut(id)) {
            gem.digests.extend(digests.split(',').filter_map(Digest::parse_hex));
        }
    }

    fn connect(self, direct: &[(String, String)]) {
        let Self { into, by_name, wants, .. } = self;
        let find = |name: &str| by_name.get(name).copied();
        for (from, name, range) in wants {
            let to = find(&name);
            into.require(from, Requirement { to, ..Requirement::new(name, range) });
        }
        for (name, range) in direct {
            if let Some(gem) = find(name).and_then(|id| into.components.get_mut(id)) {
                gem.direct = true;
                gem.wanted = Some(range.clone());
            }
        }
    }
}
