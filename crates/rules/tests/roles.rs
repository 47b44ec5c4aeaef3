//! What the rules on roles say of one template as a whole: each flaw once, ranked and conditional.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use app_model::Application;
use finding::{Confidence, Finding, Severity};
use source_text::Sources;

fn load(text: &str) -> Application {
    load_cloudformation::load_text(&Sources::default(), "template.yaml", text)
}

/// Findings of one risk, strict ones too.
fn findings(risk: u8, text: &str) -> Vec<Finding> {
    let app = load(text);
    rules::all()
        .filter(|rule| rule.info.id.risk == risk)
        .flat_map(|rule| rule.findings(&app))
        .filter(|found| found.rule.to_string() != "SAS-4.18")
        .collect()
}

/// The one finding that there is.
fn only(risk: u8, text: &str) -> Finding {
    let mut found = findings(risk, text);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.pop().unwrap()
}

/// A function with one statement, and what else is told of it.
fn function(statement: &str, more: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31
Conditions:
  IsProd: !Equals [!Ref AWS::Region, eu-west-1]
Parameters:
  Target: {{Type: String, Default: '*'}}
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: python3.13
{more}      Policies:
        - Statement:
            - {statement}
"
    )
}

#[test]
fn every_statement_on_everything_has_exactly_one_finding_of_the_risk() {
    for (action, rule) in [
        ("'*'", "SAS-4.3"),
        ("'s3:*'", "SAS-4.1"),
        ("'dynamodb:Put*'", "SAS-4.1"),
        ("'s3:Get*'", "SAS-4.2"),
        ("'dynamodb:PutItem'", "SAS-4.2"),
        ("['dynamodb:PutItem', 'xray:PutTraceSegments']", "SAS-4.2"),
        ("'iam:PassRole'", "SAS-4.7"),
        ("['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction']", "SAS-4.11"),
        ("'sts:AssumeRole'", "SAS-4.12"),
        ("'ssm:GetParameter'", "SAS-4.13"),
        ("['secretsmanager:GetSecretValue', 'mq:DescribeBroker']", "SAS-4.13"),
        ("'ec2:DescribeInstances'", "SAS-4.21"),
        ("['s3:GetBucketLocation', 's3:ListAllMyBuckets']", "SAS-4.21"),
        ("['kafka:DescribeClusterV2', 'logs:DeleteLogGroup']", "SAS-4.21"),
        ("['sns:Publish', 'logs:DeleteLogGroup']", "SAS-4.21"),
        ("'s3:ListBucket'", "SAS-4.2"),
        ("['logs:CreateLogGroup', 'logs:PutLogEvents']", "SAS-4.21"),
        ("'iam:*'", "SAS-4.1"),
        ("'lambda:*'", "SAS-4.1"),
    ] {
        let statement = format!("{{Effect: Allow, Action: {action}, Resource: '*'}}");
        let found = only(4, &function(&statement, ""));
        assert_eq!(found.rule.to_string(), rule, "{action}");
        assert_eq!(found.function.as_deref(), Some("CreateOrder"), "{action}");
        assert_eq!(found.resource.as_deref(), Some("CreateOrderRole"), "{action}");
    }
}

#[test]
fn a_statement_that_denies_or_names_its_resource_is_no_finding() {
    for statement in [
        "{Effect: Deny, Action: '*', Resource: '*'}",
        "{Effect: Allow, Action: 'dynamodb:PutItem', Resource: !GetAtt Orders.Arn}",
        "{Effect: Allow, Action: 'iam:PassRole', Resource: !GetAtt Worker.Arn}",
        "{Effect: Allow, Action: 's3:GetObject', Resource: !Ref AWS::NoValue}",
    ] {
        let found = findings(4, &function(statement, ""));
        assert!(found.is_empty(), "{statement}: {found:#?}");
    }
}

#[test]
fn a_default_of_a_parameter_lowers_the_confidence_and_is_told() {
    let found = only(
        4,
        &function("{Effect: Allow, Action: 'dynamodb:PutItem', Resource: !Ref Target}", ""),
    );
    assert_eq!(found.rule.to_string(), "SAS-4.2");
    assert_eq!(found.confidence, Confidence::Medium);
    assert_eq!(found.when.as_deref(), Some("`Target` keeps its default"));
}

#[test]
fn a_condition_of_the_template_is_told() {
    let found = only(
        4,
        &function(
            "{Effect: Allow, Action: 'dynamodb:PutItem',
               Resource: !If [IsProd, !GetAtt Orders.Arn, '*']}",
            "",
        ),
    );
    assert_eq!(found.when.as_deref(), Some("not `IsProd`"));
}

#[test]
fn a_way_from_the_internet_raises_the_severity_and_is_drawn() {
    let statement = "{Effect: Allow, Action: 'dynamodb:PutItem', Resource: '*'}";
    let inside = only(4, &function(statement, ""));
    let open = "      FunctionUrlConfig: {AuthType: NONE}\n";
    let outside = only(4, &function(statement, open));
    assert_eq!(inside.severity, Severity::High);
    assert!(inside.path.is_empty());
    assert_eq!(outside.severity, Severity::Critical);
    assert_eq!(outside.path, ["internet", "function URL", "CreateOrder", "CreateOrderRole"]);
}

