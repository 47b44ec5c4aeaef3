//! Detectors over one event after the other, with a memory that can be kept.

use std::borrow::Cow;

use audit_event::{AuditEvent, Provider};
use serde::{Deserialize, Serialize};

use crate::{
    accounts,
    alert::Alert,
    bulk::{self, Reader},
    credentials,
    deployer::{self, Deployers},
    facts::{Facts, text},
    hours::{self, Hours},
    known::Known,
    revision::{Attested, Deployment},
    role::Role,
};

const SCHEMA: &str = "faasguard-baseline/1";
const ROLES: usize = 4_096;
const FUNCTIONS: usize = 16_384;
const READERS: usize = 1_024;
const ACCOUNTS: usize = 16_384;
const DEPLOYMENTS: usize = 10_000;
const DAY: i64 = 86_400;

/// What detectors go by.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Seconds for which a role or function is learned before what is new is told.
    pub learn_s: i64,
    /// Accounts that belong together, twelve digits each.
    pub own_accounts: Vec<String>,
    /// What is vouched for.
    pub attested: Attested,
}

impl Default for Settings {
    fn default() -> Self {
        Self { learn_s: 7 * DAY, own_accounts: Vec::new(), attested: Attested::default() }
    }
}

/// Detectors and what they remember.
#[derive(Clone, Debug)]
pub struct Watch {
    settings: Settings,
    memory: Memory,
    deployments: Vec<Deployment>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Memory {
    schema: String,
    /// By ARN: roles that run functions.
    roles: Known<Role>,
    functions: Known<Deployers>,
    readers: Known<Reader>,
    accounts: Known<()>,
    /// By account: when its functions are changed. Baselines of before have none.
    #[serde(default = "no_hours")]
    hours: Known<Hours>,
}

fn no_hours() -> Known<Hours> {
    Known::new(ACCOUNTS)
}

/// A snapshot that cannot be taken up.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// It is no JSON of this form.
    #[error("is no baseline: {reason}")]
    Malformed {
        /// What the reader of JSON says.
        reason: String,
    },
    /// It is of another version.
    #[error("is a baseline of the form `{found}`, not `{SCHEMA}`; learn it again")]
    OtherSchema {
        /// Its `schema`.
        found: String,
    },
}

