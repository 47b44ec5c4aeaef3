//! Patterns of ECMA-262, as JSON Schema has them, for an engine whose time is linear.

use regex::{Regex, RegexBuilder};

/// Memory of one compiled pattern, in bytes.
const SIZE: usize = 1 << 20;

/// Compiles a pattern; what only a backtracking engine could do is refused.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    let translated = translate(pattern)?;
    RegexBuilder::new(&translated).size_limit(SIZE).dfa_size_limit(SIZE).build().map_err(|error| {
        match error {
            regex::Error::CompiledTooBig(_) => "is too large".to_owned(),
            _ => "is no regular expression that is understood".to_owned(),
        }
    })
}

/// The pattern in the words of the `regex` crate, where the two differ.
fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(character) = rest.next() {
        match character {
            '\\' => escape(&mut rest, in_class, &mut out)?,
            '[' if in_class => out.push_str("\\["),
            '[' => {
                let is_negated = rest.next_if_eq(&'^').is_some();
                if rest.next_if_eq(&']').is_some() {
                    // `[^]` is any character, `[]` none.
                    out.push_str(if is_negated { "(?s:.)" } else { "[^\\x{0}-\\x{10FFFF}]" });
                } else {
                    in_class = true;
                    out.push_str(if is_negated { "[^" } else { "[" });
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            // Operators of sets, which ECMA does not have.
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(character);
            }
            '-' if in_class && rest.peek() == Some(&'-') => out.push_str("\\-"),
            '.' if !in_class => out.push_str("[^\\n\\r\\x{2028}\\x{2029}]"),
            '(' if !in_class && rest.next_if_eq(&'?').is_some() => group(&mut rest, &mut out)?,
            other => out.push(other),
        }
    }
    Ok(out)
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// What follows `(?`.
fn group(rest: &mut Characters<'_>, out: &mut String) -> Result<(), String> {
    let mut ahead = rest.clone();
    match (ahead.next(), ahead.next()) {
        (Some(':'), _) => out.push_str("(?"),
        (Some('<'), Some(name)) if name != '=' && name != '!' => out.push_str("(?"),
        (Some('=' | '!' | '<'), _) => {
            return Err("looks ahead or behind, which takes exponential time".to_owned());
        }
        _ => return Err("has flags within, which ECMA-262 does not have".to_owned()),
    }
    Ok(())
}

fn escape(rest: &mut Characters<'_>, in_class: bool, out: &mut String) -> Result<(), String> {
    let Some(character) = rest.next() else { return Err("ends in a backslash".to_owned()) };
    let class =
        |inside: &str, outside: &str| if in_class { inside.to_owned() } else { outside.to_owned() };
    // Digits, words and spaces are those of ECMA: only the spaces go beyond ASCII.
    let space = r"\t\n\x{B}\f\r \x{A0}\x{FEFF}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}";
    match character {
        'd' => out.push_str(&class("0-9", "[0-9]")),
        'D' => out.push_str("[^0-9]"),
        'w' => out.push_str(&class("A-Za-z0-9_", "[A-Za-z0-9_]")),
        'W' => out.push_str("[^A-Za-z0-9_]"),
        's' => out.push_str(&class(space, &format!("[{space}]"))),
        'S' => out.extend(["[^", space, "]"]),
        'b' if in_class => out.push_str("\\x08"),
        'b' => out.push_str(r"(?-u:\b)"),
        'B' => out.push_str(r"(?-u:\B)"),
        '0' if !rest.peek().is_some_and(char::is_ascii_digit) => out.push_str("\\x00"),
        '0'..='9' => {
            return Err("refers to a group before it, which takes exponential time".to_owned());
        }
        'k' => return Err("refers to a group before it, which takes exponential time".to_owned()),
        'v' => out.push_str("\\x0B"),
        'c' => {
            let letter = rest.next().filter(char::is_ascii_alphabetic);
            let Some(letter) = letter else { return Err("has `\\c` without a letter".to_owned()) };
            push_character(u32::from(letter) % 32, out);
        }
        'u' => unicode(rest, out)?,
        'a' => return Err("has `\\a`, which is no escape of ECMA-262".to_owned()),
        '-' | '/' => out.extend(['\\', character]),
        other if other.is_ascii_alphanumeric() && !"xpPnrtf".contains(other) => {
            return Err(format!("has `\\{other}`, which is no escape of ECMA-262"));
        }
        other => {
            out.push('\\');
            out.push(other);
        }
    }
    Ok(())
}

fn push_character(code: u32, out: &mut String) {
    let digits = format!("{code:X}");
    out.extend(["\\x{", &digits, "}"]);
}

/// `\u0041`, a pair of halves, `\u{1F600}`.
fn unicode(rest: &mut Characters<'_>, out: &mut String) -> Result<(), String> {
    let wrong = || "has `\\u` without a character".to_owned();
    if rest.next_if_eq(&'{').is_some() {
        let digits: String = rest.by_ref().take_while(|it| *it != '}').collect();
        out.extend(["\\x{", &digits, "}"]);
        return Ok(());
    }
    let half = |rest: &mut Characters<'_>| {
        let digits: String = rest.by_ref().take(4).collect();
        u32::from_str_radix(&digits, 16).map_err(|_| wrong())
    };
    let mut code = half(rest)?;
    if (0xD800..0xDC00).contains(&code) {
        if rest.next() != Some('\\') || rest.next() != Some('u') {
            return Err(wrong());
        }
        let low = half(rest)?;
        code = 0x10000 + ((code - 0xD800) << 10) + low.checked_sub(0xDC00).ok_or_else(wrong)?;
    }
    push_character(code, out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn patterns_mean_what_they_mean_in_ecma_262() {
        for (pattern, text, expect) in [
            ("^\\d+$", "12", true),
            ("^\\d+$", "१२", false),
            ("^\\w$", "é", false),
            ("^\\S$", "\u{feff}", false),
            ("^a.c$", "a\rc", false),
            ("^[a-z&&b]$", "&", true),
            ("^[[a]$", "[", true),
            ("^[^]$", "\n", true),
            ("\\u0041", "xA", true),
            ("^\\cC$", "\u{3}", true),
            ("^[\\w.-]+@x\\/y$", "a-b@x/y", true),
            ("^\\uD83D\\uDE00$", "😀", true),
            ("a", "b", false),
            ("^x$", "x\n", false),
        ] {
            assert_eq!(compile(pattern).unwrap().is_match(text), expect, "{pattern} {text}");
        }
    }

    #[test]
    fn what_needs_a_backtracking_engine_is_refused() {
        for pattern in ["(?=a)", "(?<!a)b", "(a)\\1", "(?<n>a)\\k<n>", "(?i)a", "[", "\\a"] {
            assert!(compile(pattern).is_err(), "{pattern}");
        }
    }
}
