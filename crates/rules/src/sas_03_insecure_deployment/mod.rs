//! SAS-3: insecure deployment configuration.

use crate::Rule;

mod deprecated_runtime;
mod disabled_encryption;
mod missing_customer_key;
mod open_event_bus;
mod outdated_tls_policy;
mod plaintext_transport;
mod public_access_block_disabled;
mod public_bucket;
mod public_queue_policy;
mod public_resource_policy;
mod public_topic_policy;
mod table_without_recovery;
mod unsigned_code;

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
];
