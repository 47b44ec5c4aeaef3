//! Texts and attributes within XML.

use memchr::{memchr, memmem};

use super::entities;

/// How far into a text the root of a document stands that has no declaration.
const HEAD: usize = 64;

/// Whether `text` is an XML document: one with a declaration, or an envelope of SOAP.
pub(crate) fn may_be(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let head = text.get(..HEAD).unwrap_or(text);
    text.starts_with(b"<?xml")
        || text.starts_with(b"<") && memmem::find(head, b":Envelope").is_some()
}

/// Calls `each` with every text and every value of an attribute, with their references taken off.
/// Comments, instructions and document types are passed over: they are looked at in the whole.
pub(crate) fn strings(text: &[u8], buffer: &mut Vec<u8>, mut each: impl FnMut(&[u8])) {
    let mut rest = text;
    while !rest.is_empty() {
        let start = memchr(b'<', rest).unwrap_or(rest.len());
        let (before, tag) = rest.split_at_checked(start).unwrap_or((rest, b""));
        hand(before, buffer, &mut each);
        rest = if let Some(section) = tag.strip_prefix(b"<![CDATA[") {
            let (content, after) = until(section, b"]]>");
            if !content.trim_ascii().is_empty() {
                each(content);
            }
            after
        } else if tag.starts_with(b"<!--") {
            until(tag, b"-->").1
        } else if tag.starts_with(b"<?") {
            until(tag, b"?>").1
        } else if tag.starts_with(b"<!") {
            until(tag, b">").1
        } else {
            attributes(tag, buffer, &mut each)
        };
    }
}

/// The values of the attributes of the tag at the start of `text`; what follows the tag.
fn attributes<'t>(text: &'t [u8], buffer: &mut Vec<u8>, each: &mut impl FnMut(&[u8])) -> &'t [u8] {
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'>' => return rest,
            b'"' | b'\'' => {
                let (value, after) = until(rest, &[*byte]);
                hand(value, buffer, each);
                rest = after;
            }
            _ => {}
        }
    }
    rest
}

/// Hands over `text` without its references, unless it is blank.
fn hand(text: &[u8], buffer: &mut Vec<u8>, each: &mut impl FnMut(&[u8])) {
    let text = text.trim_ascii();
    buffer.clear();
    if text.is_empty() {
    } else if entities::entities(text, buffer) {
        each(buffer);
    } else {
        each(text);
    }
}

/// What stands before the first `end`, and what behind; all of it where there is none.
fn until<'t>(text: &'t [u8], end: &[u8]) -> (&'t [u8], &'t [u8]) {
    match memmem::find(text, end) {
        Some(at) => {
            (text.get(..at).unwrap_or_default(), text.get(at + end.len()..).unwrap_or_default())
        }
        None => (text, b""),
    }
}

#[cfg(test)]
mod tests {
    use super::{may_be, strings};

    fn all(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        strings(text.as_bytes(), &mut Vec::new(), |string| {
            found.push(String::from_utf8_lossy(string).into_owned());
        });
        found
    }

    #[test]
    fn texts_and_attributes_are_handed_over_without_their_references() {
        let text = "<?xml version=\"1.0\"?><!-- no --><a b='1 &lt; 2' c=\"x>y\"> t &amp; u <d/><![CDATA[<v>]]></a>";
        assert_eq!(all(text), ["1 < 2", "x>y", "t & u", "<v>"]);
        assert_eq!(all("<a b='never ends"), ["never ends"]);
        assert_eq!(all("<!-- never ends"), Vec::<String>::new());
    }

    #[test]
    fn only_documents_are_taken_apart() {
        assert!(may_be(b" <?xml version='1.0'?><a/>"));
        assert!(may_be(
            b"<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">"
        ));
        assert!(!may_be(b"<p>Hello</p>") && !may_be(b"the :Envelope") && !may_be(b""));
    }
}
