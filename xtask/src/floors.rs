//! `cargo xtask floors`: the laws of the house that a machine can hold.
//!
//! Dependencies point down, the core is pure, rooms are small and have names, pipelines are pinned and may do little. The test at the end
//! runs the same check, so that `cargo test` holds it too.

use std::{collections::BTreeMap, fs};

use crate::{
    Failure, Outcome, pipelines, rooms,
    workspace::{Package, Workspace},
};

/// Floors up to this one get bytes and values; they open no file, socket, clock or environment.
const HIGHEST_PURE_FLOOR: i64 = 5;

/// The program that runs inside functions, and the crates besides `guard_*` that it may reach. Its
/// size and its start are paid in every cold start, so nothing else comes along unseen.
const ISLAND: &str = "guard";
const ON_ISLAND: [&str; 5] = ["payload", "json_tape", "secret_patterns", "finding", "source_text"];

/// Crates of companion programs beside `lake_*`, outside of the default build.
const COMPANIONS: [&str; 2] = ["cloud_account", "cloud_program"];

const PURITY_LINE: &str = "#![deny(clippy::disallowed_methods)]";

pub(crate) fn run(_: &[String]) -> Outcome {
    let workspace = Workspace::load()?;
    let problems = broken_laws(&workspace)?;
    for problem in &problems {
        println!("{problem}");
    }
    if !problems.is_empty() {
        return Err(format!("{} laws are broken", problems.len()).into());
    }
    println!("{} packages keep the laws", workspace.packages.len());
    Ok(())
}

/// Every breach of a law, in words.
fn broken_laws(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let mut problems = upward_edges(&workspace.packages);
    problems.extend(impure_crates(&workspace.packages));
    problems.extend(bridges(&workspace.packages));
    problems.extend(odd_defaults(workspace));
    problems.extend(rooms::problems(workspace)?);
    problems.extend(pipelines::problems(workspace)?);
    Ok(problems)
}

/// Crates that `cargo build` leaves out or takes in against the rule: all are built but those of the lake,
/// which carry an SQL engine, and of live accounts, which carry an SDK.
fn odd_defaults(workspace: &Workspace) -> Vec<String> {
    let crates = workspace.root.join("crates");
    let ours = workspace.packages.iter().filter(|package| package.folder.starts_with(&crates));
    let is_companion = |name: &str| name.starts_with("lake_") || COMPANIONS.contains(&name);
    ours.filter(|package| package.is_default == is_companion(&package.name))
        .map(|package| {
            let verb = if package.is_default { "must not stand" } else { "is missing" };
            format!("{}: {verb} in `default-members` of the root manifest", package.name)
        })
        .collect()
}

/// Packages of ours that the guard reaches, directly or through others, and may not.
fn bridges(packages: &[Package]) -> Vec<String> {
    let belongs =
        |name: &str| name == ISLAND || name.starts_with("guard_") || ON_ISLAND.contains(&name);
    let mut problems = Vec::new();
    let mut reached = vec![ISLAND];
    let mut next = 0;
    while let Some(name) = reached.get(next).copied() {
        next += 1;
        let package = packages.iter().find(|package| package.name == name);
        for dependency in package.into_iter().flat_map(|package| &package.dependencies) {
            let on = dependency.name.as_str();
            if dependency.is_dev || !dependency.is_path || reached.contains(&on) {
                continue;
            }
            if belongs(on) {
                reached.push(on);
            } else {
                problems.push(format!("{name} must not use {on}: the guard would carry it"));
            }
        }
    }
    problems
}

/// Dependencies between our packages that do not point to a lower floor. Dev-dependencies are
/// free, and `xtask`, which stands beside the house, may use every floor.
fn upward_edges(packages: &[Package]) -> Vec<String> {
    let floors: BTreeMap<&str, i64> = packages
        .iter()
        .filter_map(|package| Some((package.name.as_str(), package.floor?)))
        .collect();
    let mut problems = Vec::new();
    for package in packages {
        let name = &package.name;
        let Some(here) = package.floor else {
            problems.push(format!("{name}: no `[package.metadata] floor` in its manifest"));
            continue;
        };
        if name == "xtask" {
            continue;
        }
        for dependency in package.dependencies.iter().filter(|d| d.is_path && !d.is_dev) {
            let on = &dependency.name;
            if let Some(there) = floors.get(on.as_str())
                && *there >= here
            {
                problems.push(format!("{name} (floor {here}) must not use {on} (floor {there})"));
            }
        }
    }
    problems
}

/// Crates of the pure floors whose `lib.rs` does not deny the methods that reach outside. The lake
/// and the guard are the named exceptions: files and sockets are what they are for.
fn impure_crates(packages: &[Package]) -> Vec<String> {
    let is_exempt = |name: &str| name == "lake" || name.starts_with("guard_");
    packages
        .iter()
        .filter(|package| package.floor.is_some_and(|floor| floor <= HIGHEST_PURE_FLOOR))
        .filter(|package| !is_exempt(&package.name))
        .filter(|package| {
            let library = fs::read_to_string(package.folder.join("src/lib.rs"));
            !library.is_ok_and(|text| text.lines().any(|line| line.trim() == PURITY_LINE))
        })
        .map(|package| format!("{}: `src/lib.rs` does not say `{PURITY_LINE}`", package.name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{bridges, broken_laws, upward_edges};
    use crate::workspace::{Dependency, Package, Workspace};

    fn package(name: &str, floor: i64, uses: &[(&str, bool)]) -> Package {
        let dependencies = uses
            .iter()
            .map(|(name, is_dev)| Dependency {
                name: (*name).to_owned(),
                is_dev: *is_dev,
                is_path: true,
            })
            .collect();
        Package { name: name.to_owned(), floor: Some(floor), dependencies, ..Package::default() }
    }

    #[test]
    fn this_workspace_keeps_the_laws() {
        let problems = broken_laws(&Workspace::load().unwrap()).unwrap();
        assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn a_dependency_on_the_same_floor_is_a_breach() {
        let packages =
            [package("report", 2, &[("app_model", false)]), package("app_model", 2, &[])];
        assert_eq!(upward_edges(&packages), ["report (floor 2) must not use app_model (floor 2)"]);
    }

    #[test]
    fn a_dependency_downwards_and_one_of_the_tests_upwards_are_fine() {
        let packages = [
            package("report", 2, &[("finding", false), ("scan", true)]),
            package("finding", 1, &[]),
            package("scan", 7, &[]),
        ];
        assert_eq!(upward_edges(&packages), [""; 0]);
    }

    #[test]
    fn the_guard_reaches_its_island_only() {
        let packages = [
            package("guard", 9, &[("guard_proxy", false), ("scan", true)]),
            package("guard_proxy", 4, &[("payload", false), ("iam_policy", false)]),
            package("payload", 1, &[("value", false)]),
            package("cli", 9, &[("rules", false)]),
        ];
        assert_eq!(
            bridges(&packages),
            [
                "guard_proxy must not use iam_policy: the guard would carry it",
                "payload must not use value: the guard would carry it",
            ]
        );
    }

    #[test]
    fn a_package_without_a_floor_is_a_breach() {
        let packages = [Package { name: "loose".to_owned(), ..Package::default() }];
        assert_eq!(
            upward_edges(&packages),
            ["loose: no `[package.metadata] floor` in its manifest"]
        );
    }
}
