//! Deliveries to real servers on the loopback, which fail as servers do.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod server;

use std::{sync::Arc, time::Duration};

use alert_form::{Alert, Secret, SinkKind, SinkSettings, verify};
use alert_sinks::{Courier, Finished, Patience, Queue, QueueLimits, Sink, SinkPolicy, resolve};
use server::{Answer, Server};
use sigma::Severity;

const PATIENCE: Patience = Patience { attempts: 4, first_pause: Duration::from_millis(20) };
const LONG: Duration = Duration::from_secs(30);

fn alert(id: u32, level: &str) -> Arc<Alert> {
    let line = format!(
        r#"{{"rule_id":"r","rule":"R","level":"{level}","event_id":"{id}","time":"2026-01-31T10:00:00Z","actor":"ana","account":"111122223333","region":"eu-west-1","event_name":"GetSecretValue"}}"#
    );
    Arc::new(Alert::parse(line.as_bytes()).unwrap())
}

fn sink(kind: SinkKind) -> Sink {
    sink_within(kind, Duration::from_secs(5))
}

fn sink_within(kind: SinkKind, timeout: Duration) -> Sink {
    let settings = SinkSettings { name: "s".to_owned(), kind, level: Severity::Low };
    let policy = SinkPolicy { timeout, ..SinkPolicy::default() };
    resolve(&settings, policy, &|_| None).unwrap()
}

fn webhook(server: &Server) -> Sink {
    let key = Some(Secret::Value("key".to_owned()));
    sink(SinkKind::Webhook { url: server.url("/hook"), key })
}

fn send(sink: Sink, alerts: &[Arc<Alert>]) -> Finished {
    let queue = Queue::in_memory(QueueLimits::default());
    let courier = Courier::start(queue, vec![sink], PATIENCE).unwrap();
    courier.offer(alerts, 0).unwrap();
    courier.finish(LONG)
}

#[test]
fn a_webhook_is_signed_and_bears_the_key_of_its_alert() {
    let server = Server::start(vec![Answer::status(204)]);
    let finished =
        send(webhook(&server), &[alert(1, "high"), alert(1, "high"), alert(2, "informational")]);
    let sent = server.requests();
    assert_eq!(sent.len(), 1, "once, and nothing below the level of the sink");
    assert_eq!(
        (finished.sinks[0].sent, finished.sinks[0].known, finished.sinks[0].below),
        (1, 1, 1)
    );
    assert_eq!(
        sent[0].header("idempotency-key"),
        Some(alert(1, "high").key().to_string().as_str())
    );
    let signature = sent[0].header("x-faasguard-signature").unwrap();
    let now = signature.split_once("t=").unwrap().1.split(',').next().unwrap().parse().unwrap();
    assert_eq!(verify(b"key", signature, &sent[0].body, now, 0), Ok(()));
    assert_eq!(Alert::parse(&sent[0].body).unwrap(), *alert(1, "high"));
    assert!(finished.is_complete());
}

#[test]
fn what_a_server_cannot_take_now_is_tried_again_with_the_same_key() {
    let server = Server::start(vec![Answer::status(500), Answer::Hangup, Answer::status(200)]);
    let finished = send(webhook(&server), &[alert(1, "high"), alert(2, "high")]);
    let keys: Vec<_> = server
        .requests()
        .iter()
        .map(|it| it.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys.len(), 4, "three tries of the first, one of the second");
    assert!(keys[0] == keys[1] && keys[1] == keys[2] && keys[2] != keys[3]);
    assert_eq!(finished.sinks[0].sent, 2);
}

#[test]
fn a_server_that_asks_for_a_pause_gets_it() {
    let server =
        Server::start(vec![Answer::status(429).with("Retry-After: 1"), Answer::status(200)]);
    let finished = send(webhook(&server), &[alert(1, "high")]);
    let times: Vec<_> = server.requests().iter().map(|it| it.at).collect();
    assert!(times[1] - times[0] >= Duration::from_millis(950), "{:?}", times[1] - times[0]);
    assert_eq!(finished.sinks[0].sent, 1);
}

#[test]
fn what_is_refused_is_not_tried_again() {
    for status in [400, 401, 404, 302] {
        let server =
            Server::start(vec![Answer::status(status).with("Location: http://127.0.0.1:9/")]);
        let finished = send(webhook(&server), &[alert(1, "high")]);
        assert_eq!(server.requests().len(), 1, "{status}");
        let report = &finished.sinks[0];
        assert_eq!((report.sent, report.dead), (0, 1));
        assert!(report.last_failure.as_deref().unwrap().starts_with(&format!("status {status}")));
    }
}

