//! SAS-3.47 `unprotected-table`: one wrong call deletes a table with its data.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demands::{Demand, Wrong, unmet},
    kinds::{PropertyTexts, of_type, tables},
    rank::AboutFunction,
    settings::off_or_missing,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 47 },
        name: "unprotected-table",
        summary: "A table or database can be deleted by one call",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[693],
        since: "0.1.0",
        docs: include_str!("unprotected_table.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = unmet(app, &RULE.info, DEMANDS);
    findings.extend(of_spanner(app));
    findings.extend(of_tables(app));
    findings
}

/// Databases of Spanner, which either of two switches protects.
fn of_spanner(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    let is_off = |on: &str| on != "true";
    of_type(app, "spanner.googleapis.com/Database")
        .filter_map(|database| {
            let drop = texts.wrong_or_missing(database, "enableDropProtection", is_off)?;
            let spot = texts.wrong_or_missing(database, "deletionProtection", is_off)?;
            let when = spot.when.and(&drop.when)?;
            let message =
                format!("`{}` can be dropped with all that it holds by one call", database.name);
            let found = RULE.info.finding(spot.place, message).resource(&database.name);
            let found = found.property("enableDropProtection").under(&when);
            Some(found.fix("Set `enableDropProtection: true`"))
        })
        .collect()
}

/// Databases and tables of Google Cloud; Terraform's provider protects them unless told otherwise.
static DEMANDS: &[Demand] = &[Demand {
    types: &["bigquery.googleapis.com/Table", "bigtableadmin.googleapis.com/Instance"],
    path: "deletionProtection",
    wrong: Wrong::IsNot(&["true"]),
    says: "can be deleted with all that it holds by one deployment",
    fix: "Set `deletionProtection: true`",
}];

fn of_tables(app: &Application) -> Vec<Finding> {
    tables(app)
        .filter_map(|(resource, table)| {
            let protection = table.deletion_protection.as_ref();
            let spot = off_or_missing(protection, &resource.when, resource.place)?;
            let message = format!(
                "the table `{}` can be deleted with all its items by one call",
                resource.written_name()
            );
            let found = RULE.info.finding(spot.place, message).resource(resource.written_name());
            let found = found.property("DeletionProtectionEnabled").under(&spot.when);
            Some(found.fix("Set `DeletionProtectionEnabled: true`"))
        })
        .collect()
}
