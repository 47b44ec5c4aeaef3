//! The order of the steps of an expansion.

use indexmap::{IndexMap, IndexSet};
use sam_api::{Apis, http, implicit, order, rest, websocket};
use sam_connector::{Connectors, graphql};
use sam_core::context::Context;
use sam_core::intrinsic::Here;
use sam_core::resolve::{resolve_changed_ids, resolve_resource_references};
use sam_core::resource::{Expansion, Resource, Sam};
use sam_core::{Options, Origins};
use source_text::{Diagnostic, Entry, FileId, Kind, Map, Node, ReadFile, SmolStr};

use crate::deployment_preference::{self, Preferences};
use crate::{
    Expanded, application, capacity_provider, function, globals, layer_version, simple_table,
    state_machine, structure,
};

/// The SAM resource types, in groups that are expanded one after the other: events of functions
/// and state machines write into APIs, and connectors look at what the others became.
const ORDER: [&[&str]; 5] = [
    &["AWS::Serverless::Function"],
    &["AWS::Serverless::StateMachine"],
    &["AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::Serverless::WebSocketApi"],
    &[
        "AWS::Serverless::Application",
        "AWS::Serverless::CapacityProvider",
        "AWS::Serverless::GraphQLApi",
        "AWS::Serverless::LayerVersion",
        "AWS::Serverless::SimpleTable",
    ],
    &["AWS::Serverless::Connector"],
];

/// What the resources of a family share with each other only.
#[derive(Debug, Default)]
struct Families {
    apis: Apis,
    connectors: Connectors,
    /// Of functions with a `DeploymentPreference`.
    preferences: Preferences,
}

/// Runs all steps on a template that is a mapping.
pub(crate) fn run(
    template: &Node,
    options: &Options,
    files: Option<(&dyn ReadFile, FileId)>,
) -> Expanded {
    let mut context = start(template, options, files);
    let mut families = Families::default();
    sam_api::add_default_definitions(&mut context, &mut families.apis);
    implicit::add_rest(&mut context, &mut families.apis);
    implicit::add_http(&mut context, &mut families.apis);
    globals::merge(&mut context);
    sam_api::fix_open_api_versions(&mut context, &families.apis);
    sam_connector::extract_embedded(&mut context);
    context.outputs = plain_resources(&context.sources);
    for group in ORDER {
        for (id, entry) in resources_of(&context, group) {
            expand_one(&mut context, &mut families, &id, entry);
        }
    }
    sam_api::finish(&mut context, &mut families.apis);
    deployment_preference::finish(&mut context, &families.preferences);
    for id in &context.changed {
        if let Some(entry) = context.sources.entry(id) {
            context.outputs.insert_at(id.clone(), entry.key_place, entry.value.clone());
        }
    }
    sam_connector::finish(&mut context, families.connectors);
    finish(template, context, families.apis)
}

fn start<'o>(
    template: &Node,
    options: &'o Options,
    files: Option<(&'o dyn ReadFile, FileId)>,
) -> Context<'o> {
    let sections = template.as_map().cloned().unwrap_or_default();
    let mut diagnostics = Vec::new();
    let sources = take_resources(&sections, template, options.packaged, &mut diagnostics);
    structure::check(&sections, &sources, &mut diagnostics);
    let mut context = Context {
        options,
        files,
        parameters: parameters(&sections, options),
        sections,
        sources,
        outputs: Map::new(),
        diagnostics,
        origins: Origins::default(),
        references: IndexMap::new(),
        changed_ids: IndexMap::new(),
        changed: IndexSet::new(),
        events: 0,
    };
    let partition = context.partition();
    let here = Here(template.place);
    for (name, value) in [
        ("AWS::Region", options.region.clone()),
        ("AWS::AccountId", options.account.clone()),
        ("AWS::Partition", Some(partition)),
    ] {
        if let Some(value) = value {
            context.parameters.entry(name.into()).or_insert_with(|| here.text(value));
        }
    }
    context
}

