//! `cargo xtask guard-latency [--invocations N] [--starts N] [--guard FILE] [--settings FILE]`: what
//! the guard adds to an invocation and to a start.
//!
//! A platform and a runtime in this process, on the loopback, with and without the release build of
//! the guard between them, in turns. Measured is the time from the moment before the platform
//! writes the answer to `next` until it has the whole response, for an event of a function URL of
//! about one kilobyte. On a machine with other work the minimum and the median say something, the
//! 99th percentile mostly says how busy it is: it is printed beside that of the direct way.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::{Failure, Outcome, arguments::Arguments, workspace};

const LOOPBACK: &str = "127.0.0.1:0";
/// Invocations in a row before the other way has its turn.
const TURN: usize = 250;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let invocations = usize::try_from(arguments.number("--invocations")?.unwrap_or(10_000))?;
    let starts = usize::try_from(arguments.number("--starts")?.unwrap_or(100))?;
    let guard = arguments.value("--guard")?.map(PathBuf::from);
    let settings = arguments.value("--settings")?;
    arguments.finish()?;
    let guard = guard
        .or_else(|| Some(workspace::target_folder().join("release/faasguard-guard")))
        .filter(|path| path.is_file())
        .ok_or("no release build of the guard: cargo build --release -p guard")?;
    println!("binary: {:.2} MiB", mebibytes(fs::metadata(&guard)?.len()));
    measure_starts(&guard, starts)?;
    measure_invocations(&guard, settings.as_deref(), invocations)
}

fn measure_invocations(guard: &Path, settings: Option<&str>, count: usize) -> Outcome {
    let event =
        fs::read(workspace::root().join("crates/guard_emulator/samples/function-url.json"))?;
    let direct = Platform::start()?;
    let behind = Platform::start()?;
    let port = free_address()?;
    let mut command = Command::new(guard);
    command.args(["wrap", "--listen", &port.to_string()]);
    if let Some(settings) = settings {
        command.args(["--settings", settings]);
    }
    command.args(["--", "sleep", "1000"]).env("AWS_LAMBDA_RUNTIME_API", behind.address.to_string());
    let program = Running(command.stderr(Stdio::null()).spawn()?);
    let runtime = connect(direct.address)?;
    thread::spawn(move || play_runtime(runtime));
    let runtime = connect(port)?;
    thread::spawn(move || play_runtime(runtime));

    let mut ways = [(direct.accept()?, Vec::new()), (behind.accept()?, Vec::new())];
    for way in &mut ways {
        // The first ones compile and allocate what later ones use.
        way.0.invoke(&event, TURN)?;
    }
    let (cpu, begun) = (cpu_time(program.0.id())?, count.div_ceil(TURN));
    for _ in 0..begun {
        for (connection, times) in &mut ways {
            times.extend(connection.invoke(&event, TURN)?);
        }
    }
    let cpu = cpu_time(program.0.id())?.saturating_sub(cpu);
    let [(_, direct), (_, behind)] = &mut ways;
    let (direct, behind) = (Spread::of(direct), Spread::of(behind));
    println!("event: {} bytes, {} invocations each way", event.len(), begun * TURN);
    println!("{:<12} {:>10} {:>10} {:>10}", "microseconds", "min", "p50", "p99");
    for (name, spread) in [("direct", &direct), ("guard", &behind)] {
        println!("{name:<12} {:>10.1} {:>10.1} {:>10.1}", spread.least, spread.p50, spread.p99);
    }
    println!(
        "{:<12} {:>10.1} {:>10.1} {:>10.1}",
        "added",
        behind.least - direct.least,
        behind.p50 - direct.p50,
        behind.p99 - direct.p99
    );
    let each = cpu / u32::try_from(begun * TURN)?;
    println!("CPU of the guard per invocation: {:.1} microseconds", micros(each));
    println!("memory: {}", memory(program.0.id())?);
    Ok(())
}

/// Time until a program that is started has written, with and without the guard before it.
fn measure_starts(guard: &Path, count: usize) -> Outcome {
    let mut spreads = Vec::new();
    for with_guard in [false, true] {
        let mut times = Vec::new();
        for _ in 0..count {
            let mut command = Command::new(if with_guard { guard } else { Path::new("echo") });
            if with_guard {
                command.args(["wrap", "--", "echo"]);
                command.env("FAASGUARD_SETTINGS", unmasked()?);
            }
            command.arg("up").env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9");
            let begun = Instant::now();
            let mut child = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?);
            let mut word = [0; 3];
            child.0.stdout.as_mut().ok_or("no output")?.read_exact(&mut word)?;
            times.push(micros(begun.elapsed()));
            child.0.wait()?;
        }
        spreads.push(Spread::of(&mut times));
    }
    if let [direct, behind] = spreads.as_slice() {
        println!(
            "start to the first output of the program: min {:.2} ms (direct {:.2}), p50 {:.2} ms (direct {:.2})",
            behind.least / 1_000.0,
            direct.least / 1_000.0,
            behind.p50 / 1_000.0,
            direct.p50 / 1_000.0
        );
    }
    Ok(())
}

