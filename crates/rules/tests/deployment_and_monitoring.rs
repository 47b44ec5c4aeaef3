//! Severity, conditions and unknowns of the rules on deployment settings and monitoring.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use finding::{Confidence, Finding, Severity};
use source_text::Sources;

/// The findings of one rule in the resources of a template.
fn findings(rule: &str, resources: &str) -> Vec<Finding> {
    let text = format!("Transform: AWS::Serverless-2016-10-31\n{resources}");
    let app = load_cloudformation::load_text(&Sources::default(), "template.yaml", &text);
    rules::by_name(rule).unwrap().findings(&app)
}

/// The only finding of a rule.
fn only(rule: &str, resources: &str) -> Finding {
    let mut found = findings(rule, resources);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn function(runtime: &str, more: &str) -> String {
    format!(
        "Resources:
  Report:
    Type: AWS::Serverless::Function
    Properties: {{Handler: app.main, CodeUri: src/, Runtime: {runtime}{more}}}
"
    )
}

#[test]
fn an_old_runtime_is_worse_on_the_internet_but_never_critical() {
    let severity =
        |runtime: &str, more: &str| only("deprecated-runtime", &function(runtime, more)).severity;
    let open = ", FunctionUrlConfig: {AuthType: NONE}";
    assert_eq!(severity("python3.9", ""), Severity::Medium);
    assert_eq!(severity("python3.9", open), Severity::High);
    assert_eq!(severity("python2.7", ""), Severity::High);
    assert_eq!(severity("python2.7", open), Severity::High);
}

#[test]
fn a_runtime_by_default_of_a_parameter_is_less_sure() {
    let parameters = |default: &str| {
        format!(
            "Parameters: {{Runtime: {{Type: String{default}}}}}\n{}",
            function("!Ref Runtime", "")
        )
    };
    let found = only("deprecated-runtime", &parameters(", Default: nodejs18.x"));
    assert_eq!(found.confidence, Confidence::Medium);
    assert_eq!(found.when.as_deref(), Some("`Runtime` keeps its default"));
    assert_eq!(findings("deprecated-runtime", &parameters("")), []);
}

/// A queue that anybody may use, and what works on it.
fn open_queue(action: &str, consumer: &str) -> String {
    format!(
        "Resources:
  Orders: {{Type: AWS::SQS::Queue}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Orders]
      PolicyDocument:
        Statement:
          - {{Effect: Allow, Principal: '*', Action: '{action}', Resource: '*'}}
{consumer}"
    )
}

#[test]
fn an_open_queue_is_worse_when_a_function_works_on_it_or_others_can_read_it() {
    let consumer = "  Ship:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.ship
      Runtime: python3.14
      CodeUri: src/
      Events:
        Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
";
    let alone = only("public-queue-policy", &open_queue("sqs:SendMessage", ""));
    assert_eq!(alone.severity, Severity::Medium);
    assert_eq!(alone.function, None);
    let feeding = only("public-queue-policy", &open_queue("sqs:SendMessage", consumer));
    assert_eq!(feeding.severity, Severity::High);
    assert_eq!(feeding.function.as_deref(), Some("Ship"));
    assert!(feeding.message.ends_with("which `Ship` then works on"), "{}", feeding.message);
    let read = only("public-queue-policy", &open_queue("sqs:ReceiveMessage", ""));
    assert_eq!(read.severity, Severity::High);
}

#[test]
fn a_condition_of_the_template_is_told() {
    let found = only(
        "public-database",
        "Parameters: {Stage: {Type: String}}
Conditions: {IsTest: !Equals [!Ref Stage, test]}
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties: {PubliclyAccessible: !If [IsTest, true, false]}
",
    );
    assert_eq!(found.when.as_deref(), Some("`IsTest`"));
}

#[test]
fn what_stands_only_under_a_condition_is_missing_elsewhere() {
    let found = only(
        "async-without-failure-destination",
        "Parameters: {Stage: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Resize:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.resize
      Runtime: python3.14
      Code: {S3Bucket: b, S3Key: k}
      Role: arn:aws:iam::111122223333:role/resize
      DeadLetterConfig: !If [IsProd, {TargetArn: arn:aws:sqs:eu-west-1:111122223333:failed}, !Ref AWS::NoValue]
  ToResize:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: arn:aws:sns:eu-west-1:111122223333:uploaded
      Protocol: lambda
      Endpoint: !GetAtt Resize.Arn
",
    );
    assert_eq!(found.when.as_deref(), Some("not `IsProd`"));
}

#[test]
fn settings_that_only_deployment_tells_are_no_findings() {
    let resources = "Parameters:
  Flag: {Type: String}
  Arn: {Type: String}
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties: {PubliclyAccessible: !Ref Flag, StorageEncrypted: !Ref Flag}
  Clicks:
    Type: AWS::Kinesis::Stream
    Properties: {StreamEncryption: !Ref Flag}
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: !Ref Flag
      PublicAccessBlockConfiguration:
        BlockPublicAcls: !Ref Flag
        BlockPublicPolicy: !Ref Flag
        IgnorePublicAcls: !Ref Flag
        RestrictPublicBuckets: !Ref Flag
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Flag}
        - {IpProtocol: tcp, FromPort: !Ref Flag, ToPort: !Ref Flag, CidrIp: 0.0.0.0/0}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: !Ref Flag}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.work
      Runtime: !Ref Flag
      CodeUri: src/
      Events:
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
  Log:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: !Ref Flag}
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties: {StateMachineType: EXPRESS, LoggingConfiguration: !Ref Flag}
  Audit:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: !Ref Flag
      IsMultiRegionTrail: !Ref Flag
      EnableLogFileValidation: !Ref Flag
