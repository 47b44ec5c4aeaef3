//! What a finding advises can be followed, and following it ends the finding.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use finding::{Confidence, Finding, Severity};
use source_text::Sources;

/// The findings of one rule in a template.
fn findings(rule: &str, text: &str) -> Vec<Finding> {
    let app = load_cloudformation::load_text(&Sources::default(), "template.yaml", text);
    rules::by_name(rule).unwrap().findings(&app)
}

/// The only finding of a rule.
fn only(rule: &str, text: &str) -> Finding {
    let mut found = findings(rule, text);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn fix(found: &Finding) -> &str {
    &found.fix.as_ref().unwrap().description
}

/// A function of SAM, and what else is told of it.
fn function(more: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: python3.13
{more}"
    )
}

#[test]
fn a_template_that_removes_is_replaced_by_a_statement_where_no_other_template_removes() {
    let with = |policy: &str| {
        function(&format!("      FunctionUrlConfig: {{AuthType: NONE}}\n      Policies:\n{policy}"))
    };
    let table =
        only("broad-policy-template", &with("        - DynamoDBCrudPolicy: {TableName: a}\n"));
    assert!(fix(&table).ends_with("neither template allows `dynamodb:DeleteItem`"), "{table:?}");
    assert_eq!(table.confidence, Confidence::Medium);
    let bucket = only("broad-policy-template", &with("        - S3CrudPolicy: {BucketName: a}\n"));
    assert!(fix(&bucket).ends_with("neither template allows `s3:DeleteObject`"), "{bucket:?}");
    let statement = "        - Statement: {Effect: Allow, Action: 'dynamodb:DeleteItem', Resource: \
                     !GetAtt Orders.Arn}\n";
    assert_eq!(findings("broad-policy-template", &with(statement)), []);
    let narrow = "        - DynamoDBWritePolicy: {TableName: a}\n";
    assert_eq!(findings("broad-policy-template", &with(narrow)), []);
}

/// Functions behind routes and more, with one limit for all.
fn slow(events: &str, more: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31
Globals: {{Function: {{Timeout: 300, CodeUri: src/, Handler: a.b, Runtime: python3.13}}}}
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Post: {{Type: Api, Properties: {{Method: POST, Path: /orders}}}}
{events}{more}"
    )
}

#[test]
fn a_limit_that_others_share_is_set_on_the_function() {
    let alone = only("timeout-beyond-trigger", &slow("", ""));
    assert_eq!(fix(&alone), "Set `Timeout` to 29 or less, and hand longer work to a queue");
    let other = "  Report: {Type: AWS::Serverless::Function}\n";
    let shared = only("timeout-beyond-trigger", &slow("", other));
    assert_eq!(
        fix(&shared),
        "Set `Timeout` to 29 or less on `CreateOrder` alone, as others share this line, and hand \
         longer work to a queue"
    );
    assert_eq!(shared.confidence, Confidence::High);
    let followed = slow("      Timeout: 29\n", other);
    assert_eq!(findings("timeout-beyond-trigger", &followed), []);
}

#[test]
fn a_route_beside_longer_work_gets_a_function_of_its_own() {
    for event in [
        "        Night: {Type: Schedule, Properties: {Schedule: rate(1 day)}}\n",
        "        Queue: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}\n",
        "      FunctionUrlConfig: {AuthType: AWS_IAM}\n",
    ] {
        let found = only("timeout-beyond-trigger", &slow(event, ""));
        assert_eq!(found.confidence, Confidence::Medium, "{event}");
        assert!(fix(&found).starts_with("Give `POST /orders` a function of its own"), "{found:?}");
    }
}

/// A REST API with an `OpenAPI` definition of its own; `operation` and `top` are added to it.
fn defined(operation: &str, top: &str) -> String {
    function(&format!(
        "      Events:
        Post: {{Type: Api, Properties: {{RestApiId: !Ref Shop, Method: POST, Path: /orders}}}}
  Shop:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      DefinitionBody:
        openapi: 3.0.1
        info: {{title: shop, version: '1'}}
{top}        paths:
          /orders:
            post:
{operation}              x-amazon-apigateway-integration:
                type: aws_proxy
                httpMethod: POST
                uri: !Sub 'arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{CreateOrder.Arn}}/invocations'
"
    ))
}

/// The same by resources of API Gateway; `more` is added to the method.
fn method(more: &str) -> String {
    function(&format!(
        "  Shop: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: shop}}}}
  Post:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Shop
      ResourceId: !GetAtt Shop.RootResourceId
      HttpMethod: POST
{more}      Integration:
        Type: AWS_PROXY
        Uri: !Sub 'arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{CreateOrder.Arn}}/invocations'
"
    ))
}

