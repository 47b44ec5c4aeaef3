//! Code and layers laid over each other as Lambda does: `var/task` and `opt`.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher as _, RandomState},
};

use component::{Inventory, RemarkKind};

use crate::{Contents, Met, Mount, Part};

/// Root of the code.
pub(crate) const TASK: &str = "var/task";
/// Root of the layers.
pub(crate) const OPT: &str = "opt";
/// Most files of all parts that are looked at.
const MOST_FILES: usize = 500_000;
/// Most bytes of their paths: those of archives within each other may be as long as an archive.
const MOST_PATH_BYTES: usize = 32 << 20;
/// Most replaced files that are told one by one.
const MOST_OVERRIDDEN: usize = 1_000;
/// Largest file that is read, in bytes.
pub(crate) const LARGEST_FILE: u64 = 64 << 20;

/// A file of a layer that a later layer replaces with other bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overridden {
    /// Path below `/`.
    pub path: String,
    /// Number of the part whose file is gone.
    pub hidden: usize,
    /// Number of the part whose file stands there.
    pub by: usize,
}

/// Where a file comes from.
struct Located {
    /// Number of its part.
    part: usize,
    inner: Inner,
}

/// The path of a file in its part.
enum Inner {
    /// The path below `/` without its root, which is so many bytes long.
    After(usize),
    Other(String),
}

impl Located {
    /// The path in the part of the file that stands at `at`.
    fn inner<'s>(&'s self, at: &'s str) -> &'s str {
        match &self.inner {
            Inner::After(root) => at.get(*root..).unwrap_or_default(),
            Inner::Other(path) => path,
        }
    }
}

/// The file system that a function sees, by paths below `/`.
pub(crate) struct Tree<'p> {
    parts: &'p [Part<'p>],
    /// Every file.
    files: BTreeMap<String, Located>,
    /// Bytes of their paths.
    path_bytes: usize,
    pub(crate) overridden: Vec<Overridden>,
    /// Roots of files that later layers replace, by the number of their part.
    pub(crate) replaced: Vec<(usize, String)>,
}

