//! What a log says, record by record.

use std::borrow::Cow;

/// One record of a log, with where it stands and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// The function, where the log group, the stream or the record names it.
    pub function: Option<&'a str>,
    /// The log stream: one environment of a function.
    pub stream: Option<&'a str>,
    /// The line, from 1, on which it begins in the input.
    pub line: u64,
    /// When it was written, in milliseconds since 1970 in UTC.
    pub time: Option<i64>,
    /// The message as it was logged; several lines where they belong together.
    pub text: &'a str,
    /// It was longer than the limit.
    pub is_cut: bool,
    /// What it says.
    pub record: Record<'a>,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq)]
pub enum Record<'a> {
    /// An invocation begins.
    Start {
        /// Id of the invocation.
        request_id: Cow<'a, str>,
        /// Version of the function: `$LATEST`, `7`.
        version: Option<Cow<'a, str>>,
    },
    /// An invocation has ended; its figures follow.
    End {
        /// Id of the invocation.
        request_id: Cow<'a, str>,
    },
    /// Figures of an invocation.
    Report(Report<'a>),
    /// Figures of an initialisation, which the platform reports when it fails, takes long, or was done
    /// ahead of an invocation.
    InitReport(InitReport<'a>),
    /// The platform threw away lines of the function.
    Dropped {
        /// Records that are lost.
        records: u64,
        /// Their bytes.
        bytes: u64,
    },
    /// Another line of the platform.
    Platform {
        /// Its type as the platform names it: `INIT_START`, `platform.extension`.
        kind: Cow<'a, str>,
    },
    /// A line of the function or of a library.
    Line(Line<'a>),
    /// Metrics in the embedded format of CloudWatch.
    Metrics(Vec<Metric>),
    /// A security event of `faasguard-guard`.
    Guard(GuardEvent<'a>),
}

impl Record<'_> {
    /// Whether the platform wrote it, and not the function.
    #[must_use]
    pub fn is_of_platform(&self) -> bool {
        !matches!(self, Self::Line(_) | Self::Metrics(_) | Self::Guard(_))
    }
}

/// How an invocation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// With an answer.
    Success,
    /// With an error of the function or its runtime.
    Error,
    /// The time was over.
    Timeout,
}

/// Figures of an invocation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report<'a> {
    /// Id of the invocation.
    pub request_id: Cow<'a, str>,
    /// Time that it took, in milliseconds.
    pub duration_ms: f64,
    /// Time that is billed, in milliseconds.
    pub billed_ms: Option<f64>,
    /// Memory that the function is given, in MiB.
    pub memory_mib: Option<f64>,
    /// Memory that it used at most since its environment began, in MiB.
    pub max_memory_mib: Option<f64>,
    /// Time of the initialisation, in milliseconds: a cold start.
    pub init_ms: Option<f64>,
    /// Time to restore a snapshot, in milliseconds: a cold start, too.
    pub restore_ms: Option<f64>,
    /// How it ended, where the report says so.
    pub status: Option<Status>,
    /// Type of the error: `Runtime.ExitError`.
    pub error_type: Option<Cow<'a, str>>,
}

impl Report<'_> {
    /// Time of the cold start, in milliseconds; `None` in a warm environment.
    #[must_use]
    pub fn cold_start_ms(&self) -> Option<f64> {
        self.init_ms.or(self.restore_ms)
    }
}

/// Figures of an initialisation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InitReport<'a> {
    /// Time that it took, in milliseconds.
    pub duration_ms: Option<f64>,
    /// How it ended, where the report says so.
    pub status: Option<Status>,
    /// Type of the error: `Runtime.ImportModuleError`.
    pub error_type: Option<Cow<'a, str>>,
}

/// Levels of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Every step.
    Trace,
    /// For those who look for a fault.
    Debug,
    /// Ordinary events.
    Info,
    /// Odd, and gone on with.
    Warn,
    /// Something failed.
    Error,
    /// Nothing goes on.
    Fatal,
}

impl Level {
    /// Reads the names that libraries give to levels, in any letter case.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        const NAMES: [(&str, Level); 17] = [
            ("trace", Level::Trace),
            ("verbose", Level::Trace),
            ("debug", Level::Debug),
            ("info", Level::Info),
            ("information", Level::Info),
            ("notice", Level::Info),
            ("warn", Level::Warn),
            ("warning", Level::Warn),
            ("error", Level::Error),
            ("err", Level::Error),
            ("severe", Level::Error),
            ("fail", Level::Error),
            ("critical", Level::Fatal),
            ("crit", Level::Fatal),
            ("fatal", Level::Fatal),
            ("alert", Level::Fatal),
            ("emergency", Level::Fatal),
        ];
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, level)| *level)
    }
}

/// A line of the function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line<'a> {
    /// Its level, where it has one.
    pub level: Option<Level>,
    /// What it says, without time, id and level.
    pub message: Cow<'a, str>,
    /// Id of the invocation, where the line has it.
    pub request_id: Option<Cow<'a, str>>,
    /// The error that it tells of.
    pub error: Option<ErrorFact<'a>>,
}

/// An error in a log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorFact<'a> {
    /// Its kind: the name of an exception (`KeyError`, `java.io.IOException`), a type of the platform
    /// (`Runtime.ExitError`), or words for what has none (`Task timed out`); `None` for a line that only has
    /// the level.
    pub kind: Option<Cow<'a, str>>,
    /// Its first line.
    pub message: Cow<'a, str>,
    /// It ended the invocation: nothing caught it.
    pub is_unhandled: bool,
    /// The stack is written out.
    pub has_stack: bool,
}

/// A metric of one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<f64>,
}

/// A security event of `faasguard-guard`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GuardEvent<'a> {
    /// `event-blocked`, `egress-denied` …
    pub kind: Cow<'a, str>,
    /// Class of the attack: `sql`.
    pub class: Option<Cow<'a, str>>,
    /// Id of the invocation.
    pub request_id: Option<Cow<'a, str>>,
    /// What happened, without the hostile value.
    pub detail: Cow<'a, str>,
    /// The field of the event: `body.customer`.
    pub field: Option<Cow<'a, str>>,
    /// What it was done to: a host with its port, a program, a file.
    pub target: Option<Cow<'a, str>>,
    /// The mode that the guard was in: `block`, `monitor`.
    pub mode: Option<Cow<'a, str>>,
}
