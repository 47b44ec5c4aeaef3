//! What the grammar does not know, in words of the same length that it knows: places stay.

use std::collections::HashSet;

/// A source that the grammar reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rewritten {
    /// As long as the source, byte by byte.
    pub(crate) text: String,
    /// Where the key of a spread in a mapping begins (`...x` became `_: x`), or what is spread in a list.
    pub(crate) spreads: HashSet<usize>,
    /// Where the types of parameters end that may be left out, without the `?`.
    pub(crate) nullable: HashSet<usize>,
    /// Where declarations of extensions stood.
    pub(crate) extensions: Vec<usize>,
}

/// Types that are a part of what a resource takes.
const DERIVED: [&[u8]; 2] = [b"resourceInput<", b"resourceOutput<"];

/// Rewrites spreads, indexes from the end, derived types, extensions.
pub(crate) fn rewrite(text: &str) -> Rewritten {
    let mut scan = Scan {
        bytes: text.as_bytes().to_vec(),
        at: 0,
        open: Vec::new(),
        made: Rewritten::default(),
    };
    scan.run();
    let Scan { bytes, mut made, .. } = scan;
    made.text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => text.to_owned(),
    };
    made
}

struct Scan {
    bytes: Vec<u8>,
    at: usize,
    /// Brackets around, innermost last; `$` is a value within a text.
    open: Vec<u8>,
    made: Rewritten,
}

