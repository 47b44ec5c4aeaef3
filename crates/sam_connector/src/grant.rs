//! What one pair of ends gets: a policy of a role, queue or topic, or a function's permission.

use sam_core::context::Context;
use sam_core::intrinsic::is_falsy;
use sam_core::resource::{Expansion, Resource, Sam};
use source_text::{Diagnostic, Node, SmolStr};

use crate::end::Reference;
use crate::profile::{self, Access, Connection, End, Mechanism, Waiting};
use crate::{Connectors, add_depends_on};

/// One pair of ends of a connector.
#[derive(Debug)]
pub(crate) struct Grant<'a> {
    /// The connector.
    pub(crate) connector: &'a Sam,
    /// Who calls.
    pub(crate) from: &'a Reference,
    /// Who is called.
    pub(crate) to: &'a Reference,
    /// What for: `Read`, `Write`; sorted, each once.
    pub(crate) permissions: &'a [&'a str],
    /// End of the logical ids: tells several destinations apart.
    pub(crate) suffix: String,
}

impl Grant<'_> {
    /// The resources that grant the access.
    pub(crate) fn resources(
        &self,
        context: &mut Context<'_>,
        connectors: &mut Connectors,
    ) -> Expansion {
        let (from, to) = (&self.from.type_, &self.to.type_);
        let connection = profile::connection(from, to).ok_or_else(|| {
            let message = format!("there are no connectors from `{from}` to `{to}`");
            self.connector.error(self.to.place, message)
        })?;
        self.check_permissions(connection)?;
        match connection.by {
            Mechanism::RolePolicy => {
                let policy = self.role_policy(connection)?;
                self.make_wait(connection, &policy.id, context, connectors);
                Ok(vec![policy])
            }
            Mechanism::QueuePolicy => {
                let url = self.known(self.to.queue_url.as_ref(), "QueueUrl")?;
                self.resource_policy(
                    connection,
                    "QueuePolicy",
                    "AWS::SQS::QueuePolicy",
                    "Queues",
                    url,
                )
            }
            Mechanism::TopicPolicy => {
                let arn = self.known(self.to.arn.as_ref(), "Arn")?;
                self.resource_policy(
                    connection,
                    "TopicPolicy",
                    "AWS::SNS::TopicPolicy",
                    "Topics",
                    arn,
                )
            }
            Mechanism::FunctionPermission => self.function_permissions(connection),
        }
    }

    fn check_permissions(&self, connection: &Connection) -> Result<(), Diagnostic> {
        let place = self.connector.place_of("Permissions");
        let names: Vec<&str> = connection.access.iter().map(|access| &*access.name).collect();
        let unknown = self.permissions.iter().find(|permission| !names.contains(permission));
        if self.permissions.is_empty() || unknown.is_some() {
            let message = format!(
                "`Permissions` from `{}` to `{}` can be `{}`",
                self.from.type_,
                self.to.type_,
                names.join("`, `")
            );
            return Err(self.connector.error(place, message));
        }
        let fits = |set: &Vec<String>| {
            let mut set: Vec<&str> = set.iter().map(String::as_str).collect();
            set.sort_unstable();
            set == self.permissions
        };
        if connection.only.is_empty() || connection.only.iter().any(fits) {
            return Ok(());
        }
        let sets: Vec<String> = connection.only.iter().map(|set| set.join(" + ")).collect();
        let message = format!(
            "`Permissions` from `{}` to `{}` can only be `{}`",
            self.from.type_,
            self.to.type_,
            sets.join("` or `")
        );
        Err(self.connector.error(place, message))
    }

    /// The parts of the connection that the connector asks for, in the table's order.
    fn wanted<'a>(&self, connection: &'a Connection) -> impl Iterator<Item = &'a Access> {
        let wanted = |access: &&Access| self.permissions.contains(&&*access.name);
        connection.access.iter().filter(wanted)
    }

    fn role_policy(&self, connection: &Connection) -> Result<Resource, Diagnostic> {
        let here = self.connector.here();
        let mut statements = Vec::new();
        for access in &connection.access {
            for allow in &access.statements {
                let resources: Result<Vec<Node>, Diagnostic> =
                    allow.resources.iter().map(|template| self.fill(template)).collect();
                let statement = here.map([
                    ("Effect", here.text("Allow")),
                    ("Action", here.texts(allow.actions.iter().map(String::as_str))),
                    ("Resource", here.list(resources?)),
                ]);
                if self.permissions.contains(&&*access.name) {
                    statements.push(statement);
                }
            }
        }
        let (owner, end) = match connection.role {
            End::Source => (self.from, "Source"),
            End::Destination => (self.to, "Destination"),
        };
        let role = owner.role_name.as_ref().filter(|role| !is_falsy(role)).ok_or_else(|| {
            let message = format!(
                "the execution role of `{end}` is not known; name it with `RoleName`, or use a \
                 resource whose role is in this template"
            );
            self.connector.error(owner.place, message)
        })?;
        let id = format!("{}Policy{}", self.connector.id, self.suffix);
        let mut policy = self.connector.main(id, "AWS::IAM::ManagedPolicy");
        policy.set("PolicyDocument", self.document(statements));
        policy.set("Roles", here.list([role.clone()]));
        Ok(policy)
    }

    /// A policy on the destination itself.
    fn resource_policy(
        &self,
        connection: &Connection,
        name: &str,
        type_: &str,
        property: &str,
        target: &Node,
    ) -> Expansion {
        let here = self.connector.here();
        let source = self.known(self.from.arn.as_ref(), "Arn")?;
        let destination = self.known(self.to.arn.as_ref(), "Arn")?;
        let statements = self.wanted(connection).map(|access| {
            let condition = here.map([("aws:SourceArn", source.clone())]);
            here.map([
                ("Effect", here.text("Allow")),
                ("Principal", here.map([("Service", here.text(access.service.as_str()))])),
                ("Resource", destination.clone()),
                ("Action", here.text(access.action.as_str())),
                ("Condition", here.map([("ArnEquals", condition)])),
            ])
        });
        let document = self.document(statements.collect());
        let id = format!("{}{name}{}", self.connector.id, self.suffix);
        let mut policy = self.connector.main(id, type_);
        policy.set("PolicyDocument", document);
        policy.set(property, here.list([target.clone()]));
        Ok(vec![policy])
    }

    fn function_permissions(&self, connection: &Connection) -> Expansion {
        let here = self.connector.here();
        let mut permissions = Vec::new();
        for access in self.wanted(connection) {
            let source_arn = self.fill(&access.source_arn)?;
            let function = self.known(self.to.arn.as_ref(), "Arn")?;
            let id = format!("{}{}LambdaPermission{}", self.connector.id, access.name, self.suffix);
            let mut permission = self.connector.main(id, "AWS::Lambda::Permission");
            permission.set("Action", here.text("lambda:InvokeFunction"));
            permission.set("FunctionName", function.clone());
            permission.set("Principal", here.text(access.service.as_str()));
            permission.set("SourceArn", source_arn);
            if access.same_account {
                permission.set("SourceAccount", here.sub("${AWS::AccountId}"));
            }
            permissions.push(permission);
        }
        Ok(permissions)
    }

    fn document(&self, statements: Vec<Node>) -> Node {
        let here = self.connector.here();
        here.map([("Version", here.text("2012-10-17")), ("Statement", here.list(statements))])
    }

    /// A value that the grant cannot do without.
    fn known<'a>(&self, value: Option<&'a Node>, name: &str) -> Result<&'a Node, Diagnostic> {
        value.filter(|value| !is_falsy(value)).ok_or_else(|| {
            let message = format!("`{name}` of an end is not known; add it beside `Type`");
            self.connector.error(self.to.place, message)
        })
    }

    /// Fills `<SourceArn>` and the like. Text with more than one such part becomes `Fn::Sub`.
    fn fill(&self, template: &str) -> Result<Node, Diagnostic> {
        let here = self.connector.here();
        let mut text = String::with_capacity(template.len());
        let mut variables: Vec<(SmolStr, Node)> = Vec::new();
        let mut rest = template;
        while let Some((before, (name, after))) =
            rest.split_once('<').and_then(|(before, tail)| Some((before, tail.split_once('>')?)))
        {
            let value = self.attribute(name)?;
            if before.is_empty() && after.is_empty() && text.is_empty() {
                return Ok(value.clone());
            }
            text.push_str(before);
            text.push_str("${");
            text.push_str(name);
            text.push('}');
            if !variables.iter().any(|(known, _)| known == name) {
                variables.push((SmolStr::new(name), value.clone()));
            }
            rest = after;
        }
        text.push_str(rest);
        if !variables.is_empty() {
            return Ok(here.sub_with(text, variables));
        }
        Ok(if text.contains("${") { here.sub(text) } else { here.text(text) })
    }

    fn attribute(&self, name: &str) -> Result<&Node, Diagnostic> {
        let (end, attribute, word) = match name.strip_prefix("Source") {
            Some(attribute) => (self.from, attribute, "Source"),
            None => (self.to, name.strip_prefix("Destination").unwrap_or(name), "Destination"),
        };
        end.value(attribute).ok_or_else(|| {
            let message = format!("`{attribute}` of `{word}` is not known; add it beside `Type`");
            self.connector.error(end.place, message)
        })
    }

    /// Makes the source, or the mapping between the two, wait for the policy.
    fn make_wait(
        &self,
        connection: &Connection,
        policy: &str,
        context: &mut Context<'_>,
        connectors: &mut Connectors,
    ) {
        let Some(source) = self.from.id.as_deref() else { return };
        let waiting = match (connection.before, self.to.id.as_deref()) {
            (Some(Waiting::Source), _) => Some(SmolStr::new(source)),
            (Some(Waiting::EventSourceMapping), Some(function)) => {
                connectors.mapping(&context.outputs, source, function).cloned()
            }
            _ => None,
        };
        if let Some(resource) = waiting.and_then(|id| context.outputs.get_mut(&id)) {
            add_depends_on(resource, policy);
        }
    }
}
