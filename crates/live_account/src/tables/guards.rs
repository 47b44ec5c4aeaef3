//! What guards and watches: directories, keys, logs, alarms, trails, budgets.

use crate::table::{Form, Row, Turn, child, find, read};

const POOL_ROWS: &[Row] = &[
    ("UserPoolName", "Name", Turn::Same),
    ("Policies.PasswordPolicy", "Policies.PasswordPolicy", Turn::Same),
    ("AdminCreateUserConfig", "AdminCreateUserConfig", Turn::Same),
    ("UserPoolAddOns", "UserPoolAddOns", Turn::Same),
    ("DeletionProtection", "DeletionProtection", Turn::Same),
    ("MfaConfiguration", "MfaConfiguration", Turn::Same),
    ("LambdaConfig", "LambdaConfig", Turn::Same),
    ("AutoVerifiedAttributes", "AutoVerifiedAttributes", Turn::Same),
];

pub(super) static USER_POOL: Form = Form {
    type_: "AWS::Cognito::UserPool",
    service: "cognitoidp",
    finds: &[
        find("DescribeUserPool", "UserPool", "Name", &["Arn", "Id"], POOL_ROWS),
        find(
            "ListUserPools",
            "UserPools",
            "Name",
            &["Id"],
            &[("UserPoolName", "Name", Turn::Same)],
        ),
    ],
    reads: &[read(
        "GetUserPoolMfaConfig",
        "",
        &[("MfaConfiguration", "MfaConfiguration", Turn::Same)],
    )],
};

const CLIENT_ROWS: &[Row] = &[
    ("ClientName", "ClientName", Turn::Same),
    ("UserPoolId", "UserPoolId", Turn::Ref("AWS::Cognito::UserPool")),
    ("ExplicitAuthFlows", "ExplicitAuthFlows", Turn::Same),
    ("AllowedOAuthFlows", "AllowedOAuthFlows", Turn::Same),
    ("AllowedOAuthFlowsUserPoolClient", "AllowedOAuthFlowsUserPoolClient", Turn::Same),
    ("AllowedOAuthScopes", "AllowedOAuthScopes", Turn::Same),
    ("CallbackURLs", "CallbackURLs", Turn::Same),
    ("LogoutURLs", "LogoutURLs", Turn::Same),
    ("AccessTokenValidity", "AccessTokenValidity", Turn::Same),
    ("IdTokenValidity", "IdTokenValidity", Turn::Same),
    ("RefreshTokenValidity", "RefreshTokenValidity", Turn::Same),
    ("TokenValidityUnits", "TokenValidityUnits", Turn::Same),
    ("PreventUserExistenceErrors", "PreventUserExistenceErrors", Turn::Same),
    ("EnableTokenRevocation", "EnableTokenRevocation", Turn::Same),
];

pub(super) static USER_POOL_CLIENT: Form = Form {
    type_: "AWS::Cognito::UserPoolClient",
    service: "cognitoidp",
    finds: &[
        find("DescribeUserPoolClient", "UserPoolClient", "ClientName", &["ClientId"], CLIENT_ROWS),
        find(
            "ListUserPoolClients",
            "UserPoolClients",
            "ClientName",
            &["ClientId"],
            &[("UserPoolId", "UserPoolId", Turn::Ref("AWS::Cognito::UserPool"))],
        ),
    ],
    reads: &[],
};

pub(super) static IDENTITY_POOL: Form = Form {
    type_: "AWS::Cognito::IdentityPool",
    service: "cognitoidentity",
    finds: &[
        find(
            "DescribeIdentityPool",
            "",
            "IdentityPoolName",
            &["IdentityPoolId"],
            &[
                ("IdentityPoolName", "IdentityPoolName", Turn::Same),
                ("AllowUnauthenticatedIdentities", "AllowUnauthenticatedIdentities", Turn::Same),
                ("AllowClassicFlow", "AllowClassicFlow", Turn::Same),
                ("CognitoIdentityProviders", "CognitoIdentityProviders", Turn::Same),
            ],
        ),
        find("ListIdentityPools", "IdentityPools", "IdentityPoolName", &["IdentityPoolId"], &[]),
    ],
    reads: &[read("GetIdentityPoolRoles", "", &[("#roles", "Roles", Turn::Same)])],
};

