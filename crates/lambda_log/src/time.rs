//! Moments in milliseconds.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// Bytes of a moment: `2026-01-31T10:00:00.123456789+00:00` has 35.
const MOST: usize = 40;

/// Reads a moment: `2026-01-31T10:00:00.123Z`, with an offset (`+0000` too), without a zone (UTC then), with a
/// blank in the middle, or a Unix time in seconds or milliseconds. Milliseconds since 1970.
#[must_use]
pub fn parse_millis(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() || text.len() > MOST {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return unix_millis(text.parse().ok()?);
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_millisecond());
    }
    // Python writes a comma before the milliseconds.
    let civil: DateTime = text.parse().ok().or_else(|| text.replacen(',', ".", 1).parse().ok())?;
    Some(TimeZone::UTC.to_timestamp(civil).ok()?.as_millisecond())
}

/// A Unix time in seconds or milliseconds, told by its size.
pub(crate) fn unix_millis(number: f64) -> Option<i64> {
    let millis = match number {
        number if (1e8..1e11).contains(&number) => number * 1e3,
        number if (1e11..1e14).contains(&number) => number,
        number if (1e14..1e17).contains(&number) => number / 1e3,
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "below 1e14")]
    Some(millis as i64)
}

/// Writes a moment as `2026-01-31T10:00:00.123Z`.
#[must_use]
pub fn write_millis(time: i64) -> String {
    Timestamp::from_millisecond(time).map_or_else(
        |_| time.to_string(),
        |moment| moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
    )
}

/// The moment that a text begins with, and the bytes of it. A blank or tab, or the end, must follow.
pub(crate) fn leading(text: &str) -> Option<(i64, usize)> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    // Most lines end here.
    if !(is_digit(0) && is_digit(3) && bytes.get(4) == Some(&b'-') && is_digit(5)) {
        return None;
    }
    let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
    let first = bytes.iter().position(is_end).unwrap_or(bytes.len());
    let end = if first == 10 {
        let rest = bytes.get(11..)?;
        11 + rest.iter().position(is_end).unwrap_or(rest.len())
    } else {
        first
    };
    let time = parse_millis(text.get(..end)?)?;
    (end > 10).then_some((time, end))
}

#[cfg(test)]
mod tests {
    use super::{leading, parse_millis, write_millis};

    #[test]
    fn moments_are_read_in_every_form_that_logs_have() {
        for text in [
            "2026-01-31T10:00:00.123Z",
            "2026-01-31T10:00:00.123456Z",
            "2026-01-31T12:00:00.123+02:00",
            "2026-01-31T10:00:00.123+0000",
            "2026-01-31 10:00:00.123",
            "2026-01-31T10:00:00.123",
            "2026-01-31 10:00:00,123",
            "1769853600123",
            "1769853600.123",
        ] {
            assert_eq!(parse_millis(text), Some(1_769_853_600_123), "{text}");
        }
        assert_eq!(write_millis(1_769_853_600_123), "2026-01-31T10:00:00.123Z");
        for text in
            ["", "soon", "12", "2026-01-41", "1e400", "2026-01-31T10:00:00.123Z and more than that"]
        {
            assert_eq!(parse_millis(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_may_begin_with_a_moment() {
        assert_eq!(leading("2026-01-31T10:00:00Z START"), Some((1_769_853_600_000, 20)));
        assert_eq!(leading("2026-01-31 10:00:00 START"), Some((1_769_853_600_000, 19)));
        assert_eq!(leading("2026-01-31 the day"), None);
        assert_eq!(leading("2026-01-31T10:00:00Zx"), None);
        assert_eq!(leading("START"), None);
    }
}
