//! Nested applications.

use super::{check, refuse};

#[test]
fn a_template_at_a_path_is_a_stack() {
    check(
        "
Resources:
  Orders:
    Type: AWS::Serverless::Application
    DependsOn: Network
    Properties:
      Location: https://s3.amazonaws.com/shop/orders.yaml
      Parameters: {Stage: prod}
      Tags: {Team: orders}
",
        "
Orders:
  Type: AWS::CloudFormation::Stack
  DependsOn: Network
  Properties:
    TemplateURL: https://s3.amazonaws.com/shop/orders.yaml
    Parameters: {Stage: prod}
    Tags: [{Key: 'lambda:createdBy', Value: SAM}, {Key: Team, Value: orders}]
",
    );
}

#[test]
fn a_published_application_is_named_by_an_arn_that_is_known() {
    let application = |id: &str| {
        format!(
            "Parameters:\n  Id: {{Default: 'arn:aws:serverlessrepo:eu-west-1:111122223333:applications/orders'}}\n\
             Resources:\n  Orders:\n    Type: AWS::Serverless::Application\n    Properties:\n      Location:\n        \
             ApplicationId: {id}\n        SemanticVersion: 1.0.0\n"
        )
    };
    check(
        &application("!Ref Id"),
        "
Orders:
  Type: AWS::CloudFormation::Stack
  Properties:
    Tags:
      - {Key: 'lambda:createdBy', Value: SAM}
      - {Key: 'serverlessrepo:applicationId', Value: 'arn:aws:serverlessrepo:eu-west-1:111122223333:applications/orders'}
      - {Key: 'serverlessrepo:semanticVersion', Value: 1.0.0}
",
    );
    refuse(&application("!GetAtt Other.Id"), 8, "known before the deployment");
    refuse(&application("orders"), 8, "not the ARN");
}
