//! The edits that mend a finding.

use finding::Finding;
use source_edit::{Literal, SetError, Step, TextEdit, set_hcl, set_yaml};
use source_text::{FileId, Limits, Node, parse_yaml};

use crate::{
    Fix, Safety, Setting, all,
    carrier::{is_path, steps},
    hcl::Spot,
    of,
    written::{Module, Tree, Written},
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
        self.changes.iter().try_fold(text.to_owned(), |text, change| {
            let edit = self.edit(&text, change)?;
            Ok(edit.map_or(text.clone(), |edit| edit.apply(&text)))
        })
    }

    /// The edit of the only change; nothing when there are several, which hang on one another.
    #[must_use]
    pub fn only_edit(&self, text: &str) -> Option<TextEdit> {
        let [change] = self.changes.as_slice() else { return None };
        self.edit(text, change).ok()?
    }

    fn edit(&self, text: &str, change: &Change) -> Result<Option<TextEdit>, SetError> {
        match self.format {
            Format::Yaml => set_yaml(text, &change.path, &change.value),
            Format::Hcl => set_hcl(text, &change.path, &change.value),
        }
    }
}

/// How a finding in a text is mended.
///
/// # Errors
/// [`Why`] it is not.
pub fn offer(finding: &Finding, source: Text<'_>) -> Result<Offer, Why> {
    if !all().any(|fix| finding.rule == fix.rule) {
        return Err(Why::NoFix);
    }
    let format = format_of(source.path).ok_or(Why::Format)?;
    // What the CDK writes says so of each of its resources.
    if source.text.contains("aws:cdk:path") {
        return Err(Why::Generated);
    }
    let document = match format {
        Format::Hcl => None,
        Format::Yaml => Some(read(source.text).ok_or(SetError::Unreadable)?),
    };
    let spot = Spot::at(source.text, finding.place).filter(|_| format == Format::Hcl);
    let written = if let Some(document) = &document {
        Written::Tree(Tree { document, at: yaml::path_at(document, finding.place) })
    } else {
        let at = spot.as_ref().and_then(Spot::resource);
        Written::Module(Module::of(source.text, source.beside, at))
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
    for (fix, changes) in candidates {
        let offer = Offer { fix, format, changes };
        match offer.apply(source.text) {
            Ok(new) if new != source.text => return Ok(offer),
            Ok(_) => {}
            Err(error) => why = error.into(),
        }
    }
    Err(why)
}

fn format_of(path: &str) -> Option<Format> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    if ends(&[".tf", ".tofu"]) {
        return Some(Format::Hcl);
    }
    let is_other = ends(&[".tf.json", ".tofu.json", ".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"]);
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
                candidates.push((fix, changes.collect()));
            }
        }
    }
    for (fix, setting) in settings(finding) {
        for carrier in carriers.iter().filter(|carrier| carrier.bears(setting)) {
            let changes = setting
                .to
                .iter()
                .map(|(path, value)| Some(change(&carrier.base, steps(path)?, value.literal())));
            candidates.extend(changes.collect::<Option<Vec<_>>>().map(|changes| (fix, changes)));
        }
    }
}

fn change(base: &[Step], inner: Vec<Step>, value: Literal) -> Change {
    Change { path: base.iter().cloned().chain(inner).collect(), value }
}

fn read(text: &str) -> Option<Node> {
    let documents = parse_yaml(FileId::default(), text, &Limits::default()).ok()?.documents;
    <[Node; 1]>::try_from(documents).ok().map(|[one]| one)
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
