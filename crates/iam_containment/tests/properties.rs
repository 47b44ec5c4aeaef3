//! Laws over random policies, and answers against the evaluation of random requests.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use iam_containment::{Containment, Limits, contains, difference};
use iam_evaluation::{Context, PrincipalId, Request, Truth, statement_matches};
use iam_policy::{Effect, Policy, literal_terms};
use proptest::prelude::*;
use source_text::{FileId, Limits as TextLimits, parse_yaml};

/// Few letters, so that globs and requests meet.
fn action_glob() -> impl Strategy<Value = String> {
    prop_oneof![Just("*".to_owned()), "q:[ab*?]{1,3}", "[qr*]:[ab]{0,1}\\*"]
}

fn resource_glob() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        "arn:aws:q:::[ab*?]{1,3}",
        "arn:aws:\\*:::a[b*]{0,1}",
        Just("arn:aws:q:::${aws:username}".to_owned()),
        "arn:aws:q:::\\$\\{aws:username\\}[ab*]",
    ]
}

fn condition() -> impl Strategy<Value = String> {
    let text = "\"[ab*?]{0,2}\"";
    let list = prop::collection::vec(text, 1..3);
    let operator = prop::sample::select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "StringEqualsIfExists",
        "StringNotLikeIfExists",
        "ForAnyValue:StringLike",
        "ForAllValues:StringEquals",
        "ForAnyValue:StringNotEquals",
        "ForAllValues:StringNotLike",
    ]);
    let texts = (operator, prop::sample::select(vec!["k:k", "aws:username"]), list)
        .prop_map(|(operator, key, values)| one(operator, key, &values.join(",")));
    let numbers = (
        prop::sample::select(vec![
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEqualsIfExists",
        ]),
        "-?[0-3](\\.5)?",
    )
        .prop_map(|(operator, value)| one(operator, "n:n", &format!("{value:?}")));
    let dates = (
        prop::sample::select(vec!["DateLessThan", "DateGreaterThanEquals", "DateEquals"]),
        "202[0-2]-01-0[1-3]",
    )
        .prop_map(|(operator, value)| one(operator, "d:d", &format!("{value:?}")));
    let addresses = (
        prop::sample::select(vec!["IpAddress", "NotIpAddress"]),
        prop::sample::select(vec!["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "::/0", "0.0.0.0/0"]),
    )
        .prop_map(|(operator, value)| one(operator, "i:i", &format!("{value:?}")));
    let others = prop::sample::select(vec![
        one("Bool", "b:b", "\"true\""),
        one("BoolIfExists", "b:b", "\"false\""),
        one("Null", "k:k", "\"true\""),
        one("Null", "k:k", "\"false\""),
        one("ArnLike", "a:a", "\"arn:aws:*:::a*\""),
        one("ArnNotLike", "a:a", "\"arn:aws:q:::*\""),
        one("StringEquals", "k:k", "\"${aws:username}\""),
    ]);
    prop_oneof![4 => texts, 2 => numbers, 1 => dates, 1 => addresses, 2 => others]
}

fn one(operator: &str, key: &str, values: &str) -> String {
    format!("\"{operator}\":{{\"{key}\":[{values}]}}")
}

fn statement() -> impl Strategy<Value = String> {
    (
        prop::bool::weighted(0.75),
        prop::bool::weighted(0.85),
        prop::collection::vec(action_glob(), 1..3),
        prop::bool::weighted(0.85),
        prop::collection::vec(resource_glob(), 1..3),
        prop::collection::vec(condition(), 0..3),
    )
        .prop_map(|(allows, acts, actions, on, resources, mut conditions)| {
            // A mapping has each operator once.
            conditions.sort();
            conditions.dedup_by(|a, b| a.split(':').next() == b.split(':').next());
            format!(
                r#"{{"Effect":"{}","{}Action":{actions:?},"{}Resource":{resources:?},"Condition":{{{}}}}}"#,
                if allows { "Allow" } else { "Deny" },
                if acts { "" } else { "Not" },
                if on { "" } else { "Not" },
                conditions.join(",")
            )
        })
}

fn statements() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(statement(), 1..4)
}

fn policy(statements: &[String]) -> Policy {
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}", statements.join(","));
    let parsed = parse_yaml(FileId::default(), &text, &TextLimits::of_part(&text)).unwrap();
    Policy::read(parsed.documents.first().unwrap(), &literal_terms).0
}

