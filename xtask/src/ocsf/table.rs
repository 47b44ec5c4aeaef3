//! The table of classes and objects that events of ours use, out of the files of ocsf/ocsf-schema.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use serde_json::{Map, Value};

use crate::{Failure, Outcome, workspace};

/// Classes: their file, and the number of their category.
const CLASSES: [(&str, &str); 5] = [
    ("account_change", "iam"),
    ("authentication", "iam"),
    ("api_activity", "application"),
    ("compliance_finding", "findings"),
    ("detection_finding", "findings"),
];

/// Objects that the table holds; others may stand where one of them is asked for, and are not looked
/// into.
const OBJECTS: [&str; 43] = [
    "account",
    "actor",
    "affected_code",
    "affected_package",
    "analytic",
    "api",
    "assessment",
    "attack",
    "auth_factor",
    "authentication_token",
    "check",
    "cloud",
    "compliance",
    "cve",
    "evidences",
    "feature",
    "file",
    "finding_info",
    "group",
    "http_request",
    "http_response",
    "idp",
    "location",
    "logger",
    "metadata",
    "network_endpoint",
    "observable",
    "organization",
    "policy",
    "product",
    "related_event",
    "remediation",
    "request",
    "resource_details",
    "response",
    "service",
    "session",
    "sub_technique",
    "tactic",
    "technique",
    "url",
    "user",
    "vulnerability",
];

pub(crate) fn write(folder: &Path, check: bool) -> Outcome {
    let text = Schema::read(folder)?.table()?;
    let path = workspace::root().join("crates/ocsf/data/schema.tsv");
    let is_same = fs::read_to_string(&path).is_ok_and(|stands| stands == text);
    println!("schema.tsv {} bytes, {} lines", text.len(), text.lines().count());
    if is_same {
        return Ok(());
    }
    if check {
        return Err("schema.tsv is stale".into());
    }
    Ok(fs::write(path, text)?)
}

/// The files of the schema.
struct Schema {
    version: String,
    dictionary: Map<String, Value>,
    /// Classes, objects and profiles by folder and name: `events/finding`, `objects/finding`.
    files: BTreeMap<String, Value>,
    categories: Map<String, Value>,
    /// Types whose values are observables, by their number.
    observables: BTreeMap<i64, String>,
}

type Attributes = BTreeMap<String, Map<String, Value>>;

impl Schema {
    fn read(folder: &Path) -> Result<Self, Failure> {
        let mut files = BTreeMap::new();
        for below in ["events", "objects", "profiles"] {
            for path in workspace::files(&folder.join(below))? {
                if path.extension().is_none_or(|it| it != "json") {
                    continue;
                }
                let value = json(&path)?;
                let name = value.get("name").and_then(Value::as_str).unwrap_or_default();
                files.insert(format!("{below}/{name}"), value);
            }
        }
        let attributes = |value: Value| match value.get("attributes") {
            Some(Value::Object(map)) => Ok(map.clone()),
            _ => Err("a file of the schema has no attributes"),
        };
        let dictionary = json(&folder.join("dictionary.json"))?;
        let types = dictionary.get("types").and_then(|it| it.get("attributes"));
        let types = types.and_then(Value::as_object).into_iter().flatten();
        let observables = types.filter_map(|(_, kind)| {
            let caption = kind.get("caption")?.as_str()?.to_owned();
            Some((kind.get("observable")?.as_i64()?, caption))
        });
        let observables = observables.collect();
        let version = json(&folder.join("version.json"))?;
        Ok(Self {
            version: version.get("version").and_then(Value::as_str).unwrap_or_default().to_owned(),
            dictionary: attributes(dictionary)?,
            categories: attributes(json(&folder.join("categories.json"))?)?,
            files,
            observables,
        })
    }

    fn file(&self, of: &str, name: &str) -> Result<&Value, Failure> {
        let found = self.files.get(&format!("{of}/{name}"));
        found.ok_or_else(|| format!("there is no `{of}/{name}`").into())
    }

    /// The attributes of a class or an object, those that it inherits and those of profiles, too.
    fn attributes(&self, of: &str, name: &str) -> Result<Attributes, Failure> {
        let file = self.file(of, name)?;
        let mut all = match file.get("extends").and_then(Value::as_str) {
            Some(parent) => self.attributes(of, parent)?,
            None => Attributes::new(),
        };
        let Some(own) = file.get("attributes").and_then(Value::as_object) else { return Ok(all) };
        let includes = own.get("$include").and_then(Value::as_array).into_iter().flatten();
        for path in includes.filter_map(Value::as_str) {
            let name = path.trim_start_matches("profiles/").trim_end_matches(".json");
            let profile = self.files.get(&format!("profiles/{name}"));
            let profile = profile.ok_or_else(|| format!("there is no `{path}`"))?;
            let inner = profile.get("attributes").and_then(Value::as_object);
            for (key, value) in inner.into_iter().flatten() {
                let entry = all.entry(key.clone()).or_default();
                lay_over(entry, value);
                entry.insert("profile".to_owned(), name.into());
            }
        }
        for (key, value) in own.iter().filter(|(key, _)| *key != "$include") {
            lay_over(all.entry(key.clone()).or_default(), value);
        }
        Ok(all)
    }

