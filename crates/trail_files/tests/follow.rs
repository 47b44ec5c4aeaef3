//! A folder that is followed: what comes is told once, however it comes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use correlation::RuleSet;
use flate2::{Compression, write::GzEncoder};
use source_text::FileId;
use trail_files::{Checkpoint, DetectRequest, Follower};

const RULES: &str = "title: read
name: read
logsource: {product: aws, service: cloudtrail}
detection: {a: {eventName: GetSecretValue}, condition: a}
---
title: Many Secrets
correlation:
  type: event_count
  rules: [read]
  generate: true
  group-by: [userIdentity.arn]
  timespan: 1h
  condition: {eq: 3}
";

fn rules() -> RuleSet {
    let (rules, told) = RuleSet::load(&[(FileId(0), RULES)]);
    assert!(told.is_empty(), "{told:?}");
    rules
}

fn request<'r>(folder: &Path, rules: &'r RuleSet) -> DetectRequest<'r> {
    DetectRequest {
        paths: vec![folder.to_path_buf()],
        rules,
        since: None,
        until: None,
        limits: audit_event::Limits::default(),
        correlation: correlation::Limits::default(),
        workers: 0,
        watch: None,
    }
}

fn record(id: u32) -> String {
    format!(
        r#"{{"eventID":"{id}","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","eventTime":"2026-01-31T10:{id:02}:00Z","userIdentity":{{"arn":"ana"}}}}"#
    )
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn append(path: &Path, bytes: impl AsRef<[u8]>) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(bytes.as_ref()).unwrap();
}

/// Looks once; the ids that were told, with `*` before that of a correlation.
fn look(follower: &mut Follower<'_>, now: Instant) -> (Vec<String>, Vec<String>) {
    let mut told = Vec::new();
    let look = follower
        .look(now, &mut |hit| {
            let id = hit.facts.event_id.clone().unwrap_or_default();
            told.push(if hit.event_ids.is_empty() { id } else { format!("*{id}") });
        })
        .unwrap();
    (told, look.remarks.into_iter().map(|it| it.message).collect())
}

fn told(follower: &mut Follower<'_>) -> Vec<String> {
    look(follower, Instant::now()).0
}

#[test]
fn lines_are_told_as_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rules();
    let request = request(folder.path(), &rules);
    let mut follower = Follower::new(&request);
    let path = folder.path().join("a.jsonl");
    append(&path, record(1) + "\n" + &record(2)[..20]);
    assert_eq!(told(&mut follower), ["1"]);
    assert_eq!(told(&mut follower), [""; 0]);
    append(&path, &record(2)[20..]);
    assert_eq!(told(&mut follower), ["2"], "a last line without its end, but whole");
    append(&path, format!("\n{}\n", record(3)));
    assert_eq!(told(&mut follower), ["3", "*3"], "correlations are as quick");
    // Renamed by a rotation, written to once more, and begun anew.
    let old = folder.path().join("a.jsonl.1");
    fs::rename(&path, &old).unwrap();
    append(&old, record(4) + "\n");
    append(&path, record(5) + "\n");
    let mut both = told(&mut follower);
    both.sort();
    assert_eq!(both, ["4", "5"]);
    // Emptied where it stands.
    fs::write(&path, record(6) + "\n").unwrap();
    assert_eq!(told(&mut follower), ["6"]);
    // Packed by a rotation: known events.
    let text = fs::read_to_string(&old).unwrap();
    fs::write(folder.path().join("a.jsonl.gz"), packed(&text)).unwrap();
    fs::remove_file(&old).unwrap();
    assert_eq!(told(&mut follower), [""; 0]);
}

