//! SAS-10.9 `credentials-in-access-log`: the access log of an API records keys or tokens of callers.

use app_model::{Application, SmolStr};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 9 },
        name: "credentials-in-access-log",
        summary: "An access log records credentials of callers",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[532],
        since: "0.1.0",
        docs: include_str!("credentials_in_access_log.md"),
    },
    check: Check::Application(check),
};

/// Variables that hold what a caller proves themselves with.
const CREDENTIALS: [&str; 5] = [
    "identity.apiKey",
    "identity.clientCert.clientCertPem",
    "requestOverride.header.Authorization",
    "authorizer.token",
    "authorizer.jwt",
];

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in &app.apis {
        for stage in &api.stages {
            let Some(format) = &stage.access_log_format else { continue };
            let text = format
                .value
                .possible()
                .find_map(|(when, text)| Some((when.clone(), credential(text)?)));
            let unresolved = || {
                let text = &format.value.unresolved()?.text;
                Some((app_model::When::ALWAYS, credential(text)?))
            };
            let Some((when, variable)) = text.or_else(unresolved) else { continue };
            let Some(when) = stage.when.and(&when) else { continue };
            let message = format!(
                "the access log of `{}` records `$context.{variable}`: whoever reads the log can \
                 act as the caller",
                api.name
            );
            findings.push(
                RULE.info
                    .finding(format.place, message)
                    .resource(&api.name)
                    .property(format!("{} Format", stage.name))
                    .under(&when)
                    .fix("Log an id instead, such as `$context.identity.apiKeyId`"),
            );
        }
    }
    findings
}

/// The variable with a credential that a format records; `apiKeyId` is none.
fn credential(format: &SmolStr) -> Option<&'static str> {
    CREDENTIALS.iter().copied().find(|variable| {
        let name = format!("$context.{variable}");
        let braced = format!("${{context.{variable}}}");
        let ends = |rest: &str| {
            !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_')
        };
        format.contains(&braced) || format.split(&name).skip(1).any(ends)
    })
}

#[cfg(test)]
mod tests {
    use super::credential;

    #[test]
    fn the_id_of_a_key_is_no_credential() {
        assert!(credential(&"$context.identity.apiKeyId".into()).is_none());
        assert_eq!(credential(&"k=$context.identity.apiKey ".into()), Some("identity.apiKey"));
    }
}
