//! Lambda: functions and what hangs on them. Their policies are read by `permissions`.

use crate::table::{Form, Row, Turn, child, find, read};

const CONFIGURATION: &[Row] = &[
    ("FunctionName", "FunctionName", Turn::Same),
    ("Runtime", "Runtime", Turn::Same),
    ("Handler", "Handler", Turn::Same),
    ("Role", "Role", Turn::Same),
    ("Timeout", "Timeout", Turn::Same),
    ("MemorySize", "MemorySize", Turn::Same),
    ("PackageType", "PackageType", Turn::Same),
    ("Environment.Variables", "Environment.Variables", Turn::Same),
    ("VpcConfig.SubnetIds", "VpcConfig.SubnetIds", Turn::Same),
    ("VpcConfig.SecurityGroupIds", "VpcConfig.SecurityGroupIds", Turn::Same),
    ("TracingConfig.Mode", "TracingConfig.Mode", Turn::Unless("PassThrough")),
    ("DeadLetterConfig.TargetArn", "DeadLetterConfig.TargetArn", Turn::Same),
    ("EphemeralStorage.Size", "EphemeralStorage.Size", Turn::Same),
    ("FileSystemConfigs", "FileSystemConfigs", Turn::Same),
    ("KmsKeyArn", "KMSKeyArn", Turn::Same),
    ("LoggingConfig.LogFormat", "LoggingConfig.LogFormat", Turn::Same),
    ("LoggingConfig.ApplicationLogLevel", "LoggingConfig.ApplicationLogLevel", Turn::Same),
    ("LoggingConfig.LogGroup", "LoggingConfig.LogGroup", Turn::Same),
    ("SnapStart.ApplyOn", "SnapStart.ApplyOn", Turn::Unless("None")),
    ("Architectures", "Architectures", Turn::Same),
    ("Layers", "Layers", Turn::Same),
    ("#modified", "LastModified", Turn::Same),
    ("#sha256", "CodeSha256", Turn::Same),
    ("#version", "Version", Turn::Same),
];

const IDS: &[&str] = &["FunctionArn"];

pub(super) static FUNCTION: Form = Form {
    type_: "AWS::Lambda::Function",
    service: "lambda",
    finds: &[
        find("ListFunctions", "Functions", "FunctionName", IDS, CONFIGURATION),
        find("GetFunction", "Configuration", "FunctionName", IDS, CONFIGURATION),
        find("GetFunctionConfiguration", "", "FunctionName", IDS, CONFIGURATION),
    ],
    reads: &[
        read(
            "GetFunction",
            "",
            &[
                ("Code.ImageUri", "Code.ImageUri", Turn::Same),
                (
                    "ReservedConcurrentExecutions",
                    "Concurrency.ReservedConcurrentExecutions",
                    Turn::Same,
                ),
                ("#tags", "Tags", Turn::Same),
                ("#read_tags", "Configuration.FunctionName", Turn::Same),
            ],
        ),
        read("ListTags", "", &[("#tags", "Tags", Turn::Same), ("#read_tags", "Tags", Turn::Same)]),
        read(
            "GetFunctionConcurrency",
            "",
            &[("ReservedConcurrentExecutions", "ReservedConcurrentExecutions", Turn::Same)],
        ),
        read(
            "GetFunctionCodeSigningConfig",
            "",
            &[("CodeSigningConfigArn", "CodeSigningConfigArn", Turn::Same)],
        ),
        read("GetFunctionRecursionConfig", "", &[("RecursiveLoop", "RecursiveLoop", Turn::Same)]),
    ],
};

const URL_ROWS: &[Row] = &[
    ("TargetFunctionArn", "FunctionArn", Turn::Same),
    ("AuthType", "AuthType", Turn::Same),
    ("InvokeMode", "InvokeMode", Turn::Same),
    ("Cors", "Cors", Turn::Large),
];

pub(super) static URL: Form = Form {
    type_: "AWS::Lambda::Url",
    service: "lambda",
    finds: &[
        find("ListFunctionUrlConfigs", "FunctionUrlConfigs", "FunctionUrl", &[], URL_ROWS),
        find("GetFunctionUrlConfig", "", "FunctionUrl", &[], URL_ROWS),
    ],
    reads: &[],
};

const OF_FUNCTION: (&str, &str) = ("FunctionName", "AWS::Lambda::Function");

const PROVISIONED: &[Row] = &[(
    "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions",
    "RequestedProvisionedConcurrentExecutions",
    Turn::Same,
)];

