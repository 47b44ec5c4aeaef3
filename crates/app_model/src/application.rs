//! The whole application: everything that rules may look at.

use source_text::{Place, SmolStr};
use value::When;

use crate::{
    Api, Declared, Foreign, Function, Identity, Permission, Resource, ResourcePolicy, RoleBinding,
    Setting, Text, Trigger,
};

/// A whole application, usually one template with what it names.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Application {
    /// The template's place (its whole file).
    pub place: Place,
    /// Functions, in the order of the input.
    pub functions: Vec<Function>,
    /// What starts each function.
    pub triggers: Vec<Trigger>,
    /// Interfaces that outsiders call, with their routes, also those that lead to no function.
    pub apis: Vec<Api>,
    /// Roles, users and groups with all policies that are attached to them.
    pub identities: Vec<Identity>,
    /// Policies on resources: buckets, queues, topics, buses, keys, APIs.
    pub resource_policies: Vec<ResourcePolicy>,
    /// Roles that principals were given on scopes, in clouds that bind roles.
    pub bindings: Vec<RoleBinding>,
    /// Permissions to invoke functions (`AWS::Lambda::Permission`), generated ones included.
    pub permissions: Vec<Permission>,
    /// What one resource passes on to another one by itself: a topic to a queue.
    pub deliveries: Vec<Delivery>,
    /// Everything else, with details of the kinds that matter.
    pub resources: Vec<Resource>,
    /// Parameters of the template.
    pub parameters: Vec<Parameter>,
    /// Outputs of the template.
    pub outputs: Vec<Output>,
    /// Every resource as the template has it, when the loader was asked to keep them.
    pub declared: Vec<Declared>,
    /// Every text in a property that names or may hold a secret.
    pub literals: Vec<Literal>,
    /// What the template takes from elsewhere: includes, nested stacks, published applications.
    pub parts: Vec<Part>,
    /// What others wrote of it.
    pub foreign: Foreign,
    /// Whether the application is only a part: something it refers to was not found.
    pub incomplete: bool,
    /// What only a live account tells.
    pub live: crate::Live,
    /// The computed graph.
    pub(crate) links: crate::edges::Links,
}

/// What one resource passes on to another one by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// Logical name of the resource that something is sent to; the default event bus has none.
    pub from: Option<SmolStr>,
    /// Logical name of the resource that gets it.
    pub to: SmolStr,
    /// Where that is written.
    pub place: Place,
}

/// A parameter of the template.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    /// Name.
    pub name: SmolStr,
    /// Where its name is written.
    pub place: Place,
    /// Type as written: `String`, `AWS::SSM::Parameter::Value<String>`.
    pub kind: SmolStr,
    /// Whether its value is hidden in consoles and calls.
    pub no_echo: bool,
    /// Default, when there is one.
    pub default: Option<Setting<SmolStr>>,
}

/// An output of the template.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// Name.
    pub name: SmolStr,
    /// Where the value is written.
    pub place: Place,
    /// The value.
    pub value: Text,
    /// When it is there.
    pub when: When,
    /// Whether other stacks may import it.
    pub exported: bool,
}

/// A text in a property of a resource, for detectors of secrets.
#[derive(Clone, Debug, Default)]
pub struct Literal {
    /// Logical name of the resource.
    pub resource: SmolStr,
    /// Type of the resource as written.
    pub type_name: SmolStr,
    /// Path of the property: `Environment.Variables.DB_PASSWORD`, `MasterUserPassword`.
    pub path: String,
    /// Last key of the path.
    pub name: SmolStr,
    /// The text.
    pub value: Text,
    /// Where.
    pub place: Place,
}

/// Something that the template takes from elsewhere when it is deployed.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Kind.
    pub kind: PartKind,
    /// Logical name of the nested stack or application; empty for includes.
    pub name: SmolStr,
    /// Where the location is written.
    pub place: Place,
    /// When it is taken.
    pub when: When,
    /// URL, path, or ARN of a published application.
    pub location: Text,
    /// Version of a published application.
    pub version: Option<Text>,
}

/// Kind of a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// `AWS::Include`: text put into the template.
    #[default]
    Include,
    /// A nested stack.
    Stack,
    /// An application of the Serverless Application Repository.
    Application,
}

impl Application {
    /// The function with a logical name.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name == name)
    }

    /// The interface with a logical name.
    #[must_use]
    pub fn api(&self, name: &str) -> Option<&Api> {
        self.apis.iter().find(|api| api.name == name)
    }

    /// The role, user or group with a logical name.
    #[must_use]
    pub fn identity(&self, name: &str) -> Option<&Identity> {
        self.identities.iter().find(|identity| identity.name == name)
    }

    /// The resource with a logical name.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.name == name)
    }

    /// The role that a function runs as, when it stands in the template.
    #[must_use]
    pub fn role_of(&self, function: &Function) -> Option<&Identity> {
        self.identity(function.role.as_ref()?)
    }

    /// Functions that run as a role.
    pub fn functions_of<'a>(
        &'a self,
        role: &'a Identity,
    ) -> impl Iterator<Item = &'a Function> + 'a {
        self.functions.iter().filter(|function| function.role.as_ref() == Some(&role.name))
    }

    /// What starts a function.
    pub fn triggers_of<'a>(&'a self, function: &'a str) -> impl Iterator<Item = &'a Trigger> + 'a {
        self.triggers.iter().filter(move |trigger| trigger.function == function)
    }
}
