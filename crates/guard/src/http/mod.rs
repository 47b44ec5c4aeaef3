//! What `http` runs: the front, the program behind it, and what both tell.

mod descriptors;

use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use guard_front::{Front, Inspecting, Options};
use guard_logs::{Invocation, Masker};
use guard_net::{Net, Ready, TimerId, Token, Waker};
use guard_rate::Callers;
use guard_settings::{Mode, Rate, SecurityEvent, Settings};
use guard_telemetry::{Function, Recorder};
use nix::sys::signal::Signal;

use crate::failure::{Failure, Outcome};
use crate::wrap::child::{Runtime, Signals, exit_code};
use crate::wrap::confine::{self, Watched};
use crate::wrap::logs::{Logs, owns_log};

/// How often metrics are handed on.
const METRICS: Duration = Duration::from_secs(10);
/// How long a program may take until it listens.
const LONGEST_START: Duration = Duration::from_mins(2);
/// How often it is tried.
const TRY: Duration = Duration::from_millis(10);
/// How long the log of a program that has ended may still come.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Where events go: to the log, and to the metrics.
#[derive(Debug, Default)]
struct Told {
    lines: Vec<u8>,
    recorder: Option<Recorder>,
}

/// Everything that runs.
pub(crate) struct Serving {
    net: Net,
    front: Front<Inspecting>,
    program: Option<Runtime>,
    logs: Logs,
    signals: Signals,
    told: Rc<RefCell<Told>>,
    grace: Duration,
    token: Token,
    metrics: Option<TimerId>,
    ending: Option<Ending>,
    /// Set when the application listens.
    is_up: Option<Arc<AtomicBool>>,
    /// Kept, because it ends when it is dropped.
    secrets: Option<guard_secrets::Handle>,
    /// The sandbox of the program.
    confined: Watched,
    /// What it tells; open for as long as it is watched.
    incidents: Option<(OwnedFd, Token)>,
    function: String,
    mode: Mode,
}

/// The way out.
struct Ending {
    until: Instant,
    /// The program was asked to end.
    is_asked: bool,
}

impl Serving {
    /// Binds, starts the program and what the settings ask for.
    ///
    /// # Errors
    /// When the address is taken, the program does not start, or the settings cannot be enforced.
    pub(crate) fn start(
        settings: &Settings,
        mut options: Options,
        program: Option<&[OsString]>,
        grace: Duration,
    ) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::new(format!("the front cannot start: {error}"));
        options.limits = descriptors::take(options.limits);
        let mut net = Net::new().map_err(failed)?;
        let function = settings.function.clone().unwrap_or_else(service_name);
        let told: Rc<RefCell<Told>> = Rc::default();
        let listener = Rc::clone(&told);
        let judge = Inspecting::new(
            settings,
            function.clone(),
            Box::new(move |event| listener.borrow_mut().tell(event)),
        )
        .map_err(|error| Failure::new(error.to_string()))?;

