//! `node_modules`: packages where they are installed, connected as Node.js finds them.

use std::collections::BTreeMap;

use component::{Component, ComponentId, Ecosystem, Inventory, Requirement, Scope};

use crate::is_name;

/// An installed package before it is connected.
#[derive(Debug)]
pub(crate) struct Package {
    component: Component,
    requires: Vec<Requirement>,
}

impl Package {
    pub(crate) fn new(component: Component, requires: Vec<Requirement>) -> Self {
        // What a package needs for its own development is not installed with it.
        let requires = requires.into_iter().filter(|r| r.scope != Scope::Development).collect();
        Self { component, requires }
    }
}

/// Where a manifest stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Outside of all `node_modules`.
    Application,
    /// At the top of a package right below a `node_modules`.
    Package {
        /// The package's folder.
        folder: String,
        /// The name under which Node.js finds it.
        name: String,
    },
    /// Deeper inside a package.
    Inside,
}

pub(crate) fn place_of(path: &str) -> Place {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let after = match folder.rfind("node_modules/") {
        Some(0) => folder.get("node_modules/".len()..),
        Some(at) if folder.get(..at).is_some_and(|before| before.ends_with('/')) => {
            folder.get(at + "node_modules/".len()..)
        }
        _ => None,
    };
    match after {
        None => Place::Application,
        Some(name) if is_name(name) => {
            Place::Package { folder: folder.to_owned(), name: name.to_owned() }
        }
        Some(_) => Place::Inside,
    }
}

/// Folders in which Node.js looks for `name` when code in `folder` asks, nearest first.
pub(crate) fn candidates<'a>(folder: &'a str, name: &'a str) -> impl Iterator<Item = String> + 'a {
    let mut next = Some(folder);
    std::iter::from_fn(move || {
        while let Some(here) = next {
            next = match here.rsplit_once('/') {
                Some((above, _)) => Some(above),
                None if here.is_empty() => None,
                None => Some(""),
            };
            // `node_modules/node_modules` is never looked at.
            if here.rsplit('/').next() == Some("node_modules") {
                continue;
            }
            let slash = if here.is_empty() { "" } else { "/" };
            return Some(format!("{here}{slash}node_modules/{name}"));
        }
        None
    })
}

/// Adds the installed packages and the requirements between them.
pub(crate) fn connect(
    installed: &BTreeMap<String, Package>,
    search: &[String],
    into: &mut Inventory,
) {
    let mut ids: BTreeMap<&str, ComponentId> = BTreeMap::new();
    for (folder, package) in installed {
        let Some(id) = into.add(package.component.clone()) else { break };
        ids.insert(folder, id);
    }
    for (folder, package) in installed {
        let Some(from) = ids.get(folder.as_str()) else { continue };
        for requirement in &package.requires {
            let near = candidates(folder, &requirement.name);
            let last = search.iter().map(|search| format!("{search}/{}", requirement.name));
            let to = near.chain(last).find_map(|at| ids.get(at.as_str()).copied());
            into.require(*from, Requirement { to, ..requirement.clone() });
        }
    }
    into.settle_wishes(Ecosystem::Npm, |folder, wish| {
        let near = candidates(folder, &wish.name);
        let last = search.iter().map(|search| format!("{search}/{}", wish.name));
        near.chain(last).find_map(|at| ids.get(at.as_str()).copied())
    });
}

#[cfg(test)]
mod tests {
    use super::{Place, candidates, place_of};

    #[test]
    fn a_manifest_belongs_to_the_nearest_node_modules() {
        assert_eq!(place_of("package.json"), Place::Application);
        assert_eq!(place_of("my_node_modules/a/package.json"), Place::Application);
        assert_eq!(place_of("node_modules/a/lib/package.json"), Place::Inside);
        assert_eq!(place_of("node_modules/.pnpm/package.json"), Place::Inside);
        for (path, name) in [
            ("node_modules/a/package.json", "a"),
            ("x/node_modules/@s/b/package.json", "@s/b"),
            ("node_modules/a/node_modules/c/package.json", "c"),
        ] {
            let folder = path.trim_end_matches("/package.json").to_owned();
            assert_eq!(place_of(path), Place::Package { folder, name: name.to_owned() });
        }
    }

    #[test]
    fn node_looks_up_the_folders() {
        let found: Vec<String> = candidates("x/node_modules/@s/a", "b").collect();
        let expected = [
            "x/node_modules/@s/a/node_modules/b",
            "x/node_modules/@s/node_modules/b",
            "x/node_modules/b",
            "node_modules/b",
        ];
        assert_eq!(found, expected);
        assert_eq!(candidates("", "b").collect::<Vec<_>>(), ["node_modules/b"]);
    }
}
