//! What the guard adds to an invocation, in the same run without it: `cargo xtask guard-latency`.
//!
//! Each client of AWS, and one of a few lines, runs twice: alone and behind `faasguard-guard wrap`.
//! Both get the same event of 1 KB in turns of a hundred, so that whatever else the machine does
//! falls on both alike. A time is that from the event's hand-over to the answer's arrival.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to its caller")]

mod client;
mod measure;
mod platform;

use std::{
    env,
    error::Error,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use self::measure::{Measured, least, measure, median, ready};
use self::platform::Platform;

/// What went wrong, in words for the developer who called.
type Failure = Box<dyn Error + Send + Sync>;

/// How a command ends.
type Outcome = Result<(), Failure>;

/// The word that makes this program a runtime client.
const CLIENT: &str = "--be-the-client";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let outcome =
        if words.first().is_some_and(|word| word == CLIENT) { client::run() } else { run(&words) };
    if let Err(failure) = outcome {
        eprintln!("guard_latency: {failure}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The folder of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn run(words: &[String]) -> Outcome {
    let (mut program, mut settings, mut rounds) = (None, None, 5_u64);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--program" => program = Some(PathBuf::from(value()?)),
            "--settings" => settings = Some(PathBuf::from(value()?)),
            "--rounds" => rounds = value()?.parse::<u64>()?.max(1),
            _ => {
                return Err(
                    format!("`{word}` is no option: --program, --settings, --rounds").into()
                );
            }
        }
    }
    let program = program.unwrap_or_else(|| root().join("target/release/faasguard-guard"));
    // The program starts in a folder of its own.
    let program = fs::canonicalize(&program).map_err(|error| {
        format!("{} is not there ({error}): cargo build --release -p guard", program.display())
    })?;
    let settings = settings.map(|path| {
        fs::canonicalize(&path)
            .map_err(|error| format!("the settings {} are not there: {error}", path.display()))
    });
    let settings = settings.transpose()?;
    println!("{}: {} bytes", program.display(), fs::metadata(&program)?.len());
    println!("load of the machine before: {}", fs::read_to_string("/proc/loadavg")?.trim());
    println!();
    println!(
        "| client | direct p50 µs | p99 | added p50 µs: least, median | added p99 µs: least, median \
         | guard's CPU µs | its memory MiB (own) | ready ms: direct, added |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (name, command) in clients()? {
        let guarded = |command: &[OsString]| {
            let mut words = vec![program.clone().into_os_string(), "wrap".into()];
            if let Some(settings) = &settings {
                words.extend(["--settings".into(), settings.into()]);
            }
            words.push("--".into());
            words.extend_from_slice(command);
            words
        };
        let direct = Platform::start(&command)?;
        let guard = Platform::start(&guarded(&command))?;
        let measured = measure(direct, guard, rounds)?;
        let (alone, behind) = ready(&command, &guarded(&command))?;
        let Measured { p50, p99, added_p50, added_p99, cpu, memory, own } = measured;
        println!(
            "| {name} | {p50:.0} | {p99:.0} | {:.0}, {:.0} | {:.0}, {:.0} | {cpu:.1} \
             | {memory:.1} ({own:.1}) | {alone:.1}, {:.1} |",
            least(&added_p50),
            median(&added_p50),
            least(&added_p99),
            median(&added_p99),
            behind - alone,
        );
    }
    println!();
    println!("load of the machine after: {}", fs::read_to_string("/proc/loadavg")?.trim());
    Ok(())
}

/// The clients that are there: those of AWS where they are installed.
fn clients() -> Result<Vec<(&'static str, Vec<OsString>)>, Failure> {
    let own = env::current_exe()?.into_os_string();
    let mut clients = vec![("of a few lines", vec![own, CLIENT.into()])];
    if let Some(folder) = platform::installed() {
        let python = folder.join("python/bin/python").into_os_string();
        let node = folder.join("node/node_modules/aws-lambda-ric/bin/index.mjs").into_os_string();
        let words = ["-m", "awslambdaric", "app.handler"].map(Into::into);
        clients.push(("Python", [vec![python], words.into()].concat()));
        clients.push(("Node", vec!["node".into(), node, "app.handler".into()]));
    } else {
        println!("the clients of AWS are not installed; see crates/guard_emulator/tests/clients");
    }
    Ok(clients)
}
