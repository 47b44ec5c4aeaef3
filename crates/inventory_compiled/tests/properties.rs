//! Laws of the readers over random input.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fmt::Write as _};

use component::Inventory;
use inventory_compiled::Reader;
use proptest::prelude::*;

const PATHS: [&str; 19] = [
    "go.mod",
    "go.sum",
    "vendor/modules.txt",
    "Cargo.lock",
    "Cargo.toml",
    "pom.xml",
    "a.jar!/META-INF/maven/g/a/pom.xml",
    "a.jar!/META-INF/maven/g/a/pom.properties",
    "a.jar!/META-INF/MANIFEST.MF",
    "gradle.lockfile",
    "gradle/dependency-locks/x.lockfile",
    "build.gradle",
    "packages.lock.json",
    "packages.config",
    "Directory.Packages.props",
    "a.csproj",
    "a.deps.json",
    "a-1.0.jar!/x.class",
    "bootstrap",
];

fn read(path: &str, bytes: &[u8]) -> Inventory {
    let (mut reader, mut into) = (Reader::new(), Inventory::default());
    reader.meet(path);
    reader.read(path, bytes, &mut into);
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
        name.trim_start_matches("g:").get(1..).unwrap().parse().unwrap()
    };
    inventory.edges().into_iter().map(|(from, to)| (number(from), number(to))).collect()
}

/// Pieces of the notations, so that random text comes close to one of them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("module m\nrequire (\na v1.0.0 // indirect\n".to_owned()),
        Just("replace a => b v1\n)\nexclude a v1\n".to_owned()),
        Just("a v1.0.0 h1:AA=\n# a v1 => b v2\n## explicit\n".to_owned()),
        Just("[[package]]\nname = \"a\"\ndependencies = [\"b\"]\n[dev-dependencies]\n".to_owned()),
        Just("<project><parent><artifactId>a</artifactId></parent>".to_owned()),
        Just("<artifactId>${a}</artifactId><properties><a>${a}</a></properties>".to_owned()),
        Just("<dependencies><dependency><groupId>g</groupId>".to_owned()),
        Just("</dependency></dependencies></project>".to_owned()),
        Just("<PackageReference Include=\"$(x)\" Version=\"$(x)\"/>".to_owned()),
        Just("groupId=g\nartifactId=a\n".to_owned()),
        Just("g:a:1=x\nimplementation 'g:a:$v'\ndef v = '$v'\n".to_owned()),
        Just("Bundle-SymbolicName: a.b\n .c\n".to_owned()),
        Just("{\"dependencies\": {\"n\": {\"a\": {\"dependencies\": {\"a\": \"1\"}}}}, \"libraries\": {}".to_owned()),
        "(?s).{0,20}",
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|all| all.concat())
}

proptest! {
    #[test]
    fn any_text_gives_an_inventory_without_loose_ends(which in 0..PATHS.len(), text in pieces()) {
        let path = PATHS.get(which).copied().unwrap_or_default();
        let merged = read(path, text.as_bytes()).merged();
        let count = merged.components.len();
        prop_assert!(merged.edges().iter().all(|(from, to)| *from < count && *to < count));
        prop_assert!(merged.components.iter().all(|it| !it.evidence.is_empty()));
    }

    #[test]
    fn any_program_ends(head in prop_oneof![Just("\u{7f}ELF\u{2}\u{1}\u{1}"), Just("MZ")], bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut program = head.as_bytes().to_vec();
        program.extend(bytes);
        program.extend(b"\xff Go buildinf:\x08\x02");
        prop_assert!(read("bootstrap", &program).components.len() < 100);
    }

    #[test]
    fn a_graph_written_as_a_lock_file_is_read_as_itself((count, edges) in graphs()) {
        let (mut cargo, mut nuget) = (String::new(), Vec::new());
        let mut jars = Vec::new();
        for from in 0..count {
            let to: Vec<usize> = edges.iter().filter(|(a, _)| *a == from).map(|(_, b)| *b).collect();
            let list = |text: &dyn Fn(&usize) -> String, by: &str| to.iter().map(text).collect::<Vec<_>>().join(by);
            writeln!(
                cargo,
                "[[package]]\nname = \"p{from}\"\nversion = \"1.0.{from}\"\nsource = \"registry+x\"\ndependencies = [{}]",
                list(&|to| format!("\"p{to}\""), ", ")
            ).unwrap();
            nuget.push(format!(
                "\"p{from}\": {{\"type\": \"Transitive\", \"resolved\": \"1.0.{from}\", \"dependencies\": {{{}}}}}",
                list(&|to| format!("\"p{to}\": \"1.0\""), ", ")
            ));
            let asked = list(&|to| format!("<dependency><groupId>g</groupId><artifactId>p{to}</artifactId></dependency>"), "");
            jars.push((from, format!("<project><groupId>g</groupId><artifactId>p{from}</artifactId><version>1</version><dependencies>{asked}</dependencies></project>")));
        }
        let nuget = format!("{{\"dependencies\": {{\"net8.0\": {{{}}}}}}}", nuget.join(","));
        for (path, text) in [("Cargo.lock", &cargo), ("packages.lock.json", &nuget)] {
            let inventory = read(path, text.as_bytes());
            prop_assert_eq!(inventory.components.len(), count);
            prop_assert_eq!(edges_by_name(&inventory), edges.clone());
        }
        let (mut reader, mut into) = (Reader::new(), Inventory::default());
        for (from, pom) in jars {
            let home = format!("lib/p{from}-1.jar!/META-INF/maven/g/p{from}");
            reader.read(&format!("{home}/pom.xml"), pom.as_bytes(), &mut into);
            let properties = format!("groupId=g\nartifactId=p{from}\nversion=1\n");
            reader.read(&format!("{home}/pom.properties"), properties.as_bytes(), &mut into);
        }
        reader.finish(&mut into);
        prop_assert_eq!(into.components.len(), count);
        prop_assert_eq!(edges_by_name(&into), edges);
    }
}
