//! Dynamic references, `{{resolve:…}}`: values that CloudFormation reads while it deploys.

use source_text::SmolStr;

/// A value that deployment reads from a parameter or secret store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DynamicReference {
    /// `{{resolve:ssm:name:version}}`: a plain parameter.
    Ssm {
        /// Name of the parameter.
        name: SmolStr,
        /// Version; the latest when absent.
        version: Option<SmolStr>,
    },
    /// `{{resolve:ssm-secure:name:version}}`: an encrypted parameter.
    SsmSecure {
        /// Name of the parameter.
        name: SmolStr,
        /// Version; the latest when absent.
        version: Option<SmolStr>,
    },
    /// `{{resolve:secretsmanager:id:SecretString:key:stage:version}}`.
    SecretsManager {
        /// Name or ARN of the secret.
        secret: SmolStr,
        /// Key in the secret's JSON; the whole secret when absent.
        key: Option<SmolStr>,
        /// Version stage.
        stage: Option<SmolStr>,
        /// Version id.
        version: Option<SmolStr>,
    },
}

impl DynamicReference {
    /// Reads a text that is one dynamic reference and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let inner = text.trim().strip_prefix("{{resolve:")?.strip_suffix("}}")?;
        Self::parse_inner(inner)
    }

    /// Whether what it stands for is kept secret: not a plain parameter.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        !matches!(self, Self::Ssm { .. })
    }

    fn parse_inner(inner: &str) -> Option<Self> {
        let segments = segments(inner);
        let (service, rest) = segments.split_first()?;
        let text = |segment: Option<&&str>| {
            segment.map(|segment| segment.trim()).filter(|it| !it.is_empty()).map(SmolStr::new)
        };
        match service.trim() {
            "ssm" | "ssm-secure" => {
                let (name, version) = arn_or_name(rest, 6)?;
                let version = text(version.first());
                Some(if service.trim() == "ssm" {
                    Self::Ssm { name, version }
                } else {
                    Self::SsmSecure { name, version }
                })
            }
            "secretsmanager" => {
                let (secret, rest) = arn_or_name(rest, 7)?;
                Some(Self::SecretsManager {
                    secret,
                    key: text(rest.get(1)),
                    stage: text(rest.get(2)),
                    version: text(rest.get(3)),
                })
            }
            _ => None,
        }
    }
}

/// Every dynamic reference within a text, in order.
#[must_use]
pub fn dynamic_references(text: &str) -> Vec<DynamicReference> {
    text.split("{{resolve:")
        .skip(1)
        .filter_map(|rest| DynamicReference::parse_inner(rest.split_once("}}")?.0))
        .collect()
}

/// Whether a text is a dynamic reference to something secret, and so no secret itself.
#[must_use]
pub fn is_secret_reference(text: &str) -> bool {
    DynamicReference::parse(text).is_some_and(|reference| reference.is_secret())
}

/// The name, of `arn_length` segments when it is an ARN, and the segments after it.
fn arn_or_name<'a, 't>(
    segments: &'a [&'t str],
    arn_length: usize,
) -> Option<(SmolStr, &'a [&'t str])> {
    let length = if segments.first()?.trim() == "arn" { arn_length } else { 1 };
    let (name, rest) = segments.split_at_checked(length)?;
    let name = name.join(":");
    let name = name.trim();
    (!name.is_empty()).then(|| (SmolStr::new(name), rest))
}

/// Cuts at colons, but not within `${AWS::Region}`.
fn segments(text: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let mut start = 0;
    let mut braces = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            ':' if braces == 0 => {
                segments.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    segments.extend(text.get(start..));
    segments
}

#[cfg(test)]
mod tests {
    use super::{DynamicReference, dynamic_references, is_secret_reference};

    fn secret(secret: &str, key: Option<&str>) -> DynamicReference {
        let key = key.map(Into::into);
        DynamicReference::SecretsManager { secret: secret.into(), key, stage: None, version: None }
    }

    #[test]
    fn the_three_stores_are_told_apart() {
        let plain = DynamicReference::parse("{{resolve:ssm:/orders/url:3}}").unwrap();
        assert_eq!(
            plain,
            DynamicReference::Ssm { name: "/orders/url".into(), version: Some("3".into()) }
        );
        assert!(!plain.is_secret());
        assert!(is_secret_reference("{{resolve:ssm-secure:/orders/key}}"));
        assert!(is_secret_reference(" {{resolve:secretsmanager:orders:SecretString:password}} "));
    }

    #[test]
    fn a_secret_is_named_by_name_or_arn() {
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-a1B2c3";
        let by_arn = format!("{{{{resolve:secretsmanager:{arn}:SecretString:user::}}}}");
        assert_eq!(DynamicReference::parse(&by_arn), Some(secret(arn, Some("user"))));
        let arn = "arn:${AWS::Partition}:secretsmanager:eu-west-1:111122223333:secret:orders";
        let by_arn = format!("{{{{resolve:secretsmanager:{arn}}}}}");
        assert_eq!(DynamicReference::parse(&by_arn), Some(secret(arn, None)));
        let reference = "{{resolve:secretsmanager:${Orders}:SecretString:user}}";
        assert_eq!(DynamicReference::parse(reference), Some(secret("${Orders}", Some("user"))));
    }

    #[test]
    fn other_text_is_no_reference() {
        for text in ["", "{{resolve:", "{{resolve:}}", "{{resolve:ssm}}", "{{resolve:kms:x}}"] {
            assert_eq!(DynamicReference::parse(text), None, "{text}");
        }
        assert!(!is_secret_reference("{{resolve:ssm-secure:a}} and more"));
    }

    #[test]
    fn references_within_text_are_found() {
        let text = "u={{resolve:ssm:a}} p={{resolve:secretsmanager:orders}} {{resolve:ssm:open";
        assert_eq!(dynamic_references(text).len(), 2);
    }
}
