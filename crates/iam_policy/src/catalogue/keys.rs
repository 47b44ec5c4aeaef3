//! Condition keys and the types of their values.

use crate::table::Lines;

/// One line a service: `s3 AAccessGrantsInstanceArn Sauth…`. The letter is the type, a capital for
/// one value and a small one for several; a key that begins with `:` has the service before it.
static KEYS: &str = include_str!("../../data/condition_keys.txt");
static LINES: Lines = Lines::new(|| KEYS.lines().collect());

/// Keys of requests to every service, written as in the table.
///
/// Source: IAM User Guide, "AWS global condition context keys" (read 2026-11-26). `aws:EpochTime`
/// takes date and numeric operators alike.
const GLOBAL: &[&str] = &[
    "Baws:AssumedRoot",
    "saws:CalledVia",
    "Saws:CalledViaAWSMCP",
    "Saws:CalledViaFirst",
    "Saws:CalledViaLast",
    "Aaws:ChatbotSourceArn",
    "Daws:CurrentTime",
    "Iaws:Ec2InstanceSourcePrivateIPv4",
    "Saws:Ec2InstanceSourceVpc",
    "Daws:EpochTime",
    "Saws:FederatedProvider",
    "Baws:IsMcpServiceAction",
    "Naws:MultiFactorAuthAge",
    "Baws:MultiFactorAuthPresent",
    "Saws:PrincipalAccount",
    "Aaws:PrincipalArn",
    "Baws:PrincipalIsAWSService",
    "Saws:PrincipalOrgID",
    // Not documented, but in AWS's own policies.
    "Saws:PrincipalOrgMasterAccountId",
    "saws:PrincipalOrgPaths",
    "Saws:PrincipalServiceName",
    "saws:PrincipalServiceNamesList",
    "Saws:PrincipalTag/${TagKey}",
    "Saws:PrincipalType",
    "Saws:referer",
    "Saws:RequestedRegion",
    "Saws:RequestTag/${TagKey}",
    "Saws:ResourceAccount",
    "Saws:ResourceOrgID",
    "saws:ResourceOrgPaths",
    "Saws:ResourceTag/${TagKey}",
    "Baws:SecureTransport",
    "Saws:SourceAccount",
    "Aaws:SourceArn",
    "Saws:SourceIdentity",
    "Iaws:SourceIp",
    "Saws:SourceOrgID",
    "saws:SourceOrgPaths",
    "Saws:SourceOwner",
    "Saws:SourceVpc",
    "Aaws:SourceVpcArn",
    "Saws:SourceVpce",
    "saws:TagKeys",
    "Daws:TokenIssueTime",
    "Saws:UserAgent",
    "Saws:userid",
    "Saws:username",
    "Baws:ViaAWSMCPService",
    "Baws:ViaAWSService",
    "Saws:VpceAccount",
    "Saws:VpceOrgID",
    "saws:VpceOrgPaths",
    "Iaws:VpcSourceIp",
    // Of the caller's session rather than the service asked, so in requests to every service.
    "Nec2:RoleDelivery",
    "Aec2:SourceInstanceARN",
    "Sglue:CredentialIssuingService",
    "Sglue:RoleAssumedBy",
    "Sidentitystore:UserId",
    "Alambda:SourceFunctionArn",
    "Assm:SourceInstanceARN",
];

/// Longest key that is looked at, in bytes; a tag key has 128 characters at most.
const MAX_KEY: usize = 2_048;

/// One condition key that AWS knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionKey {
    /// What its values are.
    pub key_type: KeyType,
    service: &'static str,
    name: &'static str,
}

/// What the values of a key are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyType {
    /// The kind of one value.
    pub kind: KeyKind,
    /// Whether a request may carry several values.
    pub is_multivalued: bool,
}

/// Kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Any text.
    String,
    /// An ARN.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// A date in ISO 8601 or seconds since 1970.
    Date,
    /// An IP address.
    IpAddress,
}

impl ConditionKey {
    /// Whether `written` is this key, case ignored; a hole of the key (`${TagKey}`) is any text.
    #[must_use]
    pub fn matches(&self, written: &str) -> bool {
        if written.len() > MAX_KEY {
            return false;
        }
        if !self.name.starts_with(':') {
            return matches_template(self.name, written);
        }
        written.split_at_checked(self.service.len()).is_some_and(|(head, tail)| {
            head.eq_ignore_ascii_case(self.service) && matches_template(self.name, tail)
        })
    }
}

impl std::fmt::Display for ConditionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let service = if self.name.starts_with(':') { self.service } else { "" };
        write!(f, "{service}{}", self.name)
    }
}

/// The condition keys of one service.
pub fn keys_of_service(service: &str) -> impl Iterator<Item = ConditionKey> {
    let cut = |line: &'static str| line.split_once(' ');
    let line = LINES.find(service, move |line| cut(line).map_or("", |(name, _)| name));
    line.and_then(cut).into_iter().flat_map(|(service, words)| {
        words.split(' ').filter_map(move |word| parse_word(service, word))
    })
}

/// The keys of requests to every service.
pub fn global_keys() -> impl Iterator<Item = ConditionKey> {
    GLOBAL.iter().filter_map(|word| parse_word("aws", word))
}

