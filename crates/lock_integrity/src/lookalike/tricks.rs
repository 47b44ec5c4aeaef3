//! How one name can look like another, and when that is no accident of the language.

use component::Ecosystem;

use super::{
    Lookalike,
    names::{Names, flattened, skeleton, words},
};

/// What makes two names look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trick {
    /// Letters that look the same: `l` and `1`, `m` and `rn`, letters of other alphabets.
    Glyph,
    /// Two neighbours have changed places.
    Transposed,
    /// A letter stands there twice, or once instead of twice.
    Doubled,
    /// A letter is missing.
    Dropped,
    /// A letter too many.
    Inserted,
    /// Another letter in the place of one.
    Replaced,
    /// The same but for separators.
    Separators,
    /// The same with the name of the language or a word such as `official`.
    Decorated,
    /// The same package under a scope that looks like the real one.
    Scope,
}

/// Words that change nothing of what a package is said to be.
const DECORATIONS: &[&str] = &[
    "fix",
    "fixed",
    "install",
    "installer",
    "js",
    "latest",
    "node",
    "nodejs",
    "npm",
    "official",
    "package",
    "patched",
    "pip",
    "pkg",
    "py",
    "python",
    "python3",
    "setup",
    "update",
    "updated",
];

/// The best known name that a name looks like.
pub(super) fn best(names: &Names, name: &str) -> Option<Lookalike> {
    if name.starts_with('@') {
        return under_another_scope(names, name);
    }
    let mut found: Option<(usize, Trick)> = None;
    let mut offer = |rank: usize, trick: Trick| {
        if found.is_none_or(|(best, _)| rank < best) {
            found = Some((rank, trick));
        }
    };
    for (rank, known) in names.near(name) {
        if let Some(trick) = slip(names, name, known, rank) {
            offer(rank, trick);
        }
    }
    if let Some(rank) = names.same_to_the_eye(name)
        && let Some(known) = names.name(rank)
        && skeleton(name).len() >= 4
        && !is_other_words(names, name, known)
    {
        offer(rank, Trick::Glyph);
    }
    if let Some(rank) = names.same_but_separators(name)
        && rank < 2_000
        && flattened(name).len() >= 6
    {
        offer(rank, Trick::Separators);
    }
    if let Some(rank) = undecorated(names, name) {
        offer(rank, Trick::Decorated);
    }
    let (rank, trick) = found?;
    Some(Lookalike { of: names.name(rank)?, rank: rank + 1, trick })
}

/// The one edit between two names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    /// The first has this byte more, at this place.
    Inserted(usize, u8),
    /// The second has this byte more, at this place.
    Dropped(usize, u8),
    /// The first has one byte, the second another.
    Replaced(u8, u8),
    Swapped(u8, u8),
}

/// The edit that makes `known` of `name`; `None` when there is none, or more than one.
fn edit(name: &str, known: &str) -> Option<Edit> {
    let (a, b) = (name.as_bytes(), known.as_bytes());
    let at = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (a.get(at..)?, b.get(at..)?);
    match (rest_a, rest_b) {
        ([x, after @ ..], _) if after == rest_b => Some(Edit::Inserted(at, *x)),
        (_, [y, after @ ..]) if after == rest_a => Some(Edit::Dropped(at, *y)),
        ([x, after, ..], [y, then, ..])
            if x == then && after == y && rest_a.get(2..) == rest_b.get(2..) =>
        {
            Some(Edit::Swapped(*x, *y))
        }
        ([x, after @ ..], [y, then @ ..]) if after == then => Some(Edit::Replaced(*x, *y)),
        _ => None,
    }
}

/// How well a name is known, and how long it is.
#[derive(Clone, Copy)]
struct Fame {
    rank: usize,
    length: usize,
}

impl Fame {
    /// Whether the name is as long as it must be for its rank: pairs of a rank, and the least length
    /// of names before it.
    fn reaches(self, steps: &[(usize, usize)]) -> bool {
        steps.iter().any(|(below, least)| self.rank < *below && self.length >= *least)
    }
}

