//! `emulate [-- CMD]`: Lambda on this machine. `run -- CMD` is the same with the guard before the
//! runtime.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, SystemTime},
};

use guard_emulator::{
    Emulator, Function, Outcome as End, Program, Record, SAMPLES, ShutdownReason, Sink, Source,
    sample, set, timestamp,
};
use nix::sys::signal::{SigSet, Signal};
use serde_json::Value;

use super::Command;
use crate::arguments::{Arguments, address};
use crate::failure::{Failure, Outcome};

pub(crate) const COMMAND: Command = Command {
    name: "emulate",
    summary: "Plays Lambda on this machine, with sample events of every trigger",
    usage: "faasguard-guard emulate [OPTION…] [-- PROGRAM ARGUMENT…]

Starts PROGRAM as the runtime of a function, hands it the events and prints each answer. Without
events it serves POST /2015-03-31/functions/function/invocations until it is interrupted; without
PROGRAM it waits for runtimes and extensions that are started elsewhere.

  --list             The sample events
  --show NAME        One of them, as JSON
  --event NAME|FILE  An event to hand over: a sample, a file of JSON, - for standard input; repeatable
  --set PATH=VALUE   A value put into every event, such as body.userId=7; repeatable
  --repeat N         Each event so many times
  --concurrency N    So many invocations at once in one environment
  --listen ADDRESS   Where the APIs are served; a free port of 127.0.0.1 otherwise
  --timeout-s N      How long an invocation may take; 30 otherwise
  --memory-mib N     What the function is told of its memory; 128 otherwise
  --handler NAME     _HANDLER; app.handler otherwise
  --function NAME    Name of the function; function otherwise
  --log FILE         A file that the log is appended to, each line with its time
  --extension FILE   A program to start as an external extension; repeatable
  --quiet            Prints no line of the function or the platform",
    run,
};

fn run(arguments: Arguments) -> Outcome {
    session(arguments, &|program| Ok(program))
}

/// What stands before the program that is run: nothing, or the guard.
type Wrapping<'a> = &'a dyn Fn(Vec<OsString>) -> Result<Vec<OsString>, Failure>;

