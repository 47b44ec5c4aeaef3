//! The parts of `wrap`: the runtime as a child, its log, and the watch over its events.

pub(crate) mod child;
pub(crate) mod confine;
pub(crate) mod flights;
pub(crate) mod linger;
pub(crate) mod logs;
pub(crate) mod watch;
