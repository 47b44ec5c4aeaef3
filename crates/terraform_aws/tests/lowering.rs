//! Resources in, template out: what the tables and the joins make.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use source_text::{FileId, Kind, Level, Limits, Map, Node, Place, parse_yaml, to_json_compact};
use terraform_aws::lower;
use terraform_language::{Block, Evaluated};
use terraform_tables::Lowered;

fn parsed(text: &str) -> Node {
    let limits = Limits::of_part(text);
    let parsed = parse_yaml(FileId(0), text, &limits).unwrap();
    parsed.documents.into_iter().next().unwrap()
}

/// Blocks of a mapping from addresses to bodies.
fn evaluated(text: &str) -> Evaluated {
    let mut evaluated = Evaluated::default();
    for (address, entry) in parsed(text).as_map().unwrap().entries() {
        let bare = address.strip_prefix("data.").unwrap_or(address);
        let (kind, name) = bare.split_once('.').unwrap();
        let block = Block {
            kind: kind.into(),
            name: name.split('[').next().unwrap().into(),
            address: address.clone(),
            folder: "".into(),
            place: entry.key_place,
            body: entry.value.clone(),
            condition: None,
        };
        if bare == address.as_str() {
            evaluated.resources.push(block);
        } else {
            evaluated.data.push(block);
        }
    }
    evaluated
}

fn lowered(text: &str) -> Lowered {
    lower(&evaluated(text), FileId(0))
}

#[track_caller]
fn check(text: &str, address: &str, properties: &str) {
    let lowered = lowered(text);
    let found = lowered.template.at(&["Resources", address, "Properties"]).unwrap();
    assert!(found.same(&parsed(properties)), "{}", to_json_compact(found));
}

#[test]
fn arguments_and_blocks_become_properties() {
    check(
        r"
aws_lambda_function.f:
  function_name: orders
  memory_size: 128
  filename: build.zip
  reserved_concurrent_executions: -1
  environment: [{variables: {TABLE_NAME: t}}]
  role: {Fn::GetAtt: [aws_iam_role.r, arn]}
aws_iam_role.r: {name: r}
",
        "aws_lambda_function.f",
        r#"{FunctionName: orders, MemorySize: 128, Code: build.zip,
            Environment: {Variables: {TABLE_NAME: t}},
            Role: {"Fn::GetAtt": [aws_iam_role.r, Arn]}}"#,
    );
}

#[test]
fn what_stands_in_several_resources_becomes_one() {
    check(
        r#"
aws_s3_bucket.b: {bucket: pictures}
aws_s3_bucket_public_access_block.b:
  bucket: {Fn::GetAtt: [aws_s3_bucket.b, id]}
  block_public_acls: true
aws_s3_bucket_versioning.b:
  bucket: pictures
  versioning_configuration: [{status: Enabled}]
aws_s3_bucket_notification.b:
  bucket: {Fn::GetAtt: [aws_s3_bucket_versioning.b, id]}
  lambda_function:
    - {lambda_function_arn: {Fn::GetAtt: [aws_lambda_function.f, arn]}, events: ["s3:ObjectCreated:*"], filter_prefix: in/}
aws_lambda_function.f: {function_name: f}
"#,
        "aws_s3_bucket.b",
        r#"{BucketName: pictures,
            PublicAccessBlockConfiguration: {BlockPublicAcls: true},
            VersioningConfiguration: {Status: Enabled},
            NotificationConfiguration: {LambdaConfigurations: [
              {Function: {"Fn::GetAtt": [aws_lambda_function.f, Arn]}, Event: ["s3:ObjectCreated:*"],
               Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}}]}}"#,
    );
}

#[test]
fn a_method_gets_its_integration_by_its_keys() {
    check(
        r"
aws_api_gateway_rest_api.a: {name: shop}
aws_api_gateway_resource.r:
  rest_api_id: {Fn::GetAtt: [aws_api_gateway_rest_api.a, id]}
  parent_id: {Fn::GetAtt: [aws_api_gateway_rest_api.a, root_resource_id]}
  path_part: orders
aws_api_gateway_method.m:
  rest_api_id: {Fn::GetAtt: [aws_api_gateway_rest_api.a, id]}
  resource_id: {Fn::GetAtt: [aws_api_gateway_resource.r, id]}
  http_method: POST
  authorization: NONE
aws_api_gateway_integration.i:
  rest_api_id: {Fn::GetAtt: [aws_api_gateway_rest_api.a, id]}
  resource_id: {Fn::GetAtt: [aws_api_gateway_resource.r, id]}
  http_method: POST
  type: AWS_PROXY
  uri: arn:x
",
        "aws_api_gateway_method.m",
        r"{RestApiId: {Ref: aws_api_gateway_rest_api.a}, ResourceId: {Ref: aws_api_gateway_resource.r},
           HttpMethod: POST, AuthorizationType: NONE, Integration: {Type: AWS_PROXY, Uri: 'arn:x'}}",
    );
}