#[test]
fn a_packed_file_is_waited_for_until_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rules();
    let request = request(folder.path(), &rules);
    let mut follower = Follower::new(&request);
    let whole = packed(&format!("{{\"Records\":[{},{}]}}", record(1), record(2)));
    let (start, rest) = whole.split_at(whole.len() / 2);
    let path = folder.path().join("a.json.gz");
    append(&path, start);
    assert_eq!(told(&mut follower), [""; 0]);
    append(&path, rest);
    assert_eq!(told(&mut follower), ["1", "2"]);
    // One that stays torn is told once, and what stands in it is read.
    fs::write(folder.path().join("b.json.gz"), &packed(&(record(3) + "\n").repeat(300))[..60])
        .unwrap();
    assert_eq!(look(&mut follower, Instant::now()), (vec![], vec![]));
    let later = Instant::now() + Duration::from_secs(31);
    let (_, remarks) = look(&mut follower, later);
    assert!(remarks.iter().any(|it| it.contains("incomplete deflate stream")), "{remarks:?}");
    assert_eq!(look(&mut follower, later + Duration::from_mins(1)), (vec![], vec![]));
    assert!(follower.skipped() > 0);
}

#[test]
fn a_document_is_waited_for_until_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rules();
    let request = request(folder.path(), &rules);
    let mut follower = Follower::new(&request);
    let path = folder.path().join("a.json");
    append(&path, format!("{{\n  \"Records\": [\n    {},\n", record(1)));
    assert_eq!(told(&mut follower), [""; 0]);
    append(&path, format!("    {}\n  ]\n}}", record(2)));
    assert_eq!(told(&mut follower), ["1", "2"]);
    append(&folder.path().join("b.json"), format!("{{\"Records\":[{}]}}", record(4)));
    assert_eq!(told(&mut follower), ["4", "*4"]);
    // A last line that is never ended is told once, and read when it is.
    let path = folder.path().join("c.jsonl");
    append(&path, record(5) + "\n{\"eventID\":");
    assert_eq!(told(&mut follower), ["5"]);
    let later = Instant::now() + Duration::from_secs(31);
    let (_, remarks) = look(&mut follower, later);
    assert!(remarks[0].contains("the last line is cut here"), "{remarks:?}");
    assert_eq!(look(&mut follower, later), (vec![], vec![]));
}

#[test]
fn another_run_goes_on_where_one_was() {
    let folder = tempfile::tempdir().unwrap();
    let state = tempfile::tempdir().unwrap();
    let rules = rules();
    let request = request(folder.path(), &rules);
    let path = folder.path().join("a.jsonl");
    append(&path, format!("{}\n{}\n", record(1), record(2)));
    {
        let (checkpoint, earlier) = Checkpoint::open(state.path()).unwrap();
        assert!(earlier.is_none() && Checkpoint::open(state.path()).is_err(), "one at a time");
        let mut follower = Follower::new(&request);
        assert_eq!(told(&mut follower), ["1", "2"]);
        checkpoint.keep(&follower.state()).unwrap();
    }
    // While nobody looked it was renamed and begun anew.
    fs::rename(&path, folder.path().join("a.jsonl.1")).unwrap();
    append(&path, record(3) + "\n");
    let (_checkpoint, earlier) = Checkpoint::open(state.path()).unwrap();
    let mut follower = Follower::restore(&request, earlier.unwrap()).unwrap();
    assert_eq!(told(&mut follower), ["3", "*3"], "the correlation remembers the first two");
    append(&path, record(4) + "\n");
    assert_eq!(told(&mut follower), ["4"]);
}

#[test]
fn odd_files_never_end_the_following() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rules();
    let request = request(folder.path(), &rules);
    let mut follower = Follower::new(&request);
    fs::write(folder.path().join("a.json"), "nonsense\nand more").unwrap();
    fs::write(folder.path().join("b.gz"), [0x1F, 0x8B, 0x08, 0, 1, 2, 3]).unwrap();
    fs::write(folder.path().join("c.json"), "").unwrap();
    append(&folder.path().join("d.jsonl"), record(1) + "\nnonsense\n" + &record(2) + "\n");
    let (told, remarks) = look(&mut follower, Instant::now());
    assert_eq!(told, ["1", "2"]);
    assert!(remarks.iter().any(|it| it.contains("this is not JSON")), "{remarks:?}");
    let later = Instant::now() + Duration::from_secs(31);
    look(&mut follower, later);
    assert_eq!(look(&mut follower, later + Duration::from_mins(1)), (vec![], vec![]), "told once");
}
