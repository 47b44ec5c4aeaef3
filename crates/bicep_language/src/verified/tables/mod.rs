//! What the parameters of each module become.
//!
//! Source: the READMEs of Azure/bicep-registry-modules (parameters, defaults; read 2026-11-27), of the
//! newest version of each module. Expressions are those of the template language; `moduleDefault(…)` is no
//! function of it and so never has a value: versions differ, or the platform decides.

mod data;
mod messages;
mod sites;

/// A module.
#[derive(Debug)]
pub(super) struct Module {
    /// Name below `avm/res/`.
    pub(super) name: &'static str,
    /// The type of its resource.
    pub(super) type_: &'static str,
    pub(super) turns: &'static [Turn],
    pub(super) children: &'static [Child],
    /// Outputs, and the path in the resource's properties that they tell.
    pub(super) outputs: &'static [(&'static str, &'static str)],
    /// Lists of diagnostic settings in parameters, and what they hang on below the resource.
    pub(super) diagnostics: &'static [(&'static str, &'static str)],
}

/// What a parameter becomes.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) parameter: &'static str,
    /// Where its value stands in the resource, parted by dots; `""` when only expressions use it.
    pub(super) path: &'static str,
    /// What the value is made of, when it is not the parameter as it is.
    pub(super) made: Option<&'static str>,
    pub(super) otherwise: Otherwise,
}

/// What stands there when the parameter is not given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Otherwise {
    /// Nothing: the platform's default holds.
    Absent,
    /// What the module writes.
    Is(&'static str),
}

/// Resources below that of the module.
#[derive(Debug)]
pub(super) struct Child {
    /// The parameter that must be given.
    pub(super) parameter: &'static str,
    /// The list of which each item makes one, as an expression; `None` for one resource.
    pub(super) list: Option<&'static str>,
    pub(super) type_: &'static str,
    /// A pattern of `format`: `{0}` is the name of the module's resource, `{1}` that of the item.
    pub(super) name: &'static str,
    /// Path and expression, in which `ITEM` is the item of the list.
    pub(super) body: &'static [(&'static str, &'static str)],
}

const fn as_is(parameter: &'static str, path: &'static str) -> Turn {
    Turn { parameter, path, made: None, otherwise: Otherwise::Absent }
}

const fn or(parameter: &'static str, path: &'static str, is: &'static str) -> Turn {
    Turn { parameter, path, made: None, otherwise: Otherwise::Is(is) }
}

const fn made(
    parameter: &'static str,
    path: &'static str,
    made: &'static str,
    is: &'static str,
) -> Turn {
    Turn { parameter, path, made: Some(made), otherwise: Otherwise::Is(is) }
}

/// Written when there are private endpoints, else the platform's default.
const UNLESS_PRIVATE: &str = "if(empty(parameters('privateEndpoints')), null(), 'Disabled')";

const fn each(
    parameter: &'static str,
    list: &'static str,
    type_: &'static str,
    body: &'static [(&'static str, &'static str)],
) -> Child {
    Child { parameter, list: Some(list), type_, name: "{0}/{1}", body }
}

/// An item of a list that has the shape of the properties.
const WHOLE: &[(&str, &str)] = &[("properties", "ITEM")];

/// Parameters that every module may have.
pub(super) const SHAPES: [Turn; 4] = [
    or("name", "name", "moduleDefault('name')"),
    or("location", "location", "resourceGroup().location"),
    as_is("tags", "tags"),
    as_is("privateEndpoints", ""),
];

/// Parameters that say nothing about what rules ask; not told as unread.
pub(super) const SILENT: [&str; 12] = [
    "lock",
    "enableTelemetry",
    "zoneRedundant",
    "managedIdentities",
    "roleAssignments",
    "diagnosticSettings",
    "skuCapacity",
    "failoverLocations",
    "clientAffinityEnabled",
    "dnsEndpointType",
    "accessTier",
    "description",
];

/// Modules of which only the resource is told.
pub(super) const NEIGHBOURS: [(&str, &str); 16] = [
    ("app/managed-environment", "Microsoft.App/managedEnvironments"),
    ("insights/action-group", "Microsoft.Insights/actionGroups"),
    ("insights/data-collection-rule", "Microsoft.Insights/dataCollectionRules"),
    ("insights/metric-alert", "Microsoft.Insights/metricAlerts"),
    ("network/application-gateway", "Microsoft.Network/applicationGateways"),
    ("network/bastion-host", "Microsoft.Network/bastionHosts"),
    ("network/firewall-policy", "Microsoft.Network/firewallPolicies"),
    ("network/nat-gateway", "Microsoft.Network/natGateways"),
    ("network/private-dns-zone", "Microsoft.Network/privateDnsZones"),
    ("network/private-endpoint", "Microsoft.Network/privateEndpoints"),
    ("network/public-ip-address", "Microsoft.Network/publicIPAddresses"),
    ("network/route-table", "Microsoft.Network/routeTables"),
    ("network/virtual-network", "Microsoft.Network/virtualNetworks"),
    ("portal/dashboard", "Microsoft.Portal/dashboards"),
    ("resources/resource-group", "Microsoft.Resources/resourceGroups"),
    ("virtual-machine-images/image-template", "Microsoft.VirtualMachineImages/imageTemplates"),
];

/// All modules.
pub(super) fn modules() -> impl Iterator<Item = &'static Module> {
    const DATA: &[Module] = &data::MODULES;
    const MESSAGES: &[Module] = &messages::MODULES;
    const SITES: &[Module] = &sites::MODULES;
    [DATA, MESSAGES, SITES].into_iter().flatten()
}
