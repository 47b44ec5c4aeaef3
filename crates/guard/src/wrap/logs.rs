//! What the function writes, on its way to the platform's log.

use std::io::{self, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use guard_logs::{Counts, FrameStream, Invocation, LogStream, Masker, Options, Pump};
use guard_net::{Interest, Net, Ready, TimerId, Token};
use guard_settings::{LogFormat, Settings};

/// The pipes of the function, and the masker once it is built.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    pipes: Vec<Pipe>,
    masker: Option<Masker>,
}

#[derive(Debug)]
struct Pipe {
    pump: Pump,
    input: Token,
    /// Watched from the first time that it took no more.
    output: Option<Token>,
    is_error: bool,
    is_done: bool,
    /// When it wants to be called.
    wake_at: Option<Instant>,
    timer: Option<(Instant, TimerId)>,
}

/// What the log of a function goes through.
pub(crate) fn options(settings: &Settings, is_error: bool) -> Options {
    Options { mask: settings.redact.logs, format: settings.logs.format, is_error }
}

/// Whether anything is done with the log at all; if not, the function writes it itself.
pub(crate) fn owns_log(settings: &Settings) -> bool {
    settings.redact.logs || settings.logs.format != LogFormat::AsIs
}

impl Logs {
    /// Takes the reading end of a pipe whose other end the function has; `output` is a copy of the
    /// descriptor that it would have had itself.
    ///
    /// # Errors
    /// When the pipe cannot be watched.
    pub(crate) fn add(
        &mut self,
        net: &mut Net,
        input: OwnedFd,
        output: OwnedFd,
        options: Options,
    ) -> io::Result<()> {
        let token = net.watch(&input, Interest::Read)?;
        let pump = Pump::new(input, output, LogStream::new(options))?;
        self.push(pump, token, options.is_error);
        Ok(())
    }

    /// The same for the descriptor on which runtimes write framed messages.
    ///
    /// # Errors
    /// When the pipe cannot be watched.
    pub(crate) fn add_framed(
        &mut self,
        net: &mut Net,
        input: OwnedFd,
        output: OwnedFd,
        options: Options,
    ) -> io::Result<()> {
        let token = net.watch(&input, Interest::Read)?;
        let pump = Pump::framed(input, output, FrameStream::new(options))?;
        self.push(pump, token, false);
        Ok(())
    }

    fn push(&mut self, pump: Pump, input: Token, is_error: bool) {
        let (output, wake_at, timer) = (None, None, None);
        self.pipes.push(Pipe { pump, input, output, is_error, is_done: false, wake_at, timer });
    }

    /// From now on lines flow. Until then they wait in the pipes.
    pub(crate) fn set_masker(&mut self, masker: Masker) {
        self.masker = Some(masker);
    }

    /// A text that goes elsewhere with what the log masks masked; `None` where there is nothing, or
    /// no log to mask.
    pub(crate) fn masked(&self, text: &str) -> Option<(String, u64)> {
        let mut out = Vec::new();
        let counts = self.masker.as_ref()?.mask(text.as_bytes(), &mut out);
        let masked = String::from_utf8(out).ok().filter(|_| counts.total() > 0)?;
        Some((masked, counts.total()))
    }

    /// Whether there are pipes whose lines wait for the masker.
    pub(crate) fn wants_masker(&self) -> bool {
        self.masker.is_none() && !self.pipes.is_empty()
    }

    /// Serves what is ready; whether it was a pipe's.
    pub(crate) fn handle(
        &mut self,
        ready: Ready,
        invocation: &Invocation<'_>,
        now: Instant,
    ) -> bool {
        let (Ready::Io { token, .. } | Ready::Timer { token, .. }) = ready else { return false };
        let Some(masker) = &self.masker else {
            return self.pipes.iter().any(|pipe| pipe.input == token);
        };
        for pipe in &mut self.pipes {
            if pipe.input == token || pipe.output == Some(token) {
                if let Ready::Timer { .. } = ready {
                    pipe.timer = None;
                }
                pipe.drive(masker, invocation, now);
                return true;
            }
        }
        false
    }

    /// Moves all that is there now: before the environment may be frozen, and at the end.
    pub(crate) fn drain(&mut self, invocation: &Invocation<'_>) {
        let Some(masker) = &self.masker else { return };
        let now = Instant::now();
        for pipe in &mut self.pipes {
            while pipe.drive(masker, invocation, now) {}
        }
    }

    /// Waits for what the pipes want next.
    pub(crate) fn settle(&mut self, net: &mut Net) {
        for pipe in &mut self.pipes {
            if pipe.output.is_none() && pipe.wants_write() {
                // A file cannot be watched, and takes everything.
                pipe.output = net.watch(&pipe.pump.output(), Interest::Write).ok();
            }
            let set = pipe.timer.map(|(at, _)| at);
            if set == pipe.wake_at {
                continue;
            }
            if let Some((_, timer)) = pipe.timer.take() {
                net.cancel(timer);
            }
            if let Some(at) = pipe.wake_at {
                let delay = at.saturating_duration_since(Instant::now());
                pipe.timer = Some((at, net.after(delay, pipe.input)));
            }
        }
    }

    /// A line of the guard, its line end included, between two lines of the function.
    pub(crate) fn tell(&mut self, line: &str) {
        match self.pipes.iter_mut().find(|pipe| pipe.is_error) {
            Some(pipe) => pipe.pump.write_own(line),
            // Nobody is left to tell when the error output is gone.
            None => drop(io::stderr().write_all(line.as_bytes())),
        }
    }

    /// What was masked since the last call.
    pub(crate) fn take_counts(&mut self) -> Counts {
        self.pipes.iter_mut().fold(Counts::default(), |mut sum, pipe| {
            sum.add(&pipe.pump.take_counts());
            sum
        })
    }

    /// What could not be written, in words.
    pub(crate) fn take_fault(&mut self) -> Option<String> {
        self.pipes.iter_mut().find_map(|pipe| pipe.pump.take_fault()).map(|fault| {
            format!("{} bytes of the log could not be written: {}", fault.lost, fault.error)
        })
    }

    /// Whether every pipe has ended and all of it is written.
    pub(crate) fn is_done(&self) -> bool {
        self.pipes.iter().all(|pipe| pipe.is_done)
    }
}

impl Pipe {
    /// Moves what goes now; whether more is there at once.
    fn drive(&mut self, masker: &Masker, invocation: &Invocation<'_>, now: Instant) -> bool {
        if self.is_done {
            return false;
        }
        let driven = self.pump.drive(masker, invocation, now);
        self.is_done = driven.is_done;
        self.wake_at = if driven.again {
            Some(now)
        } else if driven.wants_write && self.output.is_none() {
            // Not watched yet, or not watchable: looked at again soon.
            Some(now + Duration::from_millis(5))
        } else {
            driven.wake_at
        };
        driven.again
    }

    fn wants_write(&self) -> bool {
        !self.is_done && self.wake_at.is_some()
    }
}

/// A copy of the error or standard output of this process.
///
/// # Errors
/// When no descriptor is left.
pub(crate) fn copy(of: &impl AsFd) -> io::Result<OwnedFd> {
    of.as_fd().try_clone_to_owned()
}
