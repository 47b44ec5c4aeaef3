//! For a comment on a pull request: a table, worst first, with details to unfold.

use std::{cmp::Reverse, fmt::Write as _};

use finding::{Finding, Severity};
use source_text::{Diagnostic, Level};

use crate::{
    Context, Report,
    terminal::{count, summary_text, vulndb_text},
};
use safe_text::{cut, markdown, markdown_code, visible};

/// Largest comment, in characters: code hosts take 65,536 and add words of their own.
pub const COMMENT_LIMIT: usize = 60_000;

/// Longest text of an input in a cell or a remark, before it is escaped.
const LONGEST_TEXT: usize = 600;

/// Where the table ends at the latest, so that the remarks below find room.
const TABLE_LIMIT: usize = 40_000;

/// Where the remarks end at the latest, so that some details find room.
const LOST_LIMIT: usize = 48_000;

/// Room kept for the sentence that says what was cut, and for closing what is open.
const RESERVED: usize = 400;

pub(crate) fn render(report: &Report, context: &Context<'_>) -> String {
    let mut findings: Vec<&Finding> = report
        .findings_by_place(context)
        .into_iter()
        .filter(|finding| finding.suppressed.is_none())
        .collect();
    // Stable: among equals the order of the places stays.
    findings.sort_by_key(|finding| (Reverse(finding.severity), Reverse(finding.confidence)));
    let mut page = Page { out: String::new(), characters: 0, cut: false };
    page.push(&head(report), COMMENT_LIMIT - RESERVED);
    let rows = page.table(&findings, context);
    let lost = page.lost(report, context);
    let details = page.details(&findings, context);
    if page.cut {
        let open = findings.len();
        page.out.push_str("\n> **Cut:** ");
        let _ = writeln!(
            page.out,
            "a comment holds {COMMENT_LIMIT} characters. Shown are {rows} of {open} findings, details \
             of {details}, and {lost} remarks on what was not looked at. The JSON or SARIF result \
             has all.",
        );
    }
    page.out
}

fn head(report: &Report) -> String {
    let summary = &report.summary;
    let mark = if summary.critical + summary.high > 0 {
        "🔴"
    } else if summary.open() > 0 || summary.is_incomplete() || summary.files_scanned == 0 {
        "🟡"
    } else {
        "🟢"
    };
    let known = report.vulndb.as_ref().map(|vulndb| format!("\n{}\n", text(&vulndb_text(vulndb))));
    let mut known = known.unwrap_or_default();
    if let Some(closed @ 1..) = report.closed.as_ref().map(Vec::len) {
        let _ = writeln!(known, "\n{} closed since the earlier result.", count(closed, "finding"));
    }
    format!("## {mark} faasguard\n\n{}\n{known}", markdown(&summary_text(summary)))
}

/// What is written so far, within the limit.
struct Page {
    out: String,
    characters: usize,
    cut: bool,
}

impl Page {
    /// Appends a block whole or, when it would end after `limit`, not at all.
    fn push(&mut self, block: &str, limit: usize) -> bool {
        let characters = block.chars().count();
        if self.characters + characters > limit {
            self.cut = true;
            return false;
        }
        self.out.push_str(block);
        self.characters += characters;
        true
    }

    /// One row a finding; returns how many found room.
    fn table(&mut self, findings: &[&Finding], context: &Context<'_>) -> usize {
        let head = "\n| Severity | Rule | Finding | Place |\n| --- | --- | --- | --- |\n";
        if findings.is_empty() || !self.push(head, TABLE_LIMIT) {
            return 0;
        }
        findings.iter().take_while(|finding| self.push(&row(finding, context), TABLE_LIMIT)).count()
    }

    /// One folded block a finding that has more to say; returns how many found room.
    fn details(&mut self, findings: &[&Finding], context: &Context<'_>) -> usize {
        let limit = COMMENT_LIMIT - RESERVED;
        findings.iter().take_while(|finding| self.push(&detail(finding, context), limit)).count()
    }

