//! SAS-1.3 `unfiltered-object-trigger`: a function starts for any object, and outsiders decide which objects there are.

use app_model::{Application, Details, Exposure, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use cloud_names::Pattern;

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 3 },
        name: "unfiltered-object-trigger",
        summary: "Any object that outsiders store starts a function",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[20, 434],
        since: "0.1.0",
        docs: include_str!("unfiltered_object_trigger.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.triggers
        .iter()
        .filter(|trigger| trigger.kind == TriggerKind::S3 && !has_filter(trigger))
        .filter_map(|trigger| of_trigger(app, trigger))
        .collect()
}

fn has_filter(trigger: &Trigger) -> bool {
    trigger.filter.as_ref().is_some_and(|filter| filter.value.display().contains("Rules"))
}

fn of_trigger(app: &Application, trigger: &Trigger) -> Option<Finding> {
    let stores = trigger.events.is_empty()
        || trigger.events.iter().any(|event| {
            event.is_unresolved() || event.any(|name| name.starts_with("s3:ObjectCreated"))
        });
    let bucket = &trigger.source_references.first()?.name;
    let who = writer(app, trigger, bucket).filter(|_| stores)?;
    let function = app.function(&trigger.function)?;
    let message = format!(
        "any object in `{bucket}`, whatever its name, starts `{}`, and {who} can store objects \
         there",
        function.name
    );
    Some(
        RULE.info
            .finding(trigger.place, message)
            .about(app, function, None)
            .severity(RULE.info.severity)
            .resource(bucket)
            .property(format!("NotificationConfiguration {}", function.name))
            .under(&trigger.when)
            .fix("Set `Filter.S3Key.Rules` with the prefix and suffix of the objects meant"),
    )
}

/// Who outside the account can, directly or through another function, store objects in a bucket.
fn writer(app: &Application, trigger: &Trigger, bucket: &str) -> Option<String> {
    let public_list = app.resource(bucket).is_some_and(|resource| match &resource.details {
        Details::Bucket(bucket) => {
            bucket.acl.as_ref().is_some_and(|acl| acl.value.may_be("PublicReadWrite"))
        }
        _ => false,
    });
    if public_list || trigger.exposure == Exposure::Internet {
        return Some("everybody".to_owned());
    }
    if trigger.exposure == Exposure::Organisation {
        return Some("another account".to_owned());
    }
    // A function that strangers call stores what they send, or signs an address for them.
    app.functions
        .iter()
        .filter(|function| function.name != trigger.function)
        .filter(|function| app.is_internet_reachable(&function.name))
        .find(|function| {
            function.role.as_ref().is_some_and(|role| {
                app.targets(role).iter().any(|target| {
                    target.resource == bucket
                        && target
                            .actions
                            .iter()
                            .any(|action| Pattern::ignoring_case(action).matches("s3:PutObject"))
                })
            })
        })
        .map(|function| format!("whoever calls `{}`", function.name))
}
