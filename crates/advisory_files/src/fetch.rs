//! Files over HTTP: whole, checked, and resumed where the last attempt stopped.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use ureq::{Agent, Body, http::Response};

use crate::{FilesError, Progress};

/// Bytes of the largest dump that is fetched.
const LARGEST_DUMP: u64 = 8 << 30;
/// How long a connection may take, and how long an answer may not begin.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one file may take, so that a server that falls silent does not hold the program for ever; the next
/// run goes on where this one stopped.
const LONGEST: Duration = Duration::from_mins(30);

/// A client for one server.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
}

impl Client {
    /// A client for the files below an address.
    ///
    /// # Errors
    /// [`FilesError::Address`] when it is neither `https` nor on this machine.
    pub(crate) fn new(base: &str) -> Result<Self, FilesError> {
        let is_here = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|here| {
            base.strip_prefix(here)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        });
        if !is_here && !base.starts_with("https://") {
            return Err(FilesError::Address(base.to_owned()));
        }
        let config = Agent::config_builder()
            .https_only(!is_here)
            .http_status_as_error(false)
            .timeout_connect(Some(PATIENCE))
            .timeout_recv_response(Some(PATIENCE))
            .timeout_recv_body(Some(LONGEST))
            .user_agent(concat!("faasguard/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { agent: config.into(), base: base.trim_end_matches('/').to_owned() })
    }

    /// The address of a file.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// A small file, whole.
    ///
    /// # Errors
    /// [`FilesError`] when it does not come whole or is longer than `most` bytes.
    pub(crate) fn get(&self, path: &str, most: u64) -> Result<Vec<u8>, FilesError> {
        let url = self.url(path);
        let mut response = self.ask(&url, None)?;
        if response.status().as_u16() != 200 {
            return Err(FilesError::Status { url, status: response.status().as_u16() });
        }
        let expected = length_of(&response);
        let mut bytes = Vec::new();
        let read = response.body_mut().as_reader().take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| transfer(&url, &error))?;
        if bytes.len() as u64 > most {
            return Err(FilesError::Broken { url, what: format!("it has more than {most} bytes") });
        }
        match expected {
            Some(expected) if expected != bytes.len() as u64 => Err(FilesError::Transfer {
                url,
                what: format!("{} of {expected} bytes came", bytes.len()),
            }),
            _ => Ok(bytes),
        }
    }

    /// A large file into `to`. What an earlier attempt left in `to.part` is kept, if the server still
    /// has the same version of the file.
    ///
    /// # Errors
    /// [`FilesError`] when it does not come whole; then the part stays for the next attempt.
    pub(crate) fn download(
        &self,
        path: &str,
        to: &Path,
        progress: &dyn Progress,
    ) -> Result<(), FilesError> {
        let url = self.url(path);
        let part = with_suffix(to, ".part");
        let tag = with_suffix(to, ".part.etag");
        let have = fs::metadata(&part).map_or(0, |it| it.len());
        let known = fs::read_to_string(&tag).ok().filter(|it| have > 0 && !it.is_empty());
        let resume = known.as_deref().map(|tag| (have, tag));
        let mut response = self.ask(&url, resume)?;
        let start = match (response.status().as_u16(), resume) {
            (200, _) => 0,
            (206, Some(_)) => have,
            // The part is as long as the file or longer, and not known to be the file.
            (416, Some(_)) => {
                remove(&part)?;
                return Err(FilesError::Broken { url, what: "the part did not fit".to_owned() });
            }
            (status, _) => return Err(FilesError::Status { url, status }),
        };
        let total = length_of(&response).map(|rest| rest + start);
        let etag =
            response.headers().get("etag").and_then(|it| it.to_str().ok()).unwrap_or_default();
        write(&tag, etag.as_bytes())?;
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(start > 0).truncate(start == 0);
        let opened = options.open(&part);
        let mut file = opened.map_err(|source| FilesError::Write { path: part.clone(), source })?;
        let mut body = response.body_mut().with_config().limit(LARGEST_DUMP).reader();
        let done = copy(&mut body, &mut file, start, total, path, progress, &part, &url)?;
        if let Some(total) = total.filter(|total| *total != done) {
            let what = format!("{done} of {total} bytes came");
            return Err(FilesError::Transfer { url, what });
        }
        file.sync_all().map_err(|source| FilesError::Write { path: part.clone(), source })?;
        fs::rename(&part, to)
            .map_err(|source| FilesError::Write { path: to.to_owned(), source })?;
        remove(&tag)
    }

    fn ask(&self, url: &str, resume: Option<(u64, &str)>) -> Result<Response<Body>, FilesError> {
        // A dump is compressed already, and a length must be that of the file.
        let mut request = self.agent.get(url).header("accept-encoding", "identity");
        if let Some((from, tag)) = resume {
            request = request.header("range", format!("bytes={from}-")).header("if-range", tag);
        }
        request
            .call()
            .map_err(|error| FilesError::Transfer { url: url.to_owned(), what: error.to_string() })
    }
}

#[expect(clippy::too_many_arguments, reason = "each names what an error or the bar must tell")]
fn copy(
    from: &mut dyn Read,
    to: &mut File,
    start: u64,
    total: Option<u64>,
    name: &str,
    progress: &dyn Progress,
    part: &Path,
    url: &str,
) -> Result<u64, FilesError> {
    let mut done = start;
    let mut buffer = vec![0; 1 << 16];
    loop {
        progress.at(name, done, total);
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(done),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(transfer(url, &error)),
        };
        to.write_all(buffer.get(..read).unwrap_or_default())
            .map_err(|source| FilesError::Write { path: part.to_owned(), source })?;
        done += read as u64;
    }
}

fn length_of(response: &Response<Body>) -> Option<u64> {
    response.headers().get("content-length")?.to_str().ok()?.parse().ok()
}

fn transfer(url: &str, error: &io::Error) -> FilesError {
    FilesError::Transfer { url: url.to_owned(), what: error.to_string() }
}

/// Writes a small file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
    fs::write(path, bytes).map_err(|source| FilesError::Write { path: path.to_owned(), source })
}

/// Removes a file that may not be there.
pub(crate) fn remove(path: &Path) -> Result<(), FilesError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(FilesError::Write { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// A path with something behind its name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
