//! Which module and symbol each function of a template runs.

use app_model::{
    Application, Code, Details, Function, Platform, Setting, SmolStr, Trigger, TriggerKind,
};
use code_ir::Language;
use taint::{Entry, ModuleId};

use crate::{
    azure::{Described, begins},
    handler::{Handler, runtime_language},
    image::{Recipe, Start, read_recipe},
    index::{Index, normalize, parent},
};

/// The entry points of an application.
#[derive(Debug, Default)]
pub struct Joined {
    /// Logical name of the function of each entry.
    pub functions: Vec<SmolStr>,
    /// Entries, by the same index.
    pub entries: Vec<Entry>,
    /// Folders that hold the code of each joined function, relative to the scanned root; none for
    /// code in the template.
    pub folders: Vec<(SmolStr, Vec<String>)>,
    /// Folders of layers that lie over the code of a folder, the one whose files win first.
    pub layers: Vec<(String, Vec<String>)>,
    /// Functions whose code is not there to be looked at.
    pub missing: Vec<NotJoined>,
    /// Paths of the `function.json` files whose functions are among the entries or missing.
    pub described: Vec<String>,
}

/// A function whose code was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJoined {
    /// Logical name.
    pub function: SmolStr,
    /// Why, as the end of "its code was not looked at: …".
    pub reason: String,
}

/// Endings of the files of JavaScript and TypeScript, in the order in which one is taken.
const SCRIPTS: [&str; 8] = ["js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx"];

/// Folders that a build writes to and the folder that it reads.
const BUILT: [(&str, &str); 5] =
    [("dist", "src"), ("build", "src"), ("lib", "src"), ("out", "src"), (".build", "src")];

/// Variables in which wrappers of handlers keep the handler that they wrap.
const WRAPPED: [&str; 5] = [
    "NEW_RELIC_LAMBDA_HANDLER",
    "DD_LAMBDA_HANDLER",
    "LUMIGO_ORIGINAL_HANDLER",
    "ORIGINAL_HANDLER",
    "SENTRY_INITIAL_HANDLER",
];

/// What stands around the code of an application.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "functions cannot be shown")]
pub struct Beside<'a> {
    /// The module of the code of a function that stands in the template, by its logical name.
    pub inline: &'a dyn Fn(&str) -> Option<ModuleId>,
    /// The text of a file that is no code, such as a recipe of an image, by its path relative to the
    /// template.
    pub read: &'a dyn Fn(&str) -> Option<String>,
    /// Every `function.json` of the run.
    pub described: &'a [Described],
}

/// Joins the functions of an application with the files of a program. `template` is the path of the
/// template as shown.
#[must_use]
pub fn join(app: &Application, template: &str, index: &Index<'_>, beside: Beside<'_>) -> Joined {
    let mut joined = Joined::default();
    for function in &app.functions {
        if function.platform == Platform::Azure {
            joined.add_app(function, begins(function, template, index, beside.described), template);
            continue;
        }
        let finder = Finder { function, folder: parent(template), index, beside };
        match finder.find() {
            Ok((found, folders)) => {
                let layers = layers_of(app, function, parent(template));
                if !layers.is_empty() {
                    let over = folders.iter().map(|folder| (folder.clone(), layers.clone()));
                    joined.layers.extend(over);
                }
                joined.folders.push((function.name.clone(), folders));
                for (module, symbol) in found {
                    joined.functions.push(function.name.clone());
                    let events = events_of(app, function);
                    joined.entries.push(Entry { module, symbol: symbol.into(), events });
                }
            }
            Err(reason) => {
                joined.missing.push(NotJoined { function: function.name.clone(), reason });
            }
        }
    }
    joined
}

/// The word of a trigger. Nobody but S3 may put events whose source is `aws.s3`.
fn word_of(trigger: &Trigger) -> &'static str {
    let pattern = trigger.filter.as_ref().and_then(|filter| filter.value.known());
    let is_of_s3 = pattern.is_some_and(|pattern| {
        let written: String = pattern.chars().filter(|c| !c.is_whitespace()).collect();
        written.contains("\"source\":[\"aws.s3\"]")
    });
    if trigger.kind == TriggerKind::EventBridge && is_of_s3 {
        "s3-eventbridge"
    } else {
        trigger.kind.as_str()
    }
}

