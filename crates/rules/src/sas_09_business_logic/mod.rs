//! SAS-9: manipulation of the order and number of the steps of a flow.

use crate::Rule;

mod client_decided_value;
mod exposed_step;
mod scheduled_and_exposed;
mod unauthenticated_direct_integration;
mod unbounded_wait;
mod uncaught_task;
mod unchecked_step_order;
mod unreported_batch_failures;
mod untrusted_event_source;
mod wide_invoke;
mod wide_start_execution;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &exposed_step::RULE,
    &wide_invoke::RULE,
    &wide_start_execution::RULE,
    &uncaught_task::RULE,
    &unauthenticated_direct_integration::RULE,
    &unreported_batch_failures::RULE,
    &untrusted_event_source::RULE,
    &scheduled_and_exposed::RULE,
    &unbounded_wait::RULE,
    &client_decided_value::RULE,
    &unchecked_step_order::RULE,
];
