//! Constants as their languages write them.

use code_ir::Constant;

/// A text with its escapes resolved: those of C, `\uXXXX` (also in pairs of surrogates), `\u{…}` and
/// `\UXXXXXXXX`, octal ones, Ruby's and Java's `\s`, `\e`, and a line break that is taken away.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        rest = escape(after, &mut out);
    }
    out.push_str(rest);
    out
}

/// Resolves the escape whose letter comes first, and gives what follows it.
fn escape<'a>(text: &'a str, out: &mut String) -> &'a str {
    let mut chars = text.chars();
    let Some(letter) = chars.next() else { return text };
    let rest = chars.as_str();
    let plain = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'e' => '\u{1b}',
        's' => ' ',
        '\n' => return rest,
        'x' => return number(rest, 16, 1, 2, out),
        'u' if rest.starts_with('{') => return braced(rest, out),
        'u' => return unicode(rest, out),
        'U' => return number(rest, 16, 8, 8, out),
        '0'..='7' => return number(text, 8, 1, 3, out),
        other => other,
    };
    out.push(plain);
    rest
}

/// Digits of a base, at least `least` and at most `most`, as one character.
fn number<'a>(text: &'a str, base: u32, least: usize, most: usize, out: &mut String) -> &'a str {
    let (value, rest) = digits(text, base, most);
    if let Some(value) = value
        && text.len() - rest.len() >= least
    {
        out.push(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    rest
}

fn digits(text: &str, base: u32, most: usize) -> (Option<u32>, &str) {
    let length = text.chars().take(most).take_while(|letter| letter.is_digit(base)).count();
    match text.split_at_checked(length) {
        Some((digits, rest)) => (u32::from_str_radix(digits, base).ok(), rest),
        None => (None, text),
    }
}

/// Four digits; a high surrogate takes the low one that follows along.
fn unicode<'a>(text: &'a str, out: &mut String) -> &'a str {
    let (value, rest) = digits(text, 16, 4);
    let Some(high) = value else { return rest };
    if (0xD800..0xDC00).contains(&high)
        && let Some(second) = rest.strip_prefix("\\u")
        && let (Some(low), after) = digits(second, 16, 4)
        && (0xDC00..0xE000).contains(&low)
    {
        let both = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        out.push(char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER));
        return after;
    }
    out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

/// `{1F600 1F601}`.
fn braced<'a>(text: &'a str, out: &mut String) -> &'a str {
    let Some((inside, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) else {
        return text;
    };
    for value in inside.split_whitespace().filter_map(|digits| u32::from_str_radix(digits, 16).ok())
    {
        out.push(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    rest
}

/// A number with the prefixes, separators and suffixes of the four languages; `Float` when it does
/// not fit or has a fraction.
pub(crate) fn number_constant(text: &str) -> Constant {
    let clean: String = text.chars().filter(|letter| *letter != '_').collect();
    let lower = clean.to_ascii_lowercase();
    let (base, digits) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..).unwrap_or_default()),
        Some("0b") => (2, lower.get(2..).unwrap_or_default()),
        Some("0o") => (8, lower.get(2..).unwrap_or_default()),
        Some("0d") if lower.len() > 2 => (10, lower.get(2..).unwrap_or_default()),
        _ => (10, lower.as_str()),
    };
    let whole = digits.trim_end_matches(['l', 'u']);
    let is_octal = base == 10 && whole.len() > 1 && whole.starts_with('0');
    let base = if is_octal && whole.bytes().all(|digit| digit.is_ascii_digit()) { 8 } else { base };
    if let Ok(value) = i64::from_str_radix(whole, base) {
        return Constant::Int(value);
    }
    if base == 16
        && let Ok(value) = u64::from_str_radix(whole, base)
    {
        return Constant::Int(value.cast_signed());
    }
    let float = lower.trim_end_matches(['l', 'u', 'f', 'd', 'm']);
    float.parse().map_or(Constant::Float(f64::NAN), Constant::Float)
}

#[cfg(test)]
mod tests {
    use code_ir::Constant;

    use super::{number_constant, unescape};

    #[test]
    fn escapes_become_what_they_stand_for() {
        for (written, expected) in [
            (r"a\nb\\", "a\nb\\"),
            (r"\x41\101\u0042\U00000043", "AABC"),
            (r"\uD83D\uDE00\u{1F600 41}", "😀😀A"),
            (r"\'\q\", "'q"),
            (r"\u12", "\u{12}"),
            ("ä\\", "ä"),
        ] {
            assert_eq!(unescape(written), expected, "{written}");
        }
    }

    #[test]
    fn numbers_of_all_languages_are_read() {
        for (written, expected) in [
            ("1_000", Constant::Int(1000)),
            ("0xFFL", Constant::Int(255)),
            ("0b101", Constant::Int(5)),
            ("017", Constant::Int(15)),
            ("0", Constant::Int(0)),
            ("10L", Constant::Int(10)),
            ("1.5f", Constant::Float(1.5)),
            ("2m", Constant::Float(2.0)),
            ("1e3", Constant::Float(1000.0)),
        ] {
            assert_eq!(number_constant(written), expected, "{written}");
        }
    }
}
