//! Amazon Resource Names.

use smol_str::SmolStr;

use crate::placeholder::split_once_outside;

/// A name `arn:partition:service:region:account:resource`; any part may be empty, a glob, or hold
/// placeholders.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Arn {
    /// `aws`, `aws-cn`, `aws-us-gov` …
    pub partition: SmolStr,
    /// Service as ARNs spell it: `s3`, `dynamodb`, `execute-api` …
    pub service: SmolStr,
    /// Region; empty for global services and for S3.
    pub region: SmolStr,
    /// Account id of twelve digits; empty for S3, `aws` for AWS managed policies.
    pub account: SmolStr,
    /// All that follows, colons included: `table/Orders`, `function:f:1`.
    pub resource: SmolStr,
}

/// Why a text is not an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArnError {
    /// It does not begin with `arn:`.
    NoPrefix,
    /// It has fewer than six parts.
    TooShort {
        /// How many parts it has, `arn` included.
        parts: usize,
    },
}

impl std::fmt::Display for ArnError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoPrefix => write!(f, "an ARN begins with `arn:`"),
            Self::TooShort { parts } => write!(f, "an ARN has six parts, this has {parts}"),
        }
    }
}

impl std::error::Error for ArnError {}

impl Arn {
    /// Reads a whole ARN. Colons inside `${…}` do not separate parts.
    ///
    /// # Errors
    /// [`ArnError`] when the prefix or a part is missing.
    pub fn parse(text: &str) -> Result<Self, ArnError> {
        let (parts, count) = split(text)?;
        if count < 6 {
            return Err(ArnError::TooShort { parts: count });
        }
        Ok(Self::from_parts(parts))
    }

    /// Reads an ARN of which parts may be missing at the end, taking `*` for each: `arn:aws:sqs` is
    /// every queue. The wide reading is the safe one for who looks for what is allowed too much.
    ///
    /// # Errors
    /// [`ArnError::NoPrefix`] when the text does not begin with `arn:`.
    pub fn parse_pattern(text: &str) -> Result<Self, ArnError> {
        let (mut parts, count) = split(text)?;
        for part in parts.iter_mut().skip(count.saturating_sub(1)) {
            *part = "*";
        }
        Ok(Self::from_parts(parts))
    }

    fn from_parts([partition, service, region, account, resource]: [&str; 5]) -> Self {
        Self {
            partition: partition.into(),
            service: service.into(),
            region: region.into(),
            account: account.into(),
            resource: resource.into(),
        }
    }

    /// The type of the resource when the name has one: `table` of `table/Orders`, `function` of
    /// `function:f`. `None` for S3, SNS, SQS and others whose resource is a bare name.
    #[must_use]
    pub fn resource_type(&self) -> Option<&str> {
        self.split_resource().map(|(kind, _)| kind)
    }

    /// The resource without its type: `Orders` of `table/Orders`, `f:1` of `function:f:1`.
    #[must_use]
    pub fn resource_name(&self) -> &str {
        self.split_resource().map_or(&self.resource, |(_, name)| name)
    }

    fn split_resource(&self) -> Option<(&str, &str)> {
        // The path of an S3 object and the topic of an SNS subscription are no types.
        if matches!(self.service.as_str(), "s3" | "sns" | "sqs" | "execute-api") {
            return None;
        }
        let slash = split_once_outside(&self.resource, '/');
        let colon = split_once_outside(&self.resource, ':');
        match (slash, colon) {
            (Some(a), Some(b)) => Some(if a.0.len() < b.0.len() { a } else { b }),
            (a, b) => a.or(b),
        }
    }

    /// Bucket of an S3 bucket or object; `None` for other services.
    #[must_use]
    pub fn bucket(&self) -> Option<&str> {
        if self.service != "s3" || self.resource.is_empty() {
            return None;
        }
        Some(split_once_outside(&self.resource, '/').map_or(&self.resource, |(bucket, _)| bucket))
    }
}

impl std::fmt::Display for Arn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

