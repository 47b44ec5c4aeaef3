//! TLS, endpoints, the metadata service.

use crate::fix::{
    Fix,
    Value::{Number, Off, On, Word},
    judged, safe, set,
};

const OTHER_CLIENTS: &str = "clients that come this way are shut out";

pub(super) static FIXES: &[Fix] = &[
    judged(
        (2, 23),
        "mutual-tls-bypass",
        OTHER_CLIENTS,
        &[
            set("AWS::ApiGateway::RestApi", &[("DisableExecuteApiEndpoint", On)]),
            set("AWS::ApiGatewayV2::Api", &[("DisableExecuteApiEndpoint", On)]),
            set("AWS::Serverless::Api", &[("DisableExecuteApiEndpoint", On)]),
            set("AWS::Serverless::HttpApi", &[("DisableExecuteApiEndpoint", On)]),
        ],
    ),
    safe(
        (3, 3),
        "outdated-tls-policy",
        &[
            set("AWS::ApiGateway::DomainName", &[("SecurityPolicy", Word("TLS_1_2"))]),
            set(
                "AWS::ApiGatewayV2::DomainName",
                &[("DomainNameConfigurations.*.SecurityPolicy", Word("TLS_1_2"))],
            ),
            set("AWS::Serverless::Api", &[("Domain.SecurityPolicy", Word("TLS_1_2"))]),
            set("AWS::Serverless::HttpApi", &[("Domain.SecurityPolicy", Word("TLS_1_2"))]),
            set(
                "AWS::CloudFront::Distribution",
                &[(
                    "DistributionConfig.ViewerCertificate.MinimumProtocolVersion",
                    Word("TLSv1.2_2021"),
                )],
            ),
        ],
    ),
    judged(
        (3, 6),
        "plaintext-transport",
        "clients that send their requests without TLS must follow a redirection",
        &[
            set(
                "AWS::CloudFront::Distribution",
                &[(
                    "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy",
                    Word("redirect-to-https"),
                )],
            ),
            set(
                "AWS::CloudFront::Distribution",
                &[(
                    "DistributionConfig.CacheBehaviors.*.ViewerProtocolPolicy",
                    Word("redirect-to-https"),
                )],
            ),
        ],
    ),
    judged(
        (3, 14),
        "public-database",
        OTHER_CLIENTS,
        &[
            set("AWS::RDS::DBInstance", &[("PubliclyAccessible", Off)]),
            set("AWS::Redshift::Cluster", &[("PubliclyAccessible", Off)]),
        ],
    ),
    safe(
        (3, 18),
        "optional-instance-metadata-token",
        &[
            set("AWS::EC2::Instance", &[("MetadataOptions.HttpTokens", Word("required"))]),
            set(
                "AWS::EC2::LaunchTemplate",
                &[("LaunchTemplateData.MetadataOptions.HttpTokens", Word("required"))],
            ),
        ],
    ),
    judged(
        (3, 18),
        "optional-instance-metadata-token",
        "containers on the instance lose its credentials",
        &[
            set("AWS::EC2::Instance", &[("MetadataOptions.HttpPutResponseHopLimit", Number(1))]),
            set(
                "AWS::EC2::LaunchTemplate",
                &[("LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit", Number(1))],
            ),
        ],
    ),
    judged(
        (3, 19),
        "introspection-enabled",
        "tools that ask for the schema get no answer",
        &[set("AWS::AppSync::GraphQLApi", &[("IntrospectionConfig", Word("DISABLED"))])],
    ),
    judged(
        (3, 22),
        "default-endpoint-beside-domain",
        OTHER_CLIENTS,
        &[
            set("AWS::ApiGateway::RestApi", &[("DisableExecuteApiEndpoint", On)]),
            set("AWS::ApiGatewayV2::Api", &[("DisableExecuteApiEndpoint", On)]),
            set("AWS::Serverless::Api", &[("DisableExecuteApiEndpoint", On)]),
            set("AWS::Serverless::HttpApi", &[("DisableExecuteApiEndpoint", On)]),
        ],
    ),
    judged(
        (3, 48),
        "public-broker",
        OTHER_CLIENTS,
        &[set("AWS::AmazonMQ::Broker", &[("PubliclyAccessible", Off)])],
    ),
    judged(
        (3, 49),
        "plaintext-data-store",
        "clients that connect without TLS are shut out",
        &[
            set("AWS::OpenSearchService::Domain", &[("DomainEndpointOptions.EnforceHTTPS", On)]),
            set("AWS::Elasticsearch::Domain", &[("DomainEndpointOptions.EnforceHTTPS", On)]),
        ],
    ),
];
