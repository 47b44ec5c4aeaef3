//! Statements that one of several keys vouches for.

use std::path::Path;

use anyhow::Context as _;
use attestation::{Envelope, EnvelopeError, PublicKey, Statement};

use crate::input;

/// Reads a public key.
pub(crate) fn key(path: &Path) -> anyhow::Result<PublicKey> {
    let shown = path.display();
    let pem = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
    PublicKey::from_pem(pem.as_bytes()).with_context(|| format!("{shown}"))
}

/// The statement of an envelope that one of the keys signed; nothing when none did.
pub(crate) fn signed(path: &Path, keys: &[PublicKey]) -> anyhow::Result<Option<Statement>> {
    let shown = path.display();
    let text = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
    let envelope = Envelope::from_json(text.as_bytes()).with_context(|| format!("{shown}"))?;
    let answers = keys.iter().map(|key| envelope.verify(key));
    let mut signed = answers.filter(|it| *it != Err(EnvelopeError::NotSigned));
    match signed.next() {
        None => Ok(None),
        Some(payload) => {
            let payload = payload.with_context(|| format!("{shown}"))?;
            Ok(Some(Statement::from_json(payload).with_context(|| format!("{shown}"))?))
        }
    }
}
