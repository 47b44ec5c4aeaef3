//! `faasguard vulndb`.

use crate::folder::Folder;

const RECORD: &str = r#"{"id":"GHSA-1","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.0"}]}]}]}"#;

#[test]
fn an_index_is_written_and_says_what_is_in_it() {
    let folder = Folder::new().file("a.jsonl", format!("{RECORD}\nnonsense\n"));
    let run = folder.run(&["vulndb", "import", "a.jsonl", "--db", "db"]);
    run.exits(0).says("read 1 records, 1 could not be read").says("a.jsonl:2");
    run.says("1 advisories about 1 packages");
    let status = folder.run(&["vulndb", "status", "--db", "db", "--format", "json"]);
    status.exits(0);
    let json = status.json();
    assert_eq!(json["schema"], "faasguard-vulndb/1");
    assert_eq!(json["ecosystems"]["npm"], 1);
    assert_eq!(json["sources"][0]["refused"], 1);
    assert_eq!(json["sha256"].as_str().map(str::len), Some(64));
    folder.run(&["vulndb", "import", "a.jsonl", "--db", "db", "--strict"]).exits(3);
}

#[test]
fn an_index_that_is_old_damaged_or_not_there_is_never_fine() {
    let folder = Folder::new().file("a.json", RECORD).file("empty.json", "[]");
    folder.run(&["vulndb", "import", "a.json", "--db", "db", "--date", "2026-01-02"]).exits(0);
    let status = |words: &[&str]| folder.run(&[&["vulndb", "status", "--db"], words].concat());
    status(&["db"]).exits(0).says("of 2026-01-02T00:00:00Z");
    status(&["db", "--max-age", "7"]).exits(1).says("days old and may be 7");
    status(&["none"]).exits(2).says("there is no index `none`");
    status(&["a.json"]).exits(2).says("no index of advisories");
    let mut bytes = std::fs::read(folder.path("db")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    folder.write("damaged", bytes);
    status(&["damaged"]).exits(2).says("damaged");
    folder.run(&["vulndb", "import", "empty.json", "--db", "new"]).exits(2).says("no record");
    assert!(!folder.path("new").exists());
}
