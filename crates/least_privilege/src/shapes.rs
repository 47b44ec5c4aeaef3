//! What `Ref` and `Fn::GetAtt` give for resources of a type, and how their ARNs look.

/// What `Ref` gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The name that stands in the ARN.
    Name,
    /// The ARN.
    Arn,
    /// The URL of a queue.
    Url,
}

/// One type of resource.
///
/// Source: "Return values" of each type in the CloudFormation Template Reference, and the resource
/// types of the Service Authorization Reference.
#[derive(Debug)]
pub(crate) struct Shape {
    /// `AWS::DynamoDB::Table`.
    pub(crate) type_name: &'static str,
    /// ARN after the partition; `R` and `A` stand for region and account, `{}` for the name.
    pub(crate) arn: &'static str,
    /// What `Ref` gives.
    pub(crate) reference: Meaning,
    /// Attributes that are the name.
    pub(crate) names: &'static [&'static str],
    /// Attributes that are the ARN, each with what it has behind the ARN as policies write it.
    pub(crate) arns: &'static [(&'static str, &'static str)],
}

const fn shape(
    type_name: &'static str,
    arn: &'static str,
    reference: Meaning,
    names: &'static [&'static str],
    arns: &'static [(&'static str, &'static str)],
) -> Shape {
    Shape { type_name, arn, reference, names, arns }
}

use Meaning::{Arn, Name, Url};

const ARN: &[(&str, &str)] = &[("Arn", "")];

static SHAPES: &[Shape] = &[
    shape("AWS::AppSync::GraphQLApi", "appsync:R:A:apis/{}", Arn, &["ApiId"], ARN),
    shape("AWS::Athena::WorkGroup", "athena:R:A:workgroup/{}", Name, &[], &[]),
    shape("AWS::Bedrock::Agent", "bedrock:R:A:agent/{}", Name, &["AgentId"], &[("AgentArn", "")]),
    shape(
        "AWS::Bedrock::KnowledgeBase",
        "bedrock:R:A:knowledge-base/{}",
        Name,
        &["KnowledgeBaseId"],
        &[("KnowledgeBaseArn", "")],
    ),
    shape("AWS::CodeBuild::Project", "codebuild:R:A:project/{}", Name, &[], ARN),
    shape("AWS::Cognito::IdentityPool", "cognito-identity:R:A:identitypool/{}", Name, &["Id"], &[]),
    shape("AWS::Cognito::UserPool", "cognito-idp:R:A:userpool/{}", Name, &["UserPoolId"], ARN),
    shape(
        "AWS::DynamoDB::GlobalTable",
        "dynamodb:R:A:table/{}",
        Name,
        &[],
        &[("Arn", ""), ("StreamArn", "/stream/*")],
    ),
    shape(
        "AWS::DynamoDB::Table",
        "dynamodb:R:A:table/{}",
        Name,
        &[],
        &[("Arn", ""), ("StreamArn", "/stream/*")],
    ),
    shape("AWS::ECS::Cluster", "ecs:R:A:cluster/{}", Name, &[], ARN),
    shape("AWS::ECR::Repository", "ecr:R:A:repository/{}", Name, &[], ARN),
    shape(
        "AWS::EFS::FileSystem",
        "elasticfilesystem:R:A:file-system/{}",
        Name,
        &["FileSystemId"],
        ARN,
    ),
    shape(
        "AWS::EFS::AccessPoint",
        "elasticfilesystem:R:A:access-point/{}",
        Name,
        &["AccessPointId"],
        ARN,
    ),
    shape("AWS::Events::EventBus", "events:R:A:event-bus/{}", Name, &["Name"], ARN),
    shape("AWS::Glue::Job", "glue:R:A:job/{}", Name, &[], &[]),
    shape("AWS::IAM::ManagedPolicy", "iam::A:policy/{}", Arn, &[], &[("PolicyArn", "")]),
    shape("AWS::IAM::Role", "iam::A:role/{}", Name, &[], ARN),
    shape("AWS::Kinesis::Stream", "kinesis:R:A:stream/{}", Name, &[], ARN),
    shape("AWS::KinesisFirehose::DeliveryStream", "firehose:R:A:deliverystream/{}", Name, &[], ARN),
    shape("AWS::KMS::Key", "kms:R:A:key/{}", Name, &["KeyId"], ARN),
    shape("AWS::Lambda::Function", "lambda:R:A:function:{}", Name, &[], ARN),
    shape("AWS::Location::PlaceIndex", "geo:R:A:place-index/{}", Name, &["IndexName"], ARN),
    shape("AWS::Location::RouteCalculator", "geo:R:A:route-calculator/{}", Name, &[], ARN),
    shape("AWS::Logs::LogGroup", "logs:R:A:log-group:{}", Name, &[], &[("Arn", ":*")]),
    shape(
        "AWS::OpenSearchService::Domain",
        "es:R:A:domain/{}",
        Name,
        &[],
        &[("Arn", ""), ("DomainArn", "")],
    ),
    shape(
        "AWS::Elasticsearch::Domain",
        "es:R:A:domain/{}",
        Name,
        &[],
        &[("Arn", ""), ("DomainArn", "")],
    ),
    shape("AWS::RDS::DBCluster", "rds:R:A:cluster:{}", Name, &[], &[("DBClusterArn", "")]),
    shape("AWS::S3::Bucket", "s3:::{}", Name, &[], ARN),
    shape("AWS::SNS::Topic", "sns:R:A:{}", Arn, &["TopicName"], &[("TopicArn", "")]),
    shape("AWS::SQS::Queue", "sqs:R:A:{}", Url, &["QueueName"], ARN),
    shape("AWS::SSM::Parameter", "ssm:R:A:parameter/{}", Name, &[], &[]),
    shape("AWS::Scheduler::ScheduleGroup", "scheduler:R:A:schedule-group/{}", Name, &[], ARN),
    shape(
        "AWS::SecretsManager::Secret",
        "secretsmanager:R:A:secret:{}-??????",
        Arn,
        &[],
        &[("Id", "")],
    ),
    shape("AWS::StepFunctions::Activity", "states:R:A:activity:{}", Arn, &["Name"], ARN),
    shape("AWS::StepFunctions::StateMachine", "states:R:A:stateMachine:{}", Arn, &["Name"], ARN),
];

/// Types without a shape whose `Ref` gives the ARN.
///
/// Source: "Return values" of each type in the CloudFormation Template Reference.
const REFERRED_TO_BY_ARN: [&str; 16] = [
    "AWS::Batch::ComputeEnvironment",
    "AWS::Batch::JobDefinition",
    "AWS::Batch::JobQueue",
    "AWS::CertificateManager::Certificate",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::Lambda::Alias",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Version",
    "AWS::MSK::Cluster",
    "AWS::SageMaker::Endpoint",
    "AWS::SageMaker::Model",
    "AWS::StepFunctions::StateMachineAlias",
    "AWS::StepFunctions::StateMachineVersion",
];

/// The shape of a type of resource.
pub(crate) fn of(type_name: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.type_name == type_name)
}

/// Whether `Ref` of a type gives an ARN.
pub(crate) fn is_referred_to_by_arn(type_name: &str) -> bool {
    of(type_name).is_some_and(|shape| shape.reference == Meaning::Arn)
        || REFERRED_TO_BY_ARN.contains(&type_name)
}
