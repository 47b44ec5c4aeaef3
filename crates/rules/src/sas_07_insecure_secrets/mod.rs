//! SAS-7: insecure secrets storage.

use crate::Rule;

mod environment_without_customer_key;
mod generated_access_key_exposed;
mod plain_parameter_reference;
mod plaintext_database_password;
mod plaintext_stored_secret;
mod predictable_random;
mod resolved_secret_in_environment;
mod secret_in_code;
mod secret_in_environment;
mod secret_in_log;
mod secret_in_output;
mod secret_in_response;
mod secret_in_stage_variable;
mod secret_in_template;
mod secret_parameter_default;
mod secret_parameter_echoed;
mod secret_parameter_in_environment;
mod secret_without_rotation;
mod static_credentials;
mod weak_cipher;
mod weak_hash;
mod weak_random;

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
    &secret_in_log::RULE,
    &secret_in_response::RULE,
    &secret_in_code::RULE,
    &weak_hash::RULE,
    &weak_random::RULE,
    &weak_cipher::RULE,
    &predictable_random::RULE,
];
