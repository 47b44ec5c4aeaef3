//! `faasguard iam check --no-public`: all that lets somebody in is judged, or told as not looked at.

use crate::folder::Folder;

/// A template with one resource beside a quiet function.
fn template(resource: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31
Parameters:
  Who: {{Type: String}}
Conditions:
  IsOpen: !Equals [!Ref AWS::Region, eu-west-1]
Resources:
  Quiet:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      InlineCode: pass
      Events: {{Tick: {{Type: Schedule, Properties: {{Schedule: rate(1 day)}}}}}}
  Guarded:
    {resource}
"
    )
}

const OPEN: [(&str, &str); 13] = [
    (
        "{Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: {Statement: [
      {Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*'}]}}}",
        "s3:GetObject",
    ),
    (
        "{Type: AWS::SQS::QueuePolicy, Properties: {Queues: [q], PolicyDocument: {Statement: {
      Effect: Allow, Principal: {AWS: ['111122223333', '*']}, Action: 'sqs:SendMessage', Resource: '*'}}}}",
        "sqs:SendMessage",
    ),
    (
        "{Type: AWS::SNS::TopicPolicy, Properties: {Topics: [t], PolicyDocument: {Statement: [
      {Effect: Allow, NotPrincipal: {AWS: 'arn:aws:iam::111122223333:role/r'}, Action: 'sns:Publish', Resource: '*'}]}}}",
        "sns:Publish",
    ),
    (
        "{Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: [
      {Effect: Allow, Principal: '*', Action: 'kms:Decrypt', Resource: '*'}]}}}",
        "kms:Decrypt",
    ),
    (
        "{Type: AWS::SecretsManager::ResourcePolicy, Properties: {SecretId: s, ResourcePolicy: {Statement: [
      {Effect: Allow, Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*'}]}}}",
        "secretsmanager:GetSecretValue",
    ),
    (
        r#"{Type: AWS::ECR::Repository, Properties: {RepositoryPolicyText: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}'}}"#,
        "ecr:BatchGetImage",
    ),
    (
        "{Type: AWS::Events::EventBusPolicy, Properties: {StatementId: s, Action: 'events:PutEvents', Principal: '*'}}",
        "events:PutEvents",
    ),
    (
        "{Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [
      {Effect: Allow, Principal: {AWS: '*'}, Action: 'sts:AssumeRole'}]}}}",
        "sts:AssumeRole",
    ),
    (
        "{Type: AWS::IAM::Role, Condition: IsOpen, Properties: {AssumeRolePolicyDocument: {Statement: [
      {Effect: Allow, Principal: {AWS: '*'}, Action: 'sts:AssumeRole'}]}}}",
        "where `IsOpen`",
    ),
    (
        "{Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Quiet, Action: 'lambda:InvokeFunction', Principal: '*'}}",
        "lambda:InvokeFunction",
    ),
    (
        "{Type: AWS::Lambda::Permission, Properties: {FunctionName: elsewhere, Action: 'lambda:InvokeFunction', Principal: '*'}}",
        "lambda:InvokeFunction",
    ),
    (
        // Whoever has an account of AWS is signed in somehow.
        "{Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Quiet, Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: AWS_IAM}}",
        "lambda:InvokeFunctionUrl",
    ),
    (
        "{Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.13, InlineCode: pass, FunctionUrlConfig: {AuthType: NONE}}}",
        "lambda:InvokeFunctionUrl",
    ),
];

const CLOSED: [&str; 7] = [
    "{Type: AWS::S3::Bucket}",
    "{Type: AWS::SQS::QueuePolicy, Properties: {Queues: [q], PolicyDocument: {Statement: [
      {Effect: Allow, Principal: '*', Action: 'sqs:SendMessage', Resource: '*', Condition: {StringEquals: {'aws:SourceAccount': !Ref AWS::AccountId}}}]}}}",
    "{Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [
      {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'sts:AssumeRole'}]}}}",
    "{Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: !Sub '{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::${AWS::AccountId}:root\"},\"Action\":\"sts:AssumeRole\"}]}'}}",
    "{Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Quiet, Action: 'lambda:InvokeFunction', Principal: '*', PrincipalOrgID: o-abcdefghij}}",
    "{Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Quiet, Action: 'lambda:InvokeFunction', Principal: s3.amazonaws.com, SourceArn: 'arn:aws:s3:::b'}}",
    "{Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.13, InlineCode: pass, FunctionUrlConfig: {AuthType: AWS_IAM}}}",
];

