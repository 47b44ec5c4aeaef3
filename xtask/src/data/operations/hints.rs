//! An older mapping of SDK calls to ARNs, made by hand by others: asked where names do not tell which
//! parameter fills a hole. Only parameters that exist today are taken from it.

use std::{collections::BTreeMap, path::Path};

use super::{
    folded,
    model::{entries, text},
};
use crate::data::read_json;

/// `service.operation action` -> hole or resource type -> path of the parameter, all folded.
#[derive(Default)]
pub(super) struct Hints(BTreeMap<String, BTreeMap<String, String>>);

impl Hints {
    /// None when the file is missing.
    pub(super) fn read(sources: &Path) -> Self {
        let Ok(said) = read_json(sources, "sdk_iam_map.iam-dataset-") else {
            return Self::default();
        };
        let mut all = Self::default();
        for (call, actions) in entries(&said, "sdk_method_iam_mappings") {
            for said in actions.as_array().into_iter().flatten() {
                let key = key(call, text(said, "action"));
                let holes = all.0.entry(key).or_default();
                for (hole, how) in entries(said, "resource_mappings") {
                    add(holes, hole, text(how, "template"));
                }
                for (kind, template) in entries(said, "resourcearn_mappings") {
                    add(holes, kind, template.as_str().unwrap_or_default());
                }
            }
        }
        all
    }

    /// The parameter that fills a hole, or the ARN of a resource type.
    pub(super) fn parameter(
        &self,
        service: &str,
        operation: &str,
        action: &str,
        hole: &str,
    ) -> Option<&str> {
        let holes = self.0.get(&key(&format!("{service}.{operation}"), action))?;
        holes.get(&folded(hole)).map(String::as_str)
    }
}

fn key(call: &str, action: &str) -> String {
    format!("{} {}", folded(call), folded(action))
}

/// Takes templates that are one parameter and nothing else.
fn add(holes: &mut BTreeMap<String, String>, hole: &str, template: &str) {
    let path = template.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    if let Some(path) = path.filter(|path| !path.contains(['$', '%', '{'])) {
        let path = path.replace("[]", "[*]");
        let path = path.strip_suffix("[*]").unwrap_or(&path);
        holes.insert(folded(hole), path.to_owned());
    }
}
