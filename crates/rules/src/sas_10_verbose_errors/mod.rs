//! SAS-10: improper exception handling and verbose errors.

use crate::Rule;

mod credentials_in_access_log;
mod data_trace;
mod debug_environment;
mod debug_log_level;
mod error_in_response;
mod event_logging;
mod execution_data_in_logs;
mod leaking_gateway_response;
mod leaking_integration_response;
mod user_existence_errors;
mod verbose_field_logs;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &data_trace::RULE,
    &event_logging::RULE,
    &debug_environment::RULE,
    &execution_data_in_logs::RULE,
    &leaking_gateway_response::RULE,
    &verbose_field_logs::RULE,
    &user_existence_errors::RULE,
    &debug_log_level::RULE,
    &credentials_in_access_log::RULE,
    &leaking_integration_response::RULE,
    &error_in_response::RULE,
];
