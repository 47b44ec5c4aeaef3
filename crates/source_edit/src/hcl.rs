//! A value set in HCL: Terraform and `OpenTofu`.

use std::ops::Range;

use hcl_edit::{
    Span,
    expr::Expression,
    parser::parse_body,
    structure::{Block, Body, Structure},
};

use crate::{
    hcl_block,
    lines::Lines,
    setting::{Literal, SetError, Step, TextEdit, shown},
};

/// The edit that makes `text` say `value` at the end of `path`; `None` when it does already.
///
/// The path begins with a block and its labels (`resource`, `aws_lambda_function`, `api`); nested blocks
/// and an argument follow. What is missing of it is added: an argument behind the arguments of one line
/// each that the block begins with, a block at its end.
///
/// # Errors
/// [`SetError`] when the text cannot be edited so that it provably says what was meant.
pub fn set_hcl(text: &str, path: &[Step], value: &Literal) -> Result<Option<TextEdit>, SetError> {
    let own = text.strip_prefix('\u{feff}').unwrap_or(text);
    let skipped = text.len() - own.len();
    let body = parse_body(own).map_err(|_| SetError::Unreadable)?;
    if let Literal::Block(lines) = value {
        if hcl_block::is_there(&body, path, lines) {
            return Ok(None);
        }
        return hcl_block::add(own, &body, path, lines)
            .map(|edit| Some(edit.moved(skipped)))
            .ok_or_else(|| SetError::NotProven { path: shown(path) });
    }
    let Some(edit) = edit(own, &body, path, value)? else { return Ok(None) };
    let is_proven = is_proven(&body, &edit.apply(own), path, value);
    if is_proven {
        Ok(Some(edit.moved(skipped)))
    } else {
        Err(SetError::NotProven { path: shown(path) })
    }
}

/// The block at the start of a path, and the steps into it.
pub(crate) fn outermost<'b, 'p>(
    body: &'b Body,
    path: &'p [Step],
) -> Option<(&'b Block, &'p [Step])> {
    let [Step::Key(ident), rest @ ..] = path else { return None };
    let blocks = body.blocks().filter(|block| block.has_ident(ident));
    for block in blocks {
        let count = block.labels.len();
        let Some((labels, inner)) = rest.split_at_checked(count) else { continue };
        let mut pairs = labels.iter().zip(&block.labels);
        if pairs.all(|(step, label)| matches!(step, Step::Key(key) if key == label.as_str())) {
            return Some((block, inner));
        }
    }
    None
}

fn edit(
    text: &str,
    body: &Body,
    path: &[Step],
    value: &Literal,
) -> Result<Option<TextEdit>, SetError> {
    let missing = || SetError::Missing { path: shown(path) };
    let not_literal = || SetError::NotLiteral { path: shown(path) };
    let (mut block, mut rest) = outermost(body, path).ok_or_else(missing)?;
    loop {
        let [Step::Key(key), below @ ..] = rest else { return Err(missing()) };
        let is_dynamic = block
            .body
            .get_blocks("dynamic")
            .any(|it| it.labels.first().is_some_and(|label| label.as_str() == key));
        if is_dynamic {
            return Err(not_literal());
        }
        if below.is_empty()
            && let Some(argument) = block.body.get_attribute(key)
        {
            if says(&argument.value, value) {
                return Ok(None);
            }
            return replace(text, &argument.value, value).map(Some).ok_or_else(not_literal);
        }
        if block.body.has_attribute(key) || (below.is_empty() && block.body.has_blocks(key)) {
            return Err(not_literal());
        }
        let (index, inner) = match below {
            [Step::Index(index), inner @ ..] => (*index, inner),
            inner => (0, inner),
        };
        let mut blocks = block.body.get_blocks(key);
        match blocks.nth(index) {
            // Which of several is meant nobody said.
            Some(_) if inner.len() == below.len() && blocks.next().is_some() => {
                return Err(missing());
            }
            Some(next) => (block, rest) = (next, inner),
            None if inner.len() == below.len() => {
                let keys: Option<Vec<&str>> = rest.iter().map(key_of).collect();
                let added = keys.and_then(|keys| Spot::of(text, block)?.insert(&keys, value));
                return added.map(Some).ok_or_else(missing);
            }
            None => return Err(missing()),
        }
    }
}

