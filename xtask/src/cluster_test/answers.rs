//! Answers as sets of rows that can be compared across engines.

use serde_json::Value;

use crate::Failure;

/// The rows of an answer, each as text, in the order in which they came.
#[derive(Debug)]
pub(super) struct Rows(Vec<String>);

impl Rows {
    /// Reads lines of JSON. Engines write the same number as `1` or `1.0` and the same time with or without
    /// zeros and `Z`: those become one.
    pub(super) fn read(lines: &str) -> Result<Self, Failure> {
        let mut rows = Vec::new();
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            let row: serde_json::Map<String, Value> = serde_json::from_str(line)?;
            let columns: Vec<String> = row
                .iter()
                // A missing column is a null one.
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| format!("{name}={}", plain(value)))
                .collect();
            rows.push(columns.join("\u{1f}"));
        }
        Ok(Self(rows))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What differs, in words; the order of the rows is none.
    pub(super) fn must_equal(&self, right: &Self) -> Result<(), Failure> {
        same(&self.sorted(), &right.sorted())
    }

    /// What differs, in words, the order of the rows included.
    pub(super) fn must_equal_in_order(&self, right: &Self) -> Result<(), Failure> {
        self.must_equal(right)?;
        same(&self.texts(), &right.texts())
            .map_err(|failure| format!("in another order: {failure}").into())
    }

    fn texts(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    fn sorted(&self) -> Vec<&str> {
        let mut rows = self.texts();
        rows.sort_unstable();
        rows
    }
}

fn same(seen: &[&str], right: &[&str]) -> Result<(), Failure> {
    if seen == right {
        return Ok(());
    }
    let first = seen.iter().zip(right).find(|(one, other)| one != other);
    let first =
        first.map_or(String::new(), |(one, other)| format!("; first: `{one}` and not `{other}`"));
    Err(format!("{} rows instead of {}, or other ones{first}", seen.len(), right.len()).into())
}

fn plain(value: &Value) -> String {
    match value {
        Value::Number(number) => {
            number.as_f64().map_or_else(|| number.to_string(), |n| format!("{n:.6}"))
        }
        Value::String(text) => plain_time(text).unwrap_or_else(|| text.clone()),
        other => other.to_string(),
    }
}

/// `2026-11-01T10:00:00.120Z` as `2026-11-01T10:00:00.12`.
fn plain_time(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_time = bytes.len() >= 19
        && [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')]
            .iter()
            .all(|(at, byte)| bytes.get(*at) == Some(byte));
    is_time.then(|| {
        let text = text.trim_end_matches('Z').trim_end_matches("+00:00");
        match text.split_once('.') {
            Some((seconds, fraction)) => {
                let fraction = fraction.trim_end_matches('0');
                let dot = if fraction.is_empty() { "" } else { "." };
                format!("{seconds}{dot}{fraction}")
            }
            None => text.to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn rows_are_compared_without_order_and_spelling() {
        let one = "{\"a\":1,\"t\":\"2026-11-01T10:00:00.120Z\",\"n\":null}\n{\"a\":2}\n";
        let other = "{\"a\":2.0}\n{\"a\":1,\"t\":\"2026-11-01T10:00:00.12\"}\n";
        let read = |text: &str| Rows::read(text).unwrap();
        assert!(read(one).must_equal(&read(other)).is_ok());
        assert!(read(one).must_equal_in_order(&read(other)).is_err());
        assert!(read(one).must_equal_in_order(&read(one)).is_ok());
        assert!(read(one).must_equal(&read("{\"a\":2}")).is_err());
        let doubled = format!("{one}{other}");
        assert!(read(one).must_equal(&read(&doubled)).is_err());
    }
}
