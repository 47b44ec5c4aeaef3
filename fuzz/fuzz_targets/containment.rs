//! Any two documents, read as policies: an answer in bounded time, a policy contained in itself, and
//! nothing different about what is contained.
#![no_main]

use iam_containment::{Containment, Limits, contains, difference};
use iam_policy::{Policy, literal_terms};
use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Limits as TextLimits, parse_yaml};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let limits = TextLimits { nodes: 10_000, ..TextLimits::default() };
    let Ok(parsed) = parse_yaml(FileId(0), &text, &limits) else { return };
    let mut policies = parsed.documents.iter().map(|node| Policy::read(node, &literal_terms).0);
    let Some(old) = policies.next() else { return };
    let new = policies.next().unwrap_or_default();
    let few = Limits { steps: 200_000, memory: 200_000, assignments: 256 };
    let itself = contains(&[&old], &[&old], few);
    assert!(!matches!(itself, Containment::No(_)), "{itself:?}");
    let answer = contains(&[&old], &[&new], few);
    let union = contains(&[&old, &new], &[&new], few);
    if old.denies().next().is_none() {
        assert!(!matches!(union, Containment::No(_)), "{union:?}");
    }
    let changes = difference(&[&old], &[&new], few).changes;
    assert!(answer != Containment::Yes || changes.is_empty(), "{changes:?}");
});
