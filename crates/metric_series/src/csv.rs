//! CSV to a series.

use thiserror::Error;

use crate::time::{Stamp, parse_time};

/// Names of the column of moments, best first.
const TIME_NAMES: [&str; 5] = ["timestamp", "time", "@timestamp", "date", "datetime"];
/// Names of the column of values.
const VALUE_NAMES: [&str; 8] =
    ["value", "average", "sum", "maximum", "minimum", "samplecount", "count", "p99"];

/// Lines may be this long.
const MOST_LINE: usize = 65_536;
/// Columns that are looked at.
const MOST_COLUMNS: usize = 1_024;

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Unix time in seconds.
    pub time: i64,
    /// The moment as the input writes it.
    pub stamp: Box<str>,
    /// The value; `NaN` when the row has none.
    pub value: f64,
    /// The value as the input writes it.
    pub text: Box<str>,
}

/// The rows of a file in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The rows that have a moment.
    pub points: Vec<Point>,
    /// How moments are written here.
    pub form: Stamp,
    /// Rows without a moment that can be read, which are left out.
    pub unreadable: usize,
    /// Rows whose moment is before that of the row before.
    pub backwards: usize,
}

/// Why a text is no series.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SeriesError {
    /// There is no row.
    #[error("no row of numbers; a series is a CSV with the columns `timestamp` and `value`")]
    Empty,
    /// Neither the names of the columns nor their contents say which is which.
    #[error(
        "line 1: no column `{column}`; a series is a CSV with the columns `timestamp` and `value`"
    )]
    Column {
        /// The column that is missing.
        column: &'static str,
    },
    /// A document that is no JSON.
    #[error("byte {offset}: no JSON; nothing of the document was read")]
    Document {
        /// The first byte that is none.
        offset: usize,
    },
    /// A line that no CSV of numbers has.
    #[error("line {line}: longer than {MOST_LINE} bytes; a series has one short row a moment")]
    LongLine {
        /// The line, counted from 1.
        line: usize,
    },
}

/// Reads a series: a CSV with the columns `timestamp` and `value` (also as CloudWatch and others name them),
/// in any order, among others. Without a header the first two columns are taken. Rows without a moment are
/// counted and left out; rows without a number are points without a value.
///
/// # Errors
/// [`SeriesError`] when there is nothing to read.
pub fn read_csv(text: &str) -> Result<Series, SeriesError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let Some((_, first)) = lines.next() else { return Err(SeriesError::Empty) };
    check_length(1, first)?;
    let separator = separator(first);
    let header: Vec<String> = cells(first, separator)
        .take(MOST_COLUMNS)
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let has_header = header.first().is_none_or(|cell| parse_time(cell).is_none());
    let (time_column, value_column) = if has_header { columns(&header)? } else { (0, 1) };

    let mut points: Vec<Point> = Vec::new();
    let mut form = None;
    let (mut unreadable, mut backwards) = (0, 0);
    let head = (!has_header).then_some((0, first));
    for (number, line) in head.into_iter().chain(lines) {
        check_length(number + 1, line)?;
        let mut moment = None;
        let mut value = String::new();
        for (column, cell) in cells(line, separator).take(MOST_COLUMNS).enumerate() {
            if column == time_column {
                moment = Some(cell);
            } else if column == value_column {
                value = cell;
            }
        }
        let Some((moment, stamp)) = moment.and_then(|cell| parse_time(&cell).map(|it| (cell, it)))
        else {
            unreadable += 1;
            continue;
        };
        backwards += usize::from(points.last().is_some_and(|last| last.time > stamp.time));
        form.get_or_insert(stamp);
        points.push(Point {
            time: stamp.time,
            stamp: moment.trim().into(),
            value: value.trim().parse().unwrap_or(f64::NAN),
            text: value.trim().into(),
        });
    }
    let Some(form) = form else { return Err(SeriesError::Empty) };
    Ok(Series { points, form, unreadable, backwards })
}

fn check_length(line: usize, text: &str) -> Result<(), SeriesError> {
    if text.len() > MOST_LINE { Err(SeriesError::LongLine { line }) } else { Ok(()) }
}

/// A comma, unless the first line has none and a semicolon or a tab.
fn separator(line: &str) -> char {
    [',', ';', '\t'].into_iter().find(|it| line.contains(*it)).unwrap_or(',')
}

/// Which columns hold the moment and the value.
fn columns(header: &[String]) -> Result<(usize, usize), SeriesError> {
    let find = |names: &[&str]| {
        names.iter().find_map(|name| header.iter().position(|column| column == name))
    };
    let time = find(&TIME_NAMES).ok_or(SeriesError::Column { column: "timestamp" })?;
    let value = find(&VALUE_NAMES).or_else(|| {
        // Two columns are the moment and the value, whatever the second is called.
        (header.len() == 2).then_some(1 - time.min(1))
    });
    Ok((time, value.ok_or(SeriesError::Column { column: "value" })?))
}

/// The cells of a line; a quoted cell may hold separators, and two quotes for one.
fn cells(line: &str, separator: char) -> impl Iterator<Item = String> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let Some(quoted) = line.trim_start().strip_prefix('"') else {
            let (cell, after) = match line.split_once(separator) {
                Some((cell, after)) => (cell, Some(after)),
                None => (line, None),
            };
            rest = after;
            return Some(cell.to_owned());
        };
        let mut cell = String::new();
        let mut letters = quoted.char_indices().peekable();
        let mut end = quoted.len();
        while let Some((at, letter)) = letters.next() {
            if letter != '"' {
                cell.push(letter);
            } else if letters.next_if(|(_, next)| *next == '"').is_some() {
                cell.push('"');
            } else {
                end = at + 1;
                break;
            }
        }
        let after = quoted.get(end..).unwrap_or_default();
        rest = after.split_once(separator).map(|(_, after)| after);
        Some(cell)
    })
}

#[cfg(test)]
mod tests {
    use super::{SeriesError, read_csv};

    #[test]
    fn columns_are_found_by_their_names() {
        let series = read_csv("Sum,Unit,Timestamp\n1.5,Count,2026-01-01T00:00:00Z\n").unwrap();
        let point = series.points.first().unwrap();
        assert!((point.value - 1.5).abs() < 1e-12);
        assert_eq!(&*point.stamp, "2026-01-01T00:00:00Z");
    }

    #[test]
    fn rows_without_a_number_stay_and_rows_without_a_moment_go() {
        let text = "timestamp,value\n2026-01-01 00:00:00,\n?,3\n2026-01-01 00:05:00,\"4\"\n";
        let series = read_csv(text).unwrap();
        assert_eq!((series.points.len(), series.unreadable), (2, 1));
        assert!(series.points.first().unwrap().value.is_nan());
        assert!((series.points.last().unwrap().value - 4.0).abs() < 1e-12);
    }

    #[test]
    fn a_file_without_a_header_is_a_series() {
        let series = read_csv("1769853600;1\r\n1769853660;2\r\n").unwrap();
        assert_eq!(series.points.len(), 2);
        assert_eq!(series.form.write(1_769_853_720), "1769853720");
    }

    #[test]
    fn what_is_no_series_says_what_is_missing() {
        assert_eq!(read_csv(""), Err(SeriesError::Empty));
        assert_eq!(read_csv("timestamp,value\n"), Err(SeriesError::Empty));
        assert_eq!(read_csv("a,b,c\n1,2,3\n"), Err(SeriesError::Column { column: "timestamp" }));
        assert_eq!(read_csv("time,b,c\n1,2,3\n"), Err(SeriesError::Column { column: "value" }));
    }
}