const UNKNOWN: [(&str, &str); 10] = [
    (
        "{Type: AWS::ApiGateway::RestApi, Properties: {Policy: {Statement: [
      {Effect: Allow, Principal: '*', Action: 'execute-api:Invoke', Resource: '*'}]}}}",
        "`Guarded` (AWS::ApiGateway::RestApi) was not looked at",
    ),
    (
        "{Type: AWS::Serverless::Api, Properties: {StageName: a, Auth: {ResourcePolicy: {AwsAccountWhitelist: ['111122223333']}}}}",
        "the policy of the API",
    ),
    (
        "{Type: AWS::Lambda::LayerVersionPermission, Properties: {Action: 'lambda:GetLayerVersion', LayerVersionArn: a, Principal: '*'}}",
        "AWS::Lambda::LayerVersionPermission",
    ),
    (
        r#"{Type: AWS::Example::Thing, Properties: {Access: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}'}}"#,
        "a text that is a policy of `Guarded`",
    ),
    (
        "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://example.com/t.yaml'}}",
        "what `Guarded` brings was not looked at",
    ),
    ("{Type: Acme::Storage::Bucket::MODULE, Properties: {Name: a}}", "what this module brings"),
    ("{Type: AWS::S3::Bucket, Properties: {AccessControl: PublicRead}}", "the access control list"),
    (
        "{Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: !Ref Who}}",
        "no statement that could be read",
    ),
    (
        "{Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [
      {Effect: Allow, Principal: {AWS: !Ref Who}, Action: 'sts:AssumeRole'}]}}}",
        "`${Who}` may be anybody",
    ),
    (
        "{Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Quiet, Action: 'lambda:InvokeFunction', Principal: '*',
      SourceAccount: !If [IsOpen, !Ref AWS::NoValue, '111122223333']}}",
        "in some deployments only",
    ),
];

fn check(resource: &str) -> crate::folder::Run {
    let folder = Folder::new().file("template.yaml", template(resource));
    folder.run(&["iam", "check", "template.yaml", "--no-public"])
}

#[test]
fn what_lets_anybody_in_fails() {
    for (resource, words) in OPEN {
        let run = check(resource);
        assert!(run.code == 1 && run.out.contains(words), "{resource}: {run:?}");
    }
}

#[test]
fn what_names_whom_it_lets_in_passes() {
    for resource in CLOSED {
        let run = check(resource);
        assert!(
            run.code == 0 && run.out.contains("no-public of `Quiet`: pass"),
            "{resource}: {run:?}"
        );
    }
}

#[test]
fn what_was_not_looked_at_is_unknown_and_named() {
    for (resource, words) in UNKNOWN {
        let run = check(resource);
        assert!(run.code == 3 && run.out.contains(words), "{resource}: {run:?}");
    }
    // A fault that is certain stays one beside what is not known.
    let both = format!("{}\n  Nested: {}", OPEN[7].0, UNKNOWN[4].0);
    assert_eq!(check(&both).code, 1);
}

#[test]
fn a_parameter_that_is_given_decides() {
    let folder = Folder::new().file("template.yaml", template(UNKNOWN[8].0));
    let run = |who: &str| {
        let who = format!("Who={who}");
        folder.run(&["iam", "check", "template.yaml", "--no-public", "--parameter", &who]).code
    };
    assert_eq!(run("*"), 1);
    assert_eq!(run("111122223333"), 0);
}

#[test]
fn nothing_to_judge_is_unknown() {
    let folder = Folder::new()
        .file("template.yaml", "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n")
        .file("account.json", r#"{"UserDetailList": [{"UserName": "ann"}]}"#);
    for file in ["template.yaml", "account.json"] {
        let run = folder.run(&["iam", "check", file, "--no-public", "--format", "json"]);
        run.exits(3);
        assert_eq!(run.json()["result"], "unknown");
    }
    let run = folder.run(&["iam", "check", "template.yaml", "--not-granted", "iam:*"]);
    run.exits(3).says("nothing here that this check judges");
}

#[test]
fn trust_of_accounts_and_of_plain_documents_is_judged() {
    let trust = |who: &str| {
        format!(
            r#"{{"Statement": [{{"Effect": "Allow", "Principal": {who}, "Action": "sts:AssumeRole"}}]}}"#
        )
    };
    let account = |who: &str| {
        format!(
            r#"{{"RoleDetailList": [{{"RoleName": "deploy", "AssumeRolePolicyDocument": {}}}]}}"#,
            trust(who)
        )
    };
    let (open, own) = (r#"{"AWS": "*"}"#, r#"{"AWS": "arn:aws:iam::111122223333:root"}"#);
    let folder = Folder::new()
        .file("open.json", trust(open))
        .file("own.json", trust(own))
        .file("open-account.json", account(open))
        .file("own-account.json", account(own));
    for (file, code) in
        [("open.json", 1), ("own.json", 0), ("open-account.json", 1), ("own-account.json", 0)]
    {
        folder.run(&["iam", "check", file, "--no-public"]).exits(code);
    }
    folder.run(&["iam", "diff", "own.json", "open.json"]).exits(1).says("sts:AssumeRole");
    folder.run(&["iam", "diff", "open.json", "own.json"]).exits(0);
}
