//! Findings about services of the Serverless Framework in the words of their authors.

use std::collections::{HashMap, HashSet};

use app_model::Application;
use finding::Finding;
use source_text::{FileId, Place, Sources};

/// The functions of services by logical id, as their authors call them, and the files of the services.
#[derive(Debug, Default)]
pub(crate) struct Services {
    names: HashMap<String, String>,
    files: HashSet<FileId>,
}

impl Services {
    /// Finds the functions whose logical id the framework makes of the key that stands at their place.
    pub(crate) fn of<'a>(
        applications: impl Iterator<Item = &'a Application>,
        sources: &Sources,
    ) -> Self {
        let mut services = Self::default();
        let mut lines = Lines::default();
        for function in applications.flat_map(|app| &app.functions) {
            let key = lines.text_at(sources, function.place);
            if serverless_framework::is_id_of(&function.name, &key) {
                services.names.insert(function.name.to_string(), key);
                services.files.insert(function.place.file);
            }
        }
        services
    }

    /// Says what was found in the framework's words.
    pub(crate) fn word(&self, findings: &mut [Finding]) {
        if self.names.is_empty() {
            return;
        }
        for finding in findings {
            let is_own = self.files.contains(&finding.place.file)
                || finding.function.as_ref().is_some_and(|name| self.names.contains_key(name));
            if !is_own {
                continue;
            }
            finding.message = self.said(&finding.message);
            if let Some(fix) = &mut finding.fix {
                fix.description = self.said(&fix.description);
            }
            for hop in &mut finding.path {
                if let Some(name) = self.names.get(hop) {
                    hop.clone_from(name);
                }
            }
        }
    }

    fn said(&self, message: &str) -> String {
        let words = serverless_framework::service_words(message);
        let pieces = words.split('`').enumerate().map(|(at, piece)| {
            // Every second piece stands in back-ticks.
            self.names.get(piece).filter(|_| at % 2 == 1).map_or(piece, String::as_str)
        });
        pieces.collect::<Vec<_>>().join("`")
    }
}

/// Longest line in which a key is looked for: no author of a service writes longer ones.
const LINE: usize = 16 * 1024;

/// Where the lines of files begin and end, found once a file: an account has thousands of functions.
#[derive(Default)]
struct Lines {
    files: HashMap<FileId, Vec<(usize, usize)>>,
}

impl Lines {
    /// The word at a place of one line.
    fn text_at(&mut self, sources: &Sources, place: Place) -> String {
        let source = sources.get(place.file);
        let text = source.text.as_str();
        let lines = self.files.entry(place.file).or_insert_with(|| {
            let mut start = 0;
            let ends = text.split_inclusive('\n').map(|line| {
                let from = start;
                start += line.len();
                (from, from + line.trim_end().len())
            });
            ends.collect()
        });
        let number = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
        let range = number(place.line).checked_sub(1).and_then(|line| lines.get(line));
        let line = range.and_then(|(from, to)| text.get(*from..*to)).unwrap_or_default();
        if line.len() > LINE {
            return String::new();
        }
        let (first, last) = (number(place.column).saturating_sub(1), number(place.end_column));
        let length = last.saturating_sub(first + 1);
        let word: String = line.chars().skip(first).take(length).collect();
        word.trim_matches(['"', '\'']).to_owned()
    }
}
