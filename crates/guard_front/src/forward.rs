//! Heads as they go on: pure.

use std::net::IpAddr;

use guard_http::{Framing, Headers, RequestHead, ResponseHead};

/// Headers that concern one connection only: RFC 9110, section 7.6.1.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers that the front writes itself, or that decide where a message ends: what the header
/// `Connection` says of them counts for nothing.
const KEPT: [&str; 3] = ["content-length", "host", "expect"];

/// How a request goes on.
#[derive(Debug, Clone, Copy)]
pub struct Forwarding<'a> {
    /// The end of the connection that it came over.
    pub peer: IpAddr,
    /// How many proxies before the front are believed.
    pub trusted_proxies: usize,
    /// By which logs and the client know it.
    pub id: &'a str,
    /// Where its body ends when it goes on.
    pub framing: Framing,
    /// Whether it asks for a tunnel that is granted (`Upgrade: websocket`).
    pub upgrades: bool,
    /// Whether the answer must come uncompressed.
    pub wants_plain: bool,
}

/// Why a request is refused before anything else is looked at: its status and what the client reads.
#[must_use]
pub fn fault_of(head: &RequestHead) -> Option<(u16, &'static str)> {
    if matches!(head.method.as_str(), "CONNECT" | "TRACE") {
        return Some((405, "Method Not Allowed"));
    }
    let hosts = head.headers.all("host").count();
    let are_hosts = head.headers.all("host").all(is_host);
    if hosts > 1 || (hosts == 0 && head.minor_version >= 1) || !are_hosts {
        return Some((400, "Bad Request"));
    }
    let target = head.target.as_str();
    let has_form = target.starts_with('/')
        || (target == "*" && head.method == "OPTIONS")
        || origin_form(target).is_some();
    let is_plain = target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    if !has_form || !is_plain {
        return Some((400, "Bad Request"));
    }
    None
}

/// Whether the value of `Host` is a host and perhaps a port, or empty: RFC 9110, section 7.2. What
/// stands around it is what readers differ in.
fn is_host(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:[]".contains(byte))
}

/// Host and path of `http://host/path`, as a client sends them that takes the front for its proxy.
fn origin_form(target: &str) -> Option<(&str, &str)> {
    let scheme = target.split_once("://")?;
    if !matches!(scheme.0.to_ascii_lowercase().as_str(), "http" | "https") {
        return None;
    }
    let at = scheme.1.find(['/', '?']).unwrap_or(scheme.1.len());
    let (host, path) = scheme.1.split_at(at);
    (!host.is_empty() && is_host(host.as_bytes())).then_some((host, path))
}

/// Whether a request asks for a tunnel of the one kind that is let through. Others, `h2c` above all,
/// would carry requests that nobody looks at.
pub(crate) fn wants_websocket(head: &RequestHead) -> bool {
    head.method == "GET"
        && head.minor_version >= 1
        && head.headers.lists("connection", "upgrade")
        && head.headers.all("upgrade").count() == 1
        && head.headers.get("upgrade").is_some_and(|to| to.eq_ignore_ascii_case(b"websocket"))
}

/// Copies what is not of one connection only.
fn end_to_end(headers: &Headers) -> Headers {
    let mut named: Vec<&[u8]> = Vec::new();
    for value in headers.all("connection") {
        named.extend(value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii));
    }
    let mut kept = Headers::new();
    for (name, value) in headers.iter() {
        let is_hop = HOP_BY_HOP.iter().any(|hop| name.eq_ignore_ascii_case(hop));
        let is_named = named.iter().any(|named| name.as_bytes().eq_ignore_ascii_case(named))
            && !KEPT.iter().any(|kept| name.eq_ignore_ascii_case(kept));
        if !is_hop && !is_named {
            kept.push(name, value);
        }
    }
    kept
}