fn key_of(step: &Step) -> Option<&str> {
    match step {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

/// A literal replaced; nothing when it is none.
fn replace(text: &str, old: &Expression, value: &Literal) -> Option<TextEdit> {
    let is_literal = matches!(
        old,
        Expression::Null(_) | Expression::Bool(_) | Expression::Number(_) | Expression::String(_)
    );
    let range = old.span().filter(|range| is_literal && text.get(range.clone()).is_some())?;
    Some(TextEdit { range, text: written(value) })
}

fn says(expression: &Expression, value: &Literal) -> bool {
    match (expression, value) {
        (Expression::Bool(old), Literal::Bool(new)) => **old == *new,
        (Expression::Number(old), Literal::Integer(new)) => old.value().as_i64() == Some(*new),
        (Expression::String(old), Literal::Text(new)) => old.as_str() == new,
        (_, Literal::Expression(new)) => expression.to_string().trim() == new.as_str(),
        _ => false,
    }
}

fn written(value: &Literal) -> String {
    match value {
        Literal::Text(text) => {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{}\"", text.replace("${", "$${").replace("%{", "%%{"))
        }
        other => other.to_string(),
    }
}

/// A block that gets something new.
struct Spot<'a> {
    text: &'a str,
    lines: Lines<'a>,
    block: &'a Block,
    /// The bytes between the braces.
    inner: Range<usize>,
}

impl<'a> Spot<'a> {
    fn of(text: &'a str, block: &'a Block) -> Option<Self> {
        let span = block.span()?;
        let head = block.labels.last().map_or_else(|| block.ident.span(), Span::span)?;
        let open = head.end + text.get(head.end..span.end)?.find('{')?;
        let close = open + text.get(open..span.end)?.rfind('}')?;
        Some(Self { text, lines: Lines::new(text), block, inner: open + 1..close })
    }

    fn insert(&self, keys: &[&str], value: &Literal) -> Option<TextEdit> {
        let newline = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let outer = self.blanks(self.block.span()?.start)?;
        let first = self.block.body.iter().find_map(|it| match it {
            Structure::Attribute(it) => it.span(),
            Structure::Block(it) => it.span(),
        });
        let inner = self.text.get(self.inner.clone())?;
        if !inner.contains('\n') {
            let indent = format!("{outer}  ");
            let old = inner.trim();
            let old =
                if old.is_empty() { String::new() } else { format!("{newline}{indent}{old}") };
            let new = entry(keys, value, &indent, newline, 0);
            let text = format!("{old}{newline}{indent}{new}{newline}{outer}");
            return Some(TextEdit { range: self.inner.clone(), text });
        }
        let indent = match &first {
            Some(first) => self.blanks(first.start)?,
            None => format!("{outer}  "),
        };
        if keys.len() > 1 {
            let new = entry(keys, value, &indent, newline, 0);
            return self.at_the_end(&format!("{indent}{new}{newline}"), newline, first.is_some());
        }
        let (end, width) = self.last_plain().unwrap_or((self.inner.start, 0));
        let new = entry(keys, value, &indent, newline, width);
        // A longer name would ask for the others to be aligned anew.
        let is_longer = width > 0 && keys.first().is_some_and(|key| key.len() > width);
        let gap = if is_longer { newline } else { "" };
        let end = self.end_of_line(end)?;
        Some(TextEdit::insert(end, format!("{gap}{newline}{indent}{new}")))
    }

    /// Before the brace that closes the block, behind an empty line.
    fn at_the_end(&self, new: &str, newline: &str, is_filled: bool) -> Option<TextEdit> {
        let close = self.inner.end;
        let start = self.lines.start_of(close)?;
        if !self.text.get(start..close)?.trim().is_empty() {
            return None;
        }
        let above = self.lines.before(start).and_then(|above| self.text.get(above..start))?;
        let gap = if is_filled && !above.trim().is_empty() { newline } else { "" };
        Some(TextEdit::insert(start, format!("{gap}{new}")))
    }

    /// The end of the last of the arguments of one line each that the block begins with, and how many
    /// columns there are from their names to the equals sign.
    fn last_plain(&self) -> Option<(usize, usize)> {
        let mut last = None;
        for structure in &self.block.body {
            let Structure::Attribute(argument) = structure else { break };
            let (key, value) = (argument.key.span()?, argument.value.span()?);
            if self.text.get(key.start..value.end)?.contains('\n') {
                break;
            }
            let before = self.text.get(key.start..value.start)?;
            last = Some((value.end, before.find('=')?.saturating_sub(1)));
        }
        last
    }

    fn end_of_line(&self, byte: usize) -> Option<usize> {
        let rest = self.text.get(byte..)?;
        let of_line = rest.split('\n').next().unwrap_or(rest);
        Some(byte + of_line.trim_end_matches('\r').len())
    }

    /// The blanks at the start of the line of a byte.
    fn blanks(&self, byte: usize) -> Option<String> {
        let line = self.text.get(self.lines.start_of(byte)?..byte)?;
        Some(line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect())
    }
}

/// `name = value`, or blocks around it.
fn entry(keys: &[&str], value: &Literal, indent: &str, newline: &str, width: usize) -> String {
    match keys {
        [] => String::new(),
        [key] => format!("{key:width$} = {}", written(value)),
        [block, rest @ ..] => {
            let deeper = format!("{indent}  ");
            let inner = entry(rest, value, &deeper, newline, 0);
            format!("{block} {{{newline}{deeper}{inner}{newline}{indent}}}")
        }
    }
}

