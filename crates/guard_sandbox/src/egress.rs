//! Where a function may connect to: hosts, networks and ports, and what an address is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The entries of `egress.allow`, understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowList {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    host: Host,
    /// `None`: any.
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    /// `*`: any host.
    Any,
    /// One name, in lower case, without a final dot.
    Name(String),
    /// `*.example.com`, kept as `.example.com`: every name below it, not itself.
    Below(String),
    /// An address, or all that share its first bits.
    Network(IpAddr, u8),
}

/// An entry that says no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{entry}` in `egress.allow` is no `host:port`: {reason}")]
pub struct EgressError {
    /// The entry.
    pub entry: String,
    /// What is wrong.
    pub reason: &'static str,
}

/// What an address is, before any list is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// This machine.
    Loopback,
    /// The service that hands out credentials of the machine.
    Metadata,
    /// Anything else.
    Elsewhere,
}

/// The metadata services of AWS, Azure, Google and most others; of AWS over IPv6; of Google over
/// IPv6; of Alibaba.
const METADATA: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
];

/// What an address is. An IPv4 address in the clothes of IPv6 is itself; the unspecified address
/// is this machine, as the kernel takes it.
pub(crate) fn place(address: IpAddr) -> Place {
    let address = address.to_canonical();
    if address.is_loopback() || address.is_unspecified() {
        Place::Loopback
    } else if METADATA.contains(&address) {
        Place::Metadata
    } else {
        Place::Elsewhere
    }
}

impl AllowList {
    /// Reads the entries: `host:port`; the host a name, `*.name`, `*`, an address (`[…]` for IPv6)
    /// or a network (`10.0.0.0/8`); the port a number or `*`.
    ///
    /// # Errors
    /// [`EgressError`] for the first entry that is none.
    pub fn parse(entries: &[String]) -> Result<Self, EgressError> {
        let entries = entries.iter().map(|text| {
            parse_entry(text).map_err(|reason| EgressError { entry: text.clone(), reason })
        });
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    /// Whether a name may be looked up: an entry names it, whatever the port.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        let name = lowered(name);
        self.entries.iter().any(|entry| entry.host.is_name(&name))
    }

    /// Whether a connection may be made to an address that was found under `names`.
    #[must_use]
    pub fn allows(&self, address: IpAddr, port: u16, names: &[String]) -> bool {
        let address = address.to_canonical();
        self.entries.iter().any(|entry| {
            entry.port.is_none_or(|allowed| allowed == port)
                && (entry.host.has(address) || names.iter().any(|name| entry.host.is_name(name)))
        })
    }

    /// Whether an entry names hosts.
    pub(crate) fn has_names(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry.host, Host::Name(_) | Host::Below(_)))
    }

    /// Whether an address of an unknown name may be meant by an entry that names hosts.
    pub(crate) fn may_name(&self, port: u16) -> bool {
        let is_name = |host: &Host| matches!(host, Host::Name(_) | Host::Below(_));
        self.entries
            .iter()
            .any(|entry| is_name(&entry.host) && entry.port.is_none_or(|allowed| allowed == port))
    }

    /// The ports that some entry lets through; `None` when one lets any through.
    pub(crate) fn ports(&self) -> Option<Vec<u16>> {
        self.entries.iter().map(|entry| entry.port).collect()
    }
}

impl Host {
    /// `name` is in lower case, without a final dot.
    fn is_name(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Name(own) => own == name,
            Self::Below(end) => name.len() > end.len() && name.ends_with(end.as_str()),
            Self::Network(..) => false,
        }
    }

    fn has(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::Any, _) => true,
            (Self::Network(IpAddr::V4(own), bits), IpAddr::V4(address)) => same_start(
                u128::from(own.to_bits()) << 96,
                u128::from(address.to_bits()) << 96,
                *bits,
            ),
            (Self::Network(IpAddr::V6(own), bits), IpAddr::V6(address)) => {
                same_start(own.to_bits(), address.to_bits(), *bits)
            }
            _ => false,
        }
    }
}

fn same_start(one: u128, other: u128, bits: u8) -> bool {
    (one ^ other).leading_zeros() >= u32::from(bits)
}

