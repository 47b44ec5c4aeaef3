//! Files of every shape, whole and torn.

use proptest::prelude::*;

use super::{Limits, Outcome, read, read_pieces};
use crate::{Json, RemarkKind, Time};

fn names(bytes: &[u8]) -> (Vec<String>, Outcome) {
    let mut names = Vec::new();
    let outcome = read(bytes, &Limits::default(), &mut |event| {
        names.push(event.name.to_str().into_owned());
    });
    (names, outcome)
}

fn check(bytes: &[u8], expect: &[&str], remarks: &[(usize, RemarkKind)]) {
    let remarks: Vec<_> = remarks.iter().map(|(at, kind)| (*at as u64, kind.clone())).collect();
    let (names, outcome) = names(bytes);
    assert_eq!(names, expect, "{}", String::from_utf8_lossy(bytes));
    let found: Vec<_> = outcome.remarks.iter().map(|it| (it.offset, it.kind.clone())).collect();
    assert_eq!(found, remarks, "{}", String::from_utf8_lossy(bytes));
    assert_eq!(outcome.bytes, bytes.len() as u64);
}

fn record(name: &str) -> String {
    format!(
        r#"{{"eventSource":"s3.amazonaws.com","eventName":"{name}","requestParameters":{{"a":[{{"b":null}}]}}}}"#
    )
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[test]
fn every_shape_gives_its_records() {
    let (a, b) = (record("A"), record("B"));
    let (text_a, text_b) = (quoted(&a), quoted(&b));
    let notice = quoted(&format!(r#"{{"Message":{text_a}}}"#));
    for input in [
        format!(r#"{{"Records":[{a},{b}]}}"#),
        format!("\u{feff}{{\"Records\": [\n{a} , {b}\n] , \"x\": {{}} }}\n"),
        format!("{{\"Records\":[{a}]}}{{\"Records\":[],\"Records\":[{b}]}}"),
        format!("[{a},{b}]"),
        format!("[[{a}],[{b}]]"),
        format!("{a}\n{b}\n"),
        format!("{a}{b}"),
        format!(r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{a}}}{{"detail":{b}}}"#),
        format!(r#"{{"Events":[{{"CloudTrailEvent":{text_a}}},{{"CloudTrailEvent":{text_b}}}]}}"#),
        format!(r#"{{"logEvents":[{{"id":"1","message":{text_a}}},{{"message":{text_b}}}]}}"#),
        format!("[{text_a},{text_b}]"),
        format!("{text_a}\n{text_b}\n"),
        format!(
            r#"{{"Records":[{{"eventSource":"aws:sqs","body":{notice}}},{{"body":{text_b}}}]}}"#
        ),
    ] {
        check(input.as_bytes(), &["A", "B"], &[]);
    }
}

#[test]
fn fields_are_read_and_the_rest_is_reached_by_path() {
    let input = br#"{"eventID":"1","@timestamp":"2020-09-14T00:57:43.000Z","eventSource":"ec2",
        "eventName":"X","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/r/s",
        "sessionContext":{"attributes":{"mfaAuthenticated":"true"},
        "sessionIssuer":{"type":"Role","arn":"arn:aws:iam::1:role/p/r"}},"invokedBy":"k"},
        "requestParameters":null,"readOnly":true,"userAgent":"a\"b",
        "resources":[{"ARN":"arn:aws:s3:::b","type":"AWS::S3::Bucket"},{"ARNPrefix":"arn:aws:s3:::b/"}]}"#;
    let outcome = read(input, &Limits::default(), &mut |event| {
        assert_eq!(event.time, Time::parse(b"2020-09-14T00:57:43Z"));
        assert!(event.actor.issuer.arn.unwrap().is("arn:aws:iam::1:role/p/r"));
        assert!(event.actor.invoked_by.unwrap().is("k"));
        assert!(event.request.is_none());
        assert_eq!(event.is_read_only, Some(true));
        assert!(event.user_agent.unwrap().is("a\"b"));
        let mfa = event.field("userIdentity.sessionContext.attributes.mfaAuthenticated");
        assert_eq!(mfa.and_then(Json::boolean), Some(true));
        let arns: Vec<_> = event.resources().map(|it| it.arn.unwrap().to_str()).collect();
        assert_eq!(arns, ["arn:aws:s3:::b", "arn:aws:s3:::b/"]);
    });
    assert_eq!(outcome.events, 1);
    assert!(outcome.is_complete());
}

#[test]
fn a_cut_is_told_where_it_is_and_all_before_is_read() {
    let whole = format!(r#"{{"Records":[{},{},{}]}}"#, record("A"), record("B"), record("C"));
    let second = whole.find(&record("B")).unwrap();
    for end in second + 1..second + record("B").len() {
        check(&whole.as_bytes()[..end], &["A"], &[(second, RemarkKind::Cut)]);
    }
    let end = second + record("B").len();
    check(&whole.as_bytes()[..end], &["A", "B"], &[(end, RemarkKind::Cut)]);
    let lines = format!("{}\n{}", record("A"), &record("B")[..40]);
    check(lines.as_bytes(), &["A"], &[(record("A").len() + 1, RemarkKind::Cut)]);
}

#[test]
fn a_torn_record_costs_no_other() {
    let (a, b) = (record("A"), record("B"));
    for torn in [
        r#"{"eventSource":"s3"#,
        r#"{"eventSource":"s3","requestParameters":{"a":1,"b":[{"#,
        r#"{"eventSource":"s3","requestParameters":{"a":1"#,
        r#"{"eventSource":"s3","requestParameters":{"a":[1,2}},"c":1}"#,
        r#"{"eventSource":"s3","eventName":nil}"#,
        "nonsense",
    ] {
        for input in [
            format!("{{\"Records\":[{a},{torn},{b}]}}"),
            format!("{a}\n{torn}\n{b}\n"),
            format!("{{\"Records\":[{a},{torn}\n{{\"Records\":[{b}]}}"),
        ] {
            let (names, outcome) = names(input.as_bytes());
            assert_eq!(names, ["A", "B"], "{input}");
            assert!(!outcome.is_complete(), "{input}");
        }
    }
}

#[test]
fn what_is_no_record_is_counted_and_told_once() {
    let input = format!(
        r#"{{"Records":[{{"eventSource":"aws:s3","eventName":"ObjectCreated:Put"}},{},{{}},5,null,
            "text",{{"message":"plain"}},{{"eventSource":"s3","eventName":7}}]}}"#,
        record("A")
    );
    let (names, outcome) = names(input.as_bytes());
    assert_eq!(names, ["A"]);
    assert_eq!(outcome.aliens, 7);
    assert_eq!(outcome.remarks.len(), 1);
    assert!(!outcome.is_complete());
}

#[test]
fn digests_and_insights_are_known() {
    let input = r#"{"awsAccountId":"1","digestStartTime":"x","logFiles":[]}
        {"eventType":"AwsCloudTrailInsight","insightDetails":{"eventSource":"s3","eventName":"A"}}"#;
    let (names, outcome) = names(input.as_bytes());
    assert_eq!(names, ["A"]);
    assert_eq!((outcome.digests, outcome.aliens), (1, 0));
}

#[test]
fn oddities_are_told_and_the_record_is_read() {
    let duplicate = r#"{"eventSource":"s3","eventName":"A","eventName":"B"}"#;
    check(duplicate.as_bytes(), &["B"], &[(0, RemarkKind::DuplicateMember)]);
    let escaped = "{\"eventSource\":\"s3\",\"event\\u004eame\":\"A\"}";
    check(escaped.as_bytes(), &["A"], &[]);
    let mut bytes = record("A").into_bytes();
    bytes.splice(16..16, [0xFF]);
    check(&bytes, &["A"], &[(0, RemarkKind::NotUtf8)]);
}

#[test]
fn long_and_deep_records_are_passed_over() {
    let limits = Limits { record_bytes: 200, ..Limits::default() };
    let long = record(&"x".repeat(300));
    let input = format!(r#"{{"Records":[{},{long},{}]}}"#, record("A"), record("B"));
    let mut names = Vec::new();
    let outcome = read(input.as_bytes(), &limits, &mut |event| {
        names.push(event.name.to_str().into_owned());
    });
    assert_eq!(names, ["A", "B"]);
    let kinds: Vec<_> = outcome.remarks.into_iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [RemarkKind::TooLong { bound: 200 }]);
    let (open, close) = ("[".repeat(5_000), "]".repeat(5_000));
    let deep =
        format!(r#"{{"eventSource":"s3","eventName":"D","requestParameters":{open}{close}}}"#);
    let input = format!("{}\n{deep}\n{}", record("A"), record("B"));
    check(input.as_bytes(), &["A", "B"], &[(record("A").len() + 1, RemarkKind::TooDeep)]);
    assert!(!read("[".repeat(100_000).as_bytes(), &limits, &mut |_| {}).is_complete());
}

#[test]
fn an_input_that_fails_is_told_and_all_before_is_read() {
    struct Failing<'a>(&'a [u8]);
    impl std::io::Read for Failing<'_> {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(to)? {
                0 => Err(std::io::Error::other("corrupt deflate stream")),
                read => Ok(read),
            }
        }
    }
    let text = format!("{}\n{}", record("A"), &record("B")[..20]);
    let outcome = super::read_from(&mut Failing(text.as_bytes()), &Limits::default(), &mut |_| {});
    assert_eq!(outcome.events, 1);
    assert_eq!(outcome.remarks.len(), 2);
    assert!(outcome.remarks.iter().any(|it| it.to_string().ends_with("corrupt deflate stream")));
}

