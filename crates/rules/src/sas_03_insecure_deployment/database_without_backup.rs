//! SAS-3.26 `database-without-backup`: the backups of a database are switched off.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{databases, is_google},
    rank::AboutFunction,
    settings::written,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 26 },
        name: "database-without-backup",
        summary: "The backups of a database are switched off",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[1188],
        since: "0.1.0",
        docs: include_str!("database_without_backup.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    databases(app)
        .filter_map(|(resource, database)| {
            let days = database.backup_days.as_ref();
            let spot = written(days, &resource.when, |days| *days == 0)?;
            let message = format!(
                "backups of the database `{}` are off, so that what is deleted in it is gone for good",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let (property, fix) = if is_google(resource) {
                let fix = "Set `settings.backupConfiguration.enabled: true`";
                ("settings.backupConfiguration.enabled", fix)
            } else {
                ("BackupRetentionPeriod", "Set `BackupRetentionPeriod` to 7 or more")
            };
            Some(found.property(property).under(&spot.when).fix(fix))
        })
        .collect()
}
