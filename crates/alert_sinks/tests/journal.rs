//! A journal is read back whole, wherever it was cut and whatever was changed in it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use alert_form::Alert;
use alert_sinks::{Admitted, Queue, QueueLimits, Record, line_of, replay};
use proptest::prelude::*;

fn alert(id: u32) -> Alert {
    let line = format!(
        r#"{{"rule_id":"r","rule":"R","level":"high","event_id":"{id}","event_name":"GetSecretValue"}}"#
    );
    Alert::parse(line.as_bytes()).unwrap()
}

fn records() -> impl Strategy<Value = Record> {
    let sink = "[a-z\u{e9}\n\"]{1,8}";
    prop_oneof![
        (any::<u64>(), sink, any::<i64>(), any::<u32>()).prop_map(|(id, sink, at, event)| {
            Record::Queued { id, sink, at, alert: Box::new(alert(event)) }
        }),
        (any::<u64>(), any::<u32>()).prop_map(|(id, attempts)| Record::Tried { id, attempts }),
        any::<u64>().prop_map(|id| Record::Sent { id }),
        any::<u64>().prop_map(|id| Record::Dead { id }),
        (sink, any::<u128>(), any::<i64>()).prop_map(|(sink, key, at)| Record::Known {
            sink,
            key: format!("{key:032x}"),
            at
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whole_lines_are_read_wherever_it_is_cut(
        records in proptest::collection::vec(records(), 0..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let lines: Vec<String> = records.iter().map(line_of).collect();
        let text = lines.concat();
        let whole = replay(text.as_bytes());
        prop_assert_eq!(&whole.records, &records);
        prop_assert_eq!((whole.damaged, whole.torn), (0, 0));
        let at = cut.index(text.len() + 1);
        let read = replay(&text.as_bytes()[..at]);
        let mut length = 0;
        let expected = lines.iter().take_while(|it| { length += it.len(); length <= at }).count();
        prop_assert_eq!(&read.records, &records[..expected]);
        prop_assert_eq!(read.damaged, 0);
    }

    #[test]
    fn a_changed_byte_costs_its_line_only(
        records in proptest::collection::vec(records(), 1..8),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes: Vec<u8> = records.iter().map(line_of).collect::<String>().into_bytes();
        let at = place.index(bytes.len());
        let before = std::mem::replace(&mut bytes[at], byte);
        let read = replay(&bytes);
        let lost = records.len().saturating_sub(read.records.len());
        // An end of a line that is changed makes one line of two.
        prop_assert!(lost <= if before == b'\n' { 2 } else { 1 }, "{} lost", lost);
        prop_assert!(read.records.iter().all(|it| records.contains(it)));
    }

    #[test]
    fn no_bytes_are_a_fault(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let read = replay(&bytes);
        prop_assert!(read.torn <= bytes.len());
    }
}

#[test]
fn a_queue_goes_on_where_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let limits = QueueLimits { window_s: 100, ..QueueLimits::default() };
    let alerts: Vec<Arc<Alert>> = (0..3).map(|it| Arc::new(alert(it))).collect();
    let mut queue = Queue::open(folder.path(), limits, 1_000).unwrap();
    assert_eq!(queue.offer("a", &alerts, 1_000).unwrap(), [Admitted::Queued; 3]);
    assert_eq!(queue.offer("b", &alerts[..1], 1_000).unwrap(), [Admitted::Queued]);
    assert!(Queue::open(folder.path(), limits, 1_000).is_err(), "one run at a time");
    drop(queue);
    // A kill in the middle of a line.
    let path = folder.path().join("alerts.journal");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(b"12345678 {\"what\":\"sent\",\"id\"");
    std::fs::write(&path, &bytes).unwrap();
    let mut queue = Queue::open(folder.path(), limits, 1_050).unwrap();
    assert_eq!((queue.waiting_for("a"), queue.waiting_for("b")), (3, 1));
    assert_eq!(queue.offer("a", &alerts, 1_050).unwrap(), [Admitted::Known; 3]);
    assert_eq!(queue.offer("a", &alerts[..1], 1_101).unwrap(), [Admitted::Queued], "later again");
}

#[test]
fn a_queue_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let limits = QueueLimits { waiting: 2, ..QueueLimits::default() };
    let alerts: Vec<Arc<Alert>> = (0..3).map(|it| Arc::new(alert(it))).collect();
    let mut queue = Queue::open(folder.path(), limits, 0).unwrap();
    let admitted = queue.offer("a", &alerts, 0).unwrap();
    assert_eq!(admitted, [Admitted::Queued, Admitted::Queued, Admitted::Full]);
    let letters = std::fs::read_to_string(folder.path().join("dead-letters.jsonl")).unwrap();
    assert!(letters.contains("\"reason\":\"the queue is full\""), "{letters}");
    assert_eq!(Alert::parse(letters.trim().as_bytes()).unwrap(), *alerts[2], "may be sent again");
}
