//! SAS-5.80 `silent-database-log`: a database does not log what an investigation needs.

use app_model::{Application, Resource};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
    settings::Spot,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 80 },
        name: "silent-database-log",
        summary: "A database does not log what an investigation needs",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("silent_database_log.md"),
    },
    check: Check::Application(check),
};

/// Flags of `PostgreSQL` by name: the values that are right; none: any number of 0 or more is wrong.
const FLAGS: [(&str, &[&str]); 10] = [
    ("log_checkpoints", &["on"]),
    ("log_connections", &["on"]),
    ("log_disconnections", &["on"]),
    ("log_lock_waits", &["on"]),
    (
        "log_min_messages",
        &[
            "fatal", "panic", "log", "error", "warning", "notice", "info", "debug1", "debug2",
            "debug3", "debug4", "debug5",
        ],
    ),
    ("log_temp_files", &["0"]),
    ("log_min_duration_statement", &["-1"]),
    ("log_hostname", &["on"]),
    ("log_min_error_statement", &["error", "log", "fatal", "panic"]),
    ("log_statement", &["all", "mod", "ddl"]),
];

/// Flags that must be written, as the service's own value of them is wrong.
const NEEDED: [&str; 1] = ["cloudsql.enable_pgaudit"];

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    of_type(app, "sqladmin.googleapis.com/Instance")
        .filter(|resource| {
            let mut versions = texts.at(&resource.name, "databaseVersion");
            versions.any(|it| it.value.any(|version| version.starts_with("POSTGRES")))
        })
        .flat_map(|resource| of_instance(&texts, resource))
        .collect()
}

fn of_instance(texts: &PropertyTexts<'_>, resource: &Resource) -> Vec<Finding> {
    let written = FLAGS.iter().filter_map(|(flag, right)| {
        let (place, when) = flag_of(texts, resource, flag, |value| !right.contains(&value))?;
        Some(finding(resource, flag, &Spot { place, when: resource.when.and(&when)? }))
    });
    let needed = NEEDED.iter().filter_map(|flag| {
        let is_on = flag_of(texts, resource, flag, |value| value == "on").is_some();
        let spot = Spot { place: resource.place, when: resource.when.clone() };
        (!is_on).then(|| finding(resource, flag, &spot))
    });
    written.chain(needed).collect()
}

/// Where a flag of a database has a value that `claim` holds for. The model names the value of a pair
/// by the name beside it.
fn flag_of(
    texts: &PropertyTexts<'_>,
    resource: &Resource,
    flag: &str,
    claim: impl Fn(&str) -> bool,
) -> Option<(app_model::Place, app_model::When)> {
    texts.at(&resource.name, "settings.databaseFlags.value").find_map(|literal| {
        let (when, _) =
            literal.value.find(|value| claim(value)).filter(|_| literal.name == flag)?;
        Some((literal.place, when.clone()))
    })
}

fn finding(resource: &Resource, flag: &str, spot: &Spot) -> Finding {
    let message = format!(
        "the database `{}` leaves out of its log what the flag `{flag}` would show",
        resource.name
    );
    let found = RULE.info.finding(spot.place, message).resource(&resource.name);
    found.property(flag).under(&spot.when).fix("Set the flag as the CIS benchmark asks")
}
