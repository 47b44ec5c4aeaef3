//! Bills of materials: an [`component::Inventory`] as `CycloneDX` 1.6 and 1.7 (JSON, XML) and SPDX 2.3,
//! and documents of `CycloneDX` read back and judged.
//!
//! The same inventory always becomes the same bytes: parts are sorted, the serial number is made of
//! the content, and the time is the caller's.

#![deny(clippy::disallowed_methods)]

mod bill;
mod collect;
mod combine;
mod cyclonedx_json;
mod cyclonedx_xml;
mod flaw;
mod judge;
mod licence;
mod read;
mod serial;
mod spdx;
mod to_inventory;

pub use bill::{
    Bill, Completeness, Composition, Licence, Link, Need, Occurrence, Part, PartKind, Property,
};
pub use collect::{Layer, Mark, Subject, SubjectKind, collect};
pub use combine::combine;
pub use cyclonedx_json::write_json;
pub use cyclonedx_xml::write_xml;
pub use flaw::Flaw;
pub use judge::{Fault, judge};
pub use licence::{is_expression, spdx_id};
pub use read::{ReadError, read_json};
pub use serial::serial_number;
pub use spdx::write_spdx;

/// A version of the `CycloneDX` specification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spec {
    /// 1.6.
    #[default]
    V1_6,
    /// 1.7.
    V1_7,
}

impl Spec {
    /// `1.6`, `1.7`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_6 => "1.6",
            Self::V1_7 => "1.7",
        }
    }

    /// The version of a name; `None` for one that is not known here.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        [Self::V1_6, Self::V1_7].into_iter().find(|spec| spec.as_str() == name)
    }
}
