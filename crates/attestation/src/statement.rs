//! The statement of in-toto: what was built, by whom, out of which revision.

use serde_json::{Value, json};

use crate::digest::Digest;

const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// Type of the predicate that this crate writes and reads.
pub const PREDICATE_TYPE: &str = "urn:faasguard:package:1";

/// Why a statement says nothing of a package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// No JSON.
    #[error("the statement is no JSON: {reason}")]
    Malformed {
        /// What the reader says.
        reason: String,
    },
    /// Another type of statement or predicate.
    #[error("the statement has the type `{found}`, not `{wanted}`")]
    OtherType {
        /// The type that it has.
        found: String,
        /// The type that is read.
        wanted: &'static str,
    },
    /// A field that must be there.
    #[error("the statement has no valid `{field}`")]
    Missing {
        /// Its path.
        field: &'static str,
    },
}

/// A file by its name and content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Name of the file, without its folder.
    pub name: String,
    /// Its SHA-256.
    pub sha256: Digest,
}

/// What is attested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The package of the function.
    pub package: Artifact,
    /// Its layers, in the order in which they are laid over each other.
    pub layers: Vec<Artifact>,
    /// The bill of materials that was written for it.
    pub sbom: Option<Artifact>,
    /// The revision in git that it was built from.
    pub revision: Option<String>,
    /// Who built it: a person, a machine, a pipeline.
    pub builder: Option<String>,
    /// When, in RFC 3339.
    pub time: String,
}

impl Statement {
    /// The statement as JSON, the same bytes each time.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let files: Vec<&Artifact> = std::iter::once(&self.package).chain(&self.layers).collect();
        let subject: Vec<Value> = files.iter().map(|it| descriptor(it)).collect();
        let lambda = |it: &Artifact| json!({"name": it.name, "codeSha256": it.sha256.base64()});
        let mut predicate = json!({
            "package": lambda(&self.package),
            "layers": self.layers.iter().map(lambda).collect::<Vec<_>>(),
            "time": self.time,
        });
        if let Some(fields) = predicate.as_object_mut() {
            let mut add = |name: &str, value: Option<Value>| {
                value.map(|value| fields.insert(name.to_owned(), value));
            };
            add("sbom", self.sbom.as_ref().map(descriptor));
            add("revision", self.revision.as_ref().map(|it| json!({"gitCommit": it})));
            add("builder", self.builder.as_ref().map(|it| json!({"id": it})));
        }
        let statement = json!({
            "_type": STATEMENT_TYPE,
            "subject": subject,
            "predicateType": PREDICATE_TYPE,
            "predicate": predicate,
        });
        statement.to_string().into_bytes()
    }

    /// Reads a statement; fields that it does not know are ignored, as in-toto wants.
    ///
    /// # Errors
    /// [`StatementError`] when it is of another type, or when package and layers are not named by
    /// digests that agree in both places.
    pub fn from_json(bytes: &[u8]) -> Result<Self, StatementError> {
        let malformed =
            |error: serde_json::Error| StatementError::Malformed { reason: error.to_string() };
        let json: Value = serde_json::from_slice(bytes).map_err(malformed)?;
        for (field, wanted) in [("_type", STATEMENT_TYPE), ("predicateType", PREDICATE_TYPE)] {
            let found = text(&json, &format!("/{field}")).unwrap_or_default();
            if found != wanted {
                return Err(StatementError::OtherType { found, wanted });
            }
        }
        let missing = |field| StatementError::Missing { field };
        let subjects = json.get("subject").and_then(Value::as_array);
        let files: Option<Vec<Artifact>> = subjects.into_iter().flatten().map(artifact).collect();
        let mut files = files.ok_or(missing("subject"))?.into_iter();
        let package = files.next().ok_or(missing("subject"))?;
        let layers: Vec<Artifact> = files.collect();
        let predicate = json.get("predicate").ok_or(missing("predicate"))?;
        // Two readers must not see two packages.
        let declared = predicate.pointer("/package/codeSha256").and_then(Value::as_str);
        if declared != Some(package.sha256.base64().as_str()) {
            return Err(missing("predicate.package.codeSha256"));
        }
        let of_layers = predicate.get("layers").and_then(Value::as_array);
        let of_layers = of_layers.ok_or(missing("predicate.layers"))?;
        let same = |(layer, file): (&Value, &Artifact)| {
            text(layer, "/codeSha256") == Some(file.sha256.base64())
        };
        if of_layers.len() != layers.len() || !of_layers.iter().zip(&layers).all(same) {
            return Err(missing("predicate.layers"));
        }
        let sbom = predicate.get("sbom");
        let sbom = sbom.map(|it| artifact(it).ok_or(missing("predicate.sbom"))).transpose()?;
        Ok(Self {
            package,
            layers,
            sbom,
            revision: text(predicate, "/revision/gitCommit"),
            builder: text(predicate, "/builder/id"),
            time: text(predicate, "/time").ok_or(missing("predicate.time"))?,
        })
    }
}

/// A file as a resource descriptor.
fn descriptor(file: &Artifact) -> Value {
    json!({"name": file.name, "digest": {"sha256": file.sha256.hex()}})
}

pub(crate) fn artifact(json: &Value) -> Option<Artifact> {
    let sha256 = Digest::from_hex(&text(json, "/digest/sha256")?)?;
    Some(Artifact { name: text(json, "/name")?, sha256 })
}

fn text(json: &Value, pointer: &str) -> Option<String> {
    json.pointer(pointer)?.as_str().map(str::to_owned)
}
