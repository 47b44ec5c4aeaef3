//! Delivers alerts to sinks: queued on disk before they are sent, told once, tried again.
//!
//! A [`Queue`] keeps in a journal what is to be sent and what was sent, so that a run that is killed loses
//! nothing; the next one goes on. A [`Courier`] has a thread for each [`Sink`]: what a server cannot take
//! now is tried again, with growing pauses; what it refuses, or what was tried too often, goes to a file of
//! dead letters. Delivery is at least once, and the same alert always bears the same key.

mod companion;
mod courier;
mod file;
mod journal;
mod post;
mod queue;
mod resolve;
mod sink;

pub use courier::{Courier, Finished, Offered, Patience, SinkReport};
pub use journal::{Record, Replay, line_of, replay};
pub use queue::{Admitted, Queue, QueueLimits};
pub use resolve::{SinkError, SinkPolicy, resolve};
pub use sink::{Fate, Planned, Sink};
