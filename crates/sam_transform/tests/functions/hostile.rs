//! Templates made to hurt: each ends in a diagnostic or in nothing, and soon.

use std::fmt::Write as _;

use sam_transform::expand;
use source_text::{Level, Node, Place};

use crate::{check, expanded, read, refuse, with_function};

#[test]
fn a_parameter_that_holds_itself_is_not_followed() {
    let template = with_function("AutoPublishAlias: !Ref Loop\nTracing: !Ref Loop")
        + "Parameters:\n  Loop:\n    Type: String\n    Default: {a: !Ref Loop}\n";
    refuse(&template, 8, "`AutoPublishAlias`");
}

#[test]
fn a_mapping_that_holds_itself_is_not_followed() {
    let template = "Resources:\n  Nested:\n    Type: AWS::Serverless::Application\n    Properties:\n      \
                    Location: {ApplicationId: !FindInMap [A, b, c], SemanticVersion: '1'}\n\
                    Mappings: {A: {b: {c: {x: !FindInMap [A, b, c]}}}}\n";
    refuse(template, 5, "`ApplicationId`");
}

#[test]
fn globals_that_would_fill_the_memory_are_left_out() {
    let mut template = String::from("Globals:\n  Function:\n    Environment:\n      Variables:\n");
    for index in 0..2_000 {
        let _ = writeln!(template, "        V{index}: x");
    }
    template.push_str("Resources:\n");
    for index in 0..2_000 {
        let _ = writeln!(
            template,
            "  F{index}: {{Type: AWS::Serverless::Function, Properties: {{InlineCode: x}}}}"
        );
    }
    let expanded = expanded(&template);
    assert!(expanded.diagnostics.iter().any(|one| one.message.contains("too large")));
}

#[test]
fn more_events_than_cloudformation_takes_resources_are_refused() {
    let mut events = String::from("Events:\n");
    for index in 0..2_500 {
        let _ = writeln!(
            events,
            "  E{index}: {{Type: S3, Properties: {{Bucket: !Ref B, Events: e{index}}}}}"
        );
    }
    let template = with_function(&events) + "  B: {Type: AWS::S3::Bucket}\n";
    let expanded = expanded(&template);
    assert!(expanded.diagnostics.iter().any(|one| one.message.contains("more than 2000 events")));
}

#[test]
fn text_full_of_openings_costs_its_length() {
    let text = "${".repeat(500_000);
    let template = with_function(&format!("Tracing: !Sub '{text}'"))
        + "Parameters: {A: {Type: String, Default: b}}\n";
    check(&template, &[("CreateOrder/Type", "AWS::Lambda::Function")]);
}

#[test]
fn what_is_no_template_is_told() {
    for yaml in
        ["[]", "text", "{}", "Resources: []", "Resources: {A: text}", "Resources: {A: {Type: []}}"]
    {
        let node = read(yaml);
        let found = expand(&node, &sam_transform::Options::default(), None);
        let told = found.diagnostics.iter().any(|one| one.level >= Level::Warning);
        assert!(told || yaml.contains("Type"), "{yaml}");
    }
    assert!(!sam_transform::is_sam(&Node::null(Place::default())));
    assert!(sam_transform::is_sam(&read("Transform: [AWS::Serverless-2016-10-31]")));
    assert!(!sam_transform::is_sam(&read("Resources: {A: {Type: AWS::SNS::Topic}}")));
}
