//! What the settings of a function ask of its role, before a line of its code runs.

use app_model::{Setting, SmolStr};

use super::Gatherer;
use crate::names::texts;

/// Gathers what the settings of the function need.
///
/// Layers, code signing and `SnapStart` need nothing of the execution role: who deploys fetches the
/// layers, and Lambda itself makes the snapshots.
pub(super) fn gather(gatherer: &mut Gatherer<'_, '_>) {
    logs(gatherer);
    network(gatherer);
    tracing(gatherer);
    deliveries(gatherer);
    file_systems(gatherer);
    durable(gatherer);
    environment_key(gatherer);
    extensions(gatherer);
}

/// What a log group needs to be written to by Lambda.
const LOGS: [&str; 3] = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

fn logs(gatherer: &mut Gatherer<'_, '_>) {
    let function = gatherer.function;
    let groups: Vec<(String, app_model::Place)> = if let Some(setting) = &function.log_group {
        let names = texts(&setting.value);
        names.iter().map(|text| (gatherer.names.expand(text), setting.place)).collect()
    } else {
        let name = gatherer.names.name(&function.name);
        let name = name.unwrap_or_else(|| format!("${{{}}}", function.name));
        vec![(format!("/aws/lambda/{name}"), function.place)]
    };
    for (group, place) in groups {
        let arn = gatherer.names.complete(&format!("logs:R:A:log-group:{group}"));
        let note = "Lambda writes the log of the function as its role";
        gatherer.template(place, note, &LOGS, &arn);
        // Streams stand behind the name of their group.
        gatherer.template(place, note, &LOGS, &format!("{arn}:*"));
    }
}

/// Actions on network interfaces, which have no resource that is known before.
pub(super) const INTERFACES: [&str; 6] = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
];

fn network(gatherer: &mut Gatherer<'_, '_>) {
    let Some(vpc) = &gatherer.function.vpc else { return };
    let note = "Lambda joins the function to its network as its role";
    gatherer.template(vpc.place, note, &INTERFACES, "*");
}

fn tracing(gatherer: &mut Gatherer<'_, '_>) {
    let Some(tracing) = &gatherer.function.tracing else { return };
    // `PassThrough` also sends what a caller asks to be traced.
    if tracing.value.any(|mode| mode != "Active") && !tracing.value.may_be("Active") {
        return;
    }
    let actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
    gatherer.template(tracing.place, "traces are sent as the function's role", &actions, "*");
}

fn deliveries(gatherer: &mut Gatherer<'_, '_>) {
    let function = gatherer.function;
    let targets = [
        (&function.dead_letter, "events that failed go there"),
        (&function.failure_destination, "what failed is told there"),
        (&function.success_destination, "what succeeded is told there"),
    ];
    for (target, note) in targets {
        if let Some(target) = target {
            deliver(gatherer, target, note);
        }
    }
}

/// What Lambda must be allowed, as the function's role, to send to a target.
pub(super) fn deliver(gatherer: &mut Gatherer<'_, '_>, target: &Setting<SmolStr>, note: &str) {
    for text in texts(&target.value) {
        let arn = gatherer.names.expand(&text);
        let service = cloud_names::Arn::parse(&arn).map(|arn| arn.service).unwrap_or_default();
        let actions: &[&str] = match service.as_str() {
            "sqs" => &["sqs:SendMessage"],
            "sns" => &["sns:Publish"],
            "lambda" => &["lambda:InvokeFunction"],
            "events" => &["events:PutEvents"],
            "s3" => {
                gatherer.template(target.place, note, &["s3:ListBucket"], &arn);
                gatherer.template(target.place, note, &["s3:PutObject"], &format!("{arn}/*"));
                continue;
            }
            _ => {
                let reason = format!("what `{text}` is, to which something is sent, is not known");
                gatherer.gap(target.place, reason);
                continue;
            }
        };
        gatherer.template(target.place, note, actions, &arn);
    }
}

