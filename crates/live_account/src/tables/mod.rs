//! Which answers tell of which resources. The order matters: owners stand before what belongs to
//! them, and what is named first keeps its plain name.

mod databases;
mod events;
mod functions;
mod guards;
mod interfaces;
mod networks;
mod storage;

use crate::table::Form;

/// Every type that is read by tables.
pub(crate) static FORMS: &[&Form] = &[
    &functions::FUNCTION,
    &functions::URL,
    &functions::ALIAS,
    &functions::MAPPING,
    &functions::INVOKE_CONFIG,
    &functions::SIGNING,
    &storage::TABLE,
    &storage::BUCKET,
    &storage::SECRET,
    &storage::PARAMETER,
    &storage::REPOSITORY,
    &events::QUEUE,
    &events::TOPIC,
    &events::SUBSCRIPTION,
    &events::STREAM,
    &events::BUS,
    &events::RULE,
    &events::SCHEDULE,
    &events::MACHINE,
    &events::PIPE,
    &interfaces::REST_API,
    &interfaces::REST_RESOURCE,
    &interfaces::REST_AUTHORIZER,
    &interfaces::REST_MODEL,
    &interfaces::REST_RESPONSE,
    &interfaces::REST_STAGE,
    &interfaces::USAGE_PLAN,
    &interfaces::REST_DOMAIN,
    &interfaces::REST_MAPPING,
    &interfaces::HTTP_API,
    &interfaces::HTTP_AUTHORIZER,
    &interfaces::HTTP_INTEGRATION,
    &interfaces::HTTP_ROUTE,
    &interfaces::HTTP_STAGE,
    &interfaces::HTTP_DOMAIN,
    &interfaces::HTTP_MAPPING,
    &interfaces::GRAPH_API,
    &interfaces::GRAPH_KEY,
    &interfaces::GRAPH_SOURCE,
    &interfaces::GRAPH_RESOLVER,
    &interfaces::GRAPH_FUNCTION,
    &guards::USER_POOL,
    &guards::USER_POOL_CLIENT,
    &guards::IDENTITY_POOL,
    &guards::KEY,
    &guards::LOG_GROUP,
    &guards::LOG_FILTER,
    &guards::ALARM,
    &guards::TRAIL,
    &guards::BUDGET,
    &databases::DATABASE,
    &databases::CLUSTER,
    &databases::CACHE,
    &databases::ACCELERATOR,
    &databases::SEARCH,
    &databases::STREAMS,
    &databases::BROKER,
    &databases::FILES,
    &databases::DELIVERY,
    &networks::DISTRIBUTION,
    &networks::BALANCER,
    &networks::LISTENER,
    &networks::TARGETS,
    &networks::NETWORK_GROUP,
    &networks::MACHINE,
    &networks::LAYER,
    &networks::COMPOSITE,
];
