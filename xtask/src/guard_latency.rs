//! `cargo xtask guard-latency`: what the guard adds to an invocation, in the same run without it.
//!
//! Each client of AWS, and one of a few lines, runs twice on the emulator: alone and behind
//! `faasguard-guard wrap`. Both get the same event of 1 KB in turns of a hundred, so that whatever
//! else the machine does falls on both alike. A time is that from the event's hand-over to the
//! answer's arrival.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::PathBuf,
    time::Instant,
};

use self::platform::Platform;
use crate::{Failure, Outcome, arguments::Arguments, workspace};

mod platform;

/// Invocations of one turn.
const TURN: u32 = 100;
/// Turns of each side in one round.
const TURNS: u32 = 10;
/// Starts that are timed.
const STARTS: u32 = 20;
/// The word that makes this program a runtime client.
const CLIENT: &str = "--be-the-client";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    if arguments.flag(CLIENT) {
        return be_the_client();
    }
    let rounds = arguments.number("--rounds")?.unwrap_or(5).max(1);
    let program = match arguments.value("--program")? {
        Some(path) => PathBuf::from(path),
        None => workspace::target_folder().join("release/faasguard-guard"),
    };
    let settings = arguments.value("--settings")?;
    arguments.finish()?;
    // The program starts in a folder of its own.
    let program = fs::canonicalize(&program).map_err(|error| {
        format!("{} is not there ({error}): cargo build --release -p guard", program.display())
    })?;
    let settings = settings.map(|path| {
        fs::canonicalize(&path)
            .map_err(|error| format!("the settings {path} are not there: {error}"))
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
    let mut clients = vec![("of a few lines", vec![own, "guard-latency".into(), CLIENT.into()])];
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

/// Microseconds of each of a turn's invocations.
fn turn(platform: &mut Platform, event: &[u8], into: &mut Vec<f64>) -> Result<(), Failure> {
    for _ in 0..TURN {
        into.push(platform.invoke(event)?.as_secs_f64() * 1e6);
    }
    Ok(())
}

struct Measured {
    p50: f64,
    p99: f64,
    added_p50: Vec<f64>,
    added_p99: Vec<f64>,
    cpu: f64,
    memory: f64,
    own: f64,
}

fn measure(mut direct: Platform, mut guard: Platform, rounds: u64) -> Result<Measured, Failure> {
    let event = event()?;
    let (mut warm, mut p50, mut p99) = (Vec::new(), Vec::new(), Vec::new());
    turn(&mut direct, &event, &mut warm)?;
    turn(&mut guard, &event, &mut warm)?;
    let same = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).ok();
    if direct.answer().is_empty() || same(direct.answer()) != same(guard.answer()) {
        return Err("the answers differ".into());
    }
    let pid = guard.pid();
    let before = cpu(pid)?;
    let (mut added_p50, mut added_p99) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (mut plain, mut behind) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            turn(&mut direct, &event, &mut plain)?;
            turn(&mut guard, &event, &mut behind)?;
        }
        p50.push(quantile(&mut plain, 0.5));
        p99.push(quantile(&mut plain, 0.99));
        added_p50.push(quantile(&mut behind, 0.5) - quantile(&mut plain, 0.5));
        added_p99.push(quantile(&mut behind, 0.99) - quantile(&mut plain, 0.99));
    }
    let invocations = f64::from(TURN * TURNS) * f64::from(u32::try_from(rounds)?);
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let mib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    };
    Ok(Measured {
        p50: median(&p50),
        p99: median(&p99),
        added_p50,
        added_p99,
        cpu: (cpu(pid)? - before) / invocations,
        memory: mib("VmRSS:"),
        own: mib("RssAnon:"),
    })
}

/// An event of 1 KB: a sample of an HTTP API, cut to its essentials.
fn event() -> Result<Vec<u8>, Failure> {
    let sample = guard_emulator::sample("http-api").ok_or("the sample is gone")?;
    let event: serde_json::Value = serde_json::from_str(sample.text)?;
    let mut event = event.as_object().cloned().unwrap_or_default();
    event.remove("cookies");
    if let Some(headers) = event.get_mut("headers").and_then(serde_json::Value::as_object_mut) {
        headers.retain(|name, _| !name.starts_with("x-"));
    }
    let mut text = serde_json::Value::Object(event).to_string().into_bytes();
    // Spaces at the end are part of no value.
    text.resize(text.len().max(1024), b' ');
    Ok(text)
}

/// Microseconds of processor time of all threads of a process.
fn cpu(pid: u32) -> Result<f64, Failure> {
    let mut nanoseconds = 0.0;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let stat = fs::read_to_string(thread?.path().join("schedstat"))?;
        nanoseconds += stat.split(' ').next().unwrap_or_default().parse::<f64>()?;
    }
    Ok(nanoseconds / 1000.0)
}

/// Milliseconds from the start of a program to the runtime's first request, alone and behind the
/// guard: the least of several, in turns.
fn ready(alone: &[OsString], behind: &[OsString]) -> Result<(f64, f64), Failure> {
    let time = |command: &[OsString]| -> Result<f64, Failure> {
        let started = Instant::now();
        let platform = Platform::start(command)?;
        let time = started.elapsed().as_secs_f64() * 1000.0;
        drop(platform);
        Ok(time)
    };
    let mut best = (f64::INFINITY, f64::INFINITY);
    for _ in 0..STARTS {
        best = (best.0.min(time(alone)?), best.1.min(time(behind)?));
    }
    Ok(best)
}

fn quantile(values: &mut [f64], at: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index of a few thousand"
    )]
    let index = (at * values.len() as f64) as usize;
    values.get(index.min(values.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn median(values: &[f64]) -> f64 {
    quantile(&mut values.to_vec(), 0.5)
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// A runtime that gives each event back and does nothing else.
fn be_the_client() -> Outcome {
    let stream = TcpStream::connect(env::var("AWS_LAMBDA_RUNTIME_API")?)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    loop {
        writer.write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: a\r\n\r\n")?;
        let (id, body) = answer(&mut reader)?;
        let path = format!("/2018-06-01/runtime/invocation/{id}/response");
        let mut request =
            format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.len())
                .into_bytes();
        request.extend_from_slice(&body);
        writer.write_all(&request)?;
        answer(&mut reader)?;
    }
}

/// The request id, where there is one, and the body of an answer with a length.
fn answer(reader: &mut impl BufRead) -> Result<(String, Vec<u8>), Failure> {
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err("the Runtime API closed".into());
        }
        match line.trim_end().split_once(": ") {
            None if line.trim_end().is_empty() => break,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse()?;
            }
            Some((name, value)) if name.eq_ignore_ascii_case("lambda-runtime-aws-request-id") => {
                value.clone_into(&mut id);
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((id, body))
}

#[cfg(test)]
mod tests {
    use super::{event, median, quantile};

    #[test]
    fn the_event_is_one_kilobyte_of_json() {
        let event = event().unwrap();
        assert!((1024..1200).contains(&event.len()), "{}", event.len());
        assert!(serde_json::from_slice::<serde_json::Value>(&event).is_ok());
    }

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let mut values: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!((quantile(&mut values, 0.99), median(&values)), (99.0, 50.0));
    }
}
