//! The edits that mend a finding.

use finding::Finding;
use source_edit::{Document, Literal, SetError, Step, TextEdit, set_hcl, set_yaml};
use source_text::{Node, Place};

use crate::{
    Fix, Safety, Setting, all,
    carrier::{Carrier, is_path, steps},
    hcl::Spot,
    of,
    written::{InModule, Module, Tree, Written, node_at},
    yaml,
};

/// The text of an author's file.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t> {
    /// Path, by which the format is told.
    pub path: &'t str,
    /// The text.
    pub text: &'t str,
    /// Texts of the other files of a module of Terraform.
    pub beside: &'t [&'t str],
}

/// Formats that are edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML and JSON.
    Yaml,
    /// Terraform and `OpenTofu`.
    Hcl,
}

/// A value that something gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where.
    pub path: Vec<Step>,
    /// The value.
    pub value: Literal,
}

/// How one finding is mended.
#[derive(Clone, Debug)]
pub struct Offer {
    /// What it is called by.
    pub fix: &'static Fix,
    /// The format of the file.
    pub format: Format,
    /// What changes.
    pub changes: Vec<Change>,
}

/// Why a finding is not mended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// No edit mends it by itself.
    #[error("nothing but the author can mend it")]
    NoFix,
    /// A program wrote the file.
    #[error("a program wrote this file; mend what it was made of")]
    Generated,
    /// The file is code, or Terraform in JSON.
    #[error("files of this format are not edited")]
    Format,
    /// What has the flaw is not written out in the file in a way that is known.
    #[error("what would have to change is not written out where the finding is")]
    NotWritten,
    /// Which of several is meant nobody but the author knows.
    #[error("{names} would do: decide which")]
    Several {
        /// In words.
        names: String,
    },
    /// The text cannot be edited.
    #[error(transparent)]
    Set(#[from] SetError),
}

impl Offer {
    /// Whether anybody may apply it.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.fix.safety == Safety::Safe
    }

    /// The text with the finding mended.
    ///
    /// The changes are those of the text that the offer was made for, or of one to which others were
    /// applied.
    ///
    /// # Errors
    /// [`SetError`] when the text cannot be edited so that it provably says what was meant.
    pub fn apply(&self, text: &str) -> Result<String, SetError> {
        apply(self.format, &self.changes, text)
    }
}

fn apply(format: Format, changes: &[Change], text: &str) -> Result<String, SetError> {
    changes.iter().try_fold(text.to_owned(), |text, change| {
        let edit = match format {
            Format::Yaml => set_yaml(&text, &change.path, &change.value),
            Format::Hcl => set_hcl(&text, &change.path, &change.value),
        };
        Ok(edit?.map_or(text.clone(), |edit| edit.apply(&text)))
    })
}

/// How a finding in a text is mended.
///
/// # Errors
/// [`Why`] it is not.
pub fn offer(finding: &Finding, text: Text<'_>) -> Result<Offer, Why> {
    if !all().any(|fix| finding.rule == fix.rule) {
        return Err(Why::NoFix);
    }
    Source::new(text).offer(finding)
}

/// A text that is read once for all its findings.
#[derive(Debug)]
pub struct Source<'t> {
    text: &'t str,
    read: Result<Read<'t>, Why>,
}

#[derive(Debug)]
struct Read<'t> {
    format: Format,
    document: Document<'t>,
    module: Module,
}

impl<'t> Source<'t> {
    /// Reads a text.
    #[must_use]
    pub fn new(text: Text<'t>) -> Self {
        Self { text: text.text, read: Read::of(text) }
    }

    /// How a finding in the text is mended.
    ///
    /// # Errors
    /// [`Why`] it is not.
    pub fn offer(&self, finding: &Finding) -> Result<Offer, Why> {
        let read = self.read.as_ref().map_err(Clone::clone)?;
        let (candidates, mut why) = read.candidates(finding)?;
        for (fix, changes) in candidates {
            let offer = Offer { fix, format: read.format, changes };
            match offer.apply(self.text) {
                Ok(new) if new != self.text => return Ok(offer),
                Ok(_) => {}
                Err(error) => why = error.into(),
            }
        }
        Err(why)
    }

    /// The edit of each finding that has one.
    #[must_use]
    pub fn edits(&self, findings: &[&Finding]) -> Vec<Option<Edited>> {
        match &self.read {
            Ok(read) => edits(self.text, read, findings),
            Err(_) => findings.iter().map(|_| None).collect(),
        }
    }
}

impl<'t> Read<'t> {
    fn of(source: Text<'t>) -> Result<Self, Why> {
        let format = format_of(source.path).ok_or(Why::Format)?;
        // What the CDK writes says so of each of its resources.
        if source.text.contains("aws:cdk:path") {
            return Err(Why::Generated);
        }
        let document = match format {
            Format::Hcl => Document::hcl(source.text),
            Format::Yaml => Document::yaml(source.text),
        };
        let document = document.ok_or(SetError::Unreadable)?;
        let module = Module::of(&document, source.beside);
        Ok(Self { format, document, module })
    }

