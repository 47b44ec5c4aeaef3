//! A name that may say secret, and the value that stands under it, in any notation: `NAME=value`,
//! `"name": "value"`, `<name>value</name>`, `name := "value"`, `("NAME", "value")`, `--name value`,
//! `name: NAME` with `value: …` beside it.

use std::ops::Range;

use crate::kind_of_file::FileKind;

/// Words of which one is in every name that says secret.
pub(crate) const NAME_WORDS: [&str; 18] = [
    "pass",
    "pwd",
    "psw",
    "secret",
    "token",
    "key",
    "auth",
    "cred",
    "jwt",
    "salt",
    "pepper",
    "mnemonic",
    "access",
    "dsn",
    "connectionstring",
    "connection_string",
    "login",
    "sas_url",
];

/// Longest name, and longest value, in bytes.
const LONGEST_NAME: usize = 80;
const LONGEST_VALUE: usize = 4096;

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
    /// Whether quotes stand round the value, or a notation makes them needless.
    pub(crate) is_quoted: bool,
    /// Whether a format says that the value is a secret, whatever it looks like.
    pub(crate) is_sure: bool,
}

/// A place in the text that moves forward.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip(&mut self, most: usize, test: impl Fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.at - start < most && self.peek().is_some_and(&test) {
            self.at += 1;
        }
        self.at - start
    }

    fn eat(&mut self, text: &[u8]) -> bool {
        let is_there = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(text));
        if is_there {
            self.at += text.len();
        }
        is_there
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// The name round a keyword and its value; also where the name ends, for the next keyword.
pub(crate) fn pair_at(text: &[u8], hit: &Range<usize>, kind: FileKind) -> (usize, Option<Pair>) {
    let mut cursor = Cursor { text, at: hit.end };
    if cursor.skip(LONGEST_NAME, is_name_byte) == LONGEST_NAME {
        return (cursor.at, None);
    }
    let end = cursor.at;
    // Most words of a program end here: nothing follows that gives them a value.
    let Some(next) = cursor.peek() else { return (end, None) };
    if !matches!(
        next,
        b' ' | b'\t'
            | b'"'
            | b'\''
            | b'`'
            | b']'
            | b')'
            | b'='
            | b':'
            | b','
            | b'>'
            | b'<'
            | b'?'
            | b'|'
            | b'+'
            | b'\\'
            | b'\n'
            | b'\r'
            | b'.'
            | b'['
            | b'('
    ) {
        return (end, None);
    }
    let head = text.get(hit.start.saturating_sub(LONGEST_NAME)..hit.start).unwrap_or_default();
    let length = head.iter().rev().take_while(|byte| is_name_byte(**byte)).count();
    let start = hit.start - length;
    (
        end,
        value_of(cursor, start, kind).map(|(value, is_quoted)| {
            // A dot that ends a name belongs to an operator: `$token .= "…"`.
            let name = start..end;
            Pair { name, value, is_quoted, is_sure: false }
        }),
    )
}

/// The value that stands behind a name that ends at the cursor.
fn value_of(mut cursor: Cursor<'_>, start: usize, kind: FileKind) -> Option<(Range<usize>, bool)> {
    let end = cursor.at;
    let was_quoted = cursor.skip(3, |byte| matches!(byte, b'"' | b'\'' | b'`' | b'\\')) > 0;
    cursor.skip(2, |byte| matches!(byte, b']' | b')'));
    let operator = cursor;
    let mut beside = operator;
    // First: a comma alone would be taken for the one between two arguments.
    if let Some(value) = value_beside(&mut beside, start) {
        return Some(value);
    }
    if cursor.peek() == Some(b'(') && !was_quoted {
        return by_call(cursor, start);
    }
    cursor.skip(20, is_blank);
    if let Some(found) = by_operator(cursor, was_quoted, start, kind) {
        return Some(found);
    }
    by_word(Cursor { at: end, ..operator }, start)
}

