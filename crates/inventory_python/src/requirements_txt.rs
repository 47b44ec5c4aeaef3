//! Requirements files in pip's own grammar.

use std::collections::BTreeMap;

use component::{
    Component, Digest, Ecosystem, EvidenceKind, IndexRole, Inventory, Origin, OriginKind,
    PackageIndex, RemarkKind, Scope, SettingKind, read_text,
};

use crate::{
    Environment, Include, Reader, Wanted, address, holds, key,
    requirement::{pinned, shortened},
};

/// Most lines of one file that are read.
const MOST_LINES: usize = 100_000;
/// Most files that requirements files may name.
const MOST_INCLUDES: usize = 1_000;

pub(crate) fn read(path: &str, bytes: &[u8], reader: &mut Reader, into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    for (line, text) in logical_lines(path, &text, into) {
        let mut file = File { path, line, reader, into };
        file.line(&text);
    }
}

/// Versions and digests for packages that other files ask for.
pub(crate) fn read_constraints(
    path: &str,
    bytes: &[u8],
    reader: &mut Reader,
    into: &mut Inventory,
) {
    let Some(text) = read_text(path, bytes, into) else { return };
    for (line, text) in logical_lines(path, &text, into) {
        let (arguments, options) = split_options(&text);
        if arguments.is_empty() {
            File { path, line, reader, into }.options(&options);
            continue;
        }
        match Wanted::parse(&arguments) {
            Ok(wanted) => {
                reader.constraints.insert(key(&wanted.name), wanted.range);
            }
            Err(error) => into.remark(path, Some(line), RemarkKind::Partial, error.to_string()),
        }
    }
}

/// Gives what requirements files ask for the version that a constraint pins.
pub(crate) fn constrain(constraints: &BTreeMap<String, String>, into: &mut Inventory) {
    if constraints.is_empty() {
        return;
    }
    for component in &mut into.components {
        let asked = component.version.is_none() && component.seen_as(EvidenceKind::Manifest);
        if asked && component.ecosystem == Some(Ecosystem::PyPI) {
            let range = constraints.get(&component.key());
            component.version = range.and_then(|range| pinned(range)).map(str::to_owned);
        }
    }
}

/// Lines as pip puts them together: continued with `\`, without comments, with their first number.
fn logical_lines(path: &str, text: &str, into: &mut Inventory) -> Vec<(u32, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(u32, String)> = None;
    for (number, line) in (1_u32..).zip(text.lines()) {
        if lines.len() >= MOST_LINES {
            into.remark(
                path,
                Some(number),
                RemarkKind::Limit,
                format!("lines after {MOST_LINES} are not read"),
            );
            break;
        }
        let is_comment = line.trim_start().starts_with('#');
        let continued = line.strip_suffix('\\').filter(|_| !is_comment);
        let (first, mut held) = open.take().unwrap_or((number, String::new()));
        // pip puts a blank before a comment, so that the comment does not touch what was before.
        if is_comment {
            held.push(' ');
        }
        held.push_str(continued.unwrap_or(line));
        if continued.is_some() {
            open = Some((first, held));
        } else {
            lines.push((first, held));
        }
    }
    lines.extend(open);
    for (_, line) in &mut lines {
        let cut = without_comment(line).trim().to_owned();
        *line = cut;
    }
    lines.retain(|(_, line)| !line.is_empty());
    lines
}

/// A comment starts the line or follows a blank: `#egg=` inside an address is none.
fn without_comment(line: &str) -> &str {
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if c == '#' && before.is_whitespace() {
            return line.get(..at).unwrap_or(line);
        }
        before = c;
    }
    line
}

/// The words before the first option, and the options with their values.
fn split_options(line: &str) -> (String, Vec<String>) {
    let mut words = line.split_whitespace().peekable();
    let mut arguments = Vec::new();
    while let Some(word) = words.next_if(|word| !word.starts_with('-')) {
        arguments.push(word);
    }
    (arguments.join(" "), words.map(|word| word.trim_matches(['"', '\'']).to_owned()).collect())
}

