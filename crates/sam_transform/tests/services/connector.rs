//! Connectors.

use super::{check, expanded, ids, refuse};

const ENDS: &str = "
Resources:
  Save:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt SaveRole.Arn
  Orders:
    Type: AWS::DynamoDB::Table
  Bills:
    Type: AWS::SQS::Queue
  Placed:
    Type: AWS::SNS::Topic
";

fn with_ends(more: &str) -> String {
    format!("{ENDS}{more}")
}

#[test]
fn a_function_that_reads_a_table_gets_a_policy_for_its_role() {
    let template = with_ends(
        "
  ReadOrders:
    Type: AWS::Serverless::Connector
    Condition: IsProd
    Properties:
      Source: {Id: Save}
      Destination: {Id: Orders}
      Permissions: [Read]
",
    );
    check(
        &template,
        "
ReadOrdersPolicy:
  Type: AWS::IAM::ManagedPolicy
  Condition: IsProd
  Metadata:
    aws:sam:connectors:
      ReadOrders:
        Source: {Type: AWS::Lambda::Function}
        Destination: {Type: AWS::DynamoDB::Table}
  Properties:
    PolicyDocument:
      Version: '2012-10-17'
      Statement:
        - Effect: Allow
          Action:
            - dynamodb:GetItem
            - dynamodb:Query
            - dynamodb:Scan
            - dynamodb:BatchGetItem
            - dynamodb:ConditionCheckItem
            - dynamodb:PartiQLSelect
          Resource:
            - !GetAtt Orders.Arn
            - !Sub ['${DestinationArn}/index/*', {DestinationArn: !GetAtt Orders.Arn}]
    Roles: [!Ref SaveRole]
",
    );
}

#[test]
fn a_list_of_destinations_gives_one_policy_each() {
    let template = with_ends(
        "
  Tell:
    Type: AWS::Serverless::Connector
    Properties:
      Source: {Id: Placed}
      Destination:
        - Id: Bills
        - {Type: AWS::SQS::Queue, Arn: 'arn:aws:sqs:eu-west-1:111122223333:more', QueueUrl: https://more}
      Permissions: [Write, Write]
",
    );
    let expanded = expanded(&template);
    assert_eq!(expanded.diagnostics, []);
    let ids = ids(&expanded);
    assert!(ids.contains(&"TellQueuePolicyDestination0"), "{ids:?}");
    assert!(ids.contains(&"TellQueuePolicyDestination1"), "{ids:?}");
}

#[test]
fn an_embedded_connector_starts_at_the_resource_that_holds_it() {
    check(
        "
Resources:
  Placed:
    Type: AWS::SNS::Topic
    Connectors:
      ToBills:
        Properties:
          Destination: {Id: Bills}
          Permissions: [Write]
  Bills:
    Type: AWS::SQS::Queue
    DependsOn: PlacedToBills
",
        "
Placed: {Type: AWS::SNS::Topic}
Bills:
  Type: AWS::SQS::Queue
  DependsOn: [PlacedToBillsQueuePolicy]
PlacedToBillsQueuePolicy:
  Type: AWS::SQS::QueuePolicy
  Metadata:
    aws:sam:connectors:
      PlacedToBills:
        Source: {Type: AWS::SNS::Topic}
        Destination: {Type: AWS::SQS::Queue}
  Properties:
    PolicyDocument:
      Version: '2012-10-17'
      Statement:
        - Effect: Allow
          Principal: {Service: sns.amazonaws.com}
          Resource: !GetAtt Bills.Arn
          Action: sqs:SendMessage
          Condition:
            ArnEquals:
              aws:SourceArn: !Ref Placed
    Queues: [!Ref Bills]
",
    );
}

#[test]
fn an_event_source_mapping_waits_for_the_policy_of_its_connector() {
    check(
        "
Resources:
  Save:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt SaveRole.Arn}
  Bills:
    Type: AWS::SQS::Queue
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    DependsOn: Other
    Properties:
      FunctionName: !Ref Save
      EventSourceArn: !GetAtt Bills.Arn
  Connect:
    Type: AWS::Serverless::Connector
    Properties:
      Source: {Id: Bills}
      Destination: {Id: Save}
      Permissions: [Read, Write]
",
        "
Mapping:
  Type: AWS::Lambda::EventSourceMapping
  DependsOn: [Other, ConnectPolicy]
  Properties:
    FunctionName: !Ref Save
    EventSourceArn: !GetAtt Bills.Arn
",
    );
}

#[test]
fn a_function_may_be_called_by_an_api_outside_of_the_template() {
    let template = with_ends(
        "
  Call:
    Type: AWS::Serverless::Connector
    Properties:
      Source: {Type: AWS::Serverless::HttpApi, ResourceId: abc123, Qualifier: prod/GET/orders}
      Destination: {Id: Save}
      Permissions: [Write]
",
    );
    check(
        &template,
        "
CallWriteLambdaPermission:
  Type: AWS::Lambda::Permission
  Metadata:
    aws:sam:connectors:
      Call:
        Source: {Type: AWS::ApiGatewayV2::Api}
        Destination: {Type: AWS::Lambda::Function}
  Properties:
    Action: lambda:InvokeFunction
    FunctionName: !GetAtt Save.Arn
    Principal: apigateway.amazonaws.com
    SourceArn: !Sub
      - arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${SourceResourceId}/${SourceQualifier}
      - {SourceResourceId: abc123, SourceQualifier: prod/GET/orders}
",
    );
}

/// The connector's first line is 14 in a template that starts with the ends.
fn refuse_connector(properties: &str, line: u32, message: &str) {
    let connector =
        format!("  Connect:\n    Type: AWS::Serverless::Connector\n    Properties:\n{properties}");
    refuse(&with_ends(&connector), line, message);
}

#[test]
fn what_cannot_be_connected_is_refused_where_it_is_written() {
    refuse_connector(
        "      Source: {Id: Save}\n      Destination: {Id: Nowhere}\n      Permissions: [Read]\n",
        17,
        "no resource `Nowhere`",
    );
    refuse_connector(
        "      Source: {Id: Orders}\n      Destination: {Id: Bills}\n      Permissions: [Read]\n",
        17,
        "no connectors from `AWS::DynamoDB::Table`",
    );
    refuse_connector(
        "      Source: {Id: Save}\n      Destination: {Id: Bills}\n      Permissions: [Drop]\n",
        18,
        "can be `Read`, `Write`",
    );
    refuse_connector(
        "      Source: {Id: Bills}\n      Destination: {Id: Save}\n      Permissions: [Read]\n",
        18,
        "can only be `Read + Write`",
    );
    refuse_connector(
        "      Source: {Id: Save, Arn: x}\n      Destination: {Id: Bills}\n      Permissions: [Read]\n",
        16,
        "does neither or both",
    );
    refuse_connector(
        "      Source: {Type: AWS::Lambda::Function}\n      Destination: {Id: Bills}\n      Permissions: [Read]\n",
        16,
        "execution role of `Source` is not known",
    );
}
