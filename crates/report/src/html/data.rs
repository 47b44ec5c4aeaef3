//! What the page draws, as one block of JSON: every text visible, files, rules and lines once each.

use std::{
    borrow::Cow,
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use finding::{Confidence, Finding, RISKS, RuleKey, Secret, Severity, Suppressed};
use serde::Serialize;
use source_text::{Diagnostic, FileId, Level, Place};

use crate::{
    Context, Report, Summary, Vulndb,
    terminal::{Lines, SecretPlaces},
};
use safe_text::{cut, visible};

/// Lines shown before and after the place of a finding.
const AROUND: u32 = 2;
/// Lines of a place that are shown at most.
const LONGEST_PLACE: u32 = 12;
/// Longest line and text, in characters; generated ones are longer, and nobody reads them.
const LONGEST_LINE: usize = 1_000;
const LONGEST_TEXT: usize = 4_000;
/// Steps and edits of one finding that are shown at most.
const MOST_STEPS: usize = 50;
/// Remarks on what was not looked at that are shown at most.
const MOST_DIAGNOSTICS: usize = 10_000;

#[derive(Serialize)]
pub(super) struct Data<'a> {
    version: &'a str,
    root: Cow<'a, str>,
    time: &'a str,
    summary: &'a Summary,
    vulndb: Option<&'a Vulndb>,
    risks: Vec<RiskData>,
    rules: Vec<RuleData>,
    files: Vec<FileData>,
    functions: Vec<FunctionData<'a>>,
    findings: Vec<FindingData<'a>>,
    diagnostics: Vec<DiagnosticData>,
    graph: GraphData<'a>,
}

#[derive(Serialize)]
struct RiskData {
    id: String,
    title: &'static str,
    summary: &'static str,
}

#[derive(Serialize)]
struct RuleData {
    id: String,
    name: String,
    risk: String,
    owasp: String,
    cwe: Vec<u16>,
    why: String,
}

#[derive(Serialize)]
struct FileData {
    path: String,
    /// By number, from 1. Characters stand as they are, so that columns count right.
    lines: BTreeMap<u32, String>,
}

#[derive(Serialize)]
struct FunctionData<'a> {
    name: Cow<'a, str>,
}

/// File by index; line, column, last line and the column behind the last, from 1, 0 for a whole file.
type PlaceData = (usize, u32, u32, u32, u32);

