//! Directories of users and pools of identities.

use app_model::{IdentityPool, UserPool, UserPoolClient};

use model_builder::{Builder, Item};

pub(super) fn user_pool(builder: &Builder<'_>, item: &Item<'_>) -> UserPool {
    let properties = builder.properties(item);
    let class = |key: &str| properties.boolean(&["Policies", "PasswordPolicy", key]);
    UserPool {
        mfa: properties.text(&["MfaConfiguration"]),
        password_length: properties.integer(&["Policies", "PasswordPolicy", "MinimumLength"]),
        password_classes: [
            class("RequireLowercase"),
            class("RequireUppercase"),
            class("RequireNumbers"),
            class("RequireSymbols"),
        ],
        admin_creates_users: properties
            .boolean(&["AdminCreateUserConfig", "AllowAdminCreateUserOnly"]),
        advanced_security: properties.text(&["UserPoolAddOns", "AdvancedSecurityMode"]),
        deletion_protection: properties.text(&["DeletionProtection"]),
        temporary_password_days: properties.integer(&[
            "Policies",
            "PasswordPolicy",
            "TemporaryPasswordValidityDays",
        ]),
        has_firewall: builder.of_type("AWS::WAFv2::WebACLAssociation").any(|association| {
            association
                .properties
                .get("ResourceArn")
                .is_some_and(|node| builder.referents(node).iter().any(|r| r.name == item.name()))
        }),
    }
}

pub(super) fn client(builder: &Builder<'_>, item: &Item<'_>) -> UserPoolClient {
    let properties = builder.properties(item);
    UserPoolClient {
        generates_secret: properties.boolean(&["GenerateSecret"]),
        auth_flows: properties.texts(&["ExplicitAuthFlows"]),
        oauth: properties.boolean(&["AllowedOAuthFlowsUserPoolClient"]),
        oauth_flows: properties.texts(&["AllowedOAuthFlows"]),
        callback_urls: properties.texts(&["CallbackURLs"]),
        prevent_user_existence_errors: properties.text(&["PreventUserExistenceErrors"]),
        token_revocation: properties.boolean(&["EnableTokenRevocation"]),
    }
}

pub(super) fn identity_pool(builder: &Builder<'_>, item: &Item<'_>) -> IdentityPool {
    let properties = builder.properties(item);
    IdentityPool {
        allows_guests: properties.boolean(&["AllowUnauthenticatedIdentities"]),
        classic_flow: properties.boolean(&["AllowClassicFlow"]),
    }
}
