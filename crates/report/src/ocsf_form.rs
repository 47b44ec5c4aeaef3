//! The findings of a scan as events of OCSF, one a line.

use audit_event::Time;
use finding::{Confidence, Finding, Severity};
use ocsf::{CodeFinding, FindingLevel};
use serde_json::Value;

use crate::{Context, Report, json::to_line, security_hub::cut};

/// Writes each finding, accepted ones too, as the event that `form` makes of it.
pub(crate) fn render(
    report: &Report,
    context: &Context<'_>,
    form: fn(&CodeFinding, &str) -> Value,
) -> String {
    let time = Time::parse(report.surroundings.time.as_bytes()).unwrap_or_default();
    let mut out = String::new();
    for finding in report.findings_by_place(context) {
        let input = input(finding, time, report, context);
        out.push_str(&to_line(&form(&input, &report.tool_version)));
        out.push('\n');
    }
    out
}

fn input(finding: &Finding, time: Time, report: &Report, context: &Context<'_>) -> CodeFinding {
    let info = context.facts(finding.rule);
    let text = |value: &Option<String>| value.as_deref().map(|it| cut(it, 512)).unwrap_or_default();
    let weaknesses = info.map(|info| info.cwe.to_vec()).unwrap_or_default();
    let owasp = info.map(|info| info.owasp).filter(|it| *it != "Other");
    let cwe = weaknesses.iter().map(|cwe| format!("CWE-{cwe}"));
    let requirements: Vec<String> = owasp.map(str::to_owned).into_iter().chain(cwe).collect();
    let mut standards = Vec::new();
    if owasp.is_some() {
        standards.push("OWASP Serverless Top 10".to_owned());
    }
    if !weaknesses.is_empty() {
        standards.push("CWE".to_owned());
    }
    let mut message = finding.message.clone();
    if let Some(when) = &finding.when {
        message = format!("{message} (when {when})");
    }
    let component = finding.component.as_ref();
    let place = finding.place;
    CodeFinding {
        uid: finding.fingerprint.clone(),
        rule_id: finding.rule.to_string(),
        rule: context.rule_name(finding.rule).to_owned(),
        rule_summary: info.map(|info| info.summary.to_owned()).unwrap_or_default(),
        level: level(finding.severity),
        confidence: match finding.confidence {
            Confidence::Low => 1,
            Confidence::Medium => 2,
            Confidence::High => 3,
        },
        is_suppressed: finding.suppressed.is_some(),
        message: cut(&message, 2_000),
        time: time.0,
        account: cut(&report.surroundings.account, 64),
        region: cut(&report.surroundings.region, 64),
        function: text(&finding.function),
        resource: text(&finding.resource),
        standards,
        requirements,
        weaknesses,
        advisories: finding.advisories.iter().take(16).map(|it| cut(it, 128)).collect(),
        package: component.map(|it| cut(&it.purl, 512)).unwrap_or_default(),
        fixed: component.map(|it| text(&it.fixed)).unwrap_or_default(),
        path: cut(&report.path_from_here(&context.sources.path(place.file)), 2_048),
        lines: (place.line, place.end_line.max(place.line)),
        columns: (place.column, place.end_column.max(place.column)),
        fix: finding.fix.as_ref().map(|it| cut(&it.description, 2_000)).unwrap_or_default(),
    }
}

fn level(severity: Severity) -> FindingLevel {
    match severity {
        Severity::Low => FindingLevel::Low,
        Severity::Medium => FindingLevel::Medium,
        Severity::High => FindingLevel::High,
        Severity::Critical => FindingLevel::Critical,
    }
}