/// The whole command, for `emulate` and `run`.
pub(crate) fn session(mut arguments: Arguments, wrap: Wrapping<'_>) -> Outcome {
    if arguments.flag("--list") {
        arguments.finish()?;
        return list();
    }
    let assignments = arguments.values("--set")?;
    if let Some(name) = arguments.value("--show")? {
        arguments.finish()?;
        let event = with_values(&read_event(&name)?, &assignments)?;
        return print(&[&event, &b"\n"[..]].concat());
    }
    let function = function(&mut arguments)?;
    let listen = match arguments.value("--listen")? {
        Some(text) => address("--listen", &text, Ipv4Addr::LOCALHOST)?,
        None => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
    };
    let repeat = number(&mut arguments, "--repeat")?.unwrap_or(1);
    let quiet = arguments.flag("--quiet");
    let log = arguments.value("--log")?.map(|path| open_log(&path)).transpose()?;
    let extensions = arguments.values("--extension")?;
    let mut events = Vec::new();
    for name in arguments.values("--event")? {
        events.push(with_values(&read_event(&name)?, &assignments)?);
    }
    let program = arguments.optional_program();
    arguments.finish()?;
    if program.is_none() && !events.is_empty() {
        return Err(Failure::usage("events need a runtime: name its program behind `--`"));
    }

    // Blocked before there are threads, so that all have it so; programs that are started do not.
    let interrupts: SigSet = [Signal::SIGINT, Signal::SIGTERM].into_iter().collect();
    interrupts.thread_block().map_err(|error| Failure::new(format!("signals: {error}")))?;
    let emulator = Emulator::start_at(listen, function, sink(quiet, log))
        .map_err(|error| Failure::new(format!("{listen}: {error}")))?;
    let emulator = Arc::new(emulator);
    let closing = Arc::clone(&emulator);
    let signals = thread::spawn(move || {
        let _ = interrupts.wait();
        closing.shut_down(ShutdownReason::Spindown);
    });
    for path in extensions {
        emulator
            .extend(&Program::new([&path]))
            .map_err(|error| Failure::new(format!("{path}: {error}")))?;
    }
    if let Some(program) = program {
        emulator
            .run(Program::new(wrap(program)?))
            .map_err(|error| Failure::new(error.to_string()))?;
    }
    if events.is_empty() {
        let address = emulator.address();
        tell(&format!("AWS_LAMBDA_RUNTIME_API={address}"));
        tell(&format!(
            "invoke with: curl -d '{{}}' http://{address}/2015-03-31/functions/function/invocations"
        ));
        let _ = signals.join();
        return Ok(ExitCode::SUCCESS);
    }
    let all_well = invoke_all(&emulator, &events, repeat)?;
    emulator.shut_down(ShutdownReason::Spindown);
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn list() -> Outcome {
    let width = SAMPLES.iter().map(|sample| sample.name.len()).max().unwrap_or_default();
    let lines = SAMPLES.iter().map(|one| format!("{:<width$}  {}\n", one.name, one.about));
    print(lines.collect::<String>().as_bytes())
}

fn function(arguments: &mut Arguments) -> Result<Function, Failure> {
    let mut function = Function::default();
    if let Some(limit) = number(arguments, "--timeout-s")? {
        function.timeout = Duration::from_secs(u64::from(limit));
    }
    if let Some(memory) = number(arguments, "--memory-mib")? {
        function.memory_mib = memory;
    }
    if let Some(concurrency) = number(arguments, "--concurrency")? {
        function.concurrency = concurrency;
    }
    if let Some(handler) = arguments.value("--handler")? {
        function.handler = handler;
    }
    if let Some(name) = arguments.value("--function")? {
        function.name = name;
    }
    // Whoever says where they are means the function, too.
    if let Some(region) = env::var("AWS_REGION").ok().filter(|it| !it.is_empty()) {
        function.region = region;
    }
    if let (Ok(folder), Err(_)) = (env::current_dir(), env::var("LAMBDA_TASK_ROOT")) {
        let folder = folder.to_string_lossy().into_owned();
        function.variables.push(("LAMBDA_TASK_ROOT".to_owned(), folder));
    }
    Ok(function)
}

/// A number of at least 1.
fn number(arguments: &mut Arguments, name: &str) -> Result<Option<u32>, Failure> {
    let Some(text) = arguments.value(name)? else { return Ok(None) };
    match text.parse() {
        Ok(number) if number > 0 => Ok(Some(number)),
        _ => Err(Failure::usage(format!("{name}: `{text}` is no number of at least 1"))),
    }
}

/// A sample of that name, or the contents of a file.
fn read_event(name: &str) -> Result<Vec<u8>, Failure> {
    if let Some(sample) = sample(name) {
        return Ok(sample.text.trim_end().as_bytes().to_vec());
    }
    if name == "-" {
        return io::read_to_string(io::stdin())
            .map(String::into_bytes)
            .map_err(|error| Failure::new(format!("standard input: {error}")));
    }
    fs::read(name).map_err(|error| {
        let is_word = !Path::new(name).exists() && !name.contains(['/', '.']);
        let advice = if is_word { "; --list names the sample events" } else { "" };
        Failure::new(format!("{name}: {error}{advice}"))
    })
}

/// The event with values set. Without any it stays as it is, whatever it is.
fn with_values(event: &[u8], assignments: &[String]) -> Result<Vec<u8>, Failure> {
    if assignments.is_empty() {
        return Ok(event.to_vec());
    }
    let mut event: Value = serde_json::from_slice(event)
        .map_err(|error| Failure::new(format!("the event is no JSON: {error}")))?;
    for assignment in assignments {
        set(&mut event, assignment).map_err(|error| Failure::usage(format!("--set: {error}")))?;
    }
    Ok(event.to_string().into_bytes())
}

/// Hands over all events, prints the answers in their order; `true` when all went well.
fn invoke_all(emulator: &Emulator, events: &[Vec<u8>], repeat: u32) -> Result<bool, Failure> {
    let mut asked = Vec::new();
    for event in events {
        asked.extend((0..repeat).map(|_| emulator.submit(event)));
    }
    let mut all_well = true;
    for invocation in asked {
        let record = emulator.wait(invocation);
        all_well &= record.is_success();
        print(&answer(&record, emulator.function().timeout))?;
    }
    Ok(all_well)
}

/// The answer as callers of the function get it, and a line end.
fn answer(record: &Record, timeout: Duration) -> Vec<u8> {
    let body = match &record.outcome {
        Some(End::Response(response)) => response.body.clone(),
        Some(end) => end.error_body(&record.request_id, timeout).unwrap_or_default(),
        None => Vec::new(),
    };
    [&body, &b"\n"[..]].concat()
}

fn print(bytes: &[u8]) -> Outcome {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(Failure::output)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(line: &str) {
    // Nobody is left to tell when even the error output is gone.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Opens the file of the log; what stands in it stays.
fn open_log(path: &str) -> Result<Mutex<fs::File>, Failure> {
    let file = fs::OpenOptions::new().create(true).append(true).open(path);
    file.map(Mutex::new).map_err(|error| Failure::new(format!("--log {path}: {error}")))
}

/// Prints the lines of the function; those of the guard in words. All go to the log as they are, the time in
/// front, as CloudWatch exports them.
fn sink(quiet: bool, log: Option<Mutex<fs::File>>) -> Sink {
    Arc::new(move |source, line| {
        let text = String::from_utf8_lossy(line);
        if let Some(log) = &log {
            let time = timestamp(SystemTime::now());
            let line = format!("{time} {}\n", text.trim_end());
            let mut file = log.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = file.write_all(line.as_bytes()) {
                tell(&format!("--log: {error}"));
            }
        }
        match security_event(&text) {
            Some(words) => tell(&words),
            None if quiet => {}
            None => tell(&format!("{} {}", mark(source), printable(&text))),
        }
    })
}

/// What stands before a line.
fn mark(source: Source) -> &'static str {
    match source {
        Source::Stdout => "out |",
        Source::Stderr => "err |",
        Source::Extension => "ext |",
        Source::Platform => "    |",
    }
}

/// A line of the guard in words: `guard: event-blocked sql in body.userId: …`.
fn security_event(line: &str) -> Option<String> {
    if !line.starts_with("{\"faasguard\":\"event\"") {
        return None;
    }
    let event: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let mut words = format!("guard: {}", text("kind")?);
    for (before, name) in [(" ", "class"), (" in ", "field"), (" by ", "process"), (": ", "detail")]
    {
        if let Some(value) = text(name).filter(|value| !value.is_empty()) {
            words.push_str(before);
            words.push_str(value);
        }
    }
    if let Some(id) = text("request_id") {
        words.extend([" (request ", id, ")"]);
    }
    Some(printable(&words))
}

/// Control characters of the function do not reach the terminal; tabs do.
fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() && letter != '\t' { '.' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{read_event, security_event, with_values};

    #[test]
    fn a_line_of_the_guard_is_told_in_words() {
        let line = r#"{"faasguard":"event","kind":"event-blocked","class":"sql","request_id":"r-1","function":"f","detail":"refused","mode":"block","field":"body.userId"}"#;
        let words = "guard: event-blocked sql in body.userId: refused (request r-1)";
        assert_eq!(security_event(line).as_deref(), Some(words));
        assert_eq!(security_event("{\"message\":1}"), None);
    }

    #[test]
    fn a_value_is_put_into_a_sample() {
        let sample = read_event("http-api").unwrap();
        let event = with_values(&sample, &["body.userId=1 OR 1=1--".to_owned()]).unwrap();
        assert!(String::from_utf8(event).unwrap().contains("1 OR 1=1--"));
        let error = read_event("no-such-sample").unwrap_err().to_string();
        assert!(error.ends_with("--list names the sample events"), "{error}");
    }
}
