//! A look at the text before the parser gets it, for depth that brackets do not show.
//!
//! Recursive parsers go one level deeper with every `!`, `a =`, `a ? b :`, `a =>`, `else if`, `for (…)`,
//! `<a>`, and a stack that ends takes the process with it. Here those are counted that may still be
//! open: a `;` or `,` closes those of its bracket. That needs to know what is a text or a comment, of
//! which a scanner can be unsure (JSX; a `/` behind `}`); from there on nothing is closed any more. So
//! the count is never too low, and too high only for texts that people do not write.

/// Levels that the parser gets through on a stack of 64 MB in a debug build, less a margin.
const MAX_OPEN: usize = 20_000;

/// Reserved words that begin an operand or a statement inside of another.
const DEEPER: &[&[u8]] = &[
    b"delete", b"do", b"export", b"extends", b"for", b"if", b"new", b"typeof", b"void", b"while",
    b"with",
];

/// The same, but they may be names of variables, too.
const PERHAPS_DEEPER: &[&[u8]] = &[
    b"abstract",
    b"async",
    b"asserts",
    b"await",
    b"declare",
    b"infer",
    b"keyof",
    b"of",
    b"readonly",
    b"unique",
    b"yield",
];

/// Other reserved words behind which a `/` begins a regular expression.
const BEFORE_OPERAND: &[&[u8]] = &[
    b"break",
    b"case",
    b"continue",
    b"debugger",
    b"default",
    b"in",
    b"instanceof",
    b"return",
    b"throw",
];

/// Words before a bracket behind which a statement stands.
const HEADS: &[&[u8]] = &[b"if", b"for", b"while", b"with"];

/// Whether the parser may recurse too deeply; with `has_elements`, `<a>` is JSX.
pub(crate) fn exceeds_depth(text: &str, has_elements: bool) -> bool {
    // No text is deeper than it is long.
    if text.len() <= MAX_OPEN {
        return false;
    }
    let rest = text.trim_start_matches('\u{feff}');
    Scanner {
        text: text.as_bytes(),
        has_elements,
        is_unsure: rest.starts_with("#!") && rest.len() < text.len(),
        is_new_line: true,
        // The first line of a program for a shell is no code.
        at: if text.starts_with("#!") { line_end(text.as_bytes()) } else { 0 },
        ..Scanner::default()
    }
    .exceeds()
}

/// What stands before the next token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    /// Nothing that a `/` could divide.
    #[default]
    Operator,
    /// A value.
    Operand,
    /// One or the other.
    Unclear,
}

/// What began at a bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opener {
    /// `(` of `if (…)` and the like.
    Head,
    /// `${` in a template.
    Hole,
    Other,
}

/// The state outside of a bracket that is open.
struct Level {
    opener: Opener,
    open: usize,
    kept: usize,
    kept_in_list: usize,
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "the state of a scanner, read in one place each")]
struct Scanner<'t> {
    text: &'t [u8],
    has_elements: bool,
    at: usize,
    before: Before,
    /// The last token was one of [`HEADS`], or `for await`.
    is_head: bool,
    /// Dots in a row just before.
    dots: u8,
    /// No token stands before on this line.
    is_new_line: bool,
    /// Levels that are open, in all brackets together.
    open: usize,
    /// Those of them that a `;` leaves open.
    kept: usize,
    /// Those of them that a `,` leaves open: arguments of types, too.
    kept_in_list: usize,
    levels: Vec<Level>,
    is_unsure: bool,
    /// A dot is one level deeper: `namespace a.b.c`.
    is_namespace: bool,
}

impl<'t> Scanner<'t> {
    fn exceeds(mut self) -> bool {
        while let Some(byte) = self.ahead(0) {
            self.step(byte);
            if self.open > MAX_OPEN {
                return true;
            }
        }
        false
    }

