//! Snapshots as templates: what stands where, what is linked, what stays unknown.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use live_account::{Lowered, lower};
use proptest::prelude::*;
use source_text::{FileId, Limits, Node, parse_yaml};

fn lowered(answers: &str, rest: &str) -> Lowered {
    let text = format!(
        "schema: faasguard-snapshot/1\ntaken: \"2026-11-27T00:00:00Z\"\naccounts:\n- account: \"111122223333\"\n  partition: aws\n  answers:\n{answers}\n{rest}"
    );
    let document = parse_yaml(FileId(0), &text, &Limits::default()).unwrap().documents.remove(0);
    lower(FileId(0), &document)
}

fn resource<'a>(lowered: &'a Lowered, index: usize, name: &str) -> &'a Node {
    let template = &lowered.deployments.get(index).unwrap().template;
    template.at(&["Resources", name]).unwrap_or_else(|| {
        let all = template.get("Resources").and_then(Node::as_map).unwrap();
        let names: Vec<_> = all.keys().collect();
        unreachable!("no `{name}` among {names:?}")
    })
}

fn property<'a>(lowered: &'a Lowered, index: usize, name: &str, path: &[&str]) -> &'a Node {
    resource(lowered, index, name).get("Properties").unwrap().at(path).unwrap()
}

const FUNCTION: &str = r#"
  - service: lambda
    operation: ListFunctions
    region: eu-west-1
    of: null
    answer:
      Functions:
      - FunctionName: create
        FunctionArn: arn:aws:lambda:eu-west-1:111122223333:function:create
        Role: arn:aws:iam::111122223333:role/app/create
        Environment: {Variables: {TABLE: orders, OTHER: "arn:aws:sqs:us-east-1:111122223333:far"}}
        Layers: [{Arn: "arn:aws:lambda:eu-west-1:999988887777:layer:x:1", CodeSize: 1}]
"#;

const ROLE: &str = r#"
  - service: iam
    operation: GetAccountAuthorizationDetails
    region: null
    of: null
    answer:
      RoleDetailList:
      - RoleName: create
        Path: /app/
        Arn: arn:aws:iam::111122223333:role/app/create
        AssumeRolePolicyDocument: "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D"
        RolePolicyList:
        - PolicyName: data
          PolicyDocument: '{"Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/*"}]}'
"#;

const TABLE: &str = r"
  - service: dynamodb
    operation: ListTables
    region: eu-west-1
    of: null
    answer: {TableNames: [orders]}
";

#[test]
fn arns_and_names_of_the_snapshot_become_references() {
    let all = lowered(&format!("{FUNCTION}{ROLE}{TABLE}"), "");
    let role = property(&all, 0, "create", &["Role"]).get("Fn::GetAtt").unwrap();
    let parts: Vec<_> = role.as_list().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(parts, ["create:Role", "Arn"]);
    let table = property(&all, 0, "create", &["Environment", "Variables", "TABLE"]);
    assert_eq!(table.get("Ref").and_then(Node::as_str), Some("orders"));
    let statement = property(&all, 0, "create:Role", &["Policies"]).as_list().unwrap();
    let statement = statement[0].at(&["PolicyDocument", "Statement"]).unwrap().as_list().unwrap();
    let join = statement[0].at(&["Resource", "Fn::Join"]).unwrap().as_list().unwrap();
    assert_eq!(join[1].as_list().unwrap()[1].as_str(), Some("/index/*"));
}

#[test]
fn what_is_elsewhere_stays_an_arn() {
    let all = lowered(&format!("{FUNCTION}{ROLE}"), "");
    let other = property(&all, 0, "create", &["Environment", "Variables", "OTHER"]);
    assert_eq!(other.as_str(), Some("arn:aws:sqs:us-east-1:111122223333:far"));
    let layers = property(&all, 0, "create", &["Layers"]).as_list().unwrap();
    assert_eq!(layers[0].as_str(), Some("arn:aws:lambda:eu-west-1:999988887777:layer:x:1"));
}

#[test]
fn each_region_is_an_application_and_has_the_roles_that_it_uses() {
    let elsewhere = FUNCTION.replace("eu-west-1", "us-east-1");
    let all = lowered(&format!("{FUNCTION}{elsewhere}{ROLE}"), "");
    assert_eq!(all.deployments.len(), 2);
    for index in 0..2 {
        resource(&all, index, "create");
        resource(&all, index, "create:Role");
    }
}

