//! Any YAML of the words of a service: nothing panics, and what is told has its place in the file.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serverless_framework::{Options, could_be_service, form_of, lower, parse_code};
use source_text::{FileId, Limits, parse_yaml};

const KEYS: [&str; 44] = [
    "service",
    "provider",
    "name",
    "functions",
    "events",
    "http",
    "httpApi",
    "sqs",
    "sns",
    "s3",
    "stream",
    "schedule",
    "eventBridge",
    "iot",
    "alb",
    "cloudFront",
    "cognitoUserPool",
    "websocket",
    "kafka",
    "authorizer",
    "cors",
    "url",
    "resources",
    "Resources",
    "extensions",
    "iam",
    "role",
    "statements",
    "iamRoleStatements",
    "environment",
    "custom",
    "params",
    "default",
    "dev",
    "arn",
    "path",
    "method",
    "handler",
    "runtime",
    "plugins",
    "image",
    "package",
    "layers",
    "request",
];

const VALUES: [&str; 20] = [
    "aws",
    "${self:custom}",
    "${self:custom.a, 'x'}",
    "${self:provider.${opt:stage, 'dev'}}",
    "*",
    "${env:A}",
    "GET /a/{b}",
    "arn:aws:sqs:x:1:q",
    "true",
    "~",
    "1",
    "${file(a.yml):x}",
    "${",
    "${self:",
    "a${ssm:/x}b${cf:y.z}",
    "[]",
    "{}",
    "!Ref A",
    "!GetAtt A.Arn",
    "${self:}",
];

/// A tree of those words.
fn tree() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(&VALUES[..]).prop_map(|value| {
        if value.starts_with(['[', '{', '!', '~', '1']) || value == "true" {
            value.to_owned()
        } else {
            format!("\"{value}\"")
        }
    });
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::btree_map(prop::sample::select(&KEYS[..]), inner, 0..6).prop_map(
                |map| {
                    let pairs: Vec<String> =
                        map.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
                    format!("{{{}}}", pairs.join(", "))
                }
            ),
        ]
    })
}

fn run(text: &str) {
    let Ok(parsed) = parse_yaml(FileId(0), text, &Limits::default()) else { return };
    let lines = u32::try_from(text.lines().count()).unwrap() + 1;
    for document in parsed.documents {
        let _ = form_of(&document);
        let lowered = lower(FileId(0), document, &Options::default(), None);
        assert!(lowered.template.get("Resources").is_some());
        for diagnostic in lowered.diagnostics {
            assert!(diagnostic.place.line <= lines);
            assert!(!diagnostic.message.contains('\n'));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_tree_of_the_words_of_a_service(functions in tree(), provider in tree(), rest in tree()) {
        run(&format!("service: a\nprovider: {provider}\nfunctions: {functions}\nresources: {rest}\n"));
        run(&format!(
            "service: a\nprovider:\n  name: aws\n  iam: {provider}\ncustom: {rest}\nfunctions:\n  a:\n    \
             handler: a.b\n    events: {functions}\n    environment: {rest}\n"
        ));
    }

    #[test]
    fn any_text(text in "(?s).{0,200}") {
        let _ = could_be_service("serverless.yml", &text);
        let _ = could_be_service("a.yml", &text);
        let _ = parse_code(FileId(0), &text);
        let _ = parse_code(FileId(0), &["export default {", &text].concat());
        run(&text);
    }
}

#[test]
fn values_that_multiply_are_bounded() {
    let mut text = String::from("service: a\nprovider: aws\ncustom:\n  a0: xxxxxxxxxx\n");
    for index in 1..24 {
        let before = index - 1;
        text.push_str(&["  a", &index.to_string(), ": "].concat());
        for _ in 0..8 {
            text.push_str(&["${self:custom.a", &before.to_string(), "}"].concat());
        }
        text.push('\n');
    }
    run(&text);
}