    /// What was not looked at; returns how many remarks found room.
    fn lost(&mut self, report: &Report, context: &Context<'_>) -> usize {
        let mut lost: Vec<&Diagnostic> = report.diagnostics_by_loss(context);
        lost.retain(|diagnostic| diagnostic.level != Level::Note);
        if lost.is_empty() || !self.push("\n### Not looked at, or with a doubt\n\n", LOST_LIMIT) {
            return 0;
        }
        lost.iter()
            .take_while(|diagnostic| self.push(&remark(diagnostic, context), LOST_LIMIT))
            .count()
    }
}

fn row(finding: &Finding, context: &Context<'_>) -> String {
    format!(
        "| {} {} | {} {} | {} | {} |\n",
        mark(finding.severity),
        finding.severity,
        finding.rule,
        code(context.rule_name(finding.rule)),
        text(&finding.message),
        code(&short_place(finding, context)),
    )
}

fn short_place(finding: &Finding, context: &Context<'_>) -> String {
    let path = context.sources.path(finding.place.file);
    if finding.place.is_whole() { path } else { format!("{path}:{}", finding.place.line) }
}

fn detail(finding: &Finding, context: &Context<'_>) -> String {
    let subject = finding.function.as_deref().or(finding.resource.as_deref());
    let mut out = String::new();
    // Writing to a text can not fail, here and below.
    let _ = write!(
        out,
        "\n<details><summary>{} {} {}{}</summary>\n\n",
        mark(finding.severity),
        finding.rule,
        context.rule_name(finding.rule),
        subject.map(|name| format!(": {}", code_element(name))).unwrap_or_default(),
    );
    let _ = writeln!(out, "{}\n", text(&finding.message));
    let _ = writeln!(out, "- **Place:** {}", code(&context.place(finding.place)));
    let _ =
        writeln!(out, "- **Severity:** {}, confidence {}", finding.severity, finding.confidence);
    if let Some(when) = &finding.when {
        let _ = writeln!(out, "- **Only when:** {}", text(when));
    }
    if !finding.path.is_empty() {
        let steps: Vec<_> = finding.path.iter().take(20).map(|step| code(step)).collect();
        let _ = writeln!(out, "- **Attack path:** {}", steps.join(" → "));
    }
    for hop in finding.trace.iter().take(20) {
        let _ = writeln!(out, "- {}: {}", code(&context.place(hop.place)), text(&hop.note));
    }
    for evidence in &finding.evidence {
        let _ = writeln!(out, "- **Seen:** {}", text(&evidence.text));
    }
    if let Some(secret) = &finding.secret {
        let _ = writeln!(out, "- **Secret:** {} {}", text(&secret.kind), code(&secret.preview));
    }
    if let Some(component) = &finding.component {
        let _ = writeln!(out, "- **Package:** {}", code(&component.purl));
    }
    if !finding.advisories.is_empty() {
        let ids: Vec<_> = finding.advisories.iter().map(|id| code(id)).collect();
        let _ = writeln!(out, "- **Advisories:** {}", ids.join(", "));
    }
    if let Some(fix) = &finding.fix {
        let _ = writeln!(out, "- **Fix:** {}", text(&fix.description));
    }
    if let Some(info) = context.facts(finding.rule) {
        let _ = writeln!(
            out,
            "- **More:** `faasguard explain {}`; accept with `# faasguard: allow {} -- reason`",
            info.key, info.name,
        );
    }
    out.push_str("\n</details>\n");
    out
}

fn remark(diagnostic: &Diagnostic, context: &Context<'_>) -> String {
    let place = context.place(diagnostic.place);
    let message = text(&diagnostic.message);
    let level = crate::json::level_word(diagnostic.level);
    if place.is_empty() {
        format!("- {level}: {message}\n")
    } else {
        format!("- {level}: {}: {message}\n", code(&place))
    }
}

fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "🟣",
        Severity::High => "🔴",
        Severity::Medium => "🟠",
        Severity::Low => "🔵",
    }
}

fn text(text: &str) -> String {
    markdown(&cut(&visible(text), LONGEST_TEXT))
}

fn code(text: &str) -> String {
    markdown_code(&cut(&visible(text), LONGEST_TEXT))
}

/// Code inside an HTML element, where Markdown is not read.
fn code_element(text: &str) -> String {
    format!("<code>{}</code>", safe_text::xml(&cut(&visible(text), LONGEST_TEXT)))
}
