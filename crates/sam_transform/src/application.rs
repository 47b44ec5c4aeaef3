//! `AWS::Serverless::Application`: a nested stack.

use sam_core::context::Context;
use sam_core::intrinsic::{is_falsy, is_intrinsic};
use sam_core::property::{Property, Shape, check_resource, optional, required};
use sam_core::resource::{Expansion, Sam};
use sam_core::tags;
use source_text::{Diagnostic, Map, Node, SmolStr};

const PROPERTIES: [Property; 5] = [
    required("Location", Shape::TextOrMap),
    optional("Parameters", Shape::Map),
    optional("NotificationARNs", Shape::ListOfTextOrMap),
    optional("Tags", Shape::Map),
    optional("TimeoutInMinutes", Shape::Integer),
];

/// Expands the resource.
///
/// A template at a path or URL is named by `TemplateURL`. The URL of an application of the
/// Serverless Application Repository is only known to AWS, so it is left out.
pub(crate) fn expand(context: &mut Context<'_>, sam: &Sam) -> Expansion {
    check_resource(sam, "AWS::Serverless::Application", &PROPERTIES)?;
    let mut stack = sam.child(sam.id.clone(), "AWS::CloudFormation::Stack");
    if let Some(depends_on) = sam.attribute("DependsOn") {
        stack.attribute("DependsOn", depends_on.clone());
    }
    stack.copy(&sam.properties, &["Parameters", "NotificationARNs", "TimeoutInMinutes"]);
    let mut published = Map::new();
    match sam.get("Location") {
        Some(location) if location.as_map().is_some() => {
            published = published_application(context, sam, location)?;
        }
        location => {
            stack.set_some("TemplateURL", location);
        }
    }
    let tags = tags::with_created_by(sam, ("lambda:createdBy", "SAM"), &published)?;
    stack.set("Tags", tags);
    Ok(vec![stack])
}

/// The tags that say which published application the stack is made from.
fn published_application(
    context: &mut Context<'_>,
    sam: &Sam,
    location: &Node,
) -> Result<Map, Diagnostic> {
    let mut tags = Map::new();
    for (name, tag) in [
        ("ApplicationId", "serverlessrepo:applicationId"),
        ("SemanticVersion", "serverlessrepo:semanticVersion"),
    ] {
        let written = location.get(name).filter(|node| !is_falsy(node)).ok_or_else(|| {
            sam.error(location.place, format!("`Location` has no `{name}`; add it"))
        })?;
        let value = context.resolved_with_mappings(written);
        if is_intrinsic(&value) {
            let message = format!(
                "`{name}` has to be known before the deployment; only `Ref` of a parameter and \
                 `Fn::FindInMap` can stand here"
            );
            return Err(sam.error(written.place, message));
        }
        if value.as_str().is_none() {
            let message = format!("`{name}` is {}; write text", value.kind_name());
            return Err(sam.error(written.place, message));
        }
        if name == "ApplicationId" && !value.as_str().is_some_and(is_application_arn) {
            let id = value.scalar_text().unwrap_or_default();
            let message = format!(
                "`{id}` is not the ARN of a published application; the repository will not find it"
            );
            context.fail(&sam.id, written.place, message);
        }
        tags.insert(SmolStr::new_static(tag), value);
    }
    Ok(tags)
}

fn is_application_arn(id: &str) -> bool {
    id.starts_with("arn:") && id.contains(":serverlessrepo:") && id.contains(":applications/")
}

#[cfg(test)]
mod tests {
    use super::is_application_arn;

    #[test]
    fn only_arns_of_the_repository_name_applications() {
        assert!(is_application_arn(
            "arn:aws-cn:serverlessrepo:cn-north-1:111122223333:applications/orders"
        ));
        assert!(!is_application_arn("arn:aws:s3:::applications/orders"));
        assert!(!is_application_arn("orders"));
    }
}
