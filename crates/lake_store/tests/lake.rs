//! Lakes in folders: imported, imported again, torn, compacted, aged.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use arrow::array::{Array as _, AsArray as _};
use lake_store::{
    CompactRequest, Day, Import, ImportOutcome, Lake, LakeError, compact, import, retain, vacuum,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// A folder of sources and a lake.
struct Scene {
    scratch: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        fs::create_dir(scratch.path().join("trail")).unwrap();
        Self { scratch }
    }

    fn trail(&self) -> PathBuf {
        self.scratch.path().join("trail")
    }

    fn source(&self, name: &str, text: &str) {
        let path = self.trail().join(name);
        if Path::new(name).extension().is_some_and(|extension| extension == "gz") {
            fs::write(path, gzip(text)).unwrap();
        } else {
            fs::write(path, text).unwrap();
        }
    }

    fn lake(&self) -> Lake {
        Lake::create(self.scratch.path().join("lake").to_str().unwrap()).unwrap()
    }

    fn import(&self) -> ImportOutcome {
        self.import_as(&Import::default())
    }

    fn import_as(&self, request: &Import) -> ImportOutcome {
        let request = Import { paths: vec![self.trail()], ..request.clone() };
        import(&self.lake(), &request, &|_, _| {}).unwrap()
    }

    /// Every record in the lake with how often it is there, by the folder of its partition.
    fn records(&self) -> BTreeMap<(String, String), usize> {
        let mut records = BTreeMap::new();
        for file in self.lake().snapshot().unwrap().files() {
            let folder = file.partition().folder();
            let opened = fs::File::open(self.scratch.path().join("lake").join(&file.path)).unwrap();
            let reader = ParquetRecordBatchReaderBuilder::try_new(opened).unwrap().build().unwrap();
            let mut rows = 0;
            for batch in reader {
                let batch = batch.unwrap();
                let raw = batch.column_by_name("raw").unwrap().as_string::<i32>();
                rows += raw.len() as u64;
                for record in raw.iter().flatten() {
                    *records.entry((folder.clone(), record.to_owned())).or_default() += 1;
                }
            }
            assert_eq!(rows, file.rows);
        }
        records
    }

    /// The same, when each record is there once.
    fn ids(&self) -> Vec<String> {
        let records = self.records();
        assert!(records.values().all(|count| *count == 1), "{records:?}");
        let id = |record: &str| {
            serde_json::from_str::<serde_json::Value>(record).unwrap()["eventID"].to_string()
        };
        let mut ids: Vec<_> = records.keys().map(|(_, record)| id(record)).collect();
        ids.sort();
        ids
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn event(id: u32, time: &str) -> String {
    format!(
        r#"{{"eventID":"{id:06}","eventTime":"{time}","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","recipientAccountId":"111122223333"}}"#
    )
}

fn lines(ids: std::ops::Range<u32>) -> String {
    ids.map(|id| event(id, &format!("2026-01-{:02}T10:00:00Z", id % 20 + 1)) + "\n").collect()
}

fn records(ids: std::ops::Range<u32>) -> String {
    let records: Vec<_> = ids.map(|id| event(id, "2026-01-31T10:00:00Z")).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

#[test]
fn what_is_delivered_again_is_written_once() {
    let scene = Scene::new();
    scene.source("a.jsonl", &lines(0..200));
    scene.source(
        "b.json.gz",
        &format!("{{\"Records\":[{}]}}", lines(100..300).trim().replace('\n', ", ")),
    );
    let first = scene.import();
    assert_eq!((first.events, first.written, first.duplicates), (400, 300, 100));
    assert_eq!(scene.ids().len(), 300);
    // The same files, and one that is new but says nothing new.
    scene.source("c.jsonl", &lines(50..60));
    let second = scene.import();
    assert_eq!((second.already, second.written, second.duplicates), (2, 0, 10));
    assert_eq!(scene.import().already, 3);
    assert_eq!(scene.ids().len(), 300);
}

#[test]
fn events_lie_in_the_day_of_their_own_time() {
    let scene = Scene::new();
    let odd = [
        event(1, "2026-01-31T23:59:59Z"),
        event(2, "2026-01-30T00:00:00Z"),
        event(3, "1999-01-01T00:00:00Z"),
        event(4, "9999-01-01T00:00:00Z"),
        event(5, "yesterday"),
        r#"{"eventID":"6","eventSource":"x","eventName":"y","awsRegion":"../..","eventTime":"2026-01-31T00:00:00Z"}"#.to_owned(),
    ];
    scene.source("a.jsonl", &odd.join("\n"));
    let outcome = scene.import();
    assert_eq!((outcome.written, outcome.odd_times), (6, 3));
    let folders: Vec<_> = scene.records().into_keys().map(|(folder, _)| folder).collect();
    let known = "events/account=111122223333/region=eu-west-1";
    let unknown = "__HIVE_DEFAULT_PARTITION__";
    let expect = [
        format!("{known}/day=2026-01-30"),
        format!("{known}/day=2026-01-31"),
        format!("{known}/day={unknown}"),
        format!("{known}/day={unknown}"),
        format!("{known}/day={unknown}"),
        format!("events/account={unknown}/region={unknown}/day=2026-01-31"),
    ];
    assert_eq!(folders, expect);
}

#[test]
fn a_file_that_grew_is_read_again_and_adds_what_is_new() {
    let scene = Scene::new();
    let bare = "{\"eventSource\":\"a\",\"eventName\":\"b\"}\n";
    scene.source("a.jsonl", &(bare.repeat(2) + &lines(0..10)));
    assert_eq!(scene.import().written, 12);
    scene.source("a.jsonl", &(bare.repeat(2) + &lines(0..15) + bare));
    let grown = scene.import();
    assert_eq!((grown.events, grown.written, grown.duplicates), (18, 6, 12));
    // Three events that look alike: the source says that there were three.
    let alike = scene.records().into_iter().find(|((_, record), _)| record == bare.trim());
    assert_eq!(alike.map(|(_, count)| count), Some(3));
}

#[test]
fn a_cut_file_gives_what_is_before_the_cut_and_the_rest_later() {
    let scene = Scene::new();
    let whole = gzip(&lines(0..20_000));
    fs::write(scene.trail().join("a.json.gz"), &whole[..whole.len() / 2]).unwrap();
    scene.source("b.jsonl", "no json at all");
    let cut = scene.import();
    assert!(!cut.is_complete());
    assert!(cut.written > 0 && cut.written < 20_000, "{}", cut.written);
    fs::write(scene.trail().join("a.json.gz"), &whole).unwrap();
    let rest = scene.import();
    assert_eq!(cut.written + rest.written, 20_000);
    assert_eq!(scene.ids().len(), 20_000);
}

#[test]
fn small_buffers_many_files_and_large_events_give_the_same_lake() {
    let large = format!(
        r#"{{"eventID":"large","eventTime":"2026-01-31T10:00:00Z","eventSource":"a","eventName":"b","requestParameters":{{"x":"{}"}}}}"#,
        "y".repeat(10 << 20)
    );
    let fill = |scene: &Scene| {
        for number in 0..30 {
            let first = number * 37;
            scene.source(&format!("{number}.json.gz"), &records(first..first + 60));
            scene.source(&format!("{number}.jsonl"), &lines(first..first + 60));
        }
        scene.source("twin.json.gz", &records(0..60));
        scene.source("large.jsonl", &large);
    };
    let (one, two) = (Scene::new(), Scene::new());
    fill(&one);
    fill(&two);
    one.import();
    // Each event or two is a commit of its own, and nothing is kept in memory.
    let small = Import { buffer_bytes: 20_000, most_digests: 0, workers: 4, ..Import::default() };
    let outcome = two.import_as(&small);
    assert_eq!(outcome.already, 1);
    assert_eq!(one.records(), two.records());
    let request = CompactRequest::default();
    let compacted = compact(&two.lake(), &request).unwrap();
    assert!(compacted.replaced > 50 && compacted.written > 1, "{compacted:?}");
    assert_eq!(one.records(), two.records());
    assert_eq!(compact(&two.lake(), &request).unwrap().replaced, 0);
    // Known again by the merged digests.
    two.source("again.jsonl", &lines(0..100));
    assert_eq!(two.import().written, 0);
}

#[test]
fn what_dead_writers_left_is_removed_and_does_not_count() {
    let scene = Scene::new();
    scene.source("a.jsonl", &lines(0..40));
    scene.import();
    let lake = scene.scratch.path().join("lake");
    let before = scene.lake().snapshot().unwrap();
    let file = before.files().next().unwrap().path.clone();
    // A data file that was written and not committed, and one that was not written whole.
    let left = lake.join(Path::new(&file).with_file_name("left.parquet"));
    fs::copy(lake.join(&file), &left).unwrap();
    let torn = lake.join(format!("{file}#3"));
    fs::write(&torn, b"PAR1").unwrap();
    fs::write(lake.join("_faasguard/seen/2026-01-01.left.ids"), b"x").unwrap();
    assert_eq!(scene.ids().len(), 40);
    let outcome = scene.import();
    assert_eq!((outcome.leftovers, left.exists(), torn.exists()), (3, false, false));
    assert_eq!(scene.ids().len(), 40);
}

#[test]
fn a_writer_that_was_taken_over_cannot_commit() {
    let scene = Scene::new();
    scene.source("a.jsonl", &lines(0..40));
    // While the import reads, another writer leaves a commit: as one would after a lock ran out.
    let lake = scene.lake();
    let other = scene.scratch.path().join("lake/_faasguard/commits/00000000000000000002.json");
    let request = Import { paths: vec![scene.trail()], ..Import::default() };
    let result = import(&lake, &request, &|_, _| {
        let text = r#"{"schema":"faasguard-lake-commit/1","number":2,"kind":"begin","writer":"x","time":0}"#;
        fs::write(&other, text).unwrap();
    });
    assert!(matches!(result, Err(LakeError::TakenOver { number: 2 })), "{result:?}");
    assert_eq!(scene.records().len(), 0);
    assert_eq!(scene.import().written, 40);
    assert_eq!(scene.ids().len(), 40);
}

#[test]
fn two_writers_do_not_write_at_once() {
    let scene = Scene::new();
    scene.source("a.jsonl", &lines(0..40));
    let request = Import { paths: vec![scene.trail()], ..Import::default() };
    let inner = std::sync::Mutex::new(None);
    import(&scene.lake(), &request, &|_, _| {
        *inner.lock().unwrap() = Some(import(&scene.lake(), &request, &|_, _| {}));
    })
    .unwrap();
    let inner = inner.into_inner().unwrap();
    assert!(matches!(inner, Some(Err(LakeError::Locked { .. }))), "{inner:?}");
}

#[test]
fn old_days_go_and_do_not_come_back() {
    let scene = Scene::new();
    let today = today_of_this_machine();
    let recent = event(1_000, &format!("{today}T00:00:00Z"));
    scene.source(
        "a.jsonl",
        &(lines(0..40)
            + &recent
            + "\n{\"eventID\":\"u\",\"eventSource\":\"a\",\"eventName\":\"b\"}"),
    );
    scene.import();
    let reader = scene.lake().snapshot().unwrap();
    let outcome = retain(&scene.lake(), 1, Duration::ZERO).unwrap();
    assert_eq!((outcome.rows, outcome.undated), (40, 1));
    assert_eq!(scene.ids().len(), 2);
    // Who reads the commit before still finds its files.
    let lake = scene.scratch.path().join("lake");
    assert!(reader.files().all(|file| lake.join(&file.path).exists()));
    scene.source("b.jsonl", &lines(0..50));
    let again = scene.import();
    assert_eq!((again.written, again.too_old), (0, 50));
    assert_eq!(vacuum(&scene.lake(), Duration::from_hours(1), Duration::ZERO).unwrap().files, 0);
    let vacuumed = vacuum(&scene.lake(), Duration::ZERO, Duration::ZERO).unwrap();
    assert_eq!(vacuumed.files, outcome.removed);
    assert!(!reader.files().all(|file| lake.join(&file.path).exists()));
    vacuum(&scene.lake(), Duration::ZERO, Duration::ZERO).unwrap();
    assert_eq!(scene.ids().len(), 2);
    assert_eq!(scene.import().written, 0);
}

/// Today, as the lake counts days.
fn today_of_this_machine() -> Day {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Day(i64::try_from(since.as_secs() / 86_400).unwrap())
}

#[test]
fn every_commit_and_checkpoint_fits_the_published_schema() {
    let schema = include_str!("../../../docs/schemas/faasguard-lake-commit-1.schema.json");
    let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let scene = Scene::new();
    scene.source("torn.json", r#"{"Records":[{"eventID":"1","eventSource":"s3.ama"#);
    scene.source("odd.jsonl", &event(7, "yesterday"));
    for part in 0..3 {
        scene.source(&format!("{part}.jsonl"), &lines(part * 10..part * 10 + 15));
        scene.import();
    }
    compact(&scene.lake(), &CompactRequest::default()).unwrap();
    retain(&scene.lake(), 1, Duration::ZERO).unwrap();
    vacuum(&scene.lake(), Duration::ZERO, Duration::ZERO).unwrap();
    scene.source("more.jsonl", &lines(500..510));
    scene.import();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for folder in ["commits", "checkpoints"] {
        let folder = scene.scratch.path().join("lake/_faasguard").join(folder);
        for entry in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let faults: Vec<_> = schema.iter_errors(&value).map(|it| it.to_string()).collect();
            assert!(faults.is_empty(), "{faults:?}\n{value:#}");
            *kinds.entry(value["kind"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    for kind in ["begin", "import", "compact", "retain", "vacuum", "checkpoint"] {
        assert!(kinds.contains_key(kind), "{kinds:?}");
    }
}

#[test]
fn a_broken_log_is_told_and_not_read_around() {
    let scene = Scene::new();
    scene.source("a.jsonl", &lines(0..40));
    scene.import();
    let url = scene.scratch.path().join("lake");
    let commit = url.join("_faasguard/commits/00000000000000000002.json");
    let text = fs::read(&commit).unwrap();
    fs::write(&commit, &text[..text.len() / 2]).unwrap();
    let url = url.to_str().unwrap();
    assert!(matches!(Lake::open(url), Err(LakeError::Commit { .. })));
    fs::remove_file(&commit).unwrap();
    fs::write(commit.with_file_name("00000000000000000003.json"), text).unwrap();
    assert!(matches!(Lake::open(url), Err(LakeError::Commit { .. })));
    let nowhere = scene.scratch.path().join("nowhere");
    assert!(matches!(Lake::open(nowhere.to_str().unwrap()), Err(LakeError::NoLake { .. })));
}
