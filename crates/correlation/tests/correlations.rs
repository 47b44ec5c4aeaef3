//! What correlations tell of sequences of events.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use correlation::{Alert, Correlator, Facts, Limits, RuleSet, Snapshot};
use source_text::FileId;

const RULES: &str = "
title: read
name: read
logsource: {product: aws, service: cloudtrail}
detection: {a: {eventName: GetSecretValue}, condition: a}
---
title: login
name: login
logsource: {product: aws, service: cloudtrail}
detection: {a: {eventName: ConsoleLogin}, condition: a}
";

fn load(correlation: &str) -> RuleSet {
    let text = format!(
        "{RULES}---\ntitle: together\nid: 1\nlevel: high\ncorrelation:\n  group-by: [userIdentity.arn]\n{correlation}"
    );
    let (rules, told) = RuleSet::load(&[(FileId(0), &text)]);
    assert_eq!(told, []);
    rules
}

/// `name`, `actor`, seconds, and a value.
type Event = (&'static str, &'static str, i64, &'static str);

fn record(event: &Event) -> String {
    let (name, actor, second, value) = event;
    let time = audit_event::Time(1_700_000_000 + second);
    format!(
        r#"{{"eventID":"{name}-{second}","eventSource":"x.amazonaws.com","eventName":"{name}","eventTime":"{time}","userIdentity":{{"arn":"{actor}"}},"requestParameters":{{"value":"{value}"}}}}"#
    )
}

fn feed(correlator: &mut Correlator<'_>, rules: &RuleSet, events: &[Event]) {
    let mut scratch = rules.engine().scratch();
    for event in events {
        let text = record(event);
        audit_event::read(text.as_bytes(), &audit_event::Limits::default(), &mut |event| {
            let facts = Facts::of(event);
            rules.engine().matches(event, &mut scratch, &mut |rule| {
                correlator.observe(rule, event, &facts);
            });
        });
    }
}

fn alerts(rules: &RuleSet, events: &[Event]) -> Vec<Alert> {
    let mut correlator = Correlator::new(rules, Limits::default());
    feed(&mut correlator, rules, events);
    correlator.finish()
}

fn seconds(correlation: &str, events: &[Event]) -> Vec<i64> {
    let found = alerts(&load(correlation), events);
    found.iter().map(|alert| alert.facts.time.unwrap() - 1_700_000_000).collect()
}

fn read(actor: &'static str, second: i64, value: &'static str) -> Event {
    ("GetSecretValue", actor, second, value)
}

#[test]
fn events_are_counted_in_a_sliding_window() {
    let rule = "  type: event_count\n  rules: [read]\n  timespan: 10s\n  condition: {gte: 3}\n";
    let a = |second| read("a", second, "x");
    assert_eq!(seconds(rule, &[a(0), a(5), a(10)]), [10]);
    assert_eq!(seconds(rule, &[a(0), a(5), a(11)]), [] as [i64; 0]);
    // In any order of arrival; told once while it goes on.
    assert_eq!(seconds(rule, &[a(9), a(0), a(8), a(1)]), [8]);
    assert_eq!(seconds(rule, &[a(0), a(1), a(2), a(3), a(4)]), [2]);
    // Groups are counted apart.
    assert_eq!(seconds(rule, &[a(0), read("b", 1, "x"), a(2)]), [] as [i64; 0]);
    let found = alerts(&load(rule), &[a(0), a(1), a(2)]);
    assert_eq!(found[0].group, [("userIdentity.arn".to_owned(), "a".to_owned())]);
    assert_eq!(found[0].explanation, "3 events within 10s");
    assert_eq!(found[0].event_ids.len(), 3);
}

#[test]
fn values_are_counted_once() {
    let rule = "  type: value_count\n  rules: [read]\n  timespan: 1m\n  condition: {field: requestParameters.value, gte: 3}\n";
    let a = |second, value| read("a", second, value);
    assert_eq!(seconds(rule, &[a(0, "x"), a(1, "x"), a(2, "y"), a(3, "z")]), [3]);
    assert_eq!(seconds(rule, &[a(0, "x"), a(59, "y"), a(61, "z")]), [] as [i64; 0]);
}

#[test]
fn figures_are_taken_over_numbers() {
    let sum = "  type: value_sum\n  rules: [read]\n  timespan: 1m\n  condition: {field: requestParameters.value, gt: 10}\n";
    assert_eq!(seconds(sum, &[read("a", 0, "6"), read("a", 1, "no"), read("a", 2, "5.5")]), [2]);
    let mean = sum.replace("value_sum", "value_avg").replace("gt: 10", "gt: 5");
    assert_eq!(seconds(&mean, &[read("a", 0, "4"), read("a", 1, "7")]), [1]);
    let percentile =
        sum.replace("value_sum", "value_percentile").replace("gt: 10", "gte: 7, percentile: 50");
    assert_eq!(
        seconds(&percentile, &[read("a", 0, "4"), read("a", 1, "7"), read("a", 2, "8")]),
        [2]
    );
}

#[test]
fn rules_must_match_together_or_in_order() {
    let login = |second| ("ConsoleLogin", "a", second, "x");
    let a = |second| read("a", second, "x");
    let any = "  type: temporal\n  rules: [login, read]\n  timespan: 10s\n";
    let ordered = "  type: temporal_ordered\n  rules: [login, read]\n  timespan: 10s\n";
    assert_eq!(seconds(any, &[a(0), login(10)]), [10]);
    assert_eq!(seconds(any, &[a(0), login(11)]), [] as [i64; 0]);
    assert_eq!(seconds(ordered, &[a(0), login(5)]), [] as [i64; 0]);
    assert_eq!(seconds(ordered, &[login(0), a(5), a(6)]), [5]);
    assert_eq!(seconds(ordered, &[login(0), login(8), a(15)]), [15]);
    let only = "  type: temporal\n  rules: [login, read]\n  timespan: 10s\n  condition: read and not login\n";
    assert_eq!(seconds(only, &[login(0), a(5), a(20)]), [20]);
    let one = "  type: temporal\n  rules: [login, read]\n  timespan: 10s\n  condition: {gte: 1}\n";
    assert_eq!(seconds(one, &[login(0)]), [0]);
}

#[test]
fn correlations_may_speak_of_correlations() {
    let text = format!(
        "title: outer\ncorrelation: {{type: temporal_ordered, rules: [many, login], group-by: [userIdentity.arn], timespan: 1m}}\n---\ntitle: many\nname: many\ncorrelation: {{type: event_count, rules: [read], group-by: [userIdentity.arn], timespan: 1m, condition: {{gte: 2}}}}\n---\n{RULES}"
    );
    let (rules, told) = RuleSet::load(&[(FileId(0), &text)]);
    assert_eq!(told, []);
    let found =
        alerts(&rules, &[read("a", 0, "x"), read("a", 1, "x"), ("ConsoleLogin", "a", 5, "")]);
    let titles: Vec<_> =
        found.iter().map(|alert| rules.meta(alert.speaker).unwrap().title.as_str()).collect();
    assert_eq!(titles, ["outer"]);
}

#[test]
fn a_value_is_told_the_first_time() {
    let rule = "  type: first_seen\n  rules: [read]\n  field: requestParameters.value\n  timespan: 1h\n  condition: {learn: 10s}\n";
    let a = |second, value| read("a", second, value);
    assert_eq!(seconds(rule, &[a(0, "x"), a(5, "y"), a(10, "x"), a(11, "z"), a(12, "z")]), [11]);
    assert_eq!(seconds(rule, &[a(0, "x"), a(20, "y"), a(3_600, "y"), a(3_701, "x")]), [20, 3_701]);
}

#[test]
fn few_among_many_and_many_against_before_are_told() {
    let seldom = "  type: rare\n  rules: [read]\n  field: requestParameters.value\n  timespan: 1h\n  condition: {lte: 1, min: 5}\n";
    let mut events: Vec<_> = (0..10).map(|second| read("a", second, "x")).collect();
    events.push(read("a", 11, "y"));
    assert_eq!(seconds(seldom, &events), [11]);
    let rate = "  type: rate_vs_baseline\n  rules: [read]\n  timespan: 10s\n  condition: {factor: 3, gte: 6, windows: 3}\n";
    // 1,700,000,000 is a multiple of ten.
    let mut events: Vec<_> = (0..4).map(|window| read("a", window * 10, "x")).collect();
    events.extend((40..48).map(|second| read("a", second, "x")));
    assert_eq!(seconds(rate, &events), [45]);
}

#[test]
fn a_snapshot_goes_on_where_it_was_taken() {
    let rule = "  type: event_count\n  rules: [read]\n  timespan: 10s\n  condition: {gte: 3}\n";
    let rules = load(rule);
    let events: Vec<_> = [0, 4, 3, 9, 30, 31, 33].map(|second| read("a", second, "x")).to_vec();
    let whole = alerts(&rules, &events);
    assert_eq!(whole.len(), 2);
    for cut in 0..events.len() {
        for lateness_s in [0, 2, i64::MAX] {
            let limits = Limits { lateness_s, ..Limits::default() };
            let mut all = Correlator::new(&rules, limits);
            feed(&mut all, &rules, &events);
            let whole = all.finish();
            let mut first = Correlator::new(&rules, limits);
            feed(&mut first, &rules, &events[..cut]);
            let mut told = first.alerts();
            let text = first.snapshot().to_json().unwrap();
            // The same rules in another order.
            let snapshot = Snapshot::from_json(&text).unwrap();
            let mut second = Correlator::restore(&rules, limits, snapshot).unwrap();
            feed(&mut second, &rules, &events[cut..]);
            told.extend(second.finish());
            assert_eq!(told, whole, "{cut}");
        }
    }
    let other = Snapshot::from_json("{\"version\":1}");
    assert!(other.unwrap_err().to_string().contains("begin without it"));
}

#[test]
fn memory_is_bounded_and_what_was_forgotten_is_counted() {
    let rule =
        "  type: first_seen\n  rules: [read]\n  field: requestParameters.value\n  timespan: 30d\n";
    let rules = load(rule);
    let limits = Limits { pending: 10, lateness_s: 0, entries: 100, group_entries: 10 };
    let mut correlator = Correlator::new(&rules, limits);
    let actors: Vec<&'static str> = (0..1_000).map(|at| &*format!("actor-{at}").leak()).collect();
    for (second, actor) in (0..).zip(&actors) {
        feed(&mut correlator, &rules, &[read(actor, second, "x")]);
    }
    assert!(correlator.losses().groups > 500, "{:?}", correlator.losses());
    let size = correlator.snapshot().to_json().unwrap().len();
    assert!(size < 600_000, "{size}");
    correlator.finish();
    // Values of groups that were forgotten are still known.
    feed(&mut correlator, &rules, &[read("actor-3", 2_000, "x"), read("new", 2_001, "x")]);
    let told = correlator.finish();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].facts.actor.as_deref(), Some("new"));
}

