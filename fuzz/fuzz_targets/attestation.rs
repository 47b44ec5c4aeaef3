//! Any bytes as an envelope, a statement and keys: no panic, and nothing is signed by nobody.
#![no_main]

use attestation::{Envelope, PublicKey, SigningKey, Statement};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(envelope) = Envelope::from_json(data) {
        assert!(envelope.verify(&PublicKey::Ed25519([7; 32])).is_err());
    }
    if let Ok(statement) = Statement::from_json(data) {
        assert_eq!(Statement::from_json(&statement.to_json()), Ok(statement));
    }
    let _ = SigningKey::from_pem(data);
    let _ = PublicKey::from_pem(data);
});
