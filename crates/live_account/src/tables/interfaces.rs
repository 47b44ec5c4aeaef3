//! API Gateway and AppSync: interfaces that outsiders call. Methods are read by `interfaces`.

use crate::table::{Form, Row, Turn, child, find};

pub(super) static REST_API: Form = Form {
    type_: "AWS::ApiGateway::RestApi",
    service: "apigateway",
    finds: &[
        find("GetRestApis", "items", "name", &["id"], REST_API_ROWS),
        find("GetRestApis", "item", "name", &["id"], REST_API_ROWS),
        find("GetRestApi", "", "name", &["id"], REST_API_ROWS),
    ],
    reads: &[],
};

const REST_API_ROWS: &[Row] = &[
    ("Name", "name", Turn::Same),
    ("EndpointConfiguration.Types", "endpointConfiguration.types", Turn::Same),
    ("DisableExecuteApiEndpoint", "disableExecuteApiEndpoint", Turn::Same),
    ("ApiKeySourceType", "apiKeySource", Turn::Same),
    ("MinimumCompressionSize", "minimumCompressionSize", Turn::Same),
    ("Policy", "policy", Turn::Document),
    ("#root", "rootResourceId", Turn::Same),
];

const OF_REST_API: (&str, &str) = ("RestApiId", "AWS::ApiGateway::RestApi");

/// The same list is `items` in kits and `item` on the wire.
macro_rules! rest_lists {
    ($operation:literal, $name:literal, $ids:expr, $parent:expr, $rows:expr) => {
        &[
            child($operation, "items", $name, $ids, $parent, $rows),
            child($operation, "item", $name, $ids, $parent, $rows),
        ]
    };
}

pub(super) static REST_RESOURCE: Form = Form {
    type_: "AWS::ApiGateway::Resource",
    service: "apigateway",
    finds: rest_lists!(
        "GetResources",
        "path",
        &["id"],
        OF_REST_API,
        &[
            ("PathPart", "pathPart", Turn::Same),
            ("ParentId", "parentId", Turn::Ref("AWS::ApiGateway::Resource")),
        ]
    ),
    reads: &[],
};

pub(super) static REST_AUTHORIZER: Form = Form {
    type_: "AWS::ApiGateway::Authorizer",
    service: "apigateway",
    finds: rest_lists!(
        "GetAuthorizers",
        "name",
        &["id"],
        OF_REST_API,
        &[
            ("Name", "name", Turn::Same),
            ("Type", "type", Turn::Same),
            ("ProviderARNs", "providerARNs", Turn::Same),
            ("AuthorizerUri", "authorizerUri", Turn::Same),
            ("AuthorizerCredentials", "authorizerCredentials", Turn::Same),
            ("IdentitySource", "identitySource", Turn::Same),
            ("IdentityValidationExpression", "identityValidationExpression", Turn::Same),
            ("AuthorizerResultTtlInSeconds", "authorizerResultTtlInSeconds", Turn::Same),
        ]
    ),
    reads: &[],
};

pub(super) static REST_MODEL: Form = Form {
    type_: "AWS::ApiGateway::Model",
    service: "apigateway",
    finds: rest_lists!(
        "GetModels",
        "name",
        &[],
        OF_REST_API,
        &[
            ("Name", "name", Turn::Same),
            ("ContentType", "contentType", Turn::Same),
            ("Schema", "schema", Turn::Document),
        ]
    ),
    reads: &[],
};

pub(super) static REST_RESPONSE: Form = Form {
    type_: "AWS::ApiGateway::GatewayResponse",
    service: "apigateway",
    finds: rest_lists!(
        "GetGatewayResponses",
        "responseType",
        &[],
        OF_REST_API,
        &[
            ("ResponseType", "responseType", Turn::Same),
            ("StatusCode", "statusCode", Turn::Same),
            ("ResponseParameters", "responseParameters", Turn::Same),
            ("ResponseTemplates", "responseTemplates", Turn::Same),
        ]
    ),
    reads: &[],
};

