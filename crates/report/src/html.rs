//! One page for a browser with everything in it: no file, script, font or picture from outside.
//!
//! Texts of inputs stand in one block of JSON only, in which `<`, `>` and `&` are escaped, so that none
//! can end it; the script makes text nodes of them. A policy in the page lets no other script and no other
//! style run, by their SHA-256, and nothing be loaded or sent.

mod data;

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{Context, Report, json::to_line};
use safe_text::xml;

const STYLE: &str = include_str!("html/report.css");
const SCRIPT: &str = include_str!("html/report.js");
const BODY: &str = include_str!("html/page.html");

pub(crate) fn render(report: &Report, context: &Context<'_>) -> String {
    let data = to_line(&data::of(report, context));
    let mut out = String::with_capacity(data.len() + 80_000);
    out.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let _ = writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'\">",
        digest(STYLE),
        digest(SCRIPT),
    );
    out.push_str(
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n",
    );
    let _ = writeln!(out, "<title>{}: security report</title>", xml(&report.root));
    let _ = writeln!(out, "<style>{STYLE}</style>\n</head>");
    out.push_str(BODY);
    out.push_str("<script type=\"application/json\" id=\"data\">");
    push_json(&mut out, &data);
    let _ = writeln!(out, "</script>\n<script>{SCRIPT}</script>\n</body>\n</html>");
    out
}

/// JSON within an element: what could end the element stands as an escape, which it may as it stands in
/// texts only.
fn push_json(out: &mut String, json: &str) {
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            c => out.push(c),
        }
    }
}

/// How a policy names a script or a style that may run.
fn digest(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{BODY, SCRIPT, STYLE};

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

    #[test]
    fn every_text_has_the_contrast_that_wcag_asks_for() {
        let line = |start: &str| STYLE.lines().find(|line| line.starts_with(start)).unwrap();
        let fixed = colours(line(":root{--critical"));
        for theme in [line(":root{color-scheme:light"), line(":root[data-theme=dark]")] {
            let of = colours(theme);
            for ground in ["--ground", "--card", "--soft", "--code"] {
                for ink in ["--ink", "--faint", "--link"] {
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
                ("--mark-ink", "--mark"),
                ("--good", "--card"),
                ("--bad", "--card"),
                ("--warn", "--card"),
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
        let line = |part: &str| STYLE.lines().find(|line| line.contains(part)).unwrap();
        let chosen = colours(line(":root[data-theme=dark]"));
        let set = line("prefers-color-scheme:dark").split_once("light])").unwrap().1;
        assert_eq!(chosen, colours(set.trim_end_matches('}')));
    }

    #[test]
    fn nothing_is_loaded_and_no_markup_is_made_of_text() {
        for part in [STYLE, SCRIPT, BODY] {
            for bait in
                ["@import", "url(http", "src=", "fetch(", "XMLHttpRequest", "innerHTML", "eval("]
            {
                assert!(!part.contains(bait), "{bait}");
            }
        }
        let addresses: Vec<_> =
            SCRIPT.match_indices("http").map(|(at, _)| &SCRIPT[at..at + 26]).collect();
        assert_eq!(addresses, ["http://www.w3.org/2000/svg"]);
        assert!(
            ![" style=", " onclick=", " onload=", " onerror="].iter().any(|it| BODY.contains(it))
        );
        assert!(!SCRIPT.contains("</script") && !STYLE.contains("</style"));
    }
}
