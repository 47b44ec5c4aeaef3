//! The records of files folded into what they say of each function.

use std::{collections::BTreeMap, sync::Arc};

use guard_mask::Masker;
use lambda_log::{Entry, ErrorFact, Record};

use crate::{
    clusters::Seen,
    function::FunctionLog,
    invocations::Invocations,
    sensitive::{Finder, LogPlace},
};

/// What a service says that refuses because of too many calls.
const THROTTLES: [&str; 6] = [
    "TooManyRequestsException",
    "ThrottlingException",
    "ThrottledException",
    "ProvisionedThroughputExceededException",
    "Rate Exceeded",
    "Rate exceeded",
];

/// Whether a line tells of a service that refused because of too many calls.
#[must_use]
pub fn is_throttle(text: &str) -> bool {
    THROTTLES.iter().any(|words| text.contains(words))
}

/// Bounds of what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Functions.
    pub functions: usize,
    /// Clusters of errors of one function.
    pub clusters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { functions: 4_096, clusters: 200 }
    }
}

/// A part of time; records without a time are always within.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// From this moment on, in milliseconds since 1970.
    pub since: Option<i64>,
    /// Before this moment.
    pub until: Option<i64>,
}

impl Window {
    fn has(self, time: Option<i64>) -> bool {
        time.is_none_or(|time| {
            self.since.is_none_or(|since| time >= since)
                && self.until.is_none_or(|until| time < until)
        })
    }
}

/// What the records say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Analysis {
    /// By name of the function.
    pub functions: BTreeMap<String, FunctionLog>,
    /// Records outside of the time that was asked for.
    pub left_out: u64,
    /// Records of functions for which there was no room.
    pub crowded_out: u64,
}

impl Analysis {
    /// Adds what comes of the next file.
    pub fn merge(&mut self, other: Self, limits: &Limits) {
        self.left_out += other.left_out;
        self.crowded_out += other.crowded_out;
        for (name, theirs) in other.functions {
            if self.functions.len() >= limits.functions && !self.functions.contains_key(&name) {
                self.crowded_out += theirs.records;
                continue;
            }
            self.functions.entry(name).or_default().merge(theirs, limits);
        }
    }
}

/// Folds the records of one file.
#[derive(Debug)]
pub struct Fold {
    file: Arc<str>,
    limits: Limits,
    window: Window,
    finder: Finder,
    invocations: Invocations,
    /// The last one is that of records which name no function.
    functions: BTreeMap<String, FunctionLog>,
    unnamed: FunctionLog,
    analysis: Analysis,
}

impl Fold {
    /// A fold for a file of this name.
    #[must_use]
    pub fn new(file: &str, masker: Arc<Masker>, limits: Limits, window: Window) -> Self {
        Self {
            file: file.into(),
            limits,
            window,
            finder: Finder::new(masker),
            invocations: Invocations::default(),
            functions: BTreeMap::new(),
            unnamed: FunctionLog::default(),
            analysis: Analysis::default(),
        }
    }

    /// Adds a record.
    pub fn add(&mut self, entry: &Entry<'_>) {
        if !self.window.has(entry.time) {
            self.analysis.left_out += 1;
            return;
        }
        let function = match entry.function {
            None => &mut self.unnamed,
            Some(name) => {
                if !self.functions.contains_key(name) {
                    if self.functions.len() >= self.limits.functions {
                        self.analysis.crowded_out += 1;
                        return;
                    }
                    self.functions.insert(name.to_owned(), FunctionLog::default());
                }
                let Some(function) = self.functions.get_mut(name) else { return };
                function
            }
        };
        function.see(entry.time, entry.text.len(), entry.is_cut);
        let place = LogPlace { file: Arc::clone(&self.file), line: entry.line };
        let stream = entry.stream.unwrap_or_default();
        match &entry.record {
            Record::Start { request_id, .. } => self.invocations.start(request_id, stream),
            Record::End { .. } | Record::Platform { .. } => {}
            Record::Report(report) => {
                function.add_report(report, entry.time);
                let judged = self.invocations.report(report, stream);
                function.count(judged, &place);
            }
            Record::InitReport(report) => {
                let is_failed = report.error_type.is_some()
                    || report.status.is_some_and(|it| it != lambda_log::Status::Success);
                if is_failed {
                    function.init_failures += 1;
                    function.places.entry("init").or_insert(place);
                }
            }
            Record::Dropped { records, .. } => {
                function.dropped += records;
                function.places.entry("dropped").or_insert(place);
            }
            Record::Guard(event) => {
                function.add_guard(&event.kind, event.class.as_deref(), &place);
            }
            Record::Metrics(metrics) => {
                for metric in metrics {
                    function.add_metric(&metric.name, metric.values.len() as u64);
                }
                let _ = self.finder.find(entry.text, entry.time, &place, &mut function.sensitive);
            }
            Record::Line(line) => {
                function.lines += 1;
                function.add_level(line.level);
                let masked =
                    self.finder.find(entry.text, entry.time, &place, &mut function.sensitive);
                if is_throttle(entry.text) {
                    function.throttles += 1;
                    function.places.entry("throttle").or_insert_with(|| place.clone());
                }
                if let Some(error) = &line.error {
                    let judged = self.invocations.error(line.request_id.as_deref(), stream, error);
                    function.count(judged, &place);
                    let finder = masked.is_some().then_some(&mut self.finder);
                    cluster(function, error, entry.time, place, finder, self.limits.clusters);
                }
            }
        }
    }

    /// What came of it. `name` is that of the function where no record names one; where the records name
    /// exactly one, the others are of that.
    #[must_use]
    pub fn finish(self, name: &str) -> Analysis {
        let Self { limits, invocations, functions, mut unnamed, mut analysis, .. } = self;
        unnamed.unfinished += invocations.unfinished();
        let only = match functions.len() {
            1 => functions.keys().next().cloned(),
            _ => None,
        };
        analysis.functions = functions;
        let is_known = unnamed.records > 0 || unnamed.unfinished > 0;
        if is_known {
            let name = only.unwrap_or_else(|| name.to_owned());
            analysis.functions.entry(name).or_default().merge(unnamed, &limits);
        }
        analysis
    }
}

/// Adds an error to the clusters; `finder` masks it where its line has something to mask.
fn cluster(
    function: &mut FunctionLog,
    error: &ErrorFact<'_>,
    time: Option<i64>,
    place: LogPlace,
    finder: Option<&mut Finder>,
    most: usize,
) {
    let (mut kind, mut message) = (error.kind.as_deref(), &*error.message);
    let (mut masked_kind, mut masked_message) = (None, None);
    if let Some(finder) = finder {
        masked_kind = kind.and_then(|kind| finder.mask(kind));
        masked_message = finder.mask(message);
    }
    kind = masked_kind.as_deref().or(kind);
    message = masked_message.as_deref().unwrap_or(message);
    let seen = Seen {
        kind,
        message,
        is_unhandled: error.is_unhandled,
        has_stack: error.has_stack,
        time,
        place,
    };
    function.clusters.add(&seen, most);
}
