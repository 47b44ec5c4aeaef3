//! The rules themselves, drawn: `explain` for one, a table for all.

use finding::{Risk, RuleInfo};

use crate::{TableFormat, TerminalOptions};

/// One rule in full for a terminal: its head, then its Markdown lightly formatted.
#[must_use]
pub fn explain_rule(rule: &RuleInfo, options: &TerminalOptions) -> String {
    let _ = (rule, options);
    String::new()
}

/// One risk for a terminal, with the rules under it.
#[must_use]
pub fn explain_risk(risk: &Risk, rules: &[&RuleInfo], options: &TerminalOptions) -> String {
    let _ = (risk, rules, options);
    String::new()
}

/// The table of rules, in the order given; the text ends with a line break.
#[must_use]
pub fn render_rules(format: TableFormat, rules: &[&RuleInfo], options: &TerminalOptions) -> String {
    let _ = (format, rules, options);
    String::new()
}
