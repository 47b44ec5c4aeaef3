//! Any bytes as an envelope, a statement, keys and a list of functions: no panic, and nothing is signed
//! by nobody.
#![no_main]

use attestation::{Deployed, Envelope, PublicKey, SigningKey, Statement, claimed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(envelope) = Envelope::from_json(data) {
        assert!(envelope.verify(&PublicKey::Ed25519([7; 32])).is_err());
    }
    if let Ok(statement) = Statement::from_json(data) {
        assert_eq!(Statement::from_json(&statement.to_json()), Ok(statement));
    }
    let _ = claimed(data);
    let mut deployed = Deployed::default();
    if deployed.read(data).is_ok() {
        for function in &deployed.functions {
            let _ = function.layers.iter().map(|layer| deployed.layer(layer)).count();
        }
    }
    let _ = SigningKey::from_pem(data);
    let _ = PublicKey::from_pem(data);
});
