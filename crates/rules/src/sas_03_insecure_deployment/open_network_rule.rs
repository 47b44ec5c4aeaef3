//! SAS-3.15 `open-network-rule`: a security group lets the internet in on a port that is not for the web.

use app_model::{Application, NetworkRule, Resource};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{is_google, network_rules},
    rank::AboutFunction,
    settings::written,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 15 },
        name: "open-network-rule",
        summary: "A security group lets the internet in on other ports than 80 and 443",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[284, 668],
        since: "0.1.0",
        docs: include_str!("open_network_rule.md"),
    },
    check: Check::Application(check),
};

/// Ports of remote control and of data, which nobody means to give to the internet.
const SENSITIVE: [(i64, &str); 18] = [
    (21, "FTP"),
    (22, "SSH"),
    (23, "Telnet"),
    (445, "SMB"),
    (1433, "SQL Server"),
    (1521, "Oracle"),
    (2049, "NFS"),
    (2375, "Docker"),
    (3306, "MySQL"),
    (3389, "RDP"),
    (5432, "PostgreSQL"),
    (5439, "Redshift"),
    (5900, "VNC"),
    (6379, "Redis"),
    (9092, "Kafka"),
    (9200, "OpenSearch"),
    (11211, "Memcached"),
    (27017, "MongoDB"),
];

fn check(app: &Application) -> Vec<Finding> {
    network_rules(app)
        .flat_map(|(resource, rules)| {
            rules.ingress.iter().filter_map(|rule| of_rule(resource, rule))
        })
        .collect()
}

fn of_rule(resource: &Resource, rule: &NetworkRule) -> Option<Finding> {
    let spot = rule.cidrs.iter().find_map(|cidr| {
        written(Some(cidr), &resource.when, |cidr| cidr == "0.0.0.0/0" || cidr == "::/0")
    })?;
    let ports = open_ports(rule)?;
    let (severity, words) = match &ports {
        Ports::All => (Severity::High, "on every port".to_owned()),
        Ports::Range(from, to) if (*from == 80 || *from == 443) && from == to => return None,
        Ports::Range(from, to) => {
            let sensitive = SENSITIVE.iter().find(|(port, _)| (from..=to).contains(&port));
            let range =
                if from == to { format!("port {from}") } else { format!("ports {from} to {to}") };
            match sensitive {
                Some((_, service)) => (Severity::High, format!("on {range} ({service})")),
                None => (Severity::Medium, format!("on {range}")),
            }
        }
    };
    let message =
        format!("the {} `{}` lets the whole internet in {words}", noun(resource), resource.name);
    let found = RULE.info.finding(spot.place, message).severity(severity).resource(&resource.name);
    let fix = if is_google(resource) {
        "Name in `sourceRanges` the networks that need the port, or use Identity-Aware Proxy"
    } else {
        "Replace `CidrIp` by `SourceSecurityGroupId` of the group that needs the port, or by the \
         range of the own network"
    };
    Some(found.property(words).under(&spot.when).fix(fix))
}

fn noun(resource: &Resource) -> &'static str {
    if is_google(resource) { "firewall rule" } else { "security group" }
}

/// What a rule opens.
#[derive(Debug, PartialEq)]
enum Ports {
    All,
    Range(i64, i64),
}

/// `None` for protocols without ports (pings), and for ports that only deployment tells.
fn open_ports(rule: &NetworkRule) -> Option<Ports> {
    let protocol = rule.protocol.as_ref()?.value.first()?.1.to_ascii_lowercase();
    match protocol.as_str() {
        "-1" => return Some(Ports::All),
        "tcp" | "udp" | "6" | "17" => {}
        _ => return None,
    }
    let from = *rule.from_port.as_ref()?.value.first()?.1;
    let to = *rule.to_port.as_ref()?.value.first()?.1;
    if from <= 0 && to >= 65_535 || from == -1 {
        return Some(Ports::All);
    }
    Some(Ports::Range(from, to))
}

#[cfg(test)]
mod tests {
    use app_model::{NetworkRule, Place, Setting};

    use super::{Ports, open_ports};

    fn rule(protocol: &str, from: i64, to: i64) -> NetworkRule {
        let place = Place::default();
        NetworkRule {
            protocol: Some(Setting::known(place, protocol.into())),
            from_port: Some(Setting::known(place, from)),
            to_port: Some(Setting::known(place, to)),
            ..NetworkRule::default()
        }
    }

    #[test]
    fn every_port_is_said_in_several_ways() {
        assert_eq!(open_ports(&rule("-1", 0, 0)), Some(Ports::All));
        assert_eq!(open_ports(&rule("tcp", 0, 65_535)), Some(Ports::All));
        assert_eq!(open_ports(&rule("6", 22, 22)), Some(Ports::Range(22, 22)));
        assert_eq!(open_ports(&rule("icmp", -1, -1)), None);
    }
}