impl<'p> Tree<'p> {
    /// Lays the parts over each other and hands every file to `see`, with its path below `/`. Of
    /// layers, the last comes first, so that what `see` meets first is what the function finds.
    pub(crate) fn walk(
        parts: &'p [Part<'p>],
        into: &mut Inventory,
        mut see: impl FnMut(&str, &dyn Contents, &mut Inventory),
    ) -> Self {
        let mut tree = Self {
            parts,
            files: BTreeMap::new(),
            path_bytes: 0,
            overridden: Vec::new(),
            replaced: Vec::new(),
        };
        let mut left_out = 0_usize;
        let (layers, code): (Vec<usize>, Vec<usize>) = (0..parts.len())
            .partition(|number| parts.get(*number).is_some_and(|it| it.mount == Mount::Opt));
        for number in layers.into_iter().rev().chain(code) {
            let Some(part) = parts.get(number) else { continue };
            let mut copies = Copies::default();
            part.files.each(&mut |met| match met {
                Met::Remark { path, kind, what } => {
                    into.remark(&shown(part, path), None, kind, what);
                }
                Met::File { .. } if tree.is_full() => left_out += 1,
                Met::File { path, contents } => {
                    let at = tree.place(number, path, contents, &mut copies);
                    if let Some(at) = at {
                        see(&at, contents, into);
                    }
                }
            });
        }
        if left_out > 0 {
            let count = tree.files.len();
            let what = format!("{left_out} files after the first {count} are not looked at");
            into.remark("", None, RemarkKind::Limit, what);
        }
        tree
    }

    /// The path of a file; `None` when the same file stands there already.
    fn place(
        &mut self,
        number: usize,
        path: &str,
        contents: &dyn Contents,
        copies: &mut Copies,
    ) -> Option<String> {
        let part = self.parts.get(number)?;
        let root = root_of(part.mount);
        let clean = cleaned(path);
        // An archive with the same path twice holds two files: the second is catalogued as well,
        // beside the tree, since programs differ in which one they take.
        let at = match copies.number(&clean) {
            1 => format!("{root}/{clean}"),
            copy => format!("{root}#{copy}/{clean}"),
        };
        let Some(winner) = self.files.get(&at).map(|it| it.part).filter(|it| *it != number) else {
            return Some(self.enter(at, number, path));
        };
        let same = self.bytes(&at).and_then(Result::ok).zip(contents.read(LARGEST_FILE).ok());
        if same.is_some_and(|(one, other)| one == other) {
            return None;
        }
        if self.overridden.len() < MOST_OVERRIDDEN {
            self.overridden.push(Overridden { path: at, hidden: number, by: winner });
        }
        let root = format!("{root}~{number}");
        let at = format!("{root}/{clean}");
        if self.replaced.last().is_none_or(|(last, _)| *last != number) {
            self.replaced.push((number, root));
        }
        Some(self.enter(at, number, path))
    }

    fn is_full(&self) -> bool {
        self.files.len() >= MOST_FILES || self.path_bytes >= MOST_PATH_BYTES
    }

    /// Puts down where the file at `at` comes from.
    fn enter(&mut self, at: String, part: usize, path: &str) -> String {
        let inner = if let Some(root) = at.strip_suffix(path) {
            Inner::After(root.len())
        } else {
            self.path_bytes += path.len();
            Inner::Other(path.to_owned())
        };
        self.path_bytes += at.len();
        self.files.insert(at.clone(), Located { part, inner });
        at
    }

    /// Whether a file stands there.
    pub(crate) fn holds(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The bytes of a file; `None` when there is none.
    pub(crate) fn bytes(&self, path: &str) -> Option<Result<Cow<'_, [u8]>, String>> {
        if let Some(located) = self.files.get(path) {
            return self.parts.get(located.part)?.files.read(located.inner(path), LARGEST_FILE);
        }
        // What the code names beside itself.
        let code = self.parts.iter().find(|part| part.mount != Mount::Opt)?;
        let inner = match (path.strip_prefix("var/task/"), path.strip_prefix("var/")) {
            (Some(inner), _) => inner.to_owned(),
            (None, Some(beside)) => format!("../{beside}"),
            (None, None) if path.starts_with("opt/") => return None,
            (None, None) => format!("../../{path}"),
        };
        code.files.read(&inner, LARGEST_FILE)
    }

    /// Files below a folder.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let start = format!("{folder}/");
        let range = self.files.range(start.clone()..);
        range.map(|(path, _)| path.as_str()).take_while(move |path| path.starts_with(&start))
    }

    /// The path under which users know a file or folder.
    pub(crate) fn shown(&self, path: &str) -> String {
        let part_of = |number: usize| self.parts.get(number);
        if let Some(located) = self.files.get(path)
            && let Some(part) = part_of(located.part)
        {
            let (mark, inner) = (copy_mark(path), located.inner(path));
            return shown(part, &format!("{mark}{inner}"));
        }
        let first = self.files.range(format!("{path}/")..).next();
        let owner = first.filter(|(at, _)| at.starts_with(path)).map(|(_, it)| it.part);
        let code = self.parts.iter().position(|part| part.mount != Mount::Opt);
        let Some(part) = owner.or(code).and_then(part_of) else { return path.to_owned() };
        match path.strip_prefix(root_of(part.mount)).and_then(|rest| rest.strip_prefix('/')) {
            Some(inner) => shown(part, inner),
            None => path.to_owned(),
        }
    }
}

/// How often each path was met, by its hash: paths may be as large as an archive, and of two with one
/// hash nothing worse comes than that the second counts as another file of the first.
#[derive(Default)]
struct Copies {
    counts: HashMap<u64, usize>,
    hasher: RandomState,
}

impl Copies {
    /// 1 for the first file of a path, 2 for the second.
    fn number(&mut self, path: &str) -> usize {
        let count = self.counts.entry(self.hasher.hash_one(path)).or_default();
        *count += 1;
        *count
    }
}

/// `#2/` for the second of two files of one path.
fn copy_mark(path: &str) -> String {
    let rest = path.strip_prefix(TASK).or_else(|| path.strip_prefix(OPT)).unwrap_or(path);
    let number = rest.strip_prefix('#').and_then(|rest| rest.split_once('/'));
    number.map_or(String::new(), |(number, _)| format!("#{number}/"))
}

fn root_of(mount: Mount) -> &'static str {
    if mount == Mount::Opt { OPT } else { TASK }
}

fn shown(part: &Part<'_>, path: &str) -> String {
    match (part.prefix, path) {
        ("", path) => path.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, path) => format!("{prefix}/{path}"),
    }
}

/// A path without empty parts and without steps up, which would leave the part.
fn cleaned(path: &str) -> String {
    let parts = path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    parts.collect::<Vec<_>>().join("/")
}
