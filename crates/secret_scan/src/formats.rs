//! Formats whose own grammar says what is secret: `.netrc`, `.pgpass`, `.htpasswd`, secrets of
//! Kubernetes, key stores.

use std::ops::Range;

use secret_patterns::{Certainty, hash};
use smol_str::SmolStr;

use crate::{checksum::Checked, checksum::decode, pairs::Pair, scanner::Found};

/// Longest line that is read.
const LONGEST_LINE: usize = 64 * 1024;

/// Whether a file by its name is a store of private keys.
#[must_use]
pub fn is_key_store(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["p12", "pfx", "jks", "kdbx"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// A store of keys: its being there is the finding.
pub(crate) fn key_store(path: &str, bytes: &[u8]) -> Found {
    let name = path.rsplit('/').next().unwrap_or_default();
    Found {
        kind: SmolStr::new_static("key-store"),
        title: SmolStr::new_static("a store of private keys"),
        name: name.into(),
        range: 0..0,
        line: 1,
        column: 1,
        preview: String::new(),
        hash: hash(&String::from_utf8_lossy(bytes)),
        certainty: Certainty::Certain,
        checked: Checked::None,
        allowed: None,
    }
}

/// The pairs that the format of a file makes secrets.
pub(crate) fn pairs(path: &str, text: &[u8]) -> Vec<Pair> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    match name.as_str() {
        ".netrc" | "_netrc" | "netrc" => netrc(text),
        ".pgpass" | "pgpass.conf" | "pgpass" => fields(text, 4, 5),
        ".htpasswd" | "htpasswd" | ".htdigest" => fields(text, 1, 2),
        "shadow" | "shadow-" => fields(text, 1, 9),
        "nuget.config" => nuget(text),
        "wp-config.php" => wordpress(text),
        _ if matches!(name.rsplit_once('.'), Some((_, "yaml" | "yml"))) => kubernetes(text),
        _ => Vec::new(),
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= text.len() {
            return None;
        }
        let end = memchr::memchr(b'\n', text.get(start..)?).map_or(text.len(), |at| start + at);
        let line = start..end;
        start = end + 1;
        Some(line)
    })
    .filter(|line| line.len() <= LONGEST_LINE)
}

/// `<add key="ClearTextPassword" value="…"/>` of a package source.
fn nuget(text: &[u8]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for line in lines(text) {
        let bytes = text.get(line.clone()).unwrap_or_default();
        let find = |word: &[u8]| Some(memchr::memmem::find(bytes, word)? + word.len());
        let is_named = find(b"key=\"ClearTextPassword\"").or_else(|| find(b"key=\"Password\""));
        let (Some(name), Some(start)) = (is_named, find(b"value=\"")) else { continue };
        let rest = bytes.get(start..).unwrap_or_default();
        let Some(length) = memchr::memchr(b'"', rest) else { continue };
        if length >= 8 {
            let name = line.start + name - 9..line.start + name - 1;
            let value = line.start + start..line.start + start + length;
            pairs.push(Pair { name, value, is_quoted: true, is_sure: true });
        }
    }
    pairs
}

/// `define( 'AUTH_KEY', '…' );`: keys and salts of any characters.
fn wordpress(text: &[u8]) -> Vec<Pair> {
    let names: [&[u8]; 9] = [
        b"DB_PASSWORD",
        b"AUTH_KEY",
        b"SECURE_AUTH_KEY",
        b"LOGGED_IN_KEY",
        b"NONCE_KEY",
        b"AUTH_SALT",
        b"SECURE_AUTH_SALT",
        b"LOGGED_IN_SALT",
        b"NONCE_SALT",
    ];
    let mut pairs = Vec::new();
    for line in lines(text) {
        let bytes = text.get(line.clone()).unwrap_or_default();
        let Some(rest) = bytes.trim_ascii().strip_prefix(b"define") else { continue };
        let quotes = |byte: &u8| matches!(byte, b'\'' | b'"');
        let Some(open) = rest.iter().position(quotes) else { continue };
        let quote = rest.get(open).copied().unwrap_or_default();
        let mut parts = rest.get(open + 1..).unwrap_or_default().splitn(2, |byte| *byte == quote);
        let (Some(name), Some(rest)) = (parts.next(), parts.next()) else { continue };
        if !names.contains(&name) {
            continue;
        }
        // The value is the text between the next quote and the last one of its kind.
        let Some(start) = rest.iter().position(quotes) else { continue };
        if !rest.get(..start).unwrap_or_default().iter().all(|b| b" ,\t".contains(b)) {
            continue;
        }
        let quote = rest.get(start).copied().unwrap_or_default();
        let Some(end) = memchr::memrchr(quote, rest).filter(|end| *end > start + 3) else {
            continue;
        };
        let value = rest.get(start + 1..end).unwrap_or_default();
        // The text that the sample of this file asks to put something in its place for.
        if value == b"put your unique phrase here" || value == b"password_here" {
            continue;
        }
        let from = line.end - rest.len() - (bytes.len() - bytes.trim_ascii_end().len());
        let name = line.start..line.start;
        pairs.push(Pair {
            name,
            value: from + start + 1..from + end,
            is_quoted: true,
            is_sure: true,
        });
    }
    pairs
}