/// The `Resources` section, without entries that are no mappings.
fn take_resources(
    sections: &Map,
    template: &Node,
    is_packaged: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Map {
    let mut kept = Map::new();
    let node = sections.get("Resources").cloned();
    let place = node.as_ref().map_or(template.place, |node| node.place);
    let Some(Kind::Map(map)) = node.map(|node| node.kind).filter(|kind| !is_empty_map(kind)) else {
        let message = "the section `Resources` is missing or empty; add the resources there";
        // Nothing is lost before the deployment: an empty section describes nothing that could be
        // looked at. CloudFormation refuses it.
        diagnostics.push(if is_packaged {
            Diagnostic::error(place, message)
        } else {
            Diagnostic::warning(place, message)
        });
        return kept;
    };
    for (id, Entry { key_place, value }) in map.into_entries() {
        let why = if value.as_map().is_none() {
            Some(format!(
                "`{id}` is {}; a resource is a mapping, check the indentation",
                value.kind_name()
            ))
        } else {
            None
        };
        match why {
            Some(message) => diagnostics.push(Diagnostic::error(key_place, message)),
            None => {
                kept.insert_at(id, key_place, value);
            }
        }
    }
    kept
}

fn is_empty_map(kind: &Kind) -> bool {
    matches!(kind, Kind::Map(map) if map.is_empty())
}

fn parameters(sections: &Map, options: &Options) -> IndexMap<SmolStr, Node> {
    let mut values = options.parameters.clone();
    let declared = sections.get("Parameters").and_then(Node::as_map);
    for (name, parameter) in declared.into_iter().flat_map(Map::iter) {
        if let Some(default) = parameter.get("Default")
            && !values.contains_key(name)
        {
            values.insert(name.clone(), default.clone());
        }
    }
    values
}

fn type_of(node: &Node) -> &str {
    node.get("Type").and_then(Node::as_str).unwrap_or_default()
}

/// Resources of the given types, as they stand now.
fn resources_of(context: &Context<'_>, types: &[&str]) -> Vec<(SmolStr, Entry)> {
    let mut resources: Vec<(SmolStr, Entry)> = context
        .sources
        .entries()
        .filter(|(_, entry)| types.contains(&type_of(&entry.value)))
        .map(|(id, entry)| (id.clone(), entry.clone()))
        .collect();
    if types.contains(&"AWS::Serverless::Api") {
        order::sort(context, &mut resources);
    }
    resources
}

/// The resources that stay as they are.
fn plain_resources(sources: &Map) -> Map {
    let mut plain = Map::new();
    for (id, entry) in sources.entries() {
        if !ORDER.iter().any(|group| group.contains(&type_of(&entry.value))) {
            plain.insert_at(id.clone(), entry.key_place, entry.value.clone());
        }
    }
    plain
}

/// Expands one SAM resource and puts what it becomes into the output.
fn expand_one(context: &mut Context<'_>, families: &mut Families, id: &SmolStr, entry: Entry) {
    let type_ = SmolStr::new(type_of(&entry.value));
    let sam = Sam::new(id.clone(), entry.key_place, entry.value);
    match expand_resource(context, families, &sam, &type_) {
        Ok(resources) => {
            note_references(context, &sam, &type_, &resources);
            for resource in resources {
                add(context, &sam, resource);
            }
        }
        Err(diagnostic) => context.diagnostics.push(diagnostic),
    }
}

fn expand_resource(
    context: &mut Context<'_>,
    Families { apis, connectors, preferences }: &mut Families,
    sam: &Sam,
    type_: &str,
) -> Expansion {
    match type_ {
        "AWS::Serverless::Function" => function::expand(context, apis, preferences, sam),
        "AWS::Serverless::StateMachine" => state_machine::expand(context, apis, sam),
        "AWS::Serverless::Api" => rest::expand(context, apis, sam),
        "AWS::Serverless::HttpApi" => http::expand(context, apis, sam),
        "AWS::Serverless::WebSocketApi" => websocket::expand(context, apis, sam),
        "AWS::Serverless::Application" => application::expand(context, sam),
        "AWS::Serverless::CapacityProvider" => capacity_provider::expand(context, sam),
        "AWS::Serverless::GraphQLApi" => graphql::expand(context, connectors, sam),
        "AWS::Serverless::LayerVersion" => layer_version::expand(context, sam),
        "AWS::Serverless::SimpleTable" => simple_table::expand(context, sam),
        "AWS::Serverless::Connector" => sam_connector::expand(context, connectors, sam),
        _ => Ok(Vec::new()),
    }
}

/// Fills the table behind `Ref: Orders.Alias`. The last resource of a type counts.
fn note_references(context: &mut Context<'_>, sam: &Sam, type_: &str, resources: &[Resource]) {
    for (property, target_type) in referable(type_) {
        if let Some(target) = resources.iter().rev().find(|resource| resource.type_ == *target_type)
        {
            context.refer(&sam.id, property, target.id.clone());
        }
    }
}

/// What `Ref: id.Property` may name for a SAM resource type, and the type of resource meant.
fn referable(type_: &str) -> &'static [(&'static str, &'static str)] {
    match type_ {
        "AWS::Serverless::Function" => &[
            ("Alias", "AWS::Lambda::Alias"),
            ("Version", "AWS::Lambda::Version"),
            ("DestinationTopic", "AWS::SNS::Topic"),
            ("DestinationQueue", "AWS::SQS::Queue"),
        ],
        "AWS::Serverless::Api" => &[
            ("Stage", "AWS::ApiGateway::Stage"),
            ("Deployment", "AWS::ApiGateway::Deployment"),
            ("DomainName", "AWS::ApiGateway::DomainName"),
            ("DomainNameV2", "AWS::ApiGateway::DomainNameV2"),
            ("UsagePlan", "AWS::ApiGateway::UsagePlan"),
            ("UsagePlanKey", "AWS::ApiGateway::UsagePlanKey"),
            ("ApiKey", "AWS::ApiGateway::ApiKey"),
        ],
        "AWS::Serverless::HttpApi" | "AWS::Serverless::WebSocketApi" => &[
            ("Stage", "AWS::ApiGatewayV2::Stage"),
            ("DomainName", "AWS::ApiGatewayV2::DomainName"),
        ],
        _ => &[],
    }
}

