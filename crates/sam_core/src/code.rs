//! Where code lies: `CodeUri` and `ContentUri` as a location on S3 or a local path.

use source_text::{Diagnostic, Kind, Node, Place, SmolStr};

use crate::context::Context;
use crate::intrinsic::{Here, is_falsy};
use crate::resource::Sam;

/// The value of `Code` or `Content` for the property `name`.
///
/// Text of the form `s3://bucket/key` and a mapping with `Bucket` and `Key` become a mapping with
/// `S3Bucket` and `S3Key`. A local path stays text, as in a template before `aws cloudformation
/// package`, unless the options say that the template is packaged.
///
/// # Errors
/// The location is incomplete, of the wrong kind, or local in a packaged template.
pub fn location(
    context: &Context<'_>,
    sam: &Sam,
    name: &str,
    node: &Node,
) -> Result<Node, Diagnostic> {
    let here = Here(node.place);
    match &node.kind {
        Kind::Map(map) => {
            let part = |key: &str| map.get(key).filter(|node| !is_falsy(node));
            let (Some(bucket), Some(key)) = (part("Bucket"), part("Key")) else {
                let message = format!("`{name}` needs `Bucket` and `Key`; add them");
                return Err(sam.error(node.place, message));
            };
            let mut pairs = vec![("S3Bucket", bucket.clone()), ("S3Key", key.clone())];
            if let Some(version) = map.get("Version") {
                pairs.push(("S3ObjectVersion", version.clone()));
            }
            Ok(here.map(pairs))
        }
        Kind::Text(text) => from_text(context, sam, name, node.place, text),
        _ => {
            let message = format!("`{name}` is {}; write a path or a mapping", node.kind_name());
            Err(sam.error(node.place, message))
        }
    }
}

fn from_text(
    context: &Context<'_>,
    sam: &Sam,
    name: &str,
    place: Place,
    text: &SmolStr,
) -> Result<Node, Diagnostic> {
    let here = Here(place);
    if has_slashed_dynamic_reference(text) {
        let message = format!(
            "`{name}` holds a dynamic reference with a `/`, which cannot be told from the rest of \
             the location; write a mapping with `Bucket` and `Key`"
        );
        return Err(sam.error(place, message));
    }
    if let Some((bucket, key, version)) = s3_parts(text) {
        let mut pairs = vec![("S3Bucket", here.text(bucket)), ("S3Key", here.text(key))];
        if let Some(version) = version {
            pairs.push(("S3ObjectVersion", here.text(version)));
        }
        return Ok(here.map(pairs));
    }
    // `sam package` uploads local files only; it fetches nothing from elsewhere.
    if context.options.packaged || text.contains("://") {
        let message = format!(
            "`{name}` is not a location of the form `s3://bucket/key`; run `sam package` or fix it"
        );
        return Err(sam.error(place, message));
    }
    Ok(here.text(text.clone()))
}

/// Bucket, key and version of `s3://bucket/key?versionId=version`.
#[must_use]
pub fn s3_parts(text: &str) -> Option<(&str, &str, Option<&str>)> {
    let rest = text.strip_prefix("s3://")?;
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (bucket, key) = path.split_once('/')?;
    if bucket.is_empty() || bucket.contains(['[', ']']) {
        return None;
    }
    let mut versions = query.split('&').filter_map(|pair| pair.strip_prefix("versionId="));
    let version = versions.next().filter(|version| !version.is_empty());
    let version = if versions.next().is_some() { None } else { version };
    Some((bucket, key.trim_start_matches('/'), version))
}

/// Whether there is a `{{resolve:…}}` whose name has a slash.
fn has_slashed_dynamic_reference(text: &str) -> bool {
    text.split("{{resolve:").skip(1).filter_map(|tail| tail.split_once("}}")).any(
        |(reference, _)| {
            let service = reference.split(':').next().unwrap_or_default();
            matches!(service, "ssm" | "ssm-secure" | "secretsmanager") && reference.contains('/')
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{has_slashed_dynamic_reference, s3_parts};

    #[test]
    fn a_location_has_bucket_key_and_perhaps_a_version() {
        assert_eq!(s3_parts("s3://code/a/b.zip"), Some(("code", "a/b.zip", None)));
        assert_eq!(s3_parts("s3://code/b.zip?versionId=7"), Some(("code", "b.zip", Some("7"))));
        assert_eq!(s3_parts("s3://code"), None);
        assert_eq!(s3_parts("src/"), None);
    }

    #[test]
    fn only_a_reference_with_a_slash_is_in_the_way() {
        assert!(has_slashed_dynamic_reference("s3://{{resolve:ssm:/code/bucket:1}}/k"));
        assert!(!has_slashed_dynamic_reference("s3://{{resolve:ssm:bucket}}/k"));
    }
}
