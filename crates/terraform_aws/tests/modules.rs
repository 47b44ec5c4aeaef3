//! What stands in for modules of the registry: each is valid, and its outputs lead to its resources.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use source_text::{FileId, ReadError, Sources, to_json_compact};
use terraform_aws::stand_in;
use terraform_language::{Evaluated, ModuleFiles, Options, evaluate};

/// A root module that calls one module, and what stands in for that.
struct Files {
    sources: Sources,
    main: FileId,
    module: FileId,
}

impl Files {
    fn calling(source: &str, inputs: &str) -> Self {
        let sources = Sources::default();
        let call = format!("module \"it\" {{\n  source = \"{source}\"\n{inputs}\n}}\n");
        let main = sources.add("main.tf", call);
        let module = sources.add("module.tf", stand_in(source).unwrap().text());
        Self { sources, main, module }
    }

    fn evaluated(&self) -> Evaluated {
        evaluate("", &Options::default(), self)
    }
}

impl ModuleFiles for Files {
    fn list(&self, _folder: &str) -> Vec<String> {
        vec!["main.tf".to_owned()]
    }

    fn read(&self, path: &str) -> Result<FileId, ReadError> {
        match path {
            "main.tf" => Ok(self.main),
            path if path.ends_with("/main.tf") => Ok(self.module),
            _ => Err(ReadError::NotFound { path: path.to_owned() }),
        }
    }

    fn exists(&self, _path: &str) -> bool {
        false
    }

    fn stand_in(&self, source: &str) -> Option<String> {
        stand_in(source).map(|it| format!("known/{}", it.name))
    }

