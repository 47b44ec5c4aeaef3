//! SAS-2.19 `insecure-callback-url`: the code or token of a sign-in travels unencrypted.

use app_model::{Application, Setting, SmolStr, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::{clients, uses_oauth};
use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 19 },
        name: "insecure-callback-url",
        summary: "Users are sent back over plain HTTP with their sign-in code",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[319],
        since: "0.1.0",
        docs: include_str!("insecure_callback_url.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (resource, client) in clients(app) {
        let Some(oauth) = uses_oauth(client) else { continue };
        for url in &client.callback_urls {
            let Some((when, text)) = plain_http(url) else { continue };
            let Some(when) = resource.when.and(&when).and_then(|when| when.and(&oauth)) else {
                continue;
            };
            let message = format!(
                "`{}` sends users back to `{text}` with their sign-in code: whoever listens on the \
                 network can take it",
                resource.name
            );
            findings.push(
                RULE.info
                    .finding(url.place, message)
                    .resource(&resource.name)
                    .property(format!("CallbackURLs {text}"))
                    .under(&when)
                    .fix("Use an `https://` address under `CallbackURLs`"),
            );
        }
    }
    findings
}

/// A scheme that is written out is certain, also when the host is not known yet.
fn plain_http(url: &Setting<SmolStr>) -> Option<(When, SmolStr)> {
    if let Some(expression) = url.value.unresolved() {
        return is_plain(&expression.text).then(|| (When::ALWAYS, expression.text.clone()));
    }
    url.value.find(|text| is_plain(text)).map(|(when, text)| (when.clone(), text.clone()))
}

/// `http://` to another machine than one's own.
fn is_plain(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let is_local = matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "[" | "10.0.2.2")
        || host.ends_with(".localhost");
    !is_local
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn only_the_own_machine_may_be_plain() {
        assert!(is_plain("http://app.example.com/callback"));
        assert!(is_plain("http://${Balancer.DNSName}/callback"));
        assert!(is_plain("http://localhost.example.com"));
        for fine in
            ["http://localhost", "http://localhost:3000/cb", "http://127.0.0.1:8080", "https://a.b"]
        {
            assert!(!is_plain(fine), "{fine}");
        }
    }
}
