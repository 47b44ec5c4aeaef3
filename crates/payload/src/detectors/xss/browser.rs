//! Functions and objects of the browser that attacks call.

use crate::rule::{Form, Pattern};

/// Signs, and what each adds.
static SIGNS: [(u32, Pattern); 19] = [
    (
        35,
        Pattern::new(
            r"(^|[^\w.])(alert|confirm|prompt|eval|execscript|msgbox)\s*(\?\.)?\s*(\(|`|\.(call|apply|bind)\s*\(|\\x28|&lpar)",
        ),
    ),
    (
        20,
        Pattern::new(
            r#"\b(set(timeout|interval|immediate)|atob|fetch|importscripts|import|function)\s*\(\s*["'`]"#,
        ),
    ),
    (
        25,
        Pattern::new(
            r"\bstring\s*\.\s*fromcharcode\s*\(|\bunescape\s*\(|\bdecodeuri(component)?\s*\(",
        ),
    ),
    (
        25,
        Pattern::new(
            r"\bdocument\s*\??\.\s*(cookie|domain|write(ln)?|location|body|createelement|url|referrer|documentelement|forms|scripts|head|getelement)",
        ),
    ),
    (
        50,
        Pattern::new(
            r#"\b(document|window|self|top|parent|this|globalthis|frames|content)\s*(\?\.)?\[\s*(["'`/]|\w+\s*\+|\d+\]\.|[(\\])"#,
        ),
    ),
    (
        30,
        Pattern::new(
            r"\b(window|self|top|parent|globalthis|frames)\s*\??\.\s*(alert|confirm|prompt|eval|name|location|open|onerror|settimeout|fetch)\b",
        ),
    ),
    (
        40,
        Pattern::new(
            r#"\.constructor\s*(\(|\.constructor|\[)|\["constructor"\]|\['constructor'\]"#,
        ),
    ),
    (
        25,
        Pattern::new(
            r#"\.(inner|outer)html\s*=|\.insertadjacenthtml\s*\(|\.src\s*=\s*["'`(]?\s*(//|http)|\.href\s*=\s*["'`]"#,
        ),
    ),
    (
        25,
        Pattern::new(
            r#"\blocation\s*(\.(href|hash|search|assign|replace)\s*)?(=\s*["'`]?\s*(javascript|http|//|name|hash|\\)|\(\s*["'`])"#,
        ),
    ),
    (
        35,
        Pattern::new(
            r#"^[^"'`<>]{0,40}["'`]\s*[-+*/^|&;,%?:)\]}]+\s*[(!\[]?\s*(alert|confirm|prompt|eval|document|window|top|self|location|parent|throw|set(timeout|interval)|fetch|function|import|[a-z]+\[)"#,
        ),
    ),
    (
        30,
        Pattern::new(
            r"^[\W\d]*(alert|confirm|prompt|eval)\s*(\?\.)?\s*([(`]|\.(call|apply)\s*\().*[)`]\W*$",
        ),
    ),
    (20, Pattern::new(r#"[;)}`'"]\s*(//|<!--|/\*)\s*["'`]?\s*$"#)),
    (
        25,
        Pattern::new(
            r#"^[^"'`]{0,24}["'`]?\s*[)\]}]+\s*;?\s*\S*(alert|confirm|prompt|eval)\s*[(`]|</(script|style|title|textarea)>\s*\S*(alert|confirm|prompt|eval)\s*[(`]"#,
        ),
    ),
    (
        25,
        Pattern::new(
            r#"\bonerror\s*=\s*(alert|eval|confirm|prompt)|\bthrow\s+[\w'"`/]|\bnew\s+(function|image)\b|\bxmlhttprequest\b|\bsendbeacon\s*\(|\blocalstorage\s*[.\[]"#,
        ),
    ),
    (
        55,
        Pattern::new(
            r"\.(find|map|filter|foreach|some|every|reduce|sort|call|apply|replace)\s*\(.{0,24}\b(alert|confirm|prompt|eval)\s*[,)]",
        ),
    ),
    (60, Pattern::new(r"\.\s*(call|apply|bind)\s*`\s*\$\s*\{")),
    (50, Pattern::new(r#"\(\s*(document|window|self|top|globalthis)\s*\)\s*\[\s*["'`(]"#)),
    (
        30,
        Pattern::new(r#"\bnew\s+activexobject\s*\(|[\w"']=\s*["']\s*(alert|confirm|prompt)\s*\("#),
    ),
    (30, Pattern::new(r"\bparentwindow\s*\.\s*(alert|eval|execscript)\s*\(")),
];

/// The sum of the signs.
pub(super) fn objects(form: &Form<'_>) -> u32 {
    SIGNS.iter().filter(|(_, sign)| sign.matches(form.lower)).map(|(points, _)| points).sum()
}
