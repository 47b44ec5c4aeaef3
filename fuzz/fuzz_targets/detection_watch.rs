//! Any bytes as a trail and as a baseline: detectors say the same each time, and a snapshot in the
//! middle changes nothing.
#![no_main]

use audit_event::{Limits, read};
use detection::{Alert, Explainer, Settings, Watch};
use libfuzzer_sys::fuzz_target;

fn watch(watch: &mut Watch, data: &[u8]) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let limits = Limits { record_bytes: 8_192, ..Limits::default() };
    read(data, &limits, &mut |event| {
        watch.observe(event, &mut alerts);
        let _ = Explainer::default().explain(&sigma::Detection::default(), event);
    });
    alerts
}

fuzz_target!(|data: &[u8]| {
    let settings = Settings { learn_s: 3_600, ..Settings::default() };
    if let Ok(restored) = Watch::restore(settings.clone(), data) {
        let kept = restored.snapshot();
        let again = Watch::restore(settings.clone(), kept.as_bytes()).expect("its own snapshot");
        assert_eq!(again.snapshot(), kept);
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
