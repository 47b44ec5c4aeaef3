//! SAS-4: over-privileged function permissions and roles.

mod administrator_access;
mod administrator_account;
mod basic_role;
mod basic_role_of_function;
mod broad_data_access;
mod broad_policy_template;
mod broader_permission;
mod custom_owner_role;
mod default_account;
mod escalation_chain;
mod excess_trust;
mod full_access_managed_policy;
mod idle_permission;
mod impossible_condition;
mod inapplicable_condition_key;
mod inverted_action;
mod inverted_principal;
mod inverted_resource;
mod mismatched_resource;
mod missing_permission;
mod missing_permissions_boundary;
mod open_default_account;
mod open_trust_policy;
mod open_workload_pool;
mod privilege_escalation;
mod privileged_role_assignment;
mod resource_policy_wildcard_action;
mod role_of_default_account;
mod service_without_identity;
mod shared_role;
mod unknown_action;
mod unscoped_resource;
mod unused_permission;
mod user_attached_policy;
mod wide_assume_role;
mod wide_impersonation;
mod wide_secret_read;
mod wildcard_action;
mod wildcard_pass_role;
mod wildcard_resource;

use crate::Rule;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &wildcard_action::RULE,
    &wildcard_resource::RULE,
    &administrator_access::RULE,
    &full_access_managed_policy::RULE,
    &inverted_action::RULE,
    &inverted_resource::RULE,
    &wildcard_pass_role::RULE,
    &shared_role::RULE,
    &broad_policy_template::RULE,
    &open_trust_policy::RULE,
    &privilege_escalation::RULE,
    &wide_assume_role::RULE,
    &wide_secret_read::RULE,
    &excess_trust::RULE,
    &inverted_principal::RULE,
    &resource_policy_wildcard_action::RULE,
    &user_attached_policy::RULE,
    &missing_permissions_boundary::RULE,
    &broad_data_access::RULE,
    &unknown_action::RULE,
    &unscoped_resource::RULE,
    &escalation_chain::RULE,
    &mismatched_resource::RULE,
    &impossible_condition::RULE,
    &inapplicable_condition_key::RULE,
    &unused_permission::RULE,
    &broader_permission::RULE,
    &missing_permission::RULE,
    &privileged_role_assignment::RULE,
    &custom_owner_role::RULE,
    &service_without_identity::RULE,
    &basic_role_of_function::RULE,
    &basic_role::RULE,
    &wide_impersonation::RULE,
    &role_of_default_account::RULE,
    &administrator_account::RULE,
    &open_default_account::RULE,
    &default_account::RULE,
    &open_workload_pool::RULE,
    &idle_permission::RULE, // SAS-4.100
];
