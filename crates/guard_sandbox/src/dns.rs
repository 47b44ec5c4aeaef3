//! Questions and answers of DNS, as far as the guard must understand them (RFC 1035).
//!
//! Both come from strangers: offsets are checked, pointers of compressed names only ever go back,
//! and nothing is read twice.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Length of the header.
const HEADER: usize = 12;
/// Most records of an answer that are looked at.
const MOST_RECORDS: usize = 256;

/// What a query asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The name in lower case, without a final dot; bytes that are no name are `?`.
    pub name: String,
    /// Kind of record: 1 is A, 28 AAAA.
    pub kind: u16,
    /// Where the question ends in the message, in bytes.
    end: usize,
}

/// Reads the question of a message, which has exactly one.
#[must_use]
pub fn question(message: &[u8]) -> Option<Question> {
    if word(message, 4)? != 1 {
        return None;
    }
    let (name, end) = name(message, HEADER)?;
    let kind = word(message, end)?;
    word(message, end + 2)?;
    Some(Question { name, kind, end: end + 4 })
}

/// The addresses that an answer gives, whatever alias they stand under.
#[must_use]
pub fn addresses(message: &[u8]) -> Vec<IpAddr> {
    let mut found = Vec::new();
    let _ = read_answers(message, &mut found);
    found
}

fn read_answers(message: &[u8], found: &mut Vec<IpAddr>) -> Option<()> {
    // A response, without an error.
    let flags = word(message, 2)?;
    if flags & 0x8000 == 0 || flags & 0xf != 0 {
        return None;
    }
    let mut at = question(message)?.end;
    for _ in 0..usize::from(word(message, 6)?).min(MOST_RECORDS) {
        at = skip_name(message, at)?;
        let (kind, class) = (word(message, at)?, word(message, at + 2)?);
        let length = usize::from(word(message, at + 8)?);
        let data = message.get(at + 10..at + 10 + length)?;
        at += 10 + length;
        match (kind, class) {
            (1, 1) => {
                found.push(IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(data).ok()?)));
            }
            (28, 1) => {
                found.push(IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(data).ok()?)));
            }
            _ => {}
        }
    }
    Some(())
}

/// The answer to a query for a name that must not be looked up: no such name.
#[must_use]
pub fn no_such_name(query: &[u8]) -> Option<Vec<u8>> {
    let end = question(query)?.end;
    let mut answer = query.get(..end)?.to_vec();
    let [_, _, flags, more, _, questions, rest @ ..] = answer.get_mut(..HEADER)? else {
        return None;
    };
    // A response; recursion stays as asked and is available; name error.
    *flags = (*flags & 0x79) | 0x80;
    *more = 0x83;
    *questions = 1;
    for byte in rest {
        *byte = 0;
    }
    Some(answer)
}

/// A name from `at`, and where it ends.
fn name(message: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut end = None;
    loop {
        let length = usize::from(*message.get(at)?);
        match length {
            0 => return Some((text, end.unwrap_or(at + 1))),
            1..=63 => {
                let label = message.get(at + 1..=at + length)?;
                if !text.is_empty() {
                    text.push('.');
                }
                text.extend(label.iter().map(|byte| match byte {
                    b'-' | b'_' => char::from(*byte),
                    byte if byte.is_ascii_alphanumeric() => char::from(byte.to_ascii_lowercase()),
                    _ => '?',
                }));
                if text.len() > 255 {
                    return None;
                }
                at += length + 1;
            }
            192.. => {
                let to = usize::from(word(message, at)? & 0x3fff);
                end = end.or(Some(at + 2));
                // Only back, so that it ends, and not into the header, where no name stands.
                if to >= at || to < HEADER {
                    return None;
                }
                at = to;
            }
            _ => return None,
        }
    }
}

/// Where a name ends that nobody needs.
fn skip_name(message: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match usize::from(*message.get(at)?) {
            0 => return Some(at + 1),
            length @ 1..=63 => at += length + 1,
            192.. => return Some(at + 2),
            _ => return None,
        }
    }
}

fn word(message: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{addresses, no_such_name, question};
    use proptest::prelude::*;
    use std::net::IpAddr;

    #[test]
    fn no_name_reaches_into_the_header() {
        let message = [5, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 1, 0, 1];
        assert_eq!(question(&message).map(|it| it.name), None);
        assert_eq!(no_such_name(&message), None);
    }

    /// A query for one record of a name.
    pub(crate) fn query(name: &str, kind: u16) -> Vec<u8> {
        let mut message = vec![0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in name.split('.') {
            message.push(u8::try_from(label.len()).unwrap());
            message.extend(label.bytes());
        }
        message.push(0);
        message.extend(kind.to_be_bytes());
        message.extend([0, 1]);
        message
    }

    /// The answer to it: an alias, then the addresses of the alias.
    pub(crate) fn answer(query: &[u8], found: &[IpAddr]) -> Vec<u8> {
        let mut message = query.to_vec();
        message[2] = 0x81;
        message[3] = 0x80;
        message[7] = u8::try_from(found.len() + 1).unwrap();
        let alias = message.len() + 12;
        message.extend([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, b'x', 0xc0, 12]);
        for address in found {
            message.extend([0xc0, u8::try_from(alias).unwrap()]);
            let (kind, data) = match address {
                IpAddr::V4(address) => (1, address.octets().to_vec()),
                IpAddr::V6(address) => (28, address.octets().to_vec()),
            };
            message.extend([0, kind, 0, 1, 0, 0, 0, 60, 0, u8::try_from(data.len()).unwrap()]);
            message.extend(data);
        }
        message
    }

    #[test]
    fn names_and_addresses_are_read_behind_aliases() {
        let query = query("S3.Example.com", 1);
        let asked = question(&query).unwrap();
        assert_eq!((asked.name.as_str(), asked.kind), ("s3.example.com", 1));
        let found = ["192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        assert_eq!(addresses(&answer(&query, &found)), found);
        assert!(addresses(&query).is_empty());
    }

    #[test]
    fn a_refused_name_does_not_exist() {
        let query = query("evil.example", 28);
        let refusal = no_such_name(&query).unwrap();
        assert_eq!(refusal[..2], query[..2]);
        assert_eq!(refusal[3] & 0xf, 3);
        assert_eq!(question(&refusal), question(&query));
        assert!(addresses(&refusal).is_empty());
    }

    proptest! {
        #[test]
        fn strange_messages_are_read_without_a_fault(message in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = addresses(&message);
            if let Some(refusal) = no_such_name(&message) {
                prop_assert!(refusal.len() <= message.len());
            }
        }

        #[test]
        fn damaged_answers_are_read_without_a_fault(at in 0_usize..100, byte: u8) {
            let mut message = answer(&query("a.example", 1), &["192.0.2.1".parse().unwrap()]);
            if let Some(slot) = message.get_mut(at) {
                *slot = byte;
            }
            prop_assert!(addresses(&message).len() <= 1);
        }
    }
}
