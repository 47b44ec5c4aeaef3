//! Whole services: which resources they become, and at which lines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::HashMap;

use serverless_framework::{Lowered, Options, lower};
use source_text::{FileId, Limits, Node, ReadError, ReadFile, Sources, parse_yaml};

/// Files beside the service.
struct Files {
    sources: Sources,
    texts: HashMap<&'static str, &'static str>,
}

impl ReadFile for Files {
    fn read(&self, _: FileId, path: &str) -> Result<FileId, ReadError> {
        if path.contains("..") {
            return Err(ReadError::Outside { path: path.to_owned() });
        }
        let text = self.texts.get(path.trim_start_matches("./"));
        let text = text.ok_or_else(|| ReadError::NotFound { path: path.to_owned() })?;
        Ok(self.sources.add(path, *text))
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}

fn lowered_with(text: &str, options: &Options, texts: &[(&'static str, &'static str)]) -> Lowered {
    let files = Files { sources: Sources::default(), texts: texts.iter().copied().collect() };
    let file = files.sources.add("serverless.yml", text);
    let parsed = parse_yaml(file, text, &Limits::default()).unwrap();
    let document = parsed.documents.into_iter().next().unwrap();
    lower(file, document, options, Some(&files))
}

fn lowered(text: &str) -> Lowered {
    lowered_with(text, &Options::default(), &[])
}

fn at<'a>(lowered: &'a Lowered, path: &str) -> &'a Node {
    let mut node = lowered.template.get("Resources").unwrap();
    for key in path.split('.') {
        node = match key.parse::<usize>() {
            Ok(index) => node.as_list().and_then(|list| list.get(index)),
            Err(_) => node.get(key),
        }
        .unwrap_or_else(|| panic!("no `{key}` of `{path}` in {node:?}"));
    }
    node
}

fn text(lowered: &Lowered, path: &str) -> String {
    let node = at(lowered, path);
    node.scalar_text().map_or_else(|| source_text::to_json_compact(node), |text| text.to_string())
}

const HEAD: &str = "service: shop\nprovider:\n  name: aws\n  runtime: python3.13\n";

#[test]
fn a_function_becomes_what_the_framework_deploys() {
    let text_ = format!(
        "{HEAD}  environment:\n    A: 1\n    B: 2\nfunctions:\n  create-order:\n    handler: a.b\n    \
         environment:\n      B: 3\n"
    );
    let lowered = lowered(&text_);
    assert_eq!(lowered.functions, 1);
    assert_eq!(lowered.diagnostics, []);
    let properties = "CreateDashorderLambdaFunction.Properties";
    for (key, value) in [
        ("Handler", "a.b"),
        ("Runtime", "python3.13"),
        ("Timeout", "6"),
        ("MemorySize", "1024"),
        ("FunctionName", "shop-dev-create-order"),
        ("Code", "."),
        ("Environment.Variables.A", "1"),
        ("Environment.Variables.B", "3"),
    ] {
        assert_eq!(text(&lowered, &format!("{properties}.{key}")), value, "{key}");
    }
    assert_eq!(at(&lowered, &format!("{properties}.Environment.Variables.B")).place.line, 12);
    assert_eq!(
        text(&lowered, "CreateDashorderLogGroup.Properties.LogGroupName"),
        "/aws/lambda/shop-dev-create-order"
    );
    assert_eq!(text(&lowered, "IamRoleLambdaExecution.Type"), "AWS::IAM::Role");
}

