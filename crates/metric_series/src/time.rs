//! Moments as inputs write them, and written back in the same way.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// A moment, and the way in which its input writes moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Unix time in seconds.
    pub time: i64,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    /// `2026-01-31 10:00:00`: UTC, as no zone is given.
    Spaced,
    /// `2026-01-31T10:00:00`
    Joined,
    /// `2026-01-31T10:00:00Z`; other zones are written back as this.
    Zoned,
}

/// Reads a moment: a date, a date with a time (blank or `T` between, any fraction of a second, `Z`, an offset
/// or nothing, which is UTC), or a Unix time in seconds, milli-, micro- or nanoseconds, told by its size.
#[must_use]
pub fn parse_time(text: &str) -> Option<Stamp> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'))
        && let Ok(number) = text.parse::<f64>()
    {
        return unix(number);
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(Stamp { time: moment.as_second(), form: Form::Zoned });
    }
    let civil: DateTime = text.parse().ok()?;
    let time = TimeZone::UTC.to_timestamp(civil).ok()?.as_second();
    let form = if text.contains(['T', 't']) { Form::Joined } else { Form::Spaced };
    Some(Stamp { time, form })
}

fn unix(number: f64) -> Option<Stamp> {
    let (unit, form) = match number.abs() {
        size if size < 1e11 => (1.0, Form::Seconds),
        size if size < 1e14 => (1e3, Form::Milliseconds),
        size if size < 1e17 => (1e6, Form::Microseconds),
        size if size < 1e20 => (1e9, Form::Nanoseconds),
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "below 1e11")]
    Some(Stamp { time: (number / unit).floor() as i64, form })
}

impl Stamp {
    /// The form of `2026-01-31T10:00:00Z`, for series whose input has no moments of its own.
    pub(crate) const fn zoned() -> Self {
        Self { time: 0, form: Form::Zoned }
    }

    /// Another moment, written as this one is.
    #[must_use]
    pub fn write(self, time: i64) -> String {
        let form = match self.form {
            Form::Seconds => return time.to_string(),
            Form::Milliseconds => return format!("{time}000"),
            Form::Microseconds => return format!("{time}000000"),
            Form::Nanoseconds => return format!("{time}000000000"),
            Form::Spaced => "%Y-%m-%d %H:%M:%S",
            Form::Joined => "%Y-%m-%dT%H:%M:%S",
            Form::Zoned => "%Y-%m-%dT%H:%M:%SZ",
        };
        match Timestamp::from_second(time) {
            Ok(moment) => moment.strftime(form).to_string(),
            Err(_) => time.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse_time;

    #[test]
    fn moments_are_read_and_written_back() {
        for (text, time, again) in [
            ("2026-01-31 10:00:00", 1_769_853_600, "2026-01-31 10:00:00"),
            ("2026-01-31T10:00:00", 1_769_853_600, "2026-01-31T10:00:00"),
            ("2026-01-31T10:00:00Z", 1_769_853_600, "2026-01-31T10:00:00Z"),
            ("2026-01-31T12:00:00.250+02:00", 1_769_853_600, "2026-01-31T10:00:00Z"),
            ("2026-01-31 10:00:00.000000", 1_769_853_600, "2026-01-31 10:00:00"),
            ("2026-01-31", 1_769_817_600, "2026-01-31 00:00:00"),
            ("1769853600", 1_769_853_600, "1769853600"),
            ("1769853600.5", 1_769_853_600, "1769853600"),
            ("1769853600000", 1_769_853_600, "1769853600000"),
        ] {
            let stamp = parse_time(text).unwrap();
            assert_eq!(stamp.time, time, "{text}");
            assert_eq!(stamp.write(time), again, "{text}");
        }
        for text in ["", "yesterday", "2026-13-01 00:00:00", "1e99", "99999999999999999999999"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
