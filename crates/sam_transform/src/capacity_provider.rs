//! `AWS::Serverless::CapacityProvider`: instances that functions run on, and their operator's role.

use sam_core::context::Context;
use sam_core::intrinsic::Here;
use sam_core::property::{Property, Shape, check, check_resource, optional, passed, required};
use sam_core::resource::{Expansion, Resource, Sam};
use sam_core::role::trust;
use sam_core::tags;
use source_text::{Diagnostic, Kind, Map, Node};

const PROPERTIES: [Property; 8] = [
    optional("CapacityProviderName", Shape::TextOrMap).literal(),
    required("VpcConfig", Shape::Map).literal(),
    optional("OperatorRole", Shape::TextOrMap).literal(),
    optional("Tags", Shape::Map).literal(),
    optional("PropagateTags", Shape::Bool).literal(),
    optional("InstanceRequirements", Shape::Map).literal(),
    optional("ScalingConfig", Shape::Map).literal(),
    optional("KmsKeyArn", Shape::TextOrMap).literal(),
];
const NETWORK: [Property; 2] = [
    optional("SecurityGroupIds", Shape::ListOfTextOrMap),
    required("SubnetIds", Shape::ListOfTextOrMap),
];
const INSTANCES: [Property; 3] = [
    optional("Architectures", Shape::ListOfTextOrMap),
    optional("AllowedTypes", Shape::ListOfTextOrMap),
    optional("ExcludedTypes", Shape::ListOfTextOrMap),
];
const SCALING: [Property; 2] = [passed("MaxVCpuCount"), passed("AverageCPUUtilization")];

/// Expands the resource.
pub(crate) fn expand(context: &mut Context<'_>, sam: &Sam) -> Expansion {
    check_resource(sam, "AWS::Serverless::CapacityProvider", &PROPERTIES)?;
    let role = sam.truthy("OperatorRole").is_none().then(|| operator_role(context, sam));
    let mut provider = sam.main(sam.id.clone(), "AWS::Lambda::CapacityProvider");
    provider.set_some("CapacityProviderName", sam.truthy("CapacityProviderName"));
    if let Some(node) = sam.get("VpcConfig") {
        let network = section(sam, "VpcConfig", node, &NETWORK)?;
        let mut kept = Resource::new("", "", node.place);
        kept.copy(network, &["SubnetIds", "SecurityGroupIds"]);
        provider.set("VpcConfig", Node::new(node.place, Kind::Map(kept.properties)));
    }
    let made = role.as_ref().map(|role| role.get_att("Arn"));
    if let Some(arn) = made.or_else(|| sam.get("OperatorRole").cloned()) {
        let here = Here(arn.place);
        provider.set("PermissionsConfig", here.map([("CapacityProviderOperatorRoleArn", arn)]));
    }
    provider.set("Tags", tag_list(sam, true));
    if let Some(node) = sam.truthy("InstanceRequirements") {
        provider.set("InstanceRequirements", instances(sam, node)?);
    }
    if let Some(node) = sam.truthy("ScalingConfig") {
        provider.set("CapacityProviderScalingConfig", scaling(sam, node)?);
    }
    provider.set_some("KmsKeyArn", sam.truthy("KmsKeyArn"));
    Ok(role.into_iter().chain([provider]).collect())
}

fn section<'n>(
    sam: &Sam,
    name: &str,
    node: &'n Node,
    known: &[Property],
) -> Result<&'n Map, Diagnostic> {
    let map = node.as_map().ok_or_else(|| {
        sam.error(node.place, format!("`{name}` has to be a mapping, and is {}", node.kind_name()))
    })?;
    check(sam, &format!("`{name}`"), node.place, map, known)?;
    Ok(map)
}

/// The tags of the provider, or those of the role that is made beside it.
fn tag_list(sam: &Sam, given: bool) -> Node {
    let here = sam.here();
    let mut map = Map::new();
    if let Some(tags) = sam.get("Tags").and_then(Node::as_map).filter(|_| given) {
        map = tags.clone();
    }
    map.insert("lambda:createdBy", here.text("SAM"));
    here.list(tags::list(here, &map))
}