struct File<'a> {
    path: &'a str,
    line: u32,
    reader: &'a mut Reader,
    into: &'a mut Inventory,
}

impl File<'_> {
    fn line(&mut self, line: &str) {
        let (arguments, options) = split_options(line);
        if arguments.is_empty() {
            self.options(&options);
            return;
        }
        let mut digests = Vec::new();
        for (name, value) in pairs(&options) {
            if name == "--hash" {
                match Digest::parse_hex(&value) {
                    Some(digest) => digests.push(digest),
                    None => self.remark(format!("`--hash={}` is no digest", shortened(&value))),
                }
            }
        }
        self.requirement(&arguments, digests);
    }

    fn requirement(&mut self, text: &str, digests: Vec<Digest>) {
        let first = text.split_whitespace().next().unwrap_or(text);
        if address::is_address(first) {
            return self.direct(text, digests);
        }
        let wanted = match Wanted::parse(text) {
            Ok(wanted) => wanted,
            Err(error) => return self.remark(error.to_string()),
        };
        let version = wanted.pinned().map(str::to_owned);
        let origin = match &wanted.url {
            Some(url) => address::origin(url),
            None => Origin::of(OriginKind::Registry),
        };
        let version = version.or_else(|| wanted.url.as_deref().and_then(address::name_of)?.1);
        let mut component = self.component(&wanted.name, version, origin, digests);
        component.digests.extend(wanted.url.as_deref().map(address::digests).unwrap_or_default());
        component.wanted = Some(wanted.range.clone());
        // A wish that cannot hold on Linux is not one of the function's.
        let never = wanted
            .marker
            .as_deref()
            .is_some_and(|marker| holds(marker, &Environment::default()) == Some(false));
        if never {
            component.scope = Scope::Optional;
        }
        self.extras(&wanted);
        self.into.add(component);
    }

    /// Extras make installed distributions need more: kept until all is read.
    fn extras(&mut self, wanted: &Wanted) {
        if !wanted.extras.is_empty() {
            let extras = wanted.extras.iter().map(|extra| key(extra));
            self.reader.extras.entry(key(&wanted.name)).or_default().extend(extras);
        }
    }

    fn direct(&mut self, text: &str, mut digests: Vec<Digest>) {
        let (text, marker) = match text.split_once(" ;") {
            Some((text, marker)) => (text.trim(), Some(marker)),
            None => (text, None),
        };
        digests.extend(address::digests(text));
        let Some((name, version)) = address::name_of(text) else {
            let what = format!(
                "the name of the package at `{}` is not known; write `name @ …`",
                shortened(address::origin(text).address.as_deref().unwrap_or(""))
            );
            return self.remark(what);
        };
        let mut component = self.component(&name, version, address::origin(text), digests);
        component.wanted = Some(String::new());
        if marker.is_some_and(|marker| holds(marker, &Environment::default()) == Some(false)) {
            component.scope = Scope::Optional;
        }
        self.into.add(component);
    }

    fn component(
        &self,
        name: &str,
        version: Option<String>,
        origin: Origin,
        digests: Vec<Digest>,
    ) -> Component {
        let mut component = Component::new(Ecosystem::PyPI, name, version).seen(
            self.path,
            Some(self.line),
            EvidenceKind::Manifest,
        );
        component.scope =
            if self.is_for_development() { Scope::Development } else { Scope::Runtime };
        component.direct = true;
        component.origin = origin;
        component.digests = digests;
        component
    }

    /// `requirements-dev.txt`, `requirements/test.txt`: named for building and testing.
    fn is_for_development(&self) -> bool {
        let mut parts = self.path.rsplit('/');
        let file = parts.next().unwrap_or_default();
        file.split(['-', '_', '.'])
            .any(|word| matches!(word, "dev" | "develop" | "test" | "tests" | "docs" | "lint"))
    }

    fn options(&mut self, options: &[String]) {
        for (name, value) in pairs(options) {
            match name.as_str() {
                "-r" | "--requirement" => self.include(&value, false),
                "-c" | "--constraint" => self.include(&value, true),
                "-e" | "--editable" => self.requirement(&value, Vec::new()),
                "-i" | "--index-url" | "--pypi-url" => self.index(IndexRole::Primary, &value),
                "--extra-index-url" => self.index(IndexRole::Extra, &value),
                "-f" | "--find-links" => self.index(IndexRole::Links, &value),
                "--require-hashes" => self.setting(SettingKind::RequireHashes),
                "--trusted-host" => {
                    let host = value.split(':').next().unwrap_or(&value).to_ascii_lowercase();
                    self.setting(SettingKind::UncheckedCertificate(Some(host)));
                }
                "--no-index"
                | "--pre"
                | "--prefer-binary"
                | "--no-binary"
                | "--only-binary"
                | "--use-feature"
                | "-Z"
                | "--always-unzip"
                | "--no-deps"
                | "--use-pep517"
                | "--no-use-pep517"
                | "--no-build-isolation"
                | "--config-settings"
                | "--global-option"
                | "--install-option" => {}
                _ => self.remark(format!("the option `{}` is not known", shortened(&name))),
            }
        }
    }

    fn include(&mut self, value: &str, constraint: bool) {
        if value.contains("://") {
            let shown = Origin::at(OriginKind::Url, value).address.unwrap_or_default();
            return self
                .remark(format!("`{}` is not a local file and is not read", shortened(&shown)));
        }
        match beside(self.path, value) {
            Some(_) if self.reader.includes.len() >= MOST_INCLUDES => {
                self.remark(format!("files named after the first {MOST_INCLUDES} are not read"));
            }
            Some(path) => {
                let (written, from) = (shortened(value), self.path.to_owned());
                let include = Include { path, constraint, written, from, line: self.line };
                self.reader.includes.insert(include);
            }
            None => self
                .remark(format!("`{}` lies outside the package and is not read", shortened(value))),
        }
    }

    fn index(&mut self, role: IndexRole, value: &str) {
        let origin = Origin::at(OriginKind::Registry, value);
        if address::is_default_index(&origin) && role == IndexRole::Primary {
            return;
        }
        let (path, line) = (self.path.to_owned(), Some(self.line));
        self.into.index(PackageIndex { role, origin, path, line });
    }

    fn setting(&mut self, kind: SettingKind) {
        self.into.setting(self.path, Some(self.line), kind);
    }

    fn remark(&mut self, what: String) {
        self.into.remark(self.path, Some(self.line), RemarkKind::Partial, what);
    }
}

