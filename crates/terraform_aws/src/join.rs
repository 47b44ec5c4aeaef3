//! Values that need more than a row: lists turned round, one block that becomes several.

use source_text::{Kind, Map, Node, SmolStr};
use terraform_tables::{Scope, json, row::Turn, turn};

fn blocks(node: &Node) -> &[Node] {
    node.as_list().unwrap_or(std::slice::from_ref(node))
}

/// `orders/{id}/GET` of method settings as the method and the path; `*/*` is all of them.
pub(crate) fn method_path(_: &Scope<'_>, node: &Node) -> Node {
    let Some((path, method)) = node.as_str().and_then(|text| text.rsplit_once('/')) else {
        return Node::null(node.place);
    };
    let pairs = [
        ("HttpMethod", Node::text(node.place, method)),
        ("ResourcePath", Node::text(node.place, format!("/{}", path.trim_matches('/')))),
    ];
    Node::map(node.place, pairs)
}

/// Settings of single routes, by route.
pub(crate) fn route_settings(scope: &Scope<'_>, node: &Node) -> Node {
    let mut map = Map::new();
    for block in blocks(node) {
        let Some(key) = block.get("route_key").and_then(Node::scalar_text) else { continue };
        map.insert(key, turn::block(scope, block, &[("route_key", "", Turn::As)]));
    }
    Node::new(node.place, Kind::Map(map))
}

/// The notifications of a bucket, with the filter on keys as CloudFormation has it.
pub(crate) fn notifications(scope: &Scope<'_>, node: &Node) -> Node {
    let items = blocks(node).iter().map(|block| {
        let mut map = Map::new();
        for (from, to) in [
            ("lambda_function_arn", "Function"),
            ("queue_arn", "Queue"),
            ("topic_arn", "Topic"),
            ("events", "Event"),
        ] {
            if let Some(value) = block.get(from) {
                map.insert(to, scope.value(value));
            }
        }
        let rules: Vec<Node> = [("filter_prefix", "prefix"), ("filter_suffix", "suffix")]
            .into_iter()
            .filter_map(|(from, name)| {
                let value = block.get(from).filter(|node| node.as_str() != Some(""))?;
                let name = Node::text(value.place, name);
                Some(Node::map(value.place, [("Name", name), ("Value", scope.value(value))]))
            })
            .collect();
        if let Some(first) = rules.first().map(|rule| rule.place) {
            let rules = Node::map(first, [("Rules", Node::list(first, rules))]);
            map.insert("Filter", Node::map(first, [("S3Key", rules)]));
        }
        Node::new(block.place, Kind::Map(map))
    });
    Node::list(node.place, items.collect())
}

/// Rules of a security group, one for each range of addresses.
pub(crate) fn network_rules(scope: &Scope<'_>, node: &Node) -> Node {
    let rules = blocks(node).iter().flat_map(|block| ranges(scope, block)).collect();
    Node::list(node.place, rules)
}

/// One rule for each range of addresses of a block.
pub(crate) fn ranges(scope: &Scope<'_>, block: &Node) -> Vec<Node> {
    let rule = |range: Option<(&str, Node)>| {
        let mut map = Map::new();
        for (from, to) in [
            ("security_group_id", "GroupId"),
            ("protocol", "IpProtocol"),
            ("from_port", "FromPort"),
            ("to_port", "ToPort"),
            ("description", "Description"),
        ] {
            if let Some(value) = block.get(from) {
                map.insert(to, scope.value(value));
            }
        }
        // The finding points at the range when there is one.
        let place = range.as_ref().map_or(block.place, |(_, range)| range.place);
        if let Some((key, range)) = range {
            map.insert(SmolStr::new(key), range);
        }
        Node::new(place, Kind::Map(map))
    };
    let mut rules = Vec::new();
    for (from, to) in [("cidr_blocks", "CidrIp"), ("ipv6_cidr_blocks", "CidrIpv6")] {
        let Some(node) = block.get(from) else { continue };
        for range in blocks(node) {
            rules.push(rule(Some((to, scope.value(range)))));
        }
    }
    if rules.is_empty() {
        rules.push(rule(None));
    }
    rules
}

/// The definition of a state machine: a tree when all of it is JSON, else text with references.
pub(crate) fn state_machine_definition(scope: &Scope<'_>, node: &Node) -> Node {
    let tree = json::tree(scope, node);
    let is_tree = tree.get("States").is_some();
    let key = if is_tree { "Definition" } else { "DefinitionString" };
    Node::map(node.place, [(key, tree)])
}

/// Actions of a rule for messages of devices that call functions.
pub(crate) fn iot_lambda(scope: &Scope<'_>, node: &Node) -> Node {
    actions(scope, node, "Lambda")
}

/// Actions of a rule for mail that call functions.
pub(crate) fn mail_lambda(scope: &Scope<'_>, node: &Node) -> Node {
    actions(scope, node, "LambdaAction")
}

fn actions(scope: &Scope<'_>, node: &Node, key: &'static str) -> Node {
    let items = blocks(node).iter().map(|block| {
        let action = turn::block(scope, block, &[]);
        Node::map(block.place, [(key, action)])
    });
    Node::list(node.place, items.collect())
}
