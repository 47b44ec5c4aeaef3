//! SAS-1: event-data injection.

use crate::Rule;

mod attribute_injection;
mod catch_all_event_pattern;
mod code_injection;
mod command_injection;
mod cross_site_scripting;
mod disabled_autoescape;
mod external_entities;
mod header_injection;
mod ldap_injection;
mod log_injection;
mod mapping_template_injection;
mod missing_web_firewall;
mod nosql_injection;
mod open_redirect;
mod path_traversal;
mod prompt_injection;
mod regex_injection;
mod request_forgery;
mod resolver_template_injection;
mod session_poisoning;
mod sql_injection;
mod state_input_injection;
mod template_injection;
mod unblocked_attack;
mod unfiltered_event_source;
mod unfiltered_object_trigger;
mod unrequired_parameter;
mod unsafe_deserialization;
mod unvalidated_event;
mod unvalidated_request;
mod xpath_injection;

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
    &sql_injection::RULE,
    &nosql_injection::RULE,
    &code_injection::RULE,
    &path_traversal::RULE,
    &request_forgery::RULE,
    &open_redirect::RULE,
    &cross_site_scripting::RULE,
    &template_injection::RULE,
    &xpath_injection::RULE,
    &ldap_injection::RULE,
    &external_entities::RULE,
    &unsafe_deserialization::RULE,
    &log_injection::RULE,
    &header_injection::RULE,
    &regex_injection::RULE,
    &session_poisoning::RULE,
    &attribute_injection::RULE,
    &prompt_injection::RULE,
    &unvalidated_event::RULE,
    &unrequired_parameter::RULE,
    &disabled_autoescape::RULE,
    &unblocked_attack::RULE, // SAS-1.100
];
