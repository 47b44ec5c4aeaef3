//! SAS-8.11 `unbounded-graphql-query`: one query may ask a `GraphQL` API for as much as it likes.

use std::collections::{HashMap, HashSet};

use app_model::{
    Api, ApiKind, Application, Resolver, Schema, SchemaField, SchemaType, Setting, SmolStr, When,
};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::graphql_resolvers, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 11 },
        name: "unbounded-graphql-query",
        summary: "One query may ask a GraphQL API for as much as it likes",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[770, 400],
        since: "0.1.0",
        docs: include_str!("unbounded_graphql_query.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut resolvers: HashMap<&str, Vec<Nested<'_>>> = HashMap::new();
    for (resource, resolver) in graphql_resolvers(app) {
        // Functions of a pipeline have no field of their own.
        if let (Some(api), Some((type_name, field)), Some(is_certain)) =
            (&resolver.api, resolver.field.split_once('.'), works_on_data(resolver))
            && resource.type_name == "AWS::AppSync::Resolver"
        {
            resolvers.entry(api).or_default().push(Nested { type_name, field, is_certain });
        }
    }
    app.apis
        .iter()
        .filter(|api| api.kind == ApiKind::GraphQl && !api.is_private && is_public(api))
        .filter_map(|api| finding(api, resolvers.get(api.name.as_str())?))
        .collect()
}

/// A field whose resolver works on data.
struct Nested<'a> {
    type_name: &'a str,
    field: &'a str,
    /// Whether the source stands in the template; one elsewhere may be `NONE`.
    is_certain: bool,
}

/// Whether a resolver certainly works on data; `None` when it certainly does not.
fn works_on_data(resolver: &Resolver) -> Option<bool> {
    match resolver.uses_data {
        Some(false) => None,
        known => Some(known.is_some()),
    }
}

fn finding(api: &Api, resolvers: &[Nested<'_>]) -> Option<Finding> {
    let when = unlimited(api.query_depth_limit.as_ref())?
        .and(&unlimited(api.resolver_count_limit.as_ref())?)?
        .and(&api.when)?;
    let (nested, is_certain) = match &api.schema {
        Some(schema) => {
            let open = Open::of(api, schema);
            let nested = resolvers.iter().filter(|it| open.has(it.type_name, it.field));
            let nested = nested.max_by_key(|it| it.is_certain)?;
            (nested, nested.is_certain)
        }
        // Without the schema nobody knows who may ask for the field, nor whether its type is a root
        // under another name.
        None => (resolvers.iter().find(|it| !ROOTS.contains(&it.type_name))?, false),
    };
    let (may, confidence) =
        if is_certain { ("can", Confidence::High) } else { ("may be able to", Confidence::Low) };
    let message = format!(
        "`{}` limits neither the depth of a query nor its resolvers: in one query anybody with the \
         API key {may} have `{}.{}` resolved thousands of times",
        api.name, nested.type_name, nested.field
    );
    Some(
        RULE.info
            .finding(api.place, message)
            .resource(&api.name)
            .property("QueryDepthLimit")
            .confidence(confidence)
            .under(&when)
            .fix("Set `QueryDepthLimit` and `ResolverCountLimit`"),
    )
}

/// What the types with the operations are called, unless the schema says otherwise.
const ROOTS: [&str; 3] = ["Query", "Mutation", "Subscription"];

/// The part of a schema below the operations that an API key opens.
struct Open<'a> {
    is_default: bool,
    types: HashMap<&'a str, Vec<&'a SchemaType>>,
    /// Types that an answer may hold.
    reached: HashSet<&'a str>,
}

impl<'a> Open<'a> {
    fn of(api: &'a Api, schema: &'a Schema) -> Self {
        let mut types: HashMap<&str, Vec<&SchemaType>> = HashMap::new();
        for object in &schema.types {
            types.entry(&object.name).or_default().push(object);
        }
        let is_default = api.graphql_auth.first().is_some_and(|kind| kind.value.may_be("API_KEY"));
        let mut open = Self { is_default, types, reached: HashSet::new() };
        let mut waiting: Vec<&str> = [&schema.query, &schema.mutation]
            .into_iter()
            .flat_map(|root| open.fields(root).collect::<Vec<_>>())
            .map(|field| field.type_name.as_str())
            .collect();
        while let Some(name) = waiting.pop() {
            if open.reached.insert(name) {
                waiting.extend(open.fields(name).map(|field| field.type_name.as_str()));
                waiting.extend(open.members(name));
            }
        }
        open
    }

    /// Whether an answer may hold a field.
    fn has(&self, type_name: &str, field: &str) -> bool {
        self.reached.contains(type_name) && self.fields(type_name).any(|it| it.name == field)
    }

    /// The fields of a type that whoever has the key may ask for.
    fn fields(&self, type_name: &str) -> impl Iterator<Item = &'a SchemaField> {
        let objects = self.types.get(type_name).into_iter().flatten();
        objects.flat_map(|object| {
            object.fields.iter().filter(|field| {
                let auth = if field.auth.is_empty() { &object.auth } else { &field.auth };
                if auth.is_empty() {
                    self.is_default
                } else {
                    auth.iter().any(|name| name == "aws_api_key")
                }
            })
        })
    }

    fn members(&self, type_name: &str) -> impl Iterator<Item = &'a str> {
        let objects = self.types.get(type_name).into_iter().flatten();
        objects.flat_map(|object| object.members.iter().map(SmolStr::as_str))
    }
}

/// An API key is in every client, so that whoever has the client may ask.
fn is_public(api: &Api) -> bool {
    api.graphql_auth.iter().any(|kind| kind.value.may_be("API_KEY"))
}

/// When a limit is left out or 0, which is none.
fn unlimited(setting: Option<&Setting<i64>>) -> Option<When> {
    let Some(setting) = setting else { return Some(When::ALWAYS) };
    setting
        .absent
        .clone()
        .or_else(|| setting.value.find(|it| *it == 0).map(|(when, _)| when.clone()))
}
