//! The rules of archives on archives that are made here, and the fixtures beside those rules, which
//! are the same archives on disk for the program.
//!
//! `UPDATE_FIXTURES=1 cargo test -p rules --test archives` writes the fixtures.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use app_model::Application;
use code_package::Limits;
use component::Inventory;
use inventory::FunctionInventory;
use rules::{Archive, Contradicted, Package, Packages, Places, Rule};
use source_text::{Place, Sources};

/// An entry as it stands in an archive; the two headers agree unless a field says otherwise.
#[derive(Clone, Default)]
struct Entry {
    name: &'static str,
    /// Name in the local header, when it is another one.
    local: Option<&'static str>,
    data: &'static [u8],
    /// Mode of Unix with the type of the file.
    mode: u32,
    /// Size to declare, when it is not that of the data.
    size: Option<u32>,
    flags: u16,
    method: u16,
}

fn file(name: &'static str, data: &'static [u8]) -> Entry {
    Entry { name, data, mode: 0o100_644, ..Entry::default() }
}

fn link(name: &'static str, target: &'static [u8]) -> Entry {
    Entry { mode: 0o120_777, ..file(name, target) }
}

fn header(entry: &Entry, name: &str, bytes: &mut Vec<u8>) {
    bytes.extend([20, 0]);
    bytes.extend(entry.flags.to_le_bytes());
    bytes.extend(entry.method.to_le_bytes());
    bytes.extend([0, 0, 0x21, 0x5a]);
    bytes.extend(crc32(entry.data).to_le_bytes());
    let packed = u32::try_from(entry.data.len()).unwrap();
    bytes.extend(packed.to_le_bytes());
    bytes.extend(entry.size.unwrap_or(packed).to_le_bytes());
    bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
}

