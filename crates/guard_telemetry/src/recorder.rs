//! Collects what is measured and hands it on when nobody waits.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    io,
    net::UdpSocket,
    time::{Duration, SystemTime},
};

use guard_settings::{SecurityEvent, Telemetry};

use crate::{
    emf,
    exporter::{Batch, Collector, CollectorError, Exporter},
    otlp::{self, Interval, Span},
    platform::Report,
    tally::{Counts, Function, Invocation},
    xray,
};

/// Most invocations and reports that wait; the oldest make room and are counted.
const MOST_WAITING: usize = 1_000;

/// Why telemetry cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The address of the collector is none.
    #[error(transparent)]
    Collector(#[from] CollectorError),
    /// The thread that sends cannot be started.
    #[error("the thread for telemetry cannot be started: {0}")]
    Thread(io::Error),
    /// The daemon of X-Ray cannot be addressed.
    #[error("AWS_XRAY_DAEMON_ADDRESS: `{address}`: {error}")]
    Daemon {
        /// What the platform said.
        address: String,
        /// Why not.
        error: io::Error,
    },
}

/// Collects, and hands on at [`Recorder::flush`], which takes microseconds: lines for the log are
/// written into a buffer, datagrams are sent without waiting, the rest goes to a thread.
#[derive(Debug)]
pub struct Recorder {
    function: Function,
    emf: bool,
    daemon: Option<UdpSocket>,
    exporter: Option<Exporter>,
    counts: Counts,
    /// What was counted and is not yet handed to the exporter.
    exported_counts: Counts,
    fresh: Vec<Span>,
    waiting: Vec<Span>,
    reports: Vec<Report>,
    waiting_reports: Vec<Report>,
    since: SystemTime,
    /// The process whose memory is told.
    process: Option<u32>,
}

/// Whether the settings can be understood. Nothing is opened.
///
/// # Errors
/// [`CollectorError`] when `otlp` is no address of a collector.
pub fn check(settings: &Telemetry) -> Result<(), CollectorError> {
    settings.otlp.as_deref().map_or(Ok(()), |address| Collector::parse(address).map(drop))
}

