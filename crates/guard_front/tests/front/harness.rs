//! A front on a thread of its own, an application that does what a test says, and a plain client.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use guard_front::{Front, Judge, Options, Request, Stats, Upstream, Verdict};
use guard_http::ResponseHead;
use guard_net::{Net, Waker};
use guard_rate::{Callers, Limits as RateLimits};
use guard_settings::RateKey;

/// Refuses what holds `evil`, breaks down at `panic`, and masks `secret` in answers.
#[derive(Debug)]
struct TestJudge {
    faults: Arc<Mutex<Vec<String>>>,
    is_open: bool,
}

impl Judge for TestJudge {
    fn request(&mut self, request: &Request<'_>) -> Verdict {
        assert!(!request.head.target.contains("panic"), "the judge breaks down, as it should");
        let body = String::from_utf8_lossy(request.body);
        if request.head.target.contains("evil") || body.contains("evil") {
            return Verdict::Refuse { status: 403, message: "Forbidden" };
        }
        Verdict::Pass
    }

    fn too_large(&mut self, _: &Request<'_>) -> Verdict {
        if self.is_open {
            Verdict::Pass
        } else {
            Verdict::Refuse { status: 413, message: "Payload Too Large" }
        }
    }

    fn too_many(&mut self, _: &Request<'_>) -> Verdict {
        Verdict::Refuse { status: 429, message: "Too Many Requests" }
    }

    fn changes_answers(&self) -> bool {
        true
    }

    fn wants_answer(&mut self, head: &ResponseHead, _: &str) -> bool {
        head.headers.get("content-type") == Some(b"text/plain")
    }

    fn answer(&mut self, _: &ResponseHead, body: &[u8], _: &str) -> Option<Vec<u8>> {
        let text = String::from_utf8_lossy(body);
        text.contains("secret").then(|| text.replace("secret", "******").into_bytes())
    }

    fn fault(&mut self, detail: &str, _: Option<&str>) {
        self.faults.lock().unwrap().push(detail.to_owned());
    }

    fn on_broken(&self) -> Verdict {
        Verdict::Pass
    }
}

/// A front that runs.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    waker: Waker,
    stopped: Arc<AtomicBool>,
    faults: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<Stats>>,
}

impl Running {
    pub(crate) fn start(application: &Application, change: impl Fn(&mut Options)) -> Self {
        Self::run(application.address, 1_000_000.0, 1_000_000, false, change)
    }

    /// What is too large passes.
    pub(crate) fn start_open(application: &Application, change: impl Fn(&mut Options)) -> Self {
        Self::run(application.address, 1_000_000.0, 1_000_000, true, change)
    }

    pub(crate) fn start_rate(
        application: &Application,
        per_second: f64,
        burst: u32,
        change: impl Fn(&mut Options),
    ) -> Self {
        Self::run(application.address, per_second, burst, false, change)
    }

    pub(crate) fn run(
        application: SocketAddr,
        per_second: f64,
        burst: u32,
        is_open: bool,
        change: impl Fn(&mut Options),
    ) -> Self {
        let mut net = Net::new().unwrap();
        let upstream = Upstream::resolve(&format!("http://{application}")).unwrap();
        let mut options = Options::new("127.0.0.1:0".parse().unwrap(), upstream);
        change(&mut options);
        let faults: Arc<Mutex<Vec<String>>> = Arc::default();
        let judge = TestJudge { faults: Arc::clone(&faults), is_open };
        let callers = Callers::local(RateLimits::new(per_second, burst).unwrap());
        let mut front = Front::bind(&mut net, options, judge, callers, RateKey::Ip).unwrap();
        let (address, waker) = (front.address().unwrap(), net.waker());
        let stopped: Arc<AtomicBool> = Arc::default();
        let stop = Arc::clone(&stopped);
        let thread = std::thread::spawn(move || {
            let mut ready = Vec::new();
            let mut is_draining = false;
            loop {
                net.wait(&mut ready, Some(Duration::from_secs(1))).unwrap();
                for ready in ready.drain(..) {
                    front.take(&mut net, &ready);
                }
                if stop.load(Ordering::SeqCst) && !is_draining {
                    is_draining = true;
                    front.drain(&mut net);
                }
                if is_draining && front.is_empty() {
                    return front.stats();
                }
            }
        });
        Self { address, waker, stopped, faults, thread: Some(thread) }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let client = TcpStream::connect(self.address).unwrap();
        client.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        client.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
        client.set_nodelay(true).unwrap();
        client
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        self.faults.lock().unwrap().clone()
    }

