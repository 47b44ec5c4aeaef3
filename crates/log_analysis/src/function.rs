//! What the log of one function says.

use std::collections::BTreeMap;

use lambda_log::{Level, Report};

use crate::{
    clusters::{Clusters, cut},
    fold::Limits,
    invocations::Judged,
    quantiles::Quantiles,
    sensitive::{LogPlace, SensitiveKinds},
};

/// Sizes of memory that are remembered: a function is given another one now and then.
const MOST_SIZES: usize = 16;

/// Kinds of events of the guard, and names of metrics.
const MOST_NAMES: usize = 200;

/// Letters of one of them; CloudWatch allows 255.
const MOST_NAME: usize = 255;

/// What the log of one function says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunctionLog {
    /// Time of the first record, in milliseconds since 1970.
    pub first: Option<i64>,
    /// Time of the last record.
    pub last: Option<i64>,
    /// Records, of the platform, too.
    pub records: u64,
    /// Lines of the function.
    pub lines: u64,
    /// Bytes of all messages.
    pub bytes: u64,
    /// Invocations with a report.
    pub invocations: u64,
    /// Invocations that failed, for whatever reason.
    pub errors: u64,
    /// Invocations whose time was over.
    pub timeouts: u64,
    /// Invocations that ran out of memory.
    pub out_of_memory: u64,
    /// Lines that tell of a service that refused because of too many calls.
    pub throttles: u64,
    /// Invocations that began and have no report.
    pub unfinished: u64,
    /// Invocations that began with an initialisation or a restored snapshot.
    pub cold_starts: u64,
    /// Initialisations that failed.
    pub init_failures: u64,
    /// Milliseconds that invocations took.
    pub duration_ms: Quantiles,
    /// Milliseconds of cold starts.
    pub init_ms: Quantiles,
    /// Milliseconds that are billed.
    pub billed_ms: f64,
    /// What is billed, in GB-seconds (of 1,024 MiB).
    pub gb_seconds: f64,
    /// Sizes of memory in MiB, and what was used of each.
    pub memory: BTreeMap<u64, Memory>,
    /// Lines by level.
    pub levels: BTreeMap<&'static str, u64>,
    /// Records that the platform threw away.
    pub dropped: u64,
    /// Messages that were longer than the limit.
    pub cut: u64,
    /// Errors that are alike.
    pub clusters: Clusters,
    /// Secrets and personal data.
    pub sensitive: SensitiveKinds,
    /// Events of the guard by kind and class, and where the first stands.
    pub guard: BTreeMap<(String, Option<String>), (u64, LogPlace)>,
    /// Names of metrics of the embedded format, and how many values each has.
    pub metrics: BTreeMap<String, u64>,
    /// Where the first failure of each kind stands.
    pub places: BTreeMap<&'static str, LogPlace>,
}

/// What was used of one size of memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// Invocations.
    pub invocations: u64,
    /// What was used at most, in MiB.
    pub max_used_mib: f64,
    /// Time of the last one.
    pub last: Option<i64>,
}

/// Whether a function has the memory that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryVerdict {
    /// Less than half is used, of more than the least that there is.
    OverProvisioned,
    /// What is used fits.
    Fitting,
    /// Nine tenths are used.
    CloseToLimit,
    /// It ran out of memory.
    Exceeded,
}

impl MemoryVerdict {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OverProvisioned => "over-provisioned",
            Self::Fitting => "fitting",
            Self::CloseToLimit => "close-to-limit",
            Self::Exceeded => "exceeded",
        }
    }
}

/// The least memory that a function can be given, in MiB.
const LEAST_MIB: u64 = 128;

/// Invocations from which on a verdict about too much memory is given.
const ENOUGH: u64 = 20;

impl FunctionLog {
    /// The size of memory that the function has now, and what was used of it; `None` without a report.
    #[must_use]
    pub fn current_memory(&self) -> Option<(u64, &Memory)> {
        self.memory
            .iter()
            .max_by_key(|(_, it)| (it.last, it.invocations))
            .map(|(size, it)| (*size, it))
    }

    /// Whether the memory fits; `None` where too little is known.
    #[must_use]
    pub fn memory_verdict(&self) -> Option<MemoryVerdict> {
        let (size, memory) = self.current_memory()?;
        #[expect(clippy::cast_precision_loss, reason = "some thousand MiB")]
        let share = memory.max_used_mib / size.max(1) as f64;
        Some(if self.out_of_memory > 0 {
            MemoryVerdict::Exceeded
        } else if share >= 0.9 {
            MemoryVerdict::CloseToLimit
        } else if memory.invocations < ENOUGH {
            return None;
        } else if share < 0.5 && size > LEAST_MIB {
            MemoryVerdict::OverProvisioned
        } else {
            MemoryVerdict::Fitting
        })
    }

    /// Errors per invocation, 0 to 1; `None` without an invocation.
    #[must_use]
    pub fn error_rate(&self) -> Option<f64> {
        part(self.errors, self.invocations)
    }

    /// Cold starts per invocation, 0 to 1; `None` without an invocation.
    #[must_use]
    pub fn cold_start_share(&self) -> Option<f64> {
        part(self.cold_starts, self.invocations)
    }