/// Words of the triggers of a function, each once.
fn events_of(app: &Application, function: &Function) -> Vec<SmolStr> {
    let mut events: Vec<SmolStr> = app
        .triggers_of(&function.name)
        .map(|trigger| SmolStr::new_static(word_of(trigger)))
        .collect();
    events.sort();
    events.dedup();
    if events.is_empty() {
        events.push(SmolStr::new_static("direct"));
    }
    events
}

/// Folders of the layers of a function that stand beside the template. They are laid over each other
/// in order, so that the files of the last one win.
fn layers_of(app: &Application, function: &Function, folder: &str) -> Vec<String> {
    let mut folders = Vec::new();
    for layer in function.layers.iter().rev() {
        let references = layer.arn.unresolved().map_or(&[][..], |it| it.references.as_slice());
        let layers = references.iter().filter_map(|reference| app.resource(&reference.name));
        for layer in layers {
            let Details::LayerVersion(layer) = &layer.details else { continue };
            let content = layer.content.iter().flat_map(|content| content.value.possible());
            folders.extend(content.filter_map(|(_, path)| normalize(folder, path)));
        }
    }
    folders
}

struct Finder<'a> {
    function: &'a Function,
    /// Folder of the template.
    folder: &'a str,
    index: &'a Index<'a>,
    beside: Beside<'a>,
}

type Found = Vec<(ModuleId, String)>;

