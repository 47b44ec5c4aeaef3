//! What every rule says of itself, and the ten risks that rules belong to.

use std::{fmt, str::FromStr};

use source_text::Place;

use crate::{Confidence, Finding, Severity};

/// Identity of a rule, `SAS-<risk>.<rule>`. An id, once released, is never given to another rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId {
    /// Risk of the serverless top ten, 1 to 10.
    pub risk: u8,
    /// Number of the rule under that risk, from 1.
    pub rule: u16,
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("SAS-{}.{}", self.risk, self.rule))
    }
}

/// A text that should have been a rule id and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseRuleIdError {
    /// The text.
    pub text: String,
}

impl fmt::Display for ParseRuleIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a rule id such as `SAS-4.1`", self.text)
    }
}

impl std::error::Error for ParseRuleIdError {}

impl FromStr for RuleId {
    type Err = ParseRuleIdError;

    fn from_str(text: &str) -> Result<Self, ParseRuleIdError> {
        let error = || ParseRuleIdError { text: text.to_owned() };
        let upper = text.to_ascii_uppercase();
        let (risk, rule) =
            upper.strip_prefix("SAS-").and_then(|rest| rest.split_once('.')).ok_or_else(error)?;
        let risk = risk.parse().ok().filter(|risk| (1..=10).contains(risk)).ok_or_else(error)?;
        let rule = rule.parse().ok().filter(|rule| *rule > 0).ok_or_else(error)?;
        Ok(Self { risk, rule })
    }
}

/// Who wants to see a rule's findings without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Everybody: on by default.
    Everyone,
    /// Those who ask for `--profile strict`: hygiene that most teams waive.
    Strict,
}

/// What every rule says of itself; reporters and docs read this and never the rule's code.
#[derive(Debug)]
pub struct RuleInfo {
    /// Permanent identity.
    pub id: RuleId,
    /// Name in words, kebab-case; names the flaw and reads well after "allow": `allow wildcard-action`.
    pub name: &'static str,
    /// One line for tables and SARIF `shortDescription`; upper case first, no final dot.
    pub summary: &'static str,
    /// Harm, were the finding real, before the graph raises or lowers it.
    pub severity: Severity,
    /// Who sees it by default.
    pub audience: Audience,
    /// Weaknesses of the Common Weakness Enumeration, numbers only.
    pub cwe: &'static [u16],
    /// Release that brought the rule.
    pub since: &'static str,
    /// Markdown for `explain`, the docs and SARIF `help`: why, how to fix, when silent, sources.
    pub docs: &'static str,
}

impl RuleInfo {
    /// A finding of this rule at `place`, with the rule's own severity and full confidence.
    #[must_use]
    pub fn finding(&self, place: Place, message: impl Into<String>) -> Finding {
        Finding::new(self.id, self.severity, Confidence::High, place, message)
    }

    /// Entry of OWASP's official Serverless Top 10 (2017 numbering) that the rule's risk maps to.
    #[must_use]
    pub fn owasp(&self) -> &'static str {
        risk(self.id.risk).map_or("Other", |risk| risk.owasp)
    }
}

/// One of the ten risks.
#[derive(Debug)]
pub struct Risk {
    /// 1 to 10.
    pub number: u8,
    /// Title.
    pub title: &'static str,
    /// One sentence: what goes wrong.
    pub summary: &'static str,
    /// Entry of OWASP's official Serverless Top 10 draft, or `Other`.
    pub owasp: &'static str,
}

/// The risk with a number of 1 to 10.
#[must_use]
pub fn risk(number: u8) -> Option<&'static Risk> {
    RISKS.iter().find(|risk| risk.number == number)
}

/// The ten risks, in order.
pub static RISKS: [Risk; 10] = [
    Risk {
        number: 1,
        title: "Event-data injection",
        summary: "Data of an event reaches an interpreter (SQL, shell, template, path) unchecked",
        owasp: "S1:2017",
    },
    Risk {
        number: 2,
        title: "Broken authentication",
        summary: "Somebody reaches a function or an interface without proving who they are",
        owasp: "S2:2017",
    },
    Risk {
        number: 3,
        title: "Insecure deployment configuration",
        summary: "A function or a service beside it is deployed with a weak setting",
        owasp: "S6:2017",
    },
    Risk {
        number: 4,
        title: "Over-privileged permissions and roles",
        summary: "A function may do more than its code needs",
        owasp: "S5:2017",
    },
    Risk {
        number: 5,
        title: "Inadequate monitoring and logging",
        summary: "An attack or a fault would leave no trace, or nobody would be told",
        owasp: "S10:2017",
    },
    Risk {
        number: 6,
        title: "Insecure third-party dependencies",
        summary: "Code of others is used unpinned, unknown or with known vulnerabilities",
        owasp: "S9:2017",
    },
    Risk {
        number: 7,
        title: "Insecure secrets storage",
        summary: "A secret stands where more people and programs can read it than need it",
        owasp: "S3:2017",
    },
    Risk {
        number: 8,
        title: "Denial of service and of wallet",
        summary: "A stranger can exhaust concurrency, downstream systems or the budget",
        owasp: "Other",
    },
    Risk {
        number: 9,
        title: "Business-logic manipulation",
        summary: "Steps of a flow can be skipped, repeated or started out of order",
        owasp: "Other",
    },
    Risk {
        number: 10,
        title: "Improper exception handling and verbose errors",
        summary: "Errors, logs or debug settings tell outsiders how the application works inside",
        owasp: "S6:2017",
    },
];

#[cfg(test)]
mod tests {
    use super::{RISKS, RuleId};

    #[test]
    fn a_rule_id_reads_back_as_written() {
        let id: RuleId = "sas-4.12".parse().unwrap();
        assert_eq!(id, RuleId { risk: 4, rule: 12 });
        assert_eq!(id.to_string(), "SAS-4.12");
        for wrong in ["SAS-4", "SAS-11.1", "SAS-0.1", "SAS-4.0", "CKV-4.1", "SAS-4.x"] {
            assert!(wrong.parse::<RuleId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_ten_risks_are_numbered_in_order() {
        assert!(RISKS.iter().zip(1..).all(|(risk, number)| risk.number == number));
    }
}
