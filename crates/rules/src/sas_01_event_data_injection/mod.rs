//! SAS-1: event-data injection.

use crate::Rule;

mod catch_all_event_pattern;
mod command_injection;
mod mapping_template_injection;
mod missing_web_firewall;
mod resolver_template_injection;
mod state_input_injection;
mod unfiltered_event_source;
mod unfiltered_object_trigger;
mod unvalidated_request;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &unvalidated_request::RULE,
    &missing_web_firewall::RULE,
    &unfiltered_object_trigger::RULE,
    &unfiltered_event_source::RULE,
    &catch_all_event_pattern::RULE,
    &resolver_template_injection::RULE,
    &mapping_template_injection::RULE,
    &state_input_injection::RULE,
    &command_injection::RULE,
];
