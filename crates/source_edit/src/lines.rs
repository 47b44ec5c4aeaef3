//! Places of a text as ranges of its bytes.

use std::ops::Range;

use source_text::Place;

/// Where the lines of a text begin.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
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
    pub(crate) fn range(&self, place: Place) -> Option<Range<usize>> {
        let start = self.offset(place.line, place.column)?;
        let end = self.offset(place.end_line, place.end_column)?;
        (start <= end).then_some(start..end)
    }

    /// Where a line, from 1, ends: before its line break.
    pub(crate) fn end(&self, line: u32) -> Option<usize> {
        let index = usize::try_from(line).ok()?;
        let start = *self.starts.get(index.checked_sub(1)?)?;
        let end = self.starts.get(index).copied().unwrap_or(self.text.len());
        let of_line = self.text.get(start..end)?;
        Some(start + of_line.trim_end_matches(['\r', '\n']).len())
    }

    /// Where the line begins that a byte is in.
    pub(crate) fn start_of(&self, byte: usize) -> Option<usize> {
        let after = self.starts.partition_point(|start| *start <= byte);
        self.starts.get(after.checked_sub(1)?).copied()
    }

    /// Where the line begins that is before the one that begins at a byte.
    pub(crate) fn before(&self, start: usize) -> Option<usize> {
        let at = self.starts.binary_search(&start).ok()?;
        self.starts.get(at.checked_sub(1)?).copied()
    }

    /// The place of a range of bytes, in a file without a handle.
    pub(crate) fn place(&self, range: &Range<usize>) -> Option<Place> {
        let (line, column) = self.position(range.start)?;
        let (end_line, end_column) = self.position(range.end)?;
        Some(Place { line, column, end_line, end_column, ..Place::default() })
    }

    fn position(&self, byte: usize) -> Option<(u32, u32)> {
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let column = self.text.get(start..byte)?.chars().count() + 1;
        Some((u32::try_from(line).ok()?, u32::try_from(column).ok()?))
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
