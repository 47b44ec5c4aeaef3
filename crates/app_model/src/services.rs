//! Facts of the services that stand beside functions, as far as rules ask for them.

use iam_policy::Policy;
use source_text::{Place, SmolStr};
use value::{Reference, When};

use crate::{Cors, Setting, Text, Throttle};

/// Object storage.
#[derive(Clone, Debug, Default)]
pub struct Bucket {
    /// Canned access list: `PublicRead` …
    pub acl: Option<Setting<SmolStr>>,
    /// The four switches against public access, in the order `BlockPublicAcls`,
    /// `BlockPublicPolicy`, `IgnorePublicAcls`, `RestrictPublicBuckets`; absent: AWS's default, all on
    /// for buckets made since April 2023.
    pub public_access_block: Option<PublicAccessBlock>,
    /// Algorithm of the default encryption.
    pub encryption: Option<Setting<SmolStr>>,
    /// `Enabled` or `Suspended`.
    pub versioning: Option<Setting<SmolStr>>,
    /// Whether access is logged.
    pub access_log: bool,
    /// Whether it is served as a web site.
    pub website: bool,
    /// Cross-origin rules.
    pub cors: Vec<Cors>,
    /// Physical name, when set.
    pub physical_name: Option<Setting<SmolStr>>,
}

/// The four switches against public access.
#[derive(Clone, Debug, Default)]
pub struct PublicAccessBlock {
    /// Where.
    pub place: Place,
    /// New public access lists are refused.
    pub block_acls: Option<Setting<bool>>,
    /// New public policies are refused.
    pub block_policy: Option<Setting<bool>>,
    /// Public access lists are ignored.
    pub ignore_acls: Option<Setting<bool>>,
    /// Public policies reach only the account.
    pub restrict: Option<Setting<bool>>,
}

/// A queue.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// Seconds for which a received message stays hidden; AWS's default is 30.
    pub visibility_timeout_s: Option<Setting<i64>>,
    /// ARN of the queue for messages that failed.
    pub redrive_target: Option<Setting<SmolStr>>,
    /// Receives before a message moves there.
    pub max_receive_count: Option<Setting<i64>>,
    /// Key for encryption.
    pub kms_key: Option<Setting<SmolStr>>,
    /// Encryption with keys of the service; AWS's default is on.
    pub managed_encryption: Option<Setting<bool>>,
    /// Seconds for which a message is kept.
    pub retention_s: Option<Setting<i64>>,
    /// Physical name, when set.
    pub physical_name: Option<Setting<SmolStr>>,
}

/// A topic.
#[derive(Clone, Debug, Default)]
pub struct Topic {
    /// Key for encryption.
    pub kms_key: Option<Setting<SmolStr>>,
}

/// A subscription to a topic.
#[derive(Clone, Debug, Default)]
pub struct Subscription {
    /// The topic, as text.
    pub topic: Option<Text>,
    /// `lambda`, `sqs`, `https`, `http`, `email` …
    pub protocol: Option<Setting<SmolStr>>,
    /// Who receives, as text.
    pub endpoint: Option<Text>,
    /// Queue for messages that could not be delivered.
    pub redrive: Option<Setting<SmolStr>>,
    /// Filter on messages.
    pub filter: Option<Setting<SmolStr>>,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Continuous backups.
    pub point_in_time_recovery: Option<Setting<bool>>,
    /// Protection against deletion.
    pub deletion_protection: Option<Setting<bool>>,
    /// Encryption with a key of KMS (off: a key of the service).
    pub kms: Option<Setting<bool>>,
    /// Whether it has a stream.
    pub has_stream: bool,
}

/// A data stream.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// `KMS` when encrypted.
    pub encryption: Option<Setting<SmolStr>>,
    /// Hours for which a record is kept; AWS's default is 24.
    pub retention_h: Option<Setting<i64>>,
}

/// An event bus.
#[derive(Clone, Debug, Default)]
pub struct EventBus {
    /// Physical name.
    pub physical_name: Option<Setting<SmolStr>>,
    /// Queue for undelivered events.
    pub dead_letter: Option<Setting<SmolStr>>,
}

/// A rule on an event bus, or a schedule.
#[derive(Clone, Debug, Default)]
pub struct EventRule {
    /// The pattern as JSON text, and its place.
    pub pattern: Option<Setting<SmolStr>>,
    /// `rate(…)` or `cron(…)`.
    pub schedule: Option<Setting<SmolStr>>,
    /// Bus, when not the default one.
    pub bus: Option<Text>,
    /// Who receives.
    pub targets: Vec<RuleTarget>,
}