pub(super) static REST_STAGE: Form = Form {
    type_: "AWS::ApiGateway::Stage",
    service: "apigateway",
    finds: rest_lists!(
        "GetStages",
        "stageName",
        &[],
        OF_REST_API,
        &[
            ("StageName", "stageName", Turn::Same),
            ("TracingEnabled", "tracingEnabled", Turn::Same),
            ("CacheClusterEnabled", "cacheClusterEnabled", Turn::Same),
            ("Variables", "variables", Turn::Same),
            ("ClientCertificateId", "clientCertificateId", Turn::Same),
            ("AccessLogSetting.DestinationArn", "accessLogSettings.destinationArn", Turn::Same),
            ("AccessLogSetting.Format", "accessLogSettings.format", Turn::Same),
            ("#methods", "methodSettings", Turn::Same),
            ("#firewall", "webAclArn", Turn::Same),
        ]
    ),
    reads: &[],
};

const PLAN_ROWS: &[Row] = &[
    ("UsagePlanName", "name", Turn::Same),
    ("Throttle", "throttle", Turn::Large),
    ("Quota", "quota", Turn::Large),
    ("#stages", "apiStages", Turn::Same),
];

pub(super) static USAGE_PLAN: Form = Form {
    type_: "AWS::ApiGateway::UsagePlan",
    service: "apigateway",
    finds: &[
        find("GetUsagePlans", "items", "name", &["id"], PLAN_ROWS),
        find("GetUsagePlans", "item", "name", &["id"], PLAN_ROWS),
    ],
    reads: &[],
};

const REST_DOMAIN_ROWS: &[Row] = &[
    ("DomainName", "domainName", Turn::Same),
    ("SecurityPolicy", "securityPolicy", Turn::Same),
    ("EndpointConfiguration.Types", "endpointConfiguration.types", Turn::Same),
    ("RegionalCertificateArn", "regionalCertificateArn", Turn::Same),
    ("MutualTlsAuthentication", "mutualTlsAuthentication", Turn::Large),
];

pub(super) static REST_DOMAIN: Form = Form {
    type_: "AWS::ApiGateway::DomainName",
    service: "apigateway",
    finds: &[
        find("GetDomainNames", "items", "domainName", &[], REST_DOMAIN_ROWS),
        find("GetDomainNames", "item", "domainName", &[], REST_DOMAIN_ROWS),
    ],
    reads: &[],
};

pub(super) static REST_MAPPING: Form = Form {
    type_: "AWS::ApiGateway::BasePathMapping",
    service: "apigateway",
    finds: rest_lists!(
        "GetBasePathMappings",
        "basePath",
        &[],
        ("DomainName", "AWS::ApiGateway::DomainName"),
        &[
            ("RestApiId", "restApiId", Turn::Ref("AWS::ApiGateway::RestApi")),
            ("Stage", "stage", Turn::Same),
        ]
    ),
    reads: &[],
};

const HTTP_API_ROWS: &[Row] = &[
    ("Name", "Name", Turn::Same),
    ("ProtocolType", "ProtocolType", Turn::Same),
    ("DisableExecuteApiEndpoint", "DisableExecuteApiEndpoint", Turn::Same),
    ("CorsConfiguration", "CorsConfiguration", Turn::Large),
    ("RouteSelectionExpression", "RouteSelectionExpression", Turn::Same),
];

pub(super) static HTTP_API: Form = Form {
    type_: "AWS::ApiGatewayV2::Api",
    service: "apigatewayv2",
    finds: &[
        find("GetApis", "Items", "Name", &["ApiId"], HTTP_API_ROWS),
        find("GetApi", "", "Name", &["ApiId"], HTTP_API_ROWS),
    ],
    reads: &[],
};

const OF_HTTP_API: (&str, &str) = ("ApiId", "AWS::ApiGatewayV2::Api");

pub(super) static HTTP_AUTHORIZER: Form = Form {
    type_: "AWS::ApiGatewayV2::Authorizer",
    service: "apigatewayv2",
    finds: &[child(
        "GetAuthorizers",
        "Items",
        "Name",
        &["AuthorizerId"],
        OF_HTTP_API,
        &[
            ("Name", "Name", Turn::Same),
            ("AuthorizerType", "AuthorizerType", Turn::Same),
            ("AuthorizerUri", "AuthorizerUri", Turn::Same),
            ("IdentitySource", "IdentitySource", Turn::Same),
            ("JwtConfiguration", "JwtConfiguration", Turn::Large),
            ("AuthorizerResultTtlInSeconds", "AuthorizerResultTtlInSeconds", Turn::Same),
            ("EnableSimpleResponses", "EnableSimpleResponses", Turn::Same),
        ],
    )],
    reads: &[],
};

