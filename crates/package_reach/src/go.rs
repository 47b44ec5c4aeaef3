//! Modules of Go: `go.mod` names all that a build may need, and not which of them asks for which.

use std::collections::BTreeMap;

use code_ir::Language;
use component::{ComponentId, ComponentKind, Ecosystem, EvidenceKind, Inventory};
use source_text::Place;

use crate::{Loaded, Reach};

/// The modules of golang.org/x that ask for each other alone.
const EXTENDED: [&str; 7] = [
    "golang.org/x/crypto",
    "golang.org/x/net",
    "golang.org/x/sync",
    "golang.org/x/sys",
    "golang.org/x/term",
    "golang.org/x/text",
    "golang.org/x/time",
];

/// What the second version of the SDK of AWS asks for; its waiters asked for `JMESPath` until 2024.
const SDK: [&str; 3] =
    ["github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go", "github.com/jmespath/go-jmespath"];

/// Modules whose code is known to import of others those below the second part alone.
///
/// Source: the `go.mod` of each, without what only its tests need.
const ASKS_FOR: [(&str, &[&str]); 15] = [
    ("github.com/aws/aws-lambda-go", &[]),
    (
        "github.com/aws/aws-sdk-go",
        &["github.com/jmespath/go-jmespath", "golang.org/x/net", "golang.org/x/text"],
    ),
    ("github.com/aws/aws-sdk-go-v2", &SDK),
    ("github.com/aws/smithy-go", &SDK),
    ("github.com/golang-jwt/jwt", &[]),
    ("github.com/google/uuid", &[]),
    ("github.com/pkg/errors", &[]),
    ("github.com/sirupsen/logrus", &["golang.org/x/sys", "github.com/konsorten"]),
    ("golang.org/x/crypto", &EXTENDED),
    ("golang.org/x/net", &EXTENDED),
    ("golang.org/x/sync", &EXTENDED),
    ("golang.org/x/sys", &EXTENDED),
    ("golang.org/x/term", &EXTENDED),
    ("golang.org/x/text", &EXTENDED),
    ("golang.org/x/time", &EXTENDED),
];

/// The standard library as a component of a program.
const STANDARD: &str = "stdlib";

/// Judges the components of Go of an inventory.
pub(crate) fn reach(inventory: &Inventory, loaded: &Loaded) -> BTreeMap<ComponentId, Reach> {
    let of_go = inventory
        .components
        .iter()
        .enumerate()
        .filter(|(_, component)| component.ecosystem == Some(Ecosystem::Go));
    let imported = imported(inventory, loaded);
    let judge = |(id, component): (ComponentId, &component::Component)| {
        let name = component.name.as_str();
        let reach = if let Some(place) = imported.at.get(&id) {
            Reach::Imported(*place)
        } else if component.kind == ComponentKind::Project {
            Reach::Unknown("it is the application itself")
        } else if name == STANDARD || component.seen_as(EvidenceKind::Binary) {
            Reach::Unknown("it is a part of the program")
        } else if let Some(why) = imported.unknown {
            Reach::Unknown(why)
        } else if imported.asked.iter().any(|module| holds(module, name)) {
            Reach::Unknown("a module that is imported may import it")
        } else {
            Reach::NotImported
        };
        (id, reach)
    };
    of_go.map(judge).collect()
}

/// What the imports of a program say of modules.
#[derive(Default)]
struct Imported {
    at: BTreeMap<ComponentId, Place>,
    /// What the imported modules may import.
    asked: Vec<&'static str>,
    /// Why others may be imported, too.
    unknown: Option<&'static str>,
}

fn imported(inventory: &Inventory, loaded: &Loaded) -> Imported {
    let components = &inventory.components;
    let of_go = || {
        let all = components.iter().enumerate();
        all.filter(|(_, component)| component.ecosystem == Some(Ecosystem::Go))
    };
    // A module that another one replaces is imported by its own name.
    let required = of_go().flat_map(|(_, component)| &component.requires);
    let required = required.filter_map(|it| Some((it.name.as_str(), it.to?)));
    let paths: Vec<(&str, ComponentId)> =
        of_go().map(|(id, component)| (component.name.as_str(), id)).chain(required).collect();
    let mut found = Imported { unknown: loaded.unknown, ..Imported::default() };
    if !loaded.languages.contains(&Language::Go) {
        found.unknown.get_or_insert("no code of its language was read");
    }
    for import in loaded.imports.iter().filter(|import| import.language == Language::Go) {
        let path = import.module.as_str();
        let modules = paths.iter().filter(|(module, _)| holds(module, path));
        let Some((module, id)) = modules.max_by_key(|(module, _)| module.len()) else {
            // Paths of the standard library begin with no name of a host.
            let is_standard = !path.split('/').next().unwrap_or(path).contains('.');
            if !is_standard {
                found.unknown.get_or_insert("a package of no known module is imported");
            } else if path == "plugin" {
                found.unknown.get_or_insert("it loads plugins");
            }
            continue;
        };
        if components.get(*id).is_some_and(|it| it.kind == ComponentKind::Project) {
            found.unknown.get_or_insert("a package of its own module was not read");
            continue;
        }
        found.at.entry(*id).or_insert(import.place);
        match ASKS_FOR.iter().find(|(known, _)| holds(known, module)) {
            Some((_, asked)) => found.asked.extend(asked.iter()),
            None => {
                found.unknown.get_or_insert("a module that is imported may import it");
            }
        }
    }
    found
}

/// Whether a package or module stands below a path.
fn holds(path: &str, below: &str) -> bool {
    below.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
