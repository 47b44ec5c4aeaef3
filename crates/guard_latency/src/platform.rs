//! A platform that does as little as it can: what it spends is spent beside the guard, on the same
//! processors.

use std::{
    ffi::OsString,
    fmt, fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::fd::AsFd,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use guard_emulator::Function;
use rustix::event::{PollFd, PollFlags, poll};

use crate::{Failure, root};

/// How long a runtime may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// The Runtime API of one environment, and the program that runs on it.
pub(crate) struct Platform {
    listener: TcpListener,
    wires: Vec<Wire>,
    child: Child,
    /// Who asked for the next event.
    waiting: Option<usize>,
    count: u64,
    answer: Vec<u8>,
}

/// A connection of the runtime, and what of a request has come.
struct Wire {
    stream: TcpStream,
    input: Vec<u8>,
}

/// What a runtime asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Next,
    Answered,
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform").field("child", &self.child.id()).finish_non_exhaustive()
    }
}

impl Platform {
    /// Starts the program, and waits until it asks for its first event.
    pub(crate) fn start(command: &[OsString]) -> Result<Self, Failure> {
        let (program, arguments) = command.split_first().ok_or("there is no program")?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let folder = root().join("crates/guard_emulator/tests/clients");
        let child = Command::new(program)
            .args(arguments)
            .envs(Function::default().environment(listener.local_addr()?))
            .env("LAMBDA_TASK_ROOT", &folder)
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let (wires, answer) = (Vec::new(), Vec::new());
        let mut platform = Self { listener, wires, child, waiting: None, count: 0, answer };
        let asked = platform.serve().map_err(|error| format!("{command:?}: {error}"))?;
        if asked != Asked::Next {
            return Err(format!("{command:?} answers before it asks").into());
        }
        Ok(platform)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// From the hand-over of an event to the arrival of the answer's last byte. The runtime asks for
    /// the next event in between two calls.
    pub(crate) fn invoke(&mut self, event: &[u8]) -> Result<Duration, Failure> {
        let at = self.waiting.take().ok_or("the runtime does not ask for an event")?;
        self.count += 1;
        let mut message = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-{:012x}\r\n\
             Lambda-Runtime-Deadline-Ms: 32503680000000\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:f\r\n\
             Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0\r\n\r\n",
            event.len(),
            self.count,
        )
        .into_bytes();
        message.extend_from_slice(event);
        let since = Instant::now();
        self.wires.get_mut(at).ok_or("no such wire")?.stream.write_all(&message)?;
        let asked = self.serve()?;
        let duration = since.elapsed();
        if asked != Asked::Answered {
            return Err("the runtime asks twice".into());
        }
        let accepted = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";
        self.wires.last_mut().ok_or("no such wire")?.stream.write_all(accepted)?;
        if self.serve()? != Asked::Next {
            return Err("the runtime answers twice".into());
        }
        Ok(duration)
    }

    /// Waits for a whole request. The connection of an answer becomes the last one.
    fn serve(&mut self) -> Result<Asked, Failure> {
        loop {
            let ready: Vec<bool> = {
                let sockets = self.wires.iter().map(|wire| wire.stream.as_fd());
                let mut fds: Vec<PollFd<'_>> = sockets
                    .chain([self.listener.as_fd()])
                    .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN))
                    .collect();
                let patience = PATIENCE.try_into()?;
                if poll(&mut fds, Some(&patience))? == 0 {
                    return Err("nothing comes from the runtime".into());
                }
                fds.iter().map(|fd| !fd.revents().is_empty()).collect()
            };
            for at in 0..self.wires.len() {
                if ready.get(at) != Some(&true) {
                    continue;
                }
                match self.read(at)? {
                    Some(Asked::Next) => {
                        self.waiting = Some(at);
                        return Ok(Asked::Next);
                    }
                    Some(Asked::Answered) => {
                        let last = self.wires.len() - 1;
                        self.wires.swap(at, last);
                        return Ok(Asked::Answered);
                    }
                    None => {}
                }
            }
            if ready.last() == Some(&true) {
                let (stream, _) = self.listener.accept()?;
                stream.set_nodelay(true)?;
                self.wires.push(Wire { stream, input: Vec::new() });
            }
        }
    }

    /// Reads once; a request that is whole is taken off the input.
    fn read(&mut self, at: usize) -> Result<Option<Asked>, Failure> {
        let wire = self.wires.get_mut(at).ok_or("no such wire")?;
        let mut piece = [0; 16_384];
        let count = wire.stream.read(&mut piece)?;
        if count == 0 {
            return Err("the runtime closed its connection".into());
        }
        wire.input.extend_from_slice(piece.get(..count).unwrap_or_default());
        let Some(end) = wire.input.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = str::from_utf8(wire.input.get(..end).unwrap_or_default())?;
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(Ok(0), |(_, value)| value.trim().parse::<usize>())?;
        let whole = end + 4 + length;
        if wire.input.len() < whole {
            return Ok(None);
        }
        let asked = if head.starts_with("GET ") {
            Asked::Next
        } else if head.lines().next().unwrap_or_default().contains("/response ") {
            self.answer.clear();
            self.answer.extend_from_slice(wire.input.get(end + 4..whole).unwrap_or_default());
            Asked::Answered
        } else {
            return Err(format!("the runtime failed: {head}").into());
        };
        wire.input.drain(..whole);
        Ok(Some(asked))
    }

    /// The last answer.
    pub(crate) fn answer(&self) -> &[u8] {
        &self.answer
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        // One that has ended already needs neither.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where AWS's clients are installed.
pub(crate) fn installed() -> Option<PathBuf> {
    let folder = root().join("target/clients");
    let is_there = |name: &str| fs::exists(folder.join(name)).unwrap_or_default();
    (is_there("node.version") && is_there("python.version")).then_some(folder)
}
