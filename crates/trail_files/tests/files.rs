//! Files of every kind, whole and torn.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};
use trail_files::{Outcome, Request, TrailError, read_usage};

fn record(id: u32) -> String {
    format!(
        r#"{{"eventID":"{id}","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"2026-01-31T10:00:00Z",
        "userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ana"}},
        "requestParameters":{{"bucketName":"orders","key":"{id}"}}}}"#
    )
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn read(folder: &Path) -> Outcome {
    let request = Request { paths: vec![folder.to_path_buf()], ..Request::default() };
    read_usage(&request, &|_, _| {}).unwrap()
}

#[test]
fn every_kind_of_file_is_read_and_others_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(at("AWSLogs/111122223333/.hidden")).unwrap();
    std::fs::write(at("a.json"), format!("{{\"Records\":[{}]}}", record(1))).unwrap();
    std::fs::write(at("AWSLogs/111122223333/b.json.gz"), gzip(&record(2))).unwrap();
    let several = [gzip(&record(3)), gzip(&record(4))].concat();
    std::fs::write(at("AWSLogs/111122223333/.hidden/c.gz"), several).unwrap();
    std::fs::write(at("d.JSONL"), format!("{}\n{}\n", record(5), record(1))).unwrap();
    std::fs::write(at("readme.txt"), "text").unwrap();
    let outcome = read(folder.path());
    assert!(outcome.is_complete(), "{:?}", outcome.remarks);
    assert_eq!((outcome.files, outcome.others), (4, 1));
    assert_eq!((outcome.usage.totals.events, outcome.usage.totals.duplicates), (5, 1));
    let action = &outcome.usage.principals[0].actions[0];
    assert_eq!(
        (action.action.as_str(), action.count, action.resources.len()),
        ("s3:GetObject", 5, 5)
    );
}

#[test]
fn a_torn_file_is_read_up_to_its_fault_and_told() {
    let folder = tempfile::tempdir().unwrap();
    // Bytes without a pattern, so that the first records are not in the torn part.
    let mut seed = 1_u32;
    let lines: Vec<_> = (0..5_000)
        .map(|id| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            record(id).replace('\n', "").replace("orders", &format!("orders-{seed:x}"))
        })
        .collect();
    let packed = gzip(&lines.join("\n"));
    std::fs::write(folder.path().join("cut.json.gz"), &packed[..packed.len() / 2]).unwrap();
    let mut bad = packed.clone();
    let middle = bad.len() / 2;
    bad[middle..middle + 64].fill(0xAA);
    std::fs::write(folder.path().join("bad.json.gz"), bad).unwrap();
    std::fs::write(folder.path().join("none.json"), "[]").unwrap();
    std::fs::write(folder.path().join("alien.json"), "{\"a\":1}\n{\"b\":2}").unwrap();
    let outcome = read(folder.path());
    assert!(!outcome.is_complete());
    assert!(outcome.usage.totals.events > 1_000, "{:?}", outcome.usage.totals);
    let of = |name: &str| {
        let own = outcome.remarks.iter().filter(|it| it.path.ends_with(name));
        own.map(|it| (it.message.as_str(), it.loses)).collect::<Vec<_>>()
    };
    assert!(of("cut.json.gz").iter().any(|(text, _)| text.contains("cannot be read any further")));
    assert!(of("bad.json.gz").iter().any(|(_, loses)| *loses));
    assert_eq!(of("none.json"), [("no record of an audit log stands in it", false)]);
    assert!(of("alien.json").contains(&("2 objects are no records of an audit log", true)));
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let request = Request { paths: vec!["nowhere".into()], ..Request::default() };
    let error = read_usage(&request, &|_, _| {}).unwrap_err();
    assert!(matches!(error, TrailError::NoSuchPath { .. }), "{error}");
}
