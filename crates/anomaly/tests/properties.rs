//! Laws that hold for every series.

use anomaly::{Detector, Params};
use proptest::prelude::*;

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -1e6..1e6_f64,
        3 => Just(0.0),
        1 => any::<f64>(),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(f64::MAX),
        1 => Just(f64::MIN_POSITIVE),
    ]
}

fn series() -> impl Strategy<Value = Vec<(i64, f64)>> {
    let step = prop_oneof![8 => Just(300_i64), 1 => -5_000..500_000_i64, 1 => any::<i64>()];
    prop::collection::vec((step, value()), 0..600).prop_map(|steps| {
        let mut time = 1_700_000_000_i64;
        steps
            .into_iter()
            .map(|(step, value)| {
                time = time.saturating_add(step);
                (time, value)
            })
            .collect()
    })
}

fn scores(detector: &mut Detector, points: &[(i64, f64)]) -> Vec<u64> {
    points.iter().map(|(time, value)| detector.push(*time, *value).score.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_score_is_between_zero_and_one(points in series()) {
        let mut detector = Detector::new(&Params { warm_up: 8, ..Params::default() });
        for (time, value) in points {
            let score = detector.push(time, value);
            prop_assert!((0.0..=1.0).contains(&score.score), "{score:?}");
            prop_assert_eq!(score.is_missing, !value.is_finite());
        }
        detector.close(i64::MAX);
        for alert in detector.take_alerts() {
            prop_assert!(alert.start <= alert.end, "{alert:?}");
            prop_assert!(!alert.explain().is_empty());
        }
    }

    #[test]
    fn a_score_uses_the_past_only(points in series(), cut in 0..600_usize) {
        let cut = cut.min(points.len());
        let whole = scores(&mut Detector::new(&Params::default()), &points);
        let part = scores(&mut Detector::new(&Params::default()), &points[..cut]);
        prop_assert_eq!(&whole[..cut], &part[..]);
    }

    #[test]
    fn a_restored_detector_goes_on_as_the_first_would(points in series(), cut in 0..600_usize, deploy in any::<bool>()) {
        let params = Params { warm_up: 8, ..Params::default() };
        let cut = cut.min(points.len());
        let mut first = Detector::new(&params);
        scores(&mut first, &points[..cut]);
        if deploy {
            first.rebaseline(points.get(cut).map_or(0, |point| point.0.saturating_add(900)));
        }
        let bytes = first.snapshot();
        prop_assert!(bytes.len() <= Detector::MOST_BYTES, "{}", bytes.len());
        let mut second = Detector::restore(&params, &bytes).unwrap();
        prop_assert_eq!(&second.snapshot(), &bytes);
        first.take_alerts();
        prop_assert_eq!(scores(&mut first, &points[cut..]), scores(&mut second, &points[cut..]));
        prop_assert_eq!(first.take_alerts(), second.take_alerts());
    }

    #[test]
    fn damaged_snapshots_are_refused_or_harmless(points in series(), at in 0..4_096_usize, byte in any::<u8>()) {
        let mut detector = Detector::new(&Params::default());
        scores(&mut detector, &points);
        let mut bytes = detector.snapshot();
        prop_assert!(Detector::restore(&Params::default(), &bytes[..at.min(bytes.len() - 1)]).is_err());
        let at = at % bytes.len();
        bytes[at] ^= byte;
        if let Ok(mut other) = Detector::restore(&Params::default(), &bytes) {
            for (time, value) in &points {
                let score = other.push(*time, *value).score;
                prop_assert!((0.0..=1.0).contains(&score));
            }
            other.close(i64::MAX);
        }
    }
}
