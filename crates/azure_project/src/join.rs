//! Apps of templates joined with their projects; projects that no template names.

use app_code::parent;
use app_model::{
    Application, Auth, Code, Details, Function, FunctionApp, Platform, Resource, Setting, SmolStr,
    Trigger, TriggerKind,
};
use code_ir::Language;
use source_text::{Diagnostic, FileId, Place};

use crate::{
    declared::{Declared, Level, Shared, signed_in},
    host::{ReadHost, read_host},
    layout::{Files, HOST, Layout, Via, details},
    read::read_functions,
};

/// An application, and the file that it was read from.
#[derive(Debug)]
pub struct Unit<'a> {
    /// The application.
    pub app: &'a mut Application,
    /// Path of its template, relative to the scanned root.
    pub template: &'a str,
}

/// What joining an application with projects gave.
#[derive(Debug, Default)]
pub struct Joined {
    /// What is told of it.
    pub diagnostics: Vec<Diagnostic>,
    /// Folders of its projects.
    pub folders: Vec<String>,
}

/// A project, read.
#[derive(Debug, Default)]
pub struct Project {
    folder: String,
    host: ReadHost,
    /// Its `host.json`.
    file: Option<FileId>,
    functions: Vec<Declared>,
    level: Option<Level>,
    diagnostics: Vec<Diagnostic>,
}

impl Project {
    /// Reads the project in a folder.
    #[must_use]
    pub fn read(folder: &str, layout: &Layout, files: Files<'_>) -> Self {
        let mut project = Self { folder: folder.to_owned(), ..Self::default() };
        let host = if folder.is_empty() { HOST.to_owned() } else { format!("{folder}/{HOST}") };
        if let Some((file, source)) = (files.read)(&host) {
            project.file = Some(file);
            match read_host(file, &source.text) {
                Ok(host) => project.host = host,
                Err(diagnostic) => project.diagnostics.push(diagnostic),
            }
        }
        for path in files.below(folder).filter(|path| layout.is_of(path, folder)) {
            if Language::of_path(path).is_none() {
                continue;
            }
            let Some((file, source)) = (files.read)(path) else { continue };
            let read = read_functions(file, path, &source.text);
            project.functions.extend(read.functions);
            project.level = project.level.take().or(read.level);
        }
        project
    }

    /// The triggers of the functions of the project, as those of an app.
    fn triggers(&self, function: &Function, app: &FunctionApp) -> Vec<Trigger> {
        let level = self.level.clone().unwrap_or(Level::Known("function".into()));
        let prefix = prefix(function, &self.host);
        let shared = Shared { function, app, level, prefix: &prefix };
        let is_on = |declared: &&Declared| !is_switched_off(function, &declared.name);
        self.functions.iter().filter(is_on).filter_map(|it| it.trigger(&shared)).collect()
    }
}

/// First part of routes: a setting of the app outweighs the file.
fn prefix(function: &Function, host: &ReadHost) -> SmolStr {
    let name = "AzureFunctionsJobHost__extensions__http__routePrefix";
    let set = function.environment.iter().find(|it| it.name.eq_ignore_ascii_case(name));
    let set = set.and_then(|it| it.value.known());
    set.map_or_else(|| host.prefix.clone(), |set| set.trim_matches('/').into())
}

/// Whether a setting of the app switches one of its functions off.
fn is_switched_off(function: &Function, name: &str) -> bool {
    let forms = [format!("AzureWebJobs.{name}.Disabled"), format!("AzureWebJobs_{name}_Disabled")];
    function.environment.iter().any(|variable| {
        forms.iter().any(|form| variable.name.eq_ignore_ascii_case(form))
            && variable.value.known().is_some_and(|it| it.eq_ignore_ascii_case("true") || it == "1")
    })
}

