//! API Management.

use terraform_tables::row::{
    Row,
    Turn::{As, By, Many, Named, One, Words},
    Type, nothing,
};

use super::{ENABLED, arm};
use crate::turns;

const SERVICE: &str = "azurerm_api_management";
const API: &str = "azurerm_api_management_api";

static POLICY: &[Row] = &[
    ("api_management_name", "", As),
    ("api_management_id", "^parent", As),
    ("api_name", "^parent", Named(API)),
    ("operation_id", "^operationId", As),
    ("xml_content", "value", As),
    ("xml_link", "value", As),
];

pub(super) static TYPES: &[Type] = &[
    arm(
        SERVICE,
        "Microsoft.ApiManagement/service",
        &[
            ("sku_name", "^sku", By(turns::sku_name)),
            ("client_certificate_enabled", "enableClientCertificate", As),
            ("public_network_access_enabled", "publicNetworkAccess", Words(ENABLED)),
            (
                "virtual_network_configuration",
                "virtualNetworkConfiguration",
                One(&[("subnet_id", "subnetResourceId", As)]),
            ),
            ("security", "customProperties", By(turns::gateway_security)),
            ("protocols", "", As),
            ("gateway_disabled", "disableGateway", As),
            ("sign_in", "", As),
            ("sign_up", "", As),
            ("identity", "identity", By(turns::identity)),
        ],
    ),
    arm(
        API,
        "Microsoft.ApiManagement/service/apis",
        &[
            ("api_management_name", "^parent", Named(SERVICE)),
            ("revision", "apiRevision", As),
            ("version", "apiVersion", As),
            ("import", "", As),
            (
                "oauth2_authorization",
                "authenticationSettings.oAuth2",
                One(&[("authorization_server_name", "authorizationServerId", As)]),
            ),
            (
                "openid_authentication",
                "authenticationSettings.openid",
                One(&[("openid_provider_name", "openidProviderId", As)]),
            ),
            ("subscription_key_parameter_names", "subscriptionKeyParameterNames", One(&[])),
        ],
    ),
    arm(
        "azurerm_api_management_api_operation",
        "Microsoft.ApiManagement/service/apis/operations",
        &[
            ("operation_id", "^name", As),
            ("api_name", "^parent", Named(API)),
            ("api_management_name", "", As),
            ("template_parameter", "templateParameters", Many(&[])),
            ("request", "request", One(&[])),
            ("response", "responses", Many(&[])),
        ],
    ),
    arm("azurerm_api_management_policy", "Microsoft.ApiManagement/service/policies", POLICY),
    arm(
        "azurerm_api_management_api_policy",
        "Microsoft.ApiManagement/service/apis/policies",
        POLICY,
    ),
    arm(
        "azurerm_api_management_api_operation_policy",
        "Microsoft.ApiManagement/service/apis/operations/policies",
        POLICY,
    ),
    arm(
        "azurerm_api_management_backend",
        "Microsoft.ApiManagement/service/backends",
        &[
            ("api_management_name", "^parent", Named(SERVICE)),
            ("credentials", "credentials", One(&[])),
            ("tls", "tls", One(&[])),
        ],
    ),
    arm(
        "azurerm_api_management_named_value",
        "Microsoft.ApiManagement/service/namedValues",
        &[
            ("api_management_name", "^parent", Named(SERVICE)),
            ("value_from_key_vault", "keyVault", One(&[("secret_id", "secretIdentifier", As)])),
        ],
    ),
    nothing("azurerm_api_management_logger"),
    nothing("azurerm_api_management_diagnostic"),
    nothing("azurerm_api_management_api_diagnostic"),
    nothing("azurerm_api_management_product"),
    nothing("azurerm_api_management_product_api"),
    nothing("azurerm_api_management_subscription"),
];
