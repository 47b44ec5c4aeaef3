//! A line as an alert, and settings of sinks: read or refused, and drawn in every form within its bounds.

#![no_main]

use alert_form::{
    Alert, SinkSettings, SinksFile, detection_finding, event_bus_entry, pager_duty_event,
    security_hub_finding, slack_message, topic_message,
};
use audit_event::Time;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let _ = SinksFile::parse(&text);
    let _ = SinkSettings::parse(&text);
    let Ok(alert) = Alert::parse(bytes) else { return };
    let again = Alert::parse(alert.to_line().as_bytes()).map(|it| it.key());
    assert_eq!(again, Ok(alert.key()));
    assert!(!slack_message(&alert).to_string().contains("<!"));
    assert!(
        event_bus_entry(&alert, "default")["Detail"].as_str().is_some_and(|it| it.len() <= 240_000)
    );
    let _ = (detection_finding(&alert, Time(0)), pager_duty_event(&alert, "key"));
    let _ = (
        security_hub_finding(&alert, Time(0), None),
        topic_message(&alert, "arn:aws:sns:a:b:c.fifo"),
    );
});
