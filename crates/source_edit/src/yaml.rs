//! A value set in YAML or JSON.

use source_text::{Kind, Map, Node, Place, to_json_compact, to_yaml};

use crate::{
    lines::Lines,
    property::read,
    setting::{Literal, SetError, Step, TextEdit, is_literal, long, shown},
    style::in_json_lines,
};

/// The edit that makes `text` say `value` at the end of `path`; `None` when it does already.
///
/// A literal is replaced where it stands. What is missing of the path is added: in a mapping in lines
/// behind the plain settings that it begins with, so that comments stay with what they are about.
///
/// # Errors
/// [`SetError`] when the text cannot be edited so that it provably says what was meant.
pub fn set_yaml(text: &str, path: &[Step], value: &Literal) -> Result<Option<TextEdit>, SetError> {
    let document = read(text).ok_or(SetError::Unreadable)?;
    let lines = Lines::new(text);
    let Some(edit) = edit(text, &lines, &document, path, value)? else { return Ok(None) };
    let mut meant = document;
    put(&mut meant, path, value);
    let is_same = |edited: Node| match value {
        // JSON and mappings in braces say functions in their long form.
        Literal::Tree(_) => long(&edited).same(&long(&meant)),
        _ => edited.same(&meant),
    };
    let is_proven = read(&edit.apply(text)).is_some_and(is_same);
    if is_proven { Ok(Some(edit)) } else { Err(SetError::NotProven { path: shown(path) }) }
}

fn edit(
    text: &str,
    lines: &Lines<'_>,
    document: &Node,
    path: &[Step],
    value: &Literal,
) -> Result<Option<TextEdit>, SetError> {
    let mut node = document;
    let mut key_column = None;
    for (at, step) in path.iter().enumerate() {
        let so_far = || shown(path.get(..=at).unwrap_or(path));
        let next = match (step, &node.kind) {
            (Step::Index(index), Kind::List(items)) => match items.get(*index) {
                Some(item) => item,
                None if *index == items.len() && at + 1 == path.len() => {
                    let list = ListSpot { text, lines, list: node, items };
                    let added = list.append(value);
                    return added.map(Some).ok_or_else(|| SetError::Elsewhere { path: so_far() });
                }
                None => return Err(SetError::Missing { path: so_far() }),
            },
            (Step::Key(key), Kind::Map(map)) => match map.entry(key) {
                Some(entry) if !is_inside(entry.key_place, node.place) => {
                    return Err(SetError::Elsewhere { path: so_far() });
                }
                Some(entry) => {
                    key_column = Some(entry.key_place.column);
                    &entry.value
                }
                None => {
                    let rest = path.get(at..).unwrap_or_default();
                    let keys: Option<Vec<&str>> = rest.iter().map(key_of).collect();
                    let keys = keys.ok_or_else(|| SetError::Missing { path: so_far() })?;
                    let spot = Spot { text, lines, mapping: node, map, outer: key_column };
                    let added = spot.insert(&keys, value);
                    return added.map(Some).ok_or_else(|| SetError::Elsewhere { path: so_far() });
                }
            },
            _ => return Err(SetError::NotLiteral { path: so_far() }),
        };
        if !is_inside(next.place, node.place) {
            return Err(SetError::Elsewhere { path: so_far() });
        }
        node = next;
    }
    if value.is(node) {
        return Ok(None);
    }
    if !is_literal(node) {
        return Err(SetError::NotLiteral { path: shown(path) });
    }
    let elsewhere = || SetError::Elsewhere { path: shown(path) };
    let range = lines.range(node.place).ok_or_else(elsewhere)?;
    let old = text.get(range.clone()).ok_or_else(elsewhere)?;
    let new = match (old.chars().next(), value) {
        // Quotes stay those of the author.
        (Some(quote @ ('"' | '\'')), Literal::Text(word)) if is_word(word) => {
            format!("{quote}{word}{quote}")
        }
        _ if is_json(text) => to_json_compact(&value.json_node()),
        _ => in_place(value),
    };
    Ok(Some(TextEdit { range, text: new }))
}

