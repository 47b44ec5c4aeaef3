//! `FunctionUrlConfig`: the URL of a function and, when it is public, who may call it.

use sam_core::intrinsic::{Here, is_falsy, is_intrinsic};
use sam_core::resource::{Expansion, Resource, Sam};
use source_text::{Diagnostic, Kind, Node};

/// Makes the URL and the permissions that a public one needs.
pub(super) fn expand(sam: &Sam, function: &Resource, alias: Option<&Resource>) -> Expansion {
    let Some(config) = sam.truthy("FunctionUrlConfig") else { return Ok(Vec::new()) };
    check_auth_type(sam, config)?;
    check_cors(sam, config)?;
    let here = Here(config.place);
    let target = alias.unwrap_or(function).reference();
    let mut url = sam.child(format!("{}Url", sam.id), "AWS::Lambda::Url");
    url.place = config.place;
    url.set_some("Cors", config.get("Cors").filter(|node| !is_falsy(node)));
    url.set_some("AuthType", config.get("AuthType"));
    url.set("TargetFunctionArn", target.clone());
    url.set_some("InvokeMode", config.get("InvokeMode"));
    let mut resources = vec![url];
    let auth = config.get("AuthType").filter(|node| node.as_str() == Some("NONE"));
    let Some(auth) = auth.filter(|_| !is_intrinsic(config)) else { return Ok(resources) };
    let permission = |suffix: &str, action: &str| {
        let mut made = sam.child(format!("{}{suffix}", sam.id), "AWS::Lambda::Permission");
        made.place = auth.place;
        made.set("Action", here.text(action));
        made.set("FunctionName", target.clone());
        made.set("Principal", Here(auth.place).text("*"));
        made
    };
    let mut call = permission("UrlPublicPermissions", "lambda:InvokeFunctionUrl");
    call.set("FunctionUrlAuthType", auth.clone());
    let mut invoke = permission("URLInvokeAllowPublicAccess", "lambda:InvokeFunction");
    invoke.set("InvokedViaFunctionUrl", here.bool(true));
    resources.extend([call, invoke]);
    Ok(resources)
}

fn check_auth_type(sam: &Sam, config: &Node) -> Result<(), Diagnostic> {
    if is_intrinsic(config) {
        return Ok(());
    }
    let auth = config.get("AuthType");
    if auth
        .is_some_and(|node| is_intrinsic(node) || matches!(node.as_str(), Some("AWS_IAM" | "NONE")))
    {
        return Ok(());
    }
    let place = auth.map_or(config.place, |node| node.place);
    Err(sam.error(place, "`FunctionUrlConfig` needs `AuthType`: `AWS_IAM` or `NONE`"))
}

fn check_cors(sam: &Sam, config: &Node) -> Result<(), Diagnostic> {
    let Some(cors) = config.get("Cors").filter(|node| !is_falsy(node) && !is_intrinsic(node))
    else {
        return Ok(());
    };
    if is_intrinsic(config) {
        return Ok(());
    }
    let Some(map) = cors.as_map() else {
        return Err(sam.error(cors.place, "`Cors` of `FunctionUrlConfig` is not a mapping"));
    };
    for (name, entry) in map.entries() {
        let kind = &entry.value.kind;
        let (fits, words) = match name.as_str() {
            "AllowOrigins" | "AllowMethods" | "AllowHeaders" | "ExposeHeaders" => {
                (matches!(kind, Kind::List(_)), "a list")
            }
            "AllowCredentials" => (matches!(kind, Kind::Bool(_)), "`true` or `false`"),
            "MaxAge" => (matches!(kind, Kind::Number(_)), "a whole number"),
            _ => {
                let message = format!("`Cors` of `FunctionUrlConfig` has no property `{name}`");
                return Err(sam.error(entry.key_place, message));
            }
        };
        if !fits && !is_intrinsic(&entry.value) {
            let found = entry.value.kind_name();
            let message =
                format!("`{name}` in `Cors` of `FunctionUrlConfig` is {found}; write {words}");
            return Err(sam.error(entry.value.place, message));
        }
    }
    Ok(())
}