/// Whether a name is a slip away from a known one of a rank. The shorter a name, the more names are
/// near it by chance, so a short one must be very well known.
fn slip(names: &Names, name: &str, known: &str, rank: usize) -> Option<Trick> {
    let fame = Fame { rank, length: known.len() };
    // Both are words, but of these few nobody means the singular.
    if fame.reaches(&[(30, 6)]) && known.strip_suffix('s') == Some(name) {
        return Some(Trick::Dropped);
    }
    let (trick, holds) = match edit(name, known)? {
        Edit::Swapped(a, b) => {
            let far = fame.reaches(&[(5_000, 5), (usize::MAX, 7)]);
            (Trick::Transposed, far && !is_separator(a) && !is_separator(b))
        }
        Edit::Replaced(a, b) if is_separator(a) || is_separator(b) => return None,
        Edit::Replaced(a, b) if is_same_glyph(a, b) => (Trick::Glyph, fame.reaches(&[(5_000, 4)])),
        Edit::Replaced(a, b) if a.is_ascii_digit() && b.is_ascii_digit() => {
            // `urllib4`, but not `parse6` beside `parse5`.
            (Trick::Replaced, fame.reaches(&[(50, 6)]))
        }
        Edit::Replaced(a, b) => {
            let steps: &[(usize, usize)] = if is_near_on_keyboards(a, b) {
                &[(300, 5), (1_000, 6), (3_000, 8)]
            } else {
                &[(100, 5), (500, 7), (1_500, 9)]
            };
            (Trick::Replaced, fame.reaches(steps))
        }
        Edit::Inserted(at, byte) => long_or_short(name, at, byte, Trick::Inserted, fame)?,
        Edit::Dropped(at, byte) => long_or_short(known, at, byte, Trick::Dropped, fame)?,
    };
    (holds && !is_other_words(names, name, known)).then_some(trick)
}

/// A letter more in the longer of two names.
fn long_or_short(
    longer: &str,
    at: usize,
    byte: u8,
    trick: Trick,
    fame: Fame,
) -> Option<(Trick, bool)> {
    let bytes = longer.as_bytes();
    let neighbour = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&byte);
    let is_double = neighbour(at.checked_sub(1)) || neighbour(Some(at + 1));
    let is_last = at + 1 == bytes.len();
    if is_separator(byte) {
        return None;
    }
    if is_double && byte.is_ascii_alphabetic() {
        return Some((Trick::Doubled, fame.reaches(&[(5_000, 5), (usize::MAX, 8)])));
    }
    // A digit or an `s` behind a name mostly makes another name of it, in good faith.
    let steps: &[(usize, usize)] = match byte {
        b's' if is_last => &[(10, 5), (200, 6)],
        b'0'..=b'9' if trick == Trick::Dropped => &[(50, 6)],
        b'0'..=b'9' => return None,
        _ => &[(500, 6), (1_000, 7), (3_000, 9)],
    };
    Some((trick, fame.reaches(steps)))
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.' | b'/')
}

