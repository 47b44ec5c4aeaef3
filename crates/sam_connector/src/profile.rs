//! What a connector between two types of resource becomes: the table of `data/connectors.json`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// Every type pair that connectors know.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Profiles {
    resources: BTreeMap<String, Attributes>,
    connections: Vec<Connection>,
}

/// How a type of resource names itself: `Ref`, `GetAtt <attribute>` or a literal.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Attributes {
    /// Property that holds the execution role; `Targets[].RoleArn` for event rules.
    #[serde(default)]
    pub(crate) role: Option<String>,
    /// Its ARN.
    #[serde(default, rename = "Arn")]
    pub(crate) arn: Option<String>,
    /// Its id inside ARNs of other services.
    #[serde(default, rename = "Id")]
    pub(crate) id: Option<String>,
    /// Its name.
    #[serde(default, rename = "Name")]
    pub(crate) name: Option<String>,
    /// Its URL.
    #[serde(default, rename = "Url")]
    pub(crate) url: Option<String>,
    /// What part of it is meant when the connector does not say.
    #[serde(default, rename = "Qualifier")]
    pub(crate) qualifier: Option<String>,
}

/// What grants the access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mechanism {
    /// A managed policy that joins an execution role.
    RolePolicy,
    /// A policy on the destination queue.
    QueuePolicy,
    /// A policy on the destination topic.
    TopicPolicy,
    /// A permission on the destination function.
    FunctionPermission,
}

/// One end of a connector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum End {
    /// Where calls come from.
    Source,
    /// Where calls go.
    #[default]
    Destination,
}

/// What has to wait until the policy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Waiting {
    /// The source resource.
    Source,
    /// The event source mapping from source to destination.
    EventSourceMapping,
}

/// A pair of types and what their connector becomes.
#[derive(Debug, Deserialize)]
pub(crate) struct Connection {
    from: String,
    to: String,
    /// What grants the access.
    pub(crate) by: Mechanism,
    /// Whose role the policy joins, for [`Mechanism::RolePolicy`].
    #[serde(default)]
    pub(crate) role: End,
    /// What has to wait until the policy stands.
    #[serde(default)]
    pub(crate) before: Option<Waiting>,
    /// The only sets of permissions that make sense; empty when every set does.
    #[serde(default)]
    pub(crate) only: Vec<Vec<String>>,
    /// What each permission allows, in the order of the policy.
    pub(crate) access: Vec<Access>,
}

/// What one permission (`Read`, `Write`) allows; which fields are set depends on the mechanism.
#[derive(Debug, Deserialize)]
pub(crate) struct Access {
    /// `Read` or `Write`.
    pub(crate) name: String,
    /// Statements of the role's policy.
    #[serde(default)]
    pub(crate) statements: Vec<Allow>,
    /// The service that calls, for resource policies.
    #[serde(default)]
    pub(crate) service: String,
    /// The action of a queue's or topic's policy.
    #[serde(default)]
    pub(crate) action: String,
    /// The ARN that a function's permission demands of the caller.
    #[serde(default)]
    pub(crate) source_arn: String,
    /// Whether a function's permission also demands the caller's account.
    #[serde(default)]
    pub(crate) same_account: bool,
}

/// A statement of a role's policy.
#[derive(Debug, Deserialize)]
pub(crate) struct Allow {
    /// Actions.
    pub(crate) actions: Vec<String>,
    /// Resources; `<SourceArn>` and the like stand for attributes of the ends.
    pub(crate) resources: Vec<String>,
}

// A data file that does not parse leaves an empty table; the test below keeps that from shipping.
static PROFILES: LazyLock<Profiles> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/connectors.json")).unwrap_or_default()
});

/// What a connector from one CloudFormation type to another becomes.
pub(crate) fn connection(from: &str, to: &str) -> Option<&'static Connection> {
    PROFILES.connections.iter().find(|connection| connection.from == from && connection.to == to)
}

/// How resources of a CloudFormation type name themselves.
pub(crate) fn attributes(resource_type: &str) -> Option<&'static Attributes> {
    PROFILES.resources.get(resource_type)
}

#[cfg(test)]
mod tests {
    use super::{PROFILES, attributes, connection};

    #[test]
    fn the_table_is_read_and_every_end_has_attributes() {
        assert_eq!(PROFILES.connections.len(), 31);
        for connection in &PROFILES.connections {
            assert!(attributes(&connection.from).is_some(), "{}", connection.from);
            assert!(attributes(&connection.to).is_some(), "{}", connection.to);
            assert!(!connection.access.is_empty());
        }
    }

    #[test]
    fn a_pair_is_found_in_its_direction_only() {
        assert!(connection("AWS::SNS::Topic", "AWS::SQS::Queue").is_some());
        assert!(connection("AWS::SQS::Queue", "AWS::SNS::Topic").is_none());
    }
}
