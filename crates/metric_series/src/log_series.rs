//! Series out of logs of functions: what happened in each interval.

use std::{
    cell::Cell,
    collections::{BTreeMap, btree_map::Entry as Place},
};

use lambda_log::{Entry, Record};
use log_analysis::{Invocations, Judged};

use crate::{
    csv::{Point, Series},
    time::Stamp,
};

/// Intervals of one series; between more, gaps are not filled.
const MOST_POINTS: i64 = 200_000;

/// Intervals of all series together in which something happened.
const MOST_INTERVALS: usize = 1_000_000;

/// Zeros of all series together; where more would be filled in, gaps are not filled.
const MOST_ZEROS: usize = 4_000_000;

/// Functions, kinds of errors of one, metrics of one.
const MOST_FUNCTIONS: usize = 1_024;
const MOST_KINDS: usize = 64;
const MOST_METRICS: usize = 64;

/// Letters of the part of a name that comes out of a log.
const MOST_NAME: usize = 80;

/// What happened in one interval.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    invocations: u32,
    errors: u32,
    timeouts: u32,
    out_of_memory: u32,
    cold_starts: u32,
    throttles: u32,
    duration_ms: f64,
    init_ms: f64,
    max_memory_mib: f64,
}

/// Takes a figure out of an interval.
type Of<T> = fn(&Slot) -> T;

/// Sum and number of values.
type Sums = BTreeMap<i64, (f64, u32)>;

/// What happened to one function.
#[derive(Clone, Debug, Default)]
struct FunctionSeries {
    slots: BTreeMap<i64, Slot>,
    /// Errors by kind.
    kinds: BTreeMap<String, Sums>,
    /// Metrics of the embedded format.
    metrics: BTreeMap<String, Sums>,
}

/// Series of logs, gathered file by file.
#[derive(Clone, Debug)]
pub struct LogSeries {
    interval_s: i64,
    functions: BTreeMap<String, FunctionSeries>,
    /// The last moment of all records, in seconds.
    last_s: i64,
    /// Intervals that may still be begun.
    room: usize,
    /// Records that no moment is known of, or for which there was no room.
    pub left_out: u64,
}

/// The series of one file.
#[derive(Debug)]
pub struct LogSeriesFold {
    series: LogSeries,
    unnamed: FunctionSeries,
    invocations: Invocations,
}

impl LogSeries {
    /// No series yet; each point stands for so many seconds (at least one).
    #[must_use]
    pub fn new(interval_s: u32) -> Self {
        Self {
            interval_s: i64::from(interval_s.max(1)),
            functions: BTreeMap::new(),
            last_s: i64::MIN,
            room: MOST_INTERVALS,
            left_out: 0,
        }
    }

    /// Gathers the records of one file.
    #[must_use]
    pub fn fold(&self) -> LogSeriesFold {
        let series = Self { functions: BTreeMap::new(), ..Self::new(0) };
        let series = Self { interval_s: self.interval_s, ..series };
        LogSeriesFold {
            series,
            unnamed: FunctionSeries::default(),
            invocations: Invocations::default(),
        }
    }

    /// Adds what came of a file. `name` is the function of records that name none, unless all others of the file
    /// are of one function.
    pub fn merge(&mut self, fold: LogSeriesFold, name: &str) {
        let LogSeriesFold { series, unnamed, .. } = fold;
        self.left_out += series.left_out;
        self.last_s = self.last_s.max(series.last_s);
        let only = match series.functions.len() {
            1 => series.functions.keys().next().cloned(),
            _ => None,
        };
        for (name, theirs) in series.functions {
            self.add(name, theirs);
        }
        if !unnamed.is_empty() {
            self.add(only.unwrap_or_else(|| name.to_owned()), unnamed);
        }
    }

    fn add(&mut self, name: String, theirs: FunctionSeries) {
        if self.functions.len() < MOST_FUNCTIONS || self.functions.contains_key(&name) {
            let mine = self.functions.entry(name).or_default();
            self.left_out += mine.merge(theirs, &mut self.room);
        } else {
            self.left_out += theirs.slots.len() as u64;
        }
    }

