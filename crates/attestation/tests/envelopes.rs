//! Envelopes of our own and of others: what is signed is read, and nothing else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use attestation::{
    Artifact, Digest, Envelope, EnvelopeError, KeyError, PublicKey, SigningKey, Statement,
    StatementError,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use proptest::{collection::vec, prelude::*};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/keys/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn statement() -> Statement {
    let artifact =
        |name: &str, byte| Artifact { name: name.to_owned(), sha256: Digest([byte; 32]) };
    Statement {
        package: artifact("orders.zip", 1),
        layers: vec![artifact("base.zip", 2), artifact("guard.zip", 3)],
        sbom: Some(artifact("sbom.json", 4)),
        revision: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        builder: Some("ci".to_owned()),
        time: "2026-11-26T10:00:00Z".to_owned(),
    }
}

const KEYS: [(&str, &str); 2] = [("ed25519.pem", "ed25519.pub.pem"), ("p256.pem", "p256.pub.pem")];

fn signed(key: &str) -> String {
    let key = SigningKey::from_pem(&file(key)).unwrap();
    Envelope::sign(statement().to_json(), &key, None).unwrap().to_json()
}

/// The statement that a key vouches for.
fn verified(envelope: &[u8], key: &PublicKey) -> Option<Statement> {
    let envelope = Envelope::from_json(envelope).ok()?;
    Statement::from_json(envelope.verify(key).ok()?).ok()
}

