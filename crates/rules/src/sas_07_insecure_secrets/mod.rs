//! SAS-7: insecure secrets storage.

mod environment_without_customer_key;
mod generated_access_key_exposed;
mod plain_parameter_reference;
mod plaintext_database_password;
mod plaintext_stored_secret;
mod predictable_random;
mod resolved_secret_in_environment;
mod secret_in_code;
mod secret_in_environment;
mod secret_in_file;
mod secret_in_log;
mod secret_in_output;
mod secret_in_response;
mod secret_in_stage_variable;
mod secret_in_template;
mod secret_kept_without_expiry;
mod secret_parameter_default;
mod secret_parameter_echoed;
mod secret_parameter_in_environment;
mod secret_without_rotation;
mod service_key_in_setting;
mod static_credentials;
mod unexpiring_vault_secret;
mod weak_cipher;
mod weak_hash;
mod weak_random;

pub use secret_in_file::secret_in_file;

use crate::Rule;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &secret_in_environment::RULE,            // SAS-7.1
    &secret_in_template::RULE,               // SAS-7.2
    &secret_parameter_echoed::RULE,          // SAS-7.3
    &secret_parameter_default::RULE,         // SAS-7.4
    &secret_in_output::RULE,                 // SAS-7.5
    &secret_in_stage_variable::RULE,         // SAS-7.6
    &plain_parameter_reference::RULE,        // SAS-7.7
    &resolved_secret_in_environment::RULE,   // SAS-7.8
    &secret_parameter_in_environment::RULE,  // SAS-7.9
    &generated_access_key_exposed::RULE,     // SAS-7.10
    &secret_without_rotation::RULE,          // SAS-7.11
    &environment_without_customer_key::RULE, // SAS-7.12
    &plaintext_database_password::RULE,      // SAS-7.13
    &plaintext_stored_secret::RULE,          // SAS-7.14
    &static_credentials::RULE,               // SAS-7.15
    &secret_in_log::RULE,                    // SAS-7.16
    &secret_in_response::RULE,               // SAS-7.17
    &secret_in_code::RULE,                   // SAS-7.18
    &weak_hash::RULE,                        // SAS-7.19
    &weak_random::RULE,                      // SAS-7.20
    &weak_cipher::RULE,                      // SAS-7.21
    &predictable_random::RULE,               // SAS-7.22
    &secret_kept_without_expiry::RULE,       // SAS-7.23
    &secret_in_file::RULE,                   // SAS-7.24
    &service_key_in_setting::RULE,           // SAS-7.60
    &unexpiring_vault_secret::RULE,          // SAS-7.61
];
