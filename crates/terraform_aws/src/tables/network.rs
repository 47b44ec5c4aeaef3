//! Networks, virtual machines, notebooks, builds.

use terraform_tables::row::{
    Row, Shape,
    Turn::{As, By, Many, One},
    Type, nothing, resource,
};

use crate::join;

static RULE: &[Row] = &[
    ("security_group_id", "GroupId", As),
    ("cidr_ipv4", "CidrIp", As),
    ("cidr_ipv6", "CidrIpv6", As),
];

static MACHINE: &[Row] = &[
    ("metadata_options", "MetadataOptions", One(&[])),
    ("launch_template", "LaunchTemplate", One(&[("id", "LaunchTemplateId", As)])),
    ("ami", "ImageId", As),
    ("user_data_base64", "UserData", As),
];

pub(super) static TYPES: &[Type] = &[
    resource(
        "aws_security_group",
        "AWS::EC2::SecurityGroup",
        &[
            ("name", "GroupName", As),
            ("description", "GroupDescription", As),
            ("ingress", "SecurityGroupIngress", By(join::network_rules)),
            ("egress", "SecurityGroupEgress", By(join::network_rules)),
        ],
    ),
    resource("aws_vpc_security_group_ingress_rule", "AWS::EC2::SecurityGroupIngress", RULE),
    resource("aws_vpc_security_group_egress_rule", "AWS::EC2::SecurityGroupEgress", RULE),
    // In or out, for several ranges: `join::security_group_rules` makes what CloudFormation has.
    nothing("aws_security_group_rule"),
    resource("aws_vpc", "AWS::EC2::VPC", &[]),
    resource("aws_subnet", "AWS::EC2::Subnet", &[]),
    resource("aws_instance", "AWS::EC2::Instance", MACHINE),
    Type {
        kind: "aws_launch_template",
        shape: Shape::Resource("AWS::EC2::LaunchTemplate", "LaunchTemplateData"),
        rows: MACHINE,
    },
    resource("aws_launch_configuration", "AWS::AutoScaling::LaunchConfiguration", MACHINE),
    resource("aws_vpc_endpoint", "AWS::EC2::VPCEndpoint", &[]),
    nothing("aws_internet_gateway"),
    nothing("aws_nat_gateway"),
    nothing("aws_eip"),
    nothing("aws_route"),
    nothing("aws_route_table"),
    nothing("aws_route_table_association"),
    nothing("aws_default_security_group"),
    resource("aws_sagemaker_domain", "AWS::SageMaker::Domain", &[]),
    resource("aws_sagemaker_notebook_instance", "AWS::SageMaker::NotebookInstance", &[]),
    resource("aws_bedrockagent_agent", "AWS::Bedrock::Agent", &[]),
    resource(
        "aws_codebuild_project",
        "AWS::CodeBuild::Project",
        &[
            (
                "environment",
                "Environment",
                One(&[("environment_variable", "EnvironmentVariables", Many(&[]))]),
            ),
            ("source", "Source", One(&[("buildspec", "BuildSpec", As)])),
        ],
    ),
];
