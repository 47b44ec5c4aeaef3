//! For people: findings by file and function, worst first, with their source line underlined.

mod ending;
mod flaws;
mod paint;
mod secrets;
mod snippet;
mod wrap;

use std::{cmp::Reverse, collections::BTreeMap};

use finding::{EvidenceKind, Finding, Severity};

use crate::{Context, FunctionRow, Report, TriggerRow};
use safe_text::{columns, cut, visible};
use snippet::Snippet;

pub(crate) use ending::{count, summary_text, vulndb_text};
pub(crate) use paint::{Paint, Style};
pub(crate) use secrets::SecretPlaces;
pub(crate) use snippet::Lines;
pub(crate) use wrap::wrap;

/// Most columns of one message: names come from inputs and may be as long as those.
const LONGEST_TEXT: usize = 4_000;

/// Steps of a trace that are shown unless more words are asked for.
const STEPS: usize = 6;

/// How to draw for a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Whether to write colours (SGR escape sequences).
    pub colour: bool,
    /// Columns of the terminal; lines are cut or wrapped to it, at least 40.
    pub width: usize,
    /// Whether to show traces, functions without findings, suppressed findings and notes, too.
    pub verbose: bool,
}

impl Default for TerminalOptions {
    fn default() -> Self {
        Self { colour: false, width: 100, verbose: false }
    }
}

impl TerminalOptions {
    /// The width in use: neither too narrow to break a word nor too wide to read.
    pub(crate) fn columns(&self) -> usize {
        self.width.clamp(40, 200)
    }

    pub(crate) fn paint(&self) -> Paint {
        Paint { colour: self.colour }
    }
}

/// Findings of one function, or of no function, in one file.
struct Group<'a> {
    function: Option<&'a str>,
    findings: Vec<&'a Finding>,
}

pub(crate) fn render(report: &Report, context: &Context<'_>, options: &TerminalOptions) -> String {
    let mut page = Page {
        out: String::new(),
        paint: options.paint(),
        width: options.columns(),
        verbose: options.verbose,
        has_earlier: report.closed.is_some(),
        context,
        lines: Lines::new(context.sources, SecretPlaces::of(&report.findings)),
    };
    if options.verbose {
        page.functions(&report.functions);
    }
    let rows: BTreeMap<&str, &FunctionRow> =
        report.functions.iter().map(|row| (row.name.as_str(), row)).collect();
    for (path, groups) in files(report, context, options.verbose) {
        let path = cut(&visible(&path), page.width).into_owned();
        page.line(&page.paint.paint(Style::Heading, &path));
        for group in groups {
            page.group(&group, group.function.and_then(|name| rows.get(name).copied()));
        }
    }
    page.ending(report);
    page.out
}

/// The shown findings by file, then function; at each level the worst first.
fn files<'a>(
    report: &'a Report,
    context: &Context<'_>,
    suppressed_too: bool,
) -> Vec<(String, Vec<Group<'a>>)> {
    let mut files: Vec<(String, Vec<Group<'a>>)> = Vec::new();
    let mut at = BTreeMap::new();
    let shown = report.findings_by_place(context).into_iter();
    for finding in shown.filter(|finding| suppressed_too || finding.suppressed.is_none()) {
        let path = context.sources.path(finding.place.file);
        if files.last().is_none_or(|(last, _)| *last != path) {
            files.push((path, Vec::new()));
            at.clear();
        }
        let Some((_, groups)) = files.last_mut() else { continue };
        let function = finding.function.as_deref();
        let group = *at.entry(function).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Group { function, findings: vec![finding] }),
        }
    }
    // The sorts are stable: among equals the order of the places stays.
    for (_, groups) in &mut files {
        for group in &mut *groups {
            group.findings.sort_by_key(|finding| rank(finding));
        }
        groups.sort_by_key(|group| worst(group));
    }
    files.sort_by_key(|(_, groups)| groups.first().and_then(worst));
    files
}

/// Small for what comes first: open before suppressed, then the worst, then the surest.
fn rank(finding: &Finding) -> (bool, Reverse<Severity>, Reverse<finding::Confidence>) {
    (finding.suppressed.is_some(), Reverse(finding.severity), Reverse(finding.confidence))
}

fn worst(group: &Group<'_>) -> Option<(bool, Reverse<Severity>)> {
    group.findings.first().map(|finding| {
        let (suppressed, severity, _) = rank(finding);
        (suppressed, severity)
    })
}

