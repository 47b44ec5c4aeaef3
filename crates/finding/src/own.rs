//! Which rule speaks: one of ours, or one that a user wrote.

use std::{fmt, str::FromStr};

use crate::{Audience, RuleId, RuleInfo, Severity, risk};

/// Identity of a rule that a user wrote: `ACME-7`, `ORG-NET.2`. Two or more words of `A` to `Z` and
/// digits, joined by `-` (or `.` after the first), 3 to 32 characters, the first word begins with a letter and is
/// not `SAS`, which is ours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnRuleId {
    /// Padded with zeros, so that the order is that of the texts.
    bytes: [u8; OwnRuleId::MAX_LENGTH],
}

impl OwnRuleId {
    /// Characters at most.
    pub const MAX_LENGTH: usize = 32;

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let length = self.bytes.iter().position(|byte| *byte == 0).unwrap_or(Self::MAX_LENGTH);
        let text = self.bytes.get(..length).unwrap_or_default();
        // INVARIANT: `from_str` lets ASCII through only.
        std::str::from_utf8(text).unwrap_or_default()
    }
}

impl fmt::Debug for OwnRuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnRuleId").field(&self.as_str()).finish()
    }
}

impl fmt::Display for OwnRuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that should have been the id of a user's rule and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseOwnRuleIdError {
    /// The text.
    pub text: String,
}

impl fmt::Display for ParseOwnRuleIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text.starts_with("SAS-") {
            return write!(f, "`{}` begins with `SAS-`, which names rules of faasguard", self.text);
        }
        write!(
            f,
            "`{}` is no id of a rule such as `ACME-7`: capitals and digits, joined by `-`, at most {} \
             characters",
            self.text,
            OwnRuleId::MAX_LENGTH
        )
    }
}

impl std::error::Error for ParseOwnRuleIdError {}

impl FromStr for OwnRuleId {
    type Err = ParseOwnRuleIdError;

    fn from_str(text: &str) -> Result<Self, ParseOwnRuleIdError> {
        let error = || ParseOwnRuleIdError { text: text.to_owned() };
        let (first, rest) = text.split_once('-').ok_or_else(error)?;
        let is_word = |word: &str| {
            !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        let is_whole = is_word(first)
            && first.starts_with(|letter: char| letter.is_ascii_uppercase())
            && first != "SAS"
            && rest.split(['-', '.']).all(is_word);
        if !is_whole {
            return Err(error());
        }
        let mut bytes = [0; Self::MAX_LENGTH];
        bytes.get_mut(..text.len()).ok_or_else(error)?.copy_from_slice(text.as_bytes());
        Ok(Self { bytes })
    }
}

/// Which rule speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleKey {
    /// A rule of ours.
    Sas(RuleId),
    /// A rule that a user wrote.
    Own(OwnRuleId),
}

impl RuleKey {
    /// The id, when the rule is ours.
    #[must_use]
    pub fn sas(self) -> Option<RuleId> {
        match self {
            Self::Sas(id) => Some(id),
            Self::Own(_) => None,
        }
    }

    /// The id, when a user wrote the rule.
    #[must_use]
    pub fn own(self) -> Option<OwnRuleId> {
        match self {
            Self::Sas(_) => None,
            Self::Own(id) => Some(id),
        }
    }
}

impl fmt::Display for RuleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sas(id) => id.fmt(f),
            Self::Own(id) => id.fmt(f),
        }
    }
}

impl From<RuleId> for RuleKey {
    fn from(id: RuleId) -> Self {
        Self::Sas(id)
    }
}

impl From<OwnRuleId> for RuleKey {
    fn from(id: OwnRuleId) -> Self {
        Self::Own(id)
    }
}

impl PartialEq<RuleId> for RuleKey {
    fn eq(&self, other: &RuleId) -> bool {
        self.sas() == Some(*other)
    }
}

/// What reporters tell of a rule, whoever wrote it.
#[derive(Clone, Copy, Debug)]
pub struct RuleFacts<'a> {
    /// Permanent identity.
    pub key: RuleKey,
    /// Name in words, kebab-case.
    pub name: &'a str,
    /// One line, upper case first, no final dot.
    pub summary: &'a str,
    /// Harm, were the finding real.
    pub severity: Severity,
    /// Who sees it by default.
    pub audience: Audience,
    /// Risk of the serverless top ten, 1 to 10.
    pub risk: u8,
    /// Entry of OWASP's Serverless Top 10, or `Other`.
    pub owasp: &'a str,
    /// Weaknesses of the Common Weakness Enumeration, numbers only.
    pub cwe: &'a [u16],
    /// Markdown: why, how to fix.
    pub docs: &'a str,
    /// Page that tells more; empty when there is none.
    pub link: &'a str,
    /// Release that brought the rule; empty for rules of users.
    pub since: &'a str,
}

impl RuleInfo {
    /// What reporters tell of the rule.
    #[must_use]
    pub fn facts(&self) -> RuleFacts<'_> {
        RuleFacts {
            key: self.id.into(),
            name: self.name,
            summary: self.summary,
            severity: self.severity,
            audience: self.audience,
            risk: self.id.risk,
            owasp: self.owasp(),
            cwe: self.cwe,
            docs: self.docs,
            link: "",
            since: self.since,
        }
    }
}

/// What a rule that a user wrote says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRuleInfo {
    /// Permanent identity.
    pub id: OwnRuleId,
    /// Name in words, kebab-case.
    pub name: String,
    /// One line, upper case first, no final dot.
    pub summary: String,
    /// Harm, were the finding real.
    pub severity: Severity,
    /// Who sees it by default.
    pub audience: Audience,
    /// Risk of the serverless top ten, 1 to 10.
    pub risk: u8,
    /// Entry of OWASP's Serverless Top 10; empty: the risk's.
    pub owasp: String,
    /// Weaknesses of the Common Weakness Enumeration, numbers only.
    pub cwe: Vec<u16>,
    /// Markdown: why, how to fix.
    pub docs: String,
    /// Page that tells more; empty when there is none.
    pub link: String,
}

impl OwnRuleInfo {
    /// What reporters tell of the rule.
    #[must_use]
    pub fn facts(&self) -> RuleFacts<'_> {
        let of_risk = || risk(self.risk).map_or("Other", |risk| risk.owasp);
        RuleFacts {
            key: self.id.into(),
            name: &self.name,
            summary: &self.summary,
            severity: self.severity,
            audience: self.audience,
            risk: self.risk,
            owasp: if self.owasp.is_empty() { of_risk() } else { &self.owasp },
            cwe: &self.cwe,
            docs: &self.docs,
            link: &self.link,
            since: "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OwnRuleId, RuleKey};
    use crate::RuleId;

    #[test]
    fn an_own_id_is_of_capitals_and_never_ours() {
        for good in ["ACME-7", "ORG-NET-2", "A1-1.2", "SASS-1"] {
            assert_eq!(good.parse::<OwnRuleId>().unwrap().as_str(), good);
        }
        let long = format!("A-{}", "1".repeat(31));
        for bad in ["SAS-1.1", "acme-7", "ACME", "-7", "ACME-", "1A-1", "A.B-1", "A-é", &long] {
            assert!(bad.parse::<OwnRuleId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_are_ordered_as_their_texts_and_ours_come_first() {
        let own = |text: &str| RuleKey::from(text.parse::<OwnRuleId>().unwrap());
        assert!(own("ACME-1") < own("ACME-10") && own("ACME-10") < own("ACME-2"));
        assert!(RuleKey::from(RuleId { risk: 10, rule: 9 }) < own("A-1"));
    }
}