        let mut logs = Logs::default();
        if owns_log(settings) {
            logs.set_masker(Masker::new(&settings.redact.fields));
        }
        // Before any thread: a signal goes to one that does not hold it back, and ends us. The
        // program gets its signals back when it starts.
        let signals = Signals::take(&mut net).map_err(failed)?;
        let mut program = match program {
            Some([program, rest @ ..]) => {
                Some(start_program(&mut net, &mut logs, settings, program, rest)?)
            }
            _ => None,
        };
        let supervisor = program.as_mut().and_then(|program| program.supervisor.take());
        let confined = Watched::without_sweep(supervisor);
        let incidents = confined.watch(&mut net).map_err(failed)?;
        let rate = settings.rate.clone().unwrap_or_default();
        let callers = callers(&rate, &function, net.waker())?;
        let is_held = options.is_held;
        let upstream = options.upstream.addresses.clone();
        let front = Front::bind(&mut net, options, judge, callers, rate.key)
            .map_err(|error| Failure::new(format!("--listen: {error}")))?;
        let is_up =
            is_held.then(|| watch_start(upstream, net.waker())).transpose().map_err(failed)?;
        let token = net.token();
        let mut serving = Self {
            front,
            program,
            logs,
            signals,
            told,
            grace,
            token,
            metrics: None,
            ending: None,
            is_up,
            secrets: None,
            confined,
            incidents,
            function: function.clone(),
            mode: settings.mode,
            net,
        };
        serving.start_services(settings, function);
        Ok(serving)
    }

    /// What does not start is told and done without.
    fn start_services(&mut self, settings: &Settings, function: String) {
        let variable = |name: &str| std::env::var(name).ok();
        if let Some(secrets) = &settings.secrets {
            match guard_secrets::start(secrets, &variable) {
                Ok(handle) => self.secrets = Some(handle),
                Err(error) => self.fault(&error.to_string()),
            }
        }
        let function = Function { name: function, version: String::new(), region: String::new() };
        match Recorder::new(&settings.telemetry, function, None, SystemTime::now()) {
            Ok(Some(recorder)) => {
                self.told.borrow_mut().recorder = Some(recorder);
                self.metrics = Some(self.net.after(METRICS, self.token));
            }
            Ok(None) => {}
            Err(error) => self.fault(&format!("telemetry: {error}")),
        }
    }

    /// Tells what the guard could not do.
    pub(crate) fn fault(&mut self, detail: &str) {
        guard_front::Judge::fault(self.front.judge(), detail, None);
    }

    /// Serves until told to end, or until the program has ended; its exit code is ours.
    pub(crate) fn serve(mut self) -> Outcome {
        let mut ready = Vec::new();
        loop {
            self.turn(&mut ready)?;
            if let Some(status) = self.program.as_mut().and_then(Runtime::ended) {
                self.last_words(&mut ready)?;
                return Ok(exit_code(status));
            }
            if self.is_over() {
                self.tell_all();
                return Ok(ExitCode::SUCCESS);
            }
        }
    }

    /// Waits once and serves what is ready.
    fn turn(&mut self, ready: &mut Vec<Ready>) -> Result<(), Failure> {
        let longest = match self.ending {
            Some(_) => Duration::from_millis(20),
            None => confine::CHECK,
        };
        ready.clear();
        self.net
            .wait(ready, Some(longest))
            .map_err(|error| Failure::new(format!("the front cannot wait: {error}")))?;
        let now = self.net.now();
        for event in ready.drain(..) {
            match event {
                Ready::Io { token, .. } if token == self.signals.token => self.take_signals(),
                Ready::Timer { timer, .. } if self.metrics == Some(timer) => {
                    self.metrics = Some(self.net.after(METRICS, self.token));
                    self.told.borrow_mut().flush();
                }
                Ready::Io { token, .. }
                    if self.incidents.as_ref().is_some_and(|(_, own)| *own == token) =>
                {
                    self.tell_incidents();
                }
                event => {
                    if self.is_up.take_if(|is_up| is_up.load(Ordering::Relaxed)).is_some() {
                        self.front.open(&mut self.net);
                    }
                    if !self.logs.handle(event, &Invocation::default(), now) {
                        self.front.take(&mut self.net, &event);
                    }
                }
            }
        }
        self.confined.check(now);
        let unfetched = self.secrets.as_ref().map(guard_secrets::Handle::take_faults);
        for detail in unfetched.unwrap_or_default() {
            self.fault(&detail);
        }
        if let Some(detail) = self.logs.take_fault() {
            self.fault(&detail);
        }
        self.logs.settle(&mut self.net);
        self.write_lines();
        Ok(())
    }

    fn take_signals(&mut self) {
        while let Some(signal) = self.signals.next() {
            match signal {
                Signal::SIGCHLD => {}
                Signal::SIGTERM | Signal::SIGINT | Signal::SIGQUIT if self.ending.is_none() => {
                    self.front.drain(&mut self.net);
                    let until = self.net.now() + self.grace;
                    self.ending = Some(Ending { until, is_asked: false });
                }
                signal => {
                    if let Some(program) = &self.program {
                        program.signal(signal);
                    }
                }
            }
        }
    }

    /// Whether there is nothing left to wait for. The program is asked to end when the last answer
    /// is sent, at the latest when the time for it is over; and made to, as long again after that.
    fn is_over(&mut self) -> bool {
        let now = self.net.now();
        let Some(ending) = &mut self.ending else { return false };
        let is_late = now >= ending.until;
        if !self.front.is_empty() && !is_late {
            return false;
        }
        let Some(program) = &self.program else { return true };
        if !ending.is_asked {
            ending.is_asked = true;
            ending.until = now + self.grace;
            program.signal(Signal::SIGTERM);
        } else if is_late {
            program.signal(Signal::SIGKILL);
        }
        false
    }

    /// Lets the log of the ended program come to its end.
    fn last_words(&mut self, ready: &mut Vec<Ready>) -> Result<(), Failure> {
        let until = Instant::now() + LAST_WORDS;
        self.front.drain(&mut self.net);
        self.ending = Some(Ending { until, is_asked: true });
        self.logs.drain(&Invocation::default());
        while !self.logs.is_done() && Instant::now() < until {
            self.turn(ready)?;
        }
        self.tell_all();
        Ok(())
    }

    fn tell_incidents(&mut self) {
        for incident in self.confined.incidents() {
            self.told.borrow_mut().tell(&incident.event(&self.function, self.mode));
        }
    }

    fn tell_all(&mut self) {
        self.tell_incidents();
        self.told.borrow_mut().close();
        self.write_lines();
    }

    fn write_lines(&mut self) {
        let lines = std::mem::take(&mut self.told.borrow_mut().lines);
        if !lines.is_empty() {
            // Nobody is left to tell when even the error output is gone.
            let _ = io::stderr().write_all(&lines);
        }
    }
}

