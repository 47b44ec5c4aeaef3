//! CloudTrail and the logs of functions of a window of time, as files that other commands read.
//!
//! The window is cut at fixed hours, a file a piece: a piece that is there is not asked for again, so that a
//! run that was ended goes on, and the next day adds to the last. A piece is written beside its place and
//! renamed when it is whole.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
    time::Instant,
};

use serde_json::{Value, json};

use crate::{
    client::Client,
    identity::service,
    lanes::{LaneKey, Lanes, Turn},
    reply::{Fault, FaultKind},
    request::json,
    table::Service,
    trail_bucket::{self, TrailBucket},
    walk::lock,
};

/// Seconds of a piece of a trail, and of the log of a function. They divide a day: pieces of all runs fit.
pub(crate) const TRAIL_PIECE: i64 = 6 * 3_600;
const LOG_PIECE: i64 = 24 * 3_600;

/// Requests a second: `LookupEvents` takes two in a region, `FilterLogEvents` five and more.
const TRAIL_RATE: f64 = 2.0;
const LOG_RATE: f64 = 5.0;

/// How often a request is sent that may pass another time.
const MOST_ATTEMPTS: u32 = 10;

/// Pages of one piece.
const MOST_PAGES: usize = 1_000_000;

/// What is fetched.
#[derive(Clone, Debug)]
pub struct PullOptions {
    /// The folder.
    pub folder: PathBuf,
    /// The first second, since 1970; pieces begin at full hours before it.
    pub since: i64,
    /// The second after the last one.
    pub until: i64,
    /// Regions; those of the bucket that are to be read, all when none.
    pub regions: Vec<String>,
    /// The bucket of a trail, which is read in place of `LookupEvents`.
    pub bucket: Option<TrailBucket>,
    /// Events of CloudTrail.
    pub trail: bool,
    /// Logs of functions.
    pub logs: bool,
    /// Every line of the logs, not the reports of invocations alone.
    pub all_lines: bool,
    /// Requests a second in a region.
    pub rate: Option<f64>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Pieces that were fetched.
    pub files: u64,
    /// Pieces that were there.
    pub already: u64,
    /// Events of CloudTrail.
    pub events: u64,
    /// Lines of logs.
    pub lines: u64,
    /// What was not fetched: where and why.
    pub not_looked_at: Vec<String>,
}

/// Why nothing can be kept.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be written: {source}", path.display())]
pub struct PullError {
    path: PathBuf,
    source: io::Error,
}

/// Fetches what is wanted of one account; each region has a thread for either kind.
///
/// # Errors
/// [`PullError`] when a file cannot be written. What is denied stands in the outcome.
pub fn pull(
    client: &Client,
    account: &str,
    options: &PullOptions,
    progress: &(dyn Fn(&Pulled) + Sync),
) -> Result<Pulled, PullError> {
    let outcome = Mutex::new(Pulled::default());
    let failure = Mutex::new(None);
    if let (true, Some(bucket)) = (options.trail, &options.bucket) {
        trail_bucket::fetch(client, bucket, options, &outcome, progress)?;
    }
    thread::scope(|scope| {
        for region in &options.regions {
            let puller = Puller { client, account, region, options, outcome: &outcome, progress };
            let failure = &failure;
            let keep = move |result: Result<(), PullError>| {
                if let Err(error) = result {
                    *lock(failure) = Some(error);
                }
            };
            if options.trail && options.bucket.is_none() {
                scope.spawn(move || keep(puller.trail()));
            }
            if options.logs {
                scope.spawn(move || keep(puller.logs()));
            }
        }
    });
    match failure.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(outcome.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)),
    }
}

/// One account in one region.
#[derive(Clone, Copy)]
pub(crate) struct Puller<'a> {
    pub(crate) client: &'a Client,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) options: &'a PullOptions,
    pub(crate) outcome: &'a Mutex<Pulled>,
    pub(crate) progress: &'a (dyn Fn(&Pulled) + Sync),
}