/// `setPassword("…")`, `.password("…")`: what is set, and is the only argument.
fn by_call(mut cursor: Cursor<'_>, start: usize) -> Option<(Range<usize>, bool)> {
    const SET: [&str; 8] = [
        "password",
        "passwd",
        "passphrase",
        "apikey",
        "secretkey",
        "accesskey",
        "authtoken",
        "accesstoken",
    ];
    let name = String::from_utf8_lossy(cursor.text.get(start..cursor.at)?);
    let (object, method) =
        name.rsplit_once('.').map_or((None, &*name), |(it, name)| (Some(it), name));
    let word = method.replace('_', "").to_ascii_lowercase();
    let is_setter = word.starts_with("set") || word.starts_with("with");
    if !is_setter && (object.is_none() || !SET.contains(&word.as_str())) {
        return None;
    }
    cursor.skip(1, |byte| byte == b'(');
    cursor.skip(4, is_blank);
    let (value, is_quoted) = value_at(cursor, false, FileKind::Code, false)?;
    let after = cursor.text.get(value.end + 1..)?.trim_ascii_start();
    (is_quoted && after.starts_with(b")")).then_some((value, is_quoted))
}

fn by_operator(
    mut cursor: Cursor<'_>,
    was_quoted: bool,
    start: usize,
    kind: FileKind,
) -> Option<(Range<usize>, bool)> {
    let is_type =
        |byte: u8| is_name_byte(byte) || matches!(byte, b'<' | b'>' | b'[' | b']' | b'&' | b'?');
    // `var token string = "…"`.
    if cursor.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
        cursor.skip(24, is_type);
        cursor.skip(4, is_blank);
        // `Key ID: …` is another name.
        let is_assigned = cursor.peek() == Some(b'=')
            || cursor.text.get(cursor.at..).is_some_and(|rest| rest.starts_with(b":="));
        if !is_assigned {
            return None;
        }
    }
    let at = cursor.at;
    let is_tag = cursor.eat(b">");
    let mut is_argument = false;
    if !is_tag {
        // `=`, `:=`, `:::=`, `?=`, `+=`, `.=`, `||=`, `=>`, `:`.
        let length =
            cursor.skip(4, |byte| matches!(byte, b'=' | b':' | b'?' | b'|' | b'+' | b'>' | b'.'));
        let written = cursor.text.get(at..cursor.at).unwrap_or_default();
        match written {
            // `("NAME", "value")`: the name has its quotes on both sides.
            b"" if was_quoted && is_quote_before(cursor.text, start) && cursor.eat(b",") => {
                is_argument = true;
            }
            // `NAME==value` of settings, where the value begins with the sign; else a comparison.
            b"==" if kind == FileKind::Settings && !cursor.peek().is_some_and(is_blank) => {}
            b"" | b"==" | b"===" | b"::" | b"." | b"+" | b"?" | b"|" | b"?." | b"..." => {
                return None;
            }
            _ if length > 0 => {}
            _ => return None,
        }
        let is_colon = written == b":";
        // A type behind a colon: `token: string = "…"`.
        if is_colon {
            let mut typed = cursor;
            typed.skip(4, is_blank);
            let is_word = typed.skip(24, is_type) > 0;
            typed.skip(4, is_blank);
            if is_word && typed.eat(b"=") && typed.peek() != Some(b'=') {
                cursor = typed;
            }
            block_of_yaml(&mut cursor);
        }
    }
    // `'x-token:' + value`: the quote ends the text that the name stands in.
    let before = start.checked_sub(1).and_then(|at| cursor.text.get(at));
    if !was_quoted && cursor.peek() == before.copied() && matches!(before, Some(b'"' | b'\'')) {
        return None;
    }
    cursor.skip(40, if is_tag { is_space } else { is_blank });
    if !was_quoted && cursor.peek() == Some(b'"') && is_in_text(cursor.text, start) {
        return None;
    }
    let is_line = is_line_start(cursor.text, start);
    let found = value_at(cursor, is_line, kind, is_tag)?;
    (!is_argument || is_one_of_two(cursor.text, start, found.0.end)).then_some(found)
}

