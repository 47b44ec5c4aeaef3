//! SAS-3.50 `plaintext-origin`: a distribution asks its origin over HTTP.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 50 },
        name: "plaintext-origin",
        summary: "A distribution asks its origin over HTTP",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[319],
        since: "0.1.0",
        docs: include_str!("plaintext_origin.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    of_type(app, "AWS::CloudFront::Distribution")
        // A website in a bucket speaks HTTP only.
        .filter(|resource| {
            let mut names = texts.at(&resource.name, "DistributionConfig.Origins.DomainName");
            !names.any(|literal| literal.value.display().contains("s3-website"))
        })
        .filter_map(|resource| {
            let path = "DistributionConfig.Origins.CustomOriginConfig.OriginProtocolPolicy";
            let is_open = |word: &str| matches!(word, "http-only" | "match-viewer");
            let spot = texts.wrong(resource, path, is_open)?;
            let message = format!(
                "the distribution `{}` asks an origin over HTTP, where others can read and change \
                 the answers that it keeps",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let found = found.property("OriginProtocolPolicy").under(&spot.when);
            Some(found.fix("Set `OriginProtocolPolicy: https-only`"))
        })
        .collect()
}
