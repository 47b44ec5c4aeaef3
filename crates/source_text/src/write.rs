//! Trees to text: JSON in three forms and YAML.

mod json;
mod yaml;

pub(crate) use json::json_number;
pub use json::{to_canonical_json, to_json, to_json_compact};
pub use yaml::to_yaml;
