//! SAS-3.17 `function-outside-vpc`: a function runs outside the own network.

use app_model::{Application, Platform};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::of_lambda, rank::AboutFunction, settings::missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 17 },
        name: "function-outside-vpc",
        summary: "A function runs outside the own network",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1188],
        since: "0.1.0",
        docs: include_str!("function_outside_vpc.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    of_lambda(app)
        .filter_map(|function| {
            let spot = missing(function.vpc.as_ref(), &function.when, function.place)?;
            let message = format!(
                "`{}` runs outside the own network, so that nothing limits where its code connects to",
                function.name
            );
            let found = RULE.info.finding(spot.place, message).function(&function.name);
            let fix = if function.platform == Platform::Google {
                "Set `vpcConnector`, and send all traffic through it"
            } else {
                "Set `VpcConfig` with private subnets and a security group with few exits"
            };
            Some(found.under(&spot.when).fix(fix))
        })
        .collect()
}