#[test]
fn variables_are_resolved_where_they_can_be() {
    let text_ = format!(
        "{HEAD}  stage: ${{opt:stage, 'dev'}}\ncustom:\n  dev:\n    table: orders-${{sls:stage}}\n  \
         prod:\n    table: prod-table\nparams:\n  default:\n    size: 5\nfunctions:\n  a:\n    \
         handler: a.b\n    environment:\n      TABLE: ${{self:custom.${{opt:stage, 'dev'}}.table}}\n      \
         SIZE: ${{param:size}}\n      HOME: ${{env:HOME}}\n      KEY: ${{env:KEY, 'none'}}\n      \
         DB: ${{ssm:/db/password}}\n      SECRET: ${{ssm:/aws/reference/secretsmanager/db}}\n      \
         ON: ${{strToBool(true)}}\n      URL: https://${{cf:other.Url}}/x\n      \
         ACCOUNT: b-${{aws:accountId}}\n      FILE: ${{file(./v.yml):a.b}}\n      NONE: ${{file(./no.yml), 'no'}}\n"
    );
    let beside = [("v.yml", "a:\n  b: ${self:service}-x\n")];
    let lowered_ = lowered_with(&text_, &Options::default(), &beside);
    let variable = |lowered: &Lowered, name: &str| {
        text(lowered, &format!("ALambdaFunction.Properties.Environment.Variables.{name}"))
    };
    for (name, value) in [
        ("TABLE", "orders-dev"),
        ("SIZE", "5"),
        ("HOME", "{\"Fn::Unresolved\":\"${env:HOME}\"}"),
        ("KEY", "none"),
        ("DB", "{{resolve:ssm:/db/password}}"),
        ("SECRET", "{{resolve:secretsmanager:db}}"),
        ("ON", "true"),
        (
            "URL",
            "{\"Fn::Join\":[\"\",[\"https://\",{\"Fn::Unresolved\":\"${cf:other.Url}\"},\"/x\"]]}",
        ),
        ("ACCOUNT", "{\"Fn::Join\":[\"\",[\"b-\",{\"Ref\":\"AWS::AccountId\"}]]}"),
        ("FILE", "shop-x"),
        ("NONE", "no"),
    ] {
        assert_eq!(variable(&lowered_, name), value, "{name}");
    }
    let options = Options {
        parameters: [("stage".into(), "prod".into())].into_iter().collect(),
        environment: [("HOME".into(), "/root".into())].into_iter().collect(),
        ..Options::default()
    };
    let given = lowered_with(&text_, &options, &beside);
    assert_eq!(variable(&given, "TABLE"), "prod-table");
    assert_eq!(variable(&given, "HOME"), "/root");
}

#[test]
fn functions_and_resources_may_stand_in_other_files() {
    let text_ = format!(
        "{HEAD}functions:\n  - ${{file(functions.yml)}}\n  - b:\n      handler: b.c\nresources:\n  - \
         ${{file(tables.yml)}}\n  - Outputs:\n      X:\n        Value: 1\n"
    );
    let beside = [
        ("functions.yml", "a:\n  handler: a.b\n  events:\n    - httpApi: GET /a\n"),
        (
            "tables.yml",
            "Resources:\n  T:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      A: !Ref ALambdaFunction\n",
        ),
    ];
    let lowered = lowered_with(&text_, &Options::default(), &beside);
    assert_eq!(lowered.diagnostics, []);
    assert_eq!(lowered.functions, 2);
    assert_eq!(at(&lowered, "ALambdaFunction").place.line, 1);
    assert_eq!(text(&lowered, "T.Properties.A"), "{\"Ref\":\"ALambdaFunction\"}");
    assert_eq!(text(&lowered, "HttpApiRouteGetA.Properties.RouteKey"), "GET /a");
    assert!(lowered.template.at(&["Outputs", "X"]).is_some());
}

#[test]
fn what_lies_outside_or_is_code_is_told() {
    let text_ = format!("{HEAD}functions: ${{file(../x.yml)}}\ncustom: ${{file(./c.js)}}\n");
    let lowered = lowered(&text_);
    let messages: Vec<&str> = lowered.diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert!(messages.iter().any(|it| it.contains("outside the scanned folder")), "{messages:?}");
    assert!(messages.iter().any(|it| it.contains("computed when the service")), "{messages:?}");
    assert!(messages.iter().any(|it| it.contains("is code")), "{messages:?}");
}

#[test]
fn circles_end() {
    let text_ = format!(
        "{HEAD}custom:\n  a: ${{self:custom.b}}\n  b: ${{self:custom.a}}${{self:custom.a}}\n"
    );
    let lowered = lowered(&text_);
    assert!(lowered.diagnostics.iter().any(|it| it.message.contains("leads back")));
}

