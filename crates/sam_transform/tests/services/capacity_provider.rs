//! Capacity providers.

use super::{check, refuse};

#[test]
fn a_provider_without_role_gets_one() {
    check(
        "
Resources:
  Pool:
    Type: AWS::Serverless::CapacityProvider
    Properties:
      VpcConfig: {SubnetIds: [subnet-1]}
      Tags: {Team: orders}
      PropagateTags: true
      InstanceRequirements: {Architectures: [arm64], ExcludedTypes: [t4g.nano]}
      ScalingConfig: {MaxVCpuCount: 8}
",
        "
Pool:
  Type: AWS::Lambda::CapacityProvider
  Properties:
    VpcConfig: {SubnetIds: [subnet-1]}
    PermissionsConfig: {CapacityProviderOperatorRoleArn: !GetAtt PoolOperatorRole.Arn}
    Tags: [{Key: Team, Value: orders}, {Key: 'lambda:createdBy', Value: SAM}]
    InstanceRequirements: {Architectures: [arm64], ExcludedInstanceTypes: [t4g.nano]}
    CapacityProviderScalingConfig: {MaxVCpuCount: 8, ScalingMode: Auto}
PoolOperatorRole:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Version: '2012-10-17'
      Statement:
        - Action: ['sts:AssumeRole']
          Effect: Allow
          Principal: {Service: [lambda.amazonaws.com]}
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator']
    Tags: [{Key: 'lambda:createdBy', Value: SAM}, {Key: Team, Value: orders}]
",
    );
}

#[test]
fn subnets_are_required() {
    let template = "
Resources:
  Pool:
    Type: AWS::Serverless::CapacityProvider
    Properties:
      VpcConfig: {SecurityGroupIds: [sg-1]}
";
    refuse(template, 6, "`SubnetIds`");
}
