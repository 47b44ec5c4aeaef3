//! Line ends that forge headers or lines of a log.
//!
//! Texts of several lines are ordinary. What is none: a line end in front of the name of a header
//! that steers a browser, and a line end that was written in an encoding.

use crate::marks::Marks;
use crate::rule::{Form, Rule};

/// Literals of an encoded line end.
const ENCODED: &[&str] = &[
    "%0a", "%0d", "%250", "%25%30", "%u000", "\\r", "\\n", "%e5%98", "&#10", "&#13", "&#x0",
    "&#xa", "&#xd",
];

pub(crate) static RULES: [Rule; 9] = [
    Rule::judge(&[], raw_header).with_bytes(Marks::LINE_END),
    // 嘊 and 嘍 (U+560A, U+560D) lose their high byte in some servers and become line ends.
    Rule::pattern(
        80,
        ENCODED,
        r"(%(25)*(0[ad]|u000[ad]|e5%(25)*98%(25)*8[ad])|\\r|\\n|&#(10|13|x0?[ad]);?)[\s%0-9ad\\rn]{0,24}(set-cookie2?|location|content-(type|length|disposition|security-policy)|refresh|x-[a-z][a-z-]{2,30}|host|transfer-encoding|access-control-[a-z-]+|referer|link|status|www-authenticate)\s*(:|%(25)*3a)",
    ),
    // An escape that is broken on purpose: `%25%0a`, `%%0a0a`.
    Rule::pattern(70, &["set-cookie"], r"[%\\][\w%\\]{1,12}\s*set-cookie2?\s*(:|%3a)"),
    Rule::pattern(
        75,
        ENCODED,
        r"(%(25)*0[ad]|\\r\\n|\\n)\s*(http/\d\.\d\s+\d{3}|(get|post|put|delete|head|options|patch)\s+/\S*\s+http/)",
    ),
    Rule::pattern(60, ENCODED, r"(%(25)*0d%(25)*0a|%(25)*0a%(25)*0d){2}\s*(<|%(25)*3c)"),
    // The value begins with a line end, and then there is nothing but one header.
    Rule::pattern(
        60,
        &[],
        r"^\s*\r[\r\n%0ad]*(x-[a-z-]{2,30}|content-[a-z-]+|remote-addr|refresh|set-cookie2?|referer|user-agent|authorization|cache-control|transfer-encoding|access-control-[a-z-]+)[\r\n\s]*:[^\r\n]*\s*$",
    )
    .with_bytes(Marks::LINE_END.and(Marks::COLON)),
    // A path with a line end in it, which servers take apart at it.
    Rule::pattern(55, &["%0a", "%0d"], r"^/[\w./-]*%0[ad]"),
    // The cursor of a terminal moves over what was written, and a command follows.
    Rule::pattern(
        60,
        &["\\033[", "\\x1b[", "\\e[", "\\u001b["],
        r"\\n[^\n]*\\(033|x1b|e|u001b)\[\d{0,3}[a-hjk][a-z]{2,}",
    ),
    Rule::judge(&[], forged_line).with_bytes(Marks::LINE_END),
];

/// Headers that steer a browser or a proxy. The others stand in ordinary texts (mail, notes).
const STEERING: [&[u8]; 6] = [
    b"set-cookie:",
    b"set-cookie2:",
    b"access-control-allow-origin:",
    b"x-xss-protection:",
    b"transfer-encoding:",
    b"www-authenticate:",
];

/// A line that is a header, after one that is none.
fn raw_header(form: &Form<'_>) -> u32 {
    let mut lines = form.lower.split(|byte| matches!(byte, b'\r' | b'\n'));
    let first = lines.next().unwrap_or_default();
    // A message with headers of its own (mail, a recorded request) is what it says it is.
    if is_header(first) || first.starts_with(b"http/") || first.ends_with(b" http/1.1") {
        return 0;
    }
    let mut points = 0;
    for line in lines {
        let line = line.trim_ascii_start();
        let found = if STEERING.iter().any(|name| line.starts_with(name)) {
            80
        } else if line.starts_with(b"location:")
            && (line.windows(3).any(|part| part == b"://") || line.starts_with(b"location: /"))
        {
            70
        } else if is_start_of_message(line) {
            75
        } else if line.starts_with(b"content-length:") || line.starts_with(b"content-type:") {
            // The page that the forged answer shows, on the same line.
            if line.windows(5).any(|part| part == b"<html") { 70 } else { 40 }
        } else {
            0
        };
        points += found;
        if points >= 100 {
            return 100;
        }
    }
    points
}

/// `HTTP/1.1 200`, `GET /path HTTP/1.1`.
fn is_start_of_message(line: &[u8]) -> bool {
    if let Some(rest) = line.strip_prefix(b"http/") {
        let status = rest.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
        return status.len() == 3 && status.iter().all(u8::is_ascii_digit);
    }
    let mut words = line.split(|byte| *byte == b' ');
    let method = words.next().unwrap_or_default();
    matches!(method, b"get" | b"post" | b"put" | b"delete" | b"head" | b"options" | b"patch")
        && words.next().is_some_and(|path| path.starts_with(b"/") || path.starts_with(b"http"))
        && words.next().is_some_and(|version| version.starts_with(b"http/"))
}

fn is_header(line: &[u8]) -> bool {
    line.iter().position(|byte| *byte == b':').is_some_and(|at| {
        let name = line.get(..at).unwrap_or_default();
        !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    })
}

/// At a sink (a log, a header) every line end forges.
fn forged_line(form: &Form<'_>) -> u32 {
    let forged = form.sink && !form.lower.trim_ascii().is_empty();
    let inside = form.lower.trim_ascii_end().iter().any(|byte| matches!(byte, b'\r' | b'\n'));
    if forged && inside { 40 } else { 0 }
}
