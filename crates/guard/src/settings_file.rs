//! Where the settings file is, and what happens when it is wrong.

use std::path::{Path, PathBuf};

use guard_settings::Settings;

use crate::failure::Failure;

/// Looked at in this order where nothing names a file; the first that is there holds.
const PLACES: [&str; 2] = ["/opt/faasguard/settings.json", "/var/task/faasguard.json"];

/// The settings that hold.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    /// What was wrong with the file, where the defaults hold instead.
    pub(crate) fault: Option<String>,
}

/// Reads the settings: the file that `named` says, or `FAASGUARD_SETTINGS`, or one of the places
/// of old, or the defaults.
///
/// # Errors
/// When the file is not there or not right: protection that silently is not there would be worse
/// than a function that does not start. With `FAASGUARD_ON_FAULT=open` the defaults hold instead,
/// which block, and [`Loaded::fault`] says why.
pub(crate) fn load(named: Option<String>) -> Result<Loaded, Failure> {
    let named = named.or_else(|| std::env::var("FAASGUARD_SETTINGS").ok()).map(PathBuf::from);
    let path = match named {
        Some(path) => path,
        None => match PLACES.iter().map(Path::new).find(|path| path.exists()) {
            Some(path) => path.to_owned(),
            None => return Ok(Loaded { settings: Settings::default(), fault: None }),
        },
    };
    match read(&path) {
        Ok(settings) => Ok(Loaded { settings, fault: None }),
        Err(fault) if std::env::var("FAASGUARD_ON_FAULT").is_ok_and(|value| value == "open") => {
            Ok(Loaded { settings: Settings::default(), fault: Some(fault) })
        }
        Err(fault) => Err(Failure::new(fault)),
    }
}

fn read(path: &Path) -> Result<Settings, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("settings `{}`: {error}", path.display()))?;
    Settings::parse(&text).map_err(|error| format!("settings `{}`: {error}", path.display()))
}
