//! Any bytes as files of package managers, any name and command: facts speak of what is there.
#![no_main]

use component::{Ecosystem, Inventory};
use libfuzzer_sys::fuzz_target;
use lock_integrity::{host_kind, judge, lookalike, suspicion};

const PATHS: [&str; 8] = [
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "requirements.txt",
    "pip.conf",
    ".npmrc",
    "pyproject.toml",
    "uv.lock",
];

fuzz_target!(|data: &[u8]| {
    let mut into = Inventory::default();
    let mut python = inventory_python::Reader::new();
    let mut javascript = inventory_javascript::Reader::new();
    // Files are parted by a byte that no text has.
    for file in data.split(|byte| *byte == 0xff).take(8) {
        let Some((first, rest)) = file.split_first() else { continue };
        let path = PATHS[usize::from(*first) % PATHS.len()];
        python.read(path, rest, &mut into);
        javascript.read(path, rest, &mut into);
    }
    python.finish(&[], None, &mut into);
    javascript.finish(&[], &mut into);
    for fact in judge(&into) {
        assert!(fact.of == 0 || fact.packages.len() <= fact.of);
        assert!(fact.packages.iter().all(|id| *id < into.components.len()));
    }
    let text = String::from_utf8_lossy(data);
    for ecosystem in [Ecosystem::Npm, Ecosystem::PyPI] {
        let found = lookalike(ecosystem, &text);
        assert!(found.is_none_or(|found| lookalike(ecosystem, found.of).is_none()));
        let _ = host_kind(ecosystem, &text);
    }
    let _ = suspicion(&text);
});
