//! SAS-4: over-privileged function permissions and roles.

mod administrator_access;
mod broad_data_access;
mod broad_policy_template;
mod excess_trust;
mod full_access_managed_policy;
mod impossible_condition;
mod inapplicable_condition_key;
mod inverted_action;
mod inverted_principal;
mod inverted_resource;
mod mismatched_resource;
mod missing_permissions_boundary;
mod open_trust_policy;
mod privilege_escalation;
mod resource_policy_wildcard_action;
mod shared_role;
mod unknown_action;
mod unscoped_resource;
mod user_attached_policy;
mod wide_assume_role;
mod wide_secret_read;
mod wildcard_action;
mod wildcard_pass_role;
mod wildcard_resource;

use crate::Rule;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &wildcard_action::RULE,                 // SAS-4.1
    &wildcard_resource::RULE,               // SAS-4.2
    &administrator_access::RULE,            // SAS-4.3
    &full_access_managed_policy::RULE,      // SAS-4.4
    &inverted_action::RULE,                 // SAS-4.5
    &inverted_resource::RULE,               // SAS-4.6
    &wildcard_pass_role::RULE,              // SAS-4.7
    &shared_role::RULE,                     // SAS-4.8
    &broad_policy_template::RULE,           // SAS-4.9
    &open_trust_policy::RULE,               // SAS-4.10
    &privilege_escalation::RULE,            // SAS-4.11
    &wide_assume_role::RULE,                // SAS-4.12
    &wide_secret_read::RULE,                // SAS-4.13
    &excess_trust::RULE,                    // SAS-4.14
    &inverted_principal::RULE,              // SAS-4.15
    &resource_policy_wildcard_action::RULE, // SAS-4.16
    &user_attached_policy::RULE,            // SAS-4.17
    &missing_permissions_boundary::RULE,    // SAS-4.18
    &broad_data_access::RULE,               // SAS-4.19
    &unknown_action::RULE,                  // SAS-4.20
    &unscoped_resource::RULE,               // SAS-4.21
    &mismatched_resource::RULE,             // SAS-4.26
    &impossible_condition::RULE,            // SAS-4.27
    &inapplicable_condition_key::RULE,      // SAS-4.28
];
