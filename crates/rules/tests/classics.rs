//! The four questions of every serverless review, from template to finding.

use finding::{Audience, Finding, Severity};
use source_text::Sources;

/// What everybody sees of a SAM template.
fn findings(resources: &str) -> Vec<Finding> {
    let text = format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}");
    let app = load_cloudformation::load_text(&Sources::default(), "template.yaml", &text);
    assert!(!app.functions.is_empty(), "{text}");
    rules::all()
        .filter(|rule| rule.info.audience == Audience::Everyone)
        .flat_map(|rule| rule.findings(&app))
        .collect()
}

fn function(properties: &str) -> String {
    format!(
        "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n      \
         Handler: app.handler\n      CodeUri: src\n{properties}"
    )
}

#[test]
fn a_policy_of_everything_on_everything_is_critical() {
    let found = findings(&function(
        "      Policies:\n        - Statement:\n            - {Effect: Allow, Action: \"*\", Resource: \
         \"*\"}\n",
    ));
    let [one] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((one.rule.sas().unwrap().risk, one.severity), (4, Severity::Critical));
    assert_eq!(one.function.as_deref(), Some("F"));
    assert_eq!(one.place.line, 11);
}

#[test]
fn a_policy_for_each_resource_is_clean() {
    let found = findings(&format!(
        "{}  Orders: {{Type: AWS::DynamoDB::Table, Properties: {{BillingMode: PAY_PER_REQUEST}}}}\n  \
         Pictures: {{Type: AWS::S3::Bucket}}\n",
        function(
            "      Policies:\n        - Statement:\n            - {Effect: Allow, Action: \
             ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: !GetAtt Orders.Arn}\n            - \
             {Effect: Allow, Action: 's3:GetObject', Resource: !Sub '${Pictures.Arn}/*'}\n"
        )
    ));
    assert_eq!(found, []);
}

#[test]
fn a_plain_password_in_the_environment_is_found_and_never_told() {
    let found =
        findings(&function("      Environment: {Variables: {DB_PASSWORD: hunter2-Winter-77}}\n"));
    let [one] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(one.rule.sas().unwrap().risk, 7);
    assert!(one.message.contains("`DB_PASSWORD`"));
    assert!(one.secret.is_some());
    // Every field of the finding, also those that no reporter prints today.
    assert!(!format!("{one:?}").contains("hunter2"));
}

#[test]
fn an_open_route_without_limits_is_one_finding_with_its_path() {
    let found = findings(&function(
        "      Events:\n        Order: {Type: HttpApi, Properties: {Path: /orders, Method: post}}\n",
    ));
    let of_denial: Vec<_> =
        found.iter().filter(|finding| finding.rule.sas().unwrap().risk == 8).collect();
    let [one] = of_denial.as_slice() else { panic!("{found:#?}") };
    assert!(one.severity >= Severity::High);
    assert_eq!(one.path, ["internet", "ServerlessHttpApi POST /orders", "F"]);
    let guarded = findings(&format!(
        "{}  Api: {{Type: AWS::Serverless::HttpApi, Properties: {{DefaultRouteSettings: \
         {{ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20}}}}}}\n",
        function(
            "      ReservedConcurrentExecutions: 5\n      Events:\n        Order: {Type: HttpApi, \
             Properties: {ApiId: !Ref Api, Path: /orders, Method: post}}\n"
        )
    ));
    assert!(guarded.iter().all(|finding| finding.rule.sas().unwrap().risk != 8), "{guarded:#?}");
}

#[test]
fn the_same_flaw_ranks_higher_where_the_internet_reaches_it() {
    let policy = "      Policies:\n        - Statement:\n            - {Effect: Allow, Action: \
                  's3:GetObject', Resource: '*'}\n";
    let worst = |extra: &str| {
        findings(&function(&format!("{policy}{extra}")))
            .iter()
            .filter(|finding| finding.rule.sas().unwrap().risk == 4)
            .map(|finding| finding.severity)
            .max()
            .unwrap()
    };
    let open = "      FunctionUrlConfig: {AuthType: NONE}\n";
    assert!(worst(open) > worst(""));
}
