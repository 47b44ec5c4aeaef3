//! Roles, users, groups and their policies; directories of users.

use terraform_tables::row::{
    At, Owner, Row,
    Turn::{As, Json, Listed, Many, Named, One},
    Type, nothing, part, resource,
};

const ROLE: &str = "aws_iam_role";
const SET: &str = "aws_ssoadmin_permission_set";
const PERMISSIONS: &str = "AWS::SSO::PermissionSet";

static INLINE: &[Row] = &[("name", "PolicyName", As), ("policy", "PolicyDocument", Json)];

pub(super) static TYPES: &[Type] = &[
    resource(
        ROLE,
        "AWS::IAM::Role",
        &[
            ("name", "RoleName", As),
            ("assume_role_policy", "AssumeRolePolicyDocument", Json),
            ("inline_policy", "Policies", Many(INLINE)),
        ],
    ),
    resource("aws_iam_user", "AWS::IAM::User", &[("name", "UserName", As)]),
    resource("aws_iam_group", "AWS::IAM::Group", &[("name", "GroupName", As)]),
    resource(
        "aws_iam_policy",
        "AWS::IAM::ManagedPolicy",
        &[("name", "ManagedPolicyName", As), ("policy", "PolicyDocument", Json)],
    ),
    resource(
        "aws_iam_role_policy",
        "AWS::IAM::RolePolicy",
        &[
            ("name", "PolicyName", As),
            ("role", "RoleName", Named(ROLE)),
            ("policy", "PolicyDocument", Json),
        ],
    ),
    resource(
        "aws_iam_user_policy",
        "AWS::IAM::UserPolicy",
        &[
            ("name", "PolicyName", As),
            ("user", "UserName", Named("aws_iam_user")),
            ("policy", "PolicyDocument", Json),
        ],
    ),
    resource(
        "aws_iam_group_policy",
        "AWS::IAM::GroupPolicy",
        &[
            ("name", "PolicyName", As),
            ("group", "GroupName", Named("aws_iam_group")),
            ("policy", "PolicyDocument", Json),
        ],
    ),
    part(
        "aws_iam_role_policy_attachment",
        Owner::In("role", ROLE),
        At::Value("policy_arn", "ManagedPolicyArns"),
        &[],
    ),
    part(
        "aws_iam_user_policy_attachment",
        Owner::In("user", "aws_iam_user"),
        At::Value("policy_arn", "ManagedPolicyArns"),
        &[],
    ),
    part(
        "aws_iam_group_policy_attachment",
        Owner::In("group", "aws_iam_group"),
        At::Value("policy_arn", "ManagedPolicyArns"),
        &[],
    ),
    // Also on several principals at once: one part for each.
    part(
        "aws_iam_policy_attachment",
        Owner::In("roles", ROLE),
        At::Value("policy_arn", "ManagedPolicyArns"),
        &[],
    ),
    part(
        "aws_iam_role_policy_attachments_exclusive",
        Owner::In("role_name", ROLE),
        At::Value("policy_arns", "ManagedPolicyArns"),
        &[],
    ),
    nothing("aws_iam_role_policies_exclusive"),
    nothing("aws_iam_service_linked_role"),
    resource("aws_ssoadmin_permission_set", PERMISSIONS, &[]),
    part(
        "aws_ssoadmin_permission_set_inline_policy",
        Owner::In("permission_set_arn", SET),
        At::Below(""),
        &[
            ("inline_policy", "InlinePolicy", Json),
            ("instance_arn", "", As),
            ("permission_set_arn", "", As),
        ],
    ),
    part(
        "aws_ssoadmin_managed_policy_attachment",
        Owner::In("permission_set_arn", SET),
        At::Value("managed_policy_arn", "ManagedPolicies"),
        &[],
    ),
    resource(
        "aws_iam_access_key",
        "AWS::IAM::AccessKey",
        &[("user", "UserName", Named("aws_iam_user"))],
    ),
    resource(
        "aws_iam_instance_profile",
        "AWS::IAM::InstanceProfile",
        &[("name", "InstanceProfileName", As), ("role", "Roles", Named(ROLE))],
    ),
    resource(
        "aws_iam_group_membership",
        "AWS::IAM::UserToGroupAddition",
        &[
            ("group", "GroupName", Named("aws_iam_group")),
            ("users", "Users", Named("aws_iam_user")),
        ],
    ),
    resource(
        "aws_iam_user_group_membership",
        "AWS::IAM::UserToGroupAddition",
        &[
            ("user", "Users", Named("aws_iam_user")),
            ("groups", "GroupName", Named("aws_iam_group")),
        ],
    ),
    resource(
        "aws_iam_openid_connect_provider",
        "AWS::IAM::OIDCProvider",
        &[("client_id_list", "ClientIdList", Listed)],
    ),
    resource(
        "aws_cognito_user_pool",
        "AWS::Cognito::UserPool",
        &[
            ("name", "UserPoolName", As),
            ("password_policy", "Policies.PasswordPolicy", One(&[])),
            ("admin_create_user_config", "AdminCreateUserConfig", One(&[])),
            ("user_pool_add_ons", "UserPoolAddOns", One(&[])),
            ("lambda_config", "LambdaConfig", One(&[])),
        ],
    ),
    resource(
        "aws_cognito_user_pool_client",
        "AWS::Cognito::UserPoolClient",
        &[
            ("name", "ClientName", As),
            ("allowed_oauth_flows", "AllowedOAuthFlows", As),
            ("allowed_oauth_scopes", "AllowedOAuthScopes", As),
            ("allowed_oauth_flows_user_pool_client", "AllowedOAuthFlowsUserPoolClient", As),
            ("callback_urls", "CallbackURLs", As),
            ("logout_urls", "LogoutURLs", As),
        ],
    ),
    resource("aws_cognito_user_pool_domain", "AWS::Cognito::UserPoolDomain", &[]),
    resource("aws_cognito_resource_server", "AWS::Cognito::UserPoolResourceServer", &[]),
    resource("aws_cognito_user_group", "AWS::Cognito::UserPoolGroup", &[]),
    resource(
        "aws_cognito_identity_pool",
        "AWS::Cognito::IdentityPool",
        &[("identity_pool_name", "IdentityPoolName", As)],
    ),
    resource(
        "aws_cognito_identity_pool_roles_attachment",
        "AWS::Cognito::IdentityPoolRoleAttachment",
        &[],
    ),
    resource("aws_cognito_identity_provider", "AWS::Cognito::UserPoolIdentityProvider", &[]),
];