/// Pieces of files, whole, torn and alien.
fn any_input() -> impl Strategy<Value = Vec<u8>> {
    let wrapped = format!(r#"{{"message":{}}}"#, quoted(r#"{"eventName":"C","eventSource":"s"}"#));
    let piece = prop_oneof![
        Just(record("A")),
        Just(record("B")),
        Just(record(&"long".repeat(60))),
        Just("{\"Records\":[".to_owned()),
        Just("]}".to_owned()),
        Just(",".to_owned()),
        Just("\n".to_owned()),
        Just("[".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("\"x\":".to_owned()),
        Just("{\"detail\":".to_owned()),
        Just("}".to_owned()),
        Just(wrapped),
        "[ -~\\n]{0,6}",
    ];
    let pieces = proptest::collection::vec(piece, 0..12);
    (pieces, any::<prop::sample::Index>(), any::<bool>()).prop_map(|(pieces, index, is_cut)| {
        let mut bytes = pieces.concat().into_bytes();
        if is_cut && !bytes.is_empty() {
            bytes.truncate(index.index(bytes.len()));
        }
        bytes
    })
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        "[a\"\\\\{}:,]{0,9}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::btree_map("[ab\"\\\\é]{0,3}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn tree(value: Json<'_>) -> serde_json::Value {
    serde_json::from_slice(value.raw()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_pieces_of_an_input_give_the_same(
        input in any_input(), piece in 1usize..40, bound in prop_oneof![Just(150usize), Just(1 << 20)],
    ) {
        let limits = Limits { record_bytes: bound, ..Limits::default() };
        let mut whole = Vec::new();
        let expect = read(&input, &limits, &mut |event| whole.push(event.record.raw().to_vec()));
        let mut pieces = Vec::new();
        let found = read_pieces(&mut input.as_slice(), piece, &limits, &mut |event| {
            pieces.push(event.record.raw().to_vec());
        });
        prop_assert_eq!(whole, pieces);
        prop_assert_eq!(expect, found);
    }

    #[test]
    fn fields_are_those_that_another_reader_finds(value in any_json()) {
        let text = value.to_string();
        let code = value.get("a").and_then(serde_json::Value::as_str);
        let record = serde_json::json!({
            "eventSource": "s3", "eventName": "A", "userAgent": text, "errorCode": value.get("a"),
            "requestParameters": value, "userIdentity": {"arn": text, "x": value},
        });
        let mut count = 0;
        read(record.to_string().as_bytes(), &Limits::default(), &mut |event| {
            count += 1;
            assert_eq!(event.user_agent.unwrap().to_str(), text);
            assert_eq!(event.actor.arn.unwrap().to_str(), text);
            assert_eq!(event.error_code.map(|it| it.to_str().into_owned()).as_deref(), code);
            let request = event.request.unwrap_or(Json::new(b"null"));
            assert_eq!(tree(request), value);
            for (name, member) in value.as_object().into_iter().flatten() {
                assert_eq!(&tree(request.get(name).unwrap()), member);
            }
            let elements: Vec<_> = request.elements().map(tree).collect();
            assert_eq!(&elements, value.as_array().unwrap_or(&Vec::new()));
        });
        prop_assert_eq!(count, 1);
    }
}
