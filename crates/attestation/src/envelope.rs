//! The envelope of DSSE: a payload, its type, and signatures over both.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use serde::{Deserialize, Serialize};

use crate::key::{KeyError, PublicKey, SigningKey};

/// Type of an in-toto statement as payload.
const IN_TOTO: &str = "application/vnd.in-toto+json";
/// Signatures that are tried.
const MOST_SIGNATURES: usize = 64;

/// Why an envelope tells nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// No JSON, or other JSON.
    #[error("it is no DSSE envelope: {reason}")]
    Malformed {
        /// What is missing or wrong.
        reason: String,
    },
    /// A payload that is no in-toto statement.
    #[error("it holds `{payload_type}` instead of an in-toto statement")]
    OtherPayload {
        /// The type that it has.
        payload_type: String,
    },
    /// No signature is of the key.
    #[error("no signature in it is of this key")]
    NotSigned,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Written {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Signature {
    sig: String,
    /// A hint that nobody signs, so that it decides nothing here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keyid: Option<String>,
}

/// A payload with signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    payload: Vec<u8>,
    payload_type: String,
    signatures: Vec<Vec<u8>>,
    key_id: Option<String>,
}

impl Envelope {
    /// Signs an in-toto statement. A key id goes with the signature for programs that ask for one;
    /// without it every bit of the envelope counts.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`], with ECDSA only.
    pub fn sign(
        statement: Vec<u8>,
        key: &SigningKey,
        key_id: Option<&str>,
    ) -> Result<Self, KeyError> {
        let signature = key.sign(&signed(IN_TOTO, &statement))?;
        let payload_type = IN_TOTO.to_owned();
        let key_id = key_id.map(str::to_owned);
        Ok(Self { payload: statement, payload_type, signatures: vec![signature], key_id })
    }

    /// The envelope as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let signatures = self
            .signatures
            .iter()
            .map(|it| Signature { sig: STANDARD.encode(it), keyid: self.key_id.clone() });
        let written = Written {
            payload: STANDARD.encode(&self.payload),
            payload_type: self.payload_type.clone(),
            signatures: signatures.collect(),
        };
        // Texts alone: nothing that JSON could not hold.
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// Reads an envelope; what it says is not to be believed before [`Self::verify`].
    ///
    /// # Errors
    /// [`EnvelopeError::Malformed`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let malformed = |reason: String| EnvelopeError::Malformed { reason };
        let written: Written =
            serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        let payload = decode(&written.payload)
            .ok_or_else(|| malformed("`payload` is not base64".to_owned()))?;
        if written.signatures.len() > MOST_SIGNATURES {
            return Err(malformed(format!("it has more than {MOST_SIGNATURES} signatures")));
        }
        let signatures: Option<Vec<_>> =
            written.signatures.iter().map(|it| decode(&it.sig)).collect();
        let signatures =
            signatures.ok_or_else(|| malformed("a signature is not base64".to_owned()))?;
        Ok(Self { payload, payload_type: written.payload_type, signatures, key_id: None })
    }

    /// The payload, whoever signed it or not.
    pub(crate) fn unverified(&self) -> &[u8] {
        &self.payload
    }

    /// The statement, when one of the signatures is of the key.
    ///
    /// # Errors
    /// [`EnvelopeError::NotSigned`], and [`EnvelopeError::OtherPayload`] when what is signed is no
    /// in-toto statement.
    pub fn verify(&self, key: &PublicKey) -> Result<&[u8], EnvelopeError> {
        let message = signed(&self.payload_type, &self.payload);
        if !self.signatures.iter().any(|signature| key.verifies(&message, signature)) {
            return Err(EnvelopeError::NotSigned);
        }
        if self.payload_type != IN_TOTO {
            let payload_type = self.payload_type.clone();
            return Err(EnvelopeError::OtherPayload { payload_type });
        }
        Ok(&self.payload)
    }
}

/// What is signed: type and payload, each with its length before it (DSSE's `PAE`).
fn signed(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

/// Either alphabet of base64, as DSSE allows.
fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::{Envelope, EnvelopeError, signed};
    use crate::PublicKey;

    #[test]
    fn what_is_signed_is_that_of_the_specification() {
        let bytes = signed("http://example.com/HelloWorld", b"hello world");
        assert_eq!(bytes, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn what_is_no_envelope_is_refused() {
        for text in [
            "",
            "{}",
            r#"{"payload": "!", "payloadType": "a", "signatures": []}"#,
            r#"{"payload": "", "payloadType": "a", "signatures": [{"sig": "="}]}"#,
            r#"{"payload": "", "payloadType": "a", "signatures": {}}"#,
        ] {
            let error = Envelope::from_json(text.as_bytes()).unwrap_err();
            assert!(matches!(error, EnvelopeError::Malformed { .. }), "{text}");
        }
        let text = r#"{"payload": "", "payloadType": "a", "signatures": [], "more": 1}"#;
        let unsigned = Envelope::from_json(text.as_bytes()).unwrap();
        assert_eq!(unsigned.verify(&PublicKey::Ed25519([1; 32])), Err(EnvelopeError::NotSigned));
    }
}
