//! Which packages the code of a function imports, directly or through another package, and which it
//! cannot reach.
//!
//! [`loaded`] walks the imports of a program from the module of a handler; [`reach`] asks it about the
//! components of an inventory. What cannot be known (code that was cut, imports by computed names,
//! bundles, packages whose modules or requirements no file tells) is [`Reach::Unknown`], never "not
//! imported".

#![deny(clippy::disallowed_methods)]

mod go;
mod loaded;
mod names;
mod reach;

pub use loaded::{Import, Loaded, loaded};
pub use names::Modules;
pub use reach::{Reach, reach};