fn key_of(step: &Step) -> Option<&str> {
    match step {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

/// Whether a place lies in another one; what an alias or a merged key brings does not.
fn is_inside(place: Place, around: Place) -> bool {
    (around.line, around.column) <= (place.line, place.column)
        && (place.end_line, place.end_column) <= (around.end_line, around.end_column)
}

fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

fn is_word(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-. ".contains(letter))
}

/// A value as it stands behind `key: ` in YAML.
fn scalar(value: &Literal) -> String {
    let text = to_yaml(&value.node());
    text.trim_start_matches("---").trim().to_owned()
}

/// A value in one line: a list or mapping in its braces.
fn in_place(value: &Literal) -> String {
    match value {
        Literal::Tree(node) if lines_of(node).is_some() => to_json_compact(&long(node)),
        _ => scalar(value),
    }
}

/// The lines of a list or mapping that takes lines of its own.
fn lines_of(node: &Node) -> Option<Vec<String>> {
    let is_filled = match &node.kind {
        Kind::List(items) => !items.is_empty(),
        Kind::Map(map) => !map.is_empty(),
        _ => false,
    };
    is_filled.then(|| to_yaml(node).trim_end().lines().map(str::to_owned).collect())
}

/// Sets the value in a tree.
fn put(node: &mut Node, path: &[Step], value: &Literal) {
    let Some((first, rest)) = path.split_first() else {
        *node = value.node();
        return;
    };
    match (first, &mut node.kind) {
        (Step::Index(index), Kind::List(items)) => {
            if let Some(item) = items.get_mut(*index) {
                put(item, rest, value);
            } else if rest.is_empty() {
                items.push(value.node());
            }
        }
        (Step::Key(key), Kind::Map(map)) => {
            if let Some(below) = map.get_mut(key) {
                put(below, rest, value);
            } else {
                let keys: Vec<&str> = rest.iter().filter_map(key_of).collect();
                map.insert(key.clone(), value.below(&keys));
            }
        }
        _ => {}
    }
}

/// A list that gets a new item at its end.
struct ListSpot<'a> {
    text: &'a str,
    lines: &'a Lines<'a>,
    list: &'a Node,
    items: &'a [Node],
}

impl ListSpot<'_> {
    fn append(&self, value: &Literal) -> Option<TextEdit> {
        let last = self.items.last()?;
        let range = self.lines.range(last.place)?;
        let before = self.text.get(self.lines.start_of(range.start)?..range.start)?;
        let own = self.text.get(self.lines.range(self.list.place)?)?;
        let newline = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        if own.starts_with('[') {
            // Its items stand in lines of their own, or one behind the other.
            let is_own_line = before.trim().is_empty() && own.contains('\n');
            let gap = if is_own_line { format!("{newline}{before}") } else { " ".to_owned() };
            let new = to_json_compact(&value.json_node());
            return Some(TextEdit::insert(range.end, format!(",{gap}{new}")));
        }
        let (blanks, after) = before.split_once('-')?;
        if !blanks.trim().is_empty() || !after.trim().is_empty() {
            return None;
        }
        let mut new = format!("{newline}{before}");
        match lines_of(&value.node()) {
            Some(lines) => {
                let indent = " ".repeat(before.len());
                let gap = format!("{newline}{indent}");
                new.push_str(&lines.join(&gap));
            }
            None => new.push_str(&scalar(value)),
        }
        let end = self.lines.end(last.place.end_line)?;
        Some(TextEdit::insert(end, new))
    }
}

/// A mapping that gets a new key.
struct Spot<'a> {
    text: &'a str,
    lines: &'a Lines<'a>,
    mapping: &'a Node,
    map: &'a Map,
    /// Column of the key that the mapping is the value of.
    outer: Option<u32>,
}