pub(super) static ALIAS: Form = Form {
    type_: "AWS::Lambda::Alias",
    service: "lambda",
    finds: &[
        child(
            "ListAliases",
            "Aliases",
            "Name",
            &["AliasArn"],
            OF_FUNCTION,
            &[
                ("Name", "Name", Turn::Same),
                ("FunctionVersion", "FunctionVersion", Turn::Same),
                ("RoutingConfig", "RoutingConfig", Turn::Same),
            ],
        ),
        child(
            "ListProvisionedConcurrencyConfigs",
            "ProvisionedConcurrencyConfigs",
            "FunctionArn",
            &["FunctionArn"],
            OF_FUNCTION,
            PROVISIONED,
        ),
    ],
    reads: &[],
};

const MAPPING_ROWS: &[Row] = &[
    ("FunctionName", "FunctionArn", Turn::Same),
    ("EventSourceArn", "EventSourceArn", Turn::Same),
    ("BatchSize", "BatchSize", Turn::Same),
    ("StartingPosition", "StartingPosition", Turn::Same),
    ("ScalingConfig", "ScalingConfig", Turn::Same),
    ("MaximumRetryAttempts", "MaximumRetryAttempts", Turn::Same),
    ("MaximumRecordAgeInSeconds", "MaximumRecordAgeInSeconds", Turn::Same),
    ("BisectBatchOnFunctionError", "BisectBatchOnFunctionError", Turn::Same),
    ("DestinationConfig", "DestinationConfig", Turn::Same),
    ("FunctionResponseTypes", "FunctionResponseTypes", Turn::Same),
    ("FilterCriteria", "FilterCriteria", Turn::Same),
    ("Topics", "Topics", Turn::Same),
    ("Queues", "Queues", Turn::Same),
    ("SelfManagedEventSource", "SelfManagedEventSource", Turn::Same),
    ("SourceAccessConfigurations", "SourceAccessConfigurations", Turn::Same),
    ("Enabled", "State", Turn::Is("Enabled|Enabling|Creating|Updating")),
];

pub(super) static MAPPING: Form = Form {
    type_: "AWS::Lambda::EventSourceMapping",
    service: "lambda",
    finds: &[
        find("ListEventSourceMappings", "EventSourceMappings", "UUID", &[], MAPPING_ROWS),
        find("GetEventSourceMapping", "", "UUID", &[], MAPPING_ROWS),
    ],
    reads: &[],
};

const INVOKE_ROWS: &[Row] = &[
    ("FunctionName", "FunctionArn", Turn::Same),
    ("MaximumRetryAttempts", "MaximumRetryAttempts", Turn::Same),
    ("MaximumEventAgeInSeconds", "MaximumEventAgeInSeconds", Turn::Same),
    ("DestinationConfig.OnFailure", "DestinationConfig.OnFailure", Turn::Same),
    ("DestinationConfig.OnSuccess", "DestinationConfig.OnSuccess", Turn::Same),
];

pub(super) static INVOKE_CONFIG: Form = Form {
    type_: "AWS::Lambda::EventInvokeConfig",
    service: "lambda",
    finds: &[
        find(
            "ListFunctionEventInvokeConfigs",
            "FunctionEventInvokeConfigs",
            "FunctionArn",
            &["FunctionArn"],
            INVOKE_ROWS,
        ),
        find("GetFunctionEventInvokeConfig", "", "FunctionArn", &["FunctionArn"], INVOKE_ROWS),
    ],
    reads: &[],
};

const SIGNING_ROWS: &[Row] = &[
    (
        "CodeSigningPolicies.UntrustedArtifactOnDeployment",
        "CodeSigningPolicies.UntrustedArtifactOnDeployment",
        Turn::Same,
    ),
    (
        "AllowedPublishers.SigningProfileVersionArns",
        "AllowedPublishers.SigningProfileVersionArns",
        Turn::Same,
    ),
];

pub(super) static SIGNING: Form = Form {
    type_: "AWS::Lambda::CodeSigningConfig",
    service: "lambda",
    finds: &[
        find(
            "ListCodeSigningConfigs",
            "CodeSigningConfigs",
            "CodeSigningConfigId",
            &["CodeSigningConfigArn"],
            SIGNING_ROWS,
        ),
        find(
            "GetCodeSigningConfig",
            "CodeSigningConfig",
            "CodeSigningConfigId",
            &["CodeSigningConfigArn"],
            SIGNING_ROWS,
        ),
    ],
    reads: &[],
};
