//! Who is let in: checked for every request before anything else is looked at.

use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use dashboard_view::Query;

use crate::Token;

/// Longest path and query, in bytes.
const LONGEST: usize = 4_096;
/// The one address that something is sent to: it asks the lake again.
pub(crate) const ASK: &str = "/lake/ask";

/// What is known of this run.
#[derive(Debug)]
pub(crate) struct Gate {
    /// `127.0.0.1:8080`
    pub(crate) address: String,
    pub(crate) port: u16,
    /// In the address that the program prints.
    pub(crate) token: Token,
    /// In the cookie: an address that is seen later, in a history, does not open what a cookie does.
    pub(crate) session: Token,
}

/// What comes of a request at the gate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes on.
    In,
    /// It knows the token: it gets the cookie and is sent to the page without the token.
    Welcome,
    /// It is refused, with a sentence for a person.
    Refused(StatusCode, &'static str),
}

impl Gate {
    /// Judges a request by its head.
    pub(crate) fn judge(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Verdict {
        let is_wish = method == Method::POST && uri.path() == ASK;
        if method != Method::GET && method != Method::HEAD && !is_wish {
            return Verdict::Refused(
                StatusCode::METHOD_NOT_ALLOWED,
                "pages are read, nothing else",
            );
        }
        let has_body = headers.contains_key(header::TRANSFER_ENCODING)
            || one(headers, header::CONTENT_LENGTH.as_str()).is_some_and(|it| it != "0");
        if has_body {
            return Verdict::Refused(StatusCode::PAYLOAD_TOO_LARGE, "a question has no body");
        }
        // A name that leads here by a trick of DNS is that of another site.
        let own = [self.address.clone(), format!("localhost:{}", self.port)];
        let host = one(headers, "host").unwrap_or_default();
        if !own.iter().any(|it| it == host) {
            return Verdict::Refused(
                StatusCode::MISDIRECTED_REQUEST,
                "this is not the host of this program",
            );
        }
        // A form says where it comes from: its browser does, which hides the origin of pages without a referrer.
        let is_own_form = is_wish && one(headers, "sec-fetch-site") == Some("same-origin");
        let is_other = match one(headers, "origin") {
            Some("null") if is_own_form => false,
            Some(origin) => origin.strip_prefix("http://") != Some(host),
            None => is_wish && !is_own_form,
        };
        if is_other {
            return Verdict::Refused(StatusCode::FORBIDDEN, "the request comes from another site");
        }
        if let Some(site) = one(headers, "sec-fetch-site")
            && site != "same-origin"
            && site != "none"
        {
            return Verdict::Refused(StatusCode::FORBIDDEN, "the request comes from another site");
        }
        let (path, query) = (uri.path(), uri.query().unwrap_or_default());
        if path.len() + query.len() > LONGEST {
            return Verdict::Refused(StatusCode::URI_TOO_LONG, "the address is too long");
        }
        // No page has any of these in its path.
        if path.contains("..") || path.contains("//") || path.contains(['%', '\\']) {
            return Verdict::Refused(StatusCode::BAD_REQUEST, "there is no such path");
        }
        if path == "/" && query.starts_with("token=") {
            return if self.token.is(Query::parse(query).get("token")) {
                Verdict::Welcome
            } else {
                Verdict::Refused(StatusCode::FORBIDDEN, "the token is not that of this run")
            };
        }
        if self.has_cookie(headers) {
            Verdict::In
        } else {
            Verdict::Refused(
                StatusCode::UNAUTHORIZED,
                "open the address that `faasguard dashboard` has printed: it holds the token",
            )
        }
    }

    /// Cookies do not tell ports apart, so that each run has a name of its own.
    pub(crate) fn cookie_name(&self) -> String {
        format!("faasguard-{}", self.port)
    }

    /// The header that gives the cookie.
    pub(crate) fn cookie(&self) -> String {
        let (name, value) = (self.cookie_name(), self.session.as_str());
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict")
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        let texts = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
        let mut pairs =
            texts.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
        pairs.any(|(it, value)| it == name && self.session.is(value))
    }
}

/// The value of a header that is there once.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut all = headers.get_all(name).into_iter();
    let first = all.next()?;
    // Two of them are two opinions; neither is right.
    if all.next().is_some() { Some("") } else { Some(first.to_str().unwrap_or("")) }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};

    use super::{Gate, Verdict};
    use crate::Token;

    fn gate() -> Gate {
        Gate {
            address: "127.0.0.1:4000".to_owned(),
            port: 4000,
            token: Token::random().unwrap(),
            session: Token::random().unwrap(),
        }
    }

    fn judge(
        gate: &Gate,
        method: &Method,
        uri: &str,
        headers: &[(&'static str, String)],
    ) -> Verdict {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        gate.judge(method, &uri.parse::<Uri>().unwrap(), &map)
    }

    fn status(verdict: &Verdict) -> u16 {
        match verdict {
            Verdict::In => 200,
            Verdict::Welcome => 303,
            Verdict::Refused(status, _) => status.as_u16(),
        }
    }

    #[test]
    fn one_door_is_open() {
        let gate = gate();
        let host = ("host", "127.0.0.1:4000".to_owned());
        let cookie = ("cookie", format!("a=b; faasguard-4000={}", gate.session.as_str()));
        let token = format!("/?token={}", gate.token.as_str());
        let known = [host.clone(), cookie.clone()];
        let with = |more: (&'static str, &str)| {
            [host.clone(), cookie.clone(), (more.0, more.1.to_owned())]
        };
        let get = Method::GET;
        let ask = |uri: &str, headers: &[(&'static str, String)]| {
            status(&judge(&gate, &get, uri, headers))
        };
        assert_eq!(ask("/findings?text=a", &known), 200);
        assert_eq!(ask(&token, std::slice::from_ref(&host)), 303);
        assert_eq!(ask("/", std::slice::from_ref(&host)), 401);
        assert_eq!(ask("/?token=0", std::slice::from_ref(&host)), 403);
        // The token is no cookie, and the cookie no token.
        let swapped = ("cookie", format!("faasguard-4000={}", gate.token.as_str()));
        assert_eq!(ask("/", &[host.clone(), swapped]), 401);
        assert_eq!(
            ask(&format!("/?token={}", gate.session.as_str()), std::slice::from_ref(&host)),
            403
        );
        assert_eq!(ask("/", &[("host", "evil.example:4000".to_owned()), cookie.clone()]), 421);
        assert_eq!(ask("/", std::slice::from_ref(&cookie)), 421);
        assert_eq!(ask("/", &with(("host", "localhost:4000"))), 421);
        assert_eq!(ask("/", &with(("origin", "http://evil.example"))), 403);
        assert_eq!(ask("/", &with(("origin", "null"))), 403);
        assert_eq!(ask("/", &with(("origin", "http://127.0.0.1:4000"))), 200);
        for site in ["cross-site", "same-site", ""] {
            assert_eq!(ask("/", &with(("sec-fetch-site", site))), 403, "{site}");
        }
        assert_eq!(ask("/", &with(("sec-fetch-site", "same-origin"))), 200);
        assert_eq!(ask("/", &with(("content-length", "3"))), 413);
        for path in ["/../etc/passwd", "/assets/%2e%2e/x", "//etc/passwd", "/a%2fb"] {
            assert_eq!(ask(path, &known), 400, "{path}");
        }
        assert_eq!(ask(&format!("/findings?text={}", "a".repeat(5_000)), &known), 414);
        let sent = |uri: &str, headers: &[(&'static str, String)]| {
            status(&judge(&gate, &Method::POST, uri, headers))
        };
        let own = with(("origin", "http://127.0.0.1:4000"));
        assert_eq!(sent("/lake/ask", &own), 200);
        assert_eq!(sent("/lake/ask", &known), 403);
        assert_eq!(sent("/lake/ask", &with(("origin", "null"))), 403);
        let form = |origin: &str, site: &str| {
            let [one, two, three] = with(("origin", origin));
            [one, two, three, ("sec-fetch-site", site.to_owned())]
        };
        assert_eq!(sent("/lake/ask", &form("null", "same-origin")), 200);
        assert_eq!(sent("/lake/ask", &form("null", "none")), 403);
        assert_eq!(sent("/lake/ask", &form("null", "cross-site")), 403);
        assert_eq!(sent("/lake/ask", &form("http://evil.example", "same-origin")), 403);
        assert_eq!(ask("/", &form("null", "same-origin")), 403);
        assert_eq!(sent("/lake/ask", &with(("origin", "http://evil.example"))), 403);
        let stranger = [host.clone(), ("origin", "http://127.0.0.1:4000".to_owned())];
        assert_eq!(sent("/lake/ask", &stranger), 401);
        assert_eq!(sent("/lake", &own), 405);
        assert_eq!(
            judge(&gate, &Method::POST, "/", &known),
            Verdict::Refused(StatusCode::METHOD_NOT_ALLOWED, "pages are read, nothing else")
        );
    }
}
