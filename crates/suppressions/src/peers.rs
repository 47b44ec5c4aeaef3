//! The markers of other scanners, so that a move to this one costs nothing.

use finding::RuleKey;
use source_text::{Comment, Node, Place};

use crate::{
    Marker,
    lines::{Held, Lines},
};

/// Checks of others and the rules of ours that look at the same.
static PEERS: &[(&str, &[&str])] = &[
    ("CKV_AWS_115", &["unlimited-concurrency"]),
    ("CKV_AWS_116", &["async-without-failure-destination"]),
    ("CKV_AWS_117", &["function-outside-vpc"]),
    ("CKV_AWS_173", &["environment-without-customer-key"]),
    ("CKV_AWS_45", &["secret-in-environment"]),
    ("CKV_AWS_50", &["tracing-disabled"]),
    ("CKV_AWS_59", &["unauthenticated-route"]),
    ("CKV_AWS_309", &["unauthenticated-route"]),
    ("CKV_AWS_258", &["public-function-url"]),
    ("CKV_AWS_301", &["public-invoke-permission"]),
    ("CKV_AWS_363", &["deprecated-runtime"]),
    ("CKV_AWS_364", &["unscoped-service-permission"]),
    ("CKV_AWS_272", &["unsigned-code"]),
    ("CKV_AWS_107", &["wide-secret-read"]),
    ("CKV_AWS_109", &["privilege-escalation", "wildcard-resource"]),
    ("CKV_AWS_110", &["privilege-escalation"]),
    ("CKV_AWS_111", &["wildcard-resource"]),
    ("CKV_AWS_108", &["wildcard-resource", "broad-data-access"]),
    ("CKV_AWS_62", &["administrator-access"]),
    ("CKV_AWS_63", &["wildcard-action"]),
    ("CKV_AWS_76", &["access-log-missing"]),
    ("CKV_AWS_28", &["table-without-recovery"]),
    ("W89", &["function-outside-vpc"]),
    ("W92", &["unlimited-concurrency"]),
    ("W11", &["wildcard-resource"]),
    ("W59", &["unauthenticated-route"]),
    ("F3", &["administrator-access", "wildcard-action"]),
    ("F13", &["public-invoke-permission"]),
    ("AwsSolutions-IAM4", &["full-access-managed-policy"]),
    ("AwsSolutions-IAM5", &["wildcard-resource", "wildcard-action"]),
    ("AwsSolutions-L1", &["deprecated-runtime"]),
    ("AwsSolutions-APIG4", &["unauthenticated-route"]),
    ("AwsSolutions-APIG1", &["access-log-missing"]),
    ("AwsSolutions-APIG2", &["unvalidated-request"]),
    ("AwsSolutions-COG4", &["unauthenticated-route"]),
    ("AVD-AWS-0066", &["tracing-disabled"]),
    ("AVD-AWS-0067", &["unscoped-service-permission"]),
    ("AVD-AWS-0004", &["unauthenticated-route"]),
    ("AVD-AWS-0057", &["wildcard-action", "wildcard-resource"]),
    ("LAMBDA_CONCURRENCY_CHECK", &["unlimited-concurrency"]),
    ("LAMBDA_DLQ_CHECK", &["async-without-failure-destination"]),
    ("LAMBDA_INSIDE_VPC", &["function-outside-vpc"]),
    ("IAM_NO_INLINE_POLICY_CHECK", &[]),
    ("WS1000", &["tracing-disabled"]),
    ("WS1002", &["unscoped-service-permission"]),
    ("WS1003", &["wildcard-action"]),
    ("ES1001", &["async-without-failure-destination"]),
    ("WS2001", &["access-log-missing"]),
    ("ES2003", &["unthrottled-api"]),
];

/// A word that begins a marker in a comment, and what it holds for.
struct Word {
    start: &'static str,
    source: &'static str,
    /// Whether it holds for the resource that it stands anywhere in.
    is_of_resource: bool,
}

