//! Where the settings are found.

use std::{env, fs, io, path::PathBuf};

use guard_settings::Settings;

use crate::failure::Failure;

/// The places that are looked at when none is named, in order.
const PLACES: [&str; 2] = ["/opt/faasguard/settings.json", "/var/task/faasguard.json"];

/// Reads the settings: those at `named`, at `FAASGUARD_SETTINGS`, at the first of the usual places
/// where a file is; the defaults when there is none.
///
/// # Errors
/// When a named file cannot be read, or any file is not as it must be: a guard that silently
/// enforces something else would be protection that is not there.
pub(crate) fn read(named: Option<&str>) -> Result<Settings, Failure> {
    let named = named.map(PathBuf::from);
    let from_environment = || env::var_os("FAASGUARD_SETTINGS").filter(|path| !path.is_empty());
    if let Some(path) = named.or_else(|| from_environment().map(PathBuf::from)) {
        let text = fs::read_to_string(&path)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        return parse(&path.display().to_string(), &text);
    }
    for place in PLACES {
        match fs::read_to_string(place) {
            Ok(text) => return parse(place, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Failure::new(format!("{place}: {error}"))),
        }
    }
    Ok(Settings::default())
}

fn parse(place: &str, text: &str) -> Result<Settings, Failure> {
    Settings::parse(text).map_err(|error| Failure::new(format!("{place}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::{parse, read};

    #[test]
    fn a_fault_is_told_with_the_file_and_the_line() {
        let error = parse("a.json", "{\n\"mod\": 1}").unwrap_err().to_string();
        assert!(error.starts_with("a.json: line 2"), "{error}");
        let error = read(Some("/nowhere/settings.json")).unwrap_err().to_string();
        assert!(error.starts_with("/nowhere/settings.json: "), "{error}");
    }
}
