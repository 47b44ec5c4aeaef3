//! What is given to `metrics detect`: series as CSV, answers of CloudWatch, logs of functions.

use std::{
    collections::HashSet,
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use lambda_log::{Entry, Limits, LogReader, Shape, function_of_path};
use log_files::Work;
use metric_series::{Deploy, LogSeries, LogSeriesFold, Series};

/// A series may be this large: some ten million points.
const MOST_BYTES: u64 = 512 * 1_024 * 1_024;

/// Bytes by which it is told what a file is.
const HEAD: u64 = 16 * 1_024;

/// Remarks that are shown; the rest is counted.
const MOST_REMARKS: usize = 50;

/// What only logs have.
const MARKS: [&str; 6] = [
    "REPORT RequestId: ",
    "START RequestId: ",
    "\"platform.",
    "\"CloudWatchMetrics\"",
    "\"faasguard\":\"event\"",
    " Task timed out after ",
];

/// A series with its name, which no other one has.
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) series: Series,
}

/// What was read.
#[derive(Default)]
pub(crate) struct Inputs {
    pub(crate) all: Vec<Input>,
    /// Files that were not read, or in part.
    pub(crate) unread: usize,
    names: HashSet<String>,
    /// A log that came from standard input.
    input_log: Option<String>,
}

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Csv,
    CloudWatch,
    Log,
}

/// Reads files, and folders with logs and series in them; tells what cannot be read.
pub(crate) fn read_all(paths: &[PathBuf], interval_s: u32) -> Inputs {
    let mut inputs = Inputs::default();
    let mut logs = Vec::new();
    for path in paths {
        let found = if path.is_dir() {
            log_files::find_logs(std::slice::from_ref(path))
        } else {
            Ok(single(path))
        };
        let files = match found {
            Ok(found) => found,
            Err(error) => {
                inputs.refuse(&error.into());
                continue;
            }
        };
        for remark in &files.remarks {
            inputs.tell(&remark.path, &remark.message, remark.loses);
        }
        for file in &files.files {
            inputs.read(file, &mut logs);
        }
    }
    inputs.read_logs(&logs, interval_s);
    inputs
}

/// A file that is named is read whatever its name.
fn single(path: &Path) -> event_files::Found {
    event_files::Found { files: vec![path.to_path_buf()], ..event_files::Found::default() }
}

impl Inputs {
    fn refuse(&mut self, error: &anyhow::Error) {
        eprintln!("{}", report::visible(&format!("{error:#}")));
        self.unread += 1;
    }

    fn tell(&mut self, path: &Path, what: &str, loses: bool) {
        eprintln!("{}", report::visible(&format!("{}: {what}", path.display())));
        self.unread += usize::from(loses);
    }

    /// Reads a file that is no log; logs are put aside, to be read together.
    fn read(&mut self, path: &Path, logs: &mut Vec<PathBuf>) {
        let is_input = path.as_os_str() == event_files::STANDARD_INPUT;
        // Standard input can be read only once: what it is is told by all of it.
        let text = if is_input { read_text(path).map(Some) } else { Ok(None) };
        let kind = match &text {
            Ok(Some(text)) => Ok(kind_of(text.as_bytes())),
            Ok(None) => head(path).map(|head| kind_of(&head)),
            Err(_) => Ok(Kind::Csv),
        };
        let kind = match kind {
            Ok(kind) => kind,
            Err(error) => return self.refuse(&error),
        };
        if kind == Kind::Log && !is_input {
            logs.push(path.to_path_buf());
            return;
        }
        let text = match text.and_then(|text| text.map_or_else(|| read_text(path), Ok)) {
            Ok(text) => text,
            Err(error) => return self.refuse(&error),
        };
        let shown = path.display();
        let stem = path.file_stem().filter(|_| !is_input);
        let stem = stem.map_or("stdin".into(), |stem| stem.to_string_lossy());
        match kind {
            Kind::Csv => {
                let series = metric_series::read_csv(&text);
                match series.with_context(|| format!("`{shown}` is no series")) {
                    Ok(series) => self.add(path, &stem, series),
                    Err(error) => self.refuse(&error),
                }
            }
            Kind::CloudWatch => {
                let all = metric_series::read_cloudwatch(&text);
                match all.with_context(|| format!("`{shown}` holds no series")) {
                    Ok(all) => {
                        for (label, series) in all {
                            self.add(path, &format!("{stem}.{}", plain(&label)), series);
                        }
                    }
                    Err(error) => self.refuse(&error),
                }
            }
            Kind::Log => self.input_log = Some(text),
        }
    }

    /// Keeps a series and tells what of it is odd; two of one name get a number.
    fn add(&mut self, path: &Path, stem: &str, series: Series) {
        for (count, what) in [
            (series.unreadable, "rows have no moment that can be read and were left out"),
            (
                series.backwards,
                "rows are earlier than the row before; they were taken as they come",
            ),
        ] {
            if count > 0 {
                self.tell(path, &format!("{count} {what}"), false);
            }
        }
        self.keep(stem, series);
    }

