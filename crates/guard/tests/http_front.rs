//! `faasguard-guard http` as a program, before real servers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Front {
    child: Child,
    port: u16,
}

impl Drop for Front {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Front {
    /// Starts the front with a program behind it; `PORT` in its words is the port to listen at.
    /// `None` where the interpreter is missing.
    fn start(settings: &str, options: &[&str], program: &[&str]) -> Option<Self> {
        let is_there = Command::new(program.first()?)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok();
        if !is_there {
            println!("skipped: no {}", program.first()?);
            return None;
        }
        let (port, behind) = (free_port(), free_port());
        let file =
            std::env::temp_dir().join(format!("faasguard-http-{}-{port}.json", std::process::id()));
        std::fs::write(&file, settings).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_faasguard-guard"));
        command
            .args(["http", "--listen", &format!("127.0.0.1:{port}")])
            .args(["--upstream", &format!("http://127.0.0.1:{behind}")])
            .arg("--settings")
            .arg(&file)
            .args(options)
            .arg("--");
        command.args(program.iter().map(|word| word.replace("PORT", &behind.to_string())));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let front = Self { child, port };
        front.get("/");
        std::fs::remove_file(&file).ok();
        Some(front)
    }

    fn connect(&self) -> TcpStream {
        let until = Instant::now() + Duration::from_mins(1);
        loop {
            match TcpStream::connect(("127.0.0.1", self.port)) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
                    return stream;
                }
                Err(error) => assert!(Instant::now() < until, "{error}"),
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn send(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    }

    fn get(&self, target: &str) -> String {
        self.send(&format!("GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
    }

    fn post(&self, target: &str, kind: &str, body: &str) -> String {
        self.send(&format!(
            "POST {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    /// Ends it by a signal: its exit code, its standard output and its standard error.
    fn end(mut self) -> (Option<i32>, String, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (status.code(), out, err)
    }
}

const PYTHON: &str = r#"
import signal, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self, body):
        print("handled", self.command, self.path, "card 4111 1111 1111 1111", flush=True)
        status = 500 if "boom" in self.path else 200
        text = b'{"error": "Traceback (most recent call last):\\n  File \\"/var/task/app.py\\", line 3, in handler\\nKeyError: 1"}' if status == 500 else body
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def do_GET(self):
        self.answer(b'{"path": "seen"}')
    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.answer(self.rfile.read(length))
    def log_message(self, *arguments):
        pass

time.sleep(0.3)
signal.signal(signal.SIGTERM, lambda *arguments: sys.exit(7))
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"#;

#[test]
fn a_python_server_gets_good_requests_only() {
    let settings = r#"{"function": "Orders", "errors": {"hide_details": true}}"#;
    let program = ["python3", "-c", PYTHON, "PORT"];
    let Some(front) = Front::start(settings, &["--health", "/healthz"], &program) else { return };
    let echoed = front.post("/orders", "application/json", r#"{"userId": "1"}"#);
    assert!(
        echoed.starts_with("HTTP/1.1 200") && echoed.ends_with(r#"{"userId": "1"}"#),
        "{echoed}"
    );
    let refused = front.post("/orders", "application/json", r#"{"userId": "1 OR 1=1--"}"#);
    assert!(refused.starts_with("HTTP/1.1 403 Forbidden"), "{refused}");
    assert!(refused.contains(r#"{"message":"Forbidden","requestId":""#), "{refused}");
    assert!(front.get("/files?name=../../../../etc/passwd").starts_with("HTTP/1.1 403"));
    assert!(front.get("/files?name=report.pdf").starts_with("HTTP/1.1 200"));
    assert!(front.get("/healthz").starts_with("HTTP/1.1 200"));
    let broken = front.get("/boom");
    assert!(broken.starts_with("HTTP/1.1 500"), "{broken}");
    assert!(!broken.contains("app.py"), "{broken}");

    let (code, out, err) = front.end();
    assert_eq!(code, Some(7), "{err}");
    assert!(out.contains("handled POST /orders card") && !out.contains("4111"), "{out}");
    assert!(!out.contains("passwd") && !out.contains("healthz"), "{out}");
    let event = err.lines().find(|line| line.contains("event-blocked")).unwrap();
    assert!(
        event.contains(r#""function":"Orders""#) && event.contains(r#""class":"sql""#),
        "{event}"
    );
    assert!(!err.contains("OR 1=1"), "{err}");
}

const NODE: &str = r#"
const http = require("http");
http.createServer((request, response) => {
    if (request.url === "/events") {
        response.writeHead(200, {"Content-Type": "text/event-stream"});
        let count = 0;
        const timer = setInterval(() => {
            response.write(`data: ${count}\n\n`);
            if (++count === 3) { clearInterval(timer); response.end(); }
        }, 50);
        return;
    }
    let body = "";
    request.on("data", (chunk) => { body += chunk; });
    request.on("end", () => response.end(request.method + " " + body.length));
}).listen(Number(process.argv[1]), "127.0.0.1");
"#;

#[test]
fn a_node_server_streams_through() {
    let Some(front) = Front::start("{}", &[], &["node", "-e", NODE, "PORT"]) else { return };
    let events = front.get("/events");
    assert!(events.contains("Transfer-Encoding: chunked"), "{events}");
    for number in 0..3 {
        assert!(events.contains(&format!("data: {number}\n\n")), "{events}");
    }
    let large = "x".repeat(300_000);
    assert!(front.post("/", "text/plain", &large).ends_with("\r\n\r\nPOST 300000"));
    // Kept connections, one request after the other.
    let mut stream = front.connect();
    for _ in 0..200 {
        stream.write_all(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.extend_from_slice(&byte);
        }
        assert!(head.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
}

#[test]
fn in_monitor_everything_passes_and_is_told() {
    let settings = r#"{"mode": "monitor", "rate": {"per_second": 0.01, "burst": 2}, "validate": {"max_bytes": 1000}}"#;
    let program = ["python3", "-c", PYTHON, "PORT"];
    let Some(front) = Front::start(settings, &[], &program) else { return };
    assert!(front.get("/?q=1%20OR%201=1--").starts_with("HTTP/1.1 200"));
    let large = "x".repeat(5000);
    assert!(front.post("/", "text/plain", &large).ends_with(&large));
    let (_, _, err) = front.end();
    for detail in ["\"class\":\"sql\"", "more requests than the limit", "larger than the limit"] {
        let line =
            err.lines().find(|line| line.contains(detail)).unwrap_or_else(|| panic!("{err}"));
        assert!(line.contains("event-flagged") && line.contains("\"mode\":\"monitor\""), "{line}");
    }
}

#[test]
fn a_program_that_does_not_start_is_told_with_the_code_of_shells() {
    let run = |words: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_faasguard-guard"))
            .args(["http", "--listen", "127.0.0.1:0", "--upstream", "http://127.0.0.1:9"])
            .args(words)
            .output()
            .unwrap()
    };
    assert_eq!(run(&["--", "/nowhere/program"]).status.code(), Some(127));
    assert_eq!(run(&["--", "sh", "-c", "exit 9"]).status.code(), Some(9));
    assert_eq!(run(&["--frob"]).status.code(), Some(2));
    assert_eq!(run(&["--health", "x"]).status.code(), Some(2));
    assert_eq!(run(&["--concurrency", "many"]).status.code(), Some(2));
}
