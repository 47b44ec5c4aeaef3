//! Values written in the manner of the text around them.

use source_text::{Node, to_json, to_json_compact, to_yaml};

use crate::lines::Lines;

/// How the mapping is written that an edit is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// YAML in lines; `\r\n` when the text has such lines.
    Block { newline: &'static str },
    /// JSON in lines, so many blanks a level.
    Json { blanks: usize, newline: &'static str },
    /// YAML or JSON in one line.
    Flow,
}

impl Style {
    /// The manner of a mapping.
    pub(crate) fn of(text: &str, mapping: &Node, lines: &Lines<'_>) -> Self {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let range = lines.range(mapping.place);
        let own = range.and_then(|range| text.get(range)).unwrap_or_default();
        if !own.starts_with('{') {
            return Self::Block { newline };
        }
        let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        if !is_json || !own.contains('\n') {
            return Self::Flow;
        }
        // The first key of the document stands one level in.
        let blanks = text.lines().skip(1).find_map(|line| {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            (blanks > 0).then_some(blanks)
        });
        Self::Json { blanks: blanks.unwrap_or(2), newline }
    }

    /// Whether functions are short tags.
    pub(crate) fn has_tags(self) -> bool {
        matches!(self, Self::Block { .. })
    }

    /// What takes the place of a value. `key` is the column of its key; `column` that of the value
    /// when it begins on a line of its own, or 0.
    pub(crate) fn replace(self, value: &Node, key: u32, column: u32) -> String {
        match self {
            Self::Flow => to_json_compact(value),
            Self::Json { blanks, newline } => {
                in_json_lines(value, blanks, newline, blanks_before(key))
            }
            Self::Block { .. } if is_empty(value) => "[]".to_owned(),
            Self::Block { newline } if column > 0 => {
                block(value, newline, blanks_before(column)).trim_start().to_owned()
            }
            Self::Block { newline } => {
                let lines = block(value, newline, blanks_before(key) + 2);
                format!("{newline}{lines}")
            }
        }
    }

    /// A new entry, before the first key of the mapping, which stands at `column`.
    pub(crate) fn insert(self, key: &str, value: &Node, column: u32) -> String {
        let blanks = blanks_before(column);
        let indent = " ".repeat(blanks);
        match self {
            Self::Flow => format!("\"{key}\": {}, ", to_json_compact(value)),
            Self::Json { blanks: level, newline } => {
                let value = in_json_lines(value, level, newline, blanks);
                format!("\"{key}\": {value},{newline}{indent}")
            }
            Self::Block { newline } if is_empty(value) => format!("{key}: []{newline}{indent}"),
            Self::Block { newline } => {
                format!("{key}:{newline}{}{newline}{indent}", block(value, newline, blanks + 2))
            }
        }
    }
}

fn blanks_before(column: u32) -> usize {
    usize::try_from(column.saturating_sub(1)).unwrap_or_default()
}

fn is_empty(value: &Node) -> bool {
    value.as_list().is_some_and(<[Node]>::is_empty)
}

/// A list or mapping in lines, each behind so many blanks; without a line break at the end.
fn block(value: &Node, newline: &str, blanks: usize) -> String {
    indented(&to_yaml(value), newline, blanks)
}

/// JSON in lines, all but the first behind so many blanks.
pub(crate) fn in_json_lines(value: &Node, level: usize, newline: &str, blanks: usize) -> String {
    let text = to_json(value);
    let lines: Vec<String> = text
        .trim_end()
        .lines()
        .map(|line| {
            let rest = line.trim_start_matches(' ');
            let depth = (line.len() - rest.len()) / 2;
            format!("{}{rest}", " ".repeat(depth * level + blanks))
        })
        .collect();
    lines.join(newline).trim_start().to_owned()
}

fn indented(text: &str, newline: &str, blanks: usize) -> String {
    let indent = " ".repeat(blanks);
    let lines: Vec<String> =
        text.trim_end().lines().map(|line| format!("{indent}{line}")).collect();
    lines.join(newline)
}
