//! SARIF 2.1.0, as OASIS defines it and as code-scanning services read it.
//!
//! Source: Static Analysis Results Interchange Format (SARIF) Version 2.1.0 plus Errata 01;
//! GitHub Docs, "SARIF support for code scanning".

use std::collections::{BTreeMap, BTreeSet};

use finding::{Closed, EvidenceKind, Finding, Fix, Hop, RuleKey, Severity, Suppressed};
use serde_json::{Map, Value, json};
use source_text::{Diagnostic, Level, Place};

use crate::{
    Context, Report,
    json::{evidence_json, to_text},
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Name of the base that every path is relative to.
const ROOT: &str = "SRCROOT";

pub(crate) fn render(report: &Report, context: &Context<'_>) -> String {
    let findings = report.findings_by_place(context);
    let ids: BTreeSet<RuleKey> = findings.iter().map(|finding| finding.rule).collect();
    let index: BTreeMap<RuleKey, usize> = ids.iter().copied().zip(0..).collect();
    let rules: Vec<Value> = ids.iter().map(|id| rule(*id, context)).collect();
    let mut results: Vec<Value> =
        findings.iter().map(|finding| result(finding, &index, context)).collect();
    if let Some(closed) = &report.closed {
        for (result, finding) in results.iter_mut().zip(&findings) {
            let is_known = finding.evidence.iter().any(|it| it.kind == EvidenceKind::OpenSince);
            result["baselineState"] = json!(if is_known { "unchanged" } else { "new" });
        }
        results.extend(closed.iter().map(absent));
    }
    let lost = report.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    let notifications: Vec<Value> = report
        .diagnostics_by_loss(context)
        .into_iter()
        .map(|diagnostic| notification(diagnostic, context))
        .collect();
    let driver = json!({
        "name": "faasguard",
        "semanticVersion": report.tool_version,
        "rules": rules,
    });
    to_text(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                ROOT: {"description": {"text": "The scanned folder; every path is relative to it."}},
            },
            "invocations": [{
                // A run that skipped a file still did its work; what it skipped is listed.
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "properties": {"complete": !lost, "summary": report.summary, "vulndb": report.vulndb},
            "results": results,
        }],
    }))
}

fn rule(id: RuleKey, context: &Context<'_>) -> Value {
    let mut tags = vec!["security".to_owned(), "serverless".to_owned(), context.risk(id)];
    let Some(info) = context.facts(id) else {
        return json!({"id": id.to_string(), "properties": {"tags": tags}});
    };
    let risk = finding::risk(info.risk);
    if info.owasp != "Other" {
        tags.push(format!("OWASP-{}", info.owasp));
    }
    tags.extend(info.cwe.iter().map(|cwe| format!("external/cwe/cwe-{cwe:03}")));
    let full = risk.map_or_else(
        || sentence(info.summary),
        |risk| format!("{} {}: {}", sentence(info.summary), risk.title, lower_first(risk.summary)),
    );
    let mut rule = json!({
        "id": id.to_string(),
        "name": pascal_case(info.name),
        "shortDescription": {"text": info.summary},
        "fullDescription": {"text": sentence(&full)},
        "help": {"text": plain(info.docs), "markdown": info.docs},
        "defaultConfiguration": {"level": level(info.severity)},
        "properties": {
            "tags": tags,
            "precision": "high",
            "problem.severity": problem_severity(info.severity),
            "security-severity": score(info.severity),
        },
    });
    if let Some(fields) = rule.as_object_mut()
        && !info.link.is_empty()
    {
        fields.insert("helpUri".to_owned(), json!(info.link));
    }
    rule
}

fn result(finding: &Finding, index: &BTreeMap<RuleKey, usize>, context: &Context<'_>) -> Value {
    let mut message = finding.message.clone();
    if let Some(when) = &finding.when {
        message.push_str(" (when ");
        message.push_str(when);
        message.push(')');
    }
    let mut result = json!({
        "ruleId": finding.rule.to_string(),
        "ruleIndex": index.get(&finding.rule),
        "level": level(finding.severity),
        "message": {"text": message_text(&message)},
        "locations": [location(finding.place, logical_names(finding), context)],
        "partialFingerprints": {"faasguard/v1": finding.fingerprint},
        "properties": properties(finding),
    });
    let Some(fields) = result.as_object_mut() else { return result };
    if let Some(flow) = code_flow(finding, context) {
        fields.insert("codeFlows".to_owned(), json!([flow]));
    }
    if let Some(suppressed) = &finding.suppressed {
        fields.insert("suppressions".to_owned(), json!([suppression(suppressed)]));
    }
    if let Some(fix) = finding.fix.as_ref().filter(|fix| is_applicable(fix)) {
        fields.insert("fixes".to_owned(), json!([fix_json(fix, context)]));
    }
    result
}

