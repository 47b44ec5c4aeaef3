//! VEX: what somebody says of known flaws in packages. Documents of `OpenVEX` and `CycloneDX` become
//! [`Statement`]s ([`read`]), which are asked about a package and a flaw ([`Decisions`]), and are written
//! again in both formats ([`write_openvex`], [`write_cyclonedx`]).
//!
//! A statement can hide a finding, so that what is not understood never counts as one: it is a [`Remark`]
//! with its place. Sources: the `OpenVEX` specification 0.2.0 (and documents of 0.0.1), `CycloneDX` 1.4 to
//! 1.7, the notation of ranges `vers`.

#![deny(clippy::disallowed_methods)]

mod cover;
mod decisions;
mod flaws;
mod range;
mod read;
mod statement;
mod write;

pub use cover::{Cover, Versions};
pub use decisions::{Decision, Decisions};
pub use flaws::{Flaw, Judged, Reach, judged};
pub use range::VersionRange;
pub use read::{Document, Format, LARGEST, Remark, VexError, read};
pub use statement::{Justification, Statement, Status};
pub use write::{About, Analysis, source, write_cyclonedx, write_openvex};
