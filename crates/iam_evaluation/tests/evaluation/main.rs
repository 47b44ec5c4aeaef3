//! Decisions, by layer and by operator.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod cases;
mod conditions;
mod layers;
mod properties;
mod support;
