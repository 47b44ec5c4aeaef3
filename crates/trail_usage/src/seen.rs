//! Which events came already: the same one may be delivered more than once.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, Hasher as _},
    sync::{Mutex, PoisonError},
};

use audit_event::Text;
use foldhash::quality::RandomState;

/// Ids of events that were seen, shared by the folds of one trail.
///
/// An id is kept whole as a number of 128 bits, so that two events are never taken for one; about
/// 35 bytes each. When [`SeenIds::DEFAULT_MOST`] were kept, the older half is forgotten: an event
/// that is delivered again after that many others counts twice. Deliveries of the same event are
/// minutes apart, never that many events.
#[derive(Debug)]
pub struct SeenIds {
    shards: Vec<Mutex<Shard>>,
    most: usize,
    hasher: RandomState,
}

/// Two generations of ids; the older one goes when the younger is full.
#[derive(Debug, Default)]
struct Shard {
    young: HashSet<u128, RandomState>,
    old: HashSet<u128, RandomState>,
}

/// Shards, so that folds in parallel seldom wait for each other.
const SHARDS: usize = 64;

impl Default for SeenIds {
    fn default() -> Self {
        Self::with_most(Self::DEFAULT_MOST)
    }
}

impl SeenIds {
    /// Ids that are kept unless told otherwise; about 1.2 GB when all are there.
    pub const DEFAULT_MOST: usize = 32 << 20;

    /// Keeps about `most` ids.
    #[must_use]
    pub fn with_most(most: usize) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, most: (most / SHARDS / 2).max(1), hasher: RandomState::default() }
    }

    /// Notes an id, and tells whether it is new.
    pub(crate) fn is_new(&self, id: Text<'_>) -> bool {
        let number = uuid(id.raw()).unwrap_or_else(|| self.digest(id.raw()));
        // The bits of an id are random, except for those that tell its version.
        let shard = usize::try_from(number % SHARDS as u128).unwrap_or(0);
        let Some(shard) = self.shards.get(shard) else { return true };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if shard.old.contains(&number) || !shard.young.insert(number) {
            return false;
        }
        if shard.young.len() >= self.most {
            shard.old = std::mem::take(&mut shard.young);
        }
        true
    }

    /// 128 bits of an id that is no UUID.
    fn digest(&self, id: &[u8]) -> u128 {
        let half = |salt: u8| {
            let mut hasher = self.hasher.build_hasher();
            hasher.write_u8(salt);
            hasher.write(id);
            u128::from(hasher.finish())
        };
        half(1) << 64 | half(2)
    }
}

/// The number that a UUID is: `875240ac-e821-4fc6-a311-8c352a1d20f5`.
fn uuid(text: &[u8]) -> Option<u128> {
    let text: &[u8; 36] = text.try_into().ok()?;
    let mut number = 0_u128;
    for (at, byte) in text.iter().enumerate() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'-' if matches!(at, 8 | 13 | 18 | 23) => continue,
            _ => return None,
        };
        number = number << 4 | u128::from(digit);
    }
    // A dash elsewhere was refused, so that a digit too many would have shifted the first one out.
    (text[8] == b'-' && text[13] == b'-' && text[18] == b'-' && text[23] == b'-').then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{SeenIds, uuid};

    #[test]
    fn a_uuid_is_its_number() {
        assert_eq!(
            uuid(b"875240ac-e821-4fc6-a311-8c352a1d20f5"),
            Some(0x8752_40ac_e821_4fc6_a311_8c35_2a1d_20f5)
        );
        assert_eq!(uuid(b"875240ac-e821-4fc6-a311-8c352a1d20fX"), None);
        assert_eq!(uuid(b"875240ac0e821-4fc6-a311-8c352a1d20f5"), None);
        assert_eq!(uuid(b"1"), None);
    }

    #[test]
    fn the_older_half_is_forgotten() {
        let ids = SeenIds::with_most(1_000);
        let mut count = 0;
        for round in 0..2 {
            for id in 0..10_000 {
                let text = format!("\"event-{id}\"");
                let text = audit_event::Json::new(text.as_bytes()).text().unwrap();
                count += usize::from(ids.is_new(text));
                assert!(!ids.is_new(text), "{round} {id}");
            }
        }
        assert_eq!(count, 20_000);
    }
}
