//! SAS-3.46 `unscanned-images`: images are kept that nobody looks at for known holes.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 46 },
        name: "unscanned-images",
        summary: "A repository does not scan its images for known holes",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1104],
        since: "0.1.0",
        docs: include_str!("unscanned_images.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    // A configuration of the registry scans the images of all repositories.
    if of_type(app, "AWS::ECR::RegistryScanningConfiguration").next().is_some() {
        return Vec::new();
    }
    of_type(app, "AWS::ECR::Repository")
        .filter_map(|resource| {
            let path = "ImageScanningConfiguration.ScanOnPush";
            let is_off = |word: &str| word.eq_ignore_ascii_case("false");
            let spot = texts.wrong_or_missing(resource, path, is_off)?;
            let message = format!(
                "images of the repository `{}` are not scanned for known holes when they come in",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let found = found.property(path).under(&spot.when);
            Some(found.fix("Set `ScanOnPush: true` under `ImageScanningConfiguration`"))
        })
        .collect()
}
