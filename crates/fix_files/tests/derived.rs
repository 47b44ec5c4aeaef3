//! Fixes that hang on what else is written: authorizers, limits on requests.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use fix_files::{Choice, Outcome, run};
use scan::{Profile, Request};

/// The outcome for rules, and what each file says afterwards.
fn mend(files: &[(&str, &str)], rules: &[&str]) -> (Outcome, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        fs::write(folder.path().join(path), text).unwrap();
    }
    let request = Request {
        paths: vec![folder.path().to_path_buf()],
        profile: Profile::Strict,
        only: rules.iter().map(ToString::to_string).collect(),
        today: "2026-11-27".to_owned(),
        ..Request::default()
    };
    let outcome = run(&request, Choice { unsafe_fixes: true }).unwrap();
    for file in &outcome.files {
        fs::write(&file.path, &file.new).unwrap();
    }
    let again = run(&request, Choice { unsafe_fixes: true }).unwrap();
    assert!(again.files.is_empty() && again.mended.is_empty(), "a second time: {again:#?}");
    let read = |(path, _): &(&str, &str)| fs::read_to_string(folder.path().join(path)).unwrap();
    (outcome, files.iter().map(read).collect())
}

/// One file with its fix: so many findings are mended, and it says this afterwards.
fn check(path: &str, old: &str, rule: &str, mended: usize, new: &str) {
    let (outcome, texts) = mend(&[(path, old)], &[rule]);
    assert_eq!(texts, [new], "{outcome:#?}");
    assert_eq!(outcome.mended.len(), mended, "{outcome:#?}");
}

fn reasons(outcome: &Outcome) -> Vec<&'static str> {
    outcome.left.iter().map(|it| it.reason.word()).collect()
}

const ROUTE: &str = "unauthenticated-route";
const LIMIT: &str = "unthrottled-api";

const SAM: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Shop:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        Authorizers:
          Users: # of the shop
            IdentitySource: $request.header.Authorization
            JwtConfiguration: {issuer: https://issuer.example.com, audience: [shop]}
  Order:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      InlineCode: x
      Events:
        Read:
          Type: HttpApi
          Properties: {ApiId: !Ref Shop, Method: GET, Path: /orders}
        Write: # all
          Type: HttpApi
          Properties:
            ApiId: !Ref Shop
            Method: POST
            Path: /orders
        Asked:
          Type: HttpApi
          Properties: {ApiId: !Ref Shop, Method: OPTIONS, Path: /orders}
";

#[test]
fn an_event_of_sam_names_the_only_authorizer_of_its_api() {
    let (outcome, texts) = mend(&[("template.yaml", SAM)], &[ROUTE]);
    let own = "            Path: /orders\n";
    let with = [own, "            Auth:\n              Authorizer: Users\n"].concat();
    assert!(texts[0].contains(&with), "{}", texts[0]);
    let without = texts[0].replace(&with, own).replace("Auth: {Authorizer: Users}, ", "");
    assert_eq!(without, SAM);
    assert_eq!(outcome.mended.len(), 2, "{outcome:#?}");
    assert!(outcome.mended.iter().all(|it| !it.is_safe));
    assert_eq!(texts[0].matches("Authorizer: Users").count(), 2, "{}", texts[0]);
    assert!(texts[0].contains("Method: OPTIONS, Path: /orders}"), "{}", texts[0]);
}

#[test]
fn of_several_authorizers_none_is_chosen() {
    let two = SAM.replace(
        "  Order:\n",
        "          Partners:\n            IdentitySource: $request.header.Authorization\n            JwtConfiguration: {issuer: https://partner.example.com, audience: [shop]}\n  Order:\n",
    );
    let (outcome, texts) = mend(&[("template.yaml", &two)], &[ROUTE]);
    assert_eq!(texts[0], two);
    assert_eq!(reasons(&outcome), ["several", "several"]);
    let words = outcome.left[0].reason.to_string();
    assert_eq!(words, "`Partners`, `Users` would do: decide which");
    let none = SAM.replace("Authorizers:", "Unknown:");
    let (outcome, _) = mend(&[("template.yaml", &none)], &[ROUTE]);
    assert!(reasons(&outcome).iter().all(|it| *it == "no-fix"), "{outcome:#?}");
}

const PLAIN: &str = "Resources:
  Door:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: door}
  Users:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      Type: COGNITO_USER_POOLS
      RestApiId: !Ref Door
      ProviderARNs: [arn:aws:cognito-idp:eu-west-1:111122223333:userpool/a]
  Others:
    Type: AWS::ApiGateway::Authorizer
    Properties: {Type: TOKEN, RestApiId: !Ref Other}
  Other:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: other}
  Read:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Door
      ResourceId: !GetAtt Door.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE # for now
      Integration:
        Type: HTTP_PROXY
        IntegrationHttpMethod: GET
        Uri: https://shop.example.com/