/// What the values of a key are; `None` when AWS has no such key. Case is ignored.
///
/// A key of an identity provider (`accounts.google.com:aud`) is known when AWS lists the provider;
/// the user's own providers are not.
#[must_use]
pub fn key_type(key: &str) -> Option<KeyType> {
    if let Some(global) = global_keys().find(|global| global.matches(key)) {
        return Some(global.key_type);
    }
    let (service, _) = key.split_once(':')?;
    let own = keys_of_service(service).find(|own| own.matches(key));
    // Keys of identity providers stand in the lines of the services that heed them.
    let found = own.or_else(|| {
        ["sts", "cognito-identity", "aws-marketplace", "sso"]
            .into_iter()
            .find_map(|service| keys_of_service(service).find(|known| known.matches(key)))
    });
    found.map(|known| known.key_type)
}

fn parse_word(service: &'static str, word: &'static str) -> Option<ConditionKey> {
    let (letter, name) = word.split_at_checked(1)?;
    let letter = letter.bytes().next()?;
    let kind = match letter.to_ascii_uppercase() {
        b'S' => KeyKind::String,
        b'A' => KeyKind::Arn,
        b'B' => KeyKind::Bool,
        b'N' => KeyKind::Numeric,
        b'D' => KeyKind::Date,
        b'I' => KeyKind::IpAddress,
        _ => return None,
    };
    let key_type = KeyType { kind, is_multivalued: letter.is_ascii_lowercase() };
    Some(ConditionKey { key_type, service, name })
}

/// Whether `written` is what a key with holes, `${TagKey}` or `<key>`, stands for.
fn matches_template(template: &str, written: &str) -> bool {
    let hole = template.find("${").or_else(|| template.find('<'));
    let Some(at) = hole else { return template.eq_ignore_ascii_case(written) };
    let (Some((before, from_hole)), Some((head, tail))) =
        (template.split_at_checked(at), written.split_at_checked(at))
    else {
        return false;
    };
    let Some((_, rest)) = from_hole.split_once(['}', '>']) else { return false };
    if !before.eq_ignore_ascii_case(head) || tail.is_empty() {
        return false;
    }
    rest.is_empty()
        || tail
            .char_indices()
            .skip(1)
            .any(|(at, _)| tail.get(at..).is_some_and(|end| matches_template(rest, end)))
}

#[cfg(test)]
mod tests {
    use super::{KEYS, KeyKind, key_type, keys_of_service, matches_template};
    use crate::catalogue::{condition_keys_of, find_action};

    #[test]
    fn every_key_of_the_table_is_found() {
        let mut count = 0;
        for service in KEYS.lines().filter_map(|line| line.split(' ').next()) {
            for key in keys_of_service(service) {
                assert!(key.matches(&key.to_string()), "{key}");
                count += 1;
            }
        }
        assert!(count > 2_500, "{count}");
        assert_eq!(count, KEYS.split_whitespace().count() - KEYS.lines().count());
    }

    #[test]
    fn types_of_keys_are_known() {
        let kind = |key: &str| key_type(key).map(|known| (known.kind, known.is_multivalued));
        assert_eq!(kind("aws:sourceip"), Some((KeyKind::IpAddress, false)));
        assert_eq!(kind("aws:PrincipalTag/team"), Some((KeyKind::String, false)));
        assert_eq!(kind("aws:TagKeys"), Some((KeyKind::String, true)));
        assert_eq!(kind("dynamodb:LeadingKeys"), Some((KeyKind::String, true)));
        assert_eq!(kind("S3:max-keys"), Some((KeyKind::Numeric, false)));
        assert_eq!(kind("s3:ExistingObjectTag/team"), Some((KeyKind::String, false)));
        assert_eq!(kind("accounts.google.com:aud"), Some((KeyKind::String, false)));
        assert_eq!(kind("s3:nosuch"), None);
        assert_eq!(kind("aws:"), None);
    }

    #[test]
    fn requests_carry_the_keys_of_their_action_and_its_resources() {
        let carries = |action: &str, key: &str| find_action(action).unwrap().may_carry(key);
        assert!(carries("dynamodb:GetItem", "dynamodb:leadingkeys"));
        assert!(!carries("dynamodb:ListTables", "dynamodb:LeadingKeys"));
        assert!(carries("s3:ListBucket", "s3:prefix") && !carries("s3:GetObject", "s3:prefix"));
        assert!(carries("s3:GetObject", "aws:SourceIp"));
        assert!(carries("lambda:InvokeFunction", "aws:ResourceTag/team"));
        let own: Vec<_> = condition_keys_of("dynamodb:GetItem").unwrap();
        assert!(own.iter().any(|key| key.to_string() == "dynamodb:LeadingKeys"));
    }

    #[test]
    fn holes_of_keys_stand_for_any_text() {
        assert!(matches_template("aws:RequestTag/${TagKey}", "AWS:requesttag/a/b"));
        assert!(!matches_template("aws:RequestTag/${TagKey}", "aws:RequestTag/"));
        assert!(matches_template("a/${x}.value", "a/bc.value"));
        assert!(!matches_template("a/${x}.value", "a/.value"));
        assert!(matches_template("t/<key>", "t/ä") && !matches_template("t/<key>", "tä"));
    }
}