#[test]
fn what_was_not_looked_at_is_unresolved_and_told() {
    let gap = r#"
not_looked_at:
- {account: "111122223333", region: eu-west-1, service: dynamodb, operation: DescribeContinuousBackups, of: orders, reason: access-denied, message: "no"}
"#;
    let all = lowered(TABLE, gap);
    let recovery = ["PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"];
    assert!(property(&all, 0, "orders", &recovery).get("Fn::Unresolved").is_some());
    let gap = all.not_looked_at.first().unwrap();
    assert_eq!(gap.question, "dynamodb:DescribeContinuousBackups");
    assert_eq!(gap.reason, "access-denied");
    let all = lowered(TABLE, "");
    assert!(resource(&all, 0, "orders").at(&["Properties", recovery[0]]).is_none());
}

#[test]
fn a_statement_of_a_functions_policy_is_a_permission() {
    let policy = r#"
  - service: lambda
    operation: GetPolicy
    region: eu-west-1
    of: create
    answer:
      Policy: '{"Statement": [{"Sid": "a", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Principal": {"Service": "s3.amazonaws.com"}, "Condition": {"StringEquals": {"AWS:SourceAccount": "111122223333"}, "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::in"}}}]}'
"#;
    let all = lowered(&format!("{FUNCTION}{policy}"), "");
    let name = "create/Permission/a0";
    assert_eq!(property(&all, 0, name, &["Principal"]).as_str(), Some("s3.amazonaws.com"));
    assert_eq!(property(&all, 0, name, &["SourceAccount"]).as_str(), Some("111122223333"));
    assert_eq!(property(&all, 0, name, &["SourceArn"]).as_str(), Some("arn:aws:s3:::in"));
}

