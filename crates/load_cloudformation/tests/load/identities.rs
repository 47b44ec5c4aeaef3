//! Roles and where their policies come from.

use app_model::{IdentityKind, Origin};

use crate::{load, load_sam};

#[test]
fn the_implicit_role_of_a_function_has_its_policies_at_the_lines_that_cause_them() {
    let app = load_sam(
        "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n      \
         Handler: a.b\n      CodeUri: .\n      Policies:\n        - AmazonS3FullAccess\n        - \
         S3ReadPolicy: {BucketName: pictures}\n        - Statement: {Effect: Allow, Action: 's3:*', \
         Resource: '*'}\n",
    );
    let function = app.function("F").unwrap();
    let role = app.role_of(function).unwrap();
    assert!(role.is_generated);
    assert_eq!(role.name, "FRole");
    let managed: Vec<_> =
        role.managed.iter().map(|policy| (policy.arn.display(), policy.place.line)).collect();
    assert!(managed.contains(&("arn:aws:iam::aws:policy/AmazonS3FullAccess", 10)), "{managed:?}");
    let origins: Vec<_> =
        role.policies.iter().map(|policy| (policy.origin.clone(), policy.place.line)).collect();
    assert_eq!(origins, [(Origin::Template("S3ReadPolicy".into()), 11), (Origin::Inline, 12)]);
}

#[test]
fn a_policy_resource_hangs_on_the_roles_that_it_names() {
    let app = load(
        "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: \
         []}, RoleName: worker}}\n  P:\n    Type: AWS::IAM::Policy\n    Properties: {Roles: [worker], \
         PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}\n  \
         Alone:\n    Type: AWS::IAM::ManagedPolicy\n    Properties: {PolicyDocument: {Statement: \
         [{Effect: Allow, Action: 'sqs:*', Resource: '*'}]}}\n",
    );
    assert_eq!(app.identity("R").unwrap().policies[0].origin, Origin::Resource("P".into()));
    assert!(app.identity("P").is_none());
    assert_eq!(app.identity("Alone").unwrap().kind, IdentityKind::Detached);
}

#[test]
fn a_managed_policy_of_the_template_hangs_on_the_roles_that_refer_to_it() {
    let app = load(
        "Resources:\n  M:\n    Type: AWS::IAM::ManagedPolicy\n    Properties: {PolicyDocument: \
         {Statement: [{Effect: Allow, Action: 'sqs:*', Resource: '*'}]}}\n  R: {Type: AWS::IAM::Role, \
         Properties: {AssumeRolePolicyDocument: {Statement: []}, ManagedPolicyArns: [!Ref M]}}\n",
    );
    assert_eq!(app.identity("R").unwrap().policies.len(), 1);
    assert!(app.identity("M").is_none());
}

#[test]
fn resources_of_statements_are_found_by_reference_and_by_physical_name() {
    let app = load(
        "Resources:\n  T: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}\n  B: {Type: \
         AWS::S3::Bucket}\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      \
         AssumeRolePolicyDocument: {Statement: []}\n      Policies:\n        - PolicyName: p\n          \
         PolicyDocument:\n            Statement:\n              - {Effect: Allow, Action: \
         'dynamodb:PutItem', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders'}\n              \
         - {Effect: Allow, Action: 's3:GetObject', Resource: !Sub '${B.Arn}/*'}\n",
    );
    let names: Vec<_> = app.targets("R").iter().map(|target| target.resource.as_str()).collect();
    assert_eq!(names, ["T", "B"]);
}