/// Plain types that may carry the logical id of the SAM (or plain) resource they come from.
fn may_replace(plain: &str, source: &str) -> bool {
    match plain {
        "AWS::Lambda::Function" => source == "AWS::Serverless::Function",
        "AWS::Lambda::LayerVersion" => source == "AWS::Serverless::LayerVersion",
        "AWS::Lambda::CapacityProvider" => source == "AWS::Serverless::CapacityProvider",
        "AWS::ApiGateway::RestApi" => source == "AWS::Serverless::Api",
        "AWS::ApiGatewayV2::Api" => {
            matches!(source, "AWS::Serverless::HttpApi" | "AWS::Serverless::WebSocketApi")
        }
        "AWS::DynamoDB::Table" => source == "AWS::Serverless::SimpleTable",
        "AWS::CloudFormation::Stack" => source == "AWS::Serverless::Application",
        "AWS::StepFunctions::StateMachine" => source == "AWS::Serverless::StateMachine",
        "AWS::AppSync::GraphQLApi" => source == "AWS::Serverless::GraphQLApi",
        "AWS::S3::Bucket"
        | "AWS::SNS::Topic"
        | "AWS::Cognito::UserPool"
        | "AWS::ApiGateway::DomainName"
        | "AWS::ApiGateway::BasePathMapping"
        | "AWS::ApiGateway::DomainNameV2"
        | "AWS::ApiGateway::BasePathMappingV2" => plain == source,
        _ => false,
    }
}

fn add(context: &mut Context<'_>, sam: &Sam, resource: Resource) {
    if let Some(existing) = context.sources.get(&resource.id)
        && !may_replace(&resource.type_, type_of(existing))
    {
        let message = format!(
            "this would create the resource `{}`, but the template has one of that name; rename it",
            resource.id
        );
        context.fail(&sam.id, sam.place, message);
        return;
    }
    // A bucket that an event only changes was written by the author.
    let is_own =
        context.sources.get(&resource.id).is_some_and(|node| type_of(node) == resource.type_);
    if !is_own {
        context.origins.resources.insert(resource.id.clone(), sam.id.clone());
    }
    let (id, place) = (resource.id.clone(), resource.place);
    context.outputs.insert_at(id, place, resource.into_node());
}

/// Puts the sections together again and rewrites references.
fn finish(template: &Node, mut context: Context<'_>, apis: Apis) -> Expanded {
    let place = context.sections.get("Resources").map_or(template.place, |node| node.place);
    let resources = Node::new(place, Kind::Map(std::mem::take(&mut context.outputs)));
    let mut sections = std::mem::take(&mut context.sections);
    sections.insert("Resources", resources);
    sections.remove("Transform");
    sections.remove("Globals");
    let mut template = Node::new(template.place, Kind::Map(sections));
    resolve_changed_ids(&mut template, &context.changed_ids);
    resolve_resource_references(&mut template, &context.references);
    Expanded {
        template,
        diagnostics: context.diagnostics,
        origins: context.origins,
        definitions: apis.definitions,
    }
}