/// Whether every word of a name that the known one does not have is a word of other names: then it is a
/// name of its own.
fn is_other_words(names: &Names, name: &str, known: &str) -> bool {
    let known: Vec<&str> = words(known).collect();
    words(name)
        .filter(|word| !known.contains(word))
        .all(|word| names.is_word(word) || word.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_same_glyph(a: u8, b: u8) -> bool {
    let same = |x: u8, y: u8| matches!((x, y), (b'0', b'o') | (b'1' | b'i', b'l') | (b'1', b'i'));
    same(a, b) || same(b, a)
}

/// Whether two letters are neighbours on an English keyboard.
fn is_near_on_keyboards(a: u8, b: u8) -> bool {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let place = |byte: u8| {
        (0_usize..).zip(ROWS).find_map(|(row, keys)| {
            keys.iter().position(|key| *key == byte).map(|column| (row, column))
        })
    };
    let (Some((row, column)), Some((other_row, other))) = (place(a), place(b)) else {
        return false;
    };
    match other_row.cmp(&row) {
        std::cmp::Ordering::Equal => column.abs_diff(other) == 1,
        // Each row stands half a key to the right of the one above.
        std::cmp::Ordering::Greater => {
            other_row - row == 1 && (other == column || other + 1 == column)
        }
        std::cmp::Ordering::Less => {
            row - other_row == 1 && (other == column || column + 1 == other)
        }
    }
}

/// A very well known name with a word around it that says nothing.
fn undecorated(names: &Names, name: &str) -> Option<usize> {
    let mut found: Option<usize> = None;
    for separator in ['-', '_', '.'] {
        let sides = [name.split_once(separator), name.rsplit_once(separator).map(|(a, b)| (b, a))];
        for (word, rest) in sides.into_iter().flatten() {
            if !DECORATIONS.contains(&word) {
                continue;
            }
            // `lodash.js` of well known `lodash`; the language before a name is often meant well.
            let is_suffix = name.starts_with(rest);
            let below = if is_suffix && matches!(word, "js" | "py") { 1_500 } else { 150 };
            let rank = names.rank(rest).filter(|rank| *rank < below && rest.len() >= 5);
            found = found.into_iter().chain(rank).min();
        }
    }
    found
}

/// A package that is well known under a scope which looks like this one's.
fn under_another_scope(names: &Names, name: &str) -> Option<Lookalike> {
    if names.ecosystem() != Ecosystem::Npm {
        return None;
    }
    let (scope, rest) = name.split_once('/')?;
    // A scope that has well known packages of its own is nobody's copy.
    if names.has_scope(scope) {
        return None;
    }
    let looks_alike = |known: &str| {
        let other = known.split_once('/').map_or(known, |(other, _)| other);
        other.len() >= 5
            && match edit(scope, other) {
                Some(Edit::Swapped(..) | Edit::Dropped(..)) => true,
                Some(Edit::Inserted(_, byte)) => !byte.is_ascii_digit(),
                Some(Edit::Replaced(a, b)) => is_same_glyph(a, b) || is_near_on_keyboards(a, b),
                None => false,
            }
    };
    let (rank, of) = names.same_behind_scope(rest).find(|(_, known)| looks_alike(known))?;
    Some(Lookalike { of, rank: rank + 1, trick: Trick::Scope })
}

#[cfg(test)]
mod tests {
    use super::{Edit, edit, is_near_on_keyboards};

    #[test]
    fn one_edit_is_named() {
        assert_eq!(edit("lodahs", "lodash"), Some(Edit::Swapped(b'h', b's')));
        assert_eq!(edit("lodashh", "lodash"), Some(Edit::Inserted(6, b'h')));
        assert_eq!(edit("lodsh", "lodash"), Some(Edit::Dropped(3, b'a')));
        assert_eq!(edit("lodach", "lodash"), Some(Edit::Replaced(b'c', b's')));
        for other in ["lodash", "ldoahs", "lod", "lodashxy", ""] {
            assert_eq!(edit(other, "lodash"), None, "{other}");
        }
    }

    #[test]
    fn keys_have_neighbours() {
        for (a, b) in [("q", "w"), ("q", "a"), ("g", "h"), ("t", "f"), ("n", "j")] {
            let (a, b) = (a.as_bytes()[0], b.as_bytes()[0]);
            assert!(is_near_on_keyboards(a, b) && is_near_on_keyboards(b, a));
        }
        assert!(!is_near_on_keyboards(b'q', b'p') && !is_near_on_keyboards(b'a', b'a'));
        assert!(!is_near_on_keyboards(b'q', b'z') && !is_near_on_keyboards(b'1', b'q'));
    }
}
