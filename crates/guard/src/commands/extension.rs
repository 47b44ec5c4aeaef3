//! `extension`: the process that the platform starts beside the function, from /opt/extensions.
//!
//! It folds what the platform measures into metrics, while nobody waits for it, and serves secrets
//! before the runtime starts.

use std::{
    env,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use guard_secrets::StartError;
use guard_settings::{EventKind, Mode, SecurityEvent, Settings};
use guard_telemetry::{Event, Extension, Function, Listener, Recorder};

use super::Command;
use crate::arguments::Arguments;
use crate::failure::{Failure, Outcome};
use crate::settings_file;

pub(crate) const COMMAND: Command = Command {
    name: "extension",
    summary: "Tells what the platform measures, as an external extension",
    usage: "faasguard-guard extension [--settings FILE]

Started by the platform when it stands in /opt/extensions. Registers with AWS_LAMBDA_RUNTIME_API as
the platform set it; serves secrets where the settings ask for it, before the runtime starts; and
does nothing else where they name no place for telemetry.

  --settings FILE  What is enforced, as for `wrap`",
    run,
};

/// What is kept of the time before the deadline, to end in order.
const RESERVE: Duration = Duration::from_millis(500);
/// Longest wait for the last reports; the platform sends them within its 25 ms of buffering.
const LAST_REPORTS: Duration = Duration::from_secs(1);

fn run(mut arguments: Arguments) -> Outcome {
    let loaded = settings_file::read_or_defaults(arguments.value("--settings")?.as_deref())?;
    arguments.finish()?;
    let address = env::var("AWS_LAMBDA_RUNTIME_API").map_err(|_| {
        Failure::usage("AWS_LAMBDA_RUNTIME_API is not set: the platform starts extensions")
    })?;
    // The platform knows an extension by the name of its file.
    let program = env::args_os().next().unwrap_or_default();
    let name = Path::new(&program)
        .file_name()
        .map_or_else(|| "faasguard-guard".to_owned(), |name| name.to_string_lossy().into_owned());
    // Before it registers: the platform starts the runtime once every extension has.
    let settings = loaded.settings;
    let (secrets, fault) = serve_secrets(&settings);
    let mut extension = Extension::register(&address, &name)
        .map_err(|error| Failure::new(format!("extension: {error}")))?;
    for fault in loaded.fault.into_iter().chain(fault) {
        tell_fault(settings.function.as_deref().unwrap_or(&extension.function), &fault);
    }
    let mut telling = Telling::start(&settings, &mut extension);
    let mut invocations = 0;
    loop {
        let event = extension.next_event();
        for fault in secrets.as_ref().map(guard_secrets::Handle::take_faults).unwrap_or_default() {
            tell_fault(settings.function.as_deref().unwrap_or(&extension.function), &fault);
        }
        match event {
            Ok(Event::Invoke { .. }) => {
                invocations += 1;
                telling.flush();
            }
            Ok(Event::Shutdown { deadline_ms, .. }) => {
                telling.close(invocations, left_until(deadline_ms));
                return Ok(ExitCode::SUCCESS);
            }
            Err(error) => {
                telling.close(invocations, RESERVE);
                return Err(Failure::new(format!("extension: {error}")));
            }
        }
    }
}

/// Serves secrets where the settings ask for it and nobody else does; or why not.
fn serve_secrets(settings: &Settings) -> (Option<guard_secrets::Handle>, Option<String>) {
    let Some(secrets) = &settings.secrets else { return (None, None) };
    match guard_secrets::start(secrets, &|name: &str| env::var(name).ok()) {
        Ok(handle) => (Some(handle), None),
        // Whoever came first serves: the wrapper, or AWS's own extension.
        Err(StartError::Listen { error, .. }) if error.kind() == io::ErrorKind::AddrInUse => {
            (None, None)
        }
        Err(error) => (None, Some(error.to_string())),
    }
}

fn tell_fault(function: &str, fault: &str) {
    let line = SecurityEvent::new(EventKind::Fault, function, Mode::default(), fault);
    // Nobody is left to tell when even the error output is gone.
    let _ = io::stderr().write_all(line.to_line().as_bytes());
}

/// How long there is until the platform ends this process.
fn left_until(deadline_ms: u64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let left = Duration::from_millis(deadline_ms).saturating_sub(now);
    // Two seconds are the most that an extension ever has.
    left.min(Duration::from_secs(2)).saturating_sub(RESERVE)
}

/// What is told, and where it comes from; nothing where the settings name no place for it.
struct Telling {
    recorder: Option<Recorder>,
    listener: Option<Listener>,
}

impl Telling {
    /// Telemetry that cannot begin is told as a fault: the function runs without it.
    fn start(settings: &Settings, extension: &mut Extension) -> Self {
        let name = settings.function.clone().unwrap_or_else(|| extension.function.clone());
        let function = Function {
            name: name.clone(),
            version: extension.version.clone(),
            region: env::var("AWS_REGION").unwrap_or_default(),
        };
        let begin = || -> Result<Option<(Recorder, Listener)>, String> {
            // Traces are the wrapper's: it sees the invocations themselves.
            let recorder = Recorder::new(&settings.telemetry, function, None, SystemTime::now());
            let Some(recorder) = recorder.map_err(|error| error.to_string())? else {
                return Ok(None);
            };
            let listener = Listener::start().map_err(|error| format!("listener: {error}"))?;
            extension.subscribe(listener.port()).map_err(|error| error.to_string())?;
            Ok(Some((recorder, listener)))
        };
        match begin() {
            Ok(Some((recorder, listener))) => {
                Self { recorder: Some(recorder), listener: Some(listener) }
            }
            Ok(None) => Self { recorder: None, listener: None },
            Err(fault) => {
                tell_fault(&name, &fault);
                Self { recorder: None, listener: None }
            }
        }
    }

    /// Tells what has come since the last time.
    fn flush(&mut self) {
        let Some(recorder) = &mut self.recorder else { return };
        let mut log = Vec::new();
        collect(recorder, self.listener.as_ref(), &mut log);
        recorder.flush(SystemTime::now(), &mut log);
        write_log(&log);
    }

    /// Waits for the reports of all invocations and tells the rest, within `limit`.
    fn close(&mut self, invocations: u64, limit: Duration) {
        let Some(recorder) = &mut self.recorder else { return };
        let until = Instant::now() + limit;
        if let Some(listener) = &self.listener {
            let patience = Instant::now() + LAST_REPORTS.min(limit / 2);
            while listener.seen() < invocations && Instant::now() < patience {
                thread::sleep(Duration::from_millis(5));
            }
        }
        let mut log = Vec::new();
        collect(recorder, self.listener.as_ref(), &mut log);
        let left = until.saturating_duration_since(Instant::now());
        recorder.close(SystemTime::now(), left, &mut log);
        write_log(&log);
    }
}

fn collect(recorder: &mut Recorder, listener: Option<&Listener>, log: &mut Vec<u8>) {
    let Some(listener) = listener else { return };
    let platform = listener.take();
    for report in platform.reports {
        recorder.report(report);
    }
    recorder.counts().dropped += platform.overflow;
    recorder.platform_dropped(platform.dropped, SystemTime::now(), log);
}

fn write_log(log: &[u8]) {
    if log.is_empty() {
        return;
    }
    // Metrics that nobody reads are no reason to end.
    let mut out = io::stdout().lock();
    let _ = out.write_all(log).and_then(|()| out.flush());
}
