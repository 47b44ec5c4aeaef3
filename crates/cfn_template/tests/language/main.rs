//! The template language, by example: one template with everything, and tables of values.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conditions;
mod functions;
mod includes;
mod loops;
mod lowering;
mod properties;
mod readers;
mod sections;

use cfn_template::{Evaluator, Settings, Template, lower};
use source_text::{FileId, Limits, Node, parse_yaml};

/// Parameters, mappings and conditions that the values of the tables refer to.
const HEAD: &str = r"
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod]}
  Name: {Type: String, Default: orders}
  Free: {Type: String}
  Size: {Type: Number, Default: 128}
  Subnets: {Type: CommaDelimitedList, Default: 'a, b'}
  Ami: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /ami}
  Long: {Type: String, MinLength: 1}
  Toggle: {Type: String, Default: 'true', AllowedValues: ['true', 'false']}
Mappings:
  Sizes:
    dev: {Memory: 128, Zones: [x, y], Public: 'true'}
    prod: {Memory: 512, Zones: [z], Public: 'false'}
Conditions:
  Always: !Equals [a, a]
  Never: !Equals [a, b]
  IsProd: !Equals [!Ref Stage, prod]
  NotProd: !Not [!Condition IsProd]
  IsDev: !Equals [dev, !Ref Stage]
  IsTest: !Equals [!Ref Stage, test]
  IsFree: !Equals [!Ref Free, '']
  IsX: !Equals [!Ref Free, x]
  IsLongEmpty: !Equals [!Ref Long, '']
  IsOrders: !Equals [!Ref Name, orders]
  EuWest: !Equals [!Ref 'AWS::Region', eu-west-1]
  UsEast: !Equals [!Ref 'AWS::Region', us-east-1]
  BigOrEu: !Or [!Condition IsProd, !Condition EuWest]
  ByMap: !Equals [!FindInMap [Sizes, !Ref Stage, Public], 'true']
  ByText: !Equals [!Sub '${Stage}-${Stage}', prod-prod]
  Opaque: !Equals [!Sub 'a-${Free}', !Ref Name]
  NotOpaque: !Not [!Equals [!Ref Name, !Sub 'a-${Free}']]
  Loop: !And [!Condition Loop2, !Condition Always]
  Loop2: !Not [!Condition Loop]
  Missing: !Not [!Condition Nowhere]
Resources:
  Orders: {Type: 'AWS::DynamoDB::Table'}
";

/// A document, with its tags lowered.
fn parse(text: &str) -> Node {
    let parsed = parse_yaml(FileId(0), text, &Limits::default()).unwrap();
    lower(parsed.documents.into_iter().next().unwrap()).0
}

fn head() -> Template {
    Template::read(&parse(HEAD)).0
}

/// Settings that set parameters and, by their `AWS::` names, pseudo parameters.
fn settings(pairs: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    for (name, value) in pairs {
        let value = (*value).into();
        match *name {
            "AWS::Region" => settings.region = Some(value),
            "AWS::AccountId" => settings.account = Some(value),
            "AWS::Partition" => settings.partition = Some(value),
            "AWS::StackName" => settings.stack_name = Some(value),
            name => {
                settings.parameters.insert(name.into(), value);
            }
        }
    }
    settings
}

/// Simplifying `input` beside [`HEAD`] gives `expect`, and simplifying that changes nothing.
#[track_caller]
fn check(input: &str, expect: &str) {
    check_with(&[], input, expect);
}

/// As [`check`], with settings.
#[track_caller]
fn check_with(pairs: &[(&str, &str)], input: &str, expect: &str) {
    let (template, settings) = (head(), settings(pairs));
    let evaluator = Evaluator::new(&template, &settings);
    let found = evaluator.simplify(&parse(input));
    let wanted = parse(expect);
    assert!(found.same(&wanted), "{input}\nfound  {found:?}\nwanted {wanted:?}");
    let again = evaluator.simplify(&found);
    assert_eq!(again, found, "simplified twice: {input}");
}

/// Every diagnostic of simplifying `input` beside [`HEAD`], without those of the head itself.
fn remarks(input: &str) -> Vec<String> {
    let (template, settings) = (head(), Settings::default());
    let evaluator = Evaluator::new(&template, &settings);
    let _ = evaluator.take_diagnostics();
    let _ = evaluator.simplify(&parse(input));
    evaluator.take_diagnostics().into_iter().map(|diagnostic| diagnostic.message).collect()
}
