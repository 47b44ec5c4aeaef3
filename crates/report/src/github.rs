//! Workflow commands of GitHub Actions: each finding becomes a remark at its line of the pull request.
//!
//! Source: GitHub Docs, "Workflow commands for GitHub Actions" (read 2026-11-27); how values are escaped
//! is that of `actions/toolkit`: `%`, carriage return and line feed, in properties `:` and `,`, too.

use std::{cmp::Reverse, fmt::Write as _};

use finding::{Finding, Severity};
use source_text::{Level, Place};

use crate::{Context, Report, terminal::summary_text};
use safe_text::{cut, visible};

/// Longest text of one remark, in columns; the page shows it whole.
const LONGEST_TEXT: usize = 1_000;

/// The commands, worst first: a step shows ten errors, ten warnings and ten notices, and drops the rest.
pub(crate) fn render(report: &Report, context: &Context<'_>) -> String {
    let mut findings: Vec<&Finding> = report
        .findings_by_place(context)
        .into_iter()
        .filter(|finding| finding.suppressed.is_none())
        .collect();
    // Stable: among equals the order of the places stays.
    findings.sort_by_key(|finding| (Reverse(finding.severity), Reverse(finding.confidence)));
    let mut out = String::new();
    for finding in findings {
        let title = format!("{} {}", finding.rule, context.rule_name(finding.rule));
        let mut message = finding.message.clone();
        if let Some(when) = &finding.when {
            let _ = write!(message, " (when {when})");
        }
        if let Some(fix) = &finding.fix {
            let _ = write!(message, "; to mend it: {}", fix.description);
        }
        let remark = Remark { command: command(finding.severity), title: &title, text: &message };
        remark.push(&mut out, report, finding.place, context);
    }
    let lost = report.diagnostics_by_loss(context).into_iter();
    for diagnostic in lost.filter(|diagnostic| diagnostic.level == Level::Error) {
        let text = &diagnostic.message;
        let remark = Remark { command: "warning", title: "not scanned", text };
        remark.push(&mut out, report, diagnostic.place, context);
    }
    let _ = writeln!(out, "faasguard: {}", visible(&summary_text(&report.summary)));
    out
}

/// `critical` and `high` break builds, so they are errors.
fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    }
}

struct Remark<'a> {
    command: &'static str,
    title: &'a str,
    text: &'a str,
}

impl Remark<'_> {
    fn push(&self, out: &mut String, report: &Report, place: Place, context: &Context<'_>) {
        let path = report.path_from_here(&context.sources.path(place.file));
        let _ = write!(out, "::{} ", self.command);
        if !path.is_empty() {
            let _ = write!(out, "file={},", property(&path));
        }
        if !place.is_whole() {
            let _ = write!(out, "line={},", place.line);
            // Columns are told of one line only: those of several are refused.
            if place.end_line <= place.line {
                let _ = write!(out, "col={},", place.column.max(1));
                if place.end_column > place.column {
                    let _ = write!(out, "endColumn={},", place.end_column);
                }
            } else {
                let _ = write!(out, "endLine={},", place.end_line);
            }
        }
        let _ = writeln!(out, "title={}::{}", property(self.title), data(self.text));
    }
}

/// Text behind the second `::`.
fn data(text: &str) -> String {
    // Line breaks are made visible first, so that none is left to escape.
    cut(&visible(text), LONGEST_TEXT).replace('%', "%25")
}

/// Value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn no_value_ends_its_property_or_its_line() {
        assert_eq!(property("a:b,c=100%"), "a%3Ab%2Cc=100%25");
        assert_eq!(data("50% a::b,c\r\n::error::x"), "50%25 a::b,c\\r\\n::error::x");
    }
}
