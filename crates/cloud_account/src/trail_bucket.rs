//! CloudTrail out of the bucket in which a trail keeps its files: as far back as they are kept, of every
//! account and region that writes there, in the same pieces as what `LookupEvents` tells.
//!
//! A file belongs to the piece in which its name says that it was written; each is read once.

use std::{
    collections::VecDeque,
    io::{Read as _, Write as _},
    sync::Mutex,
    thread,
};

use serde::Deserialize;
use serde_json::Value;

use crate::{
    client::Client,
    identity::service,
    pull::{Asker, Broken, Piece, PullError, PullOptions, Pulled, Puller, TRAIL_PIECE, pieces},
    reply::{Fault, FaultKind},
    request::{Plain, escape},
    table::Service,
    walk::lock,
};

/// Requests a second of one worker, and workers.
const RATE: f64 = 12.0;
const WORKERS: usize = 8;

/// Pages of one list.
const MOST_PAGES: usize = 100_000;

/// Bytes of one file, unpacked: CloudTrail writes some megabytes.
const MOST_BYTES: u64 = 512 << 20;

/// Folders of CloudTrail stand below this one.
const LOGS: &str = "AWSLogs/";

/// Where a trail writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailBucket {
    /// Its bucket.
    pub bucket: String,
    /// What stands before `AWSLogs/` in the names of its files: empty, or with `/` at the end.
    pub prefix: String,
}

impl TrailBucket {
    /// Reads `s3://bucket/prefix`; what stands behind `AWSLogs` is left out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("s3://")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let fit = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b".-".contains(&it);
        if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(fit) {
            return None;
        }
        let prefix = prefix.split(LOGS.trim_end_matches('/')).next().unwrap_or_default();
        let prefix = prefix.trim_end_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Some(Self { bucket: bucket.to_owned(), prefix })
    }
}

/// One account in one region, and what stands before the days of its files.
struct Job {
    account: String,
    region: String,
    days: String,
}

/// Fetches the window of every account and region that writes into the bucket; of these regions alone when
/// the options name some.
pub(crate) fn fetch(
    client: &Client,
    bucket: &TrailBucket,
    options: &PullOptions,
    outcome: &Mutex<Pulled>,
    progress: &(dyn Fn(&Pulled) + Sync),
) -> Result<(), PullError> {
    let gap = |what: &str, fault: &Fault| {
        lock(outcome).not_looked_at.push(format!("{} {what}: {fault}", bucket.bucket));
    };
    let source = match Source::find(client, bucket, options.rate) {
        Ok(source) => source,
        Err(fault) => {
            gap("s3:ListBucket", &fault);
            return Ok(());
        }
    };
    let jobs = match source.jobs(&options.regions) {
        Ok(jobs) => Mutex::new(jobs),
        Err(fault) => {
            gap("s3:ListBucket", &fault);
            return Ok(());
        }
    };
    let failure = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let mut asker = source.asker();
                loop {
                    let job = lock(&jobs).pop_front();
                    let Some(job) = job else { return };
                    let puller = Puller {
                        client,
                        account: &job.account,
                        region: &job.region,
                        options,
                        outcome,
                        progress,
                    };
                    if let Err(error) = source.pull(&mut asker, &puller, &job) {
                        *lock(&failure) = Some(error);
                        return;
                    }
                }
            });
        }
    });
    failure.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).map_or(Ok(()), Err)
}

/// The bucket where it lies.
struct Source<'a> {
    client: &'a Client,
    bucket: &'a TrailBucket,
    service: Service,
    region: String,
    rate: f64,
}

/// A page of a list.
#[derive(Debug, Default)]
struct Listed {
    keys: Vec<String>,
    folders: Vec<String>,
}

impl<'a> Source<'a> {
    /// Asks which region the bucket is in.
    fn find(client: &'a Client, bucket: &'a TrailBucket, rate: Option<f64>) -> Result<Self, Fault> {
        let region = "us-east-1".to_owned();
        let rate = rate.map_or(RATE, |it| it / 8.0);
        let mut source = Self { client, bucket, service: service("s3")?, region, rate };
        let first = source.list_page("", None, 1);
        let plain = first;
        let answer = source
            .asker()
            .patiently(|| source.client.bytes(&source.service, &source.region, &plain));
        match answer {
            Err(Fault { region: Some(there), .. }) if there != source.region => {
                source.region = there;
                Ok(source)
            }
            Err(fault) => Err(fault),
            Ok(_) => Ok(source),
        }
    }

