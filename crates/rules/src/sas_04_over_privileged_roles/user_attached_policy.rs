//! SAS-4.17 `user-attached-policy`: a user of the template has policies of its own.

use app_model::{Application, Identity, IdentityKind, Origin, Resource};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 17 },
        name: "user-attached-policy",
        summary: "A user, who has keys that never end, gets permissions directly",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[250, 798],
        since: "0.1.0",
        docs: include_str!("user_attached_policy.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    let policies = [
        "AWS::IAM::Policy",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::UserPolicy",
        "Terraform::PolicyAttachment",
    ];
    let elsewhere = policies
        .iter()
        .flat_map(|type_name| of_type(app, type_name))
        .filter_map(|policy| of_policy(app, &texts, policy));
    of_users(app).chain(elsewhere).collect()
}

/// A policy that is hung on users of another template.
fn of_policy(app: &Application, texts: &PropertyTexts<'_>, policy: &Resource) -> Option<Finding> {
    let is_told = users(app).any(|user| {
        let origin = Origin::Resource(policy.name.clone());
        user.policies.iter().any(|attached| attached.origin == origin)
    });
    let written = ["Users", "UserName"].iter().flat_map(|path| texts.at(&policy.name, path)).next();
    let user = written.filter(|_| !is_told)?;
    let message = format!(
        "the policy `{}` hangs on users, and keys of users hold until somebody removes them",
        policy.name
    );
    let found = RULE.info.finding(user.place, message).resource(&policy.name);
    let found = found.property(user.path.as_str()).under(&policy.when);
    Some(found.fix("Hang it on a role that programs take for an hour at a time"))
}

fn users(app: &Application) -> impl Iterator<Item = &Identity> {
    app.identities.iter().filter(|user| user.kind == IdentityKind::User)
}

fn of_users(app: &Application) -> impl Iterator<Item = Finding> {
    users(app)
        .filter(|user| {
            !user.managed.is_empty()
                || user
                    .policies
                    .iter()
                    .any(|policy| matches!(policy.origin, Origin::Inline | Origin::Resource(_)))
        })
        .map(|user| {
            let message = format!(
                "the user `{}` has permissions of its own, and keys of users hold until somebody \
                 removes them",
                user.name
            );
            RULE.info
                .finding(user.place, message)
                .resource(&user.name)
                .property("Policies")
                .under(&user.when)
                .fix("Replace the user by a role that programs take for an hour at a time")
        })
}
