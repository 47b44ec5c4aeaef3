//! What stands at the end: what was not looked at, and the counts in plain words.

use finding::{Closed, Severity};
use source_text::{Diagnostic, Level};

use super::{Page, Style};
use crate::{Report, Summary, Vulndb};
use safe_text::visible;

/// More remarks than this hide the summary; the rest is counted.
const SHOWN: usize = 30;

impl Page<'_> {
    pub(super) fn ending(&mut self, report: &Report) {
        let context = self.context;
        let all = report.diagnostics_by_loss(context);
        let of = |level| -> Vec<&Diagnostic> {
            all.iter().copied().filter(|it| it.level == level).collect()
        };
        self.diagnostics("Not looked at", Style::Bad, &of(Level::Error));
        self.diagnostics("Read with a doubt", Style::Doubt, &of(Level::Warning));
        if self.verbose {
            self.diagnostics("Notes", Style::Faint, &of(Level::Note));
        }
        self.unused(report);
        self.closed(report.closed.as_deref().unwrap_or_default());
        for line in super::wrap(&summary_text(&report.summary), self.width) {
            let line = self.summary_colours(&line, &report.summary);
            self.line(&line);
        }
        if let Some(vulndb) = &report.vulndb {
            self.wrapped("", "  ", &visible(&vulndb_text(vulndb)));
        }
    }

    fn diagnostics(&mut self, title: &str, style: Style, diagnostics: &[&Diagnostic]) {
        if diagnostics.is_empty() {
            return;
        }
        self.line(&self.paint.paint(style, title));
        let limit = if self.verbose { usize::MAX } else { SHOWN };
        for diagnostic in diagnostics.iter().take(limit) {
            let place = self.context.place(diagnostic.place);
            let text = if place.is_empty() {
                visible(&diagnostic.message).into_owned()
            } else {
                format!("{}: {}", visible(&place), visible(&diagnostic.message))
            };
            self.wrapped("  ", "    ", &text);
        }
        self.more(diagnostics.len().saturating_sub(limit));
        self.line("");
    }

    fn unused(&mut self, report: &Report) {
        if report.unused_suppressions.is_empty() {
            return;
        }
        self.line(&self.paint.paint(Style::Doubt, "Suppressions that hide nothing"));
        let limit = if self.verbose { usize::MAX } else { SHOWN };
        for unused in report.unused_suppressions.iter().take(limit) {
            let place = self.context.place(unused.place);
            let text = format!("{place}: `{}`: {}", unused.rule, unused.reason);
            self.wrapped("  ", "    ", &visible(&text));
        }
        self.more(report.unused_suppressions.len().saturating_sub(limit));
        self.line("");
    }

    fn closed(&mut self, closed: &[Closed]) {
        if closed.is_empty() {
            return;
        }
        self.line(&self.paint.paint(Style::Good, "Closed since the earlier result"));
        let limit = if self.verbose { usize::MAX } else { SHOWN };
        for one in closed.iter().take(limit) {
            let Closed { severity, rule, name, message, file, .. } = one;
            let text = format!("{severity} {rule} {name}: {file}: {message}");
            self.wrapped("  ", "    ", &visible(&text));
        }
        self.more(closed.len().saturating_sub(limit));
        self.line("");
    }

    fn more(&mut self, hidden: usize) {
        if hidden > 0 {
            self.line(&format!("  … and {hidden} more; --verbose shows them"));
        }
    }

    fn summary_colours(&self, line: &str, summary: &Summary) -> String {
        let mut line = line.to_owned();
        for severity in Severity::ALL {
            let text = format!("{} {severity}", summary.of(severity));
            if summary.of(severity) > 0 {
                line = line.replacen(&text, &self.paint.paint(Style::Of(severity), &text), 1);
            }
        }
        if summary.open() == 0 && summary.files_scanned > 0 && !has_gaps(summary) {
            line = line.replacen("no findings", &self.paint.paint(Style::Good, "no findings"), 1);
        }
        line
    }
}

/// Whether something was not looked at, so that no finding is no promise.
fn has_gaps(summary: &Summary) -> bool {
    summary.is_incomplete()
        || summary.functions_without_code > 0
        || summary.components_not_looked_up > 0
}

