//! Connections (T5, T6). Nothing leaves this machine: what is refused is refused before a packet.

use std::io::Write;
use std::net::TcpListener;

use guard_sandbox::Mechanism;
use guard_settings::EventKind;

use crate::run::{has, interpreter, python, run_in};

/// Connects to addresses and prints what came of each.
fn script(addresses: &[(&str, u16)]) -> String {
    format!(
        "import errno, socket\n\
         def attempt(host, port, timeout):\n    \
             family = socket.AF_INET6 if ':' in host else socket.AF_INET\n    \
             with socket.socket(family) as one:\n        \
                 one.settimeout(timeout)\n        \
                 try:\n            one.connect((host, port)); print('connected', one.recv(5))\n        \
                 except OSError as error:\n            print(errno.errorcode.get(error.errno, error))\n\
         for host, port in {addresses:?}:\n    attempt(host, port, None); attempt(host, port, 5)"
    )
    .replace("(\"", "('")
    .replace("\",", "',")
}

/// A server on the loopback that greets.
fn greeter() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.write_all(b"hello");
        }
    });
    port
}

#[test]
fn a_host_that_is_not_listed_is_refused_before_a_packet_leaves() {
    if !has(Mechanism::PidfdGetfd) {
        return;
    }
    let port = greeter();
    // Documentation addresses, which nobody has.
    let script = script(&[("127.0.0.1", port), ("192.0.2.1", 443), ("2001:db8::1", 443)]);
    for without in ["", "T6"] {
        let outcome = python(r#"{"egress": {"allow": ["198.51.100.0/24:443"]}}"#, without, &script);
        assert_eq!(
            outcome.output, "connected b'hello'\nconnected b'hello'\nEPERM\nEPERM\nEPERM\nEPERM\n",
            "{outcome:#?}"
        );
        let told = outcome.of(EventKind::EgressDenied);
        assert_eq!(told.len(), 2, "{outcome:#?}");
        assert!(told.iter().all(|incident| incident.blocked), "{told:?}");
        assert!(
            told.iter().any(|incident| incident.detail.contains("`192.0.2.1:443`")),
            "{told:?}"
        );
    }
}

#[test]
fn metadata_services_are_refused_without_any_setting_unless_listed() {
    if !has(Mechanism::UserNotification) {
        return;
    }
    let script = script(&[("169.254.169.254", 80), ("fd00:ec2::254", 80)]);
    let outcome = python("{}", "", &script);
    assert_eq!(outcome.output, "EPERM\n".repeat(4), "{outcome:#?}");
    assert_eq!(outcome.of(EventKind::MetadataContacted).len(), 2, "{outcome:#?}");
    assert!(outcome.of(EventKind::MetadataContacted).iter().all(|incident| incident.blocked));
}

#[test]
fn without_a_supervisor_landlock_knows_ports_only() {
    if !has(Mechanism::Landlock) || crate::run::facts("").landlock_abi() < 4 {
        return;
    }
    let (listed, other) = (greeter(), greeter());
    let settings = format!(r#"{{"egress": {{"allow": ["192.0.2.1:{listed}"]}}}}"#);
    let script = script(&[("127.0.0.1", listed), ("127.0.0.1", other)]);
    let outcome = python(&settings, "T5", &script);
    assert_eq!(
        outcome.output, "connected b'hello'\nconnected b'hello'\nEACCES\nEACCES\n",
        "{outcome:#?}"
    );
}

#[test]
fn datagrams_to_hosts_that_are_not_listed_are_refused_in_every_form() {
    if !has(Mechanism::PidfdGetfd) {
        return;
    }
    let server = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let script = format!(
        "import errno, socket\n\
         one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n\
         def attempt(what):\n    \
             try:\n        print(what())\n    \
             except OSError as error:\n        print(errno.errorcode[error.errno])\n\
         attempt(lambda: one.sendto(b'a', ('192.0.2.1', 9)))\n\
         attempt(lambda: one.sendmsg([b'a', b'b'], [], 0, ('192.0.2.1', 9)))\n\
         attempt(lambda: one.connect(('192.0.2.1', 9)))\n\
         attempt(lambda: one.sendto(b'abc', ('127.0.0.1', {port})))\n\
         attempt(lambda: one.sendmsg([b'de', b'f'], [], 0, ('127.0.0.1', {port})))\n\
         attempt(lambda: one.connect(('127.0.0.1', {port})))\n\
         attempt(lambda: one.send(b'ghi'))\n"
    );
    let outcome = python(r#"{"egress": {"allow": []}}"#, "", &script);
    assert_eq!(outcome.output, "EPERM\nEPERM\nEPERM\n3\n3\nNone\n3\n", "{outcome:#?}");
    let mut got = Vec::new();
    let mut bytes = [0; 16];
    for _ in 0..3 {
        let length = server.recv(&mut bytes).unwrap();
        got.push(bytes[..length].to_vec());
    }
    assert_eq!(got, [b"abc", b"def", b"ghi"]);
}

#[test]
fn names_of_the_hosts_file_are_known() {
    if !has(Mechanism::PidfdGetfd) {
        return;
    }
    let script = script(&[("192.0.2.77", 443)]);
    let outcome = run_in(
        r#"{"egress": {"allow": ["localhost:443"]}}"#,
        "",
        &[&interpreter(), "-c", &script],
        |place| place.needed.clear(),
    );
    assert_eq!(outcome.output, "EPERM\nEPERM\n", "{outcome:#?}");
}

/// Asks a resolver as the C library does, on a connected socket, and as others do, on one that is
/// not; then takes the address. Connecting a datagram socket sends nothing.
const RESOLVE: &str = r"
import errno, socket, struct
def query(name, number):
    labels = b''.join(bytes([len(part)]) + part.encode() for part in name.split('.'))
    return struct.pack('>HHHHHH', number, 0x100, 1, 0, 0, 0) + labels + b'\0' + struct.pack('>HH', 1, 1)
def code(answer):
    return answer[3] & 15
def attempt(what):
    try:
        what(); print('ok')
    except OSError as error:
        print(errno.errorcode[error.errno])
def taken():
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    attempt(lambda: one.connect(('192.0.2.9', 443)))
taken()
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.settimeout(10)
one.connect(('127.0.0.54', 53))
one.send(query('evil.example.org', 1)); print('evil', code(one.recv(512)))
taken()
one.send(query('api.example.com', 2)); print('api', code(one.recv(512)))
taken()
two = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
two.settimeout(10)
two.sendto(query('www.example.com', 3), ('127.0.0.54', 53))
answer, sender = two.recvfrom(512)
print('www', code(answer), sender)
";

#[test]
fn names_that_are_listed_are_found_and_their_addresses_may_be_used() {
    if !has(Mechanism::PidfdGetfd) {
        return;
    }
    let Ok(server) = std::net::UdpSocket::bind("127.0.0.54:53") else {
        eprintln!("not tried: no port of a resolver can be had");
        return;
    };
    std::thread::spawn(move || {
        let mut bytes = [0; 512];
        while let Ok((length, from)) = server.recv_from(&mut bytes) {
            let mut answer = bytes[..length].to_vec();
            answer[2] = 0x81;
            answer[3] = 0x80;
            answer[7] = 1;
            answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 9]);
            let _ = server.send_to(&answer, from);
        }
    });
    let outcome = run_in(
        r#"{"egress": {"allow": ["*.example.com:443"]}}"#,
        "",
        &[&interpreter(), "-c", RESOLVE],
        |place| place.set_resolvers("nameserver 127.0.0.54"),
    );
    assert_eq!(
        outcome.output, "EPERM\nevil 3\nEPERM\napi 0\nok\nwww 0 ('127.0.0.54', 53)\n",
        "{outcome:#?}"
    );
    let told = outcome.of(EventKind::EgressDenied);
    let details: Vec<&str> = told.iter().map(|incident| incident.detail.as_str()).collect();
    assert!(
        details
            .contains(&"refused to look up `evil.example.org`, which `egress.allow` does not list"),
        "{details:?}"
    );
}

#[test]
fn where_names_cannot_be_told_only_what_no_name_may_mean_is_refused() {
    if !has(Mechanism::UserNotification) {
        return;
    }
    // Datagram sockets: connecting them sends nothing.
    let script = "import errno, socket\n\
        for port in (443, 80):\n    \
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n    \
            try:\n        one.connect(('192.0.2.1', port)); print('ok')\n    \
            except OSError as error:\n        print(errno.errorcode[error.errno])";
    let settings = r#"{"egress": {"allow": ["*.example.com:443"]}}"#;
    let outcome = python(settings, "pidfd-getfd,T6", script);
    assert_eq!(outcome.output, "ok\nEPERM\n", "{outcome:#?}");
    let told = outcome.of(EventKind::EgressDenied);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter().any(|incident| {
            !incident.blocked && incident.detail.ends_with("whose name is not known here")
        }),
        "{told:?}"
    );
}

#[test]
fn services_for_names_on_local_sockets_are_not_there_where_hosts_are_listed() {
    if !has(Mechanism::PidfdGetfd) {
        return;
    }
    let script = "import errno, socket\n\
        for path in ('/var/run/nscd/socket', '/run/systemd/resolve/io.systemd.Resolve'):\n    \
            try:\n        socket.socket(socket.AF_UNIX).connect(path); print('ok')\n    \
            except OSError as error:\n        print(errno.errorcode[error.errno])";
    let listed = r#"{"egress": {"allow": ["*.example.com:443"]}}"#;
    let outcome = run_in(listed, "", &[&interpreter(), "-c", script], |place| {
        place.set_resolvers("nameserver 127.0.0.54");
    });
    assert_eq!(outcome.output, "ENOENT\nENOENT\n", "{outcome:#?}");
}
