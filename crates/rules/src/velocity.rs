//! Velocity templates (VTL): which outside data they put into their output, and how.
//!
//! A template is not run: what stands between quotes, in calls and in directives is enough to tell
//! a value that is copied as it came from one that was encoded.

use std::collections::HashSet;

/// Calls and directives nested deeper than this end the reading.
const MAX_DEPTH: usize = 64;

/// Calls that only hand on what they are given.
const HANDS_ON: [&str; 3] = ["util.defaultIfNull", "util.defaultIfNullOrEmpty", "util.qr"];

/// Outside data that a template copies into its output without encoding it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Copied<'a> {
    /// As written, without `$` and braces: `input.params('id')`, `ctx.args.id`, `body.name`.
    pub(crate) text: &'a str,
    /// Whether it stands between double quotes of the output.
    pub(crate) quoted: bool,
}

/// What `template` copies into its output as it came: references whose path `is_outside` accepts,
/// and variables that were set to such a reference.
pub(crate) fn copied(template: &str, is_outside: fn(&str) -> bool) -> Vec<Copied<'_>> {
    let mut reader = Reader {
        template,
        is_outside,
        frames: Vec::new(),
        tainted: HashSet::new(),
        quoted: false,
        found: Vec::new(),
    };
    reader.read();
    reader.found
}

/// A call or directive whose parenthesis is open.
struct Frame<'a> {
    kind: FrameKind,
    /// The variable that a directive sets.
    target: Option<&'a str>,
    /// The quote of a text argument that is open.
    text: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    /// `#set(`, `#foreach(`.
    Sets,
    /// `#if(` and the like, and calls that encode, check or compute.
    Absorbs,
    /// A call that hands on its arguments, or a plain parenthesis.
    HandsOn,
}

struct Reader<'a> {
    template: &'a str,
    is_outside: fn(&str) -> bool,
    frames: Vec<Frame<'a>>,
    tainted: HashSet<&'a str>,
    quoted: bool,
    found: Vec<Copied<'a>>,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        let bytes = self.template.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at).copied() {
            let in_text = self.frames.last().and_then(|frame| frame.text);
            match byte {
                b'\\' => at += 1,
                b'$' if in_text != Some(b'\'') => at = self.reference(at),
                b'#' if in_text.is_none() => at = self.directive(at),
                b'"' if self.frames.is_empty() => self.quoted = !self.quoted,
                b'"' | b'\'' => self.toggle_text(byte),
                b'(' if in_text.is_none() => self.open_plain(),
                b')' if in_text.is_none() => {
                    self.frames.pop();
                }
                _ => {}
            }
            if self.frames.len() > MAX_DEPTH {
                return;
            }
            at += 1;
        }
    }

    fn toggle_text(&mut self, quote: u8) {
        if let Some(frame) = self.frames.last_mut() {
            match frame.text {
                None => frame.text = Some(quote),
                Some(open) if open == quote => frame.text = None,
                Some(_) => {}
            }
        }
    }

    /// A parenthesis within a call; one in the output's own text means nothing.
    fn open_plain(&mut self) {
        if !self.frames.is_empty() {
            self.push(FrameKind::HandsOn);
        }
    }

    fn push(&mut self, kind: FrameKind) {
        self.frames.push(Frame { kind, target: None, text: None });
    }

    /// `#set(`, `#if (`; returns the last byte that was read.
    fn directive(&mut self, at: usize) -> usize {
        let rest = self.template.get(at + 1..).unwrap_or_default();
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let name_length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let name = rest.get(..name_length).unwrap_or_default();
        let kind = match name {
            "set" | "foreach" => FrameKind::Sets,
            "if" | "elseif" | "return" | "stop" => FrameKind::Absorbs,
            _ => return at,
        };
        let after = rest.get(name_length..).unwrap_or_default();
        let after = after.strip_prefix('}').unwrap_or(after);
        let spaces = after.bytes().take_while(|byte| *byte == b' ').count();
        if after.as_bytes().get(spaces) != Some(&b'(') {
            return at;
        }
        self.push(kind);
        self.template.len() - after.len() + spaces
    }

    /// `$name.of.something`, `${name}`, `$!name`; returns the last byte that was read.
    fn reference(&mut self, at: usize) -> usize {
        let rest = self.template.get(at + 1..).unwrap_or_default();
        let body = rest.strip_prefix('!').unwrap_or(rest);
        let body = body.strip_prefix('{').unwrap_or(body);
        let length = body
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
            .count();
        let path = body.get(..length).unwrap_or_default();
        let path = path.trim_end_matches(['.', '-']);
        if !path.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return at;
        }
        let end = self.template.len() - body.len() + path.len();
        self.refer(path, end);
        if self.template.as_bytes().get(end) == Some(&b'(') {
            let kind = if HANDS_ON.contains(&path) || !path.starts_with("util.") {
                FrameKind::HandsOn
            } else {
                FrameKind::Absorbs
            };
            self.push(kind);
            return end;
        }
        end.saturating_sub(1)
    }

    fn refer(&mut self, path: &'a str, end: usize) {
        let name = path.split('.').next().unwrap_or(path);
        if let Some(frame) = self.frames.last_mut()
            && frame.kind == FrameKind::Sets
            && frame.target.is_none()
        {
            frame.target = Some(name);
            return;
        }
        let tainted = (self.is_outside)(path) || self.tainted.contains(name);
        let absorbed = self.frames.iter().any(|frame| frame.kind == FrameKind::Absorbs);
        if !tainted || absorbed {
            return;
        }
        if let Some(target) = self.frames.iter().rev().find_map(|frame| frame.target) {
            // Names of parameters and counts are not the parameters' values. How far is looked on
            // is bounded, as a hostile template may be one line of references.
            let bytes = self.template.as_bytes().get(end..).unwrap_or_default();
            let line = bytes.iter().take(200).take_while(|byte| **byte != b'\n').count();
            let line = String::from_utf8_lossy(bytes.get(..line).unwrap_or_default());
            let measured = |text: &str| text.contains("keySet") || text.contains("size()");
            if !measured(path) && !measured(&line) {
                self.tainted.insert(target);
            }
        } else if self.frames.is_empty() {
            let text = with_arguments(self.template, end, path);
            self.found.push(Copied { text, quoted: self.quoted });
        }
    }
}

