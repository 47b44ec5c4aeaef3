//! The documents of package managers as trees with places; what is not one becomes a remark.

use source_text::{
    FileId, Kind, Level, Limits as TreeLimits, Map, Node, Place, decode, parse_json, parse_yaml,
};
use toml::de::{DeTable, DeValue};

use crate::{Inventory, RemarkKind};

/// The largest document that is read, in bytes; lock files of large workspaces reach 20 MB.
const LARGEST: usize = 64 << 20;
/// Most values in one document.
const MOST_VALUES: usize = 4_000_000;
/// Deepest nesting; `package-lock.json` of version 1 nests with `node_modules`.
const DEEPEST: usize = 200;
/// Most doubts about one document that are told one by one.
const MOST_DOUBTS: usize = 20;

/// The notation of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON (RFC 8259).
    Json,
    /// JSON with `//` and `/* */` comments and commas before a closing bracket.
    JsonWithComments,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
}

/// The text of a file; a remark when it is none or too large.
pub fn read_text(path: &str, bytes: &[u8], into: &mut Inventory) -> Option<String> {
    if bytes.len() > LARGEST {
        let what =
            format!("the file has {} bytes, more than {LARGEST}: it is not read", bytes.len());
        into.remark(path, None, RemarkKind::Unread, what);
        return None;
    }
    match decode(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            into.remark(path, Some(error.line()), RemarkKind::Unread, error.to_string());
            None
        }
    }
}

/// The first document of a file; a remark when there is none.
pub fn read_document(
    path: &str,
    bytes: &[u8],
    format: Format,
    into: &mut Inventory,
) -> Option<Node> {
    let mut documents = read_documents(path, bytes, format, into);
    (!documents.is_empty()).then(|| documents.swap_remove(0))
}

/// The documents of a file: one, or several of YAML. Faults become remarks; TOML with a fault is
/// read around it.
pub fn read_documents(path: &str, bytes: &[u8], format: Format, into: &mut Inventory) -> Vec<Node> {
    let Some(text) = read_text(path, bytes, into) else { return Vec::new() };
    if text.trim().is_empty() {
        into.remark(path, None, RemarkKind::Unread, "the file is empty");
        return Vec::new();
    }
    let file = FileId(0);
    let limits = TreeLimits { bytes: LARGEST, depth: DEEPEST, nodes: MOST_VALUES };
    let parsed = match format {
        Format::Json => parse_json(file, &text, &limits),
        Format::JsonWithComments => parse_json(file, &plain_json(&text), &limits),
        Format::Yaml => parse_yaml(file, &text, &limits),
        Format::Toml => return vec![read_toml(path, &text, into)],
    };
    match parsed {
        Ok(parsed) => {
            let doubts = parsed.diagnostics.iter().filter(|doubt| doubt.level > Level::Note);
            for doubt in doubts.take(MOST_DOUBTS) {
                into.remark(path, line_of(doubt.place), RemarkKind::Odd, doubt.message.clone());
            }
            if parsed.documents.is_empty() {
                into.remark(path, None, RemarkKind::Unread, "the file holds no value");
            }
            parsed.documents
        }
        Err(error) => {
            into.remark(path, line_of(error.place()), RemarkKind::Unread, error.to_string());
            Vec::new()
        }
    }
}

/// The line of a place; `None` for a whole file.
#[must_use]
pub fn line_of(place: Place) -> Option<u32> {
    (place.line > 0).then_some(place.line)
}

/// JSON with comments as JSON: comments and surplus commas become blanks, so that places stay.
fn plain_json(text: &str) -> String {
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    let mut comma = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('"', _) => {
                comma = None;
                out.push(c);
                let mut escaped = false;
                for c in chars.by_ref() {
                    out.push(c);
                    match c {
                        '"' if !escaped => break,
                        '\\' => escaped = !escaped,
                        _ => escaped = false,
                    }
                }
            }
            ('/', Some('/')) => {
                out.push(' ');
                while let Some(c) = chars.next_if(|c| *c != '\n') {
                    out.push(if c == '\t' { '\t' } else { ' ' });
                }
            }
            ('/', Some('*')) => {
                out.push(' ');
                let mut before = ' ';
                for c in chars.by_ref() {
                    out.push(if c == '\n' { '\n' } else { ' ' });
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
            }
            (',', _) => {
                comma = Some(out.len());
                out.push(c);
            }
            (']' | '}', _) => {
                if let Some(slot) = comma.take().and_then(|at: usize| out.get_mut(at)) {
                    *slot = ' ';
                }
                out.push(c);
            }
            _ => {
                if !c.is_whitespace() {
                    comma = None;
                }
                out.push(c);
            }
        }
    }
    out.into_iter().collect()
}

