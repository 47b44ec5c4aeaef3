//! Actions: `service:Name`, with wildcards.

use cloud_names::{Pattern, has_placeholder, is_only_wildcards};
use smol_str::SmolStr;

/// The `Action` of a statement, cut at its colon. Both parts are in lower case: IAM ignores case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ActionPattern {
    /// `s3`; `*` in `*`.
    pub service: SmolStr,
    /// `getobject`, `get*`, `*`.
    pub name: SmolStr,
}

impl ActionPattern {
    /// Reads `service:Name` or `*`. `None` for other texts, and for those with placeholders:
    /// nothing certain can be said of them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if has_placeholder(text) {
            return None;
        }
        if is_only_wildcards(text) {
            let star = SmolStr::new_static("*");
            return Some(Self { service: star.clone(), name: star });
        }
        let (service, name) = text.split_once(':')?;
        let fits = |part: &str, more: &[u8]| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
        };
        (fits(service, b"-*?") && fits(name, b"-_*?")).then(|| Self {
            service: service.to_ascii_lowercase().into(),
            name: name.to_ascii_lowercase().into(),
        })
    }

    /// Whether it is every action of every service.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        is_only_wildcards(&self.service) && is_only_wildcards(&self.name)
    }

    /// The service of which it is every action; `None` for `*`, which is more than one service.
    #[must_use]
    pub fn whole_service(&self) -> Option<&str> {
        let one_service = !self.service.contains(['*', '?']);
        (one_service && is_only_wildcards(&self.name)).then_some(&*self.service)
    }

    /// Whether it picks actions by a wildcard.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        self.service.contains(['*', '?']) || self.name.contains(['*', '?'])
    }

    /// The whole as a glob.
    #[must_use]
    pub fn glob(&self) -> Pattern {
        Pattern::ignoring_case(&self.to_string())
    }
}

impl std::fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_everything() {
            return f.write_str("*");
        }
        write!(f, "{}:{}", self.service, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::ActionPattern;

    #[test]
    fn a_prefix_wildcard_is_not_the_whole_service() {
        let whole = |text: &str| {
            ActionPattern::parse(text).and_then(|a| a.whole_service().map(str::to_owned))
        };
        assert_eq!(whole("s3:Get*"), None);
        assert_eq!(whole("S3:*").as_deref(), Some("s3"));
        assert_eq!(whole("*"), None);
        assert_eq!(whole("*:*"), None);
    }

    #[test]
    fn texts_that_are_no_action_are_told() {
        for text in ["", "s3", "s3:", ":Get", "${Service}:Get", "arn:aws:s3:::a", "s3:Get Object"] {
            assert_eq!(ActionPattern::parse(text), None, "{text}");
        }
        assert!(ActionPattern::parse("*:*").unwrap().is_everything());
    }
}
