//! One execution environment, from its start to its end.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::process::Signal;

use crate::{
    extensions::ExtensionEvent,
    function::Function,
    process::{ExtensionProcess, Program, keep_runtime},
    record::Record,
    server::listen,
    shared::{Shared, Sink},
    state::{ShutdownReason, State},
};

/// How long extensions have after `SHUTDOWN`, as in Lambda.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);
/// How long a runtime has to end after `SIGTERM`.
const TERM_LIMIT: Duration = Duration::from_millis(500);

/// A running emulator. Dropped, it ends whatever it started.
pub struct Emulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    threads: Mutex<Vec<JoinHandle<()>>>,
    extensions: Mutex<Vec<ExtensionProcess>>,
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").field("address", &self.address).finish_non_exhaustive()
    }
}

/// An invocation that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invocation {
    number: usize,
}

impl Emulator {
    /// Begins to listen on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be had or no thread can be started.
    pub fn start(function: Function, sink: Sink) -> io::Result<Self> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), function, sink)
    }

    /// Begins to listen on an address; port 0 is a free one.
    ///
    /// # Errors
    /// When the address cannot be had or no thread can be started.
    pub fn start_at(address: SocketAddr, function: Function, sink: Sink) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(State::new(function), sink));
        let emulator = Self {
            shared: Arc::clone(&shared),
            address,
            threads: Mutex::default(),
            extensions: Mutex::default(),
        };
        let clock = Arc::clone(&shared);
        emulator.spawn("listener", move || listen(&shared, &listener))?;
        emulator.spawn("deadlines", move || keep_deadlines(&clock))?;
        Ok(emulator)
    }

    fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work)?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }

    /// Where the APIs are: what `AWS_LAMBDA_RUNTIME_API` says.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The function that is played.
    #[must_use]
    pub fn function(&self) -> Function {
        self.shared.state().function.clone()
    }

    /// Starts the runtime and keeps it: after a crash it is started again for the next invocation.
    ///
    /// # Errors
    /// When no thread can be started. A program that cannot be started fails the invocations.
    pub fn run(&self, program: Program) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        let environment = self.function().environment(self.address);
        self.spawn("runtime", move || keep_runtime(&shared, &program, &environment))
    }

    /// Starts an external extension.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn extend(&self, program: &Program) -> io::Result<()> {
        let environment = self.function().environment(self.address);
        let process = ExtensionProcess::start(&self.shared, program, &environment)?;
        self.extensions.lock().unwrap_or_else(PoisonError::into_inner).push(process);
        Ok(())
    }

    /// Asks for an invocation, and does not wait for it.
    pub fn submit(&self, event: &[u8]) -> Invocation {
        self.submit_traced(event, None)
    }

    /// The same with a trace header of the caller's.
    pub fn submit_traced(&self, event: &[u8], trace: Option<String>) -> Invocation {
        let number = self.shared.update(|state| state.invoke(event.into(), trace, None));
        Invocation { number }
    }

    /// Waits until an invocation has ended, at most until the function's time is over for it and
    /// all that were asked for before it.
    #[must_use]
    pub fn wait(&self, invocation: Invocation) -> Record {
        let done = self.shared.wait_for(
            Duration::from_millis(100),
            || false,
            |state| {
                let record = state.records.get(invocation.number)?;
                record.outcome.is_some().then(|| record.clone())
            },
        );
        // The wait ends with a record only.
        done.unwrap_or_default()
    }

    /// Invokes the function and waits for its end.
    #[must_use]
    pub fn invoke(&self, event: &[u8]) -> Record {
        self.wait(self.submit(event))
    }

    /// Every invocation so far.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        self.shared.state().records.clone()
    }

    /// Errors that runtimes reported instead of coming up.
    #[must_use]
    pub fn init_errors(&self) -> Vec<Vec<u8>> {
        self.shared.state().init_errors.clone()
    }

    /// Names of the extensions that registered.
    #[must_use]
    pub fn extensions(&self) -> Vec<String> {
        self.shared.state().extensions.iter().map(|one| one.name.clone()).collect()
    }

    /// How often the runtime was started.
    #[must_use]
    pub fn starts(&self) -> u64 {
        self.shared.running.starts()
    }

    /// The process of the runtime, while there is one.
    #[must_use]
    pub fn runtime_pid(&self) -> Option<u32> {
        self.shared.running.pid()
    }

    /// Waits until the runtime has asked for work; `false` when it has not within `limit`.
    #[must_use]
    pub fn wait_until_up(&self, limit: Duration) -> bool {
        let until = Instant::now() + limit;
        let up = self.shared.wait_for(
            Duration::from_millis(50),
            || Instant::now() >= until,
            |state| state.is_up().then_some(()),
        );
        up.is_some()
    }

    /// Ends the environment: `SHUTDOWN` to the extensions, `SIGTERM` to the runtime, what is open
    /// ends as closed. `true` when all extensions ended by themselves in their two seconds.
    pub fn shut_down(&self, reason: ShutdownReason) -> bool {
        let was_closed = self.shared.update(|state| {
            let was_closed = state.closed;
            state.close(Instant::now());
            if !was_closed {
                for extension in &mut state.extensions {
                    extension.push(ExtensionEvent::Shutdown(reason));
                }
            }
            was_closed
        });
        if was_closed {
            return true;
        }
        let running = &self.shared.running;
        running.signal(Signal::TERM);
        let until = Instant::now() + TERM_LIMIT;
        while running.is_running() && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        running.signal(Signal::KILL);
        self.shared.bus.close();
        let until = Instant::now() + SHUTDOWN_LIMIT;
        let mut extensions = self.extensions.lock().unwrap_or_else(PoisonError::into_inner);
        // Every one is ended, whatever became of the others.
        let ends: Vec<bool> = extensions.drain(..).map(|one| one.end(until)).collect();
        ends.into_iter().all(|by_itself| by_itself)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.shut_down(ShutdownReason::Spindown);
        self.shared.update(|state| state.stopped = true);
        // The listener wakes for a connection only.
        let _ = TcpStream::connect(self.address);
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Gives up what takes too long, and the runtime with it, as Lambda does.
fn keep_deadlines(shared: &Shared) {
    loop {
        let late = shared.wait_for(
            Duration::from_millis(20),
            || false,
            |state| {
                let now = Instant::now();
                let is_due = state.next_deadline().is_some_and(|deadline| deadline <= now);
                (state.stopped || (is_due && state.give_up(now))).then_some(!state.stopped)
            },
        );
        if late != Some(true) {
            return;
        }
        shared.running.signal(Signal::KILL);
    }
}
