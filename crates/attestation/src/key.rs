//! Keys: ECDSA on P-256 and Ed25519, in PEM.

use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED, ED25519,
        EcdsaKeyPair, Ed25519KeyPair, UnparsedPublicKey,
    },
};
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer, pem::PemObject as _};

/// What stands before the 65 bytes of an uncompressed point on P-256 (RFC 5480).
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// What stands before the 32 bytes of an Ed25519 key (RFC 8410).
const EDWARDS: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Why a key is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not PEM, or PEM of something else.
    #[error("it is no `{label}` in PEM; write one with `openssl {command}`")]
    NoPem {
        /// The label that was looked for.
        label: &'static str,
        /// What of openssl writes such a key.
        command: &'static str,
    },
    /// A key for another algorithm, or damaged.
    #[error("it is no key of ECDSA P-256 or Ed25519, or damaged")]
    UnknownKey,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers to sign with")]
    NoRandomness,
}

enum Pair {
    P256(Box<EcdsaKeyPair>),
    Edwards(Ed25519KeyPair),
}

/// A private key that signs.
pub struct SigningKey {
    pair: Pair,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl SigningKey {
    /// Reads a private key: PKCS#8 in PEM, not encrypted.
    ///
    /// # Errors
    /// [`KeyError`] when it is none, or of another algorithm.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(|_| KeyError::NoPem {
            label: "PRIVATE KEY",
            command: "genpkey -algorithm ed25519",
        })?;
        let bytes = der.secret_pkcs8_der();
        // OpenSSL writes Ed25519 keys without their public half.
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(bytes) {
            return Ok(Self { pair: Pair::Edwards(pair) });
        }
        let random = SystemRandom::new();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, bytes, &random)
            .map(|pair| Self { pair: Pair::P256(Box::new(pair)) })
            .map_err(|_| KeyError::UnknownKey)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.pair {
            Pair::Edwards(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Pair::P256(pair) => pair
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| KeyError::NoRandomness),
        }
    }
}

/// A public key that checks signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// A point on P-256, uncompressed.
    P256([u8; 65]),
    /// A key of Ed25519.
    Ed25519([u8; 32]),
}

impl PublicKey {
    /// Reads a public key: a `SubjectPublicKeyInfo` in PEM.
    ///
    /// # Errors
    /// [`KeyError`] when it is none, or of another algorithm.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let der = SubjectPublicKeyInfoDer::from_pem_slice(pem).map_err(|_| KeyError::NoPem {
            label: "PUBLIC KEY",
            command: "pkey -in KEY -pubout",
        })?;
        if let Some(point) = der.strip_prefix(P256.as_slice())
            && let Ok(point) = <[u8; 65]>::try_from(point)
            && point.first() == Some(&4)
        {
            return Ok(Self::P256(point));
        }
        let key = der.strip_prefix(EDWARDS.as_slice()).and_then(|key| key.try_into().ok());
        key.map(Self::Ed25519).ok_or(KeyError::UnknownKey)
    }

    /// Whether a signature is of this key. ECDSA's may be DER, as most programs write it, or the
    /// two numbers side by side.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => {
                UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok()
            }
            Self::P256(point) => {
                let verifies = |key: UnparsedPublicKey<_>| key.verify(message, signature).is_ok();
                verifies(UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point))
                    || verifies(UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point))
            }
        }
    }
}
