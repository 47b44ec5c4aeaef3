//! What is learned accepts what it was learned from, in any order, and refuses what is far off.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use guard_learn::{Learned, Learner, Subject, Summary, read};
use guard_schema::Schema;
use json_tape::{Limits, Tape};
use proptest::prelude::*;

fn summary(text: &str) -> Summary {
    let mut tape = Tape::new();
    Summary::of(tape.read(text.as_bytes(), &Limits::default()).unwrap().root())
}

fn all(texts: &[String]) -> Summary {
    texts.iter().fold(Summary::default(), |mut all, text| {
        all.merge(summary(text));
        all
    })
}

fn accepts(schema: &serde_json::Value, text: &str) -> Result<(), String> {
    let mut tape = Tape::new();
    let document = tape.read(text.as_bytes(), &Limits::default()).unwrap();
    let compiled = Schema::compile(schema).map_err(|error| format!("{error}: {schema}"))?;
    compiled.validate(document.root()).map_err(|error| format!("{error}: {schema} {text}"))
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?",
        any::<String>().prop_map(|it| serde_json::to_string(&it).unwrap()),
        Just(r#""2024-02-29T23:59:60Z""#.to_owned()),
        Just(r#""10.0.0.1""#.to_owned()),
        Just(r#""a@b.example""#.to_owned()),
    ];
    leaf.prop_recursive(12, 120, 8, |inner| {
        let name = prop_oneof!["[a-d]", "[a-z]{1,3}", "[a-z0-9@é]{1,12}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8)
                .prop_map(|them| format!("[{}]", them.join(","))),
            proptest::collection::vec((name, inner), 0..24).prop_map(|them| {
                let members = them.iter().map(|(name, value)| format!("\"{name}\":{value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_learned_from_is_accepted(texts in proptest::collection::vec(json(), 1..6), least in 1_u64..4) {
        let Some(schema) = all(&texts).schema(least) else { return Ok(()) };
        for text in &texts {
            prop_assert_eq!(accepts(&schema, text), Ok(()));
        }
    }

    #[test]
    fn order_does_not_matter(one in json(), other in json(), third in json()) {
        let (one, other, third) = (summary(&one), summary(&other), summary(&third));
        let with = |first: &Summary, second: &Summary| {
            let mut first = first.clone();
            first.merge(second.clone());
            first
        };
        prop_assert_eq!(with(&one, &other), with(&other, &one));
        prop_assert_eq!(with(&with(&one, &other), &third), with(&one, &with(&other, &third)));
    }

    #[test]
    fn a_line_is_found_again_in_any_file(texts in proptest::collection::vec(json(), 1..4)) {
        let learned = Learned {
            function: "Orders".to_owned(),
            subject: Subject::Route("POST /orders/{id}".to_owned()),
            summary: all(&texts),
        };
        let line = learned.to_line(Some("r-1"));
        prop_assert!(line.len() < 256 * 1024);
        let quoted = serde_json::to_string(&line).unwrap();
        for file in [
            line.clone(),
            format!("START\n2024-05-01T00:00:00Z {line}END\n"),
            format!("{{\"events\":[{{\"message\":{quoted},\"timestamp\":1}}]}}"),
            format!("{{\n  \"message\": {quoted}\n}}"),
        ] {
            let mut found = Vec::new();
            read(&file, &mut |_, it| found.push(it));
            prop_assert_eq!(&found, &vec![learned.clone()], "{}", file);
        }
    }

    #[test]
    fn any_text_is_read(text in any::<String>(), least in any::<i16>(), class in any::<u8>()) {
        let line = format!(
            r#"{{"faasguard":"learned","function":"F","event":"","summary":{{"v":{{"n":9,"k":{class},"d":{{"l":{least},"m":{least}}},"s":{{"l":{class},"m":{class},"f":{class}}},"a":{{"m":{class}}}}}}}}}"#
        );
        for text in [text, line] {
            read(&text, &mut |_, learned| {
                let schema = learned.summary.schema(1);
                assert!(schema.is_none_or(|it| Schema::compile(&it).is_ok()));
            });
        }
    }
}

/// Orders as people send them.
fn orders() -> Vec<String> {
    (1..=50)
        .map(|number: u32| {
            let note = if number.is_multiple_of(5) { r#","note":"leave it at the door""# } else { "" };
            format!(
                r#"{{"id":"1b4e28ba-2fa1-11d2-883f-{number:012x}","quantity":{number},"price":{number}.5,
                "mail":"user{number}@shop.example","gift":false,"tags":["new","red"],
                "prices":{{"2024-05-{number:02}":{number}}},"address":{{"city":"Oslo","zip":null}}{note}}}"#
            )
        })
        .collect()
}

#[test]
fn outsiders_are_refused() {
    let schema = all(&orders()).schema(20).unwrap();
    let base = orders().pop().unwrap();
    assert_eq!(accepts(&schema, &base), Ok(()));
    for (is_in, from, to) in [
        (true, r#""quantity":50"#, r#""quantity":500"#),
        (true, r#""city":"Oslo""#, r#""city":"Llanfairpwllgwyngyll""#),
        (true, r#""2024-05-50":50"#, r#""2025-01-01":7,"2025-01-02":8"#),
        (true, r#""zip":null"#, r#""zip":"0150""#),
        (true, r#","note":"leave it at the door""#, ""),
        (true, r#"["new","red"]"#, "[]"),
        (false, r#""quantity":50"#, r#""quantity":"50""#),
        (false, r#""quantity":50"#, r#""quantity":-1"#),
        (false, r#""quantity":50"#, r#""quantity":1.5"#),
        (false, r#""quantity":50"#, r#""quantity":1000000000"#),
        (false, r#""quantity":50,"#, ""),
        (false, r#""mail":"user50@shop.example""#, r#""mail":"1 OR 1=1--""#),
        (false, "1b4e28ba-2fa1-11d2-883f", "../../../etc/passwd"),
        (false, r#""city":"Oslo""#, r#""city":{"$ne":null}"#),
        (false, r#""city":"Oslo""#, &format!(r#""city":"{}""#, "A".repeat(4000))),
        (false, r#""gift":false"#, r#""gift":false,"isAdmin":true"#),
        (false, r#""2024-05-50":50"#, r#""2025-01-01":"x""#),
        (false, r#"["new","red"]"#, r#"["new",{"a":1}]"#),
    ] {
        assert!(base.contains(from), "{from}");
        let text = base.replace(from, to);
        assert_eq!(accepts(&schema, &text).is_ok(), is_in, "{text}\n{schema:#}");
    }
}

#[test]
fn nothing_is_said_of_what_was_seen_too_seldom() {
    let orders = all(&orders());
    assert_eq!(orders.schema(51), None);
    assert_eq!(orders.schema(50).unwrap()["properties"]["note"], true);
    let mut mixed = orders;
    mixed.merge(Summary::of_other());
    assert_eq!((mixed.schema(1), mixed.others(), mixed.count()), (None, 1, 51));
}

#[test]
fn no_value_of_an_event_is_kept() {
    let learned = Learned {
        function: "F".to_owned(),
        subject: Subject::Event(String::new()),
        summary: all(&orders()),
    };
    let line = learned.to_line(None);
    for value in ["shop.example", "1b4e28ba", "Oslo", "red", "door", "2024-05", "user"] {
        assert!(!line.contains(value), "{value}: {line}");
    }
    assert!(line.contains(r#""city""#), "{line}");
}

#[test]
fn a_summary_is_bounded() {
    let wide = |prefix: &str, inside: &str| {
        let members = (0..60_u8).map(|at| {
            format!(
                "\"{prefix}{}{}\":{inside}",
                char::from(b'a' + at / 26),
                char::from(b'a' + at % 26)
            )
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    };
    let deep = wide("first", &wide("second", &wide("third", "1")));
    let mut all = Summary::default();
    for inside in ["\"x\"", "[1]", "{\"a\":1}"] {
        all.merge(summary(&wide("first", &wide("second", inside))));
    }
    all.merge(summary(&wide("other", "1")));
    all.merge(summary(&wide("first", &wide("second", "2"))));
    let learned =
        Learned { function: "F".to_owned(), subject: Subject::Event(String::new()), summary: all };
    assert!(learned.to_line(None).len() < 200_000);
    // More values than are looked at.
    assert_eq!(summary(&deep).others(), 1);
}

#[test]
fn a_learner_samples_and_tells_in_time() {
    let mut learner = Learner::new();
    let (mut taken, mut due) = (0, Vec::new());
    for number in 1..=3000 {
        if learner.takes() {
            taken += 1;
            learner.learn(Subject::Event(String::new()), summary(r#"{"a":1}"#));
        }
        if learner.is_due() {
            due.push((number, learner.take("F").iter().map(|it| it.summary.count()).sum::<u64>()));
        }
    }
    assert_eq!(taken, 1200);
    assert_eq!(due, [(10, 10), (100, 90), (1000, 900), (2000, 100), (3000, 100)]);
    for number in 0..100_u8 {
        let route = format!("GET /{}", "a".repeat(number.into()));
        learner.learn(Subject::Route(route), summary("1"));
    }
    assert_eq!(learner.take("F").len(), 24);
}

/// `{"x": {…}}` with an object of so many members under each name.
fn under(them: &[(&str, char, u8)]) -> Summary {
    let letters = |at: u8| format!("{}{}", char::from(b'a' + at / 26), char::from(b'a' + at % 26));
    let objects = them.iter().map(|(name, prefix, count)| {
        let members = (0..*count).map(|at| format!("\"{prefix}{}\":1", letters(at)));
        format!("\"{name}\":{{{}}}", members.collect::<Vec<_>>().join(","))
    });
    summary(&format!("{{\"x\":{{{}}}}}", objects.collect::<Vec<_>>().join(",")))
}

#[test]
fn order_does_not_matter_at_the_limits() {
    let full = under(&[("a", 'p', 60), ("b", 'p', 60), ("c", 'p', 60), ("d", 'p', 60)]);
    let (map, more) = (under(&[("a", 'q', 60)]), under(&[("e", 'p', 30)]));
    let merged = |order: [&Summary; 3]| {
        order.into_iter().fold(Summary::default(), |mut all, one| {
            all.merge(one.clone());
            all
        })
    };
    let expected = merged([&full, &map, &more]);
    for order in [[&full, &more, &map], [&map, &more, &full], [&more, &full, &map]] {
        assert_eq!(merged(order), expected);
    }
}

#[test]
fn what_a_line_of_the_guard_quotes_is_no_line_of_the_guard() {
    let learned = Learned {
        function: "F".to_owned(),
        subject: Subject::Event(String::new()),
        summary: summary("1"),
    };
    let line = learned.to_line(None);
    let quoted = serde_json::to_string(&["sh", "-c", &line]).unwrap();
    let event = format!(r#"{{"faasguard":"event","kind":"process-spawned","arguments":{quoted}}}"#);
    let exported = serde_json::json!({ "message": event }).to_string();
    for text in [event, exported] {
        read(&text, &mut |text, _| panic!("{text}"));
    }
    let mut found = 0;
    read(&serde_json::json!({ "message": line }).to_string(), &mut |_, _| found += 1);
    assert_eq!(found, 1);
}
