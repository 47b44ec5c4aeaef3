//! WebSocket APIs.

use super::{check, refuse};

#[test]
fn a_route_has_an_integration_and_a_permission() {
    check(
        "
Resources:
  Chat:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      RouteSelectionExpression: $request.body.action
      StageName: prod
      RouteSettings: {sendMessage: {ThrottlingRateLimit: 5}}
      Auth: {AuthType: AWS_IAM}
      Routes:
        $connect: {FunctionArn: !GetAtt Connect.Arn}
        sendMessage: {FunctionArn: !GetAtt Send.Arn, IntegrationTimeout: 1000}
",
        "
ChatConnectRoute:
  Type: AWS::ApiGatewayV2::Route
  Properties:
    ApiId: !Ref Chat
    RouteKey: $connect
    AuthorizationType: AWS_IAM
    Target: !Join [/, [integrations, !Ref ChatConnectIntegration]]
ChatSendmessageIntegration:
  Type: AWS::ApiGatewayV2::Integration
  Properties:
    ApiId: !Ref Chat
    IntegrationType: AWS_PROXY
    TimeoutInMillis: 1000
    IntegrationUri: !Sub
      - arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${FunctionArn}/invocations
      - {FunctionArn: !GetAtt Send.Arn}
ChatSendmessagePermission:
  Type: AWS::Lambda::Permission
  Properties:
    Action: lambda:InvokeFunction
    FunctionName: !GetAtt Send.Arn
    Principal: apigateway.amazonaws.com
    SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Chat.ApiId}/prod/sendMessage
ChatprodStage:
  Type: AWS::ApiGatewayV2::Stage
  DependsOn: [ChatConnectRoute, ChatSendmessageRoute]
  Properties:
    ApiId: !Ref Chat
    StageName: prod
    RouteSettings: {sendMessage: {ThrottlingRateLimit: 5}}
    Tags: {'websocketapi:createdBy': SAM}
    AutoDeploy: true
",
    );
}

#[test]
fn an_authorizer_without_role_gets_a_permission() {
    check(
        "
Resources:
  Chat:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      RouteSelectionExpression: $request.body.action
      Auth: {AuthType: CUSTOM, AuthArn: !GetAtt Guard.Arn, IdentitySource: [route.request.header.Auth]}
      Routes:
        $connect: {FunctionArn: !GetAtt Connect.Arn}
",
        "
ChatConnectAuthorizer:
  Type: AWS::ApiGatewayV2::Authorizer
  Properties:
    ApiId: !Ref Chat
    AuthorizerType: REQUEST
    AuthorizerUri: !Sub
      - arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AuthArn}/invocations
      - {AuthArn: !GetAtt Guard.Arn}
    IdentitySource: [route.request.header.Auth]
    Name: ChatConnectAuthorizer
ChatAuthorizerPermission:
  Type: AWS::Lambda::Permission
  Properties:
    Action: lambda:InvokeFunction
    FunctionName: !GetAtt Guard.Arn
    Principal: apigateway.amazonaws.com
    SourceArn: !Sub
      - arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*
      - {__ApiId__: !Ref Chat}
",
    );
}

#[test]
fn wrong_stages_routes_and_authorization_are_refused() {
    let api = |more: &str, routes: &str| {
        format!(
            "Resources:\n  Chat:\n    Type: AWS::Serverless::WebSocketApi\n    Properties:\n      \
             RouteSelectionExpression: x\n      Routes: {routes}\n{more}"
        )
    };
    let send = "{send: {FunctionArn: x}}";
    refuse(&api("      StageName: $default\n", send), 7, "`$default`");
    refuse(&api("      Auth: {AuthType: AWS_IAM}\n", send), 7, "add the route `$connect`");
    let connect = "{$connect: {FunctionArn: x}}";
    refuse(&api("      Auth: {AuthType: JWT}\n", connect), 7, "`AuthType` has to be");
    refuse(&api("      Auth: {AuthType: NONE, Name: x}\n", connect), 7, "only `AuthType: CUSTOM`");
    refuse(&api("", "{send: {}}"), 6, "no `FunctionArn`");
    refuse(&api("", "{send-it: {FunctionArn: x}}"), 6, "letters and digits");
    refuse(&api("", "{}"), 6, "has to have a route");
}