pub(super) static HTTP_INTEGRATION: Form = Form {
    type_: "AWS::ApiGatewayV2::Integration",
    service: "apigatewayv2",
    finds: &[child(
        "GetIntegrations",
        "Items",
        "IntegrationId",
        &["IntegrationId"],
        OF_HTTP_API,
        &[
            ("IntegrationType", "IntegrationType", Turn::Same),
            ("IntegrationUri", "IntegrationUri", Turn::Same),
            ("IntegrationMethod", "IntegrationMethod", Turn::Same),
            ("IntegrationSubtype", "IntegrationSubtype", Turn::Same),
            ("CredentialsArn", "CredentialsArn", Turn::Same),
            ("ConnectionType", "ConnectionType", Turn::Same),
            ("PayloadFormatVersion", "PayloadFormatVersion", Turn::Same),
            ("RequestParameters", "RequestParameters", Turn::Same),
            ("RequestTemplates", "RequestTemplates", Turn::Same),
            ("TimeoutInMillis", "TimeoutInMillis", Turn::Same),
        ],
    )],
    reads: &[],
};

pub(super) static HTTP_ROUTE: Form = Form {
    type_: "AWS::ApiGatewayV2::Route",
    service: "apigatewayv2",
    finds: &[child(
        "GetRoutes",
        "Items",
        "RouteKey",
        &["RouteId"],
        OF_HTTP_API,
        &[
            ("RouteKey", "RouteKey", Turn::Same),
            ("AuthorizationType", "AuthorizationType", Turn::Same),
            ("AuthorizerId", "AuthorizerId", Turn::Ref("AWS::ApiGatewayV2::Authorizer")),
            ("AuthorizationScopes", "AuthorizationScopes", Turn::Same),
            ("ApiKeyRequired", "ApiKeyRequired", Turn::Same),
            ("RequestModels", "RequestModels", Turn::Same),
            ("#target", "Target", Turn::Same),
        ],
    )],
    reads: &[],
};

pub(super) static HTTP_STAGE: Form = Form {
    type_: "AWS::ApiGatewayV2::Stage",
    service: "apigatewayv2",
    finds: &[child(
        "GetStages",
        "Items",
        "StageName",
        &[],
        OF_HTTP_API,
        &[
            ("StageName", "StageName", Turn::Same),
            ("AutoDeploy", "AutoDeploy", Turn::Same),
            ("StageVariables", "StageVariables", Turn::Same),
            ("AccessLogSettings", "AccessLogSettings", Turn::Large),
            ("DefaultRouteSettings", "DefaultRouteSettings", Turn::Large),
            ("RouteSettings", "RouteSettings", Turn::Same),
            ("ClientCertificateId", "ClientCertificateId", Turn::Same),
        ],
    )],
    reads: &[],
};

pub(super) static HTTP_DOMAIN: Form = Form {
    type_: "AWS::ApiGatewayV2::DomainName",
    service: "apigatewayv2",
    finds: &[find(
        "GetDomainNames",
        "Items",
        "DomainName",
        &[],
        &[
            ("DomainName", "DomainName", Turn::Same),
            ("DomainNameConfigurations", "DomainNameConfigurations", Turn::Large),
            ("MutualTlsAuthentication", "MutualTlsAuthentication", Turn::Large),
        ],
    )],
    reads: &[],
};

pub(super) static HTTP_MAPPING: Form = Form {
    type_: "AWS::ApiGatewayV2::ApiMapping",
    service: "apigatewayv2",
    finds: &[child(
        "GetApiMappings",
        "Items",
        "ApiMappingId",
        &["ApiMappingId"],
        ("DomainName", "AWS::ApiGatewayV2::DomainName"),
        &[("ApiId", "ApiId", Turn::Ref("AWS::ApiGatewayV2::Api")), ("Stage", "Stage", Turn::Same)],
    )],
    reads: &[],
};

