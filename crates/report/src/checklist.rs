//! Which practices each function keeps, breaks, or leaves open.

use finding::RuleId;
use source_text::Place;

use crate::{Context, TableFormat, TerminalOptions};

/// A table: one column a practice, one row a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checklist {
    /// The practices, grouped; items of one group stand together.
    pub items: Vec<ChecklistItem>,
    /// The functions.
    pub rows: Vec<ChecklistRow>,
}

/// One practice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChecklistItem {
    /// Heading that it stands under, such as `Permissions`.
    pub group: String,
    /// The practice as a claim: `The role names its actions`.
    pub title: String,
}

/// One function's answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChecklistRow {
    /// Logical name of the function.
    pub function: String,
    /// One cell an item, in the order of the items; a missing one counts as not known.
    pub cells: Vec<Cell>,
}

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The answer.
    pub verdict: Verdict,
    /// The rules that decided it.
    pub rules: Vec<RuleId>,
    /// Where it is written, if anywhere.
    pub place: Option<Place>,
    /// One sentence more; may be empty.
    pub note: String,
}

/// An answer; what was not looked at is never a pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The function keeps the practice.
    Pass,
    /// It does not.
    Fail,
    /// A value known only at deployment decides, or no rule looks at it.
    #[default]
    NotKnown,
    /// The practice says nothing about this function.
    NotApplicable,
}

/// Draws a checklist; the text ends with a line break.
#[must_use]
pub fn render_checklist(
    format: TableFormat,
    checklist: &Checklist,
    context: &Context<'_>,
    options: &TerminalOptions,
) -> String {
    let _ = (format, checklist, context, options);
    String::new()
}
