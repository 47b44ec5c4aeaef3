//! The HTTP front: a reverse proxy that looks at each request before the application sees it.
//!
//! One thread and one loop. A request goes through the same gates in the same order: is it HTTP that
//! nobody can read otherwise, may the caller go on, is the body within its limit, what does the
//! [`Judge`] say, is there room upstream. Only then does the application see a byte of it. Answers
//! are passed on as they come, but for those whose text is to be looked at.

mod client;
mod exchange;
mod forward;
mod front;
mod inspecting;
mod judge;
mod lifecycle;
mod options;
mod refusal;
mod upload;

pub use forward::{Forwarding, client_address, fault_of, forwarded_request, request_id_of};
pub use front::{Front, Stats};
pub use inspecting::{Inspecting, Tell};
pub use judge::{Judge, PassAll, Request, Verdict};
pub use options::{Limits, Options, Upstream, UpstreamError};
