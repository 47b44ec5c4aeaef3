//! Against a real `redis-server`: skipped with a printed line where there is none.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use guard_rate::{Asked, Callers, Decision, Limits};

struct Server {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
    extra: Vec<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Server {
    fn start(extra: &[&str]) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let extra: Vec<String> = extra.iter().map(|&text| text.to_owned()).collect();
        let Some(child) = spawn(port, &folder, &extra) else {
            let required = std::env::var_os("FAASGUARD_REQUIRE_CLIENTS").is_some_and(|v| v == "1");
            assert!(!required, "redis-server is missing: apt-get install redis-server");
            println!("skipped: no redis-server");
            return None;
        };
        let server = Self { child, port, folder, extra };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("redis-server does not listen");
    }

    fn restart(&mut self) {
        self.child = spawn(self.port, &self.folder, &self.extra).unwrap();
        self.wait();
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    /// Runs one command without arguments that hold spaces.
    fn command(&self, line: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(format!("{line}\r\nQUIT\r\n").as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    fn callers(&self, limits: Limits) -> Callers {
        let address = format!("redis://127.0.0.1:{}/0", self.port).parse().unwrap();
        let callers = Callers::shared(limits, address, "Orders", || {}).unwrap();
        connected(callers)
    }
}

fn spawn(port: u16, folder: &tempfile::TempDir, extra: &[String]) -> Option<Child> {
    Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .args(["--port", &port.to_string()])
        .arg("--dir")
        .arg(folder.path())
        .args(extra)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()
}

/// Waits until the store takes requests.
fn connected(mut callers: Callers) -> Callers {
    for round in 0..1000_u32 {
        let warm = format!("warm-up {round}");
        if let Asked::Pending(ticket) = callers.ask(warm.as_bytes()) {
            while !callers.settle().iter().any(|settled| settled.ticket == ticket) {
                std::thread::sleep(Duration::from_millis(1));
            }
            return callers;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the store never answered: {:?}", callers.take_fault());
}

/// So slow that no token comes back during a test.
fn limits(burst: u32) -> Limits {
    Limits::new(0.001, burst).unwrap()
}

fn allowed(callers: &mut Callers, caller: &str, times: u32) -> u32 {
    (0..times)
        .map(|_| u32::from(callers.ask_and_wait(caller.as_bytes()) == Decision::Allowed))
        .sum()
}

#[test]
fn replicas_share_one_bucket() {
    let Some(server) = Server::start(&[]) else { return };
    let replicas: Vec<_> = (0..3)
        .map(|_| {
            let mut callers = server.callers(limits(50));
            std::thread::spawn(move || {
                let mut allowed = 0;
                for _ in 0..40 {
                    // A request that the machine was too slow for is decided here: it would blur the sum.
                    match callers.ask(b"192.0.2.1") {
                        Asked::Decided(decision) => assert_ne!(decision, Decision::Allowed),
                        Asked::Pending(ticket) => loop {
                            let settled = callers.settle();
                            if let Some(own) = settled.iter().find(|own| own.ticket == ticket) {
                                allowed += u32::from(own.decision == Decision::Allowed);
                                break;
                            }
                            std::thread::yield_now();
                        },
                    }
                }
                (allowed, callers.take_fault())
            })
        })
        .collect();
    let results: Vec<_> = replicas.into_iter().map(|replica| replica.join().unwrap()).collect();
    if results.iter().any(|(_, fault)| fault.is_some()) {
        println!("skipped: the machine is too busy for the store to answer in time: {results:?}");
        return;
    }
    assert_eq!(results.iter().map(|(allowed, _)| allowed).sum::<u32>(), 50);
}

#[test]
fn many_requests_at_once_are_each_decided_once() {
    let Some(server) = Server::start(&[]) else { return };
    let mut callers = server.callers(limits(100));
    let mut open = Vec::new();
    let mut decided = 0;
    for _ in 0..300 {
        match callers.ask(b"192.0.2.1") {
            Asked::Pending(ticket) => open.push(ticket),
            Asked::Decided(_) => decided += 1,
        }
    }
    let until = Instant::now() + Duration::from_secs(20);
    while !open.is_empty() && Instant::now() < until {
        for settled in callers.settle() {
            let at = open.iter().position(|ticket| *ticket == settled.ticket);
            open.remove(at.unwrap_or_else(|| panic!("{settled:?} was decided twice")));
            decided += 1;
        }
        std::thread::yield_now();
    }
    assert_eq!((open.len(), decided), (0, 300));
}

#[test]
fn a_flushed_server_gets_its_script_again() {
    let Some(server) = Server::start(&[]) else { return };
    let mut callers = server.callers(limits(1000));
    assert_eq!(allowed(&mut callers, "a", 5), 5);
    assert!(server.command("FLUSHALL").starts_with("+OK"));
    assert!(server.command("SCRIPT FLUSH").starts_with("+OK"));
    assert_eq!(allowed(&mut callers, "a", 5), 5);
    assert!(server.command("DBSIZE").starts_with(":1"));
}

#[test]
fn the_store_keeps_no_callers_and_forgets_them() {
    let Some(server) = Server::start(&[]) else { return };
    let mut callers = server.callers(Limits::new(1.0, 10).unwrap());
    allowed(&mut callers, "192.0.2.1", 3);
    let keys = server.command("KEYS *");
    assert!(keys.contains("faasguard:rate:Orders:") && !keys.contains("192.0.2.1"), "{keys}");
    for key in keys.lines().filter(|line| line.starts_with("faasguard")) {
        let lifetime = server.command(&format!("PTTL {key}"));
        let lifetime: i64 =
            lifetime.lines().next().unwrap().trim_start_matches(':').parse().unwrap();
        assert!((1..=3002).contains(&lifetime), "{lifetime}");
    }
}

#[test]
fn a_killed_server_leaves_the_local_bucket_and_comes_back() {
    let Some(mut server) = Server::start(&[]) else { return };
    let mut callers = server.callers(limits(20));
    let before = allowed(&mut callers, "a", 5);
    server.kill();
    // What was granted before is counted here, too: no second burst.
    let during = allowed(&mut callers, "a", 100);
    assert_eq!(before + during, 20);
    let fault = (0..500).find_map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        callers.settle();
        callers.take_fault()
    });
    let fault = fault.unwrap();
    assert!(fault.contains("the buckets of this environment hold"), "{fault}");
    server.restart();
    let mut callers = connected(callers);
    assert!(callers.take_fault().is_none(), "one fault in 30 seconds");
    allowed(&mut callers, "b", 1);
}

#[test]
fn a_server_that_stands_still_holds_nobody_up() {
    let Some(server) = Server::start(&[]) else { return };
    let mut callers = server.callers(limits(10));
    server.signal("-STOP");
    let decided = allowed(&mut callers, "a", 100);
    server.signal("-CONT");
    assert_eq!(decided, 10);
}

#[test]
fn a_password_opens_and_is_never_told() {
    let Some(server) = Server::start(&["--requirepass", "hunter2"]) else { return };
    let address = |login: &str| format!("redis://{login}127.0.0.1:{}/1", server.port);
    let callers =
        Callers::shared(limits(5), address(":hunter2@").parse().unwrap(), "f", || {}).unwrap();
    connected(callers);

    for login in ["", ":hunter3@", "nobody:hunter3@"] {
        let mut callers =
            Callers::shared(limits(5), address(login).parse().unwrap(), "f", || {}).unwrap();
        let fault = (0..1000).find_map(|_| {
            std::thread::sleep(Duration::from_millis(10));
            callers.settle();
            callers.take_fault()
        });
        let fault = fault.unwrap();
        assert!(!fault.contains("hunter"), "{fault}");
        assert_eq!(allowed(&mut callers, "a", 10), 5);
    }
}
