//! `AWS::Serverless::GraphQLApi`: an AppSync API with its schema, data sources and resolvers.

mod auth;
mod data_source;
mod function;
mod resolver;

use indexmap::IndexMap;
use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_falsy};
use sam_core::property::{Property, Shape, check, check_resource, optional, passed, required};
use sam_core::resource::{Expansion, Resource, Sam};
use sam_core::role::trust;
use sam_core::tags;
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use crate::Connectors;

const PROPERTIES: [Property; 18] = [
    passed("Name"),
    optional("Tags", Shape::Map).literal(),
    passed("XrayEnabled"),
    required("Auth", Shape::Map).literal(),
    optional("SchemaInline", Shape::Text).literal(),
    optional("SchemaUri", Shape::Text).literal(),
    passed("Logging"),
    optional("DataSources", Shape::Map).literal(),
    optional("Functions", Shape::MapOfMap).literal(),
    optional("Resolvers", Shape::MapOfMap).literal(),
    optional("ApiKeys", Shape::MapOfMap).literal(),
    optional("DomainName", Shape::Map).literal(),
    optional("Cache", Shape::Map).literal(),
    passed("Visibility"),
    passed("OwnerContact"),
    passed("IntrospectionConfig"),
    passed("QueryDepthLimit"),
    passed("ResolverCountLimit"),
];

const LOGGING: [Property; 3] =
    [passed("CloudWatchLogsRoleArn"), passed("ExcludeVerboseContent"), passed("FieldLogLevel")];
const API_KEY: [Property; 3] = [passed("ApiKeyId"), passed("Description"), passed("ExpiresOn")];
const CACHE: [Property; 5] = [
    required("ApiCachingBehavior", Shape::Any),
    required("Ttl", Shape::Any),
    required("Type", Shape::Any),
    passed("AtRestEncryptionEnabled"),
    passed("TransitEncryptionEnabled"),
];
const DOMAIN_NAME: [Property; 3] = [
    required("CertificateArn", Shape::Any),
    required("DomainName", Shape::Any),
    passed("Description"),
];

/// What the parts of one API share.
pub(crate) struct Api<'a> {
    /// The SAM resource.
    sam: &'a Sam,
    /// Name of each data source, by its name in `DataSources`.
    data_sources: IndexMap<SmolStr, Node>,
    /// Id of each pipeline function, by its name in `Functions`.
    functions: IndexMap<SmolStr, Node>,
    /// The data source of functions that need none, when there is such a function.
    none: Option<Resource>,
}

/// Expands the resource; a property that it does not know gets a warning only.
///
/// # Errors
/// A property that is missing or malformed.
pub fn expand(context: &mut Context<'_>, connectors: &mut Connectors, sam: &Sam) -> Expansion {
    let sam = &only_known(context, sam);
    check_resource(sam, "AWS::Serverless::GraphQLApi", &PROPERTIES)?;
    let mut api =
        Api { sam, data_sources: IndexMap::new(), functions: IndexMap::new(), none: None };
    let (main, log_role, authorizers) = api.main()?;
    let schema = api.schema()?;
    let schema_id = schema.id.clone();
    let mut resources = vec![main, schema];
    for (index, function) in authorizers.into_iter().enumerate() {
        resources.extend(api.authorizer_permission(context, connectors, index + 1, function)?);
    }
    resources.extend(log_role);
    resources.extend(api.keys()?);
    resources.extend(api.cache()?);
    resources.extend(api.data_sources(context, connectors)?);
    resources.extend(api.domain_name()?);
    resources.extend(api.functions()?);
    resources.extend(api.resolvers(&schema_id)?);
    resources.extend(api.none);
    Ok(resources)
}

/// The resource without properties that it does not know, which AWS ignores for this type.
fn only_known(context: &mut Context<'_>, sam: &Sam) -> Sam {
    let mut known = sam.clone();
    for (name, entry) in sam.properties.entries() {
        if PROPERTIES.iter().all(|property| property.name != name) {
            known.properties.remove(name);
            let message = format!("`{}`: there is no property `{name}`, so it is ignored", sam.id);
            context.diagnostics.push(Diagnostic::warning(entry.key_place, message));
        }
    }
    known
}

