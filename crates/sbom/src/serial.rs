//! The serial number of a bill, made of its content.

use sha2::{Digest as _, Sha256};

use crate::Bill;

/// `urn:uuid:…` (version 8 of RFC 9562) out of everything in the bill but the time: the same
/// content has the same number, whenever it was written.
#[must_use]
pub fn serial_number(bill: &Bill) -> String {
    let content = Bill { time: None, ..bill.clone() };
    // The debug form names every field; it needs to be stable within one version only.
    let digest = Sha256::digest(format!("{content:?}"));
    let mut hex = String::with_capacity(32);
    for (place, byte) in digest.iter().take(16).enumerate() {
        let byte = match place {
            6 => byte & 0x0f | 0x80,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        for digit in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    let mut text = String::from("urn:uuid:");
    for (place, digit) in hex.chars().enumerate() {
        if matches!(place, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}
