//! The list of all rules, put together from the lists of the ten risks.

use finding::{OwnRuleId, RuleId, RuleKey};

use crate::{
    Rule, sas_01_event_data_injection, sas_02_broken_authentication, sas_03_insecure_deployment,
    sas_04_over_privileged_roles, sas_05_inadequate_monitoring, sas_06_third_party_dependencies,
    sas_07_insecure_secrets, sas_08_denial_of_service, sas_09_business_logic,
    sas_10_verbose_errors,
};

static RISKS: [&[&Rule]; 10] = [
    sas_01_event_data_injection::RULES,
    sas_02_broken_authentication::RULES,
    sas_03_insecure_deployment::RULES,
    sas_04_over_privileged_roles::RULES,
    sas_05_inadequate_monitoring::RULES,
    sas_06_third_party_dependencies::RULES,
    sas_07_insecure_secrets::RULES,
    sas_08_denial_of_service::RULES,
    sas_09_business_logic::RULES,
    sas_10_verbose_errors::RULES,
];

/// Every rule, ordered by id.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RISKS.iter().flat_map(|rules| rules.iter().copied())
}

/// The rule with an id, if there is one; rules of users are none of these.
#[must_use]
pub fn by_id(id: impl Into<RuleKey>) -> Option<&'static Rule> {
    let id = id.into().sas()?;
    all().find(|rule| rule.info.id == id)
}

/// The rule with a name such as `wildcard-action`, if there is one.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.info.name == name)
}

/// A rule by id or by name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    let id = name.parse::<RuleId>().ok();
    id.and_then(by_id).or_else(|| by_name(name))
}

/// The rules that a word of the command line names: one by id or by name, or all of a risk (`SAS-4`); none
/// when there is no such rule.
#[must_use]
pub fn named(word: &str) -> Vec<&'static Rule> {
    if let Some(rule) = find(word) {
        return vec![rule];
    }
    let risk = word.to_ascii_uppercase().strip_prefix("SAS-").and_then(|it| it.parse::<u8>().ok());
    all().filter(|rule| Some(rule.info.id.risk) == risk).collect()
}

/// What a name or id stands for: a rule of ours, or one of a user, whether it is read in this run or not.
#[must_use]
pub fn find_key(name: &str) -> Option<RuleKey> {
    let of_ours = find(name).map(|rule| rule.info.id.into());
    of_ours.or_else(|| Some(name.parse::<OwnRuleId>().ok()?.into()))
}
