//! Denying or narrowing never opens a path; what a path asks for, evaluation allows.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use iam_evaluation::{PolicySet, PrincipalId, Request, Verdict, decide};
use iam_policy::{
    Policy,
    escalation::{On, Thing, paths},
    literal_terms,
};
use proptest::prelude::*;
use role_paths::{Certainty, graph, of_policies, read_account};
use source_text::{FileId, Limits, parse_yaml};

fn read(statements: &[String]) -> Policy {
    let text = format!("{{Statement: [{}]}}", statements.join(", "));
    let parsed = parse_yaml(FileId::default(), &text, &Limits::default()).unwrap();
    Policy::read(&parsed.documents[0], &literal_terms).0
}

fn certainty(statements: &[String]) -> Option<Certainty> {
    let graph = graph(&of_policies("policy", vec![read(statements)]));
    graph.path_from(graph.node("policy").unwrap()).map(|path| path.certainty)
}

fn action() -> impl Strategy<Value = String> {
    let names: Vec<&'static str> =
        paths().flat_map(iam_policy::escalation::Path::actions).collect();
    prop_oneof![
        4 => prop::sample::select(names).prop_map(str::to_owned),
        1 => "(iam|lambda|sts|ec2):[A-Z][a-z]{0,3}\\*",
        1 => Just("iam:*".to_owned()),
    ]
}

fn resource() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just("*".to_owned()),
        1 => "arn:aws:iam::\\*:(role|user|policy)/(\\*|a|a-\\*)",
        1 => "arn:aws:lambda:\\*:\\*:function:(\\*|a|a-\\*)",
        1 => "arn:aws:ec2:\\*:\\*:instance/\\*",
    ]
}

fn condition() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just(""),
        1 => Just(", Condition: {Bool: {'aws:MultiFactorAuthPresent': 'true'}}"),
        1 => Just(", Condition: {StringEquals: {'iam:PassedToService': lambda.amazonaws.com}}"),
        1 => Just(", Condition: {StringEquals: {'aws:RequestedRegion': eu-west-1}}"),
    ]
}

fn statement(effect: &'static str) -> impl Strategy<Value = String> {
    (prop::collection::vec(action(), 1..5), resource(), condition()).prop_map(
        move |(actions, resource, condition)| {
            let actions = actions.join("', '");
            format!(
                "{{Effect: {effect}, Action: ['{actions}'], Resource: '{resource}'{condition}}}"
            )
        },
    )
}

fn statements() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(statement("Allow"), 1..5)
}

/// Surer is smaller; nothing at all is largest.
fn rank(certainty: Option<Certainty>) -> u8 {
    certainty.map_or(3, |certainty| certainty as u8)
}

proptest! {
    #[test]
    fn a_deny_never_opens_a_path(allows in statements(), deny in statement("Deny")) {
        let before = certainty(&allows);
        let after = certainty(&allows.into_iter().chain([deny]).collect::<Vec<_>>());
        prop_assert!(rank(after) >= rank(before), "{before:?} {after:?}");
    }

    #[test]
    fn a_narrower_resource_never_opens_a_path(allows in statements(), at in 0_usize..5) {
        let before = certainty(&allows);
        let mut narrow = allows.clone();
        let at = at % narrow.len();
        narrow[at] = narrow[at].replace("Resource: '*'", "Resource: 'arn:aws:iam::*:role/b'");
        prop_assert!(rank(certainty(&narrow)) >= rank(before));
        let mut fewer = allows;
        fewer.remove(at);
        prop_assert!(rank(certainty(&fewer)) >= rank(before));
    }

    #[test]
    fn no_document_is_too_odd(text in "[\\[\\]{}\"':,a-zA-Z*]{0,64}") {
        if let Ok(parsed) = parse_yaml(FileId::default(), &text, &Limits::default()) {
            for document in &parsed.documents {
                let _ = graph(&read_account(document).0).paths();
            }
        }
    }
}

/// A request for what a need is about.
fn asked(on: On, action: &str) -> String {
    let iam = |begin: &str| format!("arn:aws:iam::111122223333:{begin}/any");
    match on {
        On::Own if action.contains("User") => iam("user"),
        On::Own | On::Role | On::New(Thing::Role) => iam("role"),
        On::OwnPolicy | On::RolePolicy => iam("policy"),
        On::OwnGroup | On::Group => iam("group"),
        On::User | On::New(Thing::User) => iam("user"),
        On::Running(thing) | On::New(thing) => {
            let arn = thing.arn("any").replace("${AWS::Region}", "eu-west-1");
            arn.replace("${AWS::AccountId}", "111122223333")
        }
        On::Everything => "*".to_owned(),
    }
}

proptest! {
    #[test]
    fn what_a_certain_path_asks_for_is_allowed_by_evaluation(
        allows in statements(), deny in prop::option::of(statement("Deny")),
    ) {
        let policy = read(&allows.into_iter().chain(deny).collect::<Vec<_>>());
        let holder = iam_policy::escalation::Holder {
            policies: vec![&policy],
            ..iam_policy::escalation::Holder::default()
        };
        let principal = iam_policy::escalation::Principal::Any;
        for way in iam_policy::escalation::open_ways(&holder, principal) {
            // Of things that are made the name is free, and it may not be `any`.
            let is_free = way.path.needs.iter().any(|need| matches!(need.on, On::New(_)));
            if way.certainty != Certainty::Certain || is_free {
                continue;
            }
            // A role is assumed by its trust policy, which is not here.
            for need in way.path.needs.iter().filter(|need| need.action != "sts:AssumeRole") {
                let who = PrincipalId::new("arn:aws:iam::111122223333:role/any");
                let resource = asked(need.on, need.action);
                let mut request = Request::new(who, need.action, resource.as_str());
                let service = way.path.trusts.first().copied().unwrap_or_default();
                request.context = [
                    ("iam:PassedToService", vec![service]),
                    ("aws:RequestedRegion", vec!["eu-west-1"]),
                ]
                .into_iter()
                .filter(|(_, values)| values != &[""])
                .collect();
                // Whoever asks keeps out of a region in which something is denied: either is fine.
                let set = PolicySet { identity: vec![&policy], ..PolicySet::default() };
                let mut verdict = decide(&set, &request).verdict;
                if verdict == Verdict::ExplicitDeny {
                    request.context = [
                        ("iam:PassedToService", vec![service]),
                        ("aws:RequestedRegion", vec!["us-east-1"]),
                    ]
                    .into_iter()
                    .filter(|(_, values)| values != &[""])
                    .collect();
                    verdict = decide(&set, &request).verdict;
                }
                prop_assert_eq!(verdict, Verdict::Allow, "{} {}", way.path.id, need.action);
            }
        }
    }
}
