//! Moments on a line: when something happened, how often, how bad it was.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::html::{T, as_f64, decimal, number};

/// One moment.
pub(crate) struct Moment<'a> {
    /// RFC 3339.
    pub(crate) time: &'a str,
    /// Row, from 0, the worst first.
    pub(crate) row: usize,
    pub(crate) class: &'static str,
    pub(crate) words: &'a str,
}

/// Stretches of time that a row is divided into: moments of one are one dot, so that none is left out.
const STRETCHES: f64 = 160.0;
const WIDTH: f64 = 1_100.0;
const LEFT: f64 = 100.0;
const ROW: f64 = 24.0;

/// Moments of one row and stretch.
struct Dot<'a> {
    count: usize,
    first: &'a Moment<'a>,
}

/// Draws moments by rows.
pub(crate) fn draw(moments: &[Moment<'_>], rows: &[&str], about: &str) -> Markup {
    let known = || moments.iter().filter_map(|it| Some((seconds(it.time)?, it)));
    let times = || known().map(|it| it.0);
    let (first, last) =
        (times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max));
    if first > last {
        return html! {};
    }
    let span = (last - first).max(1.0);
    let mut dots: BTreeMap<(usize, usize), Dot<'_>> = BTreeMap::new();
    for (time, moment) in known() {
        let dot = dots
            .entry((moment.row, stretch((time - first) / span)))
            .or_insert(Dot { count: 0, first: moment });
        dot.count += 1;
        if moment.time < dot.first.time {
            dot.first = moment;
        }
    }
    let height = as_f64(rows.len()) * ROW + 34.0;
    let room = WIDTH - LEFT - 30.0;
    let x = |at: usize| LEFT + 10.0 + as_f64(at) / STRETCHES * room;
    let y = |row: usize| as_f64(row) * ROW + 16.0;
    let words = || known().map(|it| it.1.time);
    html! {
        div.wide {
            svg.timeline viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label=(about) {
                @for (row, word) in rows.iter().enumerate() {
                    text.axis x="0" y=(decimal(y(row) + 4.0)) { (word) }
                    line.grid x1=(decimal(LEFT)) x2=(decimal(WIDTH - 10.0)) y1=(decimal(y(row))) y2=(decimal(y(row))) {}
                }
                @for ((row, at), dot) in &dots {
                    circle class=(dot.first.class) cx=(decimal(x(*at))) cy=(decimal(y(*row))) r=(decimal(radius(dot.count))) {
                        title { (T(dot.first.time)) " " (T(dot.first.words)) @if dot.count > 1 { " and " (number(dot.count - 1)) " more" } }
                    }
                }
                text.axis x=(decimal(LEFT)) y=(decimal(height - 6.0)) { (T(words().min().unwrap_or_default())) }
                text.axis x=(decimal(WIDTH - 10.0)) y=(decimal(height - 6.0)) text-anchor="end" { (T(words().max().unwrap_or_default())) }
            }
        }
    }
}

/// Number of the stretch of a part of the time, 0 to 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and the number of stretches"
)]
fn stretch(part: f64) -> usize {
    (part.clamp(0.0, 1.0) * STRETCHES).floor() as usize
}

/// More moments are a larger dot, up to a size that leaves its row alone.
fn radius(count: usize) -> f64 {
    (3.5 + as_f64(count).log2()).min(10.0)
}

/// Seconds since some day, of `2026-01-31T10:00:00Z`; enough to put moments in a row.
pub(crate) fn seconds(time: &str) -> Option<f64> {
    let number = |from: usize, to: usize| time.get(from..to)?.parse::<f64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let clock = || Some((number(11, 13)?, number(14, 16)?, number(17, 19)?));
    let (hour, minute, second) = clock().unwrap_or_default();
    // Days by the civil calendar, March first, so that the leap day ends a year.
    let (year, month) = if month <= 2.0 { (year - 1.0, month + 9.0) } else { (year, month - 3.0) };
    let leap = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
    let days = year * 365.0 + leap + ((153.0 * month + 2.0) / 5.0).floor() + day;
    Some(days * 86_400.0 + hour * 3_600.0 + minute * 60.0 + second)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn days_follow_each_other_over_leap_days_and_years() {
        for (one, next) in [
            ("2024-02-28T23:59:59Z", "2024-02-29T00:00:00Z"),
            ("2024-02-29T23:59:59Z", "2024-03-01T00:00:00Z"),
            ("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z"),
            ("2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z"),
        ] {
            let step = seconds(next).unwrap() - seconds(one).unwrap();
            assert!((step - 1.0).abs() < 1e-6, "{one} {next}: {step}");
        }
        assert_eq!(seconds("soon"), None);
    }
}
