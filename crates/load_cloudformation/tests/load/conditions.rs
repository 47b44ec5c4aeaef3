//! What hangs on conditions and parameters.

use app_model::{Auth, When};

use crate::load;

fn url(condition: &str, auth: &str) -> Auth {
    let app = load(&format!(
        "Parameters:\n  Stage: {{Type: String, Default: dev}}\n  Fixed: {{Type: String, \
         AllowedValues: [a, b]}}\nConditions:\n  IsProd: {condition}\nResources:\n  F: {{Type: \
         AWS::Lambda::Function, Properties: {{Runtime: python3.13}}}}\n  U:\n    Type: \
         AWS::Lambda::Url\n    Properties: {{TargetFunctionArn: !Ref F, AuthType: {auth}}}\n"
    ));
    app.triggers_of("F").next().unwrap().auth.clone()
}

#[test]
fn an_undecided_condition_leaves_both_and_says_when() {
    let auth = url("!Equals [!Ref Stage, prod]", "!If [IsProd, AWS_IAM, NONE]");
    let expected = Auth::NoneWhen(When::condition("IsProd", false), Box::new(Auth::Iam));
    assert_eq!(auth, expected);
}

#[test]
fn a_condition_that_the_allowed_values_decide_is_decided() {
    assert_eq!(url("!Equals [!Ref Fixed, c]", "!If [IsProd, AWS_IAM, NONE]"), Auth::None);
    assert_eq!(url("!Equals [x, x]", "!If [IsProd, AWS_IAM, NONE]"), Auth::Iam);
}

#[test]
fn a_resource_whose_condition_never_holds_does_not_exist() {
    let app = load(
        "Conditions:\n  Never: !Equals [a, b]\n  Maybe: !Equals [!Ref P, b]\nParameters:\n  P: {Type: \
         String}\nResources:\n  A: {Type: AWS::Lambda::Function, Condition: Never}\n  B: {Type: \
         AWS::Lambda::Function, Condition: Maybe}\n",
    );
    assert!(app.function("A").is_none());
    assert_eq!(app.function("B").unwrap().when, When::condition("Maybe", true));
}

#[test]
fn a_property_that_may_be_no_value_says_when_it_is_missing() {
    let app = load(
        "Parameters:\n  P: {Type: String}\nConditions:\n  Big: !Equals [!Ref P, b]\nResources:\n  F:\n    \
         Type: AWS::Lambda::Function\n    Properties: {ReservedConcurrentExecutions: !If [Big, 5, \
         !Ref AWS::NoValue]}\n",
    );
    let setting = app.function("F").unwrap().reserved_concurrency.as_ref().unwrap();
    assert_eq!(setting.absent, Some(When::condition("Big", false)));
    assert_eq!(setting.value.first().unwrap().1, &5);
}

#[test]
fn a_default_is_only_one_possible_value() {
    let app = load(
        "Parameters:\n  P: {Type: String, Default: python3.8}\nResources:\n  F: {Type: \
         AWS::Lambda::Function, Properties: {Runtime: !Ref P}}\n",
    );
    let runtime = &app.function("F").unwrap().runtime.as_ref().unwrap().value;
    assert_eq!(runtime.known(), None);
    assert!(runtime.may_be("python3.8"));
    assert!(runtime.first().unwrap().0.is_default_only());
}

/// Two conditions that exclude each other by what they are made of, not by name.
const EXCLUSIVE: &str = "Parameters:\n  Stage: {Type: String}\nConditions:\n  IsProd: !Equals [!Ref Stage, prod]\n  \
     NotProd: !Not [!Condition IsProd]\nResources:\n";

#[test]
fn what_never_exists_together_is_not_combined() {
    let policy = |name: &str, condition: &str| {
        format!(
            "  {name}:\n    Type: AWS::IAM::Policy\n    Condition: {condition}\n    Properties:\n      \
             PolicyName: p\n      Roles: [!Ref Role]\n      PolicyDocument: {{Statement: [{{Effect: \
             Allow, Action: 's3:*', Resource: '*'}}]}}\n"
        )
    };
    let app = load(&format!(
        "{EXCLUSIVE}  Role:\n    Type: AWS::IAM::Role\n    Condition: IsProd\n    Properties:\n      \
         AssumeRolePolicyDocument: {{Statement: []}}\n      Policies:\n        - !If [NotProd, \
         {{PolicyName: inline, PolicyDocument: {{Statement: []}}}}, !Ref AWS::NoValue]\n      \
         ManagedPolicyArns:\n        - !If [NotProd, 'arn:aws:iam::aws:policy/A', \
         'arn:aws:iam::aws:policy/B']\n{}{}",
        policy("Same", "IsProd"),
        policy("Other", "NotProd"),
    ));
    assert_eq!(app.identities.len(), 1);
    let role = app.identities.first().unwrap();
    let names: Vec<&str> = role.policies.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names, ["Same"]);
    let arns: Vec<&str> = role.managed.iter().map(|managed| managed.arn.display()).collect();
    assert_eq!(arns, ["arn:aws:iam::aws:policy/B"]);
}

#[test]
fn a_property_is_what_it_is_where_its_resource_exists() {
    let app = load(&format!(
        "{EXCLUSIVE}  F:\n    Type: AWS::Lambda::Function\n    Condition: IsProd\n    Properties:\n      \
         Runtime: !If [NotProd, python3.8, python3.13]\n"
    ));
    let runtime = &app.function("F").unwrap().runtime.as_ref().unwrap();
    assert_eq!(runtime.value.known().map(app_model::SmolStr::as_str), Some("python3.13"));
    assert_eq!(runtime.absent, None);
}

#[test]
fn nested_choices_that_exclude_each_other_are_left_out() {
    let app = load(&format!(
        "{EXCLUSIVE}  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: !If [IsProd, \
         !If [NotProd, python3.8, python3.13], python3.12]\n      LoggingConfig: !If [IsProd, \
         {{LogFormat: !If [NotProd, Text, JSON]}}, !Ref AWS::NoValue]\n"
    ));
    let function = app.function("F").unwrap();
    let texts = |value: &app_model::Text| {
        value.possible().map(|(_, text)| text.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(texts(&function.runtime.as_ref().unwrap().value), ["python3.13", "python3.12"]);
    assert_eq!(texts(&function.log_format.as_ref().unwrap().value), ["JSON"]);
}
