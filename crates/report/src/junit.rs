//! `JUnit` XML as build servers read it: one failing test case a rule and resource.

use std::{collections::BTreeMap, fmt::Write as _};

use finding::{Finding, RuleKey};
use source_text::{Diagnostic, Level};

use crate::{Context, Report};
use safe_text::xml;

/// Most characters of one failure's text: a build server keeps every one in memory.
const LONGEST_TEXT: usize = 4_000;

/// Findings of one rule on one resource: one test case.
struct Case<'a> {
    rule: RuleKey,
    subject: &'a str,
    findings: Vec<&'a Finding>,
}

pub(crate) fn render(report: &Report, context: &Context<'_>) -> String {
    let suites = suites(report, context);
    let lost: Vec<&Diagnostic> = report
        .diagnostics_by_loss(context)
        .into_iter()
        .filter(|diagnostic| diagnostic.level == Level::Error)
        .collect();
    let cases = suites.values().flatten();
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    for case in cases {
        tests += 1;
        if open(case).is_empty() { skipped += 1 } else { failures += 1 }
    }
    let clean = tests == 0 && lost.is_empty() && report.summary.files_scanned > 0;
    tests += lost.len() + usize::from(clean);

    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    // Writing to a text can not fail, here and below.
    let _ = writeln!(
        out,
        "<testsuites name=\"faasguard\" tests=\"{tests}\" failures=\"{failures}\" \
         errors=\"{}\" skipped=\"{skipped}\" time=\"{}\">",
        lost.len(),
        seconds(report.summary.elapsed_ms),
    );
    for (path, cases) in &suites {
        suite(&mut out, path, cases, context);
    }
    if !lost.is_empty() {
        not_scanned(&mut out, &lost, context);
    }
    if clean {
        // Build servers take a report without any test case for a broken one.
        out.push_str(concat!(
            "  <testsuite name=\"faasguard\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n",
            "    <testcase classname=\"faasguard\" name=\"no findings\"/>\n",
            "  </testsuite>\n",
        ));
    }
    out.push_str("</testsuites>\n");
    out
}

/// The cases by file, each in the order of the rules.
fn suites<'a>(report: &'a Report, context: &Context<'_>) -> BTreeMap<String, Vec<Case<'a>>> {
    let mut grouped: BTreeMap<(String, RuleKey, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings_by_place(context) {
        let subject = finding.resource.as_deref().or(finding.function.as_deref()).unwrap_or("");
        let key = (context.sources.path(finding.place.file), finding.rule, subject);
        grouped.entry(key).or_default().push(finding);
    }
    let mut suites: BTreeMap<String, Vec<Case<'a>>> = BTreeMap::new();
    for ((path, rule, subject), findings) in grouped {
        suites.entry(path).or_default().push(Case { rule, subject, findings });
    }
    suites
}

/// The findings of a case that are not suppressed; none makes it a skipped one.
fn open<'a>(case: &Case<'a>) -> Vec<&'a Finding> {
    case.findings.iter().copied().filter(|finding| finding.suppressed.is_none()).collect()
}

fn suite(out: &mut String, path: &str, cases: &[Case<'_>], context: &Context<'_>) {
    let skipped = cases.iter().filter(|case| open(case).is_empty()).count();
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{skipped}\">",
        xml(path),
        cases.len(),
        cases.len() - skipped,
    );
    for case in cases {
        test_case(out, path, case, context);
    }
    out.push_str("  </testsuite>\n");
}

fn test_case(out: &mut String, path: &str, case: &Case<'_>, context: &Context<'_>) {
    let name = format!("{} {}", case.rule, context.rule_name(case.rule));
    let name = if case.subject.is_empty() { name } else { format!("{name}: {}", case.subject) };
    let line = case.findings.first().map_or(0, |finding| finding.place.line);
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{line}\">",
        xml(path),
        xml(&name),
        xml(path),
    );
    let open = open(case);
    let Some(worst) = open.iter().max_by_key(|finding| finding.severity) else {
        let suppressed = case.findings.iter().find_map(|finding| finding.suppressed.as_ref());
        let reason = suppressed.and_then(|it| it.reason.as_deref()).unwrap_or("no reason given");
        let _ = writeln!(out, "<skipped message=\"{}\"/></testcase>", xml(reason));
        return;
    };
    let mut text = String::new();
    for finding in &open {
        if text.len() > LONGEST_TEXT {
            text.push_str("…\n");
            break;
        }
        describe(&mut text, finding, context);
    }
    let _ = writeln!(
        out,
        "<failure type=\"{}\" message=\"{}\">{}</failure></testcase>",
        worst.severity,
        xml(&worst.message),
        lines(&text),
    );
}

fn describe(text: &mut String, finding: &Finding, context: &Context<'_>) {
    let place = context.place(finding.place);
    let _ = writeln!(text, "{}: {place}: {}", finding.severity, one_line(&finding.message));
    if let Some(when) = &finding.when {
        let _ = writeln!(text, "when {}", one_line(when));
    }
    if !finding.path.is_empty() {
        let _ = writeln!(text, "path {}", one_line(&finding.path.join(" → ")));
    }
    if let Some(component) = &finding.component {
        let _ = writeln!(text, "package {}", one_line(&component.purl));
    }
    for evidence in &finding.evidence {
        let _ = writeln!(text, "seen {}", one_line(&evidence.text));
    }
    if !finding.advisories.is_empty() {
        let _ = writeln!(text, "ids {}", one_line(&finding.advisories.join(", ")));
    }
    if let Some(fix) = &finding.fix {
        let _ = writeln!(text, "fix {}", one_line(&fix.description));
    }
}

fn one_line(text: &str) -> std::borrow::Cow<'_, str> {
    crate::visible(text)
}

/// Text of our own lines: their breaks stay breaks, all else is escaped.
fn lines(text: &str) -> String {
    text.lines().map(xml).collect::<Vec<_>>().join("\n")
}

/// What was not looked at is an error of the build, never a pass.
fn not_scanned(out: &mut String, lost: &[&Diagnostic], context: &Context<'_>) {
    let count = lost.len();
    let _ = writeln!(
        out,
        "  <testsuite name=\"not scanned\" tests=\"{count}\" failures=\"0\" errors=\"{count}\" \
         skipped=\"0\">",
    );
    for diagnostic in lost {
        let place = xml(&context.place(diagnostic.place));
        let message = xml(&diagnostic.message);
        let _ = writeln!(
            out,
            "    <testcase classname=\"not scanned\" name=\"{place}\">\
             <error type=\"not-scanned\" message=\"{message}\"/></testcase>",
        );
    }
    out.push_str("  </testsuite>\n");
}

/// Milliseconds as seconds with three decimals.
fn seconds(elapsed_ms: u64) -> String {
    format!("{}.{:03}", elapsed_ms / 1000, elapsed_ms % 1000)
}
