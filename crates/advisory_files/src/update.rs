//! The public dumps of osv.dev: first whole, then what changed.
//!
//! Source: google/osv.dev, docs/data.md: `ECOSYSTEM/all.zip`, `ECOSYSTEM/ID.json`, and
//! `ECOSYSTEM/modified_id.csv` with a line `TIME,ID` for each record, the newest first.

use std::{
    fs,
    path::{Path, PathBuf},
};

use advisory_index::SourceKind;
use package_version::Ecosystem;
use serde::{Deserialize, Serialize};

use crate::{FilesError, Import, fetch, fetch::Client};

/// Where the public dumps lie.
pub const BASE: &str = "https://storage.googleapis.com/osv-vulnerabilities";

/// Where FIRST publishes the scores of today.
pub const EPSS: &str = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz";
/// Where CISA publishes its catalogue of exploited vulnerabilities.
pub const KEV: &str =
    "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json";

/// Records that are fetched one by one; when more changed, the dump is fetched anew.
const MOST_CHANGES: usize = 500;
/// Bytes of the largest list of changes.
const LARGEST_LIST: u64 = 256 << 20;
/// Bytes of the largest record.
const LARGEST_RECORD: u64 = 32 << 20;

/// Is told how far a download is.
pub trait Progress {
    /// `done` of `total` bytes of a file are here; the total may not be known.
    fn at(&self, file: &str, done: u64, total: Option<u64>);
}

/// What is to be brought up to date.
#[derive(Clone, Debug)]
pub struct Update {
    /// Address of the dumps, [`BASE`] or a mirror of it.
    pub base: String,
    /// Folder in which the dumps are kept for the next update.
    pub cache: PathBuf,
    /// Names of ecosystems, as OSV writes them.
    pub ecosystems: Vec<String>,
    /// Address of the scores of EPSS; `None` fetches none, and those that are there stay.
    pub epss: Option<String>,
    /// Address of the catalogue of exploited vulnerabilities; `None` fetches none, and the one that is there
    /// stays.
    pub kev: Option<String>,
}

/// How far a dump is up to date.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// The time of the newest line of the list of changes that is in.
    newest: String,
}

/// Fetches what is missing, and reads everything that the cache then holds.
///
/// A dump that is there already is completed by the records that changed since. When something does not come
/// whole or is not what was promised, the cache stays as it was, with the part for the next attempt.
///
/// # Errors
/// [`FilesError`] for an address, a name or an answer that is no good.
pub fn update(update: &Update, progress: &dyn Progress) -> Result<Import, FilesError> {
    let client = Client::new(&update.base)?;
    let mut ecosystems = Vec::new();
    for name in &update.ecosystems {
        let known = Ecosystem::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(name));
        ecosystems.push(known.ok_or_else(|| FilesError::Ecosystem(name.clone()))?);
    }
    let failed = |source| FilesError::Write { path: update.cache.clone(), source };
    fs::create_dir_all(&update.cache).map_err(failed)?;
    for ecosystem in ecosystems {
        refresh(&client, &update.cache, ecosystem, progress)?;
    }
    for (address, name) in [(&update.epss, EPSS_FILE), (&update.kev, KEV_FILE)] {
        if let Some(address) = address {
            fetch_list(address, &update.cache.join(name), progress)?;
        }
    }
    let mut import = Import::default();
    for ecosystem in Ecosystem::ALL {
        let files = Files::of(&update.cache, ecosystem);
        if !files.dump.exists() {
            continue;
        }
        import.add_as(&files.dump, &client.url(&format!("{ecosystem}/all.zip")))?;
        if files.changes.exists() {
            import.add_as(&files.changes, &client.url(&format!("{ecosystem}/modified_id.csv")))?;
        }
    }
    for (address, name) in [(&update.epss, EPSS_FILE), (&update.kev, KEV_FILE)] {
        let file = update.cache.join(name);
        if file.exists() {
            import.add_as(&file, address.as_deref().unwrap_or(name))?;
        }
    }
    Ok(import)
}

/// The scores of EPSS in the cache.
const EPSS_FILE: &str = "epss.csv.gz";
/// The catalogue of exploited vulnerabilities in the cache.
const KEV_FILE: &str = "kev.json";

/// Fetches a list whole; one that is none must not replace a good one.
fn fetch_list(address: &str, to: &Path, progress: &dyn Progress) -> Result<(), FilesError> {
    let (base, path) = address.rsplit_once('/').unwrap_or((address, ""));
    let client = Client::new(base)?;
    let fresh = fetch::with_suffix(to, ".new");
    client.download(path, &fresh, progress)?;
    let mut check = Import::default();
    let read = check.add(&fresh);
    let is_list = check.sources.iter().any(|source| source.kind != SourceKind::Osv);
    let what = match (read, check.remarks.first()) {
        (_, Some(remark)) => remark.what.clone(),
        (Err(error), _) => error.to_string(),
        (Ok(()), None) if !is_list => "it is no such list".to_owned(),
        (Ok(()), None) => {
            return fs::rename(&fresh, to)
                .map_err(|source| FilesError::Write { path: to.to_owned(), source });
        }
    };
    fetch::remove(&fresh)?;
    Err(FilesError::Broken { url: address.to_owned(), what })
}

