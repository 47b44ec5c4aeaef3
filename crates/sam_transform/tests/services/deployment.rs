//! Gradual deployment of functions.

use super::{check, expanded, ids, refuse};

fn function(id: &str, more: &str) -> String {
    format!(
        "  {id}:
    Type: AWS::Serverless::Function
    Condition: {id}Wanted
    Properties:
      Runtime: python3.13
      Handler: app.handler
      InlineCode: pass
      AutoPublishAlias: live
      DeploymentPreference:
        Type: AllAtOnce
        PassthroughCondition: true
{more}"
    )
}

#[test]
fn hooks_and_alarms_go_to_alias_and_group() {
    let more = "        Hooks: {PreTraffic: !Ref Before}\n        Alarms: [!Ref Errors]\n";
    let template = format!("Resources:\n{}", function("Save", more));
    check(
        &template,
        "
SaveDeploymentGroup:
  Type: AWS::CodeDeploy::DeploymentGroup
  Condition: SaveWanted
  Properties:
    AlarmConfiguration: {Enabled: true, Alarms: [{Name: !Ref Errors}]}
    ApplicationName: !Ref ServerlessDeploymentApplication
    AutoRollbackConfiguration:
      Enabled: true
      Events: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM, DEPLOYMENT_STOP_ON_REQUEST]
    DeploymentConfigName: !Sub ['CodeDeployDefault.Lambda${ConfigName}', {ConfigName: AllAtOnce}]
    DeploymentStyle: {DeploymentType: BLUE_GREEN, DeploymentOption: WITH_TRAFFIC_CONTROL}
    ServiceRoleArn: !GetAtt CodeDeployServiceRole.Arn
ServerlessDeploymentApplication:
  Type: AWS::CodeDeploy::Application
  Condition: SaveWanted
  Properties: {ComputePlatform: Lambda}
",
    );
    let expanded = expanded(&template);
    let policy = ["Resources", "SaveAliaslive", "UpdatePolicy", "CodeDeployLambdaAliasUpdate"];
    let update = expanded.template.at(&policy);
    let hook = update.and_then(|update| update.at(&["BeforeAllowTrafficHook", "Ref"])?.as_str());
    assert_eq!(hook, Some("Before"));
}

#[test]
fn more_than_ten_conditions_are_combined_in_steps() {
    let functions: String = (1..=12).map(|index| function(&format!("F{index}"), "")).collect();
    let expanded = expanded(&format!("Resources:\n{functions}"));
    assert_eq!(expanded.diagnostics, []);
    let joined = |name: &str| {
        let list = expanded.template.at(&["Conditions", name, "Fn::Or"]);
        list.and_then(|list| list.as_list()).map(<[_]>::len)
    };
    assert_eq!(joined("ServerlessCodeDeployCondition1"), Some(10));
    assert_eq!(joined("ServerlessCodeDeployCondition"), Some(3));
}

#[test]
fn no_role_is_made_when_every_function_brings_its_own() {
    let more = "        Role: arn:aws:iam::111122223333:role/deploy\n";
    let expanded = expanded(&format!("Resources:\n{}", function("Save", more)));
    assert_eq!(expanded.diagnostics, []);
    assert!(!ids(&expanded).contains(&"CodeDeployServiceRole"));
}

#[test]
fn a_preference_needs_an_alias_and_a_list_of_alarms() {
    let template = format!("Resources:\n{}", function("Save", ""));
    let without = template.replace("      AutoPublishAlias: live\n", "");
    refuse(&without, 10, "`AutoPublishAlias`");
    refuse(&(template + "        Alarms: Errors\n"), 13, "has to be a list");
}
