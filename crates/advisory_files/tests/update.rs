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
    /// What is added to the length that the server promises.
    wrong_length: isize,
    /// Whether bodies come in small pieces, slowly.
    slow: bool,
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
                rest.len().saturating_add_signed(site.wrong_length),
                body.len()
            );
            let end = if path.ends_with("all.zip") {
                site.cut_at.unwrap_or(usize::MAX)
            } else {
                usize::MAX
            };
            let _ = stream.write_all(head.as_bytes());
            let rest = &rest[..end.min(rest.len())];
            for piece in rest.chunks(if site.slow { 64 } else { usize::MAX }) {
                if site.slow {
                    thread::sleep(std::time::Duration::from_millis(5));
                }
                let _ = stream.write_all(piece);
            }
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
        epss: None,
        kev: None,
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
        epss: None,
        kev: None,
    };
    assert!(matches!(update(&request, &Silent), Err(FilesError::Ecosystem(_))));
}

/// Ends a download as a kill would: nothing is written or removed after.
struct Killed;

impl Progress for Killed {
    fn at(&self, file: &str, done: u64, _: Option<u64>) {
        let is_dump = Path::new(file).extension().is_some_and(|it| it == "zip");
        assert!(!is_dump || done == 0, "killed");
    }
}

#[test]
fn an_update_that_was_killed_goes_on_where_it_stopped() {
    let site = site();
    site.lock().unwrap().slow = true;
    let base = serve(&site);
    let cache = tempfile::tempdir().unwrap();
    let request = Update {
        base: base.clone(),
        cache: cache.path().to_owned(),
        ecosystems: vec!["npm".to_owned()],
        epss: None,
        kev: None,
    };
    let killed = thread::spawn(move || update(&request, &Killed).map(|_| ())).join();
    assert!(killed.is_err());
    let part = fs::metadata(cache.path().join("npm.zip.new.part")).unwrap().len();
    assert!(part > 0);
    asked(&site);
    assert_eq!(run(&base, cache.path()).unwrap().builder.len(), 2);
    assert_eq!(asked(&site), ["/npm/modified_id.csv".to_owned(), format!("/npm/all.zip {part}-")]);
}

#[test]
fn a_length_that_is_not_kept_and_a_file_that_is_not_there_are_errors() {
    let site = site();
    let base = serve(&site);
    let cache = tempfile::tempdir().unwrap();
    for wrong in [10, -10] {
        site.lock().unwrap().wrong_length = wrong;
        assert!(run(&base, cache.path()).is_err(), "{wrong}");
        assert!(!cache.path().join("npm.zip").exists());
    }
    site.lock().unwrap().wrong_length = 0;
    assert_eq!(run(&base, cache.path()).unwrap().builder.len(), 2);
    {
        let mut site = site.lock().unwrap();
        let list = "2024-03-02T00:00:00Z,X-3\n2024-01-02T00:00:00Z,X-2\n";
        site.files.insert("npm/modified_id.csv".to_owned(), list.into());
    }
    // The list names a record that is not there: nothing of the cache changes, so that it is asked for again.
    for _ in 0..2 {
        let error = run(&base, cache.path()).unwrap_err();
        assert!(matches!(error, FilesError::Status { status: 404, .. }), "{error}");
    }
    site.lock().unwrap().files.remove("npm/modified_id.csv");
    let error = run(&base, cache.path()).unwrap_err();
    assert!(matches!(error, FilesError::Status { status: 404, .. }), "{error}");
}

#[test]
fn scores_and_the_list_of_exploited_flaws_are_fetched_checked_and_kept() {
    let site = site();
    let base = serve(&site);
    let cache = tempfile::tempdir().unwrap();
    let scores = "#model_version:v2025.03.14,score_date:2026-01-31T00:00:00+0000\ncve,epss,percentile\n\
        CVE-2024-1,0.5,0.97\nCVE-2024-2,0.1,0.2\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(scores.as_bytes()).unwrap();
    let catalogue = |count| {
        format!(
            r#"{{"catalogVersion":"2026.01.31","count":{count},"vulnerabilities":[
            {{"cveID":"CVE-2024-1","dateAdded":"2024-02-01"}}]}}"#
        )
    };
    {
        let mut site = site.lock().unwrap();
        let with_name = record("X-1", "2024-01-01", "1.0.0").replacen(
            "\"modified\"",
            "\"aliases\":[\"CVE-2024-1\"],\"modified\"",
            1,
        );
        site.files.insert("npm/all.zip".to_owned(), archive(&[("X-1", with_name)]));
        site.files.insert("scores.csv.gz".to_owned(), gzip.finish().unwrap());
        site.files.insert("list.json".to_owned(), catalogue(1).into());
    }
    let request = Update {
        base: base.clone(),
        cache: cache.path().to_owned(),
        ecosystems: vec!["npm".to_owned()],
        epss: Some(format!("{base}/scores.csv.gz")),
        kev: Some(format!("{base}/list.json")),
    };
    let exploited = |import: &Import| {
        let file = import.builder.finish(0, &import.sources);
        let index = advisory_index::Index::open(&file).unwrap();
        let about = index.about().unwrap();
        assert_eq!(about.epss.unwrap().entries, 2);
        assert_eq!(about.kev.unwrap().advisories, 1);
        let advisory = index.advisories().next().unwrap().unwrap();
        assert_eq!(advisory.epss.unwrap().percentile, 970_000);
        advisory.exploited.unwrap().added.to_owned()
    };
    assert_eq!(exploited(&update(&request, &Silent).unwrap()), "2024-02-01");
    // One that is cut is refused, and what was there stays, also when no list is asked for.
    site.lock().unwrap().files.insert("list.json".to_owned(), catalogue(2).into());
    let error = update(&request, &Silent).unwrap_err();
    assert!(matches!(error, FilesError::Broken { .. }), "{error}");
    assert_eq!(exploited(&run(&base, cache.path()).unwrap()), "2024-02-01");
}