impl Scan {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn begins(&self, with: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(with))
    }

    fn fill(&mut self, start: usize, end: usize, with: u8) {
        for byte in self.bytes.get_mut(start..end).into_iter().flatten() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = with;
            }
        }
    }

    fn put(&mut self, start: usize, words: &[u8]) {
        if let Some(place) = self.bytes.get_mut(start..start + words.len()) {
            place.copy_from_slice(words);
        }
    }

    /// The end of the line that `at` stands in.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter().position(|byte| *byte == b'\n').map_or(self.bytes.len(), |length| at + length)
    }

    fn run(&mut self) {
        let mut is_line_start = true;
        while self.at < self.bytes.len() {
            if is_line_start && self.open.is_empty() {
                self.statement();
            }
            is_line_start = self.byte(self.at) == b'\n';
            self.step();
        }
    }

    /// The first words of a statement.
    fn statement(&mut self) {
        let is_extension = self.begins(b"extension ")
            || self.begins(b"provider ") && self.byte(self.at + 9) != b'\'';
        if is_extension {
            let start = self.at;
            self.made.extensions.push(start);
            let mut end = self.line_end(start);
            let mut depth = 0_usize;
            let mut at = start;
            while at < self.bytes.len() && (at < end || depth > 0) {
                match self.byte(at) {
                    b'{' => depth += 1,
                    b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                at += 1;
            }
            end = end.max(at);
            self.fill(start, end, b' ');
        } else if self.begins(b"param ") {
            let end = self.line_end(self.at);
            let line = self.bytes.get(self.at..end).unwrap_or_default();
            let length = line.trim_ascii_end().len();
            if line.get(length.saturating_sub(1)) == Some(&b'?') && !line.contains(&b'=') {
                let mark = self.at + length - 1;
                self.put(mark, b" ");
                self.made.nullable.insert(mark);
            }
        }
    }

    fn step(&mut self) {
        let at = self.at;
        match self.byte(at) {
            b'/' if self.byte(at + 1) == b'/' => self.at = self.line_end(at),
            b'/' if self.byte(at + 1) == b'*' => {
                let rest = self.bytes.get(at + 2..).unwrap_or_default();
                let length = rest.windows(2).position(|pair| pair == b"*/");
                self.at = length.map_or(self.bytes.len(), |length| at + length + 4);
            }
            b'\'' if self.begins(b"'''") => {
                let rest = self.bytes.get(at + 3..).unwrap_or_default();
                let length = rest.windows(3).position(|three| three == b"'''");
                self.at = length.map_or(self.bytes.len(), |length| at + length + 6);
            }
            b'\'' => {
                self.at += 1;
                self.words();
            }
            bracket @ (b'{' | b'[' | b'(') => {
                self.open.push(bracket);
                if bracket == b'['
                    && self.byte(at + 1) == b'^'
                    && self.byte(at + 2).is_ascii_digit()
                {
                    self.put(at + 1, b"-");
                }
                self.at += 1;
            }
            b'}' | b']' | b')' => {
                self.at += 1;
                if self.open.pop() == Some(b'$') {
                    self.words();
                }
            }
            b'.' if self.begins(b"...") => {
                match self.open.last() {
                    Some(b'{') => {
                        self.put(at, b"_: ");
                        self.made.spreads.insert(at);
                    }
                    Some(b'[') => {
                        self.put(at, b"   ");
                        let rest = self.bytes.get(at..).unwrap_or_default();
                        let blank =
                            rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                        self.made.spreads.insert(at + blank);
                    }
                    _ => {}
                }
                self.at += 3;
            }
            b'r' if DERIVED.iter().any(|word| self.begins(word)) => self.derived(),
            _ => self.at += 1,
        }
    }

    /// The rest of a text, to its end or to a value in it.
    fn words(&mut self) {
        while self.at < self.bytes.len() {
            match self.byte(self.at) {
                b'\\' => self.at += 2,
                b'\n' => return,
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'$' if self.byte(self.at + 1) == b'{' => {
                    self.open.push(b'$');
                    self.at += 2;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// `resourceInput<'T@v'>.properties.x[*]` is some mapping.
    fn derived(&mut self) {
        let start = self.at;
        let line = self.line_end(start);
        let rest = self.bytes.get(start..line).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| *byte == b'>') else {
            self.at += 1;
            return;
        };
        let mut end = start + length + 1;
        loop {
            let (sign, next) = (self.byte(end), self.byte(end + 1));
            if sign == b'.' && (next.is_ascii_alphabetic() || next == b'_') {
                end += 1;
                while self.byte(end).is_ascii_alphanumeric() || self.byte(end) == b'_' {
                    end += 1;
                }
            } else if sign == b'[' && next == b'*' && self.byte(end + 2) == b']' {
                end += 3;
            } else {
                break;
            }
        }
        let word = b"object";
        self.fill(start, end, b' ');
        self.put(end - word.len(), word);
        self.at = end;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::rewrite;

    fn text(text: &str) -> String {
        rewrite(text).text
    }

    #[test]
    fn spreads_become_properties_and_items_at_their_places() {
        let made = rewrite("var a = { ...b }\nvar c = [...b, '...{']\n");
        assert_eq!(made.text, "var a = { _: b }\nvar c = [   b, '...{']\n");
        assert!(made.spreads.contains(&10) && made.spreads.contains(&29), "{made:?}");
        assert_eq!(text("// ...x\nvar a = '${{ ...b }}'"), "// ...x\nvar a = '${{ _: b }}'");
    }

    #[test]
    fn indexes_types_and_extensions_are_rewritten() {
        assert_eq!(text("var a = b[^1]"), "var a = b[-1]");
        let made = text("param p resourceInput<'A/b@1'>.properties.c[*]? = {}");
        assert!(made.starts_with("param p ") && made.ends_with(" object? = {}"), "{made}");
        assert_eq!(
            text("extension g with {\n  a: 1\n} as k\nvar x = 1").trim_start(),
            "as k\nvar x = 1"
        );
        let made = rewrite("param a b?\nparam c string? = 'x'\n");
        assert_eq!(
            (made.text.as_str(), made.nullable.len()),
            ("param a b \nparam c string? = 'x'\n", 1)
        );
    }

    proptest! {
        #[test]
        fn every_text_keeps_its_length(text in r"([\{\}\[\]\(\)'$.\^/*\n\\ a-cé?<>]|extension |param |resourceInput<|\.\.\.){0,60}") {
            let made = rewrite(&text);
            prop_assert_eq!(made.text.len(), text.len());
            let lines = |it: &str| it.matches('\n').count();
            prop_assert_eq!(lines(&made.text), lines(&text));
        }
    }
}
