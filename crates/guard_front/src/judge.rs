//! Who decides what a request and an answer may hold.

use std::net::IpAddr;

use guard_http::{RequestHead, ResponseHead};

/// One request, whole.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// As the client sent it.
    pub head: &'a RequestHead,
    /// Its body, without the coding of the transfer. Empty for one that is too large to be held.
    pub body: &'a [u8],
    /// Who sent it.
    pub client: IpAddr,
    /// By which logs and the client know it.
    pub id: &'a str,
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The application gets it.
    Pass,
    /// The client gets this status, with `message` in the body.
    Refuse {
        /// 400, 403, 413 or 415.
        status: u16,
        /// `Forbidden`
        message: &'static str,
    },
}

/// Decides about requests and answers; what it finds it tells itself.
pub trait Judge {
    /// Decides about one request.
    fn request(&mut self, request: &Request<'_>) -> Verdict;

    /// A body is larger than what is looked at: whether the request passes unseen.
    fn too_large(&mut self, request: &Request<'_>) -> Verdict;

    /// The caller called too often: whether the request passes all the same (`monitor`).
    fn too_many(&mut self, request: &Request<'_>) -> Verdict;

    /// Whether answers are looked at: the application is then asked for plain text, not compressed.
    fn changes_answers(&self) -> bool;

    /// Whether the body of an answer is to be looked at: it is held back until it is whole.
    fn wants_answer(&mut self, head: &ResponseHead, id: &str) -> bool;

    /// The body that goes out in the place of this one, or `None` to leave it.
    fn answer(&mut self, head: &ResponseHead, body: &[u8], id: &str) -> Option<Vec<u8>>;

    /// The front could not do what it should.
    fn fault(&mut self, detail: &str, id: Option<&str>);

    /// What happens to a request whose inspection broke down.
    fn on_broken(&self) -> Verdict;
}

/// Lets everything pass that the limits allow.
#[derive(Debug, Clone, Copy, Default)]
pub struct PassAll;

impl Judge for PassAll {
    fn request(&mut self, _: &Request<'_>) -> Verdict {
        Verdict::Pass
    }

    fn too_large(&mut self, _: &Request<'_>) -> Verdict {
        Verdict::Refuse { status: 413, message: "Payload Too Large" }
    }

    fn too_many(&mut self, _: &Request<'_>) -> Verdict {
        Verdict::Refuse { status: 429, message: "Too Many Requests" }
    }

    fn changes_answers(&self) -> bool {
        false
    }

    fn wants_answer(&mut self, _: &ResponseHead, _: &str) -> bool {
        false
    }

    fn answer(&mut self, _: &ResponseHead, _: &[u8], _: &str) -> Option<Vec<u8>> {
        None
    }

    fn fault(&mut self, _: &str, _: Option<&str>) {}

    fn on_broken(&self) -> Verdict {
        Verdict::Pass
    }
}
