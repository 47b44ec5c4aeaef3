//! The platform: a Runtime API that does what a test says, also what it should not.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use guard_http::{Decoder, Head, Headers, Limits, Part, RequestHead, ResponseHead};

/// No test waits longer for a byte.
pub(crate) const LONGEST: Duration = Duration::from_secs(30);

/// A message with its body.
#[derive(Debug, Clone)]
pub(crate) struct Message<H> {
    pub(crate) head: H,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: Headers,
}

/// Reads the next message; `None` where the peer closed between two.
pub(crate) fn read<H: Head>(
    stream: &mut TcpStream,
    decoder: &mut Decoder<H>,
    buffer: &mut Vec<u8>,
) -> Option<Message<H>> {
    let (mut head, mut body) = (None, Vec::new());
    let mut bytes = vec![0; 65_536];
    loop {
        let step = decoder.step(buffer).unwrap();
        match step.part {
            Part::Pending => {
                buffer.drain(..step.consumed);
                let count = stream.read(&mut bytes).ok()?;
                if count == 0 {
                    let trailers = decoder.close(buffer).ok()??;
                    return head.map(|head| Message { head, body, trailers });
                }
                buffer.extend_from_slice(&bytes[..count]);
                continue;
            }
            Part::Head(own, _) => head = Some(own),
            Part::Data(range) => body.extend_from_slice(&buffer[range]),
            Part::End(trailers) => {
                buffer.drain(..step.consumed);
                return head.map(|head| Message { head, body, trailers });
            }
        }
        buffer.drain(..step.consumed);
    }
}

/// What the platform does with the next request that it gets, instead of serving it.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Takes it and closes.
    CloseUnanswered,
    /// Closes as if it had never come.
    Lose,
    /// Serves it and then closes the connection.
    ServeAndClose,
    /// Answers with these bytes and closes.
    Answer(Vec<u8>),
    /// Answers with these bytes, one at a time.
    Slowly(Vec<u8>),
    /// Answers with these bytes as soon as the head is there, and reads no more than that.
    AnswerEarly(Vec<u8>),
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<(String, Vec<u8>)>,
    faults: VecDeque<Fault>,
    /// What was taken: one answer for each invocation.
    posts: Vec<Message<RequestHead>>,
    refused: usize,
    asked: usize,
    closed_while_waiting: usize,
    closed_after_serving: usize,
}

/// The platform's side, seen by a test.
#[derive(Debug, Clone)]
pub(crate) struct Platform {
    pub(crate) address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl Platform {
    pub(crate) fn start() -> Self {
        Self::serve(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    pub(crate) fn serve(listener: TcpListener) -> Self {
        let address = listener.local_addr().unwrap();
        let platform = Self { address, state: Arc::default() };
        let own = platform.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let own = own.clone();
                std::thread::spawn(move || own.connection(stream.unwrap()));
            }
        });
        platform
    }

    pub(crate) fn give(&self, id: &str, body: impl Into<Vec<u8>>) {
        self.change(|state| state.events.push_back((id.to_owned(), body.into())));
    }

    pub(crate) fn fail(&self, fault: Fault) {
        self.change(|state| state.faults.push_back(fault));
    }

    fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.state.0.lock().unwrap());
        self.state.1.notify_all();
        result
    }

    /// Waits until so many posts came, and gives them.
    pub(crate) fn posts(&self, count: usize) -> Vec<Message<RequestHead>> {
        self.wait_until(|state| state.posts.len() >= count);
        self.state.0.lock().unwrap().posts.clone()
    }

    /// Answers that were not taken, because there was one.
    pub(crate) fn refused(&self) -> usize {
        self.state.0.lock().unwrap().refused
    }

    /// Waits until so many requests for an event were read.
    pub(crate) fn asked(&self, count: usize) {
        self.wait_until(|state| state.asked >= count);
    }

    /// Waits until a connection was closed that waited for an event.
    pub(crate) fn left_alone(&self) {
        self.wait_until(|state| state.closed_while_waiting > 0);
    }

    /// Waits until so many connections were closed behind their answer.
    pub(crate) fn closed(&self, count: usize) {
        self.wait_until(|state| state.closed_after_serving >= count);
    }

    fn wait_until(&self, is_so: impl Fn(&State) -> bool) {
        let guard = self.state.0.lock().unwrap();
        let (_guard, time) =
            self.state.1.wait_timeout_while(guard, LONGEST, |state| !is_so(state)).unwrap();
        assert!(!time.timed_out(), "it did not come to that");
    }

    fn connection(&self, mut stream: TcpStream) {
        stream.set_read_timeout(Some(LONGEST)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut decoder = Decoder::new(Limits::default());
        let mut buffer = Vec::new();
        loop {
            if let Some(Fault::AnswerEarly(bytes)) = self.first_fault() {
                let mut some = [0; 1_024];
                if stream.read(&mut some).unwrap_or(0) == 0 {
                    return;
                }
                self.change(|state| state.faults.pop_front());
                stream.write_all(&bytes).unwrap();
                let _ = stream.shutdown(Shutdown::Write);
                while stream.read(&mut some).is_ok_and(|count| count > 0) {}
                return;
            }
            let Some(request) = read::<RequestHead>(&mut stream, &mut decoder, &mut buffer) else {
                return;
            };
            let is_next = request.head.method == "GET" && request.head.path().ends_with("/next");
            let (fault, is_taken) = self.change(|state| {
                let fault = state.faults.pop_front();
                let is_same = |post: &Message<RequestHead>| post.head.target == request.head.target;
                let is_taken = !is_next && !state.posts.iter().any(is_same);
                if is_next {
                    state.asked += 1;
                } else if !is_taken {
                    state.refused += 1;
                } else if !matches!(fault, Some(Fault::Lose)) {
                    state.posts.push(request.clone());
                }
                (fault, is_taken)
            });
            let closes = matches!(fault, Some(Fault::ServeAndClose));
            match fault {
                Some(Fault::CloseUnanswered | Fault::Lose) => return,
                Some(Fault::Answer(bytes)) => {
                    stream.write_all(&bytes).unwrap();
                    return;
                }
                Some(Fault::Slowly(bytes)) => {
                    for byte in bytes {
                        if stream.write_all(&[byte]).is_err() {
                            return;
                        }
                        std::thread::sleep(Duration::from_millis(2));
                    }
                    continue;
                }
                _ => {}
            }
            let answer = if is_next {
                match self.next_event(&stream) {
                    Some((id, body)) => event(&id, &body),
                    None => return,
                }
            } else if is_taken {
                accepted()
            } else {
                not_in_flight()
            };
            if stream.write_all(&answer).is_err() {
                return;
            }
            if closes {
                drop(stream);
                self.change(|state| state.closed_after_serving += 1);
                return;
            }
        }
    }

    fn first_fault(&self) -> Option<Fault> {
        self.state.0.lock().unwrap().faults.front().cloned()
    }

    /// The next event, unless the connection ends before there is one.
    fn next_event(&self, stream: &TcpStream) -> Option<(String, Vec<u8>)> {
        stream.set_nonblocking(true).unwrap();
        let mut state = self.state.0.lock().unwrap();
        loop {
            if let Some(event) = state.events.pop_front() {
                stream.set_nonblocking(false).unwrap();
                return Some(event);
            }
            if matches!(stream.peek(&mut [0]), Ok(0)) {
                state.closed_while_waiting += 1;
                self.state.1.notify_all();
                return None;
            }
            let short = Duration::from_millis(5);
            state = self.state.1.wait_timeout(state, short).unwrap().0;
        }
    }
}

/// The answer that hands an event over, as the platform writes it.
pub(crate) fn event(id: &str, body: &[u8]) -> Vec<u8> {
    let head = ResponseHead::new(200)
        .with("Content-Type", "application/json")
        .with("Lambda-Runtime-Aws-Request-Id", id)
        .with("Lambda-Runtime-Deadline-Ms", "1790000000000")
        .with(
            "Lambda-Runtime-Invoked-Function-Arn",
            "arn:aws:lambda:eu-west-1:111122223333:function:Orders",
        )
        .with("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1")
        .with("Content-Length", body.len().to_string());
    let mut bytes = Vec::new();
    head.write(&mut bytes);
    bytes.extend_from_slice(body);
    bytes
}

pub(crate) fn accepted() -> Vec<u8> {
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n"
        .to_vec()
}

fn not_in_flight() -> Vec<u8> {
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 69\r\n\r\n{\"errorMessage\":\"no such invocation\",\"errorType\":\"InvalidRequestID\"}\n"
        .to_vec()
}
