//! `faasguard-scan/1`: the result for other programs. Fields are added, never removed or renamed.

use std::fmt::Write as _;

use finding::{
    Closed, Component, Edit, Evidence, Finding, Fix, Hop, Secret, SecretCommit, SecretCommits,
    Suppressed,
};
use serde::Serialize;
use source_text::{Diagnostic, Level, Place};

use crate::{Context, FunctionRow, Report, Summary, TriggerRow, UnusedSuppression, Vulndb};
use safe_text::is_hidden;

pub(crate) const SCHEMA: &str = "faasguard-scan/1";

#[derive(Serialize)]
struct ReportJson<'a> {
    schema: &'static str,
    tool: ToolJson<'a>,
    root: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    time: &'a str,
    summary: &'a Summary,
    vulndb: Option<&'a Vulndb>,
    functions: Vec<FunctionJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    diagnostics: Vec<DiagnosticJson<'a>>,
    unused_suppressions: Vec<UnusedSuppressionJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<&'a [Closed]>,
}

#[derive(Serialize)]
struct ToolJson<'a> {
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct FunctionJson<'a> {
    name: &'a str,
    runtime: Option<&'a str>,
    handler: Option<&'a str>,
    code: Option<&'a str>,
    role: Option<&'a str>,
    triggers: &'a [TriggerRow],
    place: PlaceJson,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: String,
    name: &'a str,
    risk: String,
    owasp: &'a str,
    cwe: &'a [u16],
    severity: &'static str,
    confidence: &'static str,
    function: Option<&'a str>,
    resource: Option<&'a str>,
    property: Option<&'a str>,
    message: &'a str,
    place: PlaceJson,
    trace: Vec<HopJson<'a>>,
    path: &'a [String],
    fix: Option<FixJson<'a>>,
    when: Option<&'a str>,
    secret: Option<SecretJson<'a>>,
    component: Option<ComponentJson<'a>>,
    advisories: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<EvidenceJson<'a>>,
    fingerprint: &'a str,
    suppressed: Option<SuppressedJson<'a>>,
}

/// Lines and columns count from 1; all are 0 when the file as a whole is meant.
#[derive(Serialize)]
pub(crate) struct PlaceJson {
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct HopJson<'a> {
    place: PlaceJson,
    note: &'a str,
}

#[derive(Serialize)]
struct FixJson<'a> {
    description: &'a str,
    safe: bool,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    #[serde(flatten)]
    place: PlaceJson,
    text: &'a str,
}

#[derive(Serialize)]
struct SecretJson<'a> {
    kind: &'a str,
    hash: &'a str,
    preview: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    commits: Option<CommitsJson<'a>>,
}

#[derive(Serialize)]
struct CommitsJson<'a> {
    first: CommitJson<'a>,
    last: CommitJson<'a>,
    times: usize,
    in_head: bool,
}

#[derive(Serialize)]
struct CommitJson<'a> {
    commit: &'a str,
    date: &'a str,
    file: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct ComponentJson<'a> {
    purl: &'a str,
    fixed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reach: Option<&'static str>,
}

#[derive(Serialize)]
pub(crate) struct EvidenceJson<'a> {
    kind: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<&'a str>,
    source: &'static str,
}

#[derive(Serialize)]
struct SuppressedJson<'a> {
    source: &'a str,
    reason: Option<&'a str>,
    until: Option<&'a str>,
}

#[derive(Serialize)]
struct DiagnosticJson<'a> {
    level: &'static str,
    file: String,
    line: u32,
    column: u32,
    message: &'a str,
}

#[derive(Serialize)]
struct UnusedSuppressionJson<'a> {
    rule: &'a str,
    reason: &'a str,
    place: PlaceJson,
}

