//! Messages of DNS and entries of allow-lists of any bytes: read without a fault, refused in form.

#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use guard_sandbox::{AllowList, dns};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let found = dns::addresses(bytes);
    assert!(found.len() <= bytes.len() / 4);
    if let Some(refusal) = dns::no_such_name(bytes) {
        assert!(refusal.len() <= bytes.len());
        assert_eq!(
            dns::question(&refusal).map(|it| it.name),
            dns::question(bytes).map(|it| it.name)
        );
        assert!(dns::addresses(&refusal).is_empty());
    }
    let text = String::from_utf8_lossy(bytes);
    let entries: Vec<String> = text.lines().map(str::to_owned).collect();
    if let Ok(list) = AllowList::parse(&entries) {
        let names = [text.chars().take(300).collect::<String>()];
        for address in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
            // What an unnamed address may do, a named one may do, too.
            assert!(!list.allows(address, 443, &[]) || list.allows(address, 443, &names));
        }
        let _ = list.names(&names[0]);
    }
});
