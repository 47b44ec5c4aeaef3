//! SAS-3.44 `unrotated-key`: a key encrypts for ever with the same material.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::keys, rank::AboutFunction, settings::off_or_missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 44 },
        name: "unrotated-key",
        summary: "A key of the account never changes its material",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[324],
        since: "0.1.0",
        docs: include_str!("unrotated_key.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    keys(app)
        // Only keys that AWS makes and that are symmetric can be rotated by it.
        .filter(|(resource, key)| key.symmetric && resource.type_name == "AWS::KMS::Key")
        .filter_map(|(resource, key)| {
            let spot = off_or_missing(key.rotation.as_ref(), &resource.when, resource.place)?;
            let message = format!(
                "the key `{}` keeps its material for ever, so that one leak opens all that it ever \
                 encrypted",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let found = found.property("EnableKeyRotation").under(&spot.when);
            Some(found.fix("Set `EnableKeyRotation: true`; old data stays readable"))
        })
        .collect()
}
