//! SAS-3.69 `regional-backup`: the backups of a database server stay in its region.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 69 },
        name: "regional-backup",
        summary: "The backups of a database server stay in its region",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1188],
        since: "0.1.0",
        docs: include_str!("regional_backup.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} keeps its backups in its own region only")
    })
}

const ROWS: &[Row] = &[
    Row {
        types: &[
            "Microsoft.DBforMySQL/flexibleServers",
            "Microsoft.DBforPostgreSQL/flexibleServers",
        ],
        path: "properties.backup.geoRedundantBackup",
        wrong: Wrong::IsNotOrMissing(&["Enabled", "true"]),
        unless: &[("properties.Backup.geoRedundantBackup", &["Enabled", "true"])],
        fix: "Set `backup.geoRedundantBackup` to `Enabled`",
    },
    Row {
        types: &[
            "Microsoft.DBforPostgreSQL/servers",
            "Microsoft.DBforMySQL/servers",
            "Microsoft.DBforMariaDB/servers",
        ],
        path: "properties.storageProfile.geoRedundantBackup",
        wrong: Wrong::IsNotOrMissing(&["Enabled"]),
        unless: &[("properties.geoRedundantBackup", &["Enabled"])],
        fix: "Set `storageProfile.geoRedundantBackup` to `Enabled`",
    },
];