fn request() -> impl Strategy<Value = Request> {
    let value = || prop::option::weighted(0.8, prop::collection::vec("[abAB]{1,2}", 1..3));
    (
        "(q|r):[abx]{1,3}",
        prop_oneof![4 => "arn:aws:(q|r):::[abx]{1,3}".prop_map(String::from)],
        value(),
        prop::option::weighted(0.9, "[abx]{1,2}"),
        prop::option::weighted(0.8, "-?[0-3](\\.[05])?"),
        prop::option::weighted(0.8, "20(19|20|21|22)-01-0[1-3]"),
        prop::option::weighted(
            0.8,
            prop::sample::select(vec!["10.2.0.1", "10.1.2.3", "10.1.9.9", "8.8.8.8", "::1"]),
        ),
        prop::option::weighted(0.8, prop::sample::select(vec!["true", "false"])),
        prop::option::weighted(0.8, "arn:aws:(q|r):::[abx]"),
    )
        .prop_map(|(action, resource, k, username, n, d, i, b, a)| {
            let mut request = Request::new(
                PrincipalId::new("arn:aws:iam::111122223333:role/example"),
                action,
                resource,
            );
            let mut context = Context::default();
            context.set("k:k", k.unwrap_or_default());
            context.set("aws:username", username);
            context.set("n:n", n);
            context.set("d:d", d);
            context.set("i:i", i);
            context.set("b:b", b);
            context.set("a:a", a);
            request.context = context;
            request
        })
}

fn is_allowed(policies: &[&Policy], request: &Request) -> bool {
    let says = |effect: Effect| {
        policies.iter().any(|policy| {
            policy.statements.iter().any(|statement| {
                statement.effect == effect
                    && statement_matches(policy, statement, request) == Truth::Yes
            })
        })
    };
    says(Effect::Allow) && !says(Effect::Deny)
}

/// The values of keys that no operator asks several of are single.
fn is_single(policies: &[&Policy], request: &Request) -> bool {
    let asks_several = policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.conditions)
        .any(|condition| condition.key == "k:k" && condition.operator.contains(':'));
    let (_, values) = request.context.iter().find(|(key, _)| *key == "k:k").unwrap();
    asks_several || values.len() < 2
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_contained_is_allowed_by_the_evaluation(
        old in statements(), new in statements(), requests in prop::collection::vec(request(), 60),
    ) {
        let (old, new) = (policy(&old), policy(&new));
        let answer = contains(&[&old], &[&new], Limits::default());
        for request in &requests {
            let escapes = is_allowed(&[&new], request) && !is_allowed(&[&old], request);
            if escapes && is_single(&[&old, &new], request) {
                prop_assert_ne!(&answer, &Containment::Yes, "{:?}", request);
            }
        }
    }

    #[test]
    fn a_part_of_a_policy_is_contained_in_it(all in statements(), more in statement()) {
        let p = policy(&all);
        prop_assert_eq!(contains(&[&p], &[&p], Limits::default()), Containment::Yes);
        let q = policy(&[more]);
        let has_denial = q.denies().next().is_some();
        let in_union = contains(&[&p, &q], &[&p], Limits::default());
        prop_assert!(has_denial || in_union == Containment::Yes, "{:?}", in_union);
        if has_denial {
            let less = contains(&[&p], &[&p, &q], Limits::default());
            prop_assert_eq!(less, Containment::Yes);
        }
    }

    #[test]
    fn containment_is_transitive(a in statements(), b in statements(), c in statements()) {
        let (a, b, c) = (policy(&a), policy(&b), policy(&c));
        let yes = |old: &Policy, new: &Policy| {
            contains(&[old], &[new], Limits::default()) == Containment::Yes
        };
        if yes(&a, &b) && yes(&b, &c) {
            let far = contains(&[&a], &[&c], Limits::default());
            prop_assert!(!matches!(far, Containment::No(_)), "{:?}", far);
        }
    }

    #[test]
    fn what_differs_is_not_contained(old in statements(), new in statements()) {
        let (old, new) = (policy(&old), policy(&new));
        let answer = contains(&[&old], &[&new], Limits::default());
        let difference = difference(&[&old], &[&new], Limits::default());
        prop_assert_eq!(difference.changes.is_empty(), answer == Containment::Yes);
    }
}
