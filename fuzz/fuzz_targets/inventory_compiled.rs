//! Any bytes as any file of this ecosystem: an inventory whose requirements lead to what is there.
#![no_main]

use component::Inventory;
use inventory_compiled::Reader;
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 11] = [
    "go.mod",
    "go.sum",
    "Cargo.lock",
    "pom.xml",
    "pom.properties",
    "gradle.lockfile",
    "packages.lock.json",
    "app.deps.json",
    "META-INF/MANIFEST.MF",
    "packages.config",
    "bootstrap",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let path = PATHS[usize::from(*first) % PATHS.len()];
    let mut into = Inventory::default();
    let mut reader = Reader::new();
    reader.read(path, rest, &mut into);
    reader.finish(&mut into);
    check(&into);
    check(&into.merged());
});

fn check(inventory: &Inventory) {
    let count = inventory.components.len();
    assert!(inventory.edges().iter().all(|(from, to)| *from < count && *to < count));
    assert!(inventory.components.iter().all(|component| component.purl().starts_with("pkg:")));
    assert!(inventory.components.iter().all(|component| !component.evidence.is_empty()));
}