impl Puller<'_> {
    fn trail(&self) -> Result<(), PullError> {
        let Some(mut asker) = self.asker("cloudtrail", TRAIL_RATE) else { return Ok(()) };
        let folder = self.options.folder.join("trail").join(self.account).join(self.region);
        for piece in pieces(self.options.since, self.options.until, TRAIL_PIECE) {
            let Some(file) = self.begin(&folder, piece, "jsonl")? else { continue };
            let body =
                json!({ "StartTime": piece.start, "EndTime": piece.end - 1, "MaxResults": 50 });
            let mut count = 0;
            let result = file.fill(|output| {
                asker.pages("LookupEvents", body, "NextToken", |page| {
                    for event in page.get("Events").and_then(Value::as_array).into_iter().flatten()
                    {
                        let text = event.get("CloudTrailEvent").and_then(Value::as_str);
                        // Read and written again: what is no JSON would tear the lines.
                        let record = text.and_then(|it| serde_json::from_str::<Value>(it).ok());
                        if let Some(record) = record {
                            writeln!(output, "{record}")?;
                            count += 1;
                        }
                    }
                    Ok(())
                })
            })?;
            if !self.end(result, "cloudtrail:LookupEvents", &folder, piece, count, 0)? {
                return Ok(());
            }
        }
        Ok(())
    }

    fn logs(&self) -> Result<(), PullError> {
        let Some(mut asker) = self.asker("logs", LOG_RATE) else { return Ok(()) };
        let mut groups = Vec::new();
        let body = json!({ "logGroupNamePrefix": "/aws/lambda/", "limit": 50 });
        let listed = asker.pages("DescribeLogGroups", body, "nextToken", |page| {
            for group in page.get("logGroups").and_then(Value::as_array).into_iter().flatten() {
                if let Some(name) = group.get("logGroupName").and_then(Value::as_str) {
                    let made = group.get("creationTime").and_then(Value::as_i64).unwrap_or(0);
                    groups.push((name.to_owned(), made / 1_000));
                }
            }
            Ok(())
        });
        if let Err(Broken::Fault(fault)) = listed {
            self.gap("logs:DescribeLogGroups", &fault);
            return Ok(());
        }
        for (group, made) in groups {
            self.log(&mut asker, &group, made)?;
        }
        Ok(())
    }

    fn log(&self, asker: &mut Asker<'_>, group: &str, made: i64) -> Result<(), PullError> {
        let function = group.strip_prefix("/aws/lambda/").unwrap_or(group);
        let kind = if self.options.all_lines { "logs" } else { "reports" };
        let folder = self.options.folder.join(kind).join(self.account).join(self.region);
        let folder = folder.join(plain(function));
        for piece in pieces(self.options.since, self.options.until, LOG_PIECE) {
            if piece.end <= made {
                continue;
            }
            let Some(file) = self.begin(&folder, piece, "json")? else { continue };
            let mut body = json!({
                "logGroupName": group, "startTime": piece.start * 1_000, "endTime": piece.end * 1_000 - 1,
            });
            if let (false, Some(members)) = (self.options.all_lines, body.as_object_mut()) {
                let pattern = "?\"REPORT RequestId\" ?\"platform.report\"";
                members.insert("filterPattern".to_owned(), json!(pattern));
            }
            let mut count = 0;
            let result = file.fill(|output| {
                write!(output, "{{\"logGroup\":{},\"events\":[", json!(group))?;
                asker.pages("FilterLogEvents", body, "nextToken", |page| {
                    for event in page.get("events").and_then(Value::as_array).into_iter().flatten()
                    {
                        let mark = if count > 0 { "," } else { "" };
                        write!(output, "{mark}\n{event}")?;
                        count += 1;
                    }
                    Ok(())
                })?;
                writeln!(output, "\n]}}")?;
                Ok(())
            })?;
            if !self.end(result, "logs:FilterLogEvents", &folder, piece, 0, count)? {
                return Ok(());
            }
        }
        Ok(())
    }

    fn asker(&self, name: &str, rate: f64) -> Option<Asker<'_>> {
        let rate = self.options.rate.unwrap_or(rate);
        match service(name) {
            Ok(service) => Some(Asker::new(self.client, self.region, service, rate)),
            Err(fault) => {
                self.gap(name, &fault);
                None
            }
        }
    }

    /// The file of a piece, or none when it is there. A shorter piece from an earlier run goes away when the
    /// longer one is whole.
    pub(crate) fn begin(
        &self,
        folder: &Path,
        piece: Piece,
        ending: &str,
    ) -> Result<Option<NewFile>, PullError> {
        let path = folder.join(format!("{}.{ending}", piece.name()));
        if path.is_file() {
            lock(self.outcome).already += 1;
            return Ok(None);
        }
        fs::create_dir_all(folder)
            .map_err(|source| PullError { path: folder.to_path_buf(), source })?;
        Ok(Some(NewFile { path }))
    }

    /// Counts a piece, or tells why there is none; `false` when the rest of its kind need not be tried.
    pub(crate) fn end(
        &self,
        result: Result<(), Fault>,
        what: &str,
        folder: &Path,
        piece: Piece,
        events: u64,
        lines: u64,
    ) -> Result<bool, PullError> {
        if let Err(fault) = result {
            self.gap(&format!("{what} {}", piece.name()), &fault);
            return Ok(fault.may_pass());
        }
        piece
            .remove_shorter(folder)
            .map_err(|source| PullError { path: folder.to_path_buf(), source })?;
        let mut outcome = lock(self.outcome);
        outcome.files += 1;
        outcome.events += events;
        outcome.lines += lines;
        (self.progress)(&outcome);
        Ok(true)
    }

    pub(crate) fn gap(&self, what: &str, fault: &Fault) {
        let text = format!("{} {what}: {fault}", self.region);
        lock(self.outcome).not_looked_at.push(text);
    }
}

