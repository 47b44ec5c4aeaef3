//! Connections and datagrams.
//!
//! An address stands in memory that another thread of the function can change between our look
//! and the kernel's. So nothing is let through after a look: the supervisor takes a copy of the
//! socket and connects it itself, to the address that it judged.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use guard_settings::EventKind;
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::Errno;
use rustix::net::{SendFlags, SocketType, connect, sendto, sockopt};

use super::asker::Target;
use super::{Answer, Decision, Warden, fault_answer};
use crate::egress::{Place, place};
use crate::incident::{Incident, TELLING_STACK};
use crate::kernel::Notification;

/// Most connections that block at the same time; more are refused as if ports had run out.
const MOST_CONNECTING: usize = 256;
/// Largest datagram there is.
const LARGEST_DATAGRAM: u64 = 65_535;
/// Most pieces of a message, and most messages of one call, that are looked at.
const MOST_PIECES: u64 = 64;

const GOES_ON: Result<Decision, Errno> = Ok(Decision::Now(Answer::Continue));

/// What is decided about an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ruling {
    Allowed,
    /// A resolver: the guard's own answers instead.
    Resolver,
    Refused,
}

impl Warden {
    pub(super) fn connect(&self, question: Notification) -> Result<Decision, Errno> {
        let length = question.argument(2) & 0xffff_ffff;
        let address = match question.target(question.argument(1), length)? {
            Target::Inet(address) => address,
            // Asked instead of the resolver; where they are not there, the C library goes on to it.
            Target::Local(path) if self.policy.resolver.is_some() && is_name_service(&path) => {
                return Ok(Decision::Now(Answer::Error(Errno::NOENT)));
            }
            Target::Local(_) | Target::Other => return GOES_ON,
        };
        let address = match self.rule(question, address) {
            Ruling::Refused => return Ok(Decision::Now(Answer::Error(Errno::PERM))),
            Ruling::Allowed => address,
            Ruling::Resolver => self.instead(address).unwrap_or(address),
        };
        if !self.policy.takes_sockets {
            return GOES_ON;
        }
        let socket = match question.take(question.int(0)) {
            Ok(socket) => socket,
            Err(Errno::BADF) => return Ok(Decision::Now(Answer::Error(Errno::BADF))),
            Err(error) => {
                self.fault(&format!("a socket of the function could not be taken over: {error}"));
                return Ok(Decision::Now(fault_answer(&self.policy)));
            }
        };
        if !self.listener.is_waiting(question.id) {
            return Ok(Decision::Later);
        }
        let is_patient = fcntl_getfl(&socket).is_ok_and(|flags| !flags.contains(OFlags::NONBLOCK))
            && sockopt::socket_type(&socket).is_ok_and(|kind| kind != SocketType::DGRAM);
        if is_patient {
            return Ok(self.connect_beside(question.id, socket, address));
        }
        Ok(Decision::Now(made(connect(&socket, &address).map(|()| 0))))
    }

    /// Connects a socket that blocks, on a thread of its own: it takes as long as it takes.
    fn connect_beside(&self, id: u64, socket: OwnedFd, address: SocketAddr) -> Decision {
        if self.shared.connecting.fetch_add(1, Ordering::Relaxed) >= MOST_CONNECTING {
            self.shared.connecting.fetch_sub(1, Ordering::Relaxed);
            return Decision::Now(Answer::Error(Errno::AGAIN));
        }
        let (listener, shared) = (Arc::clone(&self.listener), Arc::clone(&self.shared));
        let spawned = std::thread::Builder::new().stack_size(64 * 1024).spawn(move || {
            let _ = listener.answer(id, made(connect(&socket, &address).map(|()| 0)));
            shared.connecting.fetch_sub(1, Ordering::Relaxed);
        });
        if spawned.is_ok() {
            return Decision::Later;
        }
        self.shared.connecting.fetch_sub(1, Ordering::Relaxed);
        Decision::Now(Answer::Error(Errno::AGAIN))
    }

