//! Usage plans of REST APIs: one for an API, or one that APIs share.

use indexmap::IndexSet;
use sam_core::context::Context;
use sam_core::intrinsic::Here;
use sam_core::resource::{Resource, Sam};
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::openapi::truthy;
use crate::{Apis, emit};

/// Name of the condition under which the shared plan exists.
const SHARED_CONDITION: &str = "SharedUsagePlanCondition";

/// What the APIs with one plan have said so far.
#[derive(Debug, Default)]
pub(crate) struct SharedPlan {
    /// The last API with the plan, where it is written, and `UsagePlan` of it.
    last: Option<(SmolStr, Place, Map)>,
    apis: Vec<Node>,
    api_stages: Vec<Node>,
    stage_keys: Vec<Node>,
    conditions: IndexSet<SmolStr>,
    always: bool,
    deletion_policy: Option<Node>,
    update_replace_policy: Option<Node>,
}

impl SharedPlan {
    fn add(&mut self, sam: &Sam, properties: &Map, stage: &Resource) {
        let here = sam.here();
        self.last = Some((sam.id.clone(), sam.place, properties.clone()));
        let (api, stage) = (here.reference(sam.id.clone()), stage.reference());
        self.apis.push(here.text(sam.id.clone()));
        self.api_stages.push(here.map([("ApiId", api.clone()), ("Stage", stage.clone())]));
        self.stage_keys.push(here.map([("RestApiId", api), ("StageName", stage)]));
        let text = |node: &Node| node.as_str().map(SmolStr::new);
        if let Some(policy) = sam.attribute("DeletionPolicy")
            && (self.deletion_policy.is_none() || policy.as_str() == Some("Retain"))
        {
            self.deletion_policy = Some(policy.clone());
        }
        if let Some(policy) = sam.attribute("UpdateReplacePolicy") {
            let known = self.update_replace_policy.as_ref().and_then(Node::as_str);
            let wins = matches!(
                (known, policy.as_str()),
                (None, _) | (_, Some("Retain")) | (Some("Delete"), Some("Snapshot"))
            );
            if wins {
                self.update_replace_policy = Some(policy.clone());
            }
        }
        match sam.attribute("Condition").and_then(text) {
            None => self.always = true,
            Some(condition) => {
                self.conditions.insert(condition);
            }
        }
    }

    fn attributes(&self, here: Here) -> Map {
        let mut attributes = Map::new();
        let policies = [
            ("DeletionPolicy", &self.deletion_policy),
            ("UpdateReplacePolicy", &self.update_replace_policy),
        ];
        for (name, policy) in policies {
            if let Some(policy) = policy {
                attributes.insert(name, policy.clone());
            }
        }
        if !self.always && !self.conditions.is_empty() {
            attributes.insert("Condition", here.text(SHARED_CONDITION));
        }
        attributes
    }

    /// The condition under which one of the APIs exists; `None` when one always does.
    fn condition(&self, here: Here) -> Option<Node> {
        let mut names = self.conditions.iter().cloned();
        match self.conditions.len() {
            _ if self.always => None,
            0 => None,
            1 => names.next().map(|one| here.text(one)),
            _ => Some(here.conditions("Fn::Or", names)),
        }
    }
}

