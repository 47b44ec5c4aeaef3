//! Needs of templates.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use least_privilege::{Code, CodeOf, Deployment, FunctionNeeds, Names, needs};
use load_cloudformation::load_text;
use source_text::Sources;

fn needs_of(template: &str) -> Vec<FunctionNeeds> {
    let app = load_text(&Sources::default(), "template.yaml", template);
    let names = Names::new(&app, &Deployment::default());
    let code: Code<'_> =
        app.functions.iter().map(|it| (it.name.clone(), CodeOf::default())).collect();
    needs(&names, &code, None)
}

/// Grants of the first function, the head of ARNs left out.
fn grants(template: &str) -> Vec<String> {
    let all = needs_of(template);
    let short = |resource: &str| {
        let region = ":${AWS::Region}:${AWS::AccountId}:";
        resource.replace("arn:${AWS::Partition}:", "").replace(region, ":")
    };
    let first = all.first().unwrap();
    first
        .needs
        .iter()
        .filter(|need| !need.action.starts_with("logs:"))
        .map(|need| format!("{} {}", need.action, short(&need.resource)))
        .collect()
}

#[test]
fn a_function_writes_its_own_log_and_no_other() {
    let all = needs_of(
        "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      FunctionName: orders\n      Role: x\n",
    );
    let resources: Vec<&str> = all[0].needs.iter().map(|need| need.resource.as_str()).collect();
    let group =
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/orders";
    let streams = format!("{group}:*");
    assert_eq!(resources, [group, streams.as_str(), group, &streams, group, &streams]);
    assert!(all[0].is_complete());
}

#[test]
fn polled_sources_are_read_as_the_functions_role() {
    let template = "
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: python3.13
      CodeUri: src
      Events:
        Queue:
          Type: SQS
          Properties: {Queue: !GetAtt Q.Arn}
        Table:
          Type: DynamoDB
          Properties: {Stream: !GetAtt T.StreamArn, StartingPosition: LATEST}
  Q: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !Ref K}}
  K: {Type: AWS::KMS::Key}
  T: {Type: AWS::DynamoDB::Table}
";
    assert_eq!(
        grants(template),
        [
            "dynamodb:DescribeStream dynamodb:table/${T}/stream/*",
            "dynamodb:GetRecords dynamodb:table/${T}/stream/*",
            "dynamodb:GetShardIterator dynamodb:table/${T}/stream/*",
            "dynamodb:ListStreams dynamodb:table/${T}/stream/*",
            "kms:Decrypt kms:key/${K}",
            "sqs:DeleteMessage sqs:${Q.QueueName}",
            "sqs:GetQueueAttributes sqs:${Q.QueueName}",
            "sqs:ReceiveMessage sqs:${Q.QueueName}",
        ]
    );
}

#[test]
fn settings_ask_for_what_lambda_does_as_the_role() {
    let template = "
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: x
      TracingConfig: {Mode: Active}
      DeadLetterConfig: {TargetArn: !Ref T}
      KmsKeyArn: !GetAtt K.Arn
      VpcConfig: {SubnetIds: [a]}
  T: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: alias/aws/sns}}
  K: {Type: AWS::KMS::Key}
  C:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref F
      Qualifier: $LATEST
      DestinationConfig:
        OnSuccess: {Destination: !GetAtt Q.Arn}
        OnFailure: {Destination: !GetAtt B.Arn}
  Q: {Type: AWS::SQS::Queue}
  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub 'failed-${AWS::AccountId}'}}
";
    let grants = grants(template);
    let others: Vec<&str> =
        grants.iter().map(String::as_str).filter(|it| !it.starts_with("ec2:")).collect();
    assert_eq!(
        others,
        [
            "kms:Decrypt kms:key/${K}",
            "s3:ListBucket s3:::failed-${AWS::AccountId}",
            "s3:PutObject s3:::failed-${AWS::AccountId}/*",
            "sns:Publish sns:${T.TopicName}",
            "sqs:SendMessage sqs:${Q.QueueName}",
            "xray:PutTelemetryRecords *",
            "xray:PutTraceSegments *",
        ]
    );
    assert_eq!(grants.len() - others.len(), 6);
}

#[test]
fn an_extension_that_reads_for_the_function_leaves_a_gap() {
    let all = needs_of(
        "
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: x
      Layers: ['arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension:11']
",
    );
    assert!(!all[0].is_complete());
}
