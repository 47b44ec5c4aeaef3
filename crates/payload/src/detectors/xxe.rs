//! External entities of XML, and what else an XML document makes its reader fetch or run.

use crate::rule::{Form, Rule};

pub(crate) static RULES: [Rule; 9] = [
    Rule::pattern(100, &["<!entity"], r"<!entity\s+(%\s+)?[\w.:-]+\s+(system|public)\b"),
    // Entities that name each other grow without bound; nobody declares one for an API.
    Rule::pattern(80, &["<!entity"], r#"<!entity\s+(%\s+)?[\w.:-]+\s*["']"#),
    Rule::judge(&["<!doctype"], doctype),
    // Pieces of a document type: a declaration, its end, an entity of its own.
    Rule::pattern(
        60,
        &["<!element", "<!attlist", "<!notation", "]>", "%"],
        r"^\s*<!(element|attlist|notation)\s+[\w:%]|^\s*\]>\s*(<[\w:?]|$)|^\s*%[a-z][\w.-]{2,30};\s*(\]>.*)?$",
    ),
    Rule::pattern(
        90,
        &["xinclude", "xi:include"],
        r#"<[\w:]*include\b[^>]*\bhref\s*=|xmlns(:\w+)?\s*=\s*["']https?://www\.w3\.org/2001/xinclude["']"#,
    ),
    // Style sheets that read files or call functions of the host language.
    Rule::pattern(
        90,
        &["xsl:", "xmlns:"],
        r#"xmlns:\w+\s*=\s*["'](http://php\.net/xsl|(http://xml\.apache\.org/)?xalan(/java)?|urn:schemas-microsoft-com:xslt|http://saxon\.sf\.net/|java:|http://xml\.apache\.org/xalan/java)|<xsl:[\w-]+[^>]*\b(document|unparsed-text|system-property)\s*\("#,
    ),
    Rule::pattern(
        80,
        &["<xsl:", "php:function"],
        r"<xsl:(include|import)\s[^>]{0,80}href|php:function\s*\(",
    ),
    // A tag that is put together from character data, so that no filter sees it.
    Rule::pattern(
        80,
        &["<![cdata["],
        r"<!\[cdata\[\s*<?\s*\]\]>|<!\[cdata\[[^\]]{0,40}<(img|script|svg|iframe)",
    ),
    Rule::pattern(
        70,
        &["<?xml-stylesheet"],
        r#"<\?xml-stylesheet[^>]*href\s*=\s*["'](https?:|file:|//|data:|javascript:)"#,
    ),
];

/// A document type: of HTML it is ordinary, and so is the public one of a known kind of document;
/// one that names a file or address, or declares something itself, is fetched or expanded.
fn doctype(form: &Form<'_>) -> u32 {
    let mut best = 0;
    let mut rest = form.lower;
    while let Some(at) = find(rest, b"<!doctype") {
        rest = rest.get(at + b"<!doctype".len()..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        let head = rest.get(..end).unwrap_or_default();
        let mut words = head
            .split(|byte| byte.is_ascii_whitespace() || *byte == b'[')
            .filter(|word| !word.is_empty());
        let name = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        let declares = head.contains(&b'[');
        best = best.max(match (name, second) {
            _ if declares => 75,
            (b"html", _) => 0,
            (_, b"system") => 70,
            (_, b"public") if form.sink => 40,
            _ => 0,
        });
    }
    best
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
