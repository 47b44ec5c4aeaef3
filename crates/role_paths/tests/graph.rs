//! Chains through functions and roles of templates, and what is told of each.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use app_model::Application;
use role_paths::{Certainty, NodeKind, RoleGraph, RolePath, Way, graph};
use source_text::Sources;

fn load(resources: &str) -> Application {
    let text = format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}");
    load_cloudformation::load_text(&Sources::default(), "template.yaml", &text)
}

/// A function that the internet reaches when `route` is told, with statements.
fn function(name: &str, route: Option<&str>, statements: &[&str]) -> String {
    let events = route.map_or_else(String::new, |path| {
        format!(
            "      Events:\n        Open: {{Type: HttpApi, Properties: {{Path: {path}, Method: POST}}}}\n"
        )
    });
    let policies = if statements.is_empty() {
        String::new()
    } else {
        let lines = format!("            - {}\n", statements.join("\n            - "));
        format!("      Policies:\n        - Version: '2012-10-17'\n          Statement:\n{lines}")
    };
    format!(
        "  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: src/\n      \
         Handler: index.handler\n      Runtime: python3.13\n{events}{policies}"
    )
}

fn allow(action: &str, resource: &str) -> String {
    format!("{{Effect: Allow, Action: {action}, Resource: {resource}}}")
}

/// A role with a trust principal and statements.
fn role(name: &str, principal: &str, statements: &[&str]) -> String {
    let lines = statements.join(", ");
    format!(
        "  {name}:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: \
         {{Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', Principal: {principal}}}]}}\n      \
         Policies: [{{PolicyName: a, PolicyDocument: {{Statement: [{lines}]}}}}]\n"
    )
}

fn best(graph: &RoleGraph, name: &str) -> Option<(RolePath, Vec<String>)> {
    let node = graph.node(name).unwrap();
    let path = graph.path_from(node)?;
    let hops = path.edges.iter().map(|edge| graph.name(graph.edges[*edge].to).to_owned());
    let hops: Vec<String> = hops.collect();
    Some((path, hops))
}

fn certainty(resources: &str, name: &str) -> Option<Certainty> {
    best(&graph(&load(resources)), name).map(|(path, _)| path.certainty)
}

fn open_function(statements: &[&str]) -> String {
    function("Orders", Some("/orders"), statements)
}

const ADMIN: &str = "{Effect: Allow, Action: 'iam:PutRolePolicy', Resource: '*'}";

#[test]
fn a_function_is_taken_over_and_then_its_role() {
    let take = allow("lambda:UpdateFunctionCode", "!GetAtt Deploy.Arn");
    let text = open_function(&[&take]) + &function("Deploy", None, &[ADMIN]);
    let graph = graph(&load(&text));
    let (path, hops) = best(&graph, "Orders").unwrap();
    assert_eq!(hops, ["OrdersRole", "Deploy", "DeployRole", "administrator"]);
    assert_eq!(path.certainty, Certainty::Certain);
    let start = graph.node("Orders").unwrap();
    assert!(graph.nodes[start].is_internet_reachable);
    assert_eq!(graph.hops(start, &path).first().map(String::as_str), Some("internet"));
    let all = graph.paths();
    assert_eq!(all.first().map(|(node, _)| *node), Some(start));
    // Both functions go through the last edge: that is the one to cut.
    let cut = graph.cut(&path, &all).unwrap();
    assert_eq!(graph.name(cut.from), "DeployRole");
    assert_eq!(graph.remedy(cut), "take `iam:PutRolePolicy` out of `DeployRole`");
}

#[test]
fn a_narrower_resource_or_another_function_opens_nothing() {
    let deploy = function("Deploy", None, &[ADMIN]) + &function("Report", None, &[]);
    for resource in [
        "!GetAtt Report.Arn",
        "!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${Report}'",
        "!GetAtt Orders.Arn",
    ] {
        let text = open_function(&[&allow("lambda:UpdateFunctionCode", resource)]) + &deploy;
        assert_eq!(certainty(&text, "Orders"), None, "{resource}");
    }
    for resource in [
        "!Sub 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${Deploy}'",
        "!Sub 'arn:aws:lambda:*:*:function:${AWS::StackName}-Dep*'",
        "'*'",
    ] {
        let text = open_function(&[&allow("lambda:UpdateFunctionCode", resource)]) + &deploy;
        assert_eq!(certainty(&text, "Orders"), Some(Certainty::Certain), "{resource}");
    }
}

