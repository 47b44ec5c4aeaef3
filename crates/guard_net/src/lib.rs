//! The loop of the guard: one thread that waits for many sockets, pipes, timers and other threads.
//!
//! [`Net::wait`] gives what is ready, and whoever owns the [`Token`] acts on it. Nothing here calls
//! back: several owners (the proxy, the pipes of the log, a child's exit) share one loop, and each
//! takes what is its own. Readiness comes on edges, so an owner reads until it is told
//! [`Filled::Empty`], or remembers that more may wait ([`Connection::may_have_input`]).

mod buffer;
mod connection;
mod net;
mod timers;

pub use buffer::Buffer;
pub use connection::{Connection, Filled, Listener};
pub use net::{Interest, Net, Ready, Token, Waker};
pub use timers::TimerId;
