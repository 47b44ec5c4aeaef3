//! Lookup in sorted text tables where they lie: no parsing at start-up, nothing allocated.

use std::cmp::Ordering;

/// Finds the item of a sorted text, cut by `separator`, whose key is `key`, ASCII case ignored.
///
/// The items are sorted by key, as bytes in lower case. Each probe of the binary search widens to
/// a whole item, so the cost is some twenty items' lengths at worst.
pub(crate) fn find(
    mut items: &'static str,
    separator: char,
    key: &str,
    key_of: impl Fn(&'static str) -> &'static str,
) -> Option<&'static str> {
    while !items.is_empty() {
        let middle = items.floor_char_boundary(items.len() / 2);
        let start = items.get(..middle)?.rfind(separator).map_or(0, |at| at + 1);
        let rest = items.get(start..)?;
        let item = rest.split(separator).next()?;
        match compare(key_of(item), key) {
            Ordering::Equal => return Some(item),
            Ordering::Less => items = rest.get(item.len() + 1..).unwrap_or_default(),
            Ordering::Greater => {
                items = items.get(..start.saturating_sub(1)).unwrap_or_default();
            }
        }
    }
    None
}

fn compare(left: &str, right: &str) -> Ordering {
    let fold = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(fold).cmp(right.bytes().map(fold))
}
