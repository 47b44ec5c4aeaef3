//! SAS-3.6 `plaintext-transport`: data travels unencrypted.

use std::collections::HashMap;

use app_model::{Application, IntegrationKind, Literal};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{self, Row, SITES, Wrong},
    kinds::{distributions, subscriptions},
    rank::AboutFunction,
    settings::written,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 6 },
        name: "plaintext-transport",
        summary: "Data travels over HTTP without encryption",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[319],
        since: "0.1.0",
        docs: include_str!("plaintext_transport.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = of_distributions(app);
    findings.extend(of_subscriptions(app));
    findings.extend(of_integrations(app));
    findings.extend(of_listeners(app));
    findings.extend(azure::findings(app, &RULE.info, AZURE, |subject| {
        format!("{subject} answers over HTTP, where others can read and change what is sent")
    }));
    findings
}

fn of_distributions(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (resource, distribution) in distributions(app) {
        for (index, policy) in distribution.viewer_policies.iter().enumerate() {
            let Some(spot) = written(Some(policy), &resource.when, |word| word == "allow-all")
            else {
                continue;
            };
            let message = format!(
                "the distribution `{}` answers over HTTP, where others can read and change what \
                 viewers send",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let found = found.property(format!("ViewerProtocolPolicy/{index}")).under(&spot.when);
            findings.push(found.fix("Set `ViewerProtocolPolicy` to `redirect-to-https`"));
        }
    }
    findings
}

fn of_subscriptions(app: &Application) -> Vec<Finding> {
    subscriptions(app)
        .filter_map(|(resource, subscription)| {
            let protocol = subscription.protocol.as_ref();
            let spot = written(protocol, &resource.when, |word| word == "http")?;
            let message = format!(
                "the subscription `{}` delivers messages over HTTP, where others can read them",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let fix = "Set `Protocol` to `https` and `Endpoint` to an address with TLS";
            Some(found.property("Protocol").under(&spot.when).fix(fix))
        })
        .collect()
}

fn of_integrations(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in &app.apis {
        for route in &api.routes {
            // Behind a private link the gateway talks to a load balancer of the own network.
            let is_http = route.integration.kind == IntegrationKind::Http;
            let Some(uri) = route.integration.uri.as_ref().filter(|_| is_http) else { continue };
            if !is_outside(uri.display()) {
                continue;
            }
            let message = format!(
                "`{}` of `{}` passes requests on over HTTP, where others can read them",
                route.label(),
                api.name
            );
            let found = RULE.info.finding(route.place, message).resource(&api.name);
            let found = found.property(route.label()).under(&route.when);
            findings.push(found.fix("Give the integration an `https://` address"));
        }
    }
    findings
}

/// Listeners that pass HTTP on, instead of sending callers to HTTPS.
fn of_listeners(app: &Application) -> Vec<Finding> {
    let types =
        ["AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::LoadBalancer"];
    let mut properties: HashMap<&str, Vec<&Literal>> = HashMap::new();
    for literal in app.literals.iter().filter(|l| types.contains(&l.type_name.as_str())) {
        properties.entry(&literal.resource).or_default().push(literal);
    }
    let has = |name: &str, path: &str, value: &str| {
        properties.get(name).is_some_and(|literals| {
            literals.iter().any(|literal| {
                literal.path == path
                    && literal.value.known().is_some_and(|text| text.eq_ignore_ascii_case(value))
            })
        })
    };
    let is_internal = |listener: &str| {
        properties.get(listener).into_iter().flatten().any(|literal| {
            literal.path == "LoadBalancerArn"
                && literal.value.unresolved().is_some_and(|expression| {
                    expression.references.iter().any(|r| has(&r.name, "Scheme", "internal"))
                })
        })
    };
    app.resources
        .iter()
        .filter(|resource| resource.type_name == "AWS::ElasticLoadBalancingV2::Listener")
        .filter(|resource| {
            has(&resource.name, "Protocol", "HTTP")
                && has(&resource.name, "DefaultActions.Type", "forward")
                && !is_internal(&resource.name)
        })
        .map(|resource| {
            let message = format!(
                "the listener `{}` passes on what callers send over HTTP, where others can read it",
                resource.name
            );
            let found = RULE.info.finding(resource.place, message).resource(&resource.name);
            let fix =
                "Make the action a `redirect` to `HTTPS`, and forward from a listener with TLS";
            found.property("Protocol").under(&resource.when).fix(fix)
        })
        .collect()
}

/// Whether an address is a host of the internet, without TLS.
fn is_outside(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("http://") else { return false };
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    !host.is_empty()
        && !host.contains(['{', '$'])
        && host.contains('.')
        && !host.contains(".internal")
}

/// The same of services of Azure.
const AZURE: &[Row] = &[
    Row {
        types: SITES,
        path: "properties.httpsOnly",
        wrong: Wrong::IsNotOrMissing(&["true"]),
        unless: &[],
        fix: "Set `httpsOnly` to `true`",
    },
    Row {
        types: &["Microsoft.Web/sites/config", "Microsoft.Web/sites/slots/config"],
        path: "properties.httpSettings.requireHttps",
        wrong: Wrong::Is(&["false"]),
        unless: &[],
        fix: "Set `httpSettings.requireHttps` to `true`",
    },
    Row {
        types: &["Microsoft.Storage/storageAccounts"],
        path: "properties.supportsHttpsTrafficOnly",
        wrong: Wrong::Is(&["false"]),
        unless: &[],
        fix: "Set `supportsHttpsTrafficOnly` to `true`",
    },
];

#[cfg(test)]
mod tests {
    use super::is_outside;

    #[test]
    fn only_hosts_of_the_internet_without_tls_count() {
        assert!(is_outside("http://api.example.com/orders"));
        assert!(!is_outside("https://api.example.com/orders"));
        assert!(!is_outside("http://${LoadBalancer.DNSName}/"));
        assert!(!is_outside("http://orders.svc.internal:8080/"));
    }
}
