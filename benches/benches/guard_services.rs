//! What a caller, a secret and a shared bucket cost: `cargo bench -p benches --bench guard_services`.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
#![expect(clippy::print_stdout, reason = "a skipped benchmark says so")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use divan::{Bencher, black_box};
use guard_rate::{Asked, Buckets, Callers, Limits};

fn main() {
    divan::main();
}

/// One decision, ten thousand callers taking turns.
#[divan::bench(sample_count = 200, sample_size = 10_000)]
fn bucket(bencher: Bencher<'_, '_>) {
    let mut buckets = Buckets::new(Limits::new(1000.0, 5000).unwrap());
    let mut number = 0_u32;
    bencher.bench_local(|| {
        number = (number + 1) % 10_000;
        let now = Duration::from_micros(u64::from(number));
        buckets.decide(black_box(&number.to_le_bytes()), now)
    });
}

/// A secret out of memory, over a connection that is kept.
#[divan::bench(sample_count = 200, sample_size = 50)]
fn secret_hit(bencher: Bencher<'_, '_>) {
    let service = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", service.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in service.incoming().flatten() {
            let mut bytes = [0; 4096];
            while let Ok(1..) = stream.read(&mut bytes) {
                let body =
                    r#"{"Name":"prod/db","SecretString":"{\"user\":\"app\",\"password\":\"x\"}"}"#;
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                stream.write_all(head.as_bytes()).unwrap();
            }
        }
    });
    let environment = |name: &str| match name {
        "AWS_REGION" => Some("eu-west-1".to_owned()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN" => Some("t".to_owned()),
        "AWS_ENDPOINT_URL" => Some(url.clone()),
        _ => None,
    };
    let settings = guard_settings::Secrets { port: 0, ..guard_settings::Secrets::default() };
    let handle = guard_secrets::start(&settings, &environment).unwrap();
    let mut client = TcpStream::connect(("127.0.0.1", handle.port())).unwrap();
    client.set_nodelay(true).unwrap();
    let request = b"GET /secretsmanager/get?secretId=prod/db HTTP/1.1\r\nHost: localhost\r\n\
        X-Aws-Parameters-Secrets-Token: t\r\n\r\n";
    bencher.bench_local(|| {
        client.write_all(request).unwrap();
        let mut answer = [0; 2048];
        let count = client.read(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200") && answer.get(count - 1) == Some(&b'}'));
    });
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// One decision of a Redis server on this machine, its thread included.
#[divan::bench(sample_count = 200, sample_size = 20)]
fn shared_bucket(bencher: Bencher<'_, '_>) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let started = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--save", "", "--port", &port.to_string()])
        .stdout(Stdio::null())
        .spawn();
    let Ok(child) = started else {
        println!("skipped: no redis-server");
        return;
    };
    let _server = Server(child);
    let limits = Limits::new(1_000_000.0, 4_000_000).unwrap();
    let address = format!("redis://127.0.0.1:{port}").parse().unwrap();
    let mut callers = Callers::shared(limits, address, "bench", || {}).unwrap();
    while !matches!(callers.ask(b"warm-up"), Asked::Pending(_)) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(100));
    callers.settle();
    bencher.bench_local(|| callers.ask_and_wait(black_box(b"192.0.2.1")));
}
