//! Updates from a server on this machine: whole, resumed, changed, broken.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Cursor, Write as _},
    net::TcpListener,
    path::Path,
    sync::{Arc, Mutex},
    thread,
};

use advisory_files::{FilesError, Import, Progress, Update, update};
use zip::{ZipWriter, write::SimpleFileOptions};

/// What a server has and has been asked for.
#[derive(Default)]
struct Site {
    files: BTreeMap<String, Vec<u8>>,
    /// After so many bytes of a body the connection ends.
    cut_at: Option<usize>,
    asked: Vec<String>,
}

type Shared = Arc<Mutex<Site>>;

/// A server of files with ranges, on a free port, for as long as the test runs.
fn serve(site: &Shared) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let site = Arc::clone(site);
    thread::spawn(move || {
        for stream in listener.incoming().take(64) {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let mut head = Vec::new();
            while let Some(Ok(line)) = lines.next() {
                if line.is_empty() {
                    break;
                }
                head.push(line);
            }
            let path =
                head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or("/").to_owned();
            let range = head.iter().find_map(|line| {
                let line = line.to_ascii_lowercase();
                line.strip_prefix("range: bytes=")?.strip_suffix('-')?.parse::<usize>().ok()
            });
            let mut site = site.lock().unwrap();
            site.asked
                .push(format!("{path}{}", range.map_or(String::new(), |at| format!(" {at}-"))));
            let Some(body) = site.files.get(path.trim_start_matches('/')) else {
                let _ = stream.write_all(
                    b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                );
                continue;
            };
            let from = range.unwrap_or(0).min(body.len());
            let status = if range.is_some() { "206 Partial Content" } else { "200 OK" };
            let rest = &body[from..];
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\netag: \"{}\"\r\nconnection: close\r\n\r\n",
                rest.len(),
                body.len()
            );
            let end = if path.ends_with("all.zip") {
                site.cut_at.unwrap_or(usize::MAX)
            } else {
                usize::MAX
            };
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&rest[..end.min(rest.len())]);
        }
    });
    format!("http://{address}")
}

struct Silent;

impl Progress for Silent {
    fn at(&self, _: &str, _: u64, _: Option<u64>) {}
}

fn record(id: &str, modified: &str, fixed: &str) -> String {
    format!(
        r#"{{"id":"{id}","modified":"{modified}","affected":[{{"package":{{"ecosystem":"npm",
        "name":"a"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},
        {{"fixed":"{fixed}"}}]}}]}}]}}"#
    )
}

fn archive(records: &[(&str, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (id, record) in records {
        zip.start_file(format!("{id}.json"), SimpleFileOptions::default()).unwrap();
        zip.write_all(record.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn site() -> Shared {
    let mut site = Site::default();
    let records = [
        ("X-1", record("X-1", "2024-01-01", "1.0.0")),
        ("X-2", record("X-2", "2024-01-02", "2.0.0")),
    ];
    site.files.insert("npm/all.zip".to_owned(), archive(&records));
    let list = b"2024-01-02T00:00:00Z,X-2\n2024-01-01T00:00:00Z,X-1\n".to_vec();
    site.files.insert("npm/modified_id.csv".to_owned(), list);
    Arc::new(Mutex::new(site))
}

fn run(base: &str, cache: &Path) -> Result<Import, FilesError> {
    let request = Update {
        base: base.to_owned(),
        cache: cache.to_owned(),
        ecosystems: vec!["npm".to_owned()],
    };
    update(&request, &Silent)
}

fn asked(site: &Shared) -> Vec<String> {
    std::mem::take(&mut site.lock().unwrap().asked)
}

#[test]
fn a_dump_is_fetched_once_and_then_what_changed() {
    let site = site();
    let base = serve(&site);
    let cache = tempfile::tempdir().unwrap();
    let import = run(&base, cache.path()).unwrap();
    assert_eq!(import.builder.len(), 2);
    assert_eq!(import.sources.len(), 1);
    assert_eq!(asked(&site), ["/npm/modified_id.csv", "/npm/all.zip"]);
    // Nothing changed, nothing is fetched but the list.
    assert_eq!(run(&base, cache.path()).unwrap().builder.len(), 2);
    assert_eq!(asked(&site), ["/npm/modified_id.csv"]);
    {
        let mut site = site.lock().unwrap();
        let list = "2024-03-02T00:00:00Z,X-3\n2024-03-01T00:00:00Z,X-1\n2024-01-02T00:00:00Z,X-2\n";
        site.files.insert("npm/modified_id.csv".to_owned(), list.into());
        let withdrawn = record("X-1", "2024-03-01", "1.0.0").replacen(
            "\"modified\"",
            "\"withdrawn\":\"2024-03-01\",\"modified\"",
            1,
        );
        site.files.insert("npm/X-1.json".to_owned(), withdrawn.into());
        site.files.insert("npm/X-3.json".to_owned(), record("X-3", "2024-03-02", "3.0.0").into());
    }
    let import = run(&base, cache.path()).unwrap();
    assert_eq!(asked(&site), ["/npm/modified_id.csv", "/npm/X-3.json", "/npm/X-1.json"]);
    let file = import.builder.finish(0, &import.sources);
    let index = advisory_index::Index::open(&file).unwrap();
    let ids: Vec<_> = index.advisories().map(|it| it.unwrap().id).collect();
    assert_eq!(ids, ["X-2", "X-3"]);
    assert_eq!(import.withdrawn, 1);
}

#[test]
fn a_download_that_broke_goes_on_where_it_stopped() {
    let site = site();
    let base = serve(&site);
    let cache = tempfile::tempdir().unwrap();
    site.lock().unwrap().cut_at = Some(100);
    let error = run(&base, cache.path()).unwrap_err();
    assert!(matches!(error, FilesError::Transfer { .. }), "{error}");
    assert!(!cache.path().join("npm.zip").exists());
    asked(&site);
    site.lock().unwrap().cut_at = None;
    assert_eq!(run(&base, cache.path()).unwrap().builder.len(), 2);
    assert_eq!(asked(&site), ["/npm/modified_id.csv", "/npm/all.zip 100-"]);
    let left: Vec<_> =
        fs::read_dir(cache.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_dump_that_is_none_is_thrown_away_and_the_old_one_stays() {
    let site = site();
    let base = serve(&site);
    let cache = tempfile::tempdir().unwrap();
    run(&base, cache.path()).unwrap();
    let good = fs::read(cache.path().join("npm.zip")).unwrap();
    {
        let mut site = site.lock().unwrap();
        site.files.insert("npm/all.zip".to_owned(), b"<html>maintenance</html>".to_vec());
    }
    fs::remove_file(cache.path().join("npm.state.json")).unwrap();
    let error = run(&base, cache.path()).unwrap_err();
    assert!(matches!(error, FilesError::Broken { .. }), "{error}");
    assert_eq!(fs::read(cache.path().join("npm.zip")).unwrap(), good);
}

#[test]
fn only_safe_addresses_and_known_names_are_taken() {
    let cache = tempfile::tempdir().unwrap();
    for base in ["http://198.51.100.1", "http://127.0.0.1.example.com", "ftp://a.example"] {
        assert!(matches!(run(base, cache.path()), Err(FilesError::Address(_))), "{base}");
    }
    let request = Update {
        base: "http://127.0.0.1:9".to_owned(),
        cache: cache.path().to_owned(),
        ecosystems: vec!["Debian".to_owned()],
    };
    assert!(matches!(update(&request, &Silent), Err(FilesError::Ecosystem(_))));
}
