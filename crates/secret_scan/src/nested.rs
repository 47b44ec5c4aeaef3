//! Values that stand one level below their name: the default of a parameter or a variable.

use std::ops::Range;

use crate::pairs::Pair;

/// Bytes before a default in which its name is looked for, and bytes behind it that are read.
const AROUND: usize = 1_024;

/// Defaults with the name of what they are the default of: `DbPassword:` with `Default: …` below it,
/// `"adminPassword": {"value": "…"}`, `variable "token" { default = "…" }`.
pub(crate) fn pairs(path: &str, text: &[u8]) -> Vec<Pair> {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is = |known: &[&str]| known.iter().any(|it| ending.eq_ignore_ascii_case(it));
    let mut pairs = Vec::new();
    if is(&["tf", "hcl"]) {
        for at in memchr::memmem::find_iter(text, b"default") {
            pairs.extend(of_terraform(text, at));
        }
    } else if is(&["yaml", "yml", "json", "template"]) {
        for at in memchr::memmem::find_iter(text, b"efault") {
            let Some(start) = at.checked_sub(1) else { continue };
            let is_quoted = before(text, start).ends_with(b"\"");
            pairs.extend(if is_quoted { of_json(text, start) } else { of_yaml(text, start) });
        }
        for at in memchr::memmem::find_iter(text, b"\"value\"") {
            pairs.extend(of_json(text, at + 1));
        }
    }
    pairs
}

fn before(text: &[u8], at: usize) -> &[u8] {
    text.get(at.saturating_sub(AROUND)..at).unwrap_or_default()
}

/// The text without what it ends with, blanks and line breaks before it dropped, too.
fn without<'a>(text: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    Some(text.trim_ascii_end().strip_suffix(end)?.trim_ascii_end())
}

/// The word that a text ends with, as a range of the whole text, in which the text ends at `end`.
fn last_word(text: &[u8], end: usize) -> Option<Range<usize>> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let length = text.iter().rev().take_while(is_name).count();
    (length > 0).then(|| end - length..end)
}

/// The text between quotes that begins at `at`.
fn between_quotes(text: &[u8], at: usize) -> Option<Range<usize>> {
    let quote = text.get(at).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let rest = text.get(at + 1..text.len().min(at + 1 + AROUND))?;
    let length = rest.iter().position(|byte| byte == quote || *byte == b'\n')?;
    (length > 0 && rest.get(length) == Some(quote)).then_some(at + 1..at + 1 + length)
}

fn pair(name: Range<usize>, value: Range<usize>, is_quoted: bool) -> Pair {
    Pair { name, value, is_quoted, is_sure: false }
}

fn skip_blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..text.len().min(at + 40)).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// `"DbPassword": {"Type": "String", "Default": "…"}`; `at` is where the name of the key begins.
fn of_json(text: &[u8], at: usize) -> Option<Pair> {
    let rest = text.get(at..text.len().min(at + 16))?;
    let length = memchr::memchr(b'"', rest)?;
    if !matches!(rest.get(..length)?, b"Default" | b"default" | b"defaultValue" | b"value") {
        return None;
    }
    let colon = skip_blanks(text, at + length + 1);
    if text.get(colon) != Some(&b':') {
        return None;
    }
    let value = between_quotes(text, skip_blanks(text, colon + 1))?;
    let head = before(text, at);
    let from = at - head.len();
    let mut depth = 0_usize;
    let open = head.iter().rposition(|byte| {
        depth += usize::from(*byte == b'}');
        let is_open = *byte == b'{' && depth == 0;
        depth = depth.saturating_sub(usize::from(*byte == b'{'));
        is_open
    })?;
    let head = without(without(head.get(..open)?, b":")?, b"\"")?;
    let name = last_word(head, from + head.len())?;
    Some(pair(name, value, true))
}

