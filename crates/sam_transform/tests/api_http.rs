//! HTTP APIs: what `AWS::Serverless::HttpApi` and events `HttpApi` become, and local definitions.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use sam_transform::{Expanded, Options, expand};
use source_text::{FileId, Limits, Node, ReadError, ReadFile, Sources, parse_yaml};

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

fn check(result: &Expanded, keys: &[&str], expect: &str) {
    let Some(found) = result.template.get("Resources").and_then(|node| node.at(keys)) else {
        panic!("nothing at {keys:?}");
    };
    let expect = parse(expect);
    assert!(found.same(&expect), "at {keys:?}\nfound {found:#?}\nexpect {expect:#?}");
}

fn template(events: &str, api: &str) -> String {
    let events = format!("        {}\n", events.replace('\n', "\n        "));
    format!(
        "Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: s3://code/orders.zip
      Events:
{events}{api}"
    )
}

#[test]
fn an_event_without_path_is_the_default_route() {
    let result = expanded(&template("Any: {Type: HttpApi}", ""));
    let mut keys = vec!["ServerlessHttpApi", "Properties", "Body", "paths", "$default"];
    keys.extend(["x-amazon-apigateway-any-method", "isDefaultRoute"]);
    check(&result, &keys, "true");
    check(
        &result,
        &["OrdersAnyPermission", "Properties", "SourceArn"],
        "!Sub
          - arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/*
          - {__ApiId__: !Ref ServerlessHttpApi, __Stage__: '*'}",
    );
    check(
        &result,
        &["ServerlessHttpApiApiGatewayDefaultStage", "Properties"],
        "{ApiId: !Ref ServerlessHttpApi, StageName: $default, AutoDeploy: true, Tags: {'httpapi:createdBy': SAM}}",
    );
}

#[test]
fn the_permission_of_the_default_route_covers_the_other_routes() {
    let events = "Any: {Type: HttpApi}
One: {Type: HttpApi, Properties: {Path: '/orders/{id}', Method: GET}}";
    let result = expanded(&template(events, ""));
    let resources = result.template.get("Resources").unwrap();
    assert!(resources.get("OrdersAnyPermission").is_some());
    assert!(resources.get("OrdersOnePermission").is_none());
    let mut keys = vec!["ServerlessHttpApi", "Properties", "Body", "paths", "/orders/{id}"];
    keys.extend(["get", "parameters"]);
    check(&result, &keys, "[{name: id, in: path, required: true}]");
}

#[test]
fn jwt_and_lambda_authorizers_are_schemes() {
    let api = "
  Shop:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Customers
        Authorizers:
          Customers:
            IdentitySource: $request.header.Authorization
            JwtConfiguration: {Issuer: https://issuer.example, Audience: [shop]}
          Staff:
            FunctionArn: arn:staff
            AuthorizerPayloadFormatVersion: '2.0'
            EnableFunctionDefaultPermissions: true
            Identity: {Headers: [X-Staff]}
";
    let events = "One: {Type: HttpApi, Properties: {ApiId: !Ref Shop, Path: /a, Method: get}}
Two: {Type: HttpApi, Properties: {ApiId: !Ref Shop, Path: /b, Method: get, Auth: {Authorizer: NONE}}}";
    let result = expanded(&template(events, api));
    let body = ["Shop", "Properties", "Body"];
    let schemes = [&body[..], &["components", "securitySchemes"]].concat();
    check(
        &result,
        &[&schemes[..], &["Customers", "x-amazon-apigateway-authorizer"]].concat(),
        "type: jwt
identitySource: $request.header.Authorization
jwtConfiguration: {issuer: https://issuer.example, audience: [shop]}",
    );
    let sources = ["Staff", "x-amazon-apigateway-authorizer", "identitySource"];
    check(&result, &[&schemes[..], &sources].concat(), "[$request.header.X-Staff]");
    let security = |path| [&body[..], &["paths", path, "get", "security"]].concat();
    check(&result, &security("/a"), "[{Customers: []}]");
    check(&result, &security("/b"), "[{NONE: []}]");
    check(&result, &["ShopStaffAuthorizerPermission", "Properties", "FunctionName"], "arn:staff");
}

#[test]
fn route_settings_of_events_are_those_of_the_stage() {
    let event = "One: {Type: HttpApi, Properties: {Path: /a, Method: get, RouteSettings: {ThrottlingRateLimit: 5}}}";
    let result = expanded(&template(event, ""));
    let keys = ["ServerlessHttpApiApiGatewayDefaultStage", "Properties", "RouteSettings"];
    check(&result, &keys, "{GET /a: {ThrottlingRateLimit: 5}}");
}

#[test]
fn cors_true_allows_every_origin() {
    let api = "
  Shop: {Type: AWS::Serverless::HttpApi, Properties: {CorsConfiguration: true}}
";
    let event = "One: {Type: HttpApi, Properties: {ApiId: !Ref Shop, Path: /a, Method: get}}";
    let result = expanded(&template(event, api));
    let keys = ["Shop", "Properties", "Body", "x-amazon-apigateway-cors"];
    check(&result, &keys, "{allowOrigins: ['*']}");
}

struct OneFile {
    sources: Sources,
}

impl ReadFile for OneFile {
    fn read(&self, _from: FileId, path: &str) -> Result<FileId, ReadError> {
        match path {
            "./openapi.yaml" => Ok(self.sources.add(path, "paths: {/orders: {get: {}}}")),
            _ => Err(ReadError::NotFound { path: path.to_owned() }),
        }
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}

#[test]
fn a_local_definition_is_read_for_its_routes() {
    let yaml = "Resources:
  Shop: {Type: AWS::Serverless::Api, Properties: {StageName: live, DefinitionUri: ./openapi.yaml}}
  Stock: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: s3://specs/stock.yaml}}
";
    let files = OneFile { sources: Sources::default() };
    let from = files.sources.add("template.yaml", yaml);
    let result = expand(&parse(yaml), &Options::default(), Some((&files, from)));
    let definitions: Vec<_> = result.definitions.keys().map(smol_str::SmolStr::as_str).collect();
    assert_eq!(definitions, ["Shop"]);
    let read = result.definitions.get("Shop").unwrap();
    assert!(read.at(&["paths", "/orders", "get"]).is_some());
    assert_eq!(result.diagnostics, []);
    check(&result, &["Shop", "Properties", "BodyS3Location"], "./openapi.yaml");
    check(&result, &["Stock", "Properties", "BodyS3Location"], "{Bucket: specs, Key: stock.yaml}");
}

#[test]
fn a_local_definition_that_is_not_there_is_told() {
    let yaml = "Resources:
  Stock: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: ./lost.yaml}}
";
    let files = OneFile { sources: Sources::default() };
    let from = files.sources.add("template.yaml", yaml);
    let result = expand(&parse(yaml), &Options::default(), Some((&files, from)));
    let [warning] = result.diagnostics.as_slice() else { panic!("{:?}", result.diagnostics) };
    assert_eq!(warning.place.line, 2);
    assert!(warning.message.contains("there is no file `./lost.yaml`"), "{warning:?}");
}