/// Requests to one service in one region, at its speed.
pub(crate) struct Asker<'a> {
    client: &'a Client,
    region: &'a str,
    service: Service,
    lanes: Lanes<()>,
    rate: f64,
}

/// Why a list did not come whole.
pub(crate) enum Broken {
    Fault(Fault),
    Disk(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl<'a> Asker<'a> {
    pub(crate) fn new(client: &'a Client, region: &'a str, service: Service, rate: f64) -> Self {
        Self { client, region, service, lanes: Lanes::new(), rate }
    }
}

impl Asker<'_> {
    /// Asks page after page.
    fn pages(
        &mut self,
        operation: &str,
        mut body: Value,
        token: &str,
        mut take: impl FnMut(&Value) -> io::Result<()>,
    ) -> Result<(), Broken> {
        for _ in 0..MOST_PAGES {
            let page = self.ask(operation, &body).map_err(Broken::Fault)?;
            take(&page)?;
            let next = page.get(token).and_then(Value::as_str).filter(|it| !it.is_empty());
            let (Some(next), Some(members)) = (next, body.as_object_mut()) else { return Ok(()) };
            let before = members.insert(token.to_owned(), json!(next));
            if before.as_ref().and_then(Value::as_str) == Some(next) {
                let words = "the service gives the same page again and again";
                return Err(Broken::Fault(Fault::new(FaultKind::Other, "SamePage", words)));
            }
        }
        Err(Broken::Fault(Fault::new(FaultKind::Other, "TooManyPages", "the list does not end")))
    }

    fn ask(&mut self, operation: &str, body: &Value) -> Result<Value, Fault> {
        let plain = json(&self.service, operation, body);
        let (client, region, service) = (self.client, self.region, self.service.clone());
        self.patiently(|| client.call(&service, Some(region), &plain, &[]))
    }

    /// Does it at the speed of the service, and again when it may pass another time.
    pub(crate) fn patiently<T>(&mut self, call: impl Fn() -> Result<T, Fault>) -> Result<T, Fault> {
        let key: LaneKey = (self.service.name.clone(), Some(self.region.to_owned()));
        for attempt in 1.. {
            self.lanes.push(key.clone(), self.rate, Instant::now(), ());
            while let Turn::At(moment) = self.lanes.next(Instant::now()) {
                thread::sleep(moment.saturating_duration_since(Instant::now()));
            }
            match call() {
                Err(fault) if fault.may_pass() && attempt < MOST_ATTEMPTS => {
                    let is_throttled = fault.kind == FaultKind::Throttled;
                    let asked = fault.retry_after_s;
                    self.lanes.went_wrong(&key, Instant::now(), attempt, is_throttled, asked);
                }
                Ok(answer) => {
                    self.lanes.went_well(&key);
                    return Ok(answer);
                }
                error => return error,
            }
        }
        Err(Fault::new(FaultKind::Other, "NotAsked", "nothing was asked"))
    }
}

/// A file that is there when it is whole.
pub(crate) struct NewFile {
    path: PathBuf,
}

impl NewFile {
    pub(crate) fn fill(
        &self,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<(), Broken>,
    ) -> Result<Result<(), Fault>, PullError> {
        let failed = |source: io::Error| PullError { path: self.path.clone(), source };
        let mut beside = self.path.clone().into_os_string();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let mut output = BufWriter::new(File::create(&beside).map_err(failed)?);
        match write(&mut output) {
            Ok(()) => {
                let file = output.into_inner().map_err(|error| failed(error.into_error()))?;
                file.sync_all().map_err(failed)?;
                fs::rename(&beside, &self.path).map_err(failed)?;
                Ok(Ok(()))
            }
            Err(Broken::Fault(fault)) => {
                let _ = fs::remove_file(&beside);
                Ok(Err(fault))
            }
            Err(Broken::Disk(error)) => Err(failed(error)),
        }
    }
}

/// A part of the window, in seconds since 1970; the end does not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

impl Piece {
    /// `20261127T060000Z--20261127T120000Z`
    fn name(self) -> String {
        format!("{}--{}", stamp(self.start), stamp(self.end))
    }

