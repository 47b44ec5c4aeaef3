//! What CloudTrail saw the role of a function do, and what it was refused.

use app_model::SmolStr;
use cloud_names::{Arn, Pattern, Piece, pieces};
use trail_usage::{Evidence, Resource, Usage};

use super::{Gatherer, via_service};
use crate::{
    DeployedNames, Names,
    need::{Need, Origin, Proposal, Reason},
};

/// Gathers what the trail saw. Only what succeeded is a need; what was denied is a proposal.
pub(super) fn gather(gatherer: &mut Gatherer<'_, '_>, usage: &Usage) {
    let names = DeployedNames::of(gatherer.names, gatherer.function);
    for principal in usage.principals.iter().filter(|principal| names.is_role(principal)) {
        for action in &principal.actions {
            for used in action.uses.iter().filter(|used| used.count > 0) {
                add_use(gatherer, &action.action, used);
            }
            for used in action.uses.iter().filter(|used| used.denied > 0) {
                let times = if used.denied == 1 {
                    "once".to_owned()
                } else {
                    format!("{} times", used.denied)
                };
                gatherer.proposals.push(Proposal {
                    action: action.action.as_str().into(),
                    resource: of_template(gatherer.names, &used.resource),
                    reason: format!("denied {times}"),
                });
            }
        }
    }
}

/// Adds a use: as a further reason for what is needed already, or as a need of its own.
fn add_use(gatherer: &mut Gatherer<'_, '_>, action: &str, used: &Resource) {
    let resource = of_template(gatherer.names, &used.resource);
    let mut note = match used.evidence {
        Evidence::Called => String::new(),
        Evidence::Passed => "the role was handed over".to_owned(),
    };
    if used.is_generalised {
        "single resources were too many to tell".clone_into(&mut note);
    }
    let reason = Reason {
        source: Origin::Trail,
        place: None,
        note,
        count: used.count,
        last_used: used.last.as_ref().map(|time| SmolStr::new(time.to_string())),
    };
    let service = used.via.as_deref().and_then(|via| via.split('.').next());
    let restrictions = match (service, action.split_once(':')) {
        (Some(service), Some(("kms", _))) => vec![via_service(gatherer.names, service)],
        _ => Vec::new(),
    };
    let is_known = gatherer.needs.give_reason(action, &reason, |need| {
        need.restrictions == restrictions
            && may_be(gatherer.names, &need.resource)
                .covers(&Pattern::ignoring_case(&used.resource))
    });
    if !is_known {
        gatherer.needs.add(Need {
            action: action.into(),
            is_exact: !used.is_generalised && !resource.contains('*'),
            resource,
            restrictions,
            is_certain: true,
            reasons: vec![reason],
        });
    }
}

/// The resource of the template that a name in the account may be, by its ARN; else the ARN itself.
fn of_template(names: &Names<'_>, seen: &str) -> SmolStr {
    let literal = Pattern::ignoring_case(seen);
    let mut fitting: Vec<SmolStr> = Vec::new();
    for (resource, arn) in names.arns() {
        // A hole alone says nothing; and what the account names must fit as a whole or in front.
        let Some(pattern) = resource_pattern(names, arn) else { continue };
        if pattern.covers(&literal) {
            fitting.push(arn.into());
        } else if let Some((head, rest)) = split_part(seen)
            && resource.type_name != "AWS::KMS::Key"
            && pattern.covers(&Pattern::ignoring_case(head))
        {
            fitting.push(format!("{arn}{rest}").into());
        }
    }
    match fitting.as_slice() {
        [one] => one.clone(),
        _ => seen.into(),
    }
}

/// The pattern of the names that deployment gives a resource; nothing for a bare reference.
fn resource_pattern(names: &Names<'_>, arn: &str) -> Option<Pattern> {
    arn.starts_with("arn:").then(|| may_be(names, arn))
}

/// An object of a bucket, an index or a stream of a table: the resource and the part.
fn split_part(arn: &str) -> Option<(&str, &str)> {
    let parsed = Arn::parse(arn).ok()?;
    let at = match parsed.service.as_str() {
        "s3" => arn.find(":::")? + 3 + parsed.resource.find('/')?,
        "dynamodb" => {
            let table = parsed.resource.strip_prefix("table/")?;
            arn.len() - parsed.resource.len() + "table/".len() + table.find('/')?
        }
        _ => return None,
    };
    arn.split_at_checked(at)
}

/// The glob of what a text with holes may be in the account: names that CloudFormation makes hold the
/// logical name, between the stack's and random letters.
fn may_be(names: &Names<'_>, text: &str) -> Pattern {
    let mut glob = String::with_capacity(text.len());
    for piece in pieces(&names.key(text)) {
        match piece {
            Piece::Text(text) => glob.push_str(text),
            Piece::Placeholder(name) => match cloud_names::split_reference(name).0 {
                logical if names.app().resource(logical).is_some() => {
                    glob.push_str("*-");
                    glob.push_str(logical);
                    glob.push_str("-*");
                }
                _ => glob.push('*'),
            },
        }
    }
    Pattern::ignoring_case(&glob)
}
