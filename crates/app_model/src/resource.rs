//! Everything that is not a function, an interface or a principal.

use source_text::{Place, SmolStr};
use value::When;

use crate::services::{
    Alarm, Bucket, Budget, Database, Distribution, DomainName, EventBus, EventRule, IdentityPool,
    Instance, Key, LayerVersion, LogGroup, NetworkRules, Queue, Resolver, Secret, SigningConfig,
    StateMachine, StoredParameter, Stream, Subscription, Table, Topic, Trail, UsagePlan, UserPool,
    UserPoolClient,
};
use crate::{FunctionApp, Setting};

/// One resource of the input.
#[derive(Clone, Debug, Default)]
pub struct Resource {
    /// Logical name.
    pub name: SmolStr,
    /// Type as written: `AWS::SQS::Queue`.
    pub type_name: SmolStr,
    /// Where its name is written.
    pub place: Place,
    /// When it exists.
    pub when: When,
    /// Whether the SAM transform makes it.
    pub is_generated: bool,
    /// Logical name of the SAM resource that causes it, when the transform makes it.
    pub source: Option<SmolStr>,
    /// Logical names of the roles that it hands to its service; of a function see `Function::role`.
    pub roles: Vec<SmolStr>,
    /// The name that the template gives it, in the notation of `Fn::Sub`; parameters by their names.
    pub physical_name: Option<SmolStr>,
    /// Keys that encrypt what it holds, as written: the id, ARN or alias of a key, or a reference to
    /// one. Keys that a service of AWS manages are left out.
    pub keys: Vec<Setting<SmolStr>>,
    /// What is known of it, by kind.
    pub details: Details,
}

impl Resource {
    /// The name that its author wrote: the transform gives some resources names of its own, with a
    /// hash of their content.
    #[must_use]
    pub fn written_name(&self) -> &SmolStr {
        self.source.as_ref().unwrap_or(&self.name)
    }
}

/// What is known of a resource.
#[derive(Clone, Debug, Default)]
pub enum Details {
    /// Object storage.
    Bucket(Bucket),
    /// A queue.
    Queue(Queue),
    /// A topic.
    Topic(Topic),
    /// A subscription to a topic.
    Subscription(Subscription),
    /// A table.
    Table(Table),
    /// A data stream.
    Stream(Stream),
    /// An event bus.
    EventBus(EventBus),
    /// A rule on an event bus, or a schedule.
    EventRule(EventRule),
    /// A state machine.
    StateMachine(Box<StateMachine>),
    /// A directory of users.
    UserPool(Box<UserPool>),
    /// An application that signs users in.
    UserPoolClient(UserPoolClient),
    /// A pool that gives credentials to identities.
    IdentityPool(IdentityPool),
    /// A `GraphQL` resolver or function.
    Resolver(Resolver),
    /// A log group.
    LogGroup(LogGroup),
    /// An alarm.
    Alarm(Alarm),
    /// An audit trail.
    Trail(Trail),
    /// A secret of a secrets store.
    Secret(Secret),
    /// A parameter of a parameter store.
    StoredParameter(StoredParameter),
    /// A custom domain of an interface.
    DomainName(DomainName),
    /// A content distribution.
    Distribution(Distribution),
    /// A database, search domain, cache or file system.
    Database(Database),
    /// Rules of a network: a security group.
    NetworkRules(NetworkRules),
    /// A virtual machine or its launch template.
    Instance(Instance),
    /// A layer.
    LayerVersion(LayerVersion),
    /// A usage plan of a REST API.
    UsagePlan(UsagePlan),
    /// A budget with its alarms.
    Budget(Budget),
    /// An encryption key.
    Key(Key),
    /// A code-signing configuration.
    SigningConfig(SigningConfig),
    /// A long-lived access key of a user; the user's logical name.
    AccessKey(Option<SmolStr>),
    /// A function app.
    FunctionApp(Box<FunctionApp>),
    /// Nothing in particular.
    #[default]
    Other,
}
