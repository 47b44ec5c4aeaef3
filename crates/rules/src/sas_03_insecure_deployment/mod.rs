//! SAS-3: insecure deployment configuration.

use crate::Rule;

mod database_without_backup;
mod database_without_network;
mod debug_mode;
mod default_endpoint_beside_domain;
mod deprecated_runtime;
mod disabled_encryption;
mod disabled_tls_verification;
mod function_outside_vpc;
mod introspection_enabled;
mod missing_customer_key;
mod open_event_bus;
mod open_network_rule;
mod optional_instance_metadata_token;
mod outdated_tls_policy;
mod outdated_tls_version;
mod permissive_bucket_cors;
mod plaintext_bucket_access;
mod plaintext_transport;
mod predictable_temporary_file;
mod public_access_block_disabled;
mod public_bucket;
mod public_database;
mod public_queue_policy;
mod public_resource_policy;
mod public_topic_policy;
mod request_data_kept;
mod shared_layer;
mod table_without_recovery;
mod unsigned_code;
mod unverified_host_key;
mod unversioned_bucket;
mod warn_only_code_signing;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &deprecated_runtime::RULE,
    &unsigned_code::RULE,
    &outdated_tls_policy::RULE,
    &public_bucket::RULE,
    &public_access_block_disabled::RULE,
    &plaintext_transport::RULE,
    &public_queue_policy::RULE,
    &public_topic_policy::RULE,
    &open_event_bus::RULE,
    &public_resource_policy::RULE,
    &disabled_encryption::RULE,
    &missing_customer_key::RULE,
    &table_without_recovery::RULE,
    &public_database::RULE,
    &open_network_rule::RULE,
    &database_without_network::RULE,
    &function_outside_vpc::RULE,
    &optional_instance_metadata_token::RULE,
    &introspection_enabled::RULE,
    &shared_layer::RULE,
    &plaintext_bucket_access::RULE,
    &default_endpoint_beside_domain::RULE,
    &unversioned_bucket::RULE,
    &permissive_bucket_cors::RULE,
    &warn_only_code_signing::RULE,
    &database_without_backup::RULE,
    &request_data_kept::RULE,
    &disabled_tls_verification::RULE,
    &predictable_temporary_file::RULE,
    &unverified_host_key::RULE,
    &debug_mode::RULE,
    &outdated_tls_version::RULE,
];
