//! Facts of an application that decide a practice by themselves.

use app_model::{ApiKind, Application, Details, Exposure, Function};
use report::Verdict;

/// Whether a statement of the role holds on every resource though its actions could be scoped.
pub(crate) fn wildcard_resource(app: &Application, function: &Function) -> Verdict {
    let Some(role) = app.role_of(function) else { return Verdict::NotKnown };
    let is_wide = role.statements().any(|(_, statement)| {
        statement.is_allow()
            && statement.is_on_every_resource()
            && statement.actions.iter().any(|action| {
                action.has_action_wildcard()
                    || iam_policy::catalogue::supports_resource(&action.text) == Some(true)
            })
    });
    if is_wide { Verdict::Fail } else { Verdict::Pass }
}

/// A web firewall stands before REST and GraphQL APIs itself; before an HTTP API or a function URL
/// only a distribution can carry one.
pub(crate) fn firewall(app: &Application, function: &Function) -> Verdict {
    let mut verdict = Verdict::NotApplicable;
    for trigger in app.triggers_of(&function.name) {
        if trigger.exposure != Exposure::Internet || !trigger.kind.is_http() {
            continue;
        }
        let api = trigger.api.as_ref().and_then(|name| app.api(name));
        let found = match api {
            Some(api) if api.has_firewall => Verdict::Pass,
            Some(api) if matches!(api.kind, ApiKind::Rest | ApiKind::GraphQl) => Verdict::Fail,
            _ => Verdict::NotKnown,
        };
        // The weakest route decides.
        verdict = match (verdict, found) {
            (Verdict::Fail, _) | (_, Verdict::Fail) => Verdict::Fail,
            (Verdict::NotKnown, _) | (_, Verdict::NotKnown) => Verdict::NotKnown,
            _ => Verdict::Pass,
        };
    }
    verdict
}

pub(crate) fn is_requested(app: &Application, function: &Function) -> bool {
    app.triggers_of(&function.name).any(|trigger| trigger.kind.is_http())
}

/// A Lambda function has no metadata service; code that asks for one is not looked at yet.
pub(crate) fn metadata_service(app: &Application, _: &Function) -> Verdict {
    let machines = app.resources.iter().any(|r| matches!(r.details, Details::Instance(_)));
    if machines { Verdict::NotKnown } else { Verdict::NotApplicable }
}

pub(crate) fn managed_store(app: &Application, function: &Function) -> Verdict {
    let names_secret = |text: &str| {
        ["{{resolve:secretsmanager", "{{resolve:ssm-secure", ":secretsmanager:", "/secrets/"]
            .iter()
            .any(|mark| text.contains(mark))
    };
    let holds = |resource: &str| {
        app.resource(resource).is_some_and(|r| {
            matches!(r.details, Details::Secret(_)) || r.type_name == "AWS::SSM::Parameter"
        })
    };
    let used = function.environment.iter().any(|variable| {
        names_secret(variable.value.display())
            || variable
                .value
                .unresolved()
                .is_some_and(|e| e.references.iter().any(|r| holds(&r.name)))
    }) || function
        .role
        .as_ref()
        .is_some_and(|role| app.targets(role).iter().any(|target| holds(&target.resource)));
    if used { Verdict::Pass } else { Verdict::NotKnown }
}

pub(crate) fn rotation(app: &Application, function: &Function) -> Verdict {
    let Some(role) = &function.role else { return Verdict::NotKnown };
    let mut secrets = app.targets(role).iter().filter_map(|target| {
        match &app.resource(&target.resource)?.details {
            Details::Secret(secret) => Some(secret.rotates),
            _ => None,
        }
    });
    match secrets.next() {
        None => Verdict::NotKnown,
        Some(first) if first && secrets.all(|rotates| rotates) => Verdict::Pass,
        Some(_) => Verdict::Fail,
    }
}

pub(crate) fn reserved_concurrency(_: &Application, function: &Function) -> Verdict {
    match &function.reserved_concurrency {
        Some(setting) if setting.absent.is_none() => Verdict::Pass,
        Some(_) => Verdict::NotKnown,
        None => Verdict::Fail,
    }
}

pub(crate) fn trail(app: &Application, _: &Function) -> Verdict {
    let mut trails = app.resources.iter().filter_map(|resource| match &resource.details {
        Details::Trail(trail) => Some(trail),
        _ => None,
    });
    // A trail usually stands in another stack.
    let Some(trail) = trails.next() else { return Verdict::NotKnown };
    match trail.multi_region.as_ref().map(|setting| &setting.value) {
        Some(value) if value.all(|on| *on) => Verdict::Pass,
        Some(value) if value.is_unresolved() => Verdict::NotKnown,
        _ => Verdict::Fail,
    }
}

pub(crate) fn alarm(app: &Application, function: &Function, metric: &str) -> Verdict {
    let mut any = false;
    for resource in &app.resources {
        let Details::Alarm(alarm) = &resource.details else { continue };
        any = true;
        let on_metric = alarm.metric.as_ref().is_some_and(|name| name.value.may_be(metric))
            || alarm.metrics.iter().any(|name| name == metric);
        let on_function = alarm.references.iter().any(|r| r.name == function.name)
            || function.physical_name.as_ref().is_some_and(|name| {
                alarm.dimensions.iter().any(|(_, value)| value.may_be(name.value.display()))
            });
        if on_metric && on_function {
            return Verdict::Pass;
        }
    }
    // Alarms may stand in another stack; with some here, this one is missing.
    if any { Verdict::Fail } else { Verdict::NotKnown }
}
