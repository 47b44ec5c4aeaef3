//! Random rules over random events: the compiled engine says what the plain reading says, however
//! many rules there are, and whatever came before.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod naive;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sigma::{Engine, parse};
use source_text::FileId;

/// Fields at hand, fields of members that are looked into, and fields of the record itself.
const FIELDS: [&str; 14] = [
    "eventName",
    "eventSource",
    "errorCode",
    "userAgent",
    "userIdentity.type",
    "userIdentity.sessionContext.sessionIssuer.userName",
    "userIdentity.sessionContext.attributes.mfa",
    "requestParameters.a",
    "requestParameters.b.c",
    "requestParameters",
    "responseElements.a.b",
    "resources.ARN",
    "extra.x",
    "eventTime",
];

type Fields = Vec<&'static str>;

/// Few fields, so that rules and events often speak of the same ones.
fn few_fields() -> impl Strategy<Value = Fields> {
    proptest::sample::subsequence(FIELDS.to_vec(), 2..5)
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("Get".to_owned()),
        Just("GetObject".to_owned()),
        Just("getobject".to_owned()),
        Just("AccessDenied".to_owned()),
        Just("Äß\"x\\".to_owned()),
        Just("10.1.2.3".to_owned()),
        Just("2026-01-31T18:05:00Z".to_owned()),
        Just("5".to_owned()),
        Just("true".to_owned()),
        Just(String::new()),
        "[abAB]{0,4}",
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => word().prop_map(Value::from),
        1 => Just(json!(5)),
        1 => Just(json!(5.0)),
        1 => Just(json!(true)),
        1 => Just(Value::Null),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 3, |inner| {
        let members = proptest::collection::vec(
            (prop_oneof!["[abcx]", Just("ARN".to_owned())], inner.clone()),
            0..3,
        );
        prop_oneof![
            proptest::collection::vec(inner, 0..3).prop_map(Value::from),
            members.prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// An event: the fields that it needs, and any values in some of the others.
fn event(fields: &Fields) -> impl Strategy<Value = Value> + use<> {
    let fields =
        proptest::collection::vec((proptest::sample::select(fields.clone()), value()), 0..8);
    (word(), word(), fields).prop_map(|(name, source, fields)| {
        let mut event = json!({});
        for (field, value) in fields {
            put(&mut event, field, value);
        }
        for (field, text) in [("eventName", name), ("eventSource", source)] {
            let text = if text.is_empty() { "x".to_owned() } else { text };
            put(&mut event, field, text.into());
        }
        event
    })
}

fn put(event: &mut Value, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            if let Some(map) = event.as_object_mut() {
                map.insert(path.to_owned(), value);
            }
        }
        Some((name, rest)) => {
            let Some(map) = event.as_object_mut() else { return };
            let inner = map.entry(name).or_insert_with(|| json!({}));
            if inner.is_object() {
                put(inner, rest, value);
            }
        }
    }
}

/// A field with modifiers and a value, as YAML in flow style.
fn field(fields: &Fields) -> impl Strategy<Value = String> + use<> {
    let fields = fields.clone();
    let text = || {
        (word(), 0..6).prop_map(|(word, wild)| match wild {
            0 => format!("{word}*"),
            1 => format!("*{word}"),
            2 => format!("*{word}?"),
            3 => format!("{word}*{word}"),
            _ => word,
        })
    };
    let quoted = move || text().prop_map(|text| format!("'{}'", text.replace('\'', "''")));
    let list =
        (quoted(), quoted(), quoted()).prop_map(|(a, b, c)| format!("[{a}, {b}, {c}, 'x', {b}]"));
    let value = prop_oneof![3 => quoted(), 2 => list];
    let modifier = prop_oneof![
        4 => Just(""),
        1 => Just("|contains"),
        1 => Just("|startswith"),
        1 => Just("|endswith"),
        1 => Just("|contains|all"),
        1 => Just("|cased"),
        1 => Just("|neq"),
        1 => Just("|contains|cased"),
        1 => Just("|windash|contains"),
    ];
    let name = || proptest::sample::select(fields.clone());
    prop_oneof![
        8 => (name(), modifier, value).prop_map(|(name, modifier, value)| format!("{name}{modifier}: {value}")),
        1 => name().prop_map(|name| format!("{name}: null")),
        1 => name().prop_map(|name| format!("{name}: 5")),
        1 => name().prop_map(|name| format!("{name}: true")),
        1 => (name(), any::<bool>()).prop_map(|(name, is)| format!("{name}|exists: {is}")),
        1 => name().prop_map(|name| format!("{name}|re: ['^[Gg]et(Ob)?', 'Denied$', 'a+b']")),
        1 => name().prop_map(|name| format!("{name}|re|i: 'getobj.ct'")),
        1 => name().prop_map(|name| format!("{name}|cidr: [10.0.0.0/8, '::/0']")),
        1 => name().prop_map(|name| format!("{name}|gte: 5")),
        1 => name().prop_map(|name| format!("{name}|hour|gt: 17")),
        1 => (name(), name(), proptest::sample::select(vec!["", "|startswith", "|contains", "|cased"])).prop_map(|(name, other, part)| {
            format!("{name}|fieldref{part}: {other}")
        }),
    ]
}

fn search(fields: &Fields) -> impl Strategy<Value = String> + use<> {
    let fields = fields.clone();
    let map = || {
        proptest::collection::btree_set(field(&fields), 1..3).prop_map(|fields| {
            // A key may stand once in a mapping.
            let mut seen = std::collections::BTreeSet::new();
            let own = fields
                .into_iter()
                .filter(|it| seen.insert(it.split(": ").next().unwrap_or_default().to_owned()));
            format!("{{{}}}", own.collect::<Vec<_>>().join(", "))
        })
    };
    prop_oneof![
        4 => map(),
        2 => (map(), map()).prop_map(|(a, b)| format!("[{a}, {b}]")),
        1 => word().prop_map(|word| format!("['{word}', zzz, '5']")),
        1 => word().prop_map(|word| format!("{{'|all': ['{word}', 'et']}}")),
        1 => Just("{'|re': 'Ob.ect'}".to_owned()),
    ]
}

fn rule(fields: &Fields) -> impl Strategy<Value = String> + use<> {
    let condition = proptest::sample::select(vec![
        "a",
        "not a",
        "a and b",
        "a or b",
        "a and not b",
        "1 of them",
        "all of them",
        "2 of *",
        "a and (b or not c)",
        "not (a or b) and 1 of c*",
        "not 1 of b*",
    ]);
    (search(fields), search(fields), search(fields), condition).prop_map(|(a, b, c, condition)| {
        format!("title: t\nlogsource: {{product: aws}}\ndetection:\n  a: {a}\n  b: {b}\n  c: {c}\n  condition: {condition}\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_the_plain_reading(
        (rules, events) in few_fields().prop_flat_map(|fields| {
            let rules = proptest::collection::vec(rule(&fields), 1..6);
            (rules, proptest::collection::vec(event(&fields), 1..12))
        })
    ) {
        let documents = parse(FileId(0), &rules.join("---\n"));
        prop_assert_eq!(&documents.faults, &[], "{}", rules.join("---\n"));
        let (engine, _) = Engine::new(&documents.rules, &[]);
        let mut scratch = engine.scratch();
        for event in &events {
            let expect: Vec<usize> = documents.rules.iter().enumerate()
                .filter(|(_, rule)| naive::matches(&rule.detection, event))
                .map(|(at, _)| at)
                .collect();
            let text = event.to_string();
            let mut found = Vec::new();
            let outcome = audit_event::read(text.as_bytes(), &audit_event::Limits::default(), &mut |event| {
                engine.matches(event, &mut scratch, &mut |rule| found.push(rule));
            });
            prop_assert_eq!(outcome.events, 1, "{}", text);
            prop_assert_eq!(&found, &expect, "{}\n{}", text, rules.join("---\n"));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = parse(FileId(0), &text);
        let rule = format!("title: t\nlogsource: {{}}\ndetection:\n  a:\n    x|{text}: y\n  condition: {text}\n");
        let _ = parse(FileId(0), &rule);
        let _ = sigma::Cases::parse(FileId(0), &text);
    }
}
