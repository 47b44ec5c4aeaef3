//! Any bytes, read as each file that tells of packages of Go, Rust, Java and .NET.
#![no_main]

use component::Inventory;
use inventory_compiled::Reader;
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 9] = [
    "go.mod",
    "go.sum",
    "Cargo.lock",
    "pom.xml",
    "pom.properties",
    "gradle.lockfile",
    "packages.lock.json",
    "app.deps.json",
    "bootstrap",
];

fuzz_target!(|data: &[u8]| {
    for path in PATHS {
        let (mut reader, mut into) = (Reader::new(), Inventory::default());
        reader.read(path, data, &mut into);
        reader.finish(&mut into);
        let count = into.components.len();
        assert!(into.edges().into_iter().all(|(from, to)| from < count && to < count));
    }
});
