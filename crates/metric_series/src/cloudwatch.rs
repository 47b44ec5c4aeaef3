//! Series out of what `aws cloudwatch get-metric-statistics` and `get-metric-data` print.

use json_tape::{Kind, Tape, Value};

use crate::{
    csv::{Point, Series, SeriesError},
    time::{Stamp, parse_time},
};

/// Statistics of a data point, the best first.
const STATISTICS: [&str; 5] = ["Average", "Sum", "Maximum", "Minimum", "SampleCount"];

/// Bounds on a document.
const LIMITS: json_tape::Limits = json_tape::Limits { depth: 32, nodes: 1 << 24, bytes: 512 << 20 };

/// Whether a text begins as an answer of `CloudWatch` about metrics does.
#[must_use]
pub fn is_cloudwatch(head: &str) -> bool {
    head.trim_start_matches('\u{feff}').trim_start().starts_with('{')
        && ["\"Datapoints\"", "\"MetricDataResults\""].iter().any(|name| head.contains(name))
}

/// Reads the series of a document, each with its label; one without points is left out. Points are put in the
/// order of time.
///
/// # Errors
/// [`SeriesError::Document`] when it is no JSON, [`SeriesError::Empty`] when no point stands in it.
pub fn read_cloudwatch(text: &str) -> Result<Vec<(String, Series)>, SeriesError> {
    let mut tape = Tape::new();
    let document = tape
        .read(text.as_bytes(), &LIMITS)
        .map_err(|error| SeriesError::Document { offset: error.offset })?;
    let root = document.root();
    let label = |value: Value<'_>| {
        let text = ["Label", "Id"].iter().find_map(|name| value.member(name)?.text());
        text.map_or_else(|| "metric".to_owned(), |it| it.to_cow().into_owned())
    };
    let mut all = Vec::new();
    if let Some(points) = root.member("Datapoints") {
        let points = points.elements().filter_map(|point| {
            let value = STATISTICS.iter().find_map(|name| point.member(name));
            let value = value.or_else(|| {
                point.member("ExtendedStatistics")?.members().next().map(|it| it.value)
            });
            Some((point.member("Timestamp")?, value?))
        });
        all.extend(series(points).map(|series| (label(root), series)));
    }
    for result in root.member("MetricDataResults").into_iter().flat_map(Value::elements) {
        let (Some(times), Some(values)) = (result.member("Timestamps"), result.member("Values"))
        else {
            continue;
        };
        let points = times.elements().zip(values.elements());
        all.extend(series(points).map(|series| (label(result), series)));
    }
    if all.is_empty() { Err(SeriesError::Empty) } else { Ok(all) }
}

fn series<'a>(points: impl Iterator<Item = (Value<'a>, Value<'a>)>) -> Option<Series> {
    let mut form: Option<Stamp> = None;
    let mut unreadable = 0;
    let mut read = Vec::new();
    for (time, value) in points {
        let moment = match time.kind() {
            Kind::String => time.text().map(json_tape::Text::to_cow),
            _ => Some(time.raw().into()),
        };
        let Some((moment, stamp)) = moment.and_then(|it| parse_time(&it).map(|stamp| (it, stamp)))
        else {
            unreadable += 1;
            continue;
        };
        form.get_or_insert(stamp);
        let text = value.raw();
        let number = text.parse().unwrap_or(f64::NAN);
        read.push(Point {
            time: stamp.time,
            stamp: (*moment).into(),
            value: number,
            text: text.into(),
        });
    }
    read.sort_by_key(|point| point.time);
    form.map(|form| Series { points: read, form, unreadable, backwards: 0 })
}

#[cfg(test)]
mod tests {
    use super::{is_cloudwatch, read_cloudwatch};
    use crate::csv::SeriesError;

    #[test]
    fn both_answers_are_series() {
        let statistics = r#"{"Label": "Duration", "Datapoints": [
            {"Timestamp": "2026-01-31T10:05:00+00:00", "Average": 2.5, "Unit": "Milliseconds"},
            {"Timestamp": "2026-01-31T10:00:00+00:00", "Average": 1.5, "Unit": "Milliseconds"}]}"#;
        let data = r#"{"MetricDataResults": [{"Id": "m1", "Label": "Errors", "StatusCode": "Complete",
            "Timestamps": ["2026-01-31T10:05:00Z", "soon", "2026-01-31T10:00:00Z"], "Values": [2, 7, 1.0]},
            {"Id": "m2", "Timestamps": [], "Values": []}], "Messages": []}"#;
        for (text, name, unreadable, expected) in
            [(statistics, "Duration", 0, [1.5, 2.5]), (data, "Errors", 1, [1.0, 2.0])]
        {
            assert!(is_cloudwatch(text));
            let all = read_cloudwatch(text).unwrap();
            let [(label, series)] = all.as_slice() else { panic!("{all:?}") };
            assert_eq!((label.as_str(), series.unreadable), (name, unreadable));
            assert_eq!(series.points.iter().map(|it| it.value).collect::<Vec<_>>(), expected);
        }
        assert_eq!(read_cloudwatch("{\"Datapoints\": []}"), Err(SeriesError::Empty));
        assert_eq!(read_cloudwatch("{\"Datapoints\": "), Err(SeriesError::Document { offset: 15 }));
        assert!(!is_cloudwatch("timestamp,value\n"));
    }
}
