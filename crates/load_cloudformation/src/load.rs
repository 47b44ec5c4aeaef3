//! From a template's tree to the application: the order of the steps.

use app_model::Application;
use cfn_template::{Evaluator, Settings, Template};
use indexmap::IndexMap;
use source_text::{
    Diagnostic, FileId, Limits, Node, ParseError, Place, ReadFile, SmolStr, Sources,
};

use model_builder::{Builder, Written};

use crate::{
    declared, deliveries, functions, identities, links, literals, live, parts, permissions,
    policies, services, triggers,
};

/// Resources of one template that are looked at, those of a SAM transform counted: what is asked of pairs of them
/// must end soon in a hostile template, too.
const MOST_OF_STACK: usize = 20_000;
/// Resources of one region of a live account that are looked at.
const MOST_OF_ACCOUNT: usize = 200_000;

/// What the caller knows about the deployment.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values of parameters by name.
    pub parameters: IndexMap<SmolStr, SmolStr>,
    /// Region, such as `eu-west-1`.
    pub region: Option<SmolStr>,
    /// Twelve-digit account id.
    pub account: Option<SmolStr>,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: Option<SmolStr>,
    /// Whether all resources are kept with their properties, for rules of users.
    pub keeps_declared: bool,
    /// Whether it is a live account, which has far more resources than a stack.
    pub is_account: bool,
    /// Environment variables that files of the Serverless Framework may read, by name.
    pub environment: IndexMap<SmolStr, SmolStr>,
}

/// A template that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What it describes.
    pub app: Application,
    /// What could not be read, or was read with a doubt.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the template whose tree is `document`, as it stands in `file`.
///
/// Never fails: what cannot be read is a diagnostic, and the rest is in the application.
#[must_use]
pub fn load(
    file: FileId,
    document: Node,
    options: &Options,
    reader: Option<&dyn ReadFile>,
) -> Loaded {
    let settings = Settings {
        parameters: options.parameters.clone(),
        region: options.region.clone(),
        account: options.account.clone(),
        partition: options.partition.clone(),
        stack_name: None,
    };
    let mut origins = sam_transform::Origins::default();
    let (document, mut diagnostics) = if is_service(&document) {
        let lowered = of_service(file, document, options, reader);
        origins.resources = lowered.origins;
        (lowered.template, lowered.diagnostics)
    } else {
        (document, Vec::new())
    };
    let (document, more) = plain(document, &settings, reader);
    diagnostics.extend(more);
    let mut definitions = IndexMap::new();
    let written = Written::of(&document);
    let parts = parts::of_document(&document);
    let document = if sam_transform::is_sam(&document) {
        let sam_options = sam_transform::Options {
            partition: options.partition.clone(),
            region: options.region.clone(),
            account: options.account.clone(),
            parameters: options
                .parameters
                .iter()
                .map(|(name, value)| (name.clone(), Node::text(document.place, value.clone())))
                .collect(),
            packaged: false,
        };
        let files = reader.map(|reader| (reader, file));
        let expanded = sam_transform::expand(&document, &sam_options, files);
        diagnostics.extend(expanded.diagnostics);
        origins.resources.extend(expanded.origins.resources);
        origins.policy_templates = expanded.origins.policy_templates;
        definitions = expanded.definitions;
        expanded.template
    } else {
        document
    };
    let (template, more) = Template::read(&document);
    diagnostics.extend(more);
    let evaluator = Evaluator::new(&template, &settings);
    let most = if options.is_account { MOST_OF_ACCOUNT } else { MOST_OF_STACK };
    let mut builder = Builder::new(&template, &evaluator, (origins, definitions), most);
    builder.app.place = Place::whole(file);
    builder.written = written;
    builder.files = reader.map(|reader| (reader, file));
    builder.app.parts = parts;
    read_rooms(&mut builder);
    if options.keeps_declared {
        declared::read(&mut builder);
    }
    diagnostics.extend(evaluator.take_diagnostics());
    diagnostics.extend(builder.diagnostics);
    Loaded { app: builder.app, diagnostics }
}

/// Reads every room, then draws the edges.
fn read_rooms(builder: &mut Builder<'_>) {
    functions::read(builder);
    identities::read(builder);
    policies::read(builder);
    permissions::read(builder);
    services::read(builder);
    triggers::read(builder);
    deliveries::read(builder);
    load_google::read(builder);
    literals::read(builder);
    parts::read(builder);
    load_azure::read(builder);
    live::read(builder);
    links::finish(builder);
    builder.app.link();
}

/// The template that a document is or, as a service of the Serverless Framework, becomes.
#[must_use]
pub fn as_template(
    file: FileId,
    document: Node,
    options: &Options,
    reader: Option<&dyn ReadFile>,
) -> (Node, Vec<Diagnostic>) {
    if !is_service(&document) {
        return (document, Vec::new());
    }
    let lowered = of_service(file, document, options, reader);
    (lowered.template, lowered.diagnostics)
}

fn is_service(document: &Node) -> bool {
    !cfn_template::looks_like_template(document)
        && serverless_framework::form_of(document).is_some()
}

/// A service of the Serverless Framework as a template.
fn of_service(
    file: FileId,
    document: Node,
    options: &Options,
    reader: Option<&dyn ReadFile>,
) -> serverless_framework::Lowered {
    let options = serverless_framework::Options {
        parameters: options.parameters.clone(),
        environment: options.environment.clone(),
        region: options.region.clone(),
        account: options.account.clone(),
    };
    serverless_framework::lower(file, document, &options, reader)
}

/// Tags lowered, includes read, loops unrolled.
fn plain(
    document: Node,
    settings: &Settings,
    reader: Option<&dyn ReadFile>,
) -> (Node, Vec<Diagnostic>) {
    let (document, mut diagnostics) = cfn_template::lower(document);
    let (document, more) = cfn_template::resolve_includes(document, reader);
    diagnostics.extend(more);
    let (document, more) = cfn_template::expand_for_each(document, settings);
    diagnostics.extend(more);
    (document, diagnostics)
}

/// Reads a template from text, without other files. What cannot be parsed gives an empty
/// application.
#[must_use]
pub fn load_text(sources: &Sources, path: &str, text: &str) -> Application {
    let file = sources.add(path, text);
    let documents = arm_template::parse_text(file, text, &Limits::default())
        .map_or_else(|_: ParseError| Vec::new(), |parsed| parsed.documents);
    let document = documents.into_iter().next().unwrap_or_else(|| Node::null(Place::whole(file)));
    if live_account::is_snapshot(&document) {
        let loaded = crate::load_snapshot(file, &document, &Options::default(), None);
        return loaded
            .applications
            .into_iter()
            .next()
            .map_or_else(Application::default, |it| it.app);
    }
    let document = arm_template::plain(
        file,
        path,
        document,
        &arm_template::Options::default(),
        &mut Vec::new(),
    );
    load(file, document, &Options::default(), None).app
}