    fn ahead(&self, by: usize) -> Option<u8> {
        self.text.get(self.at + by).copied()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self, byte: u8) {
        match byte {
            b' ' | b'\t' | 0x0b | 0x0c => {
                self.at += 1;
                return;
            }
            b'\n' | b'\r' => {
                self.at += 1;
                self.is_new_line = true;
                return;
            }
            b'/' if !self.is_unsure && matches!(self.ahead(1), Some(b'/' | b'*')) => {
                self.comment();
                return;
            }
            b'.' => {
                self.at += 1;
                self.dots = self.dots.saturating_add(1);
                self.open += usize::from(self.is_namespace);
                self.before = Before::Operator;
                self.is_new_line = false;
                return;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'#' | b'\\' | b'0'..=b'9' | 0x80.. => {
                self.word(byte);
                self.dots = 0;
                self.is_new_line = false;
                return;
            }
            b'/' => self.slash(),
            b'"' | b'\'' if !self.is_unsure => self.quoted(byte),
            b'`' if !self.is_unsure => {
                self.at += 1;
                self.template();
            }
            b'(' | b'[' | b'{' => {
                self.at += 1;
                let is_head = byte == b'(' && self.is_head;
                self.push(if is_head { Opener::Head } else { Opener::Other });
            }
            b')' | b']' | b'}' => self.close(byte),
            b';' | b',' => self.separator(byte),
            _ => self.operator(byte),
        }
        self.is_head = false;
        self.is_namespace = false;
        self.dots = 0;
        self.is_new_line = false;
    }

    fn comment(&mut self) {
        let rest = self.rest();
        let length = if rest.starts_with(b"//") {
            line_end(rest)
        } else {
            let inner = rest.get(2..).unwrap_or_default();
            let end = inner.windows(2).position(|pair| pair == b"*/");
            end.map_or(rest.len(), |end| end + 4)
        };
        // Some line breaks take three bytes; too many lines are begun rather than too few.
        let has_break = |byte: &u8| matches!(byte, b'\n' | b'\r' | 0xE2);
        let is_new_line = rest.get(..length).unwrap_or_default().iter().any(has_break);
        self.is_new_line |= is_new_line;
        self.at += length;
    }

    fn word(&mut self, first: u8) {
        let is_number = first.is_ascii_digit();
        let rest = self.rest();
        let is_part = |byte: &u8| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'$' | b'#' | b'\\' | 0x80..)
                || (is_number && *byte == b'.')
        };
        let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len()).max(1);
        let word = rest.get(..length).unwrap_or_default();
        let is_ascii = word.is_ascii();
        let is_field = self.dots == 1;
        let was_head = self.is_head;
        self.is_head = false;
        self.before = Before::Operand;
        if !is_ascii && has_space(word) {
            // A space that is no ASCII; words between such spaces are not looked at one by one.
            self.is_unsure = true;
            self.open += length;
        } else if is_field || !(2..=10).contains(&length) {
        } else if word == b"else" {
            // A chain of `else if` goes on behind a `;`.
            self.open += 1;
            self.kept += 1;
            self.kept_in_list += 1;
            self.before = Before::Operator;
        } else if DEEPER.contains(&word) {
            self.is_head = HEADS.contains(&word);
            self.open += if self.is_head { 3 } else { 1 };
            self.before = Before::Operator;
        } else if PERHAPS_DEEPER.contains(&word) {
            self.is_head = was_head && word == b"await";
            self.open += 1;
            self.before = Before::Unclear;
        } else if matches!(word, b"namespace" | b"module") {
            self.is_namespace = true;
        } else if BEFORE_OPERAND.contains(&word) {
            self.before = Before::Operator;
        }
        self.at += length;
    }

    /// A `/` that begins no comment.
    fn slash(&mut self) {
        self.at += 1;
        if self.is_unsure {
            return;
        }
        match self.before {
            Before::Operand if !self.is_new_line => self.before = Before::Operator,
            Before::Operator => self.regex(),
            _ => self.is_unsure = true,
        }
    }

    fn regex(&mut self) {
        let mut in_class = false;
        while let Some(byte) = self.ahead(0) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => break,
                b'\n' | b'\r' => {
                    self.is_unsure = true;
                    break;
                }
                _ => {}
            }
        }
        self.before = Before::Operand;
    }

    fn quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(byte) = self.ahead(0) {
            self.at += 1;
            match byte {
                b'\\' if self.ahead(0) == Some(b'\r') && self.ahead(1) == Some(b'\n') => {
                    self.at += 2;
                }
                b'\\' => self.at += 1,
                b'\n' | b'\r' => {
                    self.is_unsure = true;
                    break;
                }
                _ if byte == quote => break,
                _ => {}
            }
        }
        self.before = Before::Operand;
    }

    /// The text of a template, up to its end or the next `${`.
    fn template(&mut self) {
        self.before = Before::Operand;
        while let Some(byte) = self.ahead(0) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => return,
                b'$' if self.ahead(0) == Some(b'{') => {
                    self.at += 1;
                    return self.push(Opener::Hole);
                }
                _ => {}
            }
        }
    }

    fn push(&mut self, opener: Opener) {
        let (open, kept, kept_in_list) = (self.open, self.kept, self.kept_in_list);
        self.levels.push(Level { opener, open, kept, kept_in_list });
        self.open += 1;
        (self.kept, self.kept_in_list) = (self.open, self.open);
        self.before = Before::Operator;
    }

    fn close(&mut self, byte: u8) {
        self.at += 1;
        self.before = if byte == b'}' { Before::Unclear } else { Before::Operand };
        if self.is_unsure {
            return;
        }
        let Some(level) = self.levels.pop() else { return };
        (self.open, self.kept, self.kept_in_list) = (level.open, level.kept, level.kept_in_list);
        match level.opener {
            Opener::Hole => self.template(),
            Opener::Head => self.before = Before::Operator,
            Opener::Other => {}
        }
    }

    fn separator(&mut self, byte: u8) {
        self.at += 1;
        self.before = Before::Operator;
        if self.is_unsure {
            return;
        }
        if byte == b';' {
            self.kept_in_list = self.kept;
        }
        self.open = self.kept_in_list;
    }

    fn operator(&mut self, byte: u8) {
        let before = std::mem::take(&mut self.before);
        let next = self.ahead(1);
        self.at += 1;
        match byte {
            b'=' => {
                self.open += 1;
                while matches!(self.ahead(0), Some(b'=' | b'>')) {
                    self.at += 1;
                }
            }
            b'?' if next == Some(b'.') => {}
            b'~' | b'?' | b':' | b'@' => self.open += 1,
            b'!' => {
                self.open += 1;
                // Behind a value it may be the `!` of TypeScript.
                let is_prefix = before == Before::Operator;
                self.before = if is_prefix { before } else { Before::Unclear };
            }
            b'*' if next == Some(b'*') => {
                self.at += 1;
                self.open += 1;
            }
            b'+' | b'-' if next == Some(byte) => {
                self.at += 1;
                self.open += 1;
                self.before = before;
                // A line that begins with `-->` is a comment.
                let is_comment = byte == b'-' && self.ahead(0) == Some(b'>') && self.is_new_line;
                self.is_unsure |= is_comment;
            }
            b'+' | b'-' if before != Before::Operand => self.open += 1,
            b'<' => {
                self.open += 2;
                self.kept_in_list = self.open;
                // Only JSX begins where a value is expected; `<!--` is a comment.
                let may_begin = before != Before::Operand || self.is_new_line;
                self.is_unsure |= (self.has_elements && may_begin) || next == Some(b'!');
            }
            b'>' => self.before = Before::Unclear,
            _ => {}
        }
    }
}

