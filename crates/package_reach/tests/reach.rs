//! Code and inventories, and which packages the one gets at of the other.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use code_ir::Language;
use code_program::{ModuleId, Program};
use component::{Component, Ecosystem, EvidenceKind, Inventory, Requirement};
use package_reach::{Loaded, Modules, Reach, loaded, reach};
use proptest::prelude::*;
use source_text::{FileId, SourceFile};

/// A program of files; the first is where the handler stands.
fn load(files: &[(&str, &str)], broken: &[u32]) -> Loaded {
    let mut program = Program::default();
    for (path, text) in files {
        let language = Language::of_path(path).unwrap();
        let module = match language {
            Language::Python => code_python::parse(FileId(0), text),
            _ => code_javascript::parse(FileId(0), language, path, text),
        };
        program.add(
            Arc::new(SourceFile { path: (*path).to_owned(), text: (*text).to_owned() }),
            module,
        );
    }
    let broken: BTreeSet<ModuleId> = broken.iter().map(|id| ModuleId(*id)).collect();
    loaded(&program, &broken, &[ModuleId(0)])
}

/// Components of a lock file, each with the names of those that it asks for.
fn lock(ecosystem: Ecosystem, file: &str, of: &[(&str, &[&str])]) -> Inventory {
    let mut inventory = Inventory::default();
    for (name, _) in of {
        let component = Component::new(ecosystem, *name, Some("1.0".to_owned()));
        inventory.add(component.seen(file, Some(1), EvidenceKind::Lock));
    }
    for (from, (_, requires)) in of.iter().enumerate() {
        for name in *requires {
            let to = of.iter().position(|(known, _)| known == name).unwrap();
            inventory.require(from, Requirement::resolved(*name, "", to));
        }
    }
    inventory
}

/// In brief: the line of an import, the line and the package through which, `-`, or `?`.
fn words(reached: &[Reach]) -> Vec<String> {
    let word = |reach: &Reach| match reach {
        Reach::Imported(place) => place.line.to_string(),
        Reach::Through(root, place) => format!("{} by {root}", place.line),
        Reach::NotImported => "-".to_owned(),
        Reach::Unknown(_) => "?".to_owned(),
    };
    reached.iter().map(word).collect()
}

const NODE: &[(&str, &[&str])] = &[
    ("express", &["qs"]),
    ("qs", &[]),
    ("lodash", &[]),
    ("@aws-sdk/client-s3", &[]),
    ("lodash.get", &[]),
];

#[test]
fn packages_of_node_are_reached_through_files_and_packages() {
    let inventory = lock(Ecosystem::Npm, "package-lock.json", NODE);
    let found = load(
        &[
            ("src/app.js", "const db = require('./db');\nimport express from 'express';\n"),
            ("src/db.js", "\n\nconst {S3} = require('@aws-sdk/client-s3/dist');\n"),
            ("src/unused.js", "require('lodash')"),
        ],
        &[],
    );
    let reached = reach(&inventory, &Modules::new(), &found);
    assert_eq!(words(&reached), ["2", "2 by 0", "-", "3", "-"]);
}

#[test]
fn what_cannot_be_known_is_not_called_unreachable() {
    let inventory = lock(Ecosystem::Npm, "package-lock.json", NODE);
    let unreached = |text: &str, broken: &[u32]| {
        let found = load(&[("app.js", text)], broken);
        words(&reach(&inventory, &Modules::new(), &found)).pop().unwrap()
    };
    assert_eq!(unreached("require('express')", &[]), "-");
    assert_eq!(unreached("require('express')", &[0]), "?");
    assert_eq!(unreached("require('express'); require(process.env.PLUGIN)", &[]), "?");
    assert_eq!(unreached("import(`./${name}`)", &[]), "?");
    assert_eq!(unreached("eval(x)", &[]), "?");
    assert_eq!(unreached("var a = __commonJS({})", &[]), "?");
    let long = format!("f({})", "1,".repeat(20_000));
    assert_eq!(unreached(&long, &[]), "?");
    // A lock file of another kind does not tell what `express` asks for.
    let flat = lock(Ecosystem::Npm, "list.txt", NODE);
    let found = load(&[("app.js", "require('express')")], &[]);
    assert_eq!(words(&reach(&flat, &Modules::new(), &found)), ["1", "1 by 0", "?", "?", "?"]);
    let python = load(&[("app.py", "import os")], &[]);
    assert!(words(&reach(&inventory, &Modules::new(), &python)).iter().all(|it| it == "?"));
}

