//! The Telemetry API: who listens for what, and the threads that bring it there.

use std::{
    sync::Arc,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use serde_json::{Value, json};

use crate::{
    server::{Call, identifier},
    shared::Shared,
    wire::{Answer, post},
};

/// Most that waits for one listener; what comes then is dropped and counted, as in Lambda.
const QUEUE: usize = 10_000;
/// What happened before the first one listened; the start of the environment is told late.
const HISTORY: usize = 1_000;
/// How long a listener may take for one batch.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often a batch that was not taken is sent again.
const ATTEMPTS: u32 = 3;

/// Brings what happens to those who listen.
#[derive(Debug, Default)]
pub(crate) struct Bus {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    history: Vec<Value>,
    listeners: Vec<Listener>,
}

#[derive(Debug)]
struct Listener {
    types: Vec<String>,
    queue: SyncSender<Value>,
    dropped: Arc<AtomicU64>,
}

/// How events are put together.
#[derive(Debug, Clone, Copy)]
struct Buffering {
    max_items: usize,
    max_bytes: usize,
    timeout: Duration,
}

impl Bus {
    /// Tells everybody who wants `kind` (`platform.start`, `function`).
    pub(crate) fn tell(&self, kind: &str, record: &Value) {
        let event = json!({ "time": timestamp(SystemTime::now()), "type": kind, "record": record });
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        for listener in &inner.listeners {
            listener.offer(&event);
        }
        if inner.history.len() < HISTORY {
            inner.history.push(event);
        }
    }

    fn add(&self, types: Vec<String>, queue: SyncSender<Value>, dropped: Arc<AtomicU64>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let listener = Listener { types, queue, dropped };
        for event in &inner.history {
            listener.offer(event);
        }
        inner.listeners.push(listener);
    }

    /// Lets every listener have what is still waiting, and ends its thread.
    pub(crate) fn close(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).listeners.clear();
    }
}

