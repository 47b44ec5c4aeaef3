//! The rules of all classes.

use super::rules_of;
use crate::class::Class;
use crate::rule::Test;

#[test]
fn every_pattern_compiles_and_literals_are_lower_case() {
    for class in Class::ALL {
        for (at, rule) in rules_of(class).iter().enumerate() {
            if let Test::Pattern(pattern) = &rule.test {
                assert!(pattern.compiles(), "{class} rule {at}: {pattern:?}");
            }
            for literal in rule.literals {
                assert_eq!(*literal, literal.to_ascii_lowercase(), "{class} rule {at}");
            }
        }
    }
}