#[test]
fn modules_of_python_have_the_names_that_wheels_bring() {
    let of: &[(&str, &[&str])] = &[
        ("PyYAML", &[]),
        ("my-tool", &["Pillow"]),
        ("Pillow", &[]),
        ("known", &[]),
        ("odd-name", &[]),
    ];
    let inventory = lock(Ecosystem::PyPI, "poetry.lock", of);
    let code =
        "import importlib\nfrom yaml import safe_load\nfrom . import helper\nimport my_tool.x";
    let files = [
        ("fn/app.py", code),
        ("fn/__init__.py", ""),
        ("fn/helper.py", "importlib.import_module('rare.sub')"),
    ];
    let found = load(&files, &[]);
    let none = Modules::new();
    assert_eq!(words(&reach(&inventory, &none, &found)), ["2", "4", "4 by 1", "?", "?"]);
    let installed: Modules = [("known", "k"), ("odd-name", "rare")]
        .map(|(name, module)| (name.to_owned(), BTreeSet::from([module.to_owned()])))
        .into();
    assert_eq!(words(&reach(&inventory, &installed, &found)), ["2", "4", "4 by 1", "-", "1"]);
}

#[test]
fn calls_of_libraries_are_named_by_their_module() {
    let found = load(
        &[("app.py", "import yaml as y\nfrom a.b import c as d\ny.load(x)\nd.e()\nlocal.load()\n")],
        &[],
    );
    let lines = |found: &Loaded| -> BTreeMap<String, u32> {
        found.calls.iter().map(|(name, place)| (name.clone(), place.line)).collect()
    };
    assert_eq!(
        lines(&found),
        BTreeMap::from([("yaml.load".to_owned(), 3), ("a.b.c.e".to_owned(), 4)])
    );
    let found = load(
        &[("a.js", "const {get: g} = require('lodash');\nconst _ = require('x');\ng(1);\n_.y()")],
        &[],
    );
    let calls = lines(&found);
    assert_eq!((calls.get("lodash.get"), calls.get("x.y")), (Some(&3), Some(&4)));
}

proptest! {
    /// One more import never makes a package that was reached unreachable, and whatever asks for a package
    /// that is reached reaches it.
    #[test]
    fn more_imports_reach_more(
        edges in prop::collection::vec((0_usize..6, 0_usize..6), 0..12),
        imports in prop::collection::vec(0_usize..6, 0..4),
        more in 0_usize..6,
    ) {
        let names: Vec<String> = (0..6).map(|number| format!("p{number}")).collect();
        let requires: Vec<Vec<&str>> = (0..6)
            .map(|from| edges.iter().filter(|(it, _)| *it == from).map(|(_, to)| names[*to].as_str()).collect())
            .collect();
        let of: Vec<(&str, &[&str])> =
            names.iter().zip(&requires).map(|(name, to)| (name.as_str(), to.as_slice())).collect();
        let inventory = lock(Ecosystem::Npm, "yarn.lock", &of);
        let judge = |imports: &[usize]| {
            let lines: Vec<String> = imports.iter().map(|at| format!("require('p{at}')")).collect();
            reach(&inventory, &Modules::new(), &load(&[("a.js", &lines.join("\n"))], &[]))
        };
        let before = judge(&imports);
        let mut all = imports.clone();
        all.push(more);
        let after = judge(&all);
        let is_reached = |reach: &Reach| matches!(reach, Reach::Imported(_) | Reach::Through(..));
        for id in 0..6 {
            prop_assert!(!matches!(before[id], Reach::Unknown(_)));
            prop_assert!(!is_reached(&before[id]) || is_reached(&after[id]));
            prop_assert_eq!(imports.contains(&id), matches!(before[id], Reach::Imported(_)));
        }
        for (from, to) in &edges {
            prop_assert!(!is_reached(&after[*from]) || is_reached(&after[*to]));
        }
    }
}