#[test]
fn a_server_that_is_not_there_or_slow_ends_in_a_dead_letter() {
    let gone = Server::start(Vec::new()).gone();
    let folder = tempfile::tempdir().unwrap();
    let queue = Queue::open(folder.path(), QueueLimits::default(), 0).unwrap();
    let hook = sink(SinkKind::Webhook { url: gone, key: None });
    let courier = Courier::start(queue, vec![hook], PATIENCE).unwrap();
    courier.offer(&[alert(1, "high")], 0).unwrap();
    let finished = courier.finish(LONG);
    assert_eq!(finished.sinks[0].dead, 1);
    let letters = std::fs::read_to_string(folder.path().join("dead-letters.jsonl")).unwrap();
    assert!(letters.contains("4 tries; the last: "), "{letters}");

    let slow = Server::start(vec![Answer::Silence]);
    let hook = SinkKind::Webhook { url: slow.url("/"), key: None };
    let finished = send(sink_within(hook, Duration::from_millis(100)), &[alert(1, "high")]);
    assert_eq!(finished.sinks[0].last_failure.as_deref(), Some("no answer in time"));
    assert_eq!(finished.sinks[0].dead, 1);
}

#[test]
fn what_waits_at_the_end_is_sent_by_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let gone = Server::start(Vec::new()).gone();
    let limits = QueueLimits::default();
    let queue = Queue::open(folder.path(), limits, 0).unwrap();
    let patience = Patience { attempts: 100, first_pause: Duration::from_mins(1) };
    let hook = sink(SinkKind::Webhook { url: gone, key: None });
    let courier = Courier::start(queue, vec![hook], patience).unwrap();
    courier.offer(&[alert(1, "high"), alert(2, "high")], 0).unwrap();
    let finished = courier.finish(Duration::from_millis(200));
    assert_eq!((finished.sinks[0].waiting, finished.sinks[0].dead), (2, 0));

    let server = Server::start(vec![Answer::status(200)]);
    let queue = Queue::open(folder.path(), limits, 0).unwrap();
    let courier = Courier::start(queue, vec![webhook(&server)], PATIENCE).unwrap();
    assert_eq!(courier.offer(&[alert(1, "high")], 0).unwrap().known, 1);
    assert_eq!(courier.finish(LONG).sinks[0].sent, 2);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn slack_and_pager_duty_get_their_forms() {
    let server = Server::start(vec![Answer::status(200)]);
    let url = server.url("/services/secret");
    let finished = send(sink(SinkKind::Slack { url: Secret::Value(url) }), &[alert(1, "high")]);
    assert!(finished.is_complete());
    let kind = SinkKind::PagerDuty {
        url: server.url("/v2/enqueue"),
        routing_key: Secret::Value("R1".to_owned()),
    };
    assert!(send(sink(kind), &[alert(1, "high")]).is_complete());
    let sent = server.requests();
    assert!(String::from_utf8_lossy(&sent[0].body).contains("\"blocks\""));
    assert!(String::from_utf8_lossy(&sent[1].body).contains("\"routing_key\":\"R1\""));
}

#[test]
fn a_file_has_each_line_once_however_a_run_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.jsonl");
    let file = || sink(SinkKind::JsonLines { file: path.to_str().unwrap().to_owned() });
    let state = folder.path().join("state");
    let alerts: Vec<_> = (0..5).map(|it| alert(it, "high")).collect();
    let mut queue = Queue::open(&state, QueueLimits::default(), 0).unwrap();
    queue.offer("s", &alerts, 0).unwrap();
    drop(queue);
    // A run that was killed when it had written two lines and a half, and had noted nothing.
    let lines: Vec<String> = alerts.iter().map(|it| it.to_line() + "\n").collect();
    let half = &lines[2][..lines[2].len() / 2];
    std::fs::write(&path, format!("{}{}{half}", lines[0], lines[1])).unwrap();
    let queue = Queue::open(&state, QueueLimits::default(), 0).unwrap();
    let courier = Courier::start(queue, vec![file()], PATIENCE).unwrap();
    assert!(courier.finish(LONG).is_complete());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), lines.concat());
}

#[test]
fn an_alert_that_security_hub_would_not_take_is_a_dead_letter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("findings.jsonl");
    let mut odd = (*alert(1, "high")).clone();
    odd.account = None;
    let asff = sink(SinkKind::Asff { file: path.to_str().unwrap().to_owned(), home: None });
    let finished = send(asff, &[Arc::new(odd), alert(2, "high")]);
    assert_eq!((finished.sinks[0].sent, finished.sinks[0].dead), (1, 1));
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
}
