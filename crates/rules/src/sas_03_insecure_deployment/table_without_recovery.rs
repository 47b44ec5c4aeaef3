//! SAS-3.13 `table-without-recovery`: deleted or overwritten items of a table cannot be brought back.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::tables, rank::AboutFunction, settings::off_or_missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 13 },
        name: "table-without-recovery",
        summary: "A table has no continuous backups",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1188],
        since: "0.1.0",
        docs: include_str!("table_without_recovery.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    tables(app)
        .filter_map(|(resource, table)| {
            let recovery = table.point_in_time_recovery.as_ref();
            let spot = off_or_missing(recovery, &resource.when, resource.place)?;
            let message = format!(
                "items of the table `{}` that somebody deletes or overwrites are gone for good",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let fix = "Set `PointInTimeRecoveryEnabled: true` under \
                       `PointInTimeRecoverySpecification`";
            Some(found.under(&spot.when).fix(fix))
        })
        .collect()
}
