//! Rules over files: order, duplicates, torn files.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{io::Write as _, path::Path};

use correlation::RuleSet;
use flate2::{Compression, write::GzEncoder};
use source_text::FileId;
use trail_files::{DetectRequest, Detection, Hit, detect};

const RULES: &str = "
title: read
name: read
logsource: {product: aws, service: cloudtrail}
detection: {a: {eventName: GetSecretValue}, condition: a}
---
title: many
correlation: {type: event_count, rules: [read], group-by: [userIdentity.arn], timespan: 1h, condition: {gte: 3}, generate: true}
---
title: windows
logsource: {product: windows}
detection: {a: {EventID: 1}, condition: a}
";

fn record(id: usize, minute: usize, name: &str) -> String {
    format!(
        r#"{{"eventID":"{id}","eventSource":"secretsmanager.amazonaws.com","eventName":"{name}","eventTime":"2026-01-31T10:{minute:02}:00Z","userIdentity":{{"arn":"arn:aws:iam::111122223333:user/ana"}}}}"#
    )
}

fn run(folder: &Path, workers: usize) -> (Vec<Hit>, Detection) {
    let (rules, told) = RuleSet::load(&[(FileId(0), RULES)]);
    assert_eq!((told, rules.other_logs), (vec![], 1));
    let request = DetectRequest {
        paths: vec![folder.to_path_buf()],
        rules: &rules,
        since: None,
        until: audit_event::Time::parse(b"2026-01-31T10:50:00Z"),
        limits: audit_event::Limits::default(),
        correlation: correlation::Limits::default(),
        workers,
        watch: None,
    };
    let mut hits = Vec::new();
    let detection = detect(&request, &mut |hit| hits.push(hit.clone()), &|_, _| {}).unwrap();
    (hits, detection)
}

#[test]
fn matches_come_in_the_order_of_files_and_duplicates_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for file in 0..20 {
        let lines: Vec<_> = (0..300)
            .map(|at| {
                let name = if at % 7 == 0 { "GetSecretValue" } else { "ListSecrets" };
                record(file * 300 + at, (file * 2) % 60, name)
            })
            .collect();
        all.extend(lines.clone());
        let text = lines.join("\n");
        let path = folder.path().join(format!("{file:02}.json.gz"));
        let mut encoder = GzEncoder::new(std::fs::File::create(path).unwrap(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap();
    }
    // Everything once more, laid out otherwise, and an event too late.
    let again = format!("{{\"Records\":[{}]}}", all.join(",").replace("\":", "\" : "));
    std::fs::write(folder.path().join("again.json"), again).unwrap();
    std::fs::write(folder.path().join("late.json"), record(99_999, 50, "GetSecretValue")).unwrap();
    let (hits, detection) = run(folder.path(), 4);
    let reads = 20 * 43;
    assert_eq!(hits.iter().filter(|hit| hit.event_ids.is_empty()).count(), reads);
    assert_eq!((detection.events, detection.duplicates), (12_001, reads as u64));
    assert_eq!(detection.left_out, 1);
    assert_eq!(detection.hits, hits.len() as u64);
    let ids: Vec<usize> = hits
        .iter()
        .filter(|hit| hit.event_ids.is_empty())
        .map(|hit| hit.facts.event_id.as_ref().unwrap().parse().unwrap())
        .collect();
    assert!(ids.is_sorted());
    let many: Vec<_> = hits.iter().filter(|hit| !hit.event_ids.is_empty()).collect();
    assert_eq!(many.len(), 1, "{many:?}");
    assert_eq!(many[0].facts.time_text().as_deref(), Some("2026-01-31T10:00:00Z"));
    for workers in [1, 2] {
        assert_eq!(run(folder.path(), workers).0, hits);
    }
}

#[test]
fn what_is_not_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{}\n{}", record(1, 0, "GetSecretValue"), &record(2, 0, "x")[..40]);
    std::fs::write(folder.path().join("cut.json"), text).unwrap();
    let (hits, detection) = run(folder.path(), 1);
    assert_eq!(hits.len(), 1);
    assert!(!detection.is_complete());
    assert_eq!(detection.skipped(), 1);
}
