//! Node.js, programming model v4: calls of `app` from `@azure/functions`.
//!
//! Source: Azure Functions Node.js developer guide, model v4, and the library `@azure/functions` 4
//! (`authLevel` is `anonymous` and `methods` are GET and POST unless they are given).

use code_ir::{Argument, Expr, ExprKind, Module, SmolStr, Span};

use crate::{
    declared::{Declared, Level, text},
    names::Names,
    read::Places,
};

/// Method, type of binding, key that names the source.
const TRIGGERS: [(&str, &str, &str); 18] = [
    ("http", "httpTrigger", ""),
    ("get", "httpTrigger", ""),
    ("post", "httpTrigger", ""),
    ("put", "httpTrigger", ""),
    ("patch", "httpTrigger", ""),
    ("deleteRequest", "httpTrigger", ""),
    ("timer", "timerTrigger", "schedule"),
    ("storageBlob", "blobTrigger", "path"),
    ("storageQueue", "queueTrigger", "queueName"),
    ("serviceBusQueue", "serviceBusTrigger", "queueName"),
    ("serviceBusTopic", "serviceBusTrigger", "topicName"),
    ("eventHub", "eventHubTrigger", "eventHubName"),
    ("eventGrid", "eventGridTrigger", ""),
    ("cosmosDB", "cosmosDBTrigger", "containerName"),
    ("sql", "sqlTrigger", "tableName"),
    ("webPubSub", "webPubSubTrigger", "hub"),
    ("warmup", "warmupTrigger", ""),
    ("mcpTool", "mcpToolTrigger", "toolName"),
];

/// Durable functions: `df.app.activity('name', …)`.
const DURABLE: [(&str, &str); 3] = [
    ("orchestration", "orchestrationTrigger"),
    ("activity", "activityTrigger"),
    ("entity", "entityTrigger"),
];

/// Libraries whose `app` registers functions.
pub(crate) const LIBRARIES: [&str; 2] = ["@azure/functions", "durable-functions"];

/// Reads the functions of a module; `code` is its text.
pub(crate) fn read(module: &Module, code: &str, places: &Places<'_>) -> Vec<Declared> {
    if !LIBRARIES.iter().any(|library| code.contains(library)) {
        return Vec::new();
    }
    let names = Names::of(module);
    let mut declared = Vec::new();
    for function in &module.functions {
        code_ir::calls(&function.body, &mut |call, callee, arguments| {
            declared.extend(of_call(call.span, callee, arguments, &names, places));
        });
    }
    declared
}

fn of_call<'a>(
    span: Span,
    callee: &'a Expr,
    arguments: &'a [Argument],
    names: &Names<'a>,
    places: &Places<'_>,
) -> Option<Declared> {
    let path = callee.dotted()?;
    let [.., receiver, method] = path.as_slice() else { return None };
    // Another `app` is made here: `const app = express()`.
    let is_own = |name: &str| match names.value(name).map(|value| &value.kind) {
        Some(ExprKind::Call { callee, .. }) => {
            callee.dotted().is_some_and(|path| path.last().is_some_and(|it| *it != "require"))
        }
        _ => false,
    };
    if !receiver.eq_ignore_ascii_case("app") || is_own(receiver) {
        return None;
    }
    let name = names.text(&arguments.first()?.value)?;
    let options = &arguments.get(1)?.value;
    if let Some((_, kind)) = DURABLE.iter().find(|(known, _)| *known == method.as_str()) {
        return Some(plain(name, kind, places.at(span)));
    }
    if *method == "generic" {
        return generic(name, options, names, places.at(span));
    }
    let (_, kind, key) = TRIGGERS.iter().find(|(known, ..)| *known == method.as_str())?;
    if *kind == "httpTrigger" {
        return Some(http(name, method, options, names, (places, span)));
    }
    let source = names.entry(options, key).map(|source| text(names.text(source)));
    Some(Declared { source, ..plain(name, kind, places.at(span)) })
}

fn plain(name: SmolStr, kind: &str, place: source_text::Place) -> Declared {
    Declared {
        name,
        kind: kind.into(),
        level: Level::Unsaid,
        methods: Vec::new(),
        route: None,
        source: None,
        place,
    }
}

/// `{ trigger: trigger.generic({ type: 'x' }) }` or `{ trigger: { type: 'x' } }`.
fn generic(
    name: SmolStr,
    options: &Expr,
    names: &Names<'_>,
    place: source_text::Place,
) -> Option<Declared> {
    let given = names.follow(names.entry(options, "trigger")?);
    let inner = match &given.kind {
        ExprKind::Call { arguments, .. } => &arguments.first()?.value,
        _ => given,
    };
    let kind = names.text(names.entry(inner, "type")?)?;
    let level = names.entry(inner, "authLevel");
    let level = level.map_or(Level::Unsaid, |level| Level::of(names.word(level).as_deref()));
    let route = names.entry(inner, "route").and_then(|route| names.text(route));
    Some(Declared { level, route, ..plain(name, &kind, place) })
}

fn http<'a>(
    name: SmolStr,
    method: &str,
    options: &'a Expr,
    names: &Names<'a>,
    (places, span): (&Places<'_>, Span),
) -> Declared {
    let options = names.follow(options);
    let level = names.entry(options, "authLevel");
    // The handler alone stands where options may: nothing is said there.
    let is_told = matches!(options.kind, ExprKind::Dict(_) | ExprKind::Function(_));
    let methods = match method {
        "http" => names
            .entry(options, "methods")
            .map_or_else(|| vec!["GET".into(), "POST".into()], |methods| names.words(methods)),
        "deleteRequest" => vec!["DELETE".into()],
        other => vec![SmolStr::new(other)],
    };
    Declared {
        kind: "httpTrigger".into(),
        level: match level {
            Some(level) => Level::of(names.word(level).as_deref()),
            None if is_told => Level::Known("anonymous".into()),
            None => Level::Unknown,
        },
        methods: methods.iter().map(|it| SmolStr::new(it.to_ascii_uppercase())).collect(),
        route: names.entry(options, "route").and_then(|route| names.text(route)),
        ..plain(name, "", places.at(level.map_or(span, |level| level.span)))
    }
}
