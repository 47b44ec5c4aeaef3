//! The table, read once.

use std::{collections::HashMap, sync::LazyLock};

const TEXT: &str = include_str!("../../data/schema.tsv");

/// The version of the schema.
pub const VERSION: &str = "1.5.0";

/// The schema.
pub(super) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::read(TEXT));

/// Classes and objects with what may stand in them.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) version: &'static str,
    /// By `class_uid`.
    pub(super) classes: HashMap<u64, Class>,
    /// By name.
    pub(super) objects: HashMap<&'static str, Owner>,
}

/// A class of events.
#[derive(Debug, Default)]
pub(super) struct Class {
    pub(super) caption: &'static str,
    pub(super) category_uid: u64,
    pub(super) category: &'static str,
    pub(super) owner: Owner,
}

/// What may stand in a class or an object.
#[derive(Debug, Default)]
pub(super) struct Owner {
    pub(super) attributes: HashMap<&'static str, Attribute>,
    /// Kind of the constraint, and names.
    pub(super) constraints: Vec<(&'static str, Vec<&'static str>)>,
}

/// One attribute.
#[derive(Debug, Default)]
pub(super) struct Attribute {
    /// `string_t` and the like, the name of an object, or `object`.
    pub(super) kind: &'static str,
    pub(super) is_list: bool,
    pub(super) is_required: bool,
    /// The profile that it belongs to.
    pub(super) profile: Option<&'static str>,
    /// The attribute that holds the caption of its value.
    pub(super) sibling: Option<&'static str>,
    /// Values that it may have, with their captions; empty: any.
    pub(super) values: HashMap<i64, &'static str>,
}

impl Schema {
    fn read(text: &'static str) -> Self {
        enum At {
            Nothing,
            Class(u64),
            Object(&'static str),
        }
        let mut schema = Self::default();
        let mut at = At::Nothing;
        for line in text.lines() {
            let mut fields = line.split('\t');
            let mut next = || fields.next().unwrap_or_default();
            let owner = match at {
                At::Class(uid) => schema.classes.get_mut(&uid).map(|class| &mut class.owner),
                At::Object(name) => schema.objects.get_mut(name),
                At::Nothing => None,
            };
            match (next(), owner) {
                ("version", _) => schema.version = next(),
                ("class", _) => {
                    let (_, uid) = (next(), next().parse().unwrap_or_default());
                    let caption = next();
                    let category_uid = next().parse().unwrap_or_default();
                    let owner = Owner::default();
                    let class = Class { caption, category_uid, category: next(), owner };
                    schema.classes.insert(uid, class);
                    at = At::Class(uid);
                }
                ("object", _) => {
                    let name = next();
                    schema.objects.insert(name, Owner::default());
                    at = At::Object(name);
                }
                ("", Some(owner)) => {
                    let name = next();
                    let rest = [next(), next(), next(), next(), next(), next()];
                    owner.attributes.insert(name, Attribute::read(rest));
                }
                (kind, Some(owner)) => {
                    owner.constraints.push((kind, next().split(',').collect()));
                }
                (_, None) => {}
            }
        }
        schema
    }
}

impl Attribute {
    fn read(fields: [&'static str; 6]) -> Self {
        let [kind, list, requirement, profile, sibling, values] = fields;
        let some = |text: &'static str| (text != "-").then_some(text);
        let values = some(values).unwrap_or_default().split(';');
        let values = values.filter_map(|value| {
            let (id, caption) = value.split_once('=')?;
            Some((id.parse().ok()?, caption))
        });
        Self {
            kind,
            is_list: list == "[]",
            is_required: requirement == "required",
            profile: some(profile),
            sibling: some(sibling),
            values: values.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SCHEMA, VERSION};

    #[test]
    fn the_table_holds_the_classes_that_we_write() {
        assert_eq!(SCHEMA.version, VERSION);
        for (uid, caption) in [
            (2004, "Detection Finding"),
            (3001, "Account Change"),
            (3002, "Authentication"),
            (6003, "API Activity"),
        ] {
            let class = SCHEMA.classes.get(&uid).unwrap();
            assert_eq!(class.caption, caption);
            assert_eq!(class.category_uid, uid / 1000);
            assert!(class.owner.attributes.get("metadata").unwrap().is_required);
        }
        let api = &SCHEMA.classes.get(&6003).unwrap().owner.attributes;
        assert_eq!(api.get("cloud").unwrap().profile, Some("cloud"));
        assert_eq!(api.get("api").unwrap().profile, None);
        assert_eq!(api.get("activity_id").unwrap().values.get(&4), Some(&"Delete"));
        assert_eq!(api.get("activity_id").unwrap().sibling, Some("activity_name"));
    }
}
