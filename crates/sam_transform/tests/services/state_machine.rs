//! State machines.

use super::{check, expanded, ids, refuse};

#[test]
fn a_definition_becomes_lines_and_substitutions() {
    check(
        "
Resources:
  Ship:
    Type: AWS::Serverless::StateMachine
    Properties:
      Role: arn:aws:iam::111122223333:role/ship
      Tags: {Team: orders}
      Definition:
        StartAt: Pack
        States:
          Pack: {Type: Task, Resource: !GetAtt PackBox.Arn, End: true}
",
        r#"
Ship:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    DefinitionString: !Join
      - "\n"
      - - '{'
        - '    "StartAt": "Pack",'
        - '    "States": {'
        - '        "Pack": {'
        - '            "End": true,'
        - '            "Resource": "${definition_substitution_1}",'
        - '            "Type": "Task"'
        - '        }'
        - '    }'
        - '}'
    DefinitionSubstitutions:
      definition_substitution_1: !GetAtt PackBox.Arn
    RoleArn: arn:aws:iam::111122223333:role/ship
    Tags:
      - {Key: 'stateMachine:createdBy', Value: SAM}
      - {Key: Team, Value: orders}
"#,
    );
}

#[test]
fn an_alias_follows_a_version_that_is_kept() {
    check(
        "
Resources:
  Ship:
    Type: AWS::Serverless::StateMachine
    Properties:
      Role: arn:aws:iam::111122223333:role/ship
      DefinitionUri: s3://orders/ship.json?versionId=7
      AutoPublishAlias: live
      DeploymentPreference: {Type: CANARY, Percentage: 10, Interval: 5}
",
        "
ShipVersion:
  Type: AWS::StepFunctions::StateMachineVersion
  DeletionPolicy: Retain
  UpdateReplacePolicy: Retain
  Properties:
    StateMachineArn: !Ref Ship
    StateMachineRevisionId: !GetAtt Ship.StateMachineRevisionId
ShipAliaslive:
  Type: AWS::StepFunctions::StateMachineAlias
  Properties:
    Name: live
    DeploymentPreference:
      Type: CANARY
      Percentage: 10
      Interval: 5
      StateMachineVersionArn: !Ref ShipVersion
Ship:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    DefinitionS3Location: {Bucket: orders, Key: ship.json, Version: '7'}
    RoleArn: arn:aws:iam::111122223333:role/ship
    Tags:
      - {Key: 'stateMachine:createdBy', Value: SAM}
",
    );
}

#[test]
fn a_schedule_starts_the_alias_and_sends_what_fails_to_a_queue() {
    check(
        "
Resources:
  Ship:
    Type: AWS::Serverless::StateMachine
    Condition: IsProd
    Properties:
      Role: arn:aws:iam::111122223333:role/ship
      DefinitionUri: ship.asl.json
      AutoPublishAlias: live
      UseAliasAsEventTarget: true
      Events:
        Nightly:
          Type: Schedule
          Properties:
            Schedule: rate(1 day)
            Enabled: false
            DeadLetterConfig: {Type: SQS}
",
        "
ShipNightly:
  Type: AWS::Events::Rule
  Condition: IsProd
  Properties:
    ScheduleExpression: rate(1 day)
    State: DISABLED
    Targets:
      - Arn: !Ref ShipAliaslive
        Id: ShipNightlyStepFunctionsTarget
        RoleArn: !GetAtt ShipNightlyRole.Arn
        DeadLetterConfig: {Arn: !GetAtt ShipNightlyQueue.Arn}
ShipNightlyQueue:
  Type: AWS::SQS::Queue
  Condition: IsProd
  Properties: {}
ShipNightlyRole:
  Type: AWS::IAM::Role
  Condition: IsProd
  Properties:
    AssumeRolePolicyDocument:
      Version: '2012-10-17'
      Statement:
        - Action: ['sts:AssumeRole']
          Effect: Allow
          Principal: {Service: [events.amazonaws.com]}
    Policies:
      - PolicyName: ShipNightlyRoleStartExecutionPolicy
        PolicyDocument:
          Statement:
            - {Action: 'states:StartExecution', Effect: Allow, Resource: !Ref ShipAliaslive}
",
    );
}

#[test]
fn an_event_with_an_error_is_left_out_and_the_others_stay() {
    let template = "
Resources:
  Ship:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: ship.asl.json
      Events:
        Bad: {Type: Schedule}
        Good: {Type: EventBridgeRule, Properties: {Pattern: {source: [orders]}}}
";
    refuse(template, 8, "`Schedule`");
    let expanded = expanded(template);
    let ids = ids(&expanded);
    assert!(ids.contains(&"ShipGood") && !ids.contains(&"ShipBad"), "{ids:?}");
    assert!(ids.contains(&"ShipRole"), "{ids:?}");
}

#[test]
fn contradictions_are_refused() {
    let machine = |properties: &str| {
        format!(
            "Resources:\n  Ship:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n{properties}"
        )
    };
    refuse(&machine("      Name: ship\n"), 2, "the definition is missing");
    let both = "      DefinitionUri: a.json\n      Definition: {StartAt: A}\n";
    refuse(&machine(both), 5, "exclude each other");
    let alias = "      DefinitionUri: a.json\n      UseAliasAsEventTarget: true\n";
    refuse(&machine(alias), 6, "needs `AutoPublishAlias`");
}
