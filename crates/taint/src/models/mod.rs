//! Models: what functions of libraries do with data, and who decides what events say.

mod compiled;
mod embedded;
mod events;
mod format;
mod names;
mod port;

pub(crate) use compiled::Models;
pub(crate) use compiled::{Attribute, Call, Condition, Send, Sink, Source};
pub use embedded::built_in;
pub(crate) use events::EventId;
pub(crate) use format::Port as PortText;
pub(crate) use format::{Container, EntryModel};
pub use format::{Deed, ModelFile, parse as parse_models};
pub(crate) use names::{NameId, NameTable};
pub(crate) use port::{Port, PortBase, Step};
