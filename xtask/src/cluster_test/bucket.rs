//! A lake in a bucket: imported twice, killed in between, asked, compacted. The bucket is that of moto, a
//! server that speaks S3, on the loopback.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::TcpStream,
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{
    Bench,
    services::{self, Cluster, Place, Service},
};
use crate::{Failure, Outcome, moto};

/// Enough to begin, too little to end.
const BEFORE_KILL: Duration = Duration::from_millis(700);
const LAKE: &str = "s3://audit/lake";
/// The queries whose answers are compared.
const QUERIES: [&[&str]; 3] = [
    &["--name", "denied-calls"],
    &["SELECT account, day, SUM(1) AS events FROM events GROUP BY account, day"],
    // Of the files of one day alone.
    &["SELECT event_id, time, raw FROM events WHERE day = '2026-11-02' AND read_only"],
];

pub(super) fn once_and_right(bench: &Bench) -> Result<String, Failure> {
    let bucket = Bucket::open(bench)?;
    let trail = bench.scratch.join("trail").display().to_string();

    // Whoever is killed holds the bucket for a minute: one is enough.
    let mut import = bucket.place.command(bench, &["import", &trail]).spawn()?;
    thread::sleep(BEFORE_KILL);
    let was_killed = import.try_wait()?.is_none();
    import.kill()?;
    import.wait()?;
    let first = bucket.run(&["import", &trail, "--wait", "120"])?;
    let again = bucket.run(&["import", &trail])?;
    if number(&again, "written")? != 0 {
        return Err(format!("a second import wrote again: {again}").into());
    }
    bucket.must_answer(&[], "after the import")?;
    bucket.output(&["compact"])?;
    bucket.output(&["vacuum", "--hours", "0"])?;
    bucket.must_answer(&[], "after compaction")?;
    Ok(format!(
        "an import {}, the next one wrote {} events, the one after it none; answers as from a folder, also after compaction",
        if was_killed { "killed" } else { "over before it was killed" },
        number(&first, "written")?
    ))
}

/// A client, a scheduler and executors that read the bucket, each with credentials of its own.
pub(super) fn ballista(bench: &Bench) -> Result<String, Failure> {
    let bucket = Bucket::open(bench)?;
    bucket.run(&["import", &bench.scratch.join("trail").display().to_string()])?;
    let cluster = Cluster::over(bench, &bucket.place, 2)?;
    let rows = bucket.must_answer(&["--ballista", &cluster.url()], "on Ballista")?;
    Ok(format!("answers of two executors as from a folder, {rows} rows"))
}

/// A bucket on a server of its own, empty.
struct Bucket<'a> {
    bench: &'a Bench,
    place: Place,
    _server: Service,
}

impl<'a> Bucket<'a> {
    fn open(bench: &'a Bench) -> Result<Self, Failure> {
        let port = services::free_port()?;
        let server = server(bench, port)?;
        ask(port, "PUT /audit")?;
        let environment = vec![
            ("AWS_ENDPOINT", format!("http://127.0.0.1:{port}")),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_REGION", "eu-west-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "testing".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "testing".to_owned()),
        ];
        let place = Place { lake: LAKE.to_owned(), environment };
        Ok(Self { bench, place, _server: server })
    }

    fn output(&self, words: &[&str]) -> Result<Output, Failure> {
        let output = self.place.command(self.bench, words).output()?;
        if output.status.success() {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("{words:?} in a bucket failed with {}: {}", output.status, said.trim()).into())
    }

    /// The summary of a run.
    fn run(&self, words: &[&str]) -> Result<Value, Failure> {
        let output = self.output(words)?;
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().last().ok_or("no summary")?;
        Ok(serde_json::from_str(last)?)
    }

    /// Asks the queries and compares their answers with those from the folder. Tells the number of rows.
    fn must_answer(&self, words: &[&str], when: &str) -> Result<usize, Failure> {
        let mut number = 0;
        for query in QUERIES {
            let expected = services::local(self.bench, query)?;
            let output = self.output(&[&["query", "--format", "jsonl"], query, words].concat())?;
            let (seen, _) = services::rows(&output)?;
            seen.must_equal(&expected).map_err(|failure| format!("{when}: {failure}"))?;
            number += seen.len();
        }
        Ok(number)
    }
}

fn number(summary: &Value, name: &str) -> Result<u64, Failure> {
    Ok(summary
        .get(name)
        .and_then(Value::as_u64)
        .ok_or_else(|| format!("no `{name}`: {summary}"))?)
}

/// The server, listening.
fn server(bench: &Bench, port: u16) -> Result<Service, Failure> {
    let program = moto::program("moto_server")?;
    let log = File::create(bench.scratch.join("moto.log"))?;
    let child = Command::new(program)
        .args(["-H", "127.0.0.1", "-p", &port.to_string()])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    let service = Service::of(child);
    services::wait_until("moto listens", || Ok(TcpStream::connect(("127.0.0.1", port)).is_ok()))?;
    Ok(service)
}

/// One request without a body.
fn ask(port: u16, what: &str) -> Outcome {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    write!(
        stream,
        "{what} HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let is_done = answer.split(' ').nth(1) == Some("200");
    if is_done { Ok(()) } else { Err(format!("moto: {answer}").into()) }
}
