//! Names that are one on some file system, or to the eye.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::BuildHasher as _,
};

use foldhash::fast::RandomState;
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    anomaly::{Anomalies, Kind},
    entry::{Entry as Listing, Listed},
    names::canonical,
    source::Source,
};

/// A path that was met for the first time.
struct First<'a> {
    path: Path<'a>,
    name: &'a [u8],
    is_folder: bool,
}

/// Numbers by the hash of a text, which is never kept: whoever finds one compares the texts. Names of
/// an archive may be as large as the archive.
#[derive(Default)]
struct ByHash {
    numbers: HashMap<u64, usize, RandomState>,
    hasher: RandomState,
}

impl ByHash {
    fn get(&self, text: &[u8]) -> Option<usize> {
        self.numbers.get(&self.hasher.hash_one(text)).copied()
    }

    /// The number that stands there already; else this one from now on.
    fn enter(&mut self, text: &[u8], number: usize) -> Option<usize> {
        match self.numbers.entry(self.hasher.hash_one(text)) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(vacant) => {
                vacant.insert(number);
                None
            }
        }
    }
}

/// Looks for paths that occur twice: as they are, without regard to case, to the eye.
pub(crate) fn check(source: Source<'_>, entries: &[Listing<'_>], anomalies: &mut Anomalies) {
    let mut paths = ByHash::default();
    let mut firsts: Vec<First<'_>> = Vec::with_capacity(entries.len());
    for entry in entries.iter().filter(|it| it.listed == Listed::Directory) {
        source.looks_at(entry.name.len());
        let path = canonical(entry.name);
        let known = paths.enter(&path, firsts.len()).and_then(|number| firsts.get(number));
        match known.filter(|first| first.path == path) {
            Some(first) => duplicate(entry, first.name, anomalies),
            None => firsts.push(First { path, name: entry.name, is_folder: entry.is_folder() }),
        }
    }
    folded(source, &firsts, anomalies);
    files_as_folders(source, &firsts, &paths, anomalies);
}

type Path<'a> = std::borrow::Cow<'a, [u8]>;

fn duplicate(entry: &Listing<'_>, first: &[u8], anomalies: &mut Anomalies) {
    anomalies.add(Kind::DuplicateEntry, || {
        let message = if entry.name == first {
            "the name occurs more than once, and programs take the first or the last; keep one"
                .to_owned()
        } else {
            format!(
                "it is unpacked to the same path as `{}`; keep one",
                String::from_utf8_lossy(first)
            )
        };
        (Some(entry.path().into_owned()), message)
    });
}

/// Paths that fold to the same letters.
fn folded(source: Source<'_>, firsts: &[First<'_>], anomalies: &mut Anomalies) {
    let (mut lower, mut looks) = (ByHash::default(), ByHash::default());
    let has_unicode = firsts.iter().any(|first| !first.path.is_ascii());
    for (number, one) in firsts.iter().enumerate() {
        source.looks_at(one.name.len());
        let folded = lower_case(&one.path);
        let known = lower.enter(&folded, number).and_then(|number| firsts.get(number));
        if let Some(known) = known.filter(|known| lower_case(&known.path) == folded) {
            collide(Kind::CaseCollision, one.name, known, anomalies);
            continue;
        }
        // Look-alikes cost a normalization each: only an archive that has letters for them pays.
        if has_unicode && let Ok(text) = std::str::from_utf8(&one.path) {
            let shape = look(text);
            let known = looks.enter(shape.as_bytes(), number).and_then(|it| firsts.get(it));
            let is_same = |known: &&First<'_>| {
                std::str::from_utf8(&known.path).is_ok_and(|text| look(text) == shape)
            };
            if let Some(known) = known.filter(is_same) {
                collide(Kind::UnicodeCollision, one.name, known, anomalies);
            }
        }
    }
}

fn collide(kind: Kind, name: &[u8], other: &First<'_>, anomalies: &mut Anomalies) {
    let what = if kind == Kind::CaseCollision {
        "differs in upper and lower case only"
    } else {
        "looks or is stored the same on some systems"
    };
    anomalies.add(kind, || {
        let other = String::from_utf8_lossy(other.name);
        let message = format!("it {what} from `{other}`; rename one");
        (Some(String::from_utf8_lossy(name).into_owned()), message)
    });
}

fn lower_case(path: &[u8]) -> Box<[u8]> {
    match std::str::from_utf8(path) {
        Ok(text) if !text.is_ascii() => text.to_lowercase().into_bytes().into(),
        _ => path.to_ascii_lowercase().into(),
    }
}

/// The name as the eye takes it: compatible forms made one, marks that are not seen dropped,
/// Cyrillic and Greek letters that look Latin made Latin.
fn look(text: &str) -> String {
    text.nfkc()
        .filter(|letter| !matches!(u32::from(*letter), 0xad | 0x200b..=0x200f | 0x2060..=0x2064 | 0xfe00..=0xfe0f | 0xfeff))
        .map(latin)
        .collect()
}

fn latin(letter: char) -> char {
    const FOREIGN: &str = "авеікмнорсјѕтухԁԛԝһгпАВЕІКМНОРСЈЅТУХαειοκνρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧıℓ‐‑–—∕⁄";
    const LATIN: &str = "abeikmhopcjstyxdqwhrnABEIKMHOPCJSTYXaeioknptuxABEZHIKMNOPTYXil----//";
    let mut pairs = FOREIGN.chars().zip(LATIN.chars());
    pairs.find(|(foreign, _)| *foreign == letter).map_or(letter, |(_, latin)| latin)
}

/// A file whose name is a folder of another entry.
fn files_as_folders(
    source: Source<'_>,
    firsts: &[First<'_>],
    paths: &ByHash,
    anomalies: &mut Anomalies,
) {
    let is_file = |path: &[u8]| {
        let found = paths.get(path).and_then(|number| firsts.get(number));
        found.is_some_and(|found| !found.is_folder && *found.path == *path)
    };
    // Entries of one folder mostly stand together: each folder is looked up once.
    let mut last: &[u8] = b"";
    for First { path, name, .. } in firsts {
        source.looks_at(name.len());
        let Some(parent) = parent(path).filter(|parent| *parent != last) else { continue };
        last = parent;
        let mut above = Some(parent);
        let mut steps = 0;
        while let Some(folder) = above.filter(|_| steps < 64) {
            if is_file(folder) {
                anomalies.add(Kind::DuplicateEntry, || {
                    let file = String::from_utf8_lossy(folder);
                    let message =
                        format!("`{file}` is a file and the folder of this entry; keep one");
                    (Some(String::from_utf8_lossy(name).into_owned()), message)
                });
                break;
            }
            above = self::parent(folder);
            steps += 1;
        }
    }
}

/// The folder of a path.
pub(crate) fn parent(path: &[u8]) -> Option<&[u8]> {
    let end = memchr::memrchr(b'/', path)?;
    path.get(..end)
}

#[cfg(test)]
mod tests {
    use super::{latin, look};

    #[test]
    fn what_looks_the_same_is_the_same() {
        assert_eq!(look("рaypal.py"), "paypal.py");
        assert_eq!(look("e\u{301}"), look("é"));
        assert_eq!(look("ﬁle"), "file");
        assert_ne!(look("ä"), look("a"));
        assert_eq!(latin('я'), 'я');
        assert_eq!((latin('п'), latin('⁄'), latin('ℓ')), ('n', '/', 'l'));
    }
}
