//! A conversion into a file that is stopped, again and again, and goes on.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    io::Read as _,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use proptest::prelude::*;
use tempfile::TempDir;
use trail_files::{Conversion, ConvertError, ConvertRequest, convert_into};

const FILES: usize = 12;

fn record(file: usize, event: usize, name: &str) -> String {
    format!(
        r#"{{"eventID":"{file}-{event}","eventSource":"iam.amazonaws.com","eventName":"{name}","eventTime":"2026-01-31T10:00:00Z","awsRegion":"eu-west-1","recipientAccountId":"111122223333","requestParameters":{{"userName":"bo"}},"userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ana"}}}}"#
    )
}

/// Twelve files of a few events each; one of them is cut.
fn trail() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("trail")).unwrap();
    for file in 0..FILES {
        write_file(&folder, file, "CreateUser", 1 + file % 4);
    }
    fs::write(folder.path().join("trail/05-cut.json"), "{\"Records\":[{\"eventSource\":\"s3.ama")
        .unwrap();
    folder
}

fn write_file(folder: &TempDir, file: usize, name: &str, count: usize) {
    let lines: Vec<_> = (0..count).map(|event| record(file, event, name)).collect();
    let path = folder.path().join(format!("trail/{file:02}.json"));
    fs::write(path, lines.join("\n")).unwrap();
}

/// A step behind each file, or rarer.
fn request(folder: &TempDir, step: u64) -> ConvertRequest {
    ConvertRequest { paths: vec![folder.path().join("trail")], step, ..ConvertRequest::default() }
}

fn text(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    let mut text = String::new();
    if path.extension().is_some_and(|it| it == "gz") {
        MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text
}

/// As a kill does: nothing of the run that is stopped tidies up. False when it came to its end before.
fn is_stopped_behind(request: &ConvertRequest, out: &Path, files: usize) -> bool {
    let stopped = catch_unwind(AssertUnwindSafe(|| {
        let _ = convert_into(request, out, &|done, _| {
            if done >= files {
                std::panic::resume_unwind(Box::new("stopped"));
            }
        });
    }));
    assert_eq!(stopped.is_ok(), out.exists());
    stopped.is_err()
}

/// What a run that nothing stops makes of the same.
fn at_once(request: &ConvertRequest, name: &str) -> (String, Conversion) {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join(name);
    let conversion = convert_into(request, &out, &|_, _| {}).unwrap();
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1, "nothing else is left");
    (text(&out), conversion)
}

fn assert_same(one: &Conversion, two: &Conversion) {
    let figures = |it: &Conversion| {
        (it.files, it.events, it.written, it.left_out, it.timeless, it.bytes, it.aliens)
    };
    assert_eq!(figures(one), figures(two));
    assert_eq!((&one.classes, &one.remarks), (&two.classes, &two.remarks));
}

fn part_of(out: &Path, end: &str) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn stops_change_nothing(
        stops in proptest::collection::vec((1..=FILES, 0_usize..40), 1..5),
        step in prop_oneof![Just(1_u64), 1..6_000_u64],
        packed in any::<bool>(),
    ) {
        let folder = trail();
        let request = request(&folder, step);
        let name = if packed { "out.jsonl.gz" } else { "out.jsonl" };
        let out = folder.path().join(name);
        for (files, torn) in stops {
            if !is_stopped_behind(&request, &out, files) {
                continue;
            }
            // The stop came in the middle of a line of the steps.
            let steps = part_of(&out, ".part.steps");
            let bytes = fs::read(&steps).unwrap();
            let left = bytes.len().saturating_sub(torn);
            fs::write(&steps, bytes.get(..left).unwrap()).unwrap();
        }
        let conversion = convert_into(&request, &out, &|_, _| {}).unwrap();
        let (expected, reference) = at_once(&request, name);
        prop_assert_eq!(text(&out), expected);
        assert_same(&conversion, &reference);
        prop_assert!(!part_of(&out, ".part").exists() && !part_of(&out, ".part.steps").exists());
    }
}

#[test]
fn a_run_goes_on_where_the_files_are_the_same() {
    let folder = trail();
    let out = folder.path().join("out.jsonl");
    let request = request(&folder, 1);
    assert!(is_stopped_behind(&request, &out, 10));
    // The fifth file in the order of paths changes, and a new one comes before it.
    write_file(&folder, 4, "DeleteUser", 3);
    fs::write(folder.path().join("trail/03-new.json"), record(99, 0, "CreateUser")).unwrap();
    let conversion = convert_into(&request, &out, &|_, _| {}).unwrap();
    assert_eq!(conversion.resumed, 3, "00 to 02");
    let (expected, reference) = at_once(&request, "out.jsonl");
    assert_eq!(text(&out), expected);
    assert_same(&conversion, &reference);
    assert!(expected.contains("99-0") && expected.contains("DeleteUser"));
}

#[test]
fn what_another_conversion_left_is_not_gone_on_with() {
    let folder = trail();
    let out = folder.path().join("out.jsonl");
    let first = request(&folder, 1);
    assert!(is_stopped_behind(&first, &out, 6));
    let other = ConvertRequest { since: Some(audit_event::Time(0)), ..first.clone() };
    assert!(is_stopped_behind(&other, &out, 4));
    let conversion = convert_into(&first, &out, &|_, _| {}).unwrap();
    assert_eq!((conversion.resumed, conversion.is_anew), (0, true));
    assert_eq!(text(&out), at_once(&first, "out.jsonl").0);
    // A part that is shorter than its steps say, as a disk may leave it.
    fs::remove_file(&out).unwrap();
    assert!(is_stopped_behind(&first, &out, 6));
    fs::write(part_of(&out, ".part"), "").unwrap();
    let conversion = convert_into(&first, &out, &|_, _| {}).unwrap();
    assert_eq!(conversion.resumed, 0);
    assert_eq!(text(&out), at_once(&first, "out.jsonl").0);
}

#[test]
fn one_run_writes_a_file_at_a_time() {
    let folder = trail();
    let out = folder.path().join("out.jsonl");
    let request = request(&folder, 1);
    convert_into(&request, &out, &|done, _| {
        if done == 3 {
            let second = convert_into(&request, &out, &|_, _| {});
            assert!(matches!(second, Err(ConvertError::State(_))), "{second:?}");
        }
    })
    .unwrap();
    assert_eq!(text(&out), at_once(&request, "out.jsonl").0);
}

#[test]
fn nothing_is_a_file_too_and_what_cannot_be_written_leaves_nothing() {
    let folder = trail();
    let request =
        ConvertRequest { since: Some(audit_event::Time(4_000_000_000)), ..request(&folder, 1) };
    for name in ["out.jsonl", "out.jsonl.gz"] {
        let out = folder.path().join(name);
        convert_into(&request, &out, &|_, _| {}).unwrap();
        assert_eq!(text(&out), "");
    }
    let missing = folder.path().join("missing/out.jsonl");
    let failed = convert_into(&request, &missing, &|_, _| {}).unwrap_err().to_string();
    assert!(
        failed.starts_with("cannot write `") && failed.contains("missing/out.jsonl`: "),
        "{failed}"
    );
}
