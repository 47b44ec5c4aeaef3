//! Projects of Azure Functions: which app of a template their code is of, what starts it, how the
//! host is set.
//!
//! A function app is one function of the model; what starts it stands in its code (decorators of
//! Python, registrations of Node.js, attributes of .NET, annotations of Java), in a `function.json`
//! each, and in a `host.json`. [`Layout`] tells which folder of code an app runs, [`join`] reads it
//! into the model, so that rules see triggers wherever they were written.

#![deny(clippy::disallowed_methods)]

mod attributes;
mod declared;
mod host;
mod join;
mod layout;
mod names;
mod node;
mod python;
mod read;

pub use declared::{Declared, Level};
pub use host::{ReadHost, read_host};
pub use join::{Joined, Project, Unit, alone, join};
pub use layout::{Files, Layout, Located, ReadText, Via};
pub use read::{ReadFunctions, read_functions};
