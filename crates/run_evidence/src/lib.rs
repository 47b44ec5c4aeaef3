//! What was seen of findings elsewhere, so that one moment feeds the next.
//!
//! A scan finds what could happen. [`Observed`] is what happened at run time: invocations and what the guard
//! told in the logs. A trail ([`Usage`](trail_usage::Usage)) tells which permissions were used, [`Revisions`]
//! which packages were attested, [`Earlier`] what was found before. [`Known`] joins them with the functions
//! of the applications, and [`attach`](Known::attach) writes it to findings as
//! [`Evidence`](finding::Evidence).
//!
//! What was seen raises how bad or how sure a finding is; that nothing was seen never lowers how bad it is.
//! A name that may mean two functions is evidence for none, and told.
#![deny(clippy::disallowed_methods)]

mod attacks;
mod earlier;
mod known;
mod matching;
mod observed;
mod permissions;
mod revisions;
mod words;

pub use attacks::rules_of_evidence;
pub use earlier::{Compared, Earlier, EarlierError};
pub use known::{Known, Sources};
pub use matching::{Matcher, Target, Unmatched};
pub use observed::{Observed, ObservedFunction};
pub use revisions::{Revision, Revisions};