/// Documents of a kind whose values are encrypted, such as a `SealedSecret` of Kubernetes.
pub(crate) fn encrypted(path: &str, text: &[u8]) -> Vec<Range<usize>> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    if !matches!(name.rsplit_once('.'), Some((_, "yaml" | "yml" | "json"))) {
        return Vec::new();
    }
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for at in memchr::memmem::find_iter(text, b"SealedSecret") {
        if ranges.last().is_some_and(|last| last.end > at) {
            continue;
        }
        let start = memchr::memmem::rfind(text.get(..at).unwrap_or_default(), b"\n---");
        let rest = text.get(at..).unwrap_or_default();
        let end = memchr::memmem::find(rest, b"\n---").map_or(text.len(), |end| at + end);
        ranges.push(start.unwrap_or(0)..end);
    }
    ranges
}

/// `machine host login user password secret`, on one line or on several.
fn netrc(text: &[u8]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut before: Range<usize> = 0..0;
    for word in words(text) {
        let keyword = text.get(before.clone()).unwrap_or_default();
        if keyword == b"password" || keyword == b"passwd" {
            let is_quoted = true;
            pairs.push(Pair { name: before, value: word.clone(), is_quoted, is_sure: true });
        }
        before = word;
    }
    pairs
}

fn words(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while text.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        let start = at;
        while text.get(at).is_some_and(|byte| !byte.is_ascii_whitespace()) {
            at += 1;
        }
        (at > start).then_some(start..at)
    })
}

/// Field `wanted` of lines of `count` fields between colons; a backslash keeps a colon.
fn fields(text: &[u8], wanted: usize, count: usize) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for line in lines(text) {
        let bytes = text.get(line.clone()).unwrap_or_default();
        if bytes.starts_with(b"#") {
            continue;
        }
        let mut all: Vec<Range<usize>> = Vec::new();
        let mut start = line.start;
        let mut last = 0_u8;
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b':' && last != b'\\' && all.len() + 1 < count {
                all.push(start..line.start + at);
                start = line.start + at + 1;
            }
            last = *byte;
        }
        all.push(start..line.end);
        let (Some(name), Some(value)) = (all.first(), all.get(wanted)) else { continue };
        let field = text.get(value.clone()).unwrap_or_default().trim_ascii();
        // Locked accounts have a mark instead of a hash.
        if all.len() == count && field.len() >= 3 && !field.starts_with(b"!") {
            let value = value.start..value.start + field.len();
            pairs.push(Pair { name: name.clone(), value, is_quoted: true, is_sure: true });
        }
    }
    pairs
}

/// The values below `data` and `stringData` of documents of kind Secret.
fn kubernetes(text: &[u8]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut document: Vec<Range<usize>> = Vec::new();
    for line in lines(text) {
        if text.get(line.clone()).is_some_and(|bytes| bytes.starts_with(b"---")) {
            secret_document(text, &document, &mut pairs);
            document.clear();
        } else {
            document.push(line);
        }
    }
    secret_document(text, &document, &mut pairs);
    pairs
}

