//! Inputs of the benchmarks, made up at any size, so that a cost that grows too fast shows.

use std::fmt::Write as _;

/// A SAM template with `functions` functions, each with a route, a queue, a table and a policy.
#[must_use]
pub fn orders(functions: usize) -> String {
    let mut text = String::from(
        "AWSTemplateFormatVersion: \"2010-09-09\"\n\
        Transform: AWS::Serverless-2016-10-31\n\
        Parameters:\n\
        \x20 Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}\n\
        Conditions:\n\
        \x20 IsProd: !Equals [!Ref Stage, prod]\n\
        Globals:\n\
        \x20 Function: {Runtime: python3.13, Timeout: 30, Tracing: Active}\n\
        Resources:\n",
    );
    for number in 0..functions {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "  Orders{number}:
    Type: AWS::Serverless::SimpleTable
  Queue{number}:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: !If [IsProd, 180, 60]
  CreateOrder{number}:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      CodeUri: src/create/
      MemorySize: !If [IsProd, 1024, 256]
      Environment:
        Variables:
          TABLE: !Ref Orders{number}
          ARN: !Sub \"arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/*\"
      Policies:
        - DynamoDBCrudPolicy: {{TableName: !Ref Orders{number}}}
        - Statement:
            - Effect: Allow
              Action: [\"s3:GetObject\", \"s3:List*\"]
              Resource: \"*\"
      Events:
        Post:
          Type: HttpApi
          Properties: {{Path: /orders/{number}, Method: post}}
        Jobs:
          Type: SQS
          Properties: {{Queue: !GetAtt Queue{number}.Arn, BatchSize: 10}}
"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::orders;

    #[test]
    fn a_template_grows_with_its_functions() {
        let count = |text: &str| text.matches("AWS::Serverless::Function").count();
        assert_eq!(count(&orders(3)), 3);
        assert!(!orders(1).contains("{number}"));
    }
}
