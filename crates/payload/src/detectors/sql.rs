//! Pieces of SQL statements.

use crate::marks::Marks;
use crate::rule::{Form, Rule};

pub(crate) static RULES: [Rule; 2] = [
    Rule::pattern(
        60,
        &["or", "and"],
        r"(^|[\d'\x22)\s])\s*\b(or|and)\b\s*\(?\s*\d+\s*(=|<|>|like)\s*\(?\d+",
    ),
    Rule::judge(&["or", "and", "select", "--", "/*", "#", ";"], by_tokens).with_bytes(Marks::QUOTE),
];

fn by_tokens(form: &Form<'_>) -> u32 {
    if libinjectionrs::detect_sqli(form.raw).is_injection() { 40 } else { 0 }
}