/// What is written so far, and how.
struct Page<'a> {
    out: String,
    paint: Paint,
    width: usize,
    verbose: bool,
    has_earlier: bool,
    context: &'a Context<'a>,
    lines: Lines<'a>,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// Every function with what starts it; shown when more words are asked for.
    fn functions(&mut self, rows: &[FunctionRow]) {
        for row in rows {
            let head = self.paint.paint(Style::Bold, &cut(&visible(&row.name), self.width));
            let facts = [&row.runtime, &row.handler, &row.code, &row.role];
            let facts: Vec<_> =
                facts.into_iter().flatten().map(|fact| visible(fact).into_owned()).collect();
            self.line(&head);
            if !facts.is_empty() {
                let facts = facts.join(", ");
                self.line(&format!("  {}", cut(&facts, self.width - 2)));
            }
            for trigger in &row.triggers {
                let text = format!("  ← {}", trigger_text(trigger));
                self.line(&cut(&text, self.width));
            }
        }
        if !rows.is_empty() {
            self.line("");
        }
    }

    fn group(&mut self, group: &Group<'_>, row: Option<&FunctionRow>) {
        let title = match group.function {
            Some(name) => visible(name).into_owned(),
            None => "not bound to one function".to_owned(),
        };
        let title = cut(&title, self.width - 2).into_owned();
        let mut head = format!("  {}", self.paint.paint(Style::Bold, &title));
        let facts = row.map(function_facts).unwrap_or_default();
        let room = self.width.saturating_sub(columns(&title) + 4);
        if !facts.is_empty() && room > 10 {
            head.push_str("  ");
            head.push_str(&self.paint.paint(Style::Faint, &cut(&facts, room)));
        }
        self.line(&head);
        self.line("");
        let entries = if self.verbose {
            flaws::apart(&group.findings)
        } else {
            flaws::together(&group.findings)
        };
        for entry in &entries {
            self.finding(entry.first, &entry.more);
            self.line("");
        }
    }

    /// One finding, with the further flaws of the same package that the same upgrade mends.
    fn finding(&mut self, finding: &Finding, more: &[&Finding]) {
        let style = Style::Of(finding.severity);
        let rule = format!("{} {}", finding.rule, self.context.rule_name(finding.rule));
        let place = visible(&self.context.place(finding.place)).into_owned();
        let doubt = match finding.confidence {
            finding::Confidence::High => "",
            finding::Confidence::Medium => "  (likely)",
            finding::Confidence::Low => "  (possible)",
        };
        let word = finding.severity.as_str();
        let used = 2 + word.len() + 1 + columns(&rule) + doubt.len() + 2;
        let head = format!(
            "  {} {}{}",
            self.paint.paint(style, word),
            self.paint.paint(Style::Bold, &rule),
            self.paint.paint(Style::Faint, doubt),
        );
        if used + columns(&place) <= self.width {
            self.line(&format!("{head}  {}", self.paint.paint(Style::Faint, &place)));
        } else {
            self.line(&head);
            for line in wrap(&place, self.width - 2) {
                self.line(&format!("  {}", self.paint.paint(Style::Faint, &line)));
            }
        }
        self.wrapped("  ", "  ", &visible(&finding.message));
        if let Some(snippet) = self.lines.snippet(finding.place, self.width - 11) {
            self.snippet(&snippet, style);
        }
        self.remarks(finding, more);
    }

    fn snippet(&mut self, snippet: &Snippet, style: Style) {
        let number = format!("{:>6} │ ", snippet.line);
        self.line(&format!("{}{}", self.paint.paint(Style::Faint, &number), snippet.text));
        let gutter = self.paint.paint(Style::Faint, "       │ ");
        let mark = self.paint.paint(style_of_mark(style), &"^".repeat(snippet.width));
        self.line(&format!("{gutter}{}{mark}", " ".repeat(snippet.indent)));
    }

    /// What stands below the source line: condition, path, trace, remedy, acceptance.
    fn remarks(&mut self, finding: &Finding, more: &[&Finding]) {
        if let Some(when) = &finding.when {
            self.remark("when", &visible(when));
        }
        if !finding.path.is_empty() {
            let steps: Vec<_> = finding.path.iter().map(|step| visible(step)).collect();
            self.remark("path", &steps.join(" → "));
        }
        self.trace(finding);
        // With an earlier result most are known: those that are not are told.
        let is_known = |it: &&finding::Evidence| it.kind == EvidenceKind::OpenSince;
        if self.has_earlier && !finding.evidence.iter().any(|it| is_known(&it)) {
            self.remark("new", "not in the earlier result");
        }
        let verbose = self.verbose;
        for evidence in finding.evidence.iter().filter(|it| verbose || !is_known(it)) {
            self.remark("seen", &visible(&evidence.text));
        }
        if let Some(secret) = &finding.secret {
            let text = format!("{} {}", visible(&secret.kind), visible(&secret.preview));
            self.remark("secret", text.trim_end());
        }
        if let Some(component) = &finding.component {
            self.remark("package", &visible(&component.purl));
        }
        // The message has the first.
        if finding.advisories.len() > 1 {
            self.remark("ids", &visible(&finding.advisories.join(", ")));
        }
        if !more.is_empty() {
            self.remark("also", &visible(&flaws::text(more)));
        }
        if let Some(fix) = &finding.fix {
            let how = match (fix.edits.is_empty(), fix.safe) {
                (true, _) => "",
                (false, true) => " (`faasguard fix` does it)",
                (false, false) => " (`faasguard fix` proposes it)",
            };
            self.remark("fix", &format!("{}{how}", visible(&fix.description)));
        }
        if let Some(suppressed) = &finding.suppressed {
            let reason = suppressed.reason.as_deref().unwrap_or("no reason given");
            let until = suppressed.until.as_deref().map(|day| format!(" (until {day})"));
            let text = format!("{}: {reason}{}", suppressed.source, until.unwrap_or_default());
            self.remark("accepted", &visible(&text));
        }
    }

    /// The way of hostile data, each step with its source line; a single step is a note for those
    /// who ask for more.
    fn trace(&mut self, finding: &Finding) {
        if finding.trace.len() < 2 && !self.verbose {
            return;
        }
        let steps = finding.trace.len();
        let hidden = if self.verbose || steps <= STEPS { 0..0 } else { STEPS - 2..steps - 2 };
        let mut before = finding.place;
        for (at, hop) in finding.trace.iter().enumerate() {
            if hidden.contains(&at) {
                if at == hidden.start {
                    let more = ending::count(hidden.len(), "more step");
                    self.remark("", &format!("… {more}"));
                }
                continue;
            }
            let place = self.context.place(hop.place);
            self.remark("via", &format!("{}: {}", visible(&place), visible(&hop.note)));
            let is_shown = [finding.place, before]
                .iter()
                .any(|known| (known.file, known.line) == (hop.place.file, hop.place.line));
            before = hop.place;
            if is_shown {
                continue;
            }
            if let Some(snippet) = self.lines.snippet(hop.place, self.width - 12) {
                let gutter = self.paint.paint(Style::Faint, "          │ ");
                self.line(&format!("{gutter}{}", snippet.text.trim_start()));
            }
        }
    }

    fn remark(&mut self, name: &str, text: &str) {
        let style = if name == "fix" { Style::Good } else { Style::Faint };
        // The name is padded before it is coloured, or escape sequences would count as columns.
        let first = format!("{}  ", self.paint.paint(style, &format!("{name:>8}")));
        self.wrapped(&first, "          ", text);
    }

    /// Writes visible text over as many lines as it takes; `next` is at least as wide as `first`.
    fn wrapped(&mut self, first: &str, next: &str, text: &str) {
        let mut inside = false;
        let text = &*cut(text, LONGEST_TEXT);
        for (at, line) in wrap(text, self.width - next.len()).iter().enumerate() {
            let prefix = if at == 0 { first } else { next };
            let line = self.paint.quotes(line, &mut inside);
            self.line(&format!("{prefix}{line}"));
        }
    }
}

