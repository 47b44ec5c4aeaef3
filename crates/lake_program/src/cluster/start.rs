//! A cluster on one machine: a scheduler and executors as processes of their own, started again when they die.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, bail};
use clap::Args;

use super::{PORT, threads};
use crate::ballista::rest::Rest;

/// A service that ends sooner than this after its start was not really running.
const SHORT_LIFE: Duration = Duration::from_secs(5);
/// So many short lives in a row, and the cluster gives up.
const SHORT_LIVES: u32 = 6;
/// Pause before a service is started again: the first, and the longest after short lives.
const PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How a cluster is started.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Folder or `s3://bucket/prefix` that the queries read
    #[arg(long, value_name = "LAKE")]
    lake: String,
    /// Number of executors
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    executors: u16,
    /// Tasks at a time of each executor [default: the cores of the machine, shared out]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    cores: Option<u16>,
    /// Megabytes of memory that the operators of each executor may hold before they spill
    #[arg(long, value_name = "MB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(64..))]
    memory: u64,
    /// Port of the scheduler; the executors take the next ones
    #[arg(long, value_name = "PORT", default_value_t = PORT, value_parser = clap::value_parser!(u16).range(1..=65000))]
    port: u16,
    /// Seconds of silence after which an executor counts as dead and its work is done again
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(6..=3600))]
    executor_timeout: u64,
    /// Print what the services do, not warnings alone
    #[arg(long)]
    verbose: bool,
}

/// Runs a cluster on the loopback until it is stopped.
///
/// # Errors
/// When a service cannot be started or does not stay up: its own message stands above.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<()> {
    let program = std::env::current_exe().context("this program does not know where it is")?;
    let scratch = scratch_folder()?;
    let stopping = Arc::new(AtomicBool::new(false));
    let watchers: Vec<_> = services(settings, &program, &scratch)
        .into_iter()
        .map(|service| {
            let stopping = Arc::clone(&stopping);
            thread::spawn(move || service.keep_running(&stopping))
        })
        .collect();
    let waited = threads()?.block_on(wait(settings, &stopping));
    stopping.store(true, Ordering::Release);
    let mut result = waited;
    for watcher in watchers {
        match watcher.join() {
            Ok(Err(error)) if result.is_ok() => result = Err(error),
            Ok(_) => {}
            Err(_) => bail!("a watcher of the cluster failed; report this"),
        }
    }
    fs::remove_dir_all(&scratch)
        .with_context(|| format!("cannot remove `{}`", scratch.display()))?;
    result
}

/// Tells when the cluster is ready, and waits until it is to end.
async fn wait(settings: &Settings, stopping: &AtomicBool) -> anyhow::Result<()> {
    let rest = Rest::new("127.0.0.1", settings.port);
    let mut told = false;
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let mut ticks = tokio::time::interval(Duration::from_millis(300));
    loop {
        #[cfg(unix)]
        let terminated = terminate.recv();
        #[cfg(not(unix))]
        let terminated = std::future::pending::<Option<()>>();
        tokio::select! {
            ended = &mut interrupted => return ended.context("cannot wait for an interrupt"),
            _ = terminated => return Ok(()),
            _ = ticks.tick() => {}
        }
        if stopping.load(Ordering::Acquire) {
            return Ok(());
        }
        if !told && rest.executors().await.is_ok_and(|n| n >= usize::from(settings.executors)) {
            told = true;
            let mut out = std::io::stdout().lock();
            writeln!(
                out,
                "ready: df://127.0.0.1:{} with {} executors",
                settings.port, settings.executors
            )?;
            out.flush()?;
        }
    }
}

/// One service that is to run all the time.
struct Service {
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
}

fn services(settings: &Settings, program: &Path, scratch: &Path) -> Vec<Service> {
    let machine = thread::available_parallelism().map_or(1, usize::from);
    let share = (machine / usize::from(settings.executors)).max(1);
    let cores = settings.cores.map_or(share, usize::from);
    let service = |name: String, arguments: &[&str]| {
        let mut arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
        arguments.extend(["--lake".to_owned(), settings.lake.clone(), "--supervised".to_owned()]);
        if settings.verbose {
            arguments.push("--verbose".to_owned());
        }
        Service { name, program: program.to_owned(), arguments }
    };
    let (port, timeout) = (settings.port.to_string(), settings.executor_timeout.to_string());
    let scheduler = ["cluster", "scheduler", "--port", &port, "--executor-timeout", &timeout];
    let mut services = vec![service("scheduler".to_owned(), &scheduler)];
    for number in 1..=settings.executors {
        let work = scratch.join(number.to_string()).display().to_string();
        let (own, at) = ((settings.port + number).to_string(), format!("127.0.0.1:{port}"));
        let (cores, memory) = (cores.to_string(), settings.memory.to_string());
        let executor = [
            "cluster",
            "executor",
            "--scheduler",
            &at,
            "--port",
            &own,
            "--cores",
            &cores,
            "--memory",
            &memory,
            "--work-dir",
            &work,
        ];
        services.push(service(format!("executor {number}"), &executor));
    }
    services
}

impl Service {
    /// Starts the service again each time it ends, until `stopping`. Gives up, and makes all others stop,
    /// when it does not stay up.
    fn keep_running(&self, stopping: &AtomicBool) -> anyhow::Result<()> {
        let (mut short_lives, mut pause) = (0, PAUSE);
        while !stopping.load(Ordering::Acquire) {
            let started = Instant::now();
            let status =
                self.live(stopping).inspect_err(|_| stopping.store(true, Ordering::Release))?;
            if stopping.load(Ordering::Acquire) {
                break;
            }
            if started.elapsed() < SHORT_LIFE {
                short_lives += 1;
                pause = (pause * 2).min(LONGEST_PAUSE);
            } else {
                (short_lives, pause) = (0, PAUSE);
            }
            if short_lives == SHORT_LIVES {
                stopping.store(true, Ordering::Release);
                bail!("the {} does not stay up ({status}); see its messages above", self.name);
            }
            eprintln!("warning: the {} ended ({status}); it is started again", self.name);
            thread::sleep(pause);
        }
        Ok(())
    }

    /// One life of the service. The process ends when its standard input does, whatever becomes of this one.
    fn live(&self, stopping: &AtomicBool) -> anyhow::Result<ExitStatus> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start the {}", self.name))?;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if stopping.load(Ordering::Acquire) {
                return end(&mut child);
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Asks a service to end, and ends it when it has not within five seconds.
fn end(child: &mut Child) -> anyhow::Result<ExitStatus> {
    drop(child.stdin.take());
    let asked = Instant::now();
    while asked.elapsed() < Duration::from_secs(5) {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        thread::sleep(Duration::from_millis(50));
    }
    child.kill()?;
    Ok(child.wait()?)
}

/// A new folder for the shuffles of all executors, which only this user may enter.
fn scratch_folder() -> anyhow::Result<PathBuf> {
    let started = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    let name = format!("faasguard-lake-cluster-{}-{started}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    Ok(folder)
}
