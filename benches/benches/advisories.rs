//! Opening the index of advisories, and looking 1,000 packages up in it.
//!
//! Uses the demonstration database at `../shared/data/osv` beside the checkout; without it nothing is
//! measured. The packages are real names and versions of every ecosystem that it has; all have advisories,
//! and every second one is at a version that an advisory affects: the costly case.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and tells what it measures"
)]

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read as _},
    path::{Path, PathBuf},
    sync::LazyLock,
};

use advisory_files::{Import, Mapped, write_index};
use component::{Component, Ecosystem, Inventory};
use divan::Bencher;
use serde_json::Value;

const PACKAGES: usize = 1_000;

struct Prepared {
    index: PathBuf,
    inventory: Inventory,
}

static PREPARED: LazyLock<Option<Prepared>> = LazyLock::new(|| {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/osv");
    let source = data.join("osv-demo.match.jsonl.zst");
    if !source.is_file() {
        println!("skipped: there is no file {}", source.display());
        return None;
    }
    let mut import = Import::default();
    import.add(&source).unwrap();
    let index = std::env::temp_dir().join(format!("advisories-{}.db", std::process::id()));
    write_index(&index, &import.builder.finish(0, &import.sources)).unwrap();
    let inventory = packages(&source);
    let mapped = Mapped::open(&index).unwrap();
    let opened = mapped.index().unwrap();
    let found = vulnerability::matches(&inventory, &opened, 0, None).unwrap();
    let mut counts: BTreeMap<Ecosystem, usize> = BTreeMap::new();
    for component in &inventory.components {
        *counts.entry(component.ecosystem.unwrap()).or_default() += 1;
    }
    println!("{} advisories, {} bytes", opened.len(), mapped.bytes().len());
    println!("{PACKAGES} packages, {} flaws: {counts:?}", found.matches.len());
    Some(Prepared { index, inventory })
});

/// Packages spread evenly over the ecosystems and over all that have advisories.
fn packages(source: &Path) -> Inventory {
    let mut text = String::new();
    let packed = BufReader::new(File::open(source).unwrap());
    ruzstd::decoding::StreamingDecoder::new(packed).unwrap().read_to_string(&mut text).unwrap();
    let mut versions: BTreeMap<(Ecosystem, String), Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        for affected in record["affected"].as_array().into_iter().flatten() {
            let package = &affected["package"];
            let ecosystem = package["ecosystem"].as_str().and_then(Ecosystem::of);
            let (Some(ecosystem), Some(name)) = (ecosystem, package["name"].as_str()) else {
                continue;
            };
            let events = affected["ranges"].as_array().into_iter().flatten();
            let events = events.flat_map(|range| range["events"].as_array().into_iter().flatten());
            let events = events.flat_map(|event| event.as_object().into_iter().flatten());
            let texts = events
                .map(|(_, text)| text)
                .chain(affected["versions"].as_array().into_iter().flatten());
            let texts =
                texts.filter_map(Value::as_str).filter(|text| *text != "0" && text.len() < 24);
            versions
                .entry((ecosystem, name.to_owned()))
                .or_default()
                .extend(texts.map(str::to_owned));
        }
    }
    versions.retain(|_, texts| !texts.is_empty());
    let mut inventory = Inventory::default();
    let each = PACKAGES.div_ceil(7);
    for ecosystem in Ecosystem::ALL {
        let of: Vec<_> = versions.iter().filter(|((it, _), _)| *it == ecosystem).collect();
        for ((_, name), texts) in of.iter().step_by((of.len() / each).max(1)) {
            if inventory.components.len() < PACKAGES {
                let version = texts.get(texts.len() / 2).cloned();
                inventory.add(Component::new(ecosystem, name, version));
            }
        }
    }
    assert_eq!(inventory.components.len(), PACKAGES, "the database has fewer packages");
    inventory
}

fn main() {
    divan::main();
    if let Some(prepared) = LazyLock::force(&PREPARED) {
        let _ = std::fs::remove_file(&prepared.index);
    }
}

#[divan::bench]
fn open(bencher: Bencher<'_, '_>) {
    let Some(prepared) = LazyLock::force(&PREPARED) else { return };
    bencher.bench_local(|| Mapped::open(&prepared.index).unwrap().index().unwrap().len());
}

#[divan::bench]
fn look_up_1000(bencher: Bencher<'_, '_>) {
    let Some(prepared) = LazyLock::force(&PREPARED) else { return };
    let mapped = Mapped::open(&prepared.index).unwrap();
    let index = mapped.index().unwrap();
    bencher.bench_local(|| {
        vulnerability::matches(&prepared.inventory, &index, 0, None).unwrap().matches.len()
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn open_and_look_up_1000(bencher: Bencher<'_, '_>) {
    let Some(prepared) = LazyLock::force(&PREPARED) else { return };
    bencher.bench_local(|| {
        let mapped = Mapped::open(&prepared.index).unwrap();
        let index = mapped.index().unwrap();
        vulnerability::matches(&prepared.inventory, &index, 0, None).unwrap().matches.len()
    });
}