#[test]
fn policies_become_trees_however_they_are_written() {
    let statement = r#"{Effect: Allow, Action: ["s3:*"], Resource: [{"Fn::Join": ["", [{"Fn::GetAtt": [aws_s3_bucket.b, Arn]}, "/*"]]}]}"#;
    let expected = format!(
        "{{PolicyName: p, RoleName: {{Ref: aws_iam_role.r}}, PolicyDocument: {{Version: '2012-10-17', Statement: [{statement}]}}}}"
    );
    let arn = r#"{"Fn::Join": ["", [{"Fn::GetAtt": [aws_s3_bucket.b, arn]}, "/*"]]}"#;
    let head = "aws_s3_bucket.b: {bucket: b}\naws_iam_role.r: {name: r}\n";
    let encoded = format!(
        r#"{head}
aws_iam_role_policy.p:
  name: p
  role: r
  policy: {{"Fn::ToJsonString": {{Version: '2012-10-17', Statement: [{{Effect: Allow, Action: ["s3:*"], Resource: [{arn}]}}]}}}}
"#
    );
    check(&encoded, "aws_iam_role_policy.p", &expected);
    let text = format!(
        r#"{head}
aws_iam_role_policy.p:
  name: p
  role: r
  policy:
    Fn::Join:
      - ""
      - - '{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["'
        - {{"Fn::GetAtt": [aws_s3_bucket.b, arn]}}
        - '/*"]}}]}}'
"#
    );
    check(&text, "aws_iam_role_policy.p", &expected);
}

#[test]
fn attachments_hang_on_the_role() {
    check(
        r#"
aws_iam_role.r: {name: r}
aws_iam_policy.p: {name: p, policy: "{}"}
aws_iam_role_policy_attachment.a:
  role: {Fn::GetAtt: [aws_iam_role.r, name]}
  policy_arn: arn:aws:iam::aws:policy/AdministratorAccess
aws_iam_role_policy_attachment.b:
  role: r
  policy_arn: {Fn::GetAtt: [aws_iam_policy.p, arn]}
"#,
        "aws_iam_role.r",
        r"{RoleName: r, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess', {Ref: aws_iam_policy.p}]}",
    );
}

#[test]
fn the_code_of_a_package_is_what_it_is_made_of() {
    check(
        r"
data.archive_file.z: {type: zip, source_dir: src/app, output_path: build/app.zip}
aws_lambda_function.f: {filename: {Fn::GetAtt: [data.archive_file.z, output_path]}}
",
        "aws_lambda_function.f",
        "{Code: src/app}",
    );
    check(
        r"
data.archive_file.z: {type: zip, source_file: src/app.py, output_path: build/app.zip}
aws_lambda_function.f: {filename: build/app.zip}
",
        "aws_lambda_function.f",
        "{Code: src/app.py}",
    );
}

#[test]
fn a_rule_of_a_security_group_is_one_for_each_range() {
    let lowered = lowered(
        r#"
aws_security_group.g:
  ingress: [{from_port: 22, to_port: 22, protocol: tcp, cidr_blocks: [10.0.0.0/8, 0.0.0.0/0]}]
aws_security_group_rule.r:
  type: egress
  security_group_id: {Fn::GetAtt: [aws_security_group.g, id]}
  protocol: "-1"
  cidr_blocks: [0.0.0.0/0]
"#,
    );
    let group = ["Resources", "aws_security_group.g", "Properties", "SecurityGroupIngress"];
    let rules = lowered.template.at(&group).and_then(Node::as_list).unwrap();
    assert_eq!(rules.len(), 2);
    let kind = ["Resources", "aws_security_group_rule.r", "Type"];
    assert_eq!(
        lowered.template.at(&kind).and_then(Node::as_str),
        Some("AWS::EC2::SecurityGroupEgress")
    );
}

#[test]
fn types_without_a_table_are_counted_and_others_providers_helpers_are_not() {
    let lowered =
        lowered("{aws_glue_job.a: {}, aws_glue_job.b: {}, random_id.x: {}, google_x.y: {}}");
    let told: Vec<_> =
        lowered.diagnostics.iter().map(|it| (it.level, it.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (Level::Note, "no rule looks at resources of these types: `aws_glue_job` (2)"),
            (
                Level::Error,
                "nothing of Google Cloud is judged in Terraform yet; not looked at: `google_x` (1)"
            ),
        ]
    );
    let counted: Vec<_> = lowered.not_looked_at.into_iter().collect();
    assert_eq!(counted, [("aws_glue_job".into(), 2), ("google_x".into(), 1)]);
}

#[test]
fn references_that_go_round_come_to_an_end() {
    let text = "
aws_kms_grant.a: {x: {Fn::GetAtt: [aws_kms_grant.b, x]}}
aws_kms_grant.b: {x: {Fn::GetAtt: [aws_kms_grant.a, x]}}
aws_sqs_queue.q: {name: {Fn::GetAtt: [aws_kms_grant.a, x]}}
";
    assert!(lowered(text).template.at(&["Resources", "aws_sqs_queue.q"]).is_some());
}

