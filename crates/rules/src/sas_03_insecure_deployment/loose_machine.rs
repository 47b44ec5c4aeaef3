//! SAS-3.85 `loose-machine`: a machine keeps doors open that nobody needs.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demands::{Demand, Wrong, unmet},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 85 },
        name: "loose-machine",
        summary: "A machine keeps doors open that nobody needs",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1188],
        since: "0.1.0",
        docs: include_str!("loose_machine.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    unmet(app, &RULE.info, DEMANDS)
}

static DEMANDS: &[Demand] = &[
    Demand {
        types: &["compute.googleapis.com/Instance", "compute.googleapis.com/InstanceTemplate"],
        path: "metadata.block-project-ssh-keys",
        wrong: Wrong::IsNot(&["true", "1"]),
        says: "lets every SSH key of the project in",
        fix: "Set `metadata.block-project-ssh-keys` to `true`",
    },
    Demand {
        types: &["compute.googleapis.com/Instance", "compute.googleapis.com/InstanceTemplate"],
        path: "metadata.enable-oslogin",
        wrong: Wrong::Is(&["false", "0"]),
        says: "switches the sign-in by roles off",
        fix: "Remove `metadata.enable-oslogin`",
    },
    Demand {
        types: &["compute.googleapis.com/Instance", "compute.googleapis.com/InstanceTemplate"],
        path: "metadata.serial-port-enable",
        wrong: Wrong::Is(&["true", "1"]),
        says: "can be reached through its serial port, past all firewall rules",
        fix: "Remove `metadata.serial-port-enable`",
    },
    Demand {
        types: &["compute.googleapis.com/Instance", "compute.googleapis.com/InstanceTemplate"],
        path: "canIpForward",
        wrong: Wrong::Is(&["true"]),
        says: "may send packets in the name of others",
        fix: "Set `canIpForward: false`",
    },
    Demand {
        types: &["compute.googleapis.com/Instance", "compute.googleapis.com/InstanceTemplate"],
        path: "shieldedInstanceConfig.enableVtpm",
        wrong: Wrong::Is(&["false"]),
        says: "starts without a check of what it boots",
        fix: "Set `shieldedInstanceConfig.enableVtpm: true`",
    },
    Demand {
        types: &["compute.googleapis.com/Instance", "compute.googleapis.com/InstanceTemplate"],
        path: "shieldedInstanceConfig.enableIntegrityMonitoring",
        wrong: Wrong::Is(&["false"]),
        says: "starts without a check of what it boots",
        fix: "Set `shieldedInstanceConfig.enableIntegrityMonitoring: true`",
    },
    Demand {
        types: &["compute.googleapis.com/ProjectMetadata"],
        path: "metadata.enable-oslogin",
        wrong: Wrong::IsNot(&["true"]),
        says: "lets machines be entered with keys that no role takes away",
        fix: "Set `metadata.enable-oslogin` to `TRUE`",
    },
    Demand {
        types: &["notebooks.googleapis.com/Instance"],
        path: "shieldedInstanceConfig.enableVtpm",
        wrong: Wrong::Is(&["false"]),
        says: "starts without a check of what it boots",
        fix: "Set `shieldedInstanceConfig.enableVtpm: true`",
    },
    Demand {
        types: &["notebooks.googleapis.com/Instance"],
        path: "shieldedInstanceConfig.enableIntegrityMonitoring",
        wrong: Wrong::Is(&["false"]),
        says: "starts without a check of what it boots",
        fix: "Set `shieldedInstanceConfig.enableIntegrityMonitoring: true`",
    },
];
