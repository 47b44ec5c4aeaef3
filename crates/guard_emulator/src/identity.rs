//! Names that must differ from all others: request ids, trace ids, identifiers of extensions.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    time::{SystemTime, UNIX_EPOCH},
};

/// 64 bits that nobody foresees: the standard library seeds each of its maps from the system.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A random UUID (version 4).
pub(crate) fn request_id() -> String {
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff
    )
}

/// A trace header as Lambda hands it to runtimes, sampled.
pub(crate) fn trace_header() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (first, second) = (random(), random());
    format!(
        "Root=1-{seconds:08x}-{:08x}{second:016x};Parent={:016x};Sampled=1;Lineage=1:{:08x}:0",
        first >> 32,
        random(),
        first & 0xffff_ffff
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn ids_have_the_shape_of_lambda_and_differ() {
        let (one, other) = (super::request_id(), super::request_id());
        assert_ne!(one, other);
        let lengths: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        let trace = super::trace_header();
        let root = trace.strip_prefix("Root=1-").and_then(|rest| rest.split(';').next());
        assert_eq!(root.map(str::len), Some(33), "{trace}");
    }
}
