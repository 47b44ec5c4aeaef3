//! Places of a text as ranges of its bytes.

use std::ops::Range;

use source_text::Place;

/// Where the lines of a text begin.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        // The parser leaves a byte order mark out of its columns.
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut starts = vec![first];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let ends_line = *byte == b'\n'
                || (*byte == b'\r' && bytes.get(at + 1).is_none_or(|next| *next != b'\n'));
            if ends_line {
                starts.push(at + 1);
            }
        }
        Self { text, starts }
    }

    /// The bytes of a place; nothing when it is not in the text.
    pub(super) fn range(&self, place: Place) -> Option<Range<usize>> {
        let start = self.offset(place.line, place.column)?;
        let end = self.offset(place.end_line, place.end_column)?;
        (start <= end).then_some(start..end)
    }

    /// The byte at a line and a column, both from 1; columns count characters.
    fn offset(&self, line: u32, column: u32) -> Option<usize> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        let of_line = self.text.get(start..end)?;
        let column = usize::try_from(column).ok()?.checked_sub(1)?;
        let within = of_line.char_indices().map(|(at, _)| at).chain([of_line.len()]).nth(column)?;
        Some(start + within)
    }
}