/// `DbPassword:` with `Default: …` on a line below it that stands further in.
fn of_yaml(text: &[u8], at: usize) -> Option<Pair> {
    let rest = text.get(at..text.len().min(at + AROUND))?;
    let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?;
    let colon = memchr::memchr(b':', line)?;
    if !matches!(line.get(..colon)?, b"Default" | b"default") {
        return None;
    }
    let head = before(text, at);
    let lines = memchr::memrchr(b'\n', head)?;
    let indent = head.len() - lines - 1;
    if indent == 0 || !head.get(lines + 1..)?.iter().all(|byte| *byte == b' ') {
        return None;
    }
    let start = skip_blanks(line, colon + 1);
    let quoted = between_quotes(line, start);
    let is_quoted = quoted.is_some();
    let bare = || {
        let rest = line.get(start..)?;
        let end = memchr::memmem::find(rest, b" #").unwrap_or(rest.len());
        let length = rest.get(..end)?.trim_ascii_end().len();
        (length > 0).then_some(start..start + length)
    };
    let value = quoted.or_else(bare)?;
    let from = at - head.len();
    let mut end = lines;
    for _ in 0..30 {
        let start = memchr::memrchr(b'\n', head.get(..end)?).map_or(0, |at| at + 1);
        let line = head.get(start..end)?;
        let inner = line.trim_ascii_start();
        if !inner.is_empty() && !inner.starts_with(b"#") && line.len() - inner.len() < indent {
            let owner = without(line, b":")?;
            let name = last_word(owner, from + start + owner.len())?;
            return Some(pair(name, at + value.start..at + value.end, is_quoted));
        }
        end = start.checked_sub(1)?;
    }
    None
}

/// `variable "db_password" {` with `default = "…"` below it.
fn of_terraform(text: &[u8], at: usize) -> Option<Pair> {
    let equals = skip_blanks(text, at + b"default".len());
    if text.get(equals) != Some(&b'=') {
        return None;
    }
    let value = between_quotes(text, skip_blanks(text, equals + 1))?;
    let head = before(text, at);
    let open = memchr::memmem::rfind(head, b"variable \"")?;
    let start = open + b"variable \"".len();
    // The block ends where a brace stands alone.
    if memchr::memmem::find(head.get(start..)?, b"\n}").is_some() {
        return None;
    }
    let length = memchr::memchr(b'"', head.get(start..)?)?;
    let from = at - head.len() + start;
    Some(pair(from..from + length, value, true))
}

#[cfg(test)]
mod tests {
    use super::pairs;

    fn told<'a>(path: &str, text: &'a str) -> Vec<(&'a str, &'a str)> {
        let of = |range: &std::ops::Range<usize>| text.get(range.clone()).unwrap();
        pairs(path, text.as_bytes()).iter().map(|it| (of(&it.name), of(&it.value))).collect()
    }

    #[test]
    fn a_default_has_the_name_of_what_it_is_the_default_of() {
        let yaml =
            "Parameters:\n  DbPassword:\n    Type: String\n    # why\n    Default: hunter2 # old\n";
        assert_eq!(told("a.yaml", yaml), [("DbPassword", "hunter2")]);
        assert_eq!(told("a.yml", "p:\n  a:\n    default: 'b c'\n"), [("a", "b c")]);
        let json = r#"{"Parameters": {"DbPassword": {"Allowed": {"a": 1}, "Default": "hunter2"}}}"#;
        assert_eq!(told("a.json", json), [("DbPassword", "hunter2")]);
        let arm =
            r#"{"parameters": {"adminPassword": {"value": "hunter2"}, "b": {"defaultValue": ""}}}"#;
        assert_eq!(told("a.json", arm), [("adminPassword", "hunter2")]);
        let terraform = "variable \"api_token\" {\n  type = string\n  default = \"hunter2\"\n}\n";
        assert_eq!(told("a.tf", terraform), [("api_token", "hunter2")]);
    }

    #[test]
    fn other_defaults_have_none() {
        for (path, text) in [
            ("a.yaml", "Default: hunter2\n"),
            ("a.yaml", "a: 1\n  b Default: hunter2\n"),
            ("a.yaml", "a:\n  IsDefault: hunter2\n"),
            ("a.json", r#"["a", {"Default": "hunter2"}]"#),
            ("a.tf", "variable \"a\" {\n}\nlocals {\n  default = \"b\"\n}"),
            ("a.py", "x:\n  Default: hunter2\n"),
        ] {
            assert_eq!(told(path, text), [], "{text}");
        }
    }
}