fn secret_document(text: &[u8], lines: &[Range<usize>], pairs: &mut Vec<Pair>) {
    let of = |line: &Range<usize>| text.get(line.clone()).unwrap_or_default();
    // The document may be indented as a whole, or stand in a list.
    let kind_at = |line: &Range<usize>| {
        let bytes = of(line);
        let rest = bytes.trim_ascii_start();
        let word = rest.strip_prefix(b"kind:")?;
        let word: Vec<u8> = word.iter().copied().filter(u8::is_ascii_alphabetic).collect();
        word.eq_ignore_ascii_case(b"Secret").then_some(bytes.len() - rest.len())
    };
    let Some(top) = lines.iter().find_map(kind_at) else { return };
    let mut is_data = None;
    let mut open: Option<Range<usize>> = None;
    for line in lines {
        let bytes = of(line);
        let indent = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = bytes.get(indent..).unwrap_or_default();
        if rest.trim_ascii().is_empty() || rest.starts_with(b"#") {
            continue;
        }
        if indent <= top {
            is_data = match rest.trim_ascii() {
                b"data:" => Some(true),
                b"stringData:" => Some(false),
                _ => None,
            };
            open = None;
            continue;
        }
        let Some(is_base64) = is_data else { continue };
        let base = line.start + indent;
        let colon = memchr::memchr(b':', rest);
        let is_key = colon.is_some_and(|at| rest.get(at + 1).is_none_or(u8::is_ascii_whitespace));
        let (name, value) = match (colon.filter(|_| is_key), open.take()) {
            (Some(at), _) => (base..base + at, trimmed(text, base + at + 1..line.end)),
            (None, Some(name)) => (name, trimmed(text, base..line.end)),
            (None, None) => continue,
        };
        let written = text.get(value.clone()).unwrap_or_default();
        if matches!(written, b"" | b"|" | b">" | b"|-" | b">-" | b"|+" | b">+") {
            open = Some(name);
            continue;
        }
        if is_held(written, is_base64) {
            pairs.push(Pair { name, value, is_quoted: true, is_sure: true });
        }
    }
}

/// Whether a value of a secret of Kubernetes holds something.
fn is_held(value: &[u8], is_base64: bool) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    if text.contains("{{") || text.contains("${") || text.contains('<') {
        return false;
    }
    if !is_base64 {
        return text.len() >= 3;
    }
    text.len() >= 4 && decode(text).is_some_and(|bytes| bytes.len() >= 5)
}

/// A range without blanks and quotes at its ends, and without a comment behind it.
fn trimmed(text: &[u8], mut range: Range<usize>) -> Range<usize> {
    if let Some(at) = memchr::memmem::find(text.get(range.clone()).unwrap_or_default(), b" #") {
        range.end = range.start + at;
    }
    let is_edge = |at: usize| {
        text.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''))
    };
    while range.start < range.end && is_edge(range.start) {
        range.start += 1;
    }
    while range.start < range.end && is_edge(range.end - 1) {
        range.end -= 1;
    }
    range
}

#[cfg(test)]
mod tests {
    use super::pairs;

    fn values<'a>(path: &str, text: &'a str) -> Vec<&'a str> {
        pairs(path, text.as_bytes()).iter().filter_map(|it| text.get(it.value.clone())).collect()
    }

    #[test]
    fn formats_say_where_their_secrets_stand() {
        let netrc = "machine orders.internal\n login app\n password h4rd\nmacdef x\n";
        assert_eq!(values("home/.netrc", netrc), ["h4rd"]);
        assert_eq!(values(".pgpass", "#c\ndb:5432:orders:app:h4\\:rd\n"), ["h4\\:rd"]);
        assert_eq!(values(".htpasswd", "app:$apr1$x$y\nlocked:!x\n"), ["$apr1$x$y"]);
        let secret =
            "apiVersion: v1\nkind: Secret\ndata:\n  a: aDRyZG4=\n  b: |\n    aDRyZDI=\n  c: \"\"\n";
        assert_eq!(values("s.yaml", secret), ["aDRyZG4=", "aDRyZDI="]);
        assert_eq!(values("s.yaml", &secret.replace("Secret", "ConfigMap")), [""; 0]);
        let keys = "define( 'AUTH_KEY', 'a%(\"b{{' );\ndefine('DB_NAME', 'orders');\n\
                    define('DB_PASSWORD', getenv('PW'));\n  define(\"NONCE_SALT\", \"h4rd\"); // x\n";
        assert_eq!(values("wp-config.php", keys), ["a%(\"b{{", "h4rd"]);
    }
}
