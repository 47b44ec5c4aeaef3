//! Services of Google Cloud in Terraform.

use crate::fix::{
    Fix,
    Value::{Number, On, Word},
    judged, set,
};

const FIRST: &str = "google_cloudfunctions_function";
const SECOND: &str = "google_cloudfunctions2_function";
const BUCKET: &str = "google_storage_bucket";

pub(super) static FIXES: &[Fix] = &[
    judged(
        (3, 80),
        "open-ingress",
        "callers that come neither from the project's networks nor through a load balancer are shut out",
        &[
            set(SECOND, &[("service_config.ingress_settings", Word("ALLOW_INTERNAL_AND_GCLB"))]),
            set(FIRST, &[("ingress_settings", Word("ALLOW_INTERNAL_AND_GCLB"))]),
        ],
    ),
    judged(
        (3, 81),
        "object-access-lists",
        "lists of single objects open nothing any more",
        &[set(BUCKET, &[("uniform_bucket_level_access", On)])],
    ),
    judged(
        (3, 82),
        "public-access-not-prevented",
        "what was opened to everybody is shut",
        &[set(BUCKET, &[("public_access_prevention", Word("enforced"))])],
    ),
    judged(
        (3, 86),
        "plaintext-function-address",
        "clients that send their requests without TLS must follow a redirection",
        &[set(FIRST, &[("https_trigger_security_level", Word("SECURE_ALWAYS"))])],
    ),
    judged(
        (3, 49),
        "plaintext-data-store",
        "clients that connect without TLS are shut out",
        &[set(
            "google_sql_database_instance",
            &[("settings.ip_configuration.ssl_mode", Word("ENCRYPTED_ONLY"))],
        )],
    ),
    judged(
        (5, 81),
        "unlogged-subnet",
        "the lines are paid for by their volume",
        &[set(
            "google_compute_subnetwork",
            &[("log_config.metadata", Word("INCLUDE_ALL_METADATA"))],
        )],
    ),
    judged(
        (8, 80),
        "unset-instance-limit",
        "how many instances (50 here) it needs at its busiest",
        &[
            set(SECOND, &[("service_config.max_instance_count", Number(50))]),
            set(FIRST, &[("max_instances", Number(50))]),
        ],
    ),
];
