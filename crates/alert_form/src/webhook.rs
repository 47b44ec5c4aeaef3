//! An alert as the body of a webhook, and the signature over it.

use hmac::{Hmac, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::alert::{Alert, ENVELOPE};

/// The body: `{"schema": "faasguard-alert/1", "id": KEY, "alert": {…}}`.
#[must_use]
pub fn webhook_body(alert: &Alert) -> String {
    json!({"schema": ENVELOPE, "id": alert.key().to_string(), "alert": alert}).to_string()
}

/// The value of `X-Faasguard-Signature`: `t=SECONDS,v1=HEX`, where `v1` is HMAC-SHA256 with the key over
/// the time in digits, a dot, and the body.
#[must_use]
pub fn signature(key: &[u8], time: i64, body: &[u8]) -> String {
    let tag = mac(key, time, body).finalize().into_bytes();
    let hex = tag.iter().fold(String::with_capacity(64), |mut hex, byte| {
        use std::fmt::Write as _;
        // Writing to a text can not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    format!("t={time},v1={hex}")
}

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is not of the form `t=SECONDS,v1=HEX`.
    #[error("the signature is not `t=SECONDS,v1=HEX`")]
    Malformed,
    /// It is of another time than now.
    #[error("the signature is {age_s} seconds old, or its clock is wrong")]
    Old {
        /// Seconds between the signature and now.
        age_s: i64,
    },
    /// It was made with another key, or over other bytes.
    #[error("the signature is of another key or body")]
    Other,
}

/// Whether a signature is of this key and body and at most `tolerance_s` seconds away from `now`. The
/// comparison takes the same time wherever the two differ.
///
/// # Errors
/// [`SignatureError`] when it is not.
pub fn verify(
    key: &[u8],
    header: &str,
    body: &[u8],
    now: i64,
    tolerance_s: i64,
) -> Result<(), SignatureError> {
    let (time, tag) = header
        .strip_prefix("t=")
        .and_then(|it| it.split_once(",v1="))
        .ok_or(SignatureError::Malformed)?;
    let time: i64 = time.parse().map_err(|_| SignatureError::Malformed)?;
    let tag = bytes_of(tag).ok_or(SignatureError::Malformed)?;
    let age_s = now.saturating_sub(time).saturating_abs();
    if age_s > tolerance_s {
        return Err(SignatureError::Old { age_s });
    }
    mac(key, time, body).verify_slice(&tag).map_err(|_| SignatureError::Other)
}

fn mac(key: &[u8], time: i64, body: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length; the default is never reached.
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&hmac::digest::Key::<Hmac<Sha256>>::default()));
    mac.update(time.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..32).map(|at| u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{SignatureError, signature, verify, webhook_body};
    use crate::alert::{Alert, tests::alert};

    #[test]
    fn a_signature_is_what_others_compute() {
        // Key and text of RFC 4231, test case 2; the digest is that of Python's `hmac`.
        let header = signature(b"Jefe", 7, b"what do ya want for nothing?");
        assert_eq!(
            header,
            "t=7,v1=239f4b39fd23f4376db46b239fae471e7c6824b3931bc60f4c0b745bef8de34f"
        );
        assert_eq!(verify(b"Jefe", &header, b"what do ya want for nothing?", 300, 300), Ok(()));
    }

    #[test]
    fn a_signature_of_other_bytes_keys_or_times_is_refused() {
        let body = webhook_body(&alert());
        let header = signature(b"key", 1_000, body.as_bytes());
        let of = |key: &[u8], header: &str, body: &[u8], now| verify(key, header, body, now, 300);
        assert_eq!(of(b"key", &header, body.as_bytes(), 1_300), Ok(()));
        assert_eq!(
            of(b"key", &header, body.as_bytes(), 1_301),
            Err(SignatureError::Old { age_s: 301 })
        );
        assert_eq!(of(b"kex", &header, body.as_bytes(), 1_000), Err(SignatureError::Other));
        assert_eq!(of(b"key", &header, b"{}", 1_000), Err(SignatureError::Other));
        let moved = header.replace("t=1000", "t=1001");
        assert_eq!(of(b"key", &moved, body.as_bytes(), 1_000), Err(SignatureError::Other));
        assert_eq!(of(b"key", "v1=00", body.as_bytes(), 1_000), Err(SignatureError::Malformed));
    }

    #[test]
    fn a_body_is_read_back_as_the_alert() {
        assert_eq!(Alert::parse(webhook_body(&alert()).as_bytes()), Ok(alert()));
    }
}