/// Whether a text between double quotes is open where a name begins: the next quote ends it.
fn is_in_text(text: &[u8], at: usize) -> bool {
    let head = text.get(at.saturating_sub(160)..at).unwrap_or_default();
    let line = match memchr::memrchr(b'\n', head) {
        Some(end) => head.get(end + 1..).unwrap_or_default(),
        None if head.len() == at => head,
        None => return false,
    };
    let mut last = 0_u8;
    let mut count = 0;
    for byte in line {
        count += usize::from(*byte == b'"' && last != b'\\');
        last = *byte;
    }
    count % 2 == 1 && memchr::memmem::find(line, b"\"\"\"").is_none()
}

/// Whether two texts with a comma between are a name and its value, not two of a list: they begin
/// the arguments of a call, end them, or stand between brackets alone.
fn is_one_of_two(text: &[u8], name: usize, end: usize) -> bool {
    let head = text.get(name.saturating_sub(60)..name).unwrap_or_default();
    let head = head.strip_suffix(b"\"").or_else(|| head.strip_suffix(b"'")).unwrap_or(head);
    let before = head.strip_suffix(b"\\").unwrap_or(head).trim_ascii_end().last().copied();
    let rest = text.get(end..text.len().min(end + 60)).unwrap_or_default();
    let is_edge = |byte: &&u8| !(is_space(**byte) || matches!(byte, b'"' | b'\'' | b'`' | b'\\'));
    let after = rest.iter().find(is_edge).copied();
    matches!(before, None | Some(b'(' | b'{'))
        || after == Some(b')')
        || (before, after) == (Some(b'['), Some(b']'))
}

fn is_quote_before(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| text.get(at));
    before.is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`'))
}

/// `key: |` and `key: >` of YAML: the value begins on the next line.
fn block_of_yaml(cursor: &mut Cursor<'_>) {
    let mut block = *cursor;
    block.skip(8, is_blank);
    if block.skip(1, |byte| matches!(byte, b'|' | b'>')) == 0 {
        return;
    }
    block.skip(2, |byte| matches!(byte, b'-' | b'+') || byte.is_ascii_digit());
    block.skip(1, |byte| byte == b'\r');
    if block.eat(b"\n") {
        block.skip(80, is_blank);
        *cursor = block;
    }
}

/// Whether only blanks, `export`, `set`, `ENV` or a sign of a comment stand before a name on its line.
fn is_line_start(text: &[u8], at: usize) -> bool {
    let head = text.get(at.saturating_sub(40)..at).unwrap_or_default();
    let from = memchr::memrchr(b'\n', head).map_or(0, |end| end + 1);
    let is_whole = from > 0 || at <= 40;
    let before = head.get(from..).unwrap_or_default().trim_ascii();
    is_whole
        && matches!(
            before,
            b"" | b"export" | b"set" | b"setx" | b"ENV" | b"ARG" | b"-" | b"#" | b"-e"
        )
}

/// The value that begins at the cursor, quotes stripped.
fn value_at(
    mut cursor: Cursor<'_>,
    is_line: bool,
    kind: FileKind,
    is_tag: bool,
) -> Option<(Range<usize>, bool)> {
    cursor.eat(b"<![CDATA[");
    // Prefixes of texts: `b"…"`, `@"…"`, `Some("…")` are looked through; `f"…"` is an expression.
    let mut prefixed = cursor;
    prefixed.skip(2, |byte| matches!(byte, b'b' | b'r' | b'u' | b'@' | b'B' | b'R' | b'L' | b'&'));
    if prefixed.peek().is_some_and(|byte| matches!(byte, b'"' | b'\'')) {
        cursor = prefixed;
    }
    let is_escaped = cursor.eat(b"\\");
    let quote = cursor.peek().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let Some(quote) = quote else {
        if is_escaped {
            return None;
        }
        return bare(cursor, is_line, kind, is_tag);
    };
    // `NAME=`command`` of a shell; a program has blanks there.
    let is_shell = cursor.at.checked_sub(1).and_then(|at| cursor.text.get(at)) == Some(&b'=');
    if quote == b'`' && kind == FileKind::Settings && is_shell {
        return None;
    }
    let count = cursor.skip(3, |byte| byte == quote);
    if count == 2 {
        return None;
    }
    let start = cursor.at;
    let rest = cursor.text.get(start..cursor.text.len().min(start + LONGEST_VALUE))?;
    let ends = |byte: &u8| *byte == quote || *byte == b'\n' || (is_escaped && *byte == b'\\');
    let end = rest.iter().position(ends).unwrap_or(rest.len());
    (end > 0).then_some((start..start + end, true))
}

