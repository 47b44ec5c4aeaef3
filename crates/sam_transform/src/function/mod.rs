//! `AWS::Serverless::Function`.

mod check;
mod definition;
mod event_invoke;
mod execution_role;
mod publish;
mod url;

pub(crate) use event_invoke::write_to_bucket;

use sam_api::Apis;
use sam_core::context::Context;
use sam_core::intrinsic::{Here, argument, is_if, is_no_value};
use sam_core::property::check_resource;
use sam_core::resource::{Expansion, Resource, Sam};
use sam_core::tags;
use source_text::{Diagnostic, Node};

use crate::deployment_preference::{self, Preferences};
use crate::event;

/// Expands the resource: the function, its role, version, alias, URL, destinations and events.
pub(crate) fn expand(
    context: &mut Context<'_>,
    apis: &mut Apis,
    preferences: &mut Preferences,
    sam: &Sam,
) -> Expansion {
    check_resource(sam, "AWS::Serverless::Function", &check::PROPERTIES)?;
    check::check(sam)?;
    let mut function = definition::build(context, sam)?;
    let mut published = publish::publish(context, sam, &mut function)?;
    let urls = url::expand(sam, &function, published.as_ref().map(|(_, alias)| alias))?;
    if sam.truthy("DeploymentPreference").is_some() {
        let alias = published.as_mut().map(|(_, alias)| alias);
        deployment_preference::attach(context, preferences, sam, &function, alias)?;
    }
    let alias = published.as_ref().map(|(_, alias)| alias);
    let destinations = event_invoke::expand(context, sam, alias)?;
    let mut role = execution_role::build(context, sam, destinations.policies)?;
    let keep_role = link_role(context, sam, &mut function, &mut role)?;
    let events = event::expand_all(context, apis, sam, &function, alias, &mut role);

    let mut resources = vec![function];
    if let Some((version, alias)) = published {
        resources.extend([version, alias]);
    }
    resources.extend(urls);
    resources.extend(destinations.resources);
    if keep_role {
        resources.push(role);
    } else {
        context.origins.policy_templates.retain(|found| found.role != role.id);
    }
    resources.extend(events);
    tags::propagate(sam, &mut resources);
    Ok(resources)
}

/// Gives the function its role and says whether the generated one is needed.
///
/// `Role: !If [Condition, AWS::NoValue, arn]` needs it under that condition.
fn link_role(
    context: &mut Context<'_>,
    sam: &Sam,
    function: &mut Resource,
    role: &mut Resource,
) -> Result<bool, Diagnostic> {
    let Some(given) = sam.get("Role").filter(|node| !node.is_null()) else {
        let arn = role.get_att("Arn");
        function.set("Role", arn);
        return Ok(true);
    };
    if !is_if(given) {
        return Ok(false);
    }
    let resolved = context.resolved(given);
    let Some([condition, then, otherwise]) = argument(&resolved, "Fn::If").and_then(Node::as_list)
    else {
        return Err(sam.error(given.place, "`Fn::If` in `Role` takes a condition and two values"));
    };
    let condition_name = condition.scalar_text().unwrap_or_default();
    let here = Here(given.place);
    let arn = role.get_att("Arn");
    match (is_no_value(then), is_no_value(otherwise)) {
        (true, true) => {
            function.set("Role", arn);
        }
        (true, false) => {
            function.set("Role", here.if_(condition_name.clone(), arn, otherwise.clone()));
            role.attribute("Condition", here.text(condition_name));
        }
        (false, true) => {
            function.set("Role", here.if_(condition_name.clone(), then.clone(), arn));
            let negated = format!("NOT{condition_name}");
            let value = here.conditions("Fn::Not", [condition_name]);
            context.set_condition(negated.clone(), value);
            role.attribute("Condition", here.text(negated));
        }
        (false, false) => {
            function.set("Role", resolved);
            return Ok(false);
        }
    }
    Ok(true)
}
