//! SAS-3.44 `unrotated-key`: a key encrypts for ever with the same material.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, keys, of_type},
    rank::AboutFunction,
    settings::off_or_missing,
};

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
    let mut findings = of_google(app);
    findings.extend(of_aws(app));
    findings
}

/// Seconds after which a key should have new material: 90 days.
const PERIOD_S: f64 = 7_776_000.0;

/// Keys of Google Cloud, which are rotated when a period is set; only symmetric ones can be.
fn of_google(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    of_type(app, "cloudkms.googleapis.com/CryptoKey")
        .filter(|key| {
            let mut purposes = texts.at(&key.name, "purpose");
            purposes.all(|it| it.value.any(|word| word == "ENCRYPT_DECRYPT"))
        })
        .filter_map(|key| {
            let spot = texts.wrong_or_missing(key, "rotationPeriod", |period| {
                let seconds = period.trim_end_matches('s').parse::<f64>();
                seconds.is_ok_and(|seconds| seconds > PERIOD_S)
            })?;
            let message = format!(
                "the key `{}` keeps its material for longer than 90 days, so that one leak opens \
                 all that it encrypts in that time",
                key.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&key.name);
            let found = found.property("rotationPeriod").under(&spot.when);
            Some(found.fix("Set `rotationPeriod` to `7776000s` or less"))
        })
        .collect()
}

fn of_aws(app: &Application) -> Vec<Finding> {
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
