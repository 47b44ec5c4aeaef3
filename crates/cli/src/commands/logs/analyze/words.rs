//! What logs say, to read.

use std::fmt::Write as _;

use log_analysis::{FunctionLog, LogFinding, MemoryVerdict, Quantiles};
use log_files::Analysed;

/// Clusters of errors that are shown of a function.
const MOST_CLUSTERS: usize = 8;

/// Draws the result; text of logs is made harmless line by line.
pub(super) fn render(analysed: &Analysed, findings: &[LogFinding]) -> String {
    let mut text = String::new();
    for (name, log) in &analysed.analysis.functions {
        draw_function(&mut text, name, log);
        text.push('\n');
    }
    if findings.is_empty() {
        text.push_str("no findings\n");
    } else {
        let _ = writeln!(text, "findings ({})", findings.len());
    }
    for finding in findings {
        let risk = finding.check.risk;
        let _ = writeln!(
            text,
            "  {:<8} SAS-{risk:<2} {}: {}",
            finding.severity.as_str(),
            finding.check.name,
            finding.message
        );
        if let Some(place) = &finding.place {
            let _ = writeln!(text, "           at {}:{}", place.file, place.line);
        }
        let _ = writeln!(text, "           → {}", finding.check.advice);
    }
    text.lines().map(|line| report::visible(line).into_owned() + "\n").collect()
}

fn draw_function(text: &mut String, name: &str, log: &FunctionLog) {
    let _ = write!(text, "{name}");
    if let (Some(first), Some(last)) = (log.first, log.last) {
        let [first, last] = [first, last].map(lambda_log::write_millis);
        let _ = write!(text, "  {first} to {last}");
    }
    text.push('\n');
    let _ = writeln!(text, "  {} records, {} lines, {} bytes", log.records, log.lines, log.bytes);
    if log.invocations == 0 {
        text.push_str(
            "  no report of an invocation: durations, memory and cold starts are not known\n",
        );
    } else {
        draw_invocations(text, log);
    }
    let facts = [
        (log.timeouts, "timed out"),
        (log.out_of_memory, "ran out of memory"),
        (log.unfinished, "without a report"),
        (log.init_failures, "environments failed to start"),
        (log.throttles, "lines tell of refused calls"),
        (log.dropped, "records thrown away by the platform"),
    ];
    let facts: Vec<String> = facts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if !facts.is_empty() {
        let _ = writeln!(text, "  {}", facts.join(", "));
    }
    let clusters = log.clusters.sorted();
    if !clusters.is_empty() {
        let _ = writeln!(text, "  errors, {} kinds", clusters.len());
    }
    for cluster in clusters.iter().take(MOST_CLUSTERS) {
        let template = cluster.template();
        let kind = cluster.kind.as_deref().filter(|kind| !template.contains(kind));
        let kind = kind.map(|kind| format!("{kind}: ")).unwrap_or_default();
        let _ = writeln!(text, "    {:>7}  {kind}{template}", cluster.count);
    }
    let more: u64 = clusters.iter().skip(MOST_CLUSTERS).map(|it| it.count).sum();
    if more + log.clusters.left_out() > 0 {
        let _ = writeln!(text, "    {:>7}  others", more + log.clusters.left_out());
    }
    for found in log.sensitive.iter() {
        let _ = writeln!(text, "  {} × {}", found.count, found.kind);
    }
    for ((kind, class), (count, _)) in &log.guard {
        let class = class.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
        let _ = writeln!(text, "  guard: {count} × {kind}{class}");
    }
}

fn draw_invocations(text: &mut String, log: &FunctionLog) {
    let percent = |part: Option<f64>| part.unwrap_or_default() * 100.0;
    let _ = writeln!(
        text,
        "  {} invocations, {} failed ({:.2} %), {} cold starts ({:.2} %)",
        log.invocations,
        log.errors,
        percent(log.error_rate()),
        log.cold_starts,
        percent(log.cold_start_share())
    );
    draw_quantiles(text, "duration", &log.duration_ms);
    draw_quantiles(text, "cold start", &log.init_ms);
    let _ = writeln!(text, "  billed {:.0} ms, {:.1} GB-seconds", log.billed_ms, log.gb_seconds);
    if let Some((size, memory)) = log.current_memory() {
        let verdict = match log.memory_verdict() {
            Some(MemoryVerdict::OverProvisioned) => "less than half: try less",
            Some(MemoryVerdict::Fitting) => "fitting",
            Some(MemoryVerdict::CloseToLimit) => "close to the limit",
            Some(MemoryVerdict::Exceeded) => "it was exceeded",
            None => "too few invocations to judge",
        };
        let used = memory.max_used_mib;
        let _ = writeln!(text, "  memory: {used:.0} of {size} MiB used at most, {verdict}");
    }
}

fn draw_quantiles(text: &mut String, name: &str, all: &Quantiles) {
    if let (Some(p50), Some(p95), Some(p99)) = (all.at(0.5), all.at(0.95), all.at(0.99)) {
        let max = all.max();
        let _ = writeln!(
            text,
            "  {name}: p50 {p50:.1} ms, p95 {p95:.1} ms, p99 {p99:.1} ms, max {max:.1} ms"
        );
    }
}
