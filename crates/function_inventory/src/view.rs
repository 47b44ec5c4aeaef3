//! Code and layers laid over each other as Lambda does: `var/task` and `opt`.

use std::{borrow::Cow, collections::BTreeMap};

/// Most files of all parts that are looked at.
const MOST_FILES: usize = 500_000;
/// Most replaced files that are told one by one.
const MOST_OVERRIDDEN: usize = 1_000;

/// The files of a folder or an archive.
pub trait Files {
    /// Their paths with `/`, relative to the root. An archive may hold a path twice.
    fn paths(&self) -> Vec<String>;

    /// The bytes of the file with this number in [`Self::paths`]; `None` when they cannot be had.
    fn read(&self, number: usize) -> Option<Cow<'_, [u8]>>;
}

impl Files for Vec<(String, Vec<u8>)> {
    fn paths(&self) -> Vec<String> {
        self.iter().map(|(path, _)| path.clone()).collect()
    }

    fn read(&self, number: usize) -> Option<Cow<'_, [u8]>> {
        self.get(number).map(|(_, bytes)| Cow::Borrowed(bytes.as_slice()))
    }
}

/// The code of a function, or one of its layers.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// What users know it by: a path, a layer's name.
    pub name: &'a str,
    /// Its files.
    pub files: &'a dyn Files,
}

impl std::fmt::Debug for Part<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Part").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Where a file of the view comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// 0 for the code, 1 for the first layer, and so on.
    pub part: usize,
    /// Number of the file in its part.
    pub number: usize,
    /// Path in its part.
    pub path: String,
}

/// A file of a layer that a later layer replaces with other bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overridden {
    /// Path below `/`.
    pub path: String,
    /// The part whose file is gone.
    pub hidden: usize,
    /// The part whose file stands there.
    pub by: usize,
}

/// The file system that a function sees, by paths below `/`.
#[derive(Clone, Debug, Default)]
pub struct View {
    files: BTreeMap<String, Located>,
    /// Files beyond the limit, which were not looked at.
    pub left_out: usize,
}

impl View {
    /// Lays the layers over each other and the code beside them.
    #[must_use]
    pub fn of(code: &Part<'_>, layers: &[Part<'_>]) -> (Self, Vec<Overridden>) {
        let mut view = Self::default();
        let mut overridden = Vec::new();
        let parts =
            std::iter::once(("var/task", code)).chain(layers.iter().map(|layer| ("opt", layer)));
        for (part, (root, source)) in parts.enumerate() {
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            for (number, path) in source.files.paths().into_iter().enumerate() {
                let clean = cleaned(&path);
                // An archive with the same path twice holds two files: the second is catalogued as
                // well, beside the tree, since programs differ in which one they take.
                let copy = seen.entry(clean.clone()).and_modify(|count| *count += 1).or_insert(1);
                let at = match *copy {
                    1 => format!("{root}/{clean}"),
                    copy => format!("{root}#{copy}/{clean}"),
                };
                if view.files.len() >= MOST_FILES {
                    view.left_out += 1;
                    continue;
                }
                let located = Located { part, number, path };
                if let Some(hidden) = view.files.insert(at.clone(), located.clone()) {
                    let differs = bytes(code, layers, &hidden) != bytes(code, layers, &located);
                    if differs && overridden.len() < MOST_OVERRIDDEN {
                        overridden.push(Overridden { path: at, hidden: hidden.part, by: part });
                    }
                }
            }
        }
        (view, overridden)
    }

    /// All files, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Located)> {
        self.files.iter().map(|(path, located)| (path.as_str(), located))
    }

    /// The file at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Located> {
        self.files.get(path)
    }

    /// Files below a folder.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let start = format!("{folder}/");
        let range = self.files.range(start.clone()..);
        range.map(|(path, _)| path.as_str()).take_while(move |path| path.starts_with(&start))
    }
}

/// A path without empty parts and without steps up, which would leave the part.
fn cleaned(path: &str) -> String {
    let parts = path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    parts.collect::<Vec<_>>().join("/")
}

/// The bytes of a file of the view.
pub(crate) fn bytes<'a>(
    code: &Part<'a>,
    layers: &[Part<'a>],
    located: &Located,
) -> Option<Cow<'a, [u8]>> {
    let part = match located.part.checked_sub(1) {
        None => code,
        Some(layer) => layers.get(layer)?,
    };
    part.files.read(located.number)
}
