//! Under which names addresses were found: by what answers of resolvers said.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Most addresses remembered; the oldest give way.
const MOST_ADDRESSES: usize = 4096;
/// Most names of one address.
const MOST_NAMES: usize = 16;

/// What was learned, shared by those who learn and those who ask.
#[derive(Debug, Default)]
pub(crate) struct Names(Mutex<Learned>);

#[derive(Debug, Default)]
struct Learned {
    names: HashMap<IpAddr, Vec<String>>,
    order: VecDeque<IpAddr>,
}

impl Names {
    /// Remembers that `name` (lower case) has an address.
    pub(crate) fn learn(&self, name: &str, address: IpAddr) {
        let mut learned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = address.to_canonical();
        if !learned.names.contains_key(&address) {
            if learned.order.len() >= MOST_ADDRESSES
                && let Some(oldest) = learned.order.pop_front()
            {
                learned.names.remove(&oldest);
            }
            learned.order.push_back(address);
        }
        let names = learned.names.entry(address).or_default();
        if names.len() < MOST_NAMES && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }

    /// The names of an address.
    pub(crate) fn of(&self, address: IpAddr) -> Vec<String> {
        let learned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        learned.names.get(&address.to_canonical()).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Names;
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn names_are_remembered_by_address_and_bounded() {
        let names = Names::default();
        let first = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
        names.learn("a.example", first);
        names.learn("b.example", first);
        assert_eq!(names.of(first), ["a.example", "b.example"]);
        for number in 0..5000_u32 {
            names.learn("c.example", IpAddr::V4(Ipv4Addr::from_bits(number)));
        }
        assert!(names.of(first).is_empty());
        assert_eq!(names.of(IpAddr::V4(Ipv4Addr::from_bits(4999))), ["c.example"]);
    }
}
