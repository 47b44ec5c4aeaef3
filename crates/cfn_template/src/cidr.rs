//! `Fn::Cidr`: equal parts of an address block.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use source_text::{Kind, Node};

/// `Fn::Cidr`: the first blocks of a size within a block; `None` when they do not fit or an
/// argument is not known. The size is given in bits that are free to hosts; it may be left out, but
/// no documentation says what then holds.
pub(crate) fn cidr(argument: &Node) -> Option<Kind> {
    let [block, count, host_bits] = argument.as_list()? else { return None };
    let (address, prefix) = block.as_str()?.split_once('/')?;
    let address: IpAddr = address.trim().parse().ok()?;
    let prefix: u32 = prefix.trim().parse().ok()?;
    let count = u128::try_from(count.as_i64()?).ok().filter(|count| (1..=256).contains(count))?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    let host_bits = u32::try_from(host_bits.as_i64()?).ok()?;
    let part_prefix = width - Some(host_bits).filter(|bits| (1..=width).contains(bits))?;
    let free = part_prefix.checked_sub(prefix)?;
    if free < 8 && count > 1 << free {
        return None;
    }
    let network = match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    let mask = if prefix == 0 { 0 } else { u128::MAX << (width - prefix) };
    let network = network & mask;
    let parts = (0..count).map(|number| {
        let start = network + number.checked_shl(host_bits).unwrap_or_default();
        let text = if width == 32 {
            let start = u32::try_from(start).unwrap_or_default();
            smol_str::format_smolstr!("{}/{part_prefix}", Ipv4Addr::from(start))
        } else {
            smol_str::format_smolstr!("{}/{part_prefix}", Ipv6Addr::from(start))
        };
        Node::text(block.place, text)
    });
    Some(Kind::List(parts.collect()))
}