/// Who receives the events of a rule.
#[derive(Clone, Debug, Default)]
pub struct RuleTarget {
    /// ARN as text.
    pub arn: Text,
    /// Where.
    pub place: Place,
    /// Queue for undelivered events.
    pub dead_letter: Option<Setting<SmolStr>>,
    /// Role that delivers.
    pub role: Option<Text>,
}

/// A state machine.
#[derive(Clone, Debug, Default)]
pub struct StateMachine {
    /// `STANDARD` or `EXPRESS`.
    pub kind: Option<Setting<SmolStr>>,
    /// Level of its logs: `OFF`, `ERROR`, `FATAL`, `ALL`.
    pub log_level: Option<Setting<SmolStr>>,
    /// Whether inputs and outputs are logged.
    pub includes_execution_data: Option<Setting<bool>>,
    /// Whether logs have a destination.
    pub has_log_destination: bool,
    /// Tracing.
    pub tracing: Option<Setting<bool>>,
    /// Logical name of its role.
    pub role: Option<SmolStr>,
    /// Its tasks, nested ones too; empty when the definition is not known.
    pub tasks: Vec<Task>,
    /// Its states, nested ones too: names are unique within a machine.
    pub states: Vec<State>,
    /// Whether the definition was available.
    pub definition_known: bool,
    /// Texts in the definition, for detectors of secrets and injection, with JSON paths.
    pub texts: Vec<(String, Setting<SmolStr>)>,
}

/// A state of a state machine: what follows it, how often it is repeated.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Name.
    pub name: SmolStr,
    /// Where the name is written.
    pub place: Place,
    /// `Task`, `Choice`, `Wait`, `Map` …
    pub kind: SmolStr,
    /// The map or parallel state around it.
    pub parent: Option<SmolStr>,
    /// Names of the states that may follow, those after a caught failure included.
    pub next: Vec<SmolStr>,
    /// `MaxAttempts` of each way of trying again, as far as it is written; AWS's default is 3.
    pub retry_attempts: Vec<Setting<i64>>,
    /// `MaxConcurrency` of a map; 0 or absent is without limit.
    pub max_concurrency: Option<Setting<i64>>,
    /// Whether a map starts executions of their own (`DISTRIBUTED`), up to 10,000 at a time.
    pub is_distributed: bool,
}

/// A task of a state machine.
#[derive(Clone, Debug, Default)]
pub struct Task {
    /// Name of the state.
    pub name: SmolStr,
    /// Where.
    pub place: Place,
    /// What it calls: an ARN, `arn:aws:states:::lambda:invoke`.
    pub resource: Text,
    /// Function of the template that it calls.
    pub function: Option<SmolStr>,
    /// Whether failures are caught, by the task itself or by a state around it.
    pub has_catch: bool,
    /// Whether failures are tried again.
    pub has_retry: bool,
    /// Whether a time limit is set.
    pub has_timeout: bool,
    /// Texts of its parameters and arguments, with JSON paths.
    pub parameters: Vec<(String, Setting<SmolStr>)>,
}

/// A directory of users.
#[derive(Clone, Debug, Default)]
pub struct UserPool {
    /// `ON`, `OFF`, `OPTIONAL`; `OFF` by default.
    pub mfa: Option<Setting<SmolStr>>,
    /// Shortest password, 6 or more. Cognito asks for it in a policy; without a policy it is 8.
    pub password_length: Option<Setting<i64>>,
    /// Whether each kind of character is asked for: lower, upper, numbers, symbols. All are without
    /// a policy; in one, those that are left out are not.
    pub password_classes: [Option<Setting<bool>>; 4],
    /// Whether only administrators make users; off by default.
    pub admin_creates_users: Option<Setting<bool>>,
    /// `ENFORCED`, `AUDIT`, `OFF`.
    pub advanced_security: Option<Setting<SmolStr>>,
    /// `ACTIVE` or `INACTIVE`.
    pub deletion_protection: Option<Setting<SmolStr>>,
    /// Days for which a temporary password holds; 7 by default.
    pub temporary_password_days: Option<Setting<i64>>,
    /// Whether a web firewall stands before its sign-in pages and calls.
    pub has_firewall: bool,
}

