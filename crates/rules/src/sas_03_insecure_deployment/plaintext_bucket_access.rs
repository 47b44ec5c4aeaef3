//! SAS-3.21 `plaintext-bucket-access`: a bucket answers requests without TLS.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{buckets, is_google},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 21 },
        name: "plaintext-bucket-access",
        summary: "A bucket answers requests without TLS",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[319],
        since: "0.1.0",
        docs: include_str!("plaintext_bucket_access.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    buckets(app)
        .filter(|(resource, _)| {
            // Cloud Storage takes no tokens without TLS, and has no policy for it.
            !is_google(resource)
                && !app.resource_policies.iter().any(|policy| {
                    policy.resources.contains(&resource.name) && policy.document.requires_tls()
                })
        })
        .map(|(resource, _)| {
            let message = format!(
                "no policy of the bucket `{}` refuses requests without TLS, which others can read",
                resource.name
            );
            let found = RULE.info.finding(resource.place, message).resource(&resource.name);
            let fix = "Add a `Deny` of `s3:*` for `*` under the condition `aws:SecureTransport: \
                       false` to the bucket's policy";
            found.under(&resource.when).fix(fix)
        })
        .collect()
}
