//! SAS-7: insecure secrets storage.

use crate::Rule;

mod environment_without_customer_key;
mod generated_access_key_exposed;
mod plain_parameter_reference;
mod plaintext_database_password;
mod plaintext_stored_secret;
mod resolved_secret_in_environment;
mod secret_in_environment;
mod secret_in_output;
mod secret_in_stage_variable;
mod secret_in_template;
mod secret_parameter_default;
mod secret_parameter_echoed;
mod secret_parameter_in_environment;
mod secret_without_rotation;
mod static_credentials;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &secret_in_environment::RULE,
    &secret_in_template::RULE,
    &secret_parameter_echoed::RULE,
    &secret_parameter_default::RULE,
    &secret_in_output::RULE,
    &secret_in_stage_variable::RULE,
    &plain_parameter_reference::RULE,
    &resolved_secret_in_environment::RULE,
    &secret_parameter_in_environment::RULE,
    &generated_access_key_exposed::RULE,
    &secret_without_rotation::RULE,
    &environment_without_customer_key::RULE,
    &plaintext_database_password::RULE,
    &plaintext_stored_secret::RULE,
    &static_credentials::RULE,
];
