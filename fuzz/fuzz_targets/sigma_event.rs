//! Any bytes as events for a fixed set of rules: a rule says the same whether it is alone or one of
//! many, and correlations go on from a snapshot as if nothing had been.
#![no_main]

use std::sync::LazyLock;

use audit_event::Limits;
use correlation::{Correlator, Facts, RuleSet, Snapshot};
use libfuzzer_sys::fuzz_target;
use sigma::Engine;
use source_text::FileId;

const RULES: &str = "
title: at hand
name: a
logsource: {}
detection:
  a: {eventName|contains: [Get, Put], userIdentity.type: [Root, AssumedRole]}
  b: {errorCode: null}
  condition: a and b
---
title: below
name: b
logsource: {}
detection:
  a: {requestParameters.a.b|startswith: x, eventSource|endswith: .amazonaws.com}
  b: {readOnly: true}
  c: {resources.ARN|exists: true}
  condition: a or (b and not c)
---
title: everywhere
name: c
logsource: {}
detection:
  a: ['AK?A', 'evil']
  b: {userAgent|re: '^[a-z]+/\\d', sourceIPAddress|cidr: 10.0.0.0/8, eventTime|hour|lt: 6}
  condition: 1 of them
---
title: many
correlation: {type: event_count, rules: [a, b, c], group-by: [eventName], timespan: 1m, condition: {gte: 2}}
---
title: new
correlation: {type: first_seen, rules: [a, b, c], group-by: [eventSource], field: eventName, timespan: 1h}
---
title: order
correlation: {type: temporal_ordered, rules: [a, b], group-by: [eventSource], timespan: 1h}
";

static SET: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::load(&[(FileId(0), RULES)]).0);
static ALONE: LazyLock<Vec<Engine>> = LazyLock::new(|| {
    let rules = sigma::parse(FileId(0), RULES).rules;
    rules.iter().map(|rule| Engine::new(std::slice::from_ref(rule), &[]).0).collect()
});

fuzz_target!(|data: &[u8]| {
    let limits = correlation::Limits { pending: 4, lateness_s: 60, entries: 20, group_entries: 6 };
    let mut whole = Correlator::new(&SET, limits);
    let mut parts = Correlator::new(&SET, limits);
    let mut scratch = SET.engine().scratch();
    let mut alone: Vec<_> = ALONE.iter().map(Engine::scratch).collect();
    let (mut alerts, mut count) = (Vec::new(), 0);
    audit_event::read(data, &Limits::default(), &mut |event| {
        let mut found = Vec::new();
        SET.engine().matches(event, &mut scratch, &mut |rule| found.push(rule));
        for (at, (engine, scratch)) in ALONE.iter().zip(&mut alone).enumerate() {
            let mut hit = false;
            engine.matches(event, scratch, &mut |_| hit = true);
            assert_eq!(hit, found.contains(&at));
        }
        let facts = Facts::of(event);
        for rule in found {
            whole.observe(rule, event, &facts);
            parts.observe(rule, event, &facts);
        }
        count += 1;
        if count % 5 == 0 {
            alerts.extend(parts.alerts());
            let text = parts.snapshot().to_json().expect("a snapshot is JSON");
            let snapshot = Snapshot::from_json(&text).expect("it is read back");
            parts = Correlator::restore(&SET, limits, snapshot).expect("it is of this version");
        }
    });
    alerts.extend(parts.finish());
    assert_eq!(alerts, whole.finish());
});