impl std::str::FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The five parts after `arn:`, and how many parts there are with it.
fn split(text: &str) -> Result<([&str; 5], usize), ArnError> {
    let Some(mut rest) = text.strip_prefix("arn:") else { return Err(ArnError::NoPrefix) };
    let mut parts = [""; 5];
    let mut count = 2;
    let [named @ .., last] = &mut parts;
    for part in named {
        let Some((head, tail)) = split_once_outside(rest, ':') else {
            *part = rest;
            return Ok((parts, count));
        };
        *part = head;
        rest = tail;
        count += 1;
    }
    *last = rest;
    Ok((parts, count))
}

/// Whether `text` is an account id: twelve digits.
#[must_use]
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `text` is the name of an AWS partition.
#[must_use]
pub fn is_partition(text: &str) -> bool {
    text == "aws"
        || matches!(text.strip_prefix("aws-"), Some("cn" | "us-gov" | "eusc"))
        || text.strip_prefix("aws-iso").is_some_and(|rest| {
            rest.is_empty()
                || rest.strip_prefix('-').is_some_and(|letter| {
                    letter.len() == 1 && letter.bytes().all(|byte| byte.is_ascii_lowercase())
                })
        })
}

/// Whether `text` has the shape of an AWS region: `eu-central-1`, `us-gov-west-1`, `us-iso-east-1`.
///
/// The shape, not a list: new regions appear every year.
#[must_use]
pub fn is_region(text: &str) -> bool {
    let mut parts = text.rsplit('-');
    let (Some(number), Some(direction), Some(mut area)) =
        (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    if let Some(before) = parts.next() {
        let known = matches!(area, "gov" | "iso" | "isob" | "isoe" | "isof");
        if !known || parts.next().is_some() {
            return false;
        }
        area = before;
    }
    let directions = [
        "north",
        "northeast",
        "east",
        "southeast",
        "south",
        "southwest",
        "west",
        "northwest",
        "central",
    ];
    let area_fits = (2..=4).contains(&area.len()) && area.bytes().all(|b| b.is_ascii_lowercase());
    let number_fits =
        (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    area_fits && number_fits && directions.contains(&direction)
}

#[cfg(test)]
mod tests {
    use super::{Arn, ArnError, is_partition, is_region};

    #[test]
    fn placeholders_in_any_part_do_not_split() {
        let arn = Arn::parse(
            "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Orders}/index/*",
        )
        .unwrap();
        assert_eq!(arn.partition, "${AWS::Partition}");
        assert_eq!(arn.service, "dynamodb");
        assert_eq!(arn.region, "${AWS::Region}");
        assert_eq!(arn.account, "${AWS::AccountId}");
        assert_eq!(arn.resource_type(), Some("table"));
        assert_eq!(arn.resource_name(), "${Orders}/index/*");
    }

    #[test]
    fn a_resource_keeps_its_colons() {
        let text = "arn:aws:lambda:eu-west-1:111122223333:function:f:1";
        let arn = Arn::parse(text).unwrap();
        assert_eq!(arn.resource, "function:f:1");
        assert_eq!(arn.to_string(), text);
    }

    #[test]
    fn a_short_arn_is_an_error_but_a_pattern_is_completed() {
        assert_eq!(Arn::parse("arn:aws:sqs"), Err(ArnError::TooShort { parts: 3 }));
        assert_eq!(Arn::parse("Orders"), Err(ArnError::NoPrefix));
        let arn = Arn::parse_pattern("arn:aws:sqs").unwrap();
        assert_eq!(arn.to_string(), "arn:aws:sqs:*:*:*");
    }

    #[test]
    fn buckets_are_read_with_and_without_a_path() {
        assert_eq!(Arn::parse("arn:aws:s3:::photos/a/*").unwrap().bucket(), Some("photos"));
        assert_eq!(Arn::parse("arn:aws:s3:::photos").unwrap().bucket(), Some("photos"));
        assert_eq!(Arn::parse("arn:aws:sns:r:a:photos").unwrap().bucket(), None);
    }

    #[test]
    fn regions_and_partitions_are_told_from_other_words() {
        for region in ["eu-central-1", "us-gov-west-1", "ap-southeast-4", "us-iso-east-1"] {
            assert!(is_region(region), "{region}");
        }
        for other in ["*", "eu-central", "my-table-1", "", "a-b-c-d-e", "eu-central-x"] {
            assert!(!is_region(other), "{other}");
        }
        assert!(is_partition("aws-us-gov") && is_partition("aws-iso-b"));
        assert!(!is_partition("awsome"));
    }
}
