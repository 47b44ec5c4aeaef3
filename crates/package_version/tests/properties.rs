//! Laws of the order and of ranges.

use std::cmp::Ordering;

use package_version::{Ecosystem, Range, Version};
use proptest::prelude::*;

fn ecosystems() -> impl Strategy<Value = Ecosystem> {
    proptest::sample::select(Ecosystem::ALL.to_vec())
}

/// Versions as people write them, and any other text.
fn texts() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(vec![
        "alpha", "beta", "rc", "dev", "post", "pre", "SNAPSHOT", "final", "ga", "sp", "jre", "a",
        "x",
    ]);
    let number = prop_oneof![3 => 0..3_u64, 1 => any::<u64>()];
    let part =
        prop_oneof![3 => number.prop_map(|it| it.to_string()), 1 => word.prop_map(str::to_owned)];
    let separator = proptest::sample::select(vec![".", ".", ".", "-", "", "+", "_", "!"]);
    let written = proptest::collection::vec((part, separator), 1..6)
        .prop_map(|parts| parts.into_iter().map(|(part, sign)| part + sign).collect());
    prop_oneof![8 => written, 1 => ".{0,12}", 1 => "[0-9]\\.[0-9]\\.[0-9]"]
}

fn version(ecosystem: Ecosystem, text: &str) -> Version {
    Version::parse(ecosystem, text)
}

/// Whether `compare` follows a rule that is no order for one of them.
fn is_odd(version: &Version) -> bool {
    match version.ecosystem() {
        // A zero or a word after a dot.
        Ecosystem::Maven => version.as_str().chars().any(|c| !c.is_ascii_digit() && c != '.'),
        Ecosystem::Packagist => version.as_str().contains('#'),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_order_is_that_of_the_keys(ecosystem in ecosystems(), left in texts(), right in texts()) {
        let (left, right) = (version(ecosystem, &left), version(ecosystem, &right));
        let order = left.compare(&right);
        prop_assert_eq!(right.compare(&left), order.map(Ordering::reverse));
        prop_assert_eq!(left.compare(&left), Some(Ordering::Equal));
        if !is_odd(&left) && !is_odd(&right) {
            prop_assert_eq!(order, Some(left.sort_key().cmp(right.sort_key())));
        }
    }

    #[test]
    fn the_order_of_two_is_never_upset_by_a_third(
        ecosystem in ecosystems(), texts in proptest::collection::vec(texts(), 3)
    ) {
        let [a, b, c] = [0, 1, 2].map(|place| version(ecosystem, &texts[place]));
        let at_most = |left: &Version, right: &Version| left.compare(right) != Some(Ordering::Greater);
        if ![&a, &b, &c].into_iter().any(is_odd) && at_most(&a, &b) && at_most(&b, &c) {
            prop_assert!(at_most(&a, &c), "{a} {b} {c}");
        }
    }

    #[test]
    fn a_written_version_is_read_as_itself(ecosystem in ecosystems(), text in texts()) {
        let read = version(ecosystem, &text);
        prop_assert_eq!(&version(ecosystem, &read.to_string()), &read);
    }

    #[test]
    fn a_range_stands_on_one_side_at_most(
        ecosystem in ecosystems(), text in texts(),
        sign in proptest::sample::select(vec!["", "=", "==", ">=", "<", "<=", ">", "~>", "^", "~", "~=", "[", "(,"]),
        other in texts(),
    ) {
        let closing = if sign == "[" { ",)" } else if sign == "(," { "]" } else { "" };
        if let Ok(range) = Range::parse(ecosystem, &format!("{sign}{text}{closing}")) {
            let other = version(ecosystem, &other);
            let sides = [range.contains(&other), range.is_above(&other), range.is_below(&other)];
            // A prerelease that npm leaves out may lie between the ends.
            prop_assert!(sides.iter().filter(|it| **it).count() <= 1 + usize::from(!sides[0]));
            prop_assert!(!range.contains(&other) || range.contains_with_prereleases(&other));
        }
    }

    #[test]
    fn bounds_follow_the_order(ecosystem in ecosystems(), text in texts(), other in texts()) {
        let plain = |version: &Version| {
            version.is_valid() && !version.is_prerelease() && !is_odd(version)
        };
        let (bound, other) = (version(ecosystem, &text), version(ecosystem, &other));
        // Posts and locals of PyPI, and the four numbers of Composer, have rules of their own.
        let has_own_rules = matches!(ecosystem, Ecosystem::PyPI | Ecosystem::Packagist);
        if plain(&bound) && plain(&other) && !has_own_rules {
            let written = match ecosystem {
                Ecosystem::Maven | Ecosystem::NuGet => format!("[{bound},)"),
                _ => format!(">={bound}"),
            };
            let range = Range::parse(ecosystem, &written);
            prop_assert!(range.is_ok(), "{written}");
            let expected = other.compare(&bound) != Some(Ordering::Less);
            prop_assert_eq!(range.is_ok_and(|range| range.contains(&other)), expected);
        }
    }
}
