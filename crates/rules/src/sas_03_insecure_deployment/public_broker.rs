//! SAS-3.48 `public-broker`: a message broker has an address on the internet.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 48 },
        name: "public-broker",
        summary: "A message broker can be reached from the internet",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[668],
        since: "0.1.0",
        docs: include_str!("public_broker.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    let mut findings = Vec::new();
    for (type_name, path, word, fix) in DOORS {
        for resource in of_type(app, type_name) {
            let spot = texts.wrong(resource, path, |text| text.eq_ignore_ascii_case(word));
            let Some(spot) = spot else { continue };
            let message = format!(
                "the broker `{}` can be reached from the internet: only its sign-in stands before \
                 its messages",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            findings.push(found.property(path).under(&spot.when).fix(fix));
        }
    }
    findings
}

/// Type, path of the setting, the value that opens it, the mend.
const DOORS: [(&str, &str, &str, &str); 2] = [
    (
        "AWS::AmazonMQ::Broker",
        "PubliclyAccessible",
        "true",
        "Set `PubliclyAccessible: false`, and let functions reach it in its network",
    ),
    (
        "AWS::MSK::Cluster",
        "BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type",
        "SERVICE_PROVIDED_EIPS",
        "Set `PublicAccess` to `Type: DISABLED`, and let functions reach it in its network",
    ),
];
