//! Which files an attestation names, whoever wrote it and whatever it says of them.

use serde_json::Value;

use crate::{
    digest::Digest,
    envelope::Envelope,
    statement::{Artifact, artifact},
};

/// Envelopes of a file that are read.
const MOST_ENVELOPES: usize = 1_000;
/// What every version of an in-toto statement begins its type with.
const STATEMENT: &str = "https://in-toto.io/Statement/";

/// Names and digests of the files that the in-toto statements in a file are about: an envelope, a
/// bundle of Sigstore that holds one, or one of these a line. **Nobody's signature is checked**: an
/// answer says what is claimed. Empty when the file is something else.
#[must_use]
pub fn claimed(bytes: &[u8]) -> Vec<Artifact> {
    let whole = serde_json::from_slice::<Value>(bytes).map(|json| of_document(&json));
    whole.unwrap_or_else(|_| {
        let lines = bytes.split(|byte| *byte == b'\n').take(MOST_ENVELOPES);
        let documents = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        documents.flat_map(|json| of_document(&json)).collect()
    })
}

/// Of several digests that are claimed for a file of this name, none is that of the file: the last
/// one that is claimed. `None` when one is, or when the name is not among the claims.
#[must_use]
pub fn contradicts<'c>(claims: &'c [Artifact], name: &str, found: Digest) -> Option<&'c Artifact> {
    let of_name = || claims.iter().filter(|claim| claim.name == name);
    if of_name().any(|claim| claim.sha256 == found) {
        return None;
    }
    of_name().next_back()
}

fn of_document(json: &Value) -> Vec<Artifact> {
    let envelope = json.get("dsseEnvelope").unwrap_or(json);
    let Ok(envelope) = Envelope::from_json(envelope.to_string().as_bytes()) else {
        return Vec::new();
    };
    let Ok(statement) = serde_json::from_slice::<Value>(envelope.unverified()) else {
        return Vec::new();
    };
    let kind = statement.get("_type").and_then(Value::as_str).unwrap_or_default();
    if !kind.starts_with(STATEMENT) {
        return Vec::new();
    }
    let subjects = statement.get("subject").and_then(Value::as_array);
    // Names may have a folder before them; a file is known by its own.
    let of_file = |mut subject: Artifact| {
        subject.name = subject.name.rsplit('/').next().unwrap_or_default().to_owned();
        subject
    };
    subjects.into_iter().flatten().filter_map(artifact).map(of_file).collect()
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde_json::{Value, json};

    use super::{claimed, contradicts};
    use crate::Digest;

    fn envelope(kind: &str, name: &str, byte: u8) -> Value {
        let subject = json!([{"name": name, "digest": {"sha256": Digest([byte; 32]).hex()}}]);
        let statement = json!({"_type": kind, "subject": subject, "predicateType": "any"});
        json!({
            "payload": STANDARD.encode(statement.to_string()),
            "payloadType": "application/vnd.in-toto+json",
            "signatures": [],
        })
    }

    #[test]
    fn envelopes_bundles_and_lines_of_them_are_read() {
        let one = envelope("https://in-toto.io/Statement/v1", "dist/a.zip", 1);
        let old = envelope("https://in-toto.io/Statement/v0.1", "b.zip", 2);
        let bundle =
            json!({"mediaType": "application/vnd.dev.sigstore.bundle", "dsseEnvelope": old});
        for text in [one.to_string(), format!("{one:#}"), format!("{one}\n{bundle}\n")] {
            let claims = claimed(text.as_bytes());
            assert_eq!(claims[0].name, "a.zip", "{text}");
            assert!(contradicts(&claims, "a.zip", Digest([9; 32])).is_some());
            assert!(contradicts(&claims, "a.zip", Digest([1; 32])).is_none());
            assert!(contradicts(&claims, "c.zip", Digest([9; 32])).is_none());
        }
        assert_eq!(claimed(format!("{one}\n{bundle}").as_bytes()).len(), 2);
    }

    #[test]
    fn other_files_claim_nothing() {
        let other = envelope("https://example.com/", "a.zip", 1).to_string();
        for text in ["", "{}", "[]", "a\nb", r#"{"payload": "e30="}"#, &other] {
            assert_eq!(claimed(text.as_bytes()), [], "{text}");
        }
    }
}
