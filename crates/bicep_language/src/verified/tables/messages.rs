//! Buses, hubs and grids.

use super::{Child, Module, UNLESS_PRIVATE, WHOLE, as_is, each, made, or};

/// Sorted by name.
pub(super) const MODULES: [Module; 5] = [
    Module {
        name: "event-grid/domain",
        type_: "Microsoft.EventGrid/domains",
        turns: &[
            or("publicNetworkAccess", "properties.publicNetworkAccess", UNLESS_PRIVATE),
            as_is("inboundIpRules", "properties.inboundIpRules"),
            or("disableLocalAuth", "properties.disableLocalAuth", "true()"),
            or("minimumTlsVersionAllowed", "properties.minimumTlsVersionAllowed", "'1.2'"),
        ],
        children: &[],
        outputs: &[],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "event-grid/system-topic",
        type_: "Microsoft.EventGrid/systemTopics",
        turns: &[
            or("source", "properties.source", "moduleDefault('source')"),
            or("topicType", "properties.topicType", "moduleDefault('topicType')"),
        ],
        children: &[each(
            "eventSubscriptions",
            "parameters('eventSubscriptions')",
            "Microsoft.EventGrid/systemTopics/eventSubscriptions",
            WHOLE,
        )],
        outputs: &[],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "event-grid/topic",
        type_: "Microsoft.EventGrid/topics",
        turns: &[
            or("kind", "kind", "'Azure'"),
            or("publicNetworkAccess", "properties.publicNetworkAccess", UNLESS_PRIVATE),
            as_is("inboundIpRules", "properties.inboundIpRules"),
            or("disableLocalAuth", "properties.disableLocalAuth", "true()"),
            or("minimumTlsVersionAllowed", "properties.minimumTlsVersionAllowed", "'1.2'"),
            or("inputSchema", "properties.inputSchema", "'EventGridSchema'"),
        ],
        children: &[each(
            "eventSubscriptions",
            "parameters('eventSubscriptions')",
            "Microsoft.EventGrid/topics/eventSubscriptions",
            WHOLE,
        )],
        outputs: &[("endpoint", "endpoint")],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "event-hub/namespace",
        type_: "Microsoft.EventHub/namespaces",
        turns: &[
            or("skuName", "sku.name", "'Standard'"),
            or("disableLocalAuth", "properties.disableLocalAuth", "true()"),
            or("minimumTlsVersion", "properties.minimumTlsVersion", "'1.2'"),
            or("kafkaEnabled", "properties.kafkaEnabled", "false()"),
            or("isAutoInflateEnabled", "properties.isAutoInflateEnabled", "false()"),
            as_is("maximumThroughputUnits", "properties.maximumThroughputUnits"),
            or("publicNetworkAccess", "properties.publicNetworkAccess", UNLESS_PRIVATE),
            made(
                "customerManagedKey",
                "properties.encryption",
                "moduleDefault('encryption')",
                "null()",
            ),
            or("requireInfrastructureEncryption", "", "false()"),
        ],
        children: &[
            each(
                "eventhubs",
                "parameters('eventhubs')",
                "Microsoft.EventHub/namespaces/eventhubs",
                WHOLE,
            ),
            each(
                "authorizationRules",
                "parameters('authorizationRules')",
                "Microsoft.EventHub/namespaces/authorizationRules",
                WHOLE,
            ),
            Child {
                parameter: "networkRuleSets",
                list: None,
                type_: "Microsoft.EventHub/namespaces/networkRuleSets",
                name: "{0}/default",
                body: &[("properties", "parameters('networkRuleSets')")],
            },
        ],
        outputs: &[],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
    Module {
        name: "service-bus/namespace",
        type_: "Microsoft.ServiceBus/namespaces",
        turns: &[
            or("skuObject", "sku", "createObject('name', 'Premium')"),
            or("disableLocalAuth", "properties.disableLocalAuth", "true()"),
            or("minimumTlsVersion", "properties.minimumTlsVersion", "'1.2'"),
            or(
                "publicNetworkAccess",
                "properties.publicNetworkAccess",
                "if(and(not(empty(parameters('privateEndpoints'))), \
                 empty(parameters('networkRuleSets'))), 'Disabled', 'Enabled')",
            ),
            as_is("networkRuleSets", ""),
            made(
                "customerManagedKey",
                "properties.encryption",
                "moduleDefault('encryption')",
                "null()",
            ),
            or("requireInfrastructureEncryption", "", "true()"),
        ],
        children: &[
            each("queues", "parameters('queues')", "Microsoft.ServiceBus/namespaces/queues", WHOLE),
            each("topics", "parameters('topics')", "Microsoft.ServiceBus/namespaces/topics", WHOLE),
            each(
                "authorizationRules",
                "parameters('authorizationRules')",
                "Microsoft.ServiceBus/namespaces/authorizationRules",
                WHOLE,
            ),
            Child {
                parameter: "networkRuleSets",
                list: None,
                type_: "Microsoft.ServiceBus/namespaces/networkRuleSets",
                name: "{0}/default",
                body: &[("properties", "parameters('networkRuleSets')")],
            },
        ],
        outputs: &[("serviceBusEndpoint", "serviceBusEndpoint")],
        diagnostics: &[("parameters('diagnosticSettings')", "")],
    },
];
