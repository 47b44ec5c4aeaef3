//! Everything that is not a function or a principal: one room a kind of service.

mod cognito;
mod delivery;
mod messaging;
mod monitoring;
mod names;
mod network;
mod secrets;
mod state_machine;
mod storage;

pub(crate) use messaging::json;

use app_model::{Details, Resource};
use source_text::{Kind, Node, SmolStr};

use model_builder::{Builder, Item};

/// Reads every resource.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let resources = builder
        .items
        .values()
        .map(|item| Resource {
            name: item.name(),
            type_name: item.type_().into(),
            place: item.place(),
            when: item.when.clone(),
            is_generated: item.is_generated,
            source: builder
                .origins
                .resources
                .get(&item.resource.logical_id)
                .filter(|_| item.is_generated)
                .cloned(),
            roles: roles(builder, item),
            physical_name: names::physical_name(builder, item),
            keys: names::keys(builder, item),
            details: details(builder, item),
        })
        .collect();
    builder.app.resources = resources;
}

/// Roles of the template that a resource other than a function has its service take.
fn roles(builder: &Builder<'_>, item: &Item<'_>) -> Vec<SmolStr> {
    let mut found = Vec::new();
    if item.type_() == "AWS::IAM::InstanceProfile" {
        found.extend(item.properties.get("Roles").and_then(|node| builder.referent(node)));
    } else if !matches!(item.type_(), "AWS::Lambda::Function" | "AWS::Lambda::Permission") {
        collect_roles(builder, &item.properties, &mut found);
    }
    found.retain(|name| {
        builder.items.get(name).is_some_and(|item| item.type_() == "AWS::IAM::Role")
    });
    found
}

/// Names of properties that hold a role end so.
const ROLE_PROPERTIES: [&str; 6] =
    ["RoleArn", "RoleARN", "Role", "SnsCallerArn", "Credentials", "credentials"];

fn collect_roles(builder: &Builder<'_>, node: &Node, found: &mut Vec<SmolStr>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| collect_roles(builder, item, found)),
        Kind::Map(map) => {
            for (key, value) in map.iter() {
                if ROLE_PROPERTIES.iter().any(|end| key.ends_with(end)) {
                    found.extend(builder.referent(value));
                } else {
                    collect_roles(builder, value, found);
                }
            }
        }
        Kind::Tagged(_, inner) => collect_roles(builder, inner, found),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
    }
}

/// What rules ask of a type.
fn details(builder: &Builder<'_>, item: &Item<'_>) -> Details {
    match item.type_() {
        "AWS::S3::Bucket" => Details::Bucket(storage::bucket(builder, item)),
        "AWS::DynamoDB::Table" => Details::Table(storage::table(builder, item)),
        "AWS::DynamoDB::GlobalTable" => Details::Table(storage::global_table(builder, item)),
        "AWS::RDS::DBInstance"
        | "AWS::RDS::DBCluster"
        | "AWS::Redshift::Cluster"
        | "AWS::DocDB::DBCluster"
        | "AWS::DocDB::DBInstance"
        | "AWS::Neptune::DBCluster"
        | "AWS::Neptune::DBInstance"
        | "AWS::EFS::FileSystem"
        | "AWS::ElastiCache::ReplicationGroup"
        | "AWS::Elasticsearch::Domain"
        | "AWS::OpenSearchService::Domain" => Details::Database(storage::database(builder, item)),
        "AWS::SQS::Queue" => Details::Queue(messaging::queue(builder, item)),
        "AWS::SNS::Topic" => Details::Topic(messaging::topic(builder, item)),
        "AWS::SNS::Subscription" => Details::Subscription(messaging::subscription(builder, item)),
        "AWS::Kinesis::Stream" => Details::Stream(messaging::stream(builder, item)),
        "AWS::Events::EventBus" => Details::EventBus(messaging::bus(builder, item)),
        "AWS::Events::Rule" => Details::EventRule(messaging::rule(builder, item)),
        "AWS::Scheduler::Schedule" => Details::EventRule(messaging::schedule(builder, item)),
        "AWS::StepFunctions::StateMachine" => {
            Details::StateMachine(Box::new(state_machine::read(builder, item)))
        }
        "AWS::Cognito::UserPool" => Details::UserPool(Box::new(cognito::user_pool(builder, item))),
        "AWS::Cognito::UserPoolClient" => Details::UserPoolClient(cognito::client(builder, item)),
        "AWS::Cognito::IdentityPool" => {
            Details::IdentityPool(cognito::identity_pool(builder, item))
        }
        "AWS::AppSync::Resolver" | "AWS::AppSync::FunctionConfiguration" => {
            Details::Resolver(delivery::resolver(builder, item))
        }
        "AWS::Logs::LogGroup" => Details::LogGroup(monitoring::log_group(builder, item)),
        "AWS::CloudWatch::Alarm" => Details::Alarm(monitoring::alarm(builder, item)),
        "AWS::CloudTrail::Trail" => Details::Trail(monitoring::trail(builder, item)),
        "AWS::Budgets::Budget" => Details::Budget(monitoring::budget(item)),
        "AWS::SecretsManager::Secret" => Details::Secret(secrets::secret(builder, item)),
        "AWS::SSM::Parameter" => Details::StoredParameter(secrets::parameter(builder, item)),
        "AWS::KMS::Key" => Details::Key(secrets::key(builder, item)),
        "AWS::IAM::AccessKey" => Details::AccessKey(
            item.properties.get("UserName").and_then(|node| builder.referent(node)),
        ),
        "AWS::Lambda::CodeSigningConfig" => {
            Details::SigningConfig(delivery::signing(builder, item))
        }
        "AWS::Lambda::LayerVersion" => Details::LayerVersion(delivery::layer(builder, item)),
        "AWS::ApiGateway::UsagePlan" => Details::UsagePlan(delivery::usage_plan(builder, item)),
        "AWS::ApiGateway::DomainName" | "AWS::ApiGatewayV2::DomainName" => {
            Details::DomainName(delivery::domain(builder, item))
        }
        "AWS::CloudFront::Distribution" => {
            Details::Distribution(delivery::distribution(builder, item))
        }
        "AWS::EC2::SecurityGroup" => Details::NetworkRules(network::security_group(builder, item)),
        "AWS::EC2::Instance"
        | "AWS::EC2::LaunchTemplate"
        | "AWS::AutoScaling::LaunchConfiguration" => {
            Details::Instance(network::instance(builder, item))
        }
        _ => Details::Other,
    }
}
