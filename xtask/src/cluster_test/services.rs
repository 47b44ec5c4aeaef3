//! Schedulers, executors and clients as processes, and what the scheduler tells about a job.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{Bench, CASE_TIME, answers::Rows};
use crate::{Failure, Outcome};

/// Seconds of silence after which an executor counts as dead.
const EXECUTOR_TIMEOUT: &str = "10";

/// The moment at which something was to die was not seen: no failure of what is tested, so the case is tried
/// again.
#[derive(Debug)]
pub(super) struct Missed(pub(super) String);

impl std::error::Error for Missed {}

impl std::fmt::Display for Missed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the query was over before this was seen: {}; give more --events", self.0)
    }
}

/// Where a lake is, and what those who read it need in their environment.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) lake: String,
    pub(super) environment: Vec<(&'static str, String)>,
}

impl Place {
    /// The lake that most cases share, in a folder.
    pub(super) fn folder(bench: &Bench) -> Self {
        Self { lake: bench.lake.display().to_string(), environment: Vec::new() }
    }

    /// `faasguard-lake` with these words, over this lake, its output kept.
    pub(super) fn command(&self, bench: &Bench, words: &[&str]) -> Command {
        let mut command = Command::new(&bench.program);
        command
            .args(words)
            .args(["--lake", &self.lake])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// A process that is killed when its owner is done with it.
pub(super) struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Service {
    pub(super) fn of(child: Child) -> Self {
        Self(child)
    }

    /// Starts `faasguard-lake` with these words over a lake; what it says goes to a file of this name.
    pub(super) fn start(
        bench: &Bench,
        place: &Place,
        name: &str,
        words: &[&str],
    ) -> Result<Self, Failure> {
        let file = File::options()
            .create(true)
            .append(true)
            .open(bench.scratch.join(format!("{name}.log")))?;
        let mut command = place.command(bench, words);
        Ok(Self(command.stdout(file.try_clone()?).stderr(file).spawn()?))
    }

    /// Ends it as `kill -9` does.
    pub(super) fn kill(&mut self) -> Outcome {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }

    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }
}

/// Sends a signal to a process.
pub(super) fn signal(name: &str, process: u32) -> Outcome {
    let status = Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("no signal reached process {process}").into())
    }
}

/// A scheduler and executors of one task at a time.
pub(super) struct Cluster<'a> {
    bench: &'a Bench,
    place: Place,
    pub(super) port: u16,
    pub(super) scheduler: Service,
    pub(super) executors: Vec<Service>,
}

impl<'a> Cluster<'a> {
    /// Starts a cluster over the lake that most cases share and waits until its executors are known.
    pub(super) fn start(bench: &'a Bench, executors: usize) -> Result<Self, Failure> {
        Self::over(bench, &Place::folder(bench), executors)
    }

    /// The same over another lake.
    pub(super) fn over(bench: &'a Bench, place: &Place, executors: usize) -> Result<Self, Failure> {
        let port = free_port()?;
        let scheduler = scheduler(bench, place, port)?;
        let place = place.clone();
        let mut cluster = Self { bench, place, port, scheduler, executors: Vec::new() };
        wait_until(
            "the scheduler listens",
            || Ok(TcpStream::connect(("127.0.0.1", port)).is_ok()),
        )?;
        for _ in 0..executors {
            cluster.add_executor()?;
        }
        cluster.wait_for_executors(executors)?;
        Ok(cluster)
    }

    pub(super) fn add_executor(&mut self) -> Outcome {
        let own = free_port()?.to_string();
        let scheduler = format!("127.0.0.1:{}", self.port);
        let work = self.bench.scratch.join(format!("work-{own}")).display().to_string();
        let words = [
            "cluster",
            "executor",
            "--scheduler",
            &scheduler,
            "--port",
            &own,
            "--cores",
            "1",
            "--work-dir",
            &work,
        ];
        self.executors.push(Service::start(self.bench, &self.place, "executor", &words)?);
        Ok(())
    }

    /// Where clients reach it.
    pub(super) fn url(&self) -> String {
        format!("df://127.0.0.1:{}", self.port)
    }

    pub(super) fn restart_scheduler(&mut self) -> Outcome {
        self.scheduler.kill()?;
        self.scheduler = scheduler(self.bench, &self.place, self.port)?;
        Ok(())
    }

    pub(super) fn wait_for_executors(&self, number: usize) -> Outcome {
        wait_until("the executors are known", || {
            Ok(executors(self.port).is_ok_and(|known| known == number))
        })
    }
}

fn scheduler(bench: &Bench, place: &Place, port: u16) -> Result<Service, Failure> {
    let port = port.to_string();
    let words = ["cluster", "scheduler", "--port", &port, "--executor-timeout", EXECUTOR_TIMEOUT];
    Service::start(bench, place, "scheduler", &words)
}

/// A client with its query, running.
pub(super) struct Client {
    child: Child,
}

impl Client {
    /// Submits a query to the scheduler at `port`: words that name it, and further ones for the command.
    pub(super) fn start(bench: &Bench, port: u16, words: &[&str]) -> Result<Self, Failure> {
        Self::over(bench, &Place::folder(bench), port, words)
    }

