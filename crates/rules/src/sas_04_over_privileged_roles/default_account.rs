//! SAS-4.86 `default-account`: a function or machine runs as the default account of the project.

use app_model::{Application, Function, Platform};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::open_default_account;
use crate::{
    Check, Rule,
    bindings::is_default_account,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 86 },
        name: "default-account",
        summary: "A function or machine runs as the default account of the project",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[250],
        since: "0.1.0",
        docs: include_str!("default_account.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings: Vec<Finding> = app
        .functions
        .iter()
        .filter(|function| function.platform == Platform::Google)
        .filter_map(of_function)
        .collect();
    findings.extend(of_machines(app));
    findings
}

fn of_function(function: &Function) -> Option<Finding> {
    let spot = open_default_account::by_default(function)?;
    let message = format!(
        "`{}` runs as the default account of the project, whose roles it shares with everything else",
        function.name
    );
    let found = RULE.info.finding(spot.place, message).function(&function.name);
    let fix = "Make an account for the function, and name it under `serviceAccountEmail`";
    Some(found.under(&spot.when).fix(fix))
}

fn of_machines(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    let types = ["compute.googleapis.com/Instance", "compute.googleapis.com/InstanceTemplate"];
    let machines = types.into_iter().flat_map(|type_| of_type(app, type_));
    machines
        .filter_map(|machine| {
            let account =
                texts.wrong_or_missing(machine, "serviceAccounts.email", is_default_account);
            let scope = texts.wrong(machine, "serviceAccounts.scopes", |scope| {
                scope == "cloud-platform" || scope.ends_with("/auth/cloud-platform")
            });
            let wide = scope.filter(|_| account.is_some());
            let spot = wide.or(account)?;
            let message = format!(
                "`{}` runs as the default account of the project, whose roles it shares with \
                 everything else",
                machine.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&machine.name);
            let fix = "Make an account for the machine, and name it under `serviceAccounts.email`";
            Some(found.under(&spot.when).fix(fix))
        })
        .collect()
}