/// Keys of AWS itself are nobody's to set.
pub(super) static KEY: Form = Form {
    type_: "AWS::KMS::Key",
    service: "kms",
    finds: &[find(
        "DescribeKey",
        "KeyMetadata",
        "Description",
        &["Arn", "KeyId"],
        &[
            ("KeySpec", "KeySpec", Turn::Same),
            ("KeyUsage", "KeyUsage", Turn::Same),
            ("Description", "Description", Turn::Same),
            ("#manager", "KeyManager", Turn::Same),
            ("#state", "KeyState", Turn::Same),
        ],
    )],
    reads: &[
        read("GetKeyPolicy", "", &[("KeyPolicy", "Policy", Turn::Document)]),
        read(
            "GetKeyRotationStatus",
            "",
            &[("EnableKeyRotation", "KeyRotationEnabled", Turn::Same)],
        ),
    ],
};

pub(super) static LOG_GROUP: Form = Form {
    type_: "AWS::Logs::LogGroup",
    service: "logs",
    finds: &[find(
        "DescribeLogGroups",
        "logGroups",
        "logGroupName",
        &["logGroupArn", "arn"],
        &[
            ("LogGroupName", "logGroupName", Turn::Same),
            ("RetentionInDays", "retentionInDays", Turn::Same),
            ("KmsKeyId", "kmsKeyId", Turn::Same),
            ("LogGroupClass", "logGroupClass", Turn::Same),
            ("#created", "creationTime", Turn::Same),
        ],
    )],
    reads: &[
        read(
            "GetDataProtectionPolicy",
            "",
            &[("DataProtectionPolicy", "policyDocument", Turn::Document)],
        ),
        read("DescribeLogStreams", "", &[("#streams", "logStreams", Turn::Same)]),
    ],
};

pub(super) static LOG_FILTER: Form = Form {
    type_: "AWS::Logs::SubscriptionFilter",
    service: "logs",
    finds: &[child(
        "DescribeSubscriptionFilters",
        "subscriptionFilters",
        "filterName",
        &[],
        ("LogGroupName", "AWS::Logs::LogGroup"),
        &[
            ("FilterPattern", "filterPattern", Turn::Same),
            ("DestinationArn", "destinationArn", Turn::Same),
            ("RoleArn", "roleArn", Turn::Same),
        ],
    )],
    reads: &[],
};

pub(super) static ALARM: Form = Form {
    type_: "AWS::CloudWatch::Alarm",
    service: "cloudwatch",
    finds: &[find(
        "DescribeAlarms",
        "MetricAlarms",
        "AlarmName",
        &["AlarmArn"],
        &[
            ("AlarmName", "AlarmName", Turn::Same),
            ("Namespace", "Namespace", Turn::Same),
            ("MetricName", "MetricName", Turn::Same),
            ("Dimensions", "Dimensions", Turn::List),
            ("Metrics", "Metrics", Turn::List),
            ("AlarmActions", "AlarmActions", Turn::List),
            ("TreatMissingData", "TreatMissingData", Turn::Same),
            ("Threshold", "Threshold", Turn::Same),
        ],
    )],
    reads: &[],
};

const TRAIL_ROWS: &[Row] = &[
    ("TrailName", "Name", Turn::Same),
    ("IsMultiRegionTrail", "IsMultiRegionTrail", Turn::Same),
    ("EnableLogFileValidation", "LogFileValidationEnabled", Turn::Same),
    ("KMSKeyId", "KmsKeyId", Turn::Same),
    ("CloudWatchLogsLogGroupArn", "CloudWatchLogsLogGroupArn", Turn::Same),
    ("S3BucketName", "S3BucketName", Turn::Ref("AWS::S3::Bucket")),
];

pub(super) static TRAIL: Form = Form {
    type_: "AWS::CloudTrail::Trail",
    service: "cloudtrail",
    finds: &[
        find("DescribeTrails", "trailList", "Name", &["TrailARN"], TRAIL_ROWS),
        find("GetTrail", "Trail", "Name", &["TrailARN"], TRAIL_ROWS),
    ],
    reads: &[
        read("GetTrailStatus", "", &[("IsLogging", "IsLogging", Turn::Same)]),
        read(
            "GetEventSelectors",
            "",
            &[
                ("EventSelectors", "EventSelectors", Turn::Same),
                ("AdvancedEventSelectors", "AdvancedEventSelectors", Turn::Same),
            ],
        ),
    ],
};

pub(super) static BUDGET: Form = Form {
    type_: "AWS::Budgets::Budget",
    service: "budgets",
    finds: &[find(
        "DescribeBudgets",
        "Budgets",
        "BudgetName",
        &[],
        &[("Budget.BudgetName", "BudgetName", Turn::Same)],
    )],
    reads: &[read(
        "DescribeNotificationsForBudget",
        "",
        &[("NotificationsWithSubscribers", "Notifications", Turn::Same)],
    )],
};
