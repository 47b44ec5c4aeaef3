//! The name by which lines of the guard are known, where the function writes it.
//!
//! A line of the guard is a JSON object with the member `faasguard`; its metrics stand in a
//! namespace of that name. Whoever reads the log believes both, so the function may write neither:
//! wherever it writes the name as a JSON text of its own, the text becomes `handler_faasguard`. It
//! does not matter how the text is spelt (`\u0066aasguard`), how deep it stands within other texts
//! (`\"faasguard\"`), or what stands around it; the name within a longer text stays.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// The name that is the guard's own.
const NAME: &[u8; 9] = b"faasguard";
/// What is put before it.
const PREFIX: &[u8] = b"handler_";
/// Backslashes before one character: texts within texts, four deep.
const MOST_BACKSLASHES: usize = 16;
/// Longest spelling of the name, its quotes included.
const LONGEST: usize = (NAME.len() + 2) * (MOST_BACKSLASHES + 5);

/// What stands at the begin of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// What was looked for, and how long it is.
    Whole(usize),
    /// Its begin: the bytes end within it.
    Open,
    /// Something else.
    Nothing,
}

/// Takes the name away from what the function wrote: `out` from `from` on.
pub(crate) fn disown(out: &mut Vec<u8>, from: usize) {
    let text = out.get(from..).unwrap_or_default();
    if !may_name(text) {
        return;
    }
    let places = places(text);
    let mut rest = out.split_off(from.min(out.len()));
    let mut written = 0;
    for place in places {
        out.extend_from_slice(rest.get(written..place).unwrap_or_default());
        out.extend_from_slice(PREFIX);
        written = place;
    }
    out.extend(rest.drain(written..));
}

/// How many of the bytes may be written before it is known what follows: up to where the name may
/// have begun. The quote that ends the name begins no other text.
pub(crate) fn open_end(bytes: &[u8]) -> usize {
    let mut at = bytes.len().saturating_sub(2 * LONGEST);
    while at < bytes.len() {
        match quoted(bytes.get(at..).unwrap_or_default()) {
            Found::Whole(length) => at += length,
            Found::Open => return at,
            Found::Nothing => at += 1,
        }
    }
    at
}

/// Whether a text can hold the name at all: a look that most lines end with.
fn may_name(text: &[u8]) -> bool {
    static PLAIN: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(NAME));
    static ESCAPED: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(br"\u00"));
    PLAIN.find(text).is_some() || ESCAPED.find(text).is_some()
}

/// Where the name stands as a text: the places behind the opening quotes.
fn places(text: &[u8]) -> Vec<usize> {
    let mut places = Vec::new();
    for at in memchr::memchr2_iter(b'"', b'\\', text) {
        let here = text.get(at..).unwrap_or_default();
        let Found::Whole(quote) = character(here, b'"') else { continue };
        // Most texts begin otherwise.
        if !matches!(here.get(quote), Some(b'f' | b'\\'))
            || !matches!(quoted(here), Found::Whole(_))
        {
            continue;
        }
        // The same from each backslash before a quote.
        let place = at + quote;
        if places.last() != Some(&place) {
            places.push(place);
        }
    }
    places
}

/// The name between two quotes.
fn quoted(bytes: &[u8]) -> Found {
    let mut length = 0;
    for wanted in [b'"'].iter().chain(NAME).chain(b"\"") {
        match character(bytes.get(length..).unwrap_or_default(), *wanted) {
            Found::Whole(more) => length += more,
            other => return other,
        }
    }
    Found::Whole(length)
}

/// One character, itself or as `\u00xx`; a quote also behind backslashes.
fn character(bytes: &[u8], wanted: u8) -> Found {
    let backslashes =
        bytes.iter().take(MOST_BACKSLASHES + 1).take_while(|byte| **byte == b'\\').count();
    let rest = bytes.get(backslashes..).unwrap_or_default();
    let Some(first) = rest.first() else { return Found::Open };
    if *first == wanted && (backslashes == 0 || wanted == b'"') {
        return Found::Whole(backslashes + 1);
    }
    // None of these characters has a letter among its digits.
    let escape = [b'u', b'0', b'0', b'0' + (wanted >> 4), b'0' + (wanted & 15)];
    let known = rest.len().min(escape.len());
    if !(1..=MOST_BACKSLASHES).contains(&backslashes) || rest.get(..known) != escape.get(..known) {
        return Found::Nothing;
    }
    if known < escape.len() { Found::Open } else { Found::Whole(backslashes + known) }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, disown, open_end};

    fn disowned(text: &str) -> String {
        let mut out = format!("before {text}").into_bytes();
        disown(&mut out, 7);
        String::from_utf8(out).unwrap().split_off(7)
    }

    #[test]
    fn the_name_as_a_text_is_taken_away_however_it_is_spelt() {
        for (written, expected) in [
            (r#"{"faasguard":"event"}"#, r#"{"handler_faasguard":"event"}"#),
            (r#"{ "faasguard" : 1}"#, r#"{ "handler_faasguard" : 1}"#),
            (r#"{"\u0066aas\u0067uard":1}"#, r#"{"handler_\u0066aas\u0067uard":1}"#),
            (
                r#"{"a":1,"faasguard":1,"faasguard":2}"#,
                r#"{"a":1,"handler_faasguard":1,"handler_faasguard":2}"#,
            ),
            (r#"10:00 {"faasguard":"learned"} x"#, r#"10:00 {"handler_faasguard":"learned"} x"#),
            (r#"{"m":"{\"faasguard\":1}"}"#, r#"{"m":"{\"handler_faasguard\":1}"}"#),
            (
                r#"{"m":"{\u0022faasguard\u0022:1}"}"#,
                r#"{"m":"{\u0022handler_faasguard\u0022:1}"}"#,
            ),
            (
                r#"{"m":"\"{\\\"\\u0066aasguard\\\":1}\""}"#,
                r#"{"m":"\"{\\\"handler_\\u0066aasguard\\\":1}\""}"#,
            ),
            ("\"faasguard\"\"faasguard\"", "\"handler_faasguard\"\"handler_faasguard\""),
        ] {
            assert_eq!(disowned(written), expected);
        }
    }

    #[test]
    fn other_texts_stay() {
        for text in [
            "",
            "starting /opt/faasguard/settings.json",
            r#"{"program":"faasguard-guard"}"#,
            r#"{"Faasguard":1}"#,
            r#"{"handler_faasguard":1}"#,
            r#"{"caf\u00e9":"faasguard "}"#,
            r#"{"\faasguard":1}"#,
            r#""faasguard"#,
            r#"faasguard""#,
        ] {
            assert_eq!(disowned(text), text);
        }
    }

    #[test]
    fn what_may_become_the_name_waits() {
        let whole = r#"x "\u0066aasg\u0075ard" y"#;
        for end in 0..whole.len() {
            let expected = if (3..23).contains(&end) { 2 } else { end };
            assert_eq!(open_end(&whole.as_bytes()[..end]), expected, "{end}");
        }
        assert_eq!(open_end(br"say \"), 4);
        assert_eq!(open_end(br#"a "word"#), 7);
        assert_eq!(open_end(br#"{"faasguard":"faasguard","#), 25);
        let deep = ["x", &r"\".repeat(16), r"u0022", &r"\".repeat(16), "u006"].concat();
        assert_eq!(open_end(deep.as_bytes()), 1);
        assert!(deep.len() < LONGEST);
    }
}
