//! No output of a rule holds the value of a secret, and an open route without a limit is one flaw.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use finding::{Confidence, Finding, Severity};
use source_text::Sources;

fn all_findings(text: &str) -> Vec<Finding> {
    let app = load_cloudformation::load_text(&Sources::default(), "template.yaml", text);
    rules::all().flat_map(|rule| rule.findings(&app)).collect()
}

fn of_risk(text: &str, risk: u8) -> Vec<Finding> {
    let is_everybodys = |found: &Finding| {
        rules::by_id(found.rule).unwrap().info.audience == finding::Audience::Everyone
    };
    let found = all_findings(text);
    found
        .into_iter()
        .filter(|it| it.rule.sas().is_some_and(|id| id.risk == risk) && is_everybodys(it))
        .collect()
}

/// Values that stand as secrets in the fixtures of SAS-7.
const VALUES: [&str; 5] =
    ["n0tSoEasy7", "7f-orders-91-kq", "b1ue9Winter!26", "changeme", "\"password\":"];

#[test]
fn no_fixture_makes_a_rule_tell_a_secret() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sas_07_insecure_secrets");
    let mut seen = 0;
    for rule in fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_dir())
    {
        for fixture in fs::read_dir(rule).unwrap().map(|it| it.unwrap().path()) {
            let text = fs::read_to_string(&fixture).unwrap();
            seen += VALUES.iter().filter(|value| text.contains(*value)).count();
            // The debug form has every field, and so all that a reporter can write.
            let told = format!("{:?}", all_findings(&text));
            for value in VALUES {
                assert!(!told.contains(value), "{} tells {value}", fixture.display());
            }
        }
    }
    assert!(seen >= 10, "the fixtures hold the secrets that are looked for");
}

#[test]
fn a_plain_password_in_the_environment_is_found_and_never_printed() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: python3.13
      Environment:
        Variables:
          DB_PASSWORD: n0tSoEasy7
";
    let found = of_risk(text, 7);
    assert_eq!(found.len(), 1);
    let one = &found[0];
    assert_eq!((one.rule.to_string().as_str(), one.place.line), ("SAS-7.1", 12));
    assert_eq!((one.severity, one.confidence), (Severity::High, Confidence::Medium));
    let secret = one.secret.as_ref().unwrap();
    assert_eq!((secret.kind.as_str(), secret.preview.as_str()), ("password", ""));
    assert_eq!(secret.hash.len(), 12);
    assert!(!format!("{found:?}").contains("n0tSoEasy7"));
}

#[test]
fn a_public_api_without_throttle_and_authorizer_is_one_finding_with_its_path() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: python3.13
      Events:
        Post:
          Type: HttpApi
          Properties:
            Method: POST
            Path: /orders
";
    let found = of_risk(text, 8);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].rule.to_string(), "SAS-8.3");
    assert_eq!(found[0].function.as_deref(), Some("CreateOrder"));
    assert_eq!(found[0].path, ["internet", "ServerlessHttpApi POST /orders", "CreateOrder"]);
    // Each of the three doors, once shut, ends the finding.
    let globals = |settings: &str| {
        text.replace("Resources:", &format!("Globals:\n  HttpApi: {{{settings}}}\nResources:"))
    };
    let proof = globals("Auth: {EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM}");
    let throttle =
        globals("DefaultRouteSettings: {ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100}");
    let reserved =
        text.replace("      Events:", "      ReservedConcurrentExecutions: 5\n      Events:");
    for shut in [proof, throttle, reserved] {
        assert!(of_risk(&shut, 8).iter().all(|it| it.rule.to_string() != "SAS-8.3"), "{shut}");
    }
}

#[test]
fn a_condition_that_opens_a_function_is_named() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, AllowedValues: [prod, test]}
Conditions:
  IsTest: !Equals [!Ref Stage, test]
Resources:
  Receipt:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: python3.13
      ReservedConcurrentExecutions: !If [IsTest, !Ref AWS::NoValue, 5]
      FunctionUrlConfig:
        AuthType: NONE
";
    let found = of_risk(text, 8);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].when.as_deref(), Some("`IsTest`"));
}
