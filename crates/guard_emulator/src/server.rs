//! The APIs of Lambda on one address: a thread for each connection, a route for each call.

use std::{
    io,
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use guard_http::RequestHead;
use serde_json::json;

use crate::{
    extensions::{Events, Extension},
    identity, invoke_api,
    record::{FunctionError, Outcome, Response},
    shared::{Shared, wall_clock_ms},
    state::{Next, State, Work},
    telemetry_api,
    wire::{Answer, Connection, Message, read_request},
};

/// How often one who waits looks whether its client is still there.
const PULSE: Duration = Duration::from_millis(20);
/// Largest body that is read of anything but an answer.
const MAX_BODY: usize = 16 * 1024 * 1024;

pub(crate) type Call = Message<RequestHead>;

/// Takes connections until the environment is closed.
pub(crate) fn listen(shared: &Arc<Shared>, listener: &TcpListener) {
    for stream in listener.incoming() {
        if shared.state().stopped {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        // Without a thread there is no answer: the client sees a closed connection.
        let _ = thread::Builder::new()
            .name("lambda api".to_owned())
            .spawn(move || serve(&shared, stream));
    }
}

fn serve(shared: &Shared, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut connection = Connection::new(stream);
    let limit = shared.state().function.max_stream_bytes.max(MAX_BODY);
    while let Ok(Some(call)) = read_request(&mut connection, limit) {
        let keep = call.head.keeps_alive();
        let Some(reply) = answer(shared, &call, &connection.stream) else { return };
        let written = reply.answer.write(&mut connection.stream);
        if let (Err(_), Some(number)) = (&written, reply.holds) {
            shared.update(|state| state.hand_back(number));
        }
        if written.is_err() || !keep {
            return;
        }
    }
}

/// An answer, and the invocation that it hands over.
struct Reply {
    answer: Answer,
    holds: Option<usize>,
}

/// `None` when the connection is to be closed without an answer.
fn answer(shared: &Shared, call: &Call, stream: &TcpStream) -> Option<Reply> {
    let path = call.head.path().trim_start_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let answer = match (call.head.method.as_str(), parts.as_slice()) {
        ("GET", ["2018-06-01", "runtime", "invocation", "next"]) => {
            return next(shared, stream);
        }
        ("POST", ["2018-06-01", "runtime", "invocation", id, "response"]) => {
            respond(shared, id, call)
        }
        ("POST", ["2018-06-01", "runtime", "invocation", id, "error"]) => {
            let error = function_error(call);
            accepted_if(shared.finish(id, Outcome::Error(error)), id)
        }
        ("POST", ["2018-06-01", "runtime", "init", "error"]) => {
            let error = function_error(call);
            shared.say(&format!("INIT ERROR {}", String::from_utf8_lossy(&error.body)));
            shared.update(|state| state.init_errors.push(error.body));
            accepted()
        }
        ("POST", ["2020-01-01", "extension", "register"]) => register(shared, call),
        ("GET", ["2020-01-01", "extension", "event", "next"]) => {
            return event_next(shared, call, stream).map(plain);
        }
        ("POST", ["2020-01-01", "extension", phase @ ("init" | "exit"), "error"]) => {
            extension_error(shared, call, phase)
        }
        ("PUT", ["2022-07-01", "telemetry"]) => telemetry_api::subscribe(shared, call),
        ("POST", ["2015-03-31", "functions", _, "invocations"]) => {
            return invoke_api::invoke(shared, call, stream).map(plain);
        }
        _ => Answer::fault(404, "NotFound", "the APIs of Lambda have no such call"),
    };
    Some(plain(answer))
}

fn plain(answer: Answer) -> Reply {
    Reply { answer, holds: None }
}

/// Whether the client has closed, so that an invocation would be handed to nobody.
pub(crate) fn is_gone(stream: &TcpStream) -> bool {
    if stream.set_nonblocking(true).is_err() {
        return true;
    }
    let gone = match stream.peek(&mut [0]) {
        Ok(count) => count == 0,
        Err(error) => error.kind() != io::ErrorKind::WouldBlock,
    };
    stream.set_nonblocking(false).is_err() || gone
}

fn next(shared: &Shared, stream: &TcpStream) -> Option<Reply> {
    let found = shared.wait_for(
        PULSE,
        || is_gone(stream),
        |state| match state.next(Instant::now()) {
            Next::Wait => None,
            // A closed environment is silent: the runtime is ended by a signal, not by an answer.
            Next::Closed => state.stopped.then_some(Next::Closed),
            other => Some(other),
        },
    )?;
    match found {
        Next::Work(work) => {
            let holds = Some(work.record);
            Some(Reply { answer: event(shared, work), holds })
        }
        Next::Refused => Some(plain(Answer::fault(
            403,
            "InvalidStateTransition",
            "the runtime asks for the next invocation without an answer to the last",
        ))),
        Next::Wait | Next::Closed => None,
    }
}

/// The answer to `next`. The clients of AWS read every header into a fixed place and crash when
/// one that they count on is missing or empty.
fn event(shared: &Shared, work: Work) -> Answer {
    let function = shared.state().function.clone();
    let deadline = wall_clock_ms(function.timeout).to_string();
    let answer = Answer::new(200, work.event.to_vec())
        .with("Content-Type", "application/json")
        .with("Lambda-Runtime-Aws-Request-Id", &work.request_id)
        .with("Lambda-Runtime-Deadline-Ms", deadline)
        .with("Lambda-Runtime-Invoked-Function-Arn", function.arn())
        .with("Lambda-Runtime-Trace-Id", &work.trace);
    match work.client_context {
        Some(context) => answer.with("Lambda-Runtime-Client-Context", context),
        None => answer,
    }
}

fn accepted() -> Answer {
    Answer::json(202, &json!({ "status": "OK" }))
}

fn accepted_if(known: bool, id: &str) -> Answer {
    if known {
        return accepted();
    }
    Answer::fault(400, "InvalidRequestID", &format!("`{id}` is no invocation in flight"))
}

fn respond(shared: &Shared, id: &str, call: &Call) -> Answer {
    let headers = &call.head.headers;
    let mode = headers.text("lambda-runtime-function-response-mode");
    let streamed = mode.is_some_and(|mode| mode.eq_ignore_ascii_case("streaming"));
    let function = shared.state().function.clone();
    let limit = if streamed { function.max_stream_bytes } else { function.max_response_bytes };
    if call.too_large || call.body.len() > limit {
        let kind = "Function.ResponseSizeTooLarge";
        let message =
            format!("Response payload size exceeded maximum allowed payload size ({limit} bytes).");
        let body = json!({ "errorType": kind, "errorMessage": message }).to_string().into_bytes();
        shared.finish(id, Outcome::Error(FunctionError { kind: kind.to_owned(), body }));
        return Answer::fault(413, "RequestEntityTooLarge", &message);
    }
    let failure = call.trailers.text("lambda-runtime-function-error-type").map(|kind| {
        let body = call.trailers.get("lambda-runtime-function-error-body").unwrap_or_default();
        FunctionError { kind: kind.to_owned(), body: body.to_vec() }
    });
    let response = Response {
        body: call.body.clone(),
        content_type: headers.text("content-type").map(str::to_owned),
        streamed,
        failure,
    };
    accepted_if(shared.finish(id, Outcome::Response(response)), id)
}

fn function_error(call: &Call) -> FunctionError {
    let kind = call.head.headers.text("lambda-runtime-function-error-type");
    FunctionError { kind: kind.unwrap_or("Unhandled").to_owned(), body: call.body.clone() }
}

fn register(shared: &Shared, call: &Call) -> Answer {
    let headers = &call.head.headers;
    let Some(name) = headers.text("lambda-extension-name").filter(|name| !name.is_empty()) else {
        return Answer::fault(403, "Extension.InvalidExtensionName", "no `Lambda-Extension-Name`");
    };
    let Some(events) = Events::parse(&call.body) else {
        let message = "`events` is a list of INVOKE and SHUTDOWN";
        return Answer::fault(400, "InvalidRequestFormat", message);
    };
    let identifier = identity::request_id();
    let registered = shared.update(|state| {
        let is_taken = state.extensions.iter().any(|one| one.name == name && one.failed.is_none());
        if is_taken || state.closed || state.init_is_over() {
            return false;
        }
        state.extensions.push(Extension::new(name, identifier.clone(), events, Instant::now()));
        state.tell(
            "platform.extension",
            json!({ "name": name, "state": "Registered", "events": events.names() }),
        );
        true
    });
    if !registered {
        let message = "extensions register once, while the environment starts";
        return Answer::fault(403, "Extension.InvalidExtensionState", message);
    }
    let function = shared.state().function.clone();
    let mut body = json!({ "functionName": function.name, "functionVersion": "$LATEST",
        "handler": function.handler });
    if headers.lists("lambda-extension-accept-feature", "accountId") {
        body = json!({ "functionName": function.name, "functionVersion": "$LATEST",
            "handler": function.handler, "accountId": crate::ACCOUNT });
    }
    Answer::json(200, &body).with("Lambda-Extension-Identifier", identifier)
}

/// The identifier of the call, when it is one of ours.
pub(crate) fn identifier<'a>(shared: &Shared, call: &'a Call) -> Result<&'a str, Answer> {
    let given = call.head.headers.text("lambda-extension-identifier");
    let given = given.unwrap_or_default();
    if shared.state().extensions.iter().any(|one| one.identifier == given) {
        return Ok(given);
    }
    let message = format!("no extension has the identifier `{given}`");
    Err(Answer::fault(403, "Extension.UnknownExtensionIdentifier", &message))
}

