//! What holds for all callers, times and crowds.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::hash::RandomState;
use std::time::Duration;

use guard_rate::store::{Address, parse_reply};
use guard_rate::{Buckets, Decision, Limits};
use proptest::prelude::*;

/// The textbook: tokens as a number, filled as time goes by.
struct Tokens {
    tokens: f64,
    at: f64,
}

fn limits(per_second: u32, burst: u32) -> Limits {
    Limits::new(per_second.into(), burst).unwrap()
}

fn table(per_second: u32, burst: u32) -> Buckets {
    Buckets::with_room(limits(per_second, burst), 8, RandomState::new())
}

proptest! {
    #[test]
    fn one_caller_gets_what_a_bucket_of_tokens_gives(
        steps in prop::collection::vec(0_u64..400, 1..200),
        per_second in 1_u32..50,
        burst in 1_u32..20,
    ) {
        let mut buckets = table(per_second, burst);
        let mut model = Tokens { tokens: burst.into(), at: 0.0 };
        let mut now = 0;
        for step in steps {
            now += step;
            let seconds = Duration::from_millis(now).as_secs_f64();
            let filled = model.tokens + (seconds - model.at) * f64::from(per_second);
            model = Tokens { tokens: filled.min(burst.into()), at: seconds };
            let decision = buckets.decide(b"a", Duration::from_millis(now));
            // At the very edge the two may round differently; the model then follows.
            if (model.tokens - 1.0).abs() > 1e-6 {
                prop_assert_eq!(decision == Decision::Allowed, model.tokens >= 1.0);
            }
            if decision == Decision::Allowed {
                model.tokens -= 1.0;
            }
        }
    }

    #[test]
    fn nobody_gets_more_than_alone_however_many_there_are(
        calls in prop::collection::vec((0_u8..14, 0_u64..30), 1..400),
    ) {
        let limits = limits(2, 3);
        let mut crowd = Buckets::with_room(limits, 8, RandomState::new());
        let mut alone: HashMap<u8, Buckets> = HashMap::new();
        let mut now = Duration::ZERO;
        for (caller, step) in calls {
            now += Duration::from_millis(step);
            let own = alone.entry(caller).or_insert_with(|| Buckets::with_room(limits, 1, RandomState::new()));
            let crowded = crowd.decide(&[caller], now);
            if crowded == Decision::Allowed {
                // What the crowd granted must be within this caller's own bucket.
                prop_assert_eq!(own.decide(&[caller], now), Decision::Allowed);
            }
        }
    }

    #[test]
    fn whoever_waits_as_told_passes(burst in 1_u32..5, per_second in 1_u32..1000) {
        let mut buckets = table(per_second, burst);
        let mut now = Duration::from_secs(5);
        for _ in 0..20 {
            if let Decision::Refused { retry_after } = buckets.decide(b"a", now) {
                prop_assert!(retry_after > Duration::ZERO);
                now += retry_after;
                prop_assert_eq!(buckets.decide(b"a", now), Decision::Allowed);
            }
        }
    }

    #[test]
    fn replies_and_addresses_of_any_kind_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,60}") {
        if let Ok(Some((_, length))) = parse_reply(&bytes) {
            prop_assert!(length <= bytes.len() && length > 0);
        }
        let _ = text.parse::<Address>();
        if let Ok(address) = format!("redis://{text}").parse::<Address>() {
            prop_assert!(!address.host.is_empty());
        }
    }
}
