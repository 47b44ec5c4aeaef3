//! Roles, users and groups with their policies; policies on resources; permissions to invoke.

use iam_policy::{Policy, Statement};
use source_text::{Place, SmolStr};
use value::{Reference, When};

use crate::{Setting, Text};

/// A principal of the template that policies are attached to.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// Logical name in the input (of a SAM function's implicit role: `<Function>Role`).
    pub name: SmolStr,
    /// Kind.
    pub kind: IdentityKind,
    /// Where its name is written; of an implicit role, the function's.
    pub place: Place,
    /// When it exists.
    pub when: When,
    /// Whether the SAM transform makes it.
    pub is_generated: bool,
    /// Who may take the role.
    pub trust: Option<Policy>,
    /// Policies written out, wherever they are attached from.
    pub policies: Vec<AttachedPolicy>,
    /// Policies of AWS or of others, by ARN.
    pub managed: Vec<ManagedPolicy>,
    /// ARN of the permissions boundary.
    pub boundary: Option<Setting<SmolStr>>,
    /// Path or physical name, when set.
    pub physical_name: Option<Setting<SmolStr>>,
}

/// Kind of principal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum IdentityKind {
    /// A role.
    #[default]
    Role,
    /// A user.
    User,
    /// A group.
    Group,
    /// A managed policy or policy that no principal of the template carries.
    Detached,
}

/// A policy that is written out.
#[derive(Clone, Debug, Default)]
pub struct AttachedPolicy {
    /// Its name, or the logical name of the policy resource.
    pub name: SmolStr,
    /// Where.
    pub place: Place,
    /// When it is attached.
    pub when: When,
    /// Where it comes from.
    pub origin: Origin,
    /// The statements.
    pub document: Policy,
}

/// Where a policy comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Written in the role or function itself.
    #[default]
    Inline,
    /// A SAM policy template, by name.
    Template(SmolStr),
    /// A SAM connector, by logical name.
    Connector(SmolStr),
    /// A policy resource, by logical name.
    Resource(SmolStr),
    /// Added by the SAM transform for an event source or a setting.
    Generated,
}

/// A policy named by ARN.
#[derive(Clone, Debug, Default)]
pub struct ManagedPolicy {
    /// ARN or name as text.
    pub arn: Text,
    /// Where.
    pub place: Place,
    /// When it is attached.
    pub when: When,
}

/// A policy on a resource.
#[derive(Clone, Debug, Default)]
pub struct ResourcePolicy {
    /// Logical name of the policy resource, or of the resource that holds it.
    pub name: SmolStr,
    /// Logical names of the resources that it guards.
    pub resources: Vec<SmolStr>,
    /// Service in ARNs: `s3`, `sqs`, `sns`, `events`, `kms`, `secretsmanager`, `dynamodb`, `ecr` …
    pub service: SmolStr,
    /// Where.
    pub place: Place,
    /// When it exists.
    pub when: When,
    /// The statements.
    pub document: Policy,
}

/// A permission to invoke a function.
#[derive(Clone, Debug, Default)]
pub struct Permission {
    /// Logical name.
    pub name: SmolStr,
    /// Function concerned, when it stands in the template.
    pub function: Option<SmolStr>,
    /// Where.
    pub place: Place,
    /// When it exists.
    pub when: When,
    /// Whether the SAM transform makes it.
    pub is_generated: bool,
    /// `lambda:InvokeFunction` …
    pub action: Option<Setting<SmolStr>>,
    /// `*`, an account, a service.
    pub principal: Option<Setting<SmolStr>>,
    /// ARN that the call must come from.
    pub source_arn: Option<Setting<SmolStr>>,
    /// Account that the call must come from.
    pub source_account: Option<Setting<SmolStr>>,
    /// Organisation that the caller must belong to.
    pub organisation: Option<Setting<SmolStr>>,
    /// `NONE` or `AWS_IAM`, for function URLs.
    pub url_auth: Option<Setting<SmolStr>>,
    /// Whether it holds only for calls that come through the function's URL.
    pub via_url: Option<Setting<bool>>,
    /// Token of an Alexa skill.
    pub event_source_token: Option<Setting<SmolStr>>,
    /// What the source ARN refers to.
    pub source_references: Vec<Reference>,
}

impl Identity {
    /// Every statement of every policy that is written out, with its policy.
    pub fn statements(&self) -> impl Iterator<Item = (&AttachedPolicy, &Statement)> {
        self.policies
            .iter()
            .flat_map(|policy| policy.document.statements.iter().map(move |s| (policy, s)))
    }
}