/// A value without quotes.
fn bare(
    cursor: Cursor<'_>,
    is_line: bool,
    kind: FileKind,
    is_tag: bool,
) -> Option<(Range<usize>, bool)> {
    let start = cursor.at;
    let rest = cursor.text.get(start..cursor.text.len().min(start + LONGEST_VALUE))?;
    let is_settings = kind == FileKind::Settings && is_line;
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace()
            || if is_tag {
                *byte == b'<' || *byte == b']'
            } else if is_settings {
                matches!(byte, b'"' | b'\'' | b'`')
            } else {
                matches!(
                    byte,
                    b'"' | b'\''
                        | b'`'
                        | b';'
                        | b','
                        | b'<'
                        | b'>'
                        | b')'
                        | b']'
                        | b'}'
                        | b'\\'
                        | b'&'
                        | b'|'
                )
            }
    };
    let mut end = rest.iter().position(ends).unwrap_or(rest.len());
    while end > 0 && matches!(rest.get(end - 1), Some(b';' | b',')) {
        end -= 1;
    }
    // An escaped line break ends a value in a text of JSON.
    if let Some(at) = memchr::memmem::find(rest.get(..end)?, b"\\n") {
        end = at;
    }
    // A name with its arguments behind it: a call.
    let after = rest.get(end..).unwrap_or_default().trim_ascii_start();
    if kind == FileKind::Code && after.starts_with(b"(") {
        return None;
    }
    // What a tag holds ends with a tag: `<host> <token> [options]` has none.
    if is_tag && !(after.starts_with(b"</") || after.starts_with(b"]]>")) {
        return None;
    }
    (end > 0).then_some((start..start + end, is_tag))
}

/// `"name": "DB_PASSWORD", "value": "…"`, `name: DB_PASSWORD` above `value: …`,
/// `<add key="Password" value="…"/>`, `<key>Token</key> <string>…</string>`.
fn value_beside(cursor: &mut Cursor<'_>, start: usize) -> Option<(Range<usize>, bool)> {
    let between =
        |byte: u8| is_space(byte) || matches!(byte, b',' | b'"' | b'\'' | b'-' | b'}' | b'{');
    if cursor.eat(b"</") {
        if start.checked_sub(1).and_then(|at| cursor.text.get(at)) != Some(&b'>') {
            return None;
        }
        cursor.skip(40, is_name_byte);
        cursor.eat(b">");
        cursor.skip(80, is_space);
        if !cursor.eat(b"<") || cursor.skip(40, is_name_byte) == 0 || !cursor.eat(b">") {
            return None;
        }
        return bare(*cursor, false, FileKind::Settings, true);
    }
    if cursor.skip(80, between) == 0 {
        return None;
    }
    let mut word = *cursor;
    let _ = word.skip(20, |byte| byte.is_ascii_alphabetic() || byte == b'_');
    let name = cursor.text.get(cursor.at..word.at)?;
    let is_value = name.len() >= 5
        && name.get(name.len() - 5..).is_some_and(|end| end.eq_ignore_ascii_case(b"value"));
    if !is_value {
        return None;
    }
    word.skip(2, |byte| matches!(byte, b'"' | b'\'' | b'\\'));
    word.skip(10, is_blank);
    if word.skip(1, |byte| matches!(byte, b'=' | b':')) == 0 {
        return None;
    }
    word.skip(20, is_blank);
    value_at(word, true, FileKind::Settings, false)
}

