//! What happens when something is not well: no invocation is lost, none is doubled.

use std::net::TcpListener;

use guard_http::{Headers, RequestHead, chunk, last_chunk};
use guard_proxy::Ending;

use crate::platform::{Fault, Platform, event};
use crate::runtime::Runtime;
use crate::stage::Stage;

#[test]
fn an_event_that_cannot_be_inspected_passes_or_fails_as_set() {
    for closed in [false, true] {
        let platform = Platform::start();
        let stage =
            if closed { Stage::closed(platform.address) } else { Stage::open(platform.address) };
        let mut runtime = Runtime::connect(stage.address);
        platform.give("a", "panic");
        platform.give("b", "good");
        let (id, _) = runtime.next();
        assert_eq!(id, if closed { "b" } else { "a" });
        runtime.respond(&id, b"panic");
        let posts = platform.posts(1);
        let kind = posts[0].head.headers.text("lambda-runtime-function-error-type");
        assert_eq!(kind, closed.then_some("Faasguard.Fault"));
        let answer = platform.posts(1 + usize::from(closed)).pop().unwrap();
        let is_error = answer.head.target.ends_with("/error");
        assert_eq!(is_error, closed, "an answer that cannot be looked at fares as events do");
        assert_eq!(stage.seen().faults.len(), 2);
    }
}

#[test]
fn an_idle_connection_that_the_platform_closed_costs_nothing() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    for number in 0..20 {
        let id = format!("r-{number}");
        platform.fail(Fault::ServeAndClose);
        platform.give(&id, "x");
        assert_eq!(runtime.next().0, id);
        // At times the platform closes while the answer is under way.
        if number % 2 == 0 {
            platform.closed(2 * number + 1);
        }
        platform.fail(Fault::ServeAndClose);
        runtime.respond(&id, id.as_bytes());
        if number % 2 == 0 {
            platform.closed(2 * number + 2);
        }
    }
    assert_eq!(platform.posts(20).len(), 20);
    assert_eq!(platform.refused(), 0);
    assert_eq!(stage.seen().faults, [""; 0]);
}

#[test]
fn a_question_for_the_next_event_is_asked_again() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    for _ in 0..3 {
        platform.fail(Fault::CloseUnanswered);
    }
    platform.give("a", "x");
    assert_eq!(runtime.next().0, "a");
}

/// Whether the platform took the answer before it closed an idle connection or not: it has it once.
#[test]
fn an_answer_on_an_idle_connection_that_closes_is_posted_again() {
    for fault in [Fault::Lose, Fault::CloseUnanswered] {
        let platform = Platform::start();
        let stage = Stage::open(platform.address);
        let mut runtime = Runtime::connect(stage.address);
        for (id, what) in [("a", "response"), ("b", "error"), ("unread", "response")] {
            platform.give(id, "x");
            runtime.next();
            platform.fail(fault.clone());
            assert_eq!(runtime.post(id, what, b"once"), 202, "{fault:?} {id}");
        }
        let mut whole = Vec::new();
        RequestHead::new("POST", "/2018-06-01/runtime/invocation/unread-2/response")
            .with("Transfer-Encoding", "chunked")
            .write(&mut whole);
        for piece in [b"o", b"n", b"c", b"e"] {
            chunk(piece, &mut whole);
        }
        last_chunk(&Headers::new(), &mut whole);
        platform.give("unread-2", "x");
        runtime.next();
        platform.fail(fault.clone());
        runtime.write(&whole);
        assert_eq!(runtime.answer().unwrap().head.status, 202);
        // The connection goes on.
        platform.give("c", "x");
        runtime.next();
        runtime.respond("c", b"once");
        assert!(platform.posts(5).iter().all(|post| post.body == b"once"));
        let refused = if matches!(fault, Fault::Lose) { 0 } else { 4 };
        assert_eq!((platform.posts(5).len(), platform.refused()), (5, refused));
        let seen = stage.seen();
        assert_eq!((seen.endings.len(), seen.faults.len()), (5, 0), "{seen:?}");
    }
}

