//! SAS-6.1 `unpinned-image`: the image of a function is named by a tag, which can be moved.

use app_model::{Application, Code, Function, Setting, SmolStr};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, grants::texts, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 1 },
        name: "unpinned-image",
        summary: "The container image of a function is named by a tag, not by its digest",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[494, 829],
        since: "0.1.0",
        docs: include_str!("unpinned_image.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.functions
        .iter()
        .filter_map(|function| match &function.code {
            Code::Image(Some(image)) => finding(app, function, image),
            _ => None,
        })
        .collect()
}

fn finding(app: &Application, function: &Function, image: &Setting<SmolStr>) -> Option<Finding> {
    let (when, text, tag) = texts(&image.value)
        .into_iter()
        .find_map(|(when, text)| Some((when, text, mutable_tag(text)?)))?;
    let severity = if tag == "latest" { Severity::Medium } else { Severity::Low };
    let message = format!(
        "`{}` runs the image `{text}`: whoever can push to the repository moves `{tag}` to another \
         image",
        function.name
    );
    let when = function.when.and(&when)?;
    // The harm hangs on who can push, not on who can call.
    Some(
        RULE.info
            .finding(image.place, message)
            .about(app, function, None)
            .severity(severity)
            .property("ImageUri")
            .under(&when)
            .fix("Name the image by its digest: `repository@sha256:…`"),
    )
}

/// The tag that an image is named by, `latest` when there is none; `None` when the image is pinned
/// or the text does not tell.
fn mutable_tag(uri: &str) -> Option<&str> {
    // Without a registry it is an image on the machine that deploys, which `sam` uploads.
    let is_local = !uri.contains(['/', '$']);
    if is_local || uri.contains('@') {
        return None;
    }
    let name = uri.rsplit('/').next()?;
    if cloud_names::placeholders(uri).count() > 0 && name.starts_with("${") && name.ends_with('}') {
        return None;
    }
    match split_tag(name) {
        None if name.contains('$') || !uri.contains('.') => None,
        None => Some("latest"),
        Some(tag) if tag.contains("${") || is_content_hash(tag) => None,
        Some(tag) => Some(tag),
    }
}

/// What follows the last colon outside placeholders.
fn split_tag(name: &str) -> Option<&str> {
    let after = name.rfind('}').map_or(0, |at| at + 1);
    match name.get(after..)?.rsplit_once(':') {
        Some((_, tag)) => Some(tag),
        // `name:${Tag}`: known to the deployment only.
        None => name.split_once(":${").and_then(|(_, tag)| name.get(name.len() - tag.len() - 2..)),
    }
}

/// CDK tags an image with the hash of what it was built from.
fn is_content_hash(tag: &str) -> bool {
    tag.len() == 64 && tag.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::mutable_tag;

    #[test]
    fn tags_are_told_from_digests_and_ports() {
        let ecr = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders";
        assert_eq!(mutable_tag(&format!("{ecr}:latest")), Some("latest"));
        assert_eq!(mutable_tag(&format!("{ecr}:v1.2")), Some("v1.2"));
        assert_eq!(mutable_tag(ecr), Some("latest"));
        assert_eq!(mutable_tag(&format!("{ecr}@sha256:{}", "a".repeat(64))), None);
        assert_eq!(mutable_tag(&format!("{ecr}:v1@sha256:{}", "a".repeat(64))), None);
        assert_eq!(mutable_tag(&format!("{ecr}:{}", "0".repeat(64))), None);
    }

    #[test]
    fn placeholders_leave_the_tag_open() {
        let account = "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com";
        assert_eq!(mutable_tag(&format!("{account}/orders:prod")), Some("prod"));
        assert_eq!(mutable_tag(&format!("{account}/${{Repository}}:prod")), Some("prod"));
        assert_eq!(mutable_tag(&format!("{account}/orders:${{Tag}}")), None);
        assert_eq!(mutable_tag("${ImageUri}"), None);
        assert_eq!(mutable_tag("${Repository}:latest"), Some("latest"));
        // What `sam build` has named, without a registry.
        assert_eq!(mutable_tag("orders"), None);
        assert_eq!(mutable_tag("orders:latest"), None);
    }
}
