//! Interfaces: API Gateway, AppSync.

use terraform_tables::row::{
    At, Owner, Row,
    Turn::{As, By, Json, Listed, Many, Named, One, Unless},
    Type, nothing, part, resource,
};

use crate::join;

const METHOD: Owner =
    Owner::Same("aws_api_gateway_method", &["rest_api_id", "resource_id", "http_method"]);

const KEYS_OF_METHOD: [Row; 3] =
    [("rest_api_id", "", As), ("resource_id", "", As), ("http_method", "", As)];

static ACCESS_LOG: &[Row] = &[];

static THROTTLE: &[Row] = &[
    ("throttling_rate_limit", "ThrottlingRateLimit", Unless("-1")),
    ("throttling_burst_limit", "ThrottlingBurstLimit", Unless("-1")),
];

const GRAPHQL_AUTH: [Row; 3] = [
    ("user_pool_config", "UserPoolConfig", One(&[])),
    ("openid_connect_config", "OpenIDConnectConfig", One(&[])),
    ("lambda_authorizer_config", "LambdaAuthorizerConfig", One(&[])),
];

pub(super) static TYPES: &[Type] = &[
    resource(
        "aws_api_gateway_rest_api",
        "AWS::ApiGateway::RestApi",
        &[
            ("body", "Body", Json),
            ("policy", "Policy", Json),
            ("endpoint_configuration", "EndpointConfiguration", One(&[])),
        ],
    ),
    part(
        "aws_api_gateway_rest_api_policy",
        Owner::In("rest_api_id", "aws_api_gateway_rest_api"),
        At::Below(""),
        &[("rest_api_id", "", As), ("policy", "Policy", Json)],
    ),
    resource("aws_api_gateway_resource", "AWS::ApiGateway::Resource", &[]),
    resource(
        "aws_api_gateway_method",
        "AWS::ApiGateway::Method",
        &[("authorization", "AuthorizationType", As), ("authorizer_id", "AuthorizerId", As)],
    ),
    part(
        "aws_api_gateway_integration",
        METHOD,
        At::Below("Integration"),
        &[
            KEYS_OF_METHOD[0],
            KEYS_OF_METHOD[1],
            KEYS_OF_METHOD[2],
            ("timeout_milliseconds", "TimeoutInMillis", As),
        ],
    ),
    part("aws_api_gateway_method_response", METHOD, At::Item("MethodResponses"), &KEYS_OF_METHOD),
    part(
        "aws_api_gateway_integration_response",
        METHOD,
        At::Item("Integration.IntegrationResponses"),
        &KEYS_OF_METHOD,
    ),
    resource(
        "aws_api_gateway_authorizer",
        "AWS::ApiGateway::Authorizer",
        &[("provider_arns", "ProviderARNs", As)],
    ),
    resource("aws_api_gateway_deployment", "AWS::ApiGateway::Deployment", &[("triggers", "", As)]),
    resource(
        "aws_api_gateway_stage",
        "AWS::ApiGateway::Stage",
        &[
            ("xray_tracing_enabled", "TracingEnabled", As),
            ("access_log_settings", "AccessLogSetting", One(ACCESS_LOG)),
        ],
    ),
    part(
        "aws_api_gateway_method_settings",
        Owner::Same("aws_api_gateway_stage", &["rest_api_id", "stage_name"]),
        At::Item("MethodSettings"),
        &[
            ("rest_api_id", "", As),
            ("stage_name", "", As),
            ("method_path", "*", By(join::method_path)),
            ("settings", "*", One(THROTTLE)),
        ],
    ),
    resource(
        "aws_api_gateway_usage_plan",
        "AWS::ApiGateway::UsagePlan",
        &[
            ("throttle_settings", "Throttle", One(&[])),
            ("quota_settings", "Quota", One(&[])),
            ("api_stages", "ApiStages", Many(&[])),
        ],
    ),
    resource("aws_api_gateway_usage_plan_key", "AWS::ApiGateway::UsagePlanKey", &[]),
    resource("aws_api_gateway_api_key", "AWS::ApiGateway::ApiKey", &[]),
    resource("aws_api_gateway_request_validator", "AWS::ApiGateway::RequestValidator", &[]),
    resource("aws_api_gateway_model", "AWS::ApiGateway::Model", &[("schema", "Schema", Json)]),
    resource("aws_api_gateway_gateway_response", "AWS::ApiGateway::GatewayResponse", &[]),
    resource(
        "aws_api_gateway_domain_name",
        "AWS::ApiGateway::DomainName",
        &[
            ("endpoint_configuration", "EndpointConfiguration", One(&[])),
            ("mutual_tls_authentication", "MutualTlsAuthentication", One(&[])),
        ],
    ),
    resource(
        "aws_api_gateway_base_path_mapping",
        "AWS::ApiGateway::BasePathMapping",
        &[("api_id", "RestApiId", As)],
    ),
    resource("aws_api_gateway_vpc_link", "AWS::ApiGateway::VpcLink", &[]),
    resource("aws_api_gateway_client_certificate", "AWS::ApiGateway::ClientCertificate", &[]),
    resource("aws_api_gateway_account", "AWS::ApiGateway::Account", &[]),
    nothing("aws_api_gateway_documentation_part"),
    nothing("aws_api_gateway_documentation_version"),
    resource(
        "aws_apigatewayv2_api",
        "AWS::ApiGatewayV2::Api",
        &[("body", "Body", Json), ("cors_configuration", "CorsConfiguration", One(&[]))],
    ),
    resource(
        "aws_apigatewayv2_route",
        "AWS::ApiGatewayV2::Route",
        &[("authorization_type", "AuthorizationType", As), ("authorizer_id", "AuthorizerId", As)],
    ),
    resource(
        "aws_apigatewayv2_integration",
        "AWS::ApiGatewayV2::Integration",
        &[("timeout_milliseconds", "TimeoutInMillis", As)],
    ),
    nothing("aws_apigatewayv2_integration_response"),
    nothing("aws_apigatewayv2_route_response"),
    nothing("aws_apigatewayv2_deployment"),
    resource("aws_apigatewayv2_model", "AWS::ApiGatewayV2::Model", &[("schema", "Schema", Json)]),
    resource("aws_apigatewayv2_vpc_link", "AWS::ApiGatewayV2::VpcLink", &[]),
    resource(
        "aws_apigatewayv2_authorizer",
        "AWS::ApiGatewayV2::Authorizer",
        &[
            ("identity_sources", "IdentitySource", As),
            ("jwt_configuration", "JwtConfiguration", One(&[])),
        ],
    ),
    resource(
        "aws_apigatewayv2_stage",
        "AWS::ApiGatewayV2::Stage",
        &[
            ("name", "StageName", As),
            ("access_log_settings", "AccessLogSettings", One(ACCESS_LOG)),
            ("default_route_settings", "DefaultRouteSettings", One(THROTTLE)),
            ("route_settings", "RouteSettings", By(join::route_settings)),
        ],
    ),
    resource(
        "aws_apigatewayv2_domain_name",
        "AWS::ApiGatewayV2::DomainName",
        &[
            ("domain_name_configuration", "DomainNameConfigurations", Many(&[])),
            ("mutual_tls_authentication", "MutualTlsAuthentication", One(&[])),
        ],
    ),
    resource("aws_apigatewayv2_api_mapping", "AWS::ApiGatewayV2::ApiMapping", &[]),
    resource(
        "aws_appsync_graphql_api",
        "AWS::AppSync::GraphQLApi",
        &[
            GRAPHQL_AUTH[0],
            GRAPHQL_AUTH[1],
            GRAPHQL_AUTH[2],
            (
                "additional_authentication_provider",
                "AdditionalAuthenticationProviders",
                Many(&GRAPHQL_AUTH),
            ),
            ("log_config", "LogConfig", One(&[])),
            // A resource of its own in CloudFormation.
            ("schema", "", As),
        ],
    ),
    resource(
        "aws_appsync_datasource",
        "AWS::AppSync::DataSource",
        &[(
            "lambda_config",
            "LambdaConfig",
            One(&[("function_arn", "LambdaFunctionArn", Named("aws_lambda_function"))]),
        )],
    ),
    resource(
        "aws_appsync_resolver",
        "AWS::AppSync::Resolver",
        &[
            ("type", "TypeName", As),
            ("field", "FieldName", As),
            ("data_source", "DataSourceName", Named("aws_appsync_datasource")),
            ("request_template", "RequestMappingTemplate", As),
            ("response_template", "ResponseMappingTemplate", As),
            ("pipeline_config", "PipelineConfig", One(&[])),
            ("runtime", "Runtime", One(&[])),
        ],
    ),
    resource(
        "aws_appsync_function",
        "AWS::AppSync::FunctionConfiguration",
        &[
            ("data_source", "DataSourceName", Named("aws_appsync_datasource")),
            ("request_mapping_template", "RequestMappingTemplate", As),
            ("response_mapping_template", "ResponseMappingTemplate", As),
            ("runtime", "Runtime", One(&[])),
        ],
    ),
    resource("aws_appsync_api_key", "AWS::AppSync::ApiKey", &[]),
    resource("aws_appsync_domain_name", "AWS::AppSync::DomainName", &[]),
    resource(
        "aws_appsync_domain_name_api_association",
        "AWS::AppSync::DomainNameApiAssociation",
        &[],
    ),
    resource(
        "aws_wafv2_web_acl_association",
        "AWS::WAFv2::WebACLAssociation",
        &[("web_acl_arn", "WebACLArn", As)],
    ),
    resource(
        "aws_wafregional_web_acl_association",
        "AWS::WAFRegional::WebACLAssociation",
        &[("web_acl_id", "WebACLId", As)],
    ),
    resource("aws_wafv2_web_acl", "AWS::WAFv2::WebACL", &[("rule", "Rules", Many(&[]))]),
    resource("aws_wafv2_ip_set", "AWS::WAFv2::IPSet", &[("addresses", "Addresses", Listed)]),
];
