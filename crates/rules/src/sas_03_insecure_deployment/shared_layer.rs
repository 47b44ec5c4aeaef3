//! SAS-3.20 `shared-layer`: anybody may read a layer.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::layers, rank::AboutFunction, settings::written};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 20 },
        name: "shared-layer",
        summary: "Every AWS account may read a layer",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[200, 732],
        since: "0.1.0",
        docs: include_str!("shared_layer.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    layers(app)
        .filter_map(|(resource, layer)| {
            let spot = layer.shared_with.iter().find_map(|principal| {
                written(Some(principal), &resource.when, |principal| principal == "*")
            })?;
            let message = format!(
                "every AWS account may download the code and files of the layer `{}`",
                resource.written_name()
            );
            let found = RULE.info.finding(spot.place, message).resource(resource.written_name());
            let fix = "Set `Principal` to an account, or add `OrganizationId`";
            Some(found.property("Principal").under(&spot.when).fix(fix))
        })
        .collect()
}
