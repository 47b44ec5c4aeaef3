//! What a function's package consists of: components, what each asks for, where each came from.
//!
//! The readers of floor 2 (`inventory_*`) take the bytes of one lock file, manifest or installed
//! package and add to an [`Inventory`]. What cannot be read becomes a [`Remark`], never silence.

#![deny(clippy::disallowed_methods)]

mod digest;
mod document;
mod inventory;
mod origin;
mod part;
mod scopes;
mod setting;

pub use package_version::Ecosystem;

pub use digest::{Algorithm, Digest};
pub use document::{Format, line_of, read_document, read_documents, read_text};
pub use inventory::{IndexRole, Inventory, Limits, PackageIndex, Remark, RemarkKind};
pub use origin::{Origin, OriginKind};
pub use part::{
    Component, ComponentId, ComponentKind, Evidence, EvidenceKind, Requirement, Scope, Script,
    lookup_name,
};
pub use setting::{FileRole, PackageFile, Setting, SettingKind};
