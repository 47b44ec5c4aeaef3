//! Archives, ordinary and odd, put together byte by byte.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking, and its archives are small"
)]

mod ambiguities;
mod anomalies;
mod archive;
mod bombs;
mod ordinary;
mod properties;