    /// The series with their names, `FUNCTION.WHAT`: `invocations`, `errors`, `timeouts`, `out-of-memory`,
    /// `cold-starts`, `throttles`, `errors.KIND` (counts); `duration`, `init-duration`, `metric.NAME`
    /// (averages; milliseconds); `max-memory` (MiB); `concurrency` (average of what ran at a time).
    ///
    /// Counts are zero where nothing happened, up to the last interval of all functions: one that has gone silent
    /// is seen by that. Series that are zero from end to end are left out. The last interval is left out, too,
    /// unless the records reach its end: it would look like a drop. Kinds of errors that are new in it stay.
    #[must_use]
    pub fn finish(self) -> Vec<(String, Series)> {
        let last = self.functions.values().filter_map(FunctionSeries::last).max();
        let Some(last) = last else { return Vec::new() };
        let end_s = last.saturating_add(1).saturating_mul(self.interval_s);
        let is_whole = self.last_s >= end_s - self.interval_s / 10 - 1;
        let mut all = Vec::new();
        let zeros = Cell::new(MOST_ZEROS);
        for (function, series) in &self.functions {
            let Some(first) = series.first() else { continue };
            // Of a function that ran in no other interval, it is all that there is.
            let last = if is_whole || first == last { last } else { last - 1 };
            let range = Range { first, last, interval_s: self.interval_s, zeros: &zeros };
            series.draw(function, range, &mut all);
        }
        all
    }
}

impl LogSeriesFold {
    /// Adds a record.
    pub fn add(&mut self, entry: &Entry<'_>) {
        let LogSeries { interval_s, functions, last_s, room, left_out } = &mut self.series;
        let Some(time) = entry.time else {
            *left_out += 1;
            return;
        };
        let second = time.div_euclid(1_000);
        *last_s = (*last_s).max(second);
        let at = second.div_euclid(*interval_s);
        let function = match entry.function {
            None => &mut self.unnamed,
            Some(name) => {
                if functions.len() >= MOST_FUNCTIONS && !functions.contains_key(name) {
                    *left_out += 1;
                    return;
                }
                functions.entry(name.to_owned()).or_default()
            }
        };
        let stream = entry.stream.unwrap_or_default();
        match &entry.record {
            Record::Start { request_id, .. } => self.invocations.start(request_id, stream),
            Record::Report(report) => {
                let Some(slot) = interval(&mut function.slots, at, room) else {
                    *left_out += 1;
                    return;
                };
                slot.invocations += 1;
                slot.duration_ms += report.duration_ms;
                let used = report.max_memory_mib.unwrap_or_default();
                slot.max_memory_mib = slot.max_memory_mib.max(used);
                if let Some(init) = report.cold_start_ms() {
                    slot.cold_starts += 1;
                    slot.init_ms += init;
                }
                slot.count(self.invocations.report(report, stream));
            }
            Record::Metrics(metrics) => {
                for metric in metrics {
                    let sums = named(&mut function.metrics, &metric.name, MOST_METRICS);
                    let Some(sums) = sums else { continue };
                    let Some((sum, count)) = interval(sums, at, room) else {
                        *left_out += 1;
                        return;
                    };
                    for value in &metric.values {
                        *sum += value;
                        *count += 1;
                    }
                }
            }
            Record::Line(line) => {
                let Some(slot) = interval(&mut function.slots, at, room) else {
                    *left_out += 1;
                    return;
                };
                if log_analysis::is_throttle(entry.text) {
                    slot.throttles += 1;
                }
                let Some(error) = &line.error else { return };
                let id = line.request_id.as_deref();
                slot.count(self.invocations.error(id, stream, error));
                if let Some(kind) = &error.kind
                    && let Some(sums) = named(&mut function.kinds, kind, MOST_KINDS)
                    && let Some((sum, count)) = interval(sums, at, room)
                {
                    *sum += 1.0;
                    *count += 1;
                }
            }
            _ => {}
        }
    }
}

/// What there is of an interval, which is begun while there is room.
fn interval<'a, T: Default>(
    all: &'a mut BTreeMap<i64, T>,
    at: i64,
    room: &mut usize,
) -> Option<&'a mut T> {
    match all.entry(at) {
        Place::Occupied(known) => Some(known.into_mut()),
        Place::Vacant(new) => {
            *room = room.checked_sub(1)?;
            Some(new.insert(T::default()))
        }
    }
}

