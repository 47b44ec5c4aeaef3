//! REST APIs: what `AWS::Serverless::Api` and events `Api` become.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use sam_transform::{Expanded, Options, expand};
use source_text::{Limits, Node, Sources, parse_yaml};

fn parse(yaml: &str) -> Node {
    let sources = Sources::default();
    let file = sources.add("template.yaml", yaml);
    let parsed = parse_yaml(file, yaml, &Limits::default()).unwrap();
    cfn_template::lower(parsed.documents.into_iter().next().unwrap()).0
}

fn expanded(yaml: &str) -> Expanded {
    let result = expand(&parse(yaml), &Options::default(), None);
    assert_eq!(result.diagnostics, [], "{yaml}");
    result
}

/// The value at `keys` of the expansion equals the YAML `expect`.
fn check(result: &Expanded, keys: &[&str], expect: &str) {
    let Some(found) = result.template.get("Resources").and_then(|node| node.at(keys)) else {
        panic!("nothing at {keys:?} of {:?}", ids(result));
    };
    let expect = parse(expect);
    assert!(found.same(&expect), "at {keys:?}\nfound {found:#?}\nexpect {expect:#?}");
}

fn ids(result: &Expanded) -> Vec<&str> {
    let resources = result.template.get("Resources").and_then(Node::as_map).unwrap();
    resources.keys().map(smol_str::SmolStr::as_str).collect()
}

const FUNCTION: &str = "
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: s3://code/orders.zip
      Events:
        List:
          Type: Api
          Properties:
            Path: /orders/{id}
            Method: GET
";

fn with_function(rest: &str) -> String {
    format!("Resources:{FUNCTION}{rest}")
}

fn explicit(properties: &str) -> String {
    let event = "            RestApiId: !Ref Shop\n";
    let api = "  Shop:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: live\n";
    let indented = format!("      {}\n", properties.replace('\n', "\n      "));
    with_function(&format!("{event}{api}{indented}"))
}

