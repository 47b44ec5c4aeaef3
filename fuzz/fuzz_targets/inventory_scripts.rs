//! Any bytes as any file of this ecosystem: an inventory whose requirements lead to what is there.
#![no_main]

use component::Inventory;
use inventory_scripts::Reader;
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 7] = [
    "Gemfile",
    "Gemfile.lock",
    "a.gemspec",
    "specifications/a-1.0.gemspec",
    "composer.json",
    "composer.lock",
    "vendor/composer/installed.json",
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
