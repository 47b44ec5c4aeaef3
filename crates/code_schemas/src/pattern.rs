//! Regular expressions of Python and Rust in the words of ECMA-262.

/// Words of Python and Rust: letters and digits of every language.
const WORD: &str = r"\p{Alphabetic}\p{M}\p{N}\p{Pc}\p{Join_Control}";

/// How far a pattern has to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// `$` is the end of the text.
    Text,
    /// `$` also stands before a last line break.
    Line,
}

/// A pattern that takes every text that `pattern` takes, to be looked for anywhere in a text; `None`
/// where it is not known to.
pub(crate) fn translate(pattern: &str, end: End) -> Option<String> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(character) = rest.next() {
        match character {
            '\\' => {
                let escaped = rest.next()?;
                match escaped {
                    'd' if in_class => out.push_str(r"\p{Nd}"),
                    'd' => out.push_str(r"[\p{Nd}]"),
                    'w' if in_class => out.push_str(WORD),
                    'w' => out.extend(["[", WORD, "]"]),
                    's' if in_class => out.push_str(r"\s\u001c-\u001f\u0085"),
                    's' => out.push_str(r"[\s\u001c-\u001f\u0085]"),
                    'n' | 'r' | 't' | 'f' => out.extend(['\\', escaped]),
                    it if it.is_ascii_punctuation() => out.extend(['\\', it]),
                    _ => return None,
                }
            }
            '[' if in_class => return None,
            '[' => {
                in_class = true;
                out.push('[');
                // What a negated class leaves out must not grow.
                if rest.next_if_eq(&'^').is_some() {
                    if negated_holds_sets(&rest) {
                        return None;
                    }
                    out.push('^');
                }
                // A bracket at the start is one of the class.
                if rest.peek() == Some(&']') {
                    return None;
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' | '-' | '|' if in_class && rest.peek() == Some(&character) => return None,
            '.' if !in_class => out.push_str(r"[^\n]"),
            '$' if !in_class && end == End::Line => out.push_str(r"\n?$"),
            '(' if !in_class && rest.next_if_eq(&'?').is_some() => {
                rest.next_if_eq(&':')?;
                out.push_str("(?:");
            }
            '{' if !in_class => out.push_str(&count(&mut rest)?),
            '}' | ']' if !in_class => return None,
            other => out.push(other),
        }
    }
    (!in_class).then_some(out)
}

fn negated_holds_sets(rest: &std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let mut ahead = rest.clone();
    while let Some(character) = ahead.next() {
        match character {
            ']' => return false,
            '\\' if ahead.next().is_some_and(|it| it.is_ascii_alphabetic()) => return true,
            _ => {}
        }
    }
    true
}

/// `{2}`, `{2,}`, `{2,5}`, behind its bracket.
fn count(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<String> {
    let inner: String = rest.by_ref().take_while(|it| *it != '}').collect();
    let is_number = |text: &str| {
        !text.is_empty() && text.len() <= 4 && text.bytes().all(|it| it.is_ascii_digit())
    };
    let is_count = match inner.split_once(',') {
        None => is_number(&inner),
        Some((least, most)) => is_number(least) && (most.is_empty() || is_number(most)),
    };
    is_count.then(|| format!("{{{inner}}}"))
}

/// Whether the pattern means the same in all of these languages, character by character.
pub(crate) fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['\\', '.', '(', '{', '&', '~', '$'])
        && translate(pattern, End::Text).is_some()
        || pattern.strip_suffix('$').is_some_and(|it| !it.is_empty() && is_plain(it))
}

#[cfg(test)]
mod tests {
    use super::{End, is_plain, translate};

    #[test]
    fn sets_of_every_language_are_kept_wide() {
        assert_eq!(
            translate(r"^\d{3}-\w+$", End::Line).as_deref(),
            Some(r"^[\p{Nd}]{3}-[\p{Alphabetic}\p{M}\p{N}\p{Pc}\p{Join_Control}]+\n?$")
        );
        assert_eq!(translate("^[A-Z]{2}$", End::Text).as_deref(), Some("^[A-Z]{2}$"));
        assert_eq!(translate("a.c", End::Text).as_deref(), Some(r"a[^\n]c"));
    }

    #[test]
    fn what_is_not_surely_the_same_is_left_out() {
        for pattern in [
            r"\Aa", r"(?i)a", r"(?=a)", r"(a)\1", r"\D", r"[^\d]", "[[a]", "[a", "a{x}", r"\bx",
            "[]a]",
        ] {
            assert_eq!(translate(pattern, End::Line), None, "{pattern}");
        }
    }

    #[test]
    fn plain_patterns_are_the_same_everywhere() {
        assert!(is_plain("^x-[a-z]+$") && is_plain("^S_"));
        assert!(!is_plain(r"^\d$") && !is_plain("a.b") && !is_plain("$"));
    }
}
