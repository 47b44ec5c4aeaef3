//! The code of an application: which module and symbol each function runs, and what functions hand
//! to each other.
//!
//! [`parse`] reads a file with the front end of its language, [`models`] compiles what the engine
//! must know of libraries, and [`join`] tells where the functions of a template begin in the code.

#![deny(clippy::disallowed_methods)]

mod azure;
mod calls;
mod handed;
mod handler;
mod image;
mod index;
mod inline;
mod join;
mod languages;

pub use azure::{Described, azure_entry};
pub use calls::{FunctionCalls, function_calls};
pub use handed::{Owner, follow_handed};
pub use handler::{Handler, runtime_language};
pub use index::{Index, normalize, parent};
pub use inline::{Inline, inline_code};
pub use join::{Beside, Joined, NotJoined, join};
pub use languages::{models, parse};
