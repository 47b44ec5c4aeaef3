//! Which lines a comment is about, looked up in tables that are made once for a file.

use std::collections::HashMap;

use source_text::{Comment, Entry, Kind, Node, Place, SmolStr};

/// The lines of a file and what begins on them. Lines count from 1.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    rows: Vec<Row>,
    /// Last line of the outermost entry or item that begins on a line.
    ends: HashMap<u32, u32>,
    /// Resources: first and last line, name; in order of the first line.
    resources: Vec<(u32, u32, SmolStr)>,
}

/// What a marker holds for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// Line and column of its first and last character.
    from: (u32, u32),
    to: (u32, u32),
    /// The resource, when it is one as a whole.
    pub(crate) resource: Option<SmolStr>,
    /// Whether what only ends there, or goes through it, is meant, too: a call over several lines.
    through: bool,
}

impl Held {
    fn lines(first: u32, last: u32, resource: Option<SmolStr>) -> Self {
        Self { from: (first, 0), to: (last, u32::MAX), resource, through: false }
    }

    /// A line of code.
    pub(crate) fn of_code(line: u32) -> Self {
        Self { through: true, ..Self::lines(line, line, None) }
    }

    /// Lines of a file that is no tree.
    pub(crate) fn of_lines(first: u32, last: u32) -> Self {
        Self { through: true, ..Self::lines(first, last, None) }
    }

    /// The first and the last line.
    #[cfg(test)]
    pub(super) fn first_and_last(&self) -> (u32, u32) {
        (self.from.0, self.to.0)
    }

    /// The first line.
    #[cfg(test)]
    pub(super) fn first_line(&self) -> u32 {
        self.from.0
    }

    /// A resource. Many may stand on one line, in JSON that a program wrote.
    pub(super) fn of_resource(name: &SmolStr, entry: &Entry) -> Self {
        let (key, value) = (entry.key_place, entry.value.place);
        Self {
            from: (key.line, key.column),
            to: (value.end_line, value.end_column),
            resource: Some(name.clone()),
            through: false,
        }
    }

    /// Whether a place begins in it.
    pub(super) fn covers(&self, place: Place) -> bool {
        if self.through {
            return place.line <= self.to.0 && self.from.0 <= place.end_line.max(place.line);
        }
        (self.from..=self.to).contains(&(place.line, place.column))
    }
}

/// What is known of one line without reading it as YAML.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    /// Whether it holds something other than blanks and a comment.
    has_content: bool,
    /// The nearest line above and the nearest line below that hold something.
    above: Option<u32>,
    below: Option<u32>,
}

impl Lines {
    /// Reads text and tree once.
    pub(super) fn new(text: &str, document: &Node) -> Self {
        let mut rows: Vec<Row> = text.lines().map(row).collect();
        let mut last = None;
        for (row, number) in rows.iter_mut().zip(1..) {
            row.above = last;
            last = if row.has_content { Some(number) } else { last };
        }
        let mut next = None;
        for (row, number) in
            rows.iter_mut().zip(1..).collect::<Vec<(&mut Row, u32)>>().into_iter().rev()
        {
            row.below = next;
            next = if row.has_content { Some(number) } else { next };
        }
        let mut lines = Self { rows, ..Self::default() };
        lines.note_ends(document);
        let resources = document.get("Resources").and_then(Node::as_map);
        lines.resources = resources
            .into_iter()
            .flat_map(source_text::Map::entries)
            .map(|(name, entry)| (entry.key_place.line, entry.value.place.end_line, name.clone()))
            .collect();
        lines.resources.sort();
        lines
    }

    fn row(&self, line: u32) -> Row {
        let index = usize::try_from(line).unwrap_or(usize::MAX).wrapping_sub(1);
        self.rows.get(index).copied().unwrap_or_default()
    }

    fn note_ends(&mut self, node: &Node) {
        match &node.kind {
            Kind::Map(map) => {
                for (_, entry) in map.entries() {
                    let line = entry.key_place.line;
                    self.ends.entry(line).or_insert(entry.value.place.end_line.max(line));
                    self.note_ends(&entry.value);
                }
            }
            Kind::List(items) => {
                for item in items {
                    let line = item.place.line;
                    self.ends.entry(line).or_insert(item.place.end_line.max(line));
                    self.note_ends(item);
                }
            }
            Kind::Tagged(_, inner) => self.note_ends(inner),
            _ => {}
        }
    }

    /// What a comment is about: behind a value, the value that begins on its line; right below the
    /// name of a resource, the resource; else alone on its line, the next entry below it.
    pub(super) fn of_comment(&self, comment: &Comment) -> Held {
        let line = comment.place.line;
        let own = self.row(line);
        if own.has_content {
            return self.entry(line, line);
        }
        let Some(below) = own.below else { return Held::lines(line, line, None) };
        let around = own.above.and_then(|above| self.of_resource_around(above));
        match around {
            Some(held) if Some(held.from.0) == own.above && below <= held.to.0 => held,
            _ => self.entry(line, below),
        }
    }

    /// The entry that begins on `line`, with the comment above it.
    fn entry(&self, comment: u32, line: u32) -> Held {
        let at = self.resources.partition_point(|(first, ..)| *first < line);
        let resource = self.resources.get(at).filter(|(first, ..)| *first == line);
        let end = self.ends.get(&line).copied().unwrap_or(line);
        Held::lines(comment, end, resource.map(|(.., name)| name.clone()))
    }

    /// The resource that a line lies in.
    pub(super) fn of_resource_around(&self, line: u32) -> Option<Held> {
        let after = self.resources.partition_point(|(first, ..)| *first <= line);
        let (first, last, name) = self.resources.get(after.checked_sub(1)?)?;
        (line <= *last).then(|| Held::lines(*first, *last, Some(name.clone())))
    }
}

fn row(text: &str) -> Row {
    let content = text.trim_start();
    Row { has_content: !content.is_empty() && !content.starts_with('#'), ..Row::default() }
}

#[cfg(test)]
mod tests {
    use source_text::{FileId, Limits, parse_yaml};

    use super::Lines;

    const TEMPLATE: &str = "\
Resources:
  # above
  First: # behind a name
    # right below a name
    Type: AWS::SQS::Queue
    Properties:
      # above a property
      A: 1
      B: 2 # behind a value
      C:
        - x
        # above an item
        - y
  Second:
    Type: AWS::SQS::Queue
  # last
";

    fn check(comment: &str, lines: (u32, u32), resource: Option<&str>) {
        let parsed = parse_yaml(FileId(0), TEMPLATE, &Limits::default()).unwrap();
        let table = Lines::new(TEMPLATE, parsed.documents.first().unwrap());
        let comment = parsed.comments.iter().find(|known| known.text == comment).unwrap();
        let found = table.of_comment(comment);
        assert_eq!((found.from.0, found.to.0), lines, "{comment:?}");
        assert_eq!(found.resource.as_deref(), resource, "{comment:?}");
    }

    #[test]
    fn a_comment_is_about_the_entry_that_it_stands_at() {
        check("above", (2, 13), Some("First"));
        check("behind a name", (3, 13), Some("First"));
        check("right below a name", (3, 13), Some("First"));
        check("above a property", (7, 8), None);
        check("behind a value", (9, 9), None);
        check("above an item", (12, 13), None);
        check("last", (16, 16), None);
    }
}
