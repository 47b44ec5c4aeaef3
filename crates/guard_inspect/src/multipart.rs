//! Bodies of the type `multipart/form-data`: parts between boundaries, each with its own headers.

use memchr::memmem;

/// One part of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Part<'a> {
    /// Name of the field of the form.
    pub(crate) name: Option<&'a str>,
    /// Name of the file that was sent, as the sender tells it.
    pub(crate) filename: Option<&'a str>,
    /// What was sent.
    pub(crate) content: &'a [u8],
}

/// The boundary that a `Content-Type` of multipart names.
pub(crate) fn boundary(content_type: &str) -> Option<&str> {
    let kind = content_type.get(..10)?;
    kind.eq_ignore_ascii_case("multipart/").then_some(())?;
    parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty())
}

/// Hands each part of `body` to `see`, until it breaks off. Text before the first boundary and
/// behind the last is passed over, as readers do; a last part without an end is seen, too.
pub(crate) fn parts<'a, B>(
    body: &'a [u8],
    boundary: &str,
    mut see: impl FnMut(Part<'a>) -> std::ops::ControlFlow<B>,
) -> std::ops::ControlFlow<B> {
    let mark = [b"--", boundary.as_bytes()].concat();
    let mut starts = memmem::find_iter(body, &mark).map(|at| at + mark.len()).peekable();
    while let Some(start) = starts.next() {
        let end = starts.peek().map_or(body.len(), |next| next - mark.len());
        let part = body.get(start..end).unwrap_or_default();
        if part.starts_with(b"--") {
            break;
        }
        see(read_part(part))?;
    }
    std::ops::ControlFlow::Continue(())
}

fn read_part(part: &[u8]) -> Part<'_> {
    let (head, content) = memmem::find(part, b"\r\n\r\n")
        .map(|at| (at, at + 4))
        .or_else(|| memmem::find(part, b"\n\n").map(|at| (at, at + 2)))
        .and_then(|(end, start)| Some((part.get(..end)?, part.get(start..)?)))
        .unwrap_or((&[], part));
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    let content = content.strip_suffix(b"\r").unwrap_or(content);
    let head = std::str::from_utf8(head).unwrap_or_default();
    let disposition = head.lines().find(|line| {
        line.get(..20).is_some_and(|name| name.eq_ignore_ascii_case("content-disposition:"))
    });
    let disposition = disposition.unwrap_or_default();
    Part {
        name: parameter(disposition, "name"),
        filename: parameter(disposition, "filename")
            .or_else(|| parameter(disposition, "filename*")),
        content,
    }
}

/// A parameter of a header, without its quotes: `boundary` of `multipart/form-data; boundary="x"`.
pub(crate) fn parameter<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once(';') {
        let after = after.trim_start();
        let (found, value) = after.split_once('=')?;
        let (value, behind) = if let Some(quoted) = value.strip_prefix('"') {
            quoted.split_once('"').unwrap_or((quoted, ""))
        } else {
            let end = value.find(';').unwrap_or(value.len());
            (value.get(..end)?.trim_end(), value.get(end..)?)
        };
        if found.trim_end().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = behind;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Part, boundary, parameter, parts};
    use std::ops::ControlFlow;

    fn all<'a>(body: &'a str, boundary: &str) -> Vec<Part<'a>> {
        let mut found = Vec::new();
        let _: ControlFlow<()> = parts(body.as_bytes(), boundary, |part| {
            found.push(part);
            ControlFlow::Continue(())
        });
        found
    }

    #[test]
    fn parts_are_told_apart() {
        let body = "preamble\r\n--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--x\r\n\
            content-disposition: form-data; filename=\"a;b.txt\"; name=file\r\nContent-Type: text/plain\r\n\r\nbytes\r\n--x--\r\nrest";
        let [note, file] = all(body, "x")[..] else { panic!() };
        assert_eq!(note, Part { name: Some("note"), filename: None, content: b"hello" });
        assert_eq!(file.filename, Some("a;b.txt"));
        assert_eq!((file.name, file.content), (Some("file"), &b"bytes"[..]));
        assert_eq!(all("--x\r\n\r\nnever ends", "x")[0].content, b"never ends");
        assert!(all("nothing", "x").is_empty());
    }

    #[test]
    fn a_boundary_stands_in_the_type() {
        assert_eq!(boundary("multipart/form-data; boundary=\"a b\""), Some("a b"));
        assert_eq!(boundary("Multipart/Form-Data;charset=utf-8; Boundary=x;y=z"), Some("x"));
        assert_eq!(boundary("text/plain; boundary=x"), None);
        assert_eq!(parameter("a; b", "b"), None);
    }
}
