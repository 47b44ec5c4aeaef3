//! A ZIP: its entries and those of the archives within, duplicates and hidden ones too.

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
};

use code_package::{Audit, File, Limits, Package, Source};
use component::RemarkKind;
use inventory::{Contents, Files, Met};

/// A ZIP whose bytes are at hand.
#[derive(Debug)]
pub struct Archive<'a> {
    package: Package<'a>,
    limits: Limits,
    /// Number of the first entry of each path, by its hash: names may be as large as the archive.
    by_path: HashMap<u64, usize>,
    hasher: RandomState,
    /// What the last walk found.
    audit: RefCell<Option<Audit>>,
}

impl<'a> Archive<'a> {
    /// Reads the structure.
    #[must_use]
    pub fn new(source: impl Into<Source<'a>>, limits: &Limits) -> Self {
        let package = Package::read(source, limits);
        let hasher = RandomState::new();
        let mut by_path = HashMap::new();
        for (number, entry) in package.entries().iter().enumerate() {
            by_path.entry(hasher.hash_one(&*entry.path())).or_insert(number);
        }
        Self { package, limits: *limits, by_path, hasher, audit: RefCell::default() }
    }

    /// Its entries and structure.
    #[must_use]
    pub fn package(&self) -> &Package<'a> {
        &self.package
    }

    /// What is odd, in the contents too: from the walk over its files, or from one of its own.
    #[must_use]
    pub fn audit(&self) -> Audit {
        let walked = self.audit.borrow().clone();
        walked.unwrap_or_else(|| code_package::audit(&self.package, &self.limits, &mut |_| {}))
    }
}

impl Files for Archive<'_> {
    fn each(&self, meet: &mut dyn FnMut(Met<'_>)) {
        let audit = code_package::audit(&self.package, &self.limits, &mut |file| {
            if !file.entry.is_folder() && !file.entry.is_link() {
                meet(Met::File { path: &shown(file), contents: &Entry(file) });
            }
        });
        let lost = RemarkKind::Unread;
        for left in &audit.not_looked_at {
            meet(Met::Remark { path: &left.entry, kind: lost, what: left.reason.clone() });
        }
        let more = self.package.uncatalogued() + audit.more_not_looked_at as u64;
        if more > 0 {
            let what = format!("{more} more entries are not looked at");
            meet(Met::Remark { path: "", kind: lost, what });
        }
        let kinds = audit.anomalies.counts();
        if !kinds.is_empty() {
            let names: Vec<&str> = kinds.keys().map(|kind| kind.as_str()).collect();
            let what = format!(
                "the archive is odd ({}); run `faasguard package inspect` on it",
                names.join(", ")
            );
            meet(Met::Remark { path: "", kind: RemarkKind::Odd, what });
        }
        if self.package.entries().is_empty() {
            let what = "no entry of a ZIP is in it".to_owned();
            meet(Met::Remark { path: "", kind: lost, what });
        }
        self.audit.replace(Some(audit));
    }

    fn read(&self, path: &str, limit: u64) -> Option<Result<Cow<'_, [u8]>, String>> {
        let number = *self.by_path.get(&self.hasher.hash_one(path))?;
        let entry = self.package.entries().get(number).filter(|entry| entry.path() == path)?;
        Some(entry.contents(limit).map_err(|error| error.to_string()))
    }
}

/// `outer.jar!/inner`, so that the inner path is one of its own.
fn shown(file: &File<'_, '_>) -> String {
    let inner = file.entry.path();
    match file.outer() {
        "" => inner.into_owned(),
        outer => format!("{outer}!/{inner}"),
    }
}

struct Entry<'e, 'v, 'a>(&'e File<'v, 'a>);

impl Contents for Entry<'_, '_, '_> {
    fn head(&self) -> Vec<u8> {
        self.0.entry.head().to_vec()
    }

    fn read(&self, limit: u64) -> Result<Cow<'_, [u8]>, String> {
        self.0.read(limit).map_err(|error| error.to_string())
    }
}
