//! `cargo xtask cluster-test`: queries of `faasguard-lake` on Ballista while its processes die, and on Spark.
//!
//! Real processes on the loopback, killed by signals at points that the scheduler's own REST interface shows.
//! Each answer is compared, row by row and without regard to order, with the one of the local engine.

mod answers;
mod bucket;
mod faults;
mod services;
mod spark;
mod trail;

use std::{
    cell::OnceCell,
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use crate::{Failure, Outcome, arguments::Arguments, workspace};

/// Longest that one query may take, on a machine that does much else.
const CASE_TIME: Duration = Duration::from_secs(150);

/// How often a case is begun whose moment was missed: a fast machine may be over before something dies.
const TRIES: usize = 3;

/// What all cases use.
struct Bench {
    program: PathBuf,
    lake: PathBuf,
    scratch: PathBuf,
    /// The answer of the local engine to the query that the cases share.
    expected: OnceCell<answers::Rows>,
    /// Every named query on Spark, not a few of them.
    all_queries: bool,
}

/// One case: what happens, and what must come of it. It returns what was seen.
type Case = (&'static str, fn(&Bench) -> Result<String, Failure>);

const CASES: [Case; 12] = [
    ("a lake in a bucket", bucket::once_and_right),
    ("Ballista over a lake in a bucket", bucket::ballista),
    ("nothing dies", faults::nothing_dies),
    ("an executor is killed in the first stage", faults::executor_dies_in_the_first_stage),
    ("an executor is killed in a later stage", faults::executor_dies_in_a_later_stage),
    ("an executor is stopped in the first stage", faults::executor_stops_in_the_first_stage),
    ("an executor is stopped in a later stage", faults::executor_stops_in_a_later_stage),
    ("all executors are killed", faults::all_executors_die),
    ("the scheduler is killed and started again", faults::scheduler_dies),
    ("the client is interrupted", faults::client_is_interrupted),
    ("a supervised cluster loses scheduler and executor", faults::supervised_cluster),
    ("Spark, local-cluster", spark::same_answers),
];

pub(crate) fn run(words: &[String]) -> Outcome {
    let mut arguments = Arguments::new(words);
    let program = arguments.value("--program")?;
    let only = arguments.value("--only")?;
    let all_queries = arguments.flag("--all-queries");
    let events = arguments.number("--events")?.unwrap_or(10_000);
    arguments.finish()?;
    let program = match program {
        Some(program) => PathBuf::from(program),
        None => build()?,
    };
    let scratch = workspace::target_folder().join("cluster-test");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    fs::create_dir_all(&scratch)?;
    let bench = Bench {
        program,
        lake: scratch.join("lake"),
        scratch,
        expected: OnceCell::new(),
        all_queries,
    };
    fill(&bench, events)?;
    let mut failed = 0;
    for (name, case) in CASES
        .into_iter()
        .filter(|(name, _)| only.as_ref().is_none_or(|only| name.contains(only.as_str())))
    {
        let started = Instant::now();
        let mut outcome = case(&bench);
        for _ in 1..TRIES {
            if !outcome.as_ref().is_err_and(|failure| failure.is::<services::Missed>()) {
                break;
            }
            outcome = case(&bench);
        }
        let seconds = started.elapsed().as_secs_f64();
        match outcome {
            Ok(seen) => println!("passed  {seconds:6.1} s  {name}: {seen}"),
            Err(failure) => {
                failed += 1;
                println!("FAILED  {seconds:6.1} s  {name}: {failure}");
            }
        }
    }
    if failed > 0 {
        return Err(format!(
            "{failed} cases failed; messages of the services are in `target/cluster-test`"
        )
        .into());
    }
    Ok(())
}

fn build() -> Result<PathBuf, Failure> {
    if !workspace::cargo().args(["build", "-p", "lake_program"]).status()?.success() {
        return Err("`faasguard-lake` does not build".into());
    }
    Ok(workspace::target_folder().join("debug/faasguard-lake"))
}

/// Makes a trail of `events` events and imports it.
fn fill(bench: &Bench, events: u64) -> Outcome {
    let trail = bench.scratch.join("trail");
    fs::create_dir_all(&trail)?;
    trail::write(&trail, events)?;
    let started = Instant::now();
    let output = Command::new(&bench.program)
        .arg("import")
        .arg(&trail)
        .arg("--lake")
        .arg(&bench.lake)
        .output()?;
    if !output.status.success() {
        return Err(
            format!("the import failed: {}", String::from_utf8_lossy(&output.stderr)).into()
        );
    }
    println!("{events} events imported in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}
