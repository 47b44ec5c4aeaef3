//! Formats of texts that are checked: dates, addresses, identifiers.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A format that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Date,
    DateTime,
    Time,
    Email,
    Hostname,
    Ipv4,
    Ipv6,
    Uri,
    Uuid,
    Int32,
    Int64,
}

impl Format {
    /// The format of a name; `None` for those that are notes for people and tools.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "date" => Self::Date,
            "date-time" => Self::DateTime,
            "time" => Self::Time,
            "email" => Self::Email,
            "hostname" => Self::Hostname,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "uri" => Self::Uri,
            "uuid" => Self::Uuid,
            "int32" => Self::Int32,
            "int64" => Self::Int64,
            _ => return None,
        })
    }

    pub(crate) fn allows(self, text: &str) -> bool {
        match self {
            Self::Date => is_date(text.as_bytes()),
            Self::DateTime => text.split_at_checked(10).is_some_and(|(date, rest)| {
                let time = rest.strip_prefix(['T', 't']);
                is_date(date.as_bytes()) && time.is_some_and(is_time)
            }),
            Self::Time => is_time(text),
            Self::Email => is_email(text),
            Self::Hostname => is_hostname(text),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Uri => is_uri(text),
            Self::Uuid => is_uuid(text.as_bytes()),
            Self::Int32 | Self::Int64 => true,
        }
    }
}

/// A number of exactly so many digits.
fn number(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0, |number: u32, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
    })
}

fn is_date(text: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return false };
    let (Some(year), Some(month), Some(day)) =
        (number(&[*y1, *y2, *y3, *y4]), number(&[*m1, *m2]), number(&[*d1, *d2]))
    else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// RFC 3339: the offset is needed; a leap second only where it is the last of a day in UTC.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some([h1, h2, b':', m1, m2, b':', s1, s2]), Some(rest)) = (bytes.get(..8), bytes.get(8..))
    else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) =
        (number(&[*h1, *h2]), number(&[*m1, *m2]), number(&[*s1, *s2]))
    else {
        return false;
    };
    let offset = match rest.strip_prefix(b".") {
        None => rest,
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            fraction.get(digits..).unwrap_or_default()
        }
    };
    let minutes = match offset {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (Some(hours), Some(minutes)) = (number(&[*h1, *h2]), number(&[*m1, *m2])) else {
                return false;
            };
            if hours > 23 || minutes > 59 {
                return false;
            }
            let offset = hours * 60 + minutes;
            if *sign == b'-' { offset } else { 1440 - offset }
        }
        _ => return false,
    };
    let in_utc = (hour * 60 + minute + minutes) % 1440;
    hour < 24 && minute < 60 && (second < 60 || second == 60 && in_utc == 23 * 60 + 59)
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_local = match local.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => !quoted.is_empty() && !quoted.contains(['"', '\r', '\n']),
        None => local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom)),
    };
    let is_domain = match domain.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        Some(literal) => match literal.strip_prefix("IPv6:") {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => literal.parse::<Ipv4Addr>().is_ok(),
        },
        None => is_hostname(domain),
    };
    is_local && is_domain && local.len() <= 64
}

fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
            // Two hyphens here announce an encoding of its own, of which only `xn` is known.
            && (label.as_bytes().get(2..4) != Some(b"--") || is_encoded_label(label))
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_encoded_label(label: &str) -> bool {
    let rest = label.get(..2).filter(|it| it.eq_ignore_ascii_case("xn")).and(label.get(4..));
    rest.is_some_and(|rest| !rest.is_empty())
}

/// RFC 3986: a scheme, then only characters that a URI has, with whole escapes.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let bytes = rest.as_bytes();
    let is_character = |(place, byte): (usize, &u8)| match byte {
        b'%' => bytes
            .get(place + 1..place + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        b'[' | b']' => true,
        byte => byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(byte),
    };
    let fragments = rest.bytes().filter(|byte| *byte == b'#').count();
    is_scheme
        && fragments <= 1
        && bytes.iter().enumerate().all(is_character)
        && rest.strip_prefix("//").is_none_or(is_authority)
        && (rest.starts_with("//") || !rest.contains(['[', ']']))
}

fn is_authority(rest: &str) -> bool {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = match authority.rsplit_once('@') {
        Some((user, _)) if user.contains(['[', ']', '@']) => return false,
        Some((_, host)) => host,
        None => authority,
    };
    let port = if let Some(literal) = host.strip_prefix('[') {
        let Some((address, port)) = literal.split_once(']') else { return false };
        let is_address = address.parse::<Ipv6Addr>().is_ok() || address.starts_with(['v', 'V']);
        if !is_address {
            return false;
        }
        port
    } else {
        if host.contains(['[', ']']) {
            return false;
        }
        host.find(':').map_or("", |colon| host.split_at(colon).1)
    };
    let is_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|it| it.bytes().all(|b| b.is_ascii_digit()));
    is_port && !path.contains(['[', ']'])
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
