//! The host of an address, in every way in which the parsers of addresses let it be written.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Where a host leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The service that hands out the credentials of the machine.
    Metadata,
    /// This machine.
    Own,
    /// A private network.
    Private,
    /// A name that resolves to whatever address it spells, or to another one the next time.
    Rebinding,
    /// A number of the internet.
    Public,
    /// Any other name, or none.
    Named,
}

/// A host with what the text around it says.
#[derive(Debug)]
pub(super) struct Host<'a> {
    name: &'a [u8],
    address: Option<Address>,
    rest: &'a [u8],
}

#[derive(Debug, Clone, Copy)]
struct Address {
    ip: Ipv6Addr,
    /// Written as four decimal numbers, or as IPv6 that is not the disguise of an IPv4 address.
    is_plain: bool,
}

/// Ends of names that resolve to the address within them, or back and forth between two.
#[rustfmt::skip]
const REBINDING: [&[u8]; 16] = [
    b".nip.io", b".sslip.io", b".xip.io", b".localtest.me", b".lvh.me", b".rbndr.us", b".1u.ms",
    b".vcap.me", b".lacolhost.com", b".rebind.network", b".ip6.name", b".fbi.com.127.0.0.1",
    b".localhost", b".spoofed.burpcollaborator.net", b".make.cx", b".backname.io",
];

/// Names of metadata services, and of what clusters keep inside.
#[rustfmt::skip]
const METADATA: [&[u8]; 9] = [
    b"metadata.google.internal", b"metadata.goog", b"metadata", b"instance-data",
    b"instance-data.ec2.internal", b"metadata.tencentyun.com", b"metadata.azure.internal",
    b"metadata.packet.net", b"kubernetes.default.svc",
];

const OWN: [&[u8]; 5] =
    [b"localhost", b"localhost.localdomain", b"localtest.me", b"lvh.me", b"ip6-localhost"];

impl<'a> Host<'a> {
    /// Reads the host at the start of `text`, which begins after the slashes.
    pub(super) fn parse(text: &'a [u8]) -> Self {
        let end = text
            .iter()
            .position(|byte| {
                matches!(
                    byte,
                    b'/' | b'?'
                        | b'#'
                        | b'\\'
                        | b'"'
                        | b'\''
                        | b'<'
                        | b'>'
                        | b')'
                        | b','
                        | b';'
                        | b'|'
                ) || byte.is_ascii_whitespace()
            })
            .unwrap_or(text.len());
        let (authority, rest) = text.split_at_checked(end).unwrap_or((text, b""));
        // What stands before the last `@` is a user, whatever it looks like.
        let at = authority.iter().rposition(|byte| *byte == b'@').map_or(0, |at| at + 1);
        let host = authority.get(at..).unwrap_or_default();
        let name = if let Some(inside) = host.strip_prefix(b"[") {
            inside.split(|byte| *byte == b']').next().unwrap_or_default()
        } else {
            host.split(|byte| *byte == b':').next().unwrap_or_default()
        };
        let name = name.strip_suffix(b".").unwrap_or(name);
        let address =
            if host.starts_with(b"[") { ipv6(name) } else { ipv4(name).or_else(|| ipv6(host)) };
        Self { name, address, rest }
    }

    /// Whether something is asked of the host: a path, a query.
    pub(super) fn has_more(&self) -> bool {
        self.rest.iter().any(|byte| !matches!(byte, b'/' | b'\\'))
            && self.rest.first().is_some_and(|byte| matches!(byte, b'/' | b'\\' | b'?' | b'#'))
    }

    /// Whether an address is written as nobody writes one who does not hide it.
    pub(super) fn is_disguised(&self) -> bool {
        self.address.is_some_and(|address| !address.is_plain)
    }

    pub(super) fn reach(&self) -> Reach {
        if let Some(address) = self.address {
            return address.reach();
        }
        let is_any = |names: &[&[u8]]| names.contains(&self.name);
        if is_any(&METADATA) && self.name.contains(&b'.') || self.name == b"instance-data" {
            return Reach::Metadata;
        }
        if is_any(&OWN) {
            return Reach::Own;
        }
        if let Some(end) = REBINDING.iter().find(|end| self.name.ends_with(end)) {
            let name = self.name.strip_suffix(*end).unwrap_or_default();
            return embedded(name).map_or(Reach::Rebinding, |ip| match reach_of_v4(ip) {
                Reach::Metadata => Reach::Metadata,
                _ => Reach::Rebinding,
            });
        }
        Reach::Named
    }
}

