//! When functions of an account are changed: hours of the day, on workdays and at weekends.

use serde::{Deserialize, Serialize};
use sigma::Severity;

use crate::{alert::Alert, detector::HOURS, facts::Facts, known::Known};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Before so many days with changes nothing is unusual: a team that deploys once a week is known after
/// a quarter.
const DAYS: u32 = 12;
/// A deployment is many requests: one that was told is not told again for so many seconds.
const QUIET: u64 = 12 * HOUR.unsigned_abs();

/// When somebody changed a function of an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hours {
    /// A bit an hour of the day, UTC, from Monday to Friday.
    workdays: u32,
    /// The same for Saturday and Sunday.
    weekends: u32,
    /// Days on which something was changed.
    days: u32,
    /// The last of them, in days since 1970.
    last_day: i64,
    told: Option<i64>,
}

/// Judges when a function is changed, and learns it. What is an hour beside a known one is usual:
/// clocks change twice a year, and people stay longer.
pub(crate) fn judge(facts: &Facts<'_>, accounts: &mut Known<Hours>) -> Option<Alert> {
    let known = accounts.touch(&facts.account, facts.time);
    let (day, hour) = (facts.time.div_euclid(DAY), facts.time.rem_euclid(DAY) / HOUR);
    let is_weekend = is_weekend(day);
    let seen = if is_weekend { known.weekends } else { known.workdays };
    let is_usual = seen & around(hour) != 0;
    let is_quiet = known.told.is_some_and(|told| facts.time.abs_diff(told) < QUIET);
    let alert = (known.days >= DAYS && !is_usual && !is_quiet).then(|| {
        known.told = Some(facts.time);
        let when = if is_weekend { "at a weekend" } else { "on a workday" };
        let so_far = if seen == 0 {
            "never before".to_owned()
        } else {
            format!("so far at {}", hours_in_words(seen))
        };
        let level = if facts.is_person() { Severity::Medium } else { HOURS.level };
        Alert {
            detector: &HOURS,
            level,
            function: facts.function(),
            explanation: vec![format!(
                "`{}` by `{}` at {hour:02} o'clock UTC {when}; functions of this account were changed on {} days, {when} {so_far}",
                facts.action, facts.principal, known.days,
            )],
        }
    });
    if is_weekend {
        known.weekends |= bit(hour);
    } else {
        known.workdays |= bit(hour);
    }
    if known.days == 0 || day > known.last_day {
        known.days = known.days.saturating_add(1);
        known.last_day = day;
    }
    alert
}

/// The first of January 1970 was a Thursday.
fn is_weekend(day: i64) -> bool {
    matches!((day + 3).rem_euclid(7), 5 | 6)
}

fn bit(hour: i64) -> u32 {
    u32::try_from(hour.rem_euclid(24)).map_or(0, |hour| 1 << hour)
}

/// The hour, and those beside it.
fn around(hour: i64) -> u32 {
    bit(hour - 1) | bit(hour) | bit(hour + 1)
}

/// `08 to 17, 21`
fn hours_in_words(seen: u32) -> String {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for hour in (0..24).filter(|hour| seen & bit(*hour) != 0) {
        match ranges.last_mut() {
            Some((_, end)) if *end + 1 == hour => *end = hour,
            _ => ranges.push((hour, hour)),
        }
    }
    let words = ranges.iter().map(|(from, to)| {
        if from == to { format!("{from:02}") } else { format!("{from:02} to {to:02}") }
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{around, bit, hours_in_words, is_weekend};

    #[test]
    fn days_and_hours_have_their_names() {
        // 2026-02-28 was a Saturday, 20,512 days after the first of January 1970.
        assert_eq!([20_511, 20_512, 20_513, 20_514].map(is_weekend), [false, true, true, false]);
        assert_eq!(hours_in_words(bit(8) | bit(9) | bit(10) | bit(21)), "08 to 10, 21");
        assert_eq!(around(0), bit(23) | bit(0) | bit(1));
    }
}