/// Settings under which a program writes to its output itself, so that its start is seen at once.
fn unmasked() -> Result<PathBuf, Failure> {
    let path = workspace::target_folder().join("guard-latency.json");
    fs::write(&path, "{\"redact\": {\"logs\": false}}")?;
    Ok(path)
}

/// Ends with the measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Platform {
    listener: TcpListener,
    address: SocketAddr,
}

impl Platform {
    fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(LOOPBACK)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    fn accept(&self) -> io::Result<Connection> {
        let (stream, _) = self.listener.accept()?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: Vec::new() })
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Hands an event over again and again; the time of each until its response, in microseconds.
    fn invoke(&mut self, event: &[u8], count: usize) -> io::Result<Vec<f64>> {
        let mut head = String::from("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
        for line in [
            "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd",
            "Lambda-Runtime-Deadline-Ms: 1790000000000",
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:111122223333:function:orders",
            "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
        ] {
            head.push_str(line);
            head.push_str("\r\n");
        }
        let mut answer = head.into_bytes();
        write!(answer, "Content-Length: {}\r\n\r\n", event.len())?;
        answer.extend_from_slice(event);
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            self.read()?;
            let begun = Instant::now();
            self.stream.write_all(&answer)?;
            self.read()?;
            times.push(micros(begun.elapsed()));
            self.stream.write_all(
                b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n",
            )?;
        }
        Ok(times)
    }

    /// Reads one message.
    fn read(&mut self) -> io::Result<()> {
        let mut bytes = [0; 8_192];
        loop {
            if let Some(length) = message_length(&self.buffer) {
                self.buffer.drain(..length);
                return Ok(());
            }
            let count = self.stream.read(&mut bytes)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.buffer.extend_from_slice(bytes.get(..count).unwrap_or_default());
        }
    }
}

/// The length of the first message in a buffer, when it is whole.
fn message_length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(buffer.get(..head)?).ok()?;
    let length = text
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
        })
        .unwrap_or(0);
    (buffer.len() >= head + length).then_some(head + length)
}

/// A runtime that answers at once; ends with its connection.
fn play_runtime(stream: TcpStream) {
    let mut connection = Connection { stream, buffer: Vec::new() };
    let response = b"POST /2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response HTTP/1.1\r\n\
        Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"statusCode\":200}";
    let mut serve = || -> io::Result<()> {
        loop {
            connection.stream.write_all(
                b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: measure\r\n\r\n",
            )?;
            connection.read()?;
            connection.stream.write_all(response)?;
            connection.read()?;
        }
    };
    let _ = serve();
}

/// Connects as soon as somebody listens.
fn connect(address: SocketAddr) -> Result<TcpStream, Failure> {
    let begun = Instant::now();
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) if begun.elapsed() > Duration::from_secs(10) => return Err(error.into()),
            Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    }
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind(LOOPBACK)?.local_addr()
}

/// Nanoseconds that all threads of a process have run: `/proc/…/schedstat`.
fn cpu_time(process: u32) -> Result<Duration, Failure> {
    let mut total = 0;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let text = fs::read_to_string(task?.path().join("schedstat"))?;
        total += text.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0);
    }
    Ok(Duration::from_nanos(total))
}

/// Memory of a process, all of it and what only it has.
fn memory(process: u32) -> Result<String, Failure> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    let mib = |name: &str| mebibytes(of(name).unwrap_or(0) * 1_024);
    Ok(format!(
        "{:.1} MiB resident, {:.1} of them anonymous, peak {:.1}",
        mib("VmRSS:"),
        mib("RssAnon:"),
        mib("VmHWM:")
    ))
}

struct Spread {
    least: f64,
    p50: f64,
    p99: f64,
}

impl Spread {
    fn of(times: &mut [f64]) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or(f64::NAN);
        Self { least: at(0), p50: at(50), p99: at(99) }
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[expect(clippy::cast_precision_loss, reason = "sizes of programs")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}
