//! Reading never fails on odd trees, and a `Deny` never opens anything.

use iam_policy::{Policy, Statement, catalogue, escalation, literal_terms};
use proptest::prelude::*;
use source_text::{Kind, Node, Place};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        Just("Allow".to_owned()),
        Just("Deny".to_owned()),
        "(s3|iam|sqs|\\*):(\\*|Get\\*|PutObject|PassRole)",
        "arn:aws:(s3|iam|sqs):[a-z]{0,2}:[0-9*]{0,2}:[a-z/*]{0,6}",
        "[\\[\\]{}\"$:,a-z*]{0,12}",
    ]
}

fn key() -> impl Strategy<Value = String> {
    let keys = [
        "Statement",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "AWS",
        "Condition",
        "StringEquals",
        "aws:SourceArn",
        "Fn::If",
        "Ref",
        "Sid",
        "Other",
    ];
    prop::sample::select(keys.to_vec()).prop_map(str::to_owned)
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        4 => text().prop_map(|text| Node::text(Place::default(), text)),
        1 => Just(Node::null(Place::default())),
        1 => any::<bool>().prop_map(|value| Node::bool(Place::default(), value)),
        1 => any::<i64>().prop_map(|value| Node::integer(Place::default(), value)),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| Node::list(Place::default(), items)),
            prop::collection::vec((key(), inner), 0..6)
                .prop_map(|pairs| Node::map(Place::default(), pairs)),
        ]
    })
}

/// A statement that is well formed, from odd texts.
fn statement(effect: &'static str) -> impl Strategy<Value = Node> {
    (prop::collection::vec(text(), 1..3), prop::collection::vec(text(), 1..3)).prop_map(
        move |(actions, resources)| {
            let list = |texts: Vec<String>| {
                let items = texts.into_iter().map(|text| Node::text(Place::default(), text));
                Node::list(Place::default(), items.collect())
            };
            Node::map(
                Place::default(),
                [
                    ("Effect", Node::text(Place::default(), effect)),
                    ("Principal", Node::text(Place::default(), "*")),
                    ("Action", list(actions)),
                    ("Resource", list(resources)),
                ],
            )
        },
    )
}

fn policy(statements: Vec<Node>) -> Policy {
    let list = Node::list(Place::default(), statements);
    Policy::read_statements(&list, &literal_terms).0
}

/// The ids of the ways up that a policy opens.
fn ways(policy: &Policy) -> Vec<&'static str> {
    let holder = escalation::Holder { policies: vec![policy], ..escalation::Holder::default() };
    escalation::open_ways(&holder, escalation::Principal::Any)
        .into_iter()
        .map(|way| way.path.id)
        .collect()
}

proptest! {
    #[test]
    fn no_tree_is_too_odd(node in node()) {
        let (policy, diagnostics) = Policy::read(&node, &literal_terms);
        for statement in &policy.statements {
            let _ = (statement.is_admin(), statement.is_public(), statement.requires_tls());
        }
        let _ = ways(&policy);
        let is_policy = matches!(&node.kind, Kind::Map(map) if map.contains("Statement"));
        prop_assert!(is_policy || node.single().is_some() || !diagnostics.is_empty()
            || policy.statements.is_empty());
    }

    #[test]
    fn a_deny_never_opens_anything(
        allows in prop::collection::vec(statement("Allow"), 1..4), deny in statement("Deny"),
    ) {
        let before = policy(allows.clone());
        let after = policy(allows.into_iter().chain([deny]).collect());
        let public = |policy: &Policy| policy.public_statements().count();
        prop_assert!(public(&after) <= public(&before));
        // A shorter path that is closed may uncover a longer one, never open a first one.
        prop_assert!(!ways(&before).is_empty() || ways(&after).is_empty());
        prop_assert_eq!(
            before.statements.iter().filter(|s| Statement::is_admin(s)).count(),
            after.statements.iter().filter(|s| Statement::is_admin(s)).count()
        );
    }

    #[test]
    fn an_expansion_holds_what_the_pattern_matches(
        service in "(s3|sqs|lambda|dynamodb)", name in "[GPD*][a-z*?]{0,4}\\*",
    ) {
        let pattern = format!("{service}:{name}");
        let glob = cloud_names::Pattern::ignoring_case(&pattern);
        let expanded: Vec<_> = catalogue::expand(&pattern).map(|known| known.to_string()).collect();
        let expected: Vec<_> = catalogue::actions_of(&service)
            .map(|known| known.to_string())
            .filter(|action| glob.matches(action))
            .collect();
        prop_assert_eq!(expanded, expected);
    }
}
