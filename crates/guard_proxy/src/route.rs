//! What a request of the runtime asks for.

use guard_http::RequestHead;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The next invocation.
    Next,
    /// The answer to an invocation.
    Response {
        /// Which.
        request_id: String,
    },
    /// An invocation failed.
    Error {
        /// Which.
        request_id: String,
    },
    /// The function could not start.
    InitError,
    /// Anything else: it is no business of the proxy.
    Other,
}

pub(crate) const NEXT: &str = "/2018-06-01/runtime/invocation/next";
const INVOCATION: &str = "/2018-06-01/runtime/invocation/";
const INIT_ERROR: &str = "/2018-06-01/runtime/init/error";

impl Route {
    /// That of a request.
    #[must_use]
    pub fn of(head: &RequestHead) -> Self {
        let path = head.path();
        match head.method.as_str() {
            "GET" if path == NEXT => return Self::Next,
            "POST" => {}
            _ => return Self::Other,
        }
        if path == INIT_ERROR {
            return Self::InitError;
        }
        let rest = path.strip_prefix(INVOCATION).and_then(|rest| rest.split_once('/'));
        match rest {
            Some((id, "response")) => Self::Response { request_id: id.to_owned() },
            Some((id, "error")) => Self::Error { request_id: id.to_owned() },
            _ => Self::Other,
        }
    }
}

/// Where the answer to an invocation goes.
pub(crate) fn response_target(request_id: &str) -> String {
    format!("{INVOCATION}{request_id}/response")
}

/// Where the failure of an invocation goes.
pub(crate) fn error_target(request_id: &str) -> String {
    format!("{INVOCATION}{request_id}/error")
}

#[cfg(test)]
mod tests {
    use super::Route;
    use guard_http::RequestHead;

    #[test]
    fn requests_are_told_apart_by_method_and_path() {
        let id = || "r-1".to_owned();
        for (method, target, route) in [
            ("GET", "/2018-06-01/runtime/invocation/next", Route::Next),
            ("GET", "/2018-06-01/runtime/invocation/next?x", Route::Next),
            ("POST", "/2018-06-01/runtime/invocation/next", Route::Other),
            (
                "POST",
                "/2018-06-01/runtime/invocation/r-1/response",
                Route::Response { request_id: id() },
            ),
            ("POST", "/2018-06-01/runtime/invocation/r-1/error", Route::Error { request_id: id() }),
            ("POST", "/2018-06-01/runtime/init/error", Route::InitError),
            ("GET", "/2018-06-01/runtime/restore/next", Route::Other),
            ("POST", "/2020-01-01/extension/register", Route::Other),
            ("POST", "/2018-06-01/runtime/invocation/r-1/response/x", Route::Other),
        ] {
            assert_eq!(Route::of(&RequestHead::new(method, target)), route, "{method} {target}");
        }
    }
}
