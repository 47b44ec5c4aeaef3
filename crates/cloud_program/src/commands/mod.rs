//! The commands, one file each.

pub(crate) mod pull;
pub(crate) mod send;
pub(crate) mod snapshot;