    fn is_stand_in(&self, folder: &str) -> bool {
        folder.starts_with("known/")
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}

/// Each with the inputs of a usual call, and the types that it must make of them.
const CALLS: &[(&str, &str, &[&str])] = &[
    (
        "terraform-aws-modules/lambda/aws",
        "function_name = \"f\"\nhandler = \"a.b\"\nruntime = \"python3.13\"\nsource_path = [\"src\", { path = \"lib\" }]\n\
         create_lambda_function_url = true\ncors = { allow_origins = [\"*\"] }\n\
         event_source_mapping = { q = { event_source_arn = \"arn:aws:sqs:::q\", filter_criteria = { pattern = \"{}\" } } }\n\
         allowed_triggers = { api = { service = \"apigateway\", source_arn = \"arn:x\" } }\n\
         attach_policy_statements = true\npolicy_statements = [{ actions = [\"s3:GetObject\"], resources = [\"*\"] }]\n\
         attach_policies = true\npolicies = [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]\n\
         attach_tracing_policy = true\ntracing_mode = \"Active\"\nassume_role_policy_statements = { x = { actions = [\"sts:TagSession\"] } }",
        &[
            "aws_lambda_function",
            "aws_cloudwatch_log_group",
            "aws_lambda_function_url",
            "aws_lambda_permission",
            "aws_lambda_event_source_mapping",
            "aws_iam_role",
            "aws_iam_role_policy",
            "aws_iam_role_policy_attachment",
        ],
    ),
    (
        "terraform-aws-modules/apigateway-v2/aws",
        "name = \"api\"\ndomain_name = \"api.example.com\"\nauthorizers = { a = { authorizer_type = \"JWT\", \
         identity_sources = [\"$request.header.Authorization\"], jwt_configuration = { issuer = \"https://i\", audience = [\"a\"] } } }\n\
         routes = { \"GET /\" = { authorizer_key = \"a\", authorization_type = \"JWT\", integration = { uri = \"arn:f\" } } }\n\
         integrations = { \"POST /\" = { lambda_arn = \"arn:g\" } }",
        &[
            "aws_apigatewayv2_api",
            "aws_apigatewayv2_authorizer",
            "aws_apigatewayv2_integration",
            "aws_apigatewayv2_route",
            "aws_cloudwatch_log_group",
            "aws_apigatewayv2_stage",
            "aws_apigatewayv2_domain_name",
            "aws_apigatewayv2_api_mapping",
        ],
    ),
    (
        "terraform-aws-modules/dynamodb-table/aws",
        "name = \"t\"\nhash_key = \"id\"\nattributes = [{ name = \"id\", type = \"S\" }]\nresource_policy = \"{}\"",
        &["aws_dynamodb_table", "aws_dynamodb_resource_policy"],
    ),
    (
        "terraform-aws-modules/eventbridge/aws",
        "bus_name = \"b\"\nrules = { r = { event_pattern = \"{}\", enabled = true } }\n\
         targets = { r = [{ name = \"x\", arn = \"arn:q\", dead_letter_arn = \"arn:d\" }] }\n\
         schedules = { s = { schedule_expression = \"rate(1 hour)\", arn = \"arn:f\" } }\n\
         create_connections = true\ncreate_api_destinations = true\n\
         connections = { c = { authorization_type = \"BASIC\", auth_parameters = { basic = { username = \"u\", password = \"p\" } } } }\n\
         api_destinations = { c = { invocation_endpoint = \"https://x\", http_method = \"POST\" } }\n\
         attach_lambda_policy = true\nlambda_target_arns = [\"arn:f\"]\npermissions = { \"* any\" = {} }",
        &[
            "aws_cloudwatch_event_bus",
            "aws_cloudwatch_event_rule",
            "aws_cloudwatch_event_target",
            "aws_cloudwatch_event_permission",
            "aws_cloudwatch_event_connection",
            "aws_cloudwatch_event_api_destination",
            "aws_scheduler_schedule",
            "aws_iam_role",
            "aws_iam_role_policy",
        ],
    ),
    (
        "terraform-aws-modules/s3-bucket/aws",
        "bucket = \"b\"\nacl = \"private\"\nversioning = { enabled = true }\nlogging = { target_bucket = \"l\" }\n\
         attach_deny_insecure_transport_policy = true\nattach_policy = true\npolicy = \"{}\"\ncontrol_object_ownership = true\n\
         server_side_encryption_configuration = { rule = { apply_server_side_encryption_by_default = { sse_algorithm = \"aws:kms\" } } }",
        &[
            "aws_s3_bucket",
            "aws_s3_bucket_acl",
            "aws_s3_bucket_logging",
            "aws_s3_bucket_versioning",
            "aws_s3_bucket_server_side_encryption_configuration",
            "aws_s3_bucket_policy",
            "aws_s3_bucket_public_access_block",
            "aws_s3_bucket_ownership_controls",
        ],
    ),
    (
        "terraform-aws-modules/s3-bucket/aws//modules/notification",
        "bucket = \"b\"\nlambda_notifications = { f = { function_arn = \"arn:f\", function_name = \"f\", events = [\"s3:ObjectCreated:*\"] } }",
        &["aws_s3_bucket_notification", "aws_lambda_permission"],
    ),
    (
        "terraform-aws-modules/sns/aws",
        "name = \"t\"\nsubscriptions = { q = { protocol = \"sqs\", endpoint = \"arn:q\" } }",
        &["aws_sns_topic", "aws_sns_topic_policy", "aws_sns_topic_subscription"],
    ),
    (
        "terraform-aws-modules/sqs/aws",
        "name = \"q\"\ncreate_dlq = true\ncreate_queue_policy = true\n\
         queue_policy_statements = { a = { actions = [\"sqs:SendMessage\"], principals = [{ type = \"AWS\", identifiers = [\"*\"] }] } }",
        &[
            "aws_sqs_queue",
            "aws_sqs_queue_policy",
            "aws_sqs_queue_redrive_policy",
            "aws_sqs_queue_redrive_allow_policy",
        ],
    ),
    (
        "terraform-aws-modules/step-functions/aws",
        "name = \"s\"\ndefinition = \"{}\"\nservice_integrations = { lambda = { lambda = [\"arn:f\"] }, xray = { xray = true } }\n\
         logging_configuration = { level = \"ALL\" }",
        &[
            "aws_sfn_state_machine",
            "aws_cloudwatch_log_group",
            "aws_iam_role",
            "aws_iam_role_policy",
        ],
    ),
];

#[test]
fn each_makes_what_its_inputs_ask_for() {
    for (source, inputs, types) in CALLS {
        let files = Files::calling(source, inputs);
        let it = files.evaluated();
        let told: Vec<&str> = it.diagnostics.iter().map(|it| it.message.as_str()).collect();
        assert!(
            matches!(told.as_slice(), [one] if one.contains("is not here; it was looked at as") && !one.contains("but for")),
            "{source}: {told:?}"
        );
        for kind in *types {
            let made = it.resources.iter().find(|block| block.kind == *kind);
            assert!(made.is_some(), "{source} makes no {kind}");
        }
        for block in &it.resources {
            let body = to_json_compact(&block.body);
            assert!(types.contains(&block.kind.as_str()), "{source} makes {}", block.kind);
            let open = body.contains("Fn::Unresolved") || body.contains("each.");
            assert!(!open, "{}: {body}", block.address);
        }
    }
}

#[test]
fn the_outputs_of_each_lead_somewhere() {
    for (source, inputs, _) in CALLS {
        let text = stand_in(source).unwrap().text();
        let names =
            text.lines().filter_map(|line| line.strip_prefix("output \"")?.split('"').next());
        for name in names {
            let files = Files::calling(source, inputs);
            let asked = format!("output \"asked\" {{\n  value = module.it.{name}\n}}\n");
            let call = files.sources.get(files.main).text.clone();
            let main = files.sources.add("main.tf", call + &asked);
            let it = Files { main, ..files }.evaluated();
            let value = to_json_compact(&it.outputs.first().unwrap().value);
            assert!(!value.contains("Fn::Unresolved"), "{source} {name}: {value}");
        }
    }
}

#[test]
fn inputs_that_are_not_known_are_told() {
    let files = Files::calling("terraform-aws-modules/sqs/aws", "name = \"q\"\nshape = \"round\"");
    let it = files.evaluated();
    assert!(it.diagnostics.iter().any(|it| it.message.contains("but for `shape`")));
    assert_eq!(it.files.len(), 1, "what stands in is no file of the author");
    let [call] = it.foreign.as_slice() else { panic!("{:?}", it.foreign) };
    assert_eq!((call.prefix.as_str(), call.place.line), ("module.it.", 1));
    assert_eq!(it.foreign_files, [files.module]);
}