impl Watch {
    /// Detectors that know nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let memory = Memory {
            schema: SCHEMA.to_owned(),
            roles: Known::new(ROLES),
            functions: Known::new(FUNCTIONS),
            readers: Known::new(READERS),
            accounts: Known::new(ACCOUNTS),
            hours: no_hours(),
        };
        Self { settings, memory, deployments: Vec::new() }
    }

    /// Detectors that know what a [`Watch::snapshot`] holds.
    ///
    /// # Errors
    /// [`RestoreError`] when it is of another form.
    pub fn restore(settings: Settings, snapshot: &[u8]) -> Result<Self, RestoreError> {
        let malformed =
            |error: serde_json::Error| RestoreError::Malformed { reason: error.to_string() };
        let value: serde_json::Value = serde_json::from_slice(snapshot).map_err(malformed)?;
        let found = value.get("schema").and_then(serde_json::Value::as_str).unwrap_or_default();
        if found != SCHEMA {
            return Err(RestoreError::OtherSchema { found: found.to_owned() });
        }
        let mut memory: Memory = serde_json::from_value(value).map_err(malformed)?;
        memory.roles.limit_to(ROLES);
        memory.roles.each(Role::limit);
        memory.functions.limit_to(FUNCTIONS);
        memory.functions.each(Deployers::limit);
        memory.readers.limit_to(READERS);
        memory.readers.each(Reader::limit);
        memory.accounts.limit_to(ACCOUNTS);
        memory.hours.limit_to(ACCOUNTS);
        Ok(Self { settings, memory, deployments: Vec::new() })
    }

    /// What was learned, as JSON: the same memory gives the same bytes.
    #[must_use]
    pub fn snapshot(&self) -> String {
        serde_json::to_string(&self.memory).unwrap_or_default()
    }

    /// Code that was deployed while this watch looked, in the order of the events.
    #[must_use]
    pub fn deployments(&self) -> &[Deployment] {
        &self.deployments
    }

    /// Looks at an event and learns from it; what is wrong with it is added to `alerts`.
    pub fn observe(&mut self, event: &AuditEvent<'_>, alerts: &mut Vec<Alert>) {
        if !Self::may_matter(event) {
            return;
        }
        let Some(facts) = Facts::of(event) else { return };
        self.role_of_function(&facts, alerts);
        if facts.service == "sts" || facts.service == "lambda" {
            self.learn_sessions(&facts);
        }
        if deployer::is_change(&facts) {
            let learn_s = self.settings.learn_s;
            alerts.extend(deployer::judge(&facts, &mut self.memory.functions, learn_s));
            alerts.extend(hours::judge(&facts, &mut self.memory.hours));
            self.deployed(&facts, alerts);
        }
        if bulk::is_read(&facts) {
            alerts.extend(bulk::judge(&facts, &mut self.memory.readers));
        }
        if accounts::may_name(&facts) {
            let own = &self.settings.own_accounts;
            accounts::judge(&facts, own, &mut self.memory.accounts, alerts);
        }
    }

    /// Whether any detector may have something to say of the event: most events of a trail end here.
    #[must_use]
    pub fn may_matter(event: &AuditEvent<'_>) -> bool {
        // What detectors know is of AWS.
        if event.provider != Provider::Aws {
            return false;
        }
        if event.actor.kind.is_some_and(|it| it.raw() == b"AssumedRole") {
            return true;
        }
        let source = event.source.raw();
        let front = source.split(|it| *it == b'.').next().unwrap_or(source);
        matches!(
            front,
            b"lambda"
                | b"sts"
                | b"secretsmanager"
                | b"ssm"
                | b"events"
                | b"scheduler"
                | b"logs"
                | b"sqs"
                | b"sns"
                | b"s3"
                | b"kms"
                | b"dynamodb"
                | b"iam"
        )
    }

    fn deployed(&mut self, facts: &Facts<'_>, alerts: &mut Vec<Alert>) {
        let Some(deployment) = self.settings.attested.deployment(facts) else { return };
        alerts.extend(self.settings.attested.judge(&deployment));
        if self.deployments.len() < DEPLOYMENTS {
            self.deployments.push(deployment);
        }
    }

    /// Judges a call with the credentials of a function.
    fn role_of_function(&mut self, facts: &Facts<'_>, alerts: &mut Vec<Alert>) {
        let actor = &facts.event.actor;
        if !actor.kind.is_some_and(|it| it.is("AssumedRole")) {
            return;
        }
        let arn = text(actor.arn);
        let session = arn.rsplit_once('/').map_or("", |(_, session)| session);
        let agent = facts.user_agent();
        let is_evident = agent.contains("exec-env/AWS_Lambda_")
            || agent.starts_with("awslambda-worker/")
            || facts.issued_to().is_some();
        let is_function = is_evident
            || self
                .memory
                .roles
                .get(&facts.principal)
                .is_some_and(|it| it.sessions.contains(session));
        if !is_function {
            return;
        }
        let learn_s = self.settings.learn_s;
        let role = self.memory.roles.touch(&facts.principal, facts.time);
        if is_evident {
            role.sessions.touch(session, facts.time);
        }
        if credentials::is_by_platform(facts) {
            return;
        }
        let access_key: Cow<'_, str> = text(actor.access_key);
        if let Some(alert) = credentials::judge(facts, role, &access_key, learn_s) {
            // What is not the function's own is not learned.
            alerts.extend((!alert.explanation.is_empty()).then_some(alert));
        } else {
            role.news(facts, learn_s, alerts);
            role.learn(facts, &credentials::family(&agent), &access_key);
        }
    }

    /// Learns which sessions of which roles are functions.
    fn learn_sessions(&mut self, facts: &Facts<'_>) {
        if facts.has_failed() {
            return;
        }
        let (role, session) = match (&*facts.service, &*facts.action) {
            ("sts", "AssumeRole")
                if facts.event.actor.invoked_by.is_some_and(|it| it.is("lambda.amazonaws.com")) =>
            {
                (facts.asked("roleArn"), facts.asked("roleSessionName"))
            }
            ("lambda", "CreateFunction" | "UpdateFunctionConfiguration") => {
                let role = facts.asked("role").or_else(|| facts.answered("role"));
                (role, facts.asked("functionName"))
            }
            _ => return,
        };
        let (Some(role), Some(session)) = (role, session) else { return };
        let session = crate::facts::function_name(&session);
        self.memory.roles.touch(&role, facts.time).sessions.touch(session, facts.time);
    }
}
