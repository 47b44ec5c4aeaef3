//! Resolvers of a GraphQL API: which pipeline of functions answers for a field.

use sam_core::intrinsic::{Here, is_falsy};
use sam_core::property::{Property, Shape, optional, passed, required};
use sam_core::resource::{Expansion, Resource};
use source_text::{Diagnostic, Map, Node, SmolStr};

use super::Api;

const RESOLVER: [Property; 8] = [
    optional("FieldName", Shape::Text).literal(),
    optional("Caching", Shape::Map).literal(),
    passed("InlineCode"),
    passed("CodeUri"),
    passed("MaxBatchSize"),
    optional("Pipeline", Shape::List).literal(),
    optional("Runtime", Shape::Map).literal(),
    optional("Sync", Shape::Map).literal(),
];

const CACHING: [Property; 2] =
    [required("Ttl", Shape::Any), optional("CachingKeys", Shape::List).literal()];

/// What AppSync runs when a resolver has no code: an empty request, the last function's result.
/// Byte for byte what is deployed, so that a comparison with a live stack finds no difference.
const DEFAULT_CODE: &str = "
export function request(ctx) {
    return {};
}

export function response(ctx) {
    return ctx.prev.result;
}
";

impl Api<'_> {
    /// The resolvers, which wait for the schema.
    pub(super) fn resolvers(&mut self, schema: &SmolStr) -> Expansion {
        let mut resolvers = Vec::new();
        for (type_name, fields) in self.entries("Resolvers") {
            for (name, node) in fields.as_map().into_iter().flat_map(Map::iter) {
                let mut resolver = self.resolver(type_name, name, node)?;
                let here = resolver.here();
                resolver.attribute("DependsOn", here.texts([schema.clone()]));
                resolvers.push(resolver);
            }
        }
        Ok(resolvers)
    }

    fn resolver(
        &self,
        type_name: &SmolStr,
        name: &SmolStr,
        node: &Node,
    ) -> Result<Resource, Diagnostic> {
        let here = Here(node.place);
        let what = format!("resolver `{name}`");
        let given = self.check(&what, node, &RESOLVER)?;
        let truthy = |name: &str| given.get(name).filter(|node| !is_falsy(node));
        let mut resolver = self.part(&format!("{type_name}{name}"), "AWS::AppSync::Resolver", here);
        self.set_code(&mut resolver, &what, given)?;
        if truthy("InlineCode").or(truthy("CodeUri")).is_some() {
            resolver.set("Runtime", self.runtime(&what, node, given)?);
        } else {
            let runtime =
                [("Name", here.text("APPSYNC_JS")), ("RuntimeVersion", here.text("1.0.0"))];
            resolver.set("Code", here.text(DEFAULT_CODE));
            resolver.set("Runtime", here.map(runtime));
        }
        let field = truthy("FieldName").cloned();
        resolver.set("FieldName", field.unwrap_or_else(|| here.text(name.clone())));
        resolver.set("TypeName", here.text(type_name.clone()));
        let pipeline = truthy("Pipeline").ok_or_else(|| {
            let message = format!(
                "{what} has no `Pipeline`; for a resolver of one data source write an \
                 `AWS::AppSync::Resolver`"
            );
            self.sam.error(node.place, message)
        })?;
        let ids: Result<Vec<Node>, Diagnostic> = pipeline
            .as_list()
            .into_iter()
            .flatten()
            .map(|function| self.function_id(&what, function))
            .collect();
        let functions = Node::list(pipeline.place, ids?);
        resolver.set("Kind", here.text("PIPELINE"));
        resolver.set("PipelineConfig", here.map([("Functions", functions)]));
        if let Some(caching) = truthy("Caching") {
            self.check(&format!("`Caching` of {what}"), caching, &CACHING)?;
            resolver.set("CachingConfig", caching.clone());
        }
        resolver.set_some("MaxBatchSize", truthy("MaxBatchSize"));
        Ok(resolver)
    }

    fn function_id(&self, what: &str, function: &Node) -> Result<Node, Diagnostic> {
        let name = function.as_str().unwrap_or_default();
        self.functions.get(name).cloned().ok_or_else(|| {
            let message =
                format!("{what} calls the function `{name}`, which is not in `Functions`");
            self.sam.error(function.place, message)
        })
    }
}
