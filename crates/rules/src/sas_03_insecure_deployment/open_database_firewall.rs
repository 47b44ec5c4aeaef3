//! SAS-3.63 `open-database-firewall`: the firewall of a database server lets every address in.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 63 },
        name: "open-database-firewall",
        summary: "The firewall of a database server lets every address in",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[284, 668],
        since: "0.1.0",
        docs: include_str!("open_database_firewall.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} lets every address of the internet in")
    })
}

const ROWS: &[Row] = &[Row {
    types: &[
        "Microsoft.Sql/servers/firewallRules",
        "Microsoft.DBforPostgreSQL/servers/firewallRules",
        "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules",
        "Microsoft.DBforMySQL/servers/firewallRules",
        "Microsoft.DBforMySQL/flexibleServers/firewallRules",
        "Microsoft.DBforMariaDB/servers/firewallRules",
    ],
    path: "properties.endIpAddress",
    wrong: Wrong::Is(&["255.255.255.255"]),
    unless: &[],
    fix: "Name the addresses that need it, or use a private endpoint",
}];