    pub(crate) fn see(&mut self, time: Option<i64>, bytes: usize, is_cut: bool) {
        self.records += 1;
        self.bytes += bytes as u64;
        self.cut += u64::from(is_cut);
        self.first = least(self.first, time);
        self.last = self.last.max(time);
    }

    pub(crate) fn add_report(&mut self, report: &Report<'_>, time: Option<i64>) {
        self.invocations += 1;
        self.duration_ms.add(report.duration_ms);
        if let Some(init) = report.cold_start_ms() {
            self.cold_starts += 1;
            self.init_ms.add(init);
        }
        let billed = report.billed_ms.unwrap_or_default();
        self.billed_ms += billed;
        let Some(size) = report.memory_mib.filter(|size| (1.0..1e6).contains(size)) else { return };
        self.gb_seconds += billed / 1e3 * size / 1_024.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 10^6")]
        let size = size as u64;
        if self.memory.len() < MOST_SIZES || self.memory.contains_key(&size) {
            let memory = self.memory.entry(size).or_default();
            memory.invocations += 1;
            memory.max_used_mib =
                memory.max_used_mib.max(report.max_memory_mib.unwrap_or_default());
            memory.last = memory.last.max(time);
        }
    }

    pub(crate) fn count(&mut self, judged: Judged, place: &LogPlace) {
        let counts = [
            (judged.is_error, &mut self.errors, "error"),
            (judged.is_timeout, &mut self.timeouts, "timeout"),
            (judged.is_out_of_memory, &mut self.out_of_memory, "out-of-memory"),
        ];
        for (is_so, count, name) in counts {
            if is_so {
                *count += 1;
                self.places.entry(name).or_insert_with(|| place.clone());
            }
        }
    }

    pub(crate) fn add_level(&mut self, level: Option<Level>) {
        let name = match level {
            Some(Level::Trace) => "trace",
            Some(Level::Debug) => "debug",
            Some(Level::Info) => "info",
            Some(Level::Warn) => "warn",
            Some(Level::Error) => "error",
            Some(Level::Fatal) => "fatal",
            None => "none",
        };
        *self.levels.entry(name).or_default() += 1;
    }

    pub(crate) fn add_guard(&mut self, kind: &str, class: Option<&str>, place: &LogPlace) {
        let key = (cut(kind, MOST_NAME), class.map(|class| cut(class, MOST_NAME)));
        if self.guard.len() < MOST_NAMES || self.guard.contains_key(&key) {
            self.guard.entry(key).or_insert_with(|| (0, place.clone())).0 += 1;
        }
    }

    pub(crate) fn add_metric(&mut self, name: &str, values: u64) {
        let name = cut(name, MOST_NAME);
        if self.metrics.len() < MOST_NAMES || self.metrics.contains_key(&name) {
            *self.metrics.entry(name).or_default() += values;
        }
    }

    /// Adds what the log goes on with.
    pub(crate) fn merge(&mut self, other: Self, limits: &Limits) {
        self.first = least(self.first, other.first);
        self.last = self.last.max(other.last);
        let counts = [
            (&mut self.records, other.records),
            (&mut self.lines, other.lines),
            (&mut self.bytes, other.bytes),
            (&mut self.invocations, other.invocations),
            (&mut self.errors, other.errors),
            (&mut self.timeouts, other.timeouts),
            (&mut self.out_of_memory, other.out_of_memory),
            (&mut self.throttles, other.throttles),
            (&mut self.unfinished, other.unfinished),
            (&mut self.cold_starts, other.cold_starts),
            (&mut self.init_failures, other.init_failures),
            (&mut self.dropped, other.dropped),
            (&mut self.cut, other.cut),
        ];
        for (mine, theirs) in counts {
            *mine += theirs;
        }
        self.duration_ms.merge(&other.duration_ms);
        self.init_ms.merge(&other.init_ms);
        self.billed_ms += other.billed_ms;
        self.gb_seconds += other.gb_seconds;
        for (size, theirs) in other.memory {
            if self.memory.len() < MOST_SIZES || self.memory.contains_key(&size) {
                let mine = self.memory.entry(size).or_default();
                mine.invocations += theirs.invocations;
                mine.max_used_mib = mine.max_used_mib.max(theirs.max_used_mib);
                mine.last = mine.last.max(theirs.last);
            }
        }
        for (level, count) in other.levels {
            *self.levels.entry(level).or_default() += count;
        }
        self.clusters.merge(other.clusters, limits.clusters);
        self.sensitive.merge(other.sensitive);
        for (key, (count, place)) in other.guard {
            if self.guard.len() < MOST_NAMES || self.guard.contains_key(&key) {
                self.guard.entry(key).or_insert((0, place)).0 += count;
            }
        }
        for (name, count) in other.metrics {
            self.add_metric(&name, count);
        }
        for (name, place) in other.places {
            self.places.entry(name).or_insert(place);
        }
    }
}

fn least(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn part(some: u64, all: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts below 2^52")]
    let part = some as f64 / all.max(1) as f64;
    (all > 0).then_some(part)
}
