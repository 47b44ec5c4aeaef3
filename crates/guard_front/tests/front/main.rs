//! The front between real sockets: clients and applications of every temper, on the loopback.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![expect(clippy::print_stdout, reason = "what was measured is told")]

mod harness;
mod load;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use guard_front::{Limits, Options};
use harness::{Application, Running, Words, exchange, read_message};

fn options() -> impl Fn(&mut Options) {
    |_: &mut Options| {}
}

#[test]
fn a_request_goes_through_and_the_next_one_over_the_same_connection() {
    let application = Application::echo();
    let front = Running::start(&application, options());
    let mut client = front.connect();
    for number in 0..3 {
        let request = format!(
            "POST /a?n={number} HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-Forwarded-For: 6.6.6.6\r\n\r\nhello"
        );
        client.write_all(request.as_bytes()).unwrap();
        let (head, body) = read_message(&mut client);
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        let body = String::from_utf8(body).unwrap();
        assert!(body.starts_with(&format!("POST /a?n={number} HTTP/1.1")), "{body}");
        assert!(body.contains("X-Forwarded-For: 127.0.0.1\r\n") && body.ends_with("\r\n\r\nhello"));
        assert!(head.contains("X-Request-Id: "), "{head}");
    }
    assert_eq!(application.connections(), 1);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let application = Application::echo();
    let front = Running::start(&application, options());
    let mut client = front.connect();
    let requests: Vec<_> =
        (0..20).map(|n| format!("GET /{n} HTTP/1.1\r\nHost: h\r\n\r\n")).collect();
    client.write_all(requests.concat().as_bytes()).unwrap();
    for number in 0..20 {
        let (_, body) = read_message(&mut client);
        assert!(body.starts_with(format!("GET /{number} ").as_bytes()));
    }
}

#[test]
fn chunks_of_an_upload_go_on_as_one_body() {
    let application = Application::echo();
    let front = Running::start(&application, options());
    let text = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: 1\r\n\r\n";
    let answer = exchange(&front, text);
    assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\r\nContent-Length: 5\r\n") && answer.ends_with("\r\n\r\nabcde"));
}

#[test]
fn refusals_have_the_promised_form_and_reach_no_application() {
    let application = Application::echo();
    let front = Running::start(&application, |options| options.limits.body_bytes = 1000);
    let check = |request: &str, status: u16, message: &str| {
        let answer = exchange(&front, request);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        assert!(
            body.starts_with(&format!("{{\"message\":\"{message}\",\"requestId\":\"")),
            "{body}"
        );
    };
    let close = "Host: h\r\nConnection: close";
    check(&format!("GET /?q=evil HTTP/1.1\r\n{close}\r\n\r\n"), 403, "Forbidden");
    check(
        &format!("POST / HTTP/1.1\r\n{close}\r\nContent-Length: 4\r\n\r\nevil"),
        403,
        "Forbidden",
    );
    check(
        &format!("POST / HTTP/1.1\r\n{close}\r\nContent-Length: 2000\r\n\r\n"),
        413,
        "Payload Too Large",
    );
    let chunk = format!(
        "POST / HTTP/1.1\r\n{close}\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n{}\r\n0\r\n\r\n",
        "x".repeat(2000)
    );
    check(&chunk, 413, "Payload Too Large");
    // Every form in which one request hides in another.
    for head in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Content-Length: 3\r\nContent-Length: 4",
        "Content-Length: 3, 3",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Content-Length: +3",
        "Transfer-Encoding : chunked",
        " Folded: x",
    ] {
        let answer = exchange(&front, &format!("POST / HTTP/1.1\r\n{close}\r\n{head}\r\n\r\nabc"));
        let status: u16 = answer[9..12].parse().unwrap();
        assert!((400..=501).contains(&status), "{head}: {answer}");
    }
    check(&format!("GET / HTTP/1.1\r\n{close}\r\nHost: other\r\n\r\n"), 400, "Bad Request");
    check("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "Bad Request");
    check(&format!("CONNECT a:1 HTTP/1.1\r\n{close}\r\n\r\n"), 405, "Method Not Allowed");
    check(
        &format!("POST / HTTP/1.1\r\n{close}\r\nExpect: x\r\nContent-Length: 0\r\n\r\n"),
        417,
        "Expectation Failed",
    );
    check("GET /\u{1} HTTP/1.1\r\n\r\n", 400, "Bad Request");
    assert_eq!(application.requests(), 0);
}

