//! `Fn::ForEach`.

use cfn_template::{Settings, expand_for_each};

use crate::{parse, settings};

#[track_caller]
fn check_loop(input: &str, expect: &str, remarks: &[&str]) {
    let (found, diagnostics) = expand_for_each(parse(input), &Settings::default());
    let wanted = parse(expect);
    assert!(found.same(&wanted), "{input}\nfound  {found:?}\nwanted {wanted:?}");
    let messages: Vec<&str> = diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(messages, remarks, "{input}");
}

#[test]
fn a_loop_over_literals_is_written_out() {
    check_loop(
        "Resources:
  'Fn::ForEach::Topics':
    - Name
    - [Success, Fail-ure]
    - 'Topic&{Name}':
        Type: AWS::SNS::Topic
        Properties: {TopicName: !Sub '${Name}-${AWS::Region}', Raw: !Ref Name, Arn: !GetAtt 'T${Name}.Arn'}
  Other: {Type: 'AWS::SQS::Queue'}
",
        "Resources:
  TopicSuccess:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Sub 'Success-${AWS::Region}', Raw: Success, Arn: !GetAtt TSuccess.Arn}
  TopicFailure:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Sub 'Fail-ure-${AWS::Region}', Raw: Fail-ure, Arn: !GetAtt TFail-ure.Arn}
  Other: {Type: 'AWS::SQS::Queue'}
",
        &[],
    );
}

#[test]
fn loops_nest_and_stand_in_properties_and_conditions() {
    check_loop(
        "Conditions:
  'Fn::ForEach::C': [X, [a, b], {'Is${X}': !Equals [!Ref P, !Ref X]}]
Resources:
  R:
    Type: T::T
    Properties:
      'Fn::ForEach::Outer':
        - X
        - [a, b]
        - 'Fn::ForEach::Inner': [Y, ['1', '2'], {'${X}${Y}': '${X}/${Y}/${Z}'}]
          '${X}': {}
",
        "Conditions: {Isa: !Equals [!Ref P, a], Isb: !Equals [!Ref P, b]}
Resources:
  R:
    Type: T::T
    Properties:
      {a1: 'a/1/${Z}', a2: 'a/2/${Z}', a: {}, b1: 'b/1/${Z}', b2: 'b/2/${Z}', b: {}}
",
        &[],
    );
}

#[test]
fn a_collection_may_be_a_parameter_or_a_mapping() {
    let input = "Parameters: {P: {Type: CommaDelimitedList, Default: 'a,b'}}
Mappings: {M: {x: {y: [c]}}}
Resources:
  'Fn::ForEach::A': [X, !Ref P, {'A${X}': {Type: T::T}}]
  'Fn::ForEach::B': [X, !FindInMap [M, x, y], {'B${X}': {Type: T::T}}]
";
    let head = "Parameters: {P: {Type: CommaDelimitedList, Default: 'a,b'}}
Mappings: {M: {x: {y: [c]}}}
";
    check_loop(
        input,
        &format!("{head}Resources: {{Aa: {{Type: T::T}}, Ab: {{Type: T::T}}, Bc: {{Type: T::T}}}}"),
        &["`Fn::ForEach::A` is written out as when `P` keeps its default"],
    );
    let (found, remarks) = expand_for_each(parse(input), &settings(&[("P", "z")]));
    assert!(found.at(&["Resources", "Az"]).is_some() && remarks.is_empty());
}

#[test]
fn loops_that_cannot_be_written_out_stay() {
    let bad = "Resources: {'Fn::ForEach::A': [X, [a]]}";
    check_loop(bad, bad, &["`Fn::ForEach::A` needs an identifier, a list and a mapping"]);
    let unknown = "Resources: {'Fn::ForEach::A': [X, !Ref Nowhere, {'A${X}': {}}]}";
    check_loop(
        unknown,
        unknown,
        &["the items of `Fn::ForEach::A` are not known before deployment: `${Nowhere}`"],
    );
    let items = vec!["a"; 1001].join(", ");
    let long = format!("Resources: {{'Fn::ForEach::A': [X, [{items}], {{'A${{X}}': {{}}}}]}}");
    let remark = "`Fn::ForEach::A` is not written out; more than 1000 turns, or 10000 in all";
    check_loop(&long, &long, &[remark]);
}

#[test]
fn nested_loops_are_bounded_together() {
    let items: Vec<String> = (0..200).map(|number| format!("i{number}")).collect();
    let items = items.join(", ");
    let text = format!(
        "R:\n  'Fn::ForEach::A':\n    - X\n    - [{items}]\n    - 'Fn::ForEach::B':\n        - Y\n        - [{items}]\n        - '${{X}}${{Y}}': 1\n"
    );
    let (found, remarks) = expand_for_each(parse(&text), &Settings::default());
    let written = found.get("R").and_then(source_text::Node::as_map).unwrap().len();
    assert!((9000..=10_001).contains(&written), "{written}");
    assert!(!remarks.is_empty());
}
