//! SAS-3.24 `permissive-bucket-cors`: scripts of any site may write to a bucket.

use app_model::{Application, Cors, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::buckets, open_policies::enumerate, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 24 },
        name: "permissive-bucket-cors",
        summary: "Scripts of any site may write to a bucket",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[942],
        since: "0.1.0",
        docs: include_str!("permissive_bucket_cors.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    buckets(app)
        .flat_map(|(resource, bucket)| {
            bucket.cors.iter().enumerate().filter_map(move |(index, cors)| {
                let (when, methods) = open_writes(cors)?;
                let when = resource.when.and(&when)?;
                let message = format!(
                    "scripts of any site may send {} to the bucket `{}` with an address that a \
                     user was given",
                    enumerate(&methods),
                    resource.name
                );
                let found = RULE.info.finding(cors.place, message).resource(&resource.name);
                let fix = "List under `AllowedOrigins` the sites whose pages write to the bucket";
                Some(found.property(format!("CorsRules/{index}")).under(&when).fix(fix))
            })
        })
        .collect()
}

/// The writing methods that a rule lets every origin use.
fn open_writes(cors: &Cors) -> Option<(When, Vec<&'static str>)> {
    let (when, _) = cors.origins.iter().find_map(|origin| origin.find(|origin| origin == "*"))?;
    let methods: Vec<&str> = ["PUT", "POST", "DELETE"]
        .into_iter()
        .filter(|method| cors.methods.iter().any(|known| known.may_be(method)))
        .collect();
    (!methods.is_empty()).then(|| (when.clone(), methods))
}
