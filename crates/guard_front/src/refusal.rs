//! Answers that the front gives itself.

use guard_http::{ResponseHead, reason};

/// Writes a whole answer: `{"message": …, "requestId": …}`. `retry_after` in seconds, with 429 and
/// 503. A `HEAD` gets no body.
pub(crate) fn write(
    out: &mut Vec<u8>,
    status: u16,
    message: &str,
    id: &str,
    retry_after: Option<u64>,
    close: bool,
    to_head: bool,
) {
    let message = if message.is_empty() { reason(status) } else { message };
    // Neither has a letter that JSON escapes: messages are ours, ids are checked.
    let body = format!("{{\"message\":\"{message}\",\"requestId\":\"{id}\"}}");
    let mut head = ResponseHead::new(status)
        .with("Content-Type", "application/json")
        .with("Content-Length", body.len().to_string())
        .with("X-Request-Id", id);
    if let Some(seconds) = retry_after {
        head.headers.push("Retry-After", seconds.max(1).to_string());
    }
    if status == 405 {
        head.headers.push("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    }
    if status == 415 {
        // Of the request's body: RFC 9110, section 15.5.16.
        head.headers.push("Accept-Encoding", "gzip, deflate");
    }
    if close {
        head.headers.push("Connection", "close");
    }
    head.write(out);
    if !to_head {
        out.extend_from_slice(body.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn a_refusal_has_the_promised_body() {
        let mut out = Vec::new();
        write(&mut out, 429, "", "r-1", Some(0), true, false);
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("HTTP/1.1 429 Too Many Requests\r\n"), "{text}");
        assert!(
            text.contains("\r\nRetry-After: 1\r\n") && text.contains("\r\nConnection: close\r\n")
        );
        assert!(text.ends_with(r#"{"message":"Too Many Requests","requestId":"r-1"}"#));
        let mut out = Vec::new();
        write(&mut out, 415, "", "r-2", None, false, true);
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("HTTP/1.1 415 Unsupported Media Type\r\n"), "{text}");
        assert!(text.contains("\r\nAccept-Encoding: gzip, deflate\r\n"), "{text}");
    }
}