impl Listener {
    fn offer(&self, event: &Value) {
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
        let family = kind.split('.').next().unwrap_or_default();
        if !self.types.iter().any(|wanted| wanted == family) {
            return;
        }
        if let Err(TrySendError::Full(_)) = self.queue.try_send(event.clone()) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Answers a subscription.
pub(crate) fn subscribe(shared: &Shared, call: &Call) -> Answer {
    let identifier = match identifier(shared, call) {
        Ok(identifier) => identifier,
        Err(answer) => return answer,
    };
    let wish = match Wish::parse(&call.body) {
        Ok(wish) => wish,
        Err(message) => return Answer::fault(400, "ValidationError", message),
    };
    let (queue, events) = sync_channel(QUEUE);
    let dropped = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&dropped);
    let (address, path, buffering) = (wish.address, wish.path, wish.buffering);
    let thread = thread::Builder::new()
        .name("telemetry".to_owned())
        .spawn(move || deliver(&events, &address, &path, buffering, &counter));
    if thread.is_err() {
        return Answer::fault(500, "ServiceError", "no thread can be started");
    }
    shared.bus.add(wish.types.clone(), queue, dropped);
    shared.update(|state| {
        let one = state.extensions.iter().find(|one| one.identifier == identifier);
        let name = one.map(|one| one.name.clone()).unwrap_or_default();
        state.tell(
            "platform.telemetrySubscription",
            json!({ "name": name, "state": "Subscribed", "types": wish.types }),
        );
    });
    Answer::json(200, &json!("OK"))
}

/// A subscription as it is asked for.
struct Wish {
    address: String,
    path: String,
    types: Vec<String>,
    buffering: Buffering,
}

impl Wish {
    fn parse(body: &[u8]) -> Result<Self, &'static str> {
        let body: Value = serde_json::from_slice(body).map_err(|_| "the body is no JSON")?;
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
        if text("/destination/protocol") != Some("HTTP") {
            return Err("`destination.protocol` must be HTTP; TCP is not played here");
        }
        let uri = text("/destination/URI").ok_or("`destination.URI` is missing")?;
        let rest = uri.strip_prefix("http://").ok_or("`destination.URI` must be http://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (name, port) = host.split_once(':').unwrap_or((host, "80"));
        // Nothing leaves this machine: Lambda takes only its own name for it, too.
        if !matches!(name, "sandbox.localdomain" | "sandbox" | "localhost" | "127.0.0.1") {
            return Err("`destination.URI` must be at sandbox.localdomain");
        }
        let types = body.get("types").and_then(Value::as_array).ok_or("`types` is missing")?;
        let types: Vec<String> =
            types.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let known = |name: &String| matches!(name.as_str(), "platform" | "function" | "extension");
        if types.is_empty() || !types.iter().all(known) {
            return Err("`types` is a list of platform, function and extension");
        }
        let number = |name: &str, least: u64, most: u64, default: u64| {
            let given = body.pointer(&format!("/buffering/{name}")).and_then(Value::as_u64);
            usize::try_from(given.unwrap_or(default).clamp(least, most)).unwrap_or(usize::MAX)
        };
        let buffering = Buffering {
            max_items: number("maxItems", 1, 10_000, 10_000),
            max_bytes: number("maxBytes", 1, 1_048_576, 262_144),
            timeout: Duration::from_millis(
                u64::try_from(number("timeoutMs", 1, 30_000, 1_000)).unwrap_or(1_000),
            ),
        };
        Ok(Self {
            address: format!("127.0.0.1:{port}"),
            path: format!("/{path}"),
            types,
            buffering,
        })
    }
}

fn deliver(
    events: &Receiver<Value>,
    address: &str,
    path: &str,
    buffering: Buffering,
    dropped: &AtomicU64,
) {
    while let Some(batch) = next_batch(events, buffering, dropped) {
        let body = Value::Array(batch).to_string();
        for _ in 0..ATTEMPTS {
            let status = post(address, path, body.as_bytes(), PATIENCE);
            if status.is_ok_and(|status| (200..300).contains(&status)) {
                break;
            }
        }
    }
}

/// Waits for a batch to be full or old enough; `None` when nothing more comes.
fn next_batch(
    events: &Receiver<Value>,
    buffering: Buffering,
    dropped: &AtomicU64,
) -> Option<Vec<Value>> {
    let first = events.recv().ok()?;
    let mut bytes = first.to_string().len();
    let mut batch = vec![first];
    let until = Instant::now() + buffering.timeout;
    while batch.len() < buffering.max_items && bytes < buffering.max_bytes {
        let left = until.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(event) => {
                bytes += event.to_string().len();
                batch.push(event);
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    let lost = dropped.swap(0, Ordering::Relaxed);
    if lost > 0 {
        batch.push(json!({ "time": timestamp(SystemTime::now()), "type": "platform.logsDropped",
            "record": { "reason": "the listener is too slow", "droppedRecords": lost } }));
    }
    Some(batch)
}

/// A time as the platform writes it: `2026-11-26T17:03:05.123Z`.
#[must_use]
pub fn timestamp(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        second / 3600,
        second / 60 % 60,
        second % 60,
        since.subsec_millis()
    )
}

/// Year, month and day of a day since 1970 (Howard Hinnant, "chrono-compatible low-level date
/// algorithms": eras of 400 years that begin in March).
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{Buffering, Listener, Wish, civil, next_batch};
    use serde_json::json;
    use std::{
        sync::{Arc, mpsc::sync_channel},
        time::Duration,
    };

    #[test]
    fn a_listener_that_is_too_slow_is_told_how_many_it_lost() {
        let (queue, events) = sync_channel(2);
        let dropped = Arc::default();
        let types = vec!["platform".to_owned()];
        let listener = Listener { types, queue, dropped: Arc::clone(&dropped) };
        for kind in
            ["platform.start", "function", "platform.report", "platform.start", "platform.report"]
        {
            listener.offer(&json!({ "type": kind, "record": {} }));
        }
        let buffering =
            Buffering { max_items: 10, max_bytes: 10_000, timeout: Duration::from_millis(1) };
        let batch = next_batch(&events, buffering, &dropped).unwrap();
        let kinds: Vec<&str> = batch.iter().filter_map(|event| event["type"].as_str()).collect();
        assert_eq!(kinds, ["platform.start", "platform.report", "platform.logsDropped"]);
        assert_eq!(batch[2]["record"]["droppedRecords"], 2);
        drop(listener);
        assert!(next_batch(&events, buffering, &dropped).is_none());
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (days, date) in [
            (0, (1970, 1, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_783, (2026, 11, 26)),
        ] {
            assert_eq!(civil(days), date);
        }
    }

    #[test]
    fn a_listener_is_on_this_machine_or_refused() {
        let wish = |uri: &str| {
            let body = format!(
                r#"{{"destination":{{"protocol":"HTTP","URI":"{uri}"}},"types":["platform"]}}"#
            );
            Wish::parse(body.as_bytes()).map(|wish| (wish.address, wish.path))
        };
        let own = ("127.0.0.1:8080".to_owned(), "/x".to_owned());
        assert_eq!(wish("http://sandbox.localdomain:8080/x"), Ok(own));
        assert!(wish("http://example.com:80/").is_err());
        assert!(wish("https://sandbox.localdomain/").is_err());
    }
}