#[test]
fn answers_of_every_framing_arrive_whole() {
    let application = Application::start(|stream, words| {
        let Words { head, .. } = words;
        let answer: &[u8] = match head.split(' ').nth(1).unwrap() {
            "/length" => b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            "/chunks" => b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\nX: y\r\n\r\n",
            "/close" => b"HTTP/1.0 200 OK\r\n\r\nabc",
            "/none" => b"HTTP/1.1 204 No Content\r\n\r\n",
            "/early" => b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            "/head" => b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n",
            other => panic!("{other}"),
        };
        stream.write_all(answer).unwrap();
        !head.contains("/close")
    });
    let front = Running::start(&application, options());
    let mut client = front.connect();
    for path in ["/length", "/chunks", "/close", "/length", "/early"] {
        client.write_all(format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes()).unwrap();
        let (mut head, mut body) = read_message(&mut client);
        if head.starts_with("HTTP/1.1 103") {
            assert!(head.contains("Link: </a>"));
            (head, body) = read_message(&mut client);
        }
        assert!(head.starts_with("HTTP/1.1 200"), "{path} {head}");
        assert_eq!(body, b"abc", "{path}");
    }
    client.write_all(b"HEAD /head HTTP/1.1\r\nHost: h\r\n\r\nGET /none HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
    let mut rest = String::new();
    client.read_to_string(&mut rest).unwrap();
    assert!(
        rest.contains("Content-Length: 3000\r\n") && rest.contains("HTTP/1.1 204 No Content"),
        "{rest}"
    );
    let old = exchange(&front, "GET /chunks HTTP/1.0\r\n\r\n");
    assert!(old.ends_with("\r\n\r\nabc") && !old.contains("Transfer-Encoding"), "{old}");
}

#[test]
fn events_of_a_stream_arrive_one_by_one() {
    let application = Application::start(|stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap();
        for number in 0..3 {
            let event = format!("data: {number}\n\n");
            stream.write_all(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes()).unwrap();
            // The next one only when the client has seen this one.
            let mut seen = [0];
            stream.read_exact(&mut seen).unwrap();
        }
        stream.write_all(b"0\r\n\r\n").unwrap();
        false
    });
    // A tunnel of our own to tell the application: an upload that the front passes on as it comes.
    let front = Running::start_open(&application, |options| options.limits.body_bytes = 0);
    let mut client = front.connect();
    client.write_all(b"POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n").unwrap();
    let mut text = String::new();
    for number in 0..3 {
        let wanted = format!("data: {number}\n\n");
        while !text.contains(&wanted) {
            let mut chunk = [0; 1024];
            let count = client.read(&mut chunk).unwrap();
            assert!(count > 0, "{text}");
            text.push_str(std::str::from_utf8(&chunk[..count]).unwrap());
        }
        client.write_all(b"x").unwrap();
    }
}

#[test]
fn a_large_upload_and_a_large_answer_pass_with_little_memory() {
    const SIZE: usize = 20_000_000;
    let application = Application::echo();
    let front = Running::start_open(&application, |options| options.limits.body_bytes = 100_000);
    let mut client = front.connect();
    let mut writer = client.try_clone().unwrap();
    let sender = std::thread::spawn(move || {
        let head = format!("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {SIZE}\r\n\r\n");
        writer.write_all(head.as_bytes()).unwrap();
        let block: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        for _ in 0..SIZE / block.len() {
            writer.write_all(&block).unwrap();
        }
    });
    let (head, body) = read_message(&mut client);
    sender.join().unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let start = body.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    assert_eq!(body.len() - start, SIZE);
    assert!(
        body[start..]
            .iter()
            .enumerate()
            .all(|(at, byte)| usize::from(*byte) == (at % 100_000) & 0xff)
    );
}

#[test]
fn a_web_socket_is_a_tunnel_and_nothing_else_is() {
    let application = Application::start(|stream, words| {
        if !words.head.contains("Upgrade: websocket") {
            assert!(!words.head.to_lowercase().contains("upgrade"), "{}", words.head);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            return true;
        }
        stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nhi").unwrap();
        let mut bytes = [0; 64];
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            stream.write_all(&bytes[..count]).unwrap();
        }
        false
    });
    let front = Running::start(&application, options());
    let mut client = front.connect();
    client.write_all(b"GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n").unwrap();
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\nhi") {
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        text.push(byte[0]);
    }
    let text = String::from_utf8(text).unwrap();
    assert!(text.starts_with("HTTP/1.1 101 ") && text.contains("Sec-WebSocket-Accept: x\r\n"));
    client.write_all(b"\x81\x03abc").unwrap();
    let mut back = [0; 5];
    client.read_exact(&mut back).unwrap();
    assert_eq!(&back, b"\x81\x03abc");
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());

    let refused = "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n";
    let mut client = front.connect();
    client.write_all(refused.as_bytes()).unwrap();
    assert!(read_message(&mut client).0.starts_with("HTTP/1.1 200"));
}

