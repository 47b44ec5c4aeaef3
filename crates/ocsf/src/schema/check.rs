//! An event held against the schema.

use std::{fmt, net::IpAddr};

use serde_json::{Map, Value};

use super::table::{Attribute, Owner, SCHEMA};

/// Levels of objects that are looked into.
const MAX_DEPTH: u32 = 32;

/// Something that the schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `actor.user.uid`.
    pub path: String,
    /// What.
    pub kind: FaultKind,
}

/// What the schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The event is no object, or of no class that the table holds.
    UnknownClass,
    /// An attribute that must be there is not.
    Missing,
    /// An attribute that the class or object does not have.
    UnknownAttribute,
    /// An attribute of a profile that `metadata.profiles` does not name.
    OtherProfile {
        /// The profile.
        profile: &'static str,
    },
    /// A value of another type.
    WrongType {
        /// The type that it must have.
        expected: &'static str,
    },
    /// A number that is none of those allowed.
    UnknownValue {
        /// The number.
        value: i64,
    },
    /// A caption that is not that of the number beside it.
    WrongCaption {
        /// The caption that it must be.
        expected: String,
    },
    /// None of several attributes is there, or more than one where just one may be.
    Constraint {
        /// `at_least_one`, `just_one`
        kind: &'static str,
        /// The attributes.
        names: Vec<&'static str>,
    },
    /// `type_uid` is not `class_uid * 100 + activity_id`.
    WrongTypeUid,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.kind {
            FaultKind::UnknownClass => write!(f, "the event is of no known class"),
            FaultKind::Missing => write!(f, "`{path}` is required"),
            FaultKind::UnknownAttribute => write!(f, "`{path}` is no attribute"),
            FaultKind::OtherProfile { profile } => {
                write!(f, "`{path}` is of the profile `{profile}`, which `metadata.profiles` lacks")
            }
            FaultKind::WrongType { expected } => write!(f, "`{path}` must be `{expected}`"),
            FaultKind::UnknownValue { value } => write!(f, "`{path}` may not be {value}"),
            FaultKind::WrongCaption { expected } => write!(f, "`{path}` must be `{expected}`"),
            FaultKind::Constraint { kind, names } => {
                write!(f, "`{path}` needs {kind} of {}", names.join(", "))
            }
            FaultKind::WrongTypeUid => {
                write!(f, "`type_uid` must be `class_uid` * 100 + `activity_id`")
            }
        }
    }
}

/// All that the schema does not allow in an event of one of the classes 2004, 3001, 3002 and 6003.
///
/// Checked are names of attributes, types, requirements, profiles, numbers with their captions,
/// constraints, and that the numbers of class, category, activity and type fit together.
#[must_use]
pub fn faults(event: &Value) -> Vec<Fault> {
    let unknown = || vec![Fault { path: String::new(), kind: FaultKind::UnknownClass }];
    let Some(map) = event.as_object() else { return unknown() };
    let number = |name: &str| map.get(name).and_then(Value::as_u64);
    let class_uid = number("class_uid");
    let Some((uid, class)) = class_uid.and_then(|uid| Some((uid, SCHEMA.classes.get(&uid)?)))
    else {
        return unknown();
    };
    let profiles = map.get("metadata").and_then(|it| it.get("profiles")).and_then(Value::as_array);
    let profiles = profiles.into_iter().flatten().filter_map(Value::as_str).collect();
    let mut check = Check { profiles, faults: Vec::new() };
    check.owner(&class.owner, map, "", 0);
    let texts =
        [("class_name", class.caption), ("category_name", class.category), ("type_name", "")];
    for (name, expected) in texts {
        if let Some(text) = map.get(name).and_then(Value::as_str)
            && !expected.is_empty()
            && text != expected
        {
            let kind = FaultKind::WrongCaption { expected: expected.to_owned() };
            check.tell(name, kind);
        }
    }
    if number("category_uid").is_some_and(|it| it != class.category_uid) {
        let value = number("category_uid").and_then(|it| i64::try_from(it).ok());
        check.tell("category_uid", FaultKind::UnknownValue { value: value.unwrap_or(i64::MAX) });
    }
    if let Some((activity, of_type)) = number("activity_id").zip(number("type_uid"))
        && uid * 100 + activity != of_type
    {
        check.tell("type_uid", FaultKind::WrongTypeUid);
    }
    check.faults
}

