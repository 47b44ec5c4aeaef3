//! The models of botocore: services, operations, parameters.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

use crate::Failure;

/// A service.
pub(super) struct Model {
    pub(super) id: String,
    pub(super) service_id: String,
    pub(super) signing_name: String,
    /// First label of the host: `monitoring`, `streams.dynamodb`.
    pub(super) endpoint: String,
    pub(super) operations: Vec<Operation>,
    /// Waiters and the operations they ask again and again.
    pub(super) waiters: Vec<(String, String)>,
}

/// An operation.
#[derive(Default)]
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) is_unsigned: bool,
    pub(super) is_bearer: bool,
    is_open: bool,
    /// Names of the input's members and their types (`string`, `list` of texts, `structure` …).
    pub(super) parameters: BTreeMap<String, String>,
    /// Paths of the members that carry the ARN of a role which the service then uses.
    pub(super) roles: Vec<String>,
    /// HTTP method and path, with `{member}` for the members that stand in it.
    pub(super) method: String,
    pub(super) path: String,
}

impl Operation {
    /// Something that is no operation, with parameters that nobody described.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), is_open: true, ..Self::default() }
    }

    /// Whether the first name of a path is a parameter.
    pub(super) fn has(&self, path: &str) -> bool {
        self.is_open
            || self.parameters.contains_key(path.split(['.', '[', '{']).next().unwrap_or(path))
    }
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
        let mut model = read(&id.to_string_lossy(), &model);
        if let Ok(waiters) = fs::read(newest.join("waiters-2.json")) {
            let waiters: Value = serde_json::from_slice(&waiters)?;
            model.waiters = entries(&waiters, "waiters")
                .map(|(name, waiter)| (name.clone(), text(waiter, "operation").to_owned()))
                .collect();
        }
        models.push(model);
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
        endpoint: text(metadata, "endpointPrefix").to_owned(),
        operations: operations.map(|(name, said)| read_operation(name, said, model)).collect(),
        waiters: Vec::new(),
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
    let http = said.get("http").unwrap_or(&Value::Null);
    let path = text(http, "requestUri").split('?').next().unwrap_or_default();
    let mut path = path.replace("+}", "}");
    if let Some(input) = shape(input) {
        for (member, said) in entries(input, "members") {
            let location = format!("{{{}}}", text(said, "locationName"));
            path = path.replace(&location, &format!("{{{member}}}"));
        }
    }
    let parameters = parameters
        .map(|(name, member)| {
            let said = shape(text(member, "shape"));
            let kind = said.map_or("string", |shape| text(shape, "type"));
            let item = said.and_then(|shape| shape.get("member")).map_or("", |m| text(m, "shape"));
            let is_plain = shape(item).is_none_or(|item| text(item, "type") == "string");
            // A list of structures names nothing by itself.
            let kind = if kind == "list" && !is_plain { "structures" } else { kind };
            (name.clone(), kind.to_owned())
        })
        .collect();
    let method = text(http, "method").to_owned();
    let mut roles = Vec::new();
    if passes_roles(name) {
        find_roles(model, input, "", 0, &mut roles);
    }
    Operation {
        name: name.to_owned(),
        is_unsigned,
        is_bearer,
        is_open: false,
        parameters,
        roles,
        method,
        path,
    }
}

/// Whether an operation may hand a role to the service: what reads or removes does not.
fn passes_roles(operation: &str) -> bool {
    let verbs = [
        "Create", "Update", "Put", "Register", "Start", "Run", "Modify", "Restore", "Submit",
        "Import", "Export", "Replace", "Add", "Set", "Attach", "Send", "Continue", "Execute",
    ];
    verbs.iter().any(|verb| operation.starts_with(verb))
}

/// Looks for members such as `RoleArn`, `role`, `executionRoleArn`, four structures deep at most.
fn find_roles(model: &Value, shape: &str, path: &str, depth: usize, roles: &mut Vec<String>) {
    let of = |name: &str| model.get("shapes").and_then(|shapes| shapes.get(name));
    let Some(said) = of(shape).filter(|_| depth < 5 && roles.len() < 8) else { return };
    match text(said, "type") {
        "list" => {
            let member = said.get("member").map_or("", |member| text(member, "shape"));
            find_roles(model, member, &format!("{path}[*]"), depth + 1, roles);
        }
        "structure" => {
            for (name, member) in entries(said, "members") {
                let own = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let shape = text(member, "shape");
                let is_text = of(shape).is_some_and(|shape| text(shape, "type") == "string");
                if is_text && is_role(name) {
                    roles.push(own);
                } else if !is_text {
                    find_roles(model, shape, &own, depth + 1, roles);
                }
            }
        }
        _ => {}
    }
}

fn is_role(member: &str) -> bool {
    let name = member.to_lowercase();
    let is_foreign = ["source", "assume", "cross", "external", "principal", "target", "customer"]
        .iter()
        .any(|start| name.starts_with(start));
    !is_foreign
        && (name == "role"
            || name == "iamrole"
            || name == "servicerole"
            || name.ends_with("rolearn"))
}
