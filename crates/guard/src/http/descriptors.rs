//! As many connections as the system gives descriptors for.

use guard_front::Limits;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Descriptors for everything but connections: listener, pipes, events, the sandbox, the store.
const OTHERS: usize = 32;

/// Takes as many descriptors as the system gives; the limits that they are enough for.
pub(super) fn take(limits: Limits) -> Limits {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
    match getrlimit(Resource::RLIMIT_NOFILE) {
        Ok((most, _)) => within(limits, usize::try_from(most).unwrap_or(usize::MAX)),
        Err(_) => limits,
    }
}

/// A request that the application has needs two, one that waits or is kept needs one. Connections
/// beyond wait in the queue of the system, and no request fails for the want of a descriptor.
fn within(limits: Limits, descriptors: usize) -> Limits {
    let room = descriptors.saturating_sub(OTHERS).max(2);
    let concurrency = limits.concurrency.min(room / 2);
    Limits { concurrency, connections: limits.connections.min(room - concurrency), ..limits }
}

#[cfg(test)]
mod tests {
    use super::{OTHERS, within};
    use guard_front::Limits;

    #[test]
    fn connections_fit_into_the_descriptors() {
        let counts = |descriptors| {
            let limits = within(Limits::default(), descriptors);
            (limits.connections, limits.concurrency)
        };
        let most = (Limits::default().connections, Limits::default().concurrency);
        assert_eq!(counts(usize::MAX), most);
        assert_eq!(counts(1024), (1024 - OTHERS - most.1, most.1));
        assert_eq!(counts(64), (16, 16));
        assert_eq!(counts(0), (1, 1));
    }
}