/// Any small tree, with the shapes that an evaluation gives.
fn tree() -> impl Strategy<Value = Node> {
    let place = Place::default();
    let words = prop::sample::select(vec![
        "aws_sqs_queue.q",
        "arn",
        "id",
        "json",
        "{\"Statement\": []}",
        "[",
        "GET",
        "*/*",
        "",
        "-1",
    ]);
    let leaf = prop_oneof![
        words.clone().prop_map(move |text| Node::text(place, text)),
        any::<bool>().prop_map(move |value| Node::bool(place, value)),
        any::<i64>().prop_map(move |value| Node::integer(place, value)),
        (words.clone(), words).prop_map(move |(to, attribute)| {
            let parts = vec![Node::text(place, to), Node::text(place, attribute)];
            Node::map(place, [("Fn::GetAtt", Node::list(place, parts))])
        }),
    ];
    let keys = prop::sample::select(vec![
        "policy",
        "role",
        "bucket",
        "statement",
        "environment",
        "variables",
        "filename",
        "rule",
        "ingress",
        "cidr_blocks",
        "definition",
        "method_path",
        "name",
        "Fn::Join",
        "Fn::If",
        "Ref",
        "source_policy_documents",
        "redrive_policy",
    ]);
    leaf.prop_recursive(4, 32, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(move |it| Node::list(place, it)),
            prop::collection::vec((keys.clone(), inner), 0..4).prop_map(move |pairs| {
                let map: Map = pairs.into_iter().map(|(key, node)| (key.into(), node)).collect();
                Node::new(place, Kind::Map(map))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_arguments_hold_every_resource_is_there(bodies in prop::collection::vec((
        prop::sample::select(vec![
            "aws_sqs_queue", "aws_lambda_function", "aws_iam_role", "aws_iam_role_policy",
            "aws_s3_bucket", "aws_s3_bucket_policy", "aws_s3_bucket_notification",
            "aws_security_group", "aws_sfn_state_machine", "aws_api_gateway_method",
            "aws_api_gateway_integration", "aws_api_gateway_method_settings", "aws_unknown",
        ]),
        tree(),
    ), 0..8)) {
        let mut evaluated = Evaluated::default();
        for (at, (kind, body)) in bodies.into_iter().enumerate() {
            let name = if at == 0 { "q".to_owned() } else { format!("r{at}") };
            evaluated.resources.push(Block {
                kind: kind.into(),
                address: format!("{kind}.{name}").into(),
                name: name.into(),
                folder: "".into(),
                place: Place::default(),
                body,
                condition: None,
            });
        }
        let lowered = lower(&evaluated, FileId(0));
        for block in &evaluated.resources {
            // Where its stage is not made here it stands by itself.
            if block.kind == "aws_api_gateway_method_settings" {
                continue;
            }
            let is_part = ["aws_s3_bucket_notification", "aws_api_gateway_integration"]
                .contains(&block.kind.as_str());
            prop_assert_eq!(
                lowered.template.at(&["Resources", &block.address]).is_some(),
                !is_part
            );
        }
    }
}

#[test]
fn what_another_configuration_makes_is_told_of_where_it_is_wrong_by_itself() {
    check(
        r"
aws_api_gateway_method_settings.s:
  rest_api_id: abc
  stage_name: live
  method_path: orders/GET
  settings: [{data_trace_enabled: true}]
",
        "aws_api_gateway_method_settings.s",
        "{MethodSettings: [{HttpMethod: GET, ResourcePath: /orders, DataTraceEnabled: true}]}",
    );
    check(
        r"
aws_iam_user_policy_attachment.a: {user: mallory, policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess'}
",
        "aws_iam_user_policy_attachment.a",
        "{Users: [mallory], ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess']}",
    );
    let lowered = lowered(
        r"
aws_iam_user.u: {name: mallory}
aws_iam_user_policy_attachment.a: {user: mallory, policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess'}
aws_s3_bucket_versioning.v: {bucket: elsewhere, versioning_configuration: [{status: Suspended}]}
",
    );
    let resources = lowered.template.get("Resources").unwrap().as_map().unwrap();
    assert_eq!(resources.keys().collect::<Vec<_>>(), ["aws_iam_user.u"]);
}

#[test]
fn a_policy_document_that_nothing_takes_stands_by_itself() {
    let mut both = evaluated(
        r"
data.aws_iam_policy_document.d:
  json: {Fn::ToJsonString: {Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}}
aws_iam_policy.p: {}
",
    );
    let resources = |evaluated: &Evaluated| {
        let lowered = lower(evaluated, FileId(0));
        let map = lowered.template.get("Resources").unwrap().as_map().unwrap();
        map.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    let document = "data.aws_iam_policy_document.d";
    assert_eq!(resources(&both), ["aws_iam_policy.p", document]);
    // What takes it holds its statements, places and all.
    let json = both.data[0].body.get("json").unwrap().clone();
    both.resources[0].body = Node::map(json.place, [("policy", json)]);
    assert_eq!(resources(&both), ["aws_iam_policy.p"]);
}
