//! No document is too odd, and what is told does not hang on the order of things.

use iam_lint::{idle_actions, idle_resources, lint, never_holds, unknown_actions};
use iam_policy::{Policy, catalogue, grammar, literal_terms};
use proptest::prelude::*;
use source_text::FileId;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        Just("Allow".to_owned()),
        Just("Deny".to_owned()),
        Just("2012-10-17".to_owned()),
        "(s3|iam|sqs|kms|\\*):(\\*|Get\\*|PutObject|ListBucket|PassRole|SendMessage|Decrypt)",
        "arn:(aws|\\*):(s3|iam|sqs|kms)?:[a-z]{0,2}:[0-9*]{0,2}:[a-z/*?$]{0,6}",
        "[\\[\\]{}$:,a-z0-9*.-]{0,12}",
    ]
}

fn json() -> impl Strategy<Value = String> {
    let quoted = |text: String| format!("\"{}\"", text.replace(['"', '\\'], ""));
    let leaf = prop_oneof![
        6 => text().prop_map(quoted),
        1 => Just("null".to_owned()),
        1 => Just("true".to_owned()),
        1 => any::<i64>().prop_map(|number| number.to_string()),
    ];
    let keys = prop::sample::select(vec![
        "Version",
        "Statement",
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "AWS",
        "Condition",
        "StringEquals",
        "StringLike",
        "Null",
        "Bool",
        "IpAddress",
        "DateLessThan",
        "ForAllValues:StringLike",
        "aws:SourceIp",
        "s3:prefix",
        "Other",
    ]);
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((keys.clone(), inner), 0..8).prop_map(|pairs| {
                let pairs: Vec<_> =
                    pairs.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", pairs.join(","))
            }),
        ]
    })
}

fn grant(actions: &[String], resources: &[String]) -> Policy {
    let list = |texts: &[String]| {
        let quoted: Vec<_> = texts.iter().map(|text| format!("\"{text}\"")).collect();
        format!("[{}]", quoted.join(","))
    };
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": {}, "Resource": {}}}]}}"#,
        list(actions),
        list(resources)
    );
    let checked = grammar::check_text(FileId::default(), &text, None);
    checked.document.map_or_else(Policy::default, |node| Policy::read(&node, &literal_terms).0)
}

/// Actions of a few services that AWS has, and some that it has not.
fn actions() -> impl Strategy<Value = Vec<String>> {
    let known: Vec<String> = ["s3", "sqs", "iam", "dynamodb"]
        .into_iter()
        .flat_map(catalogue::actions_of)
        .map(|known| known.to_string())
        .collect();
    prop::collection::vec(prop_oneof![9 => prop::sample::select(known), 1 => text()], 1..4)
}

fn resources() -> impl Strategy<Value = Vec<String>> {
    let texts = [
        "arn:aws:s3:::photos",
        "arn:aws:s3:::photos/*",
        "arn:aws:sqs:eu-west-1:111122223333:orders",
        "arn:aws:iam::111122223333:role/orders",
        "arn:aws:dynamodb:*:*:table/Orders",
        "arn:aws:dynamodb:*:*:table/Orders/index/*",
        "*",
    ];
    prop::collection::vec(prop::sample::select(texts.to_vec()).prop_map(str::to_owned), 1..4)
}

proptest! {
    #[test]
    fn no_document_is_too_odd(text in json()) {
        let checked = grammar::check_text(FileId::default(), &text, None);
        let document = checked.document.clone();
        if let Some(document) = document {
            let (policy, _) = Policy::read(&document, &literal_terms);
            let _ = lint(&policy);
            // What cannot be read as a policy is no policy to IAM either.
            prop_assert!(!checked.is_accepted() || !policy.statements.is_empty());
        }
    }

    #[test]
    fn no_text_is_too_odd(text in "\\PC{0,200}") {
        let checked = grammar::check_text(FileId::default(), &text, None);
        prop_assert!(checked.document.is_some() || !checked.is_accepted());
    }

    #[test]
    fn what_is_idle_stays_so_without_the_rest(actions in actions(), resources in resources()) {
        let all = grant(&actions, &resources);
        let Some(statement) = all.statements.first() else { return Ok(()) };
        for idle in idle_actions(statement) {
            let alone = grant(&[idle.term.text.to_string()], &resources);
            let alone = alone.statements.first().map(|statement| idle_actions(statement).len());
            prop_assert_eq!(alone, Some(1));
        }
        // A further resource may only give an action its use.
        let mut more = resources.clone();
        more.push("arn:aws:s3:::more/*".to_owned());
        let wider = grant(&actions, &more);
        let wider = wider.statements.first().map_or(0, |statement| idle_actions(statement).len());
        prop_assert!(wider <= idle_actions(statement).len());
        prop_assert!(idle_resources(statement).len() < resources.len().max(1));
        prop_assert!(never_holds(statement).is_empty());
    }

    #[test]
    fn every_action_of_the_catalogue_is_known(actions in actions()) {
        let policy = grant(&actions, &["*".to_owned()]);
        let Some(statement) = policy.statements.first() else { return Ok(()) };
        for unknown in unknown_actions(statement) {
            prop_assert!(!catalogue::exists(&unknown.term.text));
        }
    }
}
