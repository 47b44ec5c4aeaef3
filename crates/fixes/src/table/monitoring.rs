//! Traces, logs, trails.

use crate::fix::{
    Fix,
    Value::{Number, Off, On, Word},
    judged, safe, set, set_without,
};

const TRACE_ROLE: &str = "its role must be allowed to write traces (`AWSXRayDaemonWriteAccess`), or \
                          the deployment fails";

pub(super) static FIXES: &[Fix] = &[
    safe(
        (5, 1),
        "tracing-disabled",
        &[
            // SAM and the Serverless Framework give the role that they make the permission.
            set_without("AWS::Serverless::Function", "Role", &[("Tracing", Word("Active"))]),
            set_without("AWS::Serverless::StateMachine", "Role", &[("Tracing.Enabled", On)]),
            set_without("serverless:function", "role", &[("tracing", Word("Active"))]),
            set("serverless:rest-api", &[("tracing.apiGateway", On)]),
            set("AWS::Serverless::Api", &[("TracingEnabled", On)]),
            set("AWS::ApiGateway::Stage", &[("TracingEnabled", On)]),
            set("AWS::ApiGateway::Deployment", &[("StageDescription.TracingEnabled", On)]),
            set("AWS::AppSync::GraphQLApi", &[("XrayEnabled", On)]),
            set("AWS::Serverless::GraphQLApi", &[("XrayEnabled", On)]),
        ],
    ),
    judged(
        (5, 1),
        "tracing-disabled",
        TRACE_ROLE,
        &[
            set("AWS::Serverless::Function", &[("Tracing", Word("Active"))]),
            set("AWS::Serverless::StateMachine", &[("Tracing.Enabled", On)]),
            set("serverless:function", &[("tracing", Word("Active"))]),
            set("AWS::Lambda::Function", &[("TracingConfig.Mode", Word("Active"))]),
            set("AWS::StepFunctions::StateMachine", &[("TracingConfiguration.Enabled", On)]),
        ],
    ),
    judged(
        (5, 3),
        "endless-log-retention",
        "lines that are older are deleted; how long they must be kept is for the law and an investigation to say",
        &[set("AWS::Logs::LogGroup", &[("RetentionInDays", Number(365))])],
    ),
    safe(
        (5, 8),
        "single-region-trail",
        &[set("AWS::CloudTrail::Trail", &[("IsMultiRegionTrail", On)])],
    ),
    safe(
        (5, 9),
        "unvalidated-trail",
        &[set("AWS::CloudTrail::Trail", &[("EnableLogFileValidation", On)])],
    ),
    safe(
        (5, 13),
        "unstructured-logs",
        &[
            set("AWS::Lambda::Function", &[("LoggingConfig.LogFormat", Word("JSON"))]),
            set("AWS::Serverless::Function", &[("LoggingConfig.LogFormat", Word("JSON"))]),
        ],
    ),
    judged(
        (5, 18),
        "disabled-trail",
        "somebody switched it off",
        &[set("AWS::CloudTrail::Trail", &[("IsLogging", On)])],
    ),
    safe(
        (10, 1),
        "data-trace",
        &[
            set("AWS::ApiGateway::Stage", &[("MethodSettings.*.DataTraceEnabled", Off)]),
            set("AWS::Serverless::Api", &[("MethodSettings.*.DataTraceEnabled", Off)]),
            set(
                "AWS::ApiGateway::Deployment",
                &[("StageDescription.MethodSettings.*.DataTraceEnabled", Off)],
            ),
            set("AWS::ApiGateway::Deployment", &[("StageDescription.DataTraceEnabled", Off)]),
            set("AWS::ApiGatewayV2::Stage", &[("DefaultRouteSettings.DataTraceEnabled", Off)]),
            set("AWS::Serverless::HttpApi", &[("DefaultRouteSettings.DataTraceEnabled", Off)]),
        ],
    ),
    safe(
        (10, 4),
        "execution-data-in-logs",
        &[
            set(
                "AWS::StepFunctions::StateMachine",
                &[("LoggingConfiguration.IncludeExecutionData", Off)],
            ),
            set("AWS::Serverless::StateMachine", &[("Logging.IncludeExecutionData", Off)]),
        ],
    ),
    safe(
        (10, 6),
        "verbose-field-logs",
        &[
            set("AWS::AppSync::GraphQLApi", &[("LogConfig.ExcludeVerboseContent", On)]),
            set("AWS::Serverless::GraphQLApi", &[("Logging.ExcludeVerboseContent", On)]),
        ],
    ),
    judged(
        (10, 7),
        "user-existence-errors",
        "clients that tell of unknown users get another error",
        &[set("AWS::Cognito::UserPoolClient", &[("PreventUserExistenceErrors", Word("ENABLED"))])],
    ),
    safe(
        (10, 8),
        "debug-log-level",
        &[
            set("AWS::Lambda::Function", &[("LoggingConfig.ApplicationLogLevel", Word("INFO"))]),
            set(
                "AWS::Serverless::Function",
                &[("LoggingConfig.ApplicationLogLevel", Word("INFO"))],
            ),
        ],
    ),
];
