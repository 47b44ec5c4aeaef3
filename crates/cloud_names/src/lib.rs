//! Names of cloud resources: ARNs, accounts, regions, and the globs that match them.
//!
//! Texts come from templates, so any part may hold placeholders of `Fn::Sub` (`${AWS::Region}`,
//! `${Orders.Arn}`): they stand for text that only deployment knows. Nothing here guesses it; each
//! question is asked either as *certainly* or as *may*.

#![deny(clippy::disallowed_methods)]

mod arn;
mod breadth;
mod pattern;
mod placeholder;

pub use arn::{Arn, ArnError, is_account_id, is_partition, is_region};
pub use breadth::{Breadth, breadth, ends_in_wildcard, is_only_wildcards};
pub use pattern::Pattern;
pub use placeholder::{Piece, has_placeholder, pieces, placeholders, split_reference};