/// The index of advisories in words; every result says how old its knowledge is.
pub(crate) fn vulndb_text(vulndb: &Vulndb) -> String {
    format!(
        "looked up in {} advisories of {} (sha256 {})",
        vulndb.advisories, vulndb.date, vulndb.sha256
    )
}

/// The counts in words. What was not looked at is never called clean.
///
/// ``12 files, 3 functions: 2 critical, 1 high; 1 file was not scanned; 41 ms``.
pub(crate) fn summary_text(summary: &Summary) -> String {
    let missing = lost(summary.files_not_scanned, "not scanned");
    let in_part = lost(summary.files_in_part, "scanned in part");
    let counts: Vec<_> = Severity::ALL
        .into_iter()
        .filter(|severity| summary.of(*severity) > 0)
        .map(|severity| format!("{} {severity}", summary.of(severity)))
        .collect();
    let result = if !counts.is_empty() {
        counts.join(", ")
    } else if has_gaps(summary) {
        "no findings in what was scanned".to_owned()
    } else {
        "no findings".to_owned()
    };
    let head = if summary.files_scanned == 0 && counts.is_empty() {
        "nothing was scanned".to_owned()
    } else {
        let files = count(summary.files_scanned, "file");
        // A search through files knows of no functions.
        match summary.functions {
            0 => format!("{files}: {result}"),
            functions => format!("{files}, {}: {result}", count(functions, "function")),
        }
    };
    let mut parts = vec![head];
    parts.extend(missing);
    parts.extend(in_part);
    if summary.functions_without_code > 0 {
        let functions = count(summary.functions_without_code, "function");
        parts.push(format!("the code of {functions} was not looked at"));
    }
    if summary.components_not_looked_up > 0 {
        let components = count(summary.components_not_looked_up, "component");
        parts.push(format!("known flaws of {components} were not looked up"));
    }
    if summary.suppressed > 0 {
        parts.push(format!("{} suppressed", summary.suppressed));
    }
    if summary.undetermined > 0 {
        let checks = count(summary.undetermined, "check");
        parts.push(format!("{checks} undecided, as only the deployment knows the value"));
    }
    format!("{} ({} ms)", parts.join("; "), summary.elapsed_ms)
}

/// `1 file was not scanned`; nothing when there is none.
fn lost(number: usize, what: &str) -> Option<String> {
    let verb = if number == 1 { "was" } else { "were" };
    (number > 0).then(|| format!("{} {verb} {what}", count(number, "file")))
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::summary_text;
    use crate::Summary;

    #[test]
    fn the_summary_is_a_sentence() {
        let summary = Summary {
            critical: 2,
            low: 1,
            files_scanned: 12,
            files_not_scanned: 1,
            functions: 3,
            suppressed: 4,
            elapsed_ms: 41,
            ..Summary::default()
        };
        assert_eq!(
            summary_text(&summary),
            "12 files, 3 functions: 2 critical, 1 low; 1 file was not scanned; 4 suppressed (41 ms)"
        );
    }

    #[test]
    fn nothing_is_called_clean_that_was_not_looked_at() {
        let clean = Summary { files_scanned: 1, functions: 1, ..Summary::default() };
        assert_eq!(summary_text(&clean), "1 file, 1 function: no findings (0 ms)");
        let partly = Summary { files_not_scanned: 2, ..clean };
        assert_eq!(
            summary_text(&partly),
            "1 file, 1 function: no findings in what was scanned; 2 files were not scanned (0 ms)"
        );
        let in_part = Summary { files_in_part: 1, ..clean };
        assert_eq!(
            summary_text(&in_part),
            "1 file, 1 function: no findings in what was scanned; 1 file was scanned in part (0 ms)"
        );
        assert_eq!(summary_text(&Summary::default()), "nothing was scanned (0 ms)");
        let none = Summary { files_not_scanned: 1, ..Summary::default() };
        assert_eq!(summary_text(&none), "nothing was scanned; 1 file was not scanned (0 ms)");
    }
}