impl Spot<'_> {
    fn insert(&self, keys: &[&str], value: &Literal) -> Option<TextEdit> {
        let own = self.text.get(self.lines.range(self.mapping.place)?)?;
        if self.map.is_empty() {
            return self.fill(own, keys, value);
        }
        if own.starts_with('{') {
            return self.insert_in_braces(own.contains('\n'), keys, value);
        }
        let column = self.map.entries().next()?.1.key_place.column;
        let indent = " ".repeat(blanks_before(column));
        let wider = self.outer.and_then(|outer| column.checked_sub(outer));
        let wider = wider.and_then(|wider| usize::try_from(wider).ok());
        let unit = wider.filter(|wider| (1..=8).contains(wider)).unwrap_or(2);
        let newline = self.newline();
        let entry = in_lines(keys, value, &indent, unit, newline);
        if let Some(line) = self.last_plain_line() {
            let end = self.lines.end(line)?;
            return Some(TextEdit::insert(end, format!("{newline}{indent}{entry}")));
        }
        let first = self.lines.range(self.map.entries().next()?.1.key_place)?.start;
        let start = self.lines.start_of(first)?;
        if !self.text.get(start..first)?.trim().is_empty() {
            // Behind the dash of a list.
            return Some(TextEdit::insert(first, format!("{entry}{newline}{indent}")));
        }
        // Comments above the first key are about it.
        let mut at = start;
        while let Some(above) = self.lines.before(at) {
            if !self.text.get(above..at)?.trim_start().starts_with('#') {
                break;
            }
            at = above;
        }
        Some(TextEdit::insert(at, format!("{indent}{entry}{newline}")))
    }

    /// The last line of the run of settings of one line each that the mapping begins with.
    fn last_plain_line(&self) -> Option<u32> {
        let mut last = None;
        for (_, entry) in self.map.entries() {
            let line = entry.key_place.line;
            let is_plain = entry.value.place.line == line
                && entry.value.place.end_line == line
                && entry.key_place.end_line == line
                && entry.value.place.column > entry.key_place.column
                && last.is_none_or(|last| last < line)
                && !entry.value.is_null();
            if !is_plain {
                break;
            }
            last = Some(line);
        }
        last
    }

    fn insert_in_braces(&self, in_lines: bool, keys: &[&str], value: &Literal) -> Option<TextEdit> {
        let is_json = is_json(self.text);
        let first = self.lines.range(self.map.entries().next()?.1.key_place)?.start;
        let indent: String = {
            let line = self.text.get(self.lines.start_of(first)?..first)?;
            line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect()
        };
        let newline = self.newline();
        let entry = match (in_lines, is_json) {
            (true, true) => json_in_lines(keys, value, &indent, &self.unit(), newline),
            (_, true) => format!("\"{}\": {}", keys.first()?, braces(keys.get(1..)?, value, true)),
            (_, false) => format!("{}: {}", keys.first()?, braces(keys.get(1..)?, value, false)),
        };
        let gap = if in_lines { format!("{newline}{indent}") } else { " ".to_owned() };
        let mut last = None;
        for (_, one) in self.map.entries() {
            if !is_literal(&one.value) || !is_inside(one.value.place, self.mapping.place) {
                break;
            }
            last = Some(one.value.place);
        }
        Some(match last.and_then(|place| self.lines.range(place)) {
            Some(range) => TextEdit::insert(range.end, format!(",{gap}{entry}")),
            None => TextEdit::insert(first, format!("{entry},{gap}")),
        })
    }

    /// `{}` becomes `{key: value}`.
    fn fill(&self, own: &str, keys: &[&str], value: &Literal) -> Option<TextEdit> {
        if !own.starts_with('{') || !own.ends_with('}') {
            return None;
        }
        let range = self.lines.range(self.mapping.place)?;
        Some(TextEdit { range, text: braces(keys, value, is_json(self.text)) })
    }

    fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// What one level of a JSON text is indented by.
    fn unit(&self) -> String {
        let blanks = |line: &str| -> String {
            line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect()
        };
        self.text.lines().map(blanks).find(|it| !it.is_empty()).unwrap_or_else(|| "  ".to_owned())
    }
}

fn blanks_before(column: u32) -> usize {
    usize::try_from(column.saturating_sub(1)).unwrap_or_default()
}

/// `a:` and `b: value` in lines; the first is not indented, as its place is known.
fn in_lines(keys: &[&str], value: &Literal, indent: &str, unit: usize, newline: &str) -> String {
    let mut text = String::new();
    for (depth, key) in keys.iter().enumerate() {
        if depth > 0 {
            text.push_str(newline);
            text.push_str(indent);
            text.push_str(&" ".repeat(depth * unit));
        }
        text.push_str(key);
        text.push(':');
    }
    if let Some(lines) = lines_of(&value.node()) {
        let blanks = " ".repeat(keys.len() * unit);
        for line in lines {
            text.push_str(newline);
            text.push_str(indent);
            text.push_str(&blanks);
            text.push_str(&line);
        }
    } else {
        text.push(' ');
        text.push_str(&scalar(value));
    }
    text
}

/// `"a": {` and `"b": value` in lines.
fn json_in_lines(
    keys: &[&str],
    value: &Literal,
    indent: &str,
    unit: &str,
    newline: &str,
) -> String {
    let mut text = String::new();
    let deepest = keys.len().saturating_sub(1);
    let begin = |text: &mut String, depth: usize| {
        text.push_str(newline);
        text.push_str(indent);
        text.push_str(&unit.repeat(depth));
    };
    for (depth, key) in keys.iter().enumerate() {
        if depth > 0 {
            text.push('{');
            begin(&mut text, depth);
        }
        text.push('"');
        text.push_str(key);
        text.push_str("\": ");
    }
    let level = unit.len();
    let column = indent.len() + deepest * level;
    text.push_str(&in_json_lines(&value.json_node(), level, newline, column));
    for depth in (0..deepest).rev() {
        begin(&mut text, depth);
        text.push('}');
    }
    text
}

/// `{a: {b: value}}` in one line; the value alone without keys.
fn braces(keys: &[&str], value: &Literal, is_json: bool) -> String {
    let Some((first, rest)) = keys.split_first() else {
        return if is_json { to_json_compact(&value.json_node()) } else { in_place(value) };
    };
    let quote = if is_json { "\"" } else { "" };
    format!("{{{quote}{first}{quote}: {}}}", braces(rest, value, is_json))
}
