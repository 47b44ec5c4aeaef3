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
    let actions = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];
    for access_point in &gatherer.function.file_systems {
        // The action is on the file system behind the access point, which the setting does not name.
        let systems: Vec<String> = gatherer
            .names
            .arns()
            .filter(|(resource, _)| resource.type_name == "AWS::EFS::FileSystem")
            .map(|(_, arn)| arn)
            .collect();
        let arn = match systems.as_slice() {
            [one] => one.clone(),
            _ => gatherer.names.complete("elasticfilesystem:R:A:file-system/*"),
        };
        let note = "the function mounts the file system";
        gatherer.template(access_point.place, note, &actions, &arn);
    }
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