#[derive(Serialize)]
struct FindingData<'a> {
    rule: usize,
    /// 0 low to 3 critical.
    severity: u8,
    /// 0 to 2.
    sure: u8,
    message: Cow<'a, str>,
    place: PlaceData,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    property: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trace: Vec<(PlaceData, Cow<'a, str>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    path: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixData<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    advisories: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<String>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct FixData<'a> {
    description: Cow<'a, str>,
    /// Texts have their line breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    edits: Vec<(PlaceData, &'a str)>,
}

#[derive(Serialize)]
struct DiagnosticData {
    level: &'static str,
    place: PlaceData,
    message: String,
}

/// Nodes are label, kind and worst severity; edges from and to by index, label, whether open.
#[derive(Serialize)]
struct GraphData<'a> {
    nodes: Vec<(Cow<'a, str>, &'static str, Option<u8>)>,
    edges: Vec<(usize, usize, Cow<'a, str>, bool)>,
}

pub(super) fn of<'a>(report: &'a Report, context: &Context<'a>) -> Data<'a> {
    let mut findings: Vec<&Finding> = report.findings_by_place(context);
    // Stable: among equals the order of the places stays.
    findings.sort_by_key(|finding| (Reverse(finding.severity), Reverse(finding.confidence)));
    let mut book = Book {
        context,
        lines: Lines::new(context.sources, SecretPlaces::of(&report.findings)),
        files: Vec::new(),
        file_numbers: HashMap::new(),
        rules: Vec::new(),
        rule_numbers: HashMap::new(),
    };
    let findings: Vec<_> = findings.into_iter().map(|finding| book.finding(finding)).collect();
    let diagnostics = report.diagnostics_by_loss(context).into_iter();
    let diagnostics = diagnostics.filter(|it| it.level != Level::Note).take(MOST_DIAGNOSTICS);
    let diagnostics: Vec<_> = diagnostics.map(|it| book.diagnostic(it)).collect();
    let names = report.functions.iter().map(|row| FunctionData { name: text(&row.name) });
    let risk = |risk: &finding::Risk| RiskData {
        id: format!("SAS-{}", risk.number),
        title: risk.title,
        summary: risk.summary,
    };
    Data {
        version: &report.tool_version,
        root: text(&report.root),
        time: &report.surroundings.time,
        summary: &report.summary,
        vulndb: report.vulndb.as_ref(),
        risks: RISKS.iter().map(risk).collect(),
        rules: book.rules,
        files: book.files,
        functions: names.collect(),
        findings,
        diagnostics,
        graph: graph(report),
    }
}

/// What findings refer to by number.
struct Book<'a, 'c> {
    context: &'c Context<'a>,
    lines: Lines<'a>,
    files: Vec<FileData>,
    file_numbers: HashMap<FileId, usize>,
    rules: Vec<RuleData>,
    rule_numbers: HashMap<RuleKey, usize>,
}

impl Book<'_, '_> {
    fn finding<'f>(&mut self, finding: &'f Finding) -> FindingData<'f> {
        let option = |value: &'f Option<String>| value.as_deref().map(text);
        let trace = finding.trace.iter().take(MOST_STEPS);
        let trace = trace.map(|hop| (self.place(hop.place, 0), text(&hop.note))).collect();
        let place = self.place(finding.place, AROUND);
        let fix = finding.fix.as_ref().map(|fix| FixData {
            description: text(&fix.description),
            edits: fix
                .edits
                .iter()
                .filter(|edit| !edit.place.is_whole())
                .take(MOST_STEPS)
                .map(|edit| (self.place(edit.place, 0), edit.text.as_str()))
                .collect(),
        });
        let component = finding.component.as_ref();
        FindingData {
            rule: self.rule(finding.rule),
            severity: number(finding.severity),
            sure: match finding.confidence {
                Confidence::Low => 0,
                Confidence::Medium => 1,
                Confidence::High => 2,
            },
            message: text(&finding.message),
            place,
            function: option(&finding.function),
            resource: option(&finding.resource),
            property: option(&finding.property),
            when: option(&finding.when),
            trace,
            path: finding.path.iter().map(|it| text(it)).collect(),
            fix,
            secret: finding.secret.as_ref().map(secret),
            package: component.map(|it| text(&it.purl)),
            fixed: component.and_then(|it| it.fixed.as_deref()).map(text),
            advisories: finding.advisories.iter().map(|it| text(it)).collect(),
            evidence: finding.evidence.iter().map(|it| text(&it.text)).collect(),
            accepted: finding.suppressed.as_ref().map(accepted),
            fingerprint: &finding.fingerprint,
        }
    }

    fn rule(&mut self, id: RuleKey) -> usize {
        if let Some(number) = self.rule_numbers.get(&id) {
            return *number;
        }
        let info = self.context.facts(id);
        self.rules.push(RuleData {
            id: id.to_string(),
            name: text(self.context.rule_name(id)).into_owned(),
            risk: self.context.risk(id),
            owasp: text(self.context.owasp(id)).into_owned(),
            cwe: info.map(|info| info.cwe.to_vec()).unwrap_or_default(),
            why: info.map(|info| why(info.docs).to_owned()).unwrap_or_default(),
        });
        self.rule_numbers.insert(id, self.rules.len() - 1);
        self.rules.len() - 1
    }

    /// The place, its lines and some `around` it kept.
    fn place(&mut self, place: Place, around: u32) -> PlaceData {
        let file = *self.file_numbers.entry(place.file).or_insert_with(|| {
            let path = self.context.sources.path(place.file);
            let path = visible(&path).into_owned();
            self.files.push(FileData { path, lines: BTreeMap::new() });
            self.files.len() - 1
        });
        if !place.is_whole()
            && let Some(data) = self.files.get_mut(file)
        {
            let last = place.end_line.clamp(place.line, place.line.saturating_add(LONGEST_PLACE));
            let first = place.line.saturating_sub(around).max(1);
            for number in first..=last.saturating_add(around) {
                if data.lines.contains_key(&number) {
                    continue;
                }
                if let Some(line) = self.lines.whole(place.file, number, LONGEST_LINE) {
                    data.lines.insert(number, line);
                }
            }
        }
        (file, place.line, place.column.max(1), place.end_line.max(place.line), place.end_column)
    }

    fn diagnostic(&mut self, diagnostic: &Diagnostic) -> DiagnosticData {
        let Place { line, column, .. } = diagnostic.place;
        let (file, ..) = self.place(Place::whole(diagnostic.place.file), 0);
        DiagnosticData {
            level: crate::json::level_word(diagnostic.level),
            place: (file, line, column, line, column),
            message: text(&diagnostic.message).into_owned(),
        }
    }
}

/// Text of an input, visible, of a length that can be drawn.
fn text(value: &str) -> Cow<'_, str> {
    match visible(value) {
        Cow::Borrowed(value) => cut(value, LONGEST_TEXT),
        Cow::Owned(value) => Cow::Owned(cut(&value, LONGEST_TEXT).into_owned()),
    }
}

fn number(severity: Severity) -> u8 {
    match severity {
        Severity::Low => 0,
        Severity::Medium => 1,
        Severity::High => 2,
        Severity::Critical => 3,
    }
}

fn secret(secret: &Secret) -> String {
    text(&format!("{} {}", secret.kind, secret.preview)).trim_end().to_owned()
}

fn accepted(suppressed: &Suppressed) -> String {
    let reason = suppressed.reason.as_deref().unwrap_or("no reason given");
    let until = suppressed.until.as_deref().map(|day| format!(" (until {day})"));
    let all = format!("{}: {reason}{}", suppressed.source, until.unwrap_or_default());
    text(&all).into_owned()
}

/// The section of a rule's text that says why it matters, without its heading.
fn why(docs: &str) -> &str {
    let Some((_, section)) = docs.split_once("# Why it matters") else { return "" };
    let section = section.split("\n# ").next().unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    section.trim()
}

fn graph(report: &Report) -> GraphData<'_> {
    let graph = &report.graph;
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut nodes = Vec::new();
    for node in &graph.nodes {
        numbers.entry(&node.id).or_insert_with(|| {
            nodes.push((text(&node.label), node.kind.as_str(), node.risk.map(number)));
            nodes.len() - 1
        });
    }
    let edges = graph.edges.iter().filter_map(|edge| {
        let (from, to) = (*numbers.get(edge.from.as_str())?, *numbers.get(edge.to.as_str())?);
        Some((from, to, text(&edge.label), edge.danger))
    });
    let edges = edges.collect();
    GraphData { nodes, edges }
}
