//! What a scalar without quotes stands for, by the rules of YAML 1.1 that CloudFormation follows.

use smol_str::SmolStr;

use crate::Kind;

/// The value of a plain scalar.
pub(super) fn plain_kind(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        _ => truth(text).map_or_else(|| number_or_text(text), Kind::Bool),
    }
}

/// The value of a scalar under a standard tag such as `!!str`; text that does not fit stays text.
pub(super) fn tagged_kind(tag: &str, text: &str) -> Kind {
    match tag {
        "bool" => truth(text).map_or_else(|| Kind::Text(SmolStr::new(text)), Kind::Bool),
        "int" | "float" => number_or_text(text),
        "null" => Kind::Null,
        _ => Kind::Text(SmolStr::new(text)),
    }
}

/// Whether `plain_kind` gives this very text back as [`Kind::Text`].
pub(crate) fn is_plain_text(text: &str) -> bool {
    matches!(plain_kind(text), Kind::Text(_))
}

/// Whether a plain scalar with this text is a number.
pub(crate) fn is_plain_number(text: &str) -> bool {
    is_integer(text) || is_float(text)
}

fn number_or_text(text: &str) -> Kind {
    let same = SmolStr::new(text);
    if is_plain_number(text) { Kind::Number(same) } else { Kind::Text(same) }
}

/// The cased words of YAML 1.1; single `y` and `n` are text, as `PyYAML` and CloudFormation have it.
fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

/// Whether `text` is digits of `radix` and underscores, with at least one digit.
fn digits(text: &str, radix: u32) -> bool {
    text.chars().all(|c| c == '_' || c.is_digit(radix)) && text.chars().any(|c| c != '_')
}

fn is_integer(text: &str) -> bool {
    let text = unsigned(text);
    if let Some(rest) = text.strip_prefix("0x") {
        return digits(rest, 16);
    }
    if let Some(rest) = text.strip_prefix("0o") {
        return digits(rest, 8);
    }
    if let Some(rest) = text.strip_prefix("0b") {
        return digits(rest, 2);
    }
    match text.strip_prefix('0') {
        Some("") => true,
        // A leading zero means octal; `0189` is therefore not a number but text.
        Some(rest) => digits(rest, 8),
        None => !text.starts_with('_') && digits(text, 10),
    }
}

fn is_float(text: &str) -> bool {
    let text = unsigned(text);
    if matches!(text, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(unsigned(exponent))),
        None => (text, None),
    };
    if exponent.is_some_and(|e| e.is_empty() || !e.bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let Some(fraction) = fraction else {
        return exponent.is_some() && !whole.starts_with('_') && digits(whole, 10);
    };
    if whole.is_empty() {
        return !fraction.starts_with('_') && digits(fraction, 10);
    }
    !whole.starts_with('_')
        && digits(whole, 10)
        && fraction.chars().all(|c| c == '_' || c.is_ascii_digit())
}