/// Bytes before the end of the first line.
fn line_end(text: &[u8]) -> usize {
    let is_end = |at: &usize| {
        let rest = text.get(*at..).unwrap_or_default();
        matches!(rest, [b'\n' | b'\r', ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..])
    };
    (0..text.len()).find(is_end).unwrap_or(text.len())
}

/// Whether there is a space in a word that is no ASCII.
fn has_space(word: &[u8]) -> bool {
    String::from_utf8_lossy(word).chars().any(|c| c.is_whitespace() || c == '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{MAX_OPEN, exceeds_depth};

    fn check(piece: &str, has_elements: bool, expect: bool) {
        let text = piece.repeat(MAX_OPEN + 1);
        assert_eq!(exceeds_depth(&text, has_elements), expect, "{piece}");
    }

    #[test]
    fn what_stays_open_counts() {
        for piece in ["!", "typeof ", "a=", "a=>", "a?b:", "if(a)", "if(a)b;else ", "a:", "for(;;)"]
        {
            check(piece, true, true);
        }
        check("A<b,", false, true);
        assert!(exceeds_depth(&format!("namespace a{}", ".b".repeat(MAX_OPEN + 1)), false));
        check("<a>it's;", true, true);
    }

    #[test]
    fn what_ends_does_not() {
        for piece in [
            "a=!b;",
            "f(!a),",
            "a.delete.b;",
            "if(a){b=1}c();",
            "x<y;",
            "/[/\"]/g,",
            "`${!a}!`;",
            "'!!!!!',",
            "// !!!\n",
            "/* == */",
            "a?.b.c;",
            "x=a/b/c;",
            "if(a)/[`]/.test(b);",
        ] {
            check(piece, true, false);
        }
    }

    #[test]
    fn what_may_be_a_text_or_not_counts() {
        for piece in [
            "!/*;*/",
            "!//;\n",
            "!'a;';!",
            "a.if(b)/!",
            "1./!",
            "}/`/.x=",
            "import'a'\n/'/.x=",
            "typeof\u{a0}",
            "!//\u{2028}",
        ] {
            let text = format!("{piece}{}", "!".repeat(MAX_OPEN + 1));
            assert!(exceeds_depth(&text, true), "{piece}");
        }
    }
}