#[test]
fn an_issuer_names_its_user_pool() {
    let pool = "
  - service: cognito-idp
    operation: DescribeUserPool
    region: eu-west-1
    of: eu-west-1_aB
    answer: {UserPool: {Id: eu-west-1_aB, Name: users}}
  - service: apigatewayv2
    operation: GetApis
    region: eu-west-1
    of: null
    answer: {items: [{apiId: x1, name: shop, protocolType: HTTP}]}
  - service: apigatewayv2
    operation: GetAuthorizers
    region: eu-west-1
    of: x1
    answer: {items: [{authorizerId: a1, name: who, authorizerType: JWT, jwtConfiguration: {issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB'}}]}
";
    let all = lowered(pool, "");
    let issuer = property(&all, 0, "shop/who", &["JwtConfiguration", "Issuer", "Fn::Join"]);
    let parts = issuer.as_list().unwrap()[1].as_list().unwrap();
    assert_eq!(parts[1].get("Ref").and_then(Node::as_str), Some("users"));
    let api = property(&all, 0, "shop/who", &["ApiId"]);
    assert_eq!(api.get("Ref").and_then(Node::as_str), Some("shop"));
}

#[test]
fn a_snapshot_without_accounts_is_an_error() {
    let document = parse_yaml(FileId(0), "schema: faasguard-snapshot/1", &Limits::default());
    let all = lower(FileId(0), &document.unwrap().documents.remove(0));
    assert!(all.deployments.is_empty());
    assert_eq!(all.diagnostics.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn odd_answers_are_read_without_fault(
        service in prop::sample::select(vec!["lambda", "iam", "apigateway", "sqs", "events", "s3", "logs"]),
        operation in prop::sample::select(vec![
            "ListFunctions", "GetPolicy", "GetAccountAuthorizationDetails", "GetResources",
            "GetMethod", "ListQueues", "GetQueueAttributes", "ListEventBuses", "ListBuckets",
            "GetBucketAcl", "DescribeLogGroups", "GetStages",
        ]),
        of in "[a-z/:%]{0,12}",
        body in r#"[\[\]{}a-zA-Z0-9:,'" %-]{0,60}"#,
    ) {
        let answer = format!("  - {{service: {service}, operation: {operation}, region: r, of: '{of}', answer: {{Functions: [{{FunctionName: x}}], items: [{{id: a, path: /}}], x: '{}'}}}}\n", body.replace('\'', ""));
        let text = format!("schema: faasguard-snapshot/1\naccounts:\n- account: '1'\n  answers:\n{answer}");
        if let Ok(parsed) = parse_yaml(FileId(0), &text, &Limits::default()) {
            for document in &parsed.documents {
                let _ = lower(FileId(0), document);
            }
        }
        if let Ok(parsed) = parse_yaml(FileId(0), &body, &Limits::default()) {
            for document in &parsed.documents {
                let _ = lower(FileId(0), document);
            }
        }
    }
}

#[test]
fn answers_in_xml_are_read_as_they_stand_on_the_wire() {
    let bucket = "
  - {service: s3, operation: ListBuckets, region: null, of: null, answer: {Buckets: [{Name: in}]}}
  - {service: s3, operation: GetBucketLocation, region: null, of: in, answer: {}}
  - {service: s3control, operation: GetPublicAccessBlock, region: null, of: null, answer: {BlockPublicPolicy: 'true', BlockPublicAcls: 'false'}}
  - {service: s3, operation: GetPublicAccessBlock, region: null, of: in, answer: {BlockPublicAcls: 'true', BlockPublicPolicy: 'false'}}
  - {service: s3, operation: GetBucketPolicy, region: null, of: in, answer: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::in/*'}]}}
  - {service: s3, operation: GetBucketCors, region: null, of: in, answer: {CORSRule: [{AllowedMethod: [GET], AllowedOrigin: ['*']}]}}
  - {service: s3, operation: GetBucketAcl, region: null, of: in, answer: {AccessControlList: [{Grantee: {URI: 'http://acs.amazonaws.com/groups/global/AllUsers'}, Permission: READ}]}}
  - {service: s3, operation: GetBucketNotificationConfiguration, region: null, of: in, answer: {CloudFunctionConfiguration: [{CloudFunction: 'arn:aws:lambda:us-east-1:111122223333:function:f', Event: ['s3:ObjectCreated:*'], Filter: {S3Key: {FilterRule: [{Name: prefix, Value: a/}]}}}]}}
";
    let all = lowered(bucket, "");
    // A bucket without a word for its place is in the first region of all.
    assert_eq!(all.deployments[0].region.as_deref(), Some("us-east-1"));
    let closed = property(&all, 0, "in", &["PublicAccessBlockConfiguration"]);
    let told = |name: &str| closed.get(name).and_then(Node::as_bool);
    assert_eq!((told("BlockPublicAcls"), told("BlockPublicPolicy")), (Some(true), Some(true)));
    assert_eq!(property(&all, 0, "in", &["AccessControl"]).as_str(), Some("PublicRead"));
    let statement = property(&all, 0, "in/BucketPolicy", &["PolicyDocument", "Statement"]);
    assert_eq!(statement.as_list().unwrap().len(), 1);
    let rules = property(&all, 0, "in", &["CorsConfiguration", "CorsRules"]).as_list().unwrap();
    assert_eq!(rules[0].get("AllowedOrigins").unwrap().as_list().unwrap().len(), 1);
    let lists = ["NotificationConfiguration", "LambdaConfigurations"];
    let events = property(&all, 0, "in", &lists).as_list().unwrap();
    let filter = events[0].at(&["Filter", "S3Key", "Rules"]).unwrap().as_list().unwrap();
    assert_eq!(filter[0].get("Value").and_then(Node::as_str), Some("a/"));
}

#[test]
fn questions_about_a_rule_name_its_bus() {
    let rule = "
  - {service: events, operation: ListEventBuses, region: r, of: null, answer: {EventBuses: [{Name: orders, Arn: 'arn:aws:events:r:111122223333:event-bus/orders'}]}}
  - {service: events, operation: ListRules, region: r, of: orders, answer: {Rules: [{Name: made, Arn: 'arn:aws:events:r:111122223333:rule/orders/made', EventBusName: orders}]}}
  - {service: events, operation: ListTargetsByRule, region: r, of: orders/made, answer: {Targets: [{Id: '1', Arn: 'arn:aws:lambda:r:111122223333:function:f'}]}}
";
    let all = lowered(rule, "");
    assert_eq!(property(&all, 0, "made", &["Targets"]).as_list().unwrap().len(), 1);
}

#[test]
fn the_own_account_is_no_other_account() {
    let role = r#"
  - {service: iam, operation: GetAccountAuthorizationDetails, region: null, of: null, answer: {RoleDetailList: [
     {RoleName: own, Path: /, Arn: 'arn:aws:iam::111122223333:role/own', AssumeRolePolicyDocument: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole"}]}'}]}}
"#;
    let all = lowered(role, "");
    let trust = property(&all, 0, "own", &["AssumeRolePolicyDocument", "Statement"]);
    let principal = trust.as_list().unwrap()[0].at(&["Principal", "AWS", "Fn::Sub"]).unwrap();
    assert_eq!(principal.as_str(), Some("arn:aws:iam::${AWS::AccountId}:root"));
}

#[test]
fn the_first_resource_of_an_interface_is_the_interfaces_own() {
    let api = "
  - {service: apigateway, operation: GetRestApis, region: r, of: null, answer: {item: [{id: a1, name: shop}]}}
  - {service: apigateway, operation: GetResources, region: r, of: a1, answer: {item: [
     {id: root, path: /, resourceMethods: {GET: {httpMethod: GET, authorizationType: NONE}}},
     {id: b2, path: /orders, pathPart: orders, parentId: root}]}}
";
    let all = lowered(api, "");
    let parent = property(&all, 0, "shop/orders", &["ParentId", "Fn::GetAtt"]).as_list().unwrap();
    assert_eq!(parent[1].as_str(), Some("RootResourceId"));
    assert!(all.deployments[0].template.at(&["Resources", "shop/"]).is_none());
}
