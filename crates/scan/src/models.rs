//! Models of libraries that users write: what functions of their own code and packages do.

use std::path::{Path, PathBuf};

use jail::read_text;
use taint::ModelFile;

/// Why models were not taken.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// The folder cannot be listed.
    #[error("the folder of models `{}` cannot be read: {source}", path.display())]
    Folder {
        /// As named.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of it is not a model file.
    #[error("`{}`: {message}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// With the line.
        message: String,
    },
}

/// Reads every `*.toml` below a folder, in order of the paths.
///
/// # Errors
/// [`ModelsError`] names file and line.
pub fn read_models(folder: &Path) -> Result<Vec<ModelFile>, ModelsError> {
    let mut models = Vec::new();
    let failed = |source| ModelsError::Folder { path: folder.to_path_buf(), source };
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // Links may lead in circles.
            let kind = entry.file_type().map_err(failed)?;
            let path = entry.path();
            if kind.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    for path in paths {
        let wrong = |message| ModelsError::File { path: path.clone(), message };
        let text = read_text(&path).map_err(|refusal| wrong(refusal.to_string()))?;
        let model = taint::parse_models(&text)
            .map_err(|error| wrong(crate::config::words_of(&text, &error)))?;
        models.push(model);
    }
    Ok(models)
}
