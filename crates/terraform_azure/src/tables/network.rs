//! Networks and what they let through.

use terraform_tables::row::{
    Row,
    Turn::{As, By, Many, Named, One},
    Type, nothing,
};

use super::arm;
use crate::turns;

const GROUP: &str = "azurerm_network_security_group";

static RULE: &[Row] = &[("network_security_group_name", "^parent", Named(GROUP))];

pub(super) static TYPES: &[Type] = &[
    arm(
        GROUP,
        "Microsoft.Network/networkSecurityGroups",
        &[("security_rule", "securityRules", By(turns::security_rules))],
    ),
    arm(
        "azurerm_network_security_rule",
        "Microsoft.Network/networkSecurityGroups/securityRules",
        RULE,
    ),
    arm(
        "azurerm_virtual_network",
        "Microsoft.Network/virtualNetworks",
        &[("address_space", "addressSpace.addressPrefixes", As), ("subnet", "subnets", Many(&[]))],
    ),
    arm(
        "azurerm_subnet",
        "Microsoft.Network/virtualNetworks/subnets",
        &[
            ("virtual_network_name", "^parent", Named("azurerm_virtual_network")),
            ("service_endpoints", "", As),
            ("delegation", "delegations", Many(&[])),
        ],
    ),
    arm(
        "azurerm_private_endpoint",
        "Microsoft.Network/privateEndpoints",
        &[
            ("subnet_id", "subnet.id", As),
            (
                "private_service_connection",
                "privateLinkServiceConnections",
                Many(&[("private_connection_resource_id", "privateLinkServiceId", As)]),
            ),
            ("private_dns_zone_group", "privateDnsZoneGroup", One(&[])),
        ],
    ),
    nothing("azurerm_subnet_network_security_group_association"),
    nothing("azurerm_subnet_nat_gateway_association"),
    nothing("azurerm_private_dns_zone"),
    nothing("azurerm_private_dns_zone_virtual_network_link"),
    nothing("azurerm_public_ip"),
    nothing("azurerm_network_interface"),
];
