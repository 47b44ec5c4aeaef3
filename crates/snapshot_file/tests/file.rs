//! Snapshots written and read back, held against the published schema; hostile files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::{Value, json};
use snapshot_file::{
    Account, Answer, Code, Index, Limits, NotLookedAt, Packing, PartRecord, ReadError, Reason,
    Snapshot, Tool, pack, read, to_bytes,
};

fn assert_fits(bytes: &[u8]) {
    let text = include_str!("../../../docs/schemas/faasguard-snapshot-1.schema.json");
    let schema = jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap();
    let value: Value = serde_json::from_slice(bytes).unwrap();
    let faults: Vec<_> = schema.iter_errors(&value).map(|it| it.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}\n{value:#}");
}

fn answer(service: &str, operation: &str, region: Option<&str>, of: Option<&str>) -> Answer {
    Answer {
        service: service.to_owned(),
        operation: operation.to_owned(),
        region: region.map(str::to_owned),
        of: of.map(str::to_owned),
        at: "2026-11-27T20:00:00Z".to_owned(),
        answer: json!({ "Functions": [{ "FunctionName": "a" }, { "FunctionName": "b" }] }),
    }
}

fn gap(region: Option<&str>, operation: Option<&str>, of: Option<&str>) -> NotLookedAt {
    NotLookedAt {
        account: "111122223333".to_owned(),
        region: region.map(str::to_owned),
        service: "sqs".to_owned(),
        operation: operation.map(str::to_owned),
        of: of.map(str::to_owned),
        reason: Reason::AccessDenied,
        message: "not authorized".to_owned(),
    }
}

fn small(answers: Vec<Answer>, not_looked_at: Vec<NotLookedAt>) -> Snapshot {
    Snapshot {
        tool: Tool { name: "faasguard-cloud".to_owned(), version: "0.1.0".to_owned() },
        taken: "2026-11-27T20:00:00Z".to_owned(),
        finished: Some("2026-11-27T20:01:00Z".to_owned()),
        accounts: vec![Account {
            account: "111122223333".to_owned(),
            alias: Some("shop".to_owned()),
            partition: "aws".to_owned(),
            answers,
        }],
        not_looked_at,
        code: Vec::new(),
    }
}

fn snapshots() -> impl Strategy<Value = Snapshot> {
    let region = proptest::option::of("[a-z]{2}-[a-z]{4}-[1-3]");
    let of = proptest::option::of(".{0,40}");
    let answers = proptest::collection::vec(
        ("[a-z0-9-]{1,12}", "[A-Z][A-Za-z]{0,20}", region.clone(), of.clone()),
        0..12,
    )
    .prop_map(|list| {
        list.into_iter()
            .map(|(service, operation, region, of)| {
                answer(&service, &operation, region.as_deref(), of.as_deref())
            })
            .collect()
    });
    let gaps = proptest::collection::vec(
        (region, proptest::option::of("[A-Z][a-z]{0,9}"), of).prop_map(
            |(region, operation, of)| gap(region.as_deref(), operation.as_deref(), of.as_deref()),
        ),
        0..5,
    );
    let code = proptest::collection::vec("[a-z]{1,9}(/[a-z]{1,9}){0,2}", 0..3).prop_map(|files| {
        let one = |file| Code { function_arn: "arn".to_owned(), sha256: "0a".repeat(32), file };
        files.into_iter().map(one).collect()
    });
    (answers, gaps, code).prop_map(|(answers, gaps, code)| {
        let mut snapshot = small(answers, gaps);
        snapshot.code = code;
        snapshot.sort();
        snapshot
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(snapshot in snapshots(), is_packed in any::<bool>()) {
        let bytes = to_bytes(&snapshot).unwrap();
        assert_fits(&bytes);
        let packing = if is_packed { Packing::Zstd } else { Packing::Plain };
        let (again, remarks) = read(&pack(bytes, packing), &Limits::default()).unwrap();
        prop_assert_eq!(remarks, Vec::new());
        prop_assert_eq!(again, snapshot);
    }

    #[test]
    fn records_of_a_part_file_are_read_again_and_torn_ones_are_not(snapshot in snapshots()) {
        let account = snapshot.accounts.first().unwrap();
        let answers = account.answers.iter().map(|it| PartRecord::Answer {
            account: account.account.clone(),
            answer: it.clone(),
        });
        let gaps = snapshot.not_looked_at.iter().cloned().map(PartRecord::NotLookedAt);
        let code = snapshot.code.iter().cloned().map(PartRecord::Code);
        for record in answers.chain(gaps).chain(code) {
            let line = record.to_line();
            prop_assert_eq!(PartRecord::of_line(line.trim_end().as_bytes()), Some(record));
            prop_assert_eq!(PartRecord::of_line(&line.as_bytes()[..line.len() - 2]), None);
        }
    }

    #[test]
    fn foreign_bytes_are_an_error_and_nothing_else(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, &Limits::default());
        let _ = read(&[&[0x28, 0xb5, 0x2f, 0xfd][..], &bytes].concat(), &Limits::default());
        let _ = PartRecord::of_line(&bytes);
    }
}

#[test]
fn what_is_found_has_a_line_of_its_own() {
    let lists = answer("lambda", "ListFunctions", Some("eu-west-1"), None);
    let bytes = to_bytes(&small(vec![lists.clone(), lists], Vec::new())).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let at = |word: &str| text.lines().filter(|line| line.contains(word)).count();
    assert_eq!((at("FunctionName"), at("ListFunctions")), (4, 2), "{text}");
}

#[test]
fn answers_are_found_by_what_was_asked() {
    let (here, there) = (Some("eu-west-1"), Some("us-east-1"));
    let snapshot = small(
        vec![
            answer("lambda", "GetPolicy", there, Some("b")),
            answer("lambda", "GetPolicy", here, Some("b")),
            answer("lambda", "GetPolicy", here, Some("a")),
            answer("lambda", "ListFunctions", here, None),
            answer("iam", "ListRoles", None, None),
        ],
        vec![gap(here, None, None), gap(there, Some("GetQueueAttributes"), Some("q"))],
    );
    let index = Index::new(&snapshot, snapshot.accounts.first().unwrap());
    assert_eq!(index.all("lambda", "GetPolicy").len(), 3);
    let subjects: Vec<_> =
        index.in_region("lambda", "GetPolicy", here).filter_map(|it| it.of.as_deref()).collect();
    assert_eq!(subjects, ["a", "b"]);
    assert_eq!(index.in_region("iam", "ListRoles", None).count(), 1);
    assert!(index.about("lambda", "GetPolicy", there, Some("a")).is_none());
    let list = index.about("lambda", "ListFunctions", here, None).unwrap();
    assert_eq!(list.items("Functions").count(), 2);
    assert_eq!(list.items("Functions.FunctionName").count(), 0);
    assert!(index.gap("sqs", "ListQueues", here, None).is_some(), "nothing was asked there");
    assert!(index.gap("sqs", "ListQueues", there, None).is_none());
    assert!(index.gap("sqs", "GetQueueAttributes", there, Some("q")).is_some());
    assert!(index.gap("sqs", "GetQueueAttributes", there, Some("r")).is_none());
}

#[test]
fn an_odd_record_is_told_and_the_others_are_read() {
    let document = json!({
        "schema": "faasguard-snapshot/1", "taken": "2026-11-27T20:00:00Z", "later": 1,
        "accounts": [
            { "account": "111122223333", "answers": [
                { "service": "lambda", "operation": "ListFunctions", "answer": {} },
                { "service": "lambda", "operation": "List\nFunctions", "answer": {} },
                { "service": "lambda", "operation": "ListFunctions" },
                7,
            ] },
            { "account": "111122223333" },
            { "account": "1" },
        ],
        "not_looked_at": [{ "account": "111122223333", "service": "sqs", "reason": "of-another-kind" }, {}],
        "code": [{ "function_arn": "a", "sha256": "0a".repeat(32), "file": "code/../../x" }],
    });
    let (snapshot, remarks) = read(document.to_string().as_bytes(), &Limits::default()).unwrap();
    let pointers: Vec<_> = remarks.iter().map(|it| it.pointer.as_str()).collect();
    let expected = [
        "/accounts/0/answers/1",
        "/accounts/0/answers/2",
        "/accounts/0/answers/3",
        "/accounts/1",
        "/accounts/2",
        "/not_looked_at/1",
        "/code/0",
    ];
    assert_eq!(pointers, expected);
    assert_eq!(snapshot.accounts.len(), 1);
    assert_eq!(snapshot.not_looked_at.first().unwrap().reason, Reason::Error);
}

#[test]
fn limits_hold() {
    let snapshot = small(vec![answer("a", "B", None, None), answer("a", "C", None, None)], vec![]);
    let bytes = to_bytes(&snapshot).unwrap();
    let few = Limits { answers: 1, ..Limits::default() };
    assert_eq!(read(&bytes, &few).unwrap_err(), ReadError::TooMany { most: 1 });
    let short = Limits { bytes: 100, ..Limits::default() };
    assert_eq!(read(&bytes, &short).unwrap_err(), ReadError::TooLarge { most: 100 });
    // A frame that grows a thousandfold is not unpacked beyond the limit.
    let large = vec![b' '; 1 << 20];
    let packed = pack(large, Packing::Zstd);
    assert!(packed.len() < 10_000);
    assert_eq!(read(&packed, &short).unwrap_err(), ReadError::TooLarge { most: 100 });
    let deep = "[".repeat(100_000);
    assert!(matches!(read(deep.as_bytes(), &Limits::default()), Err(ReadError::Json { .. })));
    let other = br#"{"schema": "faasguard-snapshot/2\u001b[2J"}"#;
    let error = read(other, &Limits::default()).unwrap_err();
    assert_eq!(error, ReadError::OtherSchema { schema: "faasguard-snapshot/2[2J".to_owned() });
}
