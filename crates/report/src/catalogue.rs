//! The rules themselves, drawn: `explain` for one, a table for all.

use std::fmt::Write as _;

use finding::{Audience, Risk, RuleFacts, Severity};
use serde::Serialize;

use crate::{
    TableFormat, TerminalOptions,
    json::to_text,
    terminal::{Paint, Style, wrap},
};
use safe_text::{columns, cut, markdown, markdown_code, visible};

/// One rule in full for a terminal: its head, then its Markdown lightly formatted.
#[must_use]
pub fn explain_rule(rule: &RuleFacts<'_>, options: &TerminalOptions) -> String {
    let paint = options.paint();
    let mut out = String::new();
    // Writing to a text can not fail, here and below.
    let _ = writeln!(
        out,
        "{} {}",
        paint.paint(Style::Bold, &format!("{} {}", rule.key, rule.name)),
        paint.paint(Style::Of(rule.severity), rule.severity.as_str()),
    );
    for line in wrap(rule.summary, options.columns()) {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
    let risk = finding::risk(rule.risk).map_or("", |risk| risk.title);
    fact(&mut out, paint, "risk", &format!("SAS-{} {risk}", rule.risk));
    fact(&mut out, paint, "OWASP", rule.owasp);
    let cwe: Vec<_> = rule.cwe.iter().map(|cwe| format!("CWE-{cwe}")).collect();
    if !cwe.is_empty() {
        fact(&mut out, paint, "CWE", &cwe.join(", "));
    }
    fact(&mut out, paint, "shown", audience_words(rule.audience));
    if !rule.since.is_empty() {
        fact(&mut out, paint, "since", rule.since);
    }
    if !rule.link.is_empty() {
        fact(&mut out, paint, "more", rule.link);
    }
    // Comments know rules of users by their ids.
    let named = rule.key.own().map_or_else(|| rule.name.to_owned(), |id| id.to_string());
    fact(&mut out, paint, "accept", &format!("# faasguard: allow {named} -- reason"));
    out.push('\n');
    out.push_str(&terminal_markdown(rule.docs, options));
    out
}

/// One risk for a terminal, with the rules under it.
#[must_use]
pub fn explain_risk(risk: &Risk, rules: &[RuleFacts<'_>], options: &TerminalOptions) -> String {
    let paint = options.paint();
    let mut out = String::new();
    let head = format!("SAS-{} {}", risk.number, risk.title);
    let _ = writeln!(out, "{}", paint.paint(Style::Bold, &head));
    for line in wrap(risk.summary, options.columns()) {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
    fact(&mut out, paint, "OWASP", risk.owasp);
    out.push('\n');
    let of_risk: Vec<RuleFacts<'_>> =
        rules.iter().copied().filter(|rule| rule.risk == risk.number).collect();
    if of_risk.is_empty() {
        out.push_str("No rule looks for this risk yet.\n");
    } else {
        rule_lines(&mut out, &of_risk, longest_name(&of_risk), options);
        out.push_str("\n`faasguard explain RULE` tells more of one rule.\n");
    }
    out
}

/// The table of rules, in the order given; the text ends with a line break.
#[must_use]
pub fn render_rules(
    format: TableFormat,
    rules: &[RuleFacts<'_>],
    options: &TerminalOptions,
) -> String {
    match format {
        TableFormat::Terminal => rules_terminal(rules, options),
        TableFormat::Json => rules_json(rules),
        TableFormat::Markdown => rules_markdown(rules),
    }
}

fn fact(out: &mut String, paint: Paint, name: &str, text: &str) {
    let name = paint.paint(Style::Faint, &format!("{name:>8}"));
    let _ = writeln!(out, "{name}  {}", visible(text));
}

fn audience_words(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "always",
        Audience::Strict => "with `--profile strict`",
    }
}

fn audience_word(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "everyone",
        Audience::Strict => "strict",
    }
}

fn rules_terminal(rules: &[RuleFacts<'_>], options: &TerminalOptions) -> String {
    let mut out = String::new();
    for risk in &finding::RISKS {
        let of_risk: Vec<RuleFacts<'_>> =
            rules.iter().copied().filter(|rule| rule.risk == risk.number).collect();
        if of_risk.is_empty() {
            continue;
        }
        let head = format!("SAS-{} {}", risk.number, risk.title);
        let _ = writeln!(out, "{}", options.paint().paint(Style::Heading, &head));
        rule_lines(&mut out, &of_risk, longest_name(rules), options);
        out.push('\n');
    }
    let strict = rules.iter().filter(|rule| rule.audience == Audience::Strict).count();
    let _ = writeln!(out, "{} rules, {strict} of them (*) only with --profile strict", rules.len());
    out
}

/// Columns of the longest name.
fn longest_name(rules: &[RuleFacts<'_>]) -> usize {
    rules.iter().map(|rule| columns(rule.name)).max().unwrap_or(0)
}

/// One line a rule: id, severity, name, summary, in columns.
fn rule_lines(
    out: &mut String,
    rules: &[RuleFacts<'_>],
    longest: usize,
    options: &TerminalOptions,
) {
    let paint = options.paint();
    for rule in rules {
        let strict = if rule.audience == Audience::Strict { "*" } else { " " };
        let severity = format!("{:<8}", rule.severity.as_str());
        let style = match rule.severity {
            // A coloured ground would paint the padding, too.
            Severity::Critical => Style::Bad,
            other => Style::Of(other),
        };
        let room = options.columns().saturating_sub(2 + 8 + 1 + 8 + 2 + longest + 2);
        let _ = write!(
            out,
            "  {:<8}{strict}{}  {:<longest$}",
            rule.key.to_string(),
            paint.paint(style, &severity),
            rule.name,
        );
        if room >= 20 {
            let _ = write!(out, "  {}", cut(rule.summary, room));
        }
        out.push('\n');
    }
}

#[derive(Serialize)]
struct RulesJson<'a> {
    schema: &'static str,
    rules: Vec<RuleJson<'a>>,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    rule: String,
    name: &'a str,
    summary: &'a str,
    severity: &'static str,
    audience: &'static str,
    risk: String,
    risk_title: &'static str,
    owasp: &'a str,
    cwe: &'a [u16],
    since: &'a str,
    docs: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    link: &'a str,
}

fn rules_json(rules: &[RuleFacts<'_>]) -> String {
    let rules = rules.iter().map(|rule| RuleJson {
        rule: rule.key.to_string(),
        name: rule.name,
        summary: rule.summary,
        severity: rule.severity.as_str(),
        audience: audience_word(rule.audience),
        risk: format!("SAS-{}", rule.risk),
        risk_title: finding::risk(rule.risk).map_or("", |risk| risk.title),
        owasp: rule.owasp,
        cwe: rule.cwe,
        since: rule.since,
        docs: rule.docs,
        link: rule.link,
    });
    to_text(&RulesJson { schema: "faasguard-rules/1", rules: rules.collect() })
}

fn rules_markdown(rules: &[RuleFacts<'_>]) -> String {
    let mut out = String::new();
    for risk in &finding::RISKS {
        let mut of_risk = rules.iter().filter(|rule| rule.risk == risk.number).peekable();
        if of_risk.peek().is_none() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "## SAS-{} {}\n", risk.number, risk.title);
        let _ = writeln!(out, "{}.\n", risk.summary);
        out.push_str("| Rule | Name | Severity | Finds | CWE | Shown |\n");
        out.push_str("| --- | --- | --- | --- | --- | --- |\n");
        for rule in of_risk {
            let cwe: Vec<_> = rule.cwe.iter().map(ToString::to_string).collect();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} |",
                rule.key,
                markdown_code(rule.name),
                rule.severity,
                markdown(rule.summary),
                cwe.join(", "),
                audience_word(rule.audience),
            );
        }
    }
    if out.is_empty() { "No rules.\n".to_owned() } else { out }
}

/// Our own Markdown for a terminal: headings bold, paragraphs and lists wrapped, code kept.
fn terminal_markdown(text: &str, options: &TerminalOptions) -> String {
    let mut page = Prose { out: String::new(), paint: options.paint(), width: options.columns() };
    let mut paragraph = String::new();
    let mut code = false;
    for line in text.lines() {
        let shown = visible(line);
        let trimmed = shown.trim();
        if trimmed.starts_with("```") {
            page.paragraph(&mut paragraph);
            code = !code;
        } else if code {
            let line = cut(&shown, page.width.saturating_sub(4)).into_owned();
            page.line(&format!("    {line}"));
        } else if trimmed.is_empty() {
            page.paragraph(&mut paragraph);
            page.blank();
        } else if trimmed.starts_with('#') {
            page.paragraph(&mut paragraph);
            let heading = trimmed.trim_start_matches('#').trim();
            page.line(&page.paint.paint(Style::Heading, heading));
        } else if is_item(trimmed) {
            page.paragraph(&mut paragraph);
            paragraph.push_str(trimmed);
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(trimmed);
        }
    }
    page.paragraph(&mut paragraph);
    let kept = page.out.trim_end().len();
    page.out.truncate(kept);
    page.out.push('\n');
    page.out
}

/// Whether a line starts an item of a list: `- `, `* `, `1. `.
fn is_item(line: &str) -> bool {
    item_mark(line) > 0
}

/// Length of the mark of an item, with its blank; 0 when the line starts none.
fn item_mark(line: &str) -> usize {
    if line.starts_with("- ") || line.starts_with("* ") {
        return 2;
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..).unwrap_or_default();
    if (1..=3).contains(&digits) && rest.starts_with(". ") { digits + 2 } else { 0 }
}

struct Prose {
    out: String,
    paint: Paint,
    width: usize,
}

impl Prose {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Writes what was gathered, wrapped; the lines of an item stand below its text.
    fn paragraph(&mut self, text: &mut String) {
        if text.is_empty() {
            return;
        }
        let hang = item_mark(text);
        let body = inline(text.get(hang..).unwrap_or_default());
        let mark = match text.get(..hang).unwrap_or_default() {
            "* " | "- " => "• ".to_owned(),
            other => other.to_owned(),
        };
        let mut inside = false;
        for (at, line) in wrap(&body, self.width.saturating_sub(hang)).iter().enumerate() {
            let prefix = if at == 0 { mark.clone() } else { " ".repeat(hang) };
            let line = self.paint.quotes(line, &mut inside);
            self.line(&format!("{prefix}{line}"));
        }
        text.clear();
    }
}

/// Links become `text (address)`, strong marks go; code keeps its back-ticks and all within.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        if at > 0 {
            out.push('`');
        }
        if at % 2 == 1 {
            out.push_str(part);
            continue;
        }
        let mut rest = part;
        while let Some((before, label, address, after)) = link(rest) {
            let _ = write!(out, "{} ({address})", format!("{before}{label}").replace("**", ""));
            rest = after;
        }
        out.push_str(&rest.replace("**", ""));
    }
    out
}