/// The files of an ecosystem in the cache.
struct Files {
    dump: PathBuf,
    /// Records that changed since, a line each.
    changes: PathBuf,
    state: PathBuf,
}

impl Files {
    fn of(cache: &Path, ecosystem: Ecosystem) -> Self {
        let file = |suffix: &str| cache.join(format!("{}{suffix}", ecosystem.name()));
        Self { dump: file(".zip"), changes: file(".changes.jsonl"), state: file(".state.json") }
    }
}

fn refresh(
    client: &Client,
    cache: &Path,
    ecosystem: Ecosystem,
    progress: &dyn Progress,
) -> Result<(), FilesError> {
    let files = Files::of(cache, ecosystem);
    // The list comes first: what changes while the dump is fetched is fetched again next time.
    let list = client.get(&format!("{ecosystem}/modified_id.csv"), LARGEST_LIST)?;
    let list = String::from_utf8_lossy(&list);
    let lines: Vec<(&str, &str)> = list.lines().filter_map(|line| line.split_once(',')).collect();
    let Some((newest, _)) = lines.iter().max() else {
        let url = client.url(&format!("{ecosystem}/modified_id.csv"));
        return Err(FilesError::Broken { url, what: "it lists no record".to_owned() });
    };
    let state = fs::read(&files.state).ok();
    let state = state.and_then(|bytes| serde_json::from_slice::<State>(&bytes).ok());
    let known = state.filter(|_| files.dump.exists()).map(|state| state.newest);
    let changed: Option<Vec<&str>> = known.map(|known| {
        lines.iter().filter(|(time, _)| *time > known.as_str()).map(|(_, id)| *id).collect()
    });
    match changed.filter(|ids| ids.len() <= MOST_CHANGES) {
        Some(ids) => fetch_changes(client, &files, ecosystem, &ids, progress)?,
        None => fetch_dump(client, &files, ecosystem, progress)?,
    }
    let state = State { newest: (*newest).to_owned() };
    fetch::write(&files.state, &serde_json::to_vec(&state).unwrap_or_default())
}

fn fetch_dump(
    client: &Client,
    files: &Files,
    ecosystem: Ecosystem,
    progress: &dyn Progress,
) -> Result<(), FilesError> {
    let path = format!("{ecosystem}/all.zip");
    let fresh = fetch::with_suffix(&files.dump, ".new");
    client.download(&path, &fresh, progress)?;
    // Reading checks the sum of every entry; a dump that is not whole must not replace a good one.
    let mut check = Import::default();
    let read = check.add(&fresh);
    let what = match (&read, check.remarks.first()) {
        (Err(error), _) => Some(error.to_string()),
        (Ok(()), Some(remark)) if check.refused > check.builder.len() as u64 => {
            Some(format!("{}: {}", remark.place, remark.what))
        }
        _ => None,
    };
    if let Some(what) = what {
        fetch::remove(&fresh)?;
        return Err(FilesError::Broken { url: client.url(&path), what });
    }
    fs::rename(&fresh, &files.dump)
        .map_err(|source| FilesError::Write { path: files.dump.clone(), source })?;
    fetch::remove(&files.changes)
}

fn fetch_changes(
    client: &Client,
    files: &Files,
    ecosystem: Ecosystem,
    ids: &[&str],
    progress: &dyn Progress,
) -> Result<(), FilesError> {
    // Of a record that changed before, only the newest form stays.
    let old = fs::read_to_string(&files.changes).unwrap_or_default();
    let is_kept = |line: &&str| {
        let record = serde_json::from_str::<Changed>(line).ok();
        record.is_some_and(|record| !ids.contains(&record.id.as_str()))
    };
    let mut fresh: Vec<u8> = Vec::new();
    for line in old.lines().filter(is_kept) {
        fresh.extend(line.as_bytes());
        fresh.push(b'\n');
    }
    for (at, id) in ids.iter().enumerate() {
        progress.at(ecosystem.name(), at as u64, Some(ids.len() as u64));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        if id.is_empty() || !id.bytes().all(is_plain) || id.contains("..") {
            let url = client.url(&format!("{ecosystem}/modified_id.csv"));
            return Err(FilesError::Broken { url, what: format!("`{id}` is no id") });
        }
        let path = format!("{ecosystem}/{id}.json");
        let record = client.get(&path, LARGEST_RECORD)?;
        let value: serde_json::Value = serde_json::from_slice(&record).map_err(|error| {
            FilesError::Broken { url: client.url(&path), what: error.to_string() }
        })?;
        serde_json::to_writer(&mut fresh, &value).unwrap_or_default();
        fresh.push(b'\n');
    }
    if ids.is_empty() {
        return Ok(());
    }
    let part = fetch::with_suffix(&files.changes, ".part");
    fetch::write(&part, &fresh)?;
    fs::rename(&part, &files.changes)
        .map_err(|source| FilesError::Write { path: files.changes.clone(), source })
}

/// As much of a record as tells which it is.
#[derive(Deserialize)]
struct Changed {
    id: String,
}
