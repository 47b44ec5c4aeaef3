//! What stands before functions: distributions, load balancers.

use terraform_tables::row::{
    At, Owner, Row, Shape,
    Turn::{As, Many, One, Words},
    Type, nothing, part, resource,
};

static BEHAVIOUR: &[Row] = &[(
    "lambda_function_association",
    "LambdaFunctionAssociations",
    Many(&[("lambda_arn", "LambdaFunctionARN", As)]),
)];

static SCHEME: &[(&str, &str)] = &[("true", "internal"), ("false", "internet-facing")];

static BALANCER: &[Row] = &[("internal", "Scheme", Words(SCHEME))];

static LISTENER: &[Row] =
    &[("default_action", "DefaultActions", Many(&[])), ("action", "Actions", Many(&[]))];

const BALANCER_TYPE: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const GROUP_TYPE: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const LISTENER_TYPE: &str = "AWS::ElasticLoadBalancingV2::Listener";
const RULE_TYPE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";

static ATTACHED: &[Row] =
    &[("target_group_arn", "", As), ("target_id", "Id", As), ("port", "Port", As)];

pub(super) static TYPES: &[Type] = &[
    Type {
        kind: "aws_cloudfront_distribution",
        shape: Shape::Resource("AWS::CloudFront::Distribution", "DistributionConfig"),
        rows: &[
            ("default_cache_behavior", "DefaultCacheBehavior", One(BEHAVIOUR)),
            ("ordered_cache_behavior", "CacheBehaviors", Many(BEHAVIOUR)),
            (
                "viewer_certificate",
                "ViewerCertificate",
                One(&[("cloudfront_default_certificate", "CloudFrontDefaultCertificate", As)]),
            ),
            ("web_acl_id", "WebACLId", As),
            ("logging_config", "Logging", One(&[])),
            ("origin", "Origins", Many(&[("origin_id", "Id", As)])),
        ],
    },
    nothing("aws_cloudfront_origin_access_identity"),
    nothing("aws_cloudfront_origin_access_control"),
    nothing("aws_cloudfront_cache_policy"),
    nothing("aws_cloudfront_origin_request_policy"),
    resource(
        "aws_cloudfront_function",
        "AWS::CloudFront::Function",
        &[("code", "FunctionCode", As)],
    ),
    resource("aws_lb", BALANCER_TYPE, BALANCER),
    resource("aws_alb", BALANCER_TYPE, BALANCER),
    resource("aws_lb_target_group", GROUP_TYPE, &[]),
    resource("aws_alb_target_group", GROUP_TYPE, &[]),
    part(
        "aws_lb_target_group_attachment",
        Owner::In("target_group_arn", "aws_lb_target_group"),
        At::Item("Targets"),
        ATTACHED,
    ),
    part(
        "aws_alb_target_group_attachment",
        Owner::In("target_group_arn", "aws_alb_target_group"),
        At::Item("Targets"),
        ATTACHED,
    ),
    resource("aws_lb_listener", LISTENER_TYPE, LISTENER),
    resource("aws_alb_listener", LISTENER_TYPE, LISTENER),
    resource("aws_lb_listener_rule", RULE_TYPE, LISTENER),
    resource("aws_alb_listener_rule", RULE_TYPE, LISTENER),
    nothing("aws_acm_certificate"),
    nothing("aws_acm_certificate_validation"),
    nothing("aws_route53_record"),
    nothing("aws_route53_zone"),
];
