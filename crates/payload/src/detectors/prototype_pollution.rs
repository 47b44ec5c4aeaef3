//! Keys that reach the prototype of every object of JavaScript.
//!
//! As a key, `__proto__` is enough, and so is `prototype` within `constructor`; in a text it must be used: `a[__proto__][b]=1`.

use crate::rule::{Form, Holds, Rule};

pub(crate) static RULES: [Rule; 5] = [
    Rule::judge(&["__proto__", "constructor"], key).only(Holds::InKey),
    Rule::pattern(
        90,
        &["__proto__"],
        r#"__proto__['"]?\]?\s*(\[|\.\w|['"]?\s*:\s*[\[{"'\w]|=)|[\w\]]\[['"]?__proto__|\w\.__proto__(\.|\[|=|$)"#,
    ),
    Rule::pattern(
        90,
        &["constructor"],
        r#"constructor['"]?\]?\s*(\.\s*prototype\s*[.\[=]|\[\s*['"]?prototype|['"]?\s*:\s*\{\s*['"]?prototype['"]?\s*:)"#,
    ),
    Rule::pattern(70, &["__define", "__lookup"], r"__(define|lookup)(getter|setter)__\s*\("),
    Rule::pattern(
        40,
        &["__proto__", "prototype"],
        r"^(__proto__|constructor\.prototype|prototype)$",
    )
    .only(Holds::InSink),
];

/// A key by itself, or a path of keys as parsers of forms and queries take apart.
fn key(form: &Form<'_>) -> u32 {
    let mut parts = form
        .lower
        .split(|byte| matches!(byte, b'.' | b'[' | b']' | b'"' | b'\''))
        .filter(|part| !part.is_empty());
    let mut before: &[u8] = b"";
    let reaches = parts.any(|part| {
        let outer = std::mem::replace(&mut before, part);
        part == b"__proto__" || (part == b"prototype" && outer == b"constructor")
    });
    if reaches { 100 } else { 0 }
}
