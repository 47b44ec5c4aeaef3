//! What each kind of anomaly looks like, and what is none.
#![expect(clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::cast_precision_loss, reason = "made series of some thousand points")]

use anomaly::{Alert, Detector, Kind, Params, SnapshotError};

const DAY: i64 = 86_400;

/// Noise from -1 to 1 that is the same in every run.
fn noise(point: i64) -> f64 {
    let mut bits = point.cast_unsigned().wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^= bits >> 32;
    (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Alerts of a series of `points`, five minutes apart, from the point `from` on.
fn alerts(points: i64, from: i64, value: impl Fn(i64) -> Option<f64>) -> Vec<Alert> {
    let mut detector = Detector::new(&Params::default());
    for point in 0..points {
        if let Some(value) = value(point) {
            detector.push(point * 300, value);
        }
    }
    detector.close(points * 300);
    let mut alerts = detector.take_alerts();
    alerts.retain(|alert| alert.end >= from * 300);
    alerts
}

fn check(name: &str, alerts: &[Alert], kind: Kind, at: i64) {
    let found = alerts.iter().find(|alert| alert.kind == kind);
    let found = found.unwrap_or_else(|| panic!("{name}: {alerts:#?}"));
    assert!((found.start - at * 300).abs() <= 1_800, "{name}: {found:?}");
    assert!(!found.explain().is_empty());
}

#[test]
fn a_spike_and_a_drop() {
    let spike = |at: i64| if at == 3_000 { 900.0 } else { 100.0 + 10.0 * noise(at) };
    check("spike", &alerts(3_500, 1_000, |at| Some(spike(at))), Kind::Spike, 3_000);
    let drop = |at: i64| if at == 3_000 { 2.0 } else { 100.0 + 10.0 * noise(at) };
    check("drop", &alerts(3_500, 1_000, |at| Some(drop(at))), Kind::Drop, 3_000);
}

#[test]
fn a_step_to_another_level() {
    let level = |at: i64| if at >= 3_000 { 180.0 } else { 100.0 } + 10.0 * noise(at);
    check("level", &alerts(3_500, 1_000, |at| Some(level(at))), Kind::Level, 3_000);
}

#[test]
fn swings_on_both_sides() {
    let swing =
        |at: i64| 100.0 + noise(at) * if (3_000..3_100).contains(&at) { 120.0 } else { 8.0 };
    check("variance", &alerts(3_500, 1_000, |at| Some(swing(at))), Kind::Variance, 3_000);
}

#[test]
fn the_load_of_the_day_in_the_night() {
    let busy = |at: i64| (96..216).contains(&(at % 288));
    let value = |at: i64| {
        let is_busy = busy(at) || (4_320 + 20..4_320 + 22).contains(&at);
        if is_busy { 100.0 + 5.0 * noise(at) } else { 10.0 + 2.0 * noise(at) }
    };
    check("season", &alerts(4_600, 2_500, |at| Some(value(at))), Kind::Season, 4_340);
}

#[test]
fn a_function_that_sends_nothing_any_more() {
    let gone = |at: i64| (at < 3_000).then(|| 100.0 + noise(at));
    check("absence", &alerts(3_100, 1_000, gone), Kind::Silence, 3_000);
    let zero = |at: i64| Some(if at < 3_000 { 100.0 + 10.0 * noise(at) } else { 0.0 });
    check("zeros", &alerts(3_100, 1_000, zero), Kind::Silence, 3_000);
}

#[test]
fn a_rare_function_that_is_never_called_again() {
    let rare = |at: i64| Some(f64::from(u8::from(at < 3_000 && at % 40 == 7)));
    let alerts = alerts(3_300, 1_000, rare);
    assert_eq!(alerts.len(), 1, "{alerts:#?}");
    check("rare", &alerts, Kind::Silence, 2_968);
}

#[test]
fn the_first_error_ever() {
    let error = |at: i64| Some(if (3_000..3_004).contains(&at) { 3.0 } else { 0.0 });
    check("new error", &alerts(3_100, 1_000, error), Kind::NewError, 3_000);
}

#[test]
fn what_goes_on_as_ever_raises_nothing() {
    type Made = fn(i64) -> f64;
    let quiet: [(&str, Made); 4] = [
        ("flat", |_| 7.0),
        ("two values", |at| f64::from(u8::from(at % 7 == 0))),
        ("day", |at| {
            50.0 + 40.0 * (at as f64 / 288.0 * std::f64::consts::TAU).sin() + 3.0 * noise(at)
        }),
        ("noise", |at| 100.0 + 10.0 * noise(at)),
    ];
    for (name, value) in quiet {
        let alerts = alerts(6_000, 288 * 8, |at| Some(value(at)));
        assert!(alerts.is_empty(), "{name}: {alerts:#?}");
    }
}

#[test]
fn a_deployment_begins_another_normal() {
    let step = |at: i64| if at >= 3_000 { 180.0 } else { 100.0 } + 10.0 * noise(at);
    let mut detector = Detector::new(&Params::default());
    detector.rebaseline(3_000 * 300);
    for at in 0..3_500 {
        detector.push(at * 300, step(at));
    }
    detector.close(3_500 * 300);
    let alerts = detector.take_alerts();
    assert!(alerts.iter().all(|alert| alert.end < 2_900 * 300), "{alerts:#?}");
}

#[test]
fn a_counter_of_billions_keeps_its_ones() {
    let value = |at: i64| 4e9 + noise(at).round() + if at == 3_000 { 40.0 } else { 0.0 };
    check("counter", &alerts(3_100, 1_000, |at| Some(value(at))), Kind::Spike, 3_000);
}

#[test]
fn snapshots_are_small_and_of_one_version() {
    let mut detector = Detector::new(&Params::default());
    for at in 0..5_000 {
        detector.push(at * DAY / 288, noise(at));
    }
    let mut bytes = detector.snapshot();
    assert!(bytes.len() <= 2_048, "{}", bytes.len());
    bytes[4] = 9;
    let refused = Detector::restore(&Params::default(), &bytes).err();
    assert_eq!(refused, Some(SnapshotError::Version { found: 9 }));
    let refused = Detector::restore(&Params::default(), b"{}").err();
    assert_eq!(refused, Some(SnapshotError::NotASnapshot));
}