    fn asker(&self) -> Asker<'_> {
        Asker::new(self.client, &self.region, self.service.clone(), self.rate)
    }

    fn list_page(&self, prefix: &str, token: Option<&str>, most: u32) -> Plain {
        let mut path = format!(
            "/{}?delimiter=%2F&list-type=2&max-keys={most}&prefix={}",
            escape(&self.bucket.bucket),
            escape(prefix)
        );
        if let Some(token) = token {
            path = path.replacen('?', &format!("?continuation-token={}&", escape(token)), 1);
        }
        get(path)
    }

    /// What lies in a folder.
    fn list(&self, asker: &mut Asker<'_>, prefix: &str) -> Result<Listed, Fault> {
        let arrays = ["+Contents".to_owned(), "+CommonPrefixes".to_owned()];
        let mut listed = Listed::default();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let plain = self.list_page(prefix, token.as_deref(), 1000);
            let page = asker.patiently(|| {
                self.client.call(&self.service, Some(&self.region), &plain, &arrays)
            })?;
            let texts = |list: &str, member: &str| {
                let all = page.get(list).and_then(Value::as_array).into_iter().flatten();
                let texts = all.filter_map(|it| it.get(member).and_then(Value::as_str));
                texts.map(str::to_owned).collect::<Vec<_>>()
            };
            listed.keys.extend(texts("Contents", "Key"));
            listed.folders.extend(texts("CommonPrefixes", "Prefix"));
            let next = page.get("NextContinuationToken").and_then(Value::as_str);
            match next.filter(|it| !it.is_empty()) {
                Some(next) if token.as_deref() != Some(next) => token = Some(next.to_owned()),
                Some(_) => break,
                None => return Ok(listed),
            }
        }
        Err(Fault::new(FaultKind::Other, "TooManyPages", "the list does not end"))
    }

    /// Accounts and regions of the bucket. Those of an organisation stand below its id.
    fn jobs(&self, regions: &[String]) -> Result<VecDeque<Job>, Fault> {
        let mut asker = self.asker();
        let root = format!("{}{LOGS}", self.bucket.prefix);
        let mut accounts = Vec::new();
        for folder in self.list(&mut asker, &root)?.folders {
            let name = last(&folder);
            if name.starts_with("o-") {
                accounts.extend(self.list(&mut asker, &folder)?.folders);
            } else {
                accounts.push(folder);
            }
        }
        let mut jobs = VecDeque::new();
        for folder in accounts {
            let account = last(&folder).to_owned();
            if account.len() != 12 || !account.bytes().all(|it| it.is_ascii_digit()) {
                continue;
            }
            for days in self.list(&mut asker, &format!("{folder}CloudTrail/"))?.folders {
                let region = last(&days).to_owned();
                let fit = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
                let is_region = region.bytes().all(fit) && region.len() <= 32;
                if is_region && (regions.is_empty() || regions.contains(&region)) {
                    jobs.push_back(Job { account: account.clone(), region, days });
                }
            }
        }
        Ok(jobs)
    }

    fn pull(&self, asker: &mut Asker<'_>, puller: &Puller<'_>, job: &Job) -> Result<(), PullError> {
        let options = puller.options;
        let folder = options.folder.join("trail").join(&job.account).join(&job.region);
        for piece in pieces(options.since, options.until, TRAIL_PIECE) {
            let Some(file) = puller.begin(&folder, piece, "jsonl")? else { continue };
            // A piece lies within a day.
            let day = day_of(piece.start);
            let listed = self.list(asker, &format!("{}{day}/", job.days));
            let keys = match listed {
                Ok(listed) => listed.keys,
                Err(fault) => {
                    if !puller.end(Err(fault), "s3:ListBucket", &folder, piece, 0, 0)? {
                        return Ok(());
                    }
                    continue;
                }
            };
            let mut count = 0;
            let result = file.fill(|output| {
                for key in keys.iter().filter(|key| is_of(piece, key)) {
                    match self.records(asker, key).map_err(Broken::Fault)? {
                        Ok(records) => {
                            for record in records {
                                writeln!(output, "{record}")?;
                                count += 1;
                            }
                        }
                        Err(fault) => puller.gap(key, &fault),
                    }
                }
                Ok(())
            })?;
            if !puller.end(result, "s3:GetObject", &folder, piece, count, 0)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The records of a file; the inner fault when it is none of CloudTrail's.
    fn records(
        &self,
        asker: &mut Asker<'_>,
        key: &str,
    ) -> Result<Result<Vec<Value>, Fault>, Fault> {
        let path: Vec<String> = key.split('/').map(escape).collect();
        let plain = get(format!("/{}/{}", escape(&self.bucket.bucket), path.join("/")));
        let bytes = asker.patiently(|| self.client.bytes(&self.service, &self.region, &plain))?;
        Ok(unpacked(&bytes))
    }
}

fn get(path: String) -> Plain {
    Plain { method: "GET".to_owned(), path, headers: Vec::new(), body: Vec::new() }
}

#[derive(Deserialize)]
struct Records {
    #[serde(rename = "Records")]
    records: Vec<Value>,
}

fn unpacked(bytes: &[u8]) -> Result<Vec<Value>, Fault> {
    let odd = |message: String| Fault::new(FaultKind::Other, "UnreadableFile", &message);
    let mut text = Vec::new();
    let mut unpacker = flate2::read::MultiGzDecoder::new(bytes).take(MOST_BYTES + 1);
    unpacker.read_to_end(&mut text).map_err(|error| odd(error.to_string()))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(odd(format!("it has more than {MOST_BYTES} bytes")));
    }
    let read: Records = serde_json::from_slice(&text).map_err(|error| odd(error.to_string()))?;
    Ok(read.records)
}

