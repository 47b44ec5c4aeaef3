//! Globs against a naive matcher, and containment against enumeration.

use cloud_names::{Arn, Pattern, pieces};
use proptest::prelude::*;

/// The definition of a glob, without care for time.
fn naive(pattern: &[char], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((&'*', rest)), None) => naive(rest, text),
        (Some((&'*', rest)), Some((_, shorter))) => naive(rest, text) || naive(pattern, shorter),
        (Some((&'?', rest)), Some((_, shorter))) => naive(rest, shorter),
        (Some((a, rest)), Some((b, shorter))) => a == b && naive(rest, shorter),
        _ => false,
    }
}

fn naive_matches(pattern: &str, text: &str) -> bool {
    let letters = |text: &str| text.chars().collect::<Vec<_>>();
    naive(&letters(pattern), &letters(text))
}

/// Every text over `abc` of up to five letters.
fn texts() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..5 {
        last = last.iter().flat_map(|text| ["a", "b", "c"].map(|c| format!("{text}{c}"))).collect();
        all.extend(last.iter().cloned());
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn matching_agrees_with_the_definition(pattern in "[ab*?]{0,9}", text in "[ab]{0,12}") {
        prop_assert_eq!(Pattern::new(&pattern).matches(&text), naive_matches(&pattern, &text));
        let upper = text.to_uppercase();
        prop_assert_eq!(
            Pattern::ignoring_case(&pattern).matches(&upper),
            naive_matches(&pattern, &text)
        );
    }

    #[test]
    fn containment_and_overlap_agree_with_enumeration(a in "[ab*?]{0,5}", b in "[ab*?]{0,5}") {
        let (left, right) = (Pattern::new(&a), Pattern::new(&b));
        let texts = texts();
        // Five letters of which one is in no pattern show each difference of patterns this short,
        // save where a run of wildcards needs more; then both sides fail alike on length.
        let of = |pattern: &str| texts.iter().map(|t| naive_matches(pattern, t)).collect::<Vec<_>>();
        let (in_a, in_b) = (of(&a), of(&b));
        let contained = in_a.iter().zip(&in_b).all(|(in_a, in_b)| *in_a || !*in_b);
        if left.covers(&right) {
            prop_assert!(contained, "`{}` does not cover `{}`", a, b);
        }
        let common = in_a.iter().zip(&in_b).any(|(in_a, in_b)| *in_a && *in_b);
        if common {
            prop_assert!(left.overlaps(&right), "`{}` overlaps `{}`", a, b);
        }
        if left.covers(&right) {
            prop_assert!(left.overlaps(&right));
        }
    }

    #[test]
    fn containment_is_complete_over_letters_that_no_pattern_names(
        a in "[ab*?]{0,4}", b in "[ab*?]{0,4}",
    ) {
        let texts = texts();
        let covered = texts.iter().all(|t| naive_matches(&a, t) || !naive_matches(&b, t));
        // A `*` that must stretch beyond what is enumerated would not be seen.
        let short = b.chars().filter(|c| *c != '*').count() + 2 <= 5;
        let a_short = a.chars().filter(|c| *c != '*').count() <= 3;
        if covered && short && a_short {
            prop_assert!(Pattern::new(&a).covers(&Pattern::new(&b)), "`{}` covers `{}`", a, b);
        }
    }

    #[test]
    fn a_pattern_covers_itself_and_what_it_matches(pattern in "[a-c*?]{0,8}", text in "[a-c]{0,8}") {
        let glob = Pattern::new(&pattern);
        prop_assert!(glob.covers(&glob));
        prop_assert_eq!(glob.covers(&Pattern::literal(&text)), glob.matches(&text));
        prop_assert_eq!(glob.overlaps(&Pattern::literal(&text)), glob.matches(&text));
    }

    #[test]
    fn a_yes_holds_whatever_the_placeholders_stand_for(
        a in "[ab*?]{0,3}(\\$\\{X\\})?[ab*?]{0,3}",
        b in "[ab*?]{0,3}(\\$\\{[XY]\\})?[ab*?]{0,3}",
        x in "[ab]{0,3}", y in "[ab]{0,3}", text in "[ab]{0,6}",
    ) {
        let fill = |pattern: &str| pattern.replace("${X}", &x).replace("${Y}", &y);
        let (left, right) = (Pattern::new(&a), Pattern::new(&b));
        let (filled_a, filled_b) = (fill(&a), fill(&b));
        if left.covers(&right) && naive_matches(&filled_b, &text) {
            prop_assert!(naive_matches(&filled_a, &text), "`{}` covers `{}`", a, b);
        }
        if naive_matches(&filled_a, &text) {
            prop_assert!(left.may_match(&text));
            if naive_matches(&filled_b, &text) {
                prop_assert!(left.overlaps(&right));
            }
        }
        if left.matches(&text) {
            prop_assert!(naive_matches(&filled_a, &text));
        }
    }

    #[test]
    fn arns_read_and_write_back(
        parts in prop::collection::vec("([a-z*-]|\\$\\{[A-Z:]{1,4}\\}){0,4}", 4),
        resource in "([a-z*/:]|\\$\\{[A-Z:.]{1,4}\\}){0,6}",
    ) {
        let text = format!("arn:{}:{resource}", parts.join(":"));
        let arn = Arn::parse(&text).unwrap();
        prop_assert_eq!(arn.to_string(), text);
        prop_assert_eq!(arn.service.as_str(), parts[1].as_str());
        prop_assert_eq!(arn.resource.as_str(), resource.as_str());
    }

    #[test]
    fn no_text_is_too_odd(text in "\\PC{0,40}", other in "[${}*?:/!a]{0,30}") {
        for text in [text, other] {
            let _ = Arn::parse_pattern(&text).map(|arn| (arn.bucket().is_some(), arn.resource_type().is_some()));
            let _ = cloud_names::breadth(&text);
            let _ = pieces(&text).count();
            let glob = Pattern::new(&text);
            prop_assert!(glob.covers(&glob));
        }
    }
}
