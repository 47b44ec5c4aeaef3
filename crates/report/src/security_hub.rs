//! The AWS Security Finding Format: what Security Hub takes in.
//!
//! Source: Security Hub User Guide, "Required ASFF attributes", "Optional top-level ASFF attributes"
//! (read 2026-11-27).

use serde_json::{Map, Value, json};

use safe_text::visible;

/// Version of the form.
const SCHEMA: &str = "2018-10-08";

/// Why Security Hub would not take a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityHubError {
    /// It names no account, or something else than twelve digits.
    NoAccount,
    /// It names no region.
    NoRegion,
}

impl std::fmt::Display for SecurityHubError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self {
            Self::NoAccount => "an account of twelve digits",
            Self::NoRegion => "a region",
        };
        write!(f, "Security Hub asks for {what}, none is known")
    }
}

impl std::error::Error for SecurityHubError {}

/// What every finding for Security Hub has; texts are cut to what it takes.
#[derive(Clone, Debug, Default)]
pub struct SecurityHubFinding<'a> {
    /// What names the finding within the account and region.
    pub key: &'a str,
    /// Id of the rule.
    pub rule_id: &'a str,
    /// Account, twelve digits.
    pub account: &'a str,
    /// Region: `eu-west-1`.
    pub region: &'a str,
    /// Types of the taxonomy of findings: `TTPs`.
    pub types: &'a [&'a str],
    /// Time, RFC 3339 in UTC.
    pub time: &'a str,
    /// `critical`, `high`, `medium`, `low`, `informational`.
    pub severity: &'a str,
    /// Title; at most 256 characters are kept.
    pub title: &'a str,
    /// Description; at most 1,024 characters are kept.
    pub description: &'a str,
    /// What else is to be said, by name; the first 50 are kept, 2,048 characters of each.
    pub product_fields: Vec<(String, String)>,
    /// What it is about: type, id, details as texts; the account when there is none. 32 are kept.
    pub resources: Vec<SecurityHubResource>,
}

/// What a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityHubResource {
    /// `AwsLambdaFunction`, `Other`, …
    pub kind: &'static str,
    /// ARN, or another id; at most 512 characters are kept.
    pub id: String,
    /// Whether it is known to be in the account and region of the finding.
    pub is_in_region: bool,
    /// Details for which the type has no field, by name; at most 1,024 characters of each are kept.
    pub details: Vec<(&'static str, String)>,
}

impl SecurityHubFinding<'_> {
    /// The finding as JSON; fields may be added to it.
    ///
    /// # Errors
    /// [`SecurityHubError`] without an account or region, of which the ARN of the product is made.
    pub fn to_json(&self) -> Result<Map<String, Value>, SecurityHubError> {
        let Self { account, region, .. } = *self;
        if !is_account(account) {
            return Err(SecurityHubError::NoAccount);
        }
        if !is_region(region) {
            return Err(SecurityHubError::NoRegion);
        }
        let partition = partition(region);
        let severity =
            json!({"Label": self.severity.to_ascii_uppercase(), "Original": self.severity});
        let title = cut(self.title, 256);
        // At least one character is asked for.
        let title = if title.trim().is_empty() { cut(self.rule_id, 256) } else { title };
        let fields = self.product_fields.iter().filter(|(_, value)| !value.is_empty()).take(50);
        let fields: Map<String, Value> = fields
            .map(|(name, value)| (format!("faasguard/{name}"), cut(value, 2_048).into()))
            .collect();
        let all = json!({
            "SchemaVersion": SCHEMA,
            "Id": format!("faasguard/{region}/{account}/{}", cut(self.key, 400)),
            "ProductArn":
                format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
            "ProductName": "faasguard",
            "GeneratorId": format!("faasguard/{}", cut(self.rule_id, 500)),
            "AwsAccountId": account,
            "Region": region,
            "Types": self.types,
            "FirstObservedAt": self.time,
            "LastObservedAt": self.time,
            "CreatedAt": self.time,
            "UpdatedAt": self.time,
            "Severity": severity,
            "FindingProviderFields": {"Severity": severity, "Types": self.types},
            "Title": title,
            "Description": cut(self.description, 1_024),
            "ProductFields": fields,
            "Resources": self.resources(partition),
            "RecordState": "ACTIVE",
            "Workflow": {"Status": "NEW"},
        });
        Ok(match all {
            Value::Object(map) => map,
            _ => Map::new(),
        })
    }

    fn resources(&self, partition: &str) -> Vec<Value> {
        let account = SecurityHubResource {
            kind: "AwsAccount",
            id: format!("AWS::::Account:{}", self.account),
            is_in_region: true,
            details: Vec::new(),
        };
        let own = self.resources.iter().take(32);
        let account = self.resources.is_empty().then_some(&account);
        own.chain(account)
            .map(|it| {
                let mut json = json!({"Type": it.kind, "Id": cut(&it.id, 512)});
                let details = it.details.iter().filter(|(_, text)| !text.is_empty());
                let details: Map<String, Value> = details
                    .map(|(name, text)| ((*name).to_owned(), cut(text, 1_024).into()))
                    .collect();
                let Some(fields) = json.as_object_mut() else { return json };
                if it.is_in_region {
                    fields.insert("Partition".to_owned(), partition.into());
                    fields.insert("Region".to_owned(), self.region.into());
                }
                if !details.is_empty() {
                    fields.insert("Details".to_owned(), json!({"Other": details}));
                }
                json
            })
            .collect()
    }
}

/// The text with hidden characters made visible, at most so many characters; what is cut ends in `…`.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let shown = visible(text);
    match shown.char_indices().nth(most) {
        None => shown.into_owned(),
        Some(_) => shown.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// The partition of a region, as ARNs begin: `aws`, `aws-cn`, `aws-us-gov`.
#[must_use]
pub fn partition(region: &str) -> &'static str {
    match region {
        it if it.starts_with("cn-") => "aws-cn",
        it if it.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// Whether a text is an account: twelve digits.
#[must_use]
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a text looks like a region, so that it may stand in an ARN.
#[must_use]
pub fn is_region(text: &str) -> bool {
    (5..=32).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

#[cfg(test)]
mod tests {
    use super::{SecurityHubError, SecurityHubFinding, cut};

    #[test]
    fn a_text_is_cut_to_its_bound_and_not_before() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("a\u{1b}[2J", 20), "a\\u{1b}[2J");
    }

    #[test]
    fn a_finding_of_no_account_or_region_is_refused() {
        let bare = SecurityHubFinding { account: "11112222333x", ..SecurityHubFinding::default() };
        assert_eq!(bare.to_json(), Err(SecurityHubError::NoAccount));
        let bare = SecurityHubFinding { account: "111122223333", region: "eu west", ..bare };
        assert_eq!(bare.to_json(), Err(SecurityHubError::NoRegion));
    }
}
