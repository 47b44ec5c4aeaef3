//! A detector out of hostile bytes, and then a series of hostile values.

#![no_main]

use anomaly::{Detector, Params};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let params = Params { warm_up: 4, ..Params::default() };
    let mut detector = Detector::restore(&params, bytes).unwrap_or_else(|_| Detector::new(&params));
    let mut time = 0_i64;
    for chunk in bytes.chunks_exact(10) {
        let (step, value) = chunk.split_at(2);
        let step = i16::from_le_bytes(step.try_into().unwrap());
        time = time.saturating_add(i64::from(step) * 60);
        let value = f64::from_le_bytes(value.try_into().unwrap());
        assert!((0.0..=1.0).contains(&detector.push(time, value).score));
    }
    detector.close(time.saturating_add(1_000_000));
    for alert in detector.take_alerts() {
        assert!(!alert.explain().is_empty());
    }
    let again = detector.snapshot();
    assert!(again.len() <= Detector::MOST_BYTES);
});