";

#[test]
fn a_method_refers_to_the_authorizer_of_its_api() {
    let new = PLAIN.replace(
        "      AuthorizationType: NONE # for now\n",
        "      AuthorizationType: COGNITO_USER_POOLS # for now\n      AuthorizerId: !Ref Users\n",
    );
    check("template.yaml", PLAIN, ROUTE, 1, &new);
}

#[test]
fn a_template_in_json_refers_in_long_form() {
    let old = "{
    \"Resources\": {
        \"Shop\": {
            \"Type\": \"AWS::ApiGatewayV2::Api\",
            \"Properties\": {\"Name\": \"shop\", \"ProtocolType\": \"HTTP\"}
        },
        \"Users\": {
            \"Type\": \"AWS::ApiGatewayV2::Authorizer\",
            \"Properties\": {\"ApiId\": {\"Ref\": \"Shop\"}, \"AuthorizerType\": \"JWT\", \"Name\": \"users\"}
        },
        \"To\": {
            \"Type\": \"AWS::ApiGatewayV2::Integration\",
            \"Properties\": {\"ApiId\": {\"Ref\": \"Shop\"}, \"IntegrationType\": \"HTTP_PROXY\", \"IntegrationUri\": \"https://shop.example.com\"}
        },
        \"Read\": {
            \"Type\": \"AWS::ApiGatewayV2::Route\",
            \"Properties\": {
                \"RouteKey\": \"GET /orders\",
                \"ApiId\": {\"Ref\": \"Shop\"},
                \"Target\": {\"Fn::Sub\": \"integrations/${To}\"}
            }
        }
    }
}
";
    let (outcome, texts) = mend(&[("template.json", old)], &[ROUTE]);
    assert_eq!(outcome.mended.len(), 1, "{outcome:#?}");
    assert!(texts[0].contains("\"AuthorizationType\": \"JWT\""), "{}", texts[0]);
    assert!(
        texts[0].contains("\"AuthorizerId\": {\"Ref\":\"Users\"}")
            || texts[0].contains("\"Ref\": \"Users\""),
        "{}",
        texts[0]
    );
    assert!(texts[0].lines().count() > old.lines().count());
}

#[test]
fn events_of_the_serverless_framework_name_the_authorizer() {
    let http_api = "service: shop
provider:
  name: aws
  runtime: python3.13
  httpApi:
    authorizers:
      users:
        identitySource: $request.header.Authorization
        issuerUrl: https://issuer.example.com
        audience: [shop]
functions:
  create:
    handler: app.create
    events:
      - httpApi: {method: post, path: /orders}
";
    let new = http_api.replace("path: /orders}", "path: /orders, authorizer: {name: users}}");
    check("serverless.yml", http_api, ROUTE, 1, &new);
    let rest = "service: shop
provider: {name: aws, runtime: python3.13}
functions:
  guard:
    handler: app.guard
  read:
    handler: app.read
    events:
      - http:
          method: get
          path: orders
          authorizer: guard
  create:
    handler: app.create
    events:
      - http:
          method: post
          path: orders # theirs
";
    let new = rest.replace("orders # theirs\n", "orders # theirs\n          authorizer: guard\n");
    check("serverless.yml", rest, ROUTE, 1, &new);
}

const API: &str = "resource \"aws_api_gateway_rest_api\" \"door\" {
  name = \"door\"
}

resource \"aws_api_gateway_method\" \"read\" {
  rest_api_id   = aws_api_gateway_rest_api.door.id
  resource_id   = aws_api_gateway_rest_api.door.root_resource_id
  http_method   = \"GET\"
  authorization = \"NONE\" # for now
}

resource \"aws_api_gateway_integration\" \"read\" {
  rest_api_id             = aws_api_gateway_rest_api.door.id
  resource_id             = aws_api_gateway_rest_api.door.root_resource_id
  http_method             = aws_api_gateway_method.read.http_method
  type                    = \"HTTP_PROXY\"
  integration_http_method = \"GET\"
  uri                     = \"https://shop.example.com/\"
}
";

const STAGE: &str = "
resource \"aws_api_gateway_deployment\" \"door\" {
  rest_api_id = aws_api_gateway_rest_api.door.id
}

resource \"aws_api_gateway_stage\" \"live\" {
  rest_api_id   = aws_api_gateway_rest_api.door.id
  deployment_id = aws_api_gateway_deployment.door.id
  stage_name    = \"live\"
}
";

