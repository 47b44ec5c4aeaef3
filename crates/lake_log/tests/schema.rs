//! The published schema of commits against commits, and against what is none.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jsonschema::Validator;
use lake_log::{Commit, DataFile, Day, Kind, Partition, SeenFile, Source, State};
use proptest::prelude::*;
use serde_json::Value;

fn schema() -> Validator {
    let text = include_str!("../../../docs/schemas/faasguard-lake-commit-1.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

#[track_caller]
fn assert_fits(schema: &Validator, bytes: &[u8]) {
    let value: Value = serde_json::from_slice(bytes).unwrap();
    let faults: Vec<_> = schema.iter_errors(&value).map(|it| it.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}\n{value:#}");
}

fn commits() -> impl Strategy<Value = Commit> {
    let kinds = [Kind::Begin, Kind::Import, Kind::Compact, Kind::Retain, Kind::Vacuum];
    let partition = (
        proptest::option::of(".{0,70}"),
        proptest::option::of("[a-z0-9-]{1,20}"),
        proptest::option::of(0_i64..40_000),
    );
    let file = (partition, any::<u64>(), proptest::option::of(any::<i64>())).prop_map(
        |((account, region, day), rows, time)| {
            let partition = Partition::new(account.as_deref(), region.as_deref(), day.map(Day));
            let path = format!("{}/{rows}-0a.parquet", partition.folder());
            DataFile { path, rows, bytes: rows, min_time: time, max_time: time }
        },
    );
    let source = (".{0,30}", any::<u64>(), any::<bool>()).prop_map(|(name, events, has_losses)| {
        let sha256 = "0a".repeat(32);
        Source { name, bytes: events, sha256, events, written: events / 2, has_losses }
    });
    let day = proptest::option::of(0_i64..40_000);
    let some = 0..3;
    (
        (1_u64.., prop::sample::select(kinds.to_vec()), any::<i64>(), ".{0,20}"),
        proptest::collection::vec(file.clone(), some.clone()),
        proptest::collection::vec(file, some.clone()),
        proptest::collection::vec(source, some),
        day,
    )
        .prop_map(|((number, kind, time, writer), added, removed, sources, day)| {
            let mut commit = Commit::new(number, kind, &writer, time);
            commit.added = added;
            commit.removed = removed.into_iter().map(|it| it.path).collect();
            commit.deleted.clone_from(&commit.removed);
            let day = day.map(|it| Day(it).to_string());
            let path = "_faasguard/seen/7-2026-01-31".to_owned();
            commit.unseen.push(path.clone());
            let seen_day = day.clone().unwrap_or_else(|| "unknown".to_owned());
            commit.seen.push(SeenFile { path, day: seen_day, count: number });
            commit.sources = sources;
            commit.keep_from = day;
            commit
        })
}

proptest! {
    #[test]
    fn every_commit_fits(commit in commits()) {
        let schema = schema();
        assert_fits(&schema, &commit.to_bytes());
        prop_assert!(Commit::parse(&commit.to_bytes()).is_ok());
        let mut state = State::default();
        let first = Commit { number: 1, removed: vec![], deleted: vec![], unseen: vec![], ..commit };
        if state.apply(first).is_ok() {
            assert_fits(&schema, &state.to_checkpoint("w", 7).to_bytes());
        }
    }
}

#[test]
fn what_the_program_refuses_the_schema_refuses() {
    let schema = schema();
    let mut commit = Commit::new(1, Kind::Import, "w", 0);
    let path = format!("{}/1.parquet", Partition::default().folder());
    commit.added.push(DataFile { path, ..DataFile::default() });
    commit.removed.push("events/account=1/region=r/day=2026-01-31/1.parquet".to_owned());
    commit.unseen.push("_faasguard/seen/1".to_owned());
    let good: Value = serde_json::from_slice(&commit.to_bytes()).unwrap();
    assert!(schema.is_valid(&good));
    let odd_paths = [
        "/etc/passwd",
        "events/../../x.parquet",
        "events/account=../region=r/day=2026-01-31/1.parquet",
        "events/account=1/region=r/day=2026-01-31/.parquet",
        "events/account=1/region=r/day=2026-01-31/1.json",
        "_faasguard/seen/../commits/1.json",
        "",
    ];
    let mut odd: Vec<(&str, Value)> = Vec::new();
    for place in ["/added/0/path", "/removed/0", "/unseen/0"] {
        odd.extend(odd_paths.map(|path| (place, path.into())));
    }
    odd.push(("/schema", "faasguard-lake-commit/2".into()));
    odd.push(("/kind", "melt".into()));
    odd.push(("/number", (-1).into()));
    odd.push(("/added/0/rows", "1".into()));
    for (place, value) in odd {
        let mut changed = good.clone();
        *changed.pointer_mut(place).unwrap() = value;
        assert!(!schema.is_valid(&changed), "{place} in {changed}");
        assert!(Commit::parse(changed.to_string().as_bytes()).is_err(), "{place} in {changed}");
    }
}
