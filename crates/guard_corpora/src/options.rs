//! The words after a command: options with a value, flags, one folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::Failure;

/// What was asked for.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// The folder of the data.
    pub(crate) folder: Option<PathBuf>,
    /// Attacks of this source or group that went through are shown.
    pub(crate) misses: Option<String>,
    /// Ordinary values that were refused are shown.
    pub(crate) show_false: bool,
    /// The class of the sink that the values flow to.
    pub(crate) context: Option<String>,
    /// Whether every value stands in a field whose sink is known.
    pub(crate) sinks: bool,
}

impl Options {
    pub(crate) fn parse(words: &[String]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .cloned()
                    .ok_or_else(|| Failure::from(format!("`{word}` needs a value")))
            };
            match word.as_str() {
                "--data" => options.folder = Some(value()?.into()),
                "--misses" => options.misses = Some(value()?),
                "--context" => options.context = Some(value()?),
                "--false" => options.show_false = true,
                "--sinks" => options.sinks = true,
                _ if !word.starts_with('-') && options.folder.is_none() => {
                    options.folder = Some(word.into());
                }
                _ => return Err(format!("unknown argument `{word}`").into()),
            }
        }
        Ok(options)
    }
}

/// Every file below `folder`, in the order of their paths.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn options_come_in_any_order_and_others_are_refused() {
        let parse = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            Options::parse(&words)
        };
        let options = parse("--false DIR --misses patt").unwrap();
        assert!(options.show_false && options.misses.as_deref() == Some("patt"));
        assert_eq!(options.folder.unwrap().to_str(), Some("DIR"));
        assert!(parse("--flase").is_err() && parse("--misses").is_err() && parse("a b").is_err());
    }
}
