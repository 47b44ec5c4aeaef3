//! The source line of a place, with a mark below what is meant.

use std::{collections::HashMap, ops::Range, sync::Arc};

use source_text::{FileId, Place, SourceFile, Sources};

use super::secrets::SecretPlaces;
use safe_text::{char_columns, columns, visible};

/// Lines longer than this are generated, not written; drawing them would cost each finding a walk.
const LONGEST_LINE_BYTES: usize = 20_000;

/// What a secret is drawn as.
const HIDDEN_DOTS: usize = 8;

/// A tab is drawn as so many blanks.
const TAB: &str = "    ";

/// Looks up lines; remembers where the lines of a file start, as many findings are in one file.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    sources: &'a Sources,
    secrets: SecretPlaces,
    files: HashMap<FileId, (Arc<SourceFile>, Vec<usize>)>,
}

/// A line ready to be drawn, and where its mark stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snippet {
    /// Number of the line, from 1.
    pub(crate) line: u32,
    /// The line, visible, without its indentation, cut to fit.
    pub(crate) text: String,
    /// Columns before the mark.
    pub(crate) indent: usize,
    /// Columns that the mark takes, at least 1.
    pub(crate) width: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(sources: &'a Sources, secrets: SecretPlaces) -> Self {
        Self { sources, secrets, files: HashMap::new() }
    }

    /// The line where `place` starts, drawn in at most `limit` columns.
    ///
    /// `None` for a whole file, a line that is not there or blank, and a line that is too long.
    pub(crate) fn snippet(&mut self, place: Place, limit: usize) -> Option<Snippet> {
        let hidden = self.secrets.hidden_from(place.file, place.line).unwrap_or(usize::MAX);
        let line = self.line(place.file, place.line)?;
        if line.len() > LONGEST_LINE_BYTES || line.trim().is_empty() {
            return None;
        }
        let start = (place.column.max(1) - 1) as usize;
        let end = if place.end_line == place.line && place.end_column > place.column {
            (place.end_column - 1) as usize
        } else if place.end_line > place.line {
            usize::MAX
        } else {
            start + 1
        };
        let drawn = Drawn { line, number: place.line, marked: start..end, hidden };
        Some(drawn.draw(limit.max(10)))
    }

    /// A line as it stands there, secrets as dots, at most `limit` characters of it.
    ///
    /// `None` for a line that is not there, and one that is too long.
    pub(crate) fn whole(&mut self, file: FileId, number: u32, limit: usize) -> Option<String> {
        let hidden = self.secrets.hidden_from(file, number).unwrap_or(usize::MAX);
        let line = self.line(file, number)?;
        if line.len() > LONGEST_LINE_BYTES {
            return None;
        }
        let mut shown: String = line.chars().take(hidden.min(limit)).collect();
        if hidden < limit && line.chars().nth(hidden).is_some() {
            shown.extend(['•'; HIDDEN_DOTS]);
        } else if line.chars().nth(limit).is_some() {
            shown.push('…');
        }
        Some(shown)
    }

    fn line(&mut self, file: FileId, number: u32) -> Option<&str> {
        let (source, starts) = self.files.entry(file).or_insert_with(|| {
            let source = self.sources.get(file);
            let starts = line_starts(&source.text);
            (source, starts)
        });
        let index = (number as usize).checked_sub(1)?;
        let start = *starts.get(index)?;
        let end = starts.get(index + 1).copied().unwrap_or(source.text.len());
        source.text.get(start..end).map(|line| line.trim_end_matches(['\n', '\r']))
    }
}

/// Byte offsets where lines start. `\n`, `\r\n` and a lone `\r` end a line, as in YAML.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
            starts.push(at + 1);
        }
    }
    starts
}

/// One character as drawn.
struct Glyph {
    shown: String,
    columns: usize,
    marked: bool,
}

/// A line to be drawn.
struct Drawn<'a> {
    line: &'a str,
    number: u32,
    /// Characters to mark.
    marked: Range<usize>,
    /// The character from which on a secret stands.
    hidden: usize,
}

impl Drawn<'_> {
    fn draw(&self, limit: usize) -> Snippet {
        cut_around_mark(&self.glyphs(), self.number, limit)
    }

    /// The characters without indentation and trailing blanks, with dots for a secret.
    fn glyphs(&self) -> Vec<Glyph> {
        let blanks = self.line.chars().take_while(|c| c.is_whitespace()).count();
        let indentation = blanks.min(self.marked.start).min(self.hidden);
        let last = self.line.trim_end().chars().count();
        let mut glyphs: Vec<Glyph> = self
            .line
            .chars()
            .enumerate()
            .take(last.min(self.hidden))
            .skip(indentation)
            .map(|(at, c)| glyph(c, self.marked.contains(&at)))
            .collect();
        if last > self.hidden {
            // Always as many dots, as the length of a secret tells something of it, too.
            let marked = self.marked.end > self.hidden;
            glyphs.extend((0..HIDDEN_DOTS).map(|_| glyph('•', marked)));
        }
        glyphs
    }
}

