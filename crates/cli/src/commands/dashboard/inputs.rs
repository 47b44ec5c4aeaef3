//! What the pages are made of: a scan of this run, files of earlier ones, logs, series, traces.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use ::scan::{Change, Changes, OfApplication, Outcome, Request};
use anyhow::Context as _;
use dashboard_view::{Documents, GuardLine, Metric, MetricAlert, PolicyWrites};
use fix_files::EditedFile;
use flate2::read::MultiGzDecoder;
use lambda_log::{Entry, Limits, LogReader, Record};
use least_privilege::edit::Permits;
use report::{Format, GraphFormat, TableFormat};

use super::DashboardOptions;
use crate::{
    commands::{
        evidence::{UsageSources, observed},
        metrics::inputs as series,
        own_rules::Book,
        scan::{deployment, read_config},
    },
    output,
};

/// Largest file that is read, in bytes.
const MOST_BYTES: u64 = 1 << 30;
/// Functions of which it is worked out what would be written.
const MOST_WRITES: usize = 500;
/// Files of one folder.
const MOST_FILES: usize = 10_000;
/// Bytes of a log that are read at once.
const PIECE: usize = 64 << 10;
/// Seconds that one point of a series out of a log stands for.
const INTERVAL_S: u32 = 300;

/// What a scan of this run gave.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// Documents: name and JSON.
    documents: Vec<(String, String)>,
    /// What would be written into each template.
    writes: Vec<PolicyWrites>,
}

/// Reads all files; what cannot be read is a remark on a page and a line on standard error.
pub(super) fn documents(options: &DashboardOptions, scanned: &Scanned) -> Documents {
    let mut documents = Documents::default();
    for (name, text) in &scanned.documents {
        if let Err(error) = documents.add_json(name, text.as_bytes()) {
            tell(&mut documents, format!("{name}: {error}"));
        }
    }
    for writes in &scanned.writes {
        documents.add_policy_writes(writes.clone());
    }
    for path in options.scans.iter().chain(&options.usage) {
        each(path, &mut documents, |documents, name, bytes| {
            documents.add_json(name, bytes).map_err(|it| it.to_string())
        });
    }
    for path in &options.alerts {
        each(path, &mut documents, |documents, name, bytes| {
            documents.add_alerts(name, bytes);
            Ok(())
        });
    }
    for path in &options.traces {
        each(path, &mut documents, |documents, name, bytes| {
            documents.add_traces(name, bytes).map_err(|it| it.to_string())
        });
    }
    for path in &options.guard {
        documents.add_empty("guard");
        guard(path, &mut documents);
    }
    if !options.metrics.is_empty() {
        documents.add_empty("metrics");
        metrics(&options.metrics, &mut documents);
    }
    documents
}

fn tell(documents: &mut Documents, text: String) {
    eprintln!("{}", report::visible(&text));
    documents.remark(text);
}

/// What logs and usage tell of findings. What of them cannot be read is told where their own pages read it.
fn seen(options: &DashboardOptions) -> ::scan::SeenElsewhere {
    let usage = UsageSources { usage: options.usage.clone(), ..UsageSources::default() };
    ::scan::SeenElsewhere {
        observed: observed(&options.guard).ok().flatten().map(Arc::new),
        usage: usage.read().ok().flatten().map(Arc::new),
        now: Some(jiff::Timestamp::now().as_millisecond()),
        ..::scan::SeenElsewhere::default()
    }
}