/// Options with their values: `--name=value`, `--name value`, `-rfile`.
fn pairs(options: &[String]) -> Vec<(String, String)> {
    const FLAGS: [&str; 9] = [
        "--no-index",
        "--pre",
        "--prefer-binary",
        "--require-hashes",
        "--no-deps",
        "--use-pep517",
        "--no-use-pep517",
        "--no-build-isolation",
        "--always-unzip",
    ];
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut words = options.iter().peekable();
    while let Some(word) = words.next() {
        let short = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        if let Some((name, value)) = word.split_once('=').filter(|_| word.starts_with("--")) {
            pairs.push((name.to_owned(), value.trim_matches(['"', '\'']).to_owned()));
        } else if let Some(value) =
            short.and_then(|rest| rest.get(1..)).filter(|rest| !rest.is_empty())
        {
            pairs.push((word.get(..2).unwrap_or(word).to_owned(), value.to_owned()));
        } else if word.starts_with('-') && !FLAGS.contains(&word.as_str()) {
            let mut value = Vec::new();
            while let Some(next) = words.next_if(|next| !next.starts_with('-')) {
                value.push(next.as_str());
            }
            pairs.push((word.clone(), value.join(" ")));
        } else {
            pairs.push((word.clone(), String::new()));
        }
    }
    pairs
}

/// A path that a file names, relative to the same root; `None` when it leads outside.
fn beside(from: &str, named: &str) -> Option<String> {
    let named = named.trim_matches(['"', '\'']);
    if named.starts_with(['/', '\\']) || named.is_empty() {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in named.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
