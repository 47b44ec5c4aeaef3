//! Laws of the readers over random input.

use std::{collections::BTreeSet, fmt::Write as _};

use component::Inventory;
use inventory_javascript::Reader;
use proptest::prelude::*;

const PATHS: [&str; 8] = [
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "node_modules/a/package.json",
    ".npmrc",
    ".yarnrc.yml",
];

fn read(path: &str, text: &str) -> Inventory {
    let mut into = Inventory::default();
    let mut reader = Reader::new();
    reader.read(path, text.as_bytes(), &mut into);
    reader.finish(&[], &mut into);
    into
}

/// Packages `p0`, `p1`, … and who requires whom.
fn graphs() -> impl Strategy<Value = (usize, BTreeSet<(usize, usize)>)> {
    (1_usize..12).prop_flat_map(|count| {
        let edges = proptest::collection::btree_set((0..count, 0..count), 0..30);
        (Just(count), edges)
    })
}

/// The edges between packages, without those of the application.
fn edges_by_name(inventory: &Inventory) -> BTreeSet<(usize, usize)> {
    let number =
        |id: usize| inventory.components.get(id)?.name.strip_prefix('p')?.parse::<usize>().ok();
    inventory
        .edges()
        .into_iter()
        .filter_map(|(from, to)| Some((number(from)?, number(to)?)))
        .collect()
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
        let mut npm = String::from("{\"lockfileVersion\": 3, \"packages\": {\"\": {}");
        let mut bun = String::from("{\"workspaces\": {\"\": {}}, \"packages\": {");
        let (mut classic, mut berry) = (String::new(), String::from("__metadata:\n  version: 8\n\n"));
        let mut pnpm = String::from("lockfileVersion: '9.0'\npackages:\n");
        let mut snapshots = String::from("snapshots:\n");
        for from in 0..count {
            let to: Vec<usize> = edges.iter().filter(|(a, _)| *a == from).map(|(_, b)| *b).collect();
            let json: Vec<String> = to.iter().map(|to| format!("\"p{to}\": \"^1\"")).collect();
            let json = json.join(", ");
            write!(npm, ", \"node_modules/p{from}\": {{\"version\": \"1.0.{from}\", \"dependencies\": {{{json}}}}}").unwrap();
            write!(bun, "\"p{from}\": [\"p{from}@1.0.{from}\", \"\", {{\"dependencies\": {{{json}}}}}, \"\"], ").unwrap();
            let list = |each: &dyn Fn(usize) -> String| {
                let head = if to.is_empty() { "" } else { "  dependencies:\n" };
                format!("{head}{}", to.iter().map(|to| each(*to)).collect::<String>())
            };
            write!(classic, "p{from}@^1:\n  version \"1.0.{from}\"\n{}\n", list(&|to| format!("    p{to} \"^1\"\n"))).unwrap();
            write!(berry, "\"p{from}@npm:^1\":\n  version: 1.0.{from}\n  resolution: \"p{from}@npm:1.0.{from}\"\n{}\n", list(&|to| format!("    p{to}: \"npm:^1\"\n"))).unwrap();
            writeln!(pnpm, "  p{from}@1.0.{from}: {{}}").unwrap();
            write!(snapshots, "  p{from}@1.0.{from}:\n    optional: false\n{}", list(&|to| format!("      p{to}: 1.0.{to}\n")).replace("  dep", "    dep")).unwrap();
        }
        let files = [
            ("package-lock.json", format!("{npm}}}}}")),
            ("bun.lock", format!("{bun}}}}}")),
            ("yarn.lock", classic),
            ("yarn.lock", berry),
            ("pnpm-lock.yaml", format!("{pnpm}{snapshots}")),
        ];
        for (path, text) in files {
            let inventory = read(path, &text);
            prop_assert_eq!(&edges_by_name(&inventory), &edges, "{}\n{}\n{:?}", path, text, inventory.remarks);
            prop_assert_eq!(&edges_by_name(&inventory.merged()), &edges);
        }
    }
}
