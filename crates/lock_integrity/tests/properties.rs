//! What holds for all names, hosts and inventories.

use component::{
    Component, ComponentKind, Ecosystem, EvidenceKind, FileRole, IndexRole, Inventory, Origin,
    OriginKind, PackageIndex, Scope,
};
use lock_integrity::{HostKind, Trick, host_kind, judge, lookalike, suspicion};
use proptest::prelude::*;

/// Two neighbours of a name change places.
fn swapped(name: &str, at: usize) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    letters.swap(at, at + 1);
    letters.into_iter().collect()
}

fn origin() -> impl Strategy<Value = Origin> {
    let kind = prop_oneof![
        Just(OriginKind::Registry),
        Just(OriginKind::Git),
        Just(OriginKind::Url),
        Just(OriginKind::Unknown),
    ];
    let address = prop_oneof![
        Just(String::new()),
        "(https?|git)://[a-z.]{0,12}(/[a-z-]{0,6}){0,3}",
        ".{0,20}",
    ];
    (kind, address, proptest::option::of(".{0,12}"))
        .prop_map(|(kind, address, revision)| Origin::at(kind, &address).with_revision(revision))
}

fn component() -> impl Strategy<Value = Component> {
    let files = prop_oneof![
        Just("package-lock.json"),
        Just("package.json"),
        Just("a/requirements.txt"),
        Just("yarn.lock"),
        Just("pyproject.toml"),
    ];
    let ecosystem = prop_oneof![Just(Ecosystem::Npm), Just(Ecosystem::PyPI), Just(Ecosystem::Go)];
    let name = prop_oneof!["[a-z]{1,8}", "@[a-z]{1,4}/[a-z]{1,4}", ".{0,12}"];
    (files, ecosystem, name, origin(), proptest::option::of(".{0,8}"), any::<bool>()).prop_map(
        |(file, ecosystem, name, origin, wanted, project)| {
            let is_lock = file.contains("lock");
            let kind = if is_lock { EvidenceKind::Lock } else { EvidenceKind::Manifest };
            let version = wanted.clone();
            let mut component = Component::new(ecosystem, name, version).seen(file, Some(1), kind);
            component.origin = origin;
            component.wanted = wanted;
            component.scope = Scope::Runtime;
            if project {
                component.kind = ComponentKind::Project;
            }
            component
        },
    )
}

proptest! {
    #[test]
    fn names_never_fail_and_what_is_found_is_near(name in "\\PC{0,40}") {
        for ecosystem in [Ecosystem::Npm, Ecosystem::PyPI, Ecosystem::Maven] {
            if let Some(found) = lookalike(ecosystem, &name) {
                // The better known name is itself no look-alike, and another one.
                prop_assert_eq!(lookalike(ecosystem, found.of), None);
                prop_assert_ne!(found.of, &name);
                prop_assert!(found.rank > 0);
            }
        }
    }

    #[test]
    fn a_very_well_known_name_with_two_letters_swapped_is_told(
        known in prop_oneof![
            Just("commander"), Just("typescript"), Just("minimatch"), Just("brace-expansion"),
        ],
        at in 0_usize..8,
    ) {
        let name = swapped(known, at);
        let is_separator = name.as_bytes().get(at..at + 2).unwrap_or_default().contains(&b'-');
        if name != known && !is_separator {
            let found = lookalike(Ecosystem::Npm, &name);
            prop_assert_eq!(found.map(|found| (found.of, found.trick)), Some((known, Trick::Transposed)));
        }
    }

    #[test]
    fn names_of_python_are_the_same_however_they_are_written(name in "[a-zA-Z]{2,8}[-_.][a-zA-Z]{1,6}") {
        let other = name.replace(['-', '_', '.'], "-").to_lowercase();
        prop_assert_eq!(lookalike(Ecosystem::PyPI, &name), lookalike(Ecosystem::PyPI, &other));
    }

    #[test]
    fn a_host_that_ends_like_a_registry_is_none(prefix in "[a-z]{1,10}") {
        for registry in ["registry.npmjs.org", "registry.yarnpkg.com"] {
            let is_registry = |host: &str| host_kind(Ecosystem::Npm, host) == HostKind::Registry;
            let (glued, behind) = (format!("{prefix}{registry}"), format!("{registry}.{prefix}"));
            prop_assert!(is_registry(registry));
            prop_assert!(!is_registry(&glued) && !is_registry(&behind));
        }
    }

    #[test]
    fn any_host_and_command_gets_an_answer(text in "\\PC{0,60}") {
        let _ = host_kind(Ecosystem::PyPI, &text);
        let _ = suspicion(&text);
    }

    #[test]
    fn facts_speak_of_what_is_there(
        components in prop::collection::vec(component(), 0..30),
        hosts in prop::collection::vec(origin(), 0..4),
    ) {
        let mut inventory = Inventory::default();
        for file in ["package.json", "a/requirements.txt", "pyproject.toml"] {
            inventory.file(file, FileRole::Manifest);
        }
        for file in ["package-lock.json", "yarn.lock"] {
            inventory.file(file, FileRole::Lock);
        }
        for component in components {
            inventory.add(component);
        }
        for origin in hosts {
            let index = PackageIndex { role: IndexRole::Extra, origin, path: "pip.conf".to_owned(), line: None };
            inventory.index(index);
        }
        let facts = judge(&inventory);
        prop_assert_eq!(&facts, &judge(&inventory));
        for fact in facts {
            prop_assert!(fact.of == 0 || fact.packages.len() <= fact.of);
            for id in &fact.packages {
                let component = inventory.components.get(*id);
                let holds = component.is_some_and(|component| {
                    component.kind == ComponentKind::Library
                        && component.evidence.iter().any(|evidence| evidence.path == fact.path)
                });
                prop_assert!(holds);
            }
        }
    }
}
