//! Laws of the policies that are made: they allow every need, and nothing else without a quota.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use iam_evaluation::{PolicySet, PrincipalId, Request, Verdict, decide};
use iam_policy::{Policy, literal_terms};
use least_privilege::{Document, Need, fit};
use proptest::prelude::*;
use source_text::{FileId, Limits, parse_yaml, to_json};

/// The document as IAM reads it.
fn policy(document: &Document) -> Policy {
    let text = to_json(&document.to_json());
    let parsed = parse_yaml(FileId::default(), &text, &Limits::default()).unwrap();
    let (policy, remarks) = Policy::read(parsed.documents.first().unwrap(), &literal_terms);
    assert!(remarks.is_empty(), "{remarks:?}");
    policy
}

fn is_allowed(policy: &Policy, action: &str, resource: &str) -> bool {
    let principal = PrincipalId::new("arn:aws:iam::111122223333:role/app");
    let request = Request::new(principal, action, resource);
    let set = PolicySet { identity: vec![policy], ..PolicySet::default() };
    decide(&set, &request).verdict == Verdict::Allow
}

fn needs() -> impl Strategy<Value = Vec<(String, String)>> {
    let action = prop_oneof![
        Just("s3:GetObject"),
        Just("s3:PutObject"),
        Just("s3:DeleteObject"),
        Just("s3:ListBucket"),
    ];
    let key = prop_oneof![Just(""), Just("/a"), Just("/a/b"), Just("/a/c"), Just("/b")];
    let pair = (action, "[ab]{1,2}", key).prop_map(|(action, bucket, key)| {
        (action.to_owned(), format!("arn:aws:s3:::{bucket}{key}"))
    });
    prop::collection::vec(pair, 1..24)
}

fn of(pairs: &[(String, String)]) -> Vec<Need> {
    let need = |(action, resource): &(String, String)| Need {
        action: action.as_str().into(),
        resource: resource.as_str().into(),
        is_exact: true,
        ..Need::default()
    };
    pairs.iter().map(need).collect()
}

proptest! {
    #[test]
    fn every_need_is_allowed_whatever_the_quota(pairs in needs(), quota in 200_usize..2_000) {
        let fitted = fit(&of(&pairs), quota);
        let policy = policy(&fitted.document);
        for (action, resource) in &pairs {
            prop_assert!(is_allowed(&policy, action, resource), "{action} {resource}");
        }
        prop_assert!(fitted.widened.is_empty() || Document::of(&of(&pairs)).size() > quota);
    }

    #[test]
    fn nothing_else_is_allowed_without_a_quota(pairs in needs(), asked in needs()) {
        let policy = policy(&Document::of(&of(&pairs)));
        for pair in &asked {
            prop_assert_eq!(is_allowed(&policy, &pair.0, &pair.1), pairs.contains(pair));
        }
    }

    #[test]
    fn the_order_of_needs_does_not_matter(mut pairs in needs()) {
        let first = fit(&of(&pairs), 400);
        pairs.reverse();
        prop_assert_eq!(first.document, fit(&of(&pairs), 400).document);
    }
}