#[test]
fn an_application_that_is_gone_breaks_off_or_sleeps_is_told_as_such() {
    let application = Application::start(|stream, words| {
        if words.head.contains("/asleep") {
            std::thread::sleep(Duration::from_secs(5));
        }
        if words.head.contains("/half") {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").unwrap();
        }
        if words.head.contains("/nonsense") {
            stream.write_all(b"SSH-2.0-OpenSSH\r\n\r\n").unwrap();
        }
        if words.head.contains("/both") {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").unwrap();
        }
        false
    });
    let front = Running::start(&application, |options| {
        options.limits.answer_time = Duration::from_millis(300);
    });
    let get = |path: &str| {
        exchange(&front, &format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
    };
    assert!(get("/closes").starts_with("HTTP/1.1 502 "));
    assert!(get("/nonsense").starts_with("HTTP/1.1 502 "));
    assert!(get("/both").starts_with("HTTP/1.1 502 "));
    assert!(get("/asleep").starts_with("HTTP/1.1 504 "));
    // What is known to be short stays short.
    assert!(
        get("/half").ends_with("Content-Length: 10\r\nX-Request-Id: ")
            || get("/half").ends_with("\r\n\r\nabc")
    );
    drop(application);
    assert!(get("/gone").starts_with("HTTP/1.1 502 "));
}

#[test]
fn a_kept_connection_that_ended_costs_nothing_that_can_be_asked_again() {
    // One request a connection, and the end comes unannounced.
    let application = Application::start(|stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
        false
    });
    let front = Running::start(&application, options());
    let mut client = front.connect();
    for _ in 0..50 {
        client.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
        let (head, body) = read_message(&mut client);
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert_eq!(body, b"ok");
    }
}