/// An event, and the id and type of the resource that it makes.
const EVENTS: [(&str, &str, &str); 23] = [
    ("http: GET /orders/{id}", "ApiGatewayMethodOrdersIdVarGet", "AWS::ApiGateway::Method"),
    ("httpApi: '*'", "HttpApiRouteDefault", "AWS::ApiGatewayV2::Route"),
    ("websocket: $connect", "SconnectWebsocketsRoute", "AWS::ApiGatewayV2::Route"),
    ("s3: pictures", "S3BucketPictures", "AWS::S3::Bucket"),
    (
        "sqs: arn:aws:sqs:eu-west-1:1:jobs",
        "AEventSourceMappingSQSJobs",
        "AWS::Lambda::EventSourceMapping",
    ),
    ("sns: news", "SNSTopicNews", "AWS::SNS::Topic"),
    (
        "stream: arn:aws:kinesis:eu-west-1:1:stream/s",
        "AEventSourceMappingKinesisS",
        "AWS::Lambda::EventSourceMapping",
    ),
    (
        "stream: {type: dynamodb, arn: {Fn::GetAtt: [T, StreamArn]}}",
        "AEventSourceMappingDynamodbT",
        "AWS::Lambda::EventSourceMapping",
    ),
    (
        "kafka: {topic: t, bootstrapServers: [b:9092]}",
        "AEventSourceMappingKafkaT",
        "AWS::Lambda::EventSourceMapping",
    ),
    (
        "msk: {topic: t, arn: arn:aws:kafka:x:1:cluster/c}",
        "AEventSourceMappingMSKT",
        "AWS::Lambda::EventSourceMapping",
    ),
    ("schedule: rate(1 hour)", "AEventsRuleSchedule1", "AWS::Events::Rule"),
    (
        "schedule: {method: scheduler, rate: [rate(1 hour)]}",
        "AEventsRuleSchedule1",
        "AWS::Scheduler::Schedule",
    ),
    ("eventBridge: {pattern: {source: [x]}}", "AEventBridgeRule1", "AWS::Events::Rule"),
    ("iot: {sql: SELECT}", "AIotTopicRule1", "AWS::IoT::TopicRule"),
    (
        "cognitoUserPool: {pool: people, trigger: PreSignUp}",
        "CognitoUserPoolPeople",
        "AWS::Cognito::UserPool",
    ),
    (
        "alb: {listenerArn: x, priority: 1}",
        "AAlbTargetGroup1",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
    ),
    (
        "cloudFront: {eventType: viewer-request, origin: s3://x}",
        "CloudFrontDistribution",
        "AWS::CloudFront::Distribution",
    ),
    ("alexaSkill: amzn1.ask", "ALambdaPermissionAlexaSkill1", "AWS::Lambda::Permission"),
    ("alexaSmartHome: amzn1.ask", "ALambdaPermissionAlexaSmartHome1", "AWS::Lambda::Permission"),
    (
        "activemq: {arn: x, queue: q, basicAuthArn: y}",
        "AEventSourceMappingActiveMQQ",
        "AWS::Lambda::EventSourceMapping",
    ),
    (
        "rabbitmq: {arn: x, queue: q, basicAuthArn: y}",
        "AEventSourceMappingRabbitMQQ",
        "AWS::Lambda::EventSourceMapping",
    ),
    ("cloudwatchEvent: {event: {source: [x]}}", "AEventsRuleCloudWatchEvent1", "AWS::Events::Rule"),
    (
        "cloudwatchLog: /aws/x",
        "ALogsSubscriptionFilterCloudWatchLog1",
        "AWS::Logs::SubscriptionFilter",
    ),
];

#[test]
fn every_event_makes_its_resource() {
    for (event, id, type_) in EVENTS {
        let lowered = lowered(&format!(
            "{HEAD}functions:\n  a:\n    handler: a.b\n    events:\n      - {event}\n"
        ));
        assert_eq!(lowered.diagnostics, [], "{event}");
        assert_eq!(text(&lowered, &format!("{id}.Type")), type_, "{event}");
        assert!(at(&lowered, id).place.line >= 5, "{event}");
    }
}

#[test]
fn an_unknown_event_is_told() {
    let lowered = lowered(&format!(
        "{HEAD}functions:\n  a:\n    handler: a.b\n    events:\n      - teleport: now\n"
    ));
    assert_eq!(lowered.diagnostics.len(), 1);
    assert!(lowered.diagnostics.iter().all(|it| it.message.contains("`teleport`")));
}

