//! One bucket per caller for all environments: a Redis or Valkey server that runs one atomic script.

mod address;
mod resp;
mod worker;

pub use address::{Address, AddressError};
pub use resp::{MAX_REPLY_BYTES, Reply, ReplyError, parse_reply};
pub use worker::{Answer, Busy, Store, Told};
