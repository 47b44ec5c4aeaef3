//! What is deployed, as the AWS CLI tells it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::digest::Digest;

/// Functions of a file that are read.
const MOST_FUNCTIONS: usize = 100_000;

/// Why a file tells nothing of functions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeployedError {
    /// No JSON.
    #[error("it is no JSON: {reason}")]
    Malformed {
        /// What the reader says.
        reason: String,
    },
    /// Other JSON.
    #[error(
        "it tells of no function or layer; write it with `aws lambda get-function-configuration`, `list-functions`, `list-versions-by-function` or `get-layer-version`"
    )]
    NoFunction,
    /// A function without a digest of its code.
    #[error("the function `{function}` has no valid `CodeSha256`")]
    NoDigest {
        /// Its name.
        function: String,
    },
    /// More functions than an account can have.
    #[error("it tells of more than {MOST_FUNCTIONS} functions")]
    TooMany,
}

/// A layer of a deployed function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedLayer {
    /// ARN of its version.
    pub arn: String,
    /// SHA-256 of its archive, when the function or `get-layer-version` tells it.
    pub sha256: Option<Digest>,
}

/// A function, or one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedFunction {
    /// Its name.
    pub name: String,
    /// Its version when it is not `$LATEST`.
    pub version: Option<String>,
    /// Whether it is a container image, whose digest is no archive's.
    pub is_image: bool,
    /// SHA-256 of what runs.
    pub sha256: Digest,
    /// Its layers, in the order in which they are laid over each other.
    pub layers: Vec<DeployedLayer>,
}

/// What one or several files tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployed {
    /// In the order of the files.
    pub functions: Vec<DeployedFunction>,
    /// There are more functions on further pages.
    pub breaks_off: bool,
    /// Digests of layers by the ARN of their version.
    layers: BTreeMap<String, Digest>,
}

impl Deployed {
    /// Reads one more file: what `aws lambda get-function`, `get-function-configuration`,
    /// `list-functions`, `list-versions-by-function` and `get-layer-version` print, or a list of such.
    ///
    /// # Errors
    /// [`DeployedError`].
    pub fn read(&mut self, bytes: &[u8]) -> Result<(), DeployedError> {
        let json: Value = serde_json::from_slice(bytes)
            .map_err(|error| DeployedError::Malformed { reason: error.to_string() })?;
        let before = (self.functions.len(), self.layers.len());
        let all = match &json {
            Value::Array(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        for json in all {
            self.document(json)?;
        }
        if (self.functions.len(), self.layers.len()) == before {
            return Err(DeployedError::NoFunction);
        }
        Ok(())
    }

    /// The digest of a layer: as its function tells it, or as `get-layer-version` did.
    #[must_use]
    pub fn layer(&self, layer: &DeployedLayer) -> Option<Digest> {
        layer.sha256.or_else(|| self.layers.get(&layer.arn).copied())
    }

    fn document(&mut self, json: &Value) -> Result<(), DeployedError> {
        let mut listed = Vec::new();
        for key in ["Functions", "Versions"] {
            let functions = json.get(key).and_then(Value::as_array);
            listed.extend(functions.into_iter().flatten());
        }
        listed.extend(json.get("Configuration"));
        let marker = text(json, "/NextMarker").or_else(|| text(json, "/NextToken"));
        self.breaks_off |= marker.is_some_and(|it| !it.is_empty());
        if json.get("FunctionName").is_some() {
            listed.push(json);
        }
        for json in listed {
            if self.functions.len() >= MOST_FUNCTIONS {
                return Err(DeployedError::TooMany);
            }
            self.functions.extend(function(json)?);
        }
        if let Some(arn) = text(json, "/LayerVersionArn")
            && let Some(sha256) = digest(json, "/Content/CodeSha256")
        {
            self.layers.insert(arn, sha256);
        }
        Ok(())
    }
}

fn function(json: &Value) -> Result<Option<DeployedFunction>, DeployedError> {
    let Some(name) = text(json, "/FunctionName") else { return Ok(None) };
    let Some(sha256) = digest(json, "/CodeSha256") else {
        return Err(DeployedError::NoDigest { function: name });
    };
    let layers = json.get("Layers").and_then(Value::as_array);
    let layers = layers.into_iter().flatten().filter_map(|json| {
        Some(DeployedLayer { arn: text(json, "/Arn")?, sha256: digest(json, "/CodeSha256") })
    });
    Ok(Some(DeployedFunction {
        version: text(json, "/Version").filter(|it| it != "$LATEST"),
        is_image: text(json, "/PackageType").as_deref() == Some("Image"),
        layers: layers.collect(),
        name,
        sha256,
    }))
}

/// A digest in base 64, as of archives, or in base 16, as of images.
fn digest(json: &Value, pointer: &str) -> Option<Digest> {
    let text = text(json, pointer)?;
    Digest::from_base64(&text).or_else(|| Digest::from_hex(&text))
}

fn text(json: &Value, pointer: &str) -> Option<String> {
    json.pointer(pointer)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Deployed, DeployedError};
    use crate::Digest;

    fn digest(byte: u8) -> String {
        Digest([byte; 32]).base64()
    }

    fn read(json: &serde_json::Value) -> Result<Deployed, DeployedError> {
        let mut deployed = Deployed::default();
        deployed.read(json.to_string().as_bytes()).map(|()| deployed)
    }

    #[test]
    fn every_form_of_the_command_line_is_read() {
        let layer = "arn:aws:lambda:eu-west-1:123456789012:layer:base:3";
        let function = json!({
            "FunctionName": "orders",
            "CodeSha256": digest(1),
            "Version": "$LATEST",
            "Layers": [{"Arn": layer, "CodeSize": 3}],
        });
        let one = read(&function).unwrap();
        assert_eq!((one.functions[0].name.as_str(), &one.functions[0].version), ("orders", &None));
        assert_eq!(one.functions[0].sha256, Digest([1; 32]));
        assert_eq!(read(&json!({"Configuration": function, "Code": {}})).unwrap(), one);
        assert_eq!(read(&json!({"Functions": [function]})).unwrap(), one);
        assert_eq!(read(&json!([function])).unwrap(), one);
        let page = json!({"Versions": [function, function], "NextMarker": "a"});
        let page = read(&page).unwrap();
        assert_eq!((page.functions.len(), page.breaks_off), (2, true));

        let mut both = one;
        let content = json!({"CodeSha256": digest(2)});
        let version = json!({"LayerVersionArn": layer, "Content": content});
        assert_eq!(both.layer(&both.functions[0].layers[0]), None);
        both.read(version.to_string().as_bytes()).unwrap();
        assert_eq!(both.layer(&both.functions[0].layers[0]), Some(Digest([2; 32])));
        let image = json!({
            "FunctionName": "a", "PackageType": "Image", "CodeSha256": "0f".repeat(32),
        });
        assert!(read(&image).unwrap().functions[0].is_image);
    }

    #[test]
    fn what_tells_of_no_code_is_refused() {
        for json in [json!({}), json!([]), json!({"Functions": []}), json!("a")] {
            assert_eq!(read(&json), Err(DeployedError::NoFunction), "{json}");
        }
        let json = json!({"FunctionName": "orders", "CodeSha256": "abc"});
        assert!(matches!(read(&json), Err(DeployedError::NoDigest { .. })));
        assert!(matches!(Deployed::default().read(b"{"), Err(DeployedError::Malformed { .. })));
    }
}
