//! Which parts of which lines hold a secret: they are never drawn, whoever points at the line.

use std::collections::{BTreeMap, HashMap};

use finding::Finding;
use source_text::FileId;

/// Places of the secrets of a report.
#[derive(Debug, Default)]
pub(crate) struct SecretPlaces {
    /// First column, from 1, by file and line.
    starts: BTreeMap<(FileId, u32), u32>,
    /// Lines after the first of secrets of several lines: first and last, merged, in order.
    blocks: HashMap<FileId, Vec<(u32, u32)>>,
}

impl SecretPlaces {
    pub(crate) fn of(findings: &[Finding]) -> Self {
        let mut places = Self::default();
        let mut blocks: HashMap<FileId, Vec<(u32, u32)>> = HashMap::new();
        for finding in findings.iter().filter(|finding| finding.secret.is_some()) {
            let place = finding.place;
            let start = places.starts.entry((place.file, place.line)).or_insert(place.column);
            *start = (*start).min(place.column);
            if place.end_line > place.line {
                blocks.entry(place.file).or_default().push((place.line + 1, place.end_line));
            }
        }
        for (file, mut lines) in blocks {
            lines.sort_unstable();
            let merged = places.blocks.entry(file).or_default();
            for (first, last) in lines {
                match merged.last_mut() {
                    Some(before) if first <= before.1 => before.1 = before.1.max(last),
                    _ => merged.push((first, last)),
                }
            }
        }
        places
    }

    /// The character, from 0, from which on a line is hidden.
    ///
    /// The rest of the line is hidden, too: a rule may point at the name before the value.
    pub(crate) fn hidden_from(&self, file: FileId, line: u32) -> Option<usize> {
        let within = self.blocks.get(&file).is_some_and(|blocks| {
            let after = blocks.partition_point(|(first, _)| *first <= line);
            after.checked_sub(1).and_then(|at| blocks.get(at)).is_some_and(|it| line <= it.1)
        });
        if within {
            return Some(0);
        }
        let column = self.starts.get(&(file, line))?;
        Some((*column).max(1) as usize - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::SecretPlaces;
    use finding::{Confidence, Finding, RuleId, Secret, Severity};
    use source_text::{FileId, Place};

    #[test]
    fn every_line_of_a_secret_is_hidden() {
        let secret = |line, column, end_line| {
            let place = Place { line, column, end_line, end_column: 9, ..Place::default() };
            let rule = RuleId { risk: 7, rule: 1 };
            let mut it = Finding::new(rule, Severity::High, Confidence::High, place, "");
            it.secret = Some(Secret::default());
            it
        };
        let places = SecretPlaces::of(&[secret(4, 7, 8), secret(4, 5, 4), secret(6, 1, 10)]);
        let hidden = |line| places.hidden_from(FileId(0), line);
        assert_eq!(
            [hidden(3), hidden(4), hidden(5), hidden(10), hidden(11)],
            [None, Some(4), Some(0), Some(0), None]
        );
        assert_eq!(places.hidden_from(FileId(1), 4), None);
    }
}