/// Splits text at its first link: before, label, address, after.
fn link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (label_end, _) = text.match_indices("](").next()?;
    let (head, tail) = text.split_at_checked(label_end)?;
    let (before, label) = head.rsplit_once('[')?;
    let (address, after) = tail.strip_prefix("](")?.split_once(')')?;
    Some((before, label, address, after))
}

#[cfg(test)]
mod tests {
    use super::{inline, terminal_markdown};
    use crate::TerminalOptions;

    #[test]
    fn links_show_their_address_and_code_stays() {
        assert_eq!(
            inline("see [the **guide**](https://a.b/c) and `[x](y) **z**` [1]"),
            "see the guide (https://a.b/c) and `[x](y) **z**` [1]"
        );
    }

    #[test]
    fn markdown_becomes_wrapped_text() {
        let text = "# Why\n\nOne long\nparagraph that is wrapped at forty columns.\n\n\
                    - an item whose text needs more than one line\n- two\n\n```yaml\na:  1\n```\n";
        let options = TerminalOptions { width: 40, ..TerminalOptions::default() };
        assert_eq!(
            terminal_markdown(text, &options),
            "Why\n\nOne long paragraph that is wrapped at\nforty columns.\n\n\
             • an item whose text needs more than one\n  line\n• two\n\n    a:  1\n"
        );
    }
}