impl Finder<'_> {
    fn find(&self) -> Result<(Found, Vec<String>), String> {
        let folders = match &self.function.code {
            Code::Inline(_) => return Ok((self.in_template()?, Vec::new())),
            Code::Local(path) => self.folders(path)?,
            Code::Remote(path) => {
                return Err(format!("it is the object `{}` of a bucket", path.value.display()));
            }
            Code::Image(_) => return self.in_image(),
            Code::Unknown => return Err("the template does not say where it is".to_owned()),
        };
        let language = self.language();
        let handlers = self.handlers();
        let mut found = Found::new();
        for folder in &folders {
            for handler in &handlers {
                found.extend(self.named(folder, language, handler));
            }
            if found.is_empty() && (handlers.is_empty() || language == Some(Language::Go)) {
                found.extend(self.program(folder, language));
            }
        }
        found.sort();
        found.dedup();
        if found.is_empty() { Err(reason(&folders, &handlers)) } else { Ok((found, folders)) }
    }

    /// Folders of the code, relative to the scanned root.
    fn folders(&self, path: &Setting<SmolStr>) -> Result<Vec<String>, String> {
        let mut folders = Vec::new();
        for (_, text) in path.value.possible() {
            // An archive is unpacked beside itself, or built from sources beside the template.
            let archive = [".zip", ".jar"].iter().find_map(|end| text.strip_suffix(end));
            let folder = if let Some(name) = archive {
                let unpacked = normalize(self.folder, name).filter(|path| self.index.holds(path));
                Some(unpacked.unwrap_or_else(|| self.folder.to_owned()))
            } else {
                // Some name the file itself.
                normalize(self.folder, text).map(|path| match self.index.at(&path) {
                    Some(_) => parent(&path).to_owned(),
                    None => path,
                })
            };
            folders
                .push(folder.ok_or_else(|| format!("`{text}` lies outside the scanned folder"))?);
        }
        if folders.is_empty() {
            let words = path.value.display();
            return Err(format!("where it is cannot be resolved: `{words}`"));
        }
        Ok(folders)
    }

    fn language(&self) -> Option<Language> {
        let runtime = self.function.runtime.as_ref()?;
        runtime.value.possible().find_map(|(_, text)| runtime_language(text))
    }

    /// Handlers as written; one that wraps another is replaced by what it wraps.
    fn handlers(&self) -> Vec<SmolStr> {
        let wrapped = self.function.environment.iter().find(|variable| {
            WRAPPED.contains(&variable.name.as_str()) && variable.value.known().is_some()
        });
        if let Some(handler) = wrapped.and_then(|variable| variable.value.known()) {
            return vec![handler.clone()];
        }
        let handler = self.function.handler.iter();
        handler.flat_map(|handler| handler.value.possible().map(|(_, text)| text.clone())).collect()
    }

    fn in_template(&self) -> Result<Found, String> {
        let module = (self.beside.inline)(&self.function.name);
        let module = module.ok_or("it stands in the template in a language that is not read")?;
        let handlers = self.handlers();
        let symbol = handlers.first().and_then(|text| text.rsplit_once('.'));
        Ok(vec![(module, symbol.map_or("handler", |(_, symbol)| symbol).to_owned())])
    }

    /// What an image starts: by its recipe, or by the command that the template gives.
    fn in_image(&self) -> Result<(Found, Vec<String>), String> {
        let build = &self.function.build;
        let text = |setting: &Option<Setting<SmolStr>>| {
            setting.as_ref().and_then(|it| it.value.first()).map(|(_, text)| text.to_string())
        };
        let context = text(&build.image_context).unwrap_or_default();
        let recipe = text(&build.image_recipe).unwrap_or_else(|| "Dockerfile".to_owned());
        let path = if context.is_empty() { recipe } else { format!("{context}/{recipe}") };
        let recipe = (self.beside.read)(&path).map(|text| read_recipe(&text));
        let is_told = recipe.is_some() || build.image_command.is_some();
        if !is_told && build.image_context.is_none() {
            return Err("it is a container image whose recipe is not here".to_owned());
        }
        let Recipe { copied, start } = recipe.unwrap_or_default();
        let outside = || format!("`{context}` lies outside the scanned folder");
        let context = normalize(self.folder, &context).ok_or_else(outside)?;
        let mut folders = vec![context.clone()];
        folders.extend(copied.iter().filter_map(|path| normalize(&context, path)));
        let handlers = self.handlers();
        let command =
            text(&build.image_command).or_else(|| handlers.first().map(ToString::to_string));
        let start = command.map(Start::Handler).or(start);
        let find = |folder: &String| match &start {
            Some(Start::Handler(handler)) => self.named(folder, self.language(), handler),
            Some(Start::Server { stem, symbol }) => {
                let languages = [Language::Python, Language::JavaScript];
                let mut found = languages.iter().filter_map(|it| self.file(folder, *it, stem));
                found.next().map(|id| vec![(id, symbol.clone())]).unwrap_or_default()
            }
            None => self.program(folder, Some(Language::Go)),
        };
        let found = folders.iter().map(find).find(|found| !found.is_empty());
        match (found, start) {
            (Some(found), _) => Ok((found, vec![context])),
            (None, Some(Start::Handler(handler))) => {
                Err(format!("it is a container image, and no file in it is that of `{handler}`"))
            }
            (None, _) => {
                Err("it is a container image that does not tell what it starts".to_owned())
            }
        }
    }

    fn named(&self, folder: &str, language: Option<Language>, handler: &str) -> Found {
        let languages = match language {
            Some(language) => vec![language],
            // Images do not tell: the form of the handler must.
            None if handler.contains("::") => vec![Language::Java, Language::CSharp],
            None => vec![Language::Python, Language::JavaScript],
        };
        for language in languages {
            let found = match Handler::parse(language, handler) {
                Some(Handler::File { stem, symbol }) => self
                    .file(folder, language, &stem)
                    .map(|module| vec![(module, symbol)])
                    .unwrap_or_default(),
                Some(Handler::Class { package, class, method }) => {
                    self.class(folder, language, &package, &class, &method)
                }
                Some(Handler::Program) => self.program(folder, Some(language)),
                None => Found::new(),
            };
            if !found.is_empty() {
                return found;
            }
        }
        Found::new()
    }

    fn file(&self, folder: &str, language: Language, stem: &str) -> Option<ModuleId> {
        let at =
            |stem: &str, end: &str| self.index.at(&normalize(folder, &format!("{stem}{end}"))?);
        match language {
            Language::Python => at(stem, ".py")
                .or_else(|| at(stem, "/__init__.py"))
                .or_else(|| self.only_file(folder, stem, &[Language::Python])),
            Language::Ruby => at(stem, ".rb"),
            _ => self.script(folder, stem),
        }
    }

    /// A file of JavaScript, or of TypeScript that a build turns into it.
    fn script(&self, folder: &str, stem: &str) -> Option<ModuleId> {
        if let Some(found) = self.entry_point(folder, stem) {
            return Some(found);
        }
        let at = |folder: &str, stem: &str| {
            SCRIPTS
                .iter()
                .find_map(|end| self.index.at(&normalize(folder, &format!("{stem}.{end}"))?))
                .or_else(|| {
                    SCRIPTS.iter().find_map(|end| {
                        self.index.at(&normalize(folder, &format!("{stem}/index.{end}"))?)
                    })
                })
        };
        if let Some(found) = at(folder, stem).or_else(|| at(folder, &format!("src/{stem}"))) {
            return Some(found);
        }
        for (built, source) in BUILT {
            let replaced = |path: &str| {
                let parts: Vec<&str> =
                    path.split('/').map(|part| if part == built { source } else { part }).collect();
                (parts.contains(&source)).then(|| parts.join("/"))
            };
            let dropped = |path: &str| {
                let parts: Vec<&str> = path.split('/').filter(|part| *part != built).collect();
                parts.join("/")
            };
            let tries = [
                (replaced(folder), Some(stem.to_owned())),
                (Some(folder.to_owned()), replaced(stem)),
                (Some(dropped(folder)), Some(dropped(stem))),
            ];
            for (folder, stem) in tries {
                if let (Some(folder), Some(stem)) = (folder, stem)
                    && let Some(found) = at(&folder, &stem)
                {
                    return Some(found);
                }
            }
        }
        self.only_file(folder, stem, &[Language::JavaScript, Language::TypeScript])
    }

    /// The file that a bundler begins with: what it writes has its name.
    fn entry_point(&self, folder: &str, stem: &str) -> Option<ModuleId> {
        let points: Vec<&SmolStr> = self
            .function
            .build
            .entry_points
            .iter()
            .filter_map(|point| point.value.first().map(|(_, path)| path))
            .collect();
        let name = |path: &str| {
            let file = path.rsplit('/').next().unwrap_or(path);
            file.split('.').next().unwrap_or(file).to_owned()
        };
        let named = points.iter().find(|point| name(point) == name(stem));
        let only = if let [only] = points.as_slice() { Some(only) } else { None };
        self.index.at(&normalize(folder, named.or(only)?)?)
    }

    /// The only file of that name below a folder: bundlers and makefiles flatten folders.
    fn only_file(&self, folder: &str, stem: &str, languages: &[Language]) -> Option<ModuleId> {
        let name = stem.rsplit('/').next().unwrap_or(stem);
        let mut named = self.index.below(folder, languages).filter(|(path, _)| {
            let file = path.rsplit('/').next().unwrap_or(path);
            file.split_once('.').is_some_and(|(stem, _)| stem == name)
        });
        let first = named.next()?;
        named.next().is_none().then_some(first.1)
    }

    /// Files below the folder, or below the template's when the folder holds what was built.
    fn files(&self, folder: &str, language: Language) -> Vec<ModuleId> {
        let languages = [language];
        let own: Vec<ModuleId> = self.index.below(folder, &languages).map(|(_, id)| id).collect();
        if !own.is_empty() {
            return own;
        }
        self.index.below(self.folder, &languages).map(|(_, id)| id).collect()
    }

    fn class(
        &self,
        folder: &str,
        language: Language,
        package: &str,
        class: &str,
        method: &str,
    ) -> Found {
        let outer = class.split('.').next().unwrap_or(class);
        let program = self.index.program();
        let mut named = self.files(folder, language);
        named.retain(|id| {
            let module = program.module(*id);
            module.is_some_and(|module| module.classes.iter().any(|known| known.name == outer))
        });
        let mut exact = named.clone();
        exact.retain(|id| program.module(*id).is_some_and(|module| module.package == package));
        // A template may be older than the package: the only class of that name is meant.
        let found = if exact.is_empty() && named.len() == 1 { named } else { exact };
        found.into_iter().map(|id| (id, format!("{class}.{method}"))).collect()
    }

    /// Every file of the folder of a program that registers its handler itself.
    fn program(&self, folder: &str, language: Option<Language>) -> Found {
        let symbol = |language| if language == Language::CSharp { "Main" } else { "main" };
        match language {
            Some(Language::Go) => self.go(folder),
            Some(language @ Language::CSharp) => self
                .files(folder, language)
                .into_iter()
                .map(|id| (id, symbol(language).to_owned()))
                .collect(),
            _ => Found::new(),
        }
    }

    /// The files of `package main` of a folder; of none in it, those of the only program below it.
    fn go(&self, folder: &str) -> Found {
        let program = self.index.program();
        let languages = [Language::Go];
        let mains: Vec<(&str, ModuleId)> = self
            .index
            .below(folder, &languages)
            .filter(|(_, id)| program.module(*id).is_some_and(|module| module.package == "main"))
            .collect();
        let direct: Vec<ModuleId> =
            mains.iter().filter(|(path, _)| parent(path) == folder).map(|(_, id)| *id).collect();
        let first = mains.first().map(|(path, _)| parent(path));
        let is_one = mains.iter().all(|(path, _)| Some(parent(path)) == first);
        let files = match (direct.is_empty(), is_one) {
            (false, _) => direct,
            (true, true) => mains.into_iter().map(|(_, id)| id).collect(),
            (true, false) => Vec::new(),
        };
        files.into_iter().map(|id| (id, "main".to_owned())).collect()
    }
}

