//! A text that is read once and edited at several places.

use hcl_edit::{parser::parse_body, structure::Body};
use source_text::{Node, Place};

use crate::{
    HclResource, hcl,
    hcl_block::resources_of,
    lines::Lines,
    property::read,
    setting::{Literal, SetError, Step, TextEdit, long, shown},
    yaml,
};

/// A text and what it says.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    form: Form<'t>,
}

#[derive(Debug)]
enum Form<'t> {
    /// YAML and JSON.
    Tree { lines: Lines<'t>, root: Node },
    /// HCL, without a byte order mark.
    Hcl { own: &'t str, body: Body },
}

impl<'t> Document<'t> {
    /// A text of YAML or JSON; `None` when it cannot be read, or holds several documents.
    #[must_use]
    pub fn yaml(text: &'t str) -> Option<Self> {
        let root = read(text)?;
        Some(Self { text, form: Form::Tree { lines: Lines::new(text), root } })
    }

    /// A text of HCL; `None` when it cannot be read.
    #[must_use]
    pub fn hcl(text: &'t str) -> Option<Self> {
        let own = text.strip_prefix('\u{feff}').unwrap_or(text);
        let body = parse_body(own).ok()?;
        Some(Self { text, form: Form::Hcl { own, body } })
    }

    /// What YAML or JSON says.
    #[must_use]
    pub fn root(&self) -> Option<&Node> {
        match &self.form {
            Form::Tree { root, .. } => Some(root),
            Form::Hcl { .. } => None,
        }
    }

    /// The resources of Terraform, in order.
    #[must_use]
    pub fn resources(&self) -> Vec<HclResource> {
        match &self.form {
            Form::Hcl { body, .. } => resources_of(body),
            Form::Tree { .. } => Vec::new(),
        }
    }

    /// Type and labels of the block of HCL that a line belongs to.
    #[must_use]
    pub fn block_at(&self, line: u32) -> Option<Vec<Step>> {
        match &self.form {
            Form::Hcl { own, body } => hcl::block_at(own, body, line),
            Form::Tree { .. } => None,
        }
    }

    /// The path of the argument of HCL whose value stands at a line and column.
    #[must_use]
    pub fn argument_at(&self, line: u32, column: u32) -> Option<Vec<Step>> {
        match &self.form {
            Form::Hcl { own, body } => hcl::argument_at(own, body, (line, column)),
            Form::Tree { .. } => None,
        }
    }

    /// The edit that makes the text say `value` at the end of `path`, not yet proven; `None` when it does
    /// already.
    ///
    /// # Errors
    /// [`SetError`] when there is no such edit.
    pub fn propose(&self, path: &[Step], value: &Literal) -> Result<Option<TextEdit>, SetError> {
        match &self.form {
            Form::Tree { lines, root } => yaml::edit(self.text, lines, root, path, value),
            Form::Hcl { own, body } => {
                let skipped = self.text.len() - own.len();
                Ok(hcl::edit(own, body, path, value)?.map(|edit| edit.moved(skipped)))
            }
        }
    }

    /// The same, proven.
    ///
    /// # Errors
    /// [`SetError`] when the text cannot be edited so that it provably says what was meant.
    pub fn set(&self, path: &[Step], value: &Literal) -> Result<Option<TextEdit>, SetError> {
        let Some(edit) = self.propose(path, value)? else { return Ok(None) };
        if self.is_proven(&edit.apply(self.text), &[(path, value)]) {
            Ok(Some(edit))
        } else {
            Err(SetError::NotProven { path: shown(path) })
        }
    }

    /// Whether an edited text says the values at the ends of their paths, and else what this one says.
    #[must_use]
    pub fn is_proven(&self, edited: &str, changes: &[(&[Step], &Literal)]) -> bool {
        match &self.form {
            Form::Tree { root, .. } => {
                let mut meant = root.clone();
                for (path, value) in changes {
                    yaml::put(&mut meant, path, value);
                }
                let has_trees = changes.iter().any(|(_, value)| matches!(value, Literal::Tree(_)));
                read(edited).is_some_and(|edited| {
                    // JSON and mappings in braces say functions in their long form.
                    if has_trees { long(&edited).same(&long(&meant)) } else { edited.same(&meant) }
                })
            }
            Form::Hcl { body, .. } => {
                let own = edited.strip_prefix('\u{feff}').unwrap_or(edited);
                hcl::is_proven(body, own, changes)
            }
        }
    }

    /// Where an edit of the text is, in a file without a handle.
    #[must_use]
    pub fn place(&self, edit: &TextEdit) -> Option<Place> {
        match &self.form {
            Form::Tree { lines, .. } => lines.place(&edit.range),
            Form::Hcl { .. } => Lines::new(self.text).place(&edit.range),
        }
    }
}

/// The edit that makes a text of YAML or JSON say `value` at the end of `path`; `None` when it does already.
///
/// A literal is replaced where it stands. What is missing of the path is added: in a mapping in lines
/// behind the plain settings that it begins with, so that comments stay with what they are about. The
/// number behind the last item of a list adds one.
///
/// # Errors
/// [`SetError`] when the text cannot be edited so that it provably says what was meant.
pub fn set_yaml(text: &str, path: &[Step], value: &Literal) -> Result<Option<TextEdit>, SetError> {
    Document::yaml(text).ok_or(SetError::Unreadable)?.set(path, value)
}

/// The edit that makes a text of HCL say `value` at the end of `path`; `None` when it does already.
///
/// The path begins with a block and its labels (`resource`, `aws_lambda_function`, `api`); nested blocks
/// and an argument follow. What is missing of it is added: an argument behind the arguments of one line
/// each that the block begins with, a block at its end.
///
/// # Errors
/// [`SetError`] when the text cannot be edited so that it provably says what was meant.
pub fn set_hcl(text: &str, path: &[Step], value: &Literal) -> Result<Option<TextEdit>, SetError> {
    Document::hcl(text).ok_or(SetError::Unreadable)?.set(path, value)
}
