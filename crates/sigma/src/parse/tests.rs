//! The language, and what is told of documents that are not of it.

use source_text::FileId;

use super::{Documents, parse};
use crate::rule::{Expected, Search};

fn read(text: &str) -> Documents {
    parse(FileId(0), text)
}

fn rule(detection: &str) -> Documents {
    let body = format!("  {}\n", detection.replace('\n', "\n  "));
    read(&format!("title: t\nlogsource: {{product: aws}}\ndetection:\n{body}"))
}

fn fault(detection: &str, line: u32, words: &str) {
    let documents = rule(detection);
    let [fault] = documents.faults.as_slice() else {
        panic!("{detection}: {:?}", documents.faults);
    };
    assert_eq!(fault.place.line, line + 3, "{detection}: {fault:?}");
    let text = fault.to_diagnostic().message;
    assert!(text.contains(words), "{text}");
    assert!(text.starts_with("rule `t` is not used: "), "{text}");
}

#[test]
fn one_odd_document_never_stops_the_others() {
    let good =
        "title: good\nlogsource: {product: aws}\ndetection: {a: {eventName: x}, condition: a}\n";
    let text = format!(
        "{good}---\ntitle: odd\nlogsource: {{}}\ndetection: {{a: {{x|contain: y}}, condition: a}}\n---\n{good}---\naction: global\ntitle: shared\n---\n- a\n---\ntitle: none\n"
    );
    let documents = read(&text);
    assert_eq!(documents.rules.len(), 2);
    let told: Vec<_> = documents.faults.iter().map(|it| it.to_diagnostic().message).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[0].contains("unknown modifier `contain`; did you mean `contains`?"), "{told:?}");
    assert!(told[1].contains("`action: global` is deprecated"), "{told:?}");
    assert!(told[2].contains("`document` must be a mapping, not a list"), "{told:?}");
    assert!(told[3].contains("neither `detection`, `correlation` nor `filter`"), "{told:?}");
}

#[test]
fn faults_have_their_names_and_lines() {
    fault("a:\n  x: y\n  z|foo: 1\ncondition: a", 3, "unknown modifier `foo`");
    fault("a: {x: y}\ncondition: a and b", 2, "the condition names `b`");
    fault("a: {x: y}\ncondition: 1 of b*", 2, "no selection has such a name");
    fault("a: {x: y}\ncondition: a and", 2, "something is missing at its end");
    fault("a: {x: y}\ncondition: (a", 2, "a `)` is missing");
    fault("a: {x: y}\ncondition: a a", 2, "`and` or `or` is missing");
    fault("a: {x: y}\ncondition: a | count() > 5", 2, "write a `correlation` document");
    fault("a: {x: y}", 1, "`condition` is missing");
    fault("a:\n  x|re: '('\ncondition: a", 2, "is no regular expression");
    fault("a:\n  x|re: '(?=a)'\ncondition: a", 2, "is no regular expression");
    fault("a:\n  x|cidr: 10.0.0.0/33\ncondition: a", 2, "is no network");
    fault("a:\n  x|gt: many\ncondition: a", 2, "is no number");
    fault("a:\n  x|exists: maybe\ncondition: a", 2, "must be true or false");
    fault("a:\n  x|expand: '%servers%'\ncondition: a", 2, "placeholder `%servers%`");
    fault("a:\n  x: []\ncondition: a", 2, "one value at least");
    fault("a:\n  x: {y: z}\ncondition: a", 2, "not a mapping");
    fault("a:\n  x|contains: null\ncondition: a", 2, "cannot stand with these modifiers");
    fault("a:\n  x|re|contains: y\ncondition: a", 2, "work on text");
    fault("a:\n  x|i: y\ncondition: a", 2, "stands behind `re` only");
    fault("a: {}\ncondition: a", 1, "a mapping with fields");
    fault(&format!("a: {{x: y}}\ncondition: {}a", "not ".repeat(60)), 2, "exceeds the limit");
}

#[test]
fn values_become_what_their_modifiers_say() {
    let documents = rule(
        "a:\n  w|contains|all: [x, 'y*']\n  n: 5\n  t|hour|gte: 18\n  e|exists: false\n  z: null\n  b|base64offset|contains: ab\n  f|fieldref|endswith: other\n  q|neq: x\ncondition: a",
    );
    assert_eq!(documents.faults, []);
    let Some((_, Search::All(items))) = documents.rules[0].detection.searches.first() else {
        panic!("{documents:?}");
    };
    let items: Vec<_> = items
        .iter()
        .map(|search| match search {
            Search::Item(item) => item,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(items[0].needs_all && items[0].values.len() == 2);
    assert!(
        matches!(items[1].values[0], Expected::Number(number, _) if (number - 5.0).abs() < 1e-9)
    );
    assert!(matches!(items[2].values[0], Expected::Compared { part: Some(_), .. }));
    assert!(matches!(items[3].values[0], Expected::Exists(false)));
    assert!(matches!(items[4].values[0], Expected::Null));
    assert!(matches!(&items[5].values[0], Expected::Any(forms) if forms.len() == 3));
    assert!(matches!(items[6].values[0], Expected::Field { .. }));
    assert!(items[7].is_negated);
}

#[test]
fn correlations_are_read_with_their_conditions() {
    let head = "title: c\ncorrelation:\n  rules: [a, b]\n  group-by: [x]\n  timespan: 5m\n";
    for (rest, is_good) in [
        ("  type: event_count\n  condition: {gte: 5}\n", true),
        ("  type: value_count\n  condition: {field: y, gt: 5, lte: 9}\n", true),
        ("  type: value_count\n  condition: {gt: 5}\n", false),
        ("  type: temporal\n", true),
        ("  type: temporal\n  condition: {gte: 1}\n", true),
        ("  type: temporal\n  condition: a and not b\n", true),
        ("  type: temporal\n  condition: a and c\n", false),
        ("  type: temporal_ordered\n  aliases: {n: {a: f, b: g}}\n  generate: true\n", true),
        ("  type: value_percentile\n  condition: {field: y, gte: 5, percentile: 95}\n", true),
        ("  type: first_seen\n  field: y\n  condition: {learn: 1d}\n", true),
        ("  type: rare\n  field: [y, z]\n  condition: {lte: 2, min: 100}\n", true),
        ("  type: rate_vs_baseline\n  condition: {factor: 4}\n", true),
        ("  type: event_count\n", false),
        ("  type: odd\n", false),
    ] {
        let documents = read(&format!("{head}{rest}"));
        assert_eq!(documents.correlations.len() == 1, is_good, "{rest} {:?}", documents.faults);
        assert_eq!(documents.faults.is_empty(), is_good, "{rest}");
    }
}
