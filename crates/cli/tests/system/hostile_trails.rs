//! `faasguard trail detect` on trails as they really arrive: torn, mixed, late, skewed and twice.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use crate::{
    folder::{Folder, Run},
    trails::{Record, detect, lines, secret_rules, summary},
};

fn read_at(id: u32, time: &str) -> String {
    Record::secret_read(id, time).to_string()
}

/// `more` is padding in the request.
fn read_with(id: u32, time: &str, more: &str) -> String {
    Record::secret_read(id, time).with("requestParameters", json!({"more": more})).to_string()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Ids of the events that the rule `title` matched, in the order in which they are told.
fn ids(run: &Run, title: &str) -> Vec<String> {
    let of_rule = lines(&run.out).into_iter().filter(|line| line["rule"] == title);
    of_rule.map(|line| line["event_id"].as_str().unwrap().to_owned()).collect()
}

fn skipped(run: &Run) -> u64 {
    summary(run)["skipped"].as_u64().unwrap()
}

/// Three reads of secrets by one actor within a minute, and each read by itself.
fn rules() -> Folder {
    Folder::new().file("rules/secrets.yml", secret_rules("1m", "{gte: 3}", "  generate: true\n"))
}

#[test]
fn a_cut_gzip_is_told_and_what_stands_before_the_cut_is_judged() {
    // Padding without a pattern, so that the records spread over the packed bytes.
    let mut state = 7_u64;
    let mut noise = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{state:016x}")
    };
    let lines: Vec<String> = (0..2_000)
        .map(|id| {
            read_with(id, &format!("2026-01-31T{:02}:{:02}:00Z", id / 60 % 24, id % 60), &noise())
        })
        .collect();
    let packed = gzip(&lines.join("\n"));
    let folder = rules()
        .file("trail/a.json.gz", &packed[..packed.len() * 3 / 4])
        .file("trail/b.json.gz", gzip(&read_at(9_999, "2026-02-01T00:00:00Z")));
    let run = detect(&folder, &[]);
    run.exits(0).says("trail/a.json.gz: byte").says("cannot be read any further");
    let told = ids(&run, "Secret Read");
    assert!((1_000..2_000).contains(&told.len()), "{}", told.len());
    assert_eq!(told.last().map(String::as_str), Some("9999"), "the next file is read");
    assert!(skipped(&run) >= 1);
    detect(&folder, &["--strict"]).exits(3);
}

#[test]
fn shapes_may_be_mixed_in_one_file() {
    let of = |id: u32| read_at(id, &format!("2026-01-31T{id:02}:00:00Z"));
    let looked_up = json!({"Events": [{"EventId": "3", "CloudTrailEvent": of(3)}]});
    let logged = json!({
        "messageType": "DATA_MESSAGE", "logGroup": "trail", "logStream": "a",
        "logEvents": [{"id": "1", "timestamp": 1, "message": of(4)}],
    });
    let bus = format!(
        r#"{{"version":"0","id":"x","detail-type":"AWS API Call via CloudTrail","source":"aws.secretsmanager","detail":{}}}"#,
        of(5)
    );
    let text = [
        of(1),
        format!("{{\"Records\":[{}]}}", of(2)),
        looked_up.to_string(),
        logged.to_string(),
        bus,
        format!("[{},\n{}]", of(6), of(7)),
        "not json at all".to_owned(),
        of(8),
    ]
    .join("\n");
    let run = detect(&rules().file("trail/mixed.json", &text), &[]);
    run.exits(0).says("this is not JSON");
    assert_eq!(ids(&run, "Secret Read"), ["1", "2", "3", "4", "5", "6", "7", "8"]);
    assert_eq!(skipped(&run), 1);
}

#[test]
fn an_event_of_ten_megabytes_is_judged_as_others_and_a_longer_one_told() {
    let time = "2026-01-31T10:00:00Z";
    let text = [
        read_at(1, time),
        read_with(2, time, &"x".repeat(10 << 20)),
        read_at(3, time),
        read_with(4, time, &"x".repeat(17 << 20)),
        read_at(5, time),
    ]
    .join("\n");
    let folder = rules().file("trail/large.json", &text).file("trail/packed.json.gz", gzip(&text));
    let run = detect(&folder, &[]);
    run.exits(0)
        .says("trail/large.json: byte")
        .says("a record of more than 16777216 bytes was not read");
    assert_eq!(
        ids(&run, "Secret Read"),
        ["1", "2", "3", "5"],
        "the packed file says the same again"
    );
    assert_eq!(skipped(&run), 2);
}

#[test]
fn clocks_that_are_wrong_upset_no_other_event() {
    let times = [
        "2026-01-31T10:00:00Z",
        "2099-12-31T23:59:59Z",
        "2026-01-31T10:00:10Z",
        "1970-01-01T00:00:00Z",
        "not a time",
        "2026-01-31T10:00:20Z",
    ];
    let lines: Vec<_> = (1..).zip(times).map(|(id, time)| read_at(id, time)).collect();
    let run = detect(&rules().file("trail/skewed.json", lines.join("\n")), &[]);
    run.exits(0);
    assert_eq!(ids(&run, "Secret Read"), ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(ids(&run, "Many Secrets"), ["6"], "{}", run.out);
}

#[test]
fn days_out_of_order_and_events_delivered_twice_change_nothing() {
    let day = |date: &str, first: u32| -> String {
        let at = |id: u32| read_at(first + id, &format!("2026-01-{date}T10:00:{id:02}Z"));
        (0..3).map(at).collect::<Vec<_>>().join("\n")
    };
    let ordered = rules().file("trail/1.json", day("30", 10)).file("trail/2.json", day("31", 20));
    let upset = rules()
        .file("trail/1.json", day("31", 20))
        .file("trail/2.json", day("30", 10))
        // Both days are delivered again, in another form.
        .file("trail/3.json", format!("{{\"Records\":[{}]}}", day("30", 10).replace('\n', ",")))
        .file("trail/4.json.gz", gzip(&day("31", 20)));
    let sorted = |run: &Run, title: &str| {
        let mut ids = ids(run, title);
        ids.sort();
        ids
    };
    let (first, second) = (detect(&ordered, &[]), detect(&upset, &[]));
    second.exits(0).says("6 events with matches delivered again, told once");
    assert_eq!(sorted(&first, "Many Secrets"), ["12", "22"]);
    for title in ["Secret Read", "Many Secrets"] {
        assert_eq!(sorted(&first, title), sorted(&second, title));
    }
}
