//! The loop with real sockets, pipes and threads, on the loopback.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use guard_net::{Connection, Filled, Interest, Listener, Net, Ready, Token};

const LOOPBACK: &str = "127.0.0.1:0";
/// A test that waits longer has failed.
const LONGEST: Duration = Duration::from_secs(20);

/// Waits until `token` is ready in the way that `want` says.
fn wait_for(net: &mut Net, token: Token, want: impl Fn(bool, bool) -> bool) {
    let begun = std::time::Instant::now();
    let mut ready = Vec::new();
    while begun.elapsed() < LONGEST {
        ready.clear();
        net.wait(&mut ready, Some(LONGEST)).unwrap();
        for event in &ready {
            if let Ready::Io { token: of, readable, writable } = event
                && *of == token
                && want(*readable, *writable)
            {
                return;
            }
        }
    }
    panic!("nothing was ready");
}

#[test]
fn what_is_sent_comes_back() {
    let mut net = Net::new().unwrap();
    let listener = Listener::bind(&mut net, LOOPBACK.parse().unwrap()).unwrap();
    let mut client = TcpStream::connect(listener.address().unwrap()).unwrap();
    wait_for(&mut net, listener.token(), |readable, _| readable);
    let mut server = listener.accept(&mut net).unwrap().unwrap();
    assert!(listener.accept(&mut net).unwrap().is_none());

    client.write_all(b"ping").unwrap();
    wait_for(&mut net, server.token(), |readable, _| readable);
    assert_eq!(server.fill(1_024).unwrap(), Filled::Empty);
    assert_eq!(server.input(), b"ping");
    server.consume(4);
    server.queue(b"pong");
    assert_eq!(server.flush().unwrap(), 4);
    let mut answer = [0; 4];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"pong");
    drop(client);
    wait_for(&mut net, server.token(), |readable, _| readable);
    assert_eq!(server.fill(1_024).unwrap(), Filled::Closed);
    assert!(server.is_closed());
}

#[test]
fn a_reader_at_its_limit_remembers_that_more_waits() {
    let mut net = Net::new().unwrap();
    let listener = Listener::bind(&mut net, LOOPBACK.parse().unwrap()).unwrap();
    let mut client = TcpStream::connect(listener.address().unwrap()).unwrap();
    wait_for(&mut net, listener.token(), |readable, _| readable);
    let mut server = listener.accept(&mut net).unwrap().unwrap();
    client.write_all(&[7; 100]).unwrap();
    drop(client);
    wait_for(&mut net, server.token(), |readable, _| readable);
    let mut got = 0;
    while server.fill(30).unwrap() == Filled::Full {
        assert!(server.may_have_input());
        got += server.input().len();
        server.consume(30);
    }
    got += server.input().len();
    server.consume(30);
    wait_for_close(&mut server);
    assert_eq!(got, 100);
}

fn wait_for_close(server: &mut Connection) {
    let begun = std::time::Instant::now();
    while server.fill(30).unwrap() != Filled::Closed {
        assert!(begun.elapsed() < LONGEST, "no end came");
        std::thread::yield_now();
    }
}

#[test]
fn an_end_that_comes_with_the_last_bytes_is_seen() {
    let mut net = Net::new().unwrap();
    let listener = Listener::bind(&mut net, LOOPBACK.parse().unwrap()).unwrap();
    let mut client = TcpStream::connect(listener.address().unwrap()).unwrap();
    client.write_all(b"last").unwrap();
    drop(client);
    wait_for(&mut net, listener.token(), |readable, _| readable);
    let mut server = listener.accept(&mut net).unwrap().unwrap();
    wait_for(&mut net, server.token(), |readable, _| readable);
    // One edge told of both, so nothing would tell of the end again.
    assert_eq!(server.fill(1_024).unwrap(), Filled::Closed);
    assert_eq!(server.input(), b"last");
}

#[test]
fn one_read_says_that_more_may_wait() {
    let mut net = Net::new().unwrap();
    let listener = Listener::bind(&mut net, LOOPBACK.parse().unwrap()).unwrap();
    let mut client = TcpStream::connect(listener.address().unwrap()).unwrap();
    wait_for(&mut net, listener.token(), |readable, _| readable);
    let mut server = listener.accept(&mut net).unwrap().unwrap();
    client.write_all(b"ping").unwrap();
    wait_for(&mut net, server.token(), |readable, _| readable);
    assert_eq!(server.fill_once(1_024).unwrap(), Filled::Full);
    assert_eq!(server.input(), b"ping");
    assert!(server.may_have_input());
    assert_eq!(server.fill_once(1_024).unwrap(), Filled::Empty);
    assert!(!server.may_have_input());
    drop(client);
    wait_for(&mut net, server.token(), |readable, _| readable);
    assert_eq!(server.fill_once(1_024).unwrap(), Filled::Closed);
}