/// The sums of a name, while there is room.
fn named<'a>(all: &'a mut BTreeMap<String, Sums>, name: &str, most: usize) -> Option<&'a mut Sums> {
    let name = plain(name);
    if all.len() >= most && !all.contains_key(&name) {
        return None;
    }
    Some(all.entry(name).or_default())
}

/// A name that may be that of a file.
fn plain(name: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || matches!(it, '.' | '-' | '_');
    let mut plain: String =
        name.chars().take(MOST_NAME).map(|it| if is_plain(it) { it } else { '-' }).collect();
    if plain.starts_with('.') {
        plain.insert(0, '-');
    }
    plain
}

impl Slot {
    fn count(&mut self, judged: Judged) {
        self.errors += u32::from(judged.is_error);
        self.timeouts += u32::from(judged.is_timeout);
        self.out_of_memory += u32::from(judged.is_out_of_memory);
    }

    fn add(&mut self, other: Self) {
        self.invocations += other.invocations;
        self.errors += other.errors;
        self.timeouts += other.timeouts;
        self.out_of_memory += other.out_of_memory;
        self.cold_starts += other.cold_starts;
        self.throttles += other.throttles;
        self.duration_ms += other.duration_ms;
        self.init_ms += other.init_ms;
        self.max_memory_mib = self.max_memory_mib.max(other.max_memory_mib);
    }
}

/// From the first to the last interval.
#[derive(Clone, Copy, Debug)]
struct Range<'z> {
    first: i64,
    last: i64,
    interval_s: i64,
    /// Zeros that may still be filled in.
    zeros: &'z Cell<usize>,
}

impl FunctionSeries {
    fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    fn ends(&self) -> impl Iterator<Item = i64> + '_ {
        let slots = self.slots.keys();
        let sums = self.kinds.values().chain(self.metrics.values()).flat_map(BTreeMap::keys);
        slots.chain(sums).copied()
    }

    fn first(&self) -> Option<i64> {
        self.ends().min()
    }

    fn last(&self) -> Option<i64> {
        self.ends().max()
    }

    /// Adds what came of a file; how many intervals found no room.
    fn merge(&mut self, other: Self, room: &mut usize) -> u64 {
        let mut left_out = 0;
        for (at, slot) in other.slots {
            match interval(&mut self.slots, at, room) {
                Some(mine) => mine.add(slot),
                None => left_out += 1,
            }
        }
        for (mine, theirs, most) in [
            (&mut self.kinds, other.kinds, MOST_KINDS),
            (&mut self.metrics, other.metrics, MOST_METRICS),
        ] {
            for (name, sums) in theirs {
                let Some(known) = named(mine, &name, most) else { continue };
                for (at, (sum, count)) in sums {
                    match interval(known, at, room) {
                        Some(known) => {
                            known.0 += sum;
                            known.1 += count;
                        }
                        None => left_out += 1,
                    }
                }
            }
        }
        left_out
    }

    fn draw(&self, function: &str, range: Range<'_>, all: &mut Vec<(String, Series)>) {
        let function = plain(function);
        let counts: [(&str, Of<u32>); 6] = [
            ("invocations", |slot| slot.invocations),
            ("errors", |slot| slot.errors),
            ("timeouts", |slot| slot.timeouts),
            ("out-of-memory", |slot| slot.out_of_memory),
            ("cold-starts", |slot| slot.cold_starts),
            ("throttles", |slot| slot.throttles),
        ];
        for (name, of) in counts {
            let values = self.slots.iter().map(|(at, slot)| (*at, f64::from(of(slot))));
            let is_all_zero = self.slots.values().all(|slot| of(slot) == 0);
            if !is_all_zero {
                all.push((format!("{function}.{name}"), range.filled(values)));
            }
        }
        let figures: [(&str, Of<Option<f64>>); 3] = [
            ("duration", |slot| average(slot.duration_ms, slot.invocations)),
            ("init-duration", |slot| average(slot.init_ms, slot.cold_starts)),
            ("max-memory", |slot| Some(slot.max_memory_mib).filter(|it| *it > 0.0)),
        ];
        for (name, of) in figures {
            let values = self.slots.iter().filter_map(|(at, slot)| Some((*at, of(slot)?)));
            range.put(format!("{function}.{name}"), values, all);
        }
        #[expect(clippy::cast_precision_loss, reason = "seconds of an interval")]
        let interval_ms = range.interval_s as f64 * 1e3;
        if self.slots.values().any(|slot| slot.invocations > 0) {
            let busy = self.slots.iter().map(|(at, slot)| (*at, slot.duration_ms / interval_ms));
            all.push((format!("{function}.concurrency"), range.filled(busy)));
        }
        for (kind, sums) in &self.kinds {
            // One that is new in the last interval is told at once.
            let first = sums.keys().next().copied().unwrap_or_default();
            let range = Range { last: range.last.max(first), ..range };
            let values = sums.iter().map(|(at, (sum, _))| (*at, *sum));
            all.push((format!("{function}.errors.{kind}"), range.filled(values)));
        }
        for (name, sums) in &self.metrics {
            let values =
                sums.iter().filter_map(|(at, (sum, count))| Some((*at, average(*sum, *count)?)));
            range.put(format!("{function}.metric.{name}"), values, all);
        }
    }
}

