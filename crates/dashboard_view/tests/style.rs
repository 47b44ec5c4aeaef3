//! Colours that can be read, a style and a script that ask for nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;

use dashboard_view::{ICON, SCRIPT, STYLE};

/// Relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.1).
fn luminance(colour: &str) -> f64 {
    let digits = colour.trim_start_matches('#');
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    if one > other { one / other } else { other / one }
}

/// The colours of a rule of the style, by name.
fn colours(line: &str) -> HashMap<&str, &str> {
    let body = line.split_once('{').unwrap().1.trim_end_matches('}');
    let pairs = body.split(';').filter_map(|it| it.split_once(':'));
    pairs.filter(|(_, value)| value.starts_with('#')).collect()
}

fn line(part: &str) -> &'static str {
    STYLE.lines().find(|line| line.contains(part)).unwrap()
}

#[test]
fn every_text_has_the_contrast_that_wcag_asks_for() {
    let fixed = colours(line(":root{--critical"));
    for theme in [line(":root{color-scheme:light"), line(":root[data-theme=dark]")] {
        let of = colours(theme);
        // Texts of each kind stand on the page, on panels, on chosen rows and in code.
        for ground in ["--ground", "--card", "--soft", "--code"] {
            for ink in ["--ink", "--faint", "--link", "--bad", "--warn", "--good"] {
                let value = contrast(of[ink], of[ground]);
                assert!(value >= 4.5, "{ink} on {ground}: {value:.2}");
            }
            for line in ["--edge", "--focus", "--danger"] {
                let value = contrast(of[line], of[ground]);
                assert!(value >= 3.0, "{line} on {ground}: {value:.2}");
            }
        }
        for (ink, ground) in [
            ("--good", "--good-soft"),
            ("--bad", "--bad-soft"),
            ("--warn", "--warn-soft"),
            ("--link", "--warn-soft"),
            ("--mark-ink", "--mark"),
        ] {
            let value = contrast(of[ink], of[ground]);
            assert!(value >= 4.5, "{ink} on {ground}: {value:.2}");
        }
    }
    for severity in ["--critical", "--high", "--medium", "--low"] {
        assert!(contrast(fixed["--pill"], fixed[severity]) >= 4.5, "{severity}");
    }
}

#[test]
fn the_dark_colours_are_the_same_by_choice_and_by_setting() {
    let chosen = colours(line(":root[data-theme=dark]"));
    let set = line("prefers-color-scheme:dark").split_once("light])").unwrap().1;
    assert_eq!(chosen, colours(set.trim_end_matches('}')));
}

#[test]
fn nothing_is_asked_of_others_and_no_markup_is_made_of_text() {
    for part in [STYLE, SCRIPT, ICON] {
        for bait in [
            "@import",
            "url(",
            "innerHTML",
            "outerHTML",
            "eval(",
            "document.write",
            "insertAdjacent",
        ] {
            assert!(!part.contains(bait), "{bait}");
        }
    }
    assert!(!SCRIPT.contains("http") && !STYLE.contains("http"));
    assert_eq!(SCRIPT.matches("fetch(").count(), 1);
    assert!(SCRIPT.contains("fetch(\"/version\""));
}
