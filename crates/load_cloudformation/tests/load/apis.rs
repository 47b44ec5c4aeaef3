//! Who must prove what on which route.

use app_model::{Application, RouteForm};
use load_cloudformation::Options;
use source_text::{FileId, Limits, ReadError, ReadFile, Sources, parse_yaml};

use crate::{load, load_sam, triggers};

const FUNCTION: &str = "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: \
                        python3.13\n      Handler: a.b\n      CodeUri: .\n      Events:\n";

#[test]
fn a_default_authorizer_guards_every_route_that_does_not_switch_it_off() {
    let app = load_sam(&format!(
        "{FUNCTION}        A: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Path: /a, Method: \
         get}}}}\n        B: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Path: /b, Method: get, \
         Auth: {{Authorizer: NONE}}}}}}\n  Api:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      \
         Auth:\n        DefaultAuthorizer: Jwt\n        Authorizers:\n          Jwt: {{IdentitySource: \
         $request.header.Authorization, JwtConfiguration: {{issuer: https://i.example, audience: \
         [shop]}}}}\n"
    ));
    assert_eq!(
        triggers(&app, "F"),
        ["http-api GET /a jwt internet", "http-api GET /b none internet"]
    );
    let authorizer = &app.api("Api").unwrap().authorizers[0];
    assert_eq!(authorizer.audiences.len(), 1);
}

#[test]
fn iam_and_api_keys_are_no_authorizers_of_users() {
    let api = |auth: &str| {
        load_sam(&format!(
            "{FUNCTION}        A: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: /a, Method: \
             get}}}}\n  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: v1\n      \
             Auth: {auth}\n"
        ))
    };
    assert_eq!(
        triggers(&api("{DefaultAuthorizer: AWS_IAM}"), "F"),
        ["rest-api GET /a iam internet"]
    );
    assert_eq!(triggers(&api("{ApiKeyRequired: true}"), "F"), ["rest-api GET /a api-key internet"]);
}

#[test]
fn a_resource_policy_or_a_private_endpoint_keeps_the_internet_out() {
    let private = load_sam(&format!(
        "{FUNCTION}        A: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: /a, Method: get}}}}\n  \
         Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: v1\n      \
         EndpointConfiguration: {{Type: PRIVATE}}\n"
    ));
    assert_eq!(triggers(&private, "F"), ["rest-api GET /a none account"]);
    let listed = load_sam(&format!(
        "{FUNCTION}        A: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: /a, Method: get}}}}\n  \
         Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: v1\n      Auth: \
         {{ResourcePolicy: {{IpRangeWhitelist: [192.0.2.0/24]}}}}\n"
    ));
    assert_eq!(triggers(&listed, "F"), ["rest-api GET /a resource-policy internet"]);
}

#[test]
fn a_client_certificate_counts_when_no_address_does_without() {
    let api = |shut: bool, trust: &str| {
        load_sam(&format!(
            "{FUNCTION}        A: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Path: /a, Method: \
             get}}}}\n  Api:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      \
             DisableExecuteApiEndpoint: {shut}\n  Domain:\n    Type: \
             AWS::ApiGatewayV2::DomainName\n    Properties:\n      DomainName: \
             shop.example.com\n{trust}  Mapping:\n    Type: AWS::ApiGatewayV2::ApiMapping\n    \
             Properties: {{ApiId: !Ref Api, DomainName: !Ref Domain, Stage: $default}}\n"
        ))
    };
    let trust = "      MutualTlsAuthentication: {TruststoreUri: s3://certificates/shop.pem}\n";
    assert_eq!(triggers(&api(true, trust), "F"), ["http-api GET /a client-certificate internet"]);
    assert_eq!(triggers(&api(false, trust), "F"), ["http-api GET /a none internet"]);
    assert_eq!(triggers(&api(true, ""), "F"), ["http-api GET /a none internet"]);
}

#[test]
fn methods_and_routes_written_out_are_read_like_definitions() {
    let app = load(
        "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.13}}\n  Api: \
         {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}\n  Users: {Type: \
         AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !GetAtt \
         Api.RootResourceId, PathPart: users}}\n  One: {Type: AWS::ApiGateway::Resource, Properties: \
         {RestApiId: !Ref Api, ParentId: !Ref Users, PathPart: '{id}'}}\n  Get:\n    Type: \
         AWS::ApiGateway::Method\n    Properties:\n      RestApiId: !Ref Api\n      ResourceId: !Ref \
         One\n      HttpMethod: GET\n      AuthorizationType: NONE\n      Integration: {Type: \
         AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/\
         ${F.Arn}/invocations'}\n",
    );
    assert_eq!(triggers(&app, "F"), ["rest-api GET /users/{id} none internet"]);
}