/// An application that signs users in.
#[derive(Clone, Debug, Default)]
pub struct UserPoolClient {
    /// Whether it has a secret.
    pub generates_secret: Option<Setting<bool>>,
    /// `ALLOW_USER_PASSWORD_AUTH` …; by default SRP, custom authentication and refresh tokens.
    pub auth_flows: Vec<Setting<SmolStr>>,
    /// Whether it uses OAuth at all; off by default, and flows and addresses then do nothing.
    pub oauth: Option<Setting<bool>>,
    /// `code`, `implicit`, `client_credentials`.
    pub oauth_flows: Vec<Setting<SmolStr>>,
    /// Addresses that users are sent back to.
    pub callback_urls: Vec<Setting<SmolStr>>,
    /// `ENABLED` or `LEGACY`, which is the default.
    pub prevent_user_existence_errors: Option<Setting<SmolStr>>,
    /// Whether tokens can be revoked; default on.
    pub token_revocation: Option<Setting<bool>>,
}

/// A pool that gives credentials to identities.
#[derive(Clone, Debug, Default)]
pub struct IdentityPool {
    /// Whether guests get credentials.
    pub allows_guests: Option<Setting<bool>>,
    /// Whether the basic flow is on.
    pub classic_flow: Option<Setting<bool>>,
}

/// A `GraphQL` resolver or function.
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    /// Logical name of its interface.
    pub api: Option<SmolStr>,
    /// `Query.orders`; of a function, its name.
    pub field: SmolStr,
    /// Templates and code.
    pub templates: Vec<Setting<SmolStr>>,
    /// Name of the data source.
    pub data_source: Option<Text>,
    /// Whether it works on data, by itself or by a function of its pipeline, and not on the source
    /// `NONE` alone; `None` when the source stands elsewhere.
    pub uses_data: Option<bool>,
}

/// A log group.
#[derive(Clone, Debug, Default)]
pub struct LogGroup {
    /// Physical name.
    pub physical_name: Option<Setting<SmolStr>>,
    /// Days for which lines are kept; absent is for ever.
    pub retention_days: Option<Setting<i64>>,
    /// Key for encryption.
    pub kms_key: Option<Setting<SmolStr>>,
    /// Functions that its name refers to.
    pub references: Vec<Reference>,
    /// Whether a data-protection policy masks personal data.
    pub masks_data: bool,
}

/// An alarm.
#[derive(Clone, Debug, Default)]
pub struct Alarm {
    /// `AWS/Lambda` …
    pub namespace: Option<Setting<SmolStr>>,
    /// `Errors` …
    pub metric: Option<Setting<SmolStr>>,
    /// What its dimensions and metric queries refer to.
    pub references: Vec<Reference>,
    /// Texts of its dimensions.
    pub dimensions: Vec<(SmolStr, Text)>,
    /// Metrics of its metric queries.
    pub metrics: Vec<SmolStr>,
    /// Whether somebody is told.
    pub has_action: bool,
    /// `notBreaching`, `breaching`, `ignore`, `missing`.
    pub missing_data: Option<Setting<SmolStr>>,
}

/// An audit trail.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// Whether it records every region.
    pub multi_region: Option<Setting<bool>>,
    /// Whether its files are signed.
    pub validates_files: Option<Setting<bool>>,
    /// Whether it is on.
    pub logging: Option<Setting<bool>>,
    /// Key for encryption.
    pub kms_key: Option<Setting<SmolStr>>,
    /// Whether calls of functions are recorded.
    pub records_invocations: bool,
    /// Whether it also goes to a log group.
    pub has_log_group: bool,
}

/// A secret of a secrets store.
#[derive(Clone, Debug, Default)]
pub struct Secret {
    /// Whether the store makes the value.
    pub is_generated: bool,
    /// The value, when it stands in the input.
    pub value: Option<Setting<SmolStr>>,
    /// Key for encryption.
    pub kms_key: Option<Setting<SmolStr>>,
    /// Whether it is rotated.
    pub rotates: bool,
}

/// A parameter of a parameter store.
#[derive(Clone, Debug, Default)]
pub struct StoredParameter {
    /// `String`, `StringList`.
    pub kind: Option<Setting<SmolStr>>,
    /// Its name.
    pub physical_name: Option<Setting<SmolStr>>,
    /// Its value.
    pub value: Option<Setting<SmolStr>>,
}

