//! What stands before functions and beside them in networks: distributions, load balancers, machines.

use crate::table::{Form, Row, Turn, find, read};

const DISTRIBUTION_ROWS: &[Row] = &[
    ("DistributionConfig.Enabled", "Enabled", Turn::Same),
    ("DistributionConfig.DefaultCacheBehavior", "DefaultCacheBehavior", Turn::Same),
    ("DistributionConfig.ViewerCertificate", "ViewerCertificate", Turn::Same),
    ("DistributionConfig.WebACLId", "WebACLId", Turn::Same),
    ("DistributionConfig.DefaultRootObject", "DefaultRootObject", Turn::Same),
    ("#origins", "Origins.Items", Turn::Same),
    ("#behaviors", "CacheBehaviors.Items", Turn::Same),
];

pub(super) static DISTRIBUTION: Form = Form {
    type_: "AWS::CloudFront::Distribution",
    service: "cloudfront",
    finds: &[
        find("ListDistributions", "Items", "Id", &["ARN"], DISTRIBUTION_ROWS),
        find("ListDistributions", "DistributionList.Items", "Id", &["ARN"], DISTRIBUTION_ROWS),
    ],
    reads: &[
        read("GetDistributionConfig", "", DISTRIBUTION_ROWS),
        read(
            "GetDistributionConfig",
            "",
            &[("DistributionConfig.Logging.Bucket", "Logging.Bucket", Turn::Same)],
        ),
        read("GetDistributionConfig", "DistributionConfig", DISTRIBUTION_ROWS),
        read(
            "GetDistributionConfig",
            "DistributionConfig",
            &[("DistributionConfig.Logging.Bucket", "Logging.Bucket", Turn::Same)],
        ),
    ],
};

pub(super) static BALANCER: Form = Form {
    type_: "AWS::ElasticLoadBalancingV2::LoadBalancer",
    service: "elasticloadbalancing",
    finds: &[find(
        "DescribeLoadBalancers",
        "LoadBalancers",
        "LoadBalancerName",
        &["LoadBalancerArn"],
        &[
            ("Name", "LoadBalancerName", Turn::Same),
            ("Scheme", "Scheme", Turn::Same),
            ("Type", "Type", Turn::Same),
        ],
    )],
    reads: &[],
};

pub(super) static LISTENER: Form = Form {
    type_: "AWS::ElasticLoadBalancingV2::Listener",
    service: "elasticloadbalancing",
    finds: &[find(
        "DescribeListeners",
        "Listeners",
        "ListenerArn",
        &["ListenerArn"],
        &[
            ("LoadBalancerArn", "LoadBalancerArn", Turn::Same),
            ("Port", "Port", Turn::Same),
            ("Protocol", "Protocol", Turn::Same),
            ("SslPolicy", "SslPolicy", Turn::Same),
            ("DefaultActions", "DefaultActions", Turn::List),
        ],
    )],
    reads: &[],
};

pub(super) static TARGETS: Form = Form {
    type_: "AWS::ElasticLoadBalancingV2::TargetGroup",
    service: "elasticloadbalancing",
    finds: &[find(
        "DescribeTargetGroups",
        "TargetGroups",
        "TargetGroupName",
        &["TargetGroupArn"],
        &[("Name", "TargetGroupName", Turn::Same), ("TargetType", "TargetType", Turn::Same)],
    )],
    reads: &[read(
        "DescribeTargetHealth",
        "",
        &[("#targets", "TargetHealthDescriptions", Turn::Same)],
    )],
};

pub(super) static NETWORK_GROUP: Form = Form {
    type_: "AWS::EC2::SecurityGroup",
    service: "ec2",
    finds: &[
        find("DescribeSecurityGroups", "securityGroupInfo", "groupName", GROUP_IDS, GROUP_ROWS),
        find("DescribeSecurityGroups", "SecurityGroups", "groupName", GROUP_IDS, GROUP_ROWS),
    ],
    reads: &[],
};

const GROUP_IDS: &[&str] = &["groupId"];
const GROUP_ROWS: &[Row] = &[
    ("GroupName", "groupName", Turn::Same),
    ("GroupDescription", "groupDescription", Turn::Same),
    ("#inward", "ipPermissions", Turn::Same),
];

/// A list for each reservation: `facts` takes them apart.
pub(super) static MACHINE: Form = Form {
    type_: "AWS::EC2::LaunchTemplate",
    service: "ec2",
    finds: &[find(
        "DescribeLaunchTemplateVersions",
        "launchTemplateVersionSet",
        "launchTemplateName",
        &["launchTemplateId"],
        &[
            ("LaunchTemplateName", "launchTemplateName", Turn::Same),
            (
                "LaunchTemplateData.MetadataOptions",
                "launchTemplateData.metadataOptions",
                Turn::Large,
            ),
            ("LaunchTemplateData.UserData", "launchTemplateData.userData", Turn::Same),
        ],
    )],
    reads: &[],
};

pub(super) static LAYER: Form = Form {
    type_: "AWS::Lambda::LayerVersion",
    service: "lambda",
    finds: &[find(
        "ListLayers",
        "Layers",
        "LayerName",
        &["LatestMatchingVersion.LayerVersionArn"],
        &[("LayerName", "LayerName", Turn::Same)],
    )],
    reads: &[],
};

pub(super) static COMPOSITE: Form = Form {
    type_: "AWS::CloudWatch::CompositeAlarm",
    service: "cloudwatch",
    finds: &[find(
        "DescribeAlarms",
        "CompositeAlarms",
        "AlarmName",
        &["AlarmArn"],
        &[
            ("AlarmName", "AlarmName", Turn::Same),
            ("AlarmActions", "AlarmActions", Turn::List),
            ("#rule", "AlarmRule", Turn::Same),
        ],
    )],
    reads: &[],
};
