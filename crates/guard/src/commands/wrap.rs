//! `wrap -- CMD`: the runtime of a function, with the guard as its parent.

use std::ffi::{OsStr, OsString};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant, SystemTime};

use guard_inspect::Inspector;
use guard_logs::Masker;
use guard_net::{Net, Ready, Token, Waker};
use guard_proxy::{Proxy, Upstream, Watch as _};
use guard_rate::Callers;
use guard_sandbox::ConfinementError;
use guard_settings::{Mode, OnFault, Settings};
use guard_telemetry::{Function, Recorder};

use super::Command;
use crate::arguments::{Arguments, address};
use crate::failure::{Failure, Outcome};
use crate::settings_file;
use crate::wrap::child::{Runtime, Signals, exit_code};
use crate::wrap::confine::{self, Watched};
use crate::wrap::linger::{self, For, Linger};
use crate::wrap::logs::owns_log;
use crate::wrap::watch::{Built, Guarding};

pub(crate) const COMMAND: Command = Command {
    name: "wrap",
    summary: "Starts the runtime of a function behind the guard",
    usage: "faasguard-guard wrap [--settings FILE] [--listen ADDRESS] -- PROGRAM ARGUMENT…

  --settings FILE    What is enforced; FAASGUARD_SETTINGS, /opt/faasguard/settings.json or
                     /var/task/faasguard.json where this is absent
  --listen ADDRESS   Where PROGRAM finds the Runtime API; FAASGUARD_LISTEN or a free port of
                     127.0.0.1 where this is absent",
    run,
};

/// The variable that says where the Runtime API is, to runtimes and to us.
const API: &str = "AWS_LAMBDA_RUNTIME_API";
/// How long the log of a program that has ended may still come, from what it left running.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// How long telemetry may take at the end.
const LAST_TELEMETRY: Duration = Duration::from_millis(200);

fn run(mut arguments: Arguments) -> Outcome {
    let started = Instant::now();
    let (program, rest) = arguments.program()?;
    let loaded = settings_file::read_or_defaults(arguments.value("--settings")?.as_deref())?;
    let listen = arguments.value("--listen")?.or_else(|| std::env::var("FAASGUARD_LISTEN").ok());
    arguments.finish()?;
    let listen =
        address("--listen", listen.as_deref().unwrap_or("127.0.0.1:0"), Ipv4Addr::LOCALHOST)?;
    let api = std::env::var(API)
        .map_err(|_| Failure::new(format!("{API} is not set: no platform to stand before")))?;
    let upstream = Upstream::resolve(&api)
        .map_err(|error| Failure::new(format!("{API}: `{api}`: {error}")))?;

    let failed = |error: io::Error| Failure::new(format!("the guard cannot start: {error}"));
    let mut net = Net::new().map_err(failed)?;
    let signals = Signals::take(&mut net).map_err(failed)?;
    let (sender, built) = channel();
    let function = function_name(&loaded.settings);
    let mut watch = Guarding::new(loaded.settings.clone(), function, built, started);
    if let Some(fault) = &loaded.fault {
        watch.fault(None, fault);
    }
    let (mut proxy, api) = match bind(&mut net, listen, upstream, watch) {
        Ok(proxy) => proxy,
        Err(error) if loaded.settings.on_fault == OnFault::Closed => return Err(failed(error)),
        Err(error) => return unguarded(&program, &rest, &error),
    };
    let watch = proxy.watch();
    let (confinement, line) = match confine::prepare(&loaded.settings, &program, Some(api.port())) {
        Ok(Some(prepared)) => (Some(prepared.confinement), Some(prepared.line)),
        Ok(None) => (None, None),
        // A list that cannot be read is as bad as a file that cannot.
        Err(error @ ConfinementError::Egress(_)) => return Err(Failure::new(error.to_string())),
        Err(error) if loaded.settings.on_fault == OnFault::Closed => {
            return Err(Failure::new(error.to_string()));
        }
        Err(error) => {
            watch.fault(None, &error.to_string());
            (None, None)
        }
    };
    let logs = &mut watch.logs;
    let how = (Some(api), confinement);
    let runtime = Runtime::start(&mut net, logs, &loaded.settings, &program, &rest, how);
    let mut runtime = runtime.map_err(|error| cannot_start(&program, &error))?;
    if let Some(line) = line {
        watch.logs.tell(&line);
    }
    let supervisor = runtime.supervisor.take();
    let confined = Watched::new(&loaded.settings, runtime.id(), supervisor);
    let incidents = confined.watch(&mut net).map_err(failed)?;
    watch.confined = Some(confined);
    build_beside(&loaded.settings, sender, net.waker()).map_err(failed)?;
    start_services(watch, &net, runtime.id());
    let linger = Linger::default();
    Wrapped { net, proxy, runtime, signals, incidents, linger }.serve()
}

