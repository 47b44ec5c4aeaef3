//! The edits of findings, for results that tell them.

use std::collections::BTreeMap;

use finding::{Edit, Finding};
use fixes::{Source, Text};
use source_text::{FileId, Place, Sources};

/// Longest file that edits are told for, in bytes.
const LONGEST: usize = 1 << 20;

/// Gives findings the edits that mend them, each proven to say what is meant and to leave the rest.
pub(crate) fn add(findings: &mut [Finding], sources: &Sources) {
    let mut by_file: BTreeMap<FileId, Vec<&mut Finding>> = BTreeMap::new();
    for finding in findings {
        if finding.fix.is_some() && fixes::of(finding.rule).next().is_some() {
            by_file.entry(finding.place.file).or_default().push(finding);
        }
    }
    for (file, findings) in by_file {
        let source = sources.get(file);
        if source.text.len() > LONGEST {
            continue;
        }
        let is_terraform = crate::is_terraform(source.path.as_ref());
        let beside = if is_terraform { sources.beside(file) } else { Vec::new() };
        let beside: Vec<&str> = beside
            .iter()
            .filter(|it| crate::is_terraform(it.path.as_ref()))
            .map(|it| it.text.as_str())
            .collect();
        let text = Text { path: &source.path, text: &source.text, beside: &beside };
        let edits = {
            let known: Vec<&Finding> = findings.iter().map(|it| &**it).collect();
            Source::new(text).edits(&known)
        };
        for (finding, edited) in findings.into_iter().zip(edits) {
            if let (Some(fix), Some(edited)) = (&mut finding.fix, edited) {
                fix.safe = edited.is_safe;
                fix.edits = vec![Edit { place: Place { file, ..edited.place }, text: edited.text }];
            }
        }
    }
}