#[test]
fn a_method_of_terraform_refers_to_an_authorizer_of_the_module() {
    let users = "resource \"aws_api_gateway_authorizer\" \"users\" {
  name          = \"users\"
  type          = \"COGNITO_USER_POOLS\"
  rest_api_id   = aws_api_gateway_rest_api.door.id
  provider_arns = [\"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/a\"]
}
";
    let (outcome, texts) = mend(&[("main.tf", API), ("users.tf", users)], &[ROUTE]);
    let new = API.replace(
        "authorization = \"NONE\" # for now\n",
        "authorization = \"COGNITO_USER_POOLS\" # for now\n  authorizer_id = aws_api_gateway_authorizer.users.id\n",
    );
    assert_eq!(texts, [new, users.to_owned()], "{outcome:#?}");
    let repeated = users.replace("  name ", "  count         = 1\n  name ");
    let (outcome, texts) = mend(&[("main.tf", API), ("users.tf", &repeated)], &[ROUTE]);
    assert_eq!(texts[0], API, "{outcome:#?}");
}

#[test]
fn a_stage_of_terraform_gets_settings_for_all_methods() {
    let text = [API, STAGE].concat();
    let new = [
        &text,
        "
resource \"aws_api_gateway_method_settings\" \"live\" {
  rest_api_id = aws_api_gateway_rest_api.door.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = \"*/*\"

  settings {
    throttling_rate_limit  = 100
    throttling_burst_limit = 200
  }
}
",
    ]
    .concat();
    check("main.tf", &text, LIMIT, 1, &new);
    let settings = "
resource \"aws_api_gateway_method_settings\" \"all\" {
  rest_api_id = aws_api_gateway_rest_api.door.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = \"*/*\"

  settings {
    metrics_enabled = true # count
  }
}
";
    let text = [API, STAGE, settings].concat();
    let (outcome, texts) = mend(&[("main.tf", &text)], &[LIMIT]);
    assert_eq!(outcome.mended.len(), 1, "{outcome:#?}");
    assert!(texts[0].contains("metrics_enabled = true # count\n"), "{}", texts[0]);
    assert!(texts[0].contains("throttling_rate_limit"), "{}", texts[0]);
    assert_eq!(texts[0].matches("aws_api_gateway_method_settings").count(), 1);
}

const LIMITED: &str = "        - HttpMethod: '*'
          ResourcePath: /*
          ThrottlingRateLimit: 100
          ThrottlingBurstLimit: 200
";

#[test]
fn a_stage_gets_a_limit_for_all_methods() {
    let stage = "  Live:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: !Ref Door
      StageName: live
";
    let text = [PLAIN, stage].concat();
    let settings = ["      MethodSettings:\n", LIMITED].concat();
    let (outcome, texts) = mend(&[("template.yaml", &text)], &[LIMIT]);
    assert_eq!(outcome.mended.len(), 1, "{outcome:#?}");
    assert_eq!(texts[0].replace('"', "'"), [&text, settings.as_str()].concat());
    let one = "      MethodSettings:
        - HttpMethod: GET # reads
          ResourcePath: /
          MetricsEnabled: true # count
";
    let text = [PLAIN, stage, one].concat();
    let (outcome, texts) = mend(&[("template.yaml", &text)], &[LIMIT]);
    assert_eq!(outcome.mended.len(), 1, "{outcome:#?}");
    assert_eq!(texts[0].replace('"', "'"), [&text, LIMITED].concat());
    let flow =
        "      MethodSettings: [{HttpMethod: '*', ResourcePath: '/*', MetricsEnabled: true}]\n";
    let text = [PLAIN, stage, flow].concat();
    let new = text.replace(
        "MetricsEnabled: true}",
        "MetricsEnabled: true, ThrottlingBurstLimit: 200, ThrottlingRateLimit: 100}",
    );
    let (outcome, texts) = mend(&[("template.yaml", &text)], &[LIMIT]);
    assert_eq!(outcome.mended.len(), 1, "{outcome:#?}");
    assert_eq!(texts[0].len(), new.len(), "{}", texts[0]);
}

#[test]
fn an_open_wallet_is_closed_at_the_interface() {
    let (outcome, texts) = mend(&[("template.yaml", SAM)], &["open-wallet"]);
    assert!(texts[0].contains("      DefaultRouteSettings:\n        "), "{}", texts[0]);
    assert!(!texts[0].contains("ReservedConcurrentExecutions"), "{}", texts[0]);
    assert_eq!(reasons(&outcome), Vec::<&str>::new());
}
