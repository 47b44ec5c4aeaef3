//! Rules of networks, virtual machines.

use app_model::{Instance, NetworkRule, NetworkRules};
use source_text::Node;

use model_builder::{Builder, Item, Properties};

pub(super) fn security_group(builder: &Builder<'_>, item: &Item<'_>) -> NetworkRules {
    let properties = builder.properties(item);
    let mut rules = NetworkRules {
        ingress: inline(properties, "SecurityGroupIngress"),
        egress: properties
            .at(&["SecurityGroupEgress"])
            .map(|_| inline(properties, "SecurityGroupEgress")),
    };
    let belongs = |other: &Item<'_>| {
        other
            .properties
            .get("GroupId")
            .is_some_and(|node| builder.referents(node).iter().any(|r| r.name == item.name()))
    };
    for other in builder.of_type("AWS::EC2::SecurityGroupIngress").filter(|o| belongs(o)) {
        rules.ingress.push(rule(builder.properties(other)));
    }
    for other in builder.of_type("AWS::EC2::SecurityGroupEgress").filter(|o| belongs(o)) {
        rules.egress.get_or_insert_default().push(rule(builder.properties(other)));
    }
    rules
}

fn inline(properties: Properties<'_>, key: &str) -> Vec<NetworkRule> {
    properties
        .items(&[key])
        .iter()
        .map(|(_, node)| rule(Properties::new(properties.evaluator, node)))
        .collect()
}

fn rule(properties: Properties<'_>) -> NetworkRule {
    let cidrs = ["CidrIp", "CidrIpv6"].iter().filter_map(|key| properties.text(&[key])).collect();
    NetworkRule {
        place: properties.node.place,
        protocol: properties.text(&["IpProtocol"]),
        from_port: properties.integer(&["FromPort"]),
        to_port: properties.integer(&["ToPort"]),
        cidrs,
    }
}

/// An instance takes its metadata settings from its launch template when it names one; a launch
/// template has everything one level down.
pub(super) fn instance(builder: &Builder<'_>, item: &Item<'_>) -> Instance {
    let properties = builder.properties(item);
    let properties = properties.below(&["LaunchTemplateData"]).unwrap_or(properties);
    let from_template = properties
        .at(&["LaunchTemplate"])
        .and_then(|node| builder.referent(node))
        .and_then(|name| builder.items.get(&name))
        .and_then(|template| template.properties.get("LaunchTemplateData"));
    let options = properties
        .at(&["MetadataOptions"])
        .or_else(|| from_template.and_then(|data| data.get("MetadataOptions")));
    let read = options.map(|node: &Node| Properties::new(properties.evaluator, node));
    Instance {
        http_tokens: read.and_then(|options| options.text(&["HttpTokens"])),
        hop_limit: read.and_then(|options| options.integer(&["HttpPutResponseHopLimit"])),
        user_data: properties.text(&["UserData"]),
    }
}
