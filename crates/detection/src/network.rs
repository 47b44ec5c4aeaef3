//! Where a request came from, as coarse as networks are handed out.

use std::net::IpAddr;

/// The network of a source address: the first 16 bits of an IPv4 address, 32 bits of an IPv6 address,
/// `private` for addresses that networks use inside. `None` for what is no address, such as the name of
/// a service.
///
/// Functions outside a VPC change their public address often, but stay within networks of AWS.
pub(crate) fn network(address: &str) -> Option<String> {
    match address.parse().ok()? {
        IpAddr::V4(it) => {
            let [a, b, ..] = it.octets();
            let shared = a == 100 && (64..128).contains(&b);
            if it.is_private() || it.is_loopback() || it.is_link_local() || shared {
                return Some("private".to_owned());
            }
            Some(format!("{a}.{b}.0.0/16"))
        }
        IpAddr::V6(it) => {
            let [a, b, ..] = it.segments();
            if a & 0xfe00 == 0xfc00 || a & 0xffc0 == 0xfe80 || it.is_loopback() {
                return Some("private".to_owned());
            }
            Some(format!("{a:x}:{b:x}::/32"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn addresses_of_one_network_are_the_same() {
        assert_eq!(network("203.0.113.9").as_deref(), Some("203.0.0.0/16"));
        assert_eq!(network("10.1.2.3").as_deref(), Some("private"));
        assert_eq!(network("100.100.1.1").as_deref(), Some("private"));
        assert_eq!(network("2001:db8:1::7").as_deref(), Some("2001:db8::/32"));
        assert_eq!(network("fd00::1").as_deref(), Some("private"));
        assert_eq!(network("lambda.amazonaws.com"), None);
    }
}