fn average(sum: f64, count: u32) -> Option<f64> {
    (count > 0).then(|| sum / f64::from(count))
}

impl Range<'_> {
    /// A series with zero where there is no value.
    fn filled(self, values: impl Iterator<Item = (i64, f64)>) -> Series {
        let mut points = Vec::new();
        let length = self.last.saturating_sub(self.first);
        let zeros = usize::try_from(length).ok().and_then(|it| self.zeros.get().checked_sub(it));
        let is_bounded = length < MOST_POINTS && zeros.is_some();
        if let Some(left) = zeros.filter(|_| is_bounded) {
            self.zeros.set(left);
        }
        let mut next = self.first;
        for (at, value) in values.filter(|(at, _)| *at <= self.last) {
            if is_bounded {
                points.extend((next..at).map(|at| self.point(at, 0.0)));
            }
            points.push(self.point(at, value));
            next = at.saturating_add(1);
        }
        if is_bounded {
            points.extend((next..=self.last).map(|at| self.point(at, 0.0)));
        }
        Self::series(points)
    }

    /// A series of what there is, when there is something.
    fn put(
        self,
        name: String,
        values: impl Iterator<Item = (i64, f64)>,
        all: &mut Vec<(String, Series)>,
    ) {
        let values = values.filter(|(at, _)| *at <= self.last);
        let points: Vec<Point> = values.map(|(at, value)| self.point(at, value)).collect();
        if !points.is_empty() {
            all.push((name, Self::series(points)));
        }
    }

    fn series(points: Vec<Point>) -> Series {
        Series { points, form: Stamp::zoned(), unreadable: 0, backwards: 0 }
    }

    fn point(self, at: i64, value: f64) -> Point {
        let time = at.saturating_mul(self.interval_s);
        Point {
            time,
            stamp: Stamp::zoned().write(time).into(),
            value,
            text: value.to_string().into(),
        }
    }
}