/// A mark on a coloured ground would be a bar that hides nothing: only the word has one.
fn style_of_mark(style: Style) -> Style {
    if style == Style::Of(Severity::Critical) { Style::Of(Severity::High) } else { style }
}

/// Runtime and triggers in a few words, the most exposed trigger first.
fn function_facts(row: &FunctionRow) -> String {
    let mut facts: Vec<String> = row.runtime.iter().map(|it| visible(it).into_owned()).collect();
    let mut triggers: Vec<_> = row.triggers.iter().collect();
    triggers.sort_by_key(|trigger| trigger.exposure != "internet");
    if let Some(trigger) = triggers.first() {
        facts.push(trigger_text(trigger));
    }
    if triggers.len() > 1 {
        let more = ending::count(triggers.len() - 1, "more trigger");
        facts.push(more);
    }
    facts.join(" · ")
}

/// `http-api POST /orders (internet, auth none)`.
fn trigger_text(trigger: &TriggerRow) -> String {
    let mut text = trigger.kind.clone();
    if let Some(route) = &trigger.route {
        text.push(' ');
        text.push_str(route);
    }
    let asks = if trigger.exposure == "internet" || trigger.auth != "none" {
        format!(" ({}, auth {})", trigger.exposure, trigger.auth)
    } else {
        format!(" ({})", trigger.exposure)
    };
    text.push_str(&asks);
    visible(&text).into_owned()
}