    /// Drains, and tells what happened.
    pub(crate) fn stop(mut self) -> Stats {
        self.stopped.store(true, Ordering::SeqCst);
        self.waker.wake().unwrap();
        self.thread.take().unwrap().join().unwrap()
    }
}

/// One request, sent on a connection of its own; all that came back.
pub(crate) fn exchange(front: &Running, request: &str) -> String {
    let mut client = front.connect();
    client.write_all(request.as_bytes()).unwrap();
    let mut text = Vec::new();
    client.read_to_end(&mut text).unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

/// A request as an application sees it.
pub(crate) struct Words {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// A server with a thread for each connection.
pub(crate) struct Application {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
}

impl Application {
    /// `answer` writes the answer to one request; false ends the connection.
    pub(crate) fn start(
        answer: impl Fn(&mut TcpStream, &Words) -> bool + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, requests, stopped): (
            Arc<AtomicUsize>,
            Arc<AtomicUsize>,
            Arc<AtomicBool>,
        ) = Default::default();
        let application = Self {
            address,
            connections: connections.clone(),
            requests: requests.clone(),
            stopped: stopped.clone(),
        };
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                connections.fetch_add(1, Ordering::SeqCst);
                let (answer, requests) = (Arc::clone(&answer), Arc::clone(&requests));
                std::thread::spawn(move || {
                    stream.set_nodelay(true).unwrap();
                    let mut bytes = Vec::new();
                    while let Some(words) = read_request(&mut stream, &mut bytes) {
                        requests.fetch_add(1, Ordering::SeqCst);
                        if !answer(&mut stream, &words) {
                            return;
                        }
                    }
                });
            }
        });
        application
    }

    /// Answers with what it got.
    pub(crate) fn echo() -> Self {
        Self::start(|stream, words| {
            let length = words.head.len() + words.body.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{}", words.head);
            stream.write_all(head.as_bytes()).is_ok() && stream.write_all(&words.body).is_ok()
        })
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).ok();
        let until = Instant::now() + Duration::from_secs(5);
        while TcpStream::connect(self.address).is_ok() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The next request; a body that is announced and does not come is left to the test.
fn read_request(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<Words> {
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end + 4]).into_owned();
            let is_event = head.starts_with("POST /events");
            let length = header(&head, "content-length").filter(|_| !is_event);
            let length: usize = length.map_or(0, |text| text.parse().unwrap());
            if bytes.len() >= end + 4 + length {
                let body = bytes[end + 4..end + 4 + length].to_vec();
                bytes.drain(..end + 4 + length);
                return Some(Words { head, body });
            }
        }
        let mut chunk = vec![0; 65_536];
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (own, value) = line.split_once(':')?;
        own.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// One whole answer, its body decoded, off a connection that stays open.
pub(crate) fn read_message(stream: &mut TcpStream) -> (String, Vec<u8>) {
    use guard_http::{Decoder, Limits, Part};
    let mut decoder = Decoder::<ResponseHead>::new(Limits::default());
    let (mut input, mut body, mut found) = (Vec::new(), Vec::new(), String::new());
    let mut one = [0; 1];
    loop {
        let step = decoder.step(&input).unwrap_or_else(|error| panic!("{error}: {input:?}"));
        match step.part {
            Part::Head(head, _) => {
                let mut bytes = Vec::new();
                head.write(&mut bytes);
                found = String::from_utf8(bytes).unwrap();
            }
            Part::Data(range) => body.extend_from_slice(&input[range]),
            Part::End(_) => return (found, body),
            Part::Pending => {
                input.drain(..step.consumed);
                // Byte by byte while the head comes, so that nothing of the next answer is taken.
                if found.is_empty() || body.len() < 1_000 {
                    match stream.read(&mut one) {
                        Ok(1) => input.push(one[0]),
                        other => {
                            panic!("{other:?} after {found}{}", String::from_utf8_lossy(&body))
                        }
                    }
                } else {
                    let left = header(&found, "content-length")
                        .map_or(1, |text| text.parse().unwrap())
                        - body.len();
                    let mut chunk = vec![0; left.clamp(1, 65_536)];
                    match stream.read(&mut chunk) {
                        Ok(count @ 1..) => input.extend_from_slice(&chunk[..count]),
                        other => panic!("{other:?} after {found}"),
                    }
                }
                continue;
            }
        }
        input.drain(..step.consumed);
    }
}
