//! What code declares in every language, as triggers of an app.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use app_model::{
    Application, Auth, Code, Details, Exposure, Function, FunctionApp, Platform, Resource, Setting,
    Value, Variable,
};
use azure_project::{Files, Layout, Unit, alone, join};
use source_text::{FileId, Place, SourceFile};

/// Files of a run, in memory.
struct Tree {
    paths: Vec<String>,
    texts: Vec<Arc<SourceFile>>,
    asked: Mutex<Vec<String>>,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let mut files: Vec<_> = files.to_vec();
        files.sort_unstable();
        let texts = files.iter().map(|(path, text)| {
            Arc::new(SourceFile { path: (*path).to_owned(), text: (*text).to_owned() })
        });
        let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        Self { paths, texts: texts.collect(), asked: Mutex::default() }
    }

    fn read(&self, path: &str) -> Option<(FileId, Arc<SourceFile>)> {
        self.asked.lock().unwrap().push(path.to_owned());
        let at = self.paths.iter().position(|known| known == path)?;
        Some((FileId(u32::try_from(at).unwrap()), Arc::clone(self.texts.get(at)?)))
    }
}

/// An application with function apps: name, value of the tag `azd-service-name`.
fn application(apps: &[(&str, Option<&str>)]) -> Application {
    let mut app = Application::default();
    for (name, service) in apps {
        app.functions.push(Function {
            name: (*name).into(),
            platform: Platform::Azure,
            ..Function::default()
        });
        let details = FunctionApp {
            exposure: Exposure::Internet,
            service: service.map(|service| Value::Known(service.into())),
            ..FunctionApp::default()
        };
        app.resources.push(Resource {
            name: (*name).into(),
            details: Details::FunctionApp(Box::new(details)),
            ..Resource::default()
        });
    }
    app
}

/// Triggers as `kind route auth line`.
fn shown(app: &Application) -> Vec<String> {
    let line = |it: &app_model::Trigger| {
        let route = it.route.as_deref().unwrap_or_default();
        format!("{} {route} {} {}", it.kind.as_str(), it.auth.as_str(), it.place.line)
    };
    app.triggers.iter().map(line).collect()
}

#[track_caller]
fn check(path: &str, code: &str, expect: &[&str]) {
    check_files(&[("host.json", "{}"), (path, code)], expect);
}

#[track_caller]
fn check_files(files: &[(&str, &str)], expect: &[&str]) {
    let tree = Tree::new(files);
    let read = |path: &str| tree.read(path);
    let files = Files { paths: &tree.paths, read: &read };
    let mut app = application(&[("shop", None)]);
    let mut unit = Unit { app: &mut app, template: "main.bicep" };
    join(&mut unit, &Layout::of(files), files, &|_| Vec::new());
    assert_eq!(shown(&app), expect);
}

#[test]
fn decorators_of_python_declare_functions() {
    let code = "import azure.functions as func\n\
                KEY = 'orders'\n\
                app = func.FunctionApp()\n\
                @app.route(route='a/{id}', methods=['get', func.HttpMethod.POST], auth_level=func.AuthLevel.ANONYMOUS)\n\
                def a(req): pass\n\
                @app.function_name('named')\n@app.route()\ndef b(req): pass\n\
                @app.route(KEY, auth_level='admin')\nasync def c(req): pass\n\
                @app.route(route='d', auth_level=level())\ndef d(req): pass\n\
                @app.schedule(arg_name='t', schedule='0 0 * * * *')\ndef e(t): pass\n\
                @app.queue_trigger(arg_name='m', queue_name='jobs', connection='C')\ndef f(m): pass\n\
                @app.generic_trigger(arg_name='r', type='httpTrigger', authLevel='anonymous', route='g')\ndef g(r): pass\n\
                @app.blob_input(arg_name='b', path='p')\ndef h(b): pass\n\
                @other.get('/x')\ndef i(): pass\n";
    check(
        "function_app.py",
        code,
        &[
            "http GET|POST /api/a/{id} none 4",
            "http ANY /api/named api-key 7",
            "http ANY /api/orders api-key 9",
            "http ANY /api/d unknown 11",
            "schedule 0 0 * * * * service 13",
            "storage-queue f service 15",
            "http ANY /api/g none 17",
        ],
    );
}

