//! Records out of every form of source, and what is told of those that are none.
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use advisory_files::{FilesError, Import};
use advisory_index::Index;

fn record(id: &str) -> String {
    format!(r#"{{"id":"{id}","affected":[{{"package":{{"ecosystem":"npm","name":"a"}}}}]}}"#)
}

fn read(path: &Path) -> Result<Import, FilesError> {
    let mut import = Import::default();
    import.add(path).map(|()| import)
}

#[test]
fn every_form_is_read_and_odd_records_are_told_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let lines = format!("{}\nnot json\n\n{{}}\n{}", record("X-1"), record("X-2"));
    fs::write(path("a.jsonl"), &lines).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(lines.as_bytes()).unwrap();
    fs::write(path("a.jsonl.gz"), gzip.finish().unwrap()).unwrap();
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    fs::write(path("a.jsonl.zst"), ruzstd::encoding::compress_to_vec(lines.as_bytes(), level))
        .unwrap();
    for name in ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"] {
        let import = read(&path(name)).unwrap();
        assert_eq!((import.builder.len(), import.refused), (2, 2), "{name}");
        assert!(import.remarks[0].place.ends_with(&format!("{name}:2")), "{:?}", import.remarks);
        assert!(import.remarks[1].what.contains("no `id`"));
        assert_eq!(import.sources[0].sha256.len(), 64);
        assert_eq!(import.sources[0].bytes, fs::metadata(path(name)).unwrap().len());
    }
    fs::write(path("one.json"), record("X-3").replace(',', ",\n")).unwrap();
    fs::write(path("list.json"), format!("[{},\n{}]", record("X-4"), record("X-5"))).unwrap();
    fs::write(path("answer.json"), format!("{{\n\"vulns\":[{}]}}", record("X-6"))).unwrap();
    assert_eq!(read(&path("one.json")).unwrap().builder.len(), 1);
    assert_eq!(read(&path("list.json")).unwrap().builder.len(), 2);
    assert_eq!(read(&path("answer.json")).unwrap().builder.len(), 1);
    let yaml = "id: X-7\naffected:\n- package: {ecosystem: npm, name: a}\n";
    fs::write(path("one.yaml"), format!("{yaml}---\n{}", yaml.replace('7', "8"))).unwrap();
    assert_eq!(read(&path("one.yaml")).unwrap().builder.len(), 2);
    let list =
        r#"{"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-1","dateAdded":"2024-01-01"}]}"#;
    fs::write(path("kev.json"), list).unwrap();
    fs::write(path("epss.csv"), "#model_version:v1,score_date:D\ncve,epss,percentile\nCVE-1,0,1\n")
        .unwrap();
    fs::write(path("bad.json"), "{").unwrap();
    let import = read(folder.path()).unwrap();
    assert_eq!(import.builder.len(), 8);
    let file = import.builder.finish(0, &import.sources);
    let about = Index::open(&file).unwrap().about().unwrap();
    assert_eq!((about.epss.unwrap().version.as_str(), about.kev.unwrap().entries), ("v1", 1));
    assert!(import.remarks.iter().any(|it| it.place.ends_with("bad.json")));
}

#[test]
fn a_file_without_a_record_is_an_error_and_a_torn_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    for bytes in [&b""[..], b"\x28\xb5\x2f\xfd", b"\x1f\x8b", b"PK\x03\x04", b"[]"] {
        fs::write(&path, bytes).unwrap();
        assert!(read(&path).is_err(), "{bytes:?}");
    }
    assert!(matches!(read(&folder.path().join("none")), Err(FilesError::Read { .. })));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    let lines: String = (0..5_000).map(|at| record(&format!("X-{at}")) + "\n").collect();
    gzip.write_all(lines.as_bytes()).unwrap();
    let whole = gzip.finish().unwrap();
    fs::write(&path, &whole[..whole.len() - 100]).unwrap();
    let import = read(&path).unwrap();
    assert!(import.builder.len() > 4_900 && import.refused > 0);
    assert!(import.remarks.last().unwrap().what.contains("damaged"));
}

/// The demonstration database beside the project, when it is there.
#[test]
fn every_record_of_the_demonstration_database_is_read() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/osv");
    let path: PathBuf = data.join("osv-demo.match.jsonl.zst");
    if !path.exists() {
        return println!("skipped: `{}` is not there", path.display());
    }
    let import = read(&path).unwrap();
    assert_eq!((import.sources[0].records, import.refused), (13_041, 0));
    let file = import.builder.finish(0, &import.sources);
    let index = Index::open(&file).unwrap();
    assert!(index.len() + import.withdrawn + import.known + import.outside == 13_041);
    for advisory in index.advisories() {
        index.texts_of(&advisory.unwrap()).unwrap();
    }
}