impl Recorder {
    /// A recorder for what the settings name; `None` when they name nothing.
    ///
    /// `daemon` is what `AWS_XRAY_DAEMON_ADDRESS` says; without it no subsegment is sent.
    ///
    /// # Errors
    /// [`TelemetryError`] when something that the settings name cannot be reached at all.
    pub fn new(
        settings: &Telemetry,
        function: Function,
        daemon: Option<&str>,
        now: SystemTime,
    ) -> Result<Option<Self>, TelemetryError> {
        let daemon = match daemon.filter(|_| settings.xray) {
            Some(address) => Some(open_daemon(address)?),
            None => None,
        };
        let exporter = match &settings.otlp {
            Some(address) => {
                let collector = Collector::parse(address)?;
                Some(Exporter::start(collector).map_err(TelemetryError::Thread)?)
            }
            None => None,
        };
        if !settings.emf && daemon.is_none() && exporter.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            function,
            emf: settings.emf,
            daemon,
            exporter,
            counts: Counts::default(),
            exported_counts: Counts::default(),
            fresh: Vec::new(),
            waiting: Vec::new(),
            reports: Vec::new(),
            waiting_reports: Vec::new(),
            since: now,
            process: None,
        }))
    }

    /// Tells the memory of this process with each invocation that does not say its own.
    pub fn watch_process(&mut self, pid: u32) {
        self.process = Some(pid);
    }

    /// An invocation is over.
    pub fn invocation(&mut self, mut invocation: Invocation) {
        if invocation.peak_memory.is_none() {
            invocation.peak_memory = self.process.and_then(peak_memory);
        }
        if make_room(&mut self.fresh) {
            self.counts.dropped += 1;
        }
        self.fresh.push(Span { id: random_id(), invocation });
    }

    /// Something was told in the log.
    pub fn event(&mut self, event: &SecurityEvent<'_>) {
        self.counts.add(event);
    }

    /// What was counted elsewhere.
    pub fn counts(&mut self) -> &mut Counts {
        &mut self.counts
    }

    /// What the platform said.
    pub fn report(&mut self, report: Report) {
        if make_room(&mut self.reports) {
            self.counts.dropped += 1;
        }
        self.reports.push(report);
    }

    /// Records that the platform dropped.
    pub fn platform_dropped(&mut self, records: u64, now: SystemTime, log: &mut Vec<u8>) {
        if records > 0 && self.emf {
            emf::dropped(&self.function, records, now, log);
        }
    }

    /// Hands on what has come together; lines of metrics are appended to `log`, whole lines only.
    /// To be called when the answer is on its way: off the path that a caller waits for.
    pub fn flush(&mut self, now: SystemTime, log: &mut Vec<u8>) {
        if let Some(exporter) = &self.exporter {
            self.counts.dropped += exporter.take_dropped();
        }
        if self.emf {
            for span in &self.fresh {
                emf::invocation(&self.function, &span.invocation, log);
            }
            for report in &self.reports {
                emf::report(&self.function, report, now, log);
            }
            emf::counts(&self.function, &self.counts, now, log);
        }
        if let Some(daemon) = &self.daemon {
            for span in &self.fresh {
                let datagram = xray::datagram(&span.invocation, span.id);
                // A daemon that is not there or not ready loses the trace, never the invocation.
                let failed = datagram.is_some_and(|datagram| daemon.send(&datagram).is_err());
                self.exported_counts.dropped += u64::from(failed);
            }
        }
        let counts = std::mem::take(&mut self.counts);
        if self.exporter.is_none() {
            self.fresh.clear();
            self.reports.clear();
            return;
        }
        merge(&mut self.exported_counts, &counts);
        for span in self.fresh.drain(..) {
            self.exported_counts.dropped += u64::from(make_room(&mut self.waiting));
            self.waiting.push(span);
        }
        for report in self.reports.drain(..) {
            self.exported_counts.dropped += u64::from(make_room(&mut self.waiting_reports));
            self.waiting_reports.push(report);
        }
        let is_taken = |exporter: &Exporter| exporter.offer(|| self.batch(now));
        if !self.nothing_waits() && self.exporter.as_ref().is_some_and(is_taken) {
            self.handed_over(now);
        }
    }

    /// Hands on what is left and waits until it is sent, at most as long as `limit` says.
    pub fn close(&mut self, now: SystemTime, limit: Duration, log: &mut Vec<u8>) {
        self.flush(now, log);
        let last = (!self.nothing_waits()).then(|| self.batch(now));
        if let Some(exporter) = &mut self.exporter {
            exporter.close(last, limit);
        }
    }

    fn nothing_waits(&self) -> bool {
        self.waiting.is_empty()
            && self.waiting_reports.is_empty()
            && self.exported_counts.is_empty()
    }

    fn handed_over(&mut self, now: SystemTime) {
        self.waiting.clear();
        self.waiting_reports.clear();
        self.exported_counts = Counts::default();
        self.since = now;
    }

    fn batch(&self, now: SystemTime) -> Batch {
        let kept: Vec<Span> = self
            .waiting
            .iter()
            .filter(|span| span.invocation.trace.is_some_and(|trace| trace.sampled))
            .cloned()
            .collect();
        let invocations: Vec<Invocation> =
            self.waiting.iter().map(|span| span.invocation.clone()).collect();
        let interval = Interval {
            invocations: &invocations,
            reports: &self.waiting_reports,
            counts: Some(&self.exported_counts),
            from: Some(self.since),
            to: Some(now),
        };
        Batch {
            traces: (!kept.is_empty()).then(|| otlp::traces(&self.function, &kept)),
            metrics: Some(otlp::metrics(&self.function, &interval)),
        }
    }
}

/// Lets the oldest go where there is no room; `true` when one went.
fn make_room<T>(waiting: &mut Vec<T>) -> bool {
    let is_full = waiting.len() >= MOST_WAITING;
    if is_full {
        waiting.remove(0);
    }
    is_full
}

fn merge(into: &mut Counts, from: &Counts) {
    for (to, from) in [(&mut into.blocked, &from.blocked), (&mut into.flagged, &from.flagged)] {
        for (class, count) in from {
            *to.entry(*class).or_default() += count;
        }
    }
    into.redacted += from.redacted;
    into.egress_denied += from.egress_denied;
    into.rate_refused += from.rate_refused;
    into.behaviour += from.behaviour;
    into.uninspected += from.uninspected;
    into.faults += from.faults;
    into.dropped += from.dropped;
}

/// A socket that sends to the daemon and never waits. `127.0.0.1:2000`, or the form with both
/// protocols: `tcp:127.0.0.1:2000 udp:127.0.0.1:2000`.
fn open_daemon(address: &str) -> Result<UdpSocket, TelemetryError> {
    let udp = address.split_whitespace().find_map(|part| part.strip_prefix("udp:"));
    let target = udp.unwrap_or(address);
    let open = || {
        let socket = UdpSocket::bind("0.0.0.0:0")?;
        socket.set_nonblocking(true)?;
        socket.connect(target)?;
        Ok(socket)
    };
    open().map_err(|error| TelemetryError::Daemon { address: address.to_owned(), error })
}

/// Most memory that a process has had, in bytes; `None` when it is gone or `/proc` is not there.
fn peak_memory(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// 8 bytes that nobody foresees: the standard library seeds its maps from the system.
fn random_id() -> [u8; 8] {
    RandomState::new().build_hasher().finish().to_be_bytes()
}