";
    let text = format!("Transform: AWS::Serverless-2016-10-31\n{resources}");
    let app = load_cloudformation::load_text(&Sources::default(), "template.yaml", &text);
    let found: Vec<_> = rules::all()
        .filter(|rule| matches!(rule.info.id.risk, 3 | 5))
        .filter(|rule| rule.info.audience == finding::Audience::Everyone)
        .flat_map(|rule| rule.findings(&app))
        .map(|found| (found.rule.to_string(), found.message))
        .collect();
    assert_eq!(found, []);
}

#[test]
fn a_role_with_an_unknown_policy_may_write_its_log() {
    let role = |policies: &str| {
        format!(
            "Parameters: {{Policy: {{Type: String}}}}
Resources:
  Work:
    Type: AWS::Serverless::Function
    Properties: {{Handler: app.work, Runtime: python3.14, CodeUri: src/, Role: !GetAtt Role.Arn}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}
      ManagedPolicyArns: [{policies}]
"
        )
    };
    let count = |policies: &str| findings("missing-log-permissions", &role(policies)).len();
    assert_eq!(count(""), 1);
    assert_eq!(count("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"), 1);
    assert_eq!(count("arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"), 0);
    assert_eq!(count("arn:aws:iam::111122223333:policy/own"), 0);
    assert_eq!(count("!Ref Policy"), 0);
}

#[test]
fn one_alarm_on_all_functions_or_on_the_interface_is_enough() {
    let alarm = |dimensions: &str| {
        format!(
            "Resources:
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.work
      Runtime: python3.14
      CodeUri: src/
      Events:
        Work: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Path: /, Method: GET}}}}
  Api: {{Type: AWS::Serverless::HttpApi}}
  Other: {{Type: AWS::SNS::Topic}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {{Namespace: AWS/Lambda, MetricName: Errors, AlarmActions: [a]{dimensions}}}
"
        )
    };
    let count = |dimensions: &str| findings("missing-alarm", &alarm(dimensions)).len();
    assert_eq!(count(""), 0);
    assert_eq!(count(", Dimensions: [{Name: FunctionName, Value: !Ref Work}]"), 0);
    assert_eq!(count(", Dimensions: [{Name: ApiId, Value: !Ref Api}]"), 0);
    assert_eq!(count(", Dimensions: [{Name: TopicName, Value: !GetAtt Other.TopicName}]"), 1);
}

#[test]
fn a_stage_with_two_flaws_has_fingerprints_of_its_own() {
    let found = findings(
        "access-log-missing",
        "Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: api, ProtocolType: HTTP}}
  Test: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: test}}
  Prod: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: prod}}
",
    );
    let properties: Vec<_> = found.iter().map(|found| found.property.clone().unwrap()).collect();
    assert_eq!(properties, ["Test", "Prod"]);
}