impl Told {
    fn tell(&mut self, event: &SecurityEvent<'_>) {
        self.lines.extend_from_slice(event.to_line().as_bytes());
        if let Some(recorder) = &mut self.recorder {
            recorder.event(event);
        }
    }

    fn flush(&mut self) {
        if let Some(recorder) = &mut self.recorder {
            recorder.flush(SystemTime::now(), &mut self.lines);
        }
    }

    fn close(&mut self) {
        if let Some(recorder) = &mut self.recorder {
            recorder.close(SystemTime::now(), Duration::from_millis(500), &mut self.lines);
        }
    }
}

/// Starts the application, confined as the settings ask.
fn start_program(
    net: &mut Net,
    logs: &mut Logs,
    settings: &Settings,
    program: &OsStr,
    arguments: &[OsString],
) -> Result<Runtime, Failure> {
    let prepared = confine::prepare(settings, program, None)
        .map_err(|error| Failure::new(error.to_string()))?;
    let (confinement, line) = match prepared {
        Some(prepared) => (Some(prepared.confinement), prepared.line),
        None => (None, String::new()),
    };
    let how = (None, confinement);
    let runtime =
        Runtime::start(net, logs, settings, program, arguments, how).map_err(|error| {
            let code = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
            let message = format!("`{}` does not start: {error}", program.to_string_lossy());
            Failure::Failed { message, code }
        })?;
    let _ = io::stderr().write_all(line.as_bytes());
    Ok(runtime)
}

/// The buckets of callers: a wrong setting is an error, a store that is not there yet is not.
fn callers(rate: &Rate, function: &str, waker: Waker) -> Result<Callers, Failure> {
    let wake = move || drop(waker.wake());
    Callers::of_settings(rate, function, wake).map_err(|error| Failure::new(error.to_string()))
}

/// What the platform calls the application: Cloud Run, Azure Functions, or the name of the machine.
fn service_name() -> String {
    ["K_SERVICE", "WEBSITE_SITE_NAME", "AWS_LAMBDA_FUNCTION_NAME", "HOSTNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_default()
}

/// Wakes the loop when the application listens, or when it will not any more.
fn watch_start(addresses: Vec<SocketAddr>, waker: Waker) -> io::Result<Arc<AtomicBool>> {
    let is_up: Arc<AtomicBool> = Arc::default();
    let to_set = Arc::clone(&is_up);
    let watch = move || {
        let until = Instant::now() + LONGEST_START;
        let listens = |address: &SocketAddr| TcpStream::connect_timeout(address, TRY * 20).is_ok();
        while !addresses.iter().any(listens) && Instant::now() < until {
            std::thread::sleep(TRY);
        }
        to_set.store(true, Ordering::Relaxed);
        let _ = waker.wake();
    };
    // The smallest stack that connecting needs, several times over.
    std::thread::Builder::new().name("start".to_owned()).stack_size(128 * 1024).spawn(watch)?;
    Ok(is_up)
}
