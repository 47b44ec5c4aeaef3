//! Configurations that are programs (`serverless.ts`, `serverless.js`), read as far as they are one
//! plain object: nothing is run, and what is computed stays unknown.

use source_text::{Diagnostic, FileId, Kind, Map, Node, Place, SmolStr};

use crate::place_text::unresolved;

/// Deepest nesting.
const DEPTH: usize = 100;
/// Most values.
const NODES: usize = 100_000;

/// The object that a program exports, and what of it is not known; `None` when it exports no plain
/// object.
#[must_use]
pub fn parse_code(file: FileId, text: &str) -> Option<(Node, Vec<Diagnostic>)> {
    let start = exported(text)?;
    let mut reader =
        Reader { file, text, at: start, line: 1, column: 1, nodes: 0, unread: Vec::new() };
    reader.place_at(start);
    let node = reader.value(DEPTH)?;
    node.as_map()?;
    Some((node, reader.unread))
}

/// Where the exported object begins.
fn exported(text: &str) -> Option<usize> {
    let heads = ["module.exports =", "export default", "export ="];
    let (head, start) = heads.iter().find_map(|head| Some((head, text.rfind(head)?)))?;
    let mut at = start + head.len();
    let rest = text.get(at..)?;
    let trimmed = rest.trim_start();
    at += rest.len() - trimmed.len();
    if trimmed.starts_with('{') {
        return Some(at);
    }
    // `const configuration: AWS = {…}`, exported by its name.
    let name: String = trimmed.chars().take_while(|it| is_name(*it)).collect();
    let declared = ["const ", "let ", "var "].iter().find_map(|word| {
        let at = text.find(&[word, name.as_str()].concat())?;
        Some(at + word.len() + name.len())
    })?;
    let equals = declared + text.get(declared..)?.find('=')? + 1;
    let rest = text.get(equals..)?;
    let trimmed = rest.trim_start();
    (!name.is_empty() && trimmed.starts_with('{')).then_some(equals + rest.len() - trimmed.len())
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    line: u32,
    column: u32,
    nodes: usize,
    unread: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn place_at(&mut self, at: usize) {
        let before = self.text.get(..at).unwrap_or_default();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.line = count(before.matches('\n').count()).saturating_add(1);
        self.column = count(before.rsplit('\n').next().unwrap_or_default().chars().count()) + 1;
    }

    fn here(&self) -> Place {
        let (line, column) = (self.line, self.column);
        Place {
            file: self.file,
            line,
            column,
            end_line: line,
            end_column: column.saturating_add(1),
        }
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn starts_with(&self, start: &str) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.starts_with(start))
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        if letter == '\n' {
            self.line = self.line.saturating_add(1);
            self.column = 1;
        } else {
            self.column = self.column.saturating_add(1);
        }
        Some(letter)
    }

    /// White space and comments.
    fn skip(&mut self) {
        loop {
            if self.starts_with("//") {
                while self.peek().is_some_and(|letter| letter != '\n') {
                    self.next();
                }
            } else if self.starts_with("/*") {
                while self.peek().is_some() && !self.starts_with("*/") {
                    self.next();
                }
                self.next();
                self.next();
            } else if self.peek().is_some_and(char::is_whitespace) {
                self.next();
            } else {
                return;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        self.skip();
        self.nodes += 1;
        if depth == 0 || self.nodes > NODES {
            return None;
        }
        let (start, place) = (self.at, self.here());
        let node = match self.peek()? {
            '{' => self.object(place, depth)?,
            '[' => self.array(place, depth)?,
            '\'' | '"' | '`' => self.string(place)?,
            _ => self.word(place),
        };
        // `as const`, `+ x`, a call: only what ends here is a plain value.
        self.skip();
        let is_plain = self.peek().is_none_or(|it| matches!(it, ',' | '}' | ']' | ';'))
            || self.starts_with("as ")
            || self.starts_with("satisfies ")
            || depth == DEPTH;
        let end = self.expression_end();
        if is_plain {
            return Some(node);
        }
        Some(unresolved(place, SmolStr::new(self.text.get(start..end)?.trim())))
    }

    /// Goes to the comma or bracket that ends an expression; gives where it is.
    fn expression_end(&mut self) -> usize {
        let mut depth = 0_usize;
        while let Some(letter) = self.peek() {
            match letter {
                ',' | ';' | '}' | ']' | ')' if depth == 0 => break,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                '\'' | '"' | '`' => {
                    let place = self.here();
                    if self.string(place).is_none() {
                        break;
                    }
                    continue;
                }
                _ => {}
            }
            self.next();
        }
        self.at
    }

    fn string(&mut self, place: Place) -> Option<Node> {
        let start = self.at;
        let quote = self.next()?;
        let mut text = String::new();
        let mut is_computed = false;
        loop {
            match self.next()? {
                '\\' => match self.next()? {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    '\n' => {}
                    letter => text.push(letter),
                },
                letter if letter == quote => break,
                '$' if quote == '`' && self.peek() == Some('{') => {
                    is_computed = true;
                    text.push('$');
                }
                letter => text.push(letter),
            }
        }
        let end = Place { end_line: self.line, end_column: self.column, ..place };
        if is_computed {
            return Some(unresolved(end, SmolStr::new(self.text.get(start..self.at)?)));
        }
        Some(Node::text(end, text))
    }

    /// A number, a constant, or the name of something.
    fn word(&mut self, place: Place) -> Node {
        let start = self.at;
        while self.peek().is_some_and(|it| is_name(it) || matches!(it, '.' | '-')) {
            self.next();
        }
        let word = self.text.get(start..self.at).unwrap_or_default();
        let end = Place { end_column: self.column, ..place };
        match word {
            "true" => Node::bool(end, true),
            "false" => Node::bool(end, false),
            "null" | "undefined" => Node::null(end),
            number if number.parse::<f64>().is_ok() && !number.starts_with(['i', 'n', 'N']) => {
                Node::new(end, Kind::Number(SmolStr::new(number)))
            }
            name => unresolved(end, SmolStr::new(name)),
        }
    }

    fn array(&mut self, place: Place, depth: usize) -> Option<Node> {
        self.next()?;
        let mut items = Vec::new();
        loop {
            self.skip();
            match self.peek()? {
                ']' => break,
                ',' => {}
                _ if self.starts_with("...") => self.spread(),
                _ => {
                    let before = self.at;
                    items.push(self.value(depth - 1)?);
                    if self.at == before {
                        return None;
                    }
                    continue;
                }
            }
            if self.peek() == Some(',') {
                self.next();
            }
        }
        self.next()?;
        Some(Node::list(place, items))
    }

    /// `...name`: what it adds is not known.
    fn spread(&mut self) {
        let (start, place) = (self.at, self.here());
        let end = self.expression_end();
        let text = self.text.get(start..end).unwrap_or_default().trim();
        let message = format!("what `{}` adds is computed; it is not looked at", one_line(text));
        self.unread.push(Diagnostic::error(place, message));
    }

    fn object(&mut self, place: Place, depth: usize) -> Option<Node> {
        self.next()?;
        let mut map = Map::new();
        loop {
            self.skip();
            match self.peek()? {
                '}' => break,
                ',' => {
                    self.next();
                }
                _ if self.starts_with("...") => self.spread(),
                _ => self.entry(&mut map, depth)?,
            }
        }
        self.next()?;
        Some(Node::new(place, Kind::Map(map)))
    }

    fn entry(&mut self, map: &mut Map, depth: usize) -> Option<()> {
        let (start, place) = (self.at, self.here());
        let key = match self.peek()? {
            '\'' | '"' => self.string(place)?.as_str().map(SmolStr::new),
            letter if is_name(letter) => {
                while self.peek().is_some_and(is_name) {
                    self.next();
                }
                self.text.get(start..self.at).map(SmolStr::new)
            }
            _ => None,
        };
        self.skip();
        match (key, self.peek()?) {
            (Some(key), ':') => {
                self.next();
                let value = self.value(depth - 1)?;
                map.insert_at(key, place, value);
            }
            // `{ hello }` stands for a variable of that name.
            (Some(key), ',' | '}') => {
                map.insert_at(key.clone(), place, unresolved(place, key));
            }
            _ => {
                self.expression_end();
                if self.at == start {
                    return None;
                }
                let message = "what stands here is computed; it is not looked at";
                self.unread.push(Diagnostic::error(place, message));
            }
        }
        Some(())
    }
}

/// The first line of a text.
fn one_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use source_text::{FileId, to_json_compact};

    use super::parse_code;

    fn json(text: &str) -> Option<String> {
        parse_code(FileId(0), text).map(|(node, _)| to_json_compact(&node))
    }

    #[test]
    fn a_plain_object_is_read() {
        let text = "import type { AWS } from 'x';\nconst configuration: AWS = {\n  service: 'a', // b\n  \
                    provider: { name: 'aws', memorySize: 512, on: true, },\n  plugins: ['x'] as const,\n};\n\
                    module.exports = configuration;\n";
        assert_eq!(
            json(text).unwrap(),
            "{\"service\":\"a\",\"provider\":{\"name\":\"aws\",\"memorySize\":512,\"on\":true},\
             \"plugins\":[\"x\"]}"
        );
        let (node, _) = parse_code(FileId(0), text).unwrap();
        assert_eq!(node.get("provider").unwrap().get("name").unwrap().place.line, 4);
    }

    #[test]
    fn what_is_computed_is_unknown() {
        let text = "export default { service: name(), functions: { hello, ...more }, a: 'b' + c };";
        let (node, unread) = parse_code(FileId(0), text).unwrap();
        assert_eq!(
            to_json_compact(&node),
            "{\"service\":{\"Fn::Unresolved\":\"name()\"},\"functions\":{\"hello\":\
             {\"Fn::Unresolved\":\"hello\"}},\"a\":{\"Fn::Unresolved\":\"'b' + c\"}}"
        );
        assert_eq!(unread.len(), 1);
    }

    #[test]
    fn a_function_is_no_object() {
        assert_eq!(json("module.exports = () => ({})"), None);
        assert_eq!(json("module.exports = {"), None);
        assert_eq!(json("const a = 1"), None);
    }
}