/// The plan, its key and the link between them; nothing when the API asks for none or shares one.
pub(crate) fn expand(
    context: &mut Context<'_>,
    apis: &mut Apis,
    sam: &Sam,
    auth: Option<&Map>,
    stage: &Resource,
) -> Result<Vec<Resource>, Diagnostic> {
    const KNOWN: [&str; 6] =
        ["CreateUsagePlan", "Description", "Quota", "Tags", "Throttle", "UsagePlanName"];
    let Some(plan) = auth.and_then(|auth| auth.get("UsagePlan")).filter(|plan| !plan.is_null())
    else {
        return Ok(Vec::new());
    };
    let Some(properties) = plan.as_map() else {
        return Err(sam.error(plan.place, "`UsagePlan` must be a mapping"));
    };
    if let Some((key, entry)) = properties.entries().find(|(key, _)| !KNOWN.contains(&key.as_str()))
    {
        return Err(sam.error(entry.key_place, format!("`UsagePlan` has no property `{key}`")));
    }
    let create = properties.get("CreateUsagePlan").filter(|create| !create.is_null());
    match create.and_then(Node::as_str) {
        Some("NONE") => Ok(Vec::new()),
        Some("PER_API") => Ok(own(sam, properties, stage)),
        Some("SHARED") => {
            share(context, apis, sam, properties, stage);
            Ok(Vec::new())
        }
        _ => {
            let place = create.map_or(plan.place, |node| node.place);
            let message = "`CreateUsagePlan` must be `PER_API`, `SHARED` or `NONE`";
            Err(sam.error(place, message))
        }
    }
}

fn own(sam: &Sam, properties: &Map, stage: &Resource) -> Vec<Resource> {
    let mut one = SharedPlan::default();
    one.add(sam, properties, stage);
    let ids = ["UsagePlan", "ApiKey", "UsagePlanKey"].map(|name| format!("{}{name}", sam.id));
    build((sam.place, properties), &one, &sam.inherited(), &ids)
}

fn share(
    context: &mut Context<'_>,
    apis: &mut Apis,
    sam: &Sam,
    properties: &Map,
    stage: &Resource,
) {
    apis.plan.add(sam, properties, stage);
    for name in ["UsagePlan", "ApiKey", "UsagePlanKey"] {
        context.refer(&sam.id, name, SmolStr::from(format!("Serverless{name}")));
    }
}

/// Makes the plan that the APIs share, once all of them are known. The last one describes it.
pub(crate) fn finish(context: &mut Context<'_>, apis: &mut Apis) {
    let plan = std::mem::take(&mut apis.plan);
    let Some((api, place, properties)) = &plan.last else { return };
    let here = Here(*place);
    if let Some(condition) = plan.condition(here) {
        context.set_condition(SHARED_CONDITION, condition);
    }
    let ids = ["UsagePlan", "ApiKey", "UsagePlanKey"].map(|name| format!("Serverless{name}"));
    let attributes = plan.attributes(here);
    for resource in build((*place, properties), &plan, &attributes, &ids) {
        emit(context, api, resource);
    }
}

fn build(
    (place, properties): (Place, &Map),
    shared: &SharedPlan,
    attributes: &Map,
    [plan_id, key_id, link_id]: &[String; 3],
) -> Vec<Resource> {
    let here = Here(place);
    let resource = |id: &str, type_: &str, depends_on: Vec<Node>| {
        let mut resource = Resource::new(id, type_, place);
        resource.attributes = attributes.clone();
        resource.attribute("DependsOn", here.list(depends_on));
        resource
    };
    let mut plan = resource(plan_id, "AWS::ApiGateway::UsagePlan", shared.apis.clone());
    plan.set("ApiStages", here.list(shared.api_stages.clone()));
    for name in ["UsagePlanName", "Description", "Quota", "Tags", "Throttle"] {
        plan.set_some(name, properties.get(name).filter(|node| truthy(node)));
    }
    let mut key = resource(key_id, "AWS::ApiGateway::ApiKey", vec![here.text(plan_id.as_str())]);
    key.set("Enabled", Node::new(here.0, Kind::Bool(true)));
    key.set("StageKeys", here.list(shared.stage_keys.clone()));
    let mut link =
        resource(link_id, "AWS::ApiGateway::UsagePlanKey", vec![here.text(key_id.as_str())]);
    link.set("KeyId", here.reference(key_id.as_str()));
    link.set("KeyType", here.text("API_KEY"));
    link.set("UsagePlanId", here.reference(plan_id.as_str()));
    vec![plan, key, link]
}