type Bound = (Proxy<Guarding>, SocketAddr);

fn bind(net: &mut Net, listen: SocketAddr, to: Upstream, watch: Guarding) -> io::Result<Bound> {
    let proxy = Proxy::bind(net, listen, to, watch)?;
    let address = proxy.address()?;
    Ok((proxy, address))
}

fn cannot_start(program: &OsStr, error: &io::Error) -> Failure {
    // As shells do: not found, or not to be run.
    let code = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
    let message = format!("`{}` does not start: {error}", program.to_string_lossy());
    Failure::Failed { message, code }
}

/// Lets the function run without the guard, as the setting `on_fault: open` says.
fn unguarded(program: &OsStr, arguments: &[OsString], error: &io::Error) -> Outcome {
    use std::os::unix::process::CommandExt as _;
    let detail = format!("the function runs without the guard, which cannot start: {error}");
    let event = guard_settings::SecurityEvent::new(
        guard_settings::EventKind::Fault,
        "",
        Mode::Block,
        &detail,
    );
    let _ = io::Write::write_all(&mut io::stderr(), event.to_line().as_bytes());
    let mask = nix::sys::signal::SigSet::empty();
    let _ = mask.thread_set_mask();
    let error = std::process::Command::new(program).args(arguments).exec();
    Err(cannot_start(program, &error))
}

fn function_name(settings: &Settings) -> String {
    let named = settings.function.clone();
    named.or_else(|| std::env::var("AWS_LAMBDA_FUNCTION_NAME").ok()).unwrap_or_default()
}

/// Compiles what takes milliseconds while the runtime starts, which takes longer.
fn build_beside(settings: &Settings, to: Sender<Built>, waker: Waker) -> io::Result<()> {
    let settings = settings.clone();
    let build = move || {
        // The receiver is gone when the program has ended already; then nobody needs these.
        if owns_log(&settings) {
            let _ = to.send(Built::Masker(Box::new(Masker::new(&settings.redact.fields))));
            let _ = waker.wake();
        }
        if settings.mode != Mode::Off {
            let _ = to.send(Built::Inspector(Box::new(Inspector::new(&settings))));
            let _ = waker.wake();
        }
    };
    std::thread::Builder::new().name("build".to_owned()).spawn(build).map(drop)
}

/// Starts what the settings ask for besides; what does not start is told and does without.
fn start_services(watch: &mut Guarding, net: &Net, runtime: u32) {
    let settings = watch.settings.clone();
    if let Some(rate) = &settings.rate
        && settings.mode != Mode::Off
    {
        let waker = net.waker();
        let wake = move || drop(waker.wake());
        match Callers::of_settings(rate, &watch.function, wake) {
            Ok(callers) => watch.set_callers(callers),
            Err(error) => watch.fault(None, &format!("rate: {error}")),
        }
    }
    let variable = |name: &str| std::env::var(name).ok();
    if let Some(secrets) = &settings.secrets {
        match guard_secrets::start(secrets, &variable) {
            Ok(handle) => watch.set_secrets(handle),
            // Whoever came first serves: the extension, or AWS's own.
            Err(guard_secrets::StartError::Listen { error, .. })
                if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => watch.fault(None, &error.to_string()),
        }
    }
    let function = Function {
        name: watch.function.clone(),
        version: variable("AWS_LAMBDA_FUNCTION_VERSION").unwrap_or_default(),
        region: variable("AWS_REGION").unwrap_or_default(),
    };
    let daemon = variable("AWS_XRAY_DAEMON_ADDRESS");
    match Recorder::new(&settings.telemetry, function, daemon.as_deref(), SystemTime::now()) {
        Ok(Some(mut recorder)) => {
            recorder.watch_process(runtime);
            watch.set_recorder(recorder);
        }
        Ok(None) => {}
        Err(error) => watch.fault(None, &format!("telemetry: {error}")),
    }
}

