//! SAS-3.83 `public-address`: a machine, database or worker has an address of the internet.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demands::{Demand, Wrong, unmet},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 83 },
        name: "public-address",
        summary: "A machine, database or worker has an address of the internet",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[668],
        since: "0.1.0",
        docs: include_str!("public_address.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    unmet(app, &RULE.info, DEMANDS)
}

static DEMANDS: &[Demand] = &[
    Demand {
        types: &["sqladmin.googleapis.com/Instance"],
        path: "settings.ipConfiguration.ipv4Enabled",
        wrong: Wrong::Is(&["true"]),
        says: "has an address of the internet",
        fix: "Set `settings.ipConfiguration.ipv4Enabled: false`, and `privateNetwork`",
    },
    Demand {
        types: &["compute.googleapis.com/Instance", "compute.googleapis.com/InstanceTemplate"],
        path: "networkInterfaces.accessConfigs.type",
        wrong: Wrong::Present,
        says: "has an address of the internet",
        fix: "Remove `accessConfigs`, and let the machine out through Cloud NAT",
    },
    Demand {
        types: &["cloudbuild.googleapis.com/WorkerPool"],
        path: "workerConfig.noExternalIp",
        wrong: Wrong::IsNot(&["true"]),
        says: "has an address of the internet",
        fix: "Set `workerConfig.noExternalIp: true`",
    },
    Demand {
        types: &["datafusion.googleapis.com/Instance"],
        path: "privateInstance",
        wrong: Wrong::IsNot(&["true"]),
        says: "has an address of the internet",
        fix: "Set `privateInstance: true`",
    },
    Demand {
        types: &["dataflow.googleapis.com/Job"],
        path: "ipConfiguration",
        wrong: Wrong::IsNot(&["WORKER_IP_PRIVATE"]),
        says: "has an address of the internet",
        fix: "Set `ipConfiguration: WORKER_IP_PRIVATE`",
    },
    Demand {
        types: &["dataproc.googleapis.com/Cluster"],
        path: "config.gceClusterConfig.internalIpOnly",
        wrong: Wrong::IsNot(&["true"]),
        says: "has an address of the internet",
        fix: "Set `config.gceClusterConfig.internalIpOnly: true`",
    },
    Demand {
        types: &["notebooks.googleapis.com/Instance"],
        path: "noPublicIp",
        wrong: Wrong::IsNot(&["true"]),
        says: "has an address of the internet",
        fix: "Set `noPublicIp: true`",
    },
];