/// A reference with its arguments, when it is a call with few of them; `end` is where its path ends.
fn with_arguments<'a>(template: &'a str, end: usize, path: &'a str) -> &'a str {
    let rest = template.as_bytes().get(end..).unwrap_or_default();
    let close = rest.iter().take(60).position(|byte| *byte == b')');
    close
        .filter(|_| rest.first() == Some(&b'('))
        .and_then(|close| {
            let after = rest.get(close + 1..).unwrap_or_default();
            template.get(end - path.len()..=end + close + length_of_fields(after))
        })
        .unwrap_or(path)
}

/// How many bytes of `.path.id` stand behind a call; none when they name another call.
fn length_of_fields(after: &[u8]) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let length = after.iter().take(60).take_while(|byte| is_part(byte)).count();
    let is_field = after.first() == Some(&b'.')
        && after.get(1).is_some_and(u8::is_ascii_alphabetic)
        && after.get(length) != Some(&b'(');
    let fields = after.get(..length).filter(|_| is_field).unwrap_or_default();
    fields.iter().rposition(|byte| *byte != b'.').map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::{Copied, copied};

    fn outside(path: &str) -> bool {
        path.starts_with("input.") || path.starts_with("ctx.args")
    }

    fn check(template: &str, expected: &[(&str, bool)]) {
        let found = copied(template, outside);
        let expected: Vec<_> =
            expected.iter().map(|&(text, quoted)| Copied { text, quoted }).collect();
        assert_eq!(found, expected, "{template}");
    }

    #[test]
    fn what_is_encoded_is_not_copied() {
        check(r#"{"id": "$ctx.args.id"}"#, &[("ctx.args.id", true)]);
        check(
            r#"{"id": "${ctx.args.id}", "n": $ctx.args.n}"#,
            &[("ctx.args.id", true), ("ctx.args.n", false)],
        );
        check(r#"{"id": $util.dynamodb.toDynamoDBJson($ctx.args.id)}"#, &[]);
        check(r#"{"id": "$util.escapeJavaScript($input.params('id'))"}"#, &[]);
        check("Action=SendMessage&MessageBody=$util.urlEncode($input.body)", &[]);
        check("Action=SendMessage&MessageBody=$input.body", &[("input.body", false)]);
        check(r#"{"id": "$input.params().path.id"}"#, &[("input.params().path.id", true)]);
        check(r#"{"id": "$input.params('id')..."}"#, &[("input.params('id')", true)]);
        check(r#"{"id": "$input.params('id').trim()"}"#, &[("input.params('id')", true)]);
    }

    #[test]
    fn a_variable_carries_what_it_was_set_to() {
        check("#set($root = $input.path('$'))\n{\"a\": \"$root.name\"}", &[("root.name", true)]);
        check("#set($id = $util.urlEncode($input.params('id')))\n{\"a\": \"$id\"}", &[]);
        check("#foreach($p in $input.params().keySet())\"$p\"#end", &[]);
        check("#if($ctx.args.id)\"x\"#end", &[]);
        check("#set ($x = $util.defaultIfNull($ctx.args.limit, 20)) \"$x\"", &[("x", true)]);
    }

    #[test]
    fn hostile_templates_are_read_in_one_pass() {
        let line = format!("#set($a = {})", "$input.x ".repeat(200_000));
        assert!(copied(&line, outside).is_empty());
        let deep = "$ctx.args.f(".repeat(100_000);
        assert_eq!(copied(&deep, outside).len(), 1);
        assert!(copied("$", outside).is_empty());
        assert!(copied("#set(", outside).is_empty());
        assert!(copied("${é} $!{", outside).is_empty());
    }

    #[test]
    fn quotes_and_parentheses_in_arguments_do_not_confuse() {
        check(
            r#"{"a": "$input.params('x)')", "b": "$ctx.args.b"}"#,
            &[("input.params('x)", true), ("ctx.args.b", true)],
        );
        check(r#"{"a": "it's (odd", "b": "$ctx.args.b"}"#, &[("ctx.args.b", true)]);
    }
}
