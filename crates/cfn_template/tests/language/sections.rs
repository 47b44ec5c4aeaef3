//! Sections of a template in good and in bad shape.

use cfn_template::{Template, looks_like_template};

use crate::parse;

/// Reads `input`; gives the logical ids that were read and the remarks with their lines.
#[track_caller]
fn check_read(input: &str, ids: &[&str], remarks: &[&str]) -> Template {
    let (template, diagnostics) = Template::read(&parse(input));
    let found: Vec<&str> = template.resources.keys().map(source_text::SmolStr::as_str).collect();
    assert_eq!(found, ids, "{input}");
    let found: Vec<String> =
        diagnostics.iter().map(|it| format!("{}: {}", it.place.line, it.message)).collect();
    assert_eq!(found, remarks, "{input}");
    template
}

#[test]
fn every_section_is_read() {
    let template = check_read(
        "AWSTemplateFormatVersion: '2010-09-09'
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Description: shop
Globals: {Function: {Timeout: 3}}
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod], NoEcho: 'true', MinLength: 2}
Mappings: {M: {a: {b: c}}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Metadata: {x: y}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Condition: IsProd
    DependsOn: [A, B]
    DeletionPolicy: Retain
    Connectors: {C: {}}
    Properties: {TableName: orders}
  Bare: {Type: 'AWS::SQS::Queue', DependsOn: Orders}
Outputs: {Out: {Value: 1}}
",
        &["Orders", "Bare"],
        &[],
    );
    assert_eq!(template.transforms, ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"]);
    assert_eq!(template.description.as_deref(), Some("shop"));
    let stage = &template.parameters["Stage"];
    assert!(stage.no_echo && stage.allowed_values.len() == 2 && stage.min_length == Some(2));
    assert!(template.mappings.contains("M") && template.outputs.contains("Out"));
    assert!(template.globals.is_some() && template.metadata.is_some());
    assert!(template.conditions.contains_key("IsProd"));
    let orders = &template.resources["Orders"];
    assert_eq!((orders.key_place.line, orders.key_place.column), (11, 3));
    assert_eq!((orders.type_place.line, orders.type_place.column), (12, 11));
    assert_eq!(orders.condition.as_deref(), Some("IsProd"));
    assert_eq!(orders.depends_on, ["A", "B"]);
    assert_eq!(orders.deletion_policy.as_deref(), Some("Retain"));
    assert!(orders.attributes.contains("Connectors") && orders.attributes.len() == 1);
    let bare = &template.resources["Bare"];
    assert!(bare.properties.as_map().is_some_and(source_text::Map::is_empty));
    assert_eq!(bare.depends_on, ["Orders"]);
}

#[test]
fn resources_of_the_wrong_shape_are_left_out_and_said() {
    check_read(
        "Resources:
  Good: {Type: 'AWS::SQS::Queue'}
  List: [a]
  Empty:
  NoType: {Properties: {}}
  TypeList:
    Type: [a]
  Props: {Type: 'AWS::SQS::Queue', Properties: [a]}
  NullProps: {Type: 'AWS::SQS::Queue', Properties: }
  Depends: {Type: 'AWS::SQS::Queue', DependsOn: [Good, {a: b}], Condition: [x]}
",
        &["Good", "Props", "NullProps", "Depends"],
        &[
            "3: resource `List` must be a mapping with `Type`, but is a list",
            "4: resource `Empty` must be a mapping with `Type`, but is nothing",
            "5: resource `NoType` has no `Type`; add one",
            "7: `Type` of resource `TypeList` must be text, but is a list",
            "8: `Properties` of resource `Props` must be a mapping, but is a list",
            "10: `Condition` of resource `Depends` must be text, but is a list",
            "10: `DependsOn` of resource `Depends` must name resources, but holds a mapping",
        ],
    );
}

#[test]
fn sections_of_the_wrong_shape_are_left_out_and_said() {
    check_read(
        "Transform: 3
Parameters: [a]
Mappings: x
Conditions: 1
Outputs: [b]
Globals: x
Resources: text
",
        &[],
        &[
            "1: `Transform` must be the name of a macro, but is a number",
            "2: `Parameters` must be a mapping, but is a list",
            "3: `Mappings` must be a mapping, but is text",
            "4: `Conditions` must be a mapping, but is a number",
            "7: `Resources` must be a mapping, but is text",
            "5: `Outputs` must be a mapping, but is a list",
            "6: `Globals` must be a mapping, but is text",
        ],
    );
}

#[test]
fn missing_and_empty_resources_are_said() {
    check_read("a: b", &[], &["1: the template has no `Resources`; nothing is deployed"]);
    check_read("Resources:", &[], &["1: `Resources` is empty; nothing is deployed"]);
    check_read("Resources: {}", &[], &[]);
    let remark = "1: a template is a mapping with `Resources`, but this is a list";
    check_read("[a]", &[], &[remark]);
}

#[test]
fn parameters_and_conditions_of_the_wrong_shape_are_left_out() {
    let template = check_read(
        "Parameters:
  A: text
  B: {Default: [x], AllowedValues: y, NoEcho: [z]}
Conditions:
  C: text
  D: true
Resources: {}
",
        &[],
        &[
            "2: parameter `A` must be a mapping with `Type`, but is text",
            "3: `AllowedValues` of parameter `B` must be a list",
            "5: condition `C` must be a condition function, but is text",
        ],
    );
    assert_eq!(template.parameters["B"].type_, "String");
    assert!(template.conditions.contains_key("D"));
}

#[test]
fn a_template_is_told_from_other_documents() {
    for yes in [
        "AWSTemplateFormatVersion: '2010-09-09'",
        "{AWSTemplateFormatVersion: 2010-09-09, Resources: }",
        "Transform: AWS::Serverless-2016-10-31",
        "Transform: [Mine, AWS::Serverless-2016-10-31]",
        "Resources: {A: {Type: 'AWS::SQS::Queue'}}",
        "Resources: {X: , A: {Type: 'Custom::Thing'}}",
    ] {
        assert!(looks_like_template(&parse(yes)), "{yes}");
    }
    for no in [
        "Resources: {A: {Type: pod}}",
        "Resources:",
        "Resources: [a]",
        "Transform: other",
        "kind: Pod",
        "[a]",
        "text",
        "resources: {A: {Type: 'AWS::SQS::Queue'}}",
    ] {
        assert!(!looks_like_template(&parse(no)), "{no}");
    }
}
