//! A proxy of the Lambda Runtime API: each event is looked at before the runtime gets it.
//!
//! The runtime asks the proxy for the next invocation as it would ask the platform. The proxy asks
//! the platform, shows the event to a [`Watch`], and hands it on, or answers it in the place of the
//! handler and asks for the next: the runtime does not notice. Every other request passes through.
//!
//! Whatever goes wrong, an event is neither lost nor doubled by the proxy: only a request that
//! surely had no effect is sent again.

mod exchange;
mod pool;
mod proxy;
mod route;
mod session;
mod watch;

pub use proxy::{Awaits, Proxy, Upstream};
pub use route::Route;
pub use watch::{Ending, Event, Refusal, Rewrite, Verdict, Watch};