    /// What may be tried for a finding, and why it is left when nothing of it can be done.
    fn candidates(&self, finding: &Finding) -> Result<(Vec<Candidate>, Why), Why> {
        if !all().any(|fix| finding.rule == fix.rule) {
            return Err(Why::NoFix);
        }
        let spot = Spot::at(&self.document, finding.place);
        let written = if let Some(document) = self.document.root() {
            Written::Tree(Tree { document, at: yaml::path_at(document, finding.place) })
        } else {
            let at = spot.as_ref().and_then(Spot::resource);
            Written::Module(InModule { at, module: &self.module })
        };
        let mut why = Why::NotWritten;
        let mut candidates: Vec<Candidate> = Vec::new();
        for fix in of(finding.rule) {
            let Some(derived) = &fix.derived else { continue };
            match (derived.changes)(finding, &written) {
                Ok(sets) => candidates.extend(sets.into_iter().map(|changes| (fix, changes))),
                Err(error) => why = error,
            }
        }
        match &written {
            Written::Tree(tree) => in_yaml(finding, tree, &mut candidates),
            Written::Module(_) => in_hcl(finding, spot.as_ref(), &mut candidates),
        }
        Ok((candidates, why))
    }
}

/// An edit as results tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// Whether anybody may apply it.
    pub is_safe: bool,
    /// The text that goes, in a file without a handle.
    pub place: Place,
    /// The text that comes.
    pub text: String,
}

/// An edit that is proposed for findings.
struct Proposed {
    findings: Vec<usize>,
    fix: &'static Fix,
    changes: Vec<Change>,
    edit: TextEdit,
    is_proven: bool,
}

/// The edit of each finding. The text with all edits is read once, to prove them together; only when that
/// fails is each proven by itself.
fn edits(text: &str, read: &Read<'_>, findings: &[&Finding]) -> Vec<Option<Edited>> {
    let mut proposals: Vec<Proposed> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        let Ok((candidates, _)) = read.candidates(finding) else { continue };
        for (fix, changes) in candidates {
            // Several findings may ask for the same.
            if let Some(known) = proposals.iter_mut().find(|it| it.changes == changes) {
                known.findings.push(at);
                break;
            }
            let Some((edit, is_proven)) = propose(text, read, &changes) else { continue };
            proposals.push(Proposed { findings: vec![at], fix, changes, edit, is_proven });
            break;
        }
    }
    proposals.sort_by_key(|it| (it.edit.range.start, it.edit.range.end));
    prove(text, read, &mut proposals);
    let mut edits: Vec<Option<Edited>> = findings.iter().map(|_| None).collect();
    for one in proposals.into_iter().filter(|it| it.is_proven) {
        let Some(place) = read.document.place(&one.edit) else { continue };
        let is_safe = one.fix.safety == Safety::Safe;
        let edited = Edited { is_safe, place, text: one.edit.text };
        for at in one.findings {
            if let Some(edit) = edits.get_mut(at) {
                *edit = Some(edited.clone());
            }
        }
    }
    edits
}

/// The edit that makes changes, and whether it is proven: that of one change is not yet.
fn propose(text: &str, read: &Read<'_>, changes: &[Change]) -> Option<(TextEdit, bool)> {
    if let [change] = changes {
        let edit = read.document.propose(&change.path, &change.value).ok()??;
        return Some((edit, false));
    }
    let new = apply(read.format, changes, text).ok()?;
    Some((difference(text, &new)?, true))
}

fn prove(text: &str, read: &Read<'_>, proposals: &mut [Proposed]) {
    let mut edited = String::with_capacity(text.len() + 256);
    let mut end = 0;
    let mut together: Vec<(&[Step], &Literal)> = Vec::new();
    let mut is_disjoint = true;
    for one in proposals.iter().filter(|it| !it.is_proven) {
        let Some(between) = text.get(end..one.edit.range.start) else {
            is_disjoint = false;
            break;
        };
        edited.push_str(between);
        edited.push_str(&one.edit.text);
        end = one.edit.range.end;
        together.extend(one.changes.iter().map(|it| (it.path.as_slice(), &it.value)));
    }
    edited.push_str(text.get(end..).unwrap_or_default());
    let are_proven = is_disjoint && read.document.is_proven(&edited, &together);
    for one in proposals.iter_mut().filter(|it| !it.is_proven) {
        one.is_proven = are_proven || {
            let changes: Vec<(&[Step], &Literal)> =
                one.changes.iter().map(|it| (it.path.as_slice(), &it.value)).collect();
            read.document.is_proven(&one.edit.apply(text), &changes)
        };
    }
}

