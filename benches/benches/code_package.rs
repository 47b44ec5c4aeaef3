//! Auditing a package of 200 MB and 20,000 entries: its structure, and its contents.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::{
    io::{Cursor, Write as _},
    sync::LazyLock,
};

use code_package::{Keeper as _, Limits, Package};
use divan::Bencher;
use package_files::Mapped;
use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const ENTRIES: u32 = 20_000;
const BYTES_AN_ENTRY: usize = 10_000;

/// Half of the entries deflated, half stored; contents that do not pack.
static PACKAGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut state = 17_u64;
    let mut content = vec![0; BYTES_AN_ENTRY];
    for number in 0..ENTRIES {
        for byte in &mut content {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = state.to_be_bytes()[0];
        }
        let method =
            if number % 2 == 0 { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .compression_level((number % 2 == 1).then_some(1))
            .unix_permissions(0o644);
        let name = format!("node_modules/package-{}/lib/module-{number}.js", number / 40);
        writer.start_file(name, options).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
});

fn main() {
    divan::main();
}

#[divan::bench]
fn structure(bencher: Bencher<'_, '_>) {
    let bytes = PACKAGE.as_slice();
    bencher.bench_local(|| Package::read(bytes, &Limits::default()).anomalies().kept().len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn contents(bencher: Bencher<'_, '_>) {
    let limits = Limits::default();
    let package = Package::read(PACKAGE.as_slice(), &limits);
    bencher.bench_local(|| code_package::audit(&package, &limits, &mut |_| {}).checked);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn sha256(bencher: Bencher<'_, '_>) {
    let bytes = PACKAGE.as_slice();
    bencher.bench_local(|| code_package::sha256(bytes));
}

/// What `package inspect` does with a file, but for the packages of registries: the audit of a mapped
/// file whose pages are given back, and its digest beside it.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn audit_and_digest(bencher: Bencher<'_, '_>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&PACKAGE).unwrap();
    bencher.bench_local(|| {
        let mapped = Mapped::open(file.path()).unwrap();
        std::thread::scope(|scope| {
            let digest = scope.spawn(|| {
                let mut digest = Sha256::new();
                for piece in mapped.chunks(256 << 10) {
                    mapped.looks_at(piece.len());
                    digest.update(piece);
                }
                digest.finalize()
            });
            let limits = Limits::default();
            let package = Package::read(&mapped, &limits);
            let checked = code_package::audit(&package, &limits, &mut |_| {}).checked;
            (checked, digest.join().unwrap())
        })
    });
}
