//! What logs say, as JSON and as SARIF.

use log_analysis::{CHECKS, Cluster, FunctionLog, LogFinding, LogPlace, Quantiles, Sensitive};
use log_files::Analysed;
use serde_json::{Map, Value, json};

use super::is_whole;

/// Where the form of SARIF is described.
const SARIF: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The document `faasguard-logs/1`.
pub(super) fn json(
    analysed: &Analysed,
    findings: &[LogFinding],
    learn_ms: i64,
) -> anyhow::Result<String> {
    let analysis = &analysed.analysis;
    let functions = analysis.functions.iter();
    let sum = |of: fn(&FunctionLog) -> u64| functions.clone().map(|(_, log)| of(log)).sum::<u64>();
    let bad = |word: &str| findings.iter().filter(|it| it.severity.as_str() == word).count();
    let document = json!({
        "schema": "faasguard-logs/1",
        "tool": {"name": "faasguard", "version": env!("CARGO_PKG_VERSION")},
        "summary": {
            "files": analysed.totals.files,
            "files_not_read": analysed.totals.not_read(),
            "complete": is_whole(analysed),
            "bytes": analysed.totals.bytes,
            "records": analysed.totals.records,
            "records_left_out": analysis.left_out,
            "messages_cut": analysed.totals.cut,
            "functions": analysis.functions.len(),
            "invocations": sum(|log| log.invocations),
            "errors": sum(|log| log.errors),
            "critical": bad("critical"), "high": bad("high"), "medium": bad("medium"), "low": bad("low"),
        },
        "functions": functions.clone().map(|(name, log)| function(name, log, learn_ms)).collect::<Vec<_>>(),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "diagnostics": analysed.totals.remarks.iter().map(|it| json!({
            "level": if it.loses { "error" } else { "note" },
            "file": it.path.display().to_string(),
            "message": it.message,
        })).collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn function(name: &str, log: &FunctionLog, learn_ms: i64) -> Value {
    let known = log.first.map(|first| first.saturating_add(learn_ms));
    let clusters = log.clusters.sorted();
    let memory = log.current_memory().map(|(size, memory)| {
        json!({
            "size_mib": size,
            "max_used_mib": memory.max_used_mib,
            "verdict": log.memory_verdict().map(log_analysis::MemoryVerdict::name),
        })
    });
    json!({
        "name": name,
        "first": moment(log.first),
        "last": moment(log.last),
        "records": log.records,
        "lines": log.lines,
        "bytes": log.bytes,
        "invocations": log.invocations,
        "errors": log.errors,
        "error_rate": log.error_rate(),
        "timeouts": log.timeouts,
        "out_of_memory": log.out_of_memory,
        "throttles": log.throttles,
        "unfinished": log.unfinished,
        "cold_starts": log.cold_starts,
        "cold_start_share": log.cold_start_share(),
        "init_failures": log.init_failures,
        "duration_ms": quantiles(&log.duration_ms),
        "init_ms": quantiles(&log.init_ms),
        "billed_ms": log.billed_ms,
        "gb_seconds": log.gb_seconds,
        "memory": memory,
        "levels": log.levels,
        "records_dropped": log.dropped,
        "metrics": log.metrics,
        "error_clusters": clusters.iter().map(|it| cluster(it, known)).collect::<Vec<_>>(),
        "errors_left_out": log.clusters.left_out(),
        "sensitive": log.sensitive.iter().map(sensitive).collect::<Vec<_>>(),
        "guard_events": log.guard.iter().map(|((kind, class), (count, at))| json!({
            "kind": kind, "class": class, "count": count, "place": place(at),
        })).collect::<Vec<_>>(),
    })
}

fn quantiles(all: &Quantiles) -> Option<Value> {
    let at = |part| all.at(part);
    at(0.5).map(|p50| json!({"p50": p50, "p95": at(0.95), "p99": at(0.99), "max": all.max()}))
}

fn cluster(cluster: &Cluster, known: Option<i64>) -> Value {
    let is_new = cluster.first.zip(known).map(|(first, known)| first >= known);
    json!({
        "kind": cluster.kind,
        "template": cluster.template(),
        "count": cluster.count,
        "unhandled": cluster.unhandled,
        "with_stack": cluster.with_stack,
        "first": moment(cluster.first),
        "last": moment(cluster.last),
        "new": is_new,
        "example": cluster.example,
        "place": place(&cluster.place),
    })
}

fn sensitive(found: &Sensitive) -> Value {
    json!({
        "family": found.family,
        "kind": found.kind,
        "count": found.count,
        "first": moment(found.first),
        "place": place(&found.place),
        "preview": found.preview,
    })
}

fn finding(finding: &LogFinding) -> Value {
    json!({
        "check": finding.check.name,
        "risk": format!("SAS-{}", finding.check.risk),
        "severity": finding.severity.as_str(),
        "function": finding.function,
        "message": finding.message,
        "count": finding.count,
        "place": finding.place.as_ref().map(place),
        "fix": finding.check.advice,
    })
}

fn moment(time: Option<i64>) -> Option<String> {
    time.map(lambda_log::write_millis)
}

fn place(place: &LogPlace) -> Value {
    json!({"file": &*place.file, "line": place.line})
}

/// Findings as SARIF 2.1.0.
pub(super) fn sarif(findings: &[LogFinding]) -> anyhow::Result<String> {
    let used: Vec<_> =
        CHECKS.iter().filter(|check| findings.iter().any(|it| it.check == *check)).collect();
    let rules = used.iter().map(|check| {
        json!({
            "id": check.name,
            "name": check.title,
            "shortDescription": {"text": check.title},
            "help": {"text": check.advice},
            "defaultConfiguration": {"level": level(check.severity)},
            "properties": {
                "tags": ["security", format!("SAS-{}", check.risk)],
                "security-severity": format!("{:.1}", check.severity.score()),
            },
        })
    });
    let results = findings.iter().map(|finding| {
        let mut location = Map::new();
        if let Some(place) = &finding.place {
            let physical = json!({
                "artifactLocation": {"uri": uri(&place.file)},
                "region": {"startLine": place.line},
            });
            location.insert("physicalLocation".to_owned(), physical);
        }
        let logical = json!([{"name": finding.function, "kind": "function"}]);
        location.insert("logicalLocations".to_owned(), logical);
        json!({
            "ruleId": finding.check.name,
            "ruleIndex": used.iter().position(|check| *check == finding.check),
            "level": level(finding.severity),
            "message": {"text": finding.message},
            "locations": [location],
            "properties": finding_properties(finding),
        })
    });
    let document = json!({
        "$schema": SARIF,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "faasguard",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            }},
            "results": results.collect::<Vec<_>>(),
        }],
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn finding_properties(finding: &LogFinding) -> Value {
    json!({
        "function": finding.function,
        "risk": format!("SAS-{}", finding.check.risk),
        "count": finding.count,
    })
}

fn level(severity: finding::Severity) -> &'static str {
    match severity {
        finding::Severity::Critical | finding::Severity::High => "error",
        finding::Severity::Medium => "warning",
        finding::Severity::Low => "note",
    }
}

/// A path as the part of a URI that names it: streams have brackets and dollars in their names.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        let is_plain =
            byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~');
        if is_plain {
            uri.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
            uri.extend(['%', digit(byte >> 4), digit(byte & 15)].map(|it| it.to_ascii_uppercase()));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(uri("logs/[$LATEST] a.gz"), "logs/%5B%24LATEST%5D%20a.gz");
    }
}
