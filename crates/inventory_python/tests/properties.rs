//! Laws of the readers over random input.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fmt::Write as _};

use component::Inventory;
use inventory_python::{Environment, Reader, Wanted, holds, parse_record};
use proptest::prelude::*;

const PATHS: [&str; 10] = [
    "requirements.txt",
    "poetry.lock",
    "Pipfile.lock",
    "pdm.lock",
    "uv.lock",
    "pylock.toml",
    "pyproject.toml",
    "a-1.dist-info/METADATA",
    "a-1.dist-info/RECORD",
    "a.egg-info/requires.txt",
];

fn read(path: &str, text: &str) -> Inventory {
    let mut into = Inventory::default();
    let mut reader = Reader::new();
    reader.read(path, text.as_bytes(), &mut into);
    reader.finish(&[], None, &mut into);
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
    let number =
        |id: usize| inventory.components.get(id).unwrap().name.get(1..).unwrap().parse().unwrap();
    inventory.edges().into_iter().map(|(from, to)| (number(from), number(to))).collect()
}

proptest! {
    #[test]
    fn any_text_gives_an_inventory_without_loose_ends(which in 0..PATHS.len(), text in "(?s).{0,300}") {
        let path = PATHS.get(which).copied().unwrap_or_default();
        let merged = read(path, &text).merged();
        let count = merged.components.len();
        prop_assert!(merged.edges().iter().all(|(from, to)| *from < count && *to < count));
    }

    #[test]
    fn a_graph_written_as_a_lock_file_is_read_as_itself((count, edges) in graphs()) {
        let (mut uv, mut poetry, mut pdm) = (String::new(), String::new(), String::new());
        for from in 0..count {
            let to: Vec<usize> = edges.iter().filter(|(a, _)| *a == from).map(|(_, b)| *b).collect();
            let head = format!("[[package]]\nname = \"p{from}\"\nversion = \"1.{from}\"\n");
            let list: Vec<String> = to.iter().map(|to| format!("{{ name = \"p{to}\" }}")).collect();
            writeln!(uv, "{head}dependencies = [{}]", list.join(", ")).unwrap();
            let list: Vec<String> = to.iter().map(|to| format!("\"P{to} >=1\"")).collect();
            writeln!(pdm, "{head}dependencies = [{}]", list.join(", ")).unwrap();
            let list: Vec<String> = to.iter().map(|to| format!("P{to} = \">=1\"\n")).collect();
            write!(poetry, "{head}[package.dependencies]\n{}", list.concat()).unwrap();
        }
        for (path, text) in [("uv.lock", uv), ("poetry.lock", poetry), ("pdm.lock", pdm)] {
            let inventory = read(path, &text);
            prop_assert_eq!(inventory.components.len(), count);
            prop_assert_eq!(&edges_by_name(&inventory), &edges);
            prop_assert_eq!(&edges_by_name(&inventory.merged()), &edges);
        }
    }

    #[test]
    fn parsers_take_any_text(text in "(?s).{0,200}") {
        let _ = Wanted::parse(&text);
        let _ = holds(&text, &Environment::default());
        let _ = parse_record(&text);
    }

    #[test]
    fn a_requirement_reads_as_it_was_written(
        name in "[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", extra in "[a-z]{1,5}", version in "[0-9]{1,3}(\\.[0-9]{1,3}){0,3}"
    ) {
        let wanted = Wanted::parse(&format!("{name} [{extra}] == {version} ; os_name == 'posix'")).unwrap();
        prop_assert_eq!(wanted.pinned(), Some(version.as_str()));
        prop_assert_eq!(wanted.name, name);
        prop_assert_eq!(wanted.extras, [extra]);
    }
}
