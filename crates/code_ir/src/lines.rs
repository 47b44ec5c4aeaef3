//! From byte offsets to lines and columns.

use source_text::{FileId, Place};

use crate::Span;

/// Starts of the lines of a text.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// The lines of `text`; a line ends with `\n`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let ends = text.bytes().zip(1_u32..).filter(|(byte, _)| *byte == b'\n');
        Self { starts: std::iter::once(0).chain(ends.map(|(_, after)| after)).collect() }
    }

    /// The place of a span of `text`, from which this index was made. Columns count characters.
    #[must_use]
    pub fn place(&self, file: FileId, text: &str, span: Span) -> Place {
        let (line, column) = self.position(text, span.start);
        let (end_line, end_column) = self.position(text, span.end.max(span.start));
        Place { file, line, column, end_line, end_column }
    }

    /// The line of an offset, from 1.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    fn position(&self, text: &str, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        let start = self.starts.get((line as usize).saturating_sub(1)).copied().unwrap_or(0);
        let before = text.as_bytes().get(start as usize..offset as usize).unwrap_or_default();
        // Continuation bytes of UTF-8 are no characters of their own.
        let characters = before.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        (line, u32::try_from(characters).unwrap_or(u32::MAX).saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use source_text::FileId;

    use super::LineIndex;
    use crate::Span;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let text = "a = 1\nbäu = x\n";
        let index = LineIndex::new(text);
        let start = u32::try_from(text.find('x').unwrap()).unwrap();
        let place = index.place(FileId(0), text, Span { start, end: start + 1 });
        assert_eq!((place.line, place.column, place.end_column), (2, 7, 8));
        assert_eq!(index.line(0), 1);
    }
}
