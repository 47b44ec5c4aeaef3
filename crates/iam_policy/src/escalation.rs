//! Sets of actions that let whoever holds them become an administrator, and whether policies hold
//! them: on which resources, under which conditions.

mod conditions;
mod held;
mod name;
mod principals;
mod services;
mod ways;

pub use held::{Ask, Certainty, Held, Holder, Wanted, held};
pub use name::Name;
pub use ways::{OpenWay, Principal, generic, names_agree, new_thing, open_ways};

/// One way up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path {
    /// Stable id: `iam-005` as in the public list of such paths; ours begin with `fg-`.
    pub id: &'static str,
    /// How it works.
    pub kind: PathKind,
    /// The actions, all of which are needed, each with what it must be allowed on.
    pub needs: &'static [Need],
    /// Services, one of which the stronger role must trust; nothing when no role is passed.
    pub trusts: &'static [&'static str],
    /// What one gains, as the end of "whoever holds them can …".
    pub gain: &'static str,
}

/// Ways in which permissions grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathKind {
    /// Changes the own permissions.
    OwnPolicy,
    /// Takes the place of another principal.
    OtherPrincipal,
    /// Starts something new under a stronger role (`iam:PassRole`).
    PassRole,
    /// Takes over something that already runs under a stronger role.
    RunningRole,
}

/// An action that a way up needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// `iam:PassRole`.
    pub action: &'static str,
    /// What it must be allowed on.
    pub on: On,
}

/// What an action of a way up must be allowed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The role or user that holds the permissions.
    Own,
    /// A customer-managed policy that is attached to whoever holds the permissions.
    OwnPolicy,
    /// A group that the user who holds the permissions is in.
    OwnGroup,
    /// Another role: the one that is gained.
    Role,
    /// A customer-managed policy that is attached to the role that is gained.
    RolePolicy,
    /// Another user: the one who is gained.
    User,
    /// A group with more rights.
    Group,
    /// Something that is there and runs under the role that is gained.
    Running(Thing),
    /// Something of any name that does not exist yet.
    New(Thing),
    /// The action has no resource-level permissions: only `*` counts.
    Everything,
}

/// What takes part in ways up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the thing that its ARN names")]
pub enum Thing {
    Automation,
    BuildProject,
    Cluster,
    CodeInterpreter,
    ContainerService,
    DataJob,
    DataTrigger,
    DevEndpoint,
    Document,
    Function,
    LaunchTemplate,
    LifecycleConfig,
    Machine,
    Notebook,
    Pipeline,
    ProcessingJob,
    Role,
    Schedule,
    SpotRequest,
    Stack,
    StackSet,
    StateMachine,
    Task,
    TaskDefinition,
    TrainingJob,
    User,
    WebService,
}

impl Thing {
    /// Service, region and account, and beginning of the resource in its ARN, after AWS's Service
    /// Authorization Reference.
    const fn shape(self) -> (&'static str, bool, &'static str) {
        match self {
            Self::Automation => ("ssm", true, "automation-definition/"),
            Self::BuildProject => ("codebuild", true, "project/"),
            Self::Cluster => ("ecs", true, "cluster/"),
            Self::CodeInterpreter => ("bedrock-agentcore", true, "code-interpreter"),
            Self::ContainerService => ("ecs", true, "service/"),
            Self::DataJob => ("glue", true, "job/"),
            Self::DataTrigger => ("glue", true, "trigger/"),
            Self::DevEndpoint => ("glue", true, "devEndpoint/"),
            Self::Document => ("ssm", true, "document/"),
            Self::Function => ("lambda", true, "function:"),
            Self::LaunchTemplate => ("ec2", true, "launch-template/"),
            Self::LifecycleConfig => ("sagemaker", true, "notebook-instance-lifecycle-config/"),
            Self::Machine => ("ec2", true, "instance/"),
            Self::Notebook => ("sagemaker", true, "notebook-instance/"),
            Self::Pipeline => ("datapipeline", true, "pipeline/"),
            Self::ProcessingJob => ("sagemaker", true, "processing-job/"),
            Self::Role => ("iam", false, "role/"),
            Self::Schedule => ("scheduler", true, "schedule/"),
            Self::SpotRequest => ("ec2", true, "spot-instances-request/"),
            Self::Stack => ("cloudformation", true, "stack/"),
            Self::StackSet => ("cloudformation", true, "stackset/"),
            Self::StateMachine => ("states", true, "stateMachine:"),
            Self::Task => ("ecs", true, "task/"),
            Self::TaskDefinition => ("ecs", true, "task-definition/"),
            Self::TrainingJob => ("sagemaker", true, "training-job/"),
            Self::User => ("iam", false, "user/"),
            Self::WebService => ("apprunner", true, "service/"),
        }
    }

    /// The ARN of the thing with a name; `*` for every one in every account.
    #[must_use]
    pub fn arn(self, name: &str) -> String {
        let (service, is_regional, begin) = self.shape();
        let (region, account) = match (name, is_regional) {
            ("*", true) => ("*", "*"),
            ("*", false) => ("", "*"),
            (_, true) => ("${AWS::Region}", "${AWS::AccountId}"),
            (_, false) => ("", "${AWS::AccountId}"),
        };
        format!("arn:aws:{service}:{region}:{account}:{begin}{name}")
    }