/// The one edit that makes a text of another one; nothing when they are the same.
fn difference(old: &str, new: &str) -> Option<TextEdit> {
    let same = old.chars().zip(new.chars()).take_while(|(a, b)| a == b);
    let start: usize = same.map(|(letter, _)| letter.len_utf8()).sum();
    let (rest_old, rest_new) = (old.get(start..)?, new.get(start..)?);
    let same = rest_old.chars().rev().zip(rest_new.chars().rev()).take_while(|(a, b)| a == b);
    let behind: usize = same.map(|(letter, _)| letter.len_utf8()).sum();
    let text = rest_new.get(..rest_new.len() - behind)?.to_owned();
    let range = start..old.len() - behind;
    (!range.is_empty() || !text.is_empty()).then_some(TextEdit { range, text })
}

fn format_of(path: &str) -> Option<Format> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    if ends(&[".tf", ".tofu"]) {
        return Some(Format::Hcl);
    }
    let is_other =
        ends(&[".bicep", ".tf.json", ".tofu.json", ".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"]);
    (!is_other).then_some(Format::Yaml)
}

type Candidate = (&'static Fix, Vec<Change>);

/// Fixes with each of their settings.
fn settings(finding: &Finding) -> impl Iterator<Item = (&'static Fix, &'static Setting)> {
    of(finding.rule).flat_map(|fix| fix.settings.iter().map(move |setting| (fix, setting)))
}

/// First those that replace what the finding points at, then those that add what is missing.
fn in_yaml(finding: &Finding, tree: &Tree<'_>, candidates: &mut Vec<Candidate>) {
    let Tree { document, at } = tree;
    let carriers = yaml::carriers(document, at.as_deref(), finding);
    for (fix, setting) in settings(finding) {
        for carrier in carriers.iter().filter(|carrier| carrier.bears(setting)) {
            let relative = at.as_ref().and_then(|at| at.strip_prefix(carrier.base.as_slice()));
            let Some(relative) = relative.filter(|it| !it.is_empty()) else { continue };
            if setting.to.iter().any(|(path, _)| is_path(relative, path)) {
                let changes = setting.to.iter().filter_map(|(path, value)| {
                    let own =
                        if is_path(relative, path) { Some(relative.to_vec()) } else { steps(path) };
                    Some(change(&carrier.base, own?, value.literal()))
                });
                let changes: Vec<Change> = changes.collect();
                if !is_azure_expression(document, carrier, &changes) {
                    candidates.push((fix, changes));
                }
            }
        }
    }
    for (fix, setting) in settings(finding) {
        // Of Azure's settings the finding names the one that is missing.
        let is_named = |path: &str| finding.property.as_deref() == Some(path);
        let is_other = setting.is_of_azure() && !setting.to.iter().any(|(path, _)| is_named(path));
        let bearers = carriers.iter().filter(|carrier| carrier.bears(setting) && !is_other);
        for carrier in bearers {
            let changes = setting
                .to
                .iter()
                .map(|(path, value)| Some(change(&carrier.base, steps(path)?, value.literal())));
            let changes = changes.collect::<Option<Vec<_>>>();
            let changes = changes.filter(|it| !is_azure_expression(document, carrier, it));
            candidates.extend(changes.map(|changes| (fix, changes)));
        }
    }
}

/// Whether a value of a template of Azure is an expression.
fn is_azure_expression(document: &Node, carrier: &Carrier, changes: &[Change]) -> bool {
    let is_azure = carrier.of.get(..10).is_some_and(|it| it.eq_ignore_ascii_case("Microsoft."));
    let says = |path: &[Step]| {
        let mut prefixes = (1..=path.len()).filter_map(|count| path.get(..count));
        prefixes.any(|prefix| {
            let old = node_at(document, prefix).and_then(Node::as_str);
            old.is_some_and(|text| text.starts_with('[') && !text.starts_with("[["))
        })
    };
    is_azure && changes.iter().any(|change| says(&change.path))
}

fn change(base: &[Step], inner: Vec<Step>, value: Literal) -> Change {
    Change { path: base.iter().cloned().chain(inner).collect(), value }
}

fn in_hcl(finding: &Finding, spot: Option<&Spot>, candidates: &mut Vec<Candidate>) {
    let Some(spot) = spot else { return };
    for is_value in [true, false] {
        for (fix, setting) in settings(finding) {
            let is_told = setting.to.iter().any(|(path, _)| spot.is_value_of(setting, path));
            if is_told != is_value || (!is_value && !spot.is_whole(setting)) {
                continue;
            }
            let changes = setting.to.iter().map(|(path, value)| {
                let own = spot.argument.as_ref().filter(|_| spot.is_value_of(setting, path));
                let path = match own {
                    Some(own) => spot.block.iter().chain(own).cloned().collect(),
                    None => spot.steps(setting, path)?,
                };
                Some(Change { path, value: value.literal() })
            });
            candidates.extend(changes.collect::<Option<Vec<_>>>().map(|changes| (fix, changes)));
        }
    }
}
