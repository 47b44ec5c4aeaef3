//! Offsets of bytes in a file to places, and places back to what is written there.

use std::ops::Range;

use source_text::{FileId, Place};

/// Where the lines of a text begin.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    file: FileId,
    text: &'t str,
    starts: Vec<usize>,
    ascii: bool,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(file: FileId, text: &'t str) -> Self {
        let mut starts = vec![0];
        starts.extend(
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1),
        );
        Self { file, text, starts, ascii: text.is_ascii() }
    }

    /// The place of a range of bytes; the whole file when there is no range.
    pub(crate) fn place(&self, range: Option<Range<usize>>) -> Place {
        let Some(range) = range else { return Place::whole(self.file) };
        let (line, column) = self.position(range.start);
        let (end_line, end_column) = self.position(range.end.max(range.start));
        Place { file: self.file, line, column, end_line, end_column }
    }

    fn position(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let column = if self.ascii {
            offset.saturating_sub(start)
        } else {
            self.text.get(start..offset).map_or(0, |before| before.chars().count())
        };
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        (count(line), count(column).saturating_add(1))
    }
}

/// Longest text of an expression that is shown, in characters.
const SHOWN: usize = 200;

/// What is written at `place` of `text`, blanks made one, cut at a length that people read.
pub(crate) fn written(text: &str, place: Place) -> String {
    let mut out = String::new();
    let mut blank = false;
    let first = place.line.max(1) as usize;
    let last = place.end_line.max(place.line).max(1) as usize;
    for (position, line) in text.lines().enumerate().skip(first - 1).take(last + 1 - first) {
        let number = position + 1;
        let from = if number == first { place.column.max(1) as usize - 1 } else { 0 };
        let to = if number == last { place.end_column.max(1) as usize - 1 } else { usize::MAX };
        for c in line.chars().take(to).skip(from) {
            if c.is_whitespace() || c.is_control() {
                blank = !out.is_empty();
                continue;
            }
            if blank {
                out.push(' ');
                blank = false;
            }
            out.push(c);
            if out.len() > SHOWN {
                out.push('…');
                return out;
            }
        }
        blank = !out.is_empty();
    }
    out
}

#[cfg(test)]
mod tests {
    use source_text::FileId;

    use super::{Lines, written};

    #[test]
    fn a_place_gives_back_what_is_written() {
        let text = "a = ü + b\n c = join(\"\",\n   [x])\n";
        let lines = Lines::new(FileId(0), text);
        let start = text.find("join").unwrap();
        let end = text.find(")\n").unwrap() + 1;
        let place = lines.place(Some(start..end));
        assert_eq!((place.line, place.column, place.end_line, place.end_column), (2, 6, 3, 8));
        assert_eq!(written(text, place), "join(\"\", [x])");
        let b = text.find('b').unwrap();
        assert_eq!(written(text, lines.place(Some(b..b + 1))), "b");
    }
}
