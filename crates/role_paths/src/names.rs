//! ARNs of what the application holds, and texts of policies with them put in.

use std::collections::HashMap;

use app_model::{Application, Resource, Setting, SmolStr};
use cloud_names::{Piece, pieces};
use iam_policy::{Policy, Statement, Term, escalation::Thing};

/// What stands for `${Name}` and `${Name.Attribute}` in texts of policies.
#[derive(Default)]
pub(crate) struct Names {
    texts: HashMap<String, String>,
}

/// Types of resources that run under a role and take part in ways up.
const RUNNING: [(&str, Thing); 11] = [
    ("AWS::AppRunner::Service", Thing::WebService),
    ("AWS::CodeBuild::Project", Thing::BuildProject),
    ("AWS::CloudFormation::StackSet", Thing::StackSet),
    ("AWS::EC2::Instance", Thing::Machine),
    ("AWS::EC2::LaunchTemplate", Thing::LaunchTemplate),
    ("AWS::ECS::Service", Thing::Task),
    ("AWS::ECS::TaskDefinition", Thing::Task),
    ("AWS::Glue::DevEndpoint", Thing::DevEndpoint),
    ("AWS::Glue::Job", Thing::DataJob),
    ("AWS::SageMaker::NotebookInstance", Thing::Notebook),
    ("AWS::StepFunctions::StateMachine", Thing::StateMachine),
];

/// The thing that a resource is, when it runs under a role and takes part in ways up.
pub(crate) fn running(resource: &Resource) -> Option<Thing> {
    RUNNING.iter().find(|(name, _)| *name == resource.type_name).map(|(_, thing)| *thing)
}

/// The name that something has in the account: as it is set, or as `CloudFormation` makes it, with
/// the random end written so that no other name is the same.
pub(crate) fn physical(name: &str, set: Option<&Setting<SmolStr>>) -> String {
    set.map_or_else(
        || format!("${{AWS::StackName}}-{name}-{{{name}#}}"),
        |setting| setting.value.display().to_owned(),
    )
}

impl Names {
    pub(crate) fn new(app: &Application) -> Self {
        let mut names = Self::default();
        for resource in &app.resources {
            let name = &resource.name;
            if let Some(thing) = running(resource) {
                let own = physical(name, None);
                let arn = thing.arn(&own);
                let is_arn = matches!(thing, Thing::StateMachine | Thing::Notebook);
                names.add(name, if is_arn { arn.clone() } else { own }, arn);
            } else if let Some(service) = resource.type_name.split("::").nth(1) {
                // Of another service, so that it is taken for none of those above.
                let service = service.to_ascii_lowercase();
                let arn =
                    format!("arn:aws:{service}:${{AWS::Region}}:${{AWS::AccountId}}:${{{name}}}");
                names.texts.insert(format!("{name}.Arn"), arn);
            }
        }
        for identity in &app.identities {
            let own = physical(&identity.name, identity.physical_name.as_ref());
            let arn = match identity.kind {
                app_model::IdentityKind::Role => Thing::Role.arn(&own),
                app_model::IdentityKind::User => Thing::User.arn(&own),
                app_model::IdentityKind::Group => {
                    format!("arn:aws:iam::${{AWS::AccountId}}:group/{own}")
                }
                app_model::IdentityKind::Detached => continue,
            };
            names.add(&identity.name, own, arn);
        }
        for policy in app.identities.iter().flat_map(|identity| &identity.policies) {
            if let app_model::Origin::Resource(name) = &policy.origin {
                let arn = policy_arn(name);
                names.add(name, arn.clone(), arn);
            }
        }
        for function in &app.functions {
            let own = physical(&function.name, function.physical_name.as_ref());
            let arn = Thing::Function.arn(&own);
            names.add(&function.name, own, arn);
        }
        names
    }

    fn add(&mut self, name: &str, reference: String, arn: String) {
        self.texts.insert(name.to_owned(), reference);
        self.texts.insert(format!("{name}.Arn"), arn);
    }

    /// A text with the names put in.
    pub(crate) fn fill(&self, text: &str) -> SmolStr {
        if !text.contains("${") {
            return text.into();
        }
        let mut filled = String::with_capacity(text.len() * 2);
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Placeholder("AWS::Partition") => filled.push_str("aws"),
                Piece::Placeholder(name) => {
                    if let Some(known) = self.texts.get(name) {
                        filled.push_str(known);
                    } else {
                        filled.extend(["${", name, "}"]);
                    }
                }
            }
        }
        filled.into()
    }

    /// A policy with the names put into its resources and principals.
    pub(crate) fn fill_policy(&self, policy: &Policy) -> Policy {
        let mut filled = policy.clone();
        for statement in &mut filled.statements {
            self.fill_statement(statement);
        }
        filled
    }

    fn fill_statement(&self, statement: &mut Statement) {
        let terms = statement.resources.iter_mut().chain(&mut statement.not_resources);
        let principals = statement.principals.iter_mut().chain(&mut statement.not_principals);
        for term in terms.chain(principals.map(|principal| &mut principal.term)) {
            self.fill_term(term);
        }
    }

    fn fill_term(&self, term: &mut Term) {
        if !term.resolved {
            term.text = self.fill(&term.text);
        }
    }
}

/// The ARN of a customer-managed policy of the template.
pub(crate) fn policy_arn(name: &str) -> String {
    format!("arn:aws:iam::${{AWS::AccountId}}:policy/{}", physical(name, None))
}