/// Whether the edited text has the value at the path and is otherwise the same.
fn is_proven(old: &Body, edited: &str, path: &[Step], value: &Literal) -> bool {
    let Ok(mut new) = parse_body(edited) else { return false };
    let Some((block, rest)) = outermost(&new, path) else { return false };
    let labels = path.len() - rest.len();
    if !has(&block.body, rest, value) {
        return false;
    }
    let mut old = old.clone();
    for body in [&mut old, &mut new] {
        let ident = path.first().and_then(key_of).unwrap_or_default().to_owned();
        let is_it = |block: &Block| {
            let steps = path.get(1..labels).unwrap_or_default();
            block.labels.len() == steps.len()
                && steps
                    .iter()
                    .zip(&block.labels)
                    .all(|(step, label)| matches!(step, Step::Key(key) if key == label.as_str()))
        };
        if let Some(block) = body.get_blocks_mut(&ident).find(|block| is_it(block)) {
            remove(&mut block.body, rest);
        }
    }
    old == new
}

fn has(body: &Body, path: &[Step], value: &Literal) -> bool {
    match path {
        [Step::Key(key)] => body.get_attribute(key).is_some_and(|it| says(&it.value, value)),
        [Step::Key(key), Step::Index(index), rest @ ..] => {
            body.get_blocks(key).nth(*index).is_some_and(|it| has(&it.body, rest, value))
        }
        [Step::Key(key), rest @ ..] => {
            body.get_blocks(key).next().is_some_and(|it| has(&it.body, rest, value))
        }
        _ => false,
    }
}

/// Takes the argument at the end of a path away, and the blocks that are empty without it.
fn remove(body: &mut Body, path: &[Step]) {
    let [Step::Key(key), rest @ ..] = path else { return };
    if rest.is_empty() {
        body.remove_attribute(key);
        return;
    }
    let (index, rest) = match rest {
        [Step::Index(index), rest @ ..] => (*index, rest),
        rest => (0, rest),
    };
    let is_empty = match body.get_blocks_mut(key).nth(index) {
        Some(block) => {
            remove(&mut block.body, rest);
            block.body.is_empty()
        }
        None => false,
    };
    if is_empty {
        let at = body
            .iter()
            .enumerate()
            .filter(|(_, it)| it.as_block().is_some_and(|block| block.has_ident(key)))
            .nth(index)
            .map(|(at, _)| at);
        if let Some(at) = at {
            body.remove(at);
        }
    }
}

/// The path of the argument or block whose value or head stands at a place.
///
/// Given is the line of the head of a block (`resource "a" "b" {`): its ident and labels come back.
#[must_use]
pub fn hcl_block_at(text: &str, line: u32) -> Option<Vec<Step>> {
    let own = text.strip_prefix('\u{feff}').unwrap_or(text);
    let body = parse_body(own).ok()?;
    let lines = Lines::new(own);
    body.blocks().find_map(|block| {
        let place = lines.place(&block.span()?)?;
        if !(place.line..=place.end_line).contains(&line) {
            return None;
        }
        let labels = block.labels.iter().map(|label| Step::Key(label.as_str().into()));
        Some(std::iter::once(Step::Key(block.ident.as_str().into())).chain(labels).collect())
    })
}

/// The path of the argument whose value stands at a line and column.
#[must_use]
pub fn hcl_argument_at(text: &str, line: u32, column: u32) -> Option<Vec<Step>> {
    let own = text.strip_prefix('\u{feff}').unwrap_or(text);
    let body = parse_body(own).ok()?;
    let lines = Lines::new(own);
    for block in body.blocks() {
        let labels = block.labels.iter().map(|label| Step::Key(label.as_str().into()));
        let head = std::iter::once(Step::Key(block.ident.as_str().into())).chain(labels).collect();
        if let Some(path) = argument_in(&block.body, &lines, (line, column), head) {
            return Some(path);
        }
    }
    None
}

fn argument_in(
    body: &Body,
    lines: &Lines<'_>,
    at: (u32, u32),
    head: Vec<Step>,
) -> Option<Vec<Step>> {
    for argument in body.attributes() {
        let place = argument.value.span().and_then(|range| lines.place(&range));
        if place.is_some_and(|place| (place.line, place.column) == at) {
            let mut path = head;
            path.push(Step::Key(argument.key.as_str().into()));
            return Some(path);
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    for block in body.blocks() {
        let ident = block.ident.as_str();
        let index = seen.iter().filter(|it| **it == ident).count();
        seen.push(ident);
        let mut path = head.clone();
        path.push(Step::Key(ident.into()));
        // Only one of several needs its number.
        if body.get_blocks(ident).count() > 1 {
            path.push(Step::Index(index));
        }
        if let Some(found) = argument_in(&block.body, lines, at, path) {
            return Some(found);
        }
    }
    None
}
