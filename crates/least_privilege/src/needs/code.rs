//! What the calls of the code need.

use std::{borrow::Cow, collections::BTreeMap};

use app_model::{Place, SmolStr};
use aws_operations::{Authorisation, Given, Operation, Step, Surroundings as Deployed, When};
use taint::{DynamicCall, Form, Provenance, ServiceCall};

use super::{
    Gatherer, objects,
    operations::{self, Arguments},
    value::{HOLE, Surroundings, Text},
};
use crate::need::{Gap, Need, Origin, Reason, Restriction};

/// What is known of the code of a function.
#[derive(Clone, Debug, Default)]
pub struct CodeOf<'c> {
    /// Calls of cloud services.
    pub calls: Cow<'c, [ServiceCall]>,
    /// Calls of which it is not known which they are.
    pub dynamic_calls: Cow<'c, [DynamicCall]>,
    /// What was not read or not followed.
    pub gaps: Vec<Gap>,
}

/// The code of the functions of an application, by logical name.
pub type Code<'c> = BTreeMap<SmolStr, CodeOf<'c>>;

/// Gathers what the calls of the function need.
pub(super) fn gather(gatherer: &mut Gatherer<'_, '_>, code: &CodeOf<'_>) {
    gatherer.gaps.extend(code.gaps.iter().cloned());
    for call in code.dynamic_calls.iter() {
        let service = call.service.as_ref().map_or(String::new(), |it| format!(" of `{it}`"));
        gatherer.gap(call.place, format!("a call{service} is not known: {}", call.reason));
    }
    for call in code.calls.iter().filter(|call| !call.has_own_credentials) {
        match operations::of(call) {
            Ok(steps) => {
                let names_objects = objects::gather(gatherer, call);
                for step in &steps {
                    need(gatherer, call, step, names_objects);
                }
            }
            Err(reason) => gatherer.gap(call.place, reason),
        }
    }
}

/// Adds what one operation of a call needs; `names_objects` says that the objects are told already that
/// the service reads for the function.
fn need(gatherer: &mut Gatherer<'_, '_>, call: &ServiceCall, step: &Step, names_objects: bool) {
    let needs = match step.operation.authorisation() {
        Authorisation::Actions(needs) => needs,
        Authorisation::NoAction(_) => return,
        Authorisation::Unmapped => {
            let reason = format!("which action `{}` needs is not known", step.operation);
            gatherer.gap(call.place, reason);
            return;
        }
    };
    let names = gatherer.names;
    let around = Surroundings { names, function: gatherer.function };
    let arguments = Arguments::of(&around, call, step);
    let regions = regions(&around, call.region.as_ref());
    let note = note(call, &arguments);
    // Without an optional action the operation still works.
    for need in needs.filter(|need| !need.is_optional) {
        // What another service asks for, and what only cleans up after a failure, may never be asked.
        let is_aside = need.is_dependent || need.action.name == "AbortMultipartUpload";
        let restrictions = match (need.action.service, need.action.name) {
            ("iam", "PassRole") => Vec::from_iter(passed_to(step.operation)),
            _ => Vec::new(),
        };
        for combination in 0..arguments.combinations {
            let given = |name: &str| arguments.given(step, name, combination);
            if !need.applies(&given) {
                continue;
            }
            let is_perhaps = match need.when {
                When::Given(name) | When::NotGiven(name) => given(name) == Given::Perhaps,
                When::Always => false,
            };
            for region in &regions {
                let (partition, account) = (names.partition(), names.account());
                for filled in need.arns(Deployed { partition, region, account }, &given) {
                    let arn = names.expand(&closed(&filled.arn));
                    let is_exact = filled.is_exact && !filled.arn.contains(HOLE);
                    let is_object = need.is_dependent && need.action.to_string() == "s3:GetObject";
                    if names_objects && is_object && !is_exact {
                        continue;
                    }
                    gatherer.needs.add(Need {
                        action: need.action.to_string().into(),
                        is_exact: is_exact || names_its_bucket(&arn),
                        resource: arn.into(),
                        restrictions: restrictions.clone(),
                        is_certain: call.is_certain && !is_aside && !is_perhaps,
                        reasons: vec![from_code(call.place, &note)],
                    });
                }
            }
        }
    }
}

/// The service that an operation passes a role to, as a condition, where it is one and no other.
///
/// Source: "Grant a user permissions to pass a role" of the guide of each service.
fn passed_to(operation: Operation) -> Option<Restriction> {
    let service = match (operation.service.id, operation.name) {
        ("ecs", "RunTask" | "StartTask" | "RegisterTaskDefinition") => "ecs-tasks.amazonaws.com",
        ("lambda", "CreateFunction" | "UpdateFunctionConfiguration") => "lambda.amazonaws.com",
        ("stepfunctions", "CreateStateMachine" | "UpdateStateMachine") => "states.amazonaws.com",
        ("scheduler", "CreateSchedule" | "UpdateSchedule") => "scheduler.amazonaws.com",
        ("glue", "CreateJob" | "UpdateJob" | "CreateCrawler" | "UpdateCrawler") => {
            "glue.amazonaws.com"
        }
        ("codebuild", "CreateProject" | "UpdateProject") => "codebuild.amazonaws.com",
        _ => return None,
    };
    Some(Restriction {
        operator: SmolStr::new_static("StringEquals"),
        key: SmolStr::new_static("iam:PassedToService"),
        value: SmolStr::new_static(service),
    })
}

/// An ARN whose holes are globs.
pub(super) fn closed(arn: &str) -> String {
    let mut out = arn.replace(HOLE, "*");
    while out.contains("**") {
        out = out.replace("**", "*");
    }
    out
}

/// Whether an ARN names its bucket, so that only keys in it are open.
fn names_its_bucket(arn: &str) -> bool {
    cloud_names::Arn::parse(arn)
        .ok()
        .and_then(|arn| arn.bucket().map(|bucket| !bucket.contains('*')))
        .unwrap_or(false)
}

pub(super) fn from_code(place: Place, note: &str) -> Reason {
    Reason {
        source: Origin::Code,
        place: Some(place),
        note: note.to_owned(),
        count: 0,
        last_used: None,
    }
}

/// The call in words.
fn note(call: &ServiceCall, arguments: &Arguments) -> String {
    let form = match call.form {
        Form::Presigned => ", signed for somebody else",
        Form::Direct | Form::Paginator | Form::Waiter | Form::Helper => "",
    };
    let doubt = if call.is_certain { "" } else { ", if it is what it is taken for" };
    let cut = if arguments.is_cut { ", on more resources than are told one by one" } else { "" };
    format!("`{}` of `{}`{form}{doubt}{cut}", call.operation, call.service)
}

/// Regions that the client of a call may be of.
fn regions(around: &Surroundings<'_, '_>, region: Option<&Provenance>) -> Vec<String> {
    let Some(region) = region else { return vec![around.names.region().to_owned()] };
    let texts = around.texts(region).into_iter();
    texts
        .map(|text| match text {
            Text::Known(text) | Text::Arn(text) => text,
            Text::Unknown => HOLE.to_string(),
        })
        .collect()
}
