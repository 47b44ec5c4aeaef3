//! The models that are built in.

use crate::ModelFile;

include!(concat!(env!("OUT_DIR"), "/model_files.rs"));

/// The built-in model files of a language (`python`, `javascript` …), events included.
///
/// # Errors
/// When a file does not have the form of a model file; a test parses them all.
pub fn built_in(language: &str) -> Result<Vec<ModelFile>, serde_json::Error> {
    FILES
        .iter()
        .filter(|(folder, _)| *folder == language || *folder == "events")
        .map(|(_, text)| serde_json::from_str(text))
        .collect()
}