/// A scan of this run: its result, its graph, permissions and checklist; nothing without a path.
pub(super) fn scan(options: &DashboardOptions, paths: &[PathBuf]) -> anyhow::Result<Scanned> {
    if paths.is_empty() {
        return Ok(Scanned::default());
    }
    let (config, config_path) = read_config(None, paths)?;
    let mut request = deployment(&options.deployment, &config);
    request.paths = paths.to_vec();
    request.keep_applications = true;
    request.reads_code = true;
    let named = config_path.as_deref().and_then(Path::parent).zip(config.vulndb.as_ref());
    let vulndb = options.vulndb.clone().or_else(|| named.map(|(folder, name)| folder.join(name)));
    let now = jiff::Timestamp::now().as_second();
    request.vulndb = vulndb.map(|path| ::scan::Vulndb { path, max_age_days: config.max_age, now });
    request.config = config;
    request.seen = seen(options);
    let outcome = ::scan::scan(&request, &|_, _| {})?;
    let book = Book(&outcome.own_rules);
    let context = report::Context { sources: &outcome.sources, rule: &book };
    let terminal = output::terminal(false);
    let result = report::render(Format::Json, &outcome.report, &context, &terminal);
    let graph = ::scan::graph(&outcome.applications, &outcome.report.findings);
    let graph = report::render_graph(GraphFormat::Json, &graph);
    let quota = least_privilege::quota::INLINE;
    let privileges = ::scan::privileges_of(&outcome, &request, None, quota);
    let writes = writes(&privileges, &outcome, &request);
    let privileges = least_privilege::to_json(
        privileges.iter().map(|it| (it.template.as_str(), it.privileges.as_slice())),
        &outcome.sources,
    );
    let checklist = ::checklist::checklist(&outcome.applications, &outcome.code, &outcome.report);
    let checklist = report::render_checklist(TableFormat::Json, &checklist, &context, &terminal);
    let name = |what: &str| format!("{what} of `{}`", outcome.report.root);
    let documents = vec![
        (name("scan"), result),
        (name("graph"), graph),
        (name("permissions"), privileges),
        (name("checklist"), checklist),
    ];
    Ok(Scanned { documents, writes })
}

/// What `iam generate --write` would do to each template; nothing is written. Of large applications only the
/// first templates: each policy is proven to allow nothing new.
fn writes(
    applications: &[OfApplication<'_>],
    outcome: &Outcome,
    request: &Request,
) -> Vec<PolicyWrites> {
    let mut room = MOST_WRITES;
    let mut all = Vec::new();
    for application in applications.iter().filter(|it| !it.privileges.is_empty()) {
        let count = application.privileges.len();
        if count > room {
            continue;
        }
        room -= count;
        // A template that cannot be edited is told of by the command that would do it.
        let Ok(rewritten) = ::scan::rewrite(application, outcome, request, Permits::default())
        else {
            continue;
        };
        let said = |change: &Result<Change, _>| match change {
            Ok(Change::Written) => "its policy would be written anew".to_owned(),
            Ok(Change::Exact) => "its policy is exact already".to_owned(),
            Err(refusal) => format!("it would be left alone: {refusal}"),
        };
        let functions = rewritten.functions.iter();
        let functions = functions.map(|(name, change)| (name.to_string(), said(change))).collect();
        let file = EditedFile {
            path: rewritten.path,
            shown: application.template.clone(),
            old: rewritten.old,
            new: rewritten.new,
        };
        let is_same = file.old == file.new;
        let diff = if is_same { String::new() } else { fix_files::diff(&file) };
        all.push(PolicyWrites { template: file.shown, functions, diff });
    }
    all
}

/// The file, or the files of a folder and of those below it, in the order of their paths.
fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_path_buf()];
    }
    let (mut found, mut open) = (Vec::new(), vec![(path.to_path_buf(), 0)]);
    while let Some((folder, depth)) = open.pop() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        for entry in entries {
            // Links are not followed: a folder may hold one to itself.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < 8 => open.push((entry.path(), depth + 1)),
                Ok(kind) if kind.is_file() && found.len() < MOST_FILES => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Reads the files of a path, and hands each on; what was not taken is told.
fn each(
    path: &Path,
    documents: &mut Documents,
    take: impl Fn(&mut Documents, &str, &[u8]) -> Result<(), String>,
) {
    for file in files(path) {
        let name = file.display().to_string();
        let taken = bytes(&file).map_err(|it| it.to_string());
        if let Err(reason) = taken.and_then(|bytes| take(documents, &name, &bytes)) {
            tell(documents, format!("{name}: {reason}"));
        }
    }
}

/// A regular file, decompressed where its name says so.
fn open(path: &Path) -> anyhow::Result<Box<dyn std::io::Read>> {
    let metadata = std::fs::metadata(path).context("cannot be read")?;
    anyhow::ensure!(metadata.is_file(), "is no file");
    let file = File::open(path).context("cannot be read")?;
    let is_packed = path.extension().is_some_and(|it| it == "gz");
    Ok(if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).context("cannot be read")?;
    anyhow::ensure!(bytes.len() as u64 <= MOST_BYTES, "is larger than 1 GiB");
    Ok(bytes)
}

/// Events of the guard in logs of any shape.
fn guard(path: &Path, documents: &mut Documents) {
    for file in files(path) {
        let name = file.display().to_string();
        let function = lambda_log::function_of_path(&name);
        let mut lines = Vec::new();
        let mut reader = LogReader::new(Limits::default());
        let mut take = |entry: &Entry<'_>| {
            if let Record::Guard(event) = &entry.record {
                lines.push(guard_line(entry, event, function.as_deref()));
            }
        };
        let read = open(&file).and_then(|input| {
            let mut input = input.take(MOST_BYTES);
            let mut piece = vec![0; PIECE];
            loop {
                let count = input.read(&mut piece)?;
                if count == 0 {
                    return Ok(());
                }
                reader.push(piece.get(..count).unwrap_or_default(), &mut take);
            }
        });
        reader.finish(&mut take);
        documents.add_guard(&name, lines);
        if let Err(error) = read {
            tell(documents, format!("{name}: {error:#}"));
        }
    }
}