#[test]
fn an_event_without_an_api_makes_the_implicit_one() {
    let result = expanded(&with_function(""));
    check(
        &result,
        &["ServerlessRestApi", "Properties", "Body", "paths"],
        "/orders/{id}:
           get:
             x-amazon-apigateway-integration:
               type: aws_proxy
               httpMethod: POST
               uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
             responses: {}",
    );
    check(&result, &["ServerlessRestApiProdStage", "Properties", "StageName"], "Prod");
    check(
        &result,
        &["OrdersListPermissionProd", "Properties", "SourceArn"],
        "!Sub
          - arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/GET/orders/*
          - {__ApiId__: !Ref ServerlessRestApi, __Stage__: '*'}",
    );
}

#[test]
fn a_condition_of_the_only_function_is_that_of_the_api_and_its_path() {
    let yaml = with_function("    Condition: IsProd\n") + "Conditions:\n  IsProd: !Equals [a, b]\n";
    let result = expanded(&yaml);
    check(&result, &["ServerlessRestApi", "Condition"], "IsProd");
    let keys = ["ServerlessRestApi", "Properties", "Body", "paths", "/orders/{id}", "Fn::If"];
    let choice = result.template.get("Resources").unwrap().at(&keys).unwrap().as_list().unwrap();
    assert_eq!(choice[0].as_str(), Some("IsProd"));
    assert_eq!(choice[2].get("Ref").and_then(Node::as_str), Some("AWS::NoValue"));
}

#[test]
fn generated_values_point_at_their_cause() {
    let result = expanded(&explicit(""));
    let resources = result.template.get("Resources").unwrap();
    // Line 9 is the name of the event.
    assert_eq!(resources.get("OrdersListPermissionlive").unwrap().place.line, 9);
    let route = resources.at(&["Shop", "Properties", "Body", "paths", "/orders/{id}"]).unwrap();
    assert_eq!(route.place.line, 9);
}

#[test]
fn a_deployment_has_another_id_when_the_definition_changes() {
    let id_of = |result: &Expanded| {
        ids(result).into_iter().find(|id| id.starts_with("ShopDeployment")).unwrap().to_owned()
    };
    let one = id_of(&expanded(&explicit("")));
    let same = id_of(&expanded(&explicit("TracingEnabled: true")));
    let other = id_of(&expanded(&explicit("Cors: \"'*'\"")));
    assert_eq!(one.len(), "ShopDeployment".len() + 10);
    assert_eq!(one, same);
    assert_ne!(one, other);
}

#[test]
fn cors_adds_an_options_method_with_the_verbs_of_the_path() {
    let result = expanded(&explicit("Cors: {AllowOrigin: \"'shop.example'\", MaxAge: 0}"));
    let keys = ["Shop", "Properties", "Body", "paths", "/orders/{id}", "options"];
    let mut keys = keys.to_vec();
    keys.extend(["x-amazon-apigateway-integration", "responses", "default", "responseParameters"]);
    check(
        &result,
        &keys,
        r#"method.response.header.Access-Control-Allow-Origin: "'shop.example'"
method.response.header.Access-Control-Allow-Methods: "'GET,OPTIONS'"
method.response.header.Access-Control-Max-Age: 0"#,
    );
}

#[test]
fn the_default_authorizer_guards_methods_and_not_the_preflight_when_told_so() {
    let auth = "Cors: \"'*'\"
Auth:
  AddDefaultAuthorizerToCorsPreflight: false
  DefaultAuthorizer: Customers
  Authorizers:
    Customers: {UserPoolArn: arn:pool, AuthorizationScopes: [read]}";
    let result = expanded(&explicit(auth));
    let path = ["Shop", "Properties", "Body", "paths", "/orders/{id}"];
    check(&result, &[&path[..], &["get", "security"]].concat(), "[{Customers: [read]}]");
    let options = [&path[..], &["options", "security"]].concat();
    assert!(result.template.get("Resources").unwrap().at(&options).is_none());
    check(
        &result,
        &["Shop", "Properties", "Body", "securityDefinitions", "Customers"],
        "type: apiKey
name: Authorization
in: header
x-amazon-apigateway-authtype: cognito_user_pools
x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: [arn:pool]}",
    );
}

#[test]
fn openapi_3_has_the_schemes_among_the_components() {
    let result = expanded(&explicit("OpenApiVersion: 3.0.1\nAuth: {ApiKeyRequired: true}"));
    let body = ["Shop", "Properties", "Body"];
    check(&result, &[&body[..], &["openapi"]].concat(), "3.0.1");
    let schemes = [&body[..], &["components", "securitySchemes"]].concat();
    check(&result, &schemes, "{api_key: {type: apiKey, name: x-api-key, in: header}}");
    let deployment = ids(&result).into_iter().find(|id| id.starts_with("ShopDeployment")).unwrap();
    let resources = result.template.get("Resources").unwrap();
    assert!(resources.at(&[deployment, "Properties", "StageName"]).is_none());
}

#[test]
fn a_resource_policy_lets_everybody_in_but_the_listed_addresses() {
    let policy = "Auth: {ResourcePolicy: {IpRangeBlacklist: [192.0.2.0/24]}}";
    let result = expanded(&explicit(policy));
    check(
        &result,
        &["Shop", "Properties", "Body", "x-amazon-apigateway-policy", "Statement"],
        "- Effect: Allow
  Action: execute-api:Invoke
  Principal: '*'
  Resource: [!Sub ['execute-api:/${__Stage__}/GET/orders/*', {__Stage__: live}]]
- Effect: Deny
  Action: execute-api:Invoke
  Principal: '*'
  Resource: [!Sub ['execute-api:/${__Stage__}/GET/orders/*', {__Stage__: live}]]
  Condition: {IpAddress: {aws:SourceIp: [192.0.2.0/24]}}",
    );
}

#[test]
fn a_shared_usage_plan_lists_every_api() {
    let plan = "Auth: {UsagePlan: {CreateUsagePlan: SHARED}}";
    let second = format!(
        "{}  Stock:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: test\n      {plan}\n",
        explicit(plan)
    );
    let result = expanded(&second);
    let resources = result.template.get("Resources").unwrap();
    let stages = resources.at(&["ServerlessUsagePlan", "Properties", "ApiStages"]).unwrap();
    assert_eq!(stages.as_list().unwrap().len(), 2);
    check(&result, &["ServerlessUsagePlanKey", "Properties", "KeyId"], "!Ref ServerlessApiKey");
}

#[test]
fn a_written_definition_is_left_alone_unless_the_event_overrides() {
    let body = "DefinitionBody:
  swagger: '2.0'
  paths:
    /orders/{id}:
      get: {x-amazon-apigateway-integration: {uri: arn:elsewhere}}";
    let result = expanded(&explicit(body));
    let method = ["Shop", "Properties", "Body", "paths", "/orders/{id}", "get"];
    check(&result, &method, "{x-amazon-apigateway-integration: {uri: arn:elsewhere}}");
    let overriding = explicit(body).replace(
        "Method: GET",
        "Method: GET\n            Auth: {ApiKeyRequired: true, OverrideApiAuth: true}",
    );
    let security = [&method[..], &["security"]].concat();
    check(&expanded(&overriding), &security, "[{api_key: []}]");
}

#[test]
fn merged_definitions_keep_what_the_author_wrote() {
    let body = "MergeDefinitions: true
DefinitionBody:
  swagger: '2.0'
  paths:
    /orders/{id}:
      get: {summary: one order}";
    let result = expanded(&explicit(body));
    let method = ["Shop", "Properties", "Body", "paths", "/orders/{id}", "get"];
    check(&result, &[&method[..], &["summary"]].concat(), "one order");
    let kind = [&method[..], &["x-amazon-apigateway-integration", "type"]].concat();
    check(&result, &kind, "aws_proxy");
}

#[test]
fn a_model_makes_a_body_parameter_and_its_validator() {
    let yaml = explicit("Models: {Order: {type: object}}").replace(
        "Method: GET",
        "Method: GET\n            RequestModel: {Model: Order, Required: true, ValidateBody: true}",
    );
    let result = expanded(&yaml);
    let body = ["Shop", "Properties", "Body"];
    check(&result, &[&body[..], &["definitions"]].concat(), "{order: {type: object}}");
    let method = [&body[..], &["paths", "/orders/{id}", "get"]].concat();
    check(
        &result,
        &[&method[..], &["parameters"]].concat(),
        "[{in: body, name: order, required: true, schema: {$ref: '#/definitions/order'}}]",
    );
    let validator = [&method[..], &["x-amazon-apigateway-request-validator"]].concat();
    check(&result, &validator, "body-only");
}

#[test]
fn a_custom_domain_has_base_paths_and_records() {
    let domain = "Domain:
  DomainName: api.shop.example
  CertificateArn: arn:certificate
  BasePath: [/v-1]
  Route53: {HostedZoneId: ZONE, IpV6: true}";
    let result = expanded(&explicit(domain));
    check(&result, &["Shopv1BasePathMapping", "Properties", "BasePath"], "v1");
    check(&result, &["Shopv1BasePathMapping", "Properties", "Stage"], "!Ref ShopliveStage");
    let group = ids(&result).into_iter().find(|id| id.starts_with("RecordSetGroup")).unwrap();
    let resources = result.template.get("Resources").unwrap();
    let records = resources.at(&[group, "Properties", "RecordSets"]).unwrap().as_list().unwrap();
    let types: Vec<_> = records.iter().map(|r| r.get("Type").unwrap().as_str().unwrap()).collect();
    assert_eq!(types, ["A", "AAAA"]);
}

#[test]
fn an_api_that_iam_guards_calls_the_function_as_the_caller() {
    let result = expanded(&explicit("Auth: {DefaultAuthorizer: AWS_IAM}"));
    let mut keys = vec!["Shop", "Properties", "Body", "paths", "/orders/{id}", "get"];
    keys.extend(["x-amazon-apigateway-integration", "credentials"]);
    check(&result, &keys, "arn:aws:iam::*:user/*");
}

#[test]
fn partitions_without_edge_endpoints_get_regional_ones() {
    let options = Options { region: Some("cn-north-1".into()), ..Options::default() };
    let result = expand(&parse(&explicit("")), &options, None);
    check(&result, &["Shop", "Properties", "EndpointConfiguration"], "{Types: [REGIONAL]}");
}

#[test]
fn tags_are_passed_on_when_asked() {
    let result = expanded(&explicit("Tags: {team: shop}\nPropagateTags: true"));
    for id in ["Shop", "ShopliveStage"] {
        check(&result, &[id, "Properties", "Tags"], "[{Key: team, Value: shop}]");
    }
    let result = expanded(&explicit("Tags: {team: shop}"));
    let resources = result.template.get("Resources").unwrap();
    assert!(resources.at(&["Shop", "Properties", "Tags"]).is_none());
}