/// A custom domain of an interface.
#[derive(Clone, Debug, Default)]
pub struct DomainName {
    /// `TLS_1_0`, `TLS_1_2` …
    pub security_policy: Option<Setting<SmolStr>>,
    /// Whether clients must show a certificate.
    pub mutual_tls: bool,
    /// Whether it is of a REST API (whose default is weaker) and not of an HTTP API.
    pub is_rest: bool,
    /// Whether it is edge-optimised, which for REST APIs defaults to TLS 1.0.
    pub is_edge: bool,
    /// Logical names of the interfaces that it leads to.
    pub apis: Vec<SmolStr>,
}

/// A content distribution.
#[derive(Clone, Debug, Default)]
pub struct Distribution {
    /// Oldest protocol for viewers: `TLSv1.2_2021`.
    pub minimum_protocol: Option<Setting<SmolStr>>,
    /// Whether it uses CloudFront's own certificate (then the protocol cannot be chosen).
    pub default_certificate: bool,
    /// `allow-all`, `redirect-to-https`, `https-only` of each behaviour.
    pub viewer_policies: Vec<Setting<SmolStr>>,
    /// Web firewall.
    pub firewall: Option<Setting<SmolStr>>,
    /// Whether access is logged.
    pub access_log: bool,
    /// Logical names of interfaces and buckets that it reads from.
    pub origins: Vec<Reference>,
}

/// A database, search domain, cache or file system.
#[derive(Clone, Debug, Default)]
pub struct Database {
    /// Whether it has a public address.
    pub public: Option<Setting<bool>>,
    /// Whether its storage is encrypted.
    pub encrypted: Option<Setting<bool>>,
    /// Password as written.
    pub password: Option<Setting<SmolStr>>,
    /// Whether the password is kept by the secrets store.
    pub managed_password: bool,
    /// Days of backups.
    pub backup_days: Option<Setting<i64>>,
    /// Whether IAM tokens sign in.
    pub iam_auth: Option<Setting<bool>>,
    /// Whether it belongs to a cluster (whose settings then hold).
    pub in_cluster: bool,
}

/// Rules of a network.
#[derive(Clone, Debug, Default)]
pub struct NetworkRules {
    /// What may come in.
    pub ingress: Vec<NetworkRule>,
    /// What may go out; `None`: everything (AWS's default).
    pub egress: Option<Vec<NetworkRule>>,
}

/// One rule of a network.
#[derive(Clone, Debug, Default)]
pub struct NetworkRule {
    /// Where.
    pub place: Place,
    /// `tcp`, `udp`, `-1` for all.
    pub protocol: Option<Setting<SmolStr>>,
    /// First port.
    pub from_port: Option<Setting<i64>>,
    /// Last port.
    pub to_port: Option<Setting<i64>>,
    /// Addresses: `0.0.0.0/0`.
    pub cidrs: Vec<Setting<SmolStr>>,
}

/// A virtual machine or its launch template.
#[derive(Clone, Debug, Default)]
pub struct Instance {
    /// `required` or `optional`: whether the metadata service wants a session token.
    pub http_tokens: Option<Setting<SmolStr>>,
    /// Network hops that an answer of the metadata service survives.
    pub hop_limit: Option<Setting<i64>>,
    /// Start script.
    pub user_data: Option<Setting<SmolStr>>,
}

/// A layer.
#[derive(Clone, Debug, Default)]
pub struct LayerVersion {
    /// Who else may use it.
    pub shared_with: Vec<Setting<SmolStr>>,
    /// Local folder of its code, relative to the template.
    pub content: Option<Setting<SmolStr>>,
}

/// A usage plan of a REST API.
#[derive(Clone, Debug, Default)]
pub struct UsagePlan {
    /// Limit.
    pub throttle: Option<Throttle>,
    /// Requests per period at most.
    pub quota: Option<Setting<i64>>,
    /// Logical names of the interfaces that it covers.
    pub apis: Vec<SmolStr>,
}

/// A budget.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    /// Whether somebody is told.
    pub notifies: bool,
}

/// An encryption key.
#[derive(Clone, Debug, Default)]
pub struct Key {
    /// Whether it is rotated every year.
    pub rotation: Option<Setting<bool>>,
    /// Whether it is symmetric (only such keys rotate).
    pub symmetric: bool,
    /// Who may use it.
    pub policy: Option<Policy>,
    /// When it is there.
    pub when: When,
}

/// A code-signing configuration.
#[derive(Clone, Debug, Default)]
pub struct SigningConfig {
    /// `Warn` (the default) or `Enforce`.
    pub untrusted_artifacts: Option<Setting<SmolStr>>,
}
