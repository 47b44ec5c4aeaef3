//! SAS-3: insecure deployment configuration.

mod ambiguous_archive;
mod api_service_outside_network;
mod archive_bomb;
mod archive_path_escape;
mod changed_by_hand;
mod database_without_backup;
mod database_without_network;
mod debug_mode;
mod deceptive_entry_name;
mod default_endpoint_beside_domain;
mod deprecated_runtime;
mod disabled_encryption;
mod disabled_tls_verification;
mod ended_app_runtime;
mod erasable_vault;
mod function_outside_vpc;
mod function_without_stack;
mod implicit_tls_version;
mod introspection_enabled;
mod loose_machine;
mod missing_customer_key;
mod mutable_image_tag;
mod object_access_lists;
mod opaque_archive_content;
mod open_database_firewall;
mod open_database_network;
mod open_event_bus;
mod open_ingress;
mod open_network_rule;
mod optional_instance_metadata_token;
mod outdated_http_version;
mod outdated_tls_policy;
mod outdated_tls_version;
mod package_differs_from_attestation;
mod package_over_limit;
mod permissive_bucket_cors;
mod plaintext_bucket_access;
mod plaintext_data_store;
mod plaintext_ftp;
mod plaintext_function_address;
mod plaintext_origin;
mod plaintext_transport;
mod predictable_temporary_file;
mod privileged_archive_entry;
mod public_access_block_disabled;
mod public_access_not_prevented;
mod public_address;
mod public_blob_container;
mod public_broker;
mod public_bucket;
mod public_database;
mod public_queue_policy;
mod public_resource_policy;
mod public_service_network;
mod public_topic_policy;
mod regional_backup;
mod remote_debugging;
mod request_data_in_temporary_file;
mod request_data_kept;
mod shared_layer;
mod single_layer_encryption;
mod table_without_recovery;
mod unattested_code;
mod unprotected_table;
mod unreadable_package_file;
mod unrotated_key;
mod unscanned_images;
mod unsigned_code;
mod untidy_archive;
mod unused_function;
mod unverified_host_key;
mod unversioned_bucket;
mod warn_only_code_signing;
mod weak_zone_signature;

use crate::Rule;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &deprecated_runtime::RULE,               // SAS-3.1
    &unsigned_code::RULE,                    // SAS-3.2
    &outdated_tls_policy::RULE,              // SAS-3.3
    &public_bucket::RULE,                    // SAS-3.4
    &public_access_block_disabled::RULE,     // SAS-3.5
    &plaintext_transport::RULE,              // SAS-3.6
    &public_queue_policy::RULE,              // SAS-3.7
    &public_topic_policy::RULE,              // SAS-3.8
    &open_event_bus::RULE,                   // SAS-3.9
    &public_resource_policy::RULE,           // SAS-3.10
    &disabled_encryption::RULE,              // SAS-3.11
    &missing_customer_key::RULE,             // SAS-3.12
    &table_without_recovery::RULE,           // SAS-3.13
    &public_database::RULE,                  // SAS-3.14
    &open_network_rule::RULE,                // SAS-3.15
    &database_without_network::RULE,         // SAS-3.16
    &function_outside_vpc::RULE,             // SAS-3.17
    &optional_instance_metadata_token::RULE, // SAS-3.18
    &introspection_enabled::RULE,            // SAS-3.19
    &shared_layer::RULE,                     // SAS-3.20
    &plaintext_bucket_access::RULE,          // SAS-3.21
    &default_endpoint_beside_domain::RULE,   // SAS-3.22
    &unversioned_bucket::RULE,               // SAS-3.23
    &permissive_bucket_cors::RULE,           // SAS-3.24
    &warn_only_code_signing::RULE,           // SAS-3.25
    &database_without_backup::RULE,          // SAS-3.26
    &request_data_kept::RULE,                // SAS-3.27
    &disabled_tls_verification::RULE,        // SAS-3.28
    &predictable_temporary_file::RULE,       // SAS-3.29
    &unverified_host_key::RULE,              // SAS-3.30
    &debug_mode::RULE,                       // SAS-3.31
    &outdated_tls_version::RULE,             // SAS-3.32
    &request_data_in_temporary_file::RULE,   // SAS-3.33
    &archive_path_escape::RULE,              // SAS-3.34
    &ambiguous_archive::RULE,                // SAS-3.35
    &archive_bomb::RULE,                     // SAS-3.36
    &deceptive_entry_name::RULE,             // SAS-3.37
    &privileged_archive_entry::RULE,         // SAS-3.38
    &opaque_archive_content::RULE,           // SAS-3.39
    &unreadable_package_file::RULE,          // SAS-3.40
    &package_over_limit::RULE,               // SAS-3.41
    &untidy_archive::RULE,                   // SAS-3.42
    &package_differs_from_attestation::RULE, // SAS-3.43
    &unrotated_key::RULE,                    // SAS-3.44
    &mutable_image_tag::RULE,                // SAS-3.45
    &unscanned_images::RULE,                 // SAS-3.46
    &unprotected_table::RULE,                // SAS-3.47
    &public_broker::RULE,                    // SAS-3.48
    &plaintext_data_store::RULE,             // SAS-3.49
    &plaintext_origin::RULE,                 // SAS-3.50
    &remote_debugging::RULE,                 // SAS-3.60
    &plaintext_ftp::RULE,                    // SAS-3.61
    &public_service_network::RULE,           // SAS-3.62
    &open_database_firewall::RULE,           // SAS-3.63
    &public_blob_container::RULE,            // SAS-3.64
    &erasable_vault::RULE,                   // SAS-3.65
    &ended_app_runtime::RULE,                // SAS-3.66
    &outdated_http_version::RULE,            // SAS-3.67
    &single_layer_encryption::RULE,          // SAS-3.68
    &regional_backup::RULE,                  // SAS-3.69
    &implicit_tls_version::RULE,             // SAS-3.70
    &api_service_outside_network::RULE,      // SAS-3.71
    &open_ingress::RULE,                     // SAS-3.80
    &object_access_lists::RULE,              // SAS-3.81
    &public_access_not_prevented::RULE,      // SAS-3.82
    &public_address::RULE,                   // SAS-3.83
    &open_database_network::RULE,            // SAS-3.84
    &loose_machine::RULE,                    // SAS-3.85
    &plaintext_function_address::RULE,       // SAS-3.86
    &weak_zone_signature::RULE,              // SAS-3.87
    &unused_function::RULE,                  // SAS-3.100
    &changed_by_hand::RULE,                  // SAS-3.101
    &function_without_stack::RULE,           // SAS-3.102
    &unattested_code::RULE,                  // SAS-3.103
];
