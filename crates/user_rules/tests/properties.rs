//! Laws of expressions, whatever they are made of: nothing panics, an unknown that is decided gives one of the
//! answers that it may give, and operators keep the laws of three values.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use load_cloudformation::{Options, load};
use proptest::prelude::*;
use source_text::{Limits, Sources, parse_yaml};
use user_rules::OwnRules;

const LIMITS: Limits = Limits { bytes: 1 << 20, depth: 200, nodes: 100_000 };

const TEMPLATE: &str = "
Parameters: {A: {Type: String}, B: {Type: String}, Stage: {Type: String, AllowedValues: [x, y]}}
Conditions: {IsX: !Equals [!Ref Stage, x]}
Resources:
  R:
    Type: AWS::SQS::Queue
    Properties:
      A: !Ref A
      B: !Sub 'b-${B}'
      C: !If [IsX, x, !Ref AWS::NoValue]
      D: x
      L: [x, !Ref A, !If [IsX, y, z]]
";

/// What a condition comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Yes,
    /// Under conditions.
    Sometimes,
    No,
    Open,
    /// A mistake before it was asked, or a fault while it was.
    Fault,
}

fn ask(when: &str, parameters: &[(&str, &str)]) -> Answer {
    let sources = Arc::new(Sources::default());
    let rule = format!(
        "id: A-1\ntitle: t\nseverity: low\nfor: resource\nmessage: m\nlet: {{p: resource.properties}}\nwhen: {}\n",
        serde_json::to_string(when).unwrap()
    );
    let file = sources.add("rule.yaml", rule.as_str());
    let (rules, _) = OwnRules::compile(&[(file, rule)]);
    if rules.is_empty() {
        return Answer::Fault;
    }
    let file = sources.add("template.yaml", TEMPLATE);
    let document = parse_yaml(file, TEMPLATE, &LIMITS).unwrap().documents.remove(0);
    let parameters = parameters.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    let options =
        Options { keeps_declared: true, parameters: parameters.collect(), ..Options::default() };
    let judged = rules.judge(&load(file, document, &options, None).app, &|_| true);
    match (judged.findings.first(), judged.is_incomplete, judged.undetermined) {
        (_, true, _) => Answer::Fault,
        (Some(finding), ..) if finding.when.is_some() => Answer::Sometimes,
        (Some(_), ..) => Answer::Yes,
        (None, _, 0) => Answer::No,
        (None, ..) => Answer::Open,
    }
}

/// Conditions over the values of the template.
fn condition() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        Just("p.A"),
        Just("p.B"),
        Just("p.C.or('n')"),
        Just("p.D"),
        Just("p.L[0]"),
        Just("'x'"),
        Just("'b-x'"),
        Just("'y'"),
    ];
    let atom = prop_oneof![
        (text.clone(), prop_oneof![Just("=="), Just("!="), Just("<")], text.clone())
            .prop_map(|(one, sign, two)| format!("{one} {sign} {two}")),
        (
            text.clone(),
            prop_oneof![Just("startsWith"), Just("endsWith"), Just("contains")],
            text.clone()
        )
            .prop_map(|(one, name, two)| format!("{one}.{name}({two})")),
        text.clone().prop_map(|text| format!("{text} in p.L")),
        text.clone().prop_map(|text| format!("p.L.exists(i, i == {text})")),
        text.clone().prop_map(|text| format!("p.L.all(i, i != {text})")),
        text.prop_map(|text| format!("glob_matches('*x', {text})")),
        Just("true".to_owned()),
        Just("has(p.C)".to_owned()),
    ];
    atom.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!("!({one})")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one}) && ({two})")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one}) || ({two})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(test, one, two)| format!("(({test}) ? ({one}) : ({two}))")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_told_without_knowing_holds_when_it_is_known(when in condition(), a in "[xyb]", b in "[xy]", stage in "[xy]") {
        let before = ask(&when, &[]);
        let after = ask(&when, &[("A", &a), ("B", &b), ("Stage", &stage)]);
        prop_assert!(matches!(after, Answer::Yes | Answer::No), "{when}: {after:?}");
        match before {
            Answer::Yes => prop_assert_eq!(after, Answer::Yes, "{}", when),
            Answer::No => prop_assert_eq!(after, Answer::No, "{}", when),
            Answer::Sometimes | Answer::Open => {}
            Answer::Fault => prop_assert!(false, "{when}"),
        }
    }

    #[test]
    fn and_and_or_do_not_heed_the_order_and_what_is_negated_twice_is_as_before(one in condition(), two in condition()) {
        prop_assert_eq!(ask(&format!("({one}) && ({two})"), &[]), ask(&format!("({two}) && ({one})"), &[]));
        prop_assert_eq!(ask(&format!("!(!({one}) && !({two}))"), &[]), ask(&format!("({one}) || ({two})"), &[]));
    }

    #[test]
    fn no_text_makes_it_panic(when in "[a-z.()!&|'\"0-9 ?:\\[\\]{},+*/%<>=-]{0,60}", text in any::<String>()) {
        ask(&when, &[]);
        let sources = Sources::default();
        let file = sources.add("rule.yaml", text.as_str());
        let _ = OwnRules::compile(&[(file, text)]);
    }
}