/// The word for a level in JSON and on the terminal.
pub(crate) fn level_word(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

pub(crate) fn render(report: &Report, context: &Context<'_>) -> String {
    let json = ReportJson {
        schema: SCHEMA,
        tool: ToolJson { name: "faasguard", version: &report.tool_version },
        root: &report.root,
        time: &report.surroundings.time,
        summary: &report.summary,
        vulndb: report.vulndb.as_ref(),
        functions: report.functions.iter().map(|row| function_json(row, context)).collect(),
        findings: report
            .findings_by_place(context)
            .into_iter()
            .map(|finding| finding_json(finding, context))
            .collect(),
        diagnostics: report
            .diagnostics_by_loss(context)
            .into_iter()
            .map(|diagnostic| diagnostic_json(diagnostic, context))
            .collect(),
        unused_suppressions: report
            .unused_suppressions
            .iter()
            .map(|unused| unused_json(unused, context))
            .collect(),
        closed: report.closed.as_deref(),
    };
    to_text(&json)
}

/// Pretty JSON with a line break at the end, harmless on a terminal.
///
/// JSON itself demands escapes below U+0020 only; C1 controls and bidirectional marks, which can
/// stand only in its texts, are escaped, too.
pub fn to_text(json: &impl Serialize) -> String {
    // Text, numbers and lists can not fail to serialise; an empty text would fail its reader.
    let mut text = serde_json::to_string_pretty(json).unwrap_or_default();
    text.push('\n');
    harmless(text)
}

/// JSON on one line without a line break at the end, harmless on a terminal.
pub(crate) fn to_line(json: &impl Serialize) -> String {
    harmless(serde_json::to_string(json).unwrap_or_default())
}

fn harmless(text: String) -> String {
    if !text.chars().any(|c| c != '\n' && is_hidden(c)) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if c == '\n' || !is_hidden(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a text can not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

fn function_json<'a>(row: &'a FunctionRow, context: &Context<'_>) -> FunctionJson<'a> {
    FunctionJson {
        name: &row.name,
        runtime: row.runtime.as_deref(),
        handler: row.handler.as_deref(),
        code: row.code.as_deref(),
        role: row.role.as_deref(),
        triggers: &row.triggers,
        place: place_json(row.place, context),
    }
}

fn finding_json<'a>(finding: &'a Finding, context: &'a Context<'_>) -> FindingJson<'a> {
    let info = context.facts(finding.rule);
    FindingJson {
        rule: finding.rule.to_string(),
        name: context.rule_name(finding.rule),
        risk: context.risk(finding.rule),
        owasp: context.owasp(finding.rule),
        cwe: info.map_or(&[], |info| info.cwe),
        severity: finding.severity.as_str(),
        confidence: finding.confidence.as_str(),
        function: finding.function.as_deref(),
        resource: finding.resource.as_deref(),
        property: finding.property.as_deref(),
        message: &finding.message,
        place: place_json(finding.place, context),
        trace: finding.trace.iter().map(|hop| hop_json(hop, context)).collect(),
        path: &finding.path,
        fix: finding.fix.as_ref().map(|fix| fix_json(fix, context)),
        when: finding.when.as_deref(),
        secret: finding.secret.as_ref().map(secret_json),
        component: finding.component.as_ref().map(component_json),
        advisories: &finding.advisories,
        evidence: finding.evidence.iter().map(evidence_json).collect(),
        fingerprint: &finding.fingerprint,
        suppressed: finding.suppressed.as_ref().map(suppressed_json),
    }
}

pub(crate) fn place_json(place: Place, context: &Context<'_>) -> PlaceJson {
    PlaceJson {
        file: context.sources.path(place.file),
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    }
}

fn hop_json<'a>(hop: &'a Hop, context: &Context<'_>) -> HopJson<'a> {
    HopJson { place: place_json(hop.place, context), note: &hop.note }
}

fn fix_json<'a>(fix: &'a Fix, context: &Context<'_>) -> FixJson<'a> {
    let edit =
        |edit: &'a Edit| EditJson { place: place_json(edit.place, context), text: &edit.text };
    FixJson {
        description: &fix.description,
        safe: fix.safe,
        edits: fix.edits.iter().map(edit).collect(),
    }
}

fn secret_json(secret: &Secret) -> SecretJson<'_> {
    let Secret { kind, hash, preview, commits } = secret;
    SecretJson { kind, hash, preview, commits: commits.as_ref().map(commits_json) }
}

fn commits_json(commits: &SecretCommits) -> CommitsJson<'_> {
    fn of(it: &SecretCommit) -> CommitJson<'_> {
        CommitJson { commit: &it.id, date: &it.date, file: &it.path, line: it.line }
    }
    let SecretCommits { first, last, times, is_in_head } = commits;
    CommitsJson { first: of(first), last: of(last), times: *times, in_head: *is_in_head }
}

fn component_json(component: &Component) -> ComponentJson<'_> {
    let Component { purl, fixed, reach } = component;
    ComponentJson { purl, fixed: fixed.as_deref(), reach: reach.as_str() }
}

pub(crate) fn evidence_json(evidence: &Evidence) -> EvidenceJson<'_> {
    EvidenceJson {
        kind: evidence.kind.as_str(),
        text: &evidence.text,
        count: evidence.count,
        first: evidence.first.as_deref(),
        last: evidence.last.as_deref(),
        source: evidence.source,
    }
}

fn suppressed_json(suppressed: &Suppressed) -> SuppressedJson<'_> {
    SuppressedJson {
        source: &suppressed.source,
        reason: suppressed.reason.as_deref(),
        until: suppressed.until.as_deref(),
    }
}

fn diagnostic_json<'a>(diagnostic: &'a Diagnostic, context: &Context<'_>) -> DiagnosticJson<'a> {
    DiagnosticJson {
        level: level_word(diagnostic.level),
        file: context.sources.path(diagnostic.place.file),
        line: diagnostic.place.line,
        column: diagnostic.place.column,
        message: &diagnostic.message,
    }
}

fn unused_json<'a>(
    unused: &'a UnusedSuppression,
    context: &Context<'_>,
) -> UnusedSuppressionJson<'a> {
    UnusedSuppressionJson {
        rule: &unused.rule,
        reason: &unused.reason,
        place: place_json(unused.place, context),
    }
}