/// The head that the application gets, for one that [`fault_of`] finds no fault with.
#[must_use]
pub fn forwarded_request(head: &RequestHead, forwarding: &Forwarding<'_>) -> RequestHead {
    let Forwarding { peer, trusted_proxies, id, framing, upgrades, wants_plain } = *forwarding;
    let mut out = RequestHead::new(&head.method, &head.target);
    let all = end_to_end(&head.headers);
    let mut forwarded_for = Vec::new();
    for (name, value) in all.iter() {
        // An application behind CGI or WSGI takes `X_Forwarded_For` for `X-Forwarded-For`.
        if name.contains('_') {
            continue;
        }
        let name_lower = name.to_ascii_lowercase();
        match name_lower.as_str() {
            "content-length" | "expect" | "x-request-id" => {}
            "accept-encoding" if wants_plain => {}
            "x-forwarded-for" if trusted_proxies > 0 => {
                if !forwarded_for.is_empty() {
                    forwarded_for.extend_from_slice(b", ");
                }
                forwarded_for.extend_from_slice(value);
            }
            // Whoever is not believed may not tell who he is.
            "forwarded"
            | "x-real-ip"
            | "true-client-ip"
            | "cf-connecting-ip"
            | "x-client-ip"
            | "x-cluster-client-ip"
            | "fastly-client-ip"
                if trusted_proxies == 0 => {}
            name if name.starts_with("x-forwarded-") && trusted_proxies == 0 => {}
            _ => out.headers.push(name, value),
        }
    }
    if let Some((host, path)) = origin_form(&head.target) {
        out.headers.set("Host", host);
        let slash = if path.starts_with('/') { "" } else { "/" };
        out.target = format!("{slash}{path}");
    }
    if !forwarded_for.is_empty() {
        forwarded_for.extend_from_slice(b", ");
    }
    forwarded_for.extend_from_slice(peer.to_string().as_bytes());
    out.headers.set("X-Forwarded-For", forwarded_for);
    if trusted_proxies == 0 {
        out.headers.push("X-Forwarded-Proto", "http");
    }
    out.headers.push("X-Request-Id", id);
    match framing {
        Framing::Length(length) => out.headers.push("Content-Length", length.to_string()),
        Framing::Chunked => out.headers.push("Transfer-Encoding", "chunked"),
        Framing::None | Framing::UntilClose => {}
    }
    if upgrades {
        out.headers.push("Connection", "Upgrade");
        out.headers.push("Upgrade", "websocket");
    }
    out
}

/// The head that the client gets, and where its body ends there. `replaced` is the length of a body
/// in the place of the application's.
pub(crate) fn response(
    head: &ResponseHead,
    framing: Framing,
    client_minor_version: u8,
    replaced: Option<usize>,
    close: bool,
    id: &str,
) -> (ResponseHead, Framing) {
    let mut out = ResponseHead::new(head.status);
    out.reason.clone_from(&head.reason);
    out.headers = end_to_end(&head.headers);
    out.headers.set("X-Request-Id", id);
    let framing = match (replaced, framing) {
        (Some(length), _) => {
            for name in ["etag", "content-md5", "digest", "repr-digest", "content-digest"] {
                out.headers.remove(name);
            }
            out.headers.set("Content-Length", length.to_string());
            Framing::Length(length as u64)
        }
        (None, Framing::Chunked | Framing::UntilClose) if client_minor_version >= 1 => {
            out.headers.remove("content-length");
            out.headers.push("Transfer-Encoding", "chunked");
            Framing::Chunked
        }
        (None, Framing::Chunked | Framing::UntilClose) => Framing::UntilClose,
        // A `HEAD` tells the length of the body that it does not send.
        (None, framing) => framing,
    };
    if close || framing == Framing::UntilClose {
        out.headers.push("Connection", "close");
    } else if client_minor_version == 0 {
        out.headers.push("Connection", "keep-alive");
    }
    (out, framing)
}

/// The head of a granted upgrade, passed on.
pub(crate) fn upgraded(head: &ResponseHead, id: &str) -> ResponseHead {
    let mut out = ResponseHead::new(101);
    out.headers = end_to_end(&head.headers);
    out.headers.remove("content-length");
    out.headers.push("Connection", "Upgrade");
    out.headers.push("Upgrade", "websocket");
    out.headers.set("X-Request-Id", id);
    out
}

