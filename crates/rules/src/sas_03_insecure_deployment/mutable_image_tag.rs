//! SAS-3.45 `mutable-image-tag`: whoever may push replaces what a tag stands for.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 45 },
        name: "mutable-image-tag",
        summary: "A repository lets a tag of an image be replaced",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[345, 494],
        since: "0.1.0",
        docs: include_str!("mutable_image_tag.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    of_type(app, "AWS::ECR::Repository")
        .filter_map(|resource| {
            let path = "ImageTagMutability";
            let spot = texts.wrong_or_missing(resource, path, |word| word == "MUTABLE")?;
            let message = format!(
                "a tag of the repository `{}` can be made to stand for another image than the one \
                 that was checked",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let found = found.property(path).under(&spot.when);
            Some(found.fix("Set `ImageTagMutability: IMMUTABLE`"))
        })
        .collect()
}
