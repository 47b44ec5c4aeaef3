//! Service Bus, Event Hubs, Event Grid, `SignalR`.

use terraform_tables::row::{
    Row,
    Turn::{As, By, Many, Named, One, Words},
    Type, nothing,
};

use super::{ENABLED, NOT, arm};
use crate::turns;

const BUS: &str = "azurerm_servicebus_namespace";
const HUBS: &str = "azurerm_eventhub_namespace";

static NAMESPACE: &[Row] = &[
    ("sku", "^sku.name", As),
    ("capacity", "^sku.capacity", As),
    ("local_auth_enabled", "disableLocalAuth", Words(NOT)),
    ("local_authentication_enabled", "disableLocalAuth", Words(NOT)),
    ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
    ("customer_managed_key", "encryption", By(turns::bus_key)),
    ("network_rule_set", "networkRuleSet", One(&[])),
    ("network_rulesets", "networkRuleSet", One(&[])),
    ("identity", "identity", By(turns::identity)),
    ("auto_inflate_enabled", "isAutoInflateEnabled", As),
];

static RULE: &[Row] = &[
    ("namespace_id", "^parent", As),
    ("queue_id", "^parent", As),
    ("topic_id", "^parent", As),
    ("namespace_name", "", As),
    ("eventhub_name", "^parent", Named("azurerm_eventhub")),
    // Together they are the `rights`.
    ("listen", "", As),
    ("send", "", As),
    ("manage", "", As),
];

static TOPIC: &[Row] = &[
    ("local_auth_enabled", "disableLocalAuth", Words(NOT)),
    ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
    ("inbound_ip_rule", "inboundIpRules", Many(&[])),
    ("identity", "identity", By(turns::identity)),
];

static SUBSCRIPTION: &[Row] = &[
    ("scope", "^scope", As),
    ("system_topic", "^parent", Named("azurerm_eventgrid_system_topic")),
    ("included_event_types", "filter.includedEventTypes", As),
    ("subject_filter", "filter", One(&[])),
    ("retry_policy", "retryPolicy", One(&[])),
    ("advanced_filter", "", As),
    // Several arguments, of which one is the destination.
    ("azure_function_endpoint", "", As),
    ("webhook_endpoint", "", As),
    ("storage_queue_endpoint", "", As),
    ("eventhub_endpoint_id", "", As),
    ("hybrid_connection_endpoint_id", "", As),
    ("service_bus_queue_endpoint_id", "", As),
    ("service_bus_topic_endpoint_id", "", As),
    ("storage_blob_dead_letter_destination", "deadLetterDestination", By(turns::dead_letters)),
];

static SIGNALR: &[Row] = &[
    ("sku", "^sku", By(turns::sku)),
    ("capacity", "^sku.capacity", As),
    ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
    ("local_auth_enabled", "disableLocalAuth", Words(NOT)),
    ("aad_auth_enabled", "disableAadAuth", Words(NOT)),
    ("tls_client_cert_enabled", "tls.clientCertEnabled", As),
    ("cors", "cors", One(&[])),
    ("identity", "identity", By(turns::identity)),
    ("upstream_endpoint", "upstream.templates", Many(&[])),
];

pub(super) static TYPES: &[Type] = &[
    arm(BUS, "Microsoft.ServiceBus/namespaces", NAMESPACE),
    arm(
        "azurerm_servicebus_queue",
        "Microsoft.ServiceBus/namespaces/queues",
        &[
            ("namespace_id", "^parent", As),
            ("namespace_name", "^parent", Named(BUS)),
            ("default_message_ttl", "defaultMessageTimeToLive", As),
        ],
    ),
    arm(
        "azurerm_servicebus_topic",
        "Microsoft.ServiceBus/namespaces/topics",
        &[
            ("namespace_id", "^parent", As),
            ("namespace_name", "^parent", Named(BUS)),
            ("default_message_ttl", "defaultMessageTimeToLive", As),
        ],
    ),
    arm(
        "azurerm_servicebus_subscription",
        "Microsoft.ServiceBus/namespaces/topics/subscriptions",
        &[
            ("topic_id", "^parent", As),
            ("topic_name", "^parent", Named("azurerm_servicebus_topic")),
            ("namespace_name", "", As),
        ],
    ),
    arm(
        "azurerm_servicebus_namespace_authorization_rule",
        "Microsoft.ServiceBus/namespaces/authorizationRules",
        RULE,
    ),
    arm(
        "azurerm_servicebus_queue_authorization_rule",
        "Microsoft.ServiceBus/namespaces/queues/authorizationRules",
        RULE,
    ),
    arm(
        "azurerm_servicebus_topic_authorization_rule",
        "Microsoft.ServiceBus/namespaces/topics/authorizationRules",
        RULE,
    ),
    nothing("azurerm_servicebus_subscription_rule"),
    arm(HUBS, "Microsoft.EventHub/namespaces", NAMESPACE),
    arm(
        "azurerm_eventhub",
        "Microsoft.EventHub/namespaces/eventhubs",
        &[
            ("namespace_id", "^parent", As),
            ("namespace_name", "^parent", Named(HUBS)),
            ("message_retention", "messageRetentionInDays", As),
            ("capture_description", "captureDescription", One(&[])),
        ],
    ),
    arm(
        "azurerm_eventhub_namespace_authorization_rule",
        "Microsoft.EventHub/namespaces/authorizationRules",
        &[
            ("namespace_name", "^parent", Named(HUBS)),
            ("listen", "", As),
            ("send", "", As),
            ("manage", "", As),
        ],
    ),
    arm(
        "azurerm_eventhub_authorization_rule",
        "Microsoft.EventHub/namespaces/eventhubs/authorizationRules",
        RULE,
    ),
    nothing("azurerm_eventhub_consumer_group"),
    arm("azurerm_eventgrid_topic", "Microsoft.EventGrid/topics", TOPIC),
    arm("azurerm_eventgrid_domain", "Microsoft.EventGrid/domains", TOPIC),
    arm(
        "azurerm_eventgrid_system_topic",
        "Microsoft.EventGrid/systemTopics",
        &[
            ("source_arm_resource_id", "source", As),
            ("source_resource_id", "source", As),
            ("identity", "identity", By(turns::identity)),
        ],
    ),
    arm(
        "azurerm_eventgrid_event_subscription",
        "Microsoft.EventGrid/eventSubscriptions",
        SUBSCRIPTION,
    ),
    arm(
        "azurerm_eventgrid_system_topic_event_subscription",
        "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        SUBSCRIPTION,
    ),
    arm("azurerm_signalr_service", "Microsoft.SignalRService/signalR", SIGNALR),
    arm("azurerm_web_pubsub", "Microsoft.SignalRService/webPubSub", SIGNALR),
];