#[test]
fn an_answer_is_not_posted_again_on_a_new_connection_nor_twice() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    // A new connection that breaks is no idle one that was closed.
    platform.fail(Fault::ServeAndClose);
    platform.give("a", "x");
    runtime.next();
    platform.closed(1);
    platform.fail(Fault::CloseUnanswered);
    assert_eq!(runtime.post("a", "response", b"once"), 502);
    let seen = stage.wait_until(|seen| !seen.faults.is_empty());
    assert!(seen.faults[0].starts_with("a: the platform cannot be reached"), "{seen:?}");
    assert_eq!((platform.posts(1).len(), platform.refused()), (1, 0));

    let mut runtime = Runtime::connect(stage.address);
    platform.give("b", "x");
    runtime.next();
    platform.fail(Fault::Lose);
    platform.fail(Fault::Lose);
    assert_eq!(runtime.post("b", "response", b"once"), 502);
}

#[test]
fn what_is_no_longer_held_is_not_posted_again() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    for (id, mode, size) in [("a", "streaming", 1_000), ("unread", "buffered", 300_000)] {
        let mut runtime = Runtime::connect(stage.address);
        platform.give(id, "x");
        runtime.next();
        platform.fail(Fault::Lose);
        let target = format!("/2018-06-01/runtime/invocation/{id}/response");
        let head = RequestHead::new("POST", &target)
            .with("Lambda-Runtime-Function-Response-Mode", mode)
            .with("Content-Length", size.to_string());
        runtime.request(&head, &vec![b'x'; size]);
        assert_eq!(runtime.answer().unwrap().head.status, 502, "{mode}");
    }
    assert_eq!(platform.refused(), 0);
}

/// What the platform says to the second answer is what the runtime hears, unless it says that it has
/// the first.
#[test]
fn another_answer_to_the_second_post_is_passed_on() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    for (id, status, body) in
        [("a", 400, "{\"errorType\":\"InvalidFunctionResponseMode\"}"), ("b", 413, "")]
    {
        let mut runtime = Runtime::connect(stage.address);
        platform.give(id, "x");
        runtime.next();
        platform.fail(Fault::Lose);
        let length = body.len();
        let answer = format!("HTTP/1.1 {status} No\r\nContent-Length: {length}\r\n\r\n{body}");
        platform.fail(Fault::Answer(answer.into_bytes()));
        let head =
            RequestHead::new("POST", &format!("/2018-06-01/runtime/invocation/{id}/response"))
                .with("Content-Length", "4");
        runtime.request(&head, b"once");
        let answer = runtime.answer().unwrap();
        assert_eq!((answer.head.status, answer.body.as_slice()), (status, body.as_bytes()));
    }
    assert!(stage.seen().endings.is_empty());
}

#[test]
fn a_refusal_is_posted_again_in_the_same_way() {
    for fault in [Fault::Lose, Fault::CloseUnanswered] {
        let platform = Platform::start();
        let stage = Stage::open(platform.address);
        let mut runtime = Runtime::connect(stage.address);
        platform.give("a", "refuse");
        runtime.ask();
        // The question for the next one is there: it is answered, and the refusal is not.
        platform.asked(2);
        platform.fail(fault.clone());
        platform.give("b", "refuse");
        platform.give("c", "good");
        let answer = runtime.answer().unwrap();
        assert_eq!(answer.head.headers.text("lambda-runtime-aws-request-id"), Some("c"));
        let posts = platform.posts(2);
        assert_eq!(
            (posts.len(), platform.refused()),
            (2, usize::from(!matches!(fault, Fault::Lose)))
        );
        let refused = ["a", "b"].map(|id| (id.to_owned(), Ending::Refused));
        let seen = stage.seen();
        assert_eq!((&seen.endings[..], seen.faults.len()), (&refused[..], 0));
    }
}

