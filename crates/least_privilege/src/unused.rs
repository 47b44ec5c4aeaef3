//! What is granted and not needed, granted on more than is needed, needed and not granted.

use std::collections::BTreeSet;

use app_model::{Place, SmolStr};
use cloud_names::Pattern;
use iam_policy::catalogue;

use crate::{
    FunctionNeeds, Names,
    granted::{Granted, Grants},
    need::Need,
};

/// Actions that one pattern may be told as at most; of more, the pattern is told with what it is
/// needed for.
const MAX_SINGLE: usize = 24;

/// A grant, or a part of one, that the function does not need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unused {
    /// An action, or a pattern that is not needed whole.
    pub action: SmolStr,
    /// As written.
    pub resource: SmolStr,
    /// Where the action is written, or the managed policy attached.
    pub place: Place,
    /// Where the statement is written, or the managed policy attached.
    pub statement: Place,
    /// Whether nothing of that statement or policy is needed.
    pub is_whole: bool,
    /// Name of the managed policy that grants it.
    pub policy: Option<&'static str>,
    /// Actions of the pattern that are needed; empty when none is.
    pub but: Vec<SmolStr>,
    /// Whether a policy template of SAM grants it.
    pub is_of_template: bool,
    /// Whether the action is a part of a pattern that is needed otherwise.
    pub is_part: bool,
}

/// A grant whose resources are more than the needed ones, all of which are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Broader {
    /// As written.
    pub action: SmolStr,
    /// As written.
    pub resource: SmolStr,
    /// Where the resource is written.
    pub place: Place,
    /// The resources that the needed actions of the grant work on.
    pub needed: Vec<SmolStr>,
}

/// The grants of a role held against the needs of its function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Whether the role stands in the template and nobody but the function runs as it.
    pub has_own_role: bool,
    /// Granted and not needed, in order of place.
    pub unused: Vec<Unused>,
    /// Granted on more than is needed.
    pub broader: Vec<Broader>,
    /// Needed and not granted: the call would be refused. Empty when some policy of the role is not
    /// known.
    pub missing: Vec<Need>,
}

/// Compares what the role of a function is allowed with what the function needs.
///
/// What Lambda itself does as the role (logs, traces, the network) is never told, nor is what the SAM
/// transform adds.
#[must_use]
pub fn compare(names: &Names<'_>, grants: &Grants<'_>, needs: &FunctionNeeds) -> Comparison {
    let mut comparison = Comparison::default();
    if !grants.is_known {
        return comparison;
    }
    comparison.has_own_role = grants.is_own;
    let keyed: Vec<(&Need, Pattern)> =
        needs.needs.iter().map(|need| (need, Pattern::new(&names.key(&need.resource)))).collect();
    let mut needed: BTreeSet<Place> = BTreeSet::new();
    let told = grants.grants.iter().filter(|it| !it.is_plumbing() && !it.is_beside_sdk());
    for granted in told {
        let served: Vec<&(&Need, Pattern)> =
            keyed.iter().filter(|(need, key)| granted.may_serve(need, key)).collect();
        if !served.is_empty() {
            needed.insert(granted.statement_place());
        }
        comparison.unused.extend(unused(granted, &served));
        comparison.broader.extend(broader(granted, &served));
    }
    for one in &mut comparison.unused {
        one.is_whole = !needed.contains(&one.statement);
    }
    comparison.unused.sort_by(|a, b| (a.place, &a.action).cmp(&(b.place, &b.action)));
    comparison.unused.dedup();
    comparison.broader.dedup();
    if grants.unknown.is_none() {
        comparison.missing = keyed
            .iter()
            .filter(|(need, _)| !is_plumbing(&need.action))
            .filter(|(need, key)| !grants.grants.iter().any(|granted| granted.may_serve(need, key)))
            .filter(|(need, _)| !is_met_by_sibling(names, grants, need, needs))
            .map(|(need, _)| (*need).clone())
            .collect();
    }
    comparison
}

