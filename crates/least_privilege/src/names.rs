//! What the names and references of a template mean as ARNs.

use std::{collections::HashMap, sync::OnceLock};

use app_model::{Application, Resource, SmolStr, Text, Value};
use cloud_names::{Piece, pieces};

use crate::shapes::{self, Meaning, Shape};

/// What is known of the deployment; the rest stays a pseudo parameter.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: Option<SmolStr>,
    /// Region, such as `eu-west-1`.
    pub region: Option<SmolStr>,
    /// Twelve-digit account id.
    pub account: Option<SmolStr>,
}

/// Deepest chain of names that refer to other resources.
const MAX_DEPTH: usize = 8;

/// The resources of a template by what their names and references mean.
#[derive(Debug)]
pub struct Names<'a> {
    app: &'a Application,
    by_name: HashMap<&'a str, (&'a Resource, &'static Shape)>,
    defaults: HashMap<&'a str, SmolStr>,
    partition: SmolStr,
    region: SmolStr,
    account: SmolStr,
    /// Found when first asked for, as each function of an account asks.
    arns: OnceLock<Vec<(&'a Resource, String)>>,
}

impl<'a> Names<'a> {
    /// The names of an application.
    #[must_use]
    pub fn new(app: &'a Application, deployment: &Deployment) -> Self {
        let by_name = app
            .resources
            .iter()
            .filter_map(|resource| {
                Some((resource.name.as_str(), (resource, shapes::of(&resource.type_name)?)))
            })
            .collect();
        let defaults = app
            .parameters
            .iter()
            .filter_map(|parameter| {
                let (_, text) = parameter.default.as_ref()?.value.first()?;
                // The default of a stored parameter is its name, not its value.
                let is_stored = parameter.kind.starts_with("AWS::SSM::");
                (!is_stored).then(|| (parameter.name.as_str(), text.clone()))
            })
            .collect();
        let or = |known: &Option<SmolStr>, pseudo: &'static str| {
            known.clone().unwrap_or(SmolStr::new_static(pseudo))
        };
        Self {
            app,
            by_name,
            defaults,
            partition: or(&deployment.partition, "${AWS::Partition}"),
            region: or(&deployment.region, "${AWS::Region}"),
            account: or(&deployment.account, "${AWS::AccountId}"),
            arns: OnceLock::new(),
        }
    }

    /// The application.
    #[must_use]
    pub fn app(&self) -> &'a Application {
        self.app
    }

    /// The partition, or its pseudo parameter.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The region, or its pseudo parameter.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account, or its pseudo parameter.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The ARN of a resource of the template: `arn:…:table/${Orders}`. Nothing for types whose ARNs
    /// are not known.
    #[must_use]
    pub fn arn(&self, logical: &str) -> Option<String> {
        let (resource, shape) = self.by_name.get(logical)?;
        Some(self.arn_of(resource, shape, 0))
    }

    /// The name of a resource as it stands in its ARN.
    #[must_use]
    pub fn name(&self, logical: &str) -> Option<String> {
        let (resource, shape) = self.by_name.get(logical)?;
        self.name_of(resource, shape, 0)
    }

    /// An ARN with partition, region and account as they are known: `sqs:R:A:orders`.
    #[must_use]
    pub fn complete(&self, tail: &str) -> String {
        let tail = tail.replacen(":R:", &format!(":{}:", self.region), 1).replacen(
            ":A:",
            &format!(":{}:", self.account),
            1,
        );
        format!("arn:{}:{tail}", self.partition)
    }

    /// A text of the template with every reference replaced by what it means, as far as it is known:
    /// `${Orders.Arn}` by the ARN, a reference that nobody can follow by `*`.
    #[must_use]
    pub fn expand(&self, text: &str) -> String {
        self.expand_to(text, 0)
    }

    /// The resource that a whole text refers to: `${Orders}`, `${Orders.Arn}`.
    #[must_use]
    pub fn referent(&self, text: &str) -> Option<&'a Resource> {
        let mut all = pieces(text);
        let Some(Piece::Placeholder(inside)) = all.next() else { return None };
        if all.next().is_some() {
            return None;
        }
        self.app.resource(cloud_names::split_reference(inside).0)
    }

    /// Whether a text is a reference to a resource that gives its ARN, though the names in it are not
    /// known: `${OrdersAliaslive}`.
    #[must_use]
    pub fn is_arn(&self, text: &str) -> bool {
        is_bare(text)
            && self.referent(text).is_some_and(|it| shapes::is_referred_to_by_arn(&it.type_name))
    }

    /// The resource of the template whose ARN is `arn`, as [`Self::arn`] gives it.
    #[must_use]
    pub fn resource_of(&self, arn: &str) -> Option<&'a Resource> {
        let own = |resource: &&Resource, shape: &&Shape| self.arn_of(resource, shape, 0) == arn;
        self.app.resources.iter().find(|resource| {
            self.by_name.get(resource.name.as_str()).is_some_and(|(it, shape)| own(it, shape))
        })
    }

    /// Every resource with the ARN it has, in order of the template.
    pub fn arns(&self) -> impl Iterator<Item = (&'a Resource, &str)> {
        let arns = self.arns.get_or_init(|| {
            let resources = self.app.resources.iter().filter_map(|resource| {
                let (resource, shape) = self.by_name.get(resource.name.as_str())?;
                Some((*resource, self.arn_of(resource, shape, 0)))
            });
            resources.collect()
        });
        arns.iter().map(|(resource, arn)| (*resource, arn.as_str()))
    }

    /// The text for comparisons: as [`Self::expand`], parameters at their defaults and the partition
    /// `aws` unless it is known to be another. Two texts with equal keys are equal in a deployment
    /// that leaves the defaults.
    #[must_use]
    pub fn key(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for piece in pieces(&self.expand(text)) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Placeholder("AWS::Partition") => out.push_str("aws"),
                Piece::Placeholder("AWS::URLSuffix") => out.push_str("amazonaws.com"),
                Piece::Placeholder(name) => {
                    if let Some(default) = self.defaults.get(name) {
                        out.push_str(default);
                    } else {
                        out.push_str("${");
                        out.push_str(name);
                        out.push('}');
                    }
                }
            }
        }
        out
    }

    fn name_of(&self, resource: &Resource, shape: &Shape, depth: usize) -> Option<String> {
        if let Some(name) = &resource.physical_name
            && depth < MAX_DEPTH
        {
            return Some(self.expand_to(name, depth + 1));
        }
        if shape.reference == Meaning::Name {
            return Some(format!("${{{}}}", resource.name));
        }
        shape.names.first().map(|attribute| format!("${{{}.{attribute}}}", resource.name))
    }

    fn arn_of(&self, resource: &Resource, shape: &Shape, depth: usize) -> String {
        match self.name_of(resource, shape, depth) {
            Some(name) => {
                // The name of a parameter begins with a slash or not, its ARN has one.
                let name = if shape.type_name == "AWS::SSM::Parameter" {
                    name.trim_start_matches('/')
                } else {
                    &name
                };
                self.complete(shape.arn).replace("{}", name)
            }
            None => format!("${{{}}}", resource.name),
        }
    }

    fn expand_to(&self, text: &str, depth: usize) -> String {
        let mut out = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Placeholder(inside) => out.push_str(&self.meaning(inside, depth)),
            }
        }
        out
    }

    /// What the inside of `${…}` stands for.
    fn meaning(&self, inside: &str, depth: usize) -> String {
        let open = || format!("${{{inside}}}");
        match inside {
            "AWS::Partition" => return self.partition.to_string(),
            "AWS::Region" => return self.region.to_string(),
            "AWS::AccountId" => return self.account.to_string(),
            _ if inside.contains(' ') => return "*".to_owned(),
            _ => {}
        }
        let (name, attribute) = cloud_names::split_reference(inside);
        let Some((resource, shape)) = self.by_name.get(name) else { return open() };
        if depth >= MAX_DEPTH {
            return open();
        }
        let arn = || self.arn_of(resource, shape, depth);
        match attribute {
            Some(attribute) if shape.names.contains(&attribute) => {
                self.name_of(resource, shape, depth).unwrap_or_else(open)
            }
            Some(attribute) => match shape.arns.iter().find(|(known, _)| *known == attribute) {
                Some((_, behind)) => format!("{}{behind}", arn()),
                None => open(),
            },
            None => match shape.reference {
                Meaning::Name => self.name_of(resource, shape, depth).unwrap_or_else(open),
                Meaning::Arn => arn(),
                Meaning::Url => {
                    let name = self.name_of(resource, shape, depth).unwrap_or_else(open);
                    let (region, account) = (&self.region, &self.account);
                    format!("https://sqs.{region}.${{AWS::URLSuffix}}/{account}/{name}")
                }
            },
        }
    }
}

/// Whether a text is a reference without an attribute.
fn is_bare(text: &str) -> bool {
    let inside = cloud_names::placeholders(text).next();
    inside.is_some_and(|inside| cloud_names::split_reference(inside).1.is_none())
}

/// Every text that a value may be, as written.
pub(crate) fn texts(value: &Text) -> Vec<SmolStr> {
    match value {
        Value::Known(text) => vec![text.clone()],
        Value::OneOf(choices) => choices.iter().map(|choice| choice.value.clone()).collect(),
        Value::Unresolved(expression) => vec![expression.text.clone()],
    }
}