    /// In words: `function`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automation => "automation",
            Self::BuildProject => "build project",
            Self::Cluster => "cluster",
            Self::CodeInterpreter => "code interpreter",
            Self::ContainerService => "container service",
            Self::DataJob => "data job",
            Self::DataTrigger => "trigger of data jobs",
            Self::DevEndpoint => "development endpoint",
            Self::Document => "document",
            Self::Function => "function",
            Self::LaunchTemplate => "launch template",
            Self::LifecycleConfig => "lifecycle configuration",
            Self::Machine => "machine",
            Self::Notebook => "notebook",
            Self::Pipeline => "pipeline",
            Self::ProcessingJob => "processing job",
            Self::Role => "role",
            Self::Schedule => "schedule",
            Self::SpotRequest => "spot request",
            Self::Stack => "stack",
            Self::StackSet => "stack set",
            Self::StateMachine => "state machine",
            Self::Task => "task",
            Self::TaskDefinition => "task definition",
            Self::TrainingJob => "training job",
            Self::User => "user",
            Self::WebService => "web service",
        }
    }
}

impl Path {
    /// The actions, each once, in order.
    pub fn actions(&self) -> impl Iterator<Item = &'static str> {
        let needs = self.needs;
        needs.iter().enumerate().filter_map(move |(at, need)| {
            let before = needs.get(..at).unwrap_or_default();
            (!before.iter().any(|other| other.action == need.action)).then_some(need.action)
        })
    }

    /// Whether another path needs only some of these actions: reporting that one is enough.
    #[must_use]
    pub fn is_longer_than(&self, other: &Path) -> bool {
        self.actions().count() > other.actions().count()
            && other.actions().all(|action| self.actions().any(|own| own == action))
    }

    /// Whether it makes whoever takes it an administrator, whatever else there is: they write the
    /// permissions themselves.
    #[must_use]
    pub fn writes_permissions(&self) -> bool {
        self.kind == PathKind::OwnPolicy
            || self.needs.iter().any(|need| {
                need.on == On::RolePolicy
                    || matches!(
                        need.action,
                        "iam:PutRolePolicy"
                            | "iam:AttachRolePolicy"
                            | "iam:PutUserPolicy"
                            | "iam:AttachUserPolicy"
                    )
            })
    }

    /// Whether only a user can take it, not a role: it changes the user's own policies or groups.
    #[must_use]
    pub fn is_for_users(&self) -> bool {
        self.kind == PathKind::OwnPolicy
            && self.needs.iter().any(|need| {
                matches!(need.on, On::OwnGroup | On::Group)
                    || need.on == On::Own && need.action.contains("User")
            })
    }

    /// Whether the role that is gained must let itself be assumed by whoever takes the path.
    #[must_use]
    pub fn needs_trust(&self) -> bool {
        let has = |action: &str| self.needs.iter().any(|need| need.action == action);
        has("sts:AssumeRole") && !has("iam:UpdateAssumeRolePolicy")
    }
}

/// Every path, those about principals first.
pub fn paths() -> impl Iterator<Item = &'static Path> {
    principals::PATHS.iter().chain(services::PATHS)
}

/// The paths all of whose actions `allows` says yes to.
pub fn open_paths(allows: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static Path> {
    paths().filter(move |path| path.actions().all(&allows))
}

const fn all(action: &'static str) -> Need {
    Need { action, on: On::Everything }
}

const fn group(action: &'static str) -> Need {
    Need { action, on: On::Group }
}

const fn new(action: &'static str, thing: Thing) -> Need {
    Need { action, on: On::New(thing) }
}

const fn own(action: &'static str) -> Need {
    Need { action, on: On::Own }
}

const fn own_group(action: &'static str) -> Need {
    Need { action, on: On::OwnGroup }
}

const fn own_policy(action: &'static str) -> Need {
    Need { action, on: On::OwnPolicy }
}

const fn role(action: &'static str) -> Need {
    Need { action, on: On::Role }
}

const fn role_policy(action: &'static str) -> Need {
    Need { action, on: On::RolePolicy }
}

const fn running(action: &'static str, thing: Thing) -> Need {
    Need { action, on: On::Running(thing) }
}

const fn user(action: &'static str) -> Need {
    Need { action, on: On::User }
}

#[cfg(test)]
mod tests {
    use super::{On, open_paths, paths};
    use crate::catalogue;

    #[test]
    fn every_path_is_made_of_actions_that_exist() {
        let mut ids = Vec::new();
        for path in paths() {
            for need in path.needs {
                assert!(catalogue::exists(need.action), "{}: {}", path.id, need.action);
                let limits = catalogue::supports_resource(need.action);
                assert_eq!(need.on == On::Everything, limits == Some(false), "{}", need.action);
            }
            assert!(!ids.contains(&path.id), "{}", path.id);
            ids.push(path.id);
        }
        assert_eq!(ids.iter().filter(|id| !id.starts_with("fg-")).count(), 65);
    }

    #[test]
    fn a_path_opens_only_with_all_of_its_actions() {
        let ids = |held: &[&str]| -> Vec<_> {
            open_paths(|action| held.contains(&action)).map(|path| path.id).collect()
        };
        assert_eq!(ids(&["iam:PassRole", "ec2:RunInstances"]), ["ec2-001"]);
        assert!(ids(&["iam:PassRole"]).is_empty());
    }
}
