//! Any bytes as any file of this ecosystem: an inventory whose requirements lead to what is there.
#![no_main]

use component::Inventory;
use inventory_python::Reader;
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 12] = [
    "requirements.txt",
    "constraints.txt",
    "poetry.lock",
    "Pipfile.lock",
    "pdm.lock",
    "uv.lock",
    "pylock.toml",
    "pyproject.toml",
    "a-1.dist-info/METADATA",
    "a-1.dist-info/RECORD",
    "a-1.dist-info/direct_url.json",
    "a.egg-info/requires.txt",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let path = PATHS[usize::from(*first) % PATHS.len()];
    let mut into = Inventory::default();
    let mut reader = Reader::new();
    reader.read(path, rest, &mut into);
    reader.finish(&[], None, &mut into);
    check(&into);
    check(&into.merged());
});

fn check(inventory: &Inventory) {
    let count = inventory.components.len();
    assert!(inventory.edges().iter().all(|(from, to)| *from < count && *to < count));
    assert!(inventory.components.iter().all(|component| component.purl().starts_with("pkg:")));
    assert!(inventory.components.iter().all(|component| !component.evidence.is_empty()));
}