impl Address {
    fn reach(self) -> Reach {
        if let Some(ip) = mapped(self.ip) {
            return reach_of_v4(ip);
        }
        let ip = self.ip;
        let first = ip.segments().first().copied().unwrap_or(0);
        match first {
            _ if ip == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)
                || ip == Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254) =>
            {
                Reach::Metadata
            }
            _ if ip.is_loopback() || ip.is_unspecified() => Reach::Own,
            0xfc00..=0xfdff | 0xfe80..=0xfebf | 0xfec0..=0xfeff => Reach::Private,
            _ => Reach::Public,
        }
    }
}

/// The IPv4 address within one of IPv6: mapped, compatible, translated (NAT64), 6to4.
fn mapped(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => Some(v4(high, low)),
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

fn reach_of_v4(ip: Ipv4Addr) -> Reach {
    match ip.octets() {
        [169, 254, ..] | [100, 100, 100, 200] | [168, 63, 129, 16] | [192, 0, 0, 192] => {
            Reach::Metadata
        }
        [127 | 0, ..] | [255, 255, 255, 255] => Reach::Own,
        [10, ..]
        | [172, 16..=31, ..]
        | [192, 168, ..]
        | [100, 64..=127, ..]
        | [198, 18 | 19, ..] => Reach::Private,
        _ => Reach::Public,
    }
}

fn ipv6(text: &[u8]) -> Option<Address> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.split('%').next().unwrap_or(text);
    let ip: Ipv6Addr = text.parse().ok()?;
    Some(Address { ip, is_plain: mapped(ip).is_none() })
}

/// An address as `inet_aton` reads it: one to four numbers, each decimal, octal or hexadecimal,
/// the last one filling what is left.
fn ipv4(name: &[u8]) -> Option<Address> {
    // Nearly every name ends here: its last letter is none of a number.
    if !name.last()?.is_ascii_hexdigit() || !name.first()?.is_ascii_digit() {
        return None;
    }
    let mut value: u64 = 0;
    let mut parts = 0u32;
    let mut is_plain = true;
    let mut last = 0u64;
    for part in name.split(|byte| *byte == b'.') {
        if parts == 4 {
            return None;
        }
        let (number, is_decimal) = number(part)?;
        is_plain &= is_decimal;
        if parts > 0 {
            // Only the last number may fill more than one byte; some parsers cut the others.
            value = value << 8 | last & 0xff;
            is_plain &= last <= 0xff;
        }
        last = number;
        parts += 1;
    }
    let bits = 8 * (5 - parts.max(1));
    let kept = last & ((1 << bits) - 1);
    is_plain &= parts == 4 && kept == last;
    let value = u32::try_from(value << bits | kept).ok()?;
    // One decimal number below 2^24 is a port, an index, a year: no address.
    if parts == 1 && value >> 24 == 0 && value != 0 {
        return None;
    }
    Some(Address { ip: Ipv4Addr::from(value).to_ipv6_mapped(), is_plain })
}

/// A number and whether it is written in plain decimal.
fn number(text: &[u8]) -> Option<(u64, bool)> {
    let (digits, radix): (&[u8], u32) = match text {
        [b'0', b'x', rest @ ..] => (rest, 16),
        [b'0', rest @ ..] if !rest.is_empty() => (rest, 8),
        _ => (text, 10),
    };
    if digits.is_empty() || digits.len() > 20 {
        return None;
    }
    let mut number: u64 = 0;
    for digit in digits {
        let digit = char::from(*digit).to_digit(radix)?;
        number = number.checked_mul(u64::from(radix))?.checked_add(u64::from(digit))?;
    }
    Some((number, radix == 10))
}

/// The address that a name spells: `10.0.0.1`, `app-10-0-0-1`, `7f000001`.
fn embedded(name: &[u8]) -> Option<Ipv4Addr> {
    let mut octets = [0u8; 4];
    let mut filled = 0;
    for part in name.rsplit(|byte| matches!(byte, b'.' | b'-')) {
        let octet: u8 = std::str::from_utf8(part).ok()?.parse().ok()?;
        *octets.iter_mut().rev().nth(filled)? = octet;
        filled += 1;
        if filled == 4 {
            return Some(Ipv4Addr::from(octets));
        }
    }
    None
}

// Beside the crate: the tables are long.
#[cfg(test)]
#[path = "../../../tests/unit/hosts.rs"]
mod tests;