/// `--token value`, `ENV DB_PASSWORD value`, `setenv NAME value`, `password value` of a `.netrc`.
fn by_word(mut cursor: Cursor<'_>, start: usize) -> Option<(Range<usize>, bool)> {
    let head = cursor.text.get(start.saturating_sub(24)..start).unwrap_or_default();
    let from = memchr::memrchr(b'\n', head).map_or(0, |end| end + 1);
    let before = head.get(from..).unwrap_or_default().trim_ascii();
    let is_option = cursor.text.get(start..).is_some_and(|name| name.starts_with(b"--"));
    let is_instruction = [b"ENV".as_slice(), b"setenv", b"setx"].contains(&before);
    if !(is_option || is_instruction) || cursor.skip(8, is_blank) == 0 {
        return None;
    }
    if matches!(cursor.peek(), Some(b'-' | b'=' | b'<' | b'[' | b'|' | b'&')) {
        return None;
    }
    value_at(cursor, is_instruction, FileKind::Settings, false)
}

#[cfg(test)]
mod tests {
    use super::pair_at;
    use crate::kind_of_file::FileKind;

    fn value(text: &str, word: &str) -> Option<String> {
        let start = text.to_ascii_lowercase().find(word)?;
        let (_, pair) = pair_at(text.as_bytes(), &(start..start + word.len()), FileKind::Settings);
        text.get(pair?.value).map(str::to_owned)
    }

    #[test]
    fn every_notation_gives_its_value() {
        for text in [
            "DB_PASSWORD=hunter2",
            "export DB_PASSWORD='hunter2'",
            "db.password : hunter2",
            "\"dbPassword\": \"hunter2\",",
            "{\\\"dbPassword\\\": \\\"hunter2\\\"}",
            "<dbPassword>hunter2</dbPassword>",
            "<dbPassword>\n   hunter2\n</dbPassword>",
            "<add key=\"DbPassword\" value=\"hunter2\"/>",
            "<key>DbPassword</key>\n <string>hunter2</string>",
            "{\"name\": \"DB_PASSWORD\", \"value\": \"hunter2\"}",
            "- name: DB_PASSWORD\n  value: hunter2\n",
            "- ParameterKey: DbPassword\n  ParameterValue: hunter2",
            "password := \"hunter2\"",
            "var password string = \"hunter2\"",
            "let password: string = 'hunter2';",
            "String password = \"hunter2\";",
            "define('DB_PASSWORD', 'hunter2');",
            "os.environ['DB_PASSWORD'] = 'hunter2'",
            "'password' => 'hunter2',",
            "$password .= \"hunter2\"",
            "mysql --password hunter2 orders",
            "ENV DB_PASSWORD hunter2",
            "password: |\n    hunter2\n",
            "password = b\"hunter2\"",
            "Server=db;Password=hunter2;Uid=a",
            "config.setPassword(\"hunter2\");",
            "builder.password(\"hunter2\")",
            "set(connection, \"password\", \"hunter2\")",
            "new Map([[\"password\", \"hunter2\"]])",
        ] {
            assert_eq!(value(text, "password").as_deref(), Some("hunter2"), "{text}");
        }
    }

    #[test]
    fn what_gives_no_value_gives_none() {
        for text in [
            "password == other",
            "password",
            "fn password(x) {}",
            "PASSWORD=\nNEXT=1",
            "password: \"\"",
            "--password --user app",
            "getPassword(\"orders-db-1\")",
            "password(\"orders-db-1\")",
            "[\"user\", \"password\", \"address2\"]",
            "read -s -p \"Password: \" PASSWORD",
            "PASSWORD=`pwgen 32 1`",
        ] {
            assert_eq!(value(text, "password"), None, "{text}");
        }
    }
}