#[test]
fn what_is_signed_is_read_back_with_the_key_and_no_other() {
    for (private, public) in KEYS {
        let envelope = signed(private);
        let key = PublicKey::from_pem(&file(public)).unwrap();
        assert_eq!(verified(envelope.as_bytes(), &key), Some(statement()));
        for (_, other) in KEYS.iter().filter(|(_, other)| *other != public) {
            let other = PublicKey::from_pem(&file(other)).unwrap();
            let envelope = Envelope::from_json(envelope.as_bytes()).unwrap();
            assert_eq!(envelope.verify(&other), Err(EnvelopeError::NotSigned));
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_fails() {
    for (private, public) in KEYS {
        let mut envelope = signed(private).into_bytes();
        let key = PublicKey::from_pem(&file(public)).unwrap();
        for at in 0..envelope.len() {
            for bit in 0..8 {
                envelope[at] ^= 1 << bit;
                assert_eq!(verified(&envelope, &key), None, "{private}: bit {bit} of byte {at}");
                envelope[at] ^= 1 << bit;
            }
        }
        assert!(verified(&envelope, &key).is_some());
    }
}

#[test]
fn envelopes_of_python_are_read() {
    // Written by `interop.py` beside the keys.
    for (envelope, public) in [
        ("python-ed25519.json", "ed25519.pub.pem"),
        ("python-p256.json", "p256.pub.pem"),
        ("securesystemslib-ed25519.json", "ed25519.pub.pem"),
        ("securesystemslib-p256.json", "p256.pub.pem"),
    ] {
        let key = PublicKey::from_pem(&file(public)).unwrap();
        let read = verified(&file(envelope), &key).unwrap();
        assert_eq!(read.package, statement().package, "{envelope}");
    }
}

#[test]
fn keys_of_other_kinds_are_refused() {
    let private = |bytes: &[u8]| SigningKey::from_pem(bytes).unwrap_err();
    assert!(matches!(private(b""), KeyError::NoPem { .. }));
    assert!(matches!(private(&file("p256.pub.pem")), KeyError::NoPem { .. }));
    assert_eq!(private(&file("rsa.pem")), KeyError::UnknownKey);
    assert_eq!(private(&file("p384.pem")), KeyError::UnknownKey);
    let public = |bytes: &[u8]| PublicKey::from_pem(bytes).unwrap_err();
    assert!(matches!(public(&file("p256.pem")), KeyError::NoPem { .. }));
    assert_eq!(public(&file("p384.pub.pem")), KeyError::UnknownKey);
}

#[test]
fn statements_that_name_two_packages_are_refused() {
    let text = String::from_utf8(statement().to_json()).unwrap();
    let other = Digest([9; 32]);
    for (from, to) in [
        (statement().package.sha256.base64(), other.base64()),
        (statement().package.sha256.hex(), other.hex()),
        (Digest([2; 32]).base64(), other.base64()),
        (Digest([3; 32]).hex(), "0".to_owned()),
    ] {
        let changed = text.replace(&from, &to);
        let error = Statement::from_json(changed.as_bytes()).unwrap_err();
        assert!(matches!(error, StatementError::Missing { .. }), "{error}");
    }
    let other = text.replace("urn:faasguard:package:1", "https://slsa.dev/provenance/v1");
    let error = Statement::from_json(other.as_bytes()).unwrap_err();
    assert!(matches!(error, StatementError::OtherType { .. }));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in vec(any::<u8>(), 0..300)) {
        let key = PublicKey::Ed25519([7; 32]);
        prop_assert_eq!(verified(&bytes, &key), None);
        let _ = Statement::from_json(&bytes);
        let _ = SigningKey::from_pem(&bytes);
        let _ = PublicKey::from_pem(&bytes);
    }

    #[test]
    fn statements_are_read_back(
        name in ".{0,20}",
        time in "[0-9TZ:-]{0,20}",
        layers in vec(any::<[u8; 32]>(), 0..4),
    ) {
        let layer = |it| Artifact { name: name.clone(), sha256: Digest(it) };
        let layers = layers.into_iter().map(layer).collect();
        let written = Statement { layers, time, sbom: None, ..statement() };
        prop_assert_eq!(Statement::from_json(&written.to_json()), Ok(written));
    }
    #[test]
    fn any_statement_that_is_signed_is_verified_and_no_change_of_it(
        payload in vec(any::<u8>(), 1..200),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
        key in 0_usize..2,
    ) {
        let (private, public) = KEYS[key];
        let (private, public) = (file(private), file(public));
        let (private, public) =
            (SigningKey::from_pem(&private).unwrap(), PublicKey::from_pem(&public).unwrap());
        let envelope = Envelope::sign(payload.clone(), &private, None).unwrap();
        prop_assert_eq!(envelope.verify(&public), Ok(payload.as_slice()));
        let mut json: serde_json::Value = serde_json::from_str(&envelope.to_json()).unwrap();
        let mut changed = payload.clone();
        changed[at.index(payload.len())] ^= 1 << bit;
        json["payload"] = STANDARD.encode(&changed).into();
        let changed = Envelope::from_json(json.to_string().as_bytes()).unwrap();
        prop_assert_eq!(changed.verify(&public), Err(EnvelopeError::NotSigned));
        // Bytes moved from the payload to its type are signed by nobody either.
        let moved = [0, payload.len() / 2].map(|at| {
            let (head, tail) = payload.split_at(at);
            let head: String = head.iter().map(|byte| char::from(byte & 0x7f)).collect();
            json["payload"] = STANDARD.encode(tail).into();
            json["payloadType"] = format!("application/vnd.in-toto+json {head}").into();
            Envelope::from_json(json.to_string().as_bytes()).unwrap().verify(&public).is_err()
        });
        prop_assert_eq!(moved, [true; 2]);
    }

    #[test]
    fn of_several_signatures_one_of_the_key_is_enough_wherever_it_stands(
        others in vec(vec(any::<u8>(), 0..80), 0..6),
        at in any::<prop::sample::Index>(),
        keyid in ".{0,10}",
        key in 0_usize..2,
    ) {
        let (private, public) = KEYS[key];
        let mut json: serde_json::Value = serde_json::from_str(&signed(private)).unwrap();
        let own = json["signatures"][0].clone();
        let mut all: Vec<serde_json::Value> = others
            .iter()
            .map(|it| serde_json::json!({"sig": URL_SAFE.encode(it), "keyid": keyid}))
            .collect();
        let public = PublicKey::from_pem(&file(public)).unwrap();
        json["signatures"] = all.clone().into();
        prop_assert_eq!(verified(json.to_string().as_bytes(), &public), None);
        all.insert(at.index(all.len() + 1), own);
        json["signatures"] = all.into();
        prop_assert_eq!(verified(json.to_string().as_bytes(), &public), Some(statement()));
    }
}