/// A finding of an earlier result that is gone.
fn absent(closed: &Closed) -> Value {
    json!({
        "ruleId": closed.rule,
        "level": "none",
        "kind": "pass",
        "message": {"text": closed.message},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": percent_encode(&closed.file), "uriBaseId": ROOT},
        }}],
        "partialFingerprints": {"faasguard/v1": closed.fingerprint},
        "baselineState": "absent",
    })
}

fn properties(finding: &Finding) -> Value {
    let mut properties = Map::new();
    let mut put = |key: &str, value: Value| properties.insert(key.to_owned(), value);
    put("confidence", json!(finding.confidence.as_str()));
    put("severity", json!(finding.severity.as_str()));
    put("security-severity", json!(score(finding.severity)));
    if let Some(when) = &finding.when {
        put("when", json!(when));
    }
    if !finding.path.is_empty() {
        put("path", json!(finding.path));
    }
    if let Some(fix) = &finding.fix {
        put("fix", json!(fix.description));
    }
    if let Some(secret) = &finding.secret {
        let preview = &secret.preview;
        put("secret", json!({"kind": secret.kind, "hash": secret.hash, "preview": preview}));
    }
    if let Some(component) = &finding.component {
        put("component", json!({"purl": component.purl, "fixed": component.fixed}));
    }
    if !finding.advisories.is_empty() {
        put("advisories", json!(finding.advisories));
    }
    if !finding.evidence.is_empty() {
        put("evidence", json!(finding.evidence.iter().map(evidence_json).collect::<Vec<_>>()));
    }
    Value::Object(properties)
}

/// Function and resource as places of their own: they survive moved lines.
fn logical_names(finding: &Finding) -> Vec<Value> {
    let mut names = Vec::new();
    if let Some(function) = &finding.function {
        names.push(json!({"name": function, "kind": "function"}));
    }
    if let Some(resource) = &finding.resource {
        names.push(json!({"name": resource, "kind": "resource"}));
    }
    names
}

fn location(place: Place, names: Vec<Value>, context: &Context<'_>) -> Value {
    let mut location = json!({"physicalLocation": physical(place, context)});
    if let Some(fields) = location.as_object_mut().filter(|_| !names.is_empty()) {
        fields.insert("logicalLocations".to_owned(), Value::Array(names));
    }
    location
}

fn physical(place: Place, context: &Context<'_>) -> Value {
    let uri = percent_encode(&context.sources.path(place.file));
    let artifact = json!({"uri": uri, "uriBaseId": ROOT});
    match region(place) {
        Some(region) => json!({"artifactLocation": artifact, "region": region}),
        None => json!({"artifactLocation": artifact}),
    }
}

/// `None` for a whole file. An end that lies before its start is left out, as readers refuse it.
fn region(place: Place) -> Option<Value> {
    if place.is_whole() {
        return None;
    }
    let start = (place.line, place.column.max(1));
    let end = (place.end_line, place.end_column);
    Some(if end > start {
        json!({
            "startLine": start.0, "startColumn": start.1,
            "endLine": end.0, "endColumn": end.1.max(1),
        })
    } else {
        json!({"startLine": start.0, "startColumn": start.1})
    })
}

/// The trace step by step, then the attack path; `None` when there is neither.
fn code_flow(finding: &Finding, context: &Context<'_>) -> Option<Value> {
    let mut steps: Vec<Value> = Vec::new();
    for Hop { place, note } in &finding.trace {
        steps.push(step(*place, note, "important", context));
    }
    for name in &finding.path {
        steps.push(step(finding.place, name, "unimportant", context));
    }
    if steps.is_empty() {
        return None;
    }
    let path = finding.path.join(" → ");
    let mut flow = json!({"threadFlows": [{"locations": steps}]});
    if let Some(fields) = flow.as_object_mut().filter(|_| !path.is_empty()) {
        fields.insert("message".to_owned(), json!({"text": message_text(&path)}));
    }
    Some(flow)
}

fn step(place: Place, note: &str, importance: &str, context: &Context<'_>) -> Value {
    let location = json!({
        "physicalLocation": physical(place, context),
        "message": {"text": message_text(note)},
    });
    json!({"location": location, "importance": importance})
}

