//! Comments and metadata by which an author accepts findings.
//!
//! A comment holds for the resource or property that it stands in or right above:
//! `# faasguard: allow wildcard-action -- reason (until 2027-01-31)`. The markers of other scanners
//! are read too, so that a move costs nothing; they name rules of theirs, so they hold for the rules
//! of ours that check the same. A [`Marker`] says which findings it covers; who applies it decides
//! whether it holds today.

#![deny(clippy::disallowed_methods)]

mod code;
mod lines;
mod manifest;
mod marker;
mod peers;

use source_text::{Comment, Node};

pub use code::of_code;
pub use lines::Held;
pub use manifest::of_manifest;
pub use marker::{Marker, is_day};

/// The markers in the comments of a text; `document` is what stands in it.
#[must_use]
pub fn of_comments(text: &str, comments: &[Comment], document: &Node) -> Vec<Marker> {
    marker::of_comments(text, comments, document)
}

/// The markers in the metadata of a template's resources, those of other scanners after ours.
#[must_use]
pub fn of_metadata(document: &Node) -> Vec<Marker> {
    let mut markers = marker::of_metadata(document);
    markers.extend(peers::of_metadata(document));
    markers
}

/// Whether a text may hold markers of ours.
#[must_use]
pub fn may_hold_any(text: &str) -> bool {
    text.contains(marker::OWN)
}