static WORDS: [Word; 2] = [
    Word { start: "checkov:skip=", source: "checkov:skip", is_of_resource: true },
    Word { start: "trivy:ignore:", source: "trivy:ignore", is_of_resource: false },
];

/// Whether a comment is a marker of another scanner.
pub(crate) fn is_marker(words: &str) -> bool {
    WORDS.iter().any(|known| words.starts_with(known.start))
}

/// A marker of another scanner in a comment.
pub(crate) fn of_comment(words: &str, comment: &Comment, table: &Lines) -> Vec<Marker> {
    for Word { start, source, is_of_resource } in &WORDS {
        let Some(rest) = words.strip_prefix(start) else { continue };
        let (id, reason) = match rest.split_once(':') {
            Some((id, reason)) => (id.trim(), Some(reason.trim().to_owned())),
            None => (rest.split_whitespace().next().unwrap_or_default(), None),
        };
        let held = match table.of_resource_around(comment.place.line) {
            Some(held) if *is_of_resource => held,
            _ => table.of_comment(comment),
        };
        // Above or between the resources, a marker that is about a resource is about nothing.
        if *is_of_resource && held.resource.is_none() {
            return Vec::new();
        }
        let one = |id: &str| marker(id.trim(), source, reason.clone(), comment.place, &held);
        return id.split(',').map(one).collect();
    }
    Vec::new()
}

/// The markers in the `Metadata` of resources.
pub(crate) fn of_metadata(document: &Node) -> Vec<Marker> {
    let mut markers = Vec::new();
    let resources = document.get("Resources").and_then(Node::as_map);
    for (name, entry) in resources.into_iter().flat_map(source_text::Map::entries) {
        let Some(metadata) = entry.value.get("Metadata") else { continue };
        let held = Held::of_resource(name, entry);
        let mut add = |node: &Node, id: &str, source: &str, reason: Option<&Node>| {
            let reason = reason.and_then(Node::as_str).map(str::to_owned);
            markers.push(marker(id, source, reason, node.place, &held));
        };
        let list =
            |path: &[&str]| metadata.at(path).and_then(Node::as_list).unwrap_or_default().iter();
        for node in list(&["checkov", "skip"]) {
            if let Some(id) = node.get("id").and_then(Node::as_str) {
                add(node, id, "checkov:skip", node.get("comment"));
            }
        }
        for node in list(&["cfn_nag", "rules_to_suppress"]) {
            if let Some(id) = node.get("id").and_then(Node::as_str) {
                add(node, id, "cfn_nag", node.get("reason"));
            }
        }
        for node in list(&["cdk_nag", "rules_to_suppress"]) {
            if let Some(id) = node.get("id").and_then(Node::as_str) {
                add(node, id, "cdk_nag", node.get("reason"));
            }
        }
        for path in [["cfn-lint", "config", "ignore_checks"], ["guard", "SuppressedRules", ""]] {
            let path: Vec<&str> = path.into_iter().filter(|key| !key.is_empty()).collect();
            for node in list(&path) {
                if let Some(id) = node.as_str() {
                    add(node, id, path.first().copied().unwrap_or_default(), None);
                }
            }
        }
    }
    markers
}

fn marker(id: &str, source: &str, reason: Option<String>, place: Place, held: &Held) -> Marker {
    Marker {
        place,
        rule: id.to_owned(),
        rules: rules_for(id),
        source: source.to_owned(),
        reason,
        until: None,
        held: held.clone(),
        is_ours: false,
        fault: None,
    }
}

/// Rules of ours that look at the same as a check of another scanner.
fn rules_for(id: &str) -> Vec<RuleKey> {
    PEERS
        .iter()
        .filter(|(peer, _)| peer.eq_ignore_ascii_case(id))
        .flat_map(|(_, names)| names.iter())
        .filter_map(|name| rules::by_name(name))
        .map(|rule| rule.info.id.into())
        .collect()
}
