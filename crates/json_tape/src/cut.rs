//! Changing a document while every other byte stays.

use std::ops::Range;

use crate::value::Value;

/// Appends the array `array` to `out` with those elements only whose index `keep` accepts. Each
/// stays as it is written, with the space before it; the commas are right.
pub fn keep_elements(array: Value<'_>, out: &mut Vec<u8>, mut keep: impl FnMut(usize) -> bool) {
    let source = array.document().source();
    let whole = array.range();
    let mut copy = |range: Range<usize>| {
        out.extend_from_slice(source.get(range).unwrap_or_default().as_bytes());
    };
    let mut end = whole.start + 1;
    let mut is_first = true;
    for (index, element) in array.elements().enumerate() {
        let range = element.range();
        if index == 0 {
            copy(whole.start..range.start);
        }
        if keep(index) {
            // The comma before the first that is kept goes, and the space that led to it.
            if !is_first {
                copy(end..range.start);
            }
            copy(range.clone());
            is_first = false;
        }
        end = range.end;
    }
    if end == whole.start + 1 {
        copy(whole);
    } else {
        copy(end..whole.end);
    }
}

/// Appends `source` to `out` with each of `parts` in the place of its range. The ranges are in
/// their order and do not overlap; one that does not follow the one before it is passed over.
pub fn replace<'p>(
    source: &str,
    parts: impl IntoIterator<Item = (Range<usize>, &'p [u8])>,
    out: &mut Vec<u8>,
) {
    let bytes = source.as_bytes();
    let mut at = 0;
    for (range, part) in parts {
        if let Some(before) = bytes.get(at..range.start) {
            out.extend_from_slice(before);
            out.extend_from_slice(part);
            at = range.end;
        }
    }
    out.extend_from_slice(bytes.get(at..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::{keep_elements, replace};
    use crate::{Limits, Tape};

    fn kept(source: &str, keep: &[usize]) -> String {
        let mut tape = Tape::new();
        let document = tape.read(source.as_bytes(), &Limits::default()).unwrap();
        let mut out = Vec::new();
        keep_elements(document.root(), &mut out, |index| keep.contains(&index));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_kept_stays_as_it_was_written() {
        let source = "[ {\"a\" : 1},\n  [2 , 3],\t\"x\" ]";
        assert_eq!(kept(source, &[0, 1, 2]), source);
        assert_eq!(kept(source, &[1]), "[ [2 , 3] ]");
        assert_eq!(kept(source, &[0, 2]), "[ {\"a\" : 1},\t\"x\" ]");
        assert_eq!(kept(source, &[]), "[  ]");
        assert_eq!(kept("[ ]", &[]), "[ ]");
    }

    #[test]
    fn parts_are_replaced_and_the_rest_stays() {
        let mut out = Vec::new();
        replace("0123456789", [(1..3, &b"ab"[..]), (2..4, b"!"), (8..10, b"")], &mut out);
        assert_eq!(out, b"0ab34567");
    }
}