#[test]
fn a_blueprint_takes_the_level_of_the_app_and_flask_is_another_thing() {
    let app = "import azure.functions as func\nfrom bp import bp\n\
               app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)\n\
               app.register_functions(bp)\n";
    let blueprint = "from azure import functions as func\nbp = func.Blueprint()\n\
                     @bp.route(route='x')\ndef x(req): pass\n";
    let flask = "from flask import Flask\nimport azure.functions as func\nweb = Flask(__name__)\n\
                 @web.route('/y')\ndef y(): pass\n";
    let alone =
        "from flask import Blueprint\nbp = Blueprint('a')\n@bp.route('/z')\ndef z(): pass\n";
    check_files(
        &[
            ("host.json", r#"{"extensions": {"http": {"routePrefix": ""}}}"#),
            ("function_app.py", app),
            ("bp.py", blueprint),
            ("web.py", flask),
            ("z.py", alone),
        ],
        &["http ANY /x none 3"],
    );
    let asgi = "import azure.functions as func\n\
                app = func.AsgiFunctionApp(app=api, http_auth_level=func.AuthLevel.ANONYMOUS)\n";
    check("function_app.py", asgi, &["http ANY /api/{*route} none 2"]);
}

#[test]
fn registrations_of_node_declare_functions() {
    let code = "import { app } from '@azure/functions';\n\
                const options = { authLevel: 'function', methods: ['PUT'], handler };\n\
                app.http('open', { handler: async (r) => ({}) });\n\
                app.http('kept', options);\n\
                app.get('list', async (r) => ({}));\n\
                app.http('odd', { authLevel: process.env.LEVEL, route: 'o/{id}', methods: ['GET'], handler });\n\
                app.http('unseen', makeOptions());\n\
                app.timer('tick', { schedule: '0 * * * * *', handler });\n\
                app.serviceBusTopic('topic', { topicName: 't', handler });\n\
                app.generic('tool', { trigger: trigger.generic({ type: 'mcpToolTrigger' }), handler });\n\
                server.get('none', handler);\n";
    check(
        "src/index.ts",
        code,
        &[
            "http PUT /api/kept api-key 2",
            "http GET|POST /api/open none 3",
            "http GET /api/list none 5",
            "http GET /api/o/{id} unknown 6",
            "http GET|POST /api/unseen unknown 7",
            "schedule 0 * * * * * service 8",
            "service-bus topic service 9",
            "other tool service 10",
        ],
    );
    check("index.js", "const express = require('express');\napp.get('/x', f);\n", &[]);
}

#[test]
fn attributes_of_dotnet_and_annotations_of_java_declare_functions() {
    let csharp = "using Microsoft.Azure.Functions.Worker;\npublic class A {\n\
        [Function(nameof(Open))]\n\
        public void Open([HttpTrigger(AuthorizationLevel.Anonymous, \"get\", \"post\", Route = \"o\")] HttpRequest r) {}\n\
        [FunctionName(\"Kept\")]\n\
        public void Run([HttpTrigger(\"get\", Route = null)] HttpRequest r) {}\n\
        [Function(\"Work\")]\n\
        public void Work([QueueTrigger(\"jobs\", Connection = \"C\")] string m) {}\n\
        [Function(\"Tick\")]\n\
        public void Tick([TimerTrigger(\"0 * * * * *\")] TimerInfo t) {}\n\
        public void Other([FromBody] string x) {}\n}\n";
    check(
        "A.cs",
        csharp,
        &[
            "http GET|POST /api/o none 4",
            "http GET /api/Kept api-key 6",
            "storage-queue Work service 8",
            "schedule 0 * * * * * service 10",
        ],
    );
    let java = "package x;\nimport com.microsoft.azure.functions.annotation.*;\npublic class A {\n\
        @FunctionName(\"open\")\n\
        public void open(@HttpTrigger(name = \"r\", methods = {HttpMethod.GET}, authLevel = AuthorizationLevel.ANONYMOUS, route = \"o/{id}\") R r) {}\n\
        @FunctionName(\"kept\")\npublic void kept(@HttpTrigger(name = \"r\") R r) {}\n\
        @FunctionName(\"hub\")\npublic void hub(@EventHubTrigger(name = \"m\", eventHubName = \"h\") String m) {}\n}\n";
    check(
        "src/main/java/A.java",
        java,
        &["http GET /api/o/{id} none 5", "http ANY /api/kept api-key 7", "event-hub hub service 9"],
    );
}

/// Folder of the code of each app of a template, as seen from it; `-` without one.
#[track_caller]
fn check_folders(
    template: &str,
    apps: &[(&str, Option<&str>)],
    files: &[(&str, &str)],
    expect: &[&str],
) {
    let tree = Tree::new(files);
    let read = |path: &str| tree.read(path);
    let files = Files { paths: &tree.paths, read: &read };
    let mut app = application(apps);
    let mut unit = Unit { app: &mut app, template };
    join(&mut unit, &Layout::of(files), files, &|_| Vec::new());
    let folder = |function: &Function| match &function.code {
        Code::Local(path) => path.value.display().to_owned(),
        _ => "-".to_owned(),
    };
    assert_eq!(app.functions.iter().map(folder).collect::<Vec<_>>(), expect, "{template}");
}

#[test]
fn the_only_project_beside_the_only_app_is_its_code() {
    let one = [("a", None)];
    let host = ("src/api/host.json", "{}");
    check_folders("infra/main.bicep", &one, &[host], &["../src/api"]);
    check_folders("infra/app/api.tf", &one, &[host], &["-"]);
    check_folders("IaC/bicep/main.bicep", &one, &[host], &["../../src/api"]);
    check_folders("main.bicep", &one, &[("host.json", "{}")], &["."]);
    // A folder of another sample is not the code of this one.
    check_folders("first/main.bicep", &one, &[("second/host.json", "{}")], &["-"]);
    check_folders("infra/main.bicep", &one, &[host, ("src/web/host.json", "{}")], &["-"]);
    check_folders("infra/main.bicep", &[("a", None), ("b", None)], &[host], &["-", "-"]);
    check_folders("infra/main.bicep", &one, &[host, ("src/api/sub/host.json", "{}")], &["-"]);
    // What a build writes is no second project.
    check_folders(
        "infra/main.bicep",
        &one,
        &[host, ("src/api/bin/host.json", "{}")],
        &["../src/api"],
    );
}

#[test]
fn services_of_the_developer_cli_name_their_code() {
    let azd = "services:\n  api: {project: ./src/api, host: function, language: py}\n  \
               work: {project: ./src/work, host: function}\n  web: {project: ./web, host: appservice}\n";
    let files = [("azure.yaml", azd), ("src/api/host.json", "{}"), ("src/work/host.json", "{}")];
    let apps = [("b", Some("work")), ("a", Some("api")), ("c", None), ("d", Some("gone"))];
    check_folders("infra/main.bicep", &apps, &files, &["../src/work", "../src/api", "-", "-"]);
    let one = "services:\n  api: {project: ./api, host: function}\n";
    check_folders("infra/main.bicep", &[("a", None)], &[("azure.yaml", one)], &["../api"]);
    check_folders("infra/main.bicep", &[("a", None)], &[("azure.yaml", "services: [")], &["-"]);
}

#[test]
fn the_app_switches_functions_off_and_asks_for_login() {
    let code = "import azure.functions as func\napp = func.FunctionApp(func.AuthLevel.ANONYMOUS)\n\
                @app.route()\ndef a(req): pass\n@app.route()\ndef b(req): pass\n";
    let tree = Tree::new(&[("host.json", "{}"), ("function_app.py", code)]);
    let read = |path: &str| tree.read(path);
    let files = Files { paths: &tree.paths, read: &read };
    let mut app = application(&[("shop", None)]);
    if let Details::FunctionApp(details) = &mut app.resources[0].details {
        details.asks_for_login = true;
    }
    let off = Variable {
        name: "AzureWebJobs.b.Disabled".into(),
        value: Value::Known("true".into()),
        ..Variable::default()
    };
    app.functions[0].environment.push(off);
    app.functions[0].code = Code::Local(Setting::known(Place::default(), ".".into()));
    let mut unit = Unit { app: &mut app, template: "main.tf" };
    let joined = join(&mut unit, &Layout::of(files), files, &|_| Vec::new());
    assert!(joined.diagnostics.is_empty(), "{:?}", joined.diagnostics);
    assert_eq!(shown(&app), ["http ANY /api/a jwt 3"]);
    assert!(matches!(app.triggers[0].auth, Auth::Jwt(_)));
}

#[test]
fn a_project_without_a_template_is_an_application_of_its_own() {
    let code = "import azure.functions as func\napp = func.FunctionApp()\n\
                @app.route(auth_level='anonymous')\ndef a(req): pass\n";
    let tree = Tree::new(&[
        ("x/host.json", "{\"functionTimeout\": \"-1\"}"),
        ("x/function_app.py", code),
        ("y/host.json", "{}"),
        ("z/host.json", "{"),
        ("z/function_app.py", code),
    ]);
    let read = |path: &str| tree.read(path);
    let files = Files { paths: &tree.paths, read: &read };
    let all = alone(&Layout::of(files), files, &[]);
    let names: Vec<_> = all.iter().map(|(_, app, _)| app.functions[0].name.as_str()).collect();
    assert_eq!(names, ["x", "z"]);
    assert_eq!(shown(&all[0].1), ["http ANY /api/a none 3"]);
    assert_eq!(all[0].2.diagnostics.len(), 0);
    assert_eq!(all[1].2.diagnostics.len(), 1);
    assert!(alone(&Layout::of(files), files, &["x".to_owned(), "z".to_owned()]).is_empty());
    let tree = Tree::new(&[
        ("host.json", "{}"),
        ("a/host.json", "{}"),
        ("a/function_app.py", code),
        ("b/host.json", "{}"),
        ("b/x/function_app.py", code),
    ]);
    let read = |path: &str| tree.read(path);
    let files = Files { paths: &tree.paths, read: &read };
    let all = alone(&Layout::of(files), files, &[]);
    let names: Vec<_> = all.iter().map(|(_, app, _)| app.functions[0].name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
}
