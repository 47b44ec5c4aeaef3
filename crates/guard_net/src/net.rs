//! The loop itself.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::unix::SourceFd;

use crate::timers::{TimerId, Timers};

/// Who waits. A token is given once and never again, so what is ready for somebody who is gone
/// reaches nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(usize);

/// What a foreign descriptor is watched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// Bytes, an end, a child's exit, a signal.
    Read,
    /// Room for bytes.
    Write,
    /// Both.
    Both,
}

/// Something that is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// A socket or descriptor.
    Io {
        /// Whose.
        token: Token,
        /// It can be read, or has ended.
        readable: bool,
        /// It can be written, is connected now, or failed to.
        writable: bool,
    },
    /// A timer went off.
    Timer {
        /// Which.
        timer: TimerId,
        /// Who set it.
        token: Token,
    },
    /// Another thread called [`Waker::wake`], once or more often.
    Woken,
}

const WAKER: Token = Token(0);
/// Of the kernel, in one call.
const MOST_EVENTS: usize = 256;

/// The loop: what is waited for, and the timers.
#[derive(Debug)]
pub struct Net {
    poll: mio::Poll,
    events: mio::Events,
    timers: Timers,
    next: usize,
    now: Instant,
    waker: Arc<mio::Waker>,
}

/// Wakes the loop out of another thread.
#[derive(Debug, Clone)]
pub struct Waker(Arc<mio::Waker>);

impl Waker {
    /// Makes [`Net::wait`] return with [`Ready::Woken`].
    ///
    /// # Errors
    /// Those of the kernel's event counter.
    pub fn wake(&self) -> io::Result<()> {
        self.0.wake()
    }
}

impl Net {
    /// A loop that waits for nothing yet.
    ///
    /// # Errors
    /// When the kernel gives no more descriptors.
    pub fn new() -> io::Result<Self> {
        let poll = mio::Poll::new()?;
        let waker = Arc::new(mio::Waker::new(poll.registry(), mio::Token(WAKER.0))?);
        let events = mio::Events::with_capacity(MOST_EVENTS);
        let now = Instant::now();
        Ok(Self { poll, events, timers: Timers::default(), next: 1, now, waker })
    }

    /// For other threads.
    #[must_use]
    pub fn waker(&self) -> Waker {
        Waker(Arc::clone(&self.waker))
    }

    /// The time when the last wait ended.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// A token for an owner that only sets timers.
    pub fn token(&mut self) -> Token {
        let token = Token(self.next);
        self.next += 1;
        token
    }

    /// Watches a descriptor that somebody else owns: a pipe, a child, signals. It must not block.
    ///
    /// # Errors
    /// When the kernel cannot watch it: files on disk, for one.
    pub fn watch(&mut self, descriptor: &impl AsFd, interest: Interest) -> io::Result<Token> {
        let token = self.token();
        let interest = match interest {
            Interest::Read => mio::Interest::READABLE,
            Interest::Write => mio::Interest::WRITABLE,
            Interest::Both => mio::Interest::READABLE | mio::Interest::WRITABLE,
        };
        let raw = descriptor.as_fd().as_raw_fd();
        self.poll.registry().register(&mut SourceFd(&raw), mio::Token(token.0), interest)?;
        Ok(token)
    }

    /// Watches it no longer. A descriptor that was closed needs no call.
    pub fn forget(&mut self, descriptor: &impl AsFd) {
        let raw = descriptor.as_fd().as_raw_fd();
        // It may be gone already, and then there is nothing to do.
        let _ = self.poll.registry().deregister(&mut SourceFd(&raw));
    }

    pub(crate) fn register(&mut self, source: &mut impl mio::event::Source) -> io::Result<Token> {
        let token = self.token();
        let interest = mio::Interest::READABLE | mio::Interest::WRITABLE;
        self.poll.registry().register(source, mio::Token(token.0), interest)?;
        Ok(token)
    }

    pub(crate) fn register_listener(
        &mut self,
        source: &mut impl mio::event::Source,
    ) -> io::Result<Token> {
        let token = self.token();
        self.poll.registry().register(source, mio::Token(token.0), mio::Interest::READABLE)?;
        Ok(token)
    }

    /// Sets a timer for `token`.
    pub fn after(&mut self, delay: Duration, token: Token) -> TimerId {
        // A delay beyond the end of time is as good as none.
        let at = Instant::now();
        self.timers.set(at.checked_add(delay).unwrap_or(at + Duration::from_hours(24)), token)
    }

    /// Takes a timer back. One that went off already needs no call.
    pub fn cancel(&mut self, timer: TimerId) {
        self.timers.cancel(timer);
    }

    /// Looks for what is ready without going to sleep, and lets whoever wants to run do so in
    /// between, for about `longest`; whether anything came. To be put to sleep and woken costs some
    /// ten microseconds, more than the other end often takes. Timers wait that long.
    ///
    /// # Errors
    /// Those of the kernel.
    pub fn linger(&mut self, into: &mut Vec<Ready>, longest: Duration) -> io::Result<bool> {
        let before = into.len();
        let since = Instant::now();
        while since.elapsed() < longest {
            self.poll(into, Some(Duration::ZERO))?;
            if into.len() > before {
                self.ring(into);
                return Ok(true);
            }
            std::thread::yield_now();
        }
        Ok(false)
    }

    /// Waits until something is ready, at most `longest`, and puts it behind what stands in `into`.
    ///
    /// # Errors
    /// Those of the kernel; an interrupted wait is none, and has nothing ready.
    pub fn wait(&mut self, into: &mut Vec<Ready>, longest: Option<Duration>) -> io::Result<()> {
        let now = Instant::now();
        let timer = self.timers.next_at().map(|at| at.saturating_duration_since(now));
        let timeout = match (timer, longest) {
            (Some(timer), Some(longest)) => Some(timer.min(longest)),
            (timer, longest) => timer.or(longest),
        };
        self.poll(into, timeout)?;
        self.ring(into);
        Ok(())
    }

    /// The timers that are due.
    fn ring(&mut self, into: &mut Vec<Ready>) {
        while let Some((timer, token)) = self.timers.pop_due(self.now) {
            into.push(Ready::Timer { timer, token });
        }
    }

    /// One call of the kernel. An interrupted one has nothing ready.
    fn poll(&mut self, into: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
        match self.poll.poll(&mut self.events, timeout) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            Err(_) => self.events.clear(),
            Ok(()) => {}
        }
        self.now = Instant::now();
        into.extend(self.events.iter().map(|event| match Token(event.token().0) {
            WAKER => Ready::Woken,
            token => Ready::Io {
                token,
                readable: event.is_readable() || event.is_read_closed() || event.is_error(),
                writable: event.is_writable() || event.is_write_closed() || event.is_error(),
            },
        }));
        Ok(())
    }
}