#[test]
fn a_throttle_of_the_stage_holds_for_its_routes() {
    let app = load_sam(&format!(
        "{FUNCTION}        A: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Path: /a, Method: get}}}}\n  \
         Api: {{Type: AWS::Serverless::HttpApi, Properties: {{DefaultRouteSettings: \
         {{ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10}}}}}}\n"
    ));
    let trigger = app.triggers_of("F").next().unwrap();
    let rate = trigger.throttle.as_ref().unwrap().rate.as_ref().unwrap();
    assert_eq!(rate.value.known(), Some(&5.0));
}

#[test]
fn a_route_knows_whether_an_event_a_definition_or_a_resource_makes_it() {
    let event = |more: &str| {
        load_sam(&format!(
            "{FUNCTION}        A: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: /a, Method: \
             get}}}}\n  Api:\n    Type: AWS::Serverless::Api\n    Properties: {{StageName: v1{more}}}\n"
        ))
    };
    let form = |app: &Application| app.api("Api").unwrap().routes[0].form;
    assert_eq!(form(&event("")), RouteForm::Event);
    let body = ", DefinitionBody: {openapi: 3.0.1, info: {title: a}, paths: {/a: {get: {}}}}";
    assert_eq!(form(&event(body)), RouteForm::Definition);
    let plain = |api: &str, more: &str| {
        load(&format!(
            "Resources:\n  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{{api}}}}}\n{more}"
        ))
    };
    let route = "  R: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: GET \
                 /a}}\n";
    assert_eq!(form(&plain("ProtocolType: HTTP", route)), RouteForm::Resource);
    assert_eq!(
        form(&plain("Body: {openapi: 3.0.1, paths: {/a: {get: {}}}}", "")),
        RouteForm::Definition
    );
    assert_eq!(
        form(&plain("ProtocolType: HTTP, Target: 'https://a.example'", "")),
        RouteForm::Target
    );
}

#[test]
fn only_an_http_api_heeds_the_cross_origin_extension() {
    let cors = |kind: &str| {
        let app = load(&format!(
            "Resources:\n  Api:\n    Type: {kind}\n    Properties:\n      Body: {{openapi: 3.0.1, paths: \
             {{}}, x-amazon-apigateway-cors: {{allowOrigins: ['*']}}}}\n"
        ));
        app.api("Api").unwrap().cors.is_some()
    };
    assert!(cors("AWS::ApiGatewayV2::Api"));
    assert!(!cors("AWS::ApiGateway::RestApi"));
}

/// One file beside the template.
struct OneFile(Sources, &'static str, FileId);

impl ReadFile for OneFile {
    fn read(&self, _from: FileId, path: &str) -> Result<FileId, ReadError> {
        let is_known = path.trim_start_matches("./") == self.1;
        is_known.then_some(self.2).ok_or_else(|| ReadError::NotFound { path: path.to_owned() })
    }

    fn sources(&self) -> &Sources {
        &self.0
    }
}

#[test]
fn a_schema_is_read_in_the_template_and_in_a_file_beside_it() {
    let text = "type Query { order: Order } type Order { id: ID }";
    let sources = Sources::default();
    let schema = sources.add("schema.graphql", text);
    let files = OneFile(sources, "schema.graphql", schema);
    let types = |schema: &str| {
        let text = format!(
            "Resources:\n  Api: {{Type: AWS::AppSync::GraphQLApi, Properties: {{AuthenticationType: \
             API_KEY}}}}\n  Schema: {{Type: AWS::AppSync::GraphQLSchema, Properties: {{ApiId: !GetAtt \
             Api.ApiId, {schema}}}}}\n"
        );
        let file = files.sources().add("template.yaml", text.as_str());
        let document = parse_yaml(file, &text, &Limits::default()).unwrap().documents.remove(0);
        let app = load_cloudformation::load(file, document, &Options::default(), Some(&files)).app;
        app.api("Api").unwrap().schema.as_ref().map(|schema| schema.types.len())
    };
    assert_eq!(types(&format!("Definition: '{text}'")), Some(2));
    assert_eq!(types("DefinitionS3Location: ./schema.graphql"), Some(2));
    assert_eq!(types("DefinitionS3Location: s3://artifacts/schema.graphql"), None);
    assert_eq!(types("Definition: 'type Query {'"), None);
    assert_eq!(types("Definition: !Ref Schema"), None);
}
