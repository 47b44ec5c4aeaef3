//! The packages of a fixture: what its template calls code and layers, read from its files.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{cell::RefCell, collections::BTreeMap};

use advisory_index::{Builder, Index};
use app_model::{Application, Code, Details, Function};
use finding::Finding;
use inventory::{Mount, Part, Runtime};
use rules::{Package, Packages, Places, Rule};
use source_text::{FileId, Place, Sources};

/// When the advisories of fixtures were taken.
const DATE: i64 = 1_767_225_600;
/// A list of OSV records that components of the fixture are looked up in.
const ADVISORIES: &str = "advisories.json";

type Files = [(String, String)];

#[derive(Debug)]
struct InFixture<'a> {
    sources: &'a Sources,
    files: &'a Files,
    known: RefCell<BTreeMap<String, FileId>>,
    /// Folders of the code and the layers.
    parts: Vec<String>,
}

impl Places for InFixture<'_> {
    fn place(&self, path: &str, line: Option<u32>) -> Place {
        let shown = path.to_owned();
        let mut known = self.known.borrow_mut();
        let add = || {
            let text =
                self.files.iter().find(|(path, _)| *path == shown).map(|(_, text)| text.clone());
            self.sources.add(shown.clone(), text.unwrap_or_default())
        };
        let file = *known.entry(shown.clone()).or_insert_with(add);
        match line {
            None => Place::whole(file),
            Some(line) => Place { file, line, column: 1, end_line: line, end_column: 1 },
        }
    }
}

/// Folders of the code and layers of a function, with a `/` at the end.
fn parts_of(app: &Application, function: &Function) -> Vec<String> {
    let Code::Local(code) = &function.code else { return Vec::new() };
    let mut parts = vec![code.value.known().unwrap().to_string()];
    for layer in &function.layers {
        let name = &layer.arn.unresolved().unwrap().references[0].name;
        let Details::LayerVersion(layer) = &app.resource(name).unwrap().details else { continue };
        parts.push(layer.content.as_ref().unwrap().value.known().unwrap().to_string());
    }
    parts.iter().map(|it| format!("{}/", it.trim_end_matches('/'))).collect()
}

fn below(files: &Files, folder: &str) -> Vec<(String, Vec<u8>)> {
    let inner = |(path, text): &(String, String)| {
        Some((path.strip_prefix(folder)?.to_owned(), text.clone().into_bytes()))
    };
    files.iter().filter_map(inner).collect()
}

/// What the rules say of the packages of a fixture.
pub(crate) fn findings<'r>(
    app: &Application,
    sources: &Sources,
    files: &Files,
    rules: impl Iterator<Item = &'r Rule>,
) -> Vec<Finding> {
    let advisories = files.iter().find(|(path, _)| path == ADVISORIES);
    let bytes = advisories.map(|(_, text)| {
        let mut builder = Builder::default();
        for record in serde_json::from_str::<Vec<serde_json::Value>>(text).unwrap() {
            builder.add(record.to_string().as_bytes()).unwrap();
        }
        builder.finish(DATE, &[])
    });
    let index = bytes.as_deref().map(|bytes| Index::open(bytes).unwrap());
    let places: Vec<InFixture<'_>> = app
        .functions
        .iter()
        .map(|it| InFixture { sources, files, known: RefCell::default(), parts: parts_of(app, it) })
        .collect();
    let packages: Vec<Package<'_>> = app
        .functions
        .iter()
        .zip(&places)
        .filter(|(_, places)| !places.parts.is_empty())
        .map(|(function, places)| {
            let all: Vec<_> = places.parts.iter().map(|folder| below(files, folder)).collect();
            let mounts = std::iter::once(Mount::Task).chain(std::iter::repeat(Mount::Opt));
            let parts: Vec<Part<'_>> = places
                .parts
                .iter()
                .zip(&all)
                .zip(mounts)
                .map(|((name, files), mount)| Part {
                    prefix: name.trim_end_matches('/'),
                    mount,
                    files,
                })
                .collect();
            let runtime = function.runtime.as_ref().unwrap().value.known().unwrap();
            let taken = inventory::take(&Runtime::of(runtime), &parts);
            let inventory = taken.inventory.clone().merged();
            let vulnerabilities = index
                .as_ref()
                .map(|index| vulnerability::matches(&inventory, index, DATE, None).unwrap());
            Package {
                functions: vec![function.name.clone()],
                inventory,
                taken,
                vulnerabilities,
                archives: Vec::new(),
                reach: Vec::new(),
                places,
            }
        })
        .collect();
    let packages = Packages { app, packages: &packages };
    rules.flat_map(|rule| rule.package_findings(&packages)).collect()
}
