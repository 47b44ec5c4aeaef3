//! How often each caller may call.
//!
//! [`Buckets`] is a token bucket per caller in bounded memory: pure, the time is passed in.
//! [`store::Store`] asks a Redis or Valkey server instead, so that all environments share one bucket
//! per caller. [`Callers`] is what programs use: the store where one is set, and the own buckets
//! while the store fails.

mod bucket;
mod callers;
pub mod store;

pub use bucket::{Buckets, Decision, Limits, LimitsError};
pub use callers::{Asked, Callers, Settled, network_of};
