//! A moment, to the second, in UTC.

use std::fmt;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

const DAY: i64 = 86_400;

impl Time {
    /// Reads `2023-07-10`, `2023-07-10T11:42:18Z`, with a fraction of a second (dropped) or with
    /// an offset (`+02:00`); a date alone is its midnight.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
        let year = number(&[y1, y2, y3, y4])?;
        let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
        if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
            return None;
        }
        let midnight = days_before(year, month, day) * DAY;
        if rest.is_empty() {
            return Some(Self(midnight));
        }
        let (clock, rest) = rest.split_at_checked(9)?;
        let [b'T' | b' ', h1, h2, b':', n1, n2, b':', s1, s2] = *clock else { return None };
        let (hour, minute) = (number(&[h1, h2])?, number(&[n1, n2])?);
        let second = number(&[s1, s2])?;
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let rest = match rest.strip_prefix(b".") {
            Some(fraction) => {
                let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
                fraction.get(digits..)?
            }
            None => rest,
        };
        Some(Self(midnight + hour * 3_600 + minute * 60 + second - offset(rest)?))
    }
}

/// Seconds by which a clock is before UTC: `Z`, nothing, `+02:00`, `-0700`.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, h1, h2, m1, m2) = match *text {
        [] | [b'Z'] => return Some(0),
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => (sign, h1, h2, m1, m2),
        _ => return None,
    };
    let seconds = number(&[h1, h2])? * 3_600 + number(&[m1, m2])? * 60;
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0'))
    })
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. A year begins in March here, so that
/// the leap day is its last.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

impl fmt::Display for Time {
    /// `2023-07-10T11:42:18Z`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0.div_euclid(DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day + 2) / 153;
        let day = day - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let second = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn times_are_read_in_every_form_that_records_have() {
        let check = |text: &str, expect: Option<i64>| {
            assert_eq!(Time::parse(text.as_bytes()), expect.map(Time), "{text}");
        };
        check("1970-01-01", Some(0));
        check("2023-07-10T11:42:18Z", Some(1_688_989_338));
        check("2023-07-10T11:42:18.999Z", Some(1_688_989_338));
        check("2023-07-10T13:42:18+02:00", Some(1_688_989_338));
        check("2023-07-10T04:42:18-0700", Some(1_688_989_338));
        check("2024-02-29T00:00:00Z", Some(1_709_164_800));
        for bad in [
            "",
            "2023",
            "2023-13-01",
            "2023-02-29",
            "2023-07-10T24:00:00Z",
            "2023-07-10T1",
            "2023-07-10T11:42:18X",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn every_day_of_eight_centuries_is_written_as_it_is_read() {
        for day in -146_097..146_097 {
            let time = Time(day * 86_400 + 86_399);
            assert_eq!(Time::parse(time.to_string().as_bytes()), Some(time));
        }
    }
}