#[test]
fn names_that_are_not_there_and_circles_are_told() {
    let text = "title: a\ncorrelation: {type: temporal, rules: [b, nobody], timespan: 1m}\n---\ntitle: c\ncorrelation: {type: temporal, rules: [d], timespan: 1m}\n---\ntitle: d\ncorrelation: {type: temporal, rules: [c], timespan: 1m}\n";
    let (rules, told) = RuleSet::load(&[(FileId(0), text)]);
    assert!(rules.is_empty());
    let words: Vec<_> = told.iter().map(|it| it.message.as_str()).collect();
    assert!(words[0].contains("names rule `b`, which is not loaded"), "{words:?}");
    assert!(words[1].contains("it names itself through `d`"), "{words:?}");
    assert_eq!(told.len(), 3);
}

#[test]
fn correlations_are_resolved_in_any_order_in_time() {
    const COUNT: usize = 4_000;
    let of = |at: usize| {
        let asked = if at + 1 < COUNT { format!("c{}", at + 1) } else { "login".to_owned() };
        format!(
            "---\ntitle: c{at}\ncorrelation: {{rules: [{asked}], type: event_count, timespan: 1m, condition: {{gte: 1}}}}\n"
        )
    };
    let text: String = std::iter::once(RULES.to_owned()).chain((0..COUNT).map(of)).collect();
    let (rules, told) = RuleSet::load(&[(FileId(0), &text)]);
    assert_eq!((told.len(), rules.len()), (0, 2 + COUNT));
    let hits = rules.hits(&[record(&("ConsoleLogin", "ana", 0, ""))]);
    let titles: Vec<_> = hits.iter().map(|hit| rules.meta(*hit).unwrap().title.as_str()).collect();
    assert_eq!(titles, ["c0"]);
}

#[test]
fn events_that_wait_are_bounded_by_their_bytes() {
    let rules =
        load("  rules: [login]\n  type: event_count\n  timespan: 1h\n  condition: {gte: 100}\n");
    let mut correlator = Correlator::new(&rules, Limits::default());
    let mut scratch = rules.engine().scratch();
    let event = record(&("ConsoleLogin", "ana", 0, ""));
    let long = event.replace("ConsoleLogin-0", &"x".repeat(2 << 20));
    let mut taken = 0;
    for _ in 0..120 {
        audit_event::read(long.as_bytes(), &audit_event::Limits::default(), &mut |event| {
            let facts = Facts::of(event);
            rules.engine().matches(event, &mut scratch, &mut |rule| {
                correlator.observe(rule, event, &facts);
            });
        });
        taken += correlator.alerts().len();
    }
    // The hundredth was not left waiting for the end.
    assert_eq!(taken, 0);
    assert_eq!(correlator.finish().len(), 1);
    assert!(correlator.snapshot().to_json().unwrap().len() < 8 << 20);
}