fn reason(folders: &[String], handlers: &[SmolStr]) -> String {
    let folder = folders.first().map_or("", String::as_str);
    let folder = if folder.is_empty() { "." } else { folder };
    match handlers.first() {
        Some(handler) => format!("no file in `{folder}` is that of the handler `{handler}`"),
        None => format!("no handler is named and `{folder}` holds no program that is read"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use app_model::{Application, Code, Function, Setting, Trigger, TriggerKind};
    use code_ir::{Class, Language, Module};
    use source_text::{Place, SourceFile};
    use taint::Program;

    use super::{Beside, join};
    use crate::Index;

    const NOTHING: Beside<'_> = Beside { inline: &|_| None, read: &|_| None, described: &[] };

    fn program(paths: &[&str]) -> Program {
        let mut program = Program::default();
        for path in paths {
            let (path, package) = path.split_once(' ').unwrap_or((path, ""));
            let language = Language::of_path(path).unwrap();
            let name = path.rsplit('/').next().unwrap().split('.').next().unwrap();
            let class = Class { name: name.into(), ..Class::default() };
            let module = Module {
                language,
                package: package.into(),
                classes: vec![class],
                ..Module::default()
            };
            let text = SourceFile { path: path.to_owned(), text: String::new() };
            program.add(Arc::new(text), module);
        }
        program
    }

    /// Which files and symbols a function of `app/template.yaml` runs, or why none.
    #[track_caller]
    fn check(runtime: &str, code: &str, handler: &str, paths: &[&str], expect: &str) {
        let text = |text: &str| Setting::known(Place::default(), text.into());
        let function = Function {
            name: "F".into(),
            runtime: Some(text(runtime)),
            handler: Some(text(handler)),
            code: Code::Local(text(code)),
            ..Function::default()
        };
        let mut app = Application::default();
        app.functions.push(function);
        let program = program(paths);
        let joined = join(&app, "app/template.yaml", &Index::new(&program), NOTHING);
        let found: Vec<String> = joined
            .entries
            .iter()
            .map(|entry| format!("{} {}", program.source(entry.module).unwrap().path, entry.symbol))
            .chain(joined.missing.iter().map(|missing| missing.reason.clone()))
            .collect();
        assert_eq!(found.join("; "), expect, "{handler}");
    }

    #[test]
    fn a_python_handler_is_a_file_of_the_code_folder() {
        let files = ["app/src/pkg/app.py", "app/src/init/__init__.py", "other/pkg/app.py"];
        check("python3.13", "src/", "pkg/app.handler", &files, "app/src/pkg/app.py handler");
        check("python3.13", "./src", "pkg.app.handler", &files, "app/src/pkg/app.py handler");
        check("python3.13", "src", "init.run", &files, "app/src/init/__init__.py run");
        check("python3.13", "../other", "pkg.app.x", &files, "other/pkg/app.py x");
        let reason = "no file in `app/src` is that of the handler `gone.handler`";
        check("python3.13", "src", "gone.handler", &files, reason);
        let reason = "`../../x` lies outside the scanned folder";
        check("python3.13", "../../x", "app.handler", &files, reason);
        check("python3.13", "src/pkg/app.py", "app.handler", &files, "app/src/pkg/app.py handler");
    }

    #[test]
    fn a_node_handler_is_found_before_and_behind_its_build() {
        let files = ["app/src/orders/create.ts", "app/lib.mjs", "app/fn/src/index.tsx"];
        let runtime = "nodejs22.x";
        check(
            runtime,
            ".",
            "src/orders/create.handler",
            &files,
            "app/src/orders/create.ts handler",
        );
        check(runtime, "dist", "orders/create.main", &files, "app/src/orders/create.ts main");
        check(runtime, ".", "dist/orders/create.main", &files, "app/src/orders/create.ts main");
        check(runtime, ".", "lib.handler", &files, "app/lib.mjs handler");
        check(runtime, "fn", "index.handler", &files, "app/fn/src/index.tsx handler");
        check(runtime, ".", "create.handler", &files, "app/src/orders/create.ts handler");
    }

    #[test]
    fn classes_are_found_by_package_and_programs_by_folder() {
        let java = ["app/src/main/java/com/x/App.java com.x", "app/src/App.java com.y"];
        let found = "app/src/main/java/com/x/App.java App.handleRequest";
        check("java21", "target/app.jar", "com.x.App", &java, found);
        check("python3.14", "a.zip", "b.c", &["app/b.py", "app/a/b.py"], "app/a/b.py c");
        check("java21", ".", "com.z.App::run", &java[..1], &found.replace("handleRequest", "run"));
        let csharp = ["app/src/Function.cs Orders"];
        let found = "app/src/Function.cs Function.Get";
        check("dotnet8", "src", "Orders::Orders.Function::Get", &csharp, found);
        let go = ["app/a/main.go main", "app/a/db.go main", "app/b/main.go main", "app/c.go c"];
        let found = "app/a/db.go main; app/a/main.go main";
        let sorted: Vec<&str> = vec![go[1], go[0], go[2], go[3]];
        check("provided.al2023", "a", "bootstrap", &sorted, found);
        check("ruby3.4", "src", "app.Api.run", &["app/src/app.rb"], "app/src/app.rb Api.run");
    }

    #[test]
    fn events_are_those_of_all_triggers_and_direct_without_any() {
        let text = |text: &str| Setting::known(Place::default(), text.into());
        let function = |name: &str| Function {
            name: name.into(),
            runtime: Some(text("python3.13")),
            handler: Some(text("app.handler")),
            code: Code::Local(text(".")),
            ..Function::default()
        };
        let trigger = |kind| Trigger { function: "A".into(), kind, ..Trigger::default() };
        let mut app = Application::default();
        app.functions = vec![function("A"), function("B")];
        app.triggers = vec![trigger(TriggerKind::Sqs), trigger(TriggerKind::HttpApi)];
        let program = program(&["app.py"]);
        let joined = join(&app, "template.yaml", &Index::new(&program), NOTHING);
        let events: Vec<String> =
            joined.entries.iter().map(|entry| entry.events.join("+")).collect();
        assert_eq!(events, ["http-api+sqs", "direct"]);
    }
}
