//! Needs of calls, by what the template says of the values in them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;

use least_privilege::{Code, CodeOf, Deployment, Names, Need, needs};
use load_cloudformation::load_text;
use source_text::{Place, Sources};
use taint::{Form, Provenance, Sdk, ServiceCall};

/// Grants of the function `F` for one call with one argument, the head of ARNs left out.
fn grants(template: &str, service: &str, operation: &str, name: &str, value: Provenance) -> String {
    let needs = needs_of(template, call(service, operation, name, value));
    let tail = |arn: &str| match arn.split_once("${AWS::AccountId}:") {
        Some((_, tail)) => tail.to_owned(),
        None => arn.to_owned(),
    };
    needs.iter().map(|need| tail(&need.resource)).collect::<Vec<_>>().join(" ")
}

fn call(service: &str, operation: &str, name: &str, value: Provenance) -> ServiceCall {
    ServiceCall {
        sdk: Sdk::Boto3Client,
        service: service.into(),
        resource: "".into(),
        operation: operation.into(),
        form: Form::Direct,
        receiver: Vec::new(),
        arguments: vec![(name.into(), value)],
        has_unknown_arguments: false,
        region: None,
        has_own_credentials: false,
        place: Place::default(),
        entry: Some(0),
        within: "handler".into(),
        is_certain: true,
    }
}

fn needs_of(template: &str, call: ServiceCall) -> Vec<Need> {
    let app = load_text(&Sources::default(), "template.yaml", template);
    let names = Names::new(&app, &Deployment::default());
    let of_function = CodeOf { calls: Cow::Owned(vec![call]), ..CodeOf::default() };
    let code: Code<'_> = [("F".into(), of_function)].into_iter().collect();
    let all = needs(&names, &code, None);
    let function = all.iter().find(|it| it.function == "F").unwrap();
    let told = function.needs.iter().filter(|need| !need.action.starts_with("logs:"));
    told.cloned().collect()
}

fn with_variable(value: &str, more: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31
{more}Resources:
  Orders:
    Type: AWS::DynamoDB::Table
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: python3.13
      CodeUri: src
      AutoPublishAlias: live
      Environment:
        Variables:
          T: {value}
"
    )
}

#[test]
fn a_default_counts_only_where_the_variable_may_be_empty() {
    let table = |name: &str, value: &str, more: &str| {
        let default = Box::new(Provenance::Literal("spare".into()));
        let value_of = Provenance::Defaulted(name.into(), default);
        let template = with_variable(value, more);
        grants(&template, "dynamodb", "put_item", "TableName", value_of)
    };
    assert_eq!(table("T", "!Ref Orders", ""), "table/${Orders}");
    assert_eq!(table("T", "\"\"", ""), "table/* table/spare");
    assert_eq!(table("U", "!Ref Orders", ""), "table/* table/spare");
    let parameter = "Parameters:\n  Name:\n    Type: String\n    Default: \"\"\n";
    assert_eq!(table("T", "!Ref Name", parameter), "table/${Name} table/spare");
    let parameter = "Parameters:\n  Name:\n    Type: String\n    Default: orders\n";
    assert_eq!(table("T", "!Ref Name", parameter), "table/${Name}");
}

#[test]
fn a_reference_that_gives_an_arn_is_the_whole_arn() {
    let template = with_variable("!Ref F.Alias", "");
    let variable = Provenance::Environment("T".into());
    let found = grants(&template, "lambda", "invoke", "FunctionName", variable);
    assert_eq!(found, "${FAliaslive}");
}

#[test]
fn a_secret_without_a_name_is_known_by_its_arn() {
    let secret = "  S:\n    Type: AWS::SecretsManager::Secret\n";
    let template = with_variable("!Ref S", "") + secret;
    let variable = Provenance::Environment("T".into());
    let found = grants(&template, "secretsmanager", "get_secret_value", "SecretId", variable);
    assert_eq!(found, "${S}");
}

#[test]
fn a_role_is_passed_to_the_service_that_takes_it() {
    let template = with_variable("!Ref Orders", "");
    let role = Provenance::Literal("arn:aws:iam::111122223333:role/task".into());
    let needs = needs_of(&template, call("ecs", "run_task", "overrides.taskRoleArn", role));
    let passed = needs.iter().find(|need| need.action == "iam:PassRole").unwrap();
    assert_eq!(passed.resource, "arn:aws:iam::111122223333:role/task");
    let told: Vec<String> =
        passed.restrictions.iter().map(|it| format!("{} {}", it.key, it.value)).collect();
    assert_eq!(told, ["iam:PassedToService ecs-tasks.amazonaws.com"]);
}