#[test]
fn authorizers_of_every_kind() {
    let lowered = lowered(&format!(
        "{HEAD}  httpApi:\n    authorizers:\n      people:\n        type: jwt\n        identitySource: \
         $request.header.Authorization\n        issuerUrl: https://x\n        audience: a\n\
         functions:\n  auth:\n    handler: a.b\n  a:\n    handler: a.b\n    events:\n      - http: {{path: a, method: get, authorizer: aws_iam}}\n      \
         - http: {{path: b, method: get, authorizer: auth}}\n      \
         - http: {{path: c, method: get, authorizer: {{arn: 'arn:aws:cognito-idp:x:1:userpool/p'}}}}\n      \
         - httpApi: {{path: /d, method: get, authorizer: people}}\n"
    ));
    assert_eq!(lowered.diagnostics, []);
    for (id, word) in [
        ("ApiGatewayMethodAGet", "AWS_IAM"),
        ("ApiGatewayMethodBGet", "CUSTOM"),
        ("ApiGatewayMethodCGet", "COGNITO_USER_POOLS"),
        ("HttpApiRouteGetD", "JWT"),
    ] {
        assert_eq!(text(&lowered, &format!("{id}.Properties.AuthorizationType")), word, "{id}");
    }
    assert_eq!(text(&lowered, "AuthApiGatewayAuthorizer.Properties.Type"), "TOKEN");
    assert_eq!(
        text(&lowered, "HttpApiAuthorizerPeople.Properties.JwtConfiguration.Issuer"),
        "https://x"
    );
}

#[test]
fn roles_of_functions() {
    let statement = "      - {Effect: Allow, Action: 's3:*', Resource: '*'}\n";
    let lowered = lowered(&format!(
        "{HEAD}  iam:\n    role:\n      statements:\n  {statement}      managedPolicies: ['arn:aws:iam::aws:policy/X']\n\
         plugins: [serverless-iam-roles-per-function]\nfunctions:\n  own:\n    handler: a.b\n    \
         iamRoleStatements:\n{statement}  named:\n    handler: a.b\n    role: MyRole\n  shared:\n    handler: a.b\n"
    ));
    assert_eq!(lowered.diagnostics, []);
    let role = |id: &str| text(&lowered, &format!("{id}LambdaFunction.Properties.Role"));
    assert_eq!(role("Own"), "{\"Fn::GetAtt\":[\"OwnIamRoleLambdaExecution\",\"Arn\"]}");
    assert_eq!(role("Named"), "{\"Fn::GetAtt\":[\"MyRole\",\"Arn\"]}");
    assert_eq!(role("Shared"), "{\"Fn::GetAtt\":[\"IamRoleLambdaExecution\",\"Arn\"]}");
    let action = "Properties.Policies.1.PolicyDocument.Statement.0.Action";
    assert_eq!(text(&lowered, &format!("IamRoleLambdaExecution.{action}")), "s3:*");
    assert_eq!(at(&lowered, &format!("OwnIamRoleLambdaExecution.{action}")).place.line, 15);
    assert_eq!(
        text(&lowered, "IamRoleLambdaExecution.Properties.ManagedPolicyArns.0"),
        "arn:aws:iam::aws:policy/X"
    );
}

#[test]
fn statements_of_a_function_without_the_plugin_are_a_role_of_nobody() {
    let statement = "      - {Effect: Allow, Action: 's3:*', Resource: '*'}\n";
    let lowered = lowered(&format!(
        "{HEAD}functions:\n  own:\n    handler: a.b\n    iamRoleStatements:\n{statement}"
    ));
    assert_eq!(lowered.diagnostics.len(), 1);
    assert_eq!(
        text(&lowered, "OwnLambdaFunction.Properties.Role"),
        "{\"Fn::GetAtt\":[\"IamRoleLambdaExecution\",\"Arn\"]}"
    );
    let action =
        "OwnIamRoleLambdaExecution.Properties.Policies.1.PolicyDocument.Statement.0.Action";
    assert_eq!(text(&lowered, action), "s3:*");
}

#[test]
fn extensions_change_what_the_framework_makes() {
    let lowered = lowered(&format!(
        "{HEAD}functions:\n  a:\n    handler: a.b\n    url: true\nresources:\n  extensions:\n    ALogGroup:\n      \
         Properties:\n        RetentionInDays: 7\n    No:\n      X: 1\n"
    ));
    assert_eq!(text(&lowered, "ALogGroup.Properties.RetentionInDays"), "7");
    assert_eq!(text(&lowered, "ALambdaFunctionUrl.Properties.AuthType"), "NONE");
    assert_eq!(lowered.diagnostics.len(), 1);
}

#[test]
fn services_for_other_clouds_are_never_clean() {
    for cloud in ["azure", "google"] {
        let lowered =
            lowered(&format!("service: a\nprovider:\n  name: {cloud}\nfunctions:\n  a: {{}}\n"));
        assert_eq!(lowered.diagnostics.len(), 1);
        assert!(lowered.diagnostics.iter().all(|it| {
            it.level == source_text::Level::Error
                && it.message.contains(cloud)
                && it.place.line == 3
        }));
    }
}

