//! Policies as they are written, and what is certain about them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use iam_policy::{Effect, Policy, PrincipalKind, Statement, Term, literal_terms};
use source_text::{FileId, Kind, Limits, Node, parse_yaml};
use value::Reference;

fn parse(text: &str) -> Node {
    let parsed = parse_yaml(FileId::default(), text, &Limits::default()).unwrap();
    parsed.documents.into_iter().next().unwrap()
}

/// A reader such as a loader has: text as it is, `Ref` as a placeholder.
fn template_terms(node: &Node) -> Vec<Term> {
    match (&node.kind, node.single()) {
        (Kind::Map(_), Some((key, name))) if key == "Ref" => {
            let name = name.scalar_text().unwrap();
            let text = format!("${{{name}}}");
            vec![Term::unresolved(node.place, text, vec![Reference { name, attribute: None }])]
        }
        _ => literal_terms(node),
    }
}

fn read(text: &str) -> (Policy, Vec<String>) {
    let (policy, diagnostics) = Policy::read(&parse(text), &template_terms);
    (policy, diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect())
}

fn statement(text: &str) -> Statement {
    let (policy, diagnostics) = read(&format!("{{Statement: {text}}}"));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    policy.statements.into_iter().next().unwrap()
}

#[test]
fn a_whole_policy_is_read() {
    let (policy, diagnostics) = read(
        r#"
        Version: "2012-10-17"
        Statement:
          - Sid: Read
            Effect: Allow
            Action: ["s3:GetObject", s3:List*]
            Resource: arn:aws:s3:::photos/*
            Condition:
              StringEquals: {"aws:SourceAccount": 111122223333}
          - Effect: Deny
            NotAction: "*"
            NotResource: [a, {Ref: Photos}]
            Principal: {AWS: ["*", "111122223333"], Service: lambda.amazonaws.com}
        "#,
    );
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(policy.version.as_deref(), Some("2012-10-17"));
    let [allow, deny] = &policy.statements[..] else { panic!("two statements") };
    assert_eq!(allow.sid.as_deref(), Some("Read"));
    assert_eq!(allow.actions.len(), 2);
    assert_eq!(allow.conditions.first().unwrap().values.first().unwrap().text, "111122223333");
    assert_eq!(deny.effect, Effect::Deny);
    let kinds: Vec<_> = deny.principals.iter().map(|principal| principal.kind).collect();
    assert_eq!(kinds, [PrincipalKind::Aws, PrincipalKind::Aws, PrincipalKind::Service]);
    assert!(!deny.not_resources.last().unwrap().resolved);
}

#[test]
fn one_statement_needs_no_list_and_json_in_text_is_read() {
    let (policy, _) = read("{Statement: {Effect: Allow, Action: '*', Resource: '*'}}");
    assert!(policy.statements.first().unwrap().is_admin());
    let (policy, diagnostics) =
        read(r#"'{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'"#);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let statement = policy.statements.first().unwrap();
    assert_eq!(statement.actions.first().unwrap().whole_service().as_deref(), Some("s3"));
    assert_eq!(statement.place, policy.place);
}

#[test]
fn undecided_choices_carry_their_condition() {
    let (policy, diagnostics) = read(
        r#"
        Statement:
          - Fn::If:
              - IsProd
              - {Effect: Allow, Action: "s3:Get*", Resource: {"Fn::If": [IsProd, a, b]}}
              - Ref: AWS::NoValue
          - Effect: Allow
            Action: {"Fn::If": [Wide, ["*"], ["s3:GetObject"]]}
            Resource: "*"
        "#,
    );
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let [first, second] = &policy.statements[..] else { panic!("two statements") };
    assert_eq!(first.when.to_string(), "`IsProd`");
    let words: Vec<_> =
        second.actions.iter().map(|term| (term.text.as_str(), term.when.to_string())).collect();
    assert_eq!(words, [("*", "`Wide`".to_owned()), ("s3:GetObject", "not `Wide`".to_owned())]);
}

#[test]
fn malformed_parts_are_told_and_the_rest_is_read() {
    for (text, part) in [
        ("{Version: '2012-10-17'}", "no `Statement`"),
        ("[a]", "a policy is a mapping"),
        ("{Statement: [text]}", "a statement is a mapping"),
        ("{Statement: {Action: a:b, Resource: '*'}}", "no `Effect`"),
        ("{Statement: {Effect: allowed, Action: a:b}}", "`allowed` is not `Allow`"),
        ("{Statement: {Effect: Allow, Actions: a:b}}", "did you mean `Action`?"),
        ("{Statement: {Effect: Allow, Resource: '*'}}", "no `Action`"),
        ("{Statement: {Effect: Allow, Action: a:b, NotAction: a:c}}", "not both"),
        ("{Statement: {Effect: Allow, Action: {a: b}}}", "text is wanted here"),
        ("{Statement: {Effect: Allow, Action: a:b, Principal: {Aws: x}}}", "no kind of principal"),
        ("{Statement: {Effect: Allow, Action: a:b, Condition: {Like: {k: v}}}}", "no condition op"),
        ("{Statement: {Effect: Allow, Action: a:b, Condition: x}}", "a condition is a mapping"),
        ("'{\"Statement\": '", "not valid JSON"),
    ] {
        let (_, diagnostics) = read(text);
        assert!(
            diagnostics.iter().any(|message| message.contains(part)),
            "{text}: {diagnostics:?}"
        );
    }
}

#[test]
fn what_a_statement_allows_is_told() {
    let text = |action: &str, resource: &str| {
        statement(&format!("{{Effect: Allow, Action: '{action}', Resource: '{resource}'}}"))
    };
    assert!(text("*", "*").is_admin());
    assert!(text("*:*", "arn:aws:*").is_admin());
    assert!(!text("*", "arn:aws:s3:::*").is_admin());
    assert!(!text("s3:*", "*").is_admin() && text("s3:*", "*").is_on_every_resource());
    let all_but = statement("{Effect: Allow, NotAction: 'iam:*', Resource: '*'}");
    assert!(all_but.allows_all_but_some() && !all_but.is_admin());
    assert!(all_but.matches_action("s3:GetObject") && !all_but.matches_action("iam:GetRole"));
    assert!(text("S3:get*", "*").matches_action("s3:GetObject"));
}

#[test]
fn actions_that_no_resource_can_limit_are_told() {
    let limited = |action: &str| {
        let statement = statement(&format!("{{Effect: Allow, Action: '{action}', Resource: '*'}}"));
        statement.actions.first().unwrap().supports_resource()
    };
    assert_eq!(limited("ec2:DescribeInstances"), Some(false));
    assert_eq!(limited("xray:Put*"), Some(false));
    assert_eq!(limited("dynamodb:*"), Some(true));
    assert_eq!(limited("*"), Some(true));
    assert_eq!(limited("dynamodb:NoSuchAction"), None);
    assert_eq!(limited("${Service}:Get"), None);
}

#[test]
fn a_condition_on_the_source_closes_a_public_statement() {
    let with = |condition: &str| {
        statement(&format!(
            "{{Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: '*', Condition: {condition}}}"
        ))
    };
    for open in [
        "{}",
        "{StringEqualsIfExists: {'aws:SourceAccount': '111122223333'}}",
        "{StringNotEquals: {'aws:SourceAccount': '111122223333'}}",
        "{'ForAllValues:StringEquals': {'aws:PrincipalOrgID': o-1}}",
        "{StringLike: {'aws:SourceArn': '*'}}",
        "{ArnLike: {'aws:SourceArn': ['arn:aws:sns:*:111122223333:a', 'arn:aws:sns:*:*:*']}}",
        "{ArnLike: {'aws:SourceArn': 'arn:aws:s3:::*'}}",
        "{IpAddress: {'aws:SourceIp': '0.0.0.0/0'}}",
        "{StringEquals: {'aws:RequestedRegion': eu-west-1}}",
        "{StringEquals: {'lambda:FunctionUrlAuthType': NONE}}",
        "{Bool: {'aws:SecureTransport': 'true'}}",
    ] {
        assert!(with(open).is_public(), "{open}");
    }
    for closed in [
        "{StringEquals: {'AWS:SourceAccount': '111122223333'}}",
        "{StringEquals: {'aws:PrincipalOrgID': {Ref: Organisation}}}",
        "{ArnLike: {'aws:SourceArn': 'arn:aws:s3:::photos'}}",
        "{ArnEquals: {'aws:SourceArn': {Ref: Topic}}}",
        "{StringEquals: {'lambda:FunctionUrlAuthType': AWS_IAM}}",
        "{IpAddress: {'aws:SourceIp': 10.0.0.0/8}}",
    ] {
        assert!(!with(closed).is_public(), "{closed}");
    }
    let service = "{Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: 'sqs:*'}";
    assert!(!statement(service).is_public());
}

#[test]
fn a_deny_of_other_sources_closes_a_public_statement() {
    let count = |deny: &str| {
        let allow =
            "{Effect: Allow, Principal: '*', Action: 'execute-api:Invoke', Resource: 'x/*'}";
        let (policy, _) = read(&format!("{{Statement: [{allow}, {deny}]}}"));
        policy.public_statements().count()
    };
    let deny = |action: &str, resource: &str, condition: &str| {
        format!(
            "{{Effect: Deny, Principal: '*', Action: '{action}', Resource: '{resource}', \
             Condition: {condition}}}"
        )
    };
    let vpce = "{StringNotEquals: {'aws:SourceVpce': {Ref: Endpoint}}}";
    assert_eq!(count(&deny("execute-api:*", "*", vpce)), 0);
    assert_eq!(count(&deny("execute-api:Invoke", "x/*", vpce)), 0);
    assert_eq!(count(&deny("execute-api:Invoke", "x/a", vpce)), 1);
    assert_eq!(count(&deny("sqs:*", "*", vpce)), 1);
    let any_value = "{'ForAnyValue:StringNotEquals': {'aws:SourceVpce': vpce-1}}";
    assert_eq!(count(&deny("*", "*", any_value)), 1);
    let region = "{StringNotEquals: {'aws:RequestedRegion': eu-west-1}}";
    assert_eq!(count(&deny("*", "*", region)), 1);
    let others = "{Effect: Deny, NotPrincipal: {AWS: '111122223333'}, Action: '*', Resource: '*'}";
    assert_eq!(count(others), 0);
}

#[test]
fn a_deny_without_tls_is_known() {
    let deny = |principal: &str, value: &str| {
        statement(&format!(
            "{{Effect: Deny, Principal: {principal}, Action: 's3:*', Resource: '*', \
             Condition: {{Bool: {{'aws:SecureTransport': {value}}}}}}}"
        ))
    };
    assert!(deny("'*'", "false").requires_tls());
    assert!(deny("{AWS: '*'}", "'false'").requires_tls());
    assert!(!deny("'*'", "true").requires_tls());
    assert!(!deny("{AWS: '111122223333'}", "false").requires_tls());
}