#[test]
fn a_platform_that_starts_late_is_waited_for() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let stage = Stage::open(address);
    let mut runtime = Runtime::connect(stage.address);
    runtime.ask();
    std::thread::sleep(std::time::Duration::from_millis(20));
    let platform = Platform::serve(TcpListener::bind(address).unwrap());
    platform.give("a", "x");
    assert_eq!(runtime.answer().unwrap().body, b"x");
}

#[test]
fn a_platform_that_is_gone_is_told_and_the_proxy_lives_on() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let stage = Stage::open(address);
    let mut runtime = Runtime::connect(stage.address);
    runtime.ask();
    assert_eq!(runtime.answer().unwrap().head.status, 502);
    assert!(runtime.answer().is_none());
    let platform = Platform::serve(TcpListener::bind(address).unwrap());
    platform.give("a", "x");
    assert_eq!(Runtime::connect(stage.address).next().0, "a");
}

#[test]
fn an_event_that_breaks_off_reaches_no_handler() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let whole = event("a", b"0123456789");
    for part in [
        &whole[..whole.len() - 3],
        &whole[..40],
        b"HTTP/1.1 200 OK\nbare: yes\n\n",
        b"\x16\x03\x01",
    ] {
        platform.fail(Fault::Answer(part.to_vec()));
        let mut runtime = Runtime::connect(stage.address);
        runtime.ask();
        assert_eq!(runtime.answer().unwrap().head.status, 502);
        assert!(runtime.answer().is_none());
    }
    assert_eq!(stage.seen().faults.len(), 4);
}

#[test]
fn a_platform_that_gives_one_byte_at_a_time_is_understood() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    platform.fail(Fault::Slowly(event("a", b"slow")));
    assert_eq!(runtime.next(), ("a".to_owned(), b"slow".to_vec()));
    runtime.respond("a", b"1");
}

#[test]
fn an_answer_that_comes_before_the_request_is_whole_is_passed_on() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    let bytes = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    platform.fail(Fault::AnswerEarly(bytes.to_vec()));
    let head = RequestHead::new("POST", "/2018-06-01/runtime/invocation/unread/response")
        .with("Content-Length", "9000000");
    runtime.request(&head, &[b'x'; 1_000]);
    assert_eq!(runtime.answer().unwrap().head.status, 413);
    // What is left of the request is read, and the connection goes on.
    runtime.write(&vec![b'x'; 8_999_000]);
    platform.give("a", "x");
    assert_eq!(runtime.next().0, "a");
}

#[test]
fn a_runtime_that_is_gone_takes_no_event_with_it() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    runtime.ask();
    platform.asked(1);
    drop(runtime);
    platform.left_alone();
    platform.give("a", "x");
    assert_eq!(Runtime::connect(stage.address).next().0, "a");
}

#[test]
fn a_runtime_that_half_closes_gets_its_answer() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    let head = RequestHead::new("POST", "/2018-06-01/runtime/invocation/a/response")
        .with("Content-Length", "2");
    runtime.request(&head, b"{}");
    runtime.half_close();
    assert_eq!(runtime.answer().unwrap().head.status, 202);
    assert!(runtime.answer().is_none());
}

#[test]
fn a_runtime_that_sends_no_http_is_told_so() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    for bytes in [
        &b"GET / HTTP/1.1\nHost: x\n\n"[..],
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        let mut runtime = Runtime::connect(stage.address);
        runtime.write(bytes);
        assert_eq!(runtime.answer().unwrap().head.status, 400);
        assert!(runtime.answer().is_none());
    }
}

#[test]
fn an_event_that_is_too_long_to_hold_passes_or_is_refused_as_set() {
    let large = vec![b'x'; 9_000_000];
    for closed in [false, true] {
        let platform = Platform::start();
        let stage =
            if closed { Stage::closed(platform.address) } else { Stage::open(platform.address) };
        let mut runtime = Runtime::connect(stage.address);
        platform.give("a", large.clone());
        platform.give("b", "good");
        let (id, body) = runtime.next();
        if closed {
            assert_eq!(id, "b");
            assert_eq!(platform.posts(1)[0].body, b"{\"statusCode\":413}");
        } else {
            assert!(body == large);
        }
    }
}
