//! Events per CPU second from gzip: `cargo bench -p trail_files -- [EVENTS] [FOLDER OF RECORDS]`.
//!
//! The corpus is made of records (those of a folder of `.jsonl.gz` files, else four built in), each
//! repeated with an id and a time of its own, in files of 300 to 20,000 events as CloudTrail delivers
//! them. `varied` also changes a parameter of every request, so that no two are the same.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "a measurement prints its figures and fails by panicking"
)]

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    time::Instant,
};

use libdeflater::{CompressionLvl, Compressor};
use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike as _,
};
use serde_json::{Value, json};
use trail_files::{Opener, Request, read_usage};

/// Records that stand in for recorded ones.
fn built_in() -> Vec<Value> {
    let of = |source: &str, name: &str, request: Value| {
        json!({
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "AssumedRole", "principalId": "AROAEXAMPLEEXAMPLE:orders",
                "arn": "arn:aws:sts::111122223333:assumed-role/orders/orders", "accountId": "111122223333",
                "accessKeyId": "ASIAEXAMPLEEXAMPLE",
                "sessionContext": {
                    "sessionIssuer": {
                        "type": "Role", "principalId": "AROAEXAMPLEEXAMPLE",
                        "arn": "arn:aws:iam::111122223333:role/app/orders", "accountId": "111122223333",
                        "userName": "orders",
                    },
                    "attributes": {"creationDate": "2026-01-31T09:00:00Z", "mfaAuthenticated": "false"},
                },
            },
            "eventTime": "", "eventSource": format!("{source}.amazonaws.com"), "eventName": name,
            "awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.7",
            "userAgent": "Boto3/1.40.1 md/Botocore#1.40.1 exec-env/AWS_Lambda_python3.13 lang/python#3.13.1",
            "requestParameters": request, "responseElements": null,
            "requestID": "699479d4-2a01-4e9e-bf31-4ec5dc88677e", "eventID": "", "readOnly": true,
            "eventType": "AwsApiCall", "managementEvent": false,
            "recipientAccountId": "111122223333", "eventCategory": "Data",
            "tlsDetails": {
                "tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": format!("{source}.eu-west-1.amazonaws.com"),
            },
        })
    };
    vec![
        of(
            "s3",
            "GetObject",
            json!({"bucketName": "orders", "Host": "orders.s3.eu-west-1.amazonaws.com", "key": "1.json"}),
        ),
        of("dynamodb", "PutItem", json!({"tableName": "Orders", "key": {"id": "1"}})),
        of(
            "lambda",
            "Invoke",
            json!({"functionName": "arn:aws:lambda:eu-west-1:111122223333:function:bill"}),
        ),
        of(
            "kms",
            "Decrypt",
            json!({"encryptionContext": {"a": "b"}, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}),
        ),
    ]
}

fn records(folder: Option<&str>) -> Vec<Value> {
    let Some(folder) = folder else { return built_in() };
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().ends_with(".jsonl.gz") {
            let mut text = String::new();
            let file = std::fs::File::open(&path).unwrap();
            flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
            all.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
    }
    // Test events of vendors are wrapped; the others are as they were recorded.
    all.retain(|record| record.get("eventName").is_some());
    all
}

/// A generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) ^ (self.0 << 31 >> 31)
    }
}

/// Writes the corpus, and tells the bytes before compression.
fn write(folder: &Path, records: &[Value], events: usize, is_varied: bool) -> usize {
    let mut numbers = Numbers(7);
    let mut compressor = Compressor::new(CompressionLvl::new(6).unwrap());
    let (mut written, mut bytes, mut file) = (0, 0, 0);
    while written < events {
        let count = (300 + (numbers.next() % 19_700) as usize).min(events - written);
        let mut text = String::from("{\"Records\":[");
        for at in 0..count {
            let mut record = records.get((written + at) % records.len()).unwrap().clone();
            let (a, b) = (numbers.next(), numbers.next());
            record["eventID"] = format!(
                "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                a as u32,
                a >> 48,
                a & 0xFFF,
                b >> 52,
                b & 0xFFFF_FFFF_FFFF
            )
            .into();
            let second = (written + at) % 86_400;
            record["eventTime"] = format!(
                "2026-01-31T{:02}:{:02}:{:02}Z",
                second / 3_600,
                second / 60 % 60,
                second % 60
            )
            .into();
            if is_varied && let Some(request) = record["requestParameters"].as_object_mut() {
                for value in request.values_mut().filter(|value| value.is_string()) {
                    *value = format!("{}-{:x}", value.as_str().unwrap(), b >> 40).into();
                }
            }
            text.push_str(if at > 0 { "," } else { "" });
            text.push_str(&record.to_string());
        }
        text.push_str("]}");
        let mut packed = vec![0; compressor.gzip_compress_bound(text.len())];
        let length = compressor.gzip_compress(text.as_bytes(), &mut packed).unwrap();
        packed.truncate(length);
        std::fs::write(folder.join(format!("{file:05}.json.gz")), packed).unwrap();
        (written, bytes, file) = (written + count, bytes + text.len(), file + 1);
    }
    bytes
}

/// Seconds of CPU that this process has used.
fn cpu() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6
}

fn measure(what: &str, events: usize, bytes: usize, run: &mut dyn FnMut() -> u64) {
    let mut best = f64::MAX;
    let mut all = Vec::new();
    for _ in 0..5 {
        let (before, started) = (cpu(), Instant::now());
        assert_eq!(run(), events as u64);
        let used = cpu() - before;
        best = best.min(used);
        all.push(format!(
            "{:.0}/{:.0}",
            events as f64 / used,
            events as f64 / started.elapsed().as_secs_f64()
        ));
    }
    println!(
        "{what:28} {:>9.0} events and {:>5.0} MB a CPU second at best; each run, CPU/wall: {}",
        events as f64 / best,
        bytes as f64 / 1e6 / best,
        all.join(" ")
    );
}

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    let events: usize = arguments.first().map_or(200_000, |it| it.parse().unwrap());
    let records = records(arguments.get(1).map(String::as_str));
    for (name, is_varied) in [("repeated", false), ("varied", true)] {
        let folder = tempfile::tempdir().unwrap();
        let bytes = write(folder.path(), &records, events, is_varied);
        let files: Vec<PathBuf> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        let packed: u64 = files.iter().map(|file| file.metadata().unwrap().len()).sum();
        println!(
            "{name}: {} records as {events} events in {} files, {:.0} MB from {:.1} MB of gzip",
            records.len(),
            files.len(),
            bytes as f64 / 1e6,
            packed as f64 / 1e6
        );
        let limits = audit_event::Limits::default();
        let mut opener = Opener::default();
        measure(&format!("{name}: decompress and read"), events, bytes, &mut || {
            let mut count = 0;
            for file in &files {
                opener.read(file, &limits, &mut |_| count += 1).unwrap();
            }
            count
        });
        let request =
            Request { paths: vec![folder.path().into()], workers: 1, ..Request::default() };
        measure(&format!("{name}: usage"), events, bytes, &mut || {
            read_usage(&request, &|_, _| {}).unwrap().usage.totals.events
        });
        let request = Request { workers: 0, ..request };
        measure(&format!("{name}: usage, all cores"), events, bytes, &mut || {
            read_usage(&request, &|_, _| {}).unwrap().usage.totals.events
        });
    }
    let peak = getrusage(UsageWho::RUSAGE_SELF).unwrap().max_rss();
    println!("peak memory of all of this: {} MB", peak / 1024);
}