/// A name as names are compared.
pub(crate) fn lowered(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn parse_entry(text: &str) -> Result<Entry, &'static str> {
    let (host, port) = text.rsplit_once(':').ok_or("the port is missing")?;
    let port = match port {
        "*" => None,
        number => Some(number.parse().map_err(|_| "the port is neither a number nor `*`")?),
    };
    let is_bracketed = host.starts_with('[') && host.ends_with(']');
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if bare.contains(':') && !is_bracketed {
        return Err("an IPv6 address stands in `[` and `]`");
    }
    let (address, bits) = match bare.split_once('/') {
        Some((address, bits)) => {
            (address, Some(bits.parse::<u8>().map_err(|_| "the network has no number of bits")?))
        }
        None => (bare, None),
    };
    if let Ok(address) = address.parse::<IpAddr>() {
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        if bits > width {
            return Err("the network has more bits than its address");
        }
        return Ok(Entry { host: Host::Network(address.to_canonical(), bits), port });
    }
    if bits.is_some() || is_bracketed {
        return Err("what stands before the port is no address");
    }
    let host = match bare {
        "*" => Host::Any,
        name => match name.strip_prefix('*') {
            Some(end) if end.starts_with('.') && is_host_name(&end[1..]) => {
                Host::Below(end.to_ascii_lowercase())
            }
            None if is_host_name(name) => Host::Name(lowered(name)),
            _ => return Err("what stands before the port is no host"),
        },
    };
    Ok(Entry { host, port })
}

fn is_host_name(name: &str) -> bool {
    let is_part = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= 253 && name.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::{AllowList, Place, place};

    fn list(entries: &[&str]) -> AllowList {
        let entries: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        AllowList::parse(&entries).unwrap()
    }

    fn allows(list: &AllowList, address: &str, port: u16, names: &[&str]) -> bool {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        list.allows(address.parse().unwrap(), port, &names)
    }

    #[test]
    fn hosts_networks_and_ports_are_told_apart() {
        let list = list(&[
            "*.amazonaws.com:443",
            "api.example.com:8443",
            "10.0.0.0/8:*",
            "192.0.2.7:5432",
            "[2001:db8::/32]:443",
        ]);
        assert!(allows(&list, "198.51.100.1", 443, &["s3.eu-west-1.amazonaws.com"]));
        assert!(!allows(&list, "198.51.100.1", 80, &["s3.eu-west-1.amazonaws.com"]));
        assert!(!allows(&list, "198.51.100.1", 443, &["amazonaws.com"]));
        assert!(!allows(&list, "198.51.100.1", 443, &["evilamazonaws.com"]));
        assert!(!allows(&list, "198.51.100.1", 443, &[]));
        assert!(allows(&list, "198.51.100.1", 8443, &["api.example.com"]));
        assert!(allows(&list, "10.255.0.1", 1, &[]) && !allows(&list, "11.0.0.1", 1, &[]));
        assert!(allows(&list, "::ffff:10.1.2.3", 80, &[]));
        assert!(allows(&list, "192.0.2.7", 5432, &[]) && !allows(&list, "192.0.2.8", 5432, &[]));
        assert!(
            allows(&list, "2001:db8:1::1", 443, &[]) && !allows(&list, "2001:db9::1", 443, &[])
        );
        assert!(list.names("API.example.com.") && !list.names("example.com"));
    }

    #[test]
    fn an_entry_that_says_no_place_is_an_error() {
        for entry in [
            "example.com",
            "example.com:https",
            "*:x",
            "10.0.0.0/33:443",
            "::1:443",
            "a b:443",
            "*x.com:443",
            "[example.com]:443",
            ":443",
            "example.com/8:443",
            "*.*.com:443",
        ] {
            assert!(AllowList::parse(&[entry.to_owned()]).is_err(), "{entry}");
        }
    }

    #[test]
    fn this_machine_and_metadata_services_are_known_in_every_form() {
        for address in ["127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1"] {
            assert_eq!(place(address.parse().unwrap()), Place::Loopback, "{address}");
        }
        for address in ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254"] {
            assert_eq!(place(address.parse().unwrap()), Place::Metadata, "{address}");
        }
        assert_eq!(place("169.254.79.129".parse().unwrap()), Place::Elsewhere);
    }
}
