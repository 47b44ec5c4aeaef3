//! `Resource` and `NotResource`: ARNs, or `*`.

use cloud_names::{Arn, has_placeholder, is_only_wildcards, is_partition};
use source_text::{Map, Place};

use super::{Checker, DocumentKind};

/// What the path of an IAM resource may begin with.
///
/// Source: Service Authorization Reference, "Resource types defined by AWS IAM" (read 2026-11-26).
const IAM_PATHS: [&str; 14] = [
    "user/",
    "federated-user/",
    "role/",
    "role-template/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// Resources of S3 whose ARN has a region and an account. Buckets and objects have neither.
const REGIONAL_S3: [&str; 6] =
    ["accesspoint", "job/", "storage-lens", "access-grants", "async-request/", "*"];

impl Checker {
    pub(super) fn resources(&mut self, map: &Map, place: Place) {
        let node = map.get("Resource").or_else(|| map.get("NotResource"));
        match (node, self.kind) {
            (Some(node), DocumentKind::Trust) => {
                let message =
                    "a trust policy is about its role and names no resources; remove this";
                self.refuse("no-resource-here", node.place, message);
            }
            (Some(node), _) => self.texts(node, "no-resource", "resources", true, Self::resource),
            // What a resource's policy does not say holds for the resource itself.
            (None, DocumentKind::Trust | DocumentKind::Resource) => {}
            (None, _) => {
                self.refuse("no-resource", place, "this statement has no `Resource`; add one");
            }
        }
    }

    fn resource(&mut self, text: &str, place: Place) {
        // `${RoleArn}` is for whoever fills the document in.
        if is_only_wildcards(text) || text.starts_with("${") {
            return;
        }
        // API Gateway completes `execute-api:/stage/GET/path` to the ARN of the API.
        if self.kind == DocumentKind::Resource && text.starts_with("execute-api:/") {
            return;
        }
        let Ok(arn) = Arn::parse_pattern(text) else {
            let message = format!("`{text}` is no ARN; write a whole one or `*`");
            self.refuse("resource-not-arn", place, message);
            return;
        };
        let refuse = |checker: &mut Self, message: String| {
            checker.refuse("resource-arn", place, message);
        };
        let parts = text.split(':').count();
        if !is_partition(&arn.partition) && arn.partition != "*" && !has_placeholder(&arn.partition)
        {
            let message = format!("`{}` is no partition of AWS; write `aws`", arn.partition);
            refuse(self, message);
        }
        if parts < 3 || arn.service.is_empty() {
            refuse(self, format!("`{text}` names no service; complete the ARN"));
            return;
        }
        if arn.service.contains(['*', '?']) && !has_placeholder(&arn.service) {
            let message =
                format!("`{}` stands for a service, which takes no wildcards", arn.service);
            refuse(self, message);
        } else if parts < 6 && !has_placeholder(text) {
            let message = format!("`{text}` is an ARN cut short; what is missing is taken as `*`");
            self.doubt("resource-short", place, message);
        }
        match arn.service.as_str() {
            "s3" => self.s3(text, &arn, place),
            "iam" => self.iam(&arn, place),
            _ => {}
        }
    }

    fn s3(&mut self, text: &str, arn: &Arn, place: Place) {
        let is_open = |part: &str| has_placeholder(part) || part.contains('*');
        let is_regional = REGIONAL_S3.iter().any(|start| arn.resource.starts_with(start))
            || has_placeholder(&arn.resource);
        if !arn.region.is_empty() && !is_open(&arn.region) && !is_regional {
            let message = format!("buckets have no region; write `arn:aws:s3:::…`, not `{text}`");
            self.refuse("resource-arn", place, message);
        } else if !arn.account.is_empty() && !is_open(&arn.account) && text.split(':').count() < 6 {
            let message = format!("`{text}` lacks a colon; write `arn:aws:s3:::{}`", arn.account);
            self.refuse("resource-arn", place, message);
        }
    }

    fn iam(&mut self, arn: &Arn, place: Place) {
        if !arn.region.is_empty() && !arn.region.contains('*') && !has_placeholder(&arn.region) {
            let message = format!("IAM has no regions; leave `{}` out", arn.region);
            self.refuse("resource-arn", place, message);
        }
        let path = arn.resource.as_str();
        let is_open = path.starts_with(['*', '?']) || has_placeholder(path) || path == "root";
        let literal = path.split(['*', '?']).next().unwrap_or_default();
        let is_cut = literal.len() < path.len();
        let fits = IAM_PATHS
            .iter()
            .any(|start| path.starts_with(start) || (is_cut && start.starts_with(literal)));
        if !is_open && !fits {
            let message =
                format!("`{path}` is no resource of IAM; write `role/…`, `user/…` or `policy/…`");
            self.refuse("resource-arn", place, message);
        }
    }
}
