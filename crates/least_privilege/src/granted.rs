//! What the role of a function is allowed, as far as its template tells.

use app_model::{
    Application, AttachedPolicy, Function, Identity, Origin as PolicyOrigin, Place, SmolStr,
};
use cloud_names::Pattern;
use iam_policy::{Statement, managed};

use crate::{Names, edit, names::texts, need::Need};

/// One action pattern on one resource pattern that a role is allowed.
#[derive(Clone, Debug)]
pub struct Granted<'a> {
    /// As written: `dynamodb:*`.
    pub action: SmolStr,
    /// As written, in the notation of `Fn::Sub`; nothing when it is not known.
    pub resource: Option<SmolStr>,
    /// Where the action is written; of a managed policy, where it is attached.
    pub place: Place,
    /// Where the resource is written.
    pub resource_place: Place,
    /// Where it comes from.
    pub from: From<'a>,
    /// Whether it holds under conditions only.
    pub is_conditional: bool,
    action_glob: Pattern,
    resource_glob: Option<Pattern>,
}

/// Where a grant comes from.
#[derive(Clone, Copy, Debug)]
pub enum From<'a> {
    /// A statement that the author wrote, or a policy template, or a connector.
    Statement(&'a AttachedPolicy, &'a Statement),
    /// A policy that AWS keeps.
    Managed(managed::ManagedPolicy),
}

/// All that the role of a function is allowed.
#[derive(Debug, Default)]
pub struct Grants<'a> {
    /// In the order of the template.
    pub grants: Vec<Granted<'a>>,
    /// Why there may be more: policies that stand elsewhere.
    pub unknown: Option<Place>,
    /// Whether the role stands in the template at all.
    pub is_known: bool,
    /// Whether nobody but the function runs as it.
    pub is_own: bool,
}

impl<'a> Grants<'a> {
    /// The grants of the role of a function.
    #[must_use]
    pub fn of(names: &Names<'a>, function: &'a Function) -> Self {
        let app: &'a Application = names.app();
        let Some(role) = app.role_of(function) else { return Self::default() };
        let is_own = edit::others(app, role, function).is_none();
        let mut all = Self { is_known: true, is_own, ..Self::default() };
        for policy in &role.policies {
            for statement in policy.document.allows() {
                all.add_statement(names, policy, statement);
            }
        }
        all.add_managed(role);
        all
    }

    /// Whether a need is certainly met by what stays when the policy of the role is written anew.
    #[must_use]
    pub fn is_given(&self, names: &Names<'_>, need: &Need) -> bool {
        let key = Pattern::new(&names.key(&need.resource));
        self.grants.iter().any(|granted| {
            granted.stays()
                && !granted.is_conditional
                && granted.action_glob.matches(&need.action)
                && granted.resource_glob.as_ref().is_some_and(|glob| glob.covers(&key))
        })
    }

    fn add_statement(
        &mut self,
        names: &Names<'a>,
        policy: &'a AttachedPolicy,
        statement: &'a Statement,
    ) {
        if !statement.not_actions.is_empty() || !statement.not_resources.is_empty() {
            self.unknown.get_or_insert(statement.place);
        }
        for action in &statement.actions {
            if action.is_open() {
                self.unknown.get_or_insert(action.place);
            }
            for resource in &statement.resources {
                let key = names.key(&resource.text);
                self.grants.push(Granted {
                    action: action.text.clone(),
                    resource: Some(resource.text.clone()),
                    place: action.place,
                    resource_place: resource.place,
                    from: From::Statement(policy, statement),
                    is_conditional: !statement.conditions.is_empty(),
                    action_glob: action.action_glob(),
                    resource_glob: Some(Pattern::new(&key)),
                });
            }
        }
    }

