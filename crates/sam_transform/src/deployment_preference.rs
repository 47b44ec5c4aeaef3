//! `DeploymentPreference` of functions: gradual deployment with `CodeDeploy`.

use indexmap::IndexSet;
use sam_core::context::Context;
use sam_core::intrinsic::{Here, argument, is_falsy, is_if, is_intrinsic, is_no_value};
use sam_core::resource::{Resource, Sam};
use sam_core::role::trust;
use sam_core::tags;
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

/// The application that all functions of a stack are deployed with.
const APPLICATION: &str = "ServerlessDeploymentApplication";
/// The role of `CodeDeploy`, unless every function brings its own.
const ROLE: &str = "CodeDeployServiceRole";
/// Holds when one of the functions is deployed.
const CONDITION: &str = "ServerlessCodeDeployCondition";
/// `Fn::Or` takes at most this many conditions.
const OR_LIMIT: usize = 10;

/// Names of deployment configurations that `CodeDeploy` has, without their common prefix.
const CONFIGURATIONS: [&str; 9] = [
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
    "AllAtOnce",
];

/// The functions that are deployed gradually, in order.
#[derive(Debug, Default)]
pub(crate) struct Preferences {
    enabled: Vec<Preference>,
}

/// How one function is deployed.
#[derive(Debug)]
struct Preference {
    /// Logical id of the function.
    function: SmolStr,
    /// Where the preference is written.
    here: Here,
    type_: Node,
    alarms: Option<Node>,
    role: Option<Node>,
    triggers: Option<Node>,
    /// Condition of the function, when its deployment has to have it too.
    condition: Option<Node>,
    /// Tags of the function, when they are propagated.
    tags: Option<Map>,
}

/// Notes the preference of a function and gives its `alias` the update policy.
///
/// Called for every function that has a `DeploymentPreference`; `alias` is `None` when the
/// function publishes none.
///
/// # Errors
/// The preference is not valid.
pub(crate) fn attach(
    context: &Context<'_>,
    preferences: &mut Preferences,
    sam: &Sam,
    function: &Resource,
    alias: Option<&mut Resource>,
) -> Result<(), Diagnostic> {
    let Some(written) = sam.truthy("DeploymentPreference") else { return Ok(()) };
    let here = Here(written.place);
    let property = |name: &str| written.get(name).filter(|node| !is_falsy(node));
    let pass_condition = passes_condition(context, sam, written)?;
    if let Some(enabled) = written.get("Enabled") {
        let enabled = context.resolved_with_mappings(enabled);
        if is_falsy(&enabled) || matches!(enabled.as_str(), Some("false" | "False")) {
            return Ok(());
        }
    }
    let type_ = written.get("Type").ok_or_else(|| {
        sam.error(written.place, "`DeploymentPreference` has no `Type`, such as `AllAtOnce`")
    })?;
    let hooks = match written.get("Hooks") {
        None => Map::new(),
        Some(node) => node.as_map().cloned().ok_or_else(|| {
            sam.error(node.place, "`Hooks` of `DeploymentPreference` has to be a mapping")
        })?,
    };
    let alias = alias.ok_or_else(|| {
        let message = "`DeploymentPreference` shifts the traffic of an alias; add \
                       `AutoPublishAlias`";
        sam.error(written.place, message)
    })?;
    let group = group_id(&sam.id);
    let mut update = Map::new();
    update.insert("ApplicationName", here.reference(APPLICATION));
    update.insert("DeploymentGroupName", here.reference(group));
    for (from, to) in
        [("PreTraffic", "BeforeAllowTrafficHook"), ("PostTraffic", "AfterAllowTrafficHook")]
    {
        let nothing =
            |hook: &Node| hook.is_null() || argument(hook, "Ref").is_some_and(Node::is_null);
        if let Some(hook) = hooks.get(from).filter(|hook| !nothing(hook)) {
            update.insert(to, hook.clone());
        }
    }
    let update = Node::new(here.0, Kind::Map(update));
    alias.attribute("UpdatePolicy", here.map([("CodeDeployLambdaAliasUpdate", update)]));
    let tags = sam.truthy("Tags").filter(|_| sam.truthy("PropagateTags").is_some());
    let condition = function.attributes.get("Condition").filter(|_| pass_condition);
    let preference = Preference {
        function: sam.id.clone(),
        here,
        type_: context.resolved_with_mappings(type_),
        alarms: property("Alarms").filter(|alarms| !is_no_value(alarms)).cloned(),
        role: property("Role").cloned(),
        triggers: property("TriggerConfigurations").cloned(),
        condition: condition.cloned(),
        tags: tags.and_then(Node::as_map).cloned(),
    };
    preferences.enabled.push(preference);
    Ok(())
}