fn read_toml(path: &str, text: &str, into: &mut Inventory) -> Node {
    let lines = Lines::of(text);
    let (table, faults) = DeTable::parse_recoverable(text);
    for fault in faults.iter().take(MOST_DOUBTS) {
        let line = fault.span().map(|span| lines.at(span.start));
        let what = format!("this is not valid TOML: {}; the rest is read", fault.message());
        into.remark(path, line, RemarkKind::Partial, what);
    }
    let span = table.span();
    let place = lines.place(span.start);
    let map = toml_map(table.into_inner(), &lines);
    Node::new(place, Kind::Map(map))
}

fn toml_map(table: DeTable<'_>, lines: &Lines) -> Map {
    let mut map = Map::new();
    for (key, value) in table {
        let at = lines.place(key.span().start);
        let node = toml_node(value.into_inner(), at, lines);
        map.insert_at(key.into_inner().into_owned(), at, node);
    }
    map
}

/// A value; the parser itself bounds the nesting, so this recursion ends.
fn toml_node(value: DeValue<'_>, at: Place, lines: &Lines) -> Node {
    let kind = match value {
        DeValue::String(text) => Kind::Text(text.into()),
        DeValue::Integer(number) => Kind::Number(number.to_string().into()),
        DeValue::Float(number) => Kind::Number(number.as_str().into()),
        DeValue::Boolean(value) => Kind::Bool(value),
        DeValue::Datetime(time) => Kind::Text(time.to_string().into()),
        DeValue::Array(items) => {
            let node = |item: toml::Spanned<DeValue<'_>>| {
                let at = lines.place(item.span().start);
                toml_node(item.into_inner(), at, lines)
            };
            Kind::List(items.into_iter().map(node).collect())
        }
        DeValue::Table(table) => Kind::Map(toml_map(table, lines)),
    };
    Node::new(at, kind)
}

/// Offsets at which lines start.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let ends =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(ends).collect())
    }

    /// Line of an offset, from 1.
    fn at(&self, offset: usize) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.at(offset);
        Place { line, column: 1, end_line: line, end_column: 1, ..Place::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, plain_json, read_document};
    use crate::Inventory;

    #[test]
    fn comments_and_surplus_commas_become_blanks() {
        let text = "{ // a, \"b\n \"x\": [1, 2,], /* , */ \"y\\\"//\": \"/*\", }";
        let plain = plain_json(text);
        assert_eq!(plain.chars().count(), text.chars().count());
        let mut into = Inventory::default();
        let node = read_document("bun.lock", text.as_bytes(), Format::JsonWithComments, &mut into)
            .unwrap();
        assert_eq!(node.get("y\"//").and_then(|node| node.as_str()), Some("/*"));
        assert_eq!(node.get("x").and_then(|node| node.as_list()).map(<[_]>::len), Some(2));
        assert!(into.remarks.is_empty(), "{:?}", into.remarks);
    }

    #[test]
    fn toml_is_read_around_a_fault_and_keeps_lines() {
        let text = "a = 1\nb = [1, oops]\n[[package]]\nname = \"x\"\n[[package]]\nname = \"y\"\n";
        let mut into = Inventory::default();
        let node = read_document("uv.lock", text.as_bytes(), Format::Toml, &mut into).unwrap();
        let packages = node.get("package").and_then(|node| node.as_list()).unwrap();
        assert_eq!(packages.len(), 2);
        assert_eq!(packages[1].get("name").unwrap().place.line, 6);
        assert_eq!(into.remarks[0].line, Some(2));
    }

    #[test]
    fn what_is_no_document_is_a_remark() {
        for bytes in [&b"\xff\xff"[..], b"", b"{", b"[1"] {
            let mut into = Inventory::default();
            assert!(read_document("package.json", bytes, Format::Json, &mut into).is_none());
            assert_eq!(into.remarks.len(), 1);
        }
    }
}
