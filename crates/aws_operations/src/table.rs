//! Lookup in sorted text tables where they lie: no parsing at start-up, nothing allocated.

use std::cmp::Ordering;

/// Finds the entry of a sorted text whose key is `key`.
///
/// Entries are divided by `separator` and sorted by their folded keys (see [`compare`]). Each probe
/// of the binary search widens to a whole entry.
pub(crate) fn find(
    mut entries: &'static str,
    separator: char,
    key: &str,
    key_of: impl Fn(&'static str) -> &'static str,
) -> Option<&'static str> {
    while !entries.is_empty() {
        let middle = entries.floor_char_boundary(entries.len() / 2);
        let start = entries.get(..middle)?.rfind(separator).map_or(0, |at| at + 1);
        let rest = entries.get(start..)?;
        let entry = rest.split(separator).next()?;
        match compare(key_of(entry), key) {
            Ordering::Equal => return Some(entry),
            Ordering::Less => entries = rest.get(entry.len() + 1..).unwrap_or_default(),
            Ordering::Greater => {
                entries = entries.get(..start.saturating_sub(1)).unwrap_or_default();
            }
        }
    }
    None
}

/// Compares two names by their letters and digits alone, ASCII case ignored: `PutItem`, `putItem`
/// and `put_item` are one name.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    folded(left).cmp(folded(right))
}

fn folded(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ')).map(|b| b.to_ascii_lowercase())
}
