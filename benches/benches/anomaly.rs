//! What a point of a series costs a detector, and a snapshot of it.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use anomaly::{Detector, Params};
use divan::{Bencher, counter::ItemsCount};

const POINTS: u32 = 20_000;

fn main() {
    divan::main();
}

/// A day that repeats, with noise and a spike now and then.
fn series() -> Vec<(i64, f64)> {
    let value = |point: u32| {
        let noise = f64::from(point.wrapping_mul(2_654_435_761) >> 20) / 4_096.0;
        let spike = if point.is_multiple_of(1_777) { 900.0 } else { 0.0 };
        100.0 + 40.0 * (f64::from(point) / 45.8).sin() + 8.0 * noise + spike
    };
    (0..POINTS).map(|point| (i64::from(point) * 300, value(point))).collect()
}

#[divan::bench]
fn push(bencher: Bencher<'_, '_>) {
    let series = series();
    bencher.counter(ItemsCount::new(POINTS)).bench(|| {
        let mut detector = Detector::new(&Params::default());
        series.iter().map(|(time, value)| detector.push(*time, *value).score).sum::<f64>()
    });
}

#[divan::bench]
fn snapshot_and_restore(bencher: Bencher<'_, '_>) {
    let params = Params::default();
    let mut detector = Detector::new(&params);
    for (time, value) in series() {
        detector.push(time, value);
    }
    bencher.bench(|| Detector::restore(&params, &detector.snapshot()).unwrap());
}