fn suppression(suppressed: &Suppressed) -> Value {
    // Only a comment beside the code is `inSource`; settings and baselines lie outside of it.
    let outside = matches!(suppressed.source.as_str(), "config" | "baseline");
    let mut reason = suppressed.reason.clone().unwrap_or_else(|| "no reason given".to_owned());
    if let Some(until) = &suppressed.until {
        reason.push_str(" (until ");
        reason.push_str(until);
        reason.push(')');
    }
    json!({
        "kind": if outside { "external" } else { "inSource" },
        "status": "accepted",
        "justification": reason,
        "properties": {"source": suppressed.source},
    })
}

/// Whether there are edits, each of a region: a whole file has none that could be replaced.
fn is_applicable(fix: &Fix) -> bool {
    !fix.edits.is_empty() && fix.edits.iter().all(|edit| !edit.place.is_whole())
}

fn fix_json(fix: &Fix, context: &Context<'_>) -> Value {
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let Some(deleted) = region(edit.place) else { continue };
        let replacement = json!({"deletedRegion": deleted, "insertedContent": {"text": edit.text}});
        files.entry(context.sources.path(edit.place.file)).or_default().push(replacement);
    }
    let changes: Vec<Value> = files
        .into_iter()
        .map(|(path, replacements)| {
            let artifact = json!({"uri": percent_encode(&path), "uriBaseId": ROOT});
            json!({"artifactLocation": artifact, "replacements": replacements})
        })
        .collect();
    json!({"description": {"text": fix.description}, "artifactChanges": changes})
}

fn notification(diagnostic: &Diagnostic, context: &Context<'_>) -> Value {
    let level = crate::json::level_word(diagnostic.level);
    let mut notification =
        json!({"level": level, "message": {"text": message_text(&diagnostic.message)}});
    // A remark without a file has an empty path, which is no address.
    if !context.sources.path(diagnostic.place.file).is_empty()
        && let Some(fields) = notification.as_object_mut()
    {
        let location = location(diagnostic.place, Vec::new(), context);
        fields.insert("locations".to_owned(), json!([location]));
    }
    notification
}

/// `critical` and `high` break builds, so they are errors.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "recommendation",
    }
}

fn score(severity: Severity) -> String {
    format!("{:.1}", severity.score())
}

/// In a message `[text](target)` is a link, and user text shall make none.
///
/// Brackets alone stay as they are, and so do braces: readers replace `{0}` only where a message has
/// arguments, and ours never have.
fn message_text(text: &str) -> String {
    if !text.contains("](") {
        return text.to_owned();
    }
    let escape = |c: char| matches!(c, '[' | ']' | '\\').then_some('\\').into_iter().chain([c]);
    text.chars().flat_map(escape).collect()
}

/// A path as the path of a relative URI: `/` stays, a colon in the first segment would be a scheme.
pub(crate) fn percent_encode(path: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
        if plain {
            out.push(char::from(byte));
        } else {
            // Writing to a text can not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// `wildcard-action` to `WildcardAction`, as SARIF wants names.
fn pascal_case(name: &str) -> String {
    name.split('-')
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(chars)
        })
        .collect()
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(chars).collect()
}

/// Our own Markdown without its marks, for readers that show text only.
fn plain(markdown: &str) -> String {
    let lines: Vec<_> = markdown
        .lines()
        .filter(|line| !line.trim_start().starts_with("```"))
        .map(|line| line.trim_start_matches('#').trim_end().replace("**", ""))
        .map(|line| line.strip_prefix(' ').map_or(line.clone(), str::to_owned))
        .collect();
    let text = lines.join("\n");
    let text = text.trim();
    if text.is_empty() { "No help is written yet.".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{message_text, pascal_case, percent_encode};

    #[test]
    fn a_path_becomes_a_relative_uri() {
        assert_eq!(percent_encode("a b/c#d?é%.yaml"), "a%20b/c%23d%3F%C3%A9%25.yaml");
        assert_eq!(percent_encode("x:y\\z"), "x%3Ay%5Cz");
    }

    #[test]
    fn a_message_holds_no_link() {
        assert_eq!(message_text("[a](1) \\"), "\\[a\\](1) \\\\");
        assert_eq!(message_text("`${A}[0]`"), "`${A}[0]`");
    }

    #[test]
    fn names_are_in_pascal_case() {
        assert_eq!(pascal_case("wildcard-action-2x"), "WildcardAction2x");
    }
}