/// The same by an event; `more` is added to its properties.
fn event(more: &str, api: &str) -> String {
    function(&format!(
        "      Events:
        Post:
          Type: Api
          Properties: {{RestApiId: !Ref Shop, Method: POST, Path: /orders{more}}}
  Shop: {{Type: AWS::Serverless::Api, Properties: {{StageName: live{api}}}}}
"
    ))
}

#[test]
fn an_unchecked_body_is_refused_as_advised_however_the_route_is_written() {
    let rule = "unvalidated-request";
    let found = only(rule, &event("", ""));
    assert!(fix(&found).starts_with("Set `RequestModel` with `ValidateBody: true`"), "{found:?}");
    let model = ", RequestModel: {Model: Order, ValidateBody: true, Required: true}";
    assert_eq!(findings(rule, &event(model, ", Models: {Order: {type: object}}")), []);

    let found = only(rule, &method("      AuthorizationType: NONE\n"));
    assert!(fix(&found).starts_with("Set `RequestValidatorId` and `RequestModels`"), "{found:?}");
    let validator =
        "      RequestValidatorId: body\n      RequestModels: {application/json: Order}\n";
    assert_eq!(findings(rule, &method(validator)), []);

    let found = only(rule, &defined("", ""));
    assert!(fix(&found).starts_with("Set `x-amazon-apigateway-request-validator`"), "{found:?}");
    let body = "              x-amazon-apigateway-request-validator: body
              requestBody: {content: {application/json: {schema: {type: object}}}}
";
    let validators = "        x-amazon-apigateway-request-validators:
          body: {validateRequestBody: true, validateRequestParameters: false}
";
    assert_eq!(findings(rule, &defined(body, validators)), []);
    let of_all = "        x-amazon-apigateway-request-validator: body\n";
    assert_eq!(findings(rule, &defined("", &format!("{validators}{of_all}"))), []);
}

#[test]
fn an_open_route_is_shut_as_advised_however_it_is_written() {
    let rule = "unauthenticated-route";
    let found = only(rule, &event("", ""));
    assert!(fix(&found).starts_with("Set `Auth.Authorizer` on the event"), "{found:?}");
    assert_eq!(findings(rule, &event(", Auth: {Authorizer: AWS_IAM}", "")), []);
    assert_eq!(findings(rule, &event("", ", Auth: {DefaultAuthorizer: AWS_IAM}")), []);

    let found = only(rule, &method("      AuthorizationType: NONE\n"));
    assert!(fix(&found).contains("`AuthorizerId` on the method"), "{found:?}");
    let authorizer = "      AuthorizationType: CUSTOM\n      AuthorizerId: !Ref Judge\n";
    assert_eq!(findings(rule, &method(authorizer)), []);

    let found = only(rule, &defined("", ""));
    assert!(fix(&found).starts_with("Name under `security` of the operation"), "{found:?}");
    let schemes = "        components:
          securitySchemes:
            Users:
              type: apiKey
              name: Authorization
              in: header
              x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: [a]}
";
    let security = "              security: [{Users: []}]\n";
    assert_eq!(findings(rule, &defined(security, schemes)), []);
    let of_all = format!("{schemes}        security: [{{Users: []}}]\n");
    assert_eq!(findings(rule, &defined("", &of_all)), []);
    // A scheme that only describes a token is checked by nobody.
    let described = schemes.replace("x-amazon-apigateway-authorizer", "x-described");
    assert_eq!(findings(rule, &defined(security, &described)).len(), 1);
}

#[test]
fn an_open_route_is_as_bad_as_what_its_function_may_do() {
    let severity = |more: &str| {
        let text = function(&format!(
            "{more}      Events:\n        Get: {{Type: HttpApi, Properties: {{Method: GET, Path: /}}}}\n"
        ));
        only("unauthenticated-route", &text).severity
    };
    assert_eq!(severity(""), Severity::Medium);
    assert_eq!(severity("      Tracing: Active\n"), Severity::Medium);
    assert_eq!(severity("      Environment: {Variables: {TABLE: orders}}\n"), Severity::Medium);
    for more in [
        "      Policies: [AmazonS3ReadOnlyAccess]\n",
        "      Policies: [{SQSSendMessagePolicy: {QueueName: orders}}]\n",
        "      Policies: [{LambdaInvokePolicy: {FunctionName: other}}]\n",
        "      Policies: ['arn:aws:iam::111122223333:policy/own']\n",
        "      Role: arn:aws:iam::111122223333:role/own\n",
        "      VpcConfig: {SubnetIds: [a], SecurityGroupIds: [b]}\n",
        "      Environment: {Variables: {DB_PASSWORD: !Ref Password}}\n",
    ] {
        assert_eq!(severity(more), Severity::High, "{more}");
    }
}

