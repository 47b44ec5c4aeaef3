//! SAS-3.47 `unprotected-table`: one wrong call deletes a table with its data.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demands::{Demand, Wrong, unmet},
    kinds::tables,
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
    findings.extend(of_tables(app));
    findings
}

/// Databases and tables of Google Cloud; Terraform's provider protects them unless told otherwise.
static DEMANDS: &[Demand] = &[
    Demand {
        types: &[
            "bigquery.googleapis.com/Table",
            "bigtableadmin.googleapis.com/Instance",
            "spanner.googleapis.com/Database",
        ],
        path: "deletionProtection",
        wrong: Wrong::IsNot(&["true"]),
        says: "can be deleted with all that it holds by one deployment",
        fix: "Set `deletionProtection: true`",
    },
    Demand {
        types: &["spanner.googleapis.com/Database"],
        path: "enableDropProtection",
        wrong: Wrong::IsNot(&["true"]),
        says: "can be dropped with all that it holds by one call",
        fix: "Set `enableDropProtection: true`",
    },
];

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
