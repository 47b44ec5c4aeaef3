//! When to look again instead of going to sleep.
//!
//! Being put to sleep and woken is most of what an invocation pays for a proxy. What comes within
//! microseconds is therefore waited for awake, with the processor left to whoever wants it; what
//! turned out to take longer is not, and is tried again only now and then.

use std::time::Duration;

use guard_proxy::Awaits;

/// How long it is looked.
pub(crate) const LONGEST: Duration = Duration::from_micros(100);
/// After so many times in vain it is tried once in `2^MOST` times.
const MOST: u32 = 7;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// The rest of a message.
    Rest = 0,
    /// An event of the platform.
    Event = 1,
    /// The runtime's next request, while it works on nothing.
    Request = 2,
    /// The runtime's answer to an invocation.
    Answer = 3,
}

/// What came of it so far, for each of them.
#[derive(Debug, Default)]
pub(crate) struct Linger {
    kinds: [Record; 4],
}

#[derive(Debug, Clone, Copy, Default)]
struct Record {
    /// Times in vain since the last that was not.
    in_vain: u32,
    /// Times that it is not tried at all.
    skip: u32,
}

impl For {
    pub(crate) fn of(awaits: Awaits, is_in_flight: bool) -> Self {
        match (awaits, is_in_flight) {
            (Awaits::Rest, _) => Self::Rest,
            (Awaits::Event, _) => Self::Event,
            (Awaits::Runtime, true) => Self::Answer,
            (Awaits::Runtime, false) => Self::Request,
        }
    }
}

impl Linger {
    /// Whether it is worth a look this time.
    pub(crate) fn pays(&mut self, what: For) -> bool {
        let Some(record) = self.kinds.get_mut(what as usize) else { return false };
        let skips = record.skip > 0;
        record.skip = record.skip.saturating_sub(1);
        !skips
    }

    /// Whether something came.
    pub(crate) fn learn(&mut self, what: For, came: bool) {
        let Some(record) = self.kinds.get_mut(what as usize) else { return };
        record.in_vain = if came { 0 } else { MOST.min(record.in_vain + 1) };
        record.skip = (1 << record.in_vain) - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{For, Linger};

    /// Of a thousand waits, those that were looked for, when `came` says whether that paid.
    fn looks(what: For, came: impl Fn(u32) -> bool) -> u32 {
        let mut linger = Linger::default();
        (0..1_000)
            .filter(|turn| {
                let pays = linger.pays(what);
                if pays {
                    linger.learn(what, came(*turn));
                }
                pays
            })
            .count()
            .try_into()
            .unwrap()
    }

    #[test]
    fn what_comes_at_once_is_always_looked_for() {
        assert_eq!(looks(For::Answer, |_| true), 1_000);
    }

    #[test]
    fn what_takes_long_is_hardly_looked_for() {
        assert!(looks(For::Answer, |_| false) < 16);
    }

    #[test]
    fn a_slow_handler_does_not_keep_the_rest_from_being_looked_for() {
        let mut linger = Linger::default();
        for _ in 0..100 {
            linger.learn(For::Answer, false);
        }
        assert!(linger.pays(For::Rest));
        assert!(!linger.pays(For::Answer));
    }

    #[test]
    fn a_function_that_has_become_quick_is_noticed() {
        assert!(looks(For::Answer, |turn| turn > 300) > 500);
    }
}