#[test]
fn a_backend_that_anybody_can_call_gains_little_from_an_open_route() {
    let severity = |more: &str, stage: &str| {
        let text = format!(
            "Resources:
  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: a, ProtocolType: HTTP}}}}
  Stage: {{Type: AWS::ApiGatewayV2::Stage, Properties: {{ApiId: !Ref Api, StageName: live{stage}}}}}
  Get:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{ApiId: !Ref Api, RouteKey: GET /, Target: !Sub 'integrations/${{To}}'}}
  To:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: HTTP_PROXY
      IntegrationUri: https://shop.example.com
      RequestParameters: {{{more}}}
"
        );
        only("unauthenticated-route", &text).severity
    };
    assert_eq!(severity("", ""), Severity::Low);
    assert_eq!(severity("'overwrite:header.token': $request.header.token", ""), Severity::Low);
    assert_eq!(severity("'overwrite:path': /orders", ""), Severity::Low);
    assert_eq!(severity("'append:header.x-api-key': '7f-orders'", ""), Severity::High);
    assert_eq!(severity("", ", ClientCertificateId: a"), Severity::High);
}

#[test]
fn a_web_socket_is_guarded_where_it_connects() {
    let socket = |more: &str| {
        format!(
            "Resources:
  Chat: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: chat, ProtocolType: WEBSOCKET}}}}
  Stage: {{Type: AWS::ApiGatewayV2::Stage, Properties: {{ApiId: !Ref Chat, StageName: live}}}}
  Say:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{ApiId: !Ref Chat, RouteKey: $default, Target: !Sub 'integrations/${{To}}'}}
  To:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Chat
      IntegrationType: AWS
      IntegrationUri: !Sub 'arn:aws:apigateway:${{AWS::Region}}:sqs:path/111122223333/orders'
{more}"
        )
    };
    let connect = |auth: &str| {
        format!(
            "  Connect:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{ApiId: !Ref Chat, RouteKey: $connect, AuthorizationType: {auth}}}
"
        )
    };
    let rule = "unauthenticated-direct-integration";
    let found = only(rule, &socket(""));
    assert!(fix(&found).starts_with("Add a `$connect` route with `AWS_IAM`"), "{found:?}");
    let open = socket(&connect("NONE"));
    let found = only(rule, &open);
    assert!(
        fix(&found).starts_with("Set `AuthorizationType` on the `$connect` route"),
        "{found:?}"
    );
    let found = only("unauthenticated-route", &open);
    assert!(fix(&found).contains("`$connect` route to `AWS_IAM`"), "{found:?}");
    let shut = socket(&connect("AWS_IAM"));
    assert_eq!(findings(rule, &shut), []);
    assert_eq!(findings("unauthenticated-route", &shut), []);
}

#[test]
fn a_body_of_the_implicit_interface_is_checked_by_one_that_is_declared() {
    let events = "      Events: {Post: {Type: Api, Properties: {Method: POST, Path: /orders}}}\n";
    let found = only("unvalidated-request", &function(events));
    assert!(fix(&found).starts_with("Declare an `AWS::Serverless::Api`"), "{found:?}");
}

#[test]
fn a_service_that_uses_the_role_of_a_function_gets_its_own() {
    let trusted = |more: &str| {
        function(&format!(
            "      Role: !GetAtt Own.Arn
  Own:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {{Service: [lambda.amazonaws.com, cognito-idp.amazonaws.com]}}
            Action: sts:AssumeRole
{more}"
        ))
    };
    let found = only("excess-trust", &trusted(""));
    assert!(fix(&found).starts_with("Leave only `lambda.amazonaws.com`"), "{found:?}");
    let users = "  Users:
    Type: AWS::Cognito::UserPool
    Properties: {SmsConfiguration: {SnsCallerArn: !GetAtt Own.Arn, ExternalId: shop}}
";
    let found = only("excess-trust", &trusted(users));
    assert!(fix(&found).starts_with("Give `Users` a role of its own, then leave"), "{found:?}");
}

#[test]
fn a_part_of_a_path_pasted_into_a_call_is_a_possibility() {
    let found = |path: &str| {
        only(
            "mapping-template-injection",
            &format!(
                "Resources:
  Shop: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: shop}}}}
  Order:
    Type: AWS::ApiGateway::Resource
    Properties: {{RestApiId: !Ref Shop, ParentId: !GetAtt Shop.RootResourceId, PathPart: '{path}'}}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Shop
      ResourceId: !Ref Order
      HttpMethod: GET
      Integration:
        Type: AWS
        Uri: !Sub 'arn:aws:apigateway:${{AWS::Region}}:dynamodb:action/GetItem'
        RequestTemplates: {{application/json: '{{\"id\": \"$input.params(''id'')\"}}'}}
"
            ),
        )
    };
    assert_eq!(found("{id}").confidence, Confidence::Low);
    assert_eq!(found("orders").confidence, Confidence::High);
    assert_eq!(fix(&found("orders")), "Wrap the value in `$util.escapeJavaScript(…)`");
}