fn file_systems(gatherer: &mut Gatherer<'_, '_>) {
    for mounted in &gatherer.function.file_systems {
        for text in texts(&mounted.value) {
            let arn = gatherer.names.expand(&text);
            let type_name = gatherer.names.referent(&text).map(|it| it.type_name.clone());
            let is_of_bucket = arn.contains(":s3files:")
                || type_name.as_ref().is_some_and(|it| it.starts_with("AWS::S3Files::"));
            let service = if is_of_bucket { "s3files" } else { "elasticfilesystem" };
            // The action is on the file system behind the access point, which is not named here.
            let systems: Vec<String> = gatherer
                .names
                .arns()
                .filter(|(it, _)| it.type_name == "AWS::EFS::FileSystem" && !is_of_bucket)
                .map(|(_, arn)| arn.to_owned())
                .collect();
            let resource = match systems.as_slice() {
                [one] => one.clone(),
                _ => gatherer.names.complete(&format!("{service}:R:A:file-system/*")),
            };
            let actions = ["ClientMount", "ClientWrite"].map(|it| format!("{service}:{it}"));
            let note = "the function mounts the file system";
            let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
            gatherer.perhaps(mounted.place, note, &actions, &resource);
            if is_of_bucket {
                let reason = "what the file system reads of its bucket as the role is not known";
                gatherer.gap(mounted.place, reason);
            }
        }
    }
}

/// A durable function notes its steps as its role; which functions it calls by its context, and what
/// else it does through that library, is not seen.
fn durable(gatherer: &mut Gatherer<'_, '_>) {
    let Some(setting) = &gatherer.function.durable else { return };
    let actions = ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"];
    let name = &gatherer.function.name;
    let own = gatherer.names.arn(name).unwrap_or_else(|| "*".to_owned());
    let note = "the function notes the steps of its executions";
    gatherer.template(setting.place, note, &actions, &own);
    gatherer.template(setting.place, note, &actions, &format!("{own}:*"));
    let reason = "what a durable function calls through its context is not seen";
    gatherer.gap(setting.place, reason);
}

fn environment_key(gatherer: &mut Gatherer<'_, '_>) {
    let Some(key) = &gatherer.function.kms_key else { return };
    for text in texts(&key.value) {
        let Some(arn) = super::keys::key_arn(gatherer.names, &text) else { continue };
        gatherer.template(key.place, "the key encrypts the environment", &["kms:Decrypt"], &arn);
    }
}

/// Extensions of AWS in layers that call services as the function's role.
fn extensions(gatherer: &mut Gatherer<'_, '_>) {
    for layer in &gatherer.function.layers {
        let text = layer.arn.display();
        if text.contains("LambdaInsightsExtension") {
            let group = gatherer.names.complete("logs:R:A:log-group:/aws/lambda-insights");
            let note = "the Lambda Insights extension writes its metrics there";
            gatherer.template(layer.place, note, &LOGS, &group);
            gatherer.template(layer.place, note, &LOGS, &format!("{group}:*"));
        }
        let is_of_template = gatherer.names.app().resources.iter().any(|it| {
            it.type_name == "AWS::Lambda::LayerVersion" && text.contains(&format!("${{{}", it.name))
        });
        if layer.arn.is_unresolved() && text.starts_with("${") && !is_of_template {
            let reason = format!("the layer `{text}` stands elsewhere: code in it was not read");
            gatherer.gap(layer.place, reason);
        } else if is_of_template && text.to_ascii_lowercase().contains("extension") {
            let reason = format!("what the extension `{text}` calls was not read");
            gatherer.gap(layer.place, reason);
        }
        let reads = if text.contains("AWS-Parameters-and-Secrets-Lambda-Extension") {
            "secrets and parameters"
        } else if text.contains("AWS-AppConfig-Extension") {
            "configurations"
        } else {
            continue;
        };
        let reason =
            format!("the extension `{text}` reads {reads} that are asked for over HTTP, not told");
        gatherer.gap(layer.place, reason);
    }
}