/// The last folder of a path: `eu-west-1` of `AWSLogs/111122223333/CloudTrail/eu-west-1/`.
fn last(folder: &str) -> &str {
    let folder = folder.strip_suffix('/').unwrap_or(folder);
    folder.rsplit('/').next().unwrap_or(folder)
}

fn day_of(second: i64) -> String {
    jiff::Timestamp::from_second(second)
        .map_or_else(|_| String::new(), |it| it.strftime("%Y/%m/%d").to_string())
}

/// Whether the name of a file says that it was written within a piece:
/// `…/111122223333_CloudTrail_eu-west-1_20261127T0005Z_aBc.json.gz`.
fn is_of(piece: Piece, key: &str) -> bool {
    let name = key.rsplit('/').next().unwrap_or(key);
    let written = name.split('_').nth(3).and_then(minute);
    name.ends_with(".json.gz") && written.is_some_and(|it| piece.start <= it && it < piece.end)
}

/// The second of `20261127T0005Z`.
fn minute(text: &str) -> Option<i64> {
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%MZ", text).ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::{TrailBucket, is_of, last, minute, unpacked};
    use crate::pull::Piece;

    #[test]
    fn addresses_of_buckets() {
        let told = |text: &str| TrailBucket::parse(text).map(|it| (it.bucket, it.prefix));
        let is = |bucket: &str, prefix: &str| Some((bucket.to_owned(), prefix.to_owned()));
        assert_eq!(told("s3://trails"), is("trails", ""));
        assert_eq!(told("s3://trails/audit/"), is("trails", "audit/"));
        assert_eq!(told("s3://trails/AWSLogs/111122223333/CloudTrail/"), is("trails", ""));
        assert_eq!(told("s3://trails/a/b/AWSLogs"), is("trails", "a/b/"));
        for odd in ["trails", "s3://", "s3://Trails/x", "s3://a?b/", "https://trails"] {
            assert_eq!(told(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_file_belongs_to_the_piece_that_its_name_says() {
        let key = "AWSLogs/1/CloudTrail/r/2026/11/27/1_CloudTrail_r_20261127T0600Z_aB.json.gz";
        let start = minute("20261127T0600Z").unwrap();
        let piece = |start, end| Piece { start, end };
        assert!(is_of(piece(start, start + 60), key));
        assert!(!is_of(piece(start - 60, start), key));
        for odd in ["a", "1_CloudTrail_r_soon_x.json.gz", "1_CloudTrail_r_20261127T0600Z_aB.json"] {
            assert!(!is_of(piece(start, start + 60), odd), "{odd}");
        }
        assert_eq!(last("AWSLogs/1/CloudTrail/eu-west-1/"), "eu-west-1");
    }

    #[test]
    fn files_are_unpacked_and_odd_ones_told() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"{\"Records\": [{\"eventID\": \"a\"},\n {\"eventID\": \"b\"}]}").unwrap();
        assert_eq!(unpacked(&packed.finish().unwrap()).unwrap().len(), 2);
        assert!(unpacked(b"plain").is_err());
    }
}