fn event_next(shared: &Shared, call: &Call, stream: &TcpStream) -> Option<Answer> {
    let identifier = match identifier(shared, call) {
        Ok(identifier) => identifier,
        Err(answer) => return Some(answer),
    };
    let take = |state: &mut State| {
        let one = state.extensions.iter_mut().find(|one| one.identifier == identifier)?;
        one.pop(Instant::now())
    };
    // That it asks may be what the next invocation waited for: all are told.
    let event = match shared.update(take) {
        Some(event) => event,
        None => shared.wait_for(PULSE, || is_gone(stream), take)?,
    };
    let (arn, limit) = {
        let state = shared.state();
        let limit = if state.closed { Duration::from_secs(2) } else { state.function.timeout };
        (state.function.arn(), limit)
    };
    let body = event.to_json(&arn, wall_clock_ms(limit));
    Some(Answer::json(200, &body).with("Lambda-Extension-Event-Identifier", identity::request_id()))
}

fn extension_error(shared: &Shared, call: &Call, phase: &str) -> Answer {
    let identifier = match identifier(shared, call) {
        Ok(identifier) => identifier,
        Err(answer) => return answer,
    };
    let kind = call.head.headers.text("lambda-extension-function-error-type");
    let kind = kind.unwrap_or("Extension.Unknown").to_owned();
    shared.update(|state| {
        let one = state.extensions.iter_mut().find(|one| one.identifier == identifier);
        if let Some(one) = one {
            let (name, events) = (one.name.clone(), one.events.names());
            one.failed = Some(kind.clone());
            let state_name = if phase == "init" { "LaunchError" } else { "ExitError" };
            state.tell(
                "platform.extension",
                json!({ "name": name, "state": state_name, "events": events, "errorType": kind }),
            );
        }
    });
    accepted()
}
