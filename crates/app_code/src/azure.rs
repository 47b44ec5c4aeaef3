//! The code of Azure Functions: files that declare functions, and `function.json` files that tell
//! which file and symbol a function runs and what starts it.

use app_model::{Code, Function};
use code_ir::Language;
use source_text::{Node, SmolStr};
use taint::{Entry, ModuleId, REGISTERED};

use crate::{
    index::{Index, normalize, parent},
    join::{Joined, NotJoined},
};

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

/// Words in files that declare functions, by language.
const DECLARING: [(Language, &[&str]); 5] = [
    (Language::Python, &["azure.functions", "azure.durable_functions"]),
    (Language::JavaScript, &["@azure/functions", "durable-functions"]),
    (Language::TypeScript, &["@azure/functions", "durable-functions"]),
    (Language::CSharp, &["[Function(", "[FunctionName(", "FunctionAttribute"]),
    (Language::Java, &["@FunctionName"]),
];

/// A `function.json`: its path relative to the scanned root, and its tree.
pub type Described = (String, Node);

/// Where an app begins, or a function that is described alone.
#[derive(Debug, Default)]
pub(crate) struct Begins {
    pub(crate) entries: Vec<Entry>,
    /// Folders of its code.
    pub(crate) folders: Vec<String>,
    /// Descriptions that are its own.
    pub(crate) described: Vec<String>,
}

/// Where the code of a function app begins; `template` is the file that it was read from.
pub(crate) fn begins(
    function: &Function,
    template: &str,
    index: &Index<'_>,
    described: &[Described],
) -> Result<Begins, String> {
    if let Some((path, document)) = described.iter().find(|(path, _)| path == template) {
        let entry = azure_entry(path, document, index).ok_or("no binding starts it")??;
        let folders = vec![parent(path).to_owned()];
        return Ok(Begins { entries: vec![entry], folders, described: vec![path.clone()] });
    }
    let Code::Local(path) = &function.code else {
        return Err("the template does not say where it is".to_owned());
    };
    let mut begins = Begins::default();
    let mut reason = None;
    for (_, text) in path.value.possible() {
        let folder = normalize(parent(template), text);
        let outside = || format!("`{text}` lies outside the scanned folder");
        let folder = folder.ok_or_else(outside)?;
        begins.entries.extend(declaring(&folder, index));
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        for (path, document) in described.iter().filter(|(path, _)| path.starts_with(&prefix)) {
            begins.described.push(path.clone());
            match azure_entry(path, document, index) {
                Some(Ok(entry)) => begins.entries.push(entry),
                Some(Err(why)) => reason = Some(format!("{why} (`{path}`)")),
                None => {}
            }
        }
        begins.folders.push(folder);
    }
    if !begins.entries.is_empty() {
        return Ok(begins);
    }
    let folder = begins.folders.first().map_or("", String::as_str);
    let folder = if folder.is_empty() { "." } else { folder };
    Err(reason.unwrap_or_else(|| format!("no file in `{folder}` that is read declares a function")))
}

impl Joined {
    /// Adds what a function app runs.
    pub(crate) fn add_app(
        &mut self,
        function: &Function,
        found: Result<Begins, String>,
        template: &str,
    ) {
        self.described.push(template.to_owned());
        match found {
            Ok(found) => {
                let names = found.entries.iter().map(|_| function.name.clone());
                self.functions.extend(names);
                self.entries.extend(found.entries);
                self.folders.push((function.name.clone(), found.folders));
                self.described.extend(found.described);
            }
            Err(reason) => {
                self.missing.push(NotJoined { function: function.name.clone(), reason });
            }
        }
    }
}

/// Files below a folder that declare functions by themselves.
fn declaring(folder: &str, index: &Index<'_>) -> Vec<Entry> {
    let languages = DECLARING.map(|(language, _)| language);
    let declares = |id: ModuleId| {
        let source = index.program().source(id)?;
        let (_, words) = DECLARING.iter().find(|(it, _)| *it == source.module.language)?;
        words.iter().any(|word| source.text.text.contains(word)).then_some(())
    };
    let entry = |module| Entry { module, symbol: REGISTERED.into(), events: Vec::new() };
    let below = index.below(folder, &languages).map(|(_, id)| id);
    below.filter(|id| declares(*id).is_some()).map(entry).collect()
}

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
fn script_at(path: &str, index: &Index<'_>) -> Option<ModuleId> {
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
