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