/// Whether the condition of the function is also that of its deployment.
fn passes_condition(context: &Context<'_>, sam: &Sam, written: &Node) -> Result<bool, Diagnostic> {
    let Some(node) = written.get("PassthroughCondition") else { return Ok(false) };
    let resolved = context.resolved_with_mappings(node);
    match (&resolved.kind, resolved.as_str()) {
        (Kind::Bool(value), _) => Ok(*value),
        (_, Some("true" | "True")) => Ok(true),
        (_, Some("false" | "False")) => Ok(false),
        _ => {
            let message = "`PassthroughCondition` has to be `true` or `false`, also when it comes \
                           from a parameter or mapping";
            Err(sam.error(node.place, message))
        }
    }
}

fn group_id(function: &str) -> String {
    format!("{function}DeploymentGroup")
}

/// Adds the `CodeDeploy` application, role and deployment groups to the output.
pub(crate) fn finish(context: &mut Context<'_>, preferences: &Preferences) {
    let preferences = &preferences.enabled;
    let Some(first) = preferences.first() else { return };
    let here = first.here;
    let condition = shared_condition(context, preferences, here);
    let mut common = vec![application(here)];
    if preferences.iter().any(|preference| preference.role.is_none()) {
        common.push(service_role(&context.partition(), here));
    }
    let mut merged = Map::new();
    for entry in preferences.iter().filter_map(|preference| preference.tags.clone()) {
        for (name, entry) in entry.into_entries() {
            merged.insert_at(name, entry.key_place, entry.value);
        }
    }
    for mut resource in common {
        if let Some(condition) = &condition {
            resource.attribute("Condition", condition.clone());
        }
        if !merged.is_empty() {
            resource.set("Tags", here.list(tags::list(here, &merged)));
        }
        put(context, first.function.clone(), resource);
    }
    for preference in preferences {
        match preference.group() {
            Ok(group) => put(context, preference.function.clone(), group),
            Err(diagnostic) => context.diagnostics.push(diagnostic),
        }
    }
}

fn put(context: &mut Context<'_>, cause: SmolStr, resource: Resource) {
    let (id, place) = (resource.id.clone(), resource.place);
    context.origins.resources.insert(id.clone(), cause);
    context.outputs.insert_at(id, place, resource.into_node());
}

/// The condition of what all deployments share: none when a function is always deployed.
fn shared_condition(
    context: &mut Context<'_>,
    preferences: &[Preference],
    here: Here,
) -> Option<Node> {
    let conditions: Option<IndexSet<SmolStr>> = preferences
        .iter()
        .map(|preference| preference.condition.as_ref().and_then(Node::scalar_text))
        .collect();
    let mut rest: Vec<SmolStr> = conditions?.into_iter().collect();
    if let [only] = rest.as_slice() {
        return Some(here.text(only.clone()));
    }
    // The first ten become one condition, which joins the others, until one is left.
    let mut number = rest.len().saturating_sub(1).div_ceil(OR_LIMIT - 1).saturating_sub(1);
    while rest.len() > 1 {
        let name = match number {
            0 => SmolStr::new_static(CONDITION),
            _ => SmolStr::from(format!("{CONDITION}{number}")),
        };
        number = number.saturating_sub(1);
        let later = rest.split_off(rest.len().min(OR_LIMIT));
        context.set_condition(name.clone(), here.conditions("Fn::Or", rest));
        rest = later;
        rest.push(name);
    }
    Some(here.text(CONDITION))
}

fn application(here: Here) -> Resource {
    let mut application = Resource::new(APPLICATION, "AWS::CodeDeploy::Application", here.0);
    application.set("ComputePlatform", here.text("Lambda"));
    application
}

