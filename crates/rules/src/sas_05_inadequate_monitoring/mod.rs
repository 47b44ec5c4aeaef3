//! SAS-5: inadequate monitoring and logging.

use crate::Rule;

mod access_log_missing;
mod app_without_http_logs;
mod app_without_insights;
mod async_without_failure_destination;
mod database_without_audit;
mod disabled_trail;
mod endless_log_retention;
mod event_logged;
mod graphql_without_logs;
mod implicit_api_without_access_log;
pub(crate) mod log_tampering_permission;
mod missing_alarm;
mod missing_log_permissions;
mod queue_without_redrive;
mod schedule_without_failure_destination;
mod short_activity_log;
mod silenced_host_log;
mod silent_alarm;
mod silent_database_log;
mod single_region_trail;
mod state_machine_without_logs;
mod stream_without_failure_destination;
mod tracing_disabled;
mod trail_without_invocations;
mod undeclared_log_group;
mod undelivered_rule_events;
mod undelivered_subscription;
mod unlogged_bucket;
mod unlogged_distribution;
mod unlogged_standard_workflow;
mod unlogged_subnet;
mod unstructured_logs;
mod unvalidated_trail;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &tracing_disabled::RULE,
    &access_log_missing::RULE,
    &endless_log_retention::RULE,
    &async_without_failure_destination::RULE,
    &stream_without_failure_destination::RULE,
    &queue_without_redrive::RULE,
    &state_machine_without_logs::RULE,
    &single_region_trail::RULE,
    &unvalidated_trail::RULE,
    &trail_without_invocations::RULE,
    &missing_alarm::RULE,
    &silent_alarm::RULE,
    &unstructured_logs::RULE,
    &undelivered_rule_events::RULE,
    &undelivered_subscription::RULE,
    &missing_log_permissions::RULE,
    &log_tampering_permission::RULE,
    &disabled_trail::RULE,
    &unlogged_distribution::RULE,
    &graphql_without_logs::RULE,
    &undeclared_log_group::RULE,
    &unlogged_bucket::RULE,
    &schedule_without_failure_destination::RULE,
    &implicit_api_without_access_log::RULE,
    &unlogged_standard_workflow::RULE,
    &event_logged::RULE,
    &app_without_http_logs::RULE,
    &database_without_audit::RULE,
    &app_without_insights::RULE,
    &short_activity_log::RULE,
    &silenced_host_log::RULE,
    &silent_database_log::RULE,
    &unlogged_subnet::RULE,
];