    /// Groups of attributes of which one must be there, those that are inherited only when there are
    /// no own ones.
    fn constraints(&self, of: &str, name: &str) -> Result<Vec<(String, Vec<String>)>, Failure> {
        let file = self.file(of, name)?;
        if let Some(own) = file.get("constraints").and_then(Value::as_object) {
            let names = |list: &Value| {
                let list = list.as_array().into_iter().flatten();
                list.filter_map(Value::as_str).map(str::to_owned).collect()
            };
            return Ok(own.iter().map(|(kind, list)| (kind.clone(), names(list))).collect());
        }
        match file.get("extends").and_then(Value::as_str) {
            Some(parent) => self.constraints(of, parent),
            None => Ok(Vec::new()),
        }
    }

    fn table(&self) -> Result<String, Failure> {
        let mut text = format!("version\t{}\n", self.version);
        for (name, category) in CLASSES {
            let file = self.file("events", name)?;
            let category = self.categories.get(category).ok_or("a category is missing")?;
            let number = |value: &Value| value.get("uid").and_then(Value::as_u64);
            let (uid, group_uid) =
                number(file).zip(number(category)).ok_or("a class has no uid")?;
            let caption = |value: &Value| {
                value.get("caption").and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            let (own, group) = (caption(file), caption(category));
            writeln!(
                text,
                "class\t{name}\t{}\t{own}\t{group_uid}\t{group}",
                group_uid * 1000 + uid
            )?;
            self.owner("events", name, &mut text)?;
        }
        for name in OBJECTS {
            writeln!(text, "object\t{name}")?;
            self.owner("objects", name, &mut text)?;
        }
        Ok(text)
    }

    fn owner(&self, of: &str, name: &str, text: &mut String) -> Outcome {
        let known: BTreeSet<&str> = OBJECTS.into_iter().collect();
        for (key, attribute) in self.attributes(of, name)? {
            let dictionary = self.dictionary.get(&key).cloned().unwrap_or_default();
            let get = |field: &str| {
                attribute.get(field).filter(|it| !it.is_null()).or_else(|| dictionary.get(field))
            };
            let word = |field: &str| get(field).and_then(Value::as_str).unwrap_or("-");
            let kind = match word("type") {
                kind if kind.ends_with("_t") || known.contains(kind) => kind,
                _ => "object",
            };
            let list =
                if get("is_array").and_then(Value::as_bool) == Some(true) { "[]" } else { "-" };
            let profile = attribute.get("profile").and_then(Value::as_str).unwrap_or("-");
            let mut values = BTreeMap::new();
            for all in [dictionary.get("enum"), attribute.get("enum")].into_iter().flatten() {
                for (id, value) in all.as_object().into_iter().flatten() {
                    let caption = value.get("caption").and_then(Value::as_str).unwrap_or_default();
                    values.insert(id.parse::<i64>().unwrap_or(-1), caption.replace(';', ","));
                }
            }
            if (name, key.as_str()) == ("observable", "type_id") {
                values.extend(self.observables.clone());
            }
            // Numbers of categories and classes stand in their files.
            if matches!(key.as_str(), "category_uid" | "class_uid") || values.contains_key(&-1) {
                values.clear();
            }
            let values: Vec<String> =
                values.into_iter().map(|(id, caption)| format!("{id}={caption}")).collect();
            let values = if values.is_empty() { "-".to_owned() } else { values.join(";") };
            let sibling = if values == "-" { "-" } else { word("sibling") };
            let requirement = word("requirement");
            writeln!(
                text,
                "\t{key}\t{kind}\t{list}\t{requirement}\t{profile}\t{sibling}\t{values}"
            )?;
        }
        for (kind, names) in self.constraints(of, name)? {
            writeln!(text, "{kind}\t{}", names.join(","))?;
        }
        Ok(())
    }
}

/// Values of `over` replace those of `map`; enumerations are put together.
fn lay_over(map: &mut Map<String, Value>, over: &Value) {
    for (key, value) in over.as_object().into_iter().flatten() {
        match (map.get_mut(key), value) {
            (Some(Value::Object(below)), Value::Object(above)) if key == "enum" => {
                below.extend(above.clone());
            }
            _ => {
                map.insert(key.clone(), value.clone());
            }
        }
    }
}

fn json(path: &Path) -> Result<Value, Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}
