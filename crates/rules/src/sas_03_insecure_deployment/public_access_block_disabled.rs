//! SAS-3.5 `public-access-block-disabled`: a bucket switches the blocks against public access off.

use app_model::{Application, PublicAccessBlock, Resource, Setting, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::public_bucket;
use crate::{
    Check, Rule,
    kinds::buckets,
    open_policies::enumerate,
    rank::AboutFunction,
    settings::{Spot, off_or_missing},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 5 },
        name: "public-access-block-disabled",
        summary: "A bucket switches blocks against public access off",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[732],
        since: "0.1.0",
        docs: include_str!("public_access_block_disabled.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let already_public = public_bucket::RULE.findings(app);
    buckets(app)
        .filter(|(resource, _)| {
            !already_public.iter().any(|found| found.resource.as_deref() == Some(&*resource.name))
        })
        .filter_map(|(resource, bucket)| of_block(resource, bucket.public_access_block.as_ref()?))
        .collect()
}

fn of_block(resource: &Resource, block: &PublicAccessBlock) -> Option<Finding> {
    let off: Vec<(&str, Spot)> = [
        ("`BlockPublicAcls`", block.block_acls.as_ref()),
        ("`BlockPublicPolicy`", block.block_policy.as_ref()),
        ("`IgnorePublicAcls`", block.ignore_acls.as_ref()),
        ("`RestrictPublicBuckets`", block.restrict.as_ref()),
    ]
    .into_iter()
    .filter_map(|(name, switch)| Some((name, is_off(switch, &resource.when, block)?)))
    .collect();
    let (_, first) = off.first()?;
    let names: Vec<&str> = off.iter().map(|(name, _)| *name).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let message = format!(
        "{} of `{}` {verb} off, so that one mistaken list or policy makes its objects public",
        enumerate(&names),
        resource.name
    );
    let found = RULE.info.finding(first.place, message).resource(&resource.name);
    let fix = "Set all four switches of `PublicAccessBlockConfiguration` to `true`";
    Some(found.property("PublicAccessBlockConfiguration").under(&first.when).fix(fix))
}

/// Once the block is written, a switch that it leaves out is off.
fn is_off(
    switch: Option<&Setting<bool>>,
    around: &When,
    block: &PublicAccessBlock,
) -> Option<Spot> {
    off_or_missing(switch, around, block.place)
}
