//! Events that rules are matched against, a CPU second, and the memory that this takes.
//!
//! `cargo bench -p trail_files --bench detect -- RULES TRAILS [MEGABYTES]`: a folder of Sigma rules, or
//! `built-in` for the rules and detectors that come with the program, and a
//! folder of recorded trails (`.jsonl.gz`, a record or a labelled event a line). Their records are
//! written again and again, with other ids, times, addresses and accounts out of a seeded generator,
//! as JSON lines and as gzip.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement talks to its caller"
)]

use std::{
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    sync::Mutex,
    time::Instant,
};

use correlation::RuleSet;
use detection::{Settings, Watch};
use flate2::{Compression, write::GzEncoder};
use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike as _,
};
use serde_json::Value;
use source_text::FileId;
use trail_files::{DetectRequest, detect};

/// A generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

fn records(folder: &Path) -> Vec<Value> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths.iter().filter(|path| path.to_string_lossy().ends_with(".jsonl.gz")) {
        let mut text = String::new();
        let file = std::fs::File::open(path).unwrap();
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
        for line in text.lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            let inner = record.get("event").filter(|_| record.get("expected").is_some());
            all.push(inner.unwrap_or(&record).clone());
        }
    }
    all.retain(|record| record.get("eventName").is_some() && record.get("eventSource").is_some());
    all
}

/// Writes so many bytes of events, and tells how many events they are.
fn write(path: &Path, records: &[Value], bytes: usize) -> usize {
    let mut numbers = Numbers(7);
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let (mut written, mut events) = (0, 0);
    while written < bytes {
        let pick = usize::try_from(numbers.next()).unwrap() % records.len();
        let mut record = records.get(pick).unwrap().clone();
        let mut id = || numbers.next() & 0xFFFF;
        let id = format!(
            "{:04x}{:04x}-{:04x}-4{:03x}-8{:03x}-{:04x}{:04x}{:04x}",
            id(),
            id(),
            id(),
            id() & 0xFFF,
            id() & 0xFFF,
            id(),
            id(),
            id()
        );
        record["eventID"] = id.into();
        let second = numbers.next() % (30 * 86_400);
        let time = audit_event::Time(1_767_225_600 + i64::try_from(second).unwrap());
        record["eventTime"] = time.to_string().into();
        let is_address = |value: &Value| {
            value.as_str().is_some_and(|text| text.starts_with(|it: char| it.is_ascii_digit()))
        };
        if record.get("sourceIPAddress").is_some_and(is_address) {
            record["sourceIPAddress"] = format!("203.0.113.{}", numbers.next() % 256).into();
        }
        if record.get("recipientAccountId").is_some() {
            let account = numbers.next() % 1_000_000;
            record["recipientAccountId"] = format!("111122{account:06}").into();
        }
        let line = record.to_string();
        writeln!(out, "{line}").unwrap();
        written += line.len() + 1;
        events += 1;
    }
    out.flush().unwrap();
    events
}

fn compress(from: &Path, to: &Path) {
    let mut encoder = GzEncoder::new(std::fs::File::create(to).unwrap(), Compression::new(6));
    std::io::copy(&mut std::fs::File::open(from).unwrap(), &mut encoder).unwrap();
    encoder.finish().unwrap();
}

/// Seconds of CPU that this process has used.
fn cpu() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    f64::from(u32::try_from(micros / 100).unwrap()) / 1e4
}

fn peak_mib() -> i64 {
    getrusage(UsageWho::RUSAGE_SELF).unwrap().max_rss() / 1_024
}

fn measure(
    what: &str,
    (rules, is_watched): (&RuleSet, bool),
    path: &Path,
    events: usize,
    bytes: u64,
) {
    let (mut best, mut hits) = (f64::MAX, 0);
    let started = Instant::now();
    for _ in 0..5 {
        let watch = is_watched.then(|| Mutex::new(Watch::new(Settings::default())));
        let request = DetectRequest {
            paths: vec![path.to_path_buf()],
            rules,
            since: None,
            until: None,
            limits: audit_event::Limits::default(),
            correlation: correlation::Limits::default(),
            workers: 0,
            watch: watch.as_ref(),
        };
        let before = cpu();
        let outcome = detect(&request, &mut |_| {}, &|_, _| {}).unwrap();
        best = best.min(cpu() - before);
        assert_eq!(outcome.events, events as u64);
        hits = outcome.hits;
    }
    let count = f64::from(u32::try_from(events).unwrap());
    let mega = f64::from(u32::try_from(bytes / 1_000).unwrap()) / 1e3;
    println!(
        "{what}: {events} events, {hits} matches; {:.0} events and {:.0} MB a CPU second at best of five; {:.1} s in all; peak memory so far {} MiB",
        count / best,
        mega / best,
        started.elapsed().as_secs_f64(),
        peak_mib()
    );
}

/// Files of rules, in the order of their names.
fn texts(folder: &Path) -> Vec<String> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "yml"));
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let [rules, trails, rest @ ..] = words.as_slice() else {
        println!("name a folder of Sigma rules and one of recorded trails");
        return;
    };
    let megabytes: usize = rest.first().map_or(280, |it| it.parse().unwrap());
    let is_built_in = rules == "built-in";
    let texts = if is_built_in {
        detection::RULES.iter().map(|(_, text)| (*text).to_owned()).collect()
    } else {
        texts(Path::new(rules))
    };
    let named: Vec<_> = (0..).map(FileId).zip(texts.iter().map(String::as_str)).collect();
    let (rules, told) = RuleSet::load(&named);
    println!("{} rules, {} remarks", rules.len(), told.len());
    let folder = tempfile::tempdir().unwrap();
    let (plain, packed) = (folder.path().join("a.jsonl"), folder.path().join("a.jsonl.gz"));
    let events = {
        let records = records(Path::new(trails));
        write(&plain, &records, megabytes * 1_000_000)
    };
    let bytes = plain.metadata().unwrap().len();
    measure("plain", (&rules, is_built_in), &plain, events, bytes);
    compress(&plain, &packed);
    measure("gzip", (&rules, is_built_in), &packed, events, bytes);
}
