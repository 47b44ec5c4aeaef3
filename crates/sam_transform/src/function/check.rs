//! What a function may have, and what does not go together.

use sam_core::property::{Property, Shape, optional, passed};
use sam_core::resource::Sam;
use source_text::{Diagnostic, Node};

/// The properties of `AWS::Serverless::Function`.
pub(super) const PROPERTIES: [Property; 49] = [
    optional("FunctionName", Shape::TextOrMap),
    passed("Handler"),
    passed("Runtime"),
    passed("CodeUri"),
    passed("ImageUri"),
    passed("PackageType"),
    passed("InlineCode"),
    optional("DeadLetterQueue", Shape::Map),
    passed("Description"),
    passed("MemorySize"),
    passed("Timeout"),
    passed("VpcConfig"),
    optional("Role", Shape::Text),
    optional("AssumeRolePolicyDocument", Shape::Map),
    optional("Policies", Shape::TextMapOrList),
    passed("RolePath"),
    optional("PermissionsBoundary", Shape::Text),
    optional("Environment", Shape::MapOfMap),
    optional("Events", Shape::MapOfMap),
    optional("Tags", Shape::Map),
    optional("PropagateTags", Shape::Bool),
    optional("Tracing", Shape::TextOrMap),
    passed("KmsKeyArn"),
    optional("DeploymentPreference", Shape::Map),
    passed("ReservedConcurrentExecutions"),
    optional("Layers", Shape::ListOfTextOrMap),
    optional("EventInvokeConfig", Shape::Map),
    passed("EphemeralStorage"),
    optional("AutoPublishAlias", Shape::Text),
    optional("AutoPublishCodeSha256", Shape::Text),
    optional("AutoPublishAliasAllProperties", Shape::Bool).literal(),
    passed("VersionDescription"),
    passed("ProvisionedConcurrencyConfig"),
    passed("FileSystemConfigs"),
    passed("ImageConfig"),
    passed("CodeSigningConfigArn"),
    passed("Architectures"),
    optional("SnapStart", Shape::Map),
    optional("FunctionUrlConfig", Shape::Map),
    passed("RuntimeManagementConfig"),
    passed("LoggingConfig"),
    passed("RecursiveLoop"),
    passed("SourceKMSKeyArn"),
    optional("CapacityProviderConfig", Shape::Map),
    optional("FunctionScalingConfig", Shape::Map),
    optional("VersionDeletionPolicy", Shape::OneOf(&["Delete", "Retain"])),
    passed("PublishToLatestPublished"),
    passed("TenancyConfig"),
    optional("DurableConfig", Shape::Map),
];

/// Checks what does not depend on other resources.
///
/// # Errors
/// Properties that exclude each other, or one that needs another.
pub(super) fn check(sam: &Sam) -> Result<(), Diagnostic> {
    for (one, other) in [
        ("CapacityProviderConfig", "ProvisionedConcurrencyConfig"),
        ("CapacityProviderConfig", "VpcConfig"),
    ] {
        if sam.get(one).is_some() && sam.get(other).is_some() {
            let message = format!("`{one}` and `{other}` exclude each other; remove one");
            return Err(sam.error(sam.place_of(other), message));
        }
    }
    for (one, needed) in [
        ("FunctionScalingConfig", "CapacityProviderConfig"),
        ("VersionDeletionPolicy", "AutoPublishAlias"),
    ] {
        if sam.get(one).is_some() && sam.get(needed).is_none() {
            let message = format!("`{one}` has no effect without `{needed}`; add it");
            return Err(sam.error(sam.place_of(one), message));
        }
    }
    if sam.truthy("ProvisionedConcurrencyConfig").is_some()
        && sam.truthy("AutoPublishAlias").is_none()
    {
        let message = "`ProvisionedConcurrencyConfig` needs an alias; set `AutoPublishAlias`";
        return Err(sam.error(sam.place_of("ProvisionedConcurrencyConfig"), message));
    }
    check_dead_letter_queue(sam)?;
    check_tenancy(sam)
}

fn check_dead_letter_queue(sam: &Sam) -> Result<(), Diagnostic> {
    let Some(queue) = sam.truthy("DeadLetterQueue") else { return Ok(()) };
    let set = |name: &str| queue.get(name).filter(|node| !sam_core::intrinsic::is_falsy(node));
    let (Some(kind), Some(_)) = (set("Type"), set("TargetArn")) else {
        let message = "`DeadLetterQueue` needs `Type` and `TargetArn`; add them";
        return Err(sam.error(queue.place, message));
    };
    if !matches!(kind.as_str(), Some("SQS" | "SNS")) {
        let message = "`Type` of `DeadLetterQueue` is neither `SQS` nor `SNS`";
        return Err(sam.error(kind.place, message));
    }
    Ok(())
}

fn check_tenancy(sam: &Sam) -> Result<(), Diagnostic> {
    if sam.truthy("TenancyConfig").is_none() {
        return Ok(());
    }
    for name in ["ProvisionedConcurrencyConfig", "FunctionUrlConfig", "SnapStart"] {
        if sam.truthy(name).is_some() {
            let message = format!("`{name}` does not work with `TenancyConfig`; remove one");
            return Err(sam.error(sam.place_of(name), message));
        }
    }
    let events = sam.truthy("Events").and_then(Node::as_map);
    for event in events.into_iter().flat_map(source_text::Map::values) {
        let kind = event.get("Type").and_then(Node::as_str).unwrap_or_default();
        if !matches!(kind, "Api" | "HttpApi") {
            let message = format!(
                "an event of type `{kind}` does not work with `TenancyConfig`, only `Api` and `HttpApi`"
            );
            return Err(sam.error(event.place, message));
        }
    }
    Ok(())
}