fn service_role(partition: &str, here: Here) -> Resource {
    let limited = if matches!(partition, "aws-iso" | "aws-iso-b") { "Limited" } else { "" };
    let policy =
        format!("arn:{partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda{limited}");
    let mut role = Resource::new(ROLE, "AWS::IAM::Role", here.0);
    role.set("AssumeRolePolicyDocument", trust(here, "codedeploy.amazonaws.com"));
    role.set("ManagedPolicyArns", here.texts([policy]));
    role
}

impl Preference {
    fn error(&self, node: &Node, message: &str) -> Diagnostic {
        Diagnostic::error(node.place, format!("`{}`: {message}", self.function))
    }

    fn group(&self) -> Result<Resource, Diagnostic> {
        let here = self.here;
        let mut group =
            Resource::new(group_id(&self.function), "AWS::CodeDeploy::DeploymentGroup", here.0);
        if let Some(alarms) = &self.alarms {
            group.set("AlarmConfiguration", self.alarm_configuration(alarms)?);
        }
        let rollback =
            ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"];
        let rollback = [("Enabled", here.bool(true)), ("Events", here.texts(rollback))];
        let style = [
            ("DeploymentType", here.text("BLUE_GREEN")),
            ("DeploymentOption", here.text("WITH_TRAFFIC_CONTROL")),
        ];
        let role = self.role.clone().unwrap_or_else(|| here.get_att(ROLE, "Arn"));
        let mut type_ = self.type_.clone();
        name_configuration(&mut type_, false);
        group.set("ApplicationName", here.reference(APPLICATION));
        group.set("AutoRollbackConfiguration", here.map(rollback));
        group.set("DeploymentConfigName", type_);
        group.set("DeploymentStyle", here.map(style));
        group.set("ServiceRoleArn", role);
        group.set_some("TriggerConfigurations", self.triggers.as_ref());
        if let Some(given) = &self.tags {
            group.set("Tags", here.list(tags::list(here, given)));
        }
        if let Some(condition) = &self.condition {
            group.attribute("Condition", condition.clone());
        }
        Ok(group)
    }

    fn alarm_configuration(&self, alarms: &Node) -> Result<Node, Diagnostic> {
        if !is_if(alarms) {
            return self.alarms(alarms);
        }
        let arms = argument(alarms, "Fn::If").and_then(Node::as_list);
        let Some([condition, then, otherwise]) = arms else {
            return Err(self.error(alarms, "`Fn::If` of `Alarms` has to have three values"));
        };
        let arms = [condition.clone(), self.alarms(then)?, self.alarms(otherwise)?];
        let here = Here(alarms.place);
        Ok(here.map([("Fn::If", here.list(arms))]))
    }

    fn alarms(&self, alarms: &Node) -> Result<Node, Diagnostic> {
        let here = Here(alarms.place);
        let list = alarms.as_list().ok_or_else(|| {
            self.error(alarms, "`Alarms` of `DeploymentPreference` has to be a list")
        })?;
        if list.first().is_none_or(is_no_value) {
            return Ok(here.map(<[(&str, Node); 0]>::default()));
        }
        let named = list.iter().map(|alarm| here.map([("Name", alarm.clone())]));
        Ok(here.map([("Enabled", here.bool(true)), ("Alarms", here.list(named))]))
    }
}

/// Gives the names of `CodeDeploy`'s own configurations their prefix, also inside functions.
fn name_configuration(node: &mut Node, in_sub: bool) {
    let place = node.place;
    let here = Here(place);
    if is_intrinsic(node) {
        let in_sub = argument(node, "Fn::Sub").is_some();
        for (_, value) in node.as_map_mut().into_iter().flat_map(Map::iter_mut) {
            name_configuration(value, in_sub);
        }
        return;
    }
    if let Kind::List(items) = &mut node.kind {
        for item in items {
            name_configuration(item, false);
        }
    } else if let Some(name) = node.as_str().filter(|name| CONFIGURATIONS.contains(name)) {
        let text = "CodeDeployDefault.Lambda${ConfigName}";
        let variables = [("ConfigName", here.text(name))];
        // A `Fn::Sub` cannot stand inside of another one.
        *node = if in_sub {
            here.list([here.text(text), here.map(variables)])
        } else {
            here.sub_with(text, variables)
        };
    }
}
