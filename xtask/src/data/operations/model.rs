//! The models of botocore: services, operations, parameters.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

use crate::Failure;

/// A service.
pub(super) struct Model {
    pub(super) id: String,
    pub(super) service_id: String,
    pub(super) signing_name: String,
    pub(super) operations: Vec<Operation>,
}

/// An operation.
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) is_unsigned: bool,
    pub(super) is_bearer: bool,
    /// Names of the input's members and their types (`string`, `list`, `structure` …).
    pub(super) parameters: BTreeMap<String, String>,
}

/// Reads the newest version of every service below `data`.
pub(super) fn read_all(data: &Path) -> Result<Vec<Model>, Failure> {
    let mut models = Vec::new();
    for entry in fs::read_dir(data)? {
        let folder = entry?.path();
        if !folder.is_dir() {
            continue;
        }
        let mut versions: Vec<_> =
            fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        versions.sort();
        let newest = versions.iter().rev().find(|path| path.join("service-2.json.gz").is_file());
        let (Some(newest), Some(id)) = (newest, folder.file_name()) else { continue };
        let unpacked =
            Command::new("gzip").arg("-dc").arg(newest.join("service-2.json.gz")).output()?;
        let model: Value = serde_json::from_slice(&unpacked.stdout)?;
        models.push(read(&id.to_string_lossy(), &model));
    }
    models.sort_by(|left, right| left.id.cmp(&right.id));
    Ok(models)
}

/// The entries of the object at `key`; none when there is no such object.
pub(super) fn entries<'a>(
    value: &'a Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// The text at `key`; empty when there is none.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn read(id: &str, model: &Value) -> Model {
    let metadata = model.get("metadata").unwrap_or(&Value::Null);
    let signing_name = Some(text(metadata, "signingName")).filter(|name| !name.is_empty());
    let operations = entries(model, "operations");
    Model {
        id: id.to_owned(),
        service_id: text(metadata, "serviceId").to_owned(),
        signing_name: signing_name.unwrap_or_else(|| text(metadata, "endpointPrefix")).to_owned(),
        operations: operations.map(|(name, said)| read_operation(name, said, model)).collect(),
    }
}

fn read_operation(name: &str, said: &Value, model: &Value) -> Operation {
    let shape = |name: &str| model.get("shapes").and_then(|shapes| shapes.get(name));
    let auth = said.get("auth").and_then(Value::as_array).into_iter().flatten();
    let auth: Vec<&str> = auth.filter_map(Value::as_str).collect();
    let signature = model.get("metadata").map_or("", |data| text(data, "signatureVersion"));
    let is_bearer = auth == ["smithy.api#httpBearerAuth"] || signature == "bearer";
    let is_unsigned = is_bearer
        || auth == ["smithy.api#noAuth"]
        || matches!(text(said, "authtype"), "none" | "bearer");
    let input = said.get("input").map_or("", |input| text(input, "shape"));
    let parameters = shape(input).into_iter().flat_map(|input| entries(input, "members"));
    let parameters = parameters
        .map(|(name, member)| {
            let kind = shape(text(member, "shape")).map_or("string", |shape| text(shape, "type"));
            (name.clone(), kind.to_owned())
        })
        .collect();
    Operation { name: name.to_owned(), is_unsigned, is_bearer, parameters }
}