fn guard_line(
    entry: &Entry<'_>,
    event: &lambda_log::GuardEvent<'_>,
    function: Option<&str>,
) -> GuardLine {
    let time = entry.time.and_then(|it| jiff::Timestamp::from_millisecond(it).ok());
    GuardLine {
        time: time.map(|it| it.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        function: entry.function.or(function).map(str::to_owned),
        kind: event.kind.to_string(),
        class: event.class.as_ref().map(ToString::to_string),
        request_id: event.request_id.as_ref().map(ToString::to_string),
        detail: event.detail.to_string(),
    }
}

/// Series, examined and drawn as `metrics detect` does.
fn metrics(paths: &[PathBuf], documents: &mut Documents) {
    let inputs = series::read_all(paths, INTERVAL_S);
    if inputs.unread > 0 {
        let count = output::counted(inputs.unread as u64, "file");
        documents.remark(format!("{count} of metrics were not read, or not whole"));
    }
    let now = inputs.all.iter().flat_map(|it| &it.series.points).map(|it| it.time).max();
    let parameters = anomaly::Params::default();
    for input in &inputs.all {
        let (name, points) = (&input.name, &input.series);
        let examined = metric_series::examine(name, points, &[], &parameters, now);
        let ends = points.points.first().zip(points.points.last());
        let alerts = examined.findings.iter().map(|it| MetricAlert {
            span: (it.start.clone(), it.end.clone()),
            kind: it.alert.kind.name().to_owned(),
            severity: it.alert.severity.name().to_owned(),
            score: it.alert.score,
            explanation: it.alert.explain(),
        });
        documents.add_metric(Metric {
            name: name.clone(),
            points: points.points.len(),
            span: ends.map(|(first, last)| (first.stamp.to_string(), last.stamp.to_string())),
            svg: metric_series::draw(name, points, &examined, &[]),
            alerts: alerts.collect(),
        });
    }
}

/// When the files that are read were changed.
pub(super) fn changes(options: &DashboardOptions) -> Changes {
    let lists = [
        &options.scans,
        &options.alerts,
        &options.guard,
        &options.metrics,
        &options.traces,
        &options.usage,
    ];
    let mut changes = Changes::new();
    for file in lists.into_iter().flatten().flat_map(|it| files(it)) {
        if let Ok(metadata) = std::fs::metadata(&file) {
            changes.insert(file, (metadata.modified().ok(), metadata.len()));
        }
    }
    changes
}