    pub(super) fn send_to(&self, question: Notification) -> Result<Decision, Errno> {
        let length = question.argument(5) & 0xffff_ffff;
        let Target::Inet(address) = question.target(question.argument(4), length)? else {
            return GOES_ON;
        };
        let ruling = self.rule(question, address);
        if ruling == Ruling::Refused {
            return Ok(Decision::Now(Answer::Error(Errno::PERM)));
        }
        if self.policy.egress.is_none() || !self.policy.takes_sockets {
            return GOES_ON;
        }
        let size = question.argument(2);
        if size > LARGEST_DATAGRAM {
            return Ok(Decision::Now(Answer::Error(Errno::MSGSIZE)));
        }
        let size = usize::try_from(size).unwrap_or(0);
        let bytes = question.bytes(question.argument(1), size)?;
        self.send(question, ruling, address, bytes, question.int(3))
    }

    pub(super) fn send_message(&self, question: Notification) -> Result<Decision, Errno> {
        let header = question.bytes(question.argument(1), 56)?;
        let Some(Named { address, pieces }) = named_in(question, &header)? else { return GOES_ON };
        let ruling = self.rule(question, address);
        if ruling == Ruling::Refused {
            return Ok(Decision::Now(Answer::Error(Errno::PERM)));
        }
        if self.policy.egress.is_none() || !self.policy.takes_sockets {
            return GOES_ON;
        }
        let bytes = gather(question, pieces)?;
        self.send(question, ruling, address, bytes, question.int(2))
    }

    /// Several messages at once are looked at and let go: resolvers use them on sockets that are
    /// connected, where no message has an address.
    pub(super) fn send_messages(&self, question: Notification) -> Result<Decision, Errno> {
        let count = (question.argument(2) & 0xffff_ffff).min(1024);
        for index in 0..count {
            let at = question.argument(1).checked_add(index * 64).ok_or(Errno::FAULT)?;
            let header = question.bytes(at, 56)?;
            if let Some(Named { address, .. }) = named_in(question, &header)?
                && self.rule(question, address) != Ruling::Allowed
            {
                return Ok(Decision::Now(Answer::Error(Errno::PERM)));
            }
        }
        GOES_ON
    }

    /// Sends a datagram for the function.
    fn send(
        &self,
        question: Notification,
        ruling: Ruling,
        address: SocketAddr,
        bytes: Vec<u8>,
        flags: i32,
    ) -> Result<Decision, Errno> {
        let socket = match question.take(question.int(0)) {
            Ok(socket) => socket,
            Err(Errno::BADF) => return Ok(Decision::Now(Answer::Error(Errno::BADF))),
            Err(error) => return Err(error),
        };
        // On a connected stream the address is not looked at.
        if sockopt::socket_type(&socket) != Ok(SocketType::DGRAM) {
            return GOES_ON;
        }
        if !self.listener.is_waiting(question.id) {
            return Ok(Decision::Later);
        }
        let flags = SendFlags::from_bits_retain(flags.cast_unsigned()) | SendFlags::NOSIGNAL;
        let (Ruling::Resolver, Some(resolver)) = (ruling, &self.policy.resolver) else {
            let sent = sendto(&socket, &bytes, flags | SendFlags::DONTWAIT, &address);
            return Ok(Decision::Now(made(sent)));
        };
        // A question for a name on a socket that is not connected: its answer comes straight from
        // the resolver, so the guard asks first, and lets the question go when it knows.
        if !resolver.may_ask(&bytes) {
            return Ok(Decision::Now(made(Ok(bytes.len()))));
        }
        let resolver = Arc::clone(resolver);
        let (listener, id) = (Arc::clone(&self.listener), question.id);
        let spawned = std::thread::Builder::new().stack_size(TELLING_STACK).spawn(move || {
            resolver.ask_first(&bytes, address);
            let _ = listener.answer(id, made(sendto(&socket, &bytes, flags, &address)));
        });
        Ok(if spawned.is_ok() {
            Decision::Later
        } else {
            Decision::Now(Answer::Error(Errno::AGAIN))
        })
    }

    /// The guard's own resolver, in the family of the address it stands for.
    fn instead(&self, address: SocketAddr) -> Option<SocketAddr> {
        let resolver = self.policy.resolver.as_ref()?;
        match address.ip() {
            IpAddr::V4(_) => Some(resolver.address()),
            IpAddr::V6(_) => {
                let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
                Some(SocketAddr::new(mapped.into(), resolver.address().port()))
            }
        }
    }

