//! A thousand clients at the same time: no request is lost, none is done twice, memory stays flat.
use std::collections::HashMap;
use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use super::harness::{Application, Running, read_message};

const CLIENTS: usize = 1_000;
const ROUNDS: usize = 12;
const THREADS: usize = 4;

#[test]
fn a_thousand_clients_lose_nothing_and_double_nothing() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, most, most).unwrap();
    if most < 4096 {
        println!("skipped: only {most} descriptors");
        return;
    }
    let seen: Arc<Mutex<HashMap<String, u32>>> = Arc::default();
    let counted = Arc::clone(&seen);
    let application = Application::start(move |stream, words| {
        let id = words.head.split(' ').nth(1).unwrap().to_owned();
        *counted.lock().unwrap().entry(id.clone()).or_default() += 1;
        let body = String::from_utf8_lossy(&words.body);
        let text = format!("{id} {body}");
        let length = text.len();
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{text}");
        stream.write_all(answer.as_bytes()).is_ok()
    });
    let front = Running::start(&application, |options| options.limits.queue = CLIENTS);
    let clients: Vec<TcpStream> = (0..CLIENTS).map(|_| front.connect()).collect();
    let mut shares: Vec<Vec<TcpStream>> = (0..THREADS).map(|_| Vec::new()).collect();
    for (number, client) in clients.into_iter().enumerate() {
        shares[number % THREADS].push(client);
    }
    let threads: Vec<_> = shares
        .into_iter()
        .enumerate()
        .map(|(share, clients)| std::thread::spawn(move || drive(share, clients)))
        .collect();
    let memory: Vec<(usize, usize)> = threads.into_iter().map(|t| t.join().unwrap()).collect();

    let stats = front.stop();
    let expected = (CLIENTS * ROUNDS) as u64;
    assert_eq!((stats.requests, stats.answered), (expected, expected), "{stats:?}");
    assert_eq!((stats.crowded, stats.unreachable), (0, 0), "{stats:?}");
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), CLIENTS * ROUNDS);
    let doubled: Vec<_> = seen.iter().filter(|(_, count)| **count != 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
    // After the second round all connections, threads and buffers are there; what grows then leaks.
    let (early, late) = memory[0];
    println!("{expected} requests, resident pages {early} after two rounds, {late} at the end");
    assert!(late < early * 3 / 2 + 2_048, "{early} pages became {late}");
}

/// Sends one request on every connection, then reads every answer, again and again; the resident
/// pages of the process after two rounds and at the end.
fn drive(share: usize, mut clients: Vec<TcpStream>) -> (usize, usize) {
    let mut early = 0;
    for round in 0..ROUNDS {
        for (number, client) in clients.iter_mut().enumerate() {
            let target = format!("/{share}-{number}-{round}");
            // Every third is one that may not be done twice.
            let request = if number % 3 == 0 {
                format!("POST {target} HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody")
            } else {
                format!("GET {target} HTTP/1.1\r\nHost: h\r\n\r\n")
            };
            client.write_all(request.as_bytes()).unwrap();
        }
        for (number, client) in clients.iter_mut().enumerate() {
            let (head, body) = read_message(client);
            assert!(head.starts_with("HTTP/1.1 200"), "{head}");
            let tail = if number % 3 == 0 { "body" } else { "" };
            let expected = format!("/{share}-{number}-{round} {tail}");
            assert_eq!(String::from_utf8_lossy(&body), expected);
        }
        if round == 1 {
            early = resident_pages();
        }
    }
    (early, resident_pages())
}

fn resident_pages() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse().unwrap_or_else(|_| panic!("{text}"))
}

#[test]
fn more_clients_than_connections_wait_and_none_is_turned_away() {
    let application = Application::echo();
    let front = Running::start(&application, |options| options.limits.connections = 4);
    let ask = |address| {
        let mut client = TcpStream::connect(address).unwrap();
        client.write_all(b"GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
        let (head, _) = read_message(&mut client);
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    };
    let address = front.address;
    let threads: Vec<_> =
        (0..40).map(|_| std::thread::spawn(move || (0..10).for_each(|_| ask(address)))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(front.stop().answered, 400);
}
