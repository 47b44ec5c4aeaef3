//! SAS-3.14 `public-database`: a database has an address on the internet.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::databases, rank::AboutFunction, settings::written};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 14 },
        name: "public-database",
        summary: "A database has a public address",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[668],
        since: "0.1.0",
        docs: include_str!("public_database.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    databases(app)
        .filter_map(|(resource, database)| {
            let spot = written(database.public.as_ref(), &resource.when, |on| *on)?;
            let message = format!(
                "the database `{}` has a public address, so that only its password and network \
                 rules keep strangers out",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let fix = "Set `PubliclyAccessible` to `false`, and give functions that need the \
                       database a `VpcConfig`";
            Some(found.property("PubliclyAccessible").under(&spot.when).fix(fix))
        })
        .collect()
}