    fn add_managed(&mut self, role: &'a Identity) {
        for attached in &role.managed {
            for text in texts(&attached.arn) {
                let Some(policy) = managed::find(&text) else {
                    // One of the template hangs on the role by itself.
                    let hangs = role.policies.iter().any(|policy| {
                        matches!(&policy.origin, PolicyOrigin::Resource(name)
                            if text.contains(&format!("${{{name}}}")))
                    });
                    if !hangs {
                        self.unknown.get_or_insert(attached.place);
                    }
                    continue;
                };
                if policy.is_partial || policy.allows_all_but().next().is_some() {
                    self.unknown.get_or_insert(attached.place);
                }
                for (action, reach) in policy.allows() {
                    let is_everywhere = reach != managed::Reach::Narrow;
                    self.grants.push(Granted {
                        action_glob: Pattern::ignoring_case(&action),
                        action: action.into(),
                        resource: is_everywhere.then(|| SmolStr::new_static("*")),
                        place: attached.place,
                        resource_place: attached.place,
                        from: From::Managed(policy),
                        is_conditional: reach == managed::Reach::Conditional,
                        resource_glob: is_everywhere.then(|| Pattern::new("*")),
                    });
                }
            }
        }
    }
}

impl Granted<'_> {
    /// Where the statement is written, or the managed policy attached.
    #[must_use]
    pub fn statement_place(&self) -> Place {
        match self.from {
            From::Statement(_, statement) => statement.place,
            From::Managed(_) => self.place,
        }
    }

    /// Whether the author named a policy template of SAM for it.
    #[must_use]
    pub fn is_of_template(&self) -> bool {
        let is_template =
            |policy: &AttachedPolicy| matches!(policy.origin, PolicyOrigin::Template(_));
        matches!(self.from, From::Statement(policy, _) if is_template(policy))
    }

    /// Whether it certainly takes in an action by name.
    #[must_use]
    pub fn takes_action(&self, action: &str) -> bool {
        self.action_glob.matches(action)
    }

    /// Whether it may be what allows a need: the action fits and the resources may be the same.
    #[must_use]
    pub fn may_serve(&self, need: &Need, key: &Pattern) -> bool {
        self.action_glob.may_match(&need.action)
            && self.resource_glob.as_ref().is_none_or(|glob| glob.overlaps(key))
    }

    /// Whether its resources certainly take in those of a need and are more than they.
    #[must_use]
    pub fn is_wider_than(&self, key: &Pattern) -> bool {
        self.resource_glob.as_ref().is_some_and(|glob| glob.covers(key) && !key.covers(glob))
    }

    /// Whether it comes with a setting of the function (logs, traces, network, polled sources), as AWS
    /// or the SAM transform write it: nobody can narrow that.
    #[must_use]
    pub fn is_plumbing(&self) -> bool {
        match self.from {
            From::Statement(policy, _) => policy.origin == PolicyOrigin::Generated,
            From::Managed(policy) => is_plumbing_policy(policy.name),
        }
    }

    /// Whether its actions are used by other means than an SDK of AWS: requests that the code signs by
    /// itself, tokens for databases, brokers. Whether the code uses them is then not seen.
    #[must_use]
    pub fn is_beside_sdk(&self) -> bool {
        let (service, name) = self.action.split_once(':').unwrap_or((&self.action, ""));
        let name = name.to_ascii_lowercase();
        match service.to_ascii_lowercase().as_str() {
            "aoss" | "dsql" | "elasticache" | "execute-api" | "kafka-cluster" | "neptune-db"
            | "rds-db" | "vpc-lattice-svcs" => name != "manageconnections",
            "es" => name == "*" || name.starts_with("eshttp"),
            "appsync" => matches!(
                name.as_str(),
                "*" | "graphql" | "eventpublish" | "eventsubscribe" | "eventconnect"
            ),
            "iot" => matches!(name.as_str(), "*" | "connect" | "receive" | "subscribe"),
            "qldb" => true,
            "lambda" => name == "invokefunctionurl" || name.contains("durableexecution"),
            _ => false,
        }
    }

    /// Whether it stays when the policy of the role is written anew.
    #[must_use]
    pub fn stays(&self) -> bool {
        let is_connector =
            |policy: &AttachedPolicy| matches!(policy.origin, PolicyOrigin::Connector(_));
        self.is_plumbing() || matches!(self.from, From::Statement(it, _) if is_connector(it))
    }
}

/// Whether a policy of AWS is for what Lambda itself does as the role of a function.
#[must_use]
pub(crate) fn is_plumbing_policy(name: &str) -> bool {
    (name.starts_with("AWSLambda") && name.ends_with("ExecutionRole"))
        || matches!(
            name,
            "AWSXRayDaemonWriteAccess"
                | "AWSXrayWriteOnlyAccess"
                | "CloudWatchLambdaInsightsExecutionRolePolicy"
        )
}
