//! Names that are one on some file system, or to the eye.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    anomaly::{Anomalies, Kind},
    entry::{Entry, Listed},
    names::canonical,
};

/// Looks for paths that occur twice: as they are, without regard to case, to the eye.
pub(crate) fn check(entries: &[Entry<'_>], anomalies: &mut Anomalies) {
    let listed = || entries.iter().filter(|it| it.listed == Listed::Directory);
    let mut paths: HashMap<Path<'_>, &[u8], RandomState> =
        HashMap::with_capacity_and_hasher(entries.len(), RandomState::default());
    let mut files: HashSet<Path<'_>, RandomState> = HashSet::with_hasher(RandomState::default());
    let mut firsts: Vec<(Path<'_>, &[u8])> = Vec::with_capacity(entries.len());
    for entry in listed() {
        let path = canonical(entry.name);
        if let Some(first) = paths.get(path.as_ref()) {
            duplicate(entry, first, anomalies);
            continue;
        }
        if !entry.is_folder() {
            files.insert(path.clone());
        }
        paths.insert(path.clone(), entry.name);
        firsts.push((path, entry.name));
    }
    folded(&firsts, anomalies);
    files_as_folders(&firsts, &files, anomalies);
}

type Path<'a> = std::borrow::Cow<'a, [u8]>;

fn duplicate(entry: &Entry<'_>, first: &[u8], anomalies: &mut Anomalies) {
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
fn folded(firsts: &[(Path<'_>, &[u8])], anomalies: &mut Anomalies) {
    let mut lower: HashMap<Box<[u8]>, usize, RandomState> =
        HashMap::with_capacity_and_hasher(firsts.len(), RandomState::default());
    let mut looks: HashMap<String, usize, RandomState> = HashMap::default();
    let has_unicode = firsts.iter().any(|(path, _)| !path.is_ascii());
    for (index, (path, name)) in firsts.iter().enumerate() {
        let first = *lower.entry(lower_case(path)).or_insert(index);
        if first != index {
            collide(Kind::CaseCollision, name, firsts.get(first), anomalies);
            continue;
        }
        // Look-alikes cost a normalization each: only an archive that has letters for them pays.
        if has_unicode && let Ok(text) = std::str::from_utf8(path) {
            let first = *looks.entry(look(text)).or_insert(index);
            if first != index {
                collide(Kind::UnicodeCollision, name, firsts.get(first), anomalies);
            }
        }
    }
}

fn collide(kind: Kind, name: &[u8], other: Option<&(Path<'_>, &[u8])>, anomalies: &mut Anomalies) {
    let what = if kind == Kind::CaseCollision {
        "differs in upper and lower case only"
    } else {
        "looks or is stored the same on some systems"
    };
    anomalies.add(kind, || {
        let other = other.map_or(String::new(), |it| String::from_utf8_lossy(it.1).into_owned());
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
    firsts: &[(Path<'_>, &[u8])],
    files: &HashSet<Path<'_>, RandomState>,
    anomalies: &mut Anomalies,
) {
    // Entries of one folder mostly stand together: each folder is looked up once.
    let mut last: &[u8] = b"";
    for (path, name) in firsts {
        let Some(parent) = parent(path).filter(|parent| *parent != last) else { continue };
        last = parent;
        let mut above = Some(parent);
        let mut steps = 0;
        while let Some(folder) = above.filter(|_| steps < 64) {
            if files.contains(folder) {
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