#[test]
fn what_does_not_fit_waits_for_room() {
    let mut net = Net::new().unwrap();
    let peer = TcpListener::bind(LOOPBACK).unwrap();
    let mut connection = Connection::connect(&mut net, peer.local_addr().unwrap()).unwrap();
    let body: Vec<u8> = (0..20_000_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    connection.queue(&body);
    let reader = std::thread::spawn(move || {
        let (mut stream, _) = peer.accept().unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        all
    });
    let mut rounds = 0;
    connection.flush().unwrap();
    while connection.queued() > 0 {
        wait_for(&mut net, connection.token(), |_, writable| writable);
        connection.flush().unwrap();
        rounds += 1;
    }
    connection.finish();
    assert!(rounds > 0, "the kernel took all at once, so nothing was tested");
    assert!(reader.join().unwrap() == body);
}

#[test]
fn a_connection_that_cannot_be_made_is_an_error() {
    let mut net = Net::new().unwrap();
    let gone = TcpListener::bind(LOOPBACK).unwrap().local_addr().unwrap();
    // Some kernels refuse at once.
    let Ok(mut connection) = Connection::connect(&mut net, gone) else { return };
    connection.queue(b"x");
    let failed = connection.flush().is_err() || {
        wait_for(&mut net, connection.token(), |_, writable| writable);
        connection.flush().is_err()
    };
    assert!(failed);
}

#[test]
fn timers_go_off_in_order_and_cancelled_ones_never() {
    let mut net = Net::new().unwrap();
    let token = net.token();
    let late = net.after(Duration::from_millis(8), token);
    let early = net.after(Duration::from_millis(2), token);
    let never = net.after(Duration::from_millis(4), token);
    net.cancel(never);
    let mut ready = Vec::new();
    while ready.len() < 2 {
        net.wait(&mut ready, None).unwrap();
    }
    let timers = [early, late].map(|timer| Ready::Timer { timer, token });
    assert_eq!(ready, timers);
}

#[test]
fn another_thread_wakes_the_loop() {
    let mut net = Net::new().unwrap();
    let waker = net.waker();
    let thread = std::thread::spawn(move || waker.wake().unwrap());
    let mut ready = Vec::new();
    net.wait(&mut ready, Some(LONGEST)).unwrap();
    thread.join().unwrap();
    assert_eq!(ready, [Ready::Woken]);
}

#[test]
fn a_foreign_pipe_is_watched() {
    let mut net = Net::new().unwrap();
    let (mut reader, mut writer) = std::io::pipe().unwrap();
    let token = net.watch(&reader, Interest::Read).unwrap();
    writer.write_all(b"line").unwrap();
    wait_for(&mut net, token, |readable, _| readable);
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes).unwrap();
    net.forget(&reader);
    drop(writer);
    let mut ready = Vec::new();
    net.wait(&mut ready, Some(Duration::from_millis(1))).unwrap();
    assert_eq!(ready, []);
}

#[test]
fn what_comes_while_it_lingers_is_seen_and_what_does_not_is_no_fault() {
    let mut net = Net::new().unwrap();
    let (reader, mut writer) = std::io::pipe().unwrap();
    let token = net.watch(&reader, Interest::Read).unwrap();
    let mut ready = Vec::new();
    assert!(!net.linger(&mut ready, Duration::from_micros(50)).unwrap());
    assert!(ready.is_empty());

    // A timer that is due is not kept waiting by sockets that always have something.
    let owner = net.token();
    net.after(Duration::ZERO, owner);
    writer.write_all(b"x").unwrap();
    assert!(net.linger(&mut ready, LONGEST).unwrap());
    let is_readable = |event: &Ready| matches!(event, Ready::Io { token: of, readable: true, .. } if *of == token);
    let is_timer = |event: &Ready| matches!(event, Ready::Timer { token: of, .. } if *of == owner);
    assert!(ready.iter().any(is_readable) && ready.iter().any(is_timer), "{ready:?}");
}
