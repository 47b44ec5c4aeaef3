//! Laws of the readers over random input.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fmt::Write as _};

use component::Inventory;
use inventory_scripts::Reader;
use proptest::prelude::*;

const PATHS: [&str; 8] = [
    "Gemfile",
    "Gemfile.lock",
    "a.gemspec",
    "specifications/a-1.0.gemspec",
    "composer.json",
    "composer.lock",
    "vendor/composer/installed.json",
    "gems.rb",
];

fn read(path: &str, text: &str) -> Inventory {
    let (mut reader, mut into) = (Reader::new(), Inventory::default());
    reader.read(path, text.as_bytes(), &mut into);
    reader.finish(&mut into);
    into
}

/// Packages `p0`, `p1`, … and who requires whom.
fn graphs() -> impl Strategy<Value = (usize, BTreeSet<(usize, usize)>)> {
    (1_usize..12).prop_flat_map(|count| {
        let edges = proptest::collection::btree_set((0..count, 0..count), 0..30);
        (Just(count), edges)
    })
}

fn edges_by_name(inventory: &Inventory) -> BTreeSet<(usize, usize)> {
    let number = |id: usize| {
        let name = &inventory.components.get(id).unwrap().name;
        name.trim_start_matches("v/").get(1..).unwrap().parse().unwrap()
    };
    inventory.edges().into_iter().map(|(from, to)| (number(from), number(to))).collect()
}

/// Pieces of the notations, so that random text comes close to a manifest.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("GEM\n  remote: x\n  specs:\n".to_owned()),
        Just("    a (1.0-x)\n      b (>= 1)\n".to_owned()),
        Just("DEPENDENCIES\n  a!\n".to_owned()),
        Just("CHECKSUMS\n  a (1.0) sha256=00\n".to_owned()),
        Just("gem 'a', \"b#{c}\", group: [:x,\n".to_owned()),
        Just("group :test do\nend\nend\n".to_owned()),
        Just("s.add_dependency(%q<a".to_owned()),
        Just("{\"packages\": [{\"name\": \"v/a\"".to_owned()),
        "(?s).{0,20}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|all| all.concat())
}

proptest! {
    #[test]
    fn any_text_gives_an_inventory_without_loose_ends(which in 0..PATHS.len(), text in pieces()) {
        let path = PATHS.get(which).copied().unwrap_or_default();
        let merged = read(path, &text).merged();
        let count = merged.components.len();
        prop_assert!(merged.edges().iter().all(|(from, to)| *from < count && *to < count));
        prop_assert!(merged.components.iter().all(|it| !it.evidence.is_empty()));
    }

    #[test]
    fn a_graph_written_as_a_lock_file_is_read_as_itself((count, edges) in graphs()) {
        let mut gems = String::from("GEM\n  remote: https://rubygems.org/\n  specs:\n");
        let mut packages = Vec::new();
        for from in 0..count {
            let to: Vec<usize> = edges.iter().filter(|(a, _)| *a == from).map(|(_, b)| *b).collect();
            writeln!(gems, "    p{from} (1.{from})").unwrap();
            for to in &to {
                writeln!(gems, "      p{to} (>= 1)").unwrap();
            }
            let list: Vec<String> = to.iter().map(|to| format!("\"v/p{to}\": \"*\"")).collect();
            packages.push(format!("{{\"name\": \"v/p{from}\", \"version\": \"1.{from}\", \"require\": {{{}}}}}", list.join(", ")));
        }
        let composer = format!("{{\"packages\": [{}]}}", packages.join(","));
        for (path, text) in [("Gemfile.lock", &gems), ("composer.lock", &composer), ("vendor/composer/installed.json", &composer)] {
            let inventory = read(path, text);
            prop_assert_eq!(inventory.components.len(), count);
            prop_assert_eq!(edges_by_name(&inventory), edges.clone());
            prop_assert!(inventory.remarks.is_empty());
        }
    }
}