    /// Removes pieces that begin with this one and end before it.
    fn remove_shorter(self, folder: &Path) -> io::Result<()> {
        let (start, own) = (format!("{}--", stamp(self.start)), self.name());
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some((stem, _)) = name.to_str().and_then(|it| it.split_once('.')) else { continue };
            if stem.starts_with(&start) && stem < own.as_str() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// The window in pieces that begin at multiples of their length.
pub(crate) fn pieces(since: i64, until: i64, length: i64) -> impl Iterator<Item = Piece> {
    let first = since.div_euclid(length) * length;
    let starts = std::iter::successors(Some(first), move |it| it.checked_add(length));
    starts
        .take_while(move |start| *start < until)
        .map(move |start| Piece { start, end: start.saturating_add(length).min(until) })
}

fn stamp(second: i64) -> String {
    jiff::Timestamp::from_second(second)
        .map_or_else(|_| second.to_string(), |it| it.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// A name as a folder's.
fn plain(name: &str) -> String {
    let fit = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
    name.chars().map(|it| if fit(it) { it } else { '_' }).take(140).collect()
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    #[test]
    fn pieces_of_two_runs_never_overlap() {
        let day = 86_400;
        let first: Vec<_> = pieces(10 * day + 5, 10 * day + 40_000, 21_600).collect();
        assert_eq!(
            first,
            [
                Piece { start: 10 * day, end: 10 * day + 21_600 },
                Piece { start: 10 * day + 21_600, end: 10 * day + 40_000 },
            ]
        );
        let second: Vec<_> = pieces(10 * day + 39_000, 11 * day, 21_600).collect();
        assert_eq!(
            second.first(),
            Some(&Piece { start: 10 * day + 21_600, end: 10 * day + 43_200 })
        );
        assert_eq!(pieces(5, 5, 10).count(), 1);
        assert_eq!(pieces(10, 10, 10).count(), 0);
    }

    #[test]
    fn a_longer_piece_takes_the_place_of_a_shorter_one() {
        let folder = tempfile::tempdir().unwrap();
        let (short, long) = (Piece { start: 0, end: 100 }, Piece { start: 0, end: 21_600 });
        let other = Piece { start: 21_600, end: 30_000 };
        for piece in [short, long, other] {
            std::fs::write(folder.path().join(format!("{}.jsonl", piece.name())), "").unwrap();
        }
        long.remove_shorter(folder.path()).unwrap();
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "19700101T000000Z--19700101T060000Z.jsonl",
                "19700101T060000Z--19700101T082000Z.jsonl"
            ]
        );
    }
}