fn operator_role(context: &Context<'_>, sam: &Sam) -> Resource {
    let here = sam.here();
    let partition = context.partition();
    let arn = format!("arn:{partition}:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator");
    let mut role = sam.child(format!("{}OperatorRole", sam.id), "AWS::IAM::Role");
    role.set("AssumeRolePolicyDocument", trust(here, "lambda.amazonaws.com"));
    role.set("ManagedPolicyArns", here.list([here.text(arn)]));
    let mut own = tag_list(sam, false);
    if sam.truthy("PropagateTags").is_some()
        && let Some(given) = sam.truthy("Tags").and_then(Node::as_map)
        && let Kind::List(list) = &mut own.kind
    {
        list.extend(tags::list(here, given));
    }
    role.set("Tags", own);
    role
}

fn instances(sam: &Sam, node: &Node) -> Result<Node, Diagnostic> {
    let given = section(sam, "InstanceRequirements", node, &INSTANCES)?;
    let property = |name: &str| given.get(name).filter(|node| !node.is_null());
    if let (Some(_), Some(excluded)) = (property("AllowedTypes"), property("ExcludedTypes")) {
        let message = "`AllowedTypes` and `ExcludedTypes` exclude each other; remove one";
        return Err(sam.error(excluded.place, message));
    }
    let pairs = [
        ("Architectures", "Architectures"),
        ("AllowedTypes", "AllowedInstanceTypes"),
        ("ExcludedTypes", "ExcludedInstanceTypes"),
    ];
    let pairs = pairs.into_iter().filter_map(|(from, to)| Some((to, property(from)?.clone())));
    Ok(Here(node.place).map(pairs))
}

fn scaling(sam: &Sam, node: &Node) -> Result<Node, Diagnostic> {
    let given = section(sam, "ScalingConfig", node, &SCALING)?;
    let here = Here(node.place);
    let mut config = Map::new();
    if let Some(count) = given.get("MaxVCpuCount").filter(|count| !count.is_null()) {
        config.insert("MaxVCpuCount", count.clone());
    }
    match given.get("AverageCPUUtilization").filter(|target| !target.is_null()) {
        Some(target) => {
            let metric = here.text("LambdaCapacityProviderAverageCPUUtilization");
            let policy = [("PredefinedMetricType", metric), ("TargetValue", target.clone())];
            config.insert("ScalingMode", here.text("Manual"));
            config.insert("ScalingPolicies", here.list([here.map(policy)]));
        }
        None => {
            config.insert("ScalingMode", here.text("Auto"));
        }
    }
    Ok(Node::new(node.place, Kind::Map(config)))
}

#[cfg(test)]
mod tests {
    use source_text::{Node, Place};

    use super::{instances, scaling};
    use sam_core::resource::Sam;

    #[test]
    fn a_target_utilization_makes_scaling_manual() {
        let place = Place::default();
        let sam = Sam::new("Pool".into(), place, Node::null(place));
        let given = Node::map(place, [("AverageCPUUtilization", Node::integer(place, 70))]);
        let config = scaling(&sam, &given).ok();
        let mode = config.as_ref().and_then(|config| config.get("ScalingMode")?.as_str());
        assert_eq!(mode, Some("Manual"));
    }

    #[test]
    fn allowed_and_excluded_types_exclude_each_other() {
        let place = Place::default();
        let sam = Sam::new("Pool".into(), place, Node::null(place));
        let types = || Node::list(place, vec![Node::text(place, "m7g.large")]);
        let both = Node::map(place, [("AllowedTypes", types()), ("ExcludedTypes", types())]);
        assert!(instances(&sam, &both).is_err());
        let one = Node::map(place, [("AllowedTypes", types())]);
        assert!(instances(&sam, &one).is_ok());
    }
}