/// The address of the client itself: the peer, or what `trusted_proxies` proxies say who it was.
///
/// Each proxy appends the address that it saw, so the one that the outermost trusted proxy saw is
/// the `trusted_proxies`th from the end. Whatever a client wrote itself stands before it.
#[must_use]
pub fn client_address(headers: &Headers, peer: IpAddr, trusted_proxies: usize) -> IpAddr {
    if trusted_proxies == 0 {
        return peer;
    }
    let values: Vec<&[u8]> = headers.all("x-forwarded-for").collect();
    let mut addresses = values
        .iter()
        .rev()
        .flat_map(|value| value.rsplit(|byte| *byte == b','))
        .map(|text| std::str::from_utf8(text.trim_ascii()).ok().and_then(parse_address));
    // A shorter list means that the request did not come through all of them; the outermost address
    // there is then stands for the client. What is no address ends the list.
    let mut client = peer;
    for _ in 0..trusted_proxies {
        match addresses.next() {
            Some(Some(address)) => client = address,
            _ => break,
        }
    }
    client
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn parse_address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(socket) = text.parse::<std::net::SocketAddr>() {
        return Some(socket.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// The id that a trusted proxy gave a request, if it is one that can stand in logs and headers.
#[must_use]
pub fn request_id_of(headers: &Headers, trusted_proxies: usize) -> Option<&str> {
    let id = headers.text("x-request-id").filter(|_| trusted_proxies > 0)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:=".contains(&byte);
    ((1..=128).contains(&id.len()) && id.bytes().all(is_plain)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::{
        Forwarding, client_address, fault_of, forwarded_request, request_id_of, response,
        wants_websocket,
    };
    use guard_http::{Framing, RequestHead, ResponseHead};
    use std::net::IpAddr;

    fn peer() -> IpAddr {
        "192.0.2.9".parse().unwrap()
    }

    fn forwarded(head: &RequestHead, trusted_proxies: usize) -> String {
        let framing = Framing::Length(3);
        let forwarding = Forwarding {
            peer: peer(),
            trusted_proxies,
            id: "r-1",
            framing,
            upgrades: false,
            wants_plain: false,
        };
        let mut out = Vec::new();
        forwarded_request(head, &forwarding).write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_concerns_one_connection_stays_there() {
        let head = RequestHead::new("POST", "/a?b=c")
            .with("Host", "example.com")
            .with("Connection", "close, X-Private, Host, Content-Length")
            .with("X-Private", "1")
            .with("Keep-Alive", "3")
            .with("TE", "trailers")
            .with("Upgrade", "h2c")
            .with("HTTP2-Settings", "AAA")
            .with("Transfer-Encoding", "chunked")
            .with("Content_Length", "7")
            .with("Accept", "*/*");
        assert_eq!(
            forwarded(&head, 0),
            "POST /a?b=c HTTP/1.1\r\nHost: example.com\r\nHTTP2-Settings: AAA\r\nAccept: */*\r\n\
             X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: http\r\nX-Request-Id: r-1\r\n\
             Content-Length: 3\r\n\r\n"
        );
    }

    #[test]
    fn only_a_trusted_proxy_tells_who_the_client_is() {
        let head = RequestHead::new("GET", "/")
            .with("Host", "a")
            .with("X-Forwarded-For", "10.9.9.9, 198.51.100.7")
            .with("X-Forwarded-Proto", "https")
            .with("X-Real-IP", "10.0.0.1")
            .with("Forwarded", "for=10.0.0.1");
        let untrusted = forwarded(&head, 0);
        assert!(!untrusted.contains("10."), "{untrusted}");
        let trusted = forwarded(&head, 1);
        assert!(trusted.contains("X-Forwarded-For: 10.9.9.9, 198.51.100.7, 192.0.2.9\r\n"));
        assert!(trusted.contains("X-Forwarded-Proto: https\r\n"));

        let client = |trusted| client_address(&head.headers, peer(), trusted).to_string();
        assert_eq!(client(0), "192.0.2.9");
        assert_eq!(client(1), "198.51.100.7");
        assert_eq!(client(2), "10.9.9.9");
        assert_eq!(client(9), "10.9.9.9");
        let odd = RequestHead::new("GET", "/").with("X-Forwarded-For", "1.1.1.1, nonsense");
        assert_eq!(client_address(&odd.headers, peer(), 2), peer());
        let port = RequestHead::new("GET", "/").with("X-Forwarded-For", "[2001:db8::1]:443");
        assert_eq!(client_address(&port.headers, peer(), 1).to_string(), "2001:db8::1");
    }

    #[test]
    fn ids_of_strangers_are_not_taken_over() {
        let head = RequestHead::new("GET", "/").with("X-Request-Id", "abc-1");
        assert_eq!(request_id_of(&head.headers, 0), None);
        assert_eq!(request_id_of(&head.headers, 1), Some("abc-1"));
        let odd = RequestHead::new("GET", "/").with("X-Request-Id", "a\"b");
        assert_eq!(request_id_of(&odd.headers, 1), None);
    }

    #[test]
    fn requests_that_two_readers_read_differently_are_refused() {
        let get = |target: &str| RequestHead::new("GET", target).with("Host", "a");
        assert_eq!(fault_of(&get("/a%20b?c")), None);
        assert_eq!(fault_of(&get("http://b/c")), None);
        for target in ["a", "*", "/a#b", "/\u{e4}", "ftp://b/", "http://u@b/", "//"] {
            let fault = fault_of(&get(target));
            assert_eq!(fault.is_none(), target == "//", "{target}");
        }
        assert_eq!(fault_of(&RequestHead::new("GET", "/")), Some((400, "Bad Request")));
        assert_eq!(fault_of(&get("/").with("host", "b")), Some((400, "Bad Request")));
        for host in ["a b", "a@b", "a/b", "a\\b", "a?b", "\u{e4}"] {
            let head = RequestHead::new("GET", "/").with("Host", host);
            assert_eq!(fault_of(&head), Some((400, "Bad Request")), "{host}");
        }
        for host in ["", "a:80", "[2001:db8::1]:80", "a_b.example"] {
            assert_eq!(fault_of(&RequestHead::new("GET", "/").with("Host", host)), None, "{host}");
        }
        assert_eq!(fault_of(&RequestHead::new("TRACE", "/").with("Host", "a")).unwrap().0, 405);
    }

    #[test]
    fn a_request_to_a_proxy_becomes_one_to_the_server() {
        let text = forwarded(&RequestHead::new("GET", "http://b.example?x").with("Host", "a"), 0);
        assert!(text.starts_with("GET /?x HTTP/1.1\r\nHost: b.example\r\n"), "{text}");
    }

    #[test]
    fn only_web_sockets_are_tunnels() {
        let ask = |to: &str| {
            RequestHead::new("GET", "/")
                .with("Connection", "keep-alive, Upgrade")
                .with("Upgrade", to)
        };
        assert!(wants_websocket(&ask("WebSocket")));
        assert!(!wants_websocket(&ask("h2c")) && !wants_websocket(&ask("websocket, h2c")));
    }

    #[test]
    fn answers_end_where_the_client_can_see_it() {
        let head =
            ResponseHead::new(200).with("Content-Type", "text/plain").with("Connection", "close");
        let (_, framing) = response(&head, Framing::UntilClose, 1, None, false, "r");
        assert_eq!(framing, Framing::Chunked);
        let (out, framing) = response(&head, Framing::Chunked, 0, None, false, "r");
        assert_eq!(framing, Framing::UntilClose);
        assert!(out.headers.lists("connection", "close"));
        let etag = ResponseHead::new(200).with("ETag", "\"a\"").with("Content-Length", "9");
        let (out, framing) = response(&etag, Framing::Length(9), 1, Some(4), false, "r");
        assert_eq!(
            (framing, out.headers.get("content-length")),
            (Framing::Length(4), Some(&b"4"[..]))
        );
        assert_eq!(out.headers.get("etag"), None);
    }
}
