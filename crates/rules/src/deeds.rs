//! What a function or a step of a workflow does beyond running, as far as its permissions tell.

use std::collections::{HashMap, HashSet};

use app_model::{Application, Function, Identity, Task};
use iam_policy::{AccessLevel, catalogue, catalogue::Known, managed};
use secret_patterns::secret_name;

use crate::grants::{SECRET_READS, texts};

/// What something may do, from nothing to anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deeds {
    /// Writes logs, traces and metrics, and no more.
    Nothing,
    /// Reads.
    Reads,
    /// Changes, sends or starts something; also when that cannot be told.
    Acts,
}

/// What the functions of an application may do; each is looked at once, when it is asked for.
pub(crate) struct Abilities<'a> {
    functions: HashMap<&'a str, &'a Function>,
    roles: HashMap<&'a str, &'a Identity>,
    /// Roles that policies on resources name: what those allow stands in no policy of the role.
    named_elsewhere: HashSet<&'a str>,
    known: HashMap<&'a str, Deeds>,
}

impl<'a> Abilities<'a> {
    pub(crate) fn of(app: &'a Application) -> Self {
        let allows = app.resource_policies.iter().flat_map(|policy| policy.document.allows());
        let principals = allows.flat_map(|statement| &statement.principals);
        let references = principals.flat_map(|principal| &principal.term.references);
        Self {
            functions: app.functions.iter().map(|it| (it.name.as_str(), it)).collect(),
            roles: app.identities.iter().map(|it| (it.name.as_str(), it)).collect(),
            named_elsewhere: references.map(|reference| reference.name.as_str()).collect(),
            known: HashMap::new(),
        }
    }

    /// What a function may do: by its role, which must stand in the template. In a network, where
    /// databases ask for no role, and with a password in its environment, it may do anything.
    pub(crate) fn of_function(&mut self, name: &str) -> Deeds {
        let Some((name, function)) = self.functions.get_key_value(name) else {
            return Deeds::Acts;
        };
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let holds_secret = || function.environment.iter().any(|it| secret_name(&it.name).is_some());
        let role = function.role.as_ref().and_then(|role| self.roles.get(role.as_str()));
        let deeds = match role {
            Some(role)
                if function.vpc.is_none()
                    && !holds_secret()
                    && !self.named_elsewhere.contains(role.name.as_str()) =>
            {
                of_role(role)
            }
            _ => Deeds::Acts,
        };
        self.known.insert(name, deeds);
        deeds
    }

    /// What a task of a workflow does: by the role of the function that it calls, or by the name of
    /// the call, `arn:aws:states:::aws-sdk:s3:getObject`.
    pub(crate) fn of_task(&mut self, task: &Task) -> Deeds {
        match &task.function {
            Some(function) => self.of_function(function),
            None => of_call(task),
        }
    }
}

/// Whether a function may do something by its role, on whatever resource; also when that cannot be
/// told, as the role does not stand in the template.
pub(crate) fn may(app: &Application, function: &Function, action: &str) -> bool {
    app.role_of(function).is_none_or(|role| {
        let mut written = role.policies.iter().flat_map(|policy| policy.document.allows());
        let mut managed = role.managed.iter().flat_map(|attached| texts(&attached.arn));
        written.any(|allow| allow.matches_action(action))
            || managed.any(|(_, text)| {
                managed::find(text).is_none_or(|policy| policy.reach_of(action).is_some())
            })
    })
}

fn of_role(role: &Identity) -> Deeds {
    let written = role.policies.iter().flat_map(|policy| policy.document.allows()).map(|allow| {
        if !allow.not_actions.is_empty() || allow.actions.iter().any(|term| !term.resolved) {
            return Deeds::Acts;
        }
        worst(allow.actions.iter().map(|term| term.text.as_str()))
    });
    let managed = role.managed.iter().flat_map(|attached| texts(&attached.arn)).map(|(_, text)| {
        match managed::find(text) {
            Some(policy) if policy.allows_all_but().next().is_none() => {
                let patterns: Vec<String> = policy.allows().map(|(pattern, _)| pattern).collect();
                let least = if policy.is_partial { Deeds::Reads } else { Deeds::Nothing };
                worst(patterns.iter().map(String::as_str)).max(least)
            }
            _ => Deeds::Acts,
        }
    });
    written.chain(managed).max().unwrap_or(Deeds::Nothing)
}

/// The worst of what action patterns take in; the first that acts ends the search.
fn worst<'a>(patterns: impl Iterator<Item = &'a str>) -> Deeds {
    let mut worst = Deeds::Nothing;
    for known in patterns.flat_map(catalogue::expand) {
        worst = worst.max(of_action(&known));
        if worst == Deeds::Acts {
            break;
        }
    }
    worst
}