#[test]
fn a_name_that_only_deployment_knows_makes_a_possible_edge() {
    let deploy = function("Deploy", None, &[ADMIN]);
    for resource in [
        "!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${Target}'",
        "!ImportValue TargetArn",
        "'arn:aws:lambda:eu-west-1:111122223333:function:other'",
    ] {
        let text = open_function(&[&allow("lambda:UpdateFunctionCode", resource)]) + &deploy;
        assert_eq!(certainty(&text, "Orders"), Some(Certainty::Possible), "{resource}");
    }
}

#[test]
fn a_role_is_passed_when_it_trusts_the_service_and_the_condition_lets_it() {
    let lambda = "{Service: lambda.amazonaws.com}";
    let path = |trust: &str, resource: &str, service: &str| {
        let pass = format!(
            "{{Effect: Allow, Action: 'iam:PassRole', Resource: {resource}, Condition: \
             {{StringEquals: {{'iam:PassedToService': {service}}}}}}}"
        );
        let make = allow("['lambda:CreateFunction', 'lambda:InvokeFunction']", "'*'");
        let text = open_function(&[&pass, &make])
            + &role("Strong", trust, &[ADMIN])
            + &role(
                "Weak",
                lambda,
                &["{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/b'}"],
            );
        certainty(&text, "Orders")
    };
    let strong = "!GetAtt Strong.Arn";
    assert_eq!(path(lambda, strong, "lambda.amazonaws.com"), Some(Certainty::Certain));
    assert_eq!(path(lambda, strong, "ec2.amazonaws.com"), None);
    assert_eq!(path("{Service: ec2.amazonaws.com}", strong, "lambda.amazonaws.com"), None);
    assert_eq!(path(lambda, "!GetAtt Weak.Arn", "lambda.amazonaws.com"), None);
}

#[test]
fn a_role_is_assumed_with_permission_and_trust_or_by_name() {
    let account = "{AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}";
    let by_name = "{AWS: !GetAtt OrdersRole.Arn}";
    let assume = allow("'sts:AssumeRole'", "!GetAtt Strong.Arn");
    let path = |trust: &str, statements: &[&str]| {
        certainty(&(open_function(statements) + &role("Strong", trust, &[ADMIN])), "Orders")
    };
    assert_eq!(path(account, &[&assume]), Some(Certainty::Certain));
    assert_eq!(path(account, &[]), None);
    assert_eq!(path("{Service: lambda.amazonaws.com}", &[&assume]), None);
    assert_eq!(path(by_name, &[]), Some(Certainty::Certain));
    let deny = "{Effect: Deny, Action: 'sts:*', Resource: '*'}";
    assert_eq!(path(by_name, &[deny]), None);
    assert_eq!(
        path("{AWS: 'arn:aws:iam::111122223333:root'}", &[&assume]),
        Some(Certainty::Possible)
    );
}

#[test]
fn a_chain_of_three_is_found_and_the_shortest_is_told() {
    let account = "{AWS: !Ref AWS::AccountId}";
    let to = |name: &str| allow("'sts:AssumeRole'", &format!("!GetAtt {name}.Arn"));
    let text = open_function(&[&to("One")])
        + &role("One", account, &[&to("Two"), &to("Three")])
        + &role("Two", account, &[&to("Three")])
        + &role("Three", account, &["{Effect: Allow, Action: '*', Resource: '*'}"]);
    let graph = graph(&load(&text));
    let (_, hops) = best(&graph, "Orders").unwrap();
    assert_eq!(hops, ["OrdersRole", "One", "Three", "administrator"]);
    let last = graph.path_from(graph.node("Three").unwrap()).unwrap();
    assert_eq!(graph.edges[last.edges[0]].way, Way::Is);
}

#[test]
fn another_roles_policy_is_rewritten_and_the_role_assumed() {
    let strong = "!GetAtt Strong.Arn";
    let text = |statements: &[&str]| {
        open_function(statements) + &role("Strong", "{AWS: !Ref AWS::AccountId}", &[])
    };
    let write = allow("'iam:PutRolePolicy'", strong);
    let assume = allow("'sts:AssumeRole'", strong);
    assert_eq!(certainty(&text(&[&write, &assume]), "Orders"), Some(Certainty::Certain));
    assert_eq!(certainty(&text(&[&write]), "Orders"), None);
    let trust = allow("'iam:UpdateAssumeRolePolicy'", strong);
    assert_eq!(certainty(&text(&[&write, &trust]), "Orders"), Some(Certainty::Certain));
}

#[test]
fn a_managed_policy_of_the_template_is_rewritten_by_who_has_it() {
    let policy = |resource: &str| {
        open_function(&[])
            + &format!(
                "  Own:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Roles: [!Ref OrdersRole]\n      \
                 PolicyDocument: {{Statement: [{{Effect: Allow, Action: 'iam:CreatePolicyVersion', Resource: {resource}}}]}}\n"
            )
    };
    assert_eq!(certainty(&policy("'arn:aws:iam::*:policy/unrelated'"), "Orders"), None);
    let own = "!Sub 'arn:aws:iam::*:policy/${AWS::StackName}-Own-*'";
    assert_eq!(certainty(&policy(own), "Orders"), Some(Certainty::Certain));
}

