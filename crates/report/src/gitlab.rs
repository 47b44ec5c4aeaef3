//! GitLab's code quality report: what a merge request shows beside the lines that it changes.
//!
//! Source: GitLab Docs, "Code Quality", "Code Quality report format" (read 2026-11-27).

use std::collections::BTreeMap;

use finding::{Finding, Severity};
use serde_json::{Value, json};

use crate::{Context, Report, json::to_text};
use safe_text::visible;

/// The open findings. Only the first of those with the same fingerprint would be shown, so they differ.
pub(crate) fn render(report: &Report, context: &Context<'_>) -> String {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let open = report.findings_by_place(context).into_iter().filter(|it| it.suppressed.is_none());
    let issues: Vec<Value> = open
        .map(|finding| {
            let times = seen.entry(&finding.fingerprint).or_insert(0);
            *times += 1;
            issue(finding, *times, report, context)
        })
        .collect();
    to_text(&issues)
}

fn issue(finding: &Finding, time: usize, report: &Report, context: &Context<'_>) -> Value {
    let name = context.rule_name(finding.rule);
    let fingerprint = match time {
        1 => finding.fingerprint.clone(),
        _ => format!("{}-{time}", finding.fingerprint),
    };
    let begin = finding.place.line.max(1);
    json!({
        "type": "issue",
        "check_name": format!("{} {name}", finding.rule),
        "description": visible(&finding.message),
        "content": {"body": body(finding)},
        "categories": ["Security"],
        "severity": severity(finding.severity),
        "fingerprint": fingerprint,
        "location": {
            "path": report.path_from_here(&context.sources.path(finding.place.file)),
            "lines": {"begin": begin, "end": finding.place.end_line.max(begin)},
        },
    })
}

/// What else is to be said, in words.
fn body(finding: &Finding) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(finding.when.iter().map(|when| format!("when {when}")));
    if !finding.path.is_empty() {
        parts.push(format!("path {}", finding.path.join(" → ")));
    }
    parts.extend(finding.component.iter().map(|it| format!("package {}", it.purl)));
    parts.extend(finding.fix.iter().map(|fix| format!("fix {}", fix.description)));
    visible(&parts.join("; ")).into_owned()
}

/// `blocker` is the worst of five.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
    }
}