#[test]
fn what_may_not_be_done_twice_is_never_sent_twice() {
    // The second request of a connection is read, and the connection closed without an answer.
    let application = Application::start(|stream, words| {
        if words.head.contains("/second") {
            return false;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        true
    });
    let front = Running::start(&application, options());
    let mut client = front.connect();
    let mut ask = |method: &str, path: &str| {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        client.write_all(request.as_bytes()).unwrap();
        read_message(&mut client).0
    };
    assert!(ask("POST", "/first").starts_with("HTTP/1.1 200"));
    assert!(ask("POST", "/second").starts_with("HTTP/1.1 502"));
    assert_eq!(application.requests(), 2);
    assert!(ask("GET", "/first").starts_with("HTTP/1.1 200"));
    // This one may: over a new connection, once.
    assert!(ask("GET", "/second").starts_with("HTTP/1.1 502"));
    assert_eq!(application.requests(), 5);
}

#[test]
fn slow_clients_run_out_of_time() {
    let application = Application::echo();
    let front = Running::start(&application, |options| {
        options.limits.head_time = Duration::from_millis(200);
        options.limits.body_time = Duration::from_millis(200);
        options.limits.idle_time = Duration::from_millis(400);
    });
    let answer = exchange(&front, "GET / HTTP/1.1\r\nHost:");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let answer = exchange(&front, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert_eq!(exchange(&front, ""), "");
    assert_eq!(application.requests(), 0);
    // Byte by byte, but in time, is no fault.
    let mut client = front.connect();
    for byte in b"GET /slow HTTP/1.1\r\nHost: h\r\n\r\n" {
        client.write_all(&[*byte]).unwrap();
    }
    assert!(read_message(&mut client).0.starts_with("HTTP/1.1 200"));
}

#[test]
fn a_client_that_reads_nothing_holds_no_turn_for_long() {
    let application = Application::start(|stream, _| {
        let body = vec![b'x'; 20_000_000];
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        // It ends with an error once the front has given up.
        stream.write_all(head.as_bytes()).is_ok() && stream.write_all(&body).is_ok()
    });
    let front = Running::start(&application, |options| {
        options.limits.concurrency = 1;
        options.limits.answer_time = Duration::from_millis(200);
        options.limits.client_time = Duration::from_millis(300);
    });
    let mut idle = front.connect();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    let answer = exchange(&front, "HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn who_calls_too_often_waits_and_names_of_strangers_change_nothing() {
    let application = Application::echo();
    let front = Running::start_rate(&application, 0.01, 3, options());
    let get = |forwarded: &str| {
        exchange(
            &front,
            &format!(
                "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: {forwarded}\r\nConnection: close\r\n\r\n"
            ),
        )
    };
    for number in 0..3 {
        assert!(get(&format!("10.0.0.{number}")).starts_with("HTTP/1.1 200"));
    }
    let answer = get("10.0.0.77");
    assert!(answer.starts_with("HTTP/1.1 429 Too Many Requests\r\n"), "{answer}");
    assert!(answer.contains("\r\nRetry-After: "), "{answer}");

    let front = Running::start_rate(&application, 0.01, 1, |options| options.trusted_proxies = 1);
    let get = |forwarded: &str| {
        exchange(
            &front,
            &format!(
                "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: {forwarded}\r\nConnection: close\r\n\r\n"
            ),
        )
    };
    assert!(get("10.0.0.1").starts_with("HTTP/1.1 200"));
    assert!(get("10.0.0.2").starts_with("HTTP/1.1 200"));
    assert!(get("9.9.9.9, 10.0.0.2").starts_with("HTTP/1.1 429"));
}

#[test]
fn requests_wait_for_their_turn_and_a_few_too_many_are_told_so() {
    let application = Application::start(|stream, _| {
        std::thread::sleep(Duration::from_millis(300));
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        true
    });
    let front = Running::start(&application, |options| {
        options.limits = Limits { concurrency: 2, queue: 2, ..options.limits };
    });
    let clients: Vec<_> = (0..6)
        .map(|_| {
            let address = front.address;
            std::thread::spawn(move || {
                let mut client = TcpStream::connect(address).unwrap();
                client
                    .write_all(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                    .unwrap();
                let mut text = String::new();
                client.read_to_string(&mut text).unwrap();
                text[9..12].to_owned()
            })
        })
        .collect();
    let mut statuses: Vec<_> = clients.into_iter().map(|client| client.join().unwrap()).collect();
    statuses.sort();
    assert_eq!(statuses, ["200", "200", "200", "200", "503", "503"]);
}

#[test]
fn more_connections_than_there_may_be_replace_those_that_wait() {
    let application = Application::echo();
    let front = Running::start(&application, |options| options.limits.connections = 4);
    let idle: Vec<_> = (0..4).map(|_| front.connect()).collect();
    for _ in 0..8 {
        let answer = exchange(&front, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200"));
    }
    drop(idle);
}

#[test]
fn the_last_answers_are_sent_before_the_end() {
    let application = Application::start(|stream, _| {
        std::thread::sleep(Duration::from_millis(300));
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
        true
    });
    let front = Running::start(&application, options());
    let mut idle = front.connect();
    let mut client = front.connect();
    client.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    while application.requests() == 0 {
        std::thread::yield_now();
    }
    let address = front.address;
    let stats = front.stop();
    assert_eq!(stats.answered, 1);
    let mut text = String::new();
    client.read_to_string(&mut text).unwrap();
    assert!(text.ends_with("\r\n\r\nok"), "{text}");
    assert_eq!(idle.read(&mut [0]).unwrap(), 0);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_health_check_is_answered_here() {
    let application = Application::echo();
    let front =
        Running::start(&application, |options| options.health = Some("/healthz".to_owned()));
    let answer = exchange(&front, "GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("\"message\":\"OK\""),
        "{answer}"
    );
    assert_eq!(application.requests(), 0);
}

#[test]
fn a_judge_that_breaks_down_loses_no_request() {
    let application = Application::echo();
    let front = Running::start(&application, options());
    let answer = exchange(&front, "GET /?q=panic HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(front.faults(), ["the inspection of a request broke down"]);
}

#[test]
fn answers_are_looked_at_where_the_judge_wants_it() {
    let application = Application::start(|stream, words| {
        let body =
            if words.head.contains("/large") { "x".repeat(5000) } else { "a secret".to_owned() };
        let head = if words.head.contains("/chunks") {
            format!(
                "HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\nETag: e\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
                body.len()
            )
        } else {
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
        };
        stream.write_all(head.as_bytes()).unwrap();
        true
    });
    let front = Running::start(&application, |options| options.limits.answer_bytes = 1000);
    let mut client = front.connect();
    let mut get = |path: &str| {
        client.write_all(format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes()).unwrap();
        read_message(&mut client)
    };
    assert_eq!(get("/a").1, b"a ******");
    let (head, body) = get("/chunks");
    assert_eq!(body, b"a ******");
    assert!(head.starts_with("HTTP/1.1 500 Oops") && !head.contains("ETag"), "{head}");
    assert_eq!(get("/large").1.len(), 5000);
    assert_eq!(get("/a").1, b"a ******");
}