const SHARED: &str = "Resources:
  Orders:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Roles: [!Ref First, !Ref Second]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: 'dynamodb:PutItem', Resource: '*'}
  First:
    Type: AWS::IAM::Role
    Properties: &role
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
  Second:
    Type: AWS::IAM::Role
    Properties: *role
  Inner:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt First.Arn, Handler: a.b, Runtime: python3.13, Code: {S3Key: a}}
  Outer:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Second.Arn, Handler: a.b, Runtime: python3.13, Code: {S3Key: a}}
  OuterUrl:
    Type: AWS::Lambda::Url
    Properties: {TargetFunctionArn: !Ref Outer, AuthType: NONE}
";

#[test]
fn a_policy_on_two_roles_counts_once_for_the_function_that_is_easiest_to_reach() {
    let found = only(4, SHARED);
    assert_eq!(found.function.as_deref(), Some("Outer"));
    assert_eq!(found.resource.as_deref(), Some("Second"));
    assert_eq!(found.severity, Severity::Critical);
}

#[test]
fn statements_of_one_role_are_told_apart_by_their_property() {
    let statement = "{Effect: Allow, Action: 's3:GetObject', Resource: '*'}
            - {Sid: Write, Effect: Allow, Action: 's3:PutObject', Resource: '*'}";
    let properties: Vec<_> = findings(4, &function(statement, ""))
        .into_iter()
        .map(|found| found.property.unwrap())
        .collect();
    assert_eq!(properties, ["CreateOrderRolePolicy0/0", "CreateOrderRolePolicy0/Write"]);
}

#[test]
fn a_bus_policy_in_its_older_form_opens_the_bus_too() {
    let bus = |principal: &str, more: &str| {
        format!(
            "Resources:
  Shop: {{Type: AWS::Events::EventBus, Properties: {{Name: shop}}}}
  Open:
    Type: AWS::Events::EventBusPolicy
    Properties:
      EventBusName: !Ref Shop
      StatementId: partners
      Action: events:PutEvents
      Principal: '{principal}'
{more}  Placed:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: shop
      EventPattern: {{source: [orders]}}
      Targets: [{{Id: a, Arn: !Ref Queue}}]
"
        )
    };
    let found = only(9, &bus("*", ""));
    assert_eq!((found.rule.to_string().as_str(), found.severity), ("SAS-9.7", Severity::High));
    let found = only(9, &bus("444455556666", ""));
    assert_eq!(found.severity, Severity::Medium);
    let member = "      Condition: {Type: StringEquals, Key: aws:PrincipalOrgID, Value: o-a1}\n";
    assert!(only(9, &bus("*", member)).message.starts_with("every account that the condition"));
}

fn fix(found: &Finding) -> &str {
    &found.fix.as_ref().unwrap().description
}

#[test]
fn a_model_called_on_every_resource_costs_and_is_never_more_than_medium() {
    let open = "      FunctionUrlConfig: {AuthType: NONE}\n";
    let on_all = |action: &str| format!("{{Effect: Allow, Action: {action}, Resource: '*'}}");
    for action in ["'bedrock:InvokeModel'", "['bedrock:InvokeModel*', 's3:GetBucketLocation']"] {
        for more in ["", open] {
            let found = only(4, &function(&on_all(action), more));
            assert_eq!(
                (found.rule.to_string().as_str(), found.severity),
                ("SAS-4.2", Severity::Medium)
            );
            assert!(fix(&found).contains("of the models"), "{action}");
        }
    }
    // An agent acts on data, and so does whoever may also write objects.
    for (action, severity) in [
        ("'bedrock:InvokeAgent'", Severity::High),
        ("['bedrock:InvokeModel', 's3:PutObject']", Severity::Critical),
    ] {
        let found = only(4, &function(&on_all(action), open));
        assert_eq!(found.severity, severity, "{action}");
    }
}

#[test]
fn a_statement_that_also_needs_everything_is_to_be_split() {
    let of = |action: &str| {
        only(4, &function(&format!("{{Effect: Allow, Action: {action}, Resource: '*'}}"), ""))
    };
    let mixed = of("['dynamodb:PutItem', 'dynamodb:ListTables', 'xray:PutTraceSegments']");
    assert_eq!(
        fix(&mixed),
        "Split the statement: `dynamodb:PutItem` on the ARNs that the code works on, \
         `dynamodb:ListTables`, `xray:PutTraceSegments` on `*`"
    );
    let plain = of("['dynamodb:PutItem', 'dynamodb:DescribeTable']");
    assert_eq!(fix(&plain), "Replace `*` under `Resource` by the ARNs that the code works on");
}

#[test]
fn what_switches_off_the_log_of_model_calls_is_told_beside_the_calls() {
    let statement = "{Effect: Allow, Action: ['bedrock:InvokeModel', \
                     'bedrock:DeleteModelInvocationLoggingConfiguration'], Resource: '*'}";
    let text = function(statement, "");
    let calls = only(4, &text);
    assert_eq!(calls.rule.to_string(), "SAS-4.2");
    assert!(!fix(&calls).contains("Logging"), "{calls:?}");
    let tampering = findings(5, &text);
    let tampering = tampering.iter().find(|found| found.rule.to_string() == "SAS-5.17").unwrap();
    assert!(fix(tampering).starts_with("Remove what holds for the whole account"));
}
