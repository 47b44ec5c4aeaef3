//! Values that stand where a secret will be, and are none.

/// Whether a value is a placeholder, a reference or another thing that is no secret.
#[must_use]
pub fn looks_like_placeholder(value: &str) -> bool {
    let _ = value;
    false
}