/// Whether a sender of mail may be used as the other of its two identities: SES asks for the address where
/// that is verified, and else for its domain, so that a grant of either is enough.
pub(crate) fn is_met_by_sibling(
    names: &Names<'_>,
    grants: &Grants<'_>,
    need: &Need,
    needs: &FunctionNeeds,
) -> bool {
    let Some(one) = mail_identity(need) else { return false };
    let is_sibling = |other: &&Need| {
        other.action == need.action
            && mail_identity(other).is_some_and(|other| {
                let domain_of = |text: &str| text.split_once('@').map(|(_, it)| it.to_owned());
                domain_of(one).as_deref() == Some(other) || domain_of(other).as_deref() == Some(one)
            })
    };
    needs.needs.iter().filter(is_sibling).any(|other| {
        let key = Pattern::new(&names.key(&other.resource));
        grants.grants.iter().any(|granted| granted.may_serve(other, &key))
    })
}

/// The identity of SES that a need is about: `shop@example.org`, `example.org`.
fn mail_identity(need: &Need) -> Option<&str> {
    let is_of_mail = need.action.starts_with("ses:");
    need.resource.rsplit_once(":identity/").filter(|_| is_of_mail).map(|(_, identity)| identity)
}

/// What of a grant is not needed.
fn unused(granted: &Granted<'_>, served: &[&(&Need, Pattern)]) -> Vec<Unused> {
    let Some(resource) = &granted.resource else { return Vec::new() };
    let one = |action: SmolStr, but: Vec<SmolStr>| Unused {
        action,
        resource: resource.clone(),
        place: granted.place,
        statement: granted.statement_place(),
        is_whole: false,
        policy: match granted.from {
            crate::granted::From::Managed(policy) => Some(policy.name),
            crate::granted::From::Statement(..) => None,
        },
        but,
        is_of_template: granted.is_of_template(),
        is_part: false,
    };
    if !granted.action.contains(['*', '?']) {
        let is_told = served.is_empty() && !is_plumbing(&granted.action);
        return if is_told { vec![one(granted.action.clone(), Vec::new())] } else { Vec::new() };
    }
    let mut needed: Vec<SmolStr> = served.iter().map(|(need, _)| need.action.clone()).collect();
    needed.sort();
    needed.dedup();
    if needed.is_empty() {
        return vec![one(granted.action.clone(), needed)];
    }
    let surplus: Vec<SmolStr> = catalogue::expand(&granted.action)
        .map(|known| SmolStr::from(known.to_string()))
        .filter(|action| {
            !is_plumbing(action) && !needed.iter().any(|it| it.eq_ignore_ascii_case(action))
        })
        .take(MAX_SINGLE + 1)
        .collect();
    match surplus.len() {
        0 => Vec::new(),
        1..=MAX_SINGLE => {
            let part = |action| Unused { is_part: true, ..one(action, Vec::new()) };
            surplus.into_iter().map(part).collect()
        }
        _ => vec![one(granted.action.clone(), needed)],
    }
}

/// Whether a grant is on more than the needs that it serves, all of which name their resource.
fn broader(granted: &Granted<'_>, served: &[&(&Need, Pattern)]) -> Option<Broader> {
    let resource = granted.resource.as_ref()?;
    let limited: Vec<&&(&Need, Pattern)> = served
        .iter()
        .filter(|(need, _)| catalogue::supports_resource(&need.action) == Some(true))
        .collect();
    let all_known = !limited.is_empty()
        && limited.len() == served.len()
        && limited.iter().all(|(need, key)| need.is_exact && granted.is_wider_than(key));
    if !all_known || is_plumbing(&granted.action) {
        return None;
    }
    let mut needed: Vec<SmolStr> = limited.iter().map(|(need, _)| need.resource.clone()).collect();
    needed.sort();
    needed.dedup();
    Some(Broader {
        action: granted.action.clone(),
        resource: resource.clone(),
        place: granted.resource_place,
        needed,
    })
}

/// Whether an action keeps a function running: logs, traces, network interfaces.
#[must_use]
pub fn is_plumbing(action: &str) -> bool {
    let (service, name) = action.split_once(':').unwrap_or((action, ""));
    match service {
        "xray" => true,
        "logs" => {
            matches!(name, "CreateLogGroup" | "CreateLogStream" | "PutLogEvents" | "*")
                || name.starts_with("DescribeLog")
                || name.ends_with('*')
        }
        "ec2" => {
            name.contains("NetworkInterface")
                || name.ends_with("PrivateIpAddresses")
                || matches!(name, "DescribeSubnets" | "DescribeVpcs" | "DescribeSecurityGroups")
        }
        _ => false,
    }
}
