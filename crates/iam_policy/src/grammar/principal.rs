//! `Principal` and `NotPrincipal`.

use cloud_names::{Arn, has_placeholder, is_account_id};
use source_text::{Kind, Map, Node, Place};

use super::{Checker, DocumentKind};

impl Checker {
    pub(super) fn principals(&mut self, map: &Map, place: Place) {
        let entry = map.entry("Principal").or_else(|| map.entry("NotPrincipal"));
        let Some(entry) = entry else {
            if self.kind.has_principals() {
                let message = "this statement has no `Principal`; say who it is about";
                self.refuse("no-principal", place, message);
            }
            return;
        };
        if !self.kind.has_principals() {
            let message = "a policy of an identity is about that identity; remove the principal";
            self.refuse("no-principal-here", entry.key_place, message);
            return;
        }
        let is_not = map.contains("NotPrincipal");
        match &entry.value.kind {
            Kind::Text(text) if text == "*" => {}
            Kind::Map(kinds) if !kinds.is_empty() => {
                for (kind, names) in kinds.entries() {
                    if !matches!(kind.as_str(), "AWS" | "Service" | "Federated" | "CanonicalUser") {
                        let message = format!(
                            "`{kind}` is no kind of principal; write `AWS`, `Service`, `Federated` \
                             or `CanonicalUser`"
                        );
                        self.refuse("principal-kind", names.key_place, message);
                        continue;
                    }
                    self.names(kind, &names.value);
                }
            }
            _ => {
                let message = "a principal is `\"*\"` or a mapping such as `{\"AWS\": \"…\"}`";
                self.refuse("principal-syntax", entry.value.place, message);
            }
        }
        if is_not && map.get("Effect").and_then(Node::as_str) == Some("Allow") {
            let message =
                "`NotPrincipal` with `Allow` allows everybody else in the world; use `Principal`";
            self.doubt("not-principal-allow", entry.key_place, message);
        }
        if self.kind == DocumentKind::ResourceControl && entry.value.as_str() != Some("*") {
            let message = "a resource control policy is about everybody; write `\"*\"`";
            self.refuse("principal-syntax", entry.value.place, message);
        }
    }

    fn names(&mut self, kind: &str, node: &Node) {
        let check = match kind {
            "AWS" => Self::aws_principal,
            "Service" => Self::service_principal,
            _ => |_: &mut Self, _: &str, _: Place| {},
        };
        self.texts(node, "no-principal", "principals", false, check);
    }

    fn aws_principal(&mut self, text: &str, place: Place) {
        if text == "*" || is_account_id(text) || has_placeholder(text) || is_unique_id(text) {
            return;
        }
        let Ok(arn) = Arn::parse(text) else {
            let message = format!("`{text}` is no account, ARN or `*`; write one of them");
            self.refuse("principal-syntax", place, message);
            return;
        };
        if !matches!(arn.service.as_str(), "iam" | "sts" | "cloudfront") {
            let message = format!("`{text}` is the ARN of no user, role or account");
            self.refuse("principal-syntax", place, message);
        }
        if text.contains(['*', '?']) {
            let message = format!(
                "`{text}`: wildcards take no part of a principal; use `aws:PrincipalArn` in a \
                 condition"
            );
            self.refuse("principal-wildcard", place, message);
        }
    }

    fn service_principal(&mut self, text: &str, place: Place) {
        if text == "*" || has_placeholder(text) {
            return;
        }
        let is_service = [".amazonaws.com", ".amazonaws.com.cn", ".aws.internal", ".amazonaws.eu"]
            .iter()
            .any(|end| text.ends_with(end));
        // Services outside of the usual domains exist, few and old.
        if !is_service && !text.contains('.') {
            let message =
                format!("`{text}` is no service; write `lambda.amazonaws.com` or the like");
            self.refuse("principal-syntax", place, message);
        }
    }
}

/// Ids that IAM shows in place of deleted users and roles: `AROA…`, `AIDA…`.
fn is_unique_id(text: &str) -> bool {
    text.len() >= 16
        && text.starts_with('A')
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
