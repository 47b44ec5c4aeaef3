//! Python's programming model v2: decorators of a function app or of a blueprint.
//!
//! Source: Azure Functions Python developer guide, "Programming model", and the library
//! `azure-functions` 1.2x (`FunctionApp(http_auth_level=AuthLevel.FUNCTION)`; a blueprint's functions
//! take the level of the app that registers them).

use code_ir::{Argument, Expr, ExprKind, ImportKind, Module, SmolStr, Span, StmtKind};

use crate::{
    declared::{Declared, Level, text},
    names::{Names, argument},
    read::Places,
};

/// Decorator, type of binding, argument that names the source and its position.
const TRIGGERS: [(&str, &str, &str, usize); 17] = [
    ("route", "httpTrigger", "", 0),
    ("timer_trigger", "timerTrigger", "schedule", 1),
    ("schedule", "timerTrigger", "schedule", 1),
    ("queue_trigger", "queueTrigger", "queue_name", 1),
    ("blob_trigger", "blobTrigger", "path", 1),
    ("service_bus_queue_trigger", "serviceBusTrigger", "queue_name", 2),
    ("service_bus_topic_trigger", "serviceBusTrigger", "topic_name", 2),
    ("event_hub_message_trigger", "eventHubTrigger", "event_hub_name", 2),
    ("event_grid_trigger", "eventGridTrigger", "", 9),
    ("cosmos_db_trigger", "cosmosDBTrigger", "container_name", 3),
    ("cosmos_db_trigger_v3", "cosmosDBTrigger", "collection_name", 2),
    ("kafka_trigger", "kafkaTrigger", "topic", 1),
    ("sql_trigger", "sqlTrigger", "table_name", 1),
    ("orchestration_trigger", "orchestrationTrigger", "", 9),
    ("activity_trigger", "activityTrigger", "", 9),
    ("entity_trigger", "entityTrigger", "", 9),
    ("warm_up_trigger", "warmupTrigger", "", 9),
];

/// Classes whose objects collect functions.
const APPS: [&str; 5] = ["FunctionApp", "Blueprint", "DFApp", "AsgiFunctionApp", "WsgiFunctionApp"];

/// Reads the functions of a module, and the level that its app sets.
pub(crate) fn read(module: &Module, places: &Places<'_>) -> (Vec<Declared>, Option<Level>) {
    if !imports_azure(module) {
        return (Vec::new(), None);
    }
    let names = Names::of(module);
    let mut declared = Vec::new();
    let mut level = None;
    for (_, callee, arguments) in names.calls() {
        let Some(class) = callee.dotted().and_then(|path| path.last().copied()) else { continue };
        if !APPS.contains(&class.as_str()) || class == "Blueprint" {
            continue;
        }
        let given = argument(arguments, "http_auth_level", Some(level_position(class)));
        let own = given.map_or(Level::Known("function".into()), |given| {
            Level::of(names.word(given).as_deref())
        });
        // All routes of another framework are one function here.
        if class.starts_with("Asgi") || class.starts_with("Wsgi") {
            declared.push(Declared {
                name: "http_app_func".into(),
                kind: "httpTrigger".into(),
                level: own.clone(),
                methods: Vec::new(),
                route: Some("{*route}".into()),
                source: None,
                place: places.at(given.map_or(callee.span, |given| given.span)),
            });
        }
        level = Some(own);
    }
    for function in module.functions.iter().filter(|function| function.class.is_none()) {
        declared.extend(of_decorators(&function.name, &function.decorators, &names, places));
    }
    (declared, level)
}

/// Where the level stands without its name.
fn level_position(class: &str) -> usize {
    usize::from(class.starts_with("Asgi") || class.starts_with("Wsgi"))
}

fn imports_azure(module: &Module) -> bool {
    let body = module.functions.first().map_or(&[][..], |function| &function.body);
    let mut found = false;
    code_ir::walk_stmts(body, &mut |stmt| {
        if let StmtKind::Import(import) = &stmt.kind {
            let is_azure = |name: &str| name == "azure" || name.starts_with("azure.");
            let names_it = matches!(&import.kind, ImportKind::Names(names)
                if names.iter().any(|it| it.name == "functions" || it.name == "durable_functions"));
            found |= is_azure(&import.module) && (import.module.contains("functions") || names_it);
        }
    });
    found
}

/// The function that decorators declare.
fn of_decorators(
    function: &SmolStr,
    decorators: &[Expr],
    names: &Names<'_>,
    places: &Places<'_>,
) -> Option<Declared> {
    let calls: Vec<(&str, &[Argument], Span)> =
        decorators.iter().filter_map(|decorator| call_of(decorator, names)).collect();
    let given = calls.iter().find(|(method, ..)| *method == "function_name");
    let given = given.and_then(|(_, arguments, _)| argument(arguments, "name", Some(0)));
    let name = given.and_then(|name| names.text(name)).unwrap_or_else(|| function.clone());
    calls.iter().find_map(|(method, arguments, span)| {
        if *method == "generic_trigger" {
            let kind = names.text(argument(arguments, "type", Some(1))?)?;
            return Some(http(name.clone(), kind, arguments, (names, places, *span)));
        }
        let (_, kind, key, position) = TRIGGERS.iter().find(|(known, ..)| known == method)?;
        if *kind == "httpTrigger" {
            return Some(http(name.clone(), (*kind).into(), arguments, (names, places, *span)));
        }
        let source = argument(arguments, key, Some(*position)).filter(|_| !key.is_empty());
        Some(Declared {
            name: name.clone(),
            kind: (*kind).into(),
            level: Level::Unsaid,
            methods: Vec::new(),
            route: None,
            source: source.map(|source| text(names.text(source))),
            place: places.at(*span),
        })
    })
}

/// A decorator that is a call of a method of an app: its name and arguments.
fn call_of<'a>(decorator: &'a Expr, names: &Names<'a>) -> Option<(&'a str, &'a [Argument], Span)> {
    let ExprKind::Call { callee, arguments, .. } = &decorator.kind else { return None };
    let path = callee.dotted()?;
    let [receiver, .., method] = path.as_slice() else { return None };
    let of_another = match names.value(receiver).map(|value| &value.kind) {
        Some(ExprKind::Call { callee, .. }) => {
            let class = callee.dotted().and_then(|path| path.last().copied());
            class.is_some_and(|class| !APPS.contains(&class.as_str()))
        }
        _ => false,
    };
    (!of_another).then_some((method.as_str(), arguments.as_slice(), decorator.span))
}

fn http<'a>(
    name: SmolStr,
    kind: SmolStr,
    arguments: &'a [Argument],
    (names, places, span): (&Names<'a>, &Places<'_>, Span),
) -> Declared {
    let level = argument(arguments, "auth_level", Some(4))
        .or_else(|| argument(arguments, "authLevel", None));
    let methods = argument(arguments, "methods", Some(3));
    let is_generic = argument(arguments, "type", None).is_some();
    let route = argument(arguments, "route", (!is_generic).then_some(0));
    Declared {
        name,
        kind,
        level: level.map_or(Level::Unsaid, |level| Level::of(names.word(level).as_deref())),
        methods: methods
            .map(|methods| names.words(methods))
            .unwrap_or_default()
            .iter()
            .map(|method| SmolStr::new(method.to_ascii_uppercase()))
            .collect(),
        route: route.and_then(|route| names.text(route)),
        source: None,
        place: places.at(level.map_or(span, |level| level.span)),
    }
}
