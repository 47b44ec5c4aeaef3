//! `cargo xtask throughput DIR [--runs N] [--check]`: templates per CPU second of the release build.
//!
//! Prints the best of several runs, because other programs on the machine can only make one slower.
//! `--check` compares with `benches/budgets.toml`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{Failure, Outcome, arguments::Arguments, budgets, workspace};

/// What one scan cost.
struct Cost {
    files: u64,
    cpu: Duration,
    elapsed: Duration,
}

impl Cost {
    /// Files per second of CPU time, over all threads.
    fn files_per_cpu_second(&self) -> f64 {
        as_f64(self.files) / self.cpu.as_secs_f64().max(1e-6)
    }
}

/// Marks the process that measures.
const FRESH: &str = "--fresh";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    // `cargo run` becomes us, so the compilers that it started count as our children, and the
    // largest of them would hide the peak of the scan. A process of our own has no such past.
    if !arguments.iter().any(|word| word == FRESH) {
        let mut command = Command::new(env::current_exe()?);
        let status = command.arg("throughput").args(arguments).arg(FRESH).status()?;
        return if status.success() { Ok(()) } else { Err("see above".into()) };
    }
    let mut arguments = Arguments::new(arguments);
    arguments.flag(FRESH);
    let runs = arguments.number("--runs")?.unwrap_or(3).max(1);
    let check = arguments.flag("--check");
    let folder = arguments.free().ok_or("name the folder to scan")?;
    arguments.finish()?;
    let binary = workspace::release_binary()
        .ok_or("there is no release build; run `cargo build --release` first")?;

    let mut best: Option<Cost> = None;
    for _ in 0..runs {
        let cost = scan(&binary, Path::new(&folder))?;
        if best.as_ref().is_none_or(|best| cost.cpu < best.cpu) {
            best = Some(cost);
        }
    }
    let best = best.ok_or("nothing was run")?;
    let peak_kib = children()?.peak_kib;
    let bytes = fs::metadata(&binary)?.len();
    println!("files                 {}", best.files);
    println!("CPU seconds           {:.3}", best.cpu.as_secs_f64());
    println!("elapsed seconds       {:.3}", best.elapsed.as_secs_f64());
    println!("files per CPU second  {:.0}", best.files_per_cpu_second());
    println!("peak memory           {:.1} MiB", as_f64(peak_kib) / 1024.0);
    println!("program               {:.1} MiB", as_f64(bytes) / 1_048_576.0);
    if check { within_budget(&best, peak_kib, bytes) } else { Ok(()) }
}

fn within_budget(best: &Cost, peak_kib: u64, bytes: u64) -> Outcome {
    let budgets = budgets::read()?;
    let mut over = Vec::new();
    if best.files_per_cpu_second() < budgets.scan.files_per_cpu_second {
        over.push(format!("fewer than {} files per CPU second", budgets.scan.files_per_cpu_second));
    }
    if peak_kib > budgets.scan.peak_memory_mib * 1024 {
        over.push(format!("more than {} MiB of memory", budgets.scan.peak_memory_mib));
    }
    over.extend(budgets.program.excess(bytes));
    if over.is_empty() { Ok(()) } else { Err(format!("over budget: {}", over.join(", ")).into()) }
}

/// Scans once and reads the number of files from the result.
fn scan(binary: &PathBuf, folder: &Path) -> Result<Cost, Failure> {
    let before = children()?.cpu;
    let start = Instant::now();
    let output = Command::new(binary)
        .args(["scan", "--format", "json"])
        .arg(folder)
        .stderr(Stdio::null())
        .output()?;
    let elapsed = start.elapsed();
    let cpu = children()?.cpu.saturating_sub(before);
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(format!("the scan ended with {}", output.status).into());
    }
    let result: Value = serde_json::from_slice(&output.stdout)?;
    let files = result.pointer("/summary/files_scanned").and_then(Value::as_u64);
    Ok(Cost { files: files.ok_or("the result has no `summary.files_scanned`")?, cpu, elapsed })
}

/// What the programs that we have started and awaited have used so far.
struct Usage {
    cpu: Duration,
    /// Largest resident set of any of them, in KiB.
    peak_kib: u64,
}

#[cfg(unix)]
fn children() -> Result<Usage, Failure> {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::{TimeVal, TimeValLike},
    };
    let duration =
        |time: TimeVal| Duration::from_micros(u64::try_from(time.num_microseconds()).unwrap_or(0));
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    // Darwin counts bytes, the others KiB.
    let unit = if cfg!(target_os = "macos") { 1024 } else { 1 };
    Ok(Usage {
        cpu: duration(usage.user_time()) + duration(usage.system_time()),
        peak_kib: u64::try_from(usage.max_rss()).unwrap_or(0) / unit,
    })
}

#[cfg(not(unix))]
fn children() -> Result<Usage, Failure> {
    Err("CPU time of other programs is only measured on Unix".into())
}

/// Exact for every count that can occur here (below 2^53).
#[expect(clippy::cast_precision_loss, reason = "counts of files and bytes are far below 2^53")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
