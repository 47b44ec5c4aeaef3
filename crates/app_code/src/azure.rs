//! `function.json` of Azure Functions: which file and symbol a function runs, and what starts it.

use code_ir::Language;
use source_text::{Node, SmolStr};
use taint::Entry;

use crate::index::{Index, normalize, parent};

/// Files that a function without `scriptFile` runs, in the order in which one is taken.
const SCRIPTS: [&str; 8] = [
    "__init__.py",
    "main.py",
    "index.js",
    "index.mjs",
    "index.cjs",
    "index.ts",
    "run.js",
    "handler.js",
];

/// The entry point that a `function.json` describes; `path` is its own, `document` its tree. Nothing
/// when it has no trigger, so that it is another file of that name; an error when its code is not there.
#[must_use]
pub fn azure_entry(
    path: &str,
    document: &Node,
    index: &Index<'_>,
) -> Option<Result<Entry, String>> {
    let bindings = document.get("bindings")?.as_list()?;
    let event = bindings.iter().find_map(|binding| event_of(binding.get("type")?.as_str()?))?;
    let folder = parent(path);
    let text = |key: &str| document.get(key).and_then(Node::as_str);
    let module = match text("scriptFile") {
        Some(script) => normalize(folder, script).and_then(|path| script_at(&path, index)),
        None => SCRIPTS.iter().find_map(|name| index.at(&normalize(folder, name)?)),
    };
    let Some(module) = module else {
        let script = text("scriptFile").unwrap_or("index.js` or `__init__.py");
        return Some(Err(format!("`{script}` is not there to be read")));
    };
    let language = index.program().module(module).map(|module| module.language);
    // Python runs `main`; Node runs what the module exports.
    let usual = if language == Some(Language::Python) { "main" } else { "" };
    let symbol = SmolStr::new(text("entryPoint").unwrap_or(usual));
    Some(Ok(Entry { module, symbol, events: vec![SmolStr::new_static(event)] }))
}

/// A script, or the source that a build makes it of.
fn script_at(path: &str, index: &Index<'_>) -> Option<taint::ModuleId> {
    let source = || {
        let stem = path.strip_suffix(".js")?;
        let built = ["dist/", "build/", "out/", "lib/"];
        built.iter().find_map(|folder| {
            let tries = [stem.replacen(folder, "src/", 1), stem.replacen(folder, "", 1)];
            tries.iter().find_map(|stem| index.at(&format!("{stem}.ts")))
        })
    };
    index.at(path).or_else(source)
}

/// The event of a binding that starts a function.
fn event_of(kind: &str) -> Option<&'static str> {
    Some(match kind.to_ascii_lowercase().as_str() {
        "httptrigger" => "azure-http",
        "queuetrigger" => "azure-queue",
        "servicebustrigger" => "azure-servicebus",
        "eventhubtrigger" => "azure-eventhub",
        "eventgridtrigger" => "azure-eventgrid",
        "kafkatrigger" => "azure-kafka",
        "blobtrigger" => "azure-blob",
        "timertrigger" => "azure-timer",
        "cosmosdbtrigger" => "azure-cosmosdb",
        "sqltrigger" => "azure-sql",
        "signalrtrigger" | "webpubsubtrigger" => "azure-signalr",
        "activitytrigger" | "orchestrationtrigger" | "entitytrigger" => "azure-activity",
        _ => return None,
    })
}