#[test]
fn images_are_built_from_their_folder() {
    let lowered = lowered(&format!(
        "{HEAD}  ecr:\n    images:\n      app:\n        path: ./app\nfunctions:\n  a:\n    image:\n      name: app\n  \
         b:\n    image: 1.dkr.ecr.x.amazonaws.com/b:1\n"
    ));
    assert_eq!(text(&lowered, "ALambdaFunction.Metadata.DockerContext"), "./app");
    assert_eq!(text(&lowered, "ALambdaFunction.Properties.PackageType"), "Image");
    assert_eq!(
        text(&lowered, "BLambdaFunction.Properties.Code.ImageUri"),
        "1.dkr.ecr.x.amazonaws.com/b:1"
    );
}

#[test]
fn state_machines_of_the_plugin_name_functions_by_their_keys() {
    let written = format!(
        "{HEAD}plugins: [serverless-step-functions]
functions:
  charge-card:
    handler: app.handler
stepFunctions:
  stateMachines:
    checkout:
      type: EXPRESS
      loggingConfig:
        level: ERROR
        destinations: [{{Fn::GetAtt: [Logs, Arn]}}]
      tracingConfig: {{enabled: true}}
      definition:
        StartAt: Charge
        States:
          Charge: {{Type: Task, Resource: {{Fn::GetAtt: [charge-card, Arn]}}, End: true}}
"
    );
    let service = lowered(&written);
    let machine = "CheckoutStepFunctionsStateMachine.Properties";
    assert_eq!(text(&service, &format!("{machine}.StateMachineType")), "EXPRESS");
    assert_eq!(text(&service, &format!("{machine}.TracingConfiguration.Enabled")), "true");
    assert_eq!(
        text(&service, &format!("{machine}.Definition.States.Charge.Resource.Fn::GetAtt.0")),
        "ChargeDashcardLambdaFunction"
    );
    let destination = format!("{machine}.LoggingConfiguration.Destinations.0");
    let group = text(&service, &format!("{destination}.CloudWatchLogsLogGroup.LogGroupArn"));
    assert_eq!(group, r#"{"Fn::GetAtt":["Logs","Arn"]}"#);
    assert!(service.diagnostics.is_empty(), "{:?}", service.diagnostics);
}

#[test]
fn an_interface_of_the_plugin_for_graphql_has_its_proofs_logs_and_functions() {
    let written = format!(
        "{HEAD}plugins: [serverless-appsync-plugin]
functions:
  order:
    handler: app.handler
appSync:
  name: shop
  authentication: {{type: API_KEY}}
  additionalAuthentications:
    - type: OPENID_CONNECT
      config: {{issuer: 'https://login.example.com', clientId: shop}}
  logging: {{level: ERROR, excludeVerboseContent: true}}
  introspection: false
  dataSources:
    orders: {{type: AWS_LAMBDA, config: {{function: order}}}}
  resolvers:
    Query.order: orders
"
    );
    let service = lowered(&written);
    let api = "GraphQlApi.Properties";
    assert_eq!(text(&service, &format!("{api}.AuthenticationType")), "API_KEY");
    assert_eq!(text(&service, &format!("{api}.IntrospectionConfig")), "DISABLED");
    assert_eq!(text(&service, &format!("{api}.LogConfig.FieldLogLevel")), "ERROR");
    let more = format!("{api}.AdditionalAuthenticationProviders.0");
    assert_eq!(text(&service, &format!("{more}.OpenIDConnectConfig.ClientId")), "shop");
    let source = "GraphQlDsOrders.Properties.LambdaConfig.LambdaFunctionArn.Fn::GetAtt.0";
    assert_eq!(text(&service, source), "OrderLambdaFunction");
    let resolver = "GraphQlResolverQueryorder.Properties";
    assert_eq!(text(&service, &format!("{resolver}.FieldName")), "order");
    // The templates of resolvers are told as not looked at.
    assert_eq!(service.diagnostics.len(), 1, "{:?}", service.diagnostics);
}

#[test]
fn pseudo_parameters_of_the_plugin_are_references() {
    let written = format!(
        "{HEAD}functions:
  order:
    handler: app.handler
    environment:
      QUEUE: arn:aws:sqs:#{{AWS::Region}}:#{{AWS::AccountId}}:orders
"
    );
    let service = lowered(&written);
    let queue = "OrderLambdaFunction.Properties.Environment.Variables.QUEUE.Fn::Sub";
    assert_eq!(text(&service, queue), "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders");
}