/// Reads an interval: seconds (`300`, `300s`), minutes (`5m`) or hours (`1h`); a day at most.
#[must_use]
pub fn parse_interval(text: &str) -> Option<u32> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) => (number, text.get(number.len()..)?),
        None => (text, "s"),
    };
    let seconds = match unit {
        "m" => 60,
        "h" => 3_600,
        _ => 1,
    };
    let interval = number.parse::<u32>().ok()?.checked_mul(seconds)?;
    (1..=86_400).contains(&interval).then_some(interval)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use lambda_log::{Limits, LogReader};

    use super::{LogSeries, Range, parse_interval};

    fn series(text: &str) -> Vec<(String, Vec<f64>)> {
        let mut all = LogSeries::new(60);
        let mut fold = all.fold();
        let mut reader = LogReader::new(Limits::default());
        reader.push(text.as_bytes(), &mut |entry| fold.add(entry));
        reader.finish(&mut |entry| fold.add(entry));
        all.merge(fold, "orders");
        let values = |it: &crate::Series| it.points.iter().map(|it| it.value).collect();
        all.finish().iter().map(|(name, it)| (name.clone(), values(it))).collect()
    }

    #[test]
    fn counts_are_filled_and_figures_are_not() {
        let report = |minute: u32, more: &str| {
            format!(
                "2026-01-31T10:{minute:02}:58.000Z REPORT RequestId: r-{minute}\tDuration: 30000.00 ms\t\
                 Memory Size: 128 MB\tMax Memory Used: 60 MB{more}\n"
            )
        };
        let text = [
            report(0, "\tInit Duration: 200.00 ms"),
            "2026-01-31T10:03:00.000Z [ERROR] KeyError: 'x'\n".to_owned(),
            report(3, "\tStatus: error"),
        ]
        .concat();
        let expected = [
            ("orders.invocations", vec![1.0, 0.0, 0.0, 1.0]),
            ("orders.errors", vec![0.0, 0.0, 0.0, 1.0]),
            ("orders.cold-starts", vec![1.0, 0.0, 0.0, 0.0]),
            ("orders.duration", vec![30_000.0, 30_000.0]),
            ("orders.init-duration", vec![200.0]),
            ("orders.max-memory", vec![60.0, 60.0]),
            ("orders.concurrency", vec![0.5, 0.0, 0.0, 0.5]),
            ("orders.errors.KeyError", vec![0.0, 0.0, 0.0, 1.0]),
        ]
        .map(|(name, values)| (name.to_owned(), values));
        assert_eq!(series(&text), expected);
    }

    #[test]
    fn an_interval_that_has_not_ended_is_no_drop_but_a_new_kind_is_told() {
        let report = |time: &str| {
            format!("2026-01-31T10:{time}.000Z REPORT RequestId: {time}\tDuration: 1 ms\n")
        };
        let whole = [report("00:00"), report("01:00"), report("02:55")].concat();
        let invocations = |text: &str| series(text).into_iter().next().unwrap().1;
        assert_eq!(invocations(&whole), [1.0, 1.0, 1.0]);
        let begun = [whole.as_str(), "2026-01-31T10:03:10.000Z [ERROR] KeyError: 'x'\n"].concat();
        assert_eq!(invocations(&begun), [1.0, 1.0, 1.0]);
        assert_eq!(
            series(&begun).last(),
            Some(&("orders.errors.KeyError".to_owned(), vec![0.0, 0.0, 0.0, 1.0]))
        );
    }

    #[test]
    fn metrics_of_the_embedded_format_are_series_and_names_are_those_of_files() {
        let text = "{\"_aws\":{\"Timestamp\":1769853600123,\"CloudWatchMetrics\":[{\"Metrics\":[{\"Name\":\
                    \"../Or/ders\"}]}]},\"../Or/ders\":[1,3]}\n";
        assert_eq!(series(text), [("orders.metric.-..-Or-ders".to_owned(), vec![2.0])]);
        assert_eq!(series("no time\n"), []);
    }

    #[test]
    fn far_moments_do_not_fill_memory() {
        let text = "1990-01-01T00:00:00Z REPORT RequestId: a\tDuration: 1 ms\n\
                    2090-01-01T00:00:59Z REPORT RequestId: b\tDuration: 1 ms\n";
        assert!(series(text).iter().all(|(_, values)| values.len() == 2));
    }

    #[test]
    fn intervals_have_units() {
        for (text, seconds) in
            [("300", Some(300)), ("60s", Some(60)), ("5m", Some(300)), ("1h", Some(3_600))]
        {
            assert_eq!(parse_interval(text), seconds);
        }
        for text in ["", "0", "m", "2d", "25h", "-1"] {
            assert_eq!(parse_interval(text), None, "{text}");
        }
    }

    #[test]
    fn gaps_of_many_series_do_not_fill_memory() {
        let zeros = Cell::new(1_000);
        let range = Range { first: 0, last: 600, interval_s: 60, zeros: &zeros };
        let lengths =
            [(); 3].map(|()| range.filled([(0, 1.0), (600, 1.0)].into_iter()).points.len());
        assert_eq!(lengths, [601, 2, 2]);
        let short = Range { last: 300, ..range };
        assert_eq!(short.filled([(0, 1.0)].into_iter()).points.len(), 301);
    }
}