fn cut_around_mark(glyphs: &[Glyph], number: u32, limit: usize) -> Snippet {
    let total: usize = glyphs.iter().map(|glyph| glyph.columns).sum();
    let before: usize =
        glyphs.iter().take_while(|glyph| !glyph.marked).map(|glyph| glyph.columns).sum();
    // A line that does not fit is shown from a little before the mark.
    let from = if total <= limit { 0 } else { before.saturating_sub(limit / 4) };

    let mut snippet = Snippet { line: number, text: String::new(), indent: 0, width: 0 };
    let (mut passed, mut used) = (0, 0);
    if from > 0 {
        snippet.text.push('…');
        used = 1;
    }
    let mut seen_mark = false;
    for glyph in glyphs {
        passed += glyph.columns;
        if passed <= from && from > 0 {
            continue;
        }
        if used + glyph.columns + usize::from(total - passed > 0 || from > 0) > limit {
            snippet.text.push('…');
            break;
        }
        if glyph.marked {
            if !seen_mark {
                snippet.indent = used;
            }
            seen_mark = true;
            snippet.width += glyph.columns;
        }
        snippet.text.push_str(&glyph.shown);
        used += glyph.columns;
    }
    if !seen_mark {
        snippet.indent = used;
    }
    snippet.width = snippet.width.max(1);
    snippet
}

fn glyph(c: char, marked: bool) -> Glyph {
    if c == '\t' {
        return Glyph { shown: TAB.to_owned(), columns: TAB.len(), marked };
    }
    let mut buffer = [0; 4];
    let shown = visible(c.encode_utf8(&mut buffer)).into_owned();
    let columns = if shown.chars().count() == 1 { char_columns(c) } else { columns(&shown) };
    Glyph { shown, columns, marked }
}

#[cfg(test)]
mod tests {
    use super::{Drawn, Lines, SecretPlaces, Snippet, line_starts};
    use source_text::{Place, Sources};

    fn snippet(text: &str, line: u32, columns: (u32, u32), limit: usize) -> Option<Snippet> {
        let sources = Sources::default();
        let file = sources.add("a.yaml", text);
        let place = Place { file, line, column: columns.0, end_line: line, end_column: columns.1 };
        Lines::new(&sources, SecretPlaces::default()).snippet(place, limit)
    }

    fn drawn(snippet: &Snippet) -> String {
        format!("{}\n{}{}", snippet.text, " ".repeat(snippet.indent), "^".repeat(snippet.width))
    }

    #[test]
    fn every_kind_of_line_break_starts_a_line() {
        assert_eq!(line_starts("a\nb\r\nc\rd"), [0, 2, 5, 7]);
    }

    #[test]
    fn the_mark_stands_below_what_is_meant() {
        let it = snippet("a: 1\n    b: \"*\"\n", 2, (8, 11), 40).unwrap();
        assert_eq!(drawn(&it), "b: \"*\"\n   ^^^");
    }

    #[test]
    fn tabs_wide_and_hidden_characters_keep_the_mark_in_line() {
        let it = snippet("k: 注\t\u{202e}x", 1, (7, 8), 60).unwrap();
        assert_eq!(drawn(&it), "k: 注    \\u{202e}x\n                 ^");
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides_of_the_mark() {
        let text = format!("{}MARK{}", "a".repeat(100), "b".repeat(100));
        let it = snippet(&text, 1, (101, 105), 20).unwrap();
        assert_eq!(drawn(&it), "…aaaaaMARKbbbbbbbbb…\n      ^^^^");
        let it = snippet(&text, 1, (1, 205), 20).unwrap();
        assert_eq!(drawn(&it), "aaaaaaaaaaaaaaaaaaa…\n^^^^^^^^^^^^^^^^^^^");
    }

    #[test]
    fn a_secret_is_drawn_as_dots() {
        let drawn_from = |hidden, marked| {
            drawn(&Drawn { line: "  KEY: s3cr3t, B: 1", number: 1, marked, hidden }.draw(60))
        };
        assert_eq!(drawn_from(7, 7..13), "KEY: ••••••••\n     ^^^^^^^^");
        assert_eq!(drawn_from(7, 2..5), "KEY: ••••••••\n^^^");
        assert_eq!(drawn_from(0, 2..5), "••••••••\n^^^^^^^^");
        assert_eq!(drawn_from(90, 2..5), "KEY: s3cr3t, B: 1\n^^^");
    }

    #[test]
    fn what_is_not_there_is_not_drawn() {
        assert_eq!(snippet("a\n", 7, (1, 2), 40), None);
        assert_eq!(snippet("a\n", 0, (0, 0), 40), None);
        assert_eq!(snippet(&"a".repeat(30_000), 1, (1, 2), 40), None);
        let beyond = snippet("ab", 1, (9, 12), 40).unwrap();
        assert_eq!(drawn(&beyond), "ab\n  ^");
    }
}