fn crc32(data: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !data.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = u32::try_from(bytes.len()).unwrap();
        directory.extend(b"PK\x01\x02\x14\x03");
        header(entry, entry.name, &mut directory);
        // No comment, the first disk, no attributes within.
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(at.to_le_bytes());
        directory.extend(entry.name.as_bytes());
        let local = entry.local.unwrap_or(entry.name);
        bytes.extend(b"PK\x03\x04");
        header(entry, local, &mut bytes);
        bytes.extend(local.as_bytes());
        bytes.extend(entry.data);
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let (at, size) = (bytes.len(), directory.len());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].concat());
    bytes.extend(u32::try_from(size).unwrap().to_le_bytes());
    bytes.extend(u32::try_from(at).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

const APP: &[u8] = b"def handler(event, context):\n    return {}\n";

fn app() -> Entry {
    file("app.py", APP)
}

/// A rule, archives that it tells of, and one that looks alike and is in order.
type Sample = (&'static str, Vec<Vec<Entry>>, Vec<Entry>);

fn samples() -> Vec<Sample> {
    let big = 300 << 20;
    let inner = zip(&[Entry { method: 14, ..file("a.txt", b"a") }]);
    let inner: &'static [u8] = inner.leak();
    vec![
        (
            "archive-path-escape",
            vec![
                vec![app(), file("../../etc/cron.d/job", b"a"), file("../x", b"b")],
                vec![app(), file("/etc/cron.d/job", b"a")],
                vec![app(), file("C:/job", b"a")],
                vec![app(), link("out", b"../../etc")],
                vec![app(), link("lib", b"other"), file("lib/job", b"a")],
            ],
            vec![app(), file("a..b/..c/d..", b"a"), link("lib/now", b"../app.py")],
        ),
        (
            "ambiguous-archive",
            vec![
                vec![file("app.py", b"pass\n"), app()],
                vec![app(), Entry { local: Some("b.py"), ..file("a.py", b"a") }],
                vec![app(), file("lib/./app.py", b"a"), file("lib/app.py", b"b")],
            ],
            vec![app(), file("lib/app.py", APP), file("App.pyc", b"a")],
        ),
        (
            "archive-bomb",
            vec![vec![app(), Entry { size: Some(big), method: 8, ..file("zeros", b"\x03\0") }]],
            vec![app(), file("zeros", b"0000")],
        ),
        (
            "deceptive-entry-name",
            vec![
                vec![app(), file("lib\\job.py", b"a")],
                vec![app(), Entry { flags: 1 << 11, ..file("a\u{202e}yp.txt", b"a") }],
                vec![app(), file("APP.py", b"a")],
                vec![app(), Entry { flags: 1 << 11, ..file("\u{430}pp.py", b"a") }],
            ],
            vec![app(), Entry { flags: 1 << 11, ..file("заказы.py", b"a") }],
        ),
        (
            "privileged-archive-entry",
            vec![
                vec![app(), Entry { mode: 0o104_755, ..file("bin/helper", b"a") }],
                vec![app(), Entry { mode: 0o020_644, ..file("null", b"") }],
            ],
            vec![app(), Entry { mode: 0o100_755, ..file("bin/helper", b"a") }],
        ),
        (
            "opaque-archive-content",
            vec![
                vec![app(), Entry { flags: 1, ..file("key", b"0123456789abcdef") }],
                vec![app(), file("lib.zip", inner)],
            ],
            vec![app(), file("key.enc", b"0123456789abcdef")],
        ),
        (
            "unreadable-package-file",
            vec![vec![app(), Entry { mode: 0o100_000, ..file("settings.json", b"{}") }]],
            vec![app(), Entry { mode: 0o100_400, ..file("settings.json", b"{}") }],
        ),
        (
            "package-over-limit",
            vec![vec![app(), Entry { size: Some(big), method: 8, ..file("model.bin", b"\x03\0") }]],
            vec![app(), file("model.bin", b"a")],
        ),
        (
            "untidy-archive",
            vec![
                vec![app(), Entry { mode: 0o100_666, ..file("data.json", b"{}") }],
                vec![app(), link("main.py", b"app.py")],
            ],
            vec![app(), Entry { mode: 0o100_664, ..file("data.json", b"{}") }],
        ),
    ]
}

#[derive(Debug)]
struct Nowhere;

impl Places for Nowhere {
    fn place(&self, _path: &str, _line: Option<u32>) -> Place {
        Place::default()
    }
}

/// What a rule says of a package of these archives, in which the first is the code.
fn told(rule: &Rule, archives: &[Vec<u8>]) -> Vec<String> {
    let sources = Sources::default();
    let limits = Limits::default();
    let of = |(part, bytes): (usize, &Vec<u8>)| {
        let package = code_package::Package::read(bytes, &limits);
        let place =
            Place { file: sources.add(format!("{part}.zip"), String::new()), ..Place::default() };
        Archive {
            place,
            part,
            audit: code_package::audit(&package, &limits, &mut |_| {}),
            contradicted: None,
        }
    };
    told_of(rule, archives.iter().enumerate().map(of).collect())
}

fn told_of(rule: &Rule, archives: Vec<Archive>) -> Vec<String> {
    let package = Package {
        functions: Vec::new(),
        inventory: Inventory::default(),
        taken: FunctionInventory::default(),
        vulnerabilities: None,
        archives,
        reach: Vec::new(),
        places: &Nowhere,
    };
    let app = Application::default();
    let packages = [package];
    let found = rule.package_findings(&Packages { app: &app, packages: &packages });
    found.into_iter().map(|it| it.message).collect()
}

#[test]
fn each_rule_tells_of_its_archives_and_of_no_other() {
    for (name, vulnerable, fixed) in samples() {
        let rule = rules::by_name(name).unwrap();
        for entries in &vulnerable {
            assert!(!told(rule, &[zip(entries)]).is_empty(), "{name}: {}", entries[1].name);
        }
        assert_eq!(told(rule, &[zip(&fixed)]), [""; 0], "{name}");
        // What is in order for one rule is for the rest.
        for other in rules::all() {
            assert_eq!(told(other, &[zip(&[app()])]), [""; 0], "{}", other.info.name);
        }
    }
}

#[test]
fn entries_of_one_kind_are_one_finding_that_names_some() {
    let rule = rules::by_name("archive-path-escape").unwrap();
    let names = ["../a", "../b", "../c", "../d", "../e", "../f"];
    let entries: Vec<Entry> = names.into_iter().map(|name| file(name, b"a")).collect();
    let words = "`../a`: the name has a `..`, which leads out of the folder that it is unpacked to \
                 (5 more like it: `../b`, `../c`, `../d`)";
    assert_eq!(told(rule, &[zip(&entries)]), [words]);
}

#[test]
fn code_and_layers_are_added_up() {
    let rule = rules::by_name("package-over-limit").unwrap();
    let of = |size| zip(&[app(), Entry { size: Some(size), ..file("a", b"a") }]);
    let half = 130 << 20;
    assert_eq!(told(rule, &[of(half)]), [""; 0]);
    let message = told(rule, &[of(half), of(half)]);
    assert_eq!(message.len(), 1);
    assert!(
        message[0].starts_with("the 2 archives of code and layers unpack to 2726"),
        "{message:?}"
    );
}

#[test]
fn an_archive_that_is_not_the_attested_one_is_told_with_both_digests() {
    let rule = rules::by_name("package-differs-from-attestation").unwrap();
    let bytes = zip(&[app()]);
    let package = code_package::Package::read(&bytes, &Limits::default());
    let audit = code_package::audit(&package, &Limits::default(), &mut |_| {});
    let (attested, found) = ("ab".repeat(32), "cd".repeat(32));
    let contradicted = Some(Contradicted { place: Place::default(), attested, found });
    let archive = Archive { place: Place::default(), part: 0, audit, contradicted };
    let words = "the archive has the SHA-256 cdcdcdcdcdcd…, but the attestation beside it is about \
                 abababababab…";
    assert_eq!(told_of(rule, vec![archive]), [words]);
    assert_eq!(told(rule, &[bytes]), [""; 0]);
}

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code.zip
      Handler: app.handler
      Runtime: python3.13
";

#[test]
fn fixtures_are_the_first_archives() {
    let update = std::env::var_os("UPDATE_FIXTURES").is_some();
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sas_03_insecure_deployment");
    for (name, vulnerable, fixed) in samples() {
        for (kind, entries) in [("vulnerable", &vulnerable[0]), ("fixed", &fixed)] {
            let folder = rules.join(name.replace('-', "_")).join(kind);
            for (file, bytes) in
                [("code.zip", zip(entries)), ("template.yaml", TEMPLATE.as_bytes().to_vec())]
            {
                let path = folder.join(file);
                if update {
                    fs::create_dir_all(&folder).unwrap();
                    fs::write(&path, &bytes).unwrap();
                }
                let found = fs::read(&path).unwrap();
                assert_eq!(found, bytes, "{path:?} is another archive");
            }
        }
    }
}
