//! What exports and tools write in front of each message: the time, the stream, both.

use crate::{names::is_stream, time::leading};

/// A line without what was written in front of its message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prefixed<'a> {
    /// Milliseconds since 1970.
    pub(crate) time: Option<i64>,
    pub(crate) stream: Option<&'a str>,
    pub(crate) message: &'a str,
}

/// Takes time and stream away: `TIME MESSAGE` (exports to S3, `aws logs tail --format short`), `TIME STREAM
/// MESSAGE` (`aws logs tail`), `STREAM TIME MESSAGE` (`sam logs`). A time with a tab behind it is a part of
/// the message: the runtime of Node.js writes it.
pub(crate) fn split_prefix(line: &str) -> Prefixed<'_> {
    let mut rest = line;
    let mut prefixed = Prefixed { message: line, ..Prefixed::default() };
    for _ in 0..2 {
        if prefixed.time.is_none()
            && let Some((time, length)) = leading(rest)
            && matches!(rest.as_bytes().get(length), Some(b' ') | None)
        {
            prefixed.time = Some(time);
            rest = rest.get(length + 1..).unwrap_or_default();
        } else if prefixed.stream.is_none()
            && let Some((word, behind)) = rest.split_once(' ')
            && is_stream(word)
        {
            prefixed.stream = Some(word);
            rest = behind;
        }
    }
    prefixed.message = rest;
    prefixed
}

#[cfg(test)]
mod tests {
    use super::{Prefixed, split_prefix};

    #[test]
    fn time_and_stream_stand_in_front_in_any_order() {
        let stream = "2026/01/31/[$LATEST]1a2b";
        let both =
            Prefixed { time: Some(1_769_853_600_000), stream: Some(stream), message: "START x" };
        for line in [
            format!("2026-01-31T10:00:00.000000+00:00 {stream} START x"),
            format!("{stream} 2026-01-31T10:00:00.000000 START x"),
        ] {
            assert_eq!(split_prefix(&line), both);
        }
        let short = Prefixed { stream: None, ..both };
        assert_eq!(split_prefix("2026-01-31T10:00:00Z START x"), short);
        let own = "2026-01-31T10:00:00.000Z\tid\tINFO\ttext";
        assert_eq!(split_prefix(own), Prefixed { message: own, ..Prefixed::default() });
    }
}
