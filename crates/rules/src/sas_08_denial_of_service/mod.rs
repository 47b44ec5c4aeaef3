//! SAS-8: denial of service and of wallet.

use crate::Rule;

mod catastrophic_regex;
mod client_in_handler;
mod endless_function;
mod endless_response_wait;
mod endless_stream_retries;
mod exhausted_account_concurrency;
mod high_receive_count;
mod low_receive_count;
mod maximum_timeout;
mod missing_budget_alarm;
mod missing_request_timeout;
mod open_wallet;
mod recursion_detection_off;
mod recursive_trigger;
mod request_sized_batch;
mod request_sized_work;
mod short_visibility_timeout;
mod timeout_beyond_trigger;
mod unbounded_event_source;
mod unbounded_graphql_query;
mod unbounded_map;
mod unbounded_request_queue;
mod unbounded_scale_out;
mod unbounded_step_loop;
mod unlimited_api_key;
mod unlimited_concurrency;
mod unlimited_decompression;
mod unset_instance_limit;
mod unthrottled_api;
mod zero_concurrency;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &unlimited_concurrency::RULE,
    &unthrottled_api::RULE,
    &open_wallet::RULE,
    &recursive_trigger::RULE,
    &timeout_beyond_trigger::RULE,
    &short_visibility_timeout::RULE,
    &unbounded_event_source::RULE,
    &endless_stream_retries::RULE,
    &maximum_timeout::RULE,
    &recursion_detection_off::RULE,
    &unbounded_graphql_query::RULE,
    &low_receive_count::RULE,
    &unlimited_api_key::RULE,
    &exhausted_account_concurrency::RULE,
    &zero_concurrency::RULE,
    &missing_budget_alarm::RULE,
    &high_receive_count::RULE,
    &unbounded_step_loop::RULE,
    &unbounded_map::RULE,
    &missing_request_timeout::RULE,
    &client_in_handler::RULE,
    &request_sized_work::RULE,
    &catastrophic_regex::RULE,
    &unlimited_decompression::RULE,
    &request_sized_batch::RULE,
    &endless_response_wait::RULE,
    &unbounded_scale_out::RULE,
    &endless_function::RULE,
    &unbounded_request_queue::RULE,
    &unset_instance_limit::RULE,
];
