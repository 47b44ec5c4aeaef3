//! Whatever an alert says, each form is bounded and holds no character that a terminal obeys.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use alert_form::{
    Alert, Home, detection_finding, event_bus_entry, pager_duty_event, security_hub_finding,
    signature, slack_message, topic_message, verify, webhook_body,
};
use audit_event::Time;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        proptest::collection::vec(any::<char>(), 0..60).prop_map(|it| it.into_iter().collect()),
        "[<>&`*_~!@#\u{1b}\u{202e}\r\n]{0,5000}",
    ]
}

fn alerts() -> impl Strategy<Value = Alert> {
    let texts = proptest::collection::vec(proptest::option::of(text()), 8);
    let level = prop::sample::select(vec!["informational", "low", "medium", "high", "critical"]);
    (texts, level, text(), proptest::collection::btree_map(text(), text(), 0..4)).prop_map(
        |(texts, level, rule, group)| {
            let line = serde_json::json!({
                "rule_id": rule, "rule": rule, "level": level, "event_id": texts[0],
                "time": texts[1], "actor": texts[2], "account": "111122223333",
                "region": "eu-west-1", "event_name": rule, "function": texts[3],
                "incident": texts[4], "author": texts[5], "explanation": texts[6], "group": group,
            });
            Alert::parse(line.to_string().as_bytes()).unwrap()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn forms_are_bounded_and_visible(alert in alerts()) {
        let elsewhere = Alert { provider: Some(alert.rule.clone()), ..alert.clone() };
        let home = Home::new("111122223333", "eu-west-1");
        let forms = [
            slack_message(&alert), pager_duty_event(&alert, "key"), detection_finding(&alert, Time(0)),
            security_hub_finding(&alert, Time(0), None).unwrap(),
            security_hub_finding(&elsewhere, Time(0), home.as_ref()).unwrap(),
        ];
        for form in forms {
            let form = form.to_string();
            prop_assert!(form.len() < 240_000);
            prop_assert!(!form.contains("\\u001b") && !form.contains('\u{202e}'), "{form}");
        }
        let slack = slack_message(&alert);
        let blocks = slack["blocks"].to_string();
        prop_assert!(!blocks.contains('<') && !blocks.contains('>'));
        prop_assert!(event_bus_entry(&alert, "default").to_string().len() < 256 << 10);
        let subject = topic_message(&alert, "arn:aws:sns:a:b:c")["Subject"].as_str().unwrap().to_owned();
        prop_assert!(subject.len() <= 100 && subject.is_ascii());
    }

    #[test]
    fn an_alert_comes_back_from_its_line_and_envelope(alert in alerts()) {
        prop_assert_eq!(&Alert::parse(alert.to_line().as_bytes()).unwrap(), &alert);
        let body = webhook_body(&alert);
        prop_assert_eq!(&Alert::parse(body.as_bytes()).unwrap(), &alert);
        let header = signature(b"key", 5, body.as_bytes());
        prop_assert_eq!(verify(b"key", &header, body.as_bytes(), 5, 0), Ok(()));
    }

    #[test]
    fn no_line_is_a_fault(line in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Alert::parse(&line);
        let _ = verify(b"key", &String::from_utf8_lossy(&line), &line, 0, 10);
        let _ = alert_form::SinksFile::parse(&String::from_utf8_lossy(&line));
        let _ = alert_form::SinkSettings::parse(&String::from_utf8_lossy(&line));
    }
}
