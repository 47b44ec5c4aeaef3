//! What happens when all is well.

use guard_http::{Headers, RequestHead, chunk, last_chunk};
use guard_proxy::Ending;

use crate::platform::Platform;
use crate::runtime::Runtime;
use crate::stage::Stage;

#[test]
fn events_and_answers_pass_as_they_are() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    for number in 0..3 {
        let id = format!("r-{number}");
        platform.give(&id, format!("{{\"n\":{number}}}"));
        runtime.ask();
        let answer = runtime.answer().unwrap();
        assert_eq!(answer.body, format!("{{\"n\":{number}}}").as_bytes());
        let headers: Vec<_> = answer.head.headers.iter().map(|(name, _)| name).collect();
        assert_eq!(
            headers,
            [
                "Content-Type",
                "Lambda-Runtime-Aws-Request-Id",
                "Lambda-Runtime-Deadline-Ms",
                "Lambda-Runtime-Invoked-Function-Arn",
                "Lambda-Runtime-Trace-Id",
                "Content-Length"
            ]
        );
        assert_eq!(answer.head.headers.text("lambda-runtime-deadline-ms"), Some("1790000000000"));
        runtime.respond(&id, b"{\"ok\":true}");
    }
    let posts = platform.posts(3);
    assert_eq!(posts.len(), 3);
    assert_eq!(posts[2].head.target, "/2018-06-01/runtime/invocation/r-2/response");
    assert_eq!(posts[2].body, b"{\"ok\":true}");
    assert_eq!(posts[2].head.headers.text("host"), Some(&*platform.address.to_string()));
    let seen = stage.seen();
    assert_eq!(seen.faults, [""; 0]);
    assert_eq!(seen.idle, 3);
    assert_eq!(seen.endings.len(), 3);
}

#[test]
fn a_refused_event_is_answered_and_the_runtime_waits_on() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    for (id, body) in [("a", "refuse"), ("b", "error"), ("c", "refuse"), ("d", "good")] {
        platform.give(id, body);
    }
    let (id, body) = runtime.next();
    assert_eq!((id.as_str(), body.as_slice()), ("d", &b"good"[..]));
    runtime.respond("d", b"1");
    let posts = platform.posts(4);
    let targets: Vec<_> = posts.iter().map(|post| post.head.target.as_str()).collect();
    assert_eq!(
        targets,
        [
            "/2018-06-01/runtime/invocation/a/response",
            "/2018-06-01/runtime/invocation/b/error",
            "/2018-06-01/runtime/invocation/c/response",
            "/2018-06-01/runtime/invocation/d/response",
        ]
    );
    assert_eq!(posts[0].body, b"{\"statusCode\":403}");
    let error_type = posts[1].head.headers.text("lambda-runtime-function-error-type");
    assert_eq!(error_type, Some("Faasguard.Refused"));
    let refused = ["a", "b", "c"].map(|id| (id.to_owned(), Ending::Refused));
    assert_eq!(stage.seen().endings[..3], refused);
}

#[test]
fn bodies_that_change_have_the_right_length() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    platform.give("a", "reduce this");
    assert_eq!(runtime.next().1, b"less");
    runtime.respond("a", b"rewrite this");
    platform.give("b", "x");
    runtime.next();
    assert_eq!(runtime.post("b", "error", b"{\"errorMessage\":\"secret\"}"), 202);
    let posts = platform.posts(2);
    assert_eq!(posts[0].body, b"other");
    assert_eq!(posts[1].body, b"{}");
}

#[test]
fn large_events_and_answers_pass() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    let large: Vec<u8> = (b'a'..=b'z').cycle().take(6_291_456).collect();
    for id in ["a", "unread"] {
        platform.give(id, large.clone());
        let (_, body) = runtime.next();
        assert!(body == large);
        runtime.respond(id, &large);
    }
    assert!(platform.posts(2).iter().all(|post| post.body == large));
}

#[test]
fn a_streamed_answer_passes_chunk_by_chunk_with_its_trailers() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    platform.give("a", "x");
    runtime.next();
    let head = RequestHead::new("POST", "/2018-06-01/runtime/invocation/a/response")
        .with("Lambda-Runtime-Function-Response-Mode", "streaming")
        .with("Trailer", "Lambda-Runtime-Function-Error-Type")
        .with("Transfer-Encoding", "chunked");
    let mut bytes = Vec::new();
    head.write(&mut bytes);
    let piece: Vec<u8> = (0..=255).cycle().take(20_000).collect();
    for _ in 0..1_000 {
        chunk(&piece, &mut bytes);
    }
    let trailers: Headers =
        [("Lambda-Runtime-Function-Error-Type", "Runtime.Late")].into_iter().collect();
    last_chunk(&trailers, &mut bytes);
    runtime.write(&bytes);
    assert_eq!(runtime.answer().unwrap().head.status, 202);
    let post = platform.posts(1).remove(0);
    assert!(post.body == piece.repeat(1_000));
    assert_eq!(post.trailers, trailers);
}

