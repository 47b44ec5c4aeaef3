//! A detector out of hostile bytes, and then a series of hostile values; the same out of a snapshot of which
//! some bytes are others. A detector that learnt only from values is restored as it was.

#![no_main]

use anomaly::{Detector, Params};
use libfuzzer_sys::fuzz_target;

/// Bytes that are others: a place of two bytes, and the byte there.
const MOST_CHANGES: usize = 64;

fn push(detector: &mut Detector, bytes: &[u8]) {
    let mut time = 0_i64;
    for chunk in bytes.chunks_exact(10) {
        let (step, value) = chunk.split_at(2);
        let step = i16::from_le_bytes(step.try_into().unwrap());
        time = time.saturating_add(i64::from(step) * 60);
        let value = f64::from_le_bytes(value.try_into().unwrap());
        assert!((0.0..=1.0).contains(&detector.push(time, value).score));
    }
    for alert in detector.open_alert().into_iter().chain(detector.take_alerts()) {
        assert!(!alert.explain().is_empty());
    }
}

fn end(mut detector: Detector) {
    detector.close(1_000_000_000);
    for alert in detector.take_alerts() {
        assert!(!alert.explain().is_empty());
    }
    assert!(detector.snapshot().len() <= Detector::MOST_BYTES);
}

fuzz_target!(|bytes: &[u8]| {
    let params = Params { warm_up: 4, ..Params::default() };
    if let Ok(mut detector) = Detector::restore(&params, bytes) {
        push(&mut detector, bytes);
        end(detector);
    }
    let Some((count, rest)) = bytes.split_first() else { return };
    let count = usize::from(*count).min(MOST_CHANGES).min(rest.len() / 3);
    let (changes, series) = rest.split_at(count * 3);
    let (before, behind) = series.split_at(series.len() / 20 * 10);
    let mut detector = Detector::new(&params);
    push(&mut detector, before);
    let mut snapshot = detector.snapshot();
    let restored = Detector::restore(&params, &snapshot).expect("its own snapshot");
    assert_eq!(restored.snapshot(), snapshot);
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % snapshot.len();
        snapshot[at] = change[2];
    }
    if let Ok(mut changed) = Detector::restore(&params, &snapshot) {
        push(&mut changed, behind);
        end(changed);
    }
    push(&mut detector, behind);
    end(detector);
});
