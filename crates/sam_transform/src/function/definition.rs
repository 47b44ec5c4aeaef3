//! The `AWS::Lambda::Function` itself.

use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_falsy};
use sam_core::resource::{Resource, Sam};
use sam_core::{code, tags};
use source_text::{Diagnostic, Map, Node, SmolStr};

/// Properties that are passed on as they are.
const PASSED: [&str; 22] = [
    "Handler",
    "Runtime",
    "Description",
    "MemorySize",
    "Timeout",
    "VpcConfig",
    "Role",
    "Environment",
    "KmsKeyArn",
    "ReservedConcurrentExecutions",
    "Layers",
    "FileSystemConfigs",
    "ImageConfig",
    "PackageType",
    "Architectures",
    "SnapStart",
    "EphemeralStorage",
    "CodeSigningConfigArn",
    "RuntimeManagementConfig",
    "LoggingConfig",
    "TenancyConfig",
    "RecursiveLoop",
];

/// Makes the function.
///
/// # Errors
/// The code, the package type or another property is not valid.
pub(super) fn build(context: &Context<'_>, sam: &Sam) -> Result<Resource, Diagnostic> {
    let mut function = sam.main(sam.id.clone(), "AWS::Lambda::Function");
    if let Some(code) = code(context, sam)? {
        function.set("Code", code);
    }
    function.set_some("FunctionName", sam.truthy("FunctionName"));
    function.copy(&sam.properties, &PASSED);
    function.copy(&sam.properties, &["DurableConfig", "PublishToLatestPublished"]);
    function.set_some("FunctionScalingConfig", sam.truthy("FunctionScalingConfig"));
    let tags = tags::with_created_by(sam, ("lambda:createdBy", "SAM"), &Map::new())?;
    function.set("Tags", tags);
    if let Some(tracing) = tracing(context, sam) {
        function.set("TracingConfig", Here(tracing.place).map([("Mode", tracing.clone())]));
    }
    if let Some(queue) = sam.truthy("DeadLetterQueue")
        && let Some(target) = queue.get("TargetArn")
    {
        function.set("DeadLetterConfig", Here(queue.place).map([("TargetArn", target.clone())]));
    }
    if let Some(config) = sam.truthy("CapacityProviderConfig") {
        function.set("CapacityProviderConfig", capacity_provider(sam, config)?);
    }
    check_package_type(context, sam)?;
    Ok(function)
}

/// `Tracing`, unless it is absent or says `Disabled`.
pub(super) fn tracing<'a>(context: &Context<'_>, sam: &'a Sam) -> Option<&'a Node> {
    let tracing = sam.truthy("Tracing")?;
    (context.resolved(tracing).as_str() != Some("Disabled")).then_some(tracing)
}

fn package_type(sam: &Sam) -> Result<SmolStr, Diagnostic> {
    let Some(node) = sam.truthy("PackageType") else { return Ok(SmolStr::new_static("Zip")) };
    match node.as_str() {
        Some(text @ ("Zip" | "Image")) => Ok(SmolStr::new(text)),
        _ => Err(sam.error(node.place, "`PackageType` is neither `Zip` nor `Image`")),
    }
}

fn code(context: &Context<'_>, sam: &Sam) -> Result<Option<Node>, Diagnostic> {
    let is_image = package_type(sam)? == "Image";
    if is_image {
        return match sam.truthy("ImageUri") {
            Some(uri) => Ok(Some(Here(uri.place).map([("ImageUri", uri.clone())]))),
            // Before `sam build` the image is only described under `Metadata`.
            None if !context.options.packaged => Ok(None),
            None => Err(sam.error(sam.place, "an image needs `ImageUri`; add it")),
        };
    }
    let mut code = if let Some(inline) = sam.get("InlineCode") {
        Here(inline.place).map([("ZipFile", inline.clone())])
    } else if let Some(uri) = sam.get("CodeUri") {
        code::location(context, sam, "CodeUri", uri)?
    } else if context.options.packaged {
        let message = "there is no code; set `CodeUri` or `InlineCode`";
        return Err(sam.error(sam.place, message));
    } else {
        // `sam build` takes the folder of the template then.
        sam.here().text(".")
    };
    if let Some(key) = sam.truthy("SourceKMSKeyArn")
        && let Some(map) = code.as_map_mut()
    {
        map.insert("SourceKMSKeyArn", key.clone());
    }
    Ok(Some(code))
}

fn check_package_type(context: &Context<'_>, sam: &Sam) -> Result<(), Diagnostic> {
    if package_type(sam)? == "Image" {
        for name in ["Handler", "Runtime", "Layers"] {
            if sam.truthy(name).is_some() {
                let message = format!("an image has no `{name}`; remove it");
                return Err(sam.error(sam.place_of(name), message));
            }
        }
        return Ok(());
    }
    for name in ["Runtime", "Handler"] {
        // Inline code of the author's template may still lack what the deployment would need.
        if sam.truthy(name).is_none() {
            let message = format!("a function that is not an image needs `{name}`; add it");
            let place = if context.options.packaged { sam.place } else { sam.place_of(name) };
            return Err(sam.error(place, message));
        }
    }
    if sam.truthy("ImageConfig").is_some() {
        let message = "`ImageConfig` is for images only; remove it or set `PackageType: Image`";
        return Err(sam.error(sam.place_of("ImageConfig"), message));
    }
    Ok(())
}

fn capacity_provider(sam: &Sam, config: &Node) -> Result<Node, Diagnostic> {
    let names = [
        ("Arn", "CapacityProviderArn"),
        ("PerExecutionEnvironmentMaxConcurrency", "PerExecutionEnvironmentMaxConcurrency"),
        ("ExecutionEnvironmentMemoryGiBPerVCpu", "ExecutionEnvironmentMemoryGiBPerVCpu"),
    ];
    let Some(map) = config.as_map() else {
        return Err(sam.error(config.place, "`CapacityProviderConfig` is not a mapping"));
    };
    for (name, entry) in map.entries() {
        if !names.iter().any(|(known, _)| known == name) {
            let message = format!("`CapacityProviderConfig` has no property `{name}`; remove it");
            return Err(sam.error(entry.key_place, message));
        }
    }
    if map.get("Arn").is_none_or(is_falsy) {
        return Err(sam.error(config.place, "`CapacityProviderConfig` needs `Arn`; add it"));
    }
    let here = Here(config.place);
    let pairs = names.iter().filter_map(|(name, target)| {
        map.get(name).filter(|node| !node.is_null()).map(|node| (*target, node.clone()))
    });
    Ok(here.map([("LambdaManagedInstancesCapacityProviderConfig", here.map(pairs))]))
}