#[test]
fn what_an_error_tells_traces_is_looked_at() {
    for (closed, cause, expected) in [
        (false, "secret", Some("cleaned")),
        (false, "harmless", Some("harmless")),
        (false, "panic", Some("panic")),
        (true, "panic", None),
    ] {
        let platform = Platform::start();
        let stage =
            if closed { Stage::closed(platform.address) } else { Stage::open(platform.address) };
        let mut runtime = Runtime::connect(stage.address);
        platform.give("a", "x");
        runtime.next();
        let head = RequestHead::new("POST", "/2018-06-01/runtime/invocation/a/error")
            .with("Lambda-Runtime-Function-XRay-Error-Cause", cause)
            .with("Content-Length", "2");
        let mut bytes = Vec::new();
        head.write(&mut bytes);
        bytes.extend_from_slice(b"{}");
        runtime.write(&bytes);
        assert_eq!(runtime.answer().unwrap().head.status, 202);
        let headers = platform.posts(1).remove(0).head.headers;
        assert_eq!(headers.text("lambda-runtime-function-xray-error-cause"), expected);
    }
}

#[test]
fn the_error_at_the_end_of_a_stream_is_looked_at() {
    for (closed, error, expected) in [
        (false, "secret", Some("cleaned")),
        (false, "harmless", Some("harmless")),
        (false, "panic", Some("panic")),
        (true, "panic", None),
    ] {
        let platform = Platform::start();
        let stage =
            if closed { Stage::closed(platform.address) } else { Stage::open(platform.address) };
        let mut runtime = Runtime::connect(stage.address);
        platform.give("a", "x");
        runtime.next();
        let head = RequestHead::new("POST", "/2018-06-01/runtime/invocation/a/response")
            .with("Lambda-Runtime-Function-Response-Mode", "streaming")
            .with("Transfer-Encoding", "chunked");
        let mut bytes = Vec::new();
        head.write(&mut bytes);
        chunk(b"a part", &mut bytes);
        let trailers: Headers = [
            ("Lambda-Runtime-Function-Error-Type", "Runtime.Late"),
            ("Lambda-Runtime-Function-Error-Body", error),
        ]
        .into_iter()
        .collect();
        last_chunk(&trailers, &mut bytes);
        runtime.write(&bytes);
        assert_eq!(runtime.answer().unwrap().head.status, 202);
        let trailers = platform.posts(1).remove(0).trailers;
        assert_eq!(trailers.text("Lambda-Runtime-Function-Error-Type"), Some("Runtime.Late"));
        assert_eq!(trailers.text("Lambda-Runtime-Function-Error-Body"), expected);
    }
}

#[test]
fn many_invocations_are_in_flight_at_once() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let threads: Vec<_> = (0..32)
        .map(|_| {
            let address = stage.address;
            std::thread::spawn(move || {
                let mut runtime = Runtime::connect(address);
                let mut ids = Vec::new();
                for _ in 0..10 {
                    let (id, body) = runtime.next();
                    assert_eq!(id.as_bytes(), body);
                    runtime.respond(&id, id.as_bytes());
                    ids.push(id);
                }
                ids
            })
        })
        .collect();
    platform.asked(32);
    for number in 0..320 {
        platform.give(&format!("r-{number}"), format!("r-{number}"));
    }
    let mut ids: Vec<String> =
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 320);
    let mut bodies: Vec<_> = platform.posts(320).into_iter().map(|post| post.body).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 320);
    assert_eq!(stage.seen().faults, [""; 0]);
}

#[test]
fn what_is_no_business_of_the_proxy_passes() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    let head = RequestHead::new("PUT", "/2022-07-01/telemetry?x=y")
        .with("Transfer-Encoding", "chunked")
        .with("Lambda-Extension-Identifier", "e-1");
    let mut body = Vec::new();
    chunk(b"{}", &mut body);
    last_chunk(&Headers::new(), &mut body);
    runtime.request(&head, &body);
    assert_eq!(runtime.answer().unwrap().head.status, 202);
    assert_eq!(runtime.post("x", "unknown", b"1"), 202);
    let posts = platform.posts(2);
    assert_eq!(posts[0].head.target, "/2022-07-01/telemetry?x=y");
    assert_eq!(posts[0].head.headers.text("lambda-extension-identifier"), Some("e-1"));
    assert_eq!(posts[0].body, b"{}");
}

#[test]
fn a_client_that_waits_for_leave_to_send_gets_it() {
    let platform = Platform::start();
    let stage = Stage::open(platform.address);
    let mut runtime = Runtime::connect(stage.address);
    let head = RequestHead::new("POST", "/2018-06-01/runtime/invocation/a/response")
        .with("Expect", "100-continue")
        .with("Content-Length", "3");
    runtime.request(&head, b"");
    assert_eq!(runtime.answer().unwrap().head.status, 100);
    runtime.write(b"yes");
    assert_eq!(runtime.answer().unwrap().head.status, 202);
    assert_eq!(platform.posts(1)[0].body, b"yes");
    assert_eq!(platform.posts(1)[0].head.headers.get("expect"), None);
}