impl<'a> Api<'a> {
    /// A resource of the API.
    fn resource(&self, suffix: &str, type_: &str) -> Resource {
        self.sam.main(format!("{}{suffix}", self.sam.id), type_)
    }

    /// A resource of the API that names it by its id, caused by something at `here`.
    fn part(&self, suffix: &str, type_: &str, here: Here) -> Resource {
        let mut resource = self.resource(suffix, type_);
        resource.place = here.0;
        resource.set("ApiId", here.get_att(self.sam.id.clone(), "ApiId"));
        resource
    }

    /// Checks a mapping below the resource against what it knows.
    fn check<'n>(
        &self,
        what: &str,
        node: &'n Node,
        known: &[Property],
    ) -> Result<&'n Map, Diagnostic> {
        let map = node.as_map().ok_or_else(|| {
            let message = format!("{what} has to be a mapping, and is {}", node.kind_name());
            self.sam.error(node.place, message)
        })?;
        check(self.sam, what, node.place, map, known)?;
        Ok(map)
    }

    /// The names and values of a property that is a mapping of mappings.
    fn entries(&self, name: &str) -> impl Iterator<Item = (&'a SmolStr, &'a Node)> + use<'a> {
        self.sam.get(name).and_then(Node::as_map).into_iter().flat_map(Map::iter)
    }

    /// The API, the role that writes its logs, and the functions that authorize.
    fn main(&self) -> Result<(Resource, Option<Resource>, Vec<Node>), Diagnostic> {
        let here = self.sam.here();
        let mut main = self.resource("", "AWS::AppSync::GraphQLApi");
        let name = self.sam.truthy("Name").cloned();
        main.set("Name", name.unwrap_or_else(|| here.text(self.sam.id.clone())));
        if let Some(node) = self.sam.get("XrayEnabled") {
            let enabled = node.as_bool().or(match node.scalar_text().as_deref() {
                Some("0") => Some(false),
                Some("1") => Some(true),
                _ => None,
            });
            let Some(enabled) = enabled else {
                let message = "`XrayEnabled` has to be `true` or `false`";
                return Err(self.sam.error(node.place, message));
            };
            main.set("XrayEnabled", Node::bool(node.place, enabled));
        }
        for name in [
            "Visibility",
            "OwnerContact",
            "IntrospectionConfig",
            "QueryDepthLimit",
            "ResolverCountLimit",
        ] {
            main.set_some(name, self.sam.truthy(name));
        }
        let authorizers = self.set_auth(&mut main)?;
        let own = [("Key", here.text("graphqlapi:createdBy")), ("Value", here.text("SAM"))];
        let given = self.sam.get("Tags").and_then(Node::as_map);
        let given = given.map(|map| tags::list(here, map)).unwrap_or_default();
        main.set("Tags", here.list(given.into_iter().chain([here.map(own)])));
        let role = self.set_logging(&mut main)?;
        Ok((main, role, authorizers))
    }

    /// Sets `LogConfig`, unless `Logging` is false; returns the role that had to be made for it.
    fn set_logging(&self, main: &mut Resource) -> Result<Option<Resource>, Diagnostic> {
        let logging = self.sam.get("Logging");
        let here = Here(self.sam.place_of("Logging"));
        let mut config = Map::new();
        let mut role_arn = None;
        let mut level = None;
        match logging.map(|node| &node.kind) {
            Some(Kind::Bool(false)) => return Ok(None),
            Some(Kind::Map(_)) => {
                let node = logging.unwrap_or(&self.sam.node);
                let map = self.check("`Logging`", node, &LOGGING)?;
                let property = |name: &str| map.get(name).filter(|node| !is_falsy(node));
                if let Some(exclude) = property("ExcludeVerboseContent") {
                    config.insert("ExcludeVerboseContent", exclude.clone());
                }
                level = property("FieldLogLevel").cloned();
                role_arn = property("CloudWatchLogsRoleArn").cloned();
            }
            None | Some(Kind::Bool(true)) => {}
            Some(_) => {
                let message = "`Logging` has to be `true`, `false` or a mapping";
                return Err(self.sam.error(here.0, message));
            }
        }
        config.insert("FieldLogLevel", level.unwrap_or_else(|| here.text("ALL")));
        let made = role_arn.is_none().then(|| self.log_role(here));
        let made_arn = made.as_ref().map(|role| role.get_att("Arn"));
        if let Some(arn) = role_arn.or(made_arn) {
            config.insert("CloudWatchLogsRoleArn", arn);
        }
        main.set("LogConfig", Node::new(here.0, Kind::Map(config)));
        Ok(made)
    }

    fn log_role(&self, here: Here) -> Resource {
        let mut role = self.resource("CloudWatchRole", "AWS::IAM::Role");
        role.place = here.0;
        let policy =
            "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSAppSyncPushToCloudWatchLogs";
        role.set("AssumeRolePolicyDocument", trust(here, "appsync.amazonaws.com"));
        role.set("ManagedPolicyArns", here.list([here.sub(policy)]));
        role
    }

    fn schema(&self) -> Result<Resource, Diagnostic> {
        let (inline, uri) = (self.sam.truthy("SchemaInline"), self.sam.truthy("SchemaUri"));
        let place = match (inline, uri) {
            (Some(_), Some(uri)) => {
                let message = "`SchemaInline` and `SchemaUri` exclude each other; remove one";
                return Err(self.sam.error(uri.place, message));
            }
            (None, None) => {
                let message = "the schema is missing; add `SchemaInline` or `SchemaUri`";
                return Err(self.sam.error(self.sam.place, message));
            }
            (Some(node), None) | (None, Some(node)) => node.place,
        };
        let mut schema = self.part("Schema", "AWS::AppSync::GraphQLSchema", Here(place));
        schema.set_some("Definition", self.sam.get("SchemaInline"));
        schema.set_some("DefinitionS3Location", self.sam.get("SchemaUri"));
        Ok(schema)
    }

    fn keys(&self) -> Result<Vec<Resource>, Diagnostic> {
        let mut keys = Vec::new();
        for (name, node) in self.entries("ApiKeys") {
            let given = self.check(&format!("API key `{name}`"), node, &API_KEY)?;
            let mut key = self.part(name, "AWS::AppSync::ApiKey", Here(node.place));
            key.copy(given, &["ApiKeyId", "Description"]);
            key.set_some("Expires", given.get("ExpiresOn"));
            keys.push(key);
        }
        Ok(keys)
    }

    fn cache(&self) -> Result<Option<Resource>, Diagnostic> {
        let Some(node) = self.sam.truthy("Cache") else { return Ok(None) };
        let given = self.check("`Cache`", node, &CACHE)?;
        let mut cache = self.part("ApiCache", "AWS::AppSync::ApiCache", Here(node.place));
        cache.copy(given, &CACHE.map(|property| property.name));
        Ok(Some(cache))
    }

    fn domain_name(&self) -> Result<Vec<Resource>, Diagnostic> {
        let Some(node) = self.sam.truthy("DomainName") else { return Ok(Vec::new()) };
        let given = self.check("`DomainName`", node, &DOMAIN_NAME)?;
        let mut domain = self.resource("DomainName", "AWS::AppSync::DomainName");
        domain.place = node.place;
        domain.copy(given, &DOMAIN_NAME.map(|property| property.name));
        let type_ = "AWS::AppSync::DomainNameApiAssociation";
        let mut association = self.part("DomainNameApiAssociation", type_, Here(node.place));
        association.set("DomainName", domain.reference());
        Ok(vec![domain, association])
    }
}

/// Connects `source` to `destination`, as a connector would.
fn connect(
    context: &mut Context<'_>,
    connectors: &mut Connectors,
    id: String,
    source: Node,
    destination: Node,
    permissions: Node,
) -> Expansion {
    let here = Here(destination.place);
    let properties =
        here.map([("Source", source), ("Destination", destination), ("Permissions", permissions)]);
    let node = here.map([("Properties", properties)]);
    crate::expand(context, connectors, &Sam::new(SmolStr::from(id), here.0, node))
}