/// Joins the function apps of an application with their projects. `described` gives the triggers of
/// the `function.json` files directly below a folder of a project.
pub fn join(
    unit: &mut Unit<'_>,
    layout: &Layout,
    files: Files<'_>,
    described: &dyn Fn(&str) -> Vec<Trigger>,
) -> Joined {
    let mut joined = Joined::default();
    let located: Vec<_> = (0..unit.app.functions.len())
        .filter_map(|at| {
            let function = unit.app.functions.get(at)?;
            Some((at, layout.locate(unit.app, unit.template, function)?))
        })
        .collect();
    for (at, located) in located {
        let Some(function) = unit.app.functions.get(at).cloned() else { continue };
        let Some(app) = details(unit.app, &function).cloned() else { continue };
        let project = Project::read(&located.folder, layout, files);
        let mut triggers = project.triggers(&function, &app);
        let prefix = prefix(&function, &project.host);
        let of_files = described(&located.folder).into_iter();
        triggers.extend(of_files.map(|trigger| adopt(trigger, &function, &app, &prefix)));
        add_new(unit.app, triggers);
        if located.via != Via::Template {
            let path = relative(parent(unit.template), &located.folder);
            if let Some(function) = unit.app.functions.get_mut(at) {
                function.code = Code::Local(Setting::known(function.place, path.into()));
            }
        }
        if located.via == Via::Only {
            let folder = if located.folder.is_empty() { "." } else { &located.folder };
            let message = format!(
                "the code of `{}` is taken to be in `{folder}`, the only folder here with a `host.json`",
                function.name
            );
            joined.diagnostics.push(Diagnostic::note(function.place, message));
        }
        let resource = unit.app.resources.iter_mut().find(|it| it.name == function.name);
        if let Some(Resource { details: Details::FunctionApp(app), .. }) = resource
            && project.file.is_some()
        {
            app.host = Some(project.host.host);
        }
        joined.diagnostics.extend(project.diagnostics);
        joined.folders.push(located.folder);
    }
    if !joined.folders.is_empty() {
        unit.app.link();
    }
    joined
}

/// A trigger that a `function.json` describes, as one of the app that runs it.
fn adopt(trigger: Trigger, function: &Function, app: &FunctionApp, prefix: &str) -> Trigger {
    let mut trigger = Trigger { function: function.name.clone(), ..trigger };
    if trigger.kind == TriggerKind::Http {
        trigger.exposure = app.exposure;
        if trigger.auth == Auth::None {
            trigger.auth = signed_in(app.asks_for_login);
        }
        if let Some((methods, route)) =
            trigger.route.as_ref().and_then(|it| it.split_once(" /api/"))
        {
            let slash = if prefix.is_empty() { "" } else { "/" };
            trigger.route = Some(format!("{methods} {slash}{prefix}/{route}"));
        }
    }
    trigger
}

/// Adds the triggers that the template does not tell of already.
fn add_new(app: &mut Application, triggers: Vec<Trigger>) {
    for trigger in triggers {
        let is_known = app.triggers.iter().any(|known| {
            known.function == trigger.function
                && known.kind == trigger.kind
                && known.route == trigger.route
        });
        if !is_known {
            app.triggers.push(trigger);
        }
    }
}

/// `folder` as seen from `from`; both are relative to the root.
fn relative(from: &str, folder: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(folder));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut path = vec!["..".to_owned(); from.len() - shared];
    path.extend(to.into_iter().skip(shared));
    if path.is_empty() { ".".to_owned() } else { path.join("/") }
}

/// Projects with functions in their code that no template runs, each as an application of its own.
/// `taken` are the folders of those that a template runs.
#[must_use]
pub fn alone(
    layout: &Layout,
    files: Files<'_>,
    taken: &[String],
) -> Vec<(FileId, Application, Joined)> {
    let is_free = |folder: &&str| !taken.iter().any(|known| known == folder);
    layout
        .hosts()
        .filter(is_free)
        .filter_map(|folder| {
            let project = Project::read(folder, layout, files);
            let file = project.file.filter(|_| !project.functions.is_empty())?;
            let name = folder.rsplit('/').next().filter(|name| !name.is_empty());
            let place = Place { line: 1, column: 1, end_line: 1, end_column: 2, file };
            let function = Function {
                name: name.unwrap_or("app").into(),
                place,
                platform: Platform::Azure,
                code: Code::Local(Setting::known(place, ".".into())),
                ..Function::default()
            };
            let details = FunctionApp {
                exposure: app_model::Exposure::Internet,
                host: Some(project.host.host.clone()),
                ..FunctionApp::default()
            };
            let mut app = Application::default();
            app.place = Place::whole(file);
            app.triggers = project.triggers(&function, &details);
            app.resources.push(Resource {
                name: function.name.clone(),
                type_name: HOST.into(),
                place,
                details: Details::FunctionApp(Box::new(details)),
                ..Resource::default()
            });
            app.functions.push(function);
            app.link();
            let joined = Joined { diagnostics: project.diagnostics, folders: vec![project.folder] };
            Some((file, app, joined))
        })
        .collect()
}
