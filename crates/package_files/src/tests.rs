use std::{
    fs,
    io::{Cursor, Write as _},
    path::Path,
};

use code_package::Limits;
use inventory::{FunctionInventory, Mount, Part, Runtime, take};
use zip::write::SimpleFileOptions;

use crate::Source;

fn write(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let target = root.join(path);
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::write(target, bytes).unwrap();
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut zip = zip::ZipWriter::new(Cursor::new(&mut bytes));
    for (path, content) in files {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap();
    bytes
}

fn taken(path: &Path, jail: &Path) -> FunctionInventory {
    let source = Source::open(path, jail).unwrap();
    let files = source.files(&Limits::default());
    let part = Part { prefix: "p", mount: Mount::Either, files: &files };
    take(&Runtime::Other, &[part])
}

fn purls(found: &FunctionInventory) -> Vec<String> {
    let mut all: Vec<String> =
        found.inventory.components.iter().map(component::Component::purl).collect();
    all.sort();
    all
}

const JAR: &[(&str, &[u8])] =
    &[("META-INF/maven/g/a/pom.properties", b"groupId=g\nartifactId=a\nversion=1\n")];

#[test]
fn a_folder_and_its_archive_hold_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("f");
    let jar = zipped(JAR);
    let files: [(&str, &[u8]); 3] = [
        ("six-1.0.dist-info/METADATA", b"Name: six\nVersion: 1.0\n"),
        ("node_modules/x/package.json", br#"{"name": "x", "version": "1.0.0"}"#),
        ("lib/a.jar", &jar),
    ];
    for (path, bytes) in files {
        write(&root, path, bytes);
    }
    let archive = folder.path().join("f.zip");
    fs::write(&archive, zipped(&files)).unwrap();
    let (one, two) = (taken(&root, &root), taken(&archive, folder.path()));
    assert_eq!(purls(&one), ["pkg:maven/g/a@1", "pkg:npm/x@1.0.0", "pkg:pypi/six@1.0"]);
    assert_eq!(purls(&one), purls(&two));
    let paths = |found: &FunctionInventory| {
        let all = found.inventory.components.iter().flat_map(|it| &it.evidence);
        all.map(|it| it.path.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(paths(&one), paths(&two));
    assert!(paths(&one).contains("p/lib/a.jar!/META-INF/maven/g/a/pom.properties"));
}

#[test]
fn a_file_may_name_others_within_the_jail_only() {
    let folder = tempfile::tempdir().unwrap();
    let jail = folder.path().join("jail");
    write(&jail, "f/requirements.txt", "a==1\n-r ../more.txt\n-r ../../gone.txt\n");
    write(&jail, "more.txt", "b==1\n");
    write(folder.path(), "gone.txt", "c==1\n");
    for path in ["f", "f/requirements.txt"] {
        let found = taken(&jail.join(path), &jail);
        assert_eq!(purls(&found), ["pkg:pypi/a@1", "pkg:pypi/b@1"]);
        assert_eq!(found.inventory.remarks.len(), 1);
        assert_eq!(found.inventory.remarks[0].path, "p/requirements.txt");
        assert!(found.inventory.remarks[0].what.contains("`../../gone.txt`"));
    }
}

#[test]
fn a_program_alone_is_read_and_a_zip_in_a_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "f/old.zip", zipped(JAR));
    let found = taken(&root.join("f"), root);
    assert!(found.inventory.components.is_empty());
    assert_eq!(found.inventory.remarks.len(), 1);
    write(root, "bootstrap", b"\x7fELF\0\0\0\0");
    assert!(matches!(Source::open(&root.join("bootstrap"), root).unwrap(), Source::Listed(_)));
    assert!(Source::open(&root.join("missing"), root).is_err());
}