const GRAPH_ROWS: &[Row] = &[
    ("Name", "name", Turn::Same),
    ("AuthenticationType", "authenticationType", Turn::Same),
    ("LogConfig", "logConfig", Turn::Large),
    ("XrayEnabled", "xrayEnabled", Turn::Same),
    ("UserPoolConfig", "userPoolConfig", Turn::Large),
    ("OpenIDConnectConfig", "openIDConnectConfig", Turn::Large),
    ("LambdaAuthorizerConfig", "lambdaAuthorizerConfig", Turn::Large),
    ("AdditionalAuthenticationProviders", "additionalAuthenticationProviders", Turn::Large),
    ("IntrospectionConfig", "introspectionConfig", Turn::Same),
    ("QueryDepthLimit", "queryDepthLimit", Turn::Same),
    ("ResolverCountLimit", "resolverCountLimit", Turn::Same),
    ("Visibility", "visibility", Turn::Same),
    ("#firewall", "wafWebAclArn", Turn::Same),
];

pub(super) static GRAPH_API: Form = Form {
    type_: "AWS::AppSync::GraphQLApi",
    service: "appsync",
    finds: &[
        find("ListGraphqlApis", "graphqlApis", "name", &["arn", "apiId"], GRAPH_ROWS),
        find("GetGraphqlApi", "graphqlApi", "name", &["arn", "apiId"], GRAPH_ROWS),
    ],
    reads: &[],
};

const OF_GRAPH_API: (&str, &str) = ("ApiId", "AWS::AppSync::GraphQLApi");

pub(super) static GRAPH_KEY: Form = Form {
    type_: "AWS::AppSync::ApiKey",
    service: "appsync",
    finds: &[child(
        "ListApiKeys",
        "apiKeys",
        "description",
        &["id"],
        OF_GRAPH_API,
        &[("Expires", "expires", Turn::Same)],
    )],
    reads: &[],
};

pub(super) static GRAPH_SOURCE: Form = Form {
    type_: "AWS::AppSync::DataSource",
    service: "appsync",
    finds: &[child(
        "ListDataSources",
        "dataSources",
        "name",
        &["dataSourceArn"],
        OF_GRAPH_API,
        &[
            ("Name", "name", Turn::Same),
            ("Type", "type", Turn::Same),
            ("ServiceRoleArn", "serviceRoleArn", Turn::Same),
            ("LambdaConfig", "lambdaConfig", Turn::Large),
            ("DynamoDBConfig", "dynamodbConfig", Turn::Large),
            ("HttpConfig", "httpConfig", Turn::Large),
        ],
    )],
    reads: &[],
};

pub(super) static GRAPH_RESOLVER: Form = Form {
    type_: "AWS::AppSync::Resolver",
    service: "appsync",
    finds: &[child(
        "ListResolvers",
        "resolvers",
        "fieldName",
        &["resolverArn"],
        OF_GRAPH_API,
        &[
            ("TypeName", "typeName", Turn::Same),
            ("FieldName", "fieldName", Turn::Same),
            ("Kind", "kind", Turn::Same),
            ("DataSourceName", "dataSourceName", Turn::Same),
            ("RequestMappingTemplate", "requestMappingTemplate", Turn::Same),
            ("ResponseMappingTemplate", "responseMappingTemplate", Turn::Same),
            ("Code", "code", Turn::Same),
        ],
    )],
    reads: &[],
};

pub(super) static GRAPH_FUNCTION: Form = Form {
    type_: "AWS::AppSync::FunctionConfiguration",
    service: "appsync",
    finds: &[child(
        "ListFunctions",
        "functions",
        "name",
        &["functionArn", "functionId"],
        OF_GRAPH_API,
        &[
            ("Name", "name", Turn::Same),
            ("DataSourceName", "dataSourceName", Turn::Same),
            ("RequestMappingTemplate", "requestMappingTemplate", Turn::Same),
            ("ResponseMappingTemplate", "responseMappingTemplate", Turn::Same),
            ("Code", "code", Turn::Same),
        ],
    )],
    reads: &[],
};
