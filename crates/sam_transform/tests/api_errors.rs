//! Broken APIs: one message at the right line, and the rest of the template still expands.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use sam_transform::{Options, expand};
use source_text::{Level, Limits, Sources, parse_yaml};

/// The expansion of `yaml` gives exactly one error, at `line`, with `words` in its message.
fn check(yaml: &str, line: u32, words: &str) {
    let sources = Sources::default();
    let file = sources.add("template.yaml", yaml);
    let parsed = parse_yaml(file, yaml, &Limits::default()).unwrap();
    let template = cfn_template::lower(parsed.documents.into_iter().next().unwrap()).0;
    let result = expand(&template, &Options::default(), None);
    let [error] = result.diagnostics.as_slice() else {
        assert_eq!(result.diagnostics.len(), 1, "{:#?}", result.diagnostics);
        return;
    };
    assert_eq!((error.level, error.place.line), (Level::Error, line), "{error:?}");
    assert!(error.message.contains(words), "{error:?}");
}

fn api(properties: &str) -> String {
    format!(
        "Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      {properties}
"
    )
}

#[test]
fn properties_are_checked() {
    check(&api("Corse: x"), 6, "no property `Corse`");
    check(&api("TracingEnabled: yes please"), 6, "`true` or `false`");
    check(&api("OpenApiVersion: '4.0'"), 6, "`3.0.1`");
    check(&api("Cors: {Origins: x}"), 6, "`Cors` has no property `Origins`");
    check(&api("Cors: {AllowCredentials: true}"), 6, "name the origins");
    check(
        &api("Auth: {DefaultAuthorizer: Nobody, Authorizers: {A: {UserPoolArn: p}}}"),
        6,
        "Nobody",
    );
    check(&api("Auth: {UsagePlan: {CreateUsagePlan: MAYBE}}"), 6, "`PER_API`");
    check(&api("GatewayResponses: {DEFAULT_4XX: {StatusCode: many}}"), 6, "must be a number");
    check(&api("Models: {Order: {properties: {}}}"), 6, "lacks its `type`");
    check(&api("Domain: {DomainName: a.example}"), 6, "lacks `CertificateArn`");
    check(&api("DefinitionUri: https://specs/a.yaml"), 6, "not a location");
    check(&api("DefinitionBody: {swagger: '2.0', paths: {/a: nothing}}\n      Cors: x"), 6, "`/a`");
}

#[test]
fn an_authorizer_that_reads_nothing_is_refused() {
    let auth = "Auth: {Authorizers: {Staff: {FunctionArn: a, FunctionPayloadType: REQUEST}}}";
    check(&api(auth), 6, "needs an `Identity`");
}

fn event(properties: &str) -> String {
    format!(
        "Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: s3://code/orders.zip
      Events:
        One:
          Type: HttpApi
          Properties: {properties}
"
    )
}

#[test]
fn events_are_checked() {
    let unknown = "{Path: /a, Method: get, Auth: {Authorizer: Staff}}";
    check(&event(unknown), 11, "no authorizer `Staff`");
    let none = "{Path: /a, Method: get, Auth: {Authorizer: NONE}}";
    check(&event(none), 11, "needs a `DefaultAuthorizer`");
    check(&event("{Path: /a, Method: get, Timeout: 3}"), 11, "no property `Timeout`");
}

#[test]
fn two_events_for_one_route_are_refused() {
    let twice = event("{Path: /a, Method: get}")
        + "        Two: {Type: HttpApi, Properties: {Path: /a, Method: GET}}\n";
    check(&twice, 12, "defined twice");
}

#[test]
fn a_policy_that_the_paths_multiply_beyond_measure_is_refused() {
    let paths: Vec<String> = (0..2_000).map(|n| format!("/p{n}: {{get: {{}}}}")).collect();
    let ranges: Vec<String> = (0..2_000).map(|n| format!("{n}")).collect();
    let properties = format!(
        "Auth: {{ResourcePolicy: {{IpRangeWhitelist: [{}]}}}}\n      \
         DefinitionBody: {{swagger: '2.0', paths: {{{}}}}}",
        ranges.join(","),
        paths.join(",")
    );
    check(&api(&properties), 6, "too large");
}
