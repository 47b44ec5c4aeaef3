//! What manifests and lock files leave open, by the number of packages.

use component::{Component, Ecosystem, EvidenceKind, FileRole, Inventory, Origin, OriginKind};
use divan::Bencher;

fn main() {
    divan::main();
}

/// A lock file with packages that nobody knows, so that every name is compared with the known ones.
fn inventory(packages: usize) -> Inventory {
    let mut inventory = Inventory::default();
    inventory.file("package-lock.json", FileRole::Lock);
    for (number, word) in (0..packages).zip(["log", "format", "http-client"].iter().cycle()) {
        let name = format!("orders-{word}{number}");
        let mut package = Component::new(Ecosystem::Npm, &name, Some("1.0.0".to_owned()));
        let address = format!("https://registry.npmjs.org/{name}/-/{name}-1.0.0.tgz");
        package.origin = Origin::at(OriginKind::Registry, &address);
        inventory.add(package.seen("package-lock.json", Some(1), EvidenceKind::Lock));
    }
    inventory
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn judge(bencher: Bencher<'_, '_>, packages: usize) {
    let inventory = inventory(packages);
    bencher.bench(|| lock_integrity::judge(&inventory));
}

/// One name that is near to many.
#[divan::bench(args = ["reqeusts", "react-dom-router-native", "ab"])]
fn lookalike(bencher: Bencher<'_, '_>, name: &str) {
    bencher.bench(|| lock_integrity::lookalike(Ecosystem::Npm, name));
}