#[test]
fn a_boundary_caps_what_a_role_gives_itself() {
    let text = |boundary: &str, more: &str| {
        let own = format!("{{Effect: Allow, Action: ['iam:PutRolePolicy'{more}], Resource: '*'}}");
        open_function(&[&own]).replace(
            "      CodeUri",
            &format!("      PermissionsBoundary: {boundary}\n      CodeUri"),
        ) + "  Team:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: \
             {Statement: [{Effect: Allow, Action: ['iam:*', 's3:*'], Resource: '*'}]}\n"
    };
    assert_eq!(certainty(&text("!Ref Team", ""), "Orders"), None);
    let free = ", 'iam:DeleteRolePermissionsBoundary'";
    assert_eq!(certainty(&text("!Ref Team", free), "Orders"), Some(Certainty::Certain));
    let aws = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
    assert_eq!(certainty(&text(aws, free), "Orders"), None);
    let unknown = "arn:aws:iam::111122223333:policy/Team";
    assert_eq!(certainty(&text(unknown, ""), "Orders"), Some(Certainty::Conditional));
}

#[test]
fn managed_policies_count_and_unknown_ones_are_told() {
    let with = |arn: &str| {
        open_function(&[])
            .replace("      CodeUri", &format!("      Policies: [{arn}]\n      CodeUri"))
    };
    let aws = |name: &str| with(&format!("'arn:aws:iam::aws:policy/{name}'"));
    assert_eq!(certainty(&aws("AdministratorAccess"), "Orders"), Some(Certainty::Certain));
    assert_eq!(certainty(&aws("IAMFullAccess"), "Orders"), Some(Certainty::Certain));
    assert_eq!(certainty(&aws("AmazonS3ReadOnlyAccess"), "Orders"), None);
    let own = with("'arn:aws:iam::111122223333:policy/Team'");
    assert_eq!(certainty(&own, "Orders"), Some(Certainty::Possible));
}

#[test]
fn roles_outside_are_possible_only() {
    let pass = allow("'iam:PassRole'", "'*'");
    let make = allow("['lambda:CreateFunction', 'lambda:InvokeFunction']", "'*'");
    let text = open_function(&[&pass, &make]);
    let graph = graph(&load(&text));
    let (path, hops) = best(&graph, "Orders").unwrap();
    assert_eq!(path.certainty, Certainty::Possible);
    assert_eq!(hops, ["OrdersRole", "a role outside", "administrator"]);
    assert_eq!(graph.nodes[graph.administrator()].kind, NodeKind::Administrator);
}

#[test]
fn what_adds_nothing_is_told_apart() {
    let read = allow("'s3:GetObject'", "'arn:aws:s3:::a/*'");
    let take = allow("lambda:UpdateFunctionCode", "!GetAtt Report.Arn");
    let adds = |statement: &str| {
        let text = open_function(&[&read, &take]) + &function("Report", None, &[statement]);
        let graph = graph(&load(&text));
        let node = graph.node("OrdersRole").unwrap();
        let report = graph.node("Report").unwrap();
        graph.edges_from(node).any(|edge| edge.to == report && edge.adds)
    };
    assert!(!adds(&read));
    assert!(adds(&allow("'s3:PutObject'", "'arn:aws:s3:::a/*'")));
}

/// 200 functions and 50 roles, each of which may do much: the worst that a template may ask for:
/// bounded work, told by the number of edges.
#[test]
fn many_functions_and_roles_end_in_time() {
    let mut text = String::new();
    let account = "{AWS: !Ref AWS::AccountId, Service: lambda.amazonaws.com}";
    for number in 0..50 {
        let next = format!("!GetAtt Role{}.Arn", (number + 1) % 50);
        let assume = allow("'sts:AssumeRole'", &next);
        let wide =
            allow("['lambda:*', 'ec2:*', 'states:*', 'iam:PassRole', 'glue:*', 'ecs:*']", "'*'");
        text += &role(&format!("Role{number}"), account, &[&assume, &wide]);
    }
    let functions = (0..200).map(|number| {
        let role = number % 50;
        format!(
            "  F{number}:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: src/\n      \
             Handler: index.handler\n      Runtime: python3.13\n      Role: !GetAtt Role{role}.Arn\n"
        )
    });
    text.extend(functions);
    let app = load(&text);
    let graph = graph(&app);
    assert_eq!(graph.edges.len(), 30_701);
    assert_eq!(graph.paths().len(), 200);
}
