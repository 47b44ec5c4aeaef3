//! Any bytes as a trail and as a baseline: detectors say the same each time, and a snapshot in the
//! middle changes nothing. A first line may be a baseline that goes on with the trail behind it.
#![no_main]

use std::sync::LazyLock;

use audit_event::{Limits, read};
use detection::{Alert, Explainer, Settings, Watch};
use libfuzzer_sys::fuzz_target;

const RULE: &str = "
title: fields to explain
logsource: {}
detection:
  a: {eventName: Get*, userIdentity.arn|exists: true, requestParameters.secretId: x}
  b: {requestParameters.functionName|contains: o, errorMessage: x, userAgent: y}
  c: {sourceIPAddress: z, responseElements: null, userIdentity.accessKeyId|startswith: A}
  condition: 1 of them
";

static RULES: LazyLock<Vec<sigma::Rule>> =
    LazyLock::new(|| sigma::parse(source_text::FileId(0), RULE).rules);

fn watch(watch: &mut Watch, data: &[u8]) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let mut explainer = Explainer::default();
    let limits = Limits { record_bytes: 8_192, ..Limits::default() };
    read(data, &limits, &mut |event| {
        watch.observe(event, &mut alerts);
        for rule in RULES.iter() {
            let lines = explainer.explain(&rule.detection, event);
            assert!(lines.iter().all(|line| line.chars().count() < 1_000));
        }
    });
    alerts
}

fuzz_target!(|data: &[u8]| {
    let settings = Settings { learn_s: 3_600, ..Settings::default() };
    let line = data.iter().position(|it| *it == b'\n').unwrap_or(data.len());
    let (first, trail) = data.split_at(line);
    if let Ok(mut restored) = Watch::restore(settings.clone(), first) {
        let kept = restored.snapshot();
        let again = Watch::restore(settings.clone(), kept.as_bytes()).expect("its own snapshot");
        assert_eq!(again.snapshot(), kept);
        watch(&mut restored, trail);
    }
    let middle = data.iter().take(data.len() / 2).rposition(|it| *it == b'\n').unwrap_or(0);
    let (before, after) = data.split_at(middle);
    let mut whole = Watch::new(settings.clone());
    let mut expected = watch(&mut whole, before);
    expected.extend(watch(&mut whole, after));
    let mut first = Watch::new(settings.clone());
    let mut found = watch(&mut first, before);
    let mut second =
        Watch::restore(settings, first.snapshot().as_bytes()).expect("its own snapshot");
    found.extend(watch(&mut second, after));
    assert_eq!(found, expected);
    assert_eq!(second.snapshot(), whole.snapshot());
});
