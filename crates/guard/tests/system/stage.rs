//! The emulated platform with the guard before a runtime.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use guard_emulator::{Emulator, Function, Program, Record, Source};
use serde_json::{Value, json};

/// A test that waits longer has failed.
pub(crate) const LONGEST: Duration = Duration::from_secs(30);

pub(crate) fn guard() -> OsString {
    env!("CARGO_BIN_EXE_faasguard-guard").into()
}

/// A file of this test with these settings, gone with the test.
#[derive(Debug)]
pub(crate) struct SettingsFile(pub(crate) PathBuf);

impl SettingsFile {
    pub(crate) fn new(settings: &Value) -> Self {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("faasguard-{}-{number}.json", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, settings.to_string()).unwrap();
        Self(path)
    }
}

impl Drop for SettingsFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The command that starts `runtime` behind the guard.
pub(crate) fn wrapped(
    settings: &SettingsFile,
    runtime: impl IntoIterator<Item = OsString>,
) -> Vec<OsString> {
    let mut words = vec![guard(), "wrap".into(), "--settings".into()];
    words.extend([settings.0.clone().into(), "--".into()]);
    words.extend(runtime);
    words
}

/// A running environment.
pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    lines: Arc<Mutex<Vec<(Source, String)>>>,
    _settings: SettingsFile,
}

impl Stage {
    /// With the runtime of these tests.
    pub(crate) fn new(settings: &Value) -> Self {
        Self::with(Function::default(), settings, Program::default(), crate::runtime::command())
    }

    pub(crate) fn with(
        function: Function,
        settings: &Value,
        program: Program,
        runtime: impl IntoIterator<Item = OsString>,
    ) -> Self {
        let lines = Arc::<Mutex<Vec<(Source, String)>>>::default();
        let to = Arc::clone(&lines);
        let sink = move |source: Source, line: &[u8]| {
            to.lock().unwrap().push((source, String::from_utf8_lossy(line).into_owned()));
        };
        let settings = SettingsFile::new(settings);
        let emulator = Emulator::start(function, Arc::new(sink)).unwrap();
        let mut program = program;
        program.command = wrapped(&settings, runtime);
        program.variables.push((crate::runtime::ROLE.into(), "runtime".into()));
        emulator.run(program).unwrap();
        Self { emulator, lines, _settings: settings }
    }

    pub(crate) fn ask(&self, event: &Value) -> Record {
        self.emulator.invoke(event.to_string().as_bytes())
    }

    /// Every line that the platform's log got.
    pub(crate) fn log(&self) -> Vec<String> {
        self.lines.lock().unwrap().iter().map(|(_, line)| line.clone()).collect()
    }

    /// Waits until a line has all of these words.
    pub(crate) fn wait_for_line(&self, words: &[&str]) -> String {
        self.wait_for_lines(1, words).swap_remove(0)
    }

    /// Waits until so many lines have all of these words.
    pub(crate) fn wait_for_lines(&self, count: usize, words: &[&str]) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let mut lines = self.log();
            lines.retain(|line| words.iter().all(|word| line.contains(word)));
            if lines.len() >= count {
                return lines;
            }
            assert!(begun.elapsed() < LONGEST, "no line has {words:?}: {:#?}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Every invocation was handed over once and answered at most once.
    pub(crate) fn nothing_lost_or_doubled(&self) {
        for record in self.emulator.records() {
            assert_eq!((record.deliveries, record.late_answers), (1, 0), "{record:?}");
            assert!(record.outcome.is_some(), "{record:?}");
        }
    }
}

/// An event of an HTTP API with one parameter in its query.
pub(crate) fn http_event(name: &str, value: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "GET /items",
        "rawPath": "/items",
        "rawQueryString": "",
        "headers": {"host": "api.example.com", "user-agent": "curl/8"},
        "queryStringParameters": {name: value},
        "requestContext": {
            "accountId": "111122223333",
            "apiId": "api",
            "domainName": "api.example.com",
            "http": {"method": "GET", "path": "/items", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "curl/8"},
            "requestId": "id=",
            "routeKey": "GET /items",
            "stage": "$default",
            "time": "12/Mar/2026:19:03:58 +0000",
            "timeEpoch": 1_773_342_238_000_u64
        },
        "isBase64Encoded": false
    })
}

/// An event of a queue with these bodies, message ids `m-0`, `m-1`, …
pub(crate) fn queue_event(bodies: &[&str]) -> Value {
    let records: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(number, body)| {
            json!({
                "messageId": format!("m-{number}"),
                "receiptHandle": "handle",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1773342238000",
                    "SenderId": "AIDAEXAMPLE",
                    "ApproximateFirstReceiveTimestamp": "1773342238001"
                },
                "messageAttributes": {},
                "md5OfBody": "0123456789abcdef0123456789abcdef",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:111122223333:orders",
                "awsRegion": "eu-central-1"
            })
        })
        .collect();
    json!({ "Records": records })
}
