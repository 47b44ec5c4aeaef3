//! Templates that nobody should write.

use proptest::prelude::*;

use crate::{load, load_sam};

#[test]
fn odd_shapes_lose_themselves_and_nothing_else() {
    let app = load(
        "Resources:\n  Odd: {Type: [1, 2]}\n  Empty:\n  Text: hello\n  Loop: {Type: \
         AWS::Lambda::Function, Properties: {Role: !Ref Loop, Layers: !Ref Loop, Environment: 5}}\n  \
         Fine: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.13}}\n",
    );
    assert!(app.function("Fine").is_some());
    assert!(app.function("Loop").is_some());
    assert!(load("").functions.is_empty());
    assert!(load("Resources:\n").functions.is_empty());
    assert!(load("[1, 2").functions.is_empty());
}

/// A real-looking application that the mangling starts from.
const WHOLE: &str = include_str!("../../../../examples/orders/template.yaml");

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_template_with_lines_lost_or_replaced_never_panics(
        edits in prop::collection::vec((0usize..200, prop::option::of("[ a-zA-Z0-9:!{}\\[\\]*&'\"-]{0,24}")), 1..6)
    ) {
        let mut lines: Vec<String> = WHOLE.lines().map(str::to_owned).collect();
        for (at, text) in edits {
            let at = at % lines.len();
            match text {
                Some(text) => lines[at] = text,
                None => { lines.remove(at); }
            }
        }
        let _ = load(&lines.join("\n"));
    }

    #[test]
    fn an_event_with_a_property_of_any_shape_never_panics(
        kind in prop::sample::select(vec!["Api", "HttpApi", "S3", "SQS", "SNS", "Schedule", "Cognito"]),
        key in prop::sample::select(vec!["Path", "Queue", "Bucket", "Topic", "Auth", "ApiId", "RestApiId"]),
        value in prop::sample::select(vec!["[]", "{}", "null", "5", "!Ref F", "!If [A, b, c]", "!GetAtt F", "''", "*x"])
    ) {
        let _ = load_sam(&format!(
            "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n      \
             Handler: a.b\n      CodeUri: .\n      Events:\n        E: {{Type: {kind}, Properties: {{{key}: \
             {value}}}}}\n"
        ));
    }
}
