//! A message without what differs from one time to the next.

use std::borrow::Cow;

/// Bytes of a message that are looked at.
const MOST_BYTES: usize = 400;

/// Words of a message that are looked at.
const MOST_WORDS: usize = 40;

/// The words of a message, with numbers, ids, addresses and quoted texts as placeholders: `<num>`, `<id>`,
/// `<hex>`, `<address>`, `<url>`, `<arn>`, `<path>`, `<time>`, `<text>`.
#[must_use]
pub fn template_of(message: &str) -> Vec<String> {
    let line = message.lines().next().unwrap_or_default();
    let mut end = MOST_BYTES.min(line.len());
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    let line = without_quoted(line.get(..end).unwrap_or_default());
    line.split_whitespace().take(MOST_WORDS).map(|word| placeholder(word).into_owned()).collect()
}

/// Quoted texts as `<text>`. A quote within a word (`don't`) is none.
fn without_quoted(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let behind = rest.get(letter.len_utf8()..).unwrap_or_default();
        let opens = matches!(letter, '\'' | '"' | '`') && !before.is_alphanumeric();
        if opens && let Some(end) = behind.find(letter) {
            out.push_str("<text>");
            rest = behind.get(end + 1..).unwrap_or_default();
            before = letter;
            continue;
        }
        out.push(letter);
        before = letter;
        rest = behind;
    }
    out
}

fn placeholder(word: &str) -> Cow<'_, str> {
    // Masks of secrets and placeholders stay.
    if word.starts_with(['[', '<']) && !word.bytes().any(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(word);
    }
    if let Some((name, value)) = word
        .split_once('=')
        .filter(|(name, value)| !value.is_empty() && !name.contains("://") && !name.is_empty())
    {
        return Cow::Owned(format!("{}={}", placeholder(name), placeholder(value)));
    }
    let is_edge = |it: char| {
        matches!(it, ',' | ';' | ':' | '.' | '!' | '?' | '(' | ')' | '[' | ']' | '{' | '}')
    };
    let core = word.trim_matches(is_edge);
    let Some(at) = word.find(core).filter(|_| !core.is_empty()) else { return Cow::Borrowed(word) };
    let (front, back) = (word.get(..at), word.get(at + core.len()..));
    let kind = kind_of(core);
    let text = match kind {
        Some(kind) => Cow::Borrowed(kind),
        None => without_digits(core),
    };
    if text == core {
        return Cow::Borrowed(word);
    }
    Cow::Owned([front.unwrap_or_default(), &text, back.unwrap_or_default()].concat())
}

fn kind_of(word: &str) -> Option<&'static str> {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    if word.contains("://") {
        return Some("<url>");
    }
    if word.starts_with("arn:") {
        return Some("<arn>");
    }
    if word.contains('@') && word.contains('.') {
        return Some("<email>");
    }
    if word.starts_with('/') && word.len() > 1 && (digits > 0 || word.matches('/').count() > 2) {
        return Some("<path>");
    }
    if digits == 0 {
        return None;
    }
    let all = |test: fn(u8) -> bool| word.bytes().all(test);
    if all(|it| it.is_ascii_digit() || matches!(it, b'.' | b',' | b'-' | b'+' | b'%')) {
        let is_address = word.split('.').count() == 4 && !word.contains([',', '%']);
        return Some(if is_address { "<address>" } else { "<num>" });
    }
    if word.len() == 36 && all(|it| it.is_ascii_hexdigit() || it == b'-') {
        return Some("<id>");
    }
    let hex = word.strip_prefix("0x").unwrap_or(word);
    if hex.bytes().all(|it| it.is_ascii_hexdigit()) && (hex.len() < word.len() || hex.len() >= 8) {
        return Some("<hex>");
    }
    if word.len() >= 19
        && word.as_bytes().get(4) == Some(&b'-')
        && word.contains('T')
        && word.contains(':')
    {
        return Some("<time>");
    }
    if word.split_once(':').is_some_and(|(host, port)| {
        host.split('.').count() == 4
            && host.bytes().all(|it| it.is_ascii_digit() || it == b'.')
            && port.bytes().all(|it| it.is_ascii_digit())
    }) {
        return Some("<address>");
    }
    (word.len() >= 16 && digits >= 3 && !word.contains('/')).then_some("<id>")
}

/// Runs of digits within a word as `<num>`.
fn without_digits(word: &str) -> Cow<'_, str> {
    if !word.bytes().any(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(word);
    }
    let mut out = String::with_capacity(word.len() + 8);
    let mut in_number = false;
    for letter in word.chars() {
        if letter.is_ascii_digit() {
            if !in_number {
                out.push_str("<num>");
            }
            in_number = true;
        } else {
            in_number = false;
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::template_of;

    #[test]
    fn what_differs_is_a_placeholder() {
        for (message, expected) in [
            ("Task timed out after 3.00 seconds", "Task timed out after <num> seconds"),
            ("KeyError: 'order-17'", "KeyError: <text>"),
            ("order 0a0b0c0d-0000-4000-8000-00000000abcd failed", "order <id> failed"),
            ("at 10.0.0.7:443, 10.0.0.8", "at <address>, <address>"),
            ("pointer 0xdeadbeef1 of deadbeef01", "pointer <hex> of <hex>"),
            ("GET https://example.com/a?b=1 was 503", "GET <url> was <num>"),
            ("table orders7 in /var/task/a/b.py", "table orders<num> in <path>"),
            ("user=17 can't", "user=<num> can't"),
            ("token [secret:jwt] is bad", "token [secret:jwt] is bad"),
            ("first\nsecond", "first"),
            ("", ""),
        ] {
            assert_eq!(template_of(message).join(" "), expected, "{message}");
        }
    }
}
