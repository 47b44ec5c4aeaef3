//! SAS-5.61 `database-without-audit`: a database server records nothing, or too little, of what is done to it.

use app_model::{Application, Resource};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Settings, Wrong, about, subject},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 61 },
        name: "database-without-audit",
        summary: "A database server records nothing, or too little, of what is done to it",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("database_without_audit.md"),
    },
    check: Check::Application(check),
};

const SERVER: &str = "Microsoft.Sql/servers";
const AUDIT: &str = "Microsoft.Sql/servers/auditingSettings";
const ALERTS: &[&str] = &[
    "Microsoft.Sql/servers/securityAlertPolicies",
    "Microsoft.Sql/servers/databases/securityAlertPolicies",
];
const CONFIGURATION: &str = "Microsoft.DBforPostgreSQL/servers/configurations";

const ROWS: &[Row] = &[
    Row {
        types: &[AUDIT, "Microsoft.Sql/servers/databases/auditingSettings"],
        path: "properties.state",
        wrong: Wrong::IsNotOrMissing(&["Enabled"]),
        unless: &[],
        fix: "Set `state` to `Enabled`",
    },
    Row {
        types: ALERTS,
        path: "properties.state",
        wrong: Wrong::IsNotOrMissing(&["Enabled"]),
        unless: &[],
        fix: "Set `state` to `Enabled`",
    },
];

/// Switches of `PostgreSQL` that write down who did what.
const SWITCHES: [&str; 3] = ["log_checkpoints", "log_connections", "connection_throttling"];

const SWITCH: Row = Row {
    types: &[CONFIGURATION],
    path: "properties.value",
    wrong: Wrong::IsNotOrMissing(&["on"]),
    unless: &[],
    fix: "Set `value` to `on`",
};

fn check(app: &Application) -> Vec<Finding> {
    let is_asked = |resource: &&Resource| {
        [SERVER, CONFIGURATION].contains(&resource.type_name.as_str())
            || ROWS.iter().any(|row| row.types.contains(&resource.type_name.as_str()))
    };
    let resources: Vec<&Resource> = app.resources.iter().filter(is_asked).collect();
    if resources.is_empty() {
        return Vec::new();
    }
    let settings = Settings::of(app);
    let mut findings = Vec::new();
    for resource in &resources {
        let rows = ROWS.iter().filter(|row| row.types.contains(&resource.type_name.as_str()));
        let is_switch = resource.type_name == CONFIGURATION
            && SWITCHES.iter().any(|name| settings.is_named(resource, name));
        for row in rows.chain(is_switch.then_some(&SWITCH)) {
            let Some(spot) = settings.spot(resource, row) else { continue };
            let message = format!("{} does not record what is done to it", subject(app, resource));
            let found = about(app, resource, RULE.info.finding(spot.place, message));
            findings.push(found.property(row.path).under(&spot.when).fix(row.fix));
        }
        if resource.type_name == SERVER && !is_audited(&settings, &resources, resource) {
            let message = format!("{} does not record what is done to it", subject(app, resource));
            let found = RULE.info.finding(resource.place, message).resource(&resource.name);
            let fix = "Add `Microsoft.Sql/servers/auditingSettings` with `state` `Enabled`";
            findings.push(found.property("auditingSettings").under(&resource.when).fix(fix));
        }
    }
    findings
}

/// Whether settings for audits stand below a server, or are named after it.
fn is_audited(settings: &Settings<'_>, resources: &[&Resource], server: &Resource) -> bool {
    resources.iter().any(|other| {
        let after = other.name.strip_prefix(server.name.as_str());
        other.type_name.ends_with("/auditingSettings")
            && (after.is_some_and(|it| it.starts_with('/'))
                || settings.is_below(other, &server.name))
    })
}
