//! Functions, services and jobs of Cloud Run, interfaces before them.

use super::{Type, nothing, plain, with};

pub(super) static TYPES: &[Type] = &[
    with(
        "google_cloudfunctions_function",
        "cloudfunctions.googleapis.com/CloudFunction",
        &[
            // Where the code lies and what starts it is told by several arguments together.
            ("source_archive_bucket", ""),
            ("source_archive_object", ""),
            ("trigger_http", ""),
            ("https_trigger_url", ""),
            ("https_trigger_security_level", ""),
        ],
    ),
    plain("google_cloudfunctions2_function", "cloudfunctions.googleapis.com/Function"),
    with(
        "google_cloud_run_service",
        "run.googleapis.com/Service",
        &[
            ("name", "metadata.name"),
            ("template", "spec.template"),
            ("traffic", "spec.traffic"),
            ("autogenerate_revision_name", ""),
        ],
    ),
    plain("google_cloud_run_v2_service", "run.googleapis.com/Service"),
    plain("google_cloud_run_v2_job", "run.googleapis.com/Job"),
    plain("google_cloud_run_v2_worker_pool", "run.googleapis.com/WorkerPool"),
    plain("google_cloud_run_domain_mapping", "run.googleapis.com/DomainMapping"),
    plain("google_api_gateway_api", "apigateway.googleapis.com/Api"),
    plain("google_api_gateway_api_config", "apigateway.googleapis.com/ApiConfig"),
    plain("google_api_gateway_gateway", "apigateway.googleapis.com/Gateway"),
    plain("google_endpoints_service", "servicemanagement.googleapis.com/ManagedService"),
    plain("google_workflows_workflow", "workflows.googleapis.com/Workflow"),
    plain("google_app_engine_application", "appengine.googleapis.com/Application"),
    plain("google_app_engine_standard_app_version", "appengine.googleapis.com/Version"),
    plain("google_app_engine_flexible_app_version", "appengine.googleapis.com/Version"),
    plain("google_app_engine_firewall_rule", "appengine.googleapis.com/FirewallRule"),
    plain("google_artifact_registry_repository", "artifactregistry.googleapis.com/Repository"),
    plain("google_container_registry", "containerregistry.googleapis.com/Registry"),
    plain("google_cloudbuild_worker_pool", "cloudbuild.googleapis.com/WorkerPool"),
    plain("google_cloudbuild_trigger", "cloudbuild.googleapis.com/BuildTrigger"),
    nothing("google_app_engine_domain_mapping"),
    nothing("google_app_engine_service_split_traffic"),
    nothing("google_cloudbuildv2_connection"),
    nothing("google_cloudbuildv2_repository"),
    nothing("google_sourcerepo_repository"),
];
