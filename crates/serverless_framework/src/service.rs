//! From the tree of a service to the template: the order of the steps.

use source_text::{Diagnostic, FileId, Kind, Node, Place, ReadFile, SmolStr};

use crate::{
    Lowered, Options, events,
    functions::{self, Function},
    merge,
    place_text::{Here, items},
    plugins,
    recognise::{Form, form_of},
    roles,
    template::Template,
    variables::Resolver,
};

/// Functions that are looked at; a stack has 500 resources.
const FUNCTIONS: usize = 5_000;

/// A service with its variables resolved.
pub(crate) struct Service {
    pub(crate) document: Node,
    /// `service`, as text; empty when it is not known.
    pub(crate) name: SmolStr,
    /// Stage.
    pub(crate) stage: SmolStr,
    provider: Node,
}

impl Service {
    /// A setting of the provider.
    pub(crate) fn provider(&self, path: &[&str]) -> Option<&Node> {
        self.provider.at(path).filter(|node| !node.is_null())
    }

    /// A setting at the top.
    pub(crate) fn top(&self, path: &[&str]) -> Option<&Node> {
        self.document.at(path).filter(|node| !node.is_null())
    }

    /// Where the provider is written.
    pub(crate) fn provider_place(&self) -> Place {
        let entry = self.document.as_map().and_then(|map| map.entry("provider"));
        entry.map_or(self.document.place, |entry| entry.key_place)
    }

    /// Whether a plugin is used.
    pub(crate) fn has_plugin(&self, name: &str) -> bool {
        let plugins = self.top(&["plugins"]);
        let modules = plugins.and_then(|node| node.get("modules"));
        items(modules.or(plugins)).iter().any(|plugin| plugin.as_str() == Some(name))
    }
}

/// Trees nested deeper than this stay as they are.
const DEPTH: usize = 128;

pub(crate) fn lower(
    file: FileId,
    document: Node,
    options: &Options,
    files: Option<&dyn ReadFile>,
) -> Lowered {
    let place = document.place;
    if let Some(other) = not_aws(file, &document) {
        return Lowered {
            template: Here(place).map([("Resources", Here(place).map::<SmolStr>([]))]),
            diagnostics: vec![other],
            origins: indexmap::IndexMap::new(),
            functions: 0,
        };
    }
    let (document, mut diagnostics) = cfn_template::lower(document);
    let mut resolver = Resolver::new(file, &document, options, files);
    let tree = plugins::with_pseudo_parameters(resolver.resolve(&document), DEPTH);
    let stage = resolver.resolve(&Node::text(place, "${sls:stage}"));
    diagnostics.append(&mut resolver.diagnostics);
    let service = service_of(tree, &stage);
    let mut template = Template::default();
    let functions = functions_of(&service, &mut template);
    for function in &functions {
        functions::add(&service, function, &mut template);
    }
    functions::add_layers(&service, &mut template);
    let mut used = events::Used::default();
    for function in &functions {
        events::add(&service, function, &mut template, &mut used);
    }
    events::finish(&service, &mut template, &used);
    roles::add(&service, &functions, &mut template);
    plugins::add(&service, &functions, &mut template);
    report_unread(&service, &mut template);
    diagnostics.append(&mut template.diagnostics);
    let count = functions.len();
    let origins = std::mem::take(&mut template.origins);
    let (template, more) = merge::merge(&service, template);
    diagnostics.extend(more);
    Lowered { template, diagnostics, origins, functions: count }
}

/// What a document says that is not a service on AWS.
fn not_aws(file: FileId, document: &Node) -> Option<Diagnostic> {
    match form_of(document) {
        Some(Form::Other(name)) => {
            let place = document.at(&["provider", "name"]).or_else(|| document.get("provider"));
            let place = place.map_or(Place::whole(file), |node| node.place);
            let message = format!(
                "this service of the Serverless Framework is for `{name}`; only those for `aws` are \
                 read, and nothing of this one was looked at"
            );
            Some(Diagnostic::error(place, message))
        }
        Some(Form::Compose(_)) => {
            let message = "this file only names services; they are scanned as files of their own";
            Some(Diagnostic::note(Place::whole(file), message))
        }
        Some(Form::Aws) | None => None,
    }
}

fn service_of(document: Node, stage: &Node) -> Service {
    let provider = match document.get("provider") {
        Some(node @ Node { kind: Kind::Map(_), .. }) => node.clone(),
        Some(node) => Here(node.place).map([("name", node.clone())]),
        None => Node::null(document.place),
    };
    let name = document.get("service");
    let name = name.and_then(|node| node.get("name").or(Some(node))?.scalar_text());
    Service {
        name: name.unwrap_or_default(),
        stage: stage.scalar_text().unwrap_or_else(|| "dev".into()),
        provider,
        document,
    }
}

/// The functions: a mapping, or a list of mappings.
fn functions_of(service: &Service, template: &mut Template) -> Vec<Function> {
    let Some(section) = service.top(&["functions"]) else { return Vec::new() };
    let mut found: Vec<Function> = Vec::new();
    for part in items(Some(section)) {
        let Kind::Map(map) = &part.kind else {
            let message = format!(
                "functions are mappings by name, but this is {}; it is not looked at",
                part.kind_name()
            );
            template.error(part.place, message);
            continue;
        };
        if map.contains("Fn::Unresolved") {
            let message = "which functions there are is computed when the service is deployed; they \
                           are not looked at";
            template.error(part.place, message);
            continue;
        }
        for (name, entry) in map.entries() {
            if entry.value.is_null() {
                continue;
            }
            if entry.value.as_map().is_none_or(|map| map.contains("Fn::Unresolved")) {
                let message = format!("function `{name}` is not a mapping; it is not looked at");
                template.error(entry.value.place, message);
                continue;
            }
            if found.len() >= FUNCTIONS {
                let message = format!("only the first {FUNCTIONS} functions were looked at");
                template.error(entry.key_place, message);
                return found;
            }
            found.push(Function::new(name, entry.key_place, entry.value.clone()));
        }
    }
    found
}

/// Sections of plugins that make resources of their own: what they make is not known.
fn report_unread(service: &Service, template: &mut Template) {
    for (plugin, what) in [("serverless-apigateway-service-proxy", "routes to services")] {
        if service.has_plugin(plugin) {
            let place = service.top(&["plugins"]).map_or_else(Place::default, |node| node.place);
            let message = format!("the {what} of the plugin `{plugin}` are not looked at");
            template.error(place, message);
        }
    }
    for path in [&["provider", "name"][..], &["provider"]] {
        if service.document.at(path).is_some_and(|node| node.get("Fn::Unresolved").is_some()) {
            let place = service.provider_place();
            template.error(place, "the provider is not known; what it sets is not looked at");
        }
    }
}
