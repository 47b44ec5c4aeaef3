//! SAS-7.13 `plaintext-database-password`: the password of a database's master user stands in the
//! template.

use app_model::{Application, Details, Resource};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, secrets::Leak};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 13 },
        name: "plaintext-database-password",
        summary: "The password of a database's master user stands in the template",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[798, 259],
        since: "0.1.0",
        docs: include_str!("plaintext_database_password.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.resources
        .iter()
        .filter_map(|resource| {
            let leak = leak_of(resource)?;
            let Details::Database(database) = &resource.details else { return None };
            let message = format!(
                "the password of the master user of `{}` stands in the template: whoever reads it \
                 and reaches the database owns all its data",
                resource.name
            );
            let found = RULE
                .info
                .finding(database.password.as_ref()?.place, message)
                .resource(&resource.name)
                .under(&resource.when);
            Some(leak.attach(found).fix(
                "Remove the password and set `ManageMasterUserPassword: true`; then change it",
            ))
        })
        .collect()
}

/// The password as written. One that is a parameter's default is told of where the default stands.
pub(super) fn leak_of(resource: &Resource) -> Option<Leak> {
    let Details::Database(database) = &resource.details else { return None };
    let (when, text) = database
        .password
        .as_ref()?
        .value
        .possible()
        .find(|(when, text)| when.defaults.is_empty() && !text.contains("{{resolve:"))?;
    Some(Leak::of_place("password", "a password", text, when.clone()))
}
