//! The proxy in a thread of its own, with a watch that does what stands in the event.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use guard_net::Net;
use guard_proxy::{Ending, Event, Proxy, Refusal, Rewrite, Upstream, Verdict, Watch};

use crate::platform::LONGEST;

/// What the watch saw.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    pub(crate) faults: Vec<String>,
    pub(crate) endings: Vec<(String, Ending)>,
    pub(crate) idle: usize,
}

/// Does what stands in the event: `refuse`, `error`, `reduce`, `panic`; the same in answers.
#[derive(Debug)]
pub(crate) struct Obedient {
    seen: Arc<Mutex<Seen>>,
    fails_closed: bool,
}

fn says(body: &[u8], word: &str) -> bool {
    body.len() < 1_000 && String::from_utf8_lossy(body).contains(word)
}

impl Watch for Obedient {
    fn reads_events(&self) -> bool {
        true
    }

    fn event_limit(&self) -> usize {
        7_000_000
    }

    fn event(&mut self, event: &Event<'_>) -> Verdict {
        assert!(!says(event.body, "panic"), "as the event says");
        if says(event.body, "refuse") {
            let body = b"{\"statusCode\":403}".to_vec();
            return Verdict::Answer(Refusal { error_type: None, body });
        }
        if says(event.body, "error") {
            let body = b"{\"errorType\":\"Faasguard.Refused\"}".to_vec();
            return Verdict::Answer(Refusal { error_type: Some("Faasguard.Refused"), body });
        }
        if says(event.body, "reduce") { Verdict::Replace(b"less".to_vec()) } else { Verdict::Pass }
    }

    fn too_large(&mut self, event: &Event<'_>) -> Verdict {
        assert!(event.body.len() > self.event_limit());
        if self.fails_closed {
            let body = b"{\"statusCode\":413}".to_vec();
            return Verdict::Answer(Refusal { error_type: None, body });
        }
        Verdict::Pass
    }

    fn reads_response(&self, request_id: &str) -> bool {
        !request_id.starts_with("unread")
    }

    fn response(&mut self, _: &str, body: &[u8]) -> Rewrite {
        assert!(!says(body, "panic"), "as the answer says");
        if says(body, "rewrite") { Rewrite::Replace(b"other".to_vec()) } else { Rewrite::Keep }
    }

    fn reads_errors(&self) -> bool {
        true
    }

    fn error(&mut self, _: Option<&str>, body: &[u8]) -> Rewrite {
        if says(body, "secret") { Rewrite::Replace(b"{}".to_vec()) } else { Rewrite::Keep }
    }

    fn late_error(&mut self, _: &str, trailer: &str) -> Option<String> {
        assert_ne!(trailer, "panic", "as the trailer says");
        (trailer == "secret").then(|| "cleaned".to_owned())
    }

    fn error_cause(&mut self, _: Option<&str>, cause: &str) -> Option<String> {
        assert_ne!(cause, "panic", "as the cause says");
        (cause == "secret").then(|| "cleaned".to_owned())
    }

    fn idle(&mut self) {
        self.seen.lock().unwrap().idle += 1;
    }

    fn ended(&mut self, request_id: &str, ending: Ending) {
        self.seen.lock().unwrap().endings.push((request_id.to_owned(), ending));
    }

    fn fault(&mut self, request_id: Option<&str>, detail: &str) {
        let line = format!("{}: {detail}", request_id.unwrap_or("-"));
        self.seen.lock().unwrap().faults.push(line);
    }

    fn fails_closed(&self) -> bool {
        self.fails_closed
    }
}

/// A running proxy.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Stage {
    pub(crate) fn open(platform: SocketAddr) -> Self {
        Self::start(platform, false)
    }

    pub(crate) fn closed(platform: SocketAddr) -> Self {
        Self::start(platform, true)
    }

    fn start(platform: SocketAddr, fails_closed: bool) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let watch = Obedient { seen: Arc::clone(&seen), fails_closed };
        let mut net = Net::new().unwrap();
        let upstream = Upstream::resolve(&platform.to_string()).unwrap();
        let mut proxy =
            Proxy::bind(&mut net, "127.0.0.1:0".parse().unwrap(), upstream, watch).unwrap();
        let address = proxy.address().unwrap();
        // It runs until the test program ends.
        std::thread::spawn(move || {
            let mut ready = Vec::new();
            loop {
                net.wait(&mut ready, None).unwrap();
                for event in ready.drain(..) {
                    proxy.handle(&mut net, event);
                }
            }
        });
        Self { address, seen }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until the watch saw what is asked for.
    pub(crate) fn wait_until(&self, is_so: impl Fn(&Seen) -> bool) -> Seen {
        let begun = Instant::now();
        loop {
            let seen = self.seen();
            if is_so(&seen) {
                return seen;
            }
            assert!(begun.elapsed() < LONGEST, "{seen:?}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
