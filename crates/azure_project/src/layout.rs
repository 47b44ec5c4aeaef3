//! Which folder of code a function app runs.

use app_code::{normalize, parent};
use app_model::{Application, Code, Details, Function, FunctionApp, Platform};
use source_text::{FileId, Limits, Map, Node, SourceFile, parse_yaml};

/// People write some screens of it.
const LIMITS: Limits = Limits { bytes: 1 << 20, depth: 50, nodes: 20_000 };

/// The file that the root of a project holds.
pub(crate) const HOST: &str = "host.json";

/// Names of folders that hold templates beside the code: what lies beside them is theirs.
const TEMPLATES: [&str; 14] = [
    "infra",
    "infrastructure",
    "iac",
    "deploy",
    "deployment",
    "deployments",
    "bicep",
    "terraform",
    "tf",
    "arm",
    "armtemplate",
    "templates",
    "azure",
    "main",
];

/// Folders that builds write to: a project in one is a copy.
const BUILT: [&str; 8] =
    ["bin", "obj", "publish", "dist", "out", "build", "target", ".azurefunctions"];

/// The files of a run.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "functions cannot be shown")]
pub struct Files<'a> {
    /// Paths relative to the scanned root, with `/`, sorted: JSON, YAML and code.
    pub paths: &'a [String],
    /// The text of one of them.
    pub read: &'a (dyn Fn(&str) -> Option<ReadText> + Sync),
}

/// A file that was read.
pub type ReadText = (FileId, std::sync::Arc<SourceFile>);

impl Files<'_> {
    /// Paths below a folder.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let start = self.paths.partition_point(|path| path.as_str() < prefix.as_str());
        self.paths
            .iter()
            .skip(start)
            .take_while(move |path| path.starts_with(&prefix))
            .map(String::as_str)
    }
}

/// A service of the Azure Developer CLI that is a function app.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Service {
    /// Folder of its `azure.yaml`.
    at: String,
    name: String,
    /// Folder of its code, relative to the root.
    project: String,
}

/// Where projects lie.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Folders that hold a `host.json`, sorted, without results of builds.
    hosts: Vec<String>,
    services: Vec<Service>,
}

/// The folder that an app runs, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Relative to the root.
    pub folder: String,
    /// How.
    pub via: Via,
}

/// How the code of an app was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The template names it.
    Template,
    /// `azure.yaml` names it.
    Service,
    /// It is the only project beside the only app.
    Only,
}

impl Layout {
    /// Finds projects and services.
    #[must_use]
    pub fn of(files: Files<'_>) -> Self {
        let named = |name: &'static str| {
            files.paths.iter().filter(move |path| path.rsplit('/').next() == Some(name))
        };
        let mut hosts: Vec<String> = Vec::new();
        let mut folders: Vec<&str> = named(HOST).map(|path| parent(path)).collect();
        folders.sort_unstable();
        for folder in folders {
            let is_built = |known: &String| {
                folder.strip_prefix(known.as_str()).is_some_and(|inner| {
                    inner.split('/').any(|part| BUILT.contains(&part.to_ascii_lowercase().as_str()))
                })
            };
            if !hosts.iter().any(|known| is_within(folder, known) && is_built(known)) {
                hosts.push(folder.to_owned());
            }
        }
        let services = named("azure.yaml").chain(named("azure.yml"));
        let services = services.flat_map(|path| services_of(path, files)).collect();
        Self { hosts, services }
    }

    /// Folders that hold a `host.json`.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(String::as_str)
    }

    /// Whether a file belongs to the project in a folder, and not to one that lies in it.
    pub(crate) fn is_of(&self, path: &str, folder: &str) -> bool {
        let mut inner = self.hosts.iter().filter(|host| *host != folder && is_within(host, folder));
        !inner.any(|host| is_within(parent(path), host))
    }

    /// The folder that a function app of a template runs.
    #[must_use]
    pub fn locate(
        &self,
        app: &Application,
        template: &str,
        function: &Function,
    ) -> Option<Located> {
        let details = details(app, function)?;
        if let Code::Local(path) = &function.code {
            let (_, path) = path.value.first()?;
            if !path.ends_with(".zip") {
                let folder = normalize(parent(template), path)?;
                return Some(Located { folder, via: Via::Template });
            }
        }
        if details.is_slot {
            return None;
        }
        let is_one = function_apps(app).filter(|(_, app)| !app.is_slot).count() == 1;
        if let Some(folder) = self.service(details, parent(template), is_one) {
            return Some(Located { folder, via: Via::Service });
        }
        let folder = self.only(parent(template)).filter(|_| is_one)?;
        Some(Located { folder: folder.to_owned(), via: Via::Only })
    }

    /// The project of the service that an app says it is, or of the only one.
    fn service(&self, app: &FunctionApp, folder: &str, is_one: bool) -> Option<String> {
        let above = self.services.iter().filter(|service| is_within(folder, &service.at));
        let nearest = above.clone().map(|service| service.at.len()).max()?;
        let of_nearest: Vec<&Service> =
            above.filter(|service| service.at.len() == nearest).collect();
        let named = app.service.as_ref().and_then(|name| name.known());
        if let Some(name) = named {
            let meant = of_nearest.iter().find(|service| service.name == *name);
            return meant.map(|service| service.project.clone());
        }
        match of_nearest.as_slice() {
            [only] if is_one => Some(only.project.clone()),
            _ => None,
        }
    }

    /// The only project below the folder of a template, or beside a folder that holds templates.
    fn only(&self, folder: &str) -> Option<&str> {
        let mut at = folder;
        loop {
            let below: Vec<&String> =
                self.hosts.iter().filter(|host| is_within(host, at)).collect();
            match below.as_slice() {
                [only] => return Some(only),
                [] => {}
                _ => return None,
            }
            let name = at.rsplit('/').next().unwrap_or(at).to_ascii_lowercase();
            if at.is_empty() || !TEMPLATES.iter().any(|known| name.starts_with(known)) {
                return None;
            }
            at = parent(at);
        }
    }
}

/// Whether a folder is another one, or lies in it.
pub(crate) fn is_within(folder: &str, outer: &str) -> bool {
    outer.is_empty()
        || folder == outer
        || folder.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}

/// What the model knows of a function as an app.
pub(crate) fn details<'a>(app: &'a Application, function: &Function) -> Option<&'a FunctionApp> {
    match &app.resource(&function.name)?.details {
        Details::FunctionApp(details) if function.platform == Platform::Azure => Some(details),
        _ => None,
    }
}

fn function_apps(app: &Application) -> impl Iterator<Item = (&Function, &FunctionApp)> {
    app.functions.iter().filter_map(|function| Some((function, details(app, function)?)))
}

/// Services of an `azure.yaml` that are function apps.
fn services_of(path: &str, files: Files<'_>) -> Vec<Service> {
    let Some((file, source)) = (files.read)(path) else { return Vec::new() };
    let Ok(parsed) = parse_yaml(file, &source.text, &LIMITS) else { return Vec::new() };
    let services = parsed.documents.first().and_then(|it| it.get("services"));
    let services = services.and_then(Node::as_map).into_iter().flat_map(Map::iter);
    let of_function = services.filter(|(_, service)| {
        let host = service.get("host").and_then(Node::as_str);
        host.is_some_and(|host| host.eq_ignore_ascii_case("function"))
    });
    let at = parent(path);
    of_function
        .filter_map(|(name, service)| {
            let project = normalize(at, service.get("project")?.as_str()?)?;
            Some(Service { at: at.to_owned(), name: name.to_string(), project })
        })
        .collect()
}
