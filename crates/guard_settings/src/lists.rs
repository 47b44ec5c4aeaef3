//! Lists of the settings: classes, fields and paths, each element understood at the start.

use std::collections::BTreeMap;

use payload::{Class, Classes};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::field::FieldPath;

/// A name such as `git` would never be what the kernel tells, and so list nothing.
pub(crate) fn absolute_paths<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let paths = Vec::<String>::deserialize(from)?;
    match paths.iter().find(|path| !path.starts_with('/')) {
        Some(path) => {
            Err(serde::de::Error::custom(format_args!("`{path}` is no path from the root, `/…`")))
        }
        None => Ok(paths),
    }
}

/// A path that cannot be read would mask nothing.
pub(crate) fn masked_fields<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let fields = Vec::<String>::deserialize(from)?;
    for field in &fields {
        let path: FieldPath = field.parse().map_err(serde::de::Error::custom)?;
        if path.steps.is_empty() {
            return Err(serde::de::Error::custom("a field to mask has no name"));
        }
    }
    Ok(fields)
}

fn read_classes<E: serde::de::Error>(names: &[String]) -> Result<Classes, E> {
    names.iter().map(|name| name.parse::<Class>().map_err(E::custom)).collect()
}

fn names_of(classes: Classes) -> Vec<&'static str> {
    classes.iter().map(Class::name).collect()
}

pub(crate) mod optional_classes {
    use super::{
        Classes, Deserialize, Deserializer, Serialize, Serializer, names_of, read_classes,
    };

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature is serde's"
    )]
    pub(crate) fn serialize<S: Serializer>(
        classes: &Option<Classes>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        classes.map(names_of).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Classes>, D::Error> {
        let names = Option::<Vec<String>>::deserialize(from)?;
        names.map(|names| read_classes(&names)).transpose()
    }
}

pub(crate) mod fields {
    use super::{BTreeMap, Classes, Deserializer, FieldPath, Serializer, names_of, read_classes};
    use serde::de::{Error, MapAccess, Visitor};
    use std::fmt;

    pub(crate) fn serialize<S: Serializer>(
        fields: &BTreeMap<FieldPath, Classes>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_map(fields.iter().map(|(path, classes)| (path.to_string(), names_of(*classes))))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<FieldPath, Classes>, D::Error> {
        from.deserialize_map(OncePerField)
    }

    /// A field that stands there twice is a mistake: which of them holds, nobody would know.
    struct OncePerField;

    impl<'de> Visitor<'de> for OncePerField {
        type Value = BTreeMap<FieldPath, Classes>;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("an object of fields, each with a list of classes")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            let mut fields = BTreeMap::new();
            while let Some((path, names)) = members.next_entry::<String, Vec<String>>()? {
                let field = path.parse().map_err(A::Error::custom)?;
                if fields.insert(field, read_classes(&names)?).is_some() {
                    return Err(A::Error::custom(format_args!("`{path}` is given twice")));
                }
            }
            Ok(fields)
        }
    }
}
