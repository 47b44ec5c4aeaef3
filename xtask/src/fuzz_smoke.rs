//! `cargo xtask fuzz-smoke [--seconds N] [TARGET…]`: every fuzz target for a while.
//!
//! Builds with the coverage instrumentation of stable Rust, so neither `cargo-fuzz` nor a nightly
//! toolchain is needed; `cargo fuzz run TARGET` works too where they are installed. A crash, an
//! input slower than [`SLOWEST_INPUT_S`] or one that needs more than [`MEMORY_MIB`] fails.

use std::{
    ffi::OsStr,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::{Failure, Outcome, arguments::Arguments, workspace};

const SLOWEST_INPUT_S: u32 = 10;
const MEMORY_MIB: u32 = 1_024;
/// Large enough for quadratic work to show, small enough to mutate quickly.
const LONGEST_INPUT: u32 = 32_768;
/// Endings of files that mutation begins with: templates, code of every language, messages, archives.
const SEEDS: [&str; 15] = [
    "json", "yaml", "yml", "py", "js", "mjs", "ts", "go", "java", "cs", "rb", "http", "zip", "jar",
    "csv",
];

/// What `cargo fuzz` passes, without the sanitizers, which need nightly.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let seconds = arguments.number("--seconds")?.unwrap_or(60);
    let mut targets = Vec::new();
    while let Some(target) = arguments.free() {
        targets.push(target);
    }
    arguments.finish()?;
    let folder = workspace::root().join("fuzz");
    if targets.is_empty() {
        targets = all_targets(&folder)?;
    }

    let host = host()?;
    let built = workspace::cargo()
        .env("RUSTFLAGS", INSTRUMENTATION)
        .args(["build", "--release", "--quiet", "--target", &host, "--target-dir"])
        .arg(folder.join("target"))
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"))
        .args(targets.iter().flat_map(|target| ["--bin", target]))
        .status()?;
    if !built.success() {
        return Err("the fuzz targets do not build".into());
    }
    let mut failed = Vec::new();
    for target in targets {
        let binary = folder.join("target").join(&host).join("release").join(&target);
        if !survives(&folder, &target, &binary, seconds)? {
            failed.push(target);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", ")).into()) }
}

/// One target a file.
fn all_targets(folder: &Path) -> Result<Vec<String>, Failure> {
    let files = workspace::files(&folder.join("fuzz_targets"))?;
    Ok(files.iter().filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect())
}

/// The triple of this machine. Naming it keeps the instrumentation out of build scripts.
fn host() -> Result<String, Failure> {
    let output = Command::new("rustc").arg("-vV").output()?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("`rustc -vV` names no host")?.to_owned())
}

/// Runs one target and prints what it did.
fn survives(folder: &Path, target: &str, binary: &Path, seconds: u64) -> Result<bool, Failure> {
    let corpus = folder.join("corpus").join(target);
    let artifacts = folder.join("artifacts").join(target);
    fs::create_dir_all(&artifacts)?;
    sow(target, &corpus)?;
    let log = folder.join("artifacts").join(format!("{target}.log"));
    let status = Command::new(binary)
        .arg(&corpus)
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!("-dict={}", folder.join("template.dict").display()))
        .args([
            format!("-max_total_time={seconds}"),
            format!("-timeout={SLOWEST_INPUT_S}"),
            format!("-rss_limit_mb={MEMORY_MIB}"),
            format!("-max_len={LONGEST_INPUT}"),
            "-print_final_stats=1".to_owned(),
        ])
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log)?)
        .status()?;
    // The log holds bytes of the inputs, so it need not be UTF-8.
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    let stat = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        value.map_or_else(|| "?".to_owned(), |value| value.trim().to_owned())
    };
    if status.success() {
        println!(
            "{target}: survived {} inputs, slowest {} s, peak {} MiB",
            stat("stat::number_of_executed_units:"),
            stat("stat::slowest_unit_time_sec:"),
            stat("stat::peak_rss_mb:"),
        );
        return Ok(true);
    }
    println!("{target}: failed; {}", log.display());
    let telling = ["panicked at", "ERROR: libFuzzer", "Test unit written to"];
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if telling.iter().any(|words| line.contains(words)) {
            println!("  {line}");
            // The message of a panic stands on the line after its place.
            if line.contains("panicked at")
                && let Some(message) = lines.peek()
            {
                println!("  {message}");
            }
        }
    }
    Ok(false)
}

/// Puts what the repository has in templates, code and odd inputs into the corpus of a target, and all
/// that stands in the folder of `fuzz/seeds` that is called like it.
fn sow(target: &str, corpus: &Path) -> Outcome {
    fs::create_dir_all(corpus)?;
    let root = workspace::root();
    let seeds = root.join("fuzz/seeds");
    for folder in ["fuzz/seeds", "crates", "examples"] {
        let folder = root.join(folder);
        if !folder.is_dir() {
            continue;
        }
        for file in workspace::files(&folder)? {
            let is_seed = |extension: &OsStr| SEEDS.iter().any(|known| extension == *known);
            let folder = file.parent().filter(|it| *it != seeds && it.starts_with(&seeds));
            let is_own = |folder: &Path| folder.file_name().is_some_and(|it| it == target);
            let has_seeds = match folder {
                Some(folder) => is_own(folder),
                None => file.extension().is_some_and(is_seed),
            };
            if has_seeds {
                let name = workspace::relative(&root, &file).replace('/', "-");
                fs::copy(&file, corpus.join(name))?;
            }
        }
    }
    Ok(())
}
