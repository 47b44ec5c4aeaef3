//! Where the settings are found.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{env, io};

use guard_rate::Callers;
use guard_sandbox::AllowList;
use guard_settings::Settings;

use crate::failure::Failure;

/// The places that are looked at when none is named, in order.
const PLACES: [&str; 2] = ["/opt/faasguard/settings.json", "/var/task/faasguard.json"];

/// Bytes of a file that are read: a device or a wrong file is no reason to run out of memory.
const LARGEST: u64 = 16 << 20;

/// The settings that hold, and what was wrong with their file where the defaults hold instead.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    pub(crate) fault: Option<String>,
}

/// Reads the settings as [`read`] does. With `FAASGUARD_ON_FAULT=open` a file that is wrong does
/// not keep the function from starting: the defaults hold then, which block, and the fault is
/// there to be told.
///
/// # Errors
/// Those of [`read`] without that variable.
pub(crate) fn read_or_defaults(named: Option<&str>) -> Result<Loaded, Failure> {
    match read(named) {
        Ok(settings) => Ok(Loaded { settings, fault: None }),
        Err(fault) if env::var("FAASGUARD_ON_FAULT").is_ok_and(|value| value == "open") => {
            Ok(Loaded { settings: Settings::default(), fault: Some(fault.to_string()) })
        }
        Err(fault) => Err(fault),
    }
}

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
        let text = contents(&path)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        return parse(&path.display().to_string(), &text);
    }
    for place in PLACES {
        match contents(Path::new(place)) {
            Ok(text) => return parse(place, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Failure::new(format!("{place}: {error}"))),
        }
    }
    Ok(Settings::default())
}

/// The text of a file.
fn contents(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    // One byte more tells a file that is too large from one that just fits.
    File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::other("more than 16 MiB are no settings file"));
    }
    Ok(text)
}

fn parse(place: &str, text: &str) -> Result<Settings, Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::new(format!("{place}: {error}"));
    let settings = Settings::parse(text).map_err(|error| wrong(&error))?;
    guard_inspect::check(&settings).map_err(|error| wrong(&error))?;
    if let Some(egress) = &settings.egress {
        AllowList::parse(&egress.allow).map_err(|error| wrong(&error))?;
    }
    guard_telemetry::check(&settings.telemetry).map_err(|error| wrong(&error))?;
    if let Some(rate) = &settings.rate {
        Callers::check(rate).map_err(|error| wrong(&error))?;
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::{parse, read};

    #[test]
    fn fields_that_no_inspector_can_follow_are_an_error_at_the_start() {
        // A wildcard in each path at another depth: which of them hold multiplies.
        let path = |at: usize| format!("{}a{}", "*.".repeat(at), ".*".repeat(16 - at));
        let fields: Vec<String> = (0..16).map(|at| format!(r#""{}": ["sql"]"#, path(at))).collect();
        let text = format!(r#"{{"inspect": {{"fields": {{{}}}}}}}"#, fields.join(", "));
        let error = parse("a.json", &text).unwrap_err().to_string();
        assert!(
            error.starts_with("a.json: inspect.fields: 16 paths, or their wildcards, are too many"),
            "{error}"
        );
    }

    #[test]
    fn a_fault_is_told_with_the_file_and_the_line() {
        let error = parse("a.json", "{\n\"mod\": 1}").unwrap_err().to_string();
        assert!(error.starts_with("a.json: line 2"), "{error}");
        let error = parse("a.json", r#"{"validate": {"event": {"typo": 1}}}"#).unwrap_err();
        assert!(error.to_string().starts_with("a.json: validate.event: schema, at `#/typo`"));
        let error = parse("a.json", r#"{"egress": {"allow": ["a:x"]}}"#).unwrap_err().to_string();
        assert!(error.starts_with("a.json: `a:x` in `egress.allow`"), "{error}");
        let error =
            parse("a.json", r#"{"telemetry": {"otlp": "ftp://a"}}"#).unwrap_err().to_string();
        assert!(error.starts_with("a.json: ") && error.contains("ftp://a"), "{error}");
        for wrong in [r#"{"per_second": -1}"#, r#"{"store": "memcached://x"}"#] {
            let error = parse("a.json", &format!("{{\"rate\": {wrong}}}")).unwrap_err().to_string();
            assert!(error.starts_with("a.json: ") && error.contains("rate"), "{error}");
        }
        let error = read(Some("/nowhere/settings.json")).unwrap_err().to_string();
        assert!(error.starts_with("/nowhere/settings.json: "), "{error}");
        let error = read(Some("/dev/zero")).unwrap_err().to_string();
        assert_eq!(error, "/dev/zero: more than 16 MiB are no settings file");
    }
}