/// Everything that runs.
struct Wrapped {
    net: Net,
    proxy: Proxy<Guarding>,
    runtime: Runtime,
    signals: Signals,
    /// What the sandbox tells; open for as long as it is watched.
    incidents: Option<(OwnedFd, Token)>,
    linger: Linger,
}

impl Wrapped {
    /// Serves until the runtime has ended; its exit code is ours.
    fn serve(mut self) -> Outcome {
        let mut ready = Vec::new();
        loop {
            // A child that ends is told as a signal; one look now and then costs nothing.
            let may_have_ended = self.turn(&mut ready, Some(confine::CHECK))?;
            if may_have_ended && let Some(status) = self.runtime.ended() {
                self.last_words(&mut ready)?;
                return Ok(exit_code(status));
            }
        }
    }

    /// Waits once and serves what is ready; whether a signal came, or nothing at all.
    fn turn(&mut self, ready: &mut Vec<Ready>, longest: Option<Duration>) -> Result<bool, Failure> {
        ready.clear();
        self.wait(ready, longest)
            .map_err(|error| Failure::new(format!("the guard cannot wait: {error}")))?;
        let mut is_signalled = ready.is_empty();
        for event in ready.drain(..) {
            if self.proxy.handle(&mut self.net, event) {
                continue;
            }
            let watch = self.proxy.watch();
            match event {
                Ready::Woken => watch.take_built(),
                Ready::Io { token, .. } if token == self.signals.token => {
                    self.signals.pass_on(&self.runtime);
                    is_signalled = true;
                }
                Ready::Io { token, .. }
                    if self.incidents.as_ref().is_some_and(|(_, own)| *own == token) =>
                {
                    watch.tell_incidents();
                }
                event => {
                    let now = self.net.now();
                    let invocation = watch.flights.invocation(now);
                    watch.logs.handle(event, &invocation, now);
                }
            }
        }
        if let Some(confined) = &self.proxy.watch().confined {
            confined.check(Instant::now());
        }
        self.proxy.watch().logs.settle(&mut self.net);
        Ok(is_signalled)
    }

    /// Waits for what comes next, for a moment without going to sleep where that has paid before.
    fn wait(&mut self, ready: &mut Vec<Ready>, longest: Option<Duration>) -> io::Result<()> {
        let is_in_flight = !self.proxy.watch().flights.is_empty();
        let what = For::of(self.proxy.awaits(), is_in_flight);
        if self.linger.pays(what) {
            let came = self.net.linger(ready, linger::LONGEST)?;
            self.linger.learn(what, came);
            if came {
                return Ok(());
            }
        }
        self.net.wait(ready, longest)
    }

    /// Lets the log of the ended program come to its end.
    fn last_words(&mut self, ready: &mut Vec<Ready>) -> Result<(), Failure> {
        // A program may end before its lines can be masked; they wait in the pipes.
        self.proxy.watch().wait_for_masker();
        let until = Instant::now() + LAST_WORDS;
        self.proxy.watch().tell_incidents();
        self.proxy.watch().drain();
        while !self.proxy.watch().logs.is_done() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            self.turn(ready, Some(left))?;
        }
        self.proxy.watch().close(LAST_TELEMETRY);
        Ok(())
    }
}
