//! Identities, roles and who has them.

use terraform_tables::row::{
    Turn::{As, By, Many},
    Type, nothing,
};

use super::arm;
use crate::turns;

pub(super) static TYPES: &[Type] = &[
    arm("azurerm_user_assigned_identity", "Microsoft.ManagedIdentity/userAssignedIdentities", &[]),
    arm(
        "azurerm_federated_identity_credential",
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        &[("parent_id", "^parent", As), ("audience", "audiences", As)],
    ),
    arm(
        "azurerm_role_assignment",
        "Microsoft.Authorization/roleAssignments",
        &[
            ("scope", "^scope", As),
            ("role_definition_name", "roleDefinitionName", As),
            ("role_definition_id", "roleDefinitionId", As),
            ("skip_service_principal_aad_check", "", As),
        ],
    ),
    arm(
        "azurerm_role_definition",
        "Microsoft.Authorization/roleDefinitions",
        &[
            ("name", "roleName", As),
            ("scope", "^scope", As),
            ("permissions", "permissions", Many(&[])),
            ("role_definition_id", "^name", As),
        ],
    ),
    arm(
        "azurerm_cosmosdb_sql_role_assignment",
        "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments",
        &[("account_name", "^parent", By(turns::cosmos_account))],
    ),
    nothing("azurerm_resource_group"),
    nothing("azurerm_management_lock"),
];
