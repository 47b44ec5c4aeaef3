//! Hosts of addresses, by whom they reach.

use super::{Host, Reach};

fn reach(host: &str) -> Reach {
    Host::parse(host.as_bytes()).reach()
}

#[test]
fn the_metadata_service_is_found_however_it_is_written() {
    for host in [
        "169.254.169.254",
        "169.254.169.254:80",
        "2852039166",
        "0xa9fea9fe",
        "0xa9.0xfe.0xa9.0xfe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "169.16689662",
        "425.510.425.510",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[::a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "[fd00:ec2::254]",
        "169.254.169.254.",
        "user@169.254.169.254",
        "example.com@169.254.169.254",
        "metadata.google.internal",
        "169.254.169.254.nip.io",
        "a-169-254-169-254.sslip.io",
        "100.100.100.200",
        "168.63.129.16",
    ] {
        assert_eq!(reach(host), Reach::Metadata, "{host}");
    }
}

#[test]
fn this_machine_and_private_networks_are_told_from_the_internet() {
    for host in
        ["127.0.0.1", "127.1", "0", "0.0.0.0", "2130706433", "localhost:3000", "[::1]", "[::]"]
    {
        assert_eq!(reach(host), Reach::Own, "{host}");
    }
    for host in ["10.0.0.1", "192.168.1.1", "172.31.0.9", "[fc00::1]", "[fe80::1%25eth0]"] {
        assert_eq!(reach(host), Reach::Private, "{host}");
    }
    for host in ["10.0.0.1.nip.io", "spoof.localtest.me", "7f000001.0a000001.rbndr.us"] {
        assert_eq!(reach(host), Reach::Rebinding, "{host}");
    }
    for host in ["203.0.113.9", "[2001:db8::1]", "8.8.8.8"] {
        assert_eq!(reach(host), Reach::Public, "{host}");
    }
    for host in ["example.com", "", "172.217.example.com", "2026", "1.2.3.4.5", "metadata", "a.b"] {
        assert_eq!(reach(host), Reach::Named, "{host}");
    }
}

#[test]
fn only_an_unusual_way_of_writing_is_a_disguise() {
    let is_disguised = |host: &str| Host::parse(host.as_bytes()).is_disguised();
    assert!(!is_disguised("203.0.113.9") && !is_disguised("[2001:db8::1]"));
    assert!(
        is_disguised("0x7f.1") && is_disguised("2130706433") && is_disguised("[::ffff:7f00:1]")
    );
}