    fn keep(&mut self, stem: &str, series: Series) {
        let mut name = stem.to_owned();
        let mut number = 2;
        while !self.names.insert(name.clone()) {
            name = format!("{stem}-{number}");
            number += 1;
        }
        self.all.push(Input { name, series });
    }

    fn read_logs(&mut self, files: &[PathBuf], interval_s: u32) {
        let mut all = LogSeries::new(interval_s);
        if let Some(text) = self.input_log.take() {
            let mut fold = all.fold();
            let mut reader = LogReader::new(Limits::default());
            reader.push(text.as_bytes(), &mut |entry| fold.add(entry));
            reader.finish(&mut |entry| fold.add(entry));
            all.merge(fold, "stdin");
        }
        let empty = all.clone();
        let begin = |_: &Path| empty.fold();
        let add = |fold: &mut LogSeriesFold, entry: &Entry<'_>| fold.add(entry);
        let mut end = |path: &Path, fold: LogSeriesFold| {
            let name = function_of_path(&path.to_string_lossy());
            all.merge(fold, name.as_deref().unwrap_or("unknown"));
        };
        let progress = |_, _| {};
        let mut work = Work { begin: &begin, add: &add, end: &mut end, progress: &progress };
        let totals = log_files::read_logs(files, Limits::default(), 0, &mut work);
        self.unread += totals.not_read();
        for remark in totals.remarks.iter().take(MOST_REMARKS) {
            self.tell(&remark.path, &remark.message, false);
        }
        let more = totals.remarks.len().saturating_sub(MOST_REMARKS);
        if more > 0 {
            eprintln!("… {more} more remarks");
        }
        if all.left_out > 0 {
            eprintln!(
                "{} records of logs have no time, or were too many, and are in no series",
                all.left_out
            );
        }
        for (name, series) in all.finish() {
            self.keep(&name, series);
        }
    }
}

fn kind_of(head: &[u8]) -> Kind {
    let text = String::from_utf8_lossy(head);
    if metric_series::is_cloudwatch(&text) {
        return Kind::CloudWatch;
    }
    let is_log = match Shape::of(head) {
        // Of bytes that are no text, the reader of logs says so.
        Shape::Document | Shape::Csv | Shape::Binary => true,
        Shape::Lines => MARKS.iter().any(|mark| text.contains(mark)),
    };
    if is_log { Kind::Log } else { Kind::Csv }
}

/// The first bytes of a file, decompressed.
fn head(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut head = Vec::new();
    let shown = path.display();
    let file = event_files::open(path).with_context(|| format!("cannot read `{shown}`"))?;
    file.take(HEAD).read_to_end(&mut head).with_context(|| format!("cannot read `{shown}`"))?;
    Ok(head)
}

/// The text of a file, gzip or not, within bounds; what is not UTF-8 becomes a mark.
fn read_text(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let mut bytes = Vec::new();
    let file = event_files::open(path).with_context(|| format!("cannot read `{shown}`"))?;
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read `{shown}`"))?;
    if bytes.len() as u64 > MOST_BYTES {
        anyhow::bail!("`{shown}` is larger than 512 MB; cut the series into parts");
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// A label as a part of the name of a file.
fn plain(label: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || matches!(it, '.' | '-' | '_');
    label.chars().take(80).map(|it| if is_plain(it) { it } else { '-' }).collect()
}

/// Reads deployments: lines `TIMESTAMP` or `TIMESTAMP,NAME`, or files of CloudTrail and folders of them.
pub(super) fn read_deploys(path: &Path) -> anyhow::Result<Vec<Deploy>> {
    let is_input = path.as_os_str() == event_files::STANDARD_INPUT;
    if path.is_dir() || !is_input && is_trail(path)? {
        return read_trail(path);
    }
    let text = read_text(path)?;
    metric_series::read_deploys(&text).map_err(|line| {
        anyhow::anyhow!(
            "{}:{line}: no moment; a deployment is a line `TIMESTAMP` or `TIMESTAMP,NAME`, or an event of CloudTrail",
            path.display()
        )
    })
}

fn is_trail(path: &Path) -> anyhow::Result<bool> {
    let head = head(path)?;
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head);
    Ok(matches!(head.trim_ascii_start().first(), Some(b'{' | b'[')))
}

fn read_trail(path: &Path) -> anyhow::Result<Vec<Deploy>> {
    let mut deploys = Vec::new();
    let mut opener = trail_files::Opener::short_of_memory();
    let limits = audit_event::Limits::default();
    for file in trail_files::find(&[path.to_path_buf()])?.files {
        let shown = file.display();
        let read = opener
            .read(&file, &limits, &mut |event| deploys.extend(metric_series::deploy_of(event)));
        let (outcome, _) = read.with_context(|| format!("cannot read `{shown}`"))?;
        for remark in outcome.remarks.iter().filter(|it| it.kind.loses()) {
            eprintln!("{}", report::visible(&format!("{shown}: {remark}")));
        }
    }
    deploys.sort_by_key(|deploy| deploy.time);
    deploys.dedup();
    eprintln!("{} deployments of functions in the trail", deploys.len());
    Ok(deploys)
}
