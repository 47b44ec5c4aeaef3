//! SAS-5: inadequate monitoring and logging.

use crate::Rule;

mod access_log_missing;
mod async_without_failure_destination;
mod disabled_trail;
mod endless_log_retention;
mod queue_without_redrive;
mod single_region_trail;
mod state_machine_without_logs;
mod stream_without_failure_destination;
mod tracing_disabled;
mod trail_without_invocations;
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
    &disabled_trail::RULE,
];