    /// The same over another lake.
    pub(super) fn over(
        bench: &Bench,
        place: &Place,
        port: u16,
        words: &[&str],
    ) -> Result<Self, Failure> {
        let scheduler = format!("df://127.0.0.1:{port}");
        let own = ["query", "--ballista", &scheduler, "--format", "jsonl"];
        Ok(Self { child: place.command(bench, &[&own, words].concat()).spawn()? })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it printed, once it has ended.
    pub(super) fn output(self) -> Result<Output, Failure> {
        let id = self.child.id();
        let waiting = thread::spawn(move || self.child.wait_with_output());
        let started = Instant::now();
        while !waiting.is_finished() {
            if started.elapsed() > CASE_TIME {
                signal("KILL", id)?;
                return Err(
                    format!("the query hangs: no end within {} s", CASE_TIME.as_secs()).into()
                );
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(waiting.join().map_err(|_| "the reader of the client failed")??)
    }

    /// The rows of an answer, and how often the query was submitted again.
    pub(super) fn rows(self) -> Result<(Rows, usize), Failure> {
        rows(&self.output()?)
    }
}

/// The rows of an output, and how often the query was submitted again.
pub(super) fn rows(output: &Output) -> Result<(Rows, usize), Failure> {
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("the query failed with {}: {}", output.status, said.trim()).into());
    }
    let again = said.matches("submitted again").count();
    Ok((Rows::read(&String::from_utf8_lossy(&output.stdout))?, again))
}

/// The answer of the local engine.
pub(super) fn local(bench: &Bench, words: &[&str]) -> Result<Rows, Failure> {
    let words = [&["query", "--format", "jsonl"], words].concat();
    Ok(rows(&Place::folder(bench).command(bench, &words).output()?)?.0)
}

/// One stage of a job, as the scheduler tells it.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) status: String,
    pub(super) tasks: usize,
    pub(super) successful: usize,
}

/// Waits until the one running job of the scheduler is as `reached` asks.
pub(super) fn wait_for_stages(
    port: u16,
    what: &str,
    reached: impl Fn(&[Stage]) -> bool,
) -> Result<String, Failure> {
    let mut job = None;
    wait_until(what, || {
        if job.is_none() {
            let jobs: Vec<Value> = get(port, "/api/jobs").unwrap_or_default();
            let running = jobs.iter().find(|job| job["status"] == "Running");
            job = running.and_then(|job| job["job_id"].as_str().map(str::to_owned));
        }
        let Some(job) = &job else { return Ok(false) };
        let Ok(stages) = stages(port, job) else { return Ok(false) };
        if !stages.is_empty() && stages.iter().all(|stage| stage.status == "Successful") {
            return Err(Box::new(Missed(what.to_owned())));
        }
        Ok(reached(&stages))
    })?;
    Ok(job.unwrap_or_default())
}

/// The stages of a job, the first one first.
pub(super) fn stages(port: u16, job: &str) -> Result<Vec<Stage>, Failure> {
    let answer: Value = get(port, &format!("/api/job/{job}/stages"))?;
    let mut stages =
        answer.get("stages").and_then(|it| it.as_array()).cloned().ok_or("no stages")?;
    // They come in any order.
    let number = |stage: &Value| stage["stage_id"].as_str().and_then(|id| id.parse::<u32>().ok());
    stages.sort_by_key(number);
    Ok(stages
        .iter()
        .map(|stage| {
            let tasks = stage["tasks"].as_array().map(Vec::as_slice).unwrap_or_default();
            Stage {
                status: stage["stage_status"].as_str().unwrap_or_default().to_owned(),
                tasks: tasks.len(),
                successful: tasks.iter().filter(|task| task["status"] == "Successful").count(),
            }
        })
        .collect())
}

/// The status of a job in one word.
pub(super) fn job_status(port: u16, job: &str) -> Result<String, Failure> {
    let jobs: Vec<Value> = get(port, "/api/jobs")?;
    let job = jobs.iter().find(|known| known["job_id"] == job).ok_or("the job is not known")?;
    Ok(job["status"].as_str().unwrap_or_default().to_owned())
}

pub(super) fn executors(port: u16) -> Result<usize, Failure> {
    Ok(get::<Vec<Value>>(port, "/api/executors")?.len())
}

fn get<T: serde::de::DeserializeOwned>(port: u16, path: &str) -> Result<T, Failure> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET {path} HTTP/1.0\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").ok_or("no HTTP")?;
    Ok(serde_json::from_str(body)?)
}

/// Asks every 20 ms, for a minute at most.
pub(super) fn wait_until(
    what: &str,
    mut reached: impl FnMut() -> Result<bool, Failure>,
) -> Outcome {
    let started = Instant::now();
    while started.elapsed() < Duration::from_mins(1) {
        if reached()? {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Err(format!("within a minute this did not come: {what}").into())
}

/// A port that nobody listens on now.
pub(super) fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
