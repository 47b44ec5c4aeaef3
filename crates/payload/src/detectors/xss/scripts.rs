//! Script elements, handlers of events and addresses that run code.

use memchr::memmem;

use crate::rule::{Form, Pattern};

/// `<script` where it is more than a word about HTML.
pub(super) fn element(form: &Form<'_>) -> u32 {
    let text = form.lower;
    let mut points = 0;
    for at in memmem::find_iter(text, b"<script") {
        let (Some(before), Some(after)) = (text.get(..at), text.get(at + 7..)) else { continue };
        points = points.max(opened(before, after, text));
    }
    // `</script >` closes the script that the program wrote.
    let alone = || CLOSED_ALONE.matches(text);
    match points {
        0 if alone() => 55,
        0 if CLOSED.matches(text) => 30,
        _ => points,
    }
}

static CLOSED: Pattern = Pattern::new(r"</script[\s/>]|script>.{0,40}[(`]");
static CLOSED_ALONE: Pattern = Pattern::new(
    r#"^\W*</script\s*>\W*$|^[\s"'>;)]*</(style|textarea|title|noscript|xmp)\s*>\W*$"#,
);
static SPOKEN_OF: Pattern = Pattern::new(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b");

/// The points of `<script`, by what stands on both sides.
fn opened(before: &[u8], after: &[u8], text: &[u8]) -> u32 {
    match after.first() {
        Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'-' => return 0,
        _ => {}
    }
    // `parse::<Script>()` names a type.
    if before.ends_with(b"::") && after.starts_with(b">") {
        return 0;
    }
    // Markdown sets code between back-ticks: `<script src="…"></script>`.
    if before.last() == Some(&b'`') && after.contains(&b'`') {
        return 20;
    }
    let runs = memmem::find(after, b"</script").is_some()
        || after.iter().any(|byte| matches!(byte, b'(' | b'=' | b'`' | b'\\'));
    if runs || !SPOKEN_OF.matches(text) { 80 } else { 20 }
}

/// A lone `<` that was encoded: it says nothing, but shows whether the encoding gets through.
pub(super) fn probe(form: &Form<'_>) -> u32 {
    if form.encoded && form.raw.trim_ascii() == b"<" { 60 } else { 0 }
}

/// Beginnings of the names of events in HTML, after `on`. Browsers add to them, not to these.
macro_rules! events {
    () => {
        r"on(abort|activate|after|animation|auxclick|audio|before|begin|blur|bounce|cached|cancel|canplay|cell|change|chec|click|close|context|control|copy|cue|cut|data|dblclick|deactivate|device|drag|drop|duration|emptied|end|error|exit|filter|finish|focus|form|fullscreen|gesture|got|hash|help|input|invalid|key|language|layout|load|lo(se|st)|media|message|mouse|move|mozfull|offline|online|orientation|outofsync|page|paste|pause|play|pointer|pop|progress|property|ratechange|readystate|receive|redo|rejection|repeat|reset|resize|resume|reverse|row|rtc|scroll|search|security|seek|select|show|slot|stalled|start|stop|storage|submit|suspend|sync|time|toggle|touch|track|transition|undo|unhandled|unload|url|volume|waiting|webkit|wheel|x{1,3}\b)[a-z]{0,24}"
    };
}

static HANDLER: Pattern = Pattern::new(concat!(
    r#"(^|[\s"'`/>\\<;,+\x00-\x20])"#,
    events!(),
    r#"[\s\x00-\x20/+]*=[\s\x00-\x20]*["'`\\]{0,2}[^\s{]"#
));
static QUOTED: Pattern =
    Pattern::new(r#"^[^"'`=<>]{0,64}["'`][^=]{0,64}[\s/"'`>+]on[a-z]+[\s/]*="#);
static CALLS: Pattern = Pattern::new(
    r#"\bon[a-z]+[\s\x00-\x20/]*=[^;]*?([\w.\]'")>]\s*(\?\.)?[(`]|[(`]\w|javascript:|&#|\\[ux0-9]|location|[\w\]]\s*=\s*\w)"#,
);

/// A handler outside an element: where the program puts the value into an attribute.
pub(super) fn handler(form: &Form<'_>) -> u32 {
    if !HANDLER.matches(form.lower) {
        return 0;
    }
    let breaks_out = QUOTED.matches(form.lower);
    match (breaks_out, CALLS.matches(form.lower)) {
        (true, _) => 65,
        (false, true) => 55,
        (false, false) => 25,
    }
}

static ASSIGNED: Pattern = Pattern::new(concat!(r#"^\s*"#, events!(), r#"\s*=\s*["'`]?\s*$"#));
static BROKEN_OUT: Pattern =
    Pattern::new(r#"^\s*[<"'`/]+\s*(on[a-z]{3,50}|formaction)\s*=\s*["'`]?\s*$"#);

/// `onload=`, `"onzoom=`: a handler that the rest of the page gives its code.
pub(super) fn assigned(form: &Form<'_>) -> u32 {
    if ASSIGNED.matches(form.lower) || BROKEN_OUT.matches(form.lower) { 55 } else { 0 }
}

static NAMED: Pattern = Pattern::new(concat!(r"^\W*", events!(), r"\W*$"));

/// `onfocus`, where the program writes the value into an element. `online` is a word.
pub(super) fn named(form: &Form<'_>) -> u32 {
    if NAMED.matches(form.lower) && form.lower.trim_ascii() != b"online" { 40 } else { 0 }
}

static ELEMENT: Pattern = Pattern::new(
    r"<[!?]|</?(a|abbr|address|applet|area|article|aside|audio|b|base|bdo|big|blink|blockquote|body|br|button|canvas|center|code|col|dd|del|details|dialog|div|dl|dt|em|embed|fieldset|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hr|html|i|iframe|img|image|input|ins|isindex|kbd|label|layer|legend|li|link|listing|main|map|marquee|math|menu|meta|nav|nobr|noscript|object|ol|optgroup|option|p|param|picture|plaintext|pre|q|s|samp|script|section|select|slot|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|title|tr|track|tt|u|ul|var|video|wbr|xml|xmp)([\s/>\x00]|$)|<[a-z][^\s>]*[\s/][^>]*=|<\w+:",
);

/// An element that HTML knows, or any with an attribute. `<email>` and `Vec<T>` change nothing.
pub(super) fn any_element(form: &Form<'_>) -> u32 {
    if ELEMENT.matches(form.lower) { 35 } else { 0 }
}

static INTERRUPTED: Pattern = Pattern::new(r"[a-z]</?[a-z]{0,8}>[a-z]");

/// `o<b>nfocus=alert<b>(1)`: a handler that appears when a filter takes out the elements.
pub(super) fn interrupted(form: &Form<'_>) -> u32 {
    if !INTERRUPTED.matches(form.lower) || HANDLER.matches(form.lower) {
        return 0;
    }
    let mut inside = false;
    let mut text = form.lower.to_vec();
    text.retain(|byte| {
        let was_inside = inside;
        inside = (inside || *byte == b'<') && *byte != b'>';
        !inside && !was_inside
    });
    if HANDLER.matches(&text) && CALLS.matches(&text) { 60 } else { 0 }
}

/// Schemes whose address is code.
const SCHEMES: [&[u8]; 5] = [b"javascript:", b"vbscript:", b"livescript:", b"mocha:", b"jscript:"];

/// `javascript:` and its like, with the white space that browsers skip.
pub(super) fn address(form: &Form<'_>) -> u32 {
    let mut joined = Vec::with_capacity(form.lower.len());
    joined.extend(form.lower.iter().filter(|byte| **byte >= b' '));
    let hidden = SCHEMES.iter().any(|scheme| {
        memmem::find(&joined, scheme).is_some() && memmem::find(form.lower, scheme).is_none()
    });
    let mut points = 0;
    for scheme in SCHEMES {
        for at in memmem::find_iter(&joined, scheme) {
            let (Some(before), Some(after)) = (joined.get(..at), joined.get(at + scheme.len()..))
            else {
                continue;
            };
            points = points.max(of_address(before, after));
        }
    }
    // Nobody breaks a scheme in the middle of its letters.
    if hidden && points > 0 { points + 45 } else { points }
}

static CODE: Pattern =
    Pattern::new(r#"^[^\s"'`]{0,80}[(`=\[]|^\s*(//|/\*|%0|\\|&|<)|^[\w.$]+\s*[(`=]|^["'`/]|^\["#);

fn of_address(before: &[u8], after: &[u8]) -> u32 {
    let before = before.trim_ascii_end();
    let starts = before.iter().all(|byte| !byte.is_ascii_alphanumeric());
    let in_attribute = matches!(
        before.last(),
        Some(b'=' | b'"' | b'\'' | b'`' | b'(' | b';' | b',' | b'\\' | b'>' | b':')
    );
    match (CODE.matches(after), starts || in_attribute) {
        (true, true) => 70,
        (true, false) => 45,
        (false, true) if after.first().is_some_and(|byte| !byte.is_ascii_whitespace()) => 40,
        _ => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::{ASSIGNED, BROKEN_OUT, ELEMENT, HANDLER, INTERRUPTED, NAMED};

    #[test]
    fn the_expressions_compile() {
        for pattern in [&ASSIGNED, &BROKEN_OUT, &ELEMENT, &HANDLER, &INTERRUPTED, &NAMED] {
            assert!(pattern.compiles(), "{pattern:?}");
        }
    }
}
