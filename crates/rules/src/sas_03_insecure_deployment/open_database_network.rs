//! SAS-3.84 `open-database-network`: a database takes connections from the whole internet.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 84 },
        name: "open-database-network",
        summary: "A database takes connections from the whole internet",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[668, 284],
        since: "0.1.0",
        docs: include_str!("open_database_network.md"),
    },
    check: Check::Application(check),
};

/// Where Cloud SQL names the networks that it takes connections from.
const NETWORKS: &str = "settings.ipConfiguration.authorizedNetworks.value";

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    of_type(app, "sqladmin.googleapis.com/Instance")
        .filter_map(|resource| {
            let spot = texts.wrong(resource, NETWORKS, |network| network.ends_with("/0"))?;
            let message = format!(
                "the database `{}` takes connections from the whole internet, so that only its \
                 passwords keep strangers out",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let fix = "Remove the network, and connect through the Cloud SQL connector or a private \
                       address";
            Some(found.property(NETWORKS).under(&spot.when).fix(fix))
        })
        .collect()
}