/// What an action does. Whoever reads a secret may do what no policy tells.
fn of_action(known: &Known) -> Deeds {
    let is_running = match known.service {
        "logs" => {
            known.name.starts_with("CreateLog")
                || known.name.starts_with("PutLogEvents")
                || known.name.starts_with("DescribeLog")
        }
        "xray" => true,
        "cloudwatch" => known.name == "PutMetricData",
        "ec2" => {
            known.name.contains("NetworkInterface")
                || known.name.ends_with("PrivateIpAddresses")
                || matches!(
                    known.name,
                    "DescribeSubnets" | "DescribeSecurityGroups" | "DescribeVpcs"
                )
        }
        "lambda" => matches!(known.name, "CheckpointDurableExecution" | "GetDurableExecutionState"),
        _ => false,
    };
    match known.level {
        _ if is_running => Deeds::Nothing,
        _ if SECRET_READS.contains(&known.to_string().as_str()) => Deeds::Acts,
        AccessLevel::List | AccessLevel::Read => Deeds::Reads,
        AccessLevel::Write | AccessLevel::Tagging | AccessLevel::PermissionsManagement => {
            Deeds::Acts
        }
    }
}

/// How the names of calls begin that change nothing.
const READING: [&str; 27] = [
    "analyze",
    "batchdescribe",
    "batchdetect",
    "batchget",
    "check",
    "classify",
    "compare",
    "contains",
    "converse",
    "count",
    "describe",
    "detect",
    "estimate",
    "filter",
    "get",
    "head",
    "invokemodel",
    "list",
    "lookup",
    "query",
    "recognize",
    "retrieve",
    "scan",
    "search",
    "select",
    "translate",
    "validate",
];

/// What a call of a workflow that names no function does.
fn of_call(task: &Task) -> Deeds {
    let Some((_, call)) = task.resource.display().split_once(":states:::") else {
        return Deeds::Acts;
    };
    let call = call.strip_prefix("aws-sdk:").unwrap_or(call);
    let Some((service, name)) = call.split_once(':') else { return Deeds::Acts };
    if matches!(service, "http" | "apigateway") {
        let method = |(path, _): &&(String, _)| path.ends_with(".Method");
        let method = task.parameters.iter().find(method).map(|(_, text)| text.value.display());
        let only_reads = matches!(method, Some("GET" | "HEAD"));
        return if only_reads { Deeds::Reads } else { Deeds::Acts };
    }
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("transact").unwrap_or(&name);
    if READING.iter().any(|verb| name.starts_with(verb)) { Deeds::Reads } else { Deeds::Acts }
}

#[cfg(test)]
mod tests {
    use app_model::{SmolStr, Task, Value};

    use super::{Deeds, of_call, worst};

    #[test]
    fn logs_and_traces_are_nothing_and_secrets_open_anything() {
        let worst = |actions: &[&str]| worst(actions.iter().copied());
        assert_eq!(
            worst(&["logs:PutLogEvents", "xray:Put*", "cloudwatch:PutMetricData"]),
            Deeds::Nothing
        );
        assert_eq!(worst(&[]), Deeds::Nothing);
        assert_eq!(worst(&["logs:*"]), Deeds::Acts);
        assert_eq!(worst(&["logs:GetLogEvents"]), Deeds::Reads);
        assert_eq!(worst(&["logs:PutLogEvents", "dynamodb:GetItem"]), Deeds::Reads);
        assert_eq!(worst(&["secretsmanager:GetSecretValue"]), Deeds::Acts);
        assert_eq!(worst(&["s3:GetObject", "sqs:SendMessage"]), Deeds::Acts);
        assert_eq!(worst(&["*"]), Deeds::Acts);
    }

    #[test]
    fn a_task_is_judged_by_the_name_of_its_call() {
        for (resource, expected) in [
            ("arn:aws:states:::dynamodb:getItem", Deeds::Reads),
            ("arn:aws:states:::dynamodb:putItem", Deeds::Acts),
            ("arn:aws:states:::aws-sdk:s3:headObject", Deeds::Reads),
            ("arn:aws:states:::aws-sdk:dynamodb:transactGetItems", Deeds::Reads),
            ("arn:aws:states:::aws-sdk:dynamodb:transactWriteItems", Deeds::Acts),
            ("arn:${AWS::Partition}:states:::aws-sdk:ec2:describeInstances", Deeds::Reads),
            ("arn:aws:states:::lambda:invoke", Deeds::Acts),
            ("arn:aws:states:::http:invoke", Deeds::Acts),
            ("arn:aws:states:eu-west-1:111122223333:activity:approve", Deeds::Acts),
            ("", Deeds::Acts),
        ] {
            let resource_text = Value::Known(SmolStr::new(resource));
            let task = Task { resource: resource_text, ..Task::default() };
            assert_eq!(of_call(&task), expected, "{resource}");
        }
    }
}
