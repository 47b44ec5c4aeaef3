//! SQL over the lake: one table, named queries, limits.
//!
//! A query sees the table `events` of one commit of the lake and nothing else: no other file, no
//! setting, nothing that writes. What the commits know of each file (account, region, day, times)
//! decides which are opened at all. The table is a plain list of files, so that the same plan can be
//! sent to a cluster.

mod error;
mod named;
mod prune;
mod session;

pub use error::QueryError;
pub use named::{Kind, NamedQuery, Parameter, named, queries};
pub use prune::selected_files;
pub use session::{Options, frame, session, stream};