struct Check<'v> {
    profiles: Vec<&'v str>,
    faults: Vec<Fault>,
}

impl<'v> Check<'v> {
    fn tell(&mut self, path: &str, kind: FaultKind) {
        self.faults.push(Fault { path: path.to_owned(), kind });
    }

    fn has_profile(&self, attribute: &Attribute) -> bool {
        attribute.profile.is_none_or(|profile| self.profiles.contains(&profile))
    }

    fn owner(&mut self, owner: &Owner, map: &'v Map<String, Value>, path: &str, depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        let below = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        for (name, value) in map {
            let path = below(name);
            let Some(attribute) = owner.attributes.get(name.as_str()) else {
                self.tell(&path, FaultKind::UnknownAttribute);
                continue;
            };
            if let Some(profile) = attribute.profile.filter(|_| !self.has_profile(attribute)) {
                self.tell(&path, FaultKind::OtherProfile { profile });
            }
            self.attribute(attribute, value, &path, depth);
            self.caption(attribute, value, map, &path);
        }
        let mut missing: Vec<&str> = owner
            .attributes
            .iter()
            .filter(|(name, it)| {
                it.is_required && self.has_profile(it) && !map.contains_key(**name)
            })
            .map(|(name, _)| *name)
            .collect();
        missing.sort_unstable();
        for name in missing {
            self.tell(&below(name), FaultKind::Missing);
        }
        for (kind, names) in &owner.constraints {
            let count = names.iter().filter(|name| map.contains_key(**name)).count();
            if count == 0 || (*kind == "just_one" && count > 1) {
                self.tell(path, FaultKind::Constraint { kind, names: names.clone() });
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, value: &'v Value, path: &str, depth: u32) {
        if !attribute.is_list {
            return self.value(attribute, value, path, depth);
        }
        let Some(list) = value.as_array() else {
            return self.tell(path, FaultKind::WrongType { expected: "array" });
        };
        for (at, element) in list.iter().enumerate() {
            self.value(attribute, element, &format!("{path}[{at}]"), depth);
        }
    }

    fn value(&mut self, attribute: &Attribute, value: &'v Value, path: &str, depth: u32) {
        let kind = attribute.kind;
        if let Some(owner) = SCHEMA.objects.get(kind) {
            match value.as_object() {
                Some(map) => self.owner(owner, map, path, depth + 1),
                None => self.tell(path, FaultKind::WrongType { expected: kind }),
            }
            return;
        }
        let is_right = match kind {
            "object" => value.is_object(),
            "json_t" => true,
            "boolean_t" => value.is_boolean(),
            "integer_t" | "long_t" | "timestamp_t" => value.is_i64() || value.is_u64(),
            "port_t" => value.as_u64().is_some_and(|it| it <= 65_535),
            "float_t" => value.is_number(),
            "ip_t" => value.as_str().is_some_and(|it| it.parse::<IpAddr>().is_ok()),
            _ => value.is_string(),
        };
        if !is_right {
            self.tell(path, FaultKind::WrongType { expected: kind });
        }
        if let Some(value) = value.as_i64().filter(|_| !attribute.values.is_empty())
            && !attribute.values.contains_key(&value)
        {
            self.tell(path, FaultKind::UnknownValue { value });
        }
    }

    /// A caption that is not that of the number; 99 is what the source says.
    fn caption(
        &mut self,
        attribute: &Attribute,
        value: &Value,
        map: &Map<String, Value>,
        path: &str,
    ) {
        let Some(sibling) = attribute.sibling else { return };
        let Some(id) = value.as_i64().filter(|id| *id != 99) else { return };
        let Some(text) = map.get(sibling).and_then(Value::as_str) else { return };
        if let Some(expected) = attribute.values.get(&id).filter(|it| **it != text) {
            self.tell(path, FaultKind::WrongCaption { expected: (*expected).to_owned() });
        }
    }
}
