//! Look-ups that a logger of Java would carry out.
//!
//! Log4j resolves look-ups from the inside out, so the protocol can be spelled by other look-ups:
//! `${${lower:j}ndi:…}`, `${${::-j}ndi:…}`. [`resolved`] does what Log4j does with those that need
//! nothing of the machine.

use crate::rule::{Form, Rule};

pub(crate) static RULES: [Rule; 3] = [
    Rule::judge(&["${"], look_up),
    // The part after the protocol is enough where the value is put into a template of its own.
    Rule::pattern(60, &["jndi:"], r"\bjndi:(ldaps?|rmi|dns|iiop|nis|nds|corba|https?):"),
    // Look-ups of Commons Text (Text4Shell) that run code or fetch an address.
    Rule::pattern(
        90,
        &["${script:", "${url:", "${dns:"],
        r"\$\{(script:\w+:|url:[\w-]+:\w|dns:\w)",
    ),
];

/// Look-ups deeper than this are not followed: Log4j itself gives up.
const DEPTH: usize = 64;
/// Look-ups of the environment, which leak it into the log when they are carried out.
const LEAKS: [&[u8]; 8] =
    [b"env:", b"sys:", b"java:", b"ctx:", b"main:", b"bundle:", b"docker:", b"k8s:"];

fn look_up(form: &Form<'_>) -> u32 {
    let found = resolved(form.lower);
    if found.jndi {
        return 100;
    }
    // Nobody writes one letter as a look-up but to hide it.
    if found.spelled >= 2 {
        return 70;
    }
    if form.sink && found.leak { 40 } else { 0 }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    /// A look-up whose protocol is JNDI.
    jndi: bool,
    /// Look-ups that only spell a few letters.
    spelled: u32,
    /// A look-up of the environment.
    leak: bool,
}

/// Resolves what needs nothing but the text, from the inside out, and says what is then asked.
fn resolved(text: &[u8]) -> Found {
    let mut found = Found::default();
    let mut out: Vec<u8> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        if let Some(inside) = rest.strip_prefix(b"${") {
            if open.len() == DEPTH {
                break;
            }
            open.push(out.len());
            rest = inside;
            continue;
        }
        rest = after;
        match open.last() {
            Some(start) if *byte == b'}' => {
                let name = out.get(*start..).unwrap_or_default();
                note(name, &mut found);
                match spelled(name) {
                    Some(letters) => {
                        let letters = letters.to_vec();
                        found.spelled += u32::from(open.len() > 1 || letters.len() <= 2);
                        out.truncate(*start);
                        out.extend_from_slice(&letters);
                    }
                    None => out.push(b'}'),
                }
                open.pop();
            }
            // Outside of look-ups nothing needs to be kept.
            None => {}
            Some(_) => out.push(*byte),
        }
    }
    for start in open {
        note(out.get(start..).unwrap_or_default(), &mut found);
    }
    found
}

fn note(name: &[u8], found: &mut Found) {
    // `$${` is how a `${` is escaped, which a second resolution undoes.
    let mut letters = name.iter().filter(|byte| !matches!(byte, b'$' | b'{' | b' ' | 0));
    found.jndi |= b"jndi:".iter().all(|letter| letters.next() == Some(letter));
    found.leak |= LEAKS.iter().any(|leak| name.starts_with(leak));
}

/// The text that a look-up stands for whatever the machine: `lower:J`, `::-j`, `env:NO_SUCH:-j`,
/// `date:'j'`.
fn spelled(name: &[u8]) -> Option<&[u8]> {
    if let Some(at) = name.windows(2).position(|pair| pair == b":-") {
        return name.get(at + 2..);
    }
    for prefix in [&b"lower:"[..], b"upper:"] {
        if let Some(rest) = name.strip_prefix(prefix) {
            return Some(rest);
        }
    }
    name.strip_prefix(b"date:'")?.strip_suffix(b"'")
}

#[cfg(test)]
#[path = "../../tests/unit/look_ups.rs"]
mod tests;