    fn rule(&self, question: Notification, address: SocketAddr) -> Ruling {
        let policy = &self.policy;
        if policy.resolver.as_ref().is_some_and(|resolver| resolver.answers_for(address)) {
            return Ruling::Resolver;
        }
        // Port 0 is never sent to: resolvers connect to it to learn which route there is.
        if address.port() == 0 || place(address.ip()) == Place::Loopback {
            return Ruling::Allowed;
        }
        let is_metadata = place(address.ip()) == Place::Metadata;
        let names = policy.names.of(address.ip());
        if let Some(list) = &policy.egress
            && list.allows(address.ip(), address.port(), &names)
        {
            return Ruling::Allowed;
        }
        if !is_metadata && policy.egress.is_none() {
            return Ruling::Allowed;
        }
        let kind = if is_metadata { EventKind::MetadataContacted } else { EventKind::EgressDenied };
        // Where the guard cannot learn what names mean, a name of the list may mean any address.
        let is_unknown = !is_metadata
            && policy.resolver.is_none()
            && policy.egress.as_ref().is_some_and(|list| list.may_name(address.port()));
        let is_refused =
            policy.refuses && !is_unknown && (policy.egress.is_some() || policy.refuses_metadata);
        self.tell_once(kind, &address, || {
            let verb = if is_refused { "refused to connect" } else { "connected" };
            let known = match names.first() {
                Some(name) => format!(" ({name})"),
                None => String::new(),
            };
            let why = if is_metadata {
                ", a metadata service"
            } else if is_unknown {
                ", whose name is not known here"
            } else {
                ", which `egress.allow` does not list"
            };
            let detail = format!("{verb} to `{address}`{known}{why}");
            let target = match names.first() {
                Some(name) => format!("{name}:{}", address.port()),
                None => address.to_string(),
            };
            Incident::new(kind, is_refused, detail).to(target).by(question.thread)
        });
        if is_refused { Ruling::Refused } else { Ruling::Allowed }
    }
}

/// Local sockets on which names are asked for: nscd and systemd-resolved.
fn is_name_service(path: &[u8]) -> bool {
    let path = path.split(|byte| *byte == 0).next().unwrap_or_default();
    path.ends_with(b"/nscd/socket") || path.ends_with(b"/io.systemd.Resolve")
}

/// A message with an address.
#[derive(Debug, Clone, Copy)]
struct Named {
    address: SocketAddr,
    /// Where its pieces stand, and how many they are.
    pieces: (u64, u64),
}

/// Reads the header of a message; `None` when it has no address, or one of another family.
fn named_in(question: Notification, header: &[u8]) -> Result<Option<Named>, Errno> {
    let mut words =
        header.chunks_exact(8).map(|word| u64::from_ne_bytes(word.try_into().unwrap_or_default()));
    let [name, length, pieces, count] = std::array::from_fn(|_| words.next().unwrap_or(0));
    if name == 0 {
        return Ok(None);
    }
    Ok(match question.target(name, length & 0xffff_ffff)? {
        Target::Inet(address) => Some(Named { address, pieces: (pieces, count) }),
        Target::Local(_) | Target::Other => None,
    })
}

/// The bytes of a message, out of its pieces.
fn gather(question: Notification, (pieces, count): (u64, u64)) -> Result<Vec<u8>, Errno> {
    if count > MOST_PIECES {
        return Err(Errno::MSGSIZE);
    }
    let table = question.bytes(pieces, usize::try_from(count * 16).unwrap_or(0))?;
    let mut bytes = Vec::new();
    for piece in table.chunks_exact(16) {
        let (at, length) = piece.split_at(8);
        let at = u64::from_ne_bytes(at.try_into().unwrap_or_default());
        let length = u64::from_ne_bytes(length.try_into().unwrap_or_default());
        if length.saturating_add(bytes.len() as u64) > LARGEST_DATAGRAM {
            return Err(Errno::MSGSIZE);
        }
        bytes.extend(question.bytes(at, usize::try_from(length).unwrap_or(0))?);
    }
    Ok(bytes)
}

/// What a call that was made for the function returns to it.
fn made(result: Result<usize, Errno>) -> Answer {
    match result {
        Ok(count) => Answer::Value(i64::try_from(count).unwrap_or(i64::MAX)),
        Err(error) => Answer::Error(error),
    }
}
